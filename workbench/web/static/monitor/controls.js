// The right pane: commands on the run, and its progress.

import { _ } from "./catalogue.js";
import { h, icon, setAttribute, setText } from "./dom.js";
import {
  describeRun,
  formatDuration,
  runDuration,
  iconAndWord,
  formatCost,
  countDone,
  describeTokens,
  SEVERITY_LABELS,
  wholeNumber,
} from "./formatting.js";
import { describeResume } from "./command_rules.js";
import { ReviewList } from "./review_list.js";
import { describeTrouble, TROUBLE_WORDS } from "./writer_sign.js";
import { ShareBox } from "./share.js";

const COMMANDS = {
  pending: ["start", "play", _("Start"), _("Starts drafting every section.")],
  generating: ["pause", "pause", _("Pause"), _("Pauses after the step in hand; nothing is lost.")],
  paused: ["resume", "play", _("Resume"), _("Goes on where it stopped; nothing is drafted twice.")],
  needs_review: ["resume", "play", _("Resume"), ""],
  completed: [null, "check", _("Drafted"), _("Every section is drafted; each is final when you approve it.")],
  failed: [null, "cross", _("Failed"), _("The run has ended with a failure; the log says why.")],
  cancelled: [null, "stop", _("Cancelled"), _("The run was cancelled; what was drafted stays.")],
};

const TAKE_UP = [
  "resume",
  "play",
  _("Take up this run"),
  _("Goes on where it was interrupted; nothing is drafted twice."),
];

/** Names of the run's figures. */
const FIGURE_NAMES = {
  elapsed: _("Elapsed"),
  tokens: _("Tokens"),
  cost: _("Cost"),
  model: _("Model"),
  thread: _("Thread"),
};

const KERNEL_CONTROL_AFTER = 1000; // milliseconds without the kernel's answer until a command goes to its server
const ANSWER_AFTER = 5000; // milliseconds until the monitor says that the kernel has not answered
const UPLOAD_PART = 2 * 1024 * 1024; // bytes; Jupyter's server closes a socket on a message over 10 MiB
const RUN_ENDED = new Set(["completed", "failed", "cancelled"]);
const NO_EXHIBIT = _(
  "The run has ended and takes no exhibit: fork it in the timeline or with workbench.fork, add the exhibit to the branch, and start that.",
);
const FILE_TYPES = ".pdf,.docx,.docm,.dotx,.dotm,.md,.txt,.jpg,.jpeg,.png,.tif,.tiff,.webp";

/**
 * Words a run's progress; of one that has ended, how many of its drafted sections ask for a person.
 *
 * @param {Snapshot} state
 */
function describeProgress({ status, progress: { completed, total, percentage } }) {
  if (status === "completed" && completed < total)
    return _("{open} of {total} to review", { open: total - completed, total });
  return `${_("{done} of {total}", { done: completed, total })} · ${percentage.toFixed(1)} %`;
}

/** Commands on the run, its progress, uploads, sharing, and the list of sections in review. */
export class Controls {
  constructor({ send, controls, goTo, kernelControl, formButtons }) {
    this.send = send;
    this.acts = controls;
    this.trouble = null;
    this.kernelControl = kernelControl;
    this.review = new ReviewList({ goTo, acts: controls });
    this.share = new ShareBox({ send });
    this.taken = new Set(); // requests taken by the kernel's server: the kernel's later answer to them is dropped
    this.state = null;
    this.asked = null;
    this.status = h("div", { class: "wbm-run-status" });
    this.heard = h("div", { class: "wbm-only-heard", role: "status", "aria-live": "polite" });
    this.hint = h("p", { class: "wbm-hint wbm-main-hint", id: `wbm-hint-${Math.random().toString(36).slice(2)}` });
    this.main = h("button", {
      type: "button",
      class: "wbm-main",
      "aria-describedby": this.hint.id,
      onclick: () => this.command(this.commandOf(this.state)[0]),
    });
    this.cancel = h(
      "button",
      { type: "button", class: "wbm-button", onclick: () => this.confirm(true) },
      icon("stop"),
      _("Cancel"),
    );
    this.goOn = h("button", { type: "button", class: "wbm-button", onclick: () => this.confirm(false) }, _("Back"));
    this.question = h(
      "div",
      { class: "wbm-confirm", role: "group", "aria-label": _("Cancel the run?"), hidden: true },
      h("p", {}, _("End this run for good? What was drafted stays.")),
      h(
        "div",
        { class: "wbm-row" },
        h("button", { type: "button", class: "wbm-button wbm-danger", onclick: () => this.end() }, _("End the run")),
        this.goOn,
      ),
    );
    this.file = h("input", {
      type: "file",
      class: "wbm-only-heard",
      accept: FILE_TYPES,
      multiple: true,
      tabindex: "-1",
      "aria-label": _("Exhibit files"),
      onchange: () => this.add(this.file.files),
    });
    this.addButton = h(
      "button",
      {
        type: "button",
        class: "wbm-button wbm-add",
        title: _("PDF, Word, Markdown or text; or drop files here"),
        onclick: () => (RUN_ENDED.has(this.state?.status) ? this.say(NO_EXHIBIT, "warning") : this.file.click()),
      },
      icon("plus"),
      _("Add exhibit"),
    );
    this.bar = h("div", { class: "wbm-bar-fill" });
    this.progress = h(
      "div",
      {
        class: "wbm-progress",
        role: "progressbar",
        "aria-label": _("Sections done"),
        "aria-valuemin": "0",
        "aria-valuemax": "100",
      },
      this.bar,
    );
    this.percentage = h("span", { class: "wbm-percentage" });
    this.figures = Object.fromEntries(
      Object.keys(FIGURE_NAMES).map((name) => [name, h("dd", { class: `wbm-figure-${name}` })]),
    );
    this.copied = h("button", {
      type: "button",
      class: "wbm-copy",
      title: _("Copy the thread id"),
      onclick: () => this.copy(),
    });
    this.figures.thread.append(this.copied);
    this.banners = {
      writer: h("div", { class: "wbm-banner wbm-writer", "data-severity": "warning", hidden: true }),
      notice: h("div", { class: "wbm-banner", "data-severity": "warning", hidden: true }),
      error: h("div", { class: "wbm-banner", "data-severity": "error", hidden: true }),
    };
    this.silence = h("span");
    this.message = h("div", { class: "wbm-banner", "data-severity": "info", hidden: true });
    const actions = controls ? [h("div", { class: "wbm-row" }, this.main, this.cancel), this.hint, this.question] : [];
    this.node = h(
      "div",
      { class: "wbm-controls" },
      h("div", { class: "wbm-run-head" }, this.status, this.percentage),
      this.progress,
      this.heard,
      actions,
      this.banners.writer,
      this.review.node,
      this.banners.notice,
      this.banners.error,
      this.message,
      this.list("elapsed", "cost", "model"),
      h("details", { class: "wbm-details" }, h("summary", {}, _("Details")), this.list("tokens", "thread")),
      controls
        ? [h("div", { class: "wbm-row" }, this.addButton, this.share.button, formButtons), this.file, this.share.node]
        : [],
    );
  }

  /** Returns a list of some of the run's figures, with their names. */
  list(...names) {
    return h(
      "dl",
      { class: "wbm-figures" },
      names.map((name) => [h("dt", {}, FIGURE_NAMES[name]), this.figures[name]]),
    );
  }

  draw(state, before, now) {
    this.state = state;
    if (state.status !== before?.status || state.sections !== before?.sections) this.drawHead(state);
    if (state.status !== before?.status) this.drawStatus(state);
    else if (state.sections !== before?.sections && !this.asked) setText(this.hint, this.hintOf(state));
    this.review.draw(state, before);
    if (state.progress !== before?.progress || state.status !== before?.status) {
      const { percentage } = state.progress;
      setText(this.percentage, describeProgress(state));
      setAttribute(this.progress, "aria-valuenow", String(percentage));
      setAttribute(this.progress, "aria-valuetext", `${countDone(state.progress)}, ${percentage.toFixed(1)} %`);
      this.bar.style.width = `${Math.max(0, Math.min(100, percentage))}%`;
    }
    if (state.usage !== before?.usage) {
      const { input_tokens: read, output_tokens: written, cost_usd: cost } = state.usage;
      setText(this.figures.tokens, wholeNumber.format(read + written));
      setAttribute(this.figures.tokens, "title", describeTokens(state.usage));
      setText(this.figures.cost, formatCost(cost));
      setAttribute(this.figures.cost, "title", cost === null ? _("The price of this model is not known") : "");
    }
    if (state.model !== before?.model) setText(this.figures.model, state.model || "—");
    if (state.thread_id !== before?.thread_id)
      this.copied.replaceChildren(h("code", {}, state.thread_id), icon("copy"));
    if (state.error !== before?.error || state.status !== before?.status)
      this.banner("error", state.status === "generating" ? null : state.error);
    this.tick(state, now);
  }

  /** Says that nobody is known to write the run, and how it is taken up. */
  drawTrouble(state, trouble, now) {
    const before = this.trouble;
    this.trouble = trouble;
    if (trouble) setText(this.silence, describeTrouble(trouble, now));
    if (trouble?.is === before?.is) return;
    // Only the seconds change after this: whoever selects the line of code keeps the selection.
    this.banners.writer.hidden = !trouble;
    this.banners.writer.replaceChildren(
      ...(trouble ? [icon("warn"), h("span", {}, this.silence, " ", this.offer(state, trouble))] : []),
    );
    this.drawHead(state);
    this.drawStatus(state);
  }

  /** Tells how a run is taken up: by the button here, where a kernel lives behind it. */
  offer(state, { is }) {
    if (is === "silent") return _("What is shown is how it stood then.");
    if (this.acts && is === "lost") return _("Nothing that was drafted is lost: take it up here.");
    const code = (/** @type {string} */ line) => h("code", {}, line);
    if (!this.acts)
      return [
        _("Nothing that was drafted is lost. Its attorney takes it up with"),
        " ",
        code(`workbench resume ${state.thread_id}`),
      ];
    const line = `run = workbench.resume("${state.thread_id}")`;
    return [_("Nothing that was drafted is lost: once a kernel runs, take up this run with"), " ", code(line)];
  }

  /** Returns the main command of a run: name, icon, word and hint. */
  commandOf(state) {
    if (this.trouble?.is === "lost") return TAKE_UP;
    return COMMANDS[state?.status] ?? [null, "waiting", state?.status ?? "", ""];
  }

  drawHead(state) {
    const [shape, words, approved] = this.trouble
      ? ["pause", TROUBLE_WORDS[this.trouble.is], false]
      : describeRun(state);
    if (this.words !== words) {
      this.status.replaceChildren(...iconAndWord([shape, words]));
      this.words = words;
    }
    setAttribute(this.status, "data-status", state.status);
    this.node.toggleAttribute("data-approved", approved);
  }

  drawStatus(state) {
    setText(this.heard, _("The run: {status}", { status: this.words }));
    this.answered();
    const [command, name, word] = this.commandOf(state);
    this.main.replaceChildren(icon(name), word);
    this.main.disabled = !command;
    setAttribute(this.main, "data-command", command ?? "");
    setText(this.hint, this.hintOf(state));
    const ended = RUN_ENDED.has(state.status);
    setAttribute(this.addButton, "aria-disabled", String(ended));
    this.cancel.hidden = ended;
    if (ended) this.confirm(false, false);
  }

  hintOf(state) {
    return state?.status === "needs_review" ? describeResume(state) : this.commandOf(state)[3];
  }

  tick(state, now) {
    setText(this.figures.elapsed, formatDuration(runDuration(state, now)));
  }

  command(name) {
    if (!name || this.asked) return;
    this.asked = setTimeout(
      () => this.say(_("The kernel has not answered yet: it answers when the running cell is done."), "warning"),
      ANSWER_AFTER,
    );
    this.main.setAttribute("aria-busy", "true");
    setText(
      this.hint,
      {
        start: _("Starting…"),
        pause: _("Pausing after the step in hand…"),
        resume: _("Resuming…"),
        cancel: _("Cancelling…"),
      }[name],
    );
    const request = `${Date.now()}-${Math.random().toString(36).slice(2)}`;
    this.knocking = setTimeout(() => this.sendCommand(name, request), KERNEL_CONTROL_AFTER);
    this.send({ type: name, request, after: this.state.last_event_id });
  }

  async sendCommand(name, request) {
    if (!(await this.kernelControl.sendCommand(name, this.state.thread_id))) return;
    this.taken.add(request);
    this.accepted();
  }

  answered() {
    clearTimeout(this.knocking);
    clearTimeout(this.asked);
    this.asked = null;
    this.main.removeAttribute("aria-busy");
    this.message.hidden = true;
  }

  confirm(asking, focus = true) {
    this.question.hidden = !asking;
    setAttribute(this.cancel, "aria-expanded", String(asking));
    if (focus) (asking ? this.goOn : this.cancel).focus();
  }

  end() {
    this.confirm(false);
    this.answered();
    this.command("cancel");
  }

  /** Sends files one after another, in parts: Jupyter refuses a message over its size limit. */
  async add(files) {
    if (RUN_ENDED.has(this.state?.status)) {
      this.say(NO_EXHIBIT, "warning");
      return;
    }
    for (const file of files) {
      const upload = `${Date.now()}-${Math.random().toString(36).slice(2)}`;
      const parts = Math.max(1, Math.ceil(file.size / UPLOAD_PART));
      this.say(_("Adding {name}…", { name: file.name }));
      for (let part = 0; part < parts; part += 1) {
        const bytes = await file.slice(part * UPLOAD_PART, (part + 1) * UPLOAD_PART).arrayBuffer();
        this.send({ type: "add_exhibit", name: file.name, upload, part, parts }, [bytes]);
      }
    }
    this.file.value = "";
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.state.thread_id);
      this.say(_("The thread id is on the clipboard."));
    } catch {
      getSelection().selectAllChildren(this.copied.firstChild);
      this.say(_("The thread id is selected: copy it with Ctrl+C."));
    }
  }

  /** Notes that the run has taken the command; its effect may come a step later. */
  accepted() {
    clearTimeout(this.knocking);
    clearTimeout(this.asked);
  }

  /** Frees the button after any status event, one with the same status included. */
  settle() {
    this.answered();
    setText(this.hint, this.hintOf(this.state));
  }

  failed(message, request) {
    if (this.taken.delete(request)) return;
    this.settle();
    this.say(message, "error");
  }

  say(words, severity = "info") {
    setAttribute(this.message, "data-severity", severity);
    this.message.hidden = false;
    this.message.replaceChildren(
      icon(SEVERITY_LABELS[severity][0]),
      h("span", {}, words),
      h(
        "button",
        {
          type: "button",
          class: "wbm-quiet",
          "aria-label": _("Close"),
          onclick: () => {
            this.message.hidden = true;
          },
        },
        icon("close"),
      ),
    );
    if (severity !== "info") setText(this.heard, words);
  }

  /** Announces words to screen readers. */
  announce(words) {
    setText(this.heard, words);
  }

  banner(name, words) {
    const node = this.banners[name];
    node.hidden = !words;
    node.replaceChildren(...(words ? [icon(SEVERITY_LABELS[node.dataset.severity][0]), h("span", {}, words)] : []));
  }
}
