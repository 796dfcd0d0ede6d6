// The time axis of the statistics: moments as percentages, long pauses drawn short. Pure.

const PAUSE = 0.25; // share of the time at work: a longer pause between two stretches is drawn short
const GAP = 9; // percent of the width for such a pause
const STEPS = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400, 604800,
]; // seconds between two ticks
const TICKS = 4; // at most, inside the stretches
const ROOM = 19; // percent of the width that a tick's label takes on a phone
export const LATE = 80; // percent from which on a label is left of its tick

/**
 * Returns when each section was worked on, in milliseconds; one that is busy lasts until now.
 *
 * @param {SectionState[]} sections
 * @param {Set<string>} busy statuses
 * @param {number} now
 * @returns {(Span & { section: SectionState })[]}
 */
export function workSpans(sections, busy, now) {
  return sections.flatMap((section) => {
    const from = Date.parse(section.started_at ?? "");
    if (Number.isNaN(from)) return [];
    const to = busy.has(section.status) ? now : Date.parse(section.ended_at ?? "");
    return [{ section, from, to: Number.isNaN(to) ? from : Math.max(from, to) }];
  });
}

/**
 * Returns the axis under spans: `place` maps a moment to percent.
 *
 * A tick with `since` null begins a stretch of work; one with a number lies that many milliseconds after its beginning.
 *
 * @param {Span[]} spans at least one
 */
export function timeAxis(spans) {
  const stretches = joinSpans(spans);
  const worked = stretches.reduce((sum, { from, to }) => sum + to - from, 0) || 1;
  const share = (100 - GAP * (stretches.length - 1)) / worked;
  let percent = 0;
  for (const stretch of stretches) {
    stretch.percent = percent;
    percent += (stretch.to - stretch.from) * share + GAP;
  }
  const place = (/** @type {number} */ moment) => {
    const stretch = stretches.findLast(({ from }) => moment >= from) ?? stretches[0];
    return Math.min(100, stretch.percent + (Math.min(moment, stretch.to) - stretch.from) * share);
  };
  const step = 1000 * (STEPS.find((seconds) => worked / 1000 / seconds <= TICKS) ?? STEPS[STEPS.length - 1]);
  const ticks = stretches.flatMap(({ from, to }) => {
    const inner = Array.from(
      { length: Math.min(TICKS, Math.floor((to - from) / step)) },
      (each, index) => (index + 1) * step,
    );
    return [
      { at: from, percent: place(from), since: null },
      ...inner.map((since) => ({ at: from + since, percent: place(from + since), since })),
    ];
  });
  let free = -Infinity; // labels need room: a tick too near the one before is left out
  const shown = ticks.filter(({ percent: at }) => {
    const near = at < free + (at > LATE ? ROOM : 0);
    if (!near) free = at + ROOM;
    return !near;
  });
  const gaps = stretches.slice(1).map((stretch, index) => ({
    from: stretch.percent - GAP,
    to: stretch.percent,
    milliseconds: stretch.from - stretches[index].to,
  }));
  return { place, ticks: shown, gaps };
}

/**
 * Joins spans that overlap or have only a short pause between them.
 *
 * @param {Span[]} spans
 */
function joinSpans(spans) {
  const sorted = spans.map(({ from, to }) => ({ from, to })).sort((a, b) => a.from - b.from);
  const joinedBy = (/** @type {number} */ pause) =>
    sorted.reduce((found, span) => {
      const last = found.at(-1);
      if (last && span.from - last.to <= pause) last.to = Math.max(last.to, span.to);
      else found.push({ ...span, percent: 0 });
      return found;
    }, /** @type {Stretch[]} */ ([]));
  const worked = joinedBy(0).reduce((sum, { from, to }) => sum + to - from, 0);
  let pause = Math.max(1000, worked * PAUSE);
  let found = joinedBy(pause);
  while (found.length > 5) found = joinedBy((pause *= 2)); // the gaps must leave room for the work
  return found;
}
