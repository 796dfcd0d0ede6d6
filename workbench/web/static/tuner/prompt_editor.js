// The prompt editor: line numbers, problems at their lines, and saving as a version.

import { _, ngettext } from "../monitor/catalogue.js";
import { h, icon, setAttribute, setText } from "../monitor/dom.js";
import { COUNT_FINDINGS } from "../monitor/formatting.js";
import { nameStanding, shortenRef } from "./figures.js";

const CHECK_AFTER = 250; // milliseconds after the last key
const PLACEHOLDER = /\{\{[^{}\n]*\}\}/g;

/** A textarea above a copy of its text: the copy carries colours and line numbers, which a textarea cannot. */
export class PromptEditor {
  constructor({ part, label, send, by, run }) {
    this.part = part;
    this.label = label;
    this.send = send;
    this.by = by;
    this.run = run;
    this.sent = "";
    this.text = "";
    this.timer = 0;
    this.remarks = [];
    this.below = h("div", { class: "wbu-below", "aria-hidden": "true" });
    this.field = h("textarea", {
      class: "wbu-field",
      "aria-label": label,
      spellcheck: "false",
      rows: "1",
      oninput: () => this.typed(),
    });
    this.said = h("ul", { class: "wbu-remarks", "aria-label": _("What is wrong with this prompt") });
    this.told = h("p", { class: "wbm-only-heard", role: "status" });
    this.scroller = h("div", { class: "wbu-scroller" }, h("div", { class: "wbu-stack" }, this.below, this.field));
    this.node = h(
      "div",
      { class: "wbu-desk", role: "tabpanel", "aria-label": label },
      this.scroller,
      this.said,
      this.told,
    );
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      event.stopPropagation();
      this.run();
    });
  }

  get waiting() {
    return this.timer !== 0;
  }

  get errors() {
    return this.remarks.filter((remark) => remark.severity === "error").length;
  }

  typed() {
    this.paint();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), CHECK_AFTER);
  }

  /** Sends the text, unless it has been sent. */
  flush() {
    clearTimeout(this.timer);
    this.timer = 0;
    if (this.field.value === this.sent) return;
    this.sent = this.field.value;
    this.send({ type: "write", part: this.part, text: this.sent, by: this.by });
  }

  /** Draws the kernel's state of the prompt; text that is being typed here is never replaced. */
  draw({ text, remarks, base, edited }, by = null) {
    this.base = base;
    this.edited = edited;
    const typing = this.waiting || (this.field.value !== this.sent && this.field.value !== this.text);
    if (!typing && by !== this.by && this.field.value !== text) {
      this.field.value = text;
      this.sent = this.field.value;
    }
    this.text = text;
    if (this.field.value === text) {
      if (JSON.stringify(remarks) !== JSON.stringify(this.remarks)) {
        const errors = remarks.filter((remark) => remark.severity === "error").length;
        setText(
          this.told,
          errors
            ? ngettext("{count} error in this prompt", "{count} errors in this prompt", errors)
            : _("No error in this prompt"),
        );
      }
      this.remarks = remarks;
    }
    this.paint();
    this.list();
  }

  paint() {
    const marks = new Map(this.remarks.map((remark) => [remark.line, remark.severity]));
    this.below.replaceChildren(
      ...this.field.value.split("\n").map((line, index) => {
        const row = h("div", { class: "wbu-line", "data-severity": marks.get(index + 1) });
        let at = 0;
        for (const match of line.matchAll(PLACEHOLDER)) {
          row.append(line.slice(at, match.index), h("b", {}));
          row.lastChild.textContent = match[0]; // must match the textarea's text exactly, so no control character is replaced
          at = match.index + match[0].length;
        }
        row.append(line.slice(at) || (at ? "" : "\u200b"));
        return row;
      }),
    );
  }

  list() {
    this.said.hidden = !this.remarks.length;
    this.said.replaceChildren(
      ...this.remarks.map((remark) =>
        h(
          "li",
          { "data-severity": remark.severity },
          icon(remark.severity === "error" ? "cross" : "warn"),
          h(
            "button",
            { type: "button", class: "wbm-link", onclick: () => this.show(remark.line) },
            _("Line {line}", { line: remark.line }),
          ),
          h("span", {}, remark.message),
        ),
      ),
    );
  }

  /** Selects a line and scrolls to it. */
  show(line) {
    const lines = this.field.value.split("\n");
    const from = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
    this.field.focus({ preventScroll: true });
    this.field.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0));
    const row = /** @type {HTMLElement | undefined} */ (
      this.below.children[Math.min(line, this.below.children.length) - 1]
    );
    if (row) this.scroller.scrollTop = row.offsetTop - this.scroller.clientHeight / 2;
  }

  insert(words) {
    this.field.focus({ preventScroll: true });
    this.field.setRangeText(words, this.field.selectionStart, this.field.selectionEnd, "end");
    this.typed();
  }

  stop() {
    clearTimeout(this.timer);
  }
}

/** The editors of both prompts under their tabs, with Redline, Discard and Save. */
export class EditorPane {
  constructor({ send, ask, by, run, compare, heard }) {
    this.send = send;
    this.ask = ask;
    this.compare = compare;
    this.heard = heard;
    this.open = "section";
    this.desks = {
      section: new PromptEditor({ part: "section", label: _("Prompt of the section"), send, by, run }),
      system: new PromptEditor({ part: "system", label: _("System message"), send, by, run }),
    };
    this.tabs = Object.fromEntries(
      Object.entries(this.desks).map(([part, desk]) => [
        part,
        h("button", { type: "button", role: "tab", class: "wbu-tab", onclick: () => this.turn(part) }, desk.label),
      ]),
    );
    const list = h("div", { class: "wbu-tabs", role: "tablist", "aria-label": _("Prompts") }, Object.values(this.tabs));
    list.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      this.turn(this.open === "section" ? "system" : "section");
      this.tabs[this.open].focus();
    });
    this.from = h("span", { class: "wbm-hint wbu-from" });
    this.helper = h(
      "details",
      { class: "wbu-helper" },
      h("summary", {}, _("Placeholders")),
      (this.words = h("ul", {})),
    );
    this.diff = h(
      "button",
      { type: "button", class: "wbm-button", onclick: () => this.compare(this.current.base, "edit", this.open) },
      _("Redline"),
    );
    this.undo = h("button", { type: "button", class: "wbm-button", onclick: () => this.revert() }, _("Discard"));
    this.keep = h(
      "button",
      {
        type: "button",
        class: "wbm-button",
        "aria-expanded": "false",
        onclick: () => (this.form.hidden ? this.begin() : this.end()),
      },
      _("Save as version…"),
    );
    this.note = h("input", {
      type: "text",
      class: "wbu-input",
      "aria-label": _("What was changed, and why"),
      maxlength: "500",
      placeholder: _("What was changed, and why"),
    });
    this.go = h("button", { type: "submit", class: "wbm-button wbm-go" }, _("Save"));
    this.trouble = h("p", { class: "wbm-said", "data-severity": "error", role: "alert", hidden: true });
    this.form = h(
      "form",
      { class: "wbu-save", hidden: true, "aria-label": _("Save as version") },
      this.note,
      this.go,
      h("button", { type: "button", class: "wbm-button", onclick: () => this.end() }, _("Back")),
    );
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.form.addEventListener("keydown", (event) => event.key === "Escape" && (this.end(), event.stopPropagation()));
    this.node = h(
      "section",
      { class: "wbu-pane wbu-editor", "aria-label": _("Editor") },
      h("div", { class: "wbu-bar" }, list, this.from),
      this.desks.section.node,
      this.desks.system.node,
      this.form,
      this.trouble,
      h(
        "div",
        { class: "wbu-bar wbu-under" },
        this.helper,
        h("span", { class: "wbu-gap" }),
        this.diff,
        this.undo,
        this.keep,
      ),
    );
    this.turn("section");
  }

  get current() {
    return this.desks[this.open];
  }

  turn(part) {
    this.open = part;
    for (const [each, tab] of Object.entries(this.tabs)) {
      setAttribute(tab, "aria-selected", String(each === part));
      setAttribute(tab, "tabindex", each === part ? "0" : "-1");
      this.desks[each].node.hidden = each !== part;
    }
    if (this.state) this.drawState();
  }

  draw(state) {
    this.state = state;
    for (const [part, desk] of Object.entries(this.desks)) desk.draw(state.parts[part]);
    this.drawState();
  }

  checked(message) {
    this.state.parts[message.part] = message;
    this.desks[message.part].draw(message, message.by);
    this.drawState();
  }

  drawState() {
    const desk = this.current;
    const version = this.state.versions.find((each) => each.ref === desk.base);
    setText(
      this.from,
      desk.base
        ? [
            desk.edited ? _("from {version}", { version: shortenRef(desk.base) }) : shortenRef(desk.base),
            version && nameStanding(version.standing),
          ]
            .filter(Boolean)
            .join(" · ")
        : "",
    );
    for (const [part, tab] of Object.entries(this.tabs)) {
      const { label, errors, edited } = this.desks[part];
      const mark = errors
        ? h(
            "span",
            { class: "wbu-mark", "data-severity": "error" },
            icon("cross"),
            h("span", { class: "wbm-only-heard" }, COUNT_FINDINGS.error(errors)),
          )
        : edited
          ? h("span", { class: "wbu-mark" }, _("edited"))
          : null;
      tab.replaceChildren(label, ...(mark ? [mark] : []));
    }
    const why = !desk.edited ? _("Nothing has been changed.") : null;
    for (const [button, reason] of /** @type {[HTMLButtonElement, string | null][]} */ ([
      [this.diff, why],
      [this.undo, why],
      [this.keep, why ?? (desk.errors ? _("Mend the errors first.") : null)],
    ])) {
      button.disabled = Boolean(reason);
      setAttribute(button, "title", reason ?? "");
    }
    const part = this.open;
    this.words.replaceChildren(
      ...this.state.placeholders.map(({ name, help, required }) =>
        h(
          "li",
          {},
          h(
            "button",
            { type: "button", class: "wbm-link", onclick: () => this.current.insert(`{{${name}}}`) },
            `{{${name}}}`,
          ),
          h("span", {}, help),
          required.includes(part) ? h("em", {}, _("required")) : null,
        ),
      ),
    );
  }

  begin() {
    this.form.hidden = false;
    setAttribute(this.keep, "aria-expanded", "true");
    this.note.focus();
  }

  end() {
    this.form.hidden = true;
    this.trouble.hidden = true;
    setAttribute(this.keep, "aria-expanded", "false");
    this.keep.focus();
  }

  submit() {
    this.flush();
    this.go.disabled = true;
    this.ask({ type: "save", part: this.open, note: this.note.value }, (answer) => {
      this.go.disabled = false;
      this.trouble.hidden = answer.type !== "failure";
      setText(this.trouble, answer.message ?? "");
      if (answer.type === "failure") return;
      this.note.value = "";
      this.end();
      this.heard(_("Saved as {version}, a candidate.", { version: answer.ref }));
    });
  }

  revert() {
    this.current.stop();
    this.current.timer = 0;
    this.current.sent = this.current.field.value;
    this.send({ type: "open", ref: this.current.base });
    this.current.field.focus();
  }

  flush() {
    for (const desk of Object.values(this.desks)) desk.flush();
  }

  stop() {
    for (const desk of Object.values(this.desks)) desk.stop();
  }
}
