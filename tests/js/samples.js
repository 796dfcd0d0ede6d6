// Snapshots and events to test with.

const SECTION = {
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
  locked: false,
  edited_by: null,
  instruction: null,
};

export function aSection(section_id, fields = {}) {
  return { ...SECTION, section_id, title: section_id, ...fields };
}

export function aSnapshot(fields = {}) {
  return {
    schema: 1,
    thread_id: "t",
    user_id: "u",
    case_id: "c",
    status: "generating",
    sections: [],
    exhibits: [],
    logs: [],
    last_event_id: "",
    _updated_at: "",
    ...fields,
  };
}

/** Gives events the ids 1-0, 1-1, ... */
export function stampEvents(...events) {
  return events.map((event, index) => ({ ...event, id: `1-${index}`, at: "2026-01-01T00:00:00Z", thread_id: "t" }));
}
