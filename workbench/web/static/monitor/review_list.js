// In the controls: the sections that wait for the attorney, each with a link to it.

import { _ } from "./catalogue.js";
import { h, setAttribute, enableArrowKeys, setText } from "./dom.js";
import { drawBadges } from "./findings.js";
import { sectionsInReview } from "./command_rules.js";

/** @type {(acts: boolean) => Record<string, string>} */
const headsFor = (acts) => {
  const waits = acts ? _("Waits for you") : _("Waits for the attorney");
  return { needs_review: waits, paused: waits, completed: _("Left unresolved"), failed: _("Left unresolved") };
};

export class ReviewList {
  constructor({ goTo, acts = true }) {
    this.goTo = goTo;
    this.heads = headsFor(acts);
    this.head = h("h3", { class: "wbm-label", id: `wbm-review-${Math.random().toString(36).slice(2)}` });
    this.list = h("ol", { class: "wbm-review-items", "aria-labelledby": this.head.id });
    this.node = h("div", { class: "wbm-review", hidden: true }, this.head, this.list);
    enableArrowKeys(this.list, "button");
  }

  draw(state, before) {
    if (state.sections === before?.sections && state.status === before?.status) return;
    const head = this.heads[state.status];
    const open = head ? sectionsInReview(state) : [];
    this.node.hidden = !open.length;
    setText(this.head, head ?? "");
    const key = JSON.stringify(
      open.map((section) => [
        section.section_id,
        section.title,
        section.status,
        (section.findings ?? []).map((finding) => finding.severity),
      ]),
    );
    if (key === this.key) return;
    const focused = [...this.list.children].findIndex((item) => item.contains(document.activeElement));
    this.key = key;
    this.list.replaceChildren(
      ...open.map((section, index) => {
        const badges = h("span", { class: "wbm-badges" });
        drawBadges(badges, section.findings ?? []);
        const words = section.status === "failed" ? h("span", { class: "wbm-review-failed" }, _("failed")) : badges;
        return h(
          "li",
          {},
          h(
            "button",
            {
              type: "button",
              class: "wbm-review-item",
              tabindex: index ? "-1" : "0",
              onclick: () => this.goTo(section.section_id),
            },
            h("span", { class: "wbm-name" }, section.title),
            words,
          ),
        );
      }),
    );
    if (focused >= 0) [...this.list.querySelectorAll("button")].at(Math.min(focused, open.length - 1))?.focus();
    setAttribute(this.node, "data-status", state.status);
  }
}
