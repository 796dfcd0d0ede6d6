// In the controls: a form that makes a read-only link to the run.

import { h, icon, setAttribute, setText } from "./dom.js";

const TERMS = [
  ["1", "1 hour"],
  ["24", "1 day"],
  ["168", "1 week"],
];
const LINK_AFTER = 8000; // milliseconds until the form says that the kernel has not answered

export class ShareBox {
  constructor({ send }) {
    this.send = send;
    const id = `wbm-share-${Math.random().toString(36).slice(2)}`;
    this.button = h(
      "button",
      {
        type: "button",
        class: "wbm-button wbm-share-open",
        "aria-expanded": "false",
        "aria-controls": id,
        onclick: () => this.toggle(),
      },
      icon("share"),
      "Share",
    );
    this.hours = h(
      "select",
      { class: "wbm-share-hours" },
      TERMS.map(([value, word]) => h("option", { value, selected: value === "24" }, word)),
    );
    this.redact = h("input", { type: "checkbox" });
    this.go = h("button", { type: "button", class: "wbm-button wbm-go", onclick: () => this.ask() }, "Make a link");
    this.url = h("input", {
      class: "wbm-share-url",
      readonly: true,
      "aria-label": "The link",
      onfocus: () => this.url.select(),
    });
    this.copy = h(
      "button",
      { type: "button", class: "wbm-button", onclick: () => this.toClipboard() },
      icon("copy"),
      "Copy",
    );
    this.about = h("p", { class: "wbm-hint" });
    this.said = h("p", { class: "wbm-hint wbm-share-said", role: "status" });
    this.made = h("div", { class: "wbm-share-made", hidden: true }, this.url, this.copy, this.about);
    this.node = h(
      "div",
      { class: "wbm-share", id, role: "group", "aria-label": "Share the run", hidden: true },
      h("p", {}, "Whoever has the link sees this petition being written. They can change nothing."),
      h("label", { class: "wbm-share-term" }, "Works for", this.hours),
      h("label", { class: "wbm-share-redact" }, this.redact, "Hide names"),
      this.go,
      this.made,
      this.said,
    );
  }

  toggle() {
    this.node.hidden = !this.node.hidden;
    setAttribute(this.button, "aria-expanded", String(!this.node.hidden));
    if (this.node.hidden) return;
    this.hours.focus();
    this.node.scrollIntoView({ block: "nearest" });
  }

  ask() {
    this.request = `${Date.now()}-${Math.random().toString(36).slice(2)}`;
    setAttribute(this.go, "aria-busy", "true");
    this.made.hidden = true;
    setText(this.said, "Making the link…");
    clearTimeout(this.asked);
    this.asked = setTimeout(
      () => setText(this.said, "The kernel has not answered yet: it answers when the running cell is done."),
      LINK_AFTER,
    );
    this.send({ type: "share", hours: Number(this.hours.value), redact: this.redact.checked, request: this.request });
  }

  receive(message) {
    if (!this.request || (message.request && message.request !== this.request)) return;
    this.settle();
    if (message.type !== "shared") return setText(this.said, message.message);
    this.made.hidden = false;
    this.url.value = message.url;
    const ends = new Date(message.expires_at);
    const until = Number.isNaN(ends.valueOf())
      ? message.expires_at
      : ends.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
    setText(this.about, `Works until ${until}. To withdraw it: run.unshare("${message.id}").`);
    setText(this.said, "The link is ready.");
    this.url.focus();
    this.node.scrollIntoView({ block: "nearest" });
    return undefined;
  }

  settle() {
    clearTimeout(this.asked);
    this.request = null;
    this.go.removeAttribute("aria-busy");
  }

  async toClipboard() {
    try {
      await navigator.clipboard.writeText(this.url.value);
      setText(this.said, "The link is on the clipboard.");
    } catch {
      this.url.select();
      setText(this.said, "The link is selected: copy it with Ctrl+C.");
    }
  }

  stop() {
    this.settle();
  }
}
