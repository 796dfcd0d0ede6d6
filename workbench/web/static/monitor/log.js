// The right pane, below: the log.

import { _ } from "./catalogue.js";
import { h, setText } from "./dom.js";
import { formatTime } from "./formatting.js";

const LEVELS = ["debug", "info", "warning", "error"];
/** Names of what the filter shows. @type {Record<string, string>} */
const LEVEL_WORDS = {
  debug: _("debug and up"),
  info: _("info and up"),
  warning: _("warning and up"),
  error: _("errors"),
};

/** The log with its filters. Lines are only added at the end or dropped at the top, so rows are never redrawn. */
export class LogPane {
  constructor() {
    this.level = h(
      "select",
      { "aria-label": _("Lowest level shown"), onchange: () => this.filter() },
      LEVELS.map((level) => h("option", { value: level, selected: level === "info" }, LEVEL_WORDS[level])),
    );
    this.agent = h(
      "select",
      { "aria-label": _("Agent shown"), onchange: () => this.filter() },
      h("option", { value: "" }, _("all agents")),
    );
    this.list = h("ol", { class: "wbm-log-lines", tabindex: "0", "aria-label": _("Log") });
    this.empty = h("p", { class: "wbm-hint wbm-log-empty" }, _("No lines yet."));
    this.node = h(
      "section",
      { class: "wbm-log", "aria-label": _("Log") },
      h("div", { class: "wbm-log-head" }, h("h3", { class: "wbm-label" }, _("Log")), this.level, this.agent),
      this.list,
      this.empty,
    );
    this.lines = [];
    this.agents = new Set();
    this.atEnd = true;
    this.list.addEventListener("scroll", () => {
      this.atEnd = this.list.scrollTop + this.list.clientHeight > this.list.scrollHeight - 12;
    });
  }

  draw(state, before) {
    if (state.logs === before?.logs) return;
    const last = this.lines.at(-1);
    const overlap = last ? state.logs.lastIndexOf(last) : -1;
    if (overlap < 0) this.list.replaceChildren();
    this.list.append(...state.logs.slice(overlap + 1).map((line) => this.row(line)));
    while (this.list.childElementCount > state.logs.length) this.list.firstElementChild.remove();
    this.lines = state.logs;
    this.filter();
  }

  row(line) {
    if (!this.agents.has(line.agent)) {
      this.agents.add(line.agent);
      this.agent.append(h("option", { value: line.agent }, line.agent));
    }
    const word =
      line.level === "warning" || line.level === "error"
        ? h("b", { class: "wbm-level" }, line.level === "error" ? _("error") : _("warning"), " ")
        : null;
    const row = h(
      "li",
      { "data-level": line.level },
      h("time", { datetime: line.at }, formatTime(line.at)),
      h("span", { class: "wbm-agent" }, line.agent),
      h("span", { class: "wbm-line" }, word, line.message),
    );
    return Object.assign(row, { line });
  }

  filter() {
    let shown = 0;
    for (const row of /** @type {any} */ (this.list.children)) {
      const { level, agent } = row.line;
      row.hidden =
        LEVELS.indexOf(level) < LEVELS.indexOf(this.level.value) ||
        (this.agent.value !== "" && agent !== this.agent.value);
      shown += row.hidden ? 0 : 1;
    }
    this.empty.hidden = shown > 0;
    setText(this.empty, this.lines.length ? _("No line passes the filters.") : _("No lines yet."));
    if (this.atEnd) this.list.scrollTop = this.list.scrollHeight;
  }
}
