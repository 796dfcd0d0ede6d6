// The text of one section: finished blocks stay, the last one is redrawn as it grows.

import { _, ngettext } from "./catalogue.js";
import { blocks } from "./draft.js";
import { h, icon, showControlCharacters } from "./dom.js";
import { SEVERITY_LABELS, VERDICTS } from "./formatting.js";
import { makeNote, isSameFinding, worstSeverity } from "./findings.js";

const ELEMENTS = { paragraph: "p", heading: "h4", quote: "blockquote", rule: "p", note: "p" };

/**
 * The text of one section in the DOM. Finished blocks are left alone: a token touches only the last block, a finding
 * only the blocks it stands in.
 */
export class SectionText {
  constructor(cite, openSentence = /** @type {(sentence: any, node: any) => void} */ (() => {})) {
    this.node = h("div", { class: "wbm-text" });
    this.cite = cite;
    this.openSentence = openSentence;
    /** @type {{ sentence: CheckedSentence, from: number, to: number }[]} coloured by verdict */
    this.sentences = [];
    this.source = "";
    this.records = [];
    this.caret = h("span", { class: "wbm-caret", "aria-hidden": "true" });
  }

  /** Colours sentences by their verdict. */
  colour(sentences) {
    this.sentences = sentences;
    this.records.forEach((record) => this.draw(record, record.flags, record.open ?? false));
  }

  update(source, places, writing) {
    // The places are those of another text, until it has been checked as well.
    if (source !== this.source && this.sentences.length) this.colour([]);
    const grown = this.records.length > 0 && source.startsWith(this.source);
    const kept = grown ? this.records.length - 1 : 0;
    const tail = grown ? this.records[kept] : { start: 0, line: 1 };
    const read = blocks(source, tail.start, tail.line, writing);
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
    if (old?.kind === block.kind && isNumbered(old.node) === isNumbered(block.node)) {
      Object.assign(old, block, { text });
      return;
    }
    const element = elementFor(block.node);
    const record = {
      ...block,
      text,
      element,
      wrap: h("div", { class: `wbm-block wbm-${block.kind === "note" ? "footnote" : block.kind}` }, element),
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
    const sentences = this.sentences.filter(({ from }) => this.recordAt(from) === record);
    const verdicts = sentences.map(({ sentence, from }) => [sentence.verdict, from - record.start]);
    const key = `${open}\n${flagKey}\n${JSON.stringify(verdicts)}\n${record.text}`;
    if (record.key === key) return;
    record.open = open;
    const innermost = fill(record, ranges, {
      open,
      cite: this.cite,
      flagged: (finding) => this.toggle(record, finding),
      sentences: sentences.map(({ sentence, from, to }) => ({ finding: sentence, from, to })),
      openSentence: this.openSentence,
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
        "aria-label": ngettext("{count} finding here: {messages}", "{count} findings here: {messages}", flags.length, {
          messages: flags.map((flag) => flag.finding.message).join(" "),
        }),
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

const isNumbered = (node) => typeof node.start === "number";

function elementFor(node) {
  if (node.kind === "table") return h("table");
  if (node.kind !== "list") return h(ELEMENTS[node.kind]);
  return isNumbered(node) ? h("ol", { start: String(node.start) }) : h("ul");
}

/** Fills a block's element and returns the innermost element at its end, where the caret belongs. */
function fill(record, ranges, context) {
  record.element.replaceChildren();
  const target = fillNode(record.element, record.node, { ...context, seen: new Set() }, ranges);
  return context.open && target.lastChild?.matches?.("em, strong") ? target.lastChild : target;
}

function fillNode(element, node, context, ranges) {
  if (node.kind === "rule") element.append("* * *"); // as the filing sets it
  if (node.kind === "note") element.append(noteMark(node.name), " ");
  if (node.runs) drawRuns(element, node.runs, context, ranges);
  if (node.kind === "table") return fillTable(element, node, context, ranges);
  let target = element;
  for (const [index, child] of (node.children ?? []).entries()) {
    if (node.kind === "item" && index === 0 && child.kind === "paragraph")
      drawRuns(element, child.runs, context, ranges);
    else {
      const inner = child.kind === "item" ? h("li") : elementFor(child);
      element.append(inner);
      target = fillNode(inner, child, context, ranges);
    }
  }
  return target;
}

/** Fills a table and returns its last cell. */
function fillTable(element, node, context, ranges) {
  let target = element;
  const rows = node.children.map((row) =>
    h(
      "tr",
      {},
      row.children.map((cell, index) => {
        const isHead = row.kind === "columns";
        // A column is as wide as its longest word, unless no column has room for that.
        const long = cell.runs.some((run) => /\S{25}/.test(run.text)) && "wbm-long";
        const side = node.alignments[index] && `wbm-${node.alignments[index]}`;
        target = h(isHead ? "th" : "td", {
          scope: isHead ? "col" : null,
          class: [side, long].filter(Boolean).join(" ") || null,
        });
        drawRuns(target, cell.runs, context, ranges);
        return target;
      }),
    ),
  );
  element.append(h("thead", {}, rows[0]), h("tbody", {}, rows.slice(1)));
  return target;
}

/** The name of a note, as in the source: the letter numbers its notes. */
const noteMark = (name) => h("sup", { class: "wbm-note-mark" }, name);

/** Appends runs of text in their style; what findings mark is cut out of runs of one style as a whole. */
function drawRuns(parent, runs, context, ranges) {
  let [group, style, target] = [[], null, parent];
  const flush = () => {
    const text = group.map((run) => run.text).join("");
    const inner = { ...context, ranges: inText(group, ranges) };
    let at = 0;
    for (const { finding: sentence, from, to } of inText(group, context.sentences)) {
      if (from < at) continue;
      flagged(target, text, at, from, inner);
      const node = sentenceNode(sentence, context);
      flagged(node, text, from, to, inner);
      target.append(node);
      at = to;
    }
    flagged(target, text, at, text.length, inner);
    group = [];
  };
  for (const run of runs) {
    if (style !== `${run.bold} ${run.italic}` || run.citation || run.note || run.text === "\n") flush();
    if (style !== `${run.bold} ${run.italic}`) {
      style = `${run.bold} ${run.italic}`;
      target = parent;
      for (const tag of /** @type {("strong" | "em")[]} */ (
        [run.bold && "strong", run.italic && "em"].filter(Boolean)
      )) {
        const inner = h(tag);
        target.append(inner);
        target = inner;
      }
    }
    if (run.citation) target.append(context.cite(run.text));
    else if (run.note) target.append(noteMark(run.text.slice(2, -1)));
    else if (run.text === "\n") target.append(h("br"));
    else group.push(run);
  }
  flush();
}

/** Makes the element of a part of a coloured sentence; only the first part has the letter, and takes Tab. */
function sentenceNode(sentence, { seen, openSentence }) {
  const [letter, word] = VERDICTS[sentence.verdict] ?? VERDICTS["not checked"];
  const first = !seen.has(sentence);
  seen.add(sentence);
  const open = () => openSentence(sentence, node);
  const node = h("span", {
    class: "wbm-sentence",
    "data-verdict": sentence.verdict,
    "data-letter": first ? letter : null,
    title: [word, sentence.why].filter(Boolean).join(": "),
    tabindex: first ? "0" : null,
    role: first ? "button" : null,
    onclick: (event) => !event.target.closest(".wbm-flag") && open(),
    onkeydown: (event) =>
      event.target === node && (event.key === "Enter" || event.key === " ") && (event.preventDefault(), open()),
  });
  node.dataset.sentence = sentence.text;
  return node;
}

/** Ranges of the source as ranges of the text of runs. */
function inText(runs, ranges) {
  return ranges.flatMap(({ finding, from, to }) => {
    let [at, first, last] = [0, null, null];
    for (const run of runs) {
      const verbatim = run.text.length === run.to - run.from;
      const [a, b] = [Math.max(from, run.from), Math.min(to, run.to)];
      if (a < b) {
        first ??= at + (verbatim ? a - run.from : 0);
        last = at + (verbatim ? b - run.from : run.text.length);
      }
      at += run.text.length;
    }
    return first === null ? [] : [{ finding, from: first, to: last }];
  });
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
          title: `${SEVERITY_LABELS[finding.severity]?.[1] ?? _("Note")}: ${finding.message}`,
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
