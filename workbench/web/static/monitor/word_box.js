// Below the monitor: the form in which an edited Word file comes back, which the kernel makes.

import { _ } from "./catalogue.js";
import { h, icon, setAttribute, setText } from "./dom.js";

const FORM_AFTER = 5000; // milliseconds until the box says that the kernel has not answered

export class WordBox {
  /**
   * @param {{
   *   send(message: Message): void,
   *   embed?: (modelId: string, host: HTMLElement) => Promise<() => void>,
   * }} host where it cannot show a widget of the kernel (`embed`), there is no button
   */
  constructor({ send, embed }) {
    this.send = send;
    this.embed = embed;
    const id = `wbm-returned-${Math.random().toString(36).slice(2)}`;
    this.button = h(
      "button",
      {
        type: "button",
        class: "wbm-button wbm-returned-open",
        "aria-expanded": "false",
        "aria-controls": id,
        title: _("Brings an edited Word file of this run back: edits, tracked changes, comments."),
        hidden: !embed,
        onclick: () => this.toggle(),
      },
      icon("page"),
      _("Word…"),
    );
    this.said = h("p", { class: "wbm-hint", role: "status" });
    this.place = h("div", {});
    this.node = h(
      "div",
      { class: "wbm-returned", id, role: "group", "aria-label": _("Edited Word file"), hidden: true },
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
    this.send({ type: "word" });
  }

  async receive(message) {
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
      this.place.replaceChildren(h("code", {}, "workbench.WordForm(run)"));
      setText(this.said, _("The form cannot be shown here; run this line in a cell:"));
    }
    this.node.scrollIntoView({ block: "nearest" });
  }

  stop() {
    clearTimeout(this.asked);
    this.remove?.();
  }
}
