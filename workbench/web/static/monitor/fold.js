// Applies events to a snapshot, as workbench/live/snapshot.py does. Pure; both are tested against the same events.

const LOGS_KEPT = 200;

// Fields and defaults of each model: a field that this version does not know is dropped, as pydantic drops it. One that is
// undefined here is left out where it is absent, as the models leave it out.
const FINDING = {
  check: "",
  severity: "info",
  message: "",
  section_id: null,
  line: null,
  quote: null,
  suggestion: null,
  evidence: [],
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
  model: null,
  passages_sha256: null,
  started_at: null,
  ended_at: null,
  stale: false,
  approved_by: null,
  approved_sha256: null,
  approval_note: null,
  locked: false,
  edited_by: null,
  instruction: null,
  remarks: [],
  earlier: [],
};

const EXHIBIT = {
  exhibit_id: "",
  number: 0,
  title: "",
  kind: "",
  date: "",
  pages: 0,
  sha256: "",
  has_text: true,
  recognized: "",
  has_pictures: true,
  filed: undefined,
};

const LETTER = {
  case_title: "",
  petitioner: "",
  petitioner_kind: "",
  beneficiary: "",
  field_of_endeavor: "",
  filing_date: "",
  criteria: [],
  counsel: [],
  sample: null,
  document_type: undefined,
  rows: undefined,
};

const LOG = { level: "info", message: "", agent: "", at: "" };

/**
 * Returns a reader that fills a value up with a model's defaults.
 *
 * @param {Record<string, unknown>} shape
 * @returns {(value: any) => any}
 */
const shaped = (shape) => (value) =>
  Object.fromEntries(
    Object.entries(shape)
      .map(([name, usual]) => [name, name in value ? value[name] : usual])
      .filter(([, field]) => field !== undefined),
  );

/** @type {(read: (value: any) => any) => (values: any[]) => any[]} */
const each = (read) => (values) => values.map(read);
/** @type {(value: any) => any} */
const asIs = (value) => value;
/** @type {(values: any[] | null) => Finding[] | null} */
const findingsOf = (values) => (values === null ? null : values.map(shaped(FINDING)));

/** @type {(value: any) => SectionState} */
const sectionOf = (value) => {
  const section = shaped(SECTION)(value);
  return { ...section, findings: findingsOf(section.findings) };
};

// A workflow_update may replace these and no others: an event must not forge the stamp or the thread's id.
/** @type {Record<string, (value: any) => any>} */
const FIELDS = {
  user_id: asIs,
  case_id: asIs,
  case_digest: asIs,
  document_type: asIs,
  status: asIs,
  model: asIs,
  started_at: asIs,
  unresolved: asIs,
  letter_findings: (values) => values.map(shaped(FINDING)),
  error: asIs,
  sections: each(sectionOf),
  exhibits: each(shaped(EXHIBIT)),
  logs: each(shaped(LOG)),
  audit: (value) => (value === null ? null : shaped({ count: 0, digest: "" })(value)),
  forked_from: (value) => (value === null ? null : shaped({ thread_id: "", event_id: "" })(value)),
  letter: shaped(LETTER),
  progress: shaped({ completed: 0, total: 0, percentage: 0 }),
  usage: shaped({ input_tokens: 0, output_tokens: 0, cost_usd: 0 }),
};

const SECTION_FIELDS = Object.keys(SECTION).filter((name) => name !== "section_id");

/**
 * Returns the snapshot after one event, by the rule of workbench.live.snapshot.apply.
 *
 * An event of an unknown type changes nothing. A server's own message has no id, since it was never written to the
 * run: it is applied, and the stamp stays that of the last written event.
 *
 * @param {Snapshot} state
 * @param {RunEvent} event
 * @returns {Snapshot}
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
      return { ...state, sections: changeSection(state.sections, event, updateSection), ...stamp };
    case "section_delta":
      return { ...state, sections: changeSection(state.sections, event, appendText), ...stamp };
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

/**
 * Returns the snapshot after events, in order.
 *
 * @param {Snapshot} state
 * @param {RunEvent[]} events
 */
export function fold(state, events) {
  return events.reduce(apply, state);
}

/**
 * Compares two event ids, `<ms>-<seq>`, as numbers: "10-0" is after "9-0". The empty id is before all others.
 *
 * @param {string | null | undefined} id
 * @param {string | null | undefined} other
 */
export function isAfter(id, other) {
  const [ms, seq] = (id || "0-0").split("-").map(Number);
  const [otherMs, otherSeq] = (other || "0-0").split("-").map(Number);
  return ms > otherMs || (ms === otherMs && seq > otherSeq);
}

/**
 * @template {{ section_id: string }} Change
 * @param {SectionState[]} sections
 * @param {Change} event
 * @param {(section: SectionState, event: Change) => SectionState} change
 */
function changeSection(sections, event, change) {
  return sections.map((section) => (section.section_id === event.section_id ? change(section, event) : section));
}

/** @type {(section: SectionState, event: SectionDelta) => SectionState} */
function appendText(section, event) {
  return { ...section, content: section.content + event.text };
}

/** @type {(section: SectionState, event: any) => SectionState} */
function updateSection(section, event) {
  /** @type {any} */
  const next = { ...section };
  for (const name of SECTION_FIELDS)
    if (name in event) next[name] = name === "findings" ? findingsOf(event.findings) : event[name];
  // A section that is drafted anew starts empty, unless the event brings the text.
  if ((event.status === "in_progress" || event.status === "revising") && !("content" in event)) next.content = "";
  return next;
}
