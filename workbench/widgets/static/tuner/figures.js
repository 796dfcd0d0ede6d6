// Names, means and times, as the tuner says them. Pure.

import { money, plural, whole } from "../monitor/words.js";

export const STATUS_SIGNS = {
  waiting: ["waiting", "Waiting"],
  writing: ["pen", "Writing"],
  done: ["check", "Done"],
  failed: ["cross", "Failed"],
  stopped: ["stop", "Stopped"],
};

/** `awards@0123456789ab` as `awards@012345`: enough to tell versions apart by eye. */
export const shortRef = (ref) => String(ref).replace(/(@[0-9a-f]{6})[0-9a-f]+/g, "$1");

/** How prompts are called: [name, what is told of them]. */
export function promptWords(name, versions) {
  const known = String(name)
    .split("+")
    .map((ref) => versions.find((version) => version.ref === ref));
  const edit = /^edit (\d+)$/.exec(name);
  if (!known.every(Boolean)) return edit ? [`Edit ${edit[1]}`, "not saved"] : [shortRef(name), ""];
  return [
    known.map((version) => version.note).join(" + "),
    known.map((version) => `${version.standing} · ${shortRef(version.ref)}`).join(", "),
  ];
}

export function seconds(value) {
  if (value === null || value === undefined) return "—";
  return value < 10
    ? `${value.toFixed(2)} s`
    : value < 100
      ? `${value.toFixed(1)} s`
      : `${whole.format(Math.round(value))} s`;
}

export const countOf = (draft, severity) => draft.findings.filter((finding) => finding.severity === severity).length;

/** Drafts by prompts and model, in the order in which each pair first came. */
export function groupsIn(drafts) {
  const groups = new Map();
  for (const draft of drafts) {
    const key = JSON.stringify([draft.version, draft.model]);
    if (!groups.has(key)) groups.set(key, { key, prompt: draft.prompt, model: draft.model, drafts: [] });
    groups.get(key).drafts.push(draft);
  }
  return [...groups.values()];
}

/** Means over the finished drafts of a group; null where there is none. Cached latencies are those of the first time. */
export function meansOf(drafts) {
  const done = drafts.filter((draft) => draft.status === "done");
  if (!done.length) return null;
  const mean = (of) => done.reduce((sum, draft) => sum + of(draft), 0) / done.length;
  const rated = done.filter((draft) => draft.rating);
  return {
    count: done.length,
    errors: mean((draft) => countOf(draft, "error")),
    warnings: mean((draft) => countOf(draft, "warning")),
    words: mean((draft) => draft.words),
    input: mean((draft) => draft.input_tokens),
    output: mean((draft) => draft.output_tokens),
    cost: done.some((draft) => draft.cost_usd === null) ? null : mean((draft) => draft.cost_usd),
    first: mean((draft) => draft.first_text_s),
    latency: mean((draft) => draft.latency_s),
    rating: rated.length ? rated.reduce((sum, draft) => sum + draft.rating, 0) / rated.length : null,
  };
}

/** What a draft is, in a line: for the ear, and for a list to choose from. */
export function draftWords(draft, versions) {
  return `${promptWords(draft.prompt, versions)[0]}, ${draft.model}, no. ${draft.repeat}`;
}

export function costWords(draft) {
  return draft.status === "done" ? (draft.cost_usd === null ? "unknown" : money(draft.cost_usd)) : "—";
}

export function progressWords(drafts) {
  const open = drafts.filter((draft) => draft.status === "waiting" || draft.status === "writing").length;
  return open ? `${plural(open, "draft")} to go` : "";
}
