// The tuner: a prompt in an editor, the text that a model is sent, and the drafts it makes. In tuner/:
//
//   figures         names, means and times; pure         prompt_editor   the editor: lines, problems, saving
//   prompt_preview  the prompt as it is sent             run_controls    versions, models, Run and Stop
//   drafts_pane     drafts side by side, with ratings    figures_table   their figures
//   redline_pane    the redline of any two texts         versions_pane   versions: promote, roll back
//
// A source is { head(), send(message), listen(handler) -> stop }; its handler gets the messages of
// workbench/widgets/tuner_messages.py. Everything drawn comes from the kernel: a view without a kernel says so.

import { listenTo } from "./monitor/widget_model.js";
import { mountTuner } from "./tuner/mount_tuner.js";

export { mountTuner } from "./tuner/mount_tuner.js";

/** Makes the source of a notebook's view from an anywidget model. */
export function tunerSource(model) {
  return {
    head: () => model.get("head") ?? {},
    send: (message) => model.send(message),
    listen: (handler) => listenTo(model, handler),
  };
}

export function render({ model, el }) {
  return mountTuner(el, tunerSource(model));
}

export default { render };
