// The monitor: a run as it is being written, in the notebook, in Voila and on a plain page. Its parts, in reading order:
//
//   fold          the rule of workbench/live/snapshot.py, pure       outline    left: sections and exhibits
//   draft         reading Markdown and citations, pure               paper      centre: the letter
//   dom, words    making DOM from text; saying statuses and times    drawer     below it: one page of an exhibit
//   findings      notes and counts of what the checks say            controls   right: what can be done, how far it is
//   section_text  the growing text of one section                    log        right, below
//   rules         what can be done with a section, and why not       review     in the controls: what waits for the attorney
//   decide        a section's toolbar and forms                      door       the second way, past a busy kernel
//   editor        a section's text by hand                           share      in the controls: a link for a colleague
//   feed          messages in, states out                            mount      the panes together
//
// What follows a run from afar, to read it:
//
//   addresses     where the server is, seen from a page, pure        socket     the way to it: a socket, polling, the comm
//   standing      how the connection stands, in a word               runs       the runs that a link may see
//   statistics    charts of a run, drawn with `scale` and `bars`     findings_list  every finding, with a way to it
//   viewer        the monitor, read-only, with all of these
//
// Each pane draws from the state alone: draw(state, before) compares parts of the two by identity, and touches what differs.
// A source is what a host brings: { controls, state(), waitsFor(), notice(), send(message, buffers), listen(handler) -> stop }.
// Its handler gets { type: "state" | "events" | "notice" | "page" | "added" | "accepted" | "failure" | "door" | "shared", ... }.
// Where `controls` is false the view only shows: no command, no form, no door.

import { listenTo } from "./monitor/widget_model.js";
import { mount } from "./monitor/mount.js";

export { mount } from "./monitor/mount.js";
export { mountPage, mountViewer } from "./monitor/viewer.js";

/** The notebook's source: traits and custom messages of an anywidget model. */
export function widgetSource(model) {
  return {
    controls: true,
    state: () => (model.get("state")?.sections ? model.get("state") : null),
    waitsFor: () => model.get("waits_for") ?? {},
    notice: () => model.get("notice"),
    send: (message, buffers) => model.send(message, undefined, buffers),
    listen: (handler) =>
      listenTo(model, handler, {
        "change:state": () => ({ type: "state", state: model.get("state") }),
        "change:notice": () => ({ type: "notice", message: model.get("notice") }),
      }),
  };
}

export function render({ model, el }) {
  return mount(el, widgetSource(model));
}

export default { render };
