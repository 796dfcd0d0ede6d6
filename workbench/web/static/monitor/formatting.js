// Wording of statuses, times and numbers.

import { _, localeOr, ngettext } from "./catalogue.js";
import { h, icon } from "./dom.js";

/** @type {Record<string, [icon: string, word: string]>} */
export const SECTION_LABELS = {
  pending: ["waiting", _("Waiting")],
  in_progress: ["pen", _("Drafting")],
  validating: ["lens", _("Checking")],
  revising: ["again", _("Revising")],
  needs_review: ["eye", _("Needs review")],
  approved: ["seal", _("Approved")],
  completed: ["check", _("Drafted")],
  failed: ["cross", _("Failed")],
};

/** @type {Record<string, [icon: string, word: string]>} */
export const RUN_LABELS = {
  pending: ["waiting", _("Not started")],
  generating: ["pen", _("Drafting")],
  paused: ["pause", _("Paused")],
  needs_review: ["eye", _("Needs review")],
  completed: ["check", _("Drafted")],
  failed: ["cross", _("Failed")],
  cancelled: ["stop", _("Cancelled")],
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
    return ["seal", _("Approved, {approved} of {total}", { approved, total }), true];
  if (state.status === "completed")
    return [shape, _("Drafted, {approved} of {total} approved", { approved, total }), false];
  return [
    shape,
    approved ? _("{status}, {approved} of {total} approved", { status: word, approved, total }) : word,
    false,
  ];
}

/** @type {Record<Severity, [icon: string, word: string]>} */
export const SEVERITY_LABELS = {
  error: ["cross", _("Error")],
  warning: ["warn", _("Warning")],
  info: ["info", _("Note")],
};
/** Statuses of a section that is being written or checked. @type {Set<string>} */
export const BUSY = new Set(["in_progress", "validating", "revising"]);
/** Statuses of a section that has been through drafting. @type {Set<string>} */
export const FINISHED = new Set(["needs_review", "approved", "completed", "failed"]);
/** Kinds of exhibits. @type {Record<string, string>} */
export const KINDS = {
  award: _("award"),
  membership: _("membership"),
  bylaws: _("bylaws"),
  published_material: _("published material"),
  scholarly_article: _("scholarly article"),
  letter: _("letter"),
  contract: _("contract"),
  statement: _("statement"),
  record: _("record"),
  background: _("background"),
  translation: _("translation"),
  notice: _("notice"),
  other: _("other"),
};
export const wholeNumber = new Intl.NumberFormat(localeOr("en-US"));
/** @type {Record<Severity, (count: number) => string>} */
export const COUNT_FINDINGS = {
  error: (count) => ngettext("{count} error", "{count} errors", count),
  warning: (count) => ngettext("{count} warning", "{count} warnings", count),
  info: (count) => ngettext("{count} note", "{count} notes", count),
};
/** Without the number. @type {Record<Severity, (count: number) => string>} */
export const NAME_FINDINGS = {
  error: (count) => ngettext("error", "errors", count),
  warning: (count) => ngettext("warning", "warnings", count),
  info: (count) => ngettext("note", "notes", count),
};
/** @type {(days: number) => string} */
export const countDays = (days) => ngettext("{count} day", "{count} days", days);

/**
 * Says how long ago a moment was.
 *
 * @param {string} at ISO-8601
 * @param {number} now milliseconds
 */
export function formatAge(at, now) {
  const seconds = Math.max(0, (now - Date.parse(at)) / 1000);
  if (!(seconds >= 0)) return "";
  if (seconds < 10) return _("just now");
  if (seconds < 60) return _("{seconds} s ago", { seconds: Math.floor(seconds) });
  if (seconds < 3600) return _("{minutes} min ago", { minutes: Math.floor(seconds / 60) });
  if (seconds < 86400) return _("{hours} h ago", { hours: Math.floor(seconds / 3600) });
  return ngettext("{count} day ago", "{count} days ago", Math.floor(seconds / 86400));
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

/**
 * @param {string} date ISO date; a year, or a year and a month, is enough
 * @param {string} locale
 */
export function formatDate(date, locale = localeOr("en-US")) {
  const [year, month, day] = String(date).split("-").map(Number);
  if (!year) return String(date ?? "");
  /** @type {Intl.DateTimeFormatOptions} */
  const parts = {
    year: "numeric",
    month: month ? "long" : undefined,
    day: day ? "numeric" : undefined,
    timeZone: "UTC",
  };
  return new Intl.DateTimeFormat(locale, parts).format(new Date(Date.UTC(year, (month || 1) - 1, day || 1)));
}

/** @param {string | number} at ISO-8601, or milliseconds */
export function formatTime(at) {
  const moment = new Date(at);
  return Number.isNaN(moment.valueOf()) ? "" : moment.toLocaleTimeString(localeOr("en-GB"));
}

/** @param {Usage} usage */
export const describeTokens = ({ input_tokens: read, output_tokens: written }) =>
  _("{read} read, {written} written", { read: wholeNumber.format(read), written: wholeNumber.format(written) });

/** @param {Progress} progress */
export const countDone = ({ completed, total }) =>
  ngettext("{done} of {count} section", "{done} of {count} sections", total, { done: completed });

/** @param {string[]} list */
export function joinWithAnd(list) {
  return new Intl.ListFormat(localeOr("en-GB")).format(list);
}

/** @type {(words: readonly [icon: string, word: string], extra?: string) => Element[]} */
export const iconAndWord = ([name, word], extra = "") => [icon(name), h("span", { class: `wbm-word ${extra}` }, word)];

/**
 * Verdicts on a sentence: the letter that marks it, in greyscale as well, and its words.
 *
 * @type {Record<Verdict, [letter: string, word: string]>}
 */
export const VERDICTS = {
  supported: ["S", _("Supported")],
  partly: ["P", _("Partly supported")],
  "not found": ["N", _("Not found")],
  contradicted: ["C", _("Contradicted")],
  "not checked": ["?", _("Not checked")],
};
