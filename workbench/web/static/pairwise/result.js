// The result of a finished review: the win rate with its interval, and every pick with its names.

import { h } from "../monitor/dom.js";

const percent = (share) => `${Math.round(share * 100)}%`;

export class ResultView {
  constructor() {
    this.node = h("div", { class: "wbp-outcome", hidden: true });
  }

  draw(result) {
    this.node.hidden = !result;
    this.node.replaceChildren(
      ...(result
        ? [h("p", { class: "wbp-said" }, result.text), scaleOf(result), tableOf(result.picks)].filter(Boolean)
        : []),
    );
  }
}

/** Draws the interval on a line from 0 to 100 %; the sentence above it says the same in words. */
function scaleOf({ n, rate, low, high, name, against }) {
  if (!n) return null;
  const at = (share) => `${(share * 100).toFixed(2)}%`;
  const span = h("span", { class: "wbp-span" });
  span.style.insetInlineStart = at(low);
  span.style.width = at(high - low);
  const point = h("span", { class: "wbp-point" });
  point.style.insetInlineStart = at(rate);
  const label = h("span", { class: "wbp-rate" }, percent(rate));
  label.style.insetInlineStart = at(rate);
  return h(
    "div",
    { class: "wbp-scale", role: "img", "aria-label": `${percent(rate)}, interval ${percent(low)} to ${percent(high)}` },
    h("div", { class: "wbp-line" }, h("span", { class: "wbp-half" }), span, point, label),
    h(
      "div",
      { class: "wbp-ends" },
      h("span", {}, `0%: always ${against}`),
      h("span", {}, "50%"),
      h("span", {}, `100%: always ${name}`),
    ),
  );
}

function tableOf(picks) {
  const row = (cell, ...words) =>
    h(
      "tr",
      {},
      words.map((word) => h(cell, cell === "th" ? { scope: "col" } : {}, word)),
    );
  return h(
    "div",
    { class: "wbp-picks", tabindex: "0", role: "region", "aria-label": "Each pick" },
    h(
      "table",
      {},
      h("thead", {}, row("th", "Case", "Section", "A was", "B was", "Picked")),
      h(
        "tbody",
        {},
        picks.map((pick) =>
          row("td", pick.case, pick.title, pick.left, pick.right, pick[pick.choice] ?? "equally good"),
        ),
      ),
    ),
  );
}
