// The drafts side by side as they are written; each can be rated, kept, commented and compared.

import { _, localeOr, ngettext } from "../monitor/catalogue.js";
import { citationsOf, placesOf } from "../monitor/draft.js";
import { h, icon, syncItems, setAttribute, setText } from "../monitor/dom.js";
import { drawBadges } from "../monitor/findings.js";
import { SectionText } from "../monitor/section_text.js";
import { describeCost, describeDraft, groupDrafts, describePrompt, seconds, STATUS_SIGNS } from "./figures.js";

const STARS = [1, 2, 3, 4, 5];
let cards = 0; // for names of radio groups, which must differ on a page

class DraftCard {
  constructor(draft, { ask, compare, heard }) {
    this.ask = ask;
    this.compare = compare;
    this.heard = heard;
    this.draft = draft;
    this.number = h("span", { class: "wbu-no" });
    this.status = h("span", { class: "wbu-status" });
    this.badges = h("span", { class: "wbm-badges" });
    this.cached = h("span", { class: "wbu-cached", hidden: true }, _("cached"));
    this.figures = h("p", { class: "wbm-hint wbu-figures" });
    this.trouble = h("p", { class: "wbm-banner", hidden: true }, icon("cross"), (this.why = h("span", {})));
    this.text = new SectionText((group) => this.cite(group));
    this.desk = h("div", { class: "wbu-paper", tabindex: "0", role: "region" }, this.trouble, this.text.node);
    cards += 1;
    this.stars = STARS.map((value) =>
      h("input", {
        type: "radio",
        name: `wbu-stars-${cards}`,
        value: String(value),
        "aria-label": ngettext("{count} star", "{count} stars", value),
        onchange: () => this.rate({ rating: value }),
      }),
    );
    this.none = h(
      "button",
      {
        type: "button",
        class: "wbm-quiet wbu-none",
        "aria-label": _("Take the stars back"),
        hidden: true,
        onclick: () => this.rate({ rating: 0 }),
      },
      icon("close"),
    );
    this.kept = h(
      "button",
      {
        type: "button",
        class: "wbu-keep",
        onclick: () => this.rate({ kept: this.kept.getAttribute("aria-pressed") !== "true" }),
      },
      icon("seal"),
      _("Keep"),
    );
    this.toCompare = h(
      "button",
      { type: "button", class: "wbm-button", onclick: () => this.compare(this.draft) },
      _("Redline"),
    );
    this.comment = h("textarea", {
      class: "wbm-field wbu-comment",
      rows: "1",
      "aria-label": _("Comment"),
      placeholder: _("Comment"),
      maxlength: "10000",
      onchange: () => this.comment.value !== this.draft.comment && this.rate({ comment: this.comment.value }),
    });
    this.said = h("p", { class: "wbm-hint", role: "status" });
    this.verdict = h(
      "div",
      { class: "wbu-verdict" },
      h(
        "div",
        { class: "wbu-row" },
        h(
          "fieldset",
          { class: "wbu-stars" },
          h("legend", { class: "wbm-only-heard" }, _("Rating")),
          this.stars.map((star) => h("label", {}, star, h("span", { "aria-hidden": "true" }, "★"))),
          this.none,
        ),
        this.kept,
        this.toCompare,
      ),
      this.comment,
      this.said,
    );
    this.node = h(
      "article",
      { class: "wbu-card" },
      h("header", { class: "wbu-card-head" }, this.number, this.status, this.badges, this.cached),
      this.figures,
      this.desk,
      this.verdict,
    );
  }

  draw(draft, state) {
    const before = this.draft;
    this.draft = draft;
    this.state = state;
    const [shape, word] = STATUS_SIGNS[draft.status];
    const name = describeDraft(draft, state.versions);
    setAttribute(this.node, "aria-label", _("Draft: {name}", { name }));
    setAttribute(this.node, "data-status", draft.status);
    setAttribute(this.node, "data-id", draft.id);
    setAttribute(this.desk, "aria-label", _("Text of the draft: {name}", { name }));
    setText(this.number, _("No. {number}", { number: draft.repeat }));
    if (this.shape !== draft.status) this.status.replaceChildren(icon(shape), word);
    this.shape = draft.status;
    drawBadges(this.badges, draft.findings);
    this.cached.hidden = !draft.cached;
    setAttribute(
      this.cached,
      "title",
      draft.at
        ? _(
            "Asked on {moment}, not again now: latency and tokens are of that time. For a fresh draft, raise the repeats.",
            { moment: new Date(draft.at).toLocaleString(localeOr("en-GB")) },
          )
        : "",
    );
    const words = ngettext("{count} word", "{count} words", wordsIn(draft.text));
    const latency = seconds(draft.latency_s);
    setText(
      this.figures,
      draft.status === "done"
        ? [words, draft.cached ? _("{latency} at the time", { latency }) : latency, describeCost(draft)].join(" · ")
        : draft.text
          ? words
          : "",
    );
    const trouble = draft.error ?? draft.cut_off;
    this.trouble.hidden = !trouble;
    setAttribute(this.trouble, "data-severity", draft.error ? "error" : "warning");
    setText(this.why, trouble ?? "");
    const writing = draft.status === "writing";
    const atEnd = this.desk.scrollHeight - this.desk.scrollTop - this.desk.clientHeight < 40;
    this.text.update(draft.text, writing ? [] : placesOf(draft.text, draft.findings), writing);
    if (writing && atEnd) this.desk.scrollTop = this.desk.scrollHeight;
    if (before.status === "writing" && !writing) this.desk.scrollTop = 0;
    const done = draft.status === "done";
    this.verdict.hidden = !done;
    for (const star of this.stars) star.checked = Number(star.value) === draft.rating;
    setAttribute(this.verdict, "data-rating", String(draft.rating ?? 0));
    this.none.hidden = !draft.rating;
    setAttribute(this.kept, "aria-pressed", String(draft.kept));
    if (document.activeElement !== this.comment) this.comment.value = draft.comment;
  }

  rate(what) {
    this.ask({ type: "rate", draft: this.draft.id, ...what }, ({ type, message }) => {
      setText(this.said, type === "failure" ? message : "");
      if (type === "failure") this.draw(this.draft, this.state);
      else this.heard(_("kept with your name"));
    });
  }

  cite(group) {
    const { exhibits } = this.state;
    return h(
      "span",
      { class: "wbm-cites" },
      citationsOf(group).map(({ id, span, malformed }) => {
        const number = exhibits[id];
        if (malformed !== undefined || number === undefined)
          return h(
            "span",
            { class: "wbm-cite-bad", title: _("No exhibit of this case has that id") },
            _("unresolved: {citation}", { citation: malformed ?? id }),
          );
        return h(
          "span",
          { class: "wbm-cite", title: id },
          span ? _("Ex. {number} at {pages}", { number, pages: span }) : _("Ex. {number}", { number }),
        );
      }),
    );
  }
}

const wordsIn = (text) => text.split(/\s+/).filter(Boolean).length;

export class DraftsPane {
  constructor(tools) {
    this.tools = tools;
    this.groups = new Map();
    this.cards = new Map();
    this.empty = h(
      "p",
      { class: "wbu-empty" },
      _("No draft yet. Change the prompt, choose what to compare it with, and press Run."),
    );
    this.row = h("div", { class: "wbu-groups" });
    this.node = h("div", {}, this.empty, this.row);
  }

  draw(state) {
    this.empty.hidden = state.drafts.length > 0;
    const groups = groupDrafts(state.drafts);
    syncItems(
      this.groups,
      this.row,
      groups,
      (group) => group.key,
      () => {
        const [title, about, list] = [h("b", {}), h("span", { class: "wbm-hint" }), h("div", { class: "wbu-cards" })];
        return {
          title,
          about,
          list,
          items: new Map(),
          node: h("section", { class: "wbu-group" }, h("h3", { class: "wbu-group-head" }, title, about), list),
        };
      },
    );
    for (const group of groups) {
      const view = this.groups.get(group.key);
      const [name, about] = describePrompt(group.prompt, state.versions);
      setText(view.title, name);
      setText(view.about, [about, group.model].filter(Boolean).join(" · "));
      setAttribute(view.node, "aria-label", `${name}, ${group.model}`);
      view.node.style.setProperty("--drafts", group.drafts.length);
      syncItems(
        view.items,
        view.list,
        group.drafts,
        (draft) => draft.id,
        (draft) => new DraftCard(draft, this.tools),
      );
      for (const draft of group.drafts) view.items.get(draft.id).draw(draft, state);
    }
  }
}
