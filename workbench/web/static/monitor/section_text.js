// The text of one section: finished blocks stay, the last one is redrawn as it grows.

import { blocks, GROUP } from "./draft.js";
import { h, icon, showControlCharacters } from "./dom.js";
import { pluralize, SEVERITY_LABELS } from "./formatting.js";
import { makeNote, isSameFinding, worstSeverity } from "./findings.js";

const ELEMENTS = { paragraph: "p", heading: "h4", quote: "blockquote", list: "ul", code: "pre" };
const DEEPEST = 6; // levels of emphasis: a hostile text must not exhaust the stack

/**
 * The text of one section in the DOM. Finished blocks are left alone: a token touches only the last block, a finding
 * only the blocks it stands in.
 */
export class SectionText {
  constructor(cite) {
    this.node = h("div", { class: "wbm-text" });
    this.cite = cite;
    this.source = "";
    this.records = [];
    this.caret = h("span", { class: "wbm-caret", "aria-hidden": "true" });
  }

  update(source, places, writing) {
    const grown = this.records.length > 0 && source.startsWith(this.source);
    const kept = grown ? this.records.length - 1 : 0;
    const tail = grown ? this.records[kept] : { start: 0, line: 1 };
    const read = blocks(source, tail.start, tail.line);
    read.forEach((block, index) => this.place(kept + index, block, source.slice(block.start, block.end)));
    for (const record of this.records.splice(kept + read.length)) record.wrap.remove();
    this.source = source;
    const last = this.records.length - 1;
    this.records.forEach((record, index) => {
      if (index < kept && !places.length && !record.flags.length && !(record.open && index !== last)) return;
      this.draw(
        record,
        places.filter((place) => this.records[index] === this.recordAt(place.from)),
        writing && index === last,
      );
    });
    if (writing && !this.caret.isConnected) this.node.append(this.caret);
    if (!writing) this.caret.remove();
  }

  place(index, block, text) {
    const old = this.records[index];
    if (old?.kind === block.kind) {
      Object.assign(old, block, { text });
      return;
    }
    const element = h(ELEMENTS[block.kind]);
    const record = {
      ...block,
      text,
      element,
      wrap: h("div", { class: `wbm-block wbm-${block.kind}` }, element),
      flags: [],
      key: null,
    };
    if (old) old.wrap.replaceWith(record.wrap);
    else this.node.append(record.wrap);
    this.records[index] = record;
  }

  recordAt(offset) {
    return offset === null
      ? null
      : (this.records.findLast((record) => record.start <= offset) ?? this.records[0] ?? null);
  }

  draw(record, flags, open) {
    const ranges = flags.filter((flag) => flag.marked).map(({ finding, from, to }) => ({ finding, from, to }));
    const flagKey = JSON.stringify(
      flags.map(({ finding, from, to }) => [finding, from - record.start, to - record.start]),
    );
    const key = `${open}\n${flagKey}\n${record.text}`;
    if (record.key === key) return;
    record.open = open;
    const innermost = fill(record, ranges, {
      open,
      cite: this.cite,
      flagged: (finding) => this.toggle(record, finding),
    });
    if (open) innermost.append(this.caret);
    if (record.flagKey !== flagKey) this.annotate(record, flags);
    Object.assign(record, { key, flagKey, flags });
  }

  annotate(record, flags) {
    record.margin?.remove();
    record.notes?.remove();
    if (!flags.length) return;
    const worst = worstSeverity(flags.map((flag) => flag.finding));
    record.notes = h(
      "div",
      { class: "wbm-notes", hidden: true },
      flags.map(({ finding }) => makeNote(finding)),
    );
    record.margin = h(
      "button",
      {
        class: "wbm-margin",
        type: "button",
        "data-severity": worst,
        "aria-expanded": "false",
        "aria-label": `${pluralize(flags.length, "finding")} here: ${flags.map((flag) => flag.finding.message).join(" ")}`,
        onclick: () => this.toggle(record),
      },
      icon(SEVERITY_LABELS[worst][0]),
      flags.length > 1 ? h("span", {}, String(flags.length)) : null,
    );
    record.wrap.append(record.margin, record.notes);
  }

  toggle(record, finding = null, show = record.notes.hidden) {
    record.notes.hidden = !show;
    record.margin.setAttribute("aria-expanded", String(show));
    for (const note of record.notes.children)
      note.classList.toggle("wbm-asked", finding !== null && isSameFinding(note.finding, finding));
  }

  /** Opens a finding's note and returns the element to scroll to; null where the finding has no place. */
  reveal(finding) {
    const record = this.records.find(({ flags }) => flags.some((flag) => isSameFinding(flag.finding, finding)));
    if (!record) return null;
    this.toggle(record, finding, true);
    return record.wrap;
  }
}

/** Fills a block's element and returns the innermost element at its end, where the caret belongs. */
function fill(record, ranges, context) {
  const { element, kind, lines } = record;
  element.replaceChildren();
  if (kind === "code") {
    element.append(showControlCharacters(lines.map((line) => line.text).join("\n")));
    return element;
  }
  let target = element;
  for (const group of grouped(kind, lines)) {
    if (kind === "quote" || kind === "list") {
      target = h(kind === "list" ? "li" : "p");
      element.append(target);
    }
    const text = group.map((line) => line.text).join("\n");
    inline(target, text, { ...context, seen: new Set(), ranges: inText(group, ranges) });
  }
  return context.open && target.lastChild?.matches?.("em, strong") ? target.lastChild : target;
}

function grouped(kind, lines) {
  const groups = [];
  for (const line of lines) {
    const breaks = kind === "list" ? line.opens : kind === "quote" && !line.text.trim();
    if (!groups.length || breaks) groups.push([]);
    if (kind !== "quote" || line.text.trim()) groups.at(-1).push(line);
  }
  return groups.filter((group) => group.length);
}

/** Converts ranges of the source to ranges of the joined lines. */
function inText(lines, ranges) {
  return ranges.flatMap(({ finding, from, to }) => {
    let [at, first, last] = [0, null, null];
    for (const { start, text } of lines) {
      const [a, b] = [Math.max(from, start), Math.min(to, start + text.length)];
      if (a < b) {
        first ??= at + a - start;
        last = at + b - start;
      }
      at += text.length + 1;
    }
    return first === null ? [] : [{ finding, from: first, to: last }];
  });
}

/** Appends emphasis, code, escapes and citations of a text; everything else stays text. */
function inline(parent, text, context, from = 0, to = text.length, depth = 0) {
  let shown = from;
  let at = from;
  const upTo = (end) => flagged(parent, text, shown, end, context);
  const step = (node, next) => {
    if (node) parent.append(node);
    at = shown = next;
  };
  while (at < to) {
    const sign = text[at];
    if (sign === "\\" && at + 1 < to && /[!-/:-@[-`{-~]/.test(text[at + 1])) {
      upTo(at);
      shown = at + 1;
      at += 2;
    } else if (sign === "`") {
      const close = text.indexOf("`", at + 1);
      if (close < 0 || close >= to) at += 1;
      else {
        upTo(at);
        const code = h("code");
        flagged(code, text, at + 1, close, context);
        step(code, close + 1);
      }
    } else if (sign === "[") {
      GROUP.lastIndex = at;
      const group = GROUP.exec(text);
      if (group?.index === at && at + group[0].length <= to) {
        upTo(at);
        step(context.cite(group[0]), at + group[0].length);
      } else if (context.open && /^\[\s*(@[^[\]]{0,200})?$/.test(text.slice(at, to))) {
        upTo(at); // an unfinished citation is not shown until it is complete
        return;
      } else at += 1;
    } else if (sign === "*" || sign === "_") {
      const delimiter = text[at + 1] === sign ? sign + sign : sign;
      const inner = at + delimiter.length;
      const opens =
        inner < to && !/\s/.test(text[inner]) && (sign === "*" || !/\w/.test(text[at - 1] ?? " ")) && depth < DEEPEST;
      const close = opens ? closing(text, delimiter, inner, to) : -1;
      if (close > inner || (opens && close < 0 && context.open && sign === "*")) {
        upTo(at);
        const node = h(delimiter.length === 2 ? "strong" : "em");
        inline(node, text, context, inner, close < 0 ? to : close, depth + 1);
        step(node, close < 0 ? to : close + delimiter.length);
      } else at = inner;
    } else at += 1;
  }
  upTo(to);
}

function closing(text, delimiter, from, to) {
  for (
    let at = text.indexOf(delimiter, from);
    at >= 0 && at + delimiter.length <= to;
    at = text.indexOf(delimiter, at + 1)
  ) {
    const single = delimiter.length === 1;
    if (single && text[at + 1] === delimiter) at += 1;
    else if (!/\s/.test(text[at - 1]) && !(delimiter[0] === "_" && /\w/.test(text[at + delimiter.length] ?? " ")))
      return at;
  }
  return -1;
}

/** Appends text, split at the ends of findings' ranges; only the first piece of a finding takes Tab. */
function flagged(parent, text, from, to, { ranges, seen, flagged: asked }) {
  const typeset = (a, b) => showControlCharacters(text.slice(a, b)).replace(/(§+) /g, "$1\u00a0"); // no line break after a section sign
  let at = from;
  for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
    const [a, b] = [Math.max(range.from, at), Math.min(range.to, to)];
    if (a >= b) continue;
    if (!text.slice(a, b).trim()) continue;
    if (a > at) parent.append(typeset(at, a));
    const { finding } = range;
    const first = !seen.has(finding);
    seen.add(finding);
    parent.append(
      h(
        "mark",
        {
          class: "wbm-flag",
          "data-severity": finding.severity,
          title: `${SEVERITY_LABELS[finding.severity]?.[1] ?? "Note"}: ${finding.message}`,
          tabindex: first ? "0" : null,
          role: first ? "button" : null,
          onclick: () => asked(finding),
          onkeydown: (event) =>
            (event.key === "Enter" || event.key === " ") && (event.preventDefault(), asked(finding)),
        },
        typeset(a, b),
      ),
    );
    at = b;
  }
  if (at < to) parent.append(typeset(at, to));
}
