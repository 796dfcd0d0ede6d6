// The tuner put together: messages in, at most one draw a frame.

import { _, ngettext } from "../monitor/catalogue.js";
import { h, icon, setAttribute, setText, suppressShortcuts } from "../monitor/dom.js";
import { RunControls } from "./run_controls.js";
import { RedlinePane } from "./redline_pane.js";
import { EditorPane } from "./prompt_editor.js";
import { DraftsPane } from "./drafts_pane.js";
import { FiguresTable } from "./figures_table.js";
import { PromptPreview } from "./prompt_preview.js";
import { VersionsPane } from "./versions_pane.js";

const ANSWERED_AFTER = 6000; // milliseconds until the tuner says that the kernel has not answered

/** Puts the tuner into an element and returns the function that removes it. */
export function mountTuner(el, source) {
  const stopped = new AbortController();
  const by = Math.random().toString(36).slice(2);
  const asked = new Map();
  let state = null;
  let frame = 0;

  const send = (message) => source.send(message);
  const cases = h("select", {
    class: "wbu-select",
    "aria-label": _("Case"),
    onchange: () => choose({ case: cases.value }),
  });
  const sections = h("select", {
    class: "wbu-select",
    "aria-label": _("Section"),
    onchange: () => choose({ section: sections.value }),
  });
  const passages = h("input", {
    type: "number",
    class: "wbu-input wbu-number",
    min: "0",
    max: "100",
    "aria-label": _("Passages of the exhibits at most"),
    onchange: () => ask({ type: "passages", count: Number(passages.value) }),
  });
  const who = h("span", { class: "wbm-hint" });
  const trouble = h("p", { class: "wbm-banner wbu-trouble", role: "alert", hidden: true });
  const told = h("p", { class: "wbm-only-heard", role: "status" });
  const alone = h(
    "p",
    { class: "wbu-empty" },
    _(
      "Waiting for the kernel. Nothing of a tuner is kept in the notebook: where its kernel has gone, run its cell again.",
    ),
  );

  const desks = new EditorPane({
    send,
    ask,
    by,
    run: () => bench.press(),
    compare: (old, now, part) => compare(old, part === "system" ? `${now}:system` : now),
    heard,
  });
  const sent = new PromptPreview();
  const bench = new RunControls({
    run: (what) => {
      desks.flush();
      show("drafts");
      ask({ type: "run", ...what });
    },
    stop: () => send({ type: "stop" }),
  });
  const numbers = new FiguresTable();
  const drafts = new DraftsPane({
    ask,
    heard,
    compare: (draft) => {
      const both = redline.take(draft.id);
      if (!both) setText(redline.told, _("Choose the other draft."));
      show("redline");
      if (!both) redline.sides[1].focus();
    },
  });
  const redline = new RedlinePane({ ask });
  const shelf = new VersionsPane({
    ask,
    heard,
    compare,
    open: (ref, part) => {
      ask({ type: "open", ref });
      desks.turn(part);
      desks.current.field.focus();
    },
  });
  /** @type {Record<string, [string, HTMLElement]>} */
  const views = {
    drafts: [_("Drafts"), h("div", {}, numbers.node, drafts.node)],
    redline: [_("Redline"), redline.node],
    versions: [_("Versions"), shelf.node],
  };
  const tabs = Object.fromEntries(
    Object.entries(views).map(([view, [word]]) => [
      view,
      h("button", { type: "button", role: "tab", class: "wbu-tab", onclick: () => show(view) }, word),
    ]),
  );
  const tabList = h(
    "div",
    { class: "wbu-tabs wbu-lower", role: "tablist", "aria-label": _("Results") },
    Object.values(tabs),
  );
  for (const [, [word, node]] of Object.entries(views)) {
    setAttribute(node, "role", "tabpanel");
    setAttribute(node, "aria-label", word);
    node.classList.add("wbu-panel");
  }
  tabList.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const names = Object.keys(views);
    const name =
      names[
        (names.findIndex((view) => tabs[view].getAttribute("aria-selected") === "true") + step + names.length) %
          names.length
      ];
    show(name);
    tabs[name].focus();
  });

  const body = h(
    "div",
    { hidden: true },
    h(
      "div",
      { class: "wbu-top" },
      h("label", {}, h("span", { class: "wbm-label" }, _("Case")), cases),
      h("label", { class: "wbu-grow" }, h("span", { class: "wbm-label" }, _("Section")), sections),
      h("label", {}, h("span", { class: "wbm-label" }, _("Passages")), passages),
      who,
    ),
    trouble,
    h("div", { class: "wbu-work" }, desks.node, sent.node),
    bench.node,
    tabList,
    Object.values(views).map(([, node]) => node),
  );
  const root = h("div", { class: "wbm wbu", role: "group", "aria-label": _("Prompt tuner") }, alone, body, told);
  const box = h("div", { class: "wbm-frame" }, root);
  el.append(box);
  show("drafts");

  function heard(words) {
    setText(told, words);
  }

  function show(view) {
    for (const [name, [, node]] of Object.entries(views)) {
      node.hidden = name !== view;
      setAttribute(tabs[name], "aria-selected", String(name === view));
      setAttribute(tabs[name], "tabindex", name === view ? "0" : "-1");
    }
  }

  function compare(old, now) {
    desks.flush();
    show("redline");
    redline.show(old, now);
    redline.text.focus({ preventScroll: true });
    redline.node.scrollIntoView({ block: "nearest" });
  }

  function choose(what) {
    desks.flush();
    ask({ type: "choose", ...what }, ({ type }) => type === "failure" && drawTop());
  }

  /**
   * Sends a request; its answer goes to `answered`, and a failure without a place of its own is shown at the top.
   *
   * @param {Message} message
   * @param {(answer: Message) => void} answered
   */
  function ask(message, answered = () => {}) {
    const request = `${by}-${asked.size}-${Date.now()}-${Math.random().toString(36).slice(2)}`;
    const late =
      message.type === "promote"
        ? 0
        : setTimeout(
            () => say("warning", _("The kernel has not answered yet: it answers when the running cell is done.")),
            ANSWERED_AFTER,
          );
    asked.set(request, {
      answered,
      late,
      own: ["save", "rate", "redline", "promote", "rollback"].includes(message.type),
    });
    say(null);
    send({ ...message, request });
  }

  function say(severity, words = "") {
    trouble.hidden = !severity;
    setAttribute(trouble, "data-severity", severity ?? "info");
    trouble.replaceChildren(...(severity ? [icon(severity === "error" ? "cross" : "warn"), h("span", {}, words)] : []));
  }

  function drawTop() {
    fillSelect(
      cases,
      state.cases.map((name) => [name, name]),
      state.case,
    );
    fillSelect(
      sections,
      state.sections.map(({ id, title }) => [id, title]),
      state.section,
    );
    if (document.activeElement !== passages) passages.value = String(state.passages);
    setText(who, state.user);
    setAttribute(who, "title", _("Who edits, rates and decides, as recorded"));
  }

  function draw() {
    frame = 0;
    if (!state) return;
    drawTop();
    sent.draw(state.preview);
    bench.draw(state);
    numbers.draw(state);
    drafts.draw(state);
    redline.draw(state);
    shelf.draw(state);
    setText(tabs.drafts, state.drafts.length ? _("Drafts {count}", { count: state.drafts.length }) : _("Drafts"));
    setText(tabs.versions, _("Versions {count}", { count: state.versions.length }));
  }

  function drawSoon() {
    frame ||= requestAnimationFrame(draw);
  }

  function receiveState(next) {
    const moved = state && (state.section !== next.section || state.case !== next.case);
    state = next;
    alone.hidden = true;
    body.hidden = false;
    if (moved) bench.chosen.versions = null;
    desks.draw(state);
  }

  function receiveDraft(draft) {
    const at = state.drafts.findIndex((each) => each.id === draft.id);
    state.drafts = at < 0 ? [...state.drafts, draft] : state.drafts.with(at, draft);
  }

  function receiveText({ id, text }) {
    const draft = state.drafts.find((each) => each.id === id);
    if (draft) receiveDraft({ ...draft, text: text === null ? "" : draft.text + text });
  }

  function receiveRunning(running) {
    const ended = state.running && !running;
    state.running = running;
    const mine = state.drafts.filter((draft) => draft.status === "failed").length;
    if (ended)
      heard(
        mine
          ? ngettext("The drafts are made; {count} failed.", "The drafts are made; {count} failed.", mine)
          : _("The drafts are made."),
      );
  }

  function receive(message) {
    // One that was sent before this view could ask for it: a later one would take away what is typed here.
    if (message.first && state) return;
    if (message.type === "state") receiveState(message.state);
    else if (!state) return;
    else if (message.type === "draft") receiveDraft(message.draft);
    else if (message.type === "text") receiveText(message);
    else if (message.type === "running") receiveRunning(message.running);
    else if (message.type === "gate") shelf.progress(message);
    else if (message.type === "checked") {
      state.preview = message.preview;
      desks.checked(message);
    }
    const question = asked.get(message.request);
    if (question) {
      asked.delete(message.request);
      clearTimeout(question.late);
      if (message.type === "failure" && !question.own) say("error", message.message);
      draw(); // first: the asker may look for what the answer is about
      question.answered(message);
    } else if (message.type === "failure") say("error", message.message);
    drawSoon();
  }

  suppressShortcuts(root, "textarea, input", stopped.signal);
  root.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey || event.altKey)) event.stopPropagation();
  });

  const stop = source.listen(receive);
  send({ type: "hello" });

  return () => {
    stop?.();
    stopped.abort();
    cancelAnimationFrame(frame);
    desks.flush();
    desks.stop();
    for (const { late } of asked.values()) clearTimeout(late);
    box.remove();
  };
}

function fillSelect(select, rows, chosen) {
  const key = JSON.stringify(rows);
  if (select.key !== key) select.replaceChildren(...rows.map(([value, words]) => h("option", { value }, words)));
  select.key = key;
  select.value = chosen;
}
