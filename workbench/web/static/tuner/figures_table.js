// A table of the drafts' figures: a row for each draft, and a row of means for each group.

import { _ } from "../monitor/catalogue.js";
import { h, icon } from "../monitor/dom.js";
import { drawBadges } from "../monitor/findings.js";
import { formatCost, wholeNumber } from "../monitor/formatting.js";
import {
  describeCost,
  countFindings,
  groupDrafts,
  meanFigures,
  describePrompt,
  seconds,
  STATUS_SIGNS,
} from "./figures.js";

const COLUMNS = [
  [_("Prompt")],
  [_("Model")],
  [_("No.")],
  [_("Outcome")],
  [_("Errors"), 1],
  [_("Warnings"), 1],
  [_("Words"), 1],
  [_("Tokens read"), 1],
  [_("Tokens written"), 1],
  [_("Cost"), 1],
  [_("First word"), 1],
  [_("Whole draft"), 1],
  [_("Rating"), 1],
];

export class FiguresTable {
  constructor() {
    this.body = h("tbody", {});
    this.table = h(
      "table",
      { class: "wbu-table" },
      h("caption", { class: "wbm-only-heard" }, _("The drafts compared")),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          COLUMNS.map(([word, number]) => h("th", { scope: "col", class: number ? "wbu-n" : null }, word)),
        ),
      ),
      this.body,
    );
    this.node = h(
      "div",
      { class: "wbu-numbers", tabindex: "0", role: "region", "aria-label": _("Figures of the drafts"), hidden: true },
      this.table,
    );
  }

  draw(state) {
    this.node.hidden = !state.drafts.length;
    const key = JSON.stringify([state.drafts.map((draft) => ({ ...draft, text: 0 })), state.versions]);
    if (key === this.key) return;
    this.key = key;
    this.body.replaceChildren(
      ...groupDrafts(state.drafts).flatMap((group) => {
        const [name, about] = describePrompt(group.prompt, state.versions);
        const means = group.drafts.length > 1 ? meanFigures(group.drafts) : null;
        const rows = group.drafts.map((draft, index) =>
          rowOf(
            draft,
            index
              ? [h("td", {}), h("td", {})]
              : [
                  h("th", { scope: "row" }, h("b", {}, name), about ? h("small", {}, about) : null),
                  h("td", {}, group.model),
                ],
          ),
        );
        return means ? [...rows, meanRow(means)] : rows;
      }),
    );
  }
}

function rowOf(draft, head) {
  const done = draft.status === "done";
  const number = (value) => h("td", { class: "wbu-n" }, done ? value : "—");
  const [shape, word] = STATUS_SIGNS[draft.status];
  const outcome = done ? (draft.cached ? _("Cached") : draft.cut_off ? _("Without its end") : _("New")) : word;
  const finding = (severity) => {
    const badges = h("span", { class: "wbm-badges" });
    drawBadges(
      badges,
      draft.findings.filter((each) => each.severity === severity),
    );
    return number(countFindings(draft, severity) ? badges : "0");
  };
  return h(
    "tr",
    { "data-status": draft.status },
    head,
    h("td", { class: "wbu-n" }, String(draft.repeat)),
    h("td", { title: draft.error ?? draft.cut_off ?? "" }, icon(shape), ` ${outcome}`),
    finding("error"),
    finding("warning"),
    number(wholeNumber.format(draft.words)),
    number(wholeNumber.format(draft.input_tokens)),
    number(wholeNumber.format(draft.output_tokens)),
    number(describeCost(draft)),
    number(seconds(draft.first_text_s)),
    number(seconds(draft.latency_s)),
    h(
      "td",
      { class: "wbu-n" },
      draft.rating ? `${draft.rating} ★` : "",
      draft.kept
        ? h("span", { title: _("kept") }, icon("seal"), h("span", { class: "wbm-only-heard" }, _("kept")))
        : null,
    ),
  );
}

function meanRow(means) {
  const rough = (value) => (value >= 100 ? wholeNumber.format(Math.round(value)) : value.toFixed(1));
  const cells = [
    rough(means.errors),
    rough(means.warnings),
    rough(means.words),
    rough(means.input),
    rough(means.output),
    means.cost === null ? _("unknown") : formatCost(means.cost),
    seconds(means.first),
    seconds(means.latency),
    means.rating === null ? "" : `${means.rating.toFixed(1)} ★`,
  ];
  return h(
    "tr",
    { class: "wbu-mean" },
    h("td", {}),
    h("td", {}),
    h("td", { class: "wbu-n" }, String(means.count)),
    h("th", { scope: "row" }, _("Mean")),
    cells.map((cell) => h("td", { class: "wbu-n" }, cell)),
  );
}
