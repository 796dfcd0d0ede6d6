// Below the monitor: forms that the kernel makes, one behind each of these buttons.

import { _ } from "./catalogue.js";
import { h, icon, setAttribute, setText } from "./dom.js";

const FORM_AFTER = 5000; // milliseconds until the box says that the kernel has not answered

/**
 * By name, which is also the message that asks for the form: the button's icon and label, what it does, the box's name,
 * and the line for a cell where the form cannot be shown.
 *
 * @type {Record<string, [shape: string, label: string, about: string, name: string, line: string]>}
 */
const FORMS = {
  word: [
    "page",
    _("Word…"),
    _("Brings an edited Word file of this run back: edits, tracked changes, comments."),
    _("Edited Word file"),
    "workbench.WordForm(run)",
  ],
  files: [
    "copy",
    _("Files…"),
    _("Writes the letter as PDF, Word document, page or notebook, and the package to be filed."),
    _("Files of the run"),
    "workbench.FilesForm(run)",
  ],
  add_section: [
    "plus",
    _("Add section…"),
    _("Adds a section that the case calls for and the letter lacks, and has it drafted."),
    _("Missing sections"),
    "run.missing_sections",
  ],
};

/**
 * What the boxes need; where a widget of the kernel cannot be shown (`embed`), there are no buttons.
 *
 * @typedef {{
 *   send(message: Message): void,
 *   embed?: (modelId: string, host: HTMLElement) => Promise<() => void>,
 * }} FormHost
 */

/**
 * Makes the boxes of all forms.
 *
 * @param {FormHost} host
 */
export const makeFormBoxes = (host) => Object.keys(FORMS).map((name) => new FormBox(name, host));

class FormBox {
  /**
   * @param {string} name
   * @param {FormHost} host
   */
  constructor(name, { send, embed }) {
    this.name = name;
    this.send = send;
    this.embed = embed;
    const [shape, label, about, title, line] = FORMS[name];
    this.line = line;
    const id = `wbm-kernel-form-${Math.random().toString(36).slice(2)}`;
    this.button = h(
      "button",
      {
        type: "button",
        class: "wbm-button",
        "aria-expanded": "false",
        "aria-controls": id,
        title: about,
        hidden: !embed,
        onclick: () => this.toggle(),
      },
      icon(shape),
      label,
    );
    this.said = h("p", { class: "wbm-hint", role: "status" });
    this.place = h("div", {});
    this.node = h(
      "div",
      { class: "wbm-kernel-form", id, role: "group", "aria-label": title, hidden: true },
      this.said,
      this.place,
    );
  }

  toggle() {
    this.node.hidden = !this.node.hidden;
    setAttribute(this.button, "aria-expanded", String(!this.node.hidden));
    if (this.node.hidden) return;
    if (!this.place.hasChildNodes()) this.ask();
    this.node.scrollIntoView({ block: "nearest" });
  }

  ask() {
    setText(this.said, _("Opening the form…"));
    clearTimeout(this.asked);
    this.asked = setTimeout(
      () => setText(this.said, _("The kernel has not answered yet: it answers when the running cell is done.")),
      FORM_AFTER,
    );
    this.send({ type: this.name });
  }

  /** Takes an answer to this box; returns false where a message is none. */
  receive(message) {
    if (message.type !== this.name && message.about !== this.name) return false;
    this.show(message);
    return true;
  }

  async show(message) {
    // Every view of the monitor hears the answer; who did not ask shows no form.
    if (this.node.hidden || this.place.hasChildNodes()) return;
    clearTimeout(this.asked);
    if (message.type === "failure") {
      setText(this.said, message.message);
      return;
    }
    try {
      this.remove = await this.embed(message.model_id, this.place);
      setText(this.said, "");
    } catch {
      this.place.replaceChildren(h("code", {}, this.line));
      setText(this.said, _("The form cannot be shown here; run this line in a cell:"));
    }
    this.node.scrollIntoView({ block: "nearest" });
  }

  stop() {
    clearTimeout(this.asked);
    this.remove?.();
  }
}
