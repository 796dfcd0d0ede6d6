// Below the chart: the letter as it was at one moment, and the button to fork the run there.

import { _, localeOr } from "../monitor/catalogue.js";
import { h, icon, setText } from "../monitor/dom.js";
import { PageDrawer } from "../monitor/page_drawer.js";
import { LetterPane, sentenceAround } from "../monitor/letter.js";
import { RUN_LABELS, countDone } from "../monitor/formatting.js";
import { describeMoment } from "./moments.js";

const quoted = (text) => JSON.stringify(String(text)); // a JSON string is a Python string too

export class MomentPane {
  constructor({ send, forks, close }) {
    this.send = send;
    this.row = null;
    this.thread = "";
    this.paper = new LetterPane({
      openCitation: (citation, chip) => this.openCitation(citation, chip),
      waitsFor: () => ({}),
    });
    this.drawer = new PageDrawer({
      send,
      closed: () => {},
    });
    this.paper.follow(false);
    this.paper.node.append(this.drawer.node);
    this.title = h("h3", { class: "wbt-moment-title", tabindex: "-1" });
    this.about = h("p", { class: "wbm-hint" });
    this.code = h("code", { class: "wbt-code" });
    this.copy = h(
      "button",
      { type: "button", class: "wbm-button", onclick: () => this.copyCode() },
      icon("copy"),
      _("Copy"),
    );
    this.fork = h(
      "button",
      { type: "button", class: "wbm-button wbt-fork", onclick: () => this.forkHere() },
      icon("fork"),
      _("Fork here"),
    );
    this.said = h("div", { class: "wbm-banner", hidden: true, role: "status" });
    this.node = h(
      "section",
      { class: "wbt-moment", "aria-label": _("The run at that moment"), hidden: true },
      h(
        "div",
        { class: "wbt-head" },
        h("div", { class: "wbt-headings" }, this.title, this.about),
        h(
          "button",
          { type: "button", class: "wbm-quiet", "aria-label": _("Close this moment (Escape)"), onclick: close },
          icon("close"),
        ),
      ),
      h("div", { class: "wbt-way" }, this.code, this.copy, forks ? this.fork : null),
      this.said,
      this.paper.node,
    );
  }

  /** Asks for the snapshot of a moment; until it comes, only the heading is shown. */
  ask(row, thread) {
    this.row = row;
    this.thread = thread;
    this.state = null;
    this.asked = null;
    this.node.hidden = false;
    this.paper.node.hidden = true;
    this.drawer.close();
    this.fork.removeAttribute("aria-busy");
    setText(this.title, describeMoment(row)[0] + (row.title ? `: ${row.title}` : ""));
    setText(this.about, _("Reading the run as it stood…"));
    setText(this.code, `workbench.fork(${quoted(thread)}, at=${quoted(row.id)})`);
    this.say(null);
    this.send({ type: "at", id: row.id });
  }

  receive({ id, state }) {
    if (this.row?.id !== id || this.node.hidden) return;
    this.state = state;
    const words = RUN_LABELS[state.status]?.[1] ?? state.status;
    setText(
      this.about,
      [
        new Date(this.row.at).toLocaleString(localeOr("en-GB")),
        _("the run: {status}, {progress}", {
          status: words.toLowerCase(),
          progress: `${countDone(state.progress)} (${state.progress.percentage.toFixed(1)} %)`,
        }),
        _("to be read only"),
      ].join(" · "),
    );
    this.paper.node.hidden = false;
    this.paper.draw(state, null);
    const place = this.paper.views.get(this.row.section_id)?.node;
    const { desk } = this.paper;
    desk.scrollTop = place
      ? desk.scrollTop + place.getBoundingClientRect().top - desk.getBoundingClientRect().top - 20
      : 0;
  }

  openCitation({ id, pages }, chip) {
    const exhibit = this.state?.exhibits.find((each) => each.exhibit_id === id);
    if (exhibit)
      this.drawer.open(exhibit, Math.max(1, Math.min(pages[0] ?? 1, exhibit.pages)), pages, chip, {
        sentence: sentenceAround(chip),
      });
  }

  forkHere() {
    if (this.asked) return;
    this.asked = `${Date.now()}-${Math.random().toString(36).slice(2)}`;
    this.fork.setAttribute("aria-busy", "true");
    this.send({ type: "fork", at: this.row.id, request: this.asked });
  }

  settled(request) {
    if (!this.asked || request !== this.asked) return false;
    this.asked = null;
    this.fork.removeAttribute("aria-busy");
    return true;
  }

  forked({ request, thread_id: id }) {
    if (this.settled(request))
      this.say(
        [
          _("A new run begins here, and the old one stays:"),
          " ",
          h("code", {}, `run = workbench.attach(${quoted(id)})`),
        ],
        "info",
      );
  }

  failed({ about, request, message }) {
    if (about === "fork" && !this.settled(request)) return;
    if (about === "at") setText(this.about, "");
    this.say([message], "error");
  }

  say(parts, severity = "info") {
    this.said.hidden = !parts;
    this.said.dataset.severity = severity;
    this.said.replaceChildren(...(parts ? [icon(severity === "error" ? "cross" : "fork"), h("span", {}, parts)] : []));
  }

  async copyCode() {
    try {
      await navigator.clipboard.writeText(this.code.textContent);
      this.say([_("The line is on the clipboard.")]);
    } catch {
      getSelection().selectAllChildren(this.code);
      this.say([_("The line is selected: copy it with Ctrl+C.")]);
    }
  }
}
