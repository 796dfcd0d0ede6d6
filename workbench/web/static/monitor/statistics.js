// Charts of a run: time, tokens and cost by section.

import { _, ngettext } from "./catalogue.js";
import { BarChart } from "./bar_chart.js";
import { h, setText } from "./dom.js";
import { worstSeverity } from "./findings.js";
import { timeAxis, LATE, workSpans } from "./time_axis.js";
import {
  BUSY,
  formatDuration,
  runDuration,
  formatCost,
  COUNT_FINDINGS,
  countDays,
  describeTokens,
  SECTION_LABELS,
  formatTime,
  wholeNumber,
} from "./formatting.js";

const TILES = {
  sections: _("Sections done"),
  review: _("Waiting for the attorney"),
  findings: _("Open findings"),
  time: _("Time"),
  tokens: _("Tokens"),
  cost: _("Cost"),
};

const FIELDS_SHOWN = ["status", "usage", "progress", "started_at"];
const FIGURES = ["section_id", "title", "status", "attempts", "tokens_used", "started_at", "ended_at", "findings"];

/** Returns whether sections differ only in their text: it grows many times a second, and the charts need not follow. */
function haveSameFigures(sections, others) {
  return (
    sections.length === others.length &&
    sections.every(
      (section, index) => section === others[index] || FIGURES.every((name) => section[name] === others[index][name]),
    )
  );
}

export class Statistics {
  constructor() {
    this.tiles = Object.fromEntries(
      Object.keys(TILES).map((name) => [name, { figure: h("b", {}), about: h("small", {}) }]),
    );
    this.timeline = new BarChart(_("When each section was drafted"));
    this.axis = h("div", { class: "wbv-axis", "aria-hidden": "true" });
    this.tokens = new BarChart(_("Tokens by section"));
    this.cost = new BarChart(_("Cost by section, shared out by tokens"));
    this.costWords = h("p", { class: "wbm-hint" });
    this.timeWords = h("p", { class: "wbm-hint" });
    this.tokenWords = h("p", { class: "wbm-hint" });
    this.node = h(
      "div",
      { class: "wbv-statistics" },
      h(
        "dl",
        { class: "wbv-tiles" },
        Object.entries(TILES).map(([name, word]) =>
          h(
            "div",
            { class: "wbv-tile" },
            h("dt", {}, word),
            h("dd", {}, this.tiles[name].figure, this.tiles[name].about),
          ),
        ),
      ),
      card(_("Timeline"), this.timeWords, h("div", { class: "wbv-timeline" }, this.axis, this.timeline.node)),
      card(_("Tokens by section"), this.tokenWords, this.tokens.node),
      card(_("Cost by section"), this.costWords, this.cost.node),
    );
  }

  draw(state, before, now) {
    if (
      before &&
      FIELDS_SHOWN.every((name) => state[name] === before[name]) &&
      haveSameFigures(state.sections, before.sections)
    )
      return;
    this.drawTiles(state, now);
    this.drawTokens(state);
    this.drawCost(state);
    this.drawTimeline(state, now);
  }

  tick(state, now) {
    this.tile("time", formatDuration(runDuration(state, now)), state.status === "generating" ? _("so far") : "");
    if (state.sections.some((section) => BUSY.has(section.status))) this.drawTimeline(state, now);
  }

  tile(name, figure, about = "") {
    setText(this.tiles[name].figure, figure);
    setText(this.tiles[name].about, about);
  }

  drawTiles(state, now) {
    const { completed, total } = state.progress;
    const open = state.sections.flatMap((section) => section.findings ?? []);
    const of = (severity) => open.filter((finding) => finding.severity === severity).length;
    const waiting = state.sections.filter((section) => section.status === "needs_review").length;
    const { input_tokens: read, output_tokens: written, cost_usd: cost } = state.usage;
    this.tile(
      "sections",
      _("{done} of {total}", { done: completed, total }),
      `${state.progress.percentage.toFixed(1)} %`,
    );
    this.tile("review", String(waiting), ngettext("section", "sections", waiting));
    this.tile(
      "findings",
      String(open.length),
      ["error", "warning"]
        .filter(of)
        .map((severity) => COUNT_FINDINGS[severity](of(severity)))
        .join(", "),
    );
    this.tiles.findings.figure.dataset.severity = open.length ? worstSeverity(open) : "none";
    this.tile("tokens", wholeNumber.format(read + written), describeTokens(state.usage));
    this.tile("cost", cost === null ? _("unknown") : formatCost(cost), cost === null ? _("no price is known") : "");
    this.tile("time", formatDuration(runDuration(state, now)), state.status === "generating" ? _("so far") : "");
  }

  drawTimeline(state, now) {
    const spans = workSpans(state.sections, BUSY, now);
    const at = new Map(spans.map((span) => [span.section.section_id, span]));
    const axis = spans.length ? timeAxis(spans) : null;
    setText(
      this.timeWords,
      spans.length ? _("From a section’s first draft to its last check.") : _("Nothing has been drafted yet."),
    );
    this.timeline.draw(
      state.sections.map((section) => {
        const span = at.get(section.section_id);
        const [, word] = SECTION_LABELS[section.status] ?? ["", section.status];
        const parts = [
          span && span.to > span.from ? formatLength(span.to - span.from) : word,
          section.attempts > 1 ? ngettext("{count} draft", "{count} drafts", section.attempts) : null,
        ];
        return {
          id: section.section_id,
          name: section.title,
          status: section.status,
          figure: parts.filter(Boolean).join(" · "),
          from: span ? axis.place(span.from) : null,
          to: span ? axis.place(span.to) : null,
        };
      }),
    );
    this.axis.replaceChildren(
      ...(axis
        ? [
            ...axis.gaps.map(({ from, to, milliseconds }) =>
              placeLabel("wbv-gap", from, formatLength(milliseconds), to - from),
            ),
            ...axis.ticks.map(({ at: moment, percent, since }) =>
              placeLabel(
                since === null ? "wbv-tick wbv-begins" : "wbv-tick",
                percent,
                since === null ? formatTime(moment) : `+${formatLength(since)}`,
              ),
            ),
          ]
        : []),
    );
  }

  drawTokens(state) {
    const most = Math.max(1, ...state.sections.map((section) => section.tokens_used));
    const sum = state.sections.reduce((total, section) => total + section.tokens_used, 0);
    setText(
      this.tokenWords,
      sum ? _("Read and written, in all drafts of a section.") : _("No language model has been asked."),
    );
    this.tokens.draw(
      sum
        ? state.sections.map(({ section_id: id, title, tokens_used: used }) => ({
            id,
            name: title,
            from: used ? 0 : null,
            to: (100 * used) / most,
            figure: wholeNumber.format(used),
          }))
        : [],
    );
  }

  drawCost(state) {
    const cost = state.usage.cost_usd;
    const sum = state.sections.reduce((total, section) => total + section.tokens_used, 0);
    const most = Math.max(1, ...state.sections.map((section) => section.tokens_used));
    const known = cost !== null && cost !== undefined;
    setText(
      this.costWords,
      !known
        ? _("Unknown: there is no price for this model.")
        : cost > 0
          ? _("{cost} in all, shared out by tokens.", { cost: formatCost(cost) })
          : _("Nothing was paid."),
    );
    this.cost.draw(
      sum && (!known || cost > 0)
        ? state.sections.map(({ section_id: id, title, tokens_used: used }) => ({
            id,
            name: title,
            from: used && known ? 0 : null,
            to: (100 * used) / most,
            figure: known ? formatCost((cost * used) / sum) : _("unknown"),
          }))
        : [],
    );
  }
}

function card(title, words, ...parts) {
  return h("section", { class: "wbv-card", "aria-label": title }, h("h3", {}, title), words, parts);
}

function placeLabel(kind, percent, words, width = null) {
  const node = h("span", { class: kind, "data-late": percent > LATE }, h("span", {}, words));
  node.style.left = `${percent}%`;
  if (width !== null) node.style.width = `${width}%`;
  return node;
}

/** Words a length of time, with one or two units. */
function formatLength(milliseconds) {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return _("{seconds} s", { seconds: seconds.toFixed(seconds < 1 ? 2 : 1) });
  if (seconds < 60) return _("{seconds} s", { seconds: Math.round(seconds) });
  const [hours, minutes, rest] = [
    Math.floor(seconds / 3600),
    Math.floor((seconds / 60) % 60),
    Math.floor(seconds % 60),
  ];
  if (!hours)
    return rest ? _("{minutes} min {seconds} s", { minutes, seconds: rest }) : _("{minutes} min", { minutes });
  if (seconds < 86400) return minutes ? _("{hours} h {minutes} min", { hours, minutes }) : _("{hours} h", { hours });
  return countDays(Math.floor(seconds / 86400));
}
