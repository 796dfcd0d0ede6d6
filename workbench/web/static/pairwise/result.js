// The result of a finished review: the win rate with its interval, and every pick with its names.

import { _ } from "../monitor/catalogue.js";
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
    {
      class: "wbp-scale",
      role: "img",
      "aria-label": _("{rate}, interval {low} to {high}", {
        rate: percent(rate),
        low: percent(low),
        high: percent(high),
      }),
    },
    h("div", { class: "wbp-line" }, h("span", { class: "wbp-half" }), span, point, label),
    h(
      "div",
      { class: "wbp-ends" },
      h("span", {}, _("0%: always {version}", { version: against })),
      h("span", {}, "50%"),
      h("span", {}, _("100%: always {version}", { version: name })),
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
    { class: "wbp-picks", tabindex: "0", role: "region", "aria-label": _("Each pick") },
    h(
      "table",
      {},
      h("thead", {}, row("th", _("Case"), _("Section"), _("A was"), _("B was"), _("Picked"))),
      h(
        "tbody",
        {},
        picks.map((pick) =>
          row("td", pick.case, pick.title, pick.left, pick.right, pick[pick.choice] ?? _("equally good")),
        ),
      ),
    ),
  );
}
