// The centre pane: the letter.

import { _, ngettext } from "./catalogue.js";
import { citationsOf, placesOf } from "./draft.js";
import { nameDocument } from "./document_names.js";
import { h, icon, syncItems, setAttribute, showControlCharacters, setText } from "./dom.js";
import { BUSY, FINISHED, joinWithAnd, formatDate, iconAndWord, RUN_LABELS, SECTION_LABELS } from "./formatting.js";
import { drawBadges, makeNote, isSameFinding } from "./findings.js";
import { SectionText } from "./section_text.js";
import { SectionCommands } from "./section_commands.js";
import { SectionEditor } from "./section_editor.js";
import { findUnsaved } from "./unsaved_texts.js";
import { describeProperties, describeStatus } from "./command_rules.js";

/** The letter with its sections; read-only where there is no `commands`. */
export class LetterPane {
  constructor({
    openCitation,
    waitsFor,
    openExhibit = /** @type {(id: string, opener: Element) => void} */ (() => {}),
    pending = null,
    openSentence = /** @type {(sentence: any, node: any) => void} */ (() => {}),
  }) {
    this.openSentence = openSentence;
    this.pending = pending; // null: read-only
    this.openCitation = openCitation;
    this.openExhibit = openExhibit;
    this.waitsFor = waitsFor;
    this.views = new Map();
    this.numbers = new Map();
    this.citations = new WeakMap();
    this.head = h("header", { class: "wbm-letterhead" });
    this.body = h("div", { class: "wbm-body" });
    this.foot = h("footer", { class: "wbm-signature" });
    this.sheet = h(
      "article",
      { class: "wbm-sheet", lang: "en", "aria-label": _("The petition, a draft") },
      this.head,
      this.body,
      this.foot,
    );
    this.desk = h("div", { class: "wbm-desk", tabindex: "0", role: "region", "aria-label": _("Petition") }, this.sheet);
    this.where = h("span", { class: "wbm-where" });
    this.tools = h("span", { class: "wbm-tools" });
    this.legend = h("div", { class: "wbm-legend", hidden: true });
    this.followButton = h(
      "button",
      {
        type: "button",
        class: "wbm-switch wbm-follow",
        "aria-pressed": "true",
        title: _("Keep the place of drafting in view (F)"),
        onclick: () => this.follow(!this.following),
      },
      icon("follow"),
      _("Follow"),
    );
    this.editor = pending ? this.makeEditor() : null;
    this.editorButton = h(
      "button",
      { type: "button", class: "wbm-switch wbm-back", hidden: true, onclick: () => this.comeBack() },
      icon("pen"),
      _("Back to the editor"),
    );
    this.node = h(
      "main",
      { class: "wbm-pane wbm-paper" },
      h(
        "div",
        { class: "wbm-bar" },
        h("span", { class: "wbm-draft" }, _("Draft")),
        this.where,
        this.editorButton,
        this.tools,
        this.followButton,
      ),
      this.legend,
      this.desk,
      this.editor?.node,
    );
    this.following = true;
    this.leader = null;
    const leave = () => this.following && this.follow(false);
    this.desk.addEventListener("wheel", leave, { passive: true });
    this.desk.addEventListener("touchmove", leave, { passive: true });
    this.desk.addEventListener("pointerdown", (event) => event.target === this.desk && leave());
    this.desk.addEventListener(
      "keydown",
      (event) => ["PageUp", "PageDown", "ArrowUp", "ArrowDown", "Home", "End"].includes(event.key) && leave(),
    );
    this.sheet.addEventListener("click", ({ target }) => {
      const chip = target instanceof Element ? target.closest(".wbm-cite") : null;
      if (chip) this.openCitation(this.citations.get(chip), chip);
    });
  }

  /** Puts the drawer of exhibit pages below the letter; while a section is edited, in the place of its preview. */
  addDrawer(drawer) {
    this.drawer = drawer;
    this.node.append(drawer);
  }

  makeEditor() {
    return new SectionEditor({
      cite: (group) => this.chips(group),
      openCitation: (chip) => this.openCitation(this.citations.get(chip), chip),
      openExhibit: this.openExhibit,
      exhibits: () => [...this.numbers.values()],
      shown: (is) => this.showEditor(is),
    });
  }

  /** Shows the editor in place of the letter, which keeps its place. */
  showEditor(shown) {
    const turned = shown !== this.desk.hidden;
    if (turned && shown) this.scrolled = this.desk.scrollTop;
    this.desk.hidden = shown;
    if (turned && this.drawer) (shown ? this.editor.panes : this.node).append(this.drawer);
    this.node.toggleAttribute("data-editing", shown);
    this.node.toggleAttribute("data-cites", Boolean(this.editor?.owner));
    this.editorButton.hidden = shown || !this.editor?.owner;
    if (turned && !shown) this.desk.scrollTop = this.scrolled;
  }

  /** Goes back to the text that is being edited, or was when this view was made anew. */
  comeBack() {
    if (this.editor?.owner) this.editor.comeForward();
    else this.views.get(this.unsaved)?.commands.press("edit");
  }

  follow(on) {
    this.following = on;
    setAttribute(this.followButton, "aria-pressed", String(on));
    if (on) this.keepInView();
  }

  draw(state, before) {
    if (state.letter !== before?.letter) this.drawHead(state);
    if (state.exhibits !== before?.exhibits) {
      this.numbers = new Map(state.exhibits.map((exhibit) => [exhibit.exhibit_id, exhibit]));
      for (const chip of this.node.querySelectorAll(".wbm-cite")) this.label(chip);
    }
    if (state.sections === before?.sections && state.status === before?.status) return;
    syncItems(
      this.views,
      this.body,
      state.sections,
      (section) => section.section_id,
      (section) => this.sectionView(section),
    );
    state.sections.forEach((section, index) => {
      const old = before?.sections[index];
      const waiting = section.status === "pending" || section.status === "failed";
      const view = this.views.get(section.section_id);
      if (section !== old || state.status !== before?.status) view.commands?.draw(section, state);
      if (section === old && state.status === before.status && !waiting) return;
      if (section !== old || waiting) this.drawSection(view, section, state);
      if (old && section.content !== old.content && BUSY.has(section.status))
        this.leader = this.stillWriting(state, this.leader) ?? section.section_id;
    });
    this.unsaved = this.editor && findUnsaved(state.thread_id);
    if (this.unsaved) this.editorButton.hidden = this.desk.hidden;
    this.leader =
      this.stillWriting(state, this.leader) ??
      state.sections.find((section) => BUSY.has(section.status))?.section_id ??
      null;
    const leading = state.sections.find((section) => section.section_id === this.leader);
    const open = state.sections.reduce((sum, section) => sum + (section.findings?.length ?? 0), 0);
    const [, doing] =
      state.status === "generating" ? (SECTION_LABELS[leading?.status] ?? []) : (RUN_LABELS[state.status] ?? []);
    setText(
      this.where,
      leading
        ? `${doing}: ${leading.title}`
        : [_("Not for filing"), open && ngettext("{count} open finding", "{count} open findings", open)]
            .filter(Boolean)
            .join(" · "),
    );
    this.followButton.hidden = state.status !== "generating";
    if (this.following) this.keepInView();
  }

  stillWriting(state, id) {
    return state.sections.find((section) => section.section_id === id && BUSY.has(section.status))?.section_id ?? null;
  }

  keepInView() {
    const text = this.views.get(this.leader)?.text;
    if (!text) return;
    const place = (text.caret.isConnected ? text.caret : this.views.get(this.leader).node).getBoundingClientRect();
    const desk = this.desk.getBoundingClientRect();
    if (place.bottom > desk.bottom - 48 || place.top < desk.top)
      this.desk.scrollTop += place.top - desk.top - desk.height * 0.62;
  }

  /** Scrolls to a section, or to an element of one. */
  goTo(id, element = this.views.get(id)?.node) {
    if (!element) return;
    this.editor?.stepAside();
    this.follow(false);
    this.desk.scrollTop += element.getBoundingClientRect().top - this.desk.getBoundingClientRect().top - 20;
    if (element.classList.contains("wbm-section")) element.querySelector(".wbm-heading").focus({ preventScroll: true });
  }

  /** Scrolls to a finding's words and opens its note; where it has no place, opens the list of its section. */
  showFinding(id, finding) {
    const view = this.views.get(id);
    if (!view) return;
    const place = view.text.reveal(finding);
    if (!place && view.list.hidden) view.toggle.click();
    this.goTo(id, place ?? view.node);
  }

  /**
   * Colours the sentences of a check report; without one, none.
   *
   * @param {CheckedSentence[]} sentences
   */
  colour(sentences) {
    for (const [id, view] of this.views) {
      const own = sentences.filter((sentence) => sentence.section_id === id);
      const places = placesOf(
        view.content ?? "",
        own.map((sentence) => ({ line: sentence.line, quote: sentence.text, sentence })),
      );
      view.text.colour(
        places
          .filter((place) => place.marked)
          .map(({ finding, from, to }) => ({ sentence: finding.sentence, from, to })),
      );
    }
  }

  /** Scrolls to a coloured sentence, or to its section; returns its element. */
  showSentence(id, text) {
    const view = this.views.get(id);
    const place = view?.text.node.querySelectorAll(".wbm-sentence");
    const found = [...(place ?? [])].find((node) => node.dataset.sentence === text);
    for (const node of this.sheet.querySelectorAll(".wbm-current")) node.classList.remove("wbm-current");
    for (const node of place ?? []) node.classList.toggle("wbm-current", node.dataset.sentence === text);
    if (found ?? view) this.goTo(null, found ?? view.node);
    return found ?? null;
  }

  drawHead(state) {
    const { letter } = state;
    const words = nameDocument(state);
    setAttribute(this.sheet, "aria-label", _("The {document}, a draft", { document: words.noun }));
    setAttribute(this.desk, "aria-label", words.title);
    const row = (term, ...said) => (said.some(Boolean) ? [h("dt", {}, term), h("dd", {}, ...said)] : []);
    const criteria = (words.claimsCriteria ? letter.criteria : []).flatMap((paragraph, index) => [
      index ? ", " : "8 C.F.R. § 204.5",
      h("span", { class: "wbm-whole" }, paragraph),
    ]);
    this.head.replaceChildren(
      ...[
        h("div", { class: "wbm-stamp", "aria-hidden": "true" }, "Draft"),
        letter.sample ? h("p", { class: "wbm-sample" }, letter.sample) : null,
        letter.filing_date ? h("p", { class: "wbm-date" }, formatDate(letter.filing_date, "en-US")) : null,
        h("p", { class: "wbm-addressee" }, "U.S. Citizenship and Immigration Services"),
        h(
          "div",
          { class: "wbm-re" },
          h("b", {}, "RE:"),
          h(
            "dl",
            {},
            row(...words.re),
            ...(letter.rows ?? []).map(([term, said]) => row(term, said)),
            row("Petitioner", letter.petitioner),
            row("Beneficiary", letter.beneficiary),
            words.namesClassification
              ? row("Classification", "Alien of Extraordinary Ability, INA § 203(b)(1)(A)")
              : [],
            row("Field of endeavor", letter.field_of_endeavor),
            row("Criteria claimed", ...criteria),
          ),
        ),
      ].filter(Boolean),
    );
    this.foot.replaceChildren(...letter.counsel.map((line) => h("div", {}, line)));
    this.foot.hidden = !letter.counsel.length;
  }

  sectionView(section) {
    const view = {
      heading: h("h3", { class: "wbm-heading", tabindex: "-1" }),
      state: h("span", { class: "wbm-state" }),
      badges: h("span", { class: "wbm-badges" }),
      standing: h("span", { class: "wbm-standing" }),
      list: h("div", { class: "wbm-findings", hidden: true }),
      card: h("div", { class: "wbm-card" }),
      text: new SectionText(
        (group) => this.chips(group),
        (sentence, node) => this.openSentence(sentence, node),
      ),
    };
    view.toggle = h(
      "button",
      { type: "button", class: "wbm-toggle", "aria-expanded": "false", hidden: true },
      view.badges,
    );
    view.toggle.addEventListener("click", () => {
      view.list.hidden = !view.list.hidden;
      setAttribute(view.toggle, "aria-expanded", String(!view.list.hidden));
    });
    if (this.pending) view.commands = new SectionCommands({ section, pending: this.pending, editor: this.editor });
    view.node = h(
      "section",
      { class: "wbm-section", "data-section": section.section_id, "aria-label": section.title },
      view.heading,
      h("div", { class: "wbm-meta" }, view.state, view.standing, view.toggle),
      view.commands?.node,
      view.list,
      view.commands?.panel,
      view.card,
      view.text.node,
    );
    return view;
  }

  drawSection(view, section, state) {
    const writing = section.status === "in_progress" || section.status === "revising";
    setText(view.heading, section.title);
    const [shape, words, why] = describeStatus(section);
    if (view.node.dataset.status !== section.status || view.words !== words) {
      view.node.dataset.status = section.status;
      view.words = words;
      view.state.replaceChildren(...iconAndWord([shape, words]));
    }
    setAttribute(view.state, "title", why);
    setAttribute(view.state, "data-status", section.status);
    this.drawStanding(view, section);
    const findings = section.findings ?? [];
    if (view.findings !== findings || view.writing !== writing || view.content !== section.content) {
      const shown = writing ? [] : findings;
      const changed = view.findings !== findings || view.writing !== writing;
      view.text.update(section.content, shown.length ? placesOf(section.content, shown) : [], writing);
      if (changed) this.drawFindings(view, shown);
      Object.assign(view, { findings, writing, content: section.content });
    }
    this.drawCard(view, section, state);
  }

  drawStanding(view, section) {
    const standing = describeProperties(section);
    const key = JSON.stringify(standing);
    if (view.standingKey === key) return;
    view.standingKey = key;
    view.standing.replaceChildren(
      ...standing.map(([name, words, why]) =>
        h(
          "span",
          { class: "wbm-stand", title: why },
          name && icon(name),
          h("span", {}, words),
          h("span", { class: "wbm-only-heard" }, `: ${why}`),
        ),
      ),
    );
  }

  drawFindings(view, findings) {
    drawBadges(view.badges, findings);
    view.toggle.hidden = !findings.length;
    if (!findings.length) view.list.hidden = true;
    view.list.replaceChildren(
      ...findings.map((finding) => {
        const note = makeNote(finding);
        const place = view.text.records.some((record) =>
          record.flags.some((flag) => isSameFinding(flag.finding, finding)),
        );
        if (place) {
          note.append(
            h(
              "button",
              {
                type: "button",
                class: "wbm-link",
                onclick: () => view.commands?.revealed(finding) || this.goTo(null, view.text.reveal(finding)),
              },
              _("Show in the text"),
            ),
          );
        }
        return note;
      }),
    );
  }

  /** Draws what is shown while a section has no text: what it waits for, or why it failed. */
  drawCard(view, section, state) {
    let words = "";
    if (section.status === "failed") words = failureOf(section, state);
    else if (section.status === "pending" && !section.content) words = this.waitingFor(section, state);
    else if (BUSY.has(section.status) && !section.content) words = _("Reading the exhibits…");
    const key = `${section.status}\n${words}`;
    if (view.cardKey === key) return;
    view.cardKey = key;
    view.card.hidden = !words;
    setAttribute(view.card, "data-kind", words && section.status);
    view.card.replaceChildren();
    if (words && section.status === "failed")
      view.card.append(h("strong", {}, icon("cross"), _("This section could not be drafted")));
    if (words) view.card.append(h("p", {}, words));
    if (words && section.status === "pending")
      view.card.append(h("div", { class: "wbm-lines", "aria-hidden": "true" }, h("i"), h("i"), h("i")));
  }

  waitingFor(section, state) {
    const open = (this.waitsFor()[section.section_id] ?? [])
      .map((id) => state.sections.find((other) => other.section_id === id))
      .filter((other) => other && !FINISHED.has(other.status));
    if (state.status === "cancelled" || state.status === "failed") return _("Not drafted: the run has ended.");
    if (open.length) return _("Waits for {sections}.", { sections: joinWithAnd(open.map((other) => other.title)) });
    if (state.status === "pending") return _("Not started.");
    return state.status === "paused" ? _("Waits: the run is paused.") : _("Waits for its turn.");
  }

  chips(group) {
    return h(
      "span",
      { class: "wbm-cites" },
      citationsOf(group).map((citation) => {
        if (citation.malformed !== undefined)
          return h(
            "span",
            { class: "wbm-cite-bad", title: _("This cannot be read as a citation") },
            _("unresolved: {citation}", { citation: citation.malformed }),
          );
        const chip = h("button", { type: "button", class: "wbm-cite" });
        this.citations.set(chip, citation);
        this.label(chip);
        return chip;
      }),
    );
  }

  label(chip) {
    const { id, pages, span } = this.citations.get(chip);
    const exhibit = this.numbers.get(id);
    const beyond = exhibit && pages.some((page) => page < 1 || page > exhibit.pages);
    chip.classList.toggle("wbm-unresolved", !exhibit || beyond);
    const number = exhibit?.number;
    const typed = span ? `${id} at ${span}` : id;
    // In English, as in the filed letter.
    const cited = `Ex. ${number}${span ? ` at ${span}` : ""}`;
    if (!exhibit) setText(chip, _("unresolved: {citation}", { citation: typed }));
    else setText(chip, beyond ? _("{citation} (no such page)", { citation: cited }) : cited);
    setAttribute(
      chip,
      "title",
      exhibit ? showControlCharacters(`${exhibit.title} (${exhibit.date})`) : _("No exhibit of this case has this id"),
    );
    setAttribute(
      chip,
      "aria-label",
      exhibit
        ? showControlCharacters(
            span
              ? _("Exhibit {number} at {pages}: {title}", { number, pages: span, title: exhibit.title })
              : _("Exhibit {number}: {title}", { number, title: exhibit.title }),
          )
        : showControlCharacters(_("Unresolved citation {citation}", { citation: typed })),
    );
  }
}

/**
 * Returns the words of the sentence before a citation, without other citations.
 *
 * @param {Element} chip
 */
export function sentenceAround(chip) {
  const block = chip.closest(".wbm-block");
  if (!block) return "";
  const range = document.createRange();
  range.setStart(block, 0);
  range.setEndBefore(chip.closest(".wbm-cites") ?? chip);
  const part = range.cloneContents();
  for (const other of part.querySelectorAll(".wbm-cites, .wbm-note-mark, .wbm-notes")) other.remove();
  const sentences = (part.textContent ?? "").trim().split(/(?<=[.!?]["”')]?)\s+(?=["“(]?[A-Z])/);
  return sentences.at(-1)?.slice(-1500) ?? "";
}

function failureOf(section, state) {
  const finding = (section.findings ?? []).find((each) => each.severity === "error");
  if (finding) return finding.message;
  const line = state.logs.findLast(
    ({ level, message }) =>
      level === "error" && (message.includes(section.section_id) || message.includes(section.title)),
  );
  return line?.message ?? state.error ?? _("The log says why.");
}
