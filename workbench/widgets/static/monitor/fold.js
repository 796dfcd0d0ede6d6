// The fold: the rule of workbench/live/snapshot.py in the browser, pure, and tested against the same events.

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
const LOGS_KEPT = 200;

const FINDING = {
  check: "",
  severity: "info",
  message: "",
  section_id: null,
  line: null,
  quote: null,
  suggestion: null,
};

const SECTION = {
  section_id: "",
  title: "",
  status: "pending",
  content: "",
  tokens_used: 0,
  attempts: 0,
  findings: [],
  prompt_version: null,
  started_at: null,
  ended_at: null,
  stale: false,
  approved_by: null,
  approved_sha256: null,
  locked: false,
  edited_by: null,
  instruction: null,
};

const EXHIBIT = { exhibit_id: "", number: 0, title: "", kind: "", date: "", pages: 0, sha256: "", has_text: true };

const LETTER = {
  case_title: "",
  petitioner: "",
  beneficiary: "",
  field_of_endeavor: "",
  filing_date: "",
  criteria: [],
  counsel: [],
  sample: null,
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
  user_id: asIs,
  case_id: asIs,
  case_digest: asIs,
  document_type: asIs,
  status: asIs,
  model: asIs,
  started_at: asIs,
  unresolved: asIs,
  error: asIs,
  sections: each(sectionOf),
  exhibits: each(shaped(EXHIBIT)),
  logs: each(shaped(LOG)),
  forked_from: (value) => (value === null ? null : shaped({ thread_id: "", event_id: "" })(value)),
  letter: shaped(LETTER),
  progress: shaped({ completed: 0, total: 0, percentage: 0 }),
  usage: shaped({ input_tokens: 0, output_tokens: 0, cost_usd: 0 }),
};

const SECTION_FIELDS = Object.keys(SECTION).filter((name) => name !== "section_id");

/**
 * The state after one event: the same rule as workbench.live.snapshot.apply. An unknown type changes nothing.
 *
 * What a server only says has no id: it is shown, and leaves the stamp of what was written.
 */
export function apply(state, event) {
  const stamp = event.id ? { last_event_id: event.id, _updated_at: event.at ?? "" } : {};
  switch (event.type) {
    case "workflow_update": {
      const named = Object.keys(event.update).filter((name) => Object.hasOwn(FIELDS, name));
      return {
        ...state,
        ...Object.fromEntries(named.map((name) => [name, FIELDS[name](event.update[name])])),
        ...stamp,
      };
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
      return (event.section_id ?? null) === null
        ? { ...state, error: event.message, ...stamp }
        : { ...state, ...stamp };
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
  for (const name of SECTION_FIELDS)
    if (name in event) next[name] = name === "findings" ? findingsOf(event.findings) : event[name];
  if ((event.status === "in_progress" || event.status === "revising") && !("content" in event)) next.content = "";
  return next;
}
