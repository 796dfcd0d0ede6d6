// Findings: their notes and their counts, the same wherever they are shown.

import { h, icon } from "./dom.js";
import { mark, plural, SEVERITY_WORDS } from "./words.js";

// A fresh state brings the same findings as new objects.
export const same = (finding, other) => JSON.stringify(finding) === JSON.stringify(other);

export function worstOf(findings) {
  return (
    ["error", "warning", "info"].find((severity) => findings.some((finding) => finding.severity === severity)) ?? "info"
  );
}

export function noteOf(finding) {
  const note = h(
    "div",
    { class: "wbm-note", "data-severity": finding.severity },
    h(
      "div",
      { class: "wbm-note-head" },
      mark(SEVERITY_WORDS[finding.severity] ?? SEVERITY_WORDS.info),
      h("code", {}, finding.check),
    ),
    h("div", {}, finding.message),
    finding.suggestion ? h("div", { class: "wbm-suggestion" }, h("b", {}, "Suggestion "), finding.suggestion) : null,
  );
  note.finding = finding;
  return note;
}

export function drawBadges(node, findings) {
  const counts = ["error", "warning", "info"].map((severity) => [
    severity,
    findings.filter((finding) => finding.severity === severity).length,
  ]);
  const shown = counts.filter(([, count]) => count);
  const key = JSON.stringify(shown);
  if (node.dataset.key === key) return;
  node.dataset.key = key;
  node.replaceChildren(
    ...shown.map(([severity, count]) => {
      const [name, word] = SEVERITY_WORDS[severity];
      return h(
        "span",
        { class: "wbm-badge", "data-severity": severity, title: plural(count, word.toLowerCase()) },
        icon(name),
        String(count),
        h("span", { class: "wbm-only-heard" }, ` ${word.toLowerCase()}${count === 1 ? "" : "s"}`),
      );
    }),
  );
}
