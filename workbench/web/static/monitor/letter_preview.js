// A section as the letter will have it, drawn beside the text that is being edited.

import { _ } from "./catalogue.js";
import { placesOf } from "./draft.js";
import { h, setText } from "./dom.js";
import { SectionText } from "./section_text.js";

const AT_ONCE = 50_000; // characters: what takes longer to draw than a frame waits until the typing rests
const DRAWING_REST = 300; // milliseconds

/** One section drawn by the renderer of the letter, and the paragraph of it that is being edited. */
export class LetterPreview {
  /**
   * `drawn` is called after each drawing, `pick` with the offset of the words that are clicked.
   *
   * @param {{ cite(group: string): Node, openCitation(chip: Element): void, drawn(): void, pick(offset: number): void }} host
   */
  constructor({ cite, openCitation, drawn, pick }) {
    this.text = new SectionText(cite);
    this.drawn = drawn;
    this.pick = pick;
    this.isBehind = false; // the text has been typed further than what is shown
    this.source = "";
    this.findings = [];
    this.waiting = 0;
    this.heading = h("h3", { class: "wbm-heading" });
    this.leaf = h("div", { class: "wbm-leaf" }, this.heading, this.text.node);
    this.node = h(
      "div",
      { class: "wbm-preview", role: "region", tabindex: "0", "aria-label": _("Preview") },
      this.leaf,
    );
    this.node.addEventListener("click", (event) => {
      const target = /** @type {Element} */ (event.target);
      const chip = target.closest(".wbm-cite");
      if (chip) openCitation(chip);
      else if (!target.closest("button, .wbm-flag, .wbm-notes") && getSelection()?.isCollapsed) this.pickAt(event);
    });
  }

  /** Shows a section from its beginning. */
  begin(title, source, findings) {
    setText(this.heading, title);
    Object.assign(this, { source, findings });
    this.draw();
    this.node.scrollTop = 0;
  }

  /** Draws a text soon; typing does not wait for it. */
  show(source, findings) {
    if (source === this.source && findings === this.findings) return;
    Object.assign(this, { source, findings });
    this.isBehind = source.length > AT_ONCE;
    if (this.isBehind) clearTimeout(this.waiting);
    else if (this.waiting) return;
    this.waiting = setTimeout(() => this.draw(), this.isBehind ? DRAWING_REST : 0);
  }

  draw() {
    clearTimeout(this.waiting);
    this.waiting = 0;
    // Only what is found by its words: a line's number is that of the text as it was checked.
    const places = placesOf(this.source, this.findings).filter((place) => place.marked);
    this.text.update(this.source, places, false);
    this.isBehind = false;
    this.drawn();
  }

  /**
   * Marks the paragraph with an offset of the source, and scrolls it to a height of the pane.
   *
   * @param {number} offset
   * @param {number} share of the pane's height, 0 at its top
   */
  follow(offset, share) {
    const record = this.text.recordAt(offset);
    for (const other of this.text.records) other.wrap.classList.toggle("wbm-here", other === record);
    if (!record) return;
    const within = Math.min(1, Math.max(0, (offset - record.start) / Math.max(1, record.end - record.start)));
    const [block, pane] = [record.element.getBoundingClientRect(), this.node.getBoundingClientRect()];
    const place = block.top - pane.top + this.node.scrollTop + within * block.height;
    this.node.scrollTop = place - share * this.node.clientHeight;
  }

  /** Finds the place in the source of a click on the letter. */
  pickAt({ clientX, clientY, target }) {
    const record = this.text.records.find(({ wrap }) => wrap.contains(target));
    if (!record) return;
    const caret = document.caretPositionFromPoint?.(clientX, clientY);
    this.pick(caret ? offsetIn(record, caret.offsetNode, caret.offset) : record.start);
  }
}

/**
 * Returns the offset in the source of a place in a drawn block: the words before it are counted in the block's runs.
 *
 * @param {{ node: any, element: Element, start: number }} record
 * @param {Node} node
 * @param {number} offset
 */
function offsetIn(record, node, offset) {
  const range = document.createRange();
  range.setStart(record.element, 0);
  if (range.comparePoint(node, offset) < 0) return record.start;
  range.setEnd(node, offset);
  const before = /** @type {DocumentFragment} */ (range.cloneContents());
  for (const cites of before.querySelectorAll(".wbm-cites, .wbm-note-mark")) cites.remove();
  let left = before.textContent?.length ?? 0;
  const runs = runsOf(record.node).filter((run) => !run.citation && !run.note && run.text !== "\n");
  for (const run of runs) {
    if (left <= run.text.length) return run.from + Math.min(left, run.to - run.from);
    left -= run.text.length;
  }
  return runs.at(-1)?.to ?? record.start;
}

/** @returns {{ text: string, citation: boolean, note: boolean, from: number, to: number }[]} in the order of the text */
const runsOf = (node) => [...(node.runs ?? []), ...(node.children ?? []).flatMap(runsOf)];
