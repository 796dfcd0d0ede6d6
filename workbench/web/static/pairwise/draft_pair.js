// Two drafts side by side; each scrolls by itself.

import { _ } from "../monitor/catalogue.js";
import { citationsOf } from "../monitor/draft.js";
import { h } from "../monitor/dom.js";
import { SectionText } from "../monitor/section_text.js";

/** Draws citations with the exhibit's id and pages: exhibit numbers are not known here. */
function citedAs(group) {
  return h(
    "span",
    { class: "wbm-cites" },
    citationsOf(group).map(({ id, span, malformed }) =>
      malformed === undefined
        ? h("span", { class: "wbp-cite" }, span ? `${id}, ${/[–,]/.test(span) ? "pp." : "p."} ${span}` : id)
        : h("span", { class: "wbm-cite-bad" }, malformed),
    ),
  );
}

class DraftColumn {
  constructor(letter) {
    this.letter = letter;
    this.desk = h("div", {
      class: "wbp-desk",
      tabindex: "0",
      role: "region",
      "aria-label": _("Draft {letter}", { letter }),
    });
    this.node = h(
      "section",
      { class: "wbp-sheet" },
      h("h3", { class: "wbp-letter" }, _("Draft {letter}", { letter })),
      this.desk,
    );
  }

  draw(content) {
    const text = new SectionText(citedAs);
    text.update(content, [], false);
    this.desk.replaceChildren(text.node);
    this.desk.scrollTop = 0;
  }
}

export class DraftPair {
  constructor() {
    this.left = new DraftColumn("A");
    this.right = new DraftColumn("B");
    this.node = h("div", { class: "wbp-sheets" }, this.left.node, this.right.node);
  }

  draw({ left, right }) {
    this.left.draw(left);
    this.right.draw(right);
  }
}
