// Notes and counts of findings, the same wherever they are shown.

import { _ } from "./catalogue.js";
import { h, icon } from "./dom.js";
import { iconAndWord, SEVERITY_LABELS, COUNT_FINDINGS, NAME_FINDINGS } from "./formatting.js";

// By value, for a fresh snapshot brings the same findings as new objects.
/** @type {(finding: Finding, other: Finding) => boolean} */
export const isSameFinding = (finding, other) => JSON.stringify(finding) === JSON.stringify(other);

/** @type {Severity[]} */
const BY_SEVERITY = ["error", "warning", "info"];

/** @param {Finding[]} findings */
export function worstSeverity(findings) {
  return BY_SEVERITY.find((severity) => findings.some((finding) => finding.severity === severity)) ?? "info";
}

/** @param {Finding} finding */
export function makeNote(finding) {
  const note = h(
    "div",
    { class: "wbm-note", "data-severity": finding.severity },
    h(
      "div",
      { class: "wbm-note-head" },
      iconAndWord(SEVERITY_LABELS[finding.severity] ?? SEVERITY_LABELS.info),
      h("code", {}, finding.check),
    ),
    h("div", {}, finding.message),
    finding.suggestion
      ? h("div", { class: "wbm-suggestion" }, h("b", {}, _("Suggestion"), " "), finding.suggestion)
      : null,
  );
  return Object.assign(note, { finding });
}

/**
 * Draws the count of each severity.
 *
 * @param {HTMLElement} node
 * @param {Finding[]} findings
 */
export function drawBadges(node, findings) {
  const counts = BY_SEVERITY.map((severity) => ({
    severity,
    count: findings.filter((finding) => finding.severity === severity).length,
  }));
  const shown = counts.filter(({ count }) => count);
  const key = JSON.stringify(shown);
  if (node.dataset.key === key) return;
  node.dataset.key = key;
  node.replaceChildren(
    ...shown.map(({ severity, count }) => {
      const [name] = SEVERITY_LABELS[severity];
      return h(
        "span",
        { class: "wbm-badge", "data-severity": severity, title: COUNT_FINDINGS[severity](count) },
        icon(name),
        String(count),
        h("span", { class: "wbm-only-heard" }, ` ${NAME_FINDINGS[severity](count)}`),
      );
    }),
  );
}
