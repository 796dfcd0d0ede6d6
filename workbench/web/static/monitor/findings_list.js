// Every finding of a petition by section, each with a link to its words.

import { _ } from "./catalogue.js";
import { h, icon, setAttribute, setText } from "./dom.js";
import { nameDocument } from "./document_names.js";
import { makeNote } from "./findings.js";
import { SEVERITY_LABELS, COUNT_FINDINGS } from "./formatting.js";

const ORDER = ["error", "warning", "info"];

export class FindingsList {
  constructor({ show }) {
    this.show = show;
    this.key = null;
    /** @type {Snapshot | null} */
    this.state = null;
    this.hidden = new Set(); // severities
    this.filters = new Map(
      ORDER.map((severity) => [
        severity,
        h("button", {
          type: "button",
          class: "wbv-filter",
          "data-severity": severity,
          "aria-pressed": "true",
          onclick: () => this.toggle(severity),
        }),
      ]),
    );
    this.count = h("span", { class: "wbm-hint", role: "status" });
    this.open = h("ul", { class: "wbv-unresolved" });
    this.groups = h("div", { class: "wbv-groups" });
    this.node = h(
      "div",
      { class: "wbv-findings" },
      h(
        "div",
        { class: "wbv-filters", role: "group", "aria-label": _("Severities shown") },
        ...this.filters.values(),
        this.count,
      ),
      this.open,
      this.groups,
    );
  }

  draw(state, before) {
    const unchanged = ({ findings, title }, index) =>
      findings === before.sections[index]?.findings && title === before.sections[index].title;
    if (
      before &&
      state.unresolved === before.unresolved &&
      state.error === before.error &&
      state.sections.length === before.sections.length &&
      state.sections.every(unchanged)
    )
      return;
    const key = JSON.stringify([
      state.sections.map((section) => [section.section_id, section.title, section.findings]),
      state.unresolved,
      state.error,
    ]);
    if (key === this.key) return;
    this.key = key;
    this.state = state;
    this.write();
  }

  toggle(severity) {
    if (!this.hidden.delete(severity)) this.hidden.add(severity);
    this.write();
  }

  write() {
    const { sections, unresolved, error } = this.state;
    const all = sections.flatMap((section) => section.findings ?? []);
    for (const [severity, button] of this.filters) {
      const count = all.filter((finding) => finding.severity === severity).length;
      const [shape] = SEVERITY_LABELS[severity];
      button.replaceChildren(icon(shape), COUNT_FINDINGS[severity](count));
      setAttribute(button, "aria-pressed", String(!this.hidden.has(severity)));
      button.disabled = !count;
    }
    const lines = [error, ...(unresolved ?? [])].filter(Boolean);
    this.open.replaceChildren(...lines.map((line) => h("li", {}, line)));
    this.open.hidden = !lines.length;
    const groups = sections
      .map((section) => ({
        section,
        findings: (section.findings ?? []).filter((finding) => !this.hidden.has(finding.severity)),
      }))
      .filter(({ findings }) => findings.length);
    const shown = groups.reduce((sum, { findings }) => sum + findings.length, 0);
    setText(
      this.count,
      all.length
        ? shown < all.length
          ? _("{shown} of {total} shown", { shown, total: all.length })
          : ""
        : _("The checks have found nothing that is open."),
    );
    this.groups.replaceChildren(
      ...groups.map(({ section, findings }) =>
        h(
          "section",
          { class: "wbv-group", "aria-label": section.title },
          h("h3", {}, section.title),
          findings
            .toSorted((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity))
            .map((finding) => this.note(section, finding)),
        ),
      ),
    );
  }

  note(section, finding) {
    const note = makeNote(finding);
    if (finding.quote) note.append(h("blockquote", { class: "wbv-quote" }, finding.quote));
    note.append(
      h(
        "button",
        { type: "button", class: "wbm-link", onclick: () => this.show(section.section_id, finding) },
        _("Show in the {document}", { document: nameDocument(this.state).noun }),
      ),
    );
    return note;
  }
}
