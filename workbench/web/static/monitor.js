// The monitor: a run while it is written, for the notebook, Voila and browser pages. In monitor/, in reading order:
//
//   fold              events applied to a snapshot; pure              outline          left: sections and exhibits
//   feed              messages in, snapshots out; pure                letter           centre: the letter
//   draft             Markdown and citations; pure                    page_drawer      below it: one page of an exhibit
//   command_rules     commands that a section can take; pure          controls         right: commands on the run, progress
//   dom, formatting   elements from text; statuses and times          review_list      in the controls: sections in review
//   findings          notes and counts of findings                    share            in the controls: a link for a colleague
//   section_text      the growing text of one section                 log              right, below: the log
//   section_commands  a section's toolbar and forms                   kernel_control   commands past a busy kernel
//   section_editor    a section's text edited by hand                 citing           exhibits and pages to pick; pure
//   letter_preview    beside it: the section as the letter has it     citation_picker  the list that they are picked from
//   field_mirror      places of characters in a text field            unsaved_texts    kept while a view is made anew
//   mount             the panes put together                        form_box         below: forms that the kernel makes
//   writer_sign       signs of life of the run's writer
//
// The read-only viewer has these in addition:
//
//   addresses         addresses of the server; pure                   connection         socket, polling or comm
//   time_axis         the statistics' axis; pure                      connection_status  the connection's state in words
//   statistics        charts of a run, drawn with bar_chart           findings_list      every finding of the petition
//   run_list          the runs that a link may see                    viewer             the page put together
//
// A pane draws from the snapshot alone: draw(state, before) compares parts of the two by identity and touches what differs.
// A host brings a source (`MonitorSource` in tests/js/types.d.ts, with the types of the snapshot); its handler gets the
// messages of workbench/widgets/messages.py. Where `controls` is false, the view has no command and no form.

import { listenTo } from "./monitor/widget_model.js";
import { mount } from "./monitor/mount.js";

export { mount } from "./monitor/mount.js";
export { mountPage, mountViewer } from "./monitor/viewer.js";

/**
 * Makes the source of a notebook's view from an anywidget model.
 *
 * @param {WidgetModel} model
 * @returns {MonitorSource}
 */
export function widgetSource(model) {
  return {
    controls: true,
    state: () => (model.get("state")?.sections ? model.get("state") : null),
    waitsFor: () => model.get("waits_for") ?? {},
    notice: () => model.get("notice"),
    embed: async (modelId, host) => {
      const manager = model.widget_manager;
      const view = await manager.create_view(await manager.get_model(modelId));
      // Attached as Jupyter's own outputs are: until then the form's parts have no layout.
      const attach = view.luminoWidget?.constructor.attach;
      if (attach) attach(view.luminoWidget, host);
      else host.append(view.el);
      return () => view.remove();
    },
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
