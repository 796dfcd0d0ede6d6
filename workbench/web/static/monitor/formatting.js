// Wording of statuses, times and numbers.

import { h, icon } from "./dom.js";

/** @type {Record<string, [icon: string, word: string]>} */
export const SECTION_LABELS = {
  pending: ["waiting", "Waiting"],
  in_progress: ["pen", "Writing"],
  validating: ["lens", "Checking"],
  revising: ["again", "Revising"],
  needs_review: ["eye", "Needs review"],
  approved: ["seal", "Approved"],
  completed: ["check", "Drafted"],
  failed: ["cross", "Failed"],
};

/** @type {Record<string, [icon: string, word: string]>} */
export const RUN_LABELS = {
  pending: ["waiting", "Not started"],
  generating: ["pen", "Writing"],
  paused: ["pause", "Paused"],
  needs_review: ["eye", "Needs review"],
  completed: ["check", "Drafted"],
  failed: ["cross", "Failed"],
  cancelled: ["stop", "Cancelled"],
};

/**
 * Words a run's state: how many sections are approved, and that a drafted petition is not an approved one.
 *
 * @param {Snapshot} state
 * @returns {[icon: string, words: string, approved: boolean]}
 */
export function describeRun(state) {
  const [shape, word] = RUN_LABELS[state.status] ?? ["waiting", state.status];
  const total = state.sections.length;
  const approved = state.sections.filter((section) => section.status === "approved").length;
  if (state.status === "completed" && total > 0 && approved === total)
    return ["seal", `Approved, ${approved} of ${total}`, true];
  if (state.status === "completed") return [shape, `Drafted, ${approved} of ${total} approved`, false];
  return [shape, approved ? `${word}, ${approved} of ${total} approved` : word, false];
}

/** @type {Record<Severity, [icon: string, word: string]>} */
export const SEVERITY_LABELS = { error: ["cross", "Error"], warning: ["warn", "Warning"], info: ["info", "Note"] };
/** Statuses of a section that is being written or checked. @type {Set<string>} */
export const BUSY = new Set(["in_progress", "validating", "revising"]);
/** Statuses of a section that has been through drafting. @type {Set<string>} */
export const FINISHED = new Set(["needs_review", "approved", "completed", "failed"]);
/** @type {Record<string, string>} */
export const KINDS = { published_material: "published material", scholarly_article: "scholarly article" };
export const wholeNumber = new Intl.NumberFormat("en-US");
/** @type {(count: number, noun: string) => string} */
export const pluralize = (count, noun) => `${wholeNumber.format(count)} ${noun}${count === 1 ? "" : "s"}`;

/**
 * Says how long ago a moment was.
 *
 * @param {string} at ISO-8601
 * @param {number} now milliseconds
 */
export function formatAge(at, now) {
  const seconds = Math.max(0, (now - Date.parse(at)) / 1000);
  if (!(seconds >= 0)) return "";
  if (seconds < 10) return "just now";
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${pluralize(Math.floor(seconds / 86400), "day")} ago`;
}

/**
 * Returns the milliseconds from a run's start to now, or to its end: no time passes while nothing is written.
 *
 * @param {Snapshot} state
 * @param {number} now milliseconds
 */
export function runDuration(state, now) {
  if (!state.started_at) return 0;
  const ends = state.sections
    .map((section) => section.ended_at)
    .filter(Boolean)
    .sort();
  const done = state.status === "completed" || state.status === "needs_review";
  const end =
    state.status === "generating" ? now : Date.parse((done && ends.at(-1)) || state._updated_at || state.started_at);
  return Math.max(0, end - Date.parse(state.started_at));
}

/** @param {number} milliseconds */
export function formatDuration(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** @param {number | null | undefined} cost in US dollars */
export function formatCost(cost) {
  if (cost === null || cost === undefined) return "—";
  return cost > 0 && cost < 0.01 ? `$${cost.toFixed(4)}` : `$${cost.toFixed(2)}`;
}

/** @param {string} date ISO date; a year, or a year and a month, is enough */
export function formatDate(date) {
  const [year, month, day] = String(date).split("-").map(Number);
  if (!year) return String(date ?? "");
  /** @type {Intl.DateTimeFormatOptions} */
  const parts = {
    year: "numeric",
    month: month ? "long" : undefined,
    day: day ? "numeric" : undefined,
    timeZone: "UTC",
  };
  return new Intl.DateTimeFormat("en-US", parts).format(new Date(Date.UTC(year, (month || 1) - 1, day || 1)));
}

/** @param {string | number} at ISO-8601, or milliseconds */
export function formatTime(at) {
  const moment = new Date(at);
  return Number.isNaN(moment.valueOf()) ? "" : moment.toLocaleTimeString("en-GB");
}

/** @param {string[]} list */
export function joinWithAnd(list) {
  return list.length < 2 ? list.join("") : `${list.slice(0, -1).join(", ")} and ${list.at(-1)}`;
}

/** @type {(words: readonly [icon: string, word: string], extra?: string) => Element[]} */
export const iconAndWord = ([name, word], extra = "") => [icon(name), h("span", { class: `wbm-word ${extra}` }, word)];

/**
 * Verdicts on a sentence: the letter that marks it, in greyscale as well, and its words.
 *
 * @type {Record<Verdict, [letter: string, word: string]>}
 */
export const VERDICTS = {
  supported: ["S", "Supported"],
  partly: ["P", "Partly supported"],
  "not found": ["N", "Not found"],
  contradicted: ["C", "Contradicted"],
  "not checked": ["?", "Not checked"],
};
