// Blind review: two drafts side by side, and a pick between them. In pairwise/:
//
//   draft_pair   the two drafts     result   the win rate, once the review is finished
//
// A source is { state(), send(message), listen(handler) -> stop }; its handler gets messages of type state and failure.
// Before the result is there, the state names no prompt and no model: nothing on the page can give away a draft's origin.

import { _, ngettext } from "./monitor/catalogue.js";
import { h, icon, setAttribute, setText } from "./monitor/dom.js";
import { listenTo } from "./monitor/widget_model.js";
import { DraftPair } from "./pairwise/draft_pair.js";
import { ResultView } from "./pairwise/result.js";

const SHORTCUTS = { left: "A ArrowLeft", tie: "T", right: "B ArrowRight" };
const PICKS = { left: ["A", _("A is better")], tie: ["T", _("Equally good")], right: ["B", _("B is better")] };
const KEYS = { a: "left", b: "right", t: "tie", arrowleft: "left", arrowright: "right" };

/** Puts the review into an element and returns the function that removes it. */
export function mountPairwise(el, source) {
  const stopped = new AbortController();
  let drawn = null; // token of the pair on the screen
  let waiting = false; // until the kernel has stored a pick
  const title = h("h2", { class: "wbm-case" });
  const about = h("p", { class: "wbm-about", role: "status" });
  const sheets = new DraftPair();
  const outcome = new ResultView();
  const note = h("textarea", {
    class: "wbm-field wbp-note",
    rows: "1",
    maxlength: "10000",
    "aria-label": _("Reason (kept with your pick)"),
    placeholder: _("Reason (kept with your pick)"),
  });
  const buttons = Object.fromEntries(
    Object.entries(PICKS).map(([choice, [key, words]]) => [
      choice,
      h(
        "button",
        {
          type: "button",
          class: "wbm-button wbp-pick",
          "data-choice": choice,
          "aria-keyshortcuts": SHORTCUTS[choice],
          onclick: () => pick(choice),
        },
        words,
        h("kbd", { class: "wbp-key", "aria-hidden": "true" }, key),
      ),
    ]),
  );
  const back = h(
    "button",
    { type: "button", class: "wbm-button", "aria-keyshortcuts": "Z", onclick: () => go(-1) },
    icon("left"),
    _("Previous"),
    h("kbd", { class: "wbp-key", "aria-hidden": "true" }, "Z"),
  );
  const skip = h(
    "button",
    { type: "button", class: "wbm-button", "aria-keyshortcuts": "S", onclick: () => go(1) },
    _("Skip"),
    h("kbd", { class: "wbp-key", "aria-hidden": "true" }, "S"),
    icon("right"),
  );
  const finish = h("button", { type: "button", class: "wbm-button wbp-finish", onclick: () => ask(true) }, _("Finish"));
  const sure = h(
    "div",
    { class: "wbm-banner wbp-sure", hidden: true, "data-severity": "info" },
    icon("info"),
    h("span", {}, _("The result names the versions, and ends this review: no pick can be added to it.")),
    h(
      "button",
      { type: "button", class: "wbm-button wbp-yes", onclick: () => source.send({ type: "finish" }) },
      _("Show the result"),
    ),
    h("button", { type: "button", class: "wbm-button", onclick: () => ask(false) }, _("Back")),
  );
  const trouble = h("div", { class: "wbm-banner", hidden: true, "data-severity": "error", role: "alert" });
  const bar = h(
    "div",
    { class: "wbp-bar", role: "group", "aria-label": _("Your pick") },
    buttons.left,
    buttons.tie,
    buttons.right,
  );
  const way = h("div", { class: "wbp-way" }, back, skip, note, finish);
  const root = h(
    "div",
    { class: "wbm wbp", role: "group", tabindex: "-1", "aria-label": _("Blind review of two drafts") },
    h("div", { class: "wbp-top" }, title, about),
    sheets.node,
    outcome.node,
    trouble,
    sure,
    bar,
    way,
  );
  const box = h("div", { class: "wbm-frame" }, root);
  el.append(box);

  function draw() {
    const { pair, result, number, total, judged } = source.state();
    wait(false);
    for (const node of [sheets.node, bar, way]) node.hidden = !pair;
    outcome.draw(result ?? null);
    if (!pair) {
      sure.hidden = true;
      setText(title, result ? _("Result of the blind review") : _("Blind review"));
      setText(
        about,
        result
          ? ngettext("{count} pair of {total} picked from", "{count} pairs of {total} picked from", judged, { total })
          : _("Nothing to compare"),
      );
      if (drawn) root.focus({ preventScroll: true });
      drawn = null;
      return;
    }
    setText(title, pair.title);
    setText(
      about,
      _("Case {case} · pair {number} of {total} · {judged} picked · which version drafted which is not shown", {
        case: pair.case,
        number,
        total,
        judged,
      }),
    );
    back.disabled = number <= 1;
    skip.disabled = number >= total;
    finish.disabled = !judged;
    for (const [choice, button] of Object.entries(buttons))
      setAttribute(button, "aria-pressed", String(pair.choice === choice));
    if (drawn === pair.token) return;
    sheets.draw(pair);
    ask(false);
    note.value = "";
    if (drawn) root.focus({ preventScroll: true });
    drawn = pair.token;
  }

  function pick(choice) {
    if (waiting || !drawn) return;
    wait(true);
    trouble.hidden = true;
    source.send({ type: "pick", token: drawn, choice, note: note.value });
  }

  function go(step) {
    const { pair, number, total } = source.state();
    const to = number - 1 + step;
    if (pair && !waiting && to >= 0 && to < total) source.send({ type: "go", to });
  }

  function wait(on) {
    waiting = on;
    for (const button of Object.values(buttons)) setAttribute(button, "aria-disabled", String(on));
  }

  function ask(on) {
    sure.hidden = !on;
    if (on) /** @type {HTMLElement} */ (sure.querySelector(".wbp-yes")).focus();
  }

  function receive(message) {
    if (message.type === "state") draw();
    else if (message.type === "failure") {
      wait(false);
      trouble.hidden = false;
      trouble.replaceChildren(icon("cross"), h("span", {}, _("The pick is not kept: {why}", { why: message.message })));
    }
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
    if (event.key === "Escape") {
      if (!sure.hidden) ask(false);
      root.focus({ preventScroll: true });
    }
    if (event.target === note || event.repeat) return;
    const key = event.key.toLowerCase();
    if (KEYS[key]) pick(KEYS[key]);
    else if (key === "z") go(-1);
    else if (key === "s") go(1);
    else return;
    event.preventDefault();
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
export function pairwiseSource(model) {
  return {
    state: () => model.get("state") ?? {},
    send: (message) => model.send(message),
    listen: (handler) => listenTo(model, handler, { "change:state": () => ({ type: "state" }) }),
  };
}

export function render({ model, el }) {
  return mountPairwise(el, pairwiseSource(model));
}

export default { render };
