// In the controls: a form that makes a read-only link to the run, and lists the links that there are.

import { _, localeOr, ngettext } from "./catalogue.js";
import { h, icon, setAttribute, setText, syncItems } from "./dom.js";

const TERMS = [
  ["1", _("1 hour")],
  ["24", _("1 day")],
  ["168", _("1 week")],
];

/** @param {string} at ISO-8601 */
function formatMoment(at) {
  const moment = new Date(at);
  if (Number.isNaN(moment.valueOf())) return at;
  return moment.toLocaleString(localeOr("en-GB"), { dateStyle: "medium", timeStyle: "short" });
}

/**
 * Says until when a link works, and who opened it.
 *
 * @param {LinkRow} link
 */
function describeLink(link) {
  const used = link.opened
    ? ngettext(
        "opened {count} time, last {moment} from {address}",
        "opened {count} times, last {moment} from {address}",
        link.opened,
        { moment: formatMoment(link.last_at ?? ""), address: link.last_from },
      )
    : _("not opened yet");
  const until = link.revoked ? _("withdrawn") : _("works until {moment}", { moment: formatMoment(link.expires_at) });
  return [
    _("Made {moment}", { moment: formatMoment(link.created_at) }),
    until,
    link.redact ? _("names hidden") : null,
    used,
  ]
    .filter(Boolean)
    .join(" · ");
}

/**
 * Draws the QR code of a link. Its colours are its own: a reader wants dark modules on white in a dark page too.
 *
 * @param {string} picture data URI
 */
const drawQr = (picture) =>
  h("img", { class: "wbm-share-qr", alt: _("QR code of the link, for the camera of a phone"), src: picture });

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
      _("Share"),
    );
    this.hours = h(
      "select",
      { class: "wbm-share-hours" },
      TERMS.map(([value, word]) => h("option", { value, selected: value === "24" }, word)),
    );
    this.redact = h("input", { type: "checkbox" });
    this.go = h("button", { type: "button", class: "wbm-button wbm-go", onclick: () => this.ask() }, _("Make a link"));
    this.url = h("input", {
      class: "wbm-share-url",
      readonly: true,
      "aria-label": _("The link"),
      onfocus: () => this.url.select(),
    });
    this.copy = h(
      "button",
      { type: "button", class: "wbm-button", onclick: () => this.toClipboard(this.url, _("The link")) },
      icon("copy"),
      _("Copy"),
    );
    this.about = h("p", { class: "wbm-hint" });
    this.qr = h("div", { class: "wbm-share-code", hidden: true });
    this.advice = h("p", { class: "wbm-hint" });
    this.command = h("input", {
      class: "wbm-share-url",
      readonly: true,
      "aria-label": _("The command"),
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
          "aria-label": _("Copy the command"),
          onclick: () => this.toClipboard(this.command, _("The command")),
        },
        icon("copy"),
        _("Copy"),
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
    this.links = h("ul", { class: "wbm-share-links", "aria-label": _("Links of this run") });
    this.node = h(
      "div",
      { class: "wbm-share", id, role: "group", "aria-label": _("Share the run"), hidden: true },
      h("p", {}, _("Whoever has the link sees this document being drafted. They can change nothing.")),
      h("label", { class: "wbm-share-term" }, _("Works for"), this.hours),
      h("label", { class: "wbm-share-redact" }, this.redact, _("Hide names")),
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
    setText(this.said, _("Making the link…"));
    clearTimeout(this.asked);
    this.asked = setTimeout(
      () => setText(this.said, _("The kernel has not answered yet: it answers when the running cell is done.")),
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
      _("Withdraw"),
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
    setText(
      this.about,
      [_("Works until {moment}.", { moment: formatMoment(message.expires_at) }), message.reach, message.duration].join(
        " ",
      ),
    );
    this.qr.hidden = !message.qr;
    this.qr.replaceChildren(...(message.qr ? [drawQr(message.qr)] : []));
    const [advice, command] = message.remedy ?? ["", ""];
    this.remedy.hidden = !command;
    setText(this.advice, advice);
    this.command.value = command;
    setText(this.said, _("The link is ready."));
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
      setText(this.said, _("{what} is on the clipboard.", { what }));
    } catch {
      field.select();
      setText(this.said, _("{what} is selected: copy it with Ctrl+C.", { what }));
    }
  }

  stop() {
    this.settle();
  }
}
