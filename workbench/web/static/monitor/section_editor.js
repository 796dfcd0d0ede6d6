// Editor of one section's text, shown in place of the text.

import { placesOf } from "./draft.js";
import { h, setAttribute, setText } from "./dom.js";

/** A textarea with one section's Markdown. It keeps the text it started from, and shows when the section has changed since. */
export class SectionEditor {
  constructor({ save, close }) {
    this.save = save;
    this.close = close;
    this.base = "";
    this.waiting = false;
    this.why = null;
    this.field = h("textarea", {
      class: "wbm-field wbm-editor",
      "aria-label": "Text of the section",
      spellcheck: "true",
      oninput: () => this.changed(),
    });
    this.saveButton = h("button", { type: "button", class: "wbm-button wbm-go", onclick: () => this.submit() }, "Save");
    this.discardButton = h(
      "button",
      { type: "button", class: "wbm-button", onclick: () => this.leave() && this.close() },
      "Discard",
    );
    this.row = h(
      "div",
      { class: "wbm-row" },
      this.saveButton,
      this.discardButton,
      h("span", { class: "wbm-hint wbm-keys" }, "Markdown; cite as [@exhibit-id, p. 2] · Ctrl+Enter saves"),
    );
    this.goOn = h("button", { type: "button", class: "wbm-button", onclick: () => this.ask(false) }, "Keep editing");
    this.question = h(
      "div",
      { class: "wbm-confirm", role: "group", "aria-label": "Discard your changes?", hidden: true },
      h("p", {}, "Discard your changes? The text stays as it was."),
      h(
        "div",
        { class: "wbm-row" },
        h("button", { type: "button", class: "wbm-button wbm-danger", onclick: () => this.drop() }, "Discard changes"),
        this.goOn,
      ),
    );
    this.present = h("div", { class: "wbm-present" });
    this.overwrite = h(
      "button",
      {
        type: "button",
        class: "wbm-button",
        onclick: () => this.overwrite.getAttribute("aria-disabled") === "true" || this.save(this.field.value, this.now),
      },
      "Save mine over it",
    );
    this.conflict = h(
      "div",
      { class: "wbm-conflict", role: "group", "aria-label": "The text has changed meanwhile", hidden: true },
      h("p", {}, "The section's text has changed since you read it. Yours is kept here, unsaved."),
      h("details", {}, h("summary", {}, "Show the present text"), this.present),
      this.overwrite,
    );
    this.node = h(
      "div",
      { class: "wbm-form wbm-edit", role: "group", "aria-label": "Edit the section", hidden: true },
      this.field,
      this.conflict,
      this.row,
      this.question,
    );
    this.node.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.submit();
      else if (event.key === "Escape" && !this.question.hidden) this.ask(false);
      else if (event.key === "Escape") this.leave() && this.close();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  begin(section) {
    this.base = this.now = section.content;
    this.field.value = section.content;
    this.kept = this.field.value; // read back: a textarea drops carriage returns
    this.node.hidden = false;
    this.question.hidden = true;
    this.row.hidden = false;
    this.field.focus({ preventScroll: true });
    this.field.setSelectionRange(0, 0);
    this.changed();
  }

  draw(section, why) {
    this.now = section.content;
    this.why = why;
    const conflict = this.now !== this.base;
    this.conflict.hidden = !conflict;
    if (conflict) setText(this.present, this.now);
    this.changed();
  }

  get dirty() {
    return this.field.value !== this.kept;
  }

  changed() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(Math.max(this.field.scrollHeight + 4, 160), 460)}px`;
    const why =
      this.why ??
      (!this.field.value.trim() ? "The text is empty." : !this.dirty ? "Nothing has been changed yet." : null);
    setAttribute(this.saveButton, "aria-disabled", String(Boolean(why || this.waiting)));
    setAttribute(this.saveButton, "title", why ?? "");
    setAttribute(this.overwrite, "aria-disabled", String(Boolean(this.why || this.waiting)));
  }

  wait(waiting) {
    this.waiting = waiting;
    setAttribute(this.saveButton, "aria-busy", String(waiting));
    this.changed();
  }

  submit() {
    if (this.saveButton.getAttribute("aria-disabled") !== "true") this.save(this.field.value, this.base);
  }

  /** Returns whether it can be closed at once; asks first where changes would be lost. */
  leave() {
    if (!this.dirty) return true;
    this.ask(true);
    return false;
  }

  ask(asking) {
    this.question.hidden = !asking;
    this.row.hidden = asking;
    (asking ? this.goOn : this.field).focus();
  }

  drop() {
    this.field.value = this.kept;
    this.close();
  }

  /** Selects a finding's words. */
  select(finding) {
    const [{ from, to }] = placesOf(this.field.value, [finding]);
    this.field.focus();
    if (from === null) return;
    this.field.setSelectionRange(from, to);
    const lines = this.field.value.slice(0, from).length / Math.max(1, this.field.value.length);
    this.field.scrollTop = Math.max(0, lines * this.field.scrollHeight - this.field.clientHeight / 2);
  }
}
