// Moments and their places: which lane, how far to the right; pure.

// What a moment is called, its icon, and who makes it: the machine, a check, the attorney, or what went wrong.
export const MOMENTS = {
  prepared: ["Prepared", "page", "run"],
  forked: ["Forked", "fork", "run"],
  started: ["Started", "play", "run"],
  resumed: ["Resumed", "play", "run"],
  paused: ["Paused", "pause", "stop"],
  "taken over": ["Taken over", "again", "stop"],
  left: ["Left", "pause", "stop"],
  ended: ["Ended", "stop", "run"],
  "exhibit added": ["Exhibit added", "plus", "attorney"],
  "case changed": ["Case changed", "page", "attorney"],
  exported: ["Exported", "copy", "attorney"],
  drafting: ["Drafting begins", "dot", "machine"],
  drafted: ["Drafted", "pen", "machine"],
  checked: ["Checked", "lens", "machine"],
  "sent back": ["Sent back to the writer", "back", "machine"],
  "put back": ["Put back", "back", "machine"],
  completed: ["Done", "check", "good"],
  "needs review": ["Needs review", "eye", "stop"],
  failed: ["Failed", "cross", "bad"],
  approved: ["Approved", "seal", "attorney"],
  rejected: ["Rejected", "back", "attorney"],
  edited: ["Edited by hand", "pen", "attorney"],
  regenerate: ["To be drafted again", "again", "attorney"],
  locked: ["Locked", "lock", "attorney"],
  unlocked: ["Unlocked", "unlock", "attorney"],
};

export const AT_WORK = new Set(["in_progress", "validating", "revising"]);
const NEAREST = 24; // pixels between two moments of one lane
const LEFT = 22; // pixels before the first
const TICKS = 100; // pixels between two times of the axis, at least
const DAY = 48; // pixels more for one that names the day
const PAUSE = 1800; // seconds between two moments that are shown as a gap
const GAP = 64; // pixels of one

export const momentOf = (row) => (Object.hasOwn(MOMENTS, row.what) ? MOMENTS[row.what] : [row.what, "info", "run"]);

/**
 * Moments in their places: { moments: [{ row, key, lane, x }], ticks: [{ x, at, day }], gaps: [{ from, to, seconds }], width }. A run has seconds of
 * drafting and days of waiting: what lies between two moments is drawn by the logarithm of its length.
 */
export function placed(rows, sections) {
  const lanes = new Map([[null, 0], ...sections.map((section, index) => [section.section_id, index + 1])]);
  const ends = new Map();
  const moments = [];
  const ticks = [];
  const gaps = [];
  let [x, before] = [LEFT, null];
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

/** The stretches of each lane in which the machine was at work, up to a pause of the run: [{ lane, from, to }]. */
export function stretches(moments) {
  const found = [];
  const open = new Map(); // by lane: where work goes on from
  const close = (lane, to) => {
    if (open.has(lane)) found.push({ lane, from: open.get(lane), to });
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

/** How long a gap is, in words. */
export function length(seconds) {
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return seconds < 129_600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}
