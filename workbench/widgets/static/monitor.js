// The monitor: a run as it is being written, in the notebook, in Voila and on a plain page. Its parts, in reading order:
//
//   fold          the rule of workbench/live/snapshot.py, pure       outline    left: sections and exhibits
//   draft         reading Markdown and citations, pure               paper      centre: the letter
//   dom, words    making DOM from text; saying statuses and times    drawer     below it: one page of an exhibit
//   findings      notes and counts of what the checks say            controls   right: what can be done, how far it is
//   section_text  the growing text of one section                    log        right, below
//   rules         what can be done with a section, and why not       review     in the controls: what waits for the attorney
//   decide        a section's toolbar and forms                      door       the second way, past a busy kernel
//   editor        a section's text by hand                           feed       messages in, states out
//
// Each pane draws from the state alone: draw(state, before) compares parts of the two by identity, and touches what differs.
// A source is what a host brings: { controls, state(), waitsFor(), notice(), send(message, buffers), listen(handler) -> stop }.
// Its handler gets { type: "state" | "events" | "notice" | "page" | "added" | "accepted" | "failure" | "door", ... }.
// Where `controls` is false the view only shows: no command, no form, no door.

import { h, put } from "./monitor/dom.js";
import { Outline } from "./monitor/outline.js";
import { Paper } from "./monitor/paper.js";
import { PageDrawer } from "./monitor/drawer.js";
import { Controls } from "./monitor/controls.js";
import { Door } from "./monitor/door.js";
import { Decider } from "./monitor/decide.js";
import { Log } from "./monitor/log.js";
import { Feed } from "./monitor/feed.js";

/** Puts the monitor into an element; answers the function that takes it away again. */
export function mount(el, source) {
  const stopped = new AbortController();
  const { signal } = stopped;
  const send = (message, buffers = []) => source.send(message, buffers);
  const feed = new Feed(source.state(), { ask: () => send({ type: "hello" }) });
  let drawn = null;
  let frame = 0;

  const acts = source.controls !== false;
  const decider = new Decider({ send, heard: (words) => controls.announce(words) });
  const door = new Door();
  const paper = new Paper({ openCitation, waitsFor: () => source.waitsFor?.() ?? {}, decider: acts ? decider : null });
  const drawer = new PageDrawer({ ask: (exhibit_id, page) => send({ type: "page", exhibit_id, page }), closed: () => {} });
  const outline = new Outline({ goTo: (id) => paper.goTo(id), openExhibit: (id, opener) => openPage(id, 1, [], opener) });
  const controls = new Controls({ send, controls: acts, goTo: (id) => paper.goTo(id), door });
  const log = new Log();
  const root = h(
    "div", { class: "wbm", role: "group", "aria-label": "Petition monitor" },
    outline.node, paper.node, h("aside", { class: "wbm-pane wbm-run", "aria-label": "The run" }, controls.node, log.node),
    h("div", { class: "wbm-drop", "aria-hidden": "true" }, h("span", {}, "Drop to add as an exhibit")),
  );
  const box = h("div", { class: "wbm-frame" }, root);
  paper.node.append(drawer.node);
  el.append(box);

  function openPage(id, page, cited, opener) {
    const exhibit = drawn.exhibits.find((each) => each.exhibit_id === id);
    if (!exhibit) return controls.say(`No exhibit of this case has the id ${id}: the citation is unresolved.`, "warning");
    drawer.open(exhibit, Math.max(1, Math.min(page, exhibit.pages)), cited, opener);
    const [place, desk] = [opener.getBoundingClientRect(), paper.desk.getBoundingClientRect()];
    if (paper.desk.contains(opener) && place.bottom > desk.bottom - 24) {
      paper.follow(false);
      paper.desk.scrollTop += place.bottom - desk.bottom + desk.height / 3;
    }
  }

  function openCitation({ id, pages }, chip) {
    openPage(id, pages[0] ?? 1, pages, chip);
  }

  function draw() {
    frame = 0;
    const [state, before, now] = [feed.state, drawn, Date.now()];
    if (!state?.sections || state === before) return;
    drawn = state;
    outline.draw(state, before, now);
    paper.draw(state, before);
    controls.draw(state, before, now);
    log.draw(state, before);
    put(root, "data-status", state.status);
  }

  function drawSoon() {
    frame ||= requestAnimationFrame(draw);
  }

  function receive(message) {
    if (message.type === "state") feed.receiveState(message.state);
    else if (message.type === "events") feed.receiveEvents(message);
    else if (message.type === "notice") controls.banner("notice", message.message);
    else if (message.type === "page") drawer.receive(message);
    else if (message.type === "added") controls.say(`Added ${message.name} as an exhibit.`);
    else if (message.type === "door") door.receive(message);
    else if (message.about === "decide") decider.receive(message);
    else if (message.type === "accepted") controls.accepted();
    else if (message.type === "failure") controls.failed(message.message, message.request);
    if (message.type === "events" && message.events.some((event) => event.type === "status_change")) controls.settle();
    drawSoon();
  }

  // Jupyter's shortcuts (Lumino) listen in the capture phase of the document and pass by nodes with this attribute; keys
  // with Ctrl, Alt or Cmd stay Jupyter's, but for a text being written, where only saving the notebook does.
  window.addEventListener("keydown", (event) => {
    if (!(event.target instanceof Node) || !root.contains(event.target)) return;
    const chord = event.ctrlKey || event.metaKey || event.altKey;
    const ours = event.target.closest?.(".wbm-form") && event.key.toLowerCase() !== "s";
    root.toggleAttribute("data-lm-suppress-shortcuts", Boolean(!chord || ours));
  }, { capture: true, signal });
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation();
    if (event.key === "Escape") controls.question.hidden ? drawer.close() : controls.confirm(false);
    else if (event.key.toLowerCase() === "f" && !event.target.matches("select, input, textarea")) paper.follow(!paper.following);
  });
  if (acts) acceptDrops(root, (files) => controls.add(files));
  document.addEventListener("visibilitychange", drawSoon, { signal });
  const stop = source.listen(receive);
  const clockwork = setInterval(() => {
    if (!drawn) return;
    controls.tick(drawn, Date.now());
    outline.tick(drawn, Date.now());
  }, 1000);
  controls.banner("notice", source.notice?.() ?? null);
  draw();
  send({ type: "hello", ...(acts && { origin: location.origin }) });

  return () => {
    stop?.();
    stopped.abort();
    clearInterval(clockwork);
    cancelAnimationFrame(frame);
    controls.answered();
    decider.stop();
    box.remove();
  };
}

function acceptDrops(root, add) {
  const files = (event) => event.dataTransfer?.types.includes("Files");
  for (const type of ["dragenter", "dragover"]) {
    root.addEventListener(type, (event) => {
      if (!files(event)) return;
      event.preventDefault();
      event.stopPropagation();
      root.classList.add("wbm-dropping");
    });
  }
  root.addEventListener("dragleave", (event) => root.contains(event.relatedTarget) || root.classList.remove("wbm-dropping"));
  root.addEventListener("drop", (event) => {
    if (!files(event)) return;
    event.preventDefault();
    event.stopPropagation();
    root.classList.remove("wbm-dropping");
    add([...event.dataTransfer.files]);
  });
}

/** The notebook's source: traits and custom messages of an anywidget model. */
export function widgetSource(model) {
  return {
    controls: true,
    state: () => (model.get("state")?.sections ? model.get("state") : null),
    waitsFor: () => model.get("waits_for") ?? {},
    notice: () => model.get("notice"),
    send: (message, buffers) => model.send(message, undefined, buffers),
    listen(handler) {
      const onState = () => handler({ type: "state", state: model.get("state") });
      const onNotice = () => handler({ type: "notice", message: model.get("notice") });
      model.on("msg:custom", handler);
      model.on("change:state", onState);
      model.on("change:notice", onNotice);
      return () => {
        model.off("msg:custom", handler);
        model.off("change:state", onState);
        model.off("change:notice", onNotice);
      };
    },
  };
}

export function render({ model, el }) {
  return mount(el, widgetSource(model));
}

export default { render };
