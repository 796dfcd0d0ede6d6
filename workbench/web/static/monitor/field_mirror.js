// Places of characters in a textarea, which the browser does not tell.

import { h } from "./dom.js";

/** A copy of a textarea's text, out of sight, laid out in the same width and font. */
export class FieldMirror {
  /** @param {HTMLTextAreaElement} field */
  constructor(field) {
    this.field = field;
    this.node = h("div", { class: "wbm-mirror", "aria-hidden": "true" });
    this.key = "";
    /** @type {{ top: number, left: number, height: number }[]} */
    this.places = [];
  }

  /**
   * Returns the place of each offset: pixels from the top and left of the whole text, and the height of its line.
   *
   * @param {number[]} offsets ascending
   * @returns {{ top: number, left: number, height: number }[]}
   */
  measure(offsets) {
    const { value, clientWidth } = this.field;
    const key = `${clientWidth} ${offsets.join(" ")} ${value}`;
    if (key === this.key) return this.places;
    this.node.style.width = `${clientWidth}px`;
    const marks = offsets.map(() => document.createElement("span"));
    let at = 0;
    const parts = offsets.flatMap((offset, index) => {
      const part = value.slice(at, offset);
      at = offset;
      marks[index].textContent = "\u2060"; // something to measure, where no line breaks
      return [part, marks[index]];
    });
    this.node.replaceChildren(...parts, value.slice(at));
    this.places = marks.map((mark) => ({ top: mark.offsetTop, left: mark.offsetLeft, height: mark.offsetHeight }));
    this.node.replaceChildren();
    this.key = key;
    return this.places;
  }
}
