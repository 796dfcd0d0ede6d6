// Layout of the timeline: the lane of each moment, and its distance from the left. Pure.

import { _, ngettext } from "../monitor/catalogue.js";

/**
 * By kind of moment: its name, its icon, and its colour group (run, machine, attorney, stop, good, bad).
 *
 * @type {Record<string, [name: string, icon: string, group: string]>}
 */
export const MOMENTS = {
  prepared: [_("Prepared"), "page", "run"],
  forked: [_("Forked"), "fork", "run"],
  started: [_("Started"), "play", "run"],
  resumed: [_("Resumed"), "play", "run"],
  paused: [_("Paused"), "pause", "stop"],
  "taken over": [_("Taken over"), "again", "stop"],
  left: [_("Left"), "pause", "stop"],
  ended: [_("Ended"), "stop", "run"],
  "exhibit added": [_("Exhibit added"), "plus", "attorney"],
  "section added": [_("Section added"), "plus", "attorney"],
  "case changed": [_("Case changed"), "page", "attorney"],
  exported: [_("Exported"), "copy", "attorney"],
  drafting: [_("Drafting begins"), "dot", "machine"],
  drafted: [_("Drafted"), "pen", "machine"],
  checked: [_("Checked"), "lens", "machine"],
  "sent back": [_("Sent back to the writer"), "back", "machine"],
  "put back": [_("Put back"), "back", "machine"],
  completed: [_("Checked"), "check", "machine"],
  "needs review": [_("Needs review"), "eye", "stop"],
  failed: [_("Failed"), "cross", "bad"],
  approved: [_("Approved"), "seal", "attorney"],
  "approval withdrawn": [_("Approval withdrawn"), "back", "attorney"],
  rejected: [_("Rejected"), "back", "attorney"],
  edited: [_("Edited by hand"), "pen", "attorney"],
  regenerate: [_("To be drafted again"), "again", "attorney"],
  locked: [_("Locked"), "lock", "attorney"],
  unlocked: [_("Unlocked"), "unlock", "attorney"],
};

export const AT_WORK = new Set(["in_progress", "validating", "revising"]);
const NEAREST = 24; // pixels between two moments of one lane
const LEFT = 22; // pixels before the first moment
const TICKS = 100; // pixels between two times of the axis, at least
const DAY = 48; // pixels more for a time with its date
const PAUSE = 1800; // seconds between two moments from which on they are shown as a gap
const GAP = 64; // pixels of a gap

/** @type {(row: MomentRow) => [name: string, icon: string, group: string]} */
export const describeMoment = (row) =>
  Object.hasOwn(MOMENTS, row.what) ? MOMENTS[row.what] : [row.what, "info", "run"];

/**
 * Places the moments: lane 0 is the run's, each section has one after it; `x` is in pixels.
 *
 * A run has seconds of drafting and days of waiting: the distance of two moments grows with the logarithm of the time
 * between them, and a long pause is a gap of fixed width.
 *
 * @param {MomentRow[]} rows
 * @param {{ section_id: string }[]} sections
 */
export function placeMoments(rows, sections) {
  /** @type {Map<string | null, number>} */
  const lanes = new Map([[null, 0]]);
  sections.forEach((section, index) => lanes.set(section.section_id, index + 1));
  const ends = new Map();
  /** @type {Placed[]} */
  const moments = [];
  /** @type {{ x: number, at: string, day: string | null, on: string }[]} */
  const ticks = [];
  const gaps = [];
  let x = LEFT;
  /** @type {number | null} */
  let before = null;
  for (const row of rows) {
    const lane = lanes.get(row.section_id ?? null);
    if (lane === undefined) continue;
    const seconds = before === null ? 0 : Math.max(0, (Date.parse(row.at) - before) / 1000) || 0;
    if (seconds >= PAUSE) {
      gaps.push({ from: Math.round(x) + 18, to: Math.round(x) + 18 + GAP, seconds });
      x += GAP + 36;
    } else if (before !== null) x += 3 + 15 * Math.log10(1 + seconds);
    x = Math.max(x, (ends.get(lane) ?? -NEAREST) + NEAREST);
    ends.set(lane, x);
    before = Date.parse(row.at) || before;
    moments.push({ row, key: `${row.id} ${row.what} ${row.section_id ?? ""}`, lane, x: Math.round(x) });
    const day = String(row.at).slice(0, 10);
    const [last] = ticks.slice(-1);
    const fresh = last?.on !== day;
    if (!last || x - last.x >= TICKS + (last.day ? DAY : 0) || seconds >= PAUSE)
      ticks.push({ x: Math.round(x), at: row.at, day: fresh ? day : null, on: day });
  }
  return { moments, ticks, gaps, width: Math.round(x) + 120 };
}

/**
 * Returns the stretches of each lane in which the machine was at work, in pixels; a pause of the run ends them.
 *
 * @param {Placed[]} moments
 */
export function workStretches(moments) {
  /** @type {{ lane: number, from: number, to: number }[]} */
  const found = [];
  /** @type {Map<number, number>} */
  const open = new Map(); // by lane: where work began
  const close = (/** @type {number} */ lane, /** @type {number} */ to) => {
    const from = open.get(lane);
    if (from !== undefined) found.push({ lane, from, to });
    open.delete(lane);
  };
  for (const { lane, x, row } of moments) {
    if (lane === 0 && row.status !== "generating") for (const at of [...open.keys()]) close(at, x);
    if (lane === 0) continue;
    close(lane, x);
    if (AT_WORK.has(row.status)) open.set(lane, x);
  }
  return found;
}

/**
 * Words the length of a gap.
 *
 * @param {number} seconds
 */
export function length(seconds) {
  if (seconds < 5400) return _("{minutes} min", { minutes: Math.round(seconds / 60) });
  return seconds < 129_600
    ? _("{hours} h", { hours: Math.round(seconds / 3600) })
    : ngettext("{count} day", "{count} days", Math.round(seconds / 86_400));
}
