// The timeline: the history of a run, and the letter at any moment of it. In timeline/:
//
//   moments   names and layout; pure     chart   above: lanes and marks     moment   below: the letter, and Fork
//
// A source is { controls, head(), rows(), send(message), listen(handler) -> stop }; its handler gets messages of type
// rows, moment, forked, page and failure.

import { _, ngettext } from "./monitor/catalogue.js";
import { h, setAttribute, setText } from "./monitor/dom.js";
import { listenTo } from "./monitor/widget_model.js";
import { RUN_LABELS } from "./monitor/formatting.js";
import { TimelineChart } from "./timeline/chart.js";
import { EXHIBIT_MESSAGES } from "./monitor/page_drawer.js";
import { MomentPane } from "./timeline/moment.js";

/** Puts the timeline into an element and returns the function that removes it. */
export function mountTimeline(el, source) {
  const stopped = new AbortController();
  const title = h("h2", { class: "wbm-case" });
  const about = h("p", { class: "wbm-about" });
  const chart = new TimelineChart({ choose: (row) => moment.ask(row, source.head().thread_id) });
  const moment = new MomentPane({ send: (message) => source.send(message), forks: source.controls !== false, close });
  const root = h(
    "div",
    { class: "wbm wbt", role: "group", "aria-label": _("History of the run") },
    h("div", { class: "wbt-top" }, title, about),
    chart.node,
    moment.node,
  );
  const box = h("div", { class: "wbm-frame" }, root);
  el.append(box);

  function close() {
    moment.node.hidden = true;
    chart.marks.get(chart.chosen)?.focus();
  }

  function draw() {
    const [head, rows] = [source.head(), source.rows()];
    if (!head?.sections) return;
    setText(title, head.title || head.thread_id);
    const facts = [
      head.thread_id,
      (RUN_LABELS[head.status]?.[1] ?? head.status).toLowerCase(),
      ngettext("{count} moment", "{count} moments", rows.length),
      head.forked_from && _("forked from {run}", { run: head.forked_from.thread_id }),
    ];
    setText(about, facts.filter(Boolean).join(" · "));
    setAttribute(root, "data-status", head.status);
    chart.draw(head, rows);
  }

  function receive(message, buffers) {
    if (message.type === "rows") draw();
    else if (message.type === "moment") moment.receive(message);
    else if (message.type === "forked") moment.forked(message);
    else if (EXHIBIT_MESSAGES.has(message.type)) moment.drawer.receive(message, buffers);
    else if (message.type === "failure") moment.failed(message);
  }

  window.addEventListener(
    "keydown",
    (event) => {
      if (event.target instanceof Node && root.contains(event.target))
        root.toggleAttribute("data-lm-suppress-shortcuts", !(event.ctrlKey || event.metaKey || event.altKey));
    },
    { capture: true, signal: stopped.signal },
  );
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation();
    if (event.key !== "Escape") return;
    if (!moment.drawer.node.hidden) moment.drawer.close();
    else if (!moment.node.hidden) close();
  });
  const stop = source.listen(receive);
  draw();

  return () => {
    stop?.();
    stopped.abort();
    box.remove();
  };
}

/** Makes the source of a notebook's view from an anywidget model. */
export function timelineSource(model) {
  return {
    controls: true,
    head: () => model.get("head"),
    rows: () => model.get("rows") ?? [],
    send: (message) => model.send(message),
    listen: (handler) => listenTo(model, handler, { "change:rows change:head": () => ({ type: "rows" }) }),
  };
}

export function render({ model, el }) {
  return mountTimeline(el, timelineSource(model));
}

export default { render };
