// The letter coloured by support, and the list of what a person must look at.

import { _ } from "./catalogue.js";
import { h, icon, setAttribute, setText } from "./dom.js";
import { ExceptionsList } from "./exceptions.js";
import { VERDICTS } from "./formatting.js";

/** Asks for the check report, colours the letter by it, and keeps the list of exceptions. */
export class SupportView {
  constructor({ send, paper, acts, showEvidence, heard }) {
    this.send = send;
    this.paper = paper;
    this.showEvidence = showEvidence;
    this.heard = heard;
    /** @type {CheckReport | null} */
    this.report = null;
    this.asked = false;
    this.colours = false;
    /** @type {Snapshot | null} */
    this.state = null;
    const toggle = (label, name, about, onclick) =>
      h(
        "button",
        { type: "button", class: "wbm-switch", "aria-pressed": "false", title: about, onclick },
        icon(name),
        label,
      );
    this.colourButton = toggle(_("Color by support"), "lens", _("Marks each sentence by what its exhibits say"), () =>
      this.toggleColours(),
    );
    this.listButton = toggle(_("Exceptions"), "warn", _("Lists only what a person must look at"), () =>
      this.toggleList(),
    );
    this.list = new ExceptionsList({
      acts,
      send,
      show: (item, node) => this.show(item, node),
      closed: () => this.toggleList(false),
    });
    paper.tools.append(this.colourButton, this.listButton);
  }

  draw(state, before) {
    this.state = state;
    if (state.sections === before?.sections && state.status === before?.status) return;
    const texts = (/** @type {Snapshot | null | undefined} */ of) =>
      JSON.stringify(of?.sections.map((section) => section.content));
    // Not while it is being written: every word would be a new letter to check.
    if ((this.colours || this.list.isOpen()) && state.status !== "generating" && texts(state) !== texts(before))
      this.ask();
    this.list.draw(state, this.report);
  }

  toggleColours(on = !this.colours) {
    this.colours = on;
    setAttribute(this.colourButton, "aria-pressed", String(on));
    if (on) this.ask();
    this.write();
  }

  toggleList(on = !this.list.isOpen()) {
    setAttribute(this.listButton, "aria-pressed", String(on));
    this.list.node.hidden = !on;
    if (!on) return this.listButton.focus();
    if (!this.colours) this.toggleColours(true);
    this.list.draw(this.state, this.report);
    return this.list.focus();
  }

  ask() {
    if (this.asked) return;
    this.asked = true;
    this.say(this.report ? _("Checking the changed letter…") : _("Checking the letter against its exhibits…"));
    this.send({ type: "check" });
  }

  receive(message) {
    if (message.type !== "check") return this.list.receive(message);
    this.asked = false;
    if (message.error) return this.say(_("Not checked: {why}", { why: message.error }));
    this.report = message.report;
    this.write();
    this.list.draw(this.state, this.report);
    if (this.list.isOpen()) this.list.focus();
    return undefined;
  }

  write() {
    this.paper.legend.hidden = !this.colours;
    if (!this.report) return;
    const { sentences } = this.report;
    this.paper.colour(this.colours ? sentences : []);
    this.paper.legend.replaceChildren(
      ...Object.entries(VERDICTS).map(([verdict, [letter, word]]) => {
        const count = sentences.filter((sentence) => sentence.verdict === verdict).length;
        return h(
          "button",
          {
            type: "button",
            class: "wbm-legend-item",
            disabled: !count,
            title: count ? _("Go to the next: {verdict}", { verdict: word.toLowerCase() }) : null,
            onclick: () => this.goToNext(verdict),
          },
          h("span", { class: "wbm-sentence", "data-verdict": verdict, "data-letter": letter }, word),
          ` ${count}`,
        );
      }),
      h("span", { class: "wbm-hint" }, _("A score of support, no proof: click a sentence to see its page.")),
    );
  }

  /** Goes to the next sentence with a verdict, from the one that is current. */
  goToNext(verdict) {
    const all = [...this.paper.sheet.querySelectorAll(".wbm-sentence[data-letter]")];
    const here = all.findIndex((node) => node.classList.contains("wbm-current"));
    const next = [...all.slice(here + 1), ...all].find((node) => node.dataset.verdict === verdict);
    if (!next) return;
    for (const node of all) node.classList.toggle("wbm-current", node === next);
    this.paper.goTo(null, next);
    next.focus({ preventScroll: true });
  }

  say(words) {
    this.paper.legend.hidden = false;
    this.paper.legend.replaceChildren(h("span", { class: "wbm-hint", role: "status" }, words));
  }

  /** Shows the page behind a sentence; says why where there is none. */
  open(sentence, node) {
    for (const other of this.paper.sheet.querySelectorAll(".wbm-current")) other.classList.remove("wbm-current");
    node.classList.add("wbm-current");
    if (sentence.evidence) this.showEvidence(sentence.evidence, node);
    else {
      this.heard(sentence.why);
      setText(this.paper.where, `${VERDICTS[sentence.verdict]?.[1]}: ${sentence.why || _("no passage")}`);
    }
  }

  /** Shows an exception in the letter, and its page below. */
  show(item, opener) {
    this.paper.showSentence(item.section_id, item.sentence);
    if (item.evidence) this.showEvidence(item.evidence, opener);
  }
}
