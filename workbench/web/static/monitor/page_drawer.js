// Below the letter: one page of an exhibit, as a picture with the passage marked, or as text.

import { _ } from "./catalogue.js";
import { h, icon, setAttribute, setText } from "./dom.js";
import { dataAddress, saveFile } from "./files.js";
import { KINDS, formatDate } from "./formatting.js";

/** Answers about an exhibit, which go to the drawer. */
export const EXHIBIT_MESSAGES = new Set(["page", "picture", "marks", "document"]);

const KEPT = 12; // pictures of pages

/** One page of an exhibit, shown beside the sentence that cites it. */
export class PageDrawer {
  /** `cite` takes an exhibit and its page into the text that is being edited; without it there is no editor. */
  constructor({ send, closed, cite = null }) {
    this.send = send;
    this.closed = closed;
    this.pictures = new Map(); // addresses by exhibit and page, the last shown last
    this.prefersText = false;
    /** @type {string | null} */
    this.words = null; // text of the page, or why there is none
    this.error = null;
    this.refused = null; // why there is no picture
    this.marks = null;
    this.picture = null;
    this.number = h("span", { class: "wbm-drawer-number" });
    this.title = h("h3", { class: "wbm-drawer-title", tabindex: "0" }); // a long one is scrolled
    this.about = h("span", { class: "wbm-drawer-about" });
    this.cited = h("span", { class: "wbm-cited" }, _("Cited page"));
    this.place = h("span", { class: "wbm-drawer-place" });
    this.said = h("span", { class: "wbm-only-heard", role: "status" });
    this.text = h("div", { class: "wbm-page", tabindex: "0", role: "region", "aria-label": _("The page") });
    const button = (attributes, ...children) => h("button", { type: "button", ...attributes }, ...children);
    this.previous = button(
      {
        class: "wbm-quiet",
        "aria-label": _("Previous page"),
        title: _("Previous page (←)"),
        onclick: () => this.turn(-1),
      },
      icon("left"),
    );
    this.next = button(
      { class: "wbm-quiet", "aria-label": _("Next page"), title: _("Next page (→)"), onclick: () => this.turn(1) },
      icon("right"),
    );
    this.turnOver = button({ class: "wbm-link", "aria-pressed": "false", onclick: () => this.toggleText() }, _("Text"));
    this.whole = button({ class: "wbm-link", onclick: () => this.openDocument() }, _("Open the document"));
    this.node = h(
      "aside",
      { class: "wbm-drawer", hidden: true, "aria-label": _("Exhibit page") },
      h(
        "div",
        { class: "wbm-drawer-head" },
        this.number,
        h("div", { class: "wbm-drawer-names" }, this.title, this.about, this.cited),
        cite &&
          button(
            { class: "wbm-link wbm-cite-page", onclick: () => cite(this.exhibit, this.page) },
            _("Cite this page"),
          ),
        this.turnOver,
        this.whole,
        h("span", { class: "wbm-pager" }, this.previous, this.place, this.next),
        button(
          { class: "wbm-quiet", "aria-label": _("Close the exhibit (Escape)"), onclick: () => this.close() },
          icon("close"),
        ),
      ),
      this.said,
      this.text,
    );
    this.node.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (step) this.turn(step);
    });
  }

  /**
   * Shows a page. `mark` is what to look for: the `words` of a passage on `mark.page`, or the `sentence` of the letter
   * whose passage is to be found on each page shown.
   */
  open(exhibit, page, cited, opener, mark = null, focus = true) {
    this.exhibit = exhibit;
    this.citedPages = new Set(cited);
    this.opener = opener;
    this.mark = mark;
    this.node.hidden = false;
    // Whoever may not see names gets no digest of a file, and neither pictures nor marks.
    this.readable = exhibit.sha256 !== "";
    this.drawn = exhibit.has_pictures !== false && this.readable;
    this.whole.hidden = exhibit.sha256 === "";
    this.node.toggleAttribute("data-picture", this.drawn);
    this.show(page);
    if (focus) this.title.focus({ preventScroll: true });
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

  toggleText() {
    this.prefersText = !this.prefersText;
    this.write();
  }

  openDocument() {
    setAttribute(this.whole, "aria-busy", "true");
    this.send({ type: "document", exhibit_id: this.exhibit.exhibit_id });
  }

  show(page) {
    const { exhibit } = this;
    this.page = page;
    setText(this.number, _("Ex. {number}", { number: exhibit.number }));
    setText(this.title, exhibit.title);
    setText(this.about, [KINDS[exhibit.kind] ?? exhibit.kind, formatDate(exhibit.date)].filter(Boolean).join(" · "));
    setText(this.place, _("Page {page} of {pages}", { page, pages: exhibit.pages }));
    this.cited.hidden = !this.citedPages.has(page);
    this.text.classList.toggle("wbm-is-cited", this.citedPages.has(page));
    this.previous.disabled = page <= 1;
    this.next.disabled = page >= exhibit.pages;
    const about = { exhibit_id: exhibit.exhibit_id, page };
    Object.assign(this, { words: null, error: null, refused: null, marks: null });
    this.picture = this.drawn ? (this.pictures.get(this.key()) ?? null) : null;
    if (exhibit.has_text) this.send({ type: "page", ...about });
    if (this.drawn && !this.picture) this.send({ type: "picture", ...about });
    const { sentence, words, page: marked } = (this.readable && this.mark) || {};
    if (words && marked === page) this.send({ type: "marks", ...about, words: words.slice(0, 2000) });
    else if (sentence) this.send({ type: "marks", ...about, sentence: sentence.slice(0, 2000) });
    this.write();
    this.text.scrollTop = 0;
  }

  key() {
    return `${this.exhibit.sha256} ${this.exhibit.exhibit_id} ${this.page}`;
  }

  receive(message, buffers = []) {
    if (message.type === "document") return void this.receiveDocument(message, buffers);
    const { exhibit_id: id, page } = message;
    if (this.node.hidden || this.exhibit.exhibit_id !== id || this.page !== page) return undefined;
    if (message.type === "page") [this.words, this.error] = [message.text ?? null, message.error ?? null];
    else if (message.type === "marks") this.marks = message;
    else if (message.error) this.refused = message.error;
    else return void this.receivePicture(message.blob ?? new Blob(buffers, { type: "image/png" }), this.key());
    return this.write();
  }

  async receivePicture(blob, key) {
    this.pictures.set(key, await dataAddress(blob));
    if (this.pictures.size > KEPT) this.pictures.delete(this.pictures.keys().next().value);
    if (this.node.hidden || this.key() !== key) return;
    this.picture = this.pictures.get(key);
    this.write();
  }

  receiveDocument({ exhibit_id: id, name, error, blob }, buffers) {
    if (id === this.exhibit?.exhibit_id) this.whole.removeAttribute("aria-busy");
    if (!error) return saveFile(blob ?? new Blob(buffers), name);
    this.refused = error;
    return this.write();
  }

  /** Draws what has come so far: the picture with its marks, else the text. */
  write() {
    const { exhibit } = this;
    const shown = this.picture && !this.prefersText;
    this.turnOver.hidden = !(this.picture && exhibit.has_text);
    setAttribute(this.turnOver, "aria-pressed", String(this.prefersText));
    setText(this.turnOver, this.prefersText ? _("Picture") : _("Text"));
    const hint = (words) => h("p", { class: "wbm-hint wbm-page-hint" }, words);
    if (shown) this.drawPicture(hint);
    else if (this.words?.trim()) {
      const { recognized } = exhibit;
      const remark = _("Recognized text, not typed text: {how}. Compare it with the page itself.", { how: recognized });
      this.text.replaceChildren(
        ...[this.refused && hint(this.refused), recognized && hint(remark)].filter(Boolean),
        h("div", { class: "wbm-page-text" }, ...markPassage(this.words, this.marks?.passage)),
      );
      this.scrollTo(this.text.querySelector("mark"));
    } else if (this.error) this.say([this.refused, this.error].filter(Boolean).join(" "));
    else if (this.drawn && !this.refused) this.say(_("Fetching the page…"));
    else if (!exhibit.has_text)
      this.say(
        [this.refused, _("This exhibit has no text layer: read the document itself. Nothing in it could be checked.")]
          .filter(Boolean)
          .join(" "),
      );
    else if (this.words === null) this.say(_("Fetching the page…"));
    else this.say([this.refused, _("This page has no text.")].filter(Boolean).join(" "));
  }

  drawPicture(hint) {
    const { exhibit, page, marks } = this;
    const boxes = marks?.boxes ?? [];
    const image = h("img", {
      alt: _("Page {page} of exhibit {number}, {title}", { page, number: exhibit.number, title: exhibit.title }),
      src: this.picture,
    });
    const figure = h(
      "div",
      { class: "wbm-picture" },
      image,
      boxes.map(([left, top, right, bottom]) => {
        const box = h("span", { class: "wbm-box", "aria-hidden": "true" });
        const share = (/** @type {number} */ part) => `${(100 * part).toFixed(2)}%`;
        Object.assign(box.style, {
          left: share(left),
          top: share(top),
          width: share(right - left),
          height: share(bottom - top),
        });
        return box;
      }),
    );
    this.text.replaceChildren(...[marks?.note && hint(marks.note), figure].filter(Boolean));
    setText(this.said, boxes.length ? _("The passage is marked: {passage}", { passage: marks.passage }) : "");
    const scroll = () => this.scrollTo(figure.querySelector(".wbm-box"));
    if (image.complete) scroll();
    else image.addEventListener("load", scroll, { once: true });
  }

  scrollTo(place) {
    if (!place) return;
    const [at, pane] = [place.getBoundingClientRect(), this.text.getBoundingClientRect()];
    this.text.scrollTop += at.top - pane.top - pane.height / 3;
  }

  say(words) {
    this.text.replaceChildren(h("p", { class: "wbm-hint" }, words));
  }
}

/**
 * Returns a text in parts, with the passage in a `mark`.
 *
 * @param {string} text
 * @param {string} [passage]
 */
function markPassage(text, passage) {
  const words = (passage ?? "").split(/\s+/).filter(Boolean);
  const found =
    words.length && new RegExp(words.map((word) => word.replace(/\W/g, "\\$&")).join("\\s+"), "").exec(text);
  if (!found) return [text];
  const end = found.index + found[0].length;
  return [text.slice(0, found.index), h("mark", { class: "wbm-passage" }, found[0]), text.slice(end)];
}
