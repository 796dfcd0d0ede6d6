// Over the run's pane: only what a person must look at, decided by keyboard.

import { _, ngettext } from "./catalogue.js";
import { h, icon, setAttribute, setText } from "./dom.js";
import { SEVERITY_LABELS, VERDICTS } from "./formatting.js";

const KEYS = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 };
const ACTIONS = { c: "confirm_sentence", r: "reject_sentence", n: "comment" };
const ASKED = { reject_sentence: _("Reason; may stay empty"), comment: _("Comment") };
const DECIDED = { confirmed: ["check", _("Stands")], rejected: ["cross", _("Must change")] };

const plain = (/** @type {string | null} */ text) => (text ?? "").split(/\s+/).join(" ").trim();

/**
 * Returns what a person must look at, in the order of the letter: findings, and sentences that their pages do not carry.
 *
 * @param {Snapshot} state
 * @param {CheckReport} report
 * @returns {ExceptionItem[]}
 */
export function findExceptions(state, report) {
  return state.sections.flatMap((section, order) => {
    const own = report.sentences.filter((sentence) => sentence.section_id === section.section_id);
    const findings = report.findings
      .filter((finding) => finding.section_id === section.section_id && finding.severity !== "info")
      .map((finding) => {
        const quote = plain(finding.quote);
        const holding = quote ? own.filter((sentence) => plain(sentence.text).includes(quote)) : [];
        const around = holding.findLast((sentence) => sentence.line <= (finding.line ?? 0)) ?? holding[0];
        return {
          about: finding.check,
          section_id: section.section_id,
          section: section.title,
          sentence: around?.text ?? finding.quote ?? "",
          line: finding.line ?? 0,
          label: SEVERITY_LABELS[finding.severity][1],
          verdict: finding.severity === "error" ? "contradicted" : "partly",
          why: finding.message,
          evidence: finding.evidence?.[0] ?? around?.evidence ?? null,
        };
      });
    const told = new Set(findings.map((item) => item.sentence));
    const sentences = own
      .filter(({ verdict, text }) => ["contradicted", "not found", "partly"].includes(verdict) && !told.has(text))
      .map((sentence) => ({
        about: "support",
        section_id: section.section_id,
        section: section.title,
        sentence: sentence.text,
        line: sentence.line,
        label: VERDICTS[sentence.verdict][1],
        verdict: sentence.verdict,
        why: sentence.why,
        evidence: sentence.evidence,
      }));
    return [...findings, ...sentences].toSorted((a, b) => a.line - b.line).map((item) => ({ ...item, order }));
  });
}

/**
 * Returns the decision on an exception, if there is one on this very sentence.
 *
 * @param {SectionState | undefined} section
 * @param {ExceptionItem} item
 */
export function decisionOn(section, { about, sentence }) {
  return (section?.remarks ?? []).findLast(
    (remark) => remark.kind !== "comment" && remark.finding === about && plain(remark.sentence) === plain(sentence),
  );
}

/** The list; read-only where `acts` is false. */
export class ExceptionsList {
  constructor({ acts, send, show, closed }) {
    this.acts = acts;
    this.send = send;
    this.show = show;
    /** @type {ExceptionItem[]} */
    this.items = [];
    this.at = 0;
    this.request = null;
    this.count = h("span", { class: "wbm-hint", role: "status" });
    this.list = h("ol", { class: "wbm-exception-items", "aria-label": _("Exceptions") });
    this.said = h("p", { class: "wbm-exception-said", role: "status" });
    this.note = h("input", { class: "wbm-exception-note", maxlength: "2000" });
    this.form = h(
      "form",
      { class: "wbm-form wbm-exception-form", hidden: true, onsubmit: (event) => this.submit(event) },
      this.note,
      h("span", { class: "wbm-hint" }, _("Enter records it, Escape goes back")),
    );
    const key = (name, words) => [h("kbd", {}, name), ` ${words} `];
    this.node = h(
      "aside",
      { class: "wbm-pane wbm-exceptions", hidden: true, "aria-label": _("Exceptions") },
      h(
        "div",
        { class: "wbm-exception-head" },
        h("h3", { class: "wbm-label" }, _("Exceptions only")),
        this.count,
        h(
          "button",
          { type: "button", class: "wbm-quiet", "aria-label": _("Close the exceptions"), onclick: closed },
          icon("close"),
        ),
      ),
      h(
        "p",
        { class: "wbm-hint wbm-keys" },
        key("j", _("next")),
        key("k", _("previous")),
        acts
          ? [key("c", _("it stands")), key("r", _("it must change")), key("n", _("comment"))]
          : _("You see decisions only."),
      ),
      this.form,
      this.said,
      this.list,
    );
  }

  isOpen() {
    return !this.node.hidden;
  }

  /** @returns {HTMLElement | undefined} */
  entryAt(index) {
    return this.list.querySelectorAll("li")[index];
  }

  focus() {
    const items = this.list.querySelectorAll("li");
    if (items.length) this.go(Math.min(this.at, items.length - 1));
    else this.node.querySelector("button")?.focus();
  }

  draw(state, report) {
    if (!state || !report || !this.isOpen()) return;
    this.state = state;
    this.items = findExceptions(state, report);
    const sections = new Map(state.sections.map((section) => [section.section_id, section]));
    const decisions = this.items.map((item) => decisionOn(sections.get(item.section_id), item));
    const open = decisions.filter((decision) => !decision).length;
    const unchecked = report.sentences.filter((sentence) => sentence.verdict === "not checked").length;
    setText(
      this.count,
      ngettext(
        "{open} open, {decided} decided; {count} sentence not checked",
        "{open} open, {decided} decided; {count} sentences not checked",
        unchecked,
        { open, decided: decisions.length - open },
      ),
    );
    const key = JSON.stringify([this.items, decisions]);
    if (key === this.shownKey) return;
    this.shownKey = key;
    const had = this.list.contains(document.activeElement);
    this.list.replaceChildren(...this.items.map((item, index) => this.entry(item, decisions[index], index)));
    this.at = Math.min(this.at, Math.max(0, this.items.length - 1));
    if (!this.items.length) this.list.append(h("p", { class: "wbm-hint" }, _("Nothing that a person must look at.")));
    else if (had) this.entryAt(this.at)?.focus({ preventScroll: true });
  }

  entry(item, decision, index) {
    const [name, word] = decision ? DECIDED[decision.kind] : [];
    return h(
      "li",
      {
        class: "wbm-exception",
        tabindex: index === this.at ? "0" : "-1",
        "data-verdict": item.verdict,
        "data-decided": decision?.kind ?? null,
        "aria-label": `${item.label}: ${item.sentence} ${item.why}${decision ? ` ${word} (${decision.user_id})` : ""}`,
        onclick: () => this.go(index),
      },
      h(
        "div",
        { class: "wbm-exception-label" },
        h("span", { class: "wbm-sentence", "data-verdict": item.verdict }, item.label),
        h("span", { class: "wbm-hint" }, item.section),
      ),
      h("blockquote", {}, item.sentence.replace(/\s*\[@[^\]]*\]/g, "")),
      h("p", { class: "wbm-hint" }, item.why),
      decision &&
        h(
          "p",
          { class: "wbm-exception-decision" },
          icon(name),
          h("span", {}, `${word}: ${decision.user_id}${decision.note ? ` — “${decision.note}”` : ""}`),
        ),
      this.acts &&
        item.sentence &&
        h(
          "div",
          { class: "wbm-row" },
          this.button(_("Stands"), "c", index),
          this.button(_("Must change"), "r", index),
          this.button(_("Comment"), "n", index),
        ),
    );
  }

  button(words, key, index) {
    return h(
      "button",
      {
        type: "button",
        class: "wbm-link",
        tabindex: "-1",
        onclick: (event) => (event.stopPropagation(), this.go(index), this.act(key)),
      },
      words,
      " ",
      h("kbd", { "aria-hidden": "true" }, key),
    );
  }

  /** Goes to an exception: it takes the focus, and its sentence and page are shown. */
  go(index) {
    const entry = this.entryAt(index);
    if (!entry || !this.items[index]) return;
    this.entryAt(this.at)?.setAttribute("tabindex", "-1");
    this.at = index;
    setAttribute(entry, "tabindex", "0");
    entry.focus({ preventScroll: true });
    entry.scrollIntoView({ block: "nearest" });
    this.form.hidden = true;
    this.show(this.items[index], entry);
  }

  /** Handles a key of the list; true where it was one. */
  key(event) {
    if (!(event.target instanceof Element) || !this.node.contains(event.target)) return false;
    if (event.target === this.note) {
      if (event.key !== "Escape") return true;
      this.form.hidden = true;
      this.go(this.at);
      return true;
    }
    if (Object.hasOwn(KEYS, event.key)) this.go(this.at + KEYS[event.key]);
    else if (this.acts && Object.hasOwn(ACTIONS, event.key)) this.act(event.key);
    else return false;
    event.preventDefault();
    return true;
  }

  act(key) {
    const item = this.items[this.at];
    const action = ACTIONS[key];
    if (!item?.sentence) return setText(this.said, _("It concerns the section as a whole: approve or reject that."));
    if (action === "confirm_sentence") return this.record(action, null);
    this.action = action;
    this.form.hidden = false;
    this.note.value = "";
    setAttribute(this.note, "aria-label", ASKED[action]);
    setAttribute(this.note, "placeholder", ASKED[action]);
    return this.note.focus();
  }

  submit(event) {
    event.preventDefault();
    const words = this.note.value.trim();
    if (this.action === "comment" && !words) return;
    this.form.hidden = true;
    this.record(this.action, words || null);
  }

  record(action, note) {
    const { section_id, sentence, about } = this.items[this.at];
    this.request = `${Date.now()}-${Math.random().toString(36).slice(2)}`;
    this.entryAt(this.at)?.focus({ preventScroll: true });
    setText(this.said, _("Recording…"));
    this.send({ type: "remark", section_id, action, sentence, finding: about, note, request: this.request });
  }

  receive({ type, request, message }) {
    if (request !== this.request) return;
    setText(this.said, type === "failure" ? _("Not recorded: {why}", { why: message }) : _("Recorded."));
  }
}
