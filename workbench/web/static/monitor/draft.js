// Reading a draft: Markdown blocks, citations as workbench/case/citation.py reads them, the places of findings; pure.

import { readAlignments, splitRow } from "./pipe_tables.js";

export const GROUP = /\[\s*@[^[\]]*\]/g;

const MEMBER =
  /^@([A-Za-z0-9][A-Za-z0-9_-]{0,63})(?:\s*,\s*(?:pp?\.|pages?)?\s*(\d+(?:\s*[-–]\s*\d+)?(?:\s*,\s*\d+(?:\s*[-–]\s*\d+)?)*))?$/;

const PAGES_KEPT = 1000; // of one citation: a hostile "pp. 1-999999999" must not fill the memory

/** The members of one bracketed group: { id, pages, span } or { malformed }. */
export function citationsOf(group) {
  return group
    .slice(1, -1)
    .split(";")
    .map((part) => {
      const member = MEMBER.exec(part.trim());
      if (!member) return { malformed: part.trim() };
      const pages = [];
      for (const span of (member[2] ?? "").split(",").filter((text) => text.trim())) {
        const [first, last = first] = span.split(/[-–]/).map(Number);
        for (let page = first; page <= last && pages.length < PAGES_KEPT; page += 1) pages.push(page);
      }
      return { id: member[1], pages, span: (member[2] ?? "").replace(/\s*[-–]\s*/g, "–").replace(/\s*,\s*/g, ", ") };
    });
}

/**
 * The blocks of a draft from an offset on, for a view that keeps what it drew: { kind, start, end, line, node }; pure.
 * Where the draft is still being written, emphasis that is open at its end counts as emphasis.
 */
export function blocks(source, from = 0, line = 1, unfinished = false) {
  const places = linesOf(source, from);
  return readMarkdown(source, from, unfinished).map((node) => {
    const [first, end] = node.lines;
    return { kind: node.kind, start: places[first].begin, end: places[end - 1].end, line: line + first, node };
  });
}

const DEEPEST = 12; // quotes and lists nested deeper than this are text, as in workbench/text/markdown.py

/**
 * Reads a draft by the grammar of workbench/text/markdown.py: a port of what that uses of markdown-it, so that a list is
 * a list here, in the checks and in the filing. Both readers pass tests/text/markdown_cases.json.
 *
 * Answers blocks { kind, lines: [first, end], level, start, runs, children }: lines count from 0; paragraphs and headings
 * have runs, quotes, lists and items have children.
 */
export function readMarkdown(source, from = 0, unfinished = false) {
  const state = {
    source,
    unfinished,
    lines: linesOf(source, from),
    indent: 0,
    listIndent: -1,
    depth: 0,
    parent: "root",
    line: 0,
  };
  state.end = state.lines.length;
  return readBlocks(state, 0, state.end);
}

function linesOf(source, from) {
  const lines = [];
  for (const match of source.slice(from).matchAll(/[^\r\n]*(?:\r\n|\r|\n|$)/g)) {
    if (!match[0]) continue;
    const text = match[0].replace(/[\r\n]+$/, "");
    lines.push(measureLine({ begin: from + match.index, end: from + match.index + text.length }, source));
  }
  return lines;
}

/** A line with the place and the column of its first visible character, counted from a place on. */
function measureLine(line, source, column = 0) {
  let [at, wide] = [line.begin, column];
  while (at < line.end && (source[at] === " " || source[at] === "\t")) {
    wide += source[at] === "\t" ? 4 - (wide % 4) : 1;
    at += 1;
  }
  return { ...line, at, indent: wide - column };
}

const isBlank = (state, number) => !state.lines[number] || state.lines[number].at >= state.lines[number].end;
const textOf = (state, number) => state.source.slice(state.lines[number].at, state.lines[number].end);

function readBlocks(state, first, end) {
  const found = [];
  for (let number = first; number < end; number = state.line) {
    while (number < end && isBlank(state, number)) number += 1;
    state.line = number;
    if (number >= end || state.lines[number].indent < state.indent) break;
    found.push(
      readNote(state, number) ??
        readQuote(state, number, end) ??
        readRule(state, number) ??
        readList(state, number, end) ??
        readHeading(state, number) ??
        readTable(state, number, end) ??
        readUnderlined(state, number, end) ??
        readParagraph(state, number),
    );
    while (state.line < end && isBlank(state, state.line)) state.line += 1;
  }
  return found;
}

const RULE = /^([-*_])[ \t]*(?:\1[ \t]*){2,}$/;
const HEADING = /^(#{1,6})(?:[ \t]+|$)/;
const NOTE = /^\[\^([A-Za-z0-9_.-]{1,40})\]:[ \t]*(?=[^ \t])/;
const BULLET = /^([-+*])(?=[ \t]|$)/;
const NUMBER = /^(\d{1,9})([.)])(?=[ \t]|$)/;

/** Whether a line ends the paragraph, the quote, the list or the table before it. */
function interrupts(state, number, block) {
  const text = textOf(state, number);
  if ((block === "paragraph" || block === "quote") && beginsTable(state, number)) return true;
  if (state.depth < DEEPEST && text[0] === ">") return true;
  if (RULE.test(text) || NOTE.test(text)) return true;
  if (block !== "list" && opensList(state, number, block === "paragraph" || block === "table")) return true;
  return block !== "list" && HEADING.test(text);
}

function opensList(state, number, endsParagraph) {
  if (state.depth >= DEEPEST) return false;
  const { indent } = state.lines[number];
  if (state.listIndent >= 0 && indent - state.listIndent >= 4 && indent < state.indent) return false;
  const text = textOf(state, number);
  const [marker] = [NUMBER.exec(text) ?? BULLET.exec(text)];
  if (!marker || !endsParagraph || indent < state.indent) return Boolean(marker);
  return !(marker[2] && Number(marker[1]) !== 1) && text.slice(marker[0].length).trim() !== "";
}

/** The text of a note: a paragraph of its own, outside of quotes and lists. */
function readNote(state, number) {
  const marker = state.depth ? null : NOTE.exec(textOf(state, number));
  if (!marker) return null;
  const last = paragraphEnd(state, number, state.end);
  state.line = last;
  const [first, ...rest] = contentOf(state, number, last);
  const lines = [{ ...first, begin: first.begin + marker[0].length }, ...rest];
  return { kind: "note", name: marker[1], lines: [number, last], runs: readRuns(state, lines) };
}

function readRule(state, number) {
  if (!RULE.test(textOf(state, number))) return null;
  state.line = number + 1;
  return { kind: "rule", lines: [number, number + 1] };
}

function readHeading(state, number) {
  const text = textOf(state, number);
  const marker = HEADING.exec(text);
  if (!marker) return null;
  state.line = number + 1;
  const { at, end } = state.lines[number];
  const body = text
    .slice(marker[0].length)
    .replace(/[ \t]+$/, "")
    .replace(/(^|[ \t])#+$/, "$1");
  const begin = Math.min(at + marker[0].length, end);
  const runs = readRuns(state, [{ begin, end: begin + body.trimEnd().length }]);
  return { kind: "heading", level: marker[1].length, lines: [number, number + 1], runs };
}

/** Whether a line is the first of a table, which stands outside of quotes and lists. */
function beginsTable(state, number) {
  if (state.depth && state.lines[number].indent >= state.indent) return false;
  return number + 1 < state.end && readAlignments(textOf(state, number), textOf(state, number + 1)).length > 0;
}

/** A table: its first child has the heads of the columns, the others are rows; each has one cell a column. */
function readTable(state, number, end) {
  const alignments =
    state.depth || number + 1 >= end ? [] : readAlignments(textOf(state, number), textOf(state, number + 1));
  if (!alignments.length) return null;
  const rowOf = (kind, first, last) => {
    const { at } = state.lines[first];
    const cells = splitRow(textOf(state, first), alignments.length);
    const children = alignments.map((_, index) => {
      const [begin, stop] = cells[index] ?? [0, 0];
      return { kind: "cell", lines: [first, last], runs: readRuns(state, [{ begin: at + begin, end: at + stop }]) };
    });
    return { kind, lines: [first, last], children };
  };
  const children = [rowOf("columns", number, number + 2)];
  let last = number + 2;
  for (; last < end && !isBlank(state, last) && splitRow(textOf(state, last)).length; last += 1) {
    if (interrupts(state, last, "table")) break;
    children.push(rowOf("row", last, last + 1));
  }
  state.line = last;
  return { kind: "table", lines: [number, last], alignments, children };
}

/** The lines of a paragraph from one on, up to what ends it; `underline` is called for each line that may end a heading. */
function paragraphEnd(state, first, end, underline = (/** @type {number} */ at) => at < 0) {
  const [parent, depth] = [state.parent, state.depth];
  state.parent = "paragraph";
  let number = first + 1;
  for (; number < end && !isBlank(state, number); number += 1) {
    const { indent } = state.lines[number];
    if (indent - state.indent > 3) continue;
    if (indent >= state.indent && underline(number)) break;
    if (indent >= 0 && interrupts(state, number, "paragraph")) break;
  }
  Object.assign(state, { parent, depth });
  return number;
}

function readUnderlined(state, number, end) {
  let level = 0;
  const last = paragraphEnd(state, number, end, (at) => {
    const marker = /^(=+|-+)[ \t]*$/.exec(textOf(state, at));
    level = marker ? (marker[1][0] === "=" ? 1 : 2) : 0;
    return level > 0;
  });
  if (!level) return null;
  state.line = last + 1;
  const runs = readRuns(state, contentOf(state, number, last));
  return { kind: "heading", level, lines: [number, last + 1], runs };
}

function readParagraph(state, number) {
  const last = paragraphEnd(state, number, state.end);
  state.line = last;
  return { kind: "paragraph", lines: [number, last], runs: readRuns(state, contentOf(state, number, last)) };
}

const contentOf = (state, first, last) => state.lines.slice(first, last).map(({ at, end }) => ({ begin: at, end }));

function readQuote(state, first, end) {
  if (state.depth >= DEEPEST || textOf(state, first)[0] !== ">") return null;
  const before = { ...state, lines: state.lines.slice() };
  let number = first;
  let empty = false;
  for (; number < end; number += 1) {
    const line = state.lines[number];
    if (isBlank(state, number)) break;
    if (state.source[line.at] === ">" && line.indent >= state.indent) {
      const begin = line.at + (/[ \t]/.test(state.source[line.at + 1] ?? "") && line.at + 1 < line.end ? 2 : 1);
      state.lines[number] = measureLine({ ...line, begin }, state.source);
      empty = isBlank(state, number);
      continue;
    }
    if (empty) break;
    if (interrupts(state, number, "quote")) {
      state.end = number;
      if (state.indent) state.lines[number] = { ...line, indent: line.indent - state.indent };
      break;
    }
    state.lines[number] = { ...line, indent: -1 }; // goes on with the paragraph in the quote, or ends the quote
  }
  Object.assign(state, { indent: 0, depth: state.depth + 1, parent: "quote" });
  const children = readBlocks(state, first, number);
  const { line } = state;
  Object.assign(state, before, { line });
  return { kind: "quote", lines: [first, lastVisible(state, first, line)], children };
}

function lastVisible(state, first, end) {
  while (end > first + 1 && isBlank(state, end - 1)) end -= 1;
  return end;
}

function readList(state, first, end) {
  if (!opensList(state, first, false)) return null;
  const markerOf = (number) => {
    const text = textOf(state, number);
    return NUMBER.exec(text) ?? BULLET.exec(text);
  };
  let marker = markerOf(first);
  const [ordered, sign] = [marker[2] !== undefined, marker[2] ?? marker[1]];
  const children = [];
  const outer = { indent: state.indent, listIndent: state.listIndent, depth: state.depth, parent: state.parent };
  Object.assign(state, { depth: state.depth + 1, parent: "list" });
  const start = ordered ? Number(marker[1]) : null;
  let number = first;
  while (marker && (marker[2] !== undefined) === ordered && (marker[2] ?? marker[1]) === sign) {
    const line = state.lines[number];
    const width = line.indent + marker[0].length;
    const inner = measureLine({ ...line, begin: line.at + marker[0].length }, state.source, width);
    const gap = inner.at >= inner.end || inner.indent > 4 ? 1 : inner.indent;
    Object.assign(state, { listIndent: outer.indent, indent: width + gap });
    state.lines[number] = { ...inner, begin: line.begin, indent: width + inner.indent };
    const item = { kind: "item", lines: [number, 0], children: [] };
    if (inner.at >= inner.end && isBlank(state, number + 1)) state.line = Math.min(number + 2, end);
    else item.children = readBlocks(state, number, end);
    state.lines[number] = line;
    Object.assign(state, { indent: outer.indent, listIndent: outer.listIndent });
    item.lines[1] = lastVisible(state, number, state.line);
    children.push(item);
    number = state.line;
    if (number >= end || state.lines[number].indent < state.indent || interrupts(state, number, "list")) break;
    marker = markerOf(number);
  }
  const { line } = state;
  Object.assign(state, outer, { line });
  return { kind: "list", start, lines: [first, lastVisible(state, first, line)], children };
}

const ENTITIES = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  nbsp: "\u00a0",
  sect: "§",
  para: "¶",
  copy: "©",
  reg: "®",
  trade: "™",
  deg: "°",
  ndash: "–",
  mdash: "—",
  hellip: "…",
  lsquo: "‘",
  rsquo: "’",
  ldquo: "“",
  rdquo: "”",
  bull: "•",
  middot: "·",
  times: "×",
  divide: "÷",
  plusmn: "±",
  micro: "µ",
  frac12: "½",
  frac14: "¼",
  frac34: "¾",
  euro: "€",
  pound: "£",
  yen: "¥",
  cent: "¢",
  eacute: "é",
  egrave: "è",
  agrave: "à",
  aacute: "á",
  auml: "ä",
  ouml: "ö",
  uuml: "ü",
  szlig: "ß",
  ntilde: "ñ",
  ccedil: "ç",
  oslash: "ø",
  aring: "å",
  alpha: "α",
  beta: "β",
  gamma: "γ",
  delta: "δ",
  pi: "π",
  mu: "μ",
};

/** What an entity stands for, or null; what nobody can see (controls, marks that turn the direction) is nothing. */
function decodeEntity(written) {
  const number = /^&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));$/i.exec(written);
  let text = number
    ? characterOf(parseInt(number[1] ?? number[2], number[1] ? 16 : 10))
    : ENTITIES[written.slice(1, -1)];
  if (text === undefined && globalThis.document) {
    // The pattern that found it allows an entity's name and nothing else, so the parser makes no element of it.
    const decoded = new DOMParser().parseFromString(written, "text/html").body.textContent ?? written;
    text = decoded === written ? undefined : decoded;
  }
  return text?.replace(/[^\P{C}\n\t\u200c\u200d]/gu, "").normalize("NFC") ?? null;
}

function characterOf(code) {
  const isOne =
    code > 8 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) && !(code >= 0xfdd0 && code <= 0xfdef);
  const isControl = (code >= 0x0e && code <= 0x1f) || (code >= 0x7f && code <= 0x9f) || code === 0x0b;
  return isOne && !isControl && (code & 0xfffe) !== 0xfffe ? String.fromCodePoint(code) : "\ufffd";
}

const INLINE =
  /\\[ !-/:-@[-`{-~]|\[\s*@[^[\]]*\]|\[\^[A-Za-z0-9_.-]{1,40}\]|\*+|_+|&(?:#(?:x[0-9a-f]{1,6}|[0-9]{1,7})|[a-z][a-z0-9]{1,31});|(\\| *)\n[ \t]*/gi;

/**
 * The runs of a paragraph's or heading's lines: { text, italic, bold, citation, note, from, to }, places in the source;
 * a note is the mark of one. A run is verbatim where its text is as long as its place.
 */
function readRuns({ source, unfinished }, lines) {
  const shown = lines.map(({ begin, end }) => source.slice(begin, end));
  const last = shown.length - 1;
  shown[last] = shown[last]?.trimEnd() ?? "";
  const text = shown.join("\n");
  const starts = [];
  for (let [at, index] = [0, 0]; index < shown.length; at += shown[index].length + 1, index += 1) starts.push(at);
  const place = (at) => {
    const index = starts.findLastIndex((start) => start <= at);
    return lines[index].begin + at - starts[index];
  };
  const pieces = [];
  const signs = [];
  const add = (from, to, words, more = {}) =>
    words && pieces.push({ text: words, from: place(from), to: place(to), ...more });
  let shownTo = 0;
  for (const found of text.matchAll(INLINE)) {
    const [written] = found;
    const [at, next] = [found.index, found.index + found[0].length];
    const decoded = written[0] === "&" ? decodeEntity(written) : undefined;
    if (decoded === null) continue;
    add(shownTo, at, text.slice(shownTo, at));
    shownTo = next;
    if (written.endsWith("\n") || found[1] !== undefined)
      add(at, next, found[1] === "\\" || found[1]?.length > 1 ? "\n" : " ");
    else if (written[0] === "\\") add(at, next, written[1].replace(" ", "\\ "));
    else if (decoded !== undefined)
      pieces.push({ text: decoded, from: place(at), to: place(next) }); // even where it is empty: emphasis looks at neighbours
    else if (written[0] === "[") add(at, next, written, written[1] === "^" ? { note: true } : { citation: true });
    else {
      const leans = flanks([...text.slice(0, at)].at(-1) ?? " ", [...text.slice(next, next + 2)][0] ?? " ", written[0]);
      for (let index = 0; index < written.length; index += 1) {
        signs.push({ sign: written[0], length: written.length, piece: pieces.length, closes: null, ...leans });
        add(at + index, at + index + 1, written[0]);
      }
    }
  }
  add(shownTo, text.length, text.slice(shownTo));
  const growing = unfinished && lines.at(-1)?.end >= source.trimEnd().length;
  const runs = styled(pieces, signs, growing);
  return growing ? withoutOpenCitation(runs) : runs;
}

/** Whether a run of asterisks or underscores can open and close emphasis (CommonMark 6.2). */
function flanks(before, after, sign) {
  const [gapBefore, gapAfter] = [/\s/u.test(before), /\s/u.test(after)];
  const [markBefore, markAfter] = [/[\p{P}\p{S}]/u.test(before), /[\p{P}\p{S}]/u.test(after)];
  const left = !gapAfter && (!markAfter || gapBefore || markBefore);
  const right = !gapBefore && (!markBefore || gapAfter || markAfter);
  return sign === "*"
    ? { open: left, close: right }
    : { open: left && (!right || markBefore), close: right && (!left || markAfter) };
}

/** A citation still on its way is not shown in pieces. */
function withoutOpenCitation(runs) {
  const last = runs.at(-1);
  const text = last && !last.citation ? last.text.replace(/\[\s*(@[^[\]]{0,200})?$/, "") : last?.text;
  if (!last || text === last.text) return runs;
  return [...runs.slice(0, -1), ...(text ? [{ ...last, text, to: last.to - (last.text.length - text.length) }] : [])];
}

/** Pairs the signs of emphasis, and gives every piece its style. */
function styled(pieces, signs, growing) {
  const floors = {};
  const passed = signs.map(() => 0); // how many signs before one are paired off already
  let head = 0;
  let lastPiece = -2;
  signs.forEach((closer, index) => {
    if (signs[head].sign !== closer.sign || lastPiece !== closer.piece - 1) head = index;
    lastPiece = closer.piece;
    if (!closer.close) return;
    const key = `${closer.sign}${closer.open}${closer.length % 3}`;
    const floor = floors[key] ?? -1;
    let at = head - passed[head] - 1;
    let lowest = at;
    for (; at > floor; at -= passed[at] + 1) {
      const opener = signs[at];
      if (opener.sign !== closer.sign || !opener.open || opener.closes !== null) continue;
      const odd =
        (opener.close || closer.open) &&
        (opener.length + closer.length) % 3 === 0 &&
        (opener.length % 3 || closer.length % 3);
      if (odd) continue;
      const before = at > 0 && !signs[at - 1].open ? passed[at - 1] + 1 : 0;
      passed[index] = index - at + before;
      passed[at] = before;
      closer.open = opener.close = false;
      opener.closes = index;
      lowest = -1;
      lastPiece = -2;
      break;
    }
    if (lowest !== -1) floors[key] = lowest;
  });
  const changes = new Map();
  for (let index = signs.length - 1; index >= 0; index -= 1) {
    const { closes, sign, piece, open } = signs[index];
    if (closes === null) {
      if (!growing || !open || sign !== "*") continue;
      const double =
        signs[index - 1]?.piece === piece - 1 && signs[index - 1].closes === null && signs[index - 1].sign === sign;
      changes.set(piece, [double ? "bold" : "italic", 1]);
      if (double) {
        changes.set(piece - 1, ["bold", 0]);
        index -= 1;
      }
      continue;
    }
    const outer = signs[index - 1];
    const strong =
      outer?.closes === closes + 1 &&
      outer.sign === sign &&
      outer.piece === piece - 1 &&
      signs[closes + 1].piece === signs[closes].piece + 1;
    const style = strong ? "bold" : "italic";
    changes.set(piece, [style, 1]).set(signs[closes].piece, [style, -1]);
    if (strong) {
      changes.set(outer.piece, [style, 0]).set(signs[closes + 1].piece, [style, 0]);
      index -= 1;
    }
  }
  const depth = { italic: 0, bold: 0 };
  return pieces.flatMap((piece, index) => {
    const change = changes.get(index);
    if (change) depth[change[0]] += change[1];
    return change || !piece.text
      ? []
      : [{ citation: false, note: false, ...piece, italic: depth.italic > 0, bold: depth.bold > 0 }];
  });
}

/** Where findings stand in a draft: [{ finding, from, to }], offsets; null where only the line, or nothing, is known. */
export function placesOf(source, findings) {
  return findings.map((finding) => {
    const lineStart = finding.line ? offsetOfLine(source, finding.line) : 0;
    const quote = finding.quote?.trim();
    if (quote) {
      const pattern = new RegExp(quote.slice(0, 2000).split(/\s+/).map(escaped).join("\\s+"), "g");
      for (const start of [lineStart, 0]) {
        pattern.lastIndex = start;
        const match = pattern.exec(source);
        if (match) return { finding, from: match.index, to: match.index + match[0].length, marked: true };
      }
    }
    return finding.line
      ? { finding, from: lineStart, to: lineStart, marked: false }
      : { finding, from: null, to: null };
  });
}

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function offsetOfLine(source, line) {
  let at = 0;
  for (let number = 1; number < line; number += 1) {
    const stop = source.indexOf("\n", at);
    if (stop < 0) return at;
    at = stop + 1;
  }
  return at;
}
