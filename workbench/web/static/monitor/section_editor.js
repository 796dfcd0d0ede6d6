// Editor of one section: its text, and beside it the letter as it reads.

import { _ } from "./catalogue.js";
import { CitationPicker } from "./citation_picker.js";
import { placeCitation, writeMember } from "./citing.js";
import { placesOf } from "./draft.js";
import { h, icon, setAttribute, setText } from "./dom.js";
import { FieldMirror } from "./field_mirror.js";
import { SEVERITY_LABELS } from "./formatting.js";
import { LetterPreview } from "./letter_preview.js";
import { keepUnsaved, takeUnsaved } from "./unsaved_texts.js";

const KEYS_HINT = _("Ctrl+Enter saves · Ctrl+K or [@ cites an exhibit · Escape goes back");

/**
 * The editor of the section that is being edited: Markdown in a textarea, and its preview. It keeps the text that it
 * started from, and says when the section has changed since. Drawing needs no kernel; only saving does.
 */
export class SectionEditor {
  /**
   * `shown` hears whether the editor or the letter is to be seen.
   *
   * @param {{ cite(group: string): Node, openCitation(chip: Element): void, exhibits(): Exhibit[], shown(is: boolean): void,
   *   openExhibit(id: string, opener: Element): void }} host
   */
  constructor({ cite, openCitation, openExhibit, exhibits, shown }) {
    this.exhibits = exhibits;
    this.shown = shown;
    this.owner = null;
    this.threadId = this.sectionId = this.base = "";
    this.waiting = null; // the command that has no answer yet
    this.why = null;
    this.findings = [];
    this.field = h("textarea", {
      class: "wbm-field wbm-editor",
      "aria-label": _("Text of the section"),
      spellcheck: "true",
      oninput: (event) => this.typed(event),
      onscroll: () => this.align(),
      onkeyup: () => this.align(),
      onpointerup: () => this.align(),
    });
    this.mirror = new FieldMirror(this.field);
    this.picker = new CitationPicker({
      choose: (member) => this.insertCitation(member),
      leave: (typed, focus) => this.leavePicker(typed, focus),
      read: ({ exhibit_id: id }) => openExhibit(id, this.field),
    });
    this.preview = new LetterPreview({
      cite,
      openCitation,
      drawn: () => this.drawState(),
      pick: (offset) => this.setCaret(offset),
    });
    this.makeControls();
    this.source = h("div", { class: "wbm-source" }, this.field, this.mirror.node, this.picker.node);
    this.panes = h("div", { class: "wbm-edit-panes" }, this.source, this.preview.node);
    this.node = h(
      "div",
      { class: "wbm-edit", role: "group", "aria-label": _("Edit the section"), hidden: true },
      this.head,
      h("div", { class: "wbm-edit-notices" }, this.said, this.conflict, this.question),
      this.panes,
      h("div", { class: "wbm-edit-foot" }, this.state, h("span", { class: "wbm-hint wbm-keys" }, KEYS_HINT)),
    );
    this.node.addEventListener("keydown", (event) => this.press(event));
  }

  makeControls() {
    const button = (words, more, onclick, shape = "") =>
      h(
        "button",
        { type: "button", class: "wbm-button", ...more, onclick },
        shape && icon(shape),
        h("span", {}, words),
      );
    this.title = h("h3", { class: "wbm-edit-title" });
    this.citeButton = button(
      [h("span", { class: "wbm-short" }, _("Cite")), h("span", { class: "wbm-long" }, _("Cite an exhibit"))],
      {
        "aria-label": _("Cite an exhibit"),
        title: _("Picks exhibit and page from a list (Ctrl+K, or type [@)"),
        "aria-haspopup": "dialog",
      },
      () => this.openPicker(),
      "page",
    );
    this.letterButton = button(_("Letter"), { title: _("Shows the letter; the editor stays open") }, () =>
      this.stepAside(),
    );
    this.discardButton = button(_("Discard"), {}, () => this.leave() && this.owner.close());
    this.saveButton = button(_("Save"), { class: "wbm-button wbm-go" }, () => this.submit());
    this.head = h(
      "div",
      { class: "wbm-edit-head" },
      this.title,
      this.citeButton,
      this.letterButton,
      this.discardButton,
      this.saveButton,
    );
    this.goOn = button(_("Back"), {}, () => this.ask(false));
    this.question = h(
      "div",
      { class: "wbm-confirm", role: "group", "aria-label": _("Discard your changes?"), hidden: true },
      h("p", {}, _("Discard your changes? The text stays as it was.")),
      h(
        "div",
        { class: "wbm-row" },
        button(_("Discard changes"), { class: "wbm-button wbm-danger" }, () => this.drop()),
        this.goOn,
      ),
    );
    this.present = h("div", { class: "wbm-present", tabindex: "0", role: "region", "aria-label": _("Present text") });
    this.overwrite = button(_("Save mine over it"), {}, () => {
      if (this.overwrite.getAttribute("aria-disabled") !== "true") this.send(this.now);
    });
    this.conflict = h(
      "div",
      { class: "wbm-conflict", role: "group", "aria-label": _("The text has changed meanwhile"), hidden: true },
      h("p", {}, _("The section's text has changed since you read it. Yours is kept here, unsaved.")),
      this.overwrite,
      h("details", {}, h("summary", {}, _("Show the present text")), this.present),
    );
    this.said = h("p", { class: "wbm-said", hidden: true });
    this.state = h("span", { class: "wbm-edit-state" });
  }

  /**
   * Opens the editor on a section; returns false where another one has changes that would be lost, and asks about it.
   *
   * @param {SectionState} section
   * @param {string} threadId of the run
   * @param {{ save(text: string, base: string): void, close(): void }} owner
   */
  begin(section, threadId, owner) {
    if (this.owner && !this.leave()) return false;
    this.owner?.close();
    Object.assign(this, { owner, threadId, sectionId: section.section_id, sent: null, now: section.content });
    this.field.value = section.content;
    this.kept = this.field.value; // read back: a textarea drops carriage returns
    const unsaved = takeUnsaved(threadId, section.section_id);
    this.base = unsaved?.base ?? section.content;
    if (unsaved) this.field.value = unsaved.text;
    setText(this.title, section.title);
    this.say(unsaved ? _("Your unsaved text is back.") : null);
    this.question.hidden = true;
    this.picker.node.hidden = true;
    this.comeForward();
    this.field.setSelectionRange(0, 0);
    this.field.scrollTop = 0;
    this.findings = section.findings ?? [];
    this.preview.begin(section.title, this.field.value, this.findings);
    this.changed();
    return true;
  }

  /** Keeps unsaved text for the next editor of the section, as this one is removed. */
  remove() {
    const { threadId, sectionId, base, preview } = this;
    clearTimeout(preview.waiting);
    if (this.dirty) keepUnsaved({ thread_id: threadId, section_id: sectionId, text: this.field.value, base });
  }

  /** Shows the editor in place of the letter. */
  comeForward() {
    this.node.hidden = false;
    this.shown(true);
    this.field.focus({ preventScroll: true });
    this.node.scrollIntoView({ block: "nearest" });
  }

  /** Shows the letter in place of the editor, which keeps its text. */
  stepAside() {
    if (this.node.hidden) return;
    this.node.hidden = true;
    this.shown(false);
  }

  /** Ends the editing; the text has been saved or given up. */
  end() {
    this.owner = null;
    this.picker.node.hidden = true;
    this.node.hidden = true;
    this.shown(false);
  }

  draw(section, why) {
    this.now = section.content;
    this.findings = section.findings ?? [];
    this.why = why;
    // What was sent comes back as the kernel has cleaned it, before or after its answer.
    const mine = this.sent !== null && this.now.trim() === this.sent.trim();
    if (mine && !this.waiting) this.base = this.now;
    this.conflict.hidden = this.now === this.base || mine;
    if (!this.conflict.hidden) setText(this.present, this.now);
    this.changed();
  }

  get dirty() {
    return this.owner !== null && this.field.value !== this.kept;
  }

  typed(event) {
    this.changed();
    const caret = this.field.selectionStart;
    const opens = event.data === "@" && this.field.value.slice(caret - 2, caret) === "[@";
    if (opens) this.openPicker(caret - 2);
  }

  changed() {
    this.preview.show(this.field.value, this.findings);
    const why =
      this.why ??
      (!this.field.value.trim() ? _("The text is empty.") : !this.dirty ? _("Nothing has been changed yet.") : null);
    setAttribute(this.saveButton, "aria-disabled", String(Boolean(why || this.waiting)));
    setAttribute(this.saveButton, "title", why ?? "");
    setAttribute(this.overwrite, "aria-disabled", String(Boolean(this.why || this.waiting)));
    this.drawState();
  }

  drawState() {
    const words = this.waiting === "edit" ? _("Saving…") : this.dirty ? _("Unsaved changes") : _("No changes");
    setText(this.state, this.preview.isBehind ? `${words} · ${_("Preview behind")}` : words);
    setAttribute(this.state, "data-dirty", String(this.dirty));
    this.align();
  }

  wait(waiting) {
    this.waiting = waiting;
    setAttribute(this.saveButton, "aria-busy", String(waiting !== null));
    this.changed();
  }

  submit() {
    if (this.saveButton.getAttribute("aria-disabled") !== "true") this.send(this.base);
  }

  send(base) {
    this.sent = this.field.value;
    this.owner.save(this.sent, base);
  }

  /** Notes that what was sent is saved; returns false where more has been written since, which stays open. */
  saved() {
    this.kept = this.sent;
    this.base = this.now;
    if (!this.dirty) return true;
    this.changed();
    this.say(_("Saved. What you have typed since is not saved yet."));
    return false;
  }

  /** Returns whether it can be closed at once; asks first where changes would be lost. */
  leave() {
    if (!this.dirty) return true;
    if (this.node.hidden) this.comeForward();
    this.ask(true);
    return false;
  }

  ask(asking) {
    this.question.hidden = !asking;
    (asking ? this.goOn : this.field).focus();
  }

  drop() {
    this.field.value = this.kept;
    this.owner.close();
  }

  say(words, severity = "info") {
    this.said.hidden = !words;
    setAttribute(this.said, "data-severity", severity);
    this.said.replaceChildren(...(words ? [icon(SEVERITY_LABELS[severity][0]), h("span", {}, words)] : []));
  }

  press(event) {
    const chord = event.ctrlKey || event.metaKey;
    if (event.key === "Enter" && chord) this.submit();
    else if (event.key.toLowerCase() === "k" && chord) this.openPicker();
    else if (event.key === "Escape" && !this.question.hidden) this.ask(false);
    else if (event.key === "Escape" && this.panes.querySelector(".wbm-drawer:not([hidden])"))
      return; // it is closed first
    else if (event.key === "Escape") this.leave() && this.owner.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Selects a finding's words. */
  select(finding) {
    const [{ from, to }] = placesOf(this.field.value, [finding]);
    if (this.node.hidden) this.comeForward();
    if (from === null) this.field.focus();
    else this.setCaret(from, to);
  }

  setCaret(from, to = from) {
    this.field.focus({ preventScroll: true });
    this.field.setSelectionRange(from, to);
    const [{ top }] = this.mirror.measure([from]);
    const [low, high] = [this.field.scrollTop + 20, this.field.scrollTop + this.field.clientHeight - 40];
    if (top < low || top > high) this.field.scrollTop = top - this.field.clientHeight / 3;
    this.align();
  }

  /** Brings the paragraph that is being edited to the same height in both panes; where it is out of sight, the first one in sight. */
  align() {
    if (this.node.hidden) return;
    const { scrollTop, clientHeight, selectionStart } = this.field;
    const starts = this.preview.text.records.map(({ start }) => start);
    const [caret] = this.mirror.measure([selectionStart]);
    let [offset, top] = [selectionStart, caret.top];
    if (top < scrollTop || top > scrollTop + clientHeight) {
      const tops = this.mirror.measure(starts);
      const first = Math.max(
        0,
        tops.findLastIndex((place) => place.top <= scrollTop),
      );
      [offset, top] = [starts[first] ?? 0, tops[first]?.top ?? 0];
      const next = tops[first + 1]?.top ?? this.field.scrollHeight;
      const end = starts[first + 1] ?? this.field.value.length;
      const within = Math.max(0, Math.min(1, (scrollTop - top) / Math.max(1, next - top)));
      offset += Math.round(within * (end - offset));
      top = scrollTop;
    }
    this.preview.follow(offset, (top - scrollTop) / Math.max(1, clientHeight));
  }

  // ---- citations

  /** Opens the list of exhibits at the caret; `typedFrom` is where an opening bracket was typed for it. */
  openPicker(typedFrom = null) {
    const { selectionStart, selectionEnd } = this.field;
    this.citing = { from: typedFrom ?? selectionEnd, to: selectionEnd, typed: typedFrom !== null };
    this.picker.open(this.exhibits(), typedFrom !== null);
    const [caret] = this.mirror.measure([typedFrom ?? selectionStart]);
    const [below, height] = [caret.top + caret.height - this.field.scrollTop + 4, this.picker.node.offsetHeight];
    const above = caret.top - this.field.scrollTop - height - 4;
    const room = this.source.clientHeight - height;
    const left = Math.max(0, Math.min(caret.left - 12, this.source.clientWidth - this.picker.node.offsetWidth));
    this.picker.node.style.top = `${below <= room ? below : Math.max(0, Math.min(above, room))}px`;
    this.picker.node.style.left = `${left}px`;
  }

  insertCitation(member) {
    const { from, to, words } = placeCitation(this.field.value, this.citing.from, this.citing.to, member);
    this.replace(from, to, words);
  }

  /** Cites a page that is being read. */
  cite(exhibit, page) {
    if (this.node.hidden) this.comeForward();
    const caret = this.field.selectionEnd;
    const from = this.field.value.slice(caret - 2, caret) === "[@" ? caret - 2 : caret;
    this.citing = { from, to: caret, typed: false };
    this.insertCitation(writeMember(exhibit, String(page)));
  }

  /** Goes back to the text; what was typed in the list after an opening bracket is text. */
  leavePicker(typed, focus) {
    const { to, typed: bracket } = this.citing;
    const words = bracket ? typed : "";
    if (focus) this.replace(to, to, words);
    else if (words) this.field.setRangeText(words, to, to, "end");
    this.changed();
  }

  /** Replaces a part of the text as if it were typed, so that Ctrl+Z takes it back. */
  replace(from, to, words) {
    this.field.focus({ preventScroll: true });
    this.field.setSelectionRange(from, to);
    if (words && !document.execCommand("insertText", false, words)) this.field.setRangeText(words, from, to, "end");
    this.changed();
  }
}
