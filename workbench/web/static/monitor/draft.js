// Reading a draft: Markdown blocks, citations as workbench/case/citation.py reads them, the places of findings; pure.

export const GROUP = /\[\s*@[^[\]]*\]/g;

const MEMBER =
  /^@([A-Za-z0-9][A-Za-z0-9_-]{0,63})(?:\s*,\s*(?:pp?\.|pages?)?\s*(\d+(?:\s*[-–]\s*\d+)?(?:\s*,\s*\d+(?:\s*[-–]\s*\d+)?)*))?$/;

const PAGES_KEPT = 1000; // of one citation: a hostile "pp. 1-999999999" must not fill the memory

/** The members of one bracketed group: { id, pages, span } or { malformed }. */
export function citationsOf(group) {
  return group.slice(1, -1).split(";").map((part) => {
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

const HEADING = /^ {0,3}#{1,6}\s+/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^ {0,3}[-*+]\s+/;
const FENCE = /^ {0,3}```/;

/** The blocks of a draft from an offset on: { kind, start, end, line, lines: [{ start, text, opens }] }; pure. */
export function blocks(source, from = 0, line = 1) {
  const found = [];
  let open = null;
  for (let at = from, number = line; at < source.length; number += 1) {
    const stop = source.indexOf("\n", at);
    const end = stop < 0 ? source.length : stop;
    open = readLine(found, open, source.slice(at, end), { at, end, number });
    at = end + 1;
  }
  return found;
}

function readLine(found, open, text, { at, end, number }) {
  const add = (block, prefix, opens = false) => {
    const skipped = prefix?.exec(text)?.[0].length ?? 0;
    block.lines.push({ start: at + skipped, text: text.slice(skipped), opens });
    block.end = end;
    return block;
  };
  const begin = (kind) => {
    const block = { kind, start: at, end, line: number, lines: [] };
    found.push(block);
    return block;
  };
  if (open?.kind === "code") {
    open.end = end;
    return FENCE.test(text) ? null : add(open);
  }
  if (!text.trim()) return null;
  if (FENCE.test(text)) return begin("code");
  if (HEADING.test(text)) return add(begin("heading"), HEADING) && null;
  if (QUOTE.test(text)) return add(open?.kind === "quote" ? open : begin("quote"), QUOTE);
  if (ITEM.test(text)) return add(open?.kind === "list" ? open : begin("list"), ITEM, true);
  return add(open ?? begin("paragraph"), /^\s+/);
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
    return finding.line ? { finding, from: lineStart, to: lineStart, marked: false } : { finding, from: null, to: null };
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
