// The panes put together: messages in, at most one draw a frame.

import { _ } from "./catalogue.js";
import { h, setAttribute, suppressShortcuts } from "./dom.js";
import { Outline } from "./outline.js";
import { LetterPane, sentenceAround } from "./letter.js";
import { EXHIBIT_MESSAGES, PageDrawer } from "./page_drawer.js";
import { SupportView } from "./support.js";
import { Controls } from "./controls.js";
import { KernelControl } from "./kernel_control.js";
import { PendingCommands } from "./section_commands.js";
import { LogPane } from "./log.js";
import { Feed } from "./feed.js";
import { makeFormBoxes } from "./form_box.js";
import { WriterSign } from "./writer_sign.js";

/**
 * Puts the monitor into an element and returns the function that removes it.
 *
 * `more` makes further views of the same snapshots. Where the source has them, `reading` is called before a place in the
 * letter is shown, and `over` says that nothing more will come, so that the clocks stop.
 *
 * @param {Element} el
 * @param {MonitorSource} source
 * @param {(tools: { showFinding(id: string, finding: Finding): void }) => View[]} more
 */
export function mount(el, source, more = () => []) {
  const stopped = new AbortController();
  const { signal } = stopped;
  const send = (message, buffers = []) => source.send(message, buffers);
  const feed = new Feed(source.state(), { ask: () => send({ type: "hello" }) });
  let drawn = null;
  let frame = 0;

  const acts = source.controls !== false;
  const sign = new WriterSign({ beats: acts });
  let trouble = null;
  const pending = new PendingCommands({ send, heard: (words) => controls.announce(words) });
  const kernelControl = new KernelControl();
  const paper = new LetterPane({
    openCitation,
    openExhibit: (id, opener) => openPage(id, 1, [], opener),
    waitsFor: () => source.waitsFor?.() ?? {},
    pending: acts ? pending : null,
    openSentence: (sentence, node) => support.open(sentence, node),
  });
  const drawer = new PageDrawer({
    send,
    closed: () => {},
    cite: paper.editor && ((exhibit, page) => paper.editor.cite(exhibit, page)),
  });
  const support = new SupportView({ send, paper, acts, showEvidence, heard: (words) => controls.announce(words) });
  const goTo = (id) => reading(() => paper.goTo(id));
  const outline = new Outline({ goTo, openExhibit: (id, opener) => openPage(id, 1, [], opener) });
  const forms = makeFormBoxes({ send, embed: acts ? source.embed : undefined });
  const formButtons = forms.map((form) => form.button);
  const controls = new Controls({ send, controls: acts, goTo, kernelControl, formButtons });
  const log = new LogPane();
  // Further views first: one of them may unhide the panes, and a hidden letter cannot scroll.
  /** @type {View[]} */
  const views = [
    ...more({ showFinding: (id, finding) => reading(() => paper.showFinding(id, finding)) }),
    outline,
    paper,
    controls,
    log,
    support,
  ];
  const root = h(
    "div",
    { class: "wbm", role: "group", "aria-label": _("Petition monitor") },
    outline.node,
    paper.node,
    h("aside", { class: "wbm-pane wbm-run", "aria-label": _("The run") }, controls.node, log.node),
    support.list.node,
    h("div", { class: "wbm-drop", "aria-hidden": "true" }, h("span", {}, _("Drop to add as an exhibit"))),
  );
  const box = h("div", { class: "wbm-frame" }, root, ...forms.map((form) => form.node));
  paper.addDrawer(drawer.node);
  el.append(box);

  function reading(place) {
    source.reading?.();
    place();
  }

  function openPage(id, page, cited, opener, mark = null) {
    source.reading?.();
    const exhibit = drawn.exhibits.find((each) => each.exhibit_id === id);
    if (!exhibit)
      return controls.say(_("No exhibit of this case has the id {id}: the citation is unresolved.", { id }), "warning");
    drawer.open(exhibit, Math.max(1, Math.min(page, exhibit.pages)), cited, opener, mark);
    const [place, desk] = [opener.getBoundingClientRect(), paper.desk.getBoundingClientRect()];
    if (paper.desk.contains(opener) && place.bottom > desk.bottom - 24) {
      paper.follow(false);
      paper.desk.scrollTop += place.bottom - desk.bottom + desk.height / 3;
    }
  }

  function openCitation({ id, pages }, chip) {
    openPage(id, pages[0] ?? 1, pages, chip, { sentence: sentenceAround(chip) });
  }

  /** Shows the page that carries a sentence, and leaves the focus where it is. */
  function showEvidence({ exhibit_id: id, page, quote }, opener) {
    const exhibit = drawn.exhibits.find((each) => each.exhibit_id === id);
    if (exhibit) drawer.open(exhibit, page, [page], opener, { words: quote, page }, false);
  }

  function draw() {
    frame = 0;
    const [state, before, now] = [feed.state, drawn, clock()];
    if (!state?.sections || state === before) return;
    drawn = state;
    for (const view of views) view.draw(state, before, now);
    setAttribute(root, "data-status", state.status);
    look();
  }

  /** The time that views are drawn at: it stands still where nobody is known to write. */
  function clock() {
    return trouble?.since ?? Date.now();
  }

  function look() {
    trouble = sign.look(drawn);
    controls.drawTrouble(drawn, trouble, Date.now());
    setAttribute(root, "data-writer", trouble?.is ?? "alive");
  }

  function drawSoon() {
    frame ||= requestAnimationFrame(draw);
  }

  function receive(message, buffers) {
    sign.beat();
    if (message.type === "writer") sign.receive(message);
    if (message.type === "events") sign.written();
    if (message.type === "state") feed.receiveState(message.state, message.fresh === true);
    else if (message.type === "events") feed.receiveEvents(message);
    else if (message.type === "notice") controls.banner("notice", message.message);
    else if (EXHIBIT_MESSAGES.has(message.type)) drawer.receive(message, buffers);
    else if (message.type === "check" || message.about === "remark") support.receive(message);
    else if (message.type === "added") controls.say(_("Added {name} as an exhibit.", { name: message.name }));
    else if (message.type === "kernel_control") kernelControl.receive(message);
    else if (message.about === "decide") pending.receive(message);
    else if (message.type === "shared" || message.type === "links" || message.about === "share")
      controls.share.receive(message);
    else if (forms.some((form) => form.receive(message))) return;
    else if (message.type === "accepted") controls.accepted();
    else if (message.type === "failure") controls.failed(message.message, message.request);
    if (message.type === "events" && message.events.some((event) => event.type === "status_change")) controls.settle();
    drawSoon();
  }

  suppressShortcuts(root, ":is(.wbm-form, .wbm-edit), :is(.wbm-form, .wbm-edit) *", signal);
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation();
    if (support.list.key(event)) return;
    if (event.key === "Escape") controls.question.hidden ? drawer.close() : controls.confirm(false);
    else if (
      event.key.toLowerCase() === "f" &&
      !(event.target instanceof Element && event.target.matches("select, input, textarea"))
    )
      paper.follow(!paper.following);
  });
  if (acts) acceptDrops(root, (files) => controls.add(files));
  document.addEventListener("visibilitychange", drawSoon, { signal });
  // The browser asks before the page is left.
  window.addEventListener("beforeunload", (event) => paper.editor?.dirty && event.preventDefault(), { signal });
  const stop = source.listen(receive);
  const clockwork = setInterval(() => {
    if (!drawn || source.over?.()) return;
    look();
    for (const view of views) view.tick?.(drawn, clock());
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
    controls.share.stop();
    for (const form of forms) form.stop();
    pending.stop();
    paper.editor?.remove();
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
  root.addEventListener(
    "dragleave",
    (event) => root.contains(event.relatedTarget) || root.classList.remove("wbm-dropping"),
  );
  root.addEventListener("drop", (event) => {
    if (!files(event)) return;
    event.preventDefault();
    event.stopPropagation();
    root.classList.remove("wbm-dropping");
    add([...event.dataTransfer.files]);
  });
}
