// The tuner: a prompt in the editor, what it becomes for this case, and the drafts it makes. Its parts, beside the monitor's:
//
//   figures   names, means and times, pure      desk      the editor: lines, remarks, save        sent      what would be sent
//   bench     versions, models, Run and Stop    drafts    the drafts side by side, with ratings   numbers   their table
//   compare   the redline of any two texts      shelf     the versions: promote, roll back
//
// A source is what a host brings: { head(), send(message), listen(handler) -> stop }. The handler gets the messages of
// workbench/widgets/tuner_messages.py. Everything drawn comes from the kernel: a view without one shows only that it has none.

import { listenTo } from "./monitor/widget_model.js";
import { mountTuner } from "./tuner/mount_tuner.js";

export { mountTuner } from "./tuner/mount_tuner.js";

/** The notebook's source: custom messages of an anywidget model. */
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
