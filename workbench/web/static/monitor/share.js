// In the controls: a form that makes a read-only link to the run, and lists the links that there are.

import { h, icon, setAttribute, setText, syncItems } from "./dom.js";
import { pluralize } from "./formatting.js";

const TERMS = [
  ["1", "1 hour"],
  ["24", "1 day"],
  ["168", "1 week"],
];

/** @param {string} at ISO-8601 */
function formatMoment(at) {
  const moment = new Date(at);
  if (Number.isNaN(moment.valueOf())) return at;
  return moment.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
}

/**
 * Says until when a link works, and who opened it.
 *
 * @param {LinkRow} link
 */
function describeLink(link) {
  const used = link.opened
    ? `opened ${pluralize(link.opened, "time")}, last ${formatMoment(link.last_at ?? "")} from ${link.last_from}`
    : "not opened yet";
  const until = link.revoked ? "withdrawn" : `works until ${formatMoment(link.expires_at)}`;
  return [`Made ${formatMoment(link.created_at)}`, until, link.redact ? "names hidden" : null, used]
    .filter(Boolean)
    .join(" · ");
}

/**
 * Draws the QR code of a link. Its colours are its own: a reader wants dark modules on white in a dark page too.
 *
 * @param {string} picture data URI
 */
const drawQr = (picture) =>
  h("img", { class: "wbm-share-qr", alt: "QR code of the link, for the camera of a phone", src: picture });

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
      { type: "button", class: "wbm-button", onclick: () => this.toClipboard(this.url, "The link") },
      icon("copy"),
      "Copy",
    );
    this.about = h("p", { class: "wbm-hint" });
    this.qr = h("div", { class: "wbm-share-code", hidden: true });
    this.advice = h("p", { class: "wbm-hint" });
    this.command = h("input", {
      class: "wbm-share-url",
      readonly: true,
      "aria-label": "The command",
      onfocus: () => this.command.select(),
    });
    this.remedy = h(
      "div",
      { class: "wbm-share-remedy", hidden: true },
      this.advice,
      this.command,
      h(
        "button",
        {
          type: "button",
          class: "wbm-button",
          "aria-label": "Copy the command",
          onclick: () => this.toClipboard(this.command, "The command"),
        },
        icon("copy"),
        "Copy",
      ),
    );
    this.said = h("p", { class: "wbm-hint wbm-share-said", role: "status" });
    this.made = h(
      "div",
      { class: "wbm-share-made", hidden: true },
      this.url,
      this.copy,
      this.about,
      this.qr,
      this.remedy,
    );
    this.items = new Map();
    this.links = h("ul", { class: "wbm-share-links", "aria-label": "Links of this run" });
    this.node = h(
      "div",
      { class: "wbm-share", id, role: "group", "aria-label": "Share the run", hidden: true },
      h("p", {}, "Whoever has the link sees this document being written. They can change nothing."),
      h("label", { class: "wbm-share-term" }, "Works for", this.hours),
      h("label", { class: "wbm-share-redact" }, this.redact, "Hide names"),
      this.go,
      this.made,
      this.said,
      this.links,
    );
  }

  toggle() {
    this.node.hidden = !this.node.hidden;
    setAttribute(this.button, "aria-expanded", String(!this.node.hidden));
    if (this.node.hidden) return;
    this.send({ type: "links" });
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

  /** @param {LinkRow[]} rows */
  list(rows) {
    syncItems(
      this.items,
      this.links,
      rows,
      (row) => row.id,
      (row) => this.entry(row.id),
    );
    for (const row of rows) {
      const item = this.items.get(row.id);
      setText(item.words, describeLink(row));
      item.withdraw.hidden = row.revoked;
      item.withdraw.removeAttribute("aria-busy");
    }
  }

  entry(id) {
    const words = h("span", {});
    const withdraw = h(
      "button",
      {
        type: "button",
        class: "wbm-button",
        onclick: () => {
          setAttribute(withdraw, "aria-busy", "true");
          this.send({ type: "unshare", id });
        },
      },
      "Withdraw",
    );
    return { node: h("li", {}, words, withdraw), words, withdraw };
  }

  receive(message) {
    if (message.type === "links") return this.list(message.links);
    // A request for a link has a number; what has none is about the list.
    if (message.type === "failure" && !message.request) {
      for (const item of this.items.values()) item.withdraw.removeAttribute("aria-busy");
      return setText(this.said, message.message);
    }
    if (!this.request || (message.request && message.request !== this.request)) return;
    this.settle();
    if (message.type !== "shared") return setText(this.said, message.message);
    this.made.hidden = false;
    this.url.value = message.url;
    setText(this.about, `Works until ${formatMoment(message.expires_at)}. ${message.reach} ${message.duration}`);
    this.qr.hidden = !message.qr;
    this.qr.replaceChildren(...(message.qr ? [drawQr(message.qr)] : []));
    const [advice, command] = message.remedy ?? ["", ""];
    this.remedy.hidden = !command;
    setText(this.advice, advice);
    this.command.value = command;
    setText(this.said, "The link is ready.");
    this.send({ type: "links" });
    this.url.focus();
    this.node.scrollIntoView({ block: "nearest" });
    return undefined;
  }

  settle() {
    clearTimeout(this.asked);
    this.request = null;
    this.go.removeAttribute("aria-busy");
  }

  /**
   * Copies a field's text.
   *
   * @param {HTMLInputElement} field
   * @param {string} what it is
   */
  async toClipboard(field, what) {
    try {
      await navigator.clipboard.writeText(field.value);
      setText(this.said, `${what} is on the clipboard.`);
    } catch {
      field.select();
      setText(this.said, `${what} is selected: copy it with Ctrl+C.`);
    }
  }

  stop() {
    this.settle();
  }
}
