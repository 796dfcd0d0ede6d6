// The left pane: sections and exhibits.

import { _, localeOr, ngettext } from "./catalogue.js";
import { citationsOf, GROUP } from "./draft.js";
import { nameDocument } from "./document_names.js";
import { h, icon, syncItems, setAttribute, setTabStop, enableArrowKeys, setText } from "./dom.js";
import { formatAge, BUSY, KINDS, SECTION_LABELS } from "./formatting.js";
import { drawBadges } from "./findings.js";

/** The list of sections with their status, and of exhibits with how often each is cited. */
export class Outline {
  constructor({ goTo, openExhibit }) {
    this.goTo = goTo;
    this.openExhibit = openExhibit;
    this.title = h("h2", { class: "wbm-case" });
    this.about = h("p", { class: "wbm-about" });
    this.sections = h("ol", { class: "wbm-list wbm-sections", "aria-label": _("Sections") });
    this.exhibits = h("ol", { class: "wbm-list wbm-exhibits", "aria-label": _("Exhibits") });
    this.count = h("span", { class: "wbm-count" });
    this.items = new Map();
    this.exhibitItems = new Map();
    this.cited = new Map();
    this.known = null;
    this.node = h(
      "nav",
      { class: "wbm-pane wbm-outline", "aria-label": _("Structure") },
      h("div", { class: "wbm-title" }, this.title, this.about),
      h("h3", { class: "wbm-label" }, _("Structure")),
      this.sections,
      h("h3", { class: "wbm-label" }, _("Exhibits"), this.count),
      this.exhibits,
    );
    enableArrowKeys(this.sections, "button");
    enableArrowKeys(this.exhibits, "button");
  }

  draw(state, before, now) {
    if (state.letter !== before?.letter) {
      setAttribute(this.node, "aria-label", _("Structure of the {document}", { document: nameDocument(state).noun }));
      setText(this.title, state.letter.beneficiary || state.letter.case_title || state.case_id);
      setText(this.about, state.letter.field_of_endeavor);
    }
    if (state.sections !== before?.sections) this.drawSections(state, before, now);
    if (state.exhibits !== before?.exhibits || state.sections !== before?.sections) this.drawExhibits(state);
  }

  drawSections(state, before, now) {
    syncItems(
      this.items,
      this.sections,
      state.sections,
      (section) => section.section_id,
      (section) => {
        const parts = {
          icon: h("span", { class: "wbm-state-icon" }),
          name: h("span", { class: "wbm-name" }),
          word: h("span", { class: "wbm-word" }),
          detail: h("span", { class: "wbm-detail" }),
          badges: h("span", { class: "wbm-badges" }),
          locked: h(
            "span",
            { class: "wbm-locked", title: _("Locked"), hidden: true },
            icon("lock"),
            h("span", { class: "wbm-only-heard" }, _("locked")),
          ),
        };
        const button = h(
          "button",
          { type: "button", class: "wbm-item", onclick: () => this.goTo(section.section_id) },
          parts.icon,
          parts.name,
          h("span", { class: "wbm-sub" }, parts.word, parts.locked, parts.badges, parts.detail),
        );
        return { node: h("li", {}, button), button, ...parts };
      },
    );
    state.sections.forEach((section, index) => {
      if (section === before?.sections[index]) return;
      const item = this.items.get(section.section_id);
      const [name, word] = SECTION_LABELS[section.status] ?? ["waiting", section.status];
      setText(item.name, section.title);
      if (item.button.dataset.status !== section.status) item.icon.replaceChildren(icon(name));
      setAttribute(item.button, "data-status", section.status);
      setText(item.word, section.stale ? _("{status}, out of date", { status: word }) : word);
      item.locked.hidden = !section.locked;
      drawBadges(item.badges, section.findings ?? []);
    });
    setTabStop(this.sections);
    this.tick(state, now);
  }

  /** Draws the words that change with the clock. */
  tick(state, now) {
    for (const section of state.sections) {
      const item = this.items.get(section.section_id);
      const moment = BUSY.has(section.status) ? section.started_at : (section.ended_at ?? section.started_at);
      const parts = [
        section.attempts > 1 ? ngettext("{count} draft", "{count} drafts", section.attempts) : null,
        moment && section.status !== "pending" ? formatAge(moment, now) : null,
      ];
      setText(
        item.detail,
        parts
          .filter(Boolean)
          .map((part) => `· ${part}`)
          .join(" "),
      );
      setAttribute(item.button, "title", moment ? new Date(moment).toLocaleString(localeOr("en-GB")) : "");
    }
  }

  drawExhibits(state) {
    this.known ??= new Set(state.exhibits.map((exhibit) => exhibit.exhibit_id));
    setText(this.count, String(state.exhibits.length));
    syncItems(
      this.exhibitItems,
      this.exhibits,
      state.exhibits,
      (exhibit) => exhibit.exhibit_id,
      (exhibit) => {
        const parts = {
          number: h("span", { class: "wbm-number" }),
          name: h("span", { class: "wbm-name" }),
          sub: h("span", { class: "wbm-sub" }),
        };
        const button = h(
          "button",
          { type: "button", class: "wbm-item", onclick: () => this.openExhibit(exhibit.exhibit_id, button) },
          parts.number,
          parts.name,
          parts.sub,
        );
        return { node: h("li", {}, button), button, ...parts };
      },
    );
    const counts = this.counts(state.sections);
    for (const exhibit of state.exhibits) {
      const item = this.exhibitItems.get(exhibit.exhibit_id);
      const count = counts.get(exhibit.exhibit_id) ?? 0;
      const fresh = !this.known.has(exhibit.exhibit_id) && !count;
      const standing = count ? _("cited {count}×", { count }) : fresh ? _("new") : _("not cited yet");
      setText(item.number, String(exhibit.number));
      setText(item.name, exhibit.title);
      setText(
        item.sub,
        [
          KINDS[exhibit.kind] ?? exhibit.kind,
          _("{pages} p.", { pages: exhibit.pages }),
          standing,
          exhibit.has_text ? exhibit.recognized && _("recognized text") : _("no text layer"),
        ]
          .filter(Boolean)
          .join(" · "),
      );
      setAttribute(
        item.button,
        "data-standing",
        exhibit.has_text ? (count ? "cited" : fresh ? "new" : "uncited") : "no-text",
      );
    }
    setTabStop(this.exhibits);
  }

  /** Counts the citations of each exhibit. A section that is being written keeps its last count: half a citation is none. */
  counts(sections) {
    const totals = new Map();
    for (const { section_id: id, status, content } of sections) {
      if (this.cited.get(id)?.content !== content && !(BUSY.has(status) && status !== "validating")) {
        const ids = (content.match(GROUP) ?? [])
          .flatMap((group) => citationsOf(group))
          .map((citation) => citation.id)
          .filter(Boolean);
        this.cited.set(id, { content, ids });
      }
      for (const cited of this.cited.get(id)?.ids ?? []) totals.set(cited, (totals.get(cited) ?? 0) + 1);
    }
    return totals;
  }
}
