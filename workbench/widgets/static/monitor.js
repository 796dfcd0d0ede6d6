// The monitor: a run as it is being written. One ES module for the notebook, Voila and a plain page.
//
//   1  The fold          apply, fold: the rule of workbench/live/snapshot.py, pure
//   2  Reading a draft   blocks, citationsOf, placesOf: Markdown and citations, pure
//   3  Making DOM        h, icon, visible: text is only ever set as text
//   4  Words             times, statuses, numbers
//   5  A section's text  SectionText: finished blocks stay, only the last one is written again
//   6  The panes         Outline, Paper, PageDrawer, Controls, Log: each draws from the state, by identity of its parts
//   7  The host          Feed (state and events in, one draw a frame out), mount, widgetSource, render
//
// A source is what a host brings: { controls, state(), waitsFor(), notice(), send(message, buffers), listen(handler) -> stop }.
// Its handler gets { type: "state" | "events" | "notice" | "page" | "added" | "failure", ... }.

// ---------------------------------------------------------------------------------------------------- 1 The fold

const LOGS_KEPT = 200;
const FINDING = { check: "", severity: "info", message: "", section_id: null, line: null, quote: null, suggestion: null };
const SECTION = {
  section_id: "", title: "", status: "pending", content: "", tokens_used: 0, attempts: 0, findings: [],
  prompt_version: null, started_at: null, ended_at: null, stale: false,
};
const EXHIBIT = { exhibit_id: "", number: 0, title: "", kind: "", date: "", pages: 0, sha256: "", has_text: true };
const LETTER = {
  case_title: "", petitioner: "", beneficiary: "", field_of_endeavor: "", filing_date: "", criteria: [], counsel: [], sample: null,
};
const LOG = { level: "info", message: "", agent: "", at: "" };

const shaped = (shape) => (value) =>
  Object.fromEntries(Object.entries(shape).map(([name, usual]) => [name, name in value ? value[name] : usual]));
const each = (read) => (values) => values.map(read);
const asIs = (value) => value;
const findingsOf = (values) => (values === null ? null : values.map(shaped(FINDING)));
const sectionOf = (value) => {
  const section = shaped(SECTION)(value);
  return { ...section, findings: findingsOf(section.findings) };
};

// The top-level fields that a workflow_update may replace; the stamp and the thread's id are not among them.
const FIELDS = {
  user_id: asIs, case_id: asIs, case_digest: asIs, document_type: asIs, status: asIs, model: asIs, started_at: asIs,
  unresolved: asIs, error: asIs, sections: each(sectionOf), exhibits: each(shaped(EXHIBIT)), logs: each(shaped(LOG)),
  letter: shaped(LETTER), progress: shaped({ completed: 0, total: 0, percentage: 0 }),
  usage: shaped({ input_tokens: 0, output_tokens: 0, cost_usd: 0 }),
};
const SECTION_FIELDS = Object.keys(SECTION).filter((name) => name !== "section_id");

/** The state after one event: the same rule as workbench.live.snapshot.apply. An unknown type changes nothing. */
export function apply(state, event) {
  const stamp = { last_event_id: event.id ?? "", _updated_at: event.at ?? "" };
  switch (event.type) {
    case "workflow_update": {
      const named = Object.keys(event.update).filter((name) => Object.hasOwn(FIELDS, name));
      return { ...state, ...Object.fromEntries(named.map((name) => [name, FIELDS[name](event.update[name])])), ...stamp };
    }
    case "section_update":
      return { ...state, sections: changed(state.sections, event, updated), ...stamp };
    case "section_delta":
      return { ...state, sections: changed(state.sections, event, appended), ...stamp };
    case "log_entry":
      return { ...state, logs: [...state.logs, shaped(LOG)(event.log)].slice(-LOGS_KEPT), ...stamp };
    case "status_change":
      return { ...state, status: event.status, ...stamp };
    case "progress_update": {
      const { completed, total, percentage } = event;
      return { ...state, progress: { completed, total, percentage }, ...stamp };
    }
    case "error":
      return (event.section_id ?? null) === null ? { ...state, error: event.message, ...stamp } : { ...state, ...stamp };
    default:
      return state;
  }
}

/** The state after events, in order. */
export function fold(state, events) {
  return events.reduce(apply, state);
}

/** Whether one event id (`<ms>-<seq>`) lies behind another; the empty id lies before all. */
export function isAfter(id, other) {
  const [ms, seq] = (id || "0-0").split("-").map(Number);
  const [otherMs, otherSeq] = (other || "0-0").split("-").map(Number);
  return ms > otherMs || (ms === otherMs && seq > otherSeq);
}

function changed(sections, event, change) {
  return sections.map((section) => (section.section_id === event.section_id ? change(section, event) : section));
}

function appended(section, event) {
  return { ...section, content: section.content + event.text };
}

function updated(section, event) {
  const next = { ...section };
  for (const name of SECTION_FIELDS) if (name in event) next[name] = name === "findings" ? findingsOf(event.findings) : event[name];
  if ((event.status === "in_progress" || event.status === "revising") && !("content" in event)) next.content = "";
  return next;
}

// ---------------------------------------------------------------------------------------------- 2 Reading a draft

const GROUP = /\[\s*@[^[\]]*\]/g;
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

// ---------------------------------------------------------------------------------------------------- 3 Making DOM

const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Untrusted text as it may be shown: controls, also those that turn the direction of writing, are spelled out. */
export function visible(text) {
  return String(text ?? "").replace(UNSEEN, (sign) => `⟦U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟧`);
}

function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : visible(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : visible(child));
  }
  return node;
}

function write(node, text) {
  const shown = visible(text);
  if (node.textContent !== shown) node.textContent = shown;
}

function put(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

const SHAPES = {
  waiting: ["M8 2.2a5.8 5.8 0 1 0 0 11.6a5.8 5.8 0 1 0 0-11.6"],
  pen: ["M2.5 13.5l.8-3.2 7.6-7.6a1.3 1.3 0 0 1 1.9 0l.5.5a1.3 1.3 0 0 1 0 1.9l-7.6 7.6z", "M9.6 4l2.4 2.4"],
  lens: ["M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9", "M10.3 10.3l3.4 3.4"],
  again: ["M13.2 8a5.2 5.2 0 1 1-1.6-3.8", "M13.4 1.8v3h-3"],
  eye: ["M1.4 8s2.5-4.4 6.6-4.4S14.6 8 14.6 8s-2.5 4.4-6.6 4.4S1.4 8 1.4 8z", "M8 6.2a1.8 1.8 0 1 0 0 3.6a1.8 1.8 0 1 0 0-3.6"],
  seal: ["M8 1.6a4.6 4.6 0 1 0 0 9.2a4.6 4.6 0 1 0 0-9.2", "M5.9 6.3l1.5 1.5 2.7-2.9", "M5.4 10.2l-.9 4.2L8 12.6l3.5 1.8-.9-4.2"],
  check: ["M8 2.2a5.8 5.8 0 1 0 0 11.6a5.8 5.8 0 1 0 0-11.6", "M5.4 8.2l1.9 1.9 3.4-3.9"],
  cross: ["M8 2.2a5.8 5.8 0 1 0 0 11.6a5.8 5.8 0 1 0 0-11.6", "M5.9 5.9l4.2 4.2", "M10.1 5.9l-4.2 4.2"],
  pause: ["M5.5 3.5v9", "M10.5 3.5v9"],
  play: ["M5 3l7.5 5L5 13z"],
  stop: ["M4.2 4.2h7.6v7.6H4.2z"],
  warn: ["M8 2.2l6.2 11.2H1.8z", "M8 6.4v3.4", "M8 11.5v.2"],
  info: ["M8 2.2a5.8 5.8 0 1 0 0 11.6a5.8 5.8 0 1 0 0-11.6", "M8 7.4v3.6", "M8 5v.2"],
  page: ["M3.6 1.8h5.6l3.2 3.2v9.2H3.6z", "M9 2v3.2h3.2", "M5.8 8h4.4", "M5.8 10.6h4.4"],
  plus: ["M8 3.2v9.6", "M3.2 8h9.6"],
  left: ["M9.8 3.6L5.4 8l4.4 4.4"],
  right: ["M6.2 3.6L10.6 8l-4.4 4.4"],
  follow: ["M8 2.4v10.4", "M4 9l4 4 4-4"],
  close: ["M4 4l8 8", "M12 4l-8 8"],
  copy: ["M5.5 5.5h8v8h-8z", "M3.5 10.5h-1v-8h8v1"],
};

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "wbm-icon");
  svg.setAttribute("aria-hidden", "true");
  for (const shape of SHAPES[name]) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", shape);
    svg.append(path);
  }
  return svg;
}

/** Arrow keys, Home and End walk a list whose items take Tab one at a time. */
function walk(list, selector) {
  list.addEventListener("keydown", (event) => {
    const items = [...list.querySelectorAll(selector)];
    const here = items.indexOf(event.target);
    const goal = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: items.length - 1 }[event.key];
    if (here < 0 || goal === undefined) return;
    event.preventDefault();
    items[Math.max(0, Math.min(items.length - 1, goal))].focus();
  });
  list.addEventListener("focusin", (event) => {
    for (const item of list.querySelectorAll(selector)) item.tabIndex = item === event.target ? 0 : -1;
  });
}

// -------------------------------------------------------------------------------------------------------- 4 Words

const SECTION_WORDS = {
  pending: ["waiting", "Waiting"], in_progress: ["pen", "Writing"], validating: ["lens", "Checking"], revising: ["again", "Revising"],
  needs_review: ["eye", "Needs review"], approved: ["seal", "Approved"], completed: ["check", "Done"], failed: ["cross", "Failed"],
};
const RUN_WORDS = {
  pending: ["waiting", "Not started"], generating: ["pen", "Writing"], paused: ["pause", "Paused"], needs_review: ["eye", "Needs review"],
  completed: ["check", "Completed"], failed: ["cross", "Failed"], cancelled: ["stop", "Cancelled"],
};
const SEVERITY_WORDS = { error: ["cross", "Error"], warning: ["warn", "Warning"], info: ["info", "Note"] };
const BUSY = new Set(["in_progress", "validating", "revising"]);
const FINISHED = new Set(["needs_review", "approved", "completed", "failed"]);
const KINDS = { published_material: "published material", scholarly_article: "scholarly article" };
const whole = new Intl.NumberFormat("en-US");
const plural = (count, noun) => `${whole.format(count)} ${noun}${count === 1 ? "" : "s"}`;

export function ago(at, now) {
  const seconds = Math.max(0, (now - Date.parse(at)) / 1000);
  if (!(seconds >= 0)) return "";
  if (seconds < 10) return "just now";
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${plural(Math.floor(seconds / 86400), "day")} ago`;
}

/** Milliseconds from start to now, or to the end: time stands still when nothing is being written. */
export function elapsed(state, now) {
  if (!state.started_at) return 0;
  const ends = state.sections.map((section) => section.ended_at).filter(Boolean).sort();
  const done = state.status === "completed" || state.status === "needs_review";
  const end = state.status === "generating" ? now : Date.parse((done && ends.at(-1)) || state._updated_at || state.started_at);
  return Math.max(0, end - Date.parse(state.started_at));
}

export function clock(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  const two = (value) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

function money(cost) {
  if (cost === null || cost === undefined) return "—";
  return cost > 0 && cost < 0.01 ? `$${cost.toFixed(4)}` : `$${cost.toFixed(2)}`;
}

function longDate(date) {
  const [year, month, day] = String(date).split("-").map(Number);
  if (!year) return String(date ?? "");
  const parts = { year: "numeric", month: month ? "long" : undefined, day: day ? "numeric" : undefined, timeZone: "UTC" };
  return new Intl.DateTimeFormat("en-US", parts).format(new Date(Date.UTC(year, (month || 1) - 1, day || 1)));
}

function timeOfDay(at) {
  const moment = new Date(at);
  return Number.isNaN(moment.valueOf()) ? "" : moment.toLocaleTimeString("en-GB");
}

function inWords(list) {
  return list.length < 2 ? list.join("") : `${list.slice(0, -1).join(", ")} and ${list.at(-1)}`;
}

const mark = ([name, word], extra = "") => [icon(name), h("span", { class: `wbm-word ${extra}` }, word)];

// -------------------------------------------------------------------------------------------- 5 A section's text

const ELEMENTS = { paragraph: "p", heading: "h4", quote: "blockquote", list: "ul", code: "pre" };
const DEEPEST = 6; // emphasis within emphasis: a hostile text must not exhaust the stack

/**
 * The text of one section in the DOM. Finished blocks are left alone: a token touches only the last block, a finding
 * only the blocks it stands in.
 */
class SectionText {
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
      this.draw(record, places.filter((place) => this.records[index] === this.recordAt(place.from)), writing && index === last);
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
    const record = { ...block, text, element, wrap: h("div", { class: `wbm-block wbm-${block.kind}` }, element), flags: [], key: null };
    if (old) old.wrap.replaceWith(record.wrap);
    else this.node.append(record.wrap);
    this.records[index] = record;
  }

  recordAt(offset) {
    return offset === null ? null : this.records.findLast((record) => record.start <= offset) ?? this.records[0] ?? null;
  }

  draw(record, flags, open) {
    const ranges = flags.filter((flag) => flag.marked).map(({ finding, from, to }) => ({ finding, from, to }));
    const flagKey = JSON.stringify(flags.map(({ finding, from, to }) => [finding, from - record.start, to - record.start]));
    const key = `${open}\n${flagKey}\n${record.text}`;
    if (record.key === key) return;
    record.open = open;
    const innermost = fill(record, ranges, { open, cite: this.cite, flagged: (finding) => this.toggle(record, finding) });
    if (open) innermost.append(this.caret);
    if (record.flagKey !== flagKey) this.annotate(record, flags);
    Object.assign(record, { key, flagKey, flags });
  }

  annotate(record, flags) {
    record.margin?.remove();
    record.notes?.remove();
    if (!flags.length) return;
    const worst = worstOf(flags.map((flag) => flag.finding));
    record.notes = h("div", { class: "wbm-notes", hidden: true }, flags.map(({ finding }) => noteOf(finding)));
    record.margin = h(
      "button",
      {
        class: "wbm-margin", type: "button", "data-severity": worst, "aria-expanded": "false",
        "aria-label": `${plural(flags.length, "finding")} here: ${flags.map((flag) => flag.finding.message).join(" ")}`,
        onclick: () => this.toggle(record),
      },
      icon(SEVERITY_WORDS[worst][0]), flags.length > 1 ? h("span", {}, String(flags.length)) : null,
    );
    record.wrap.append(record.margin, record.notes);
  }

  toggle(record, finding = null, show = record.notes.hidden) {
    record.notes.hidden = !show;
    record.margin.setAttribute("aria-expanded", String(show));
    for (const note of record.notes.children) note.classList.toggle("wbm-asked", finding !== null && same(note.finding, finding));
  }

  /** Opens the note of a finding; answers the element to scroll to, or null where it has no place. */
  reveal(finding) {
    const record = this.records.find(({ flags }) => flags.some((flag) => same(flag.finding, finding)));
    if (!record) return null;
    this.toggle(record, finding, true);
    return record.wrap;
  }
}

// A fresh state brings the same findings as new objects.
const same = (finding, other) => JSON.stringify(finding) === JSON.stringify(other);

function worstOf(findings) {
  return ["error", "warning", "info"].find((severity) => findings.some((finding) => finding.severity === severity)) ?? "info";
}

function noteOf(finding) {
  const note = h(
    "div", { class: "wbm-note", "data-severity": finding.severity },
    h("div", { class: "wbm-note-head" }, mark(SEVERITY_WORDS[finding.severity] ?? SEVERITY_WORDS.info), h("code", {}, finding.check)),
    h("div", {}, finding.message),
    finding.suggestion ? h("div", { class: "wbm-suggestion" }, h("b", {}, "Suggestion "), finding.suggestion) : null,
  );
  note.finding = finding;
  return note;
}

/** Writes one block into its element; answers the innermost element at its end, where the caret belongs. */
function fill(record, ranges, context) {
  const { element, kind, lines } = record;
  element.replaceChildren();
  if (kind === "code") {
    element.append(visible(lines.map((line) => line.text).join("\n")));
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
  return target.lastElementChild?.matches("em, strong") && context.open ? target.lastElementChild : target;
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

/** Ranges of the source as ranges of the joined lines. */
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

/** Emphasis, code, escapes and citations of one run of text; everything else is text. */
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
        upTo(at); // a citation still on its way is not shown in pieces
        return;
      } else at += 1;
    } else if (sign === "*" || sign === "_") {
      const delimiter = text[at + 1] === sign ? sign + sign : sign;
      const inner = at + delimiter.length;
      const opens = inner < to && !/\s/.test(text[inner]) && (sign === "*" || !/\w/.test(text[at - 1] ?? " ")) && depth < DEEPEST;
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
  for (let at = text.indexOf(delimiter, from); at >= 0 && at + delimiter.length <= to; at = text.indexOf(delimiter, at + 1)) {
    const single = delimiter.length === 1;
    if (single && text[at + 1] === delimiter) at += 1;
    else if (!/\s/.test(text[at - 1]) && !(delimiter[0] === "_" && /\w/.test(text[at + delimiter.length] ?? " "))) return at;
  }
  return -1;
}

/** Appends text, cut where the ranges of findings begin and end; only a finding's first piece takes Tab. */
function flagged(parent, text, from, to, { ranges, seen, flagged: asked }) {
  const typeset = (a, b) => visible(text.slice(a, b)).replace(/(§+) /g, "$1\u00a0"); // a paragraph sign keeps to its number
  let at = from;
  for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
    const [a, b] = [Math.max(range.from, at), Math.min(range.to, to)];
    if (a >= b) continue;
    if (!text.slice(a, b).trim()) continue;
    if (a > at) parent.append(typeset(at, a));
    const { finding } = range;
    const first = !seen.has(finding);
    seen.add(finding);
    parent.append(h(
      "mark",
      {
        class: "wbm-flag", "data-severity": finding.severity, title: `${SEVERITY_WORDS[finding.severity]?.[1] ?? "Note"}: ${finding.message}`,
        tabindex: first ? "0" : null, role: first ? "button" : null, onclick: () => asked(finding),
        onkeydown: (event) => (event.key === "Enter" || event.key === " ") && (event.preventDefault(), asked(finding)),
      },
      typeset(a, b),
    ));
    at = b;
  }
  if (at < to) parent.append(typeset(at, to));
}

// ----------------------------------------------------------------------------------------------------- 6 The panes

/** Left: the sections and the exhibits. */
class Outline {
  constructor({ goTo, openExhibit }) {
    this.goTo = goTo;
    this.openExhibit = openExhibit;
    this.title = h("h2", { class: "wbm-case" });
    this.about = h("p", { class: "wbm-about" });
    this.sections = h("ol", { class: "wbm-list wbm-sections", "aria-label": "Sections" });
    this.exhibits = h("ol", { class: "wbm-list wbm-exhibits", "aria-label": "Exhibits" });
    this.count = h("span", { class: "wbm-count" });
    this.items = new Map();
    this.exhibitItems = new Map();
    this.cited = new Map();
    this.known = null;
    this.node = h(
      "nav", { class: "wbm-pane wbm-outline", "aria-label": "Structure of the petition" },
      h("div", { class: "wbm-title" }, this.title, this.about),
      h("h3", { class: "wbm-label" }, "Structure"), this.sections,
      h("h3", { class: "wbm-label" }, "Exhibits", this.count), this.exhibits,
    );
    walk(this.sections, "button");
    walk(this.exhibits, "button");
  }

  draw(state, before, now) {
    if (state.letter !== before?.letter) {
      write(this.title, state.letter.beneficiary || state.letter.case_title || state.case_id);
      write(this.about, state.letter.field_of_endeavor);
    }
    if (state.sections !== before?.sections) this.drawSections(state, before, now);
    if (state.exhibits !== before?.exhibits || state.sections !== before?.sections) this.drawExhibits(state);
  }

  drawSections(state, before, now) {
    keep(this.items, this.sections, state.sections, (section) => section.section_id, (section) => {
      const parts = {
        icon: h("span", { class: "wbm-state-icon" }), name: h("span", { class: "wbm-name" }), word: h("span", { class: "wbm-word" }),
        detail: h("span", { class: "wbm-detail" }), badges: h("span", { class: "wbm-badges" }),
      };
      const button = h(
        "button", { type: "button", class: "wbm-item", onclick: () => this.goTo(section.section_id) },
        parts.icon, parts.name, h("span", { class: "wbm-sub" }, parts.word, parts.badges, parts.detail),
      );
      return { node: h("li", {}, button), button, ...parts };
    });
    state.sections.forEach((section, index) => {
      if (section === before?.sections[index]) return;
      const item = this.items.get(section.section_id);
      const [name, word] = SECTION_WORDS[section.status] ?? ["waiting", section.status];
      write(item.name, section.title);
      if (item.button.dataset.status !== section.status) item.icon.replaceChildren(icon(name));
      put(item.button, "data-status", section.status);
      write(item.word, section.stale ? `${word}, before a new exhibit` : word);
      drawBadges(item.badges, section.findings ?? []);
    });
    roving(this.sections);
    this.tick(state, now);
  }

  /** Only the words that change with the clock. */
  tick(state, now) {
    for (const section of state.sections) {
      const item = this.items.get(section.section_id);
      const moment = BUSY.has(section.status) ? section.started_at : section.ended_at ?? section.started_at;
      const parts = [
        section.attempts > 1 ? plural(section.attempts, "draft") : null,
        moment && section.status !== "pending" ? ago(moment, now) : null,
      ];
      write(item.detail, parts.filter(Boolean).map((part) => `· ${part}`).join(" "));
      put(item.button, "title", moment ? new Date(moment).toLocaleString("en-GB") : "");
    }
  }

  drawExhibits(state) {
    this.known ??= new Set(state.exhibits.map((exhibit) => exhibit.exhibit_id));
    write(this.count, String(state.exhibits.length));
    keep(this.exhibitItems, this.exhibits, state.exhibits, (exhibit) => exhibit.exhibit_id, (exhibit) => {
      const parts = { number: h("span", { class: "wbm-number" }), name: h("span", { class: "wbm-name" }), sub: h("span", { class: "wbm-sub" }) };
      const button = h(
        "button", { type: "button", class: "wbm-item", onclick: () => this.openExhibit(exhibit.exhibit_id, button) },
        parts.number, parts.name, parts.sub,
      );
      return { node: h("li", {}, button), button, ...parts };
    });
    const counts = this.counts(state.sections);
    for (const exhibit of state.exhibits) {
      const item = this.exhibitItems.get(exhibit.exhibit_id);
      const count = counts.get(exhibit.exhibit_id) ?? 0;
      const fresh = !this.known.has(exhibit.exhibit_id) && !count;
      const standing = count ? `cited ${count}×` : fresh ? "new" : "not cited yet";
      write(item.number, String(exhibit.number));
      write(item.name, exhibit.title);
      write(item.sub, [
        KINDS[exhibit.kind] ?? exhibit.kind, `${exhibit.pages} p.`, standing, exhibit.has_text ? null : "no text layer",
      ].filter(Boolean).join(" · "));
      put(item.button, "data-standing", exhibit.has_text ? (count ? "cited" : fresh ? "new" : "uncited") : "no-text");
    }
    roving(this.exhibits);
  }

  /** How often each exhibit is cited; a section in motion counts as it stood before. */
  counts(sections) {
    const totals = new Map();
    for (const { section_id: id, status, content } of sections) {
      if (this.cited.get(id)?.content !== content && !(BUSY.has(status) && status !== "validating")) {
        const ids = (content.match(GROUP) ?? []).flatMap((group) => citationsOf(group)).map((citation) => citation.id).filter(Boolean);
        this.cited.set(id, { content, ids });
      }
      for (const cited of this.cited.get(id)?.ids ?? []) totals.set(cited, (totals.get(cited) ?? 0) + 1);
    }
    return totals;
  }
}

/** Keeps one item for each value, in the values' order. */
function keep(items, list, values, idOf, make) {
  const ids = new Set(values.map(idOf));
  for (const [id, item] of items) {
    if (ids.has(id)) continue;
    item.node.remove();
    items.delete(id);
  }
  values.forEach((value, index) => {
    const id = idOf(value);
    if (!items.has(id)) items.set(id, make(value));
    const { node } = items.get(id);
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
}

function roving(list) {
  const items = [...list.querySelectorAll("button")];
  const chosen = items.find((item) => item.getAttribute("tabindex") === "0") ?? items[0];
  for (const item of items) put(item, "tabindex", item === chosen ? "0" : "-1");
}

function drawBadges(node, findings) {
  const counts = ["error", "warning", "info"].map((severity) => [severity, findings.filter((finding) => finding.severity === severity).length]);
  const shown = counts.filter(([, count]) => count);
  const key = JSON.stringify(shown);
  if (node.dataset.key === key) return;
  node.dataset.key = key;
  node.replaceChildren(...shown.map(([severity, count]) => {
    const [name, word] = SEVERITY_WORDS[severity];
    return h(
      "span", { class: "wbm-badge", "data-severity": severity, title: plural(count, word.toLowerCase()) },
      icon(name), String(count), h("span", { class: "wbm-only-heard" }, ` ${word.toLowerCase()}${count === 1 ? "" : "s"}`),
    );
  }));
}

/** Centre: the letter. */
class Paper {
  constructor({ openCitation, waitsFor }) {
    this.openCitation = openCitation;
    this.waitsFor = waitsFor;
    this.views = new Map();
    this.numbers = new Map();
    this.citations = new WeakMap();
    this.head = h("header", { class: "wbm-letterhead" });
    this.body = h("div", { class: "wbm-body" });
    this.foot = h("footer", { class: "wbm-signature" });
    this.sheet = h("article", { class: "wbm-sheet", "aria-label": "The petition, a draft" }, this.head, this.body, this.foot);
    this.desk = h("div", { class: "wbm-desk", tabindex: "0", role: "region", "aria-label": "Petition" }, this.sheet);
    this.where = h("span", { class: "wbm-where" });
    this.followButton = h(
      "button", { type: "button", class: "wbm-follow", "aria-pressed": "true", title: "Keep the writing place in view (F)", onclick: () => this.follow(!this.following) },
      icon("follow"), "Follow",
    );
    this.node = h(
      "main", { class: "wbm-pane wbm-paper" },
      h("div", { class: "wbm-bar" }, h("span", { class: "wbm-draft" }, "Draft"), this.where, this.followButton),
      this.desk,
    );
    this.following = true;
    this.leader = null;
    const leave = () => this.following && this.follow(false);
    this.desk.addEventListener("wheel", leave, { passive: true });
    this.desk.addEventListener("touchmove", leave, { passive: true });
    this.desk.addEventListener("pointerdown", (event) => event.target === this.desk && leave());
    this.desk.addEventListener("keydown", (event) => ["PageUp", "PageDown", "ArrowUp", "ArrowDown", "Home", "End"].includes(event.key) && leave());
    this.sheet.addEventListener("click", (event) => {
      const chip = event.target.closest?.(".wbm-cite");
      if (chip) this.openCitation(this.citations.get(chip), chip);
    });
  }

  follow(on) {
    this.following = on;
    put(this.followButton, "aria-pressed", String(on));
    if (on) this.keepInView();
  }

  draw(state, before) {
    if (state.letter !== before?.letter) this.drawHead(state.letter);
    if (state.exhibits !== before?.exhibits) {
      this.numbers = new Map(state.exhibits.map((exhibit) => [exhibit.exhibit_id, exhibit]));
      for (const chip of this.sheet.querySelectorAll(".wbm-cite")) this.label(chip);
    }
    if (state.sections === before?.sections && state.status === before?.status) return;
    keep(this.views, this.body, state.sections, (section) => section.section_id, (section) => this.sectionView(section));
    state.sections.forEach((section, index) => {
      const old = before?.sections[index];
      const waiting = section.status === "pending" || section.status === "failed";
      if (section === old && state.status === before.status && !waiting) return;
      if (section !== old || waiting) this.drawSection(this.views.get(section.section_id), section, state);
      if (old && section.content !== old.content && BUSY.has(section.status)) this.leader = this.stillWriting(state, this.leader) ?? section.section_id;
    });
    this.leader = this.stillWriting(state, this.leader) ?? state.sections.find((section) => BUSY.has(section.status))?.section_id ?? null;
    const leading = state.sections.find((section) => section.section_id === this.leader);
    const open = state.sections.reduce((sum, section) => sum + (section.findings?.length ?? 0), 0);
    const [, doing] = state.status === "generating" ? SECTION_WORDS[leading?.status] ?? [] : RUN_WORDS[state.status] ?? [];
    write(this.where, leading ? `${doing}: ${leading.title}` : `Not for filing${open ? ` · ${plural(open, "open finding")}` : ""}`);
    this.followButton.hidden = state.status !== "generating";
    if (this.following) this.keepInView();
  }

  stillWriting(state, id) {
    return state.sections.find((section) => section.section_id === id && BUSY.has(section.status))?.section_id ?? null;
  }

  keepInView() {
    const text = this.views.get(this.leader)?.text;
    if (!text) return;
    const place = (text.caret.isConnected ? text.caret : this.views.get(this.leader).node).getBoundingClientRect();
    const desk = this.desk.getBoundingClientRect();
    if (place.bottom > desk.bottom - 48 || place.top < desk.top) this.desk.scrollTop += place.top - desk.top - desk.height * 0.62;
  }

  /** Scrolls to a section, or to an element of one. */
  goTo(id, element = this.views.get(id)?.node) {
    if (!element) return;
    this.follow(false);
    this.desk.scrollTop += element.getBoundingClientRect().top - this.desk.getBoundingClientRect().top - 20;
    if (element.classList.contains("wbm-section")) element.querySelector(".wbm-heading").focus({ preventScroll: true });
  }

  drawHead(letter) {
    const row = (term, ...words) => (words.some(Boolean) ? [h("dt", {}, term), h("dd", {}, ...words)] : []);
    const criteria = letter.criteria.flatMap((paragraph, index) => [index ? ", " : "8 C.F.R. § 204.5", h("span", { class: "wbm-whole" }, paragraph)]);
    this.head.replaceChildren(...[
      h("div", { class: "wbm-stamp", "aria-hidden": "true" }, "Draft"),
      letter.sample ? h("p", { class: "wbm-sample" }, letter.sample) : null,
      letter.filing_date ? h("p", { class: "wbm-date" }, longDate(letter.filing_date)) : null,
      h("p", { class: "wbm-addressee" }, "U.S. Citizenship and Immigration Services"),
      h(
        "div", { class: "wbm-re" }, h("b", {}, "RE:"),
        h(
          "dl", {},
          row("Petition", "Form I-140, Immigrant Petition for Alien Workers"),
          row("Petitioner", letter.petitioner), row("Beneficiary", letter.beneficiary),
          row("Classification", "Alien of Extraordinary Ability, INA § 203(b)(1)(A)"),
          row("Field of endeavor", letter.field_of_endeavor), row("Criteria claimed", ...criteria),
        ),
      ),
    ].filter(Boolean));
    this.foot.replaceChildren(...letter.counsel.map((line) => h("div", {}, line)));
    this.foot.hidden = !letter.counsel.length;
  }

  sectionView(section) {
    const view = {
      heading: h("h3", { class: "wbm-heading", tabindex: "-1" }), state: h("span", { class: "wbm-state" }), badges: h("span", { class: "wbm-badges" }),
      list: h("div", { class: "wbm-findings", hidden: true }), card: h("div", { class: "wbm-card" }), text: new SectionText((group) => this.chips(group)),
    };
    view.toggle = h("button", { type: "button", class: "wbm-toggle", "aria-expanded": "false", hidden: true }, view.badges);
    view.toggle.addEventListener("click", () => {
      view.list.hidden = !view.list.hidden;
      put(view.toggle, "aria-expanded", String(!view.list.hidden));
    });
    view.node = h(
      "section", { class: "wbm-section", "data-section": section.section_id, "aria-label": section.title },
      view.heading, h("div", { class: "wbm-meta" }, view.state, view.toggle), view.list, view.card, view.text.node,
    );
    return view;
  }

  drawSection(view, section, state) {
    const writing = section.status === "in_progress" || section.status === "revising";
    write(view.heading, section.title);
    if (view.node.dataset.status !== section.status) {
      view.node.dataset.status = section.status;
      view.state.replaceChildren(...mark(SECTION_WORDS[section.status] ?? ["waiting", section.status]));
    }
    put(view.state, "data-status", section.status);
    const findings = section.findings ?? [];
    if (view.findings !== findings || view.writing !== writing || view.content !== section.content) {
      const shown = writing ? [] : findings;
      const changed = view.findings !== findings || view.writing !== writing;
      view.text.update(section.content, shown.length ? placesOf(section.content, shown) : [], writing);
      if (changed) this.drawFindings(view, shown);
      Object.assign(view, { findings, writing, content: section.content });
    }
    this.drawCard(view, section, state);
  }

  drawFindings(view, findings) {
    drawBadges(view.badges, findings);
    view.toggle.hidden = !findings.length;
    if (!findings.length) view.list.hidden = true;
    view.list.replaceChildren(...findings.map((finding) => {
      const note = noteOf(finding);
      const place = view.text.records.some((record) => record.flags.some((flag) => same(flag.finding, finding)));
      if (place) {
        note.append(h("button", { type: "button", class: "wbm-link", onclick: () => this.goTo(null, view.text.reveal(finding)) }, "Show in the text"));
      }
      return note;
    }));
  }

  /** What stands at a section's place while it has no text: what it waits for, or why it failed. */
  drawCard(view, section, state) {
    let words = "";
    if (section.status === "failed") words = failureOf(section, state);
    else if (section.status === "pending" && !section.content) words = this.waitingFor(section, state);
    else if (BUSY.has(section.status) && !section.content) words = "Reading the exhibits…";
    const key = `${section.status}\n${words}`;
    if (view.cardKey === key) return;
    view.cardKey = key;
    view.card.hidden = !words;
    put(view.card, "data-kind", words && section.status);
    view.card.replaceChildren();
    if (words && section.status === "failed") view.card.append(h("strong", {}, icon("cross"), "This section could not be written"));
    if (words) view.card.append(h("p", {}, words));
    if (words && section.status === "pending") view.card.append(h("div", { class: "wbm-lines", "aria-hidden": "true" }, h("i"), h("i"), h("i")));
  }

  waitingFor(section, state) {
    const open = (this.waitsFor()[section.section_id] ?? [])
      .map((id) => state.sections.find((other) => other.section_id === id))
      .filter((other) => other && !FINISHED.has(other.status));
    if (state.status === "cancelled" || state.status === "failed") return "Not written: the run has ended.";
    if (open.length) return `Waits for ${inWords(open.map((other) => other.title))}.`;
    if (state.status === "pending") return "Not started.";
    return state.status === "paused" ? "Waits: the run is paused." : "Waits for its turn.";
  }

  chips(group) {
    return h("span", { class: "wbm-cites" }, citationsOf(group).map((citation) => {
      if (citation.malformed !== undefined) return h("span", { class: "wbm-cite-bad", title: "This cannot be read as a citation" }, `unresolved: ${citation.malformed}`);
      const chip = h("button", { type: "button", class: "wbm-cite" });
      this.citations.set(chip, citation);
      this.label(chip);
      return chip;
    }));
  }

  label(chip) {
    const { id, pages, span } = this.citations.get(chip);
    const exhibit = this.numbers.get(id);
    const at = span ? ` at ${span}` : "";
    const beyond = exhibit && pages.some((page) => page < 1 || page > exhibit.pages);
    chip.classList.toggle("wbm-unresolved", !exhibit || beyond);
    write(chip, exhibit ? `Ex. ${exhibit.number}${at}${beyond ? " (no such page)" : ""}` : `unresolved: ${id}${at}`);
    put(chip, "title", exhibit ? visible(`${exhibit.title} (${exhibit.date})`) : "No exhibit of this case has this id");
    put(chip, "aria-label", exhibit ? visible(`Exhibit ${exhibit.number}${at}: ${exhibit.title}`) : visible(`Unresolved citation ${id}${at}`));
  }
}

function failureOf(section, state) {
  const finding = (section.findings ?? []).find((each) => each.severity === "error");
  if (finding) return finding.message;
  const line = state.logs.findLast(({ level, message }) => level === "error" && (message.includes(section.section_id) || message.includes(section.title)));
  return line?.message ?? state.error ?? "The log says why.";
}

/** Below the paper: one page of an exhibit, beside the sentence that cites it. */
class PageDrawer {
  constructor({ ask, closed }) {
    this.ask = ask;
    this.number = h("span", { class: "wbm-drawer-number" });
    this.title = h("h3", { class: "wbm-drawer-title", tabindex: "-1" });
    this.about = h("span", { class: "wbm-drawer-about" });
    this.cited = h("span", { class: "wbm-cited" }, "Cited page");
    this.place = h("span", { class: "wbm-drawer-place" });
    this.text = h("div", { class: "wbm-page", tabindex: "0", role: "region", "aria-label": "Text of the page" });
    this.previous = h("button", { type: "button", class: "wbm-quiet", "aria-label": "Previous page", onclick: () => this.turn(-1) }, icon("left"));
    this.next = h("button", { type: "button", class: "wbm-quiet", "aria-label": "Next page", onclick: () => this.turn(1) }, icon("right"));
    this.node = h(
      "aside", { class: "wbm-drawer", hidden: true, "aria-label": "Exhibit page" },
      h(
        "div", { class: "wbm-drawer-head" }, this.number, h("div", { class: "wbm-drawer-names" }, this.title, this.about, this.cited),
        h("span", { class: "wbm-pager" }, this.previous, this.place, this.next),
        h("button", { type: "button", class: "wbm-quiet", "aria-label": "Close the exhibit (Escape)", onclick: () => this.close() }, icon("close")),
      ),
      this.text,
    );
    this.node.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (step) this.turn(step);
    });
    this.closed = closed;
  }

  open(exhibit, page, cited, opener) {
    Object.assign(this, { exhibit, cited_pages: new Set(cited), opener });
    this.node.hidden = false;
    this.show(page);
    this.title.focus({ preventScroll: true });
  }

  close() {
    if (this.node.hidden) return;
    this.node.hidden = true;
    this.page = null;
    this.closed();
    if (this.opener?.isConnected) this.opener.focus({ preventScroll: true });
  }

  turn(step) {
    const page = this.page + step;
    if (page < 1 || page > this.exhibit.pages) return;
    const pressed = [this.previous, this.next].find((button) => button === document.activeElement);
    this.show(page);
    if (pressed?.disabled) this.text.focus(); // a disabled button would lose the keyboard to the page
  }

  show(page) {
    const { exhibit } = this;
    this.page = page;
    write(this.number, `Ex. ${exhibit.number}`);
    write(this.title, exhibit.title);
    write(this.about, [KINDS[exhibit.kind] ?? exhibit.kind, longDate(exhibit.date)].filter(Boolean).join(" · "));
    write(this.place, `Page ${page} of ${exhibit.pages}`);
    this.cited.hidden = !this.cited_pages.has(page);
    this.text.classList.toggle("wbm-is-cited", this.cited_pages.has(page));
    this.previous.disabled = page <= 1;
    this.next.disabled = page >= exhibit.pages;
    this.say(exhibit.has_text ? "Fetching the page…" : "This exhibit has no text layer: read the document itself. Nothing in it could be checked.");
    if (exhibit.has_text) this.ask(exhibit.exhibit_id, page);
  }

  say(words) {
    this.text.replaceChildren(h("p", { class: "wbm-hint" }, words));
  }

  receive({ exhibit_id: id, page, text, error }) {
    if (this.node.hidden || this.exhibit.exhibit_id !== id || this.page !== page || !this.exhibit.has_text) return;
    if (error) this.say(error);
    else if (!text.trim()) this.say("This page has no text.");
    else this.text.replaceChildren(h("div", { class: "wbm-page-text" }, text));
    this.text.scrollTop = 0;
  }
}

const COMMANDS = {
  pending: ["start", "play", "Start", "Starts drafting every section."],
  generating: ["pause", "pause", "Pause", "Pauses after the step in hand; nothing is lost."],
  paused: ["resume", "play", "Resume", "Goes on where it stopped; nothing is written twice."],
  needs_review: ["resume", "play", "Resume", "Waits for your review; resume when you have decided."],
  completed: [null, "check", "Completed", "Every section is written; nothing is left to start."],
  failed: [null, "cross", "Failed", "The run has ended with a failure; the log says why."],
  cancelled: [null, "stop", "Cancelled", "The run was cancelled; what was written stays."],
};
const ANSWER_AFTER = 5000; // milliseconds until the monitor says that the kernel has not answered
const UPLOAD_PART = 2 * 1024 * 1024; // bytes; Jupyter's server closes a socket on a message over 10 MiB
const FILE_TYPES = ".pdf,.docx,.md,.txt";

/** Right: what the attorney can do, and how far it is. */
class Controls {
  constructor({ send, controls }) {
    this.send = send;
    this.state = null;
    this.asked = null;
    this.status = h("div", { class: "wbm-run-status" });
    this.heard = h("div", { class: "wbm-only-heard", role: "status", "aria-live": "polite" });
    this.hint = h("p", { class: "wbm-hint wbm-main-hint", id: `wbm-hint-${Math.random().toString(36).slice(2)}` });
    this.main = h("button", { type: "button", class: "wbm-main", "aria-describedby": this.hint.id, onclick: () => this.command(COMMANDS[this.state.status][0]) });
    this.cancel = h("button", { type: "button", class: "wbm-button", onclick: () => this.confirm(true) }, icon("stop"), "Cancel");
    this.goOn = h("button", { type: "button", class: "wbm-button", onclick: () => this.confirm(false) }, "Keep it");
    this.question = h(
      "div", { class: "wbm-confirm", role: "group", "aria-label": "Cancel the run?", hidden: true },
      h("p", {}, "End this run for good? What is written stays."),
      h("div", { class: "wbm-row" }, h("button", { type: "button", class: "wbm-button wbm-danger", onclick: () => this.end() }, "End the run"), this.goOn),
    );
    this.file = h("input", { type: "file", class: "wbm-only-heard", accept: FILE_TYPES, multiple: true, tabindex: "-1", "aria-label": "Exhibit files", onchange: () => this.add(this.file.files) });
    this.addButton = h("button", { type: "button", class: "wbm-button wbm-add", title: "PDF, Word, Markdown or text; or drop files here", onclick: () => this.file.click() }, icon("plus"), "Add exhibit");
    this.bar = h("div", { class: "wbm-bar-fill" });
    this.progress = h("div", { class: "wbm-progress", role: "progressbar", "aria-label": "Sections done", "aria-valuemin": "0", "aria-valuemax": "100" }, this.bar);
    this.percentage = h("span", { class: "wbm-percentage" });
    this.figures = Object.fromEntries(["elapsed", "tokens", "cost", "model", "thread"].map((name) => [name, h("dd", { class: `wbm-figure-${name}` })]));
    this.copied = h("button", { type: "button", class: "wbm-copy", title: "Copy the thread id", onclick: () => this.copy() });
    this.figures.thread.append(this.copied);
    this.banners = { notice: h("div", { class: "wbm-banner", "data-severity": "warning", hidden: true }), error: h("div", { class: "wbm-banner", "data-severity": "error", hidden: true }) };
    this.message = h("div", { class: "wbm-banner", "data-severity": "info", hidden: true });
    const actions = controls ? [h("div", { class: "wbm-row" }, this.main, this.cancel), this.hint, this.question] : [];
    this.node = h(
      "div", { class: "wbm-controls" },
      h("div", { class: "wbm-run-head" }, this.status, this.percentage), this.progress, this.heard,
      actions, this.banners.notice, this.banners.error, this.message,
      h("dl", { class: "wbm-figures" }, Object.entries(this.figures).map(([name, value]) => [h("dt", {}, name[0].toUpperCase() + name.slice(1)), value])),
      controls ? [this.addButton, this.file] : [],
    );
  }

  draw(state, before, now) {
    this.state = state;
    if (state.status !== before?.status) this.drawStatus(state);
    if (state.progress !== before?.progress) {
      const { completed, total, percentage } = state.progress;
      write(this.percentage, `${completed} of ${total} · ${percentage.toFixed(1)} %`);
      put(this.progress, "aria-valuenow", String(percentage));
      put(this.progress, "aria-valuetext", `${completed} of ${total} sections, ${percentage.toFixed(1)} %`);
      this.bar.style.width = `${Math.max(0, Math.min(100, percentage))}%`;
    }
    if (state.usage !== before?.usage) {
      const { input_tokens: read, output_tokens: written, cost_usd: cost } = state.usage;
      write(this.figures.tokens, whole.format(read + written));
      put(this.figures.tokens, "title", `${whole.format(read)} read, ${whole.format(written)} written`);
      write(this.figures.cost, money(cost));
      put(this.figures.cost, "title", cost === null ? "The price of this model is not known" : "");
    }
    if (state.model !== before?.model) write(this.figures.model, state.model || "—");
    if (state.thread_id !== before?.thread_id) this.copied.replaceChildren(h("code", {}, state.thread_id), icon("copy"));
    if (state.error !== before?.error || state.status !== before?.status) this.banner("error", state.status === "generating" ? null : state.error);
    this.tick(state, now);
  }

  drawStatus(state) {
    const words = RUN_WORDS[state.status] ?? ["waiting", state.status];
    this.status.replaceChildren(...mark(words));
    put(this.status, "data-status", state.status);
    write(this.heard, `The run: ${words[1]}`);
    this.answered();
    const [command, name, word, hint] = COMMANDS[state.status] ?? [null, "waiting", state.status, ""];
    this.main.replaceChildren(icon(name), word);
    this.main.disabled = !command;
    put(this.main, "data-command", command ?? "");
    write(this.hint, hint);
    const ended = ["completed", "failed", "cancelled"].includes(state.status);
    this.cancel.hidden = ended;
    if (ended) this.confirm(false, false);
  }

  tick(state, now) {
    write(this.figures.elapsed, clock(elapsed(state, now)));
  }

  command(name) {
    if (!name || this.asked) return;
    this.asked = setTimeout(() => this.say("The kernel has not answered yet: it answers when the running cell is done.", "warning"), ANSWER_AFTER);
    this.main.setAttribute("aria-busy", "true");
    write(this.hint, { start: "Starting…", pause: "Pausing after the step in hand…", resume: "Resuming…", cancel: "Cancelling…" }[name]);
    this.send({ type: name });
  }

  answered() {
    clearTimeout(this.asked);
    this.asked = null;
    this.main.removeAttribute("aria-busy");
    this.message.hidden = true;
  }

  confirm(asking, focus = true) {
    this.question.hidden = !asking;
    put(this.cancel, "aria-expanded", String(asking));
    if (focus) (asking ? this.goOn : this.cancel).focus();
  }

  end() {
    this.confirm(false);
    this.answered();
    this.command("cancel");
  }

  /** Sends files in parts, one after another. */
  async add(files) {
    for (const file of files) {
      const upload = `${Date.now()}-${Math.random().toString(36).slice(2)}`;
      const parts = Math.max(1, Math.ceil(file.size / UPLOAD_PART));
      this.say(`Adding ${file.name}…`);
      for (let part = 0; part < parts; part += 1) {
        const bytes = await file.slice(part * UPLOAD_PART, (part + 1) * UPLOAD_PART).arrayBuffer();
        this.send({ type: "add_exhibit", name: file.name, upload, part, parts }, [bytes]);
      }
    }
    this.file.value = "";
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.state.thread_id);
      this.say("The thread id is on the clipboard.");
    } catch {
      getSelection().selectAllChildren(this.copied.firstChild);
      this.say("The thread id is selected: copy it with Ctrl+C.");
    }
  }

  failed(message) {
    const { status } = this.state ?? {};
    this.answered();
    if (COMMANDS[status]) write(this.hint, COMMANDS[status][3]);
    this.say(message, "error");
  }

  say(words, severity = "info") {
    put(this.message, "data-severity", severity);
    this.message.hidden = false;
    this.message.replaceChildren(
      icon(SEVERITY_WORDS[severity][0]), h("span", {}, words),
      h("button", { type: "button", class: "wbm-quiet", "aria-label": "Dismiss", onclick: () => { this.message.hidden = true; } }, icon("close")),
    );
    if (severity !== "info") write(this.heard, words);
  }

  banner(name, words) {
    const node = this.banners[name];
    node.hidden = !words;
    node.replaceChildren(...(words ? [icon(SEVERITY_WORDS[node.dataset.severity][0]), h("span", {}, words)] : []));
  }
}

const LEVELS = ["debug", "info", "warning", "error"];

/** Right, below: the log. Its lines are only ever added, or dropped at the top. */
class Log {
  constructor() {
    this.level = h("select", { "aria-label": "Lowest level shown", onchange: () => this.filter() }, LEVELS.map((level) => h("option", { value: level, selected: level === "info" }, level === "error" ? "errors" : `${level} and up`)));
    this.agent = h("select", { "aria-label": "Agent shown", onchange: () => this.filter() }, h("option", { value: "" }, "all agents"));
    this.list = h("ol", { class: "wbm-log-lines", tabindex: "0", "aria-label": "Log" });
    this.empty = h("p", { class: "wbm-hint wbm-log-empty" }, "No lines yet.");
    this.node = h("section", { class: "wbm-log", "aria-label": "Log" }, h("div", { class: "wbm-log-head" }, h("h3", { class: "wbm-label" }, "Log"), this.level, this.agent), this.list, this.empty);
    this.lines = [];
    this.agents = new Set();
    this.atEnd = true;
    this.list.addEventListener("scroll", () => { this.atEnd = this.list.scrollTop + this.list.clientHeight > this.list.scrollHeight - 12; });
  }

  draw(state, before) {
    if (state.logs === before?.logs) return;
    const last = this.lines.at(-1);
    const overlap = last ? state.logs.lastIndexOf(last) : -1;
    if (overlap < 0) this.list.replaceChildren();
    this.list.append(...state.logs.slice(overlap + 1).map((line) => this.row(line)));
    while (this.list.childElementCount > state.logs.length) this.list.firstElementChild.remove();
    this.lines = state.logs;
    this.filter();
  }

  row(line) {
    if (!this.agents.has(line.agent)) {
      this.agents.add(line.agent);
      this.agent.append(h("option", { value: line.agent }, line.agent));
    }
    const word = line.level === "warning" || line.level === "error" ? h("b", { class: "wbm-level" }, line.level, " ") : null;
    const row = h("li", { "data-level": line.level }, h("time", { datetime: line.at }, timeOfDay(line.at)), h("span", { class: "wbm-agent" }, line.agent), h("span", { class: "wbm-line" }, word, line.message));
    row.line = line;
    return row;
  }

  filter() {
    let shown = 0;
    for (const row of this.list.children) {
      const { level, agent } = row.line;
      row.hidden = LEVELS.indexOf(level) < LEVELS.indexOf(this.level.value) || (this.agent.value !== "" && agent !== this.agent.value);
      shown += row.hidden ? 0 : 1;
    }
    this.empty.hidden = shown > 0;
    write(this.empty, this.lines.length ? "No line passes the filters." : "No lines yet.");
    if (this.atEnd) this.list.scrollTop = this.list.scrollHeight;
  }
}

// ------------------------------------------------------------------------------------------------------ 7 The host

const ASK_AGAIN = 3000; // milliseconds before a fresh state is asked for again
const HELD = 500; // batches kept while one is awaited; what is dropped shows as the next gap

/** State and events in; the state after them out. A gap between batches asks for a fresh state. */
export class Feed {
  constructor(state, { ask, now = () => Date.now() }) {
    this.state = state;
    this.ask = ask;
    this.now = now;
    this.held = [];
    this.askedAt = -Infinity;
  }

  receiveState(state) {
    const same = this.state?.thread_id === state.thread_id;
    if (same && isAfter(this.state.last_event_id, state.last_event_id)) return;
    this.state = state;
    this.askedAt = -Infinity;
    for (const batch of this.held.splice(0)) this.receiveEvents(batch);
  }

  receiveEvents(batch) {
    if (!this.state || (batch.after && isAfter(batch.after, this.state.last_event_id))) {
      if (this.held.push(batch) > HELD) this.held.shift();
      if (this.now() - this.askedAt < ASK_AGAIN) return;
      this.askedAt = this.now();
      this.ask();
      return;
    }
    this.state = fold(this.state, batch.events.filter((event) => isAfter(event.id, this.state.last_event_id)));
  }
}

/** Puts the monitor into an element; answers the function that takes it away again. */
export function mount(el, source) {
  const stopped = new AbortController();
  const { signal } = stopped;
  const send = (message, buffers = []) => source.send(message, buffers);
  const feed = new Feed(source.state(), { ask: () => send({ type: "hello" }) });
  let drawn = null;
  let frame = 0;

  const paper = new Paper({ openCitation, waitsFor: () => source.waitsFor?.() ?? {} });
  const drawer = new PageDrawer({ ask: (exhibit_id, page) => send({ type: "page", exhibit_id, page }), closed: () => {} });
  const outline = new Outline({ goTo: (id) => paper.goTo(id), openExhibit: (id, opener) => openPage(id, 1, [], opener) });
  const controls = new Controls({ send, controls: source.controls !== false });
  const log = new Log();
  const root = h(
    "div", { class: "wbm", role: "group", "aria-label": "Petition monitor" },
    outline.node, paper.node, h("aside", { class: "wbm-pane wbm-run", "aria-label": "The run" }, controls.node, log.node),
    h("div", { class: "wbm-drop", "aria-hidden": "true" }, h("span", {}, "Drop to add as an exhibit")),
  );
  const box = h("div", { class: "wbm-frame" }, root);
  paper.node.append(drawer.node);
  el.append(box);

  function openPage(id, page, cited, opener) {
    const exhibit = drawn.exhibits.find((each) => each.exhibit_id === id);
    if (!exhibit) return controls.say(`No exhibit of this case has the id ${id}: the citation is unresolved.`, "warning");
    drawer.open(exhibit, Math.max(1, Math.min(page, exhibit.pages)), cited, opener);
    const [place, desk] = [opener.getBoundingClientRect(), paper.desk.getBoundingClientRect()];
    if (paper.desk.contains(opener) && place.bottom > desk.bottom - 24) {
      paper.follow(false);
      paper.desk.scrollTop += place.bottom - desk.bottom + desk.height / 3;
    }
  }

  function openCitation({ id, pages }, chip) {
    openPage(id, pages[0] ?? 1, pages, chip);
  }

  function draw() {
    frame = 0;
    const [state, before, now] = [feed.state, drawn, Date.now()];
    if (!state?.sections || state === before) return;
    drawn = state;
    outline.draw(state, before, now);
    paper.draw(state, before);
    controls.draw(state, before, now);
    log.draw(state, before);
    put(root, "data-status", state.status);
  }

  function drawSoon() {
    frame ||= requestAnimationFrame(draw);
  }

  function receive(message) {
    if (message.type === "state") feed.receiveState(message.state);
    else if (message.type === "events") feed.receiveEvents(message);
    else if (message.type === "notice") controls.banner("notice", message.message);
    else if (message.type === "page") drawer.receive(message);
    else if (message.type === "added") controls.say(`Added ${message.name} as an exhibit.`);
    else if (message.type === "failure") controls.failed(message.message);
    drawSoon();
  }

  // Jupyter's shortcuts (Lumino) listen in the capture phase of the document and pass by nodes with this attribute;
  // keys with Ctrl, Alt or Cmd stay Jupyter's: saving works from within the widget.
  window.addEventListener("keydown", (event) => {
    if (event.target instanceof Node && root.contains(event.target)) root.toggleAttribute("data-lm-suppress-shortcuts", !(event.ctrlKey || event.metaKey || event.altKey));
  }, { capture: true, signal });
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation();
    if (event.key === "Escape") controls.question.hidden ? drawer.close() : controls.confirm(false);
    else if (event.key.toLowerCase() === "f" && !event.target.matches("select, input")) paper.follow(!paper.following);
  });
  if (source.controls !== false) acceptDrops(root, (files) => controls.add(files));
  document.addEventListener("visibilitychange", drawSoon, { signal });
  const stop = source.listen(receive);
  const clockwork = setInterval(() => {
    if (!drawn) return;
    controls.tick(drawn, Date.now());
    outline.tick(drawn, Date.now());
  }, 1000);
  controls.banner("notice", source.notice?.() ?? null);
  draw();
  send({ type: "hello" });

  return () => {
    stop?.();
    stopped.abort();
    clearInterval(clockwork);
    cancelAnimationFrame(frame);
    controls.answered();
    box.remove();
  };
}

function acceptDrops(root, add) {
  const files = (event) => event.dataTransfer?.types.includes("Files");
  for (const type of ["dragenter", "dragover"]) {
    root.addEventListener(type, (event) => {
      if (!files(event)) return;
      event.preventDefault();
      event.stopPropagation();
      root.classList.add("wbm-dropping");
    });
  }
  root.addEventListener("dragleave", (event) => root.contains(event.relatedTarget) || root.classList.remove("wbm-dropping"));
  root.addEventListener("drop", (event) => {
    if (!files(event)) return;
    event.preventDefault();
    event.stopPropagation();
    root.classList.remove("wbm-dropping");
    add([...event.dataTransfer.files]);
  });
}

/** The notebook's source: traits and custom messages of an anywidget model. */
export function widgetSource(model) {
  return {
    controls: true,
    state: () => (model.get("state")?.sections ? model.get("state") : null),
    waitsFor: () => model.get("waits_for") ?? {},
    notice: () => model.get("notice"),
    send: (message, buffers) => model.send(message, undefined, buffers),
    listen(handler) {
      const onState = () => handler({ type: "state", state: model.get("state") });
      const onNotice = () => handler({ type: "notice", message: model.get("notice") });
      model.on("msg:custom", handler);
      model.on("change:state", onState);
      model.on("change:notice", onNotice);
      return () => {
        model.off("msg:custom", handler);
        model.off("change:state", onState);
        model.off("change:notice", onNotice);
      };
    },
  };
}

export function render({ model, el }) {
  return mount(el, widgetSource(model));
}

export default { render };
