// The chart: a lane for the run and for each section, a mark for each moment.

import { _, localeOr } from "../monitor/catalogue.js";
import { h, icon, setAttribute, showControlCharacters, setText } from "../monitor/dom.js";
import { length, describeMoment, placeMoments, workStretches } from "./moments.js";

const LANE = 30; // pixels

export class TimelineChart {
  constructor({ choose }) {
    this.choose = choose;
    this.chosen = null;
    this.here = null; // key of the mark that Tab reaches
    this.moments = [];
    this.names = h("div", { class: "wbt-names", "aria-hidden": "true" });
    this.plot = h("div", {
      class: "wbt-plot",
      role: "listbox",
      "aria-label": _("Moments, oldest first"),
      "aria-orientation": "horizontal",
    });
    this.scroller = h("div", { class: "wbt-scroller" }, this.plot);
    this.words = h("span", { class: "wbt-said" });
    this.told = h("div", { class: "wbt-told" }, this.words);
    this.node = h(
      "div",
      { class: "wbt-chart" },
      h("div", { class: "wbt-lanes" }, this.names, this.scroller),
      this.told,
    );
    this.plot.addEventListener("keydown", (event) => this.walk(event));
    this.plot.addEventListener("focusin", (event) => this.tell(this.at(event.target)));
    this.plot.addEventListener("pointerover", (event) => this.tell(this.at(event.target) ?? this.pointed()));
    this.plot.addEventListener("pointerleave", () => this.tell(this.pointed()));
    this.plot.addEventListener("click", (event) => this.at(event.target) && this.pick(this.at(event.target)));
  }

  draw(head, rows) {
    const { moments, ticks, gaps, width } = placeMoments(rows, head.sections);
    const atEnd = this.scroller.scrollLeft + this.scroller.clientWidth >= this.scroller.scrollWidth - 4;
    const focused = this.at(document.activeElement)?.key;
    this.moments = moments;
    const lanes = [{ title: _("The run") }, ...head.sections];
    this.names.replaceChildren(
      h("div", { class: "wbt-axis" }),
      ...lanes.map((lane, index) =>
        h("div", { class: "wbt-name", "data-lane": String(index), title: lane.title }, lane.title),
      ),
    );
    this.plot.style.width = `${width}px`;
    this.plot.style.height = `${(lanes.length + 1) * LANE}px`;
    this.here = moments.find((moment) => moment.key === this.here)?.key ?? moments.at(-1)?.key ?? null;
    this.marks = new Map(moments.map((moment) => [moment.key, this.mark(moment)]));
    const line = (lane, from, to, kind) => {
      const node = h("i", { class: kind, "aria-hidden": "true" });
      Object.assign(node.style, { left: `${from}px`, width: `${to - from}px`, top: `${(lane + 1.5) * LANE}px` });
      return node;
    };
    this.plot.replaceChildren(
      ...gaps.map((gap) => this.gap(gap)),
      ...ticks.map((tick) => this.tick(tick)),
      ...lanes.map((each, lane) => line(lane, 0, width, "wbt-line")),
      ...workStretches(moments).map(({ lane, from, to }) => line(lane, from, to, "wbt-work")),
      ...this.marks.values(),
    );
    if (focused) this.marks.get(focused)?.focus({ preventScroll: true });
    if (atEnd) this.scroller.scrollLeft = this.scroller.scrollWidth;
    this.tell(this.pointed());
  }

  mark(moment) {
    const [, shape, kind] = describeMoment(moment.row);
    const node = h(
      "button",
      {
        type: "button",
        class: "wbt-mark",
        role: "option",
        "data-kind": kind,
        "data-what": moment.row.what,
        "aria-label": this.said(moment.row),
        "aria-selected": String(moment.key === this.chosen),
        tabindex: moment.key === this.here ? "0" : "-1",
      },
      icon(shape),
    );
    Object.assign(node.style, { left: `${moment.x}px`, top: `${(moment.lane + 1.5) * LANE}px` });
    return Object.assign(node, { moment });
  }

  gap({ from, to, seconds }) {
    const node = h("span", { class: "wbt-gap", "aria-hidden": "true" }, length(seconds));
    Object.assign(node.style, { left: `${from}px`, width: `${to - from}px` });
    return node;
  }

  tick({ x, at, day }) {
    const moment = new Date(at);
    const time = Number.isNaN(moment.valueOf()) ? "" : moment.toLocaleTimeString(localeOr("en-GB"));
    const node = h(
      "span",
      { class: "wbt-tick", "aria-hidden": "true" },
      day ? h("b", {}, moment.toLocaleDateString(localeOr("en-GB"), { day: "numeric", month: "short" })) : null,
      time,
    );
    node.style.left = `${x}px`;
    return node;
  }

  said(row) {
    const when = new Date(row.at);
    return [
      describeMoment(row)[0] + (row.title ? `: ${row.title}` : ""),
      row.who ? _("by {user}", { user: row.who }) : "",
      Number.isNaN(when.valueOf()) ? row.at : when.toLocaleString(localeOr("en-GB")),
      `${Number(row.progress).toFixed(1)} %`,
      row.note ?? "",
    ]
      .filter(Boolean)
      .join(" · ");
  }

  /** @param {any} node an event's target */
  at(node) {
    return node?.closest?.(".wbt-mark")?.moment ?? null;
  }

  /** Returns the moment described while the pointer is on none: the focused one, else the chosen one. */
  pointed() {
    return this.at(document.activeElement) ?? this.moments.find((moment) => moment.key === this.chosen) ?? null;
  }

  tell(moment) {
    setText(
      this.words,
      moment
        ? showControlCharacters(this.said(moment.row))
        : _("Point at a mark to see what happened; click it to see the letter as it stood then."),
    );
    for (const name of /** @type {NodeListOf<HTMLElement>} */ (this.names.querySelectorAll(".wbt-name")))
      name.classList.toggle("wbt-lit", moment !== null && Number(name.dataset.lane) === moment.lane);
  }

  pick(moment) {
    this.chosen = moment.key;
    this.stand(moment);
    for (const [key, mark] of this.marks) setAttribute(mark, "aria-selected", String(key === moment.key));
    this.choose(moment.row);
  }

  stand(moment) {
    this.here = moment.key;
    for (const [key, mark] of this.marks) setAttribute(mark, "tabindex", key === moment.key ? "0" : "-1");
  }

  walk(event) {
    const here = this.at(event.target);
    if (!here || event.ctrlKey || event.metaKey || event.altKey) return;
    const index = this.moments.indexOf(here);
    const lane = (step) => {
      for (
        let at = here.lane + step;
        at >= 0 && this.moments.some((moment) => (step < 0 ? moment.lane <= at : moment.lane >= at));
        at += step
      ) {
        const there = this.moments.filter((moment) => moment.lane === at);
        if (there.length)
          return there.reduce((best, moment) =>
            Math.abs(moment.x - here.x) < Math.abs(best.x - here.x) ? moment : best,
          );
      }
      return here;
    };
    const goal = {
      ArrowRight: () => this.moments[Math.min(index + 1, this.moments.length - 1)],
      ArrowLeft: () => this.moments[Math.max(index - 1, 0)],
      ArrowDown: () => lane(1),
      ArrowUp: () => lane(-1),
      Home: () => this.moments[0],
      End: () => this.moments.at(-1),
    }[event.key]?.();
    if (!goal) return;
    event.preventDefault();
    this.stand(goal);
    const mark = this.marks.get(goal.key);
    mark.focus({ preventScroll: true });
    const [from, to] = [this.scroller.scrollLeft + 30, this.scroller.scrollLeft + this.scroller.clientWidth - 30];
    if (goal.x < from || goal.x > to) this.scroller.scrollLeft = goal.x - this.scroller.clientWidth / 2;
  }
}
