// Rows of pipe tables, as workbench/text/pipe_tables.py reads them; pure.

const MOST_COLUMNS = 12;
const LONGEST_ROW = 2000;
const DELIMITERS = /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

const withoutBlanks = (text) => text.replace(/^[ \t]+/, "").replace(/[ \t]+$/, "");

/**
 * The places of a row's cells, without the blanks around them: [start, end]; none where the line has no bar.
 *
 * @param {string} line
 * @param {number} columns at most so many cells: the last holds what is beyond
 * @returns {[number, number][]}
 */
export function splitRow(line, columns = MOST_COLUMNS + 1) {
  const bars = [...line.matchAll(/\\.|(\|)/g)].filter((found) => found[1]).map(({ index }) => index);
  if (!bars.length || [...line].length > LONGEST_ROW) return [];
  let first = line.length - line.replace(/^[ \t]+/, "").length;
  let last = line.replace(/[ \t]+$/, "").length;
  if (bars[0] === first) {
    first += 1;
    bars.shift();
  }
  if (bars.length && bars.at(-1) === last - 1) last = bars.pop();
  const kept = bars.slice(0, columns - 1);
  const ends = [...kept, last];
  return [first, ...kept.map((bar) => bar + 1)].map((start, index) => {
    const text = line.slice(start, ends[index]);
    const begin = start + text.length - text.replace(/^[ \t]+/, "").length;
    return [begin, begin + withoutBlanks(text).length];
  });
}

/**
 * The alignments of a table's columns ("", left, center, right); none where the two lines do not begin a table.
 *
 * @param {string} head
 * @param {string} delimiters the line below it
 */
export function readAlignments(head, delimiters) {
  if (!delimiters.includes("|") || delimiters.length > LONGEST_ROW) return [];
  if (!DELIMITERS.test(withoutBlanks(delimiters))) return [];
  const marks = splitRow(delimiters).map(([start, end]) => delimiters.slice(start, end));
  const columns = splitRow(head).length;
  if (!columns || columns !== marks.length || columns > MOST_COLUMNS) return [];
  return marks.map((mark) => {
    const [left, right] = [mark.startsWith(":"), mark.endsWith(":")];
    return left && right ? "center" : left ? "left" : right ? "right" : "";
  });
}
