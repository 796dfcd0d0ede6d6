// The list from which a citation is picked: first the exhibit, then its page. A combobox with a listbox, by WAI-ARIA.

import { _ } from "./catalogue.js";
import { describePages, describeReadability, findExhibits, findPages, splitQuery, writeMember } from "./citing.js";
import { h, icon, setAttribute, setText, stepOf } from "./dom.js";

/** A field that is typed in, and the choices for what is typed. */
export class CitationPicker {
  /**
   * `choose` is given one exhibit's part of a citation, `leave` what was typed, `read` an exhibit whose pages are to be
   * shown; each ends the picking.
   *
   * @param {{ choose(member: string): void, leave(typed: string, focus: boolean): void, read(exhibit: Exhibit): void }} host
   */
  constructor({ choose, leave, read }) {
    this.choose = choose;
    this.leave = leave;
    this.read = read;
    /** @type {Exhibit[]} */
    this.exhibits = [];
    /** @type {Exhibit | null} whose page is being picked */
    this.exhibit = null;
    /** @type {{ node: HTMLElement, pick(): void }[]} */
    this.options = [];
    this.active = -1;
    this.byHand = false;
    const id = `wbm-picker-${Math.random().toString(36).slice(2)}`;
    this.id = id;
    this.label = h("label", { class: "wbm-field-name", for: `${id}-field` });
    this.list = h("ul", { class: "wbm-picker-list", id: `${id}-list`, role: "listbox" });
    this.field = h("input", {
      class: "wbm-field wbm-picker-field",
      id: `${id}-field`,
      type: "text",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      "aria-autocomplete": "list",
      "aria-expanded": "true",
      "aria-controls": `${id}-list`,
      oninput: () => this.typed(),
    });
    this.none = h("p", { class: "wbm-hint", role: "status" });
    this.keys = h("p", { class: "wbm-hint wbm-picker-keys" });
    this.node = h(
      "div",
      { class: "wbm-picker", role: "dialog", "aria-label": _("Cite an exhibit"), hidden: true },
      this.label,
      this.field,
      this.list,
      this.none,
      this.keys,
    );
    this.node.addEventListener("keydown", (event) => this.press(event));
    this.node.addEventListener("focusout", ({ relatedTarget }) => {
      if (!this.node.hidden && !(relatedTarget instanceof Node && this.node.contains(relatedTarget))) this.end(false);
    });
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  }

  get isOpen() {
    return !this.node.hidden;
  }

  /**
   * Begins with the exhibits; `byHand` says that the bracket of a citation has been typed.
   *
   * @param {Exhibit[]} exhibits
   * @param {boolean} byHand
   */
  open(exhibits, byHand) {
    this.exhibits = exhibits;
    this.byHand = byHand;
    this.node.hidden = false;
    this.askFor(null);
    this.field.focus({ preventScroll: true });
  }

  /**
   * Asks for the page of an exhibit, or for an exhibit.
   *
   * @param {Exhibit | null} exhibit
   */
  askFor(exhibit) {
    this.exhibit = exhibit;
    this.field.value = "";
    setText(
      this.label,
      exhibit ? _("Page of exhibit {number}", { number: exhibit.number }) : _("Exhibit: number, title or id"),
    );
    setAttribute(
      this.list,
      "aria-label",
      exhibit ? _("Pages of exhibit {number}", { number: exhibit.number }) : _("Exhibits"),
    );
    setAttribute(this.field, "placeholder", exhibit ? _("5, or 2-4") : _("3, or 3, p. 5"));
    setText(
      this.keys,
      exhibit ? _("Enter inserts · Backspace: another exhibit · Escape closes") : _("Enter chooses · Escape closes"),
    );
    this.draw();
  }

  typed() {
    // Whoever types the whole citation needs no list.
    if (this.byHand && !this.exhibit && this.field.value.includes("]")) this.end();
    else this.draw();
  }

  draw() {
    const typed = this.field.value;
    this.options = this.exhibit ? this.pageOptions(this.exhibit, typed) : this.exhibitOptions(typed);
    this.list.replaceChildren(...this.options.map(({ node }) => node));
    this.list.hidden = !this.options.length;
    setAttribute(this.field, "aria-expanded", String(this.options.length > 0));
    setText(this.none, this.options.length ? "" : this.describeNone());
    this.none.hidden = this.options.length > 0;
    // A page that nobody has named is not the first choice: Enter pressed twice would cite page 1.
    this.activate(this.exhibit && !typed.trim() ? -1 : 0);
  }

  describeNone() {
    if (!this.exhibit) return this.exhibits.length ? _("No exhibit has this.") : _("The case has no exhibit.");
    return _("Exhibit {number} has {pages}.", { number: this.exhibit.number, pages: describePages(this.exhibit) });
  }

  exhibitOptions(typed) {
    const found = findExhibits(this.exhibits, typed);
    const parts = found.length ? null : splitQuery(typed);
    if (parts) {
      const [exhibit] = findExhibits(this.exhibits, parts.words);
      return exhibit && parts.pages
        ? this.pageOptions(exhibit, parts.pages, (label) =>
            _("Exhibit {number}, {pages}", {
              number: exhibit.number,
              pages: label[0].toLowerCase() + label.slice(1),
            }),
          )
        : [];
    }
    return found.map((exhibit) => {
      const warning = describeReadability(exhibit);
      return this.option(
        () => (exhibit.pages ? this.askFor(exhibit) : this.insert(exhibit, "")),
        h("span", { class: "wbm-picker-title" }, `${exhibit.number} — ${exhibit.title} `),
        h("span", { class: "wbm-hint" }, `(${describePages(exhibit)})`),
        warning ? h("span", { class: "wbm-picker-warning" }, icon("warn"), warning) : null,
      );
    });
  }

  pageOptions(exhibit, typed, name = (label) => label) {
    const found = findPages(exhibit, typed).map(({ label, pages }) =>
      this.option(() => this.insert(exhibit, pages), h("span", {}, name(label))),
    );
    const readFirst = () => {
      this.node.hidden = true;
      this.read(exhibit);
    };
    return typed.trim() ? found : [this.option(readFirst, icon("eye"), ` ${_("Read its pages first")}`), ...found];
  }

  option(pick, ...words) {
    const node = h(
      "li",
      { class: "wbm-picker-option", role: "option", "aria-selected": "false", onclick: pick },
      words,
    );
    return { node, pick };
  }

  insert(exhibit, pages) {
    this.node.hidden = true;
    this.choose(writeMember(exhibit, pages));
  }

  /** Ends the picking without a citation. */
  end(focus = true) {
    if (this.node.hidden) return;
    this.node.hidden = true;
    this.leave(this.exhibit ? "" : this.field.value, focus);
  }

  activate(index) {
    this.active = Math.min(index, this.options.length - 1);
    this.options.forEach(({ node }, at) => {
      node.id = `${this.id}-option-${at}`;
      setAttribute(node, "aria-selected", String(at === this.active));
    });
    const chosen = this.options[this.active]?.node;
    if (chosen) setAttribute(this.field, "aria-activedescendant", chosen.id);
    else this.field.removeAttribute("aria-activedescendant");
    chosen?.scrollIntoView({ block: "nearest" });
  }

  press(event) {
    if (event.isComposing) return;
    const last = this.options.length - 1;
    const next = stepOf(event.key, {
      ArrowDown: this.active >= last ? 0 : this.active + 1,
      ArrowUp: this.active <= 0 ? last : this.active - 1,
      PageDown: Math.min(last, this.active + 6),
      PageUp: Math.max(0, this.active - 6),
    });
    if (next !== undefined) this.activate(next);
    else if (event.key === "Enter" && this.options[this.active]) this.options[this.active].pick();
    else if (event.key === "Enter" && this.exhibit)
      setText(this.keys, _("Type the page, or choose one with the arrows."));
    else if (event.key === "Escape" || event.key === "Tab") this.end();
    else if (event.key === "Backspace" && !this.field.value && this.exhibit) this.askFor(null);
    else if (event.key === "Backspace" && !this.field.value) this.end();
    else if (event.key !== "Enter") return void event.stopPropagation();
    event.preventDefault();
    event.stopPropagation();
  }
}
