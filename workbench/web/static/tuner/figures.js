// Names, means and times of drafts, as the tuner words them. Pure.

import { _, ngettext } from "../monitor/catalogue.js";
import { formatCost, wholeNumber } from "../monitor/formatting.js";

/** @type {Record<string, [icon: string, word: string]>} */
export const STATUS_SIGNS = {
  waiting: ["waiting", _("Waiting")],
  writing: ["pen", _("Drafting")],
  done: ["check", _("Done")],
  failed: ["cross", _("Failed")],
  stopped: ["stop", _("Stopped")],
};

/**
 * Shortens `awards@0123456789ab` to `awards@012345`, enough to tell versions apart by eye.
 *
 * @type {(ref: string) => string}
 */
export const shortenRef = (ref) => String(ref).replace(/(@[0-9a-f]{6})[0-9a-f]+/g, "$1");

/**
 * Names the prompts of a draft.
 *
 * @param {string} name refs joined with +, or `edit <number>`
 * @param {PromptVersion[]} versions
 * @returns {[name: string, about: string]}
 */
export function describePrompt(name, versions) {
  const refs = String(name).split("+");
  const known = refs.flatMap((ref) => versions.find((version) => version.ref === ref) ?? []);
  const edit = /^edit (\d+)$/.exec(name);
  if (known.length < refs.length)
    return edit ? [_("Edit {number}", { number: edit[1] }), _("not saved")] : [shortenRef(name), ""];
  return [
    known.map((version) => version.note).join(" + "),
    known.map(({ standing, ref }) => `${nameStanding(standing)} · ${shortenRef(ref)}`).join(", "),
  ];
}

/** By standing of a prompt version. @type {Record<string, [icon: string, word: string]>} */
export const STANDINGS = {
  filing: ["seal", _("Filing")],
  candidate: ["pen", _("Candidate")],
  retired: ["stop", _("Retired")],
};

/** @param {string} standing */
export const nameStanding = (standing) => STANDINGS[standing]?.[1].toLowerCase() ?? standing;

/** @param {number | null | undefined} value */
export function seconds(value) {
  if (value === null || value === undefined) return "—";
  return value < 10
    ? _("{seconds} s", { seconds: value.toFixed(2) })
    : value < 100
      ? _("{seconds} s", { seconds: value.toFixed(1) })
      : _("{seconds} s", { seconds: wholeNumber.format(Math.round(value)) });
}

/** @type {(draft: TunerDraft, severity: Severity) => number} */
export const countFindings = (draft, severity) =>
  draft.findings.filter((finding) => finding.severity === severity).length;

/**
 * Groups drafts by prompts and model, in the order in which each pair first came.
 *
 * @param {TunerDraft[]} drafts
 */
export function groupDrafts(drafts) {
  /** @type {Map<string, { key: string, prompt: string, model: string, drafts: TunerDraft[] }>} */
  const groups = new Map();
  for (const draft of drafts) {
    const key = JSON.stringify([draft.version, draft.model]);
    const group = groups.get(key) ?? { key, prompt: draft.prompt, model: draft.model, drafts: [] };
    group.drafts.push(draft);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/**
 * Returns means over the finished drafts of a group; null where there is none.
 *
 * Cached drafts count with the latency of the time when they were made.
 *
 * @param {TunerDraft[]} drafts
 */
export function meanFigures(drafts) {
  const done = drafts.filter((draft) => draft.status === "done");
  if (!done.length) return null;
  const mean = (/** @type {(draft: TunerDraft) => number | null} */ of) =>
    done.reduce((sum, draft) => sum + (of(draft) ?? 0), 0) / done.length;
  const rated = done.filter((draft) => draft.rating);
  return {
    count: done.length,
    errors: mean((draft) => countFindings(draft, "error")),
    warnings: mean((draft) => countFindings(draft, "warning")),
    words: mean((draft) => draft.words),
    input: mean((draft) => draft.input_tokens),
    output: mean((draft) => draft.output_tokens),
    cost: done.some((draft) => draft.cost_usd === null) ? null : mean((draft) => draft.cost_usd),
    first: mean((draft) => draft.first_text_s),
    latency: mean((draft) => draft.latency_s),
    rating: rated.length ? rated.reduce((sum, draft) => sum + (draft.rating ?? 0), 0) / rated.length : null,
  };
}

/**
 * Names a draft in one line, for its label and for lists.
 *
 * @param {TunerDraft} draft
 * @param {PromptVersion[]} versions
 */
export function describeDraft(draft, versions) {
  return _("{prompt}, {model}, no. {repeat}", {
    prompt: describePrompt(draft.prompt, versions)[0],
    model: draft.model,
    repeat: draft.repeat,
  });
}

/** @param {TunerDraft} draft */
export function describeCost(draft) {
  return draft.status === "done" ? (draft.cost_usd === null ? _("unknown") : formatCost(draft.cost_usd)) : "—";
}

/** @param {TunerDraft[]} drafts */
export function describeProgress(drafts) {
  const open = drafts.filter((draft) => draft.status === "waiting" || draft.status === "writing").length;
  return open ? ngettext("{count} draft to go", "{count} drafts to go", open) : "";
}
