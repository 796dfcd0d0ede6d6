// Below the letter: one page of an exhibit.

import { h, icon, setText } from "./dom.js";
import { KINDS, formatDate } from "./formatting.js";

/** One page of an exhibit, shown beside the sentence that cites it. */
export class PageDrawer {
  constructor({ ask, closed }) {
    this.ask = ask;
    this.number = h("span", { class: "wbm-drawer-number" });
    this.title = h("h3", { class: "wbm-drawer-title", tabindex: "-1" });
    this.about = h("span", { class: "wbm-drawer-about" });
    this.cited = h("span", { class: "wbm-cited" }, "Cited page");
    this.place = h("span", { class: "wbm-drawer-place" });
    this.text = h("div", { class: "wbm-page", tabindex: "0", role: "region", "aria-label": "Text of the page" });
    this.previous = h(
      "button",
      { type: "button", class: "wbm-quiet", "aria-label": "Previous page", onclick: () => this.turn(-1) },
      icon("left"),
    );
    this.next = h(
      "button",
      { type: "button", class: "wbm-quiet", "aria-label": "Next page", onclick: () => this.turn(1) },
      icon("right"),
    );
    this.node = h(
      "aside",
      { class: "wbm-drawer", hidden: true, "aria-label": "Exhibit page" },
      h(
        "div",
        { class: "wbm-drawer-head" },
        this.number,
        h("div", { class: "wbm-drawer-names" }, this.title, this.about, this.cited),
        h("span", { class: "wbm-pager" }, this.previous, this.place, this.next),
        h(
          "button",
          {
            type: "button",
            class: "wbm-quiet",
            "aria-label": "Close the exhibit (Escape)",
            onclick: () => this.close(),
          },
          icon("close"),
        ),
      ),
      this.text,
    );
    this.node.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (step) this.turn(step);
    });
    this.closed = closed;
  }

  open(exhibit, page, cited, opener) {
    this.exhibit = exhibit;
    this.citedPages = new Set(cited);
    this.opener = opener;
    this.node.hidden = false;
    this.show(page);
    this.title.focus({ preventScroll: true });
  }

  close() {
    if (this.node.hidden) return;
    this.node.hidden = true;
    this.page = null;
    this.closed();
    if (this.opener?.isConnected) this.opener.focus({ preventScroll: true });
  }

  turn(step) {
    const page = this.page + step;
    if (page < 1 || page > this.exhibit.pages) return;
    const pressed = [this.previous, this.next].find((button) => button === document.activeElement);
    this.show(page);
    if (pressed?.disabled) this.text.focus(); // a button that is disabled loses the focus to the body
  }

  show(page) {
    const { exhibit } = this;
    this.page = page;
    setText(this.number, `Ex. ${exhibit.number}`);
    setText(this.title, exhibit.title);
    setText(this.about, [KINDS[exhibit.kind] ?? exhibit.kind, formatDate(exhibit.date)].filter(Boolean).join(" · "));
    setText(this.place, `Page ${page} of ${exhibit.pages}`);
    this.cited.hidden = !this.citedPages.has(page);
    this.text.classList.toggle("wbm-is-cited", this.citedPages.has(page));
    this.previous.disabled = page <= 1;
    this.next.disabled = page >= exhibit.pages;
    this.say(
      exhibit.has_text
        ? "Fetching the page…"
        : "This exhibit has no text layer: read the document itself. Nothing in it could be checked.",
    );
    if (exhibit.has_text) this.ask(exhibit.exhibit_id, page);
  }

  say(words) {
    this.text.replaceChildren(h("p", { class: "wbm-hint" }, words));
  }

  receive({ exhibit_id: id, page, text, error }) {
    if (this.node.hidden || this.exhibit.exhibit_id !== id || this.page !== page || !this.exhibit.has_text) return;
    if (error) this.say(error);
    else if (!text.trim()) this.say("This page has no text.");
    else {
      const { recognized } = this.exhibit;
      const remark = `Recognized text, not typed text: ${recognized}. Compare it with the page itself.`;
      this.text.replaceChildren(
        ...(recognized ? [h("p", { class: "wbm-hint" }, remark)] : []),
        h("div", { class: "wbm-page-text" }, text),
      );
    }
    this.text.scrollTop = 0;
  }
}
