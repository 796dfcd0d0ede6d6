// Types of what crosses the wire, named in the JSDoc of workbench's ES modules and global to them.
//
// The fields of Snapshot, SectionState, Exhibit, Letter, LogLine, Progress, Usage, Fork and Finding are those of the
// pydantic models in workbench/live/snapshot.py, workbench/live/events.py and workbench/checks/finding.py;
// tests/web/test_js_types.py compares the names.

type RunStatus = "pending" | "generating" | "paused" | "needs_review" | "completed" | "failed" | "cancelled";

type SectionStatus =
  "pending" | "in_progress" | "validating" | "revising" | "needs_review" | "approved" | "completed" | "failed";

type Level = "debug" | "info" | "warning" | "error";
type Severity = "error" | "warning" | "info";

interface Finding {
  check: string;
  severity: Severity;
  message: string;
  section_id: string | null;
  line: number | null;
  quote: string | null;
  suggestion: string | null;
  evidence: EvidencePlace[];
}

/** Words of an exhibit page. */
interface EvidencePlace {
  exhibit_id: string;
  page: number;
  quote: string;
}

/** Messages of a language, by the English ones; as `make_js_catalogue` in workbench/text/catalogue.py writes it. */
interface Catalogue {
  language: string;
  plural: (count: number) => number;
  messages: Record<string, string | string[]>;
}

type Verdict = "supported" | "partly" | "not found" | "contradicted" | "not checked";

/** A sentence with its verdict; as in workbench/checks/report.py, with its digest. */
interface CheckedSentence {
  section_id: string | null;
  line: number;
  text: string;
  verdict: Verdict;
  score: number | null;
  evidence: EvidencePlace | null;
  why: string;
  sha256: string;
}

/** The check report as `describe_report` in workbench/workflow/run_check.py makes it. */
interface CheckReport {
  findings: Finding[];
  sentences: CheckedSentence[];
}

/** A finding or a sentence that a person must look at. */
interface ExceptionItem {
  about: string;
  section_id: string;
  section: string;
  sentence: string;
  line: number;
  label: string;
  verdict: string;
  why: string;
  evidence: EvidencePlace | null;
  order: number;
}

/** A person's word on a sentence; as in workbench/live/snapshot.py. */
interface SentenceRemark {
  kind: "confirmed" | "rejected" | "comment";
  sentence: string;
  sentence_sha256: string;
  finding: string | null;
  note: string | null;
  user_id: string;
  at: string;
}

interface SectionState {
  section_id: string;
  title: string;
  status: SectionStatus;
  content: string;
  tokens_used: number;
  attempts: number;
  findings: Finding[] | null;
  prompt_version: string | null;
  model: string | null;
  passages_sha256: string | null;
  started_at: string | null;
  ended_at: string | null;
  stale: boolean;
  approved_by: string | null;
  approved_sha256: string | null;
  approval_note: string | null;
  locked: boolean;
  edited_by: string | null;
  instruction: string | null;
  remarks: SentenceRemark[];
  earlier: EarlierText[];
}

/** Text of a section before a revision; as in workbench/checks/earlier_text.py. */
interface EarlierText {
  content: string;
  approved_by: string | null;
  confirmed: string[];
  rejected: string[];
  note: string;
}

interface Exhibit {
  exhibit_id: string;
  number: number;
  title: string;
  kind: string;
  date: string;
  pages: number;
  sha256: string;
  has_text: boolean;
  recognized: string;
  has_pictures: boolean;
  filed?: boolean;
}

interface Letter {
  case_title: string;
  petitioner: string;
  petitioner_kind: string;
  beneficiary: string;
  field_of_endeavor: string;
  filing_date: string;
  criteria: string[];
  counsel: string[];
  sample: string | null;
  document_type?: string;
  rows?: [string, string][];
}

interface LogLine {
  level: Level;
  message: string;
  agent: string;
  at: string;
}

interface Progress {
  completed: number;
  total: number;
  percentage: number;
}

interface Usage {
  input_tokens: number;
  output_tokens: number;
  cost_usd: number | null;
}

interface Fork {
  thread_id: string;
  event_id: string;
}

interface AuditHead {
  count: number;
  digest: string;
}

/** A run at one moment, as in the traits of the monitor and in `initial_state` of the socket. */
interface Snapshot {
  schema: number;
  thread_id: string;
  user_id: string;
  case_id: string;
  case_digest: string;
  document_type: string;
  status: RunStatus;
  sections: SectionState[];
  exhibits: Exhibit[];
  logs: LogLine[];
  letter: Letter;
  progress: Progress;
  usage: Usage;
  model: string;
  started_at: string;
  _updated_at: string;
  last_event_id: string;
  unresolved: string[];
  letter_findings: Finding[];
  error: string | null;
  forked_from: Fork | null;
  audit: AuditHead | null;
}

/** The stamp. A server's own message has no id: it was never written to the run. */
interface Stamp {
  id?: string | null;
  at?: string;
  thread_id?: string;
  schema?: number;
}

interface WorkflowUpdate extends Stamp {
  type: "workflow_update";
  update: Record<string, unknown>;
}

interface SectionUpdate extends Stamp, Partial<Omit<SectionState, "section_id">> {
  type: "section_update";
  section_id: string;
}

interface SectionDelta extends Stamp {
  type: "section_delta";
  section_id: string;
  text: string;
}

interface LogEntry extends Stamp {
  type: "log_entry";
  log: LogLine;
}

interface StatusChange extends Stamp {
  type: "status_change";
  status: RunStatus;
}

interface ProgressUpdate extends Stamp, Progress {
  type: "progress_update";
}

interface ErrorRaised extends Stamp {
  type: "error";
  message: string;
  section_id?: string | null;
}

/** One event of a run. `Event` is taken by the DOM. */
type RunEvent = WorkflowUpdate | SectionUpdate | SectionDelta | LogEntry | StatusChange | ProgressUpdate | ErrorRaised;

/** Events in order; `after` is the id that they follow, empty where the sender does not say. */
interface EventBatch {
  after?: string;
  events: RunEvent[];
}

/** A view's message, and one to a view: workbench/widgets/messages.py. */
type Message = { type: string; [field: string]: any };

/** What a host brings to a view. `listen` returns the function that ends it. */
interface MessageSource {
  send(message: Message, buffers?: ArrayBuffer[]): void;
  listen(handler: (message: any) => void): () => void;
}

interface MonitorSource extends MessageSource {
  controls: boolean;
  state(): Snapshot | null;
  waitsFor?(): Record<string, string[]>;
  notice?(): string | null;
  reading?(): void;
  over?(): boolean | undefined;
  embed?(modelId: string, host: HTMLElement): Promise<() => void>;
}

/** The part of an anywidget model that the widgets use. */
interface WidgetModel {
  get(name: string): any;
  on(names: string, handler: (message: any) => void): void;
  off(names: string, handler: (message: any) => void): void;
  send(message: Message, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
  widget_manager?: {
    kernel?: { dispose?(): void };
    get_model?(modelId: string): Promise<any>;
    create_view?(model: any): Promise<any>;
  };
}

/** A read-only link of the run, without its token. */
interface LinkRow {
  id: string;
  created_at: string;
  expires_at: string;
  redact: boolean;
  revoked: boolean;
  opened: number;
  last_at: string | null;
  last_from: string | null;
}

/** A row of `GET /api/documents`. */
interface DocumentRow {
  thread_id: string;
  case_id: string;
  document_type: string;
  status: RunStatus;
  beneficiary?: string;
  progress?: Partial<Progress>;
  orphan?: boolean;
  approved?: number;
  user_id?: string;
  started_at?: string;
  forked_from?: { thread_id: string; event_id: string } | null;
  _updated_at?: string;
}

/** What of the list of runs is asked for. */
interface RunsWanted {
  limit: number;
  case?: string;
  state?: string;
}

/** The answer of `/api/documents`: the first rows, and how many runs there are of that kind. */
interface RunsFound {
  documents: DocumentRow[];
  total: number;
}

/** A row of a run's history: workbench's `History` as the timeline gets it. */
interface MomentRow {
  id: string;
  at: string;
  what: string;
  status: string;
  section_id: string | null;
  title?: string;
  who?: string;
  note?: string | null;
  progress?: number;
}

/** A pane of the monitor: it compares parts of the two states by identity, and touches what differs. */
interface View {
  draw(state: Snapshot, before: Snapshot | null, now: number): void;
  tick?(state: Snapshot, now: number): void;
}

/** The way a viewer's page gets its events: see `Connection` in socket.js. */
type ConnectionState =
  { is: "opening" | "live" | "polling" | "comm" } | { is: "waiting"; until: number } | { is: "ended"; why: string };

/** A stretch of time, in milliseconds. */
interface Span {
  from: number;
  to: number;
}

/** A stretch of work, and where it begins on the axis. */
interface Stretch extends Span {
  percent: number;
}

/** A moment of the timeline in its place. */
interface Placed {
  row: MomentRow;
  key: string;
  lane: number;
  x: number;
}

/** A viewer's way to one run. `times` overrides entries of TIMES in socket.js, in milliseconds. */
interface ConnectionOptions {
  servers: string[];
  thread: string;
  token: string;
  useWebSocket?: boolean;
  comm?: MessageSource | null;
  times?: Record<string, number>;
}

/** The answer to one poll. */
interface Preview {
  state?: Snapshot;
  same?: boolean;
  writer?: string | null;
  tag?: string | null;
  refused?: string | null;
  after?: number;
}

/** A version of a prompt, as in `state_of` of workbench/widgets/tuner_messages.py. */
interface PromptVersion {
  ref: string;
  part: "section" | "system";
  standing: "filing" | "candidate" | "retired";
  note: string;
  author: string;
  date: string | null;
  parent: string | null;
  shipped: boolean;
}

/** A draft of the tuner: `draft_of` of workbench/widgets/tuner_messages.py. */
interface TunerDraft {
  id: string;
  prompt: string;
  version: string;
  model: string;
  repeat: number;
  status: "waiting" | "writing" | "done" | "failed" | "stopped";
  text: string;
  error: string | null;
  words: number;
  label: string | null;
  cached: boolean;
  cut_off: string | null;
  latency_s: number | null;
  first_text_s: number | null;
  at: string | null;
  input_tokens: number;
  output_tokens: number;
  cost_usd: number | null;
  findings: Finding[];
  rating: number | null;
  kept: boolean;
  comment: string;
}
