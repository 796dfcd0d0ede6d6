// Rules of the attorney's commands on a section. Pure.

import { nameDocument } from "./document_names.js";
import { BUSY, FINISHED, pluralize, SECTION_LABELS } from "./formatting.js";

/**
 * By command: the button's label, its icon, and what it does.
 *
 * @type {Record<string, [label: string, icon: string, about: string]>}
 */
export const DECISIONS = {
  approve: ["Approve", "seal", "Puts your name to this text. Any change of the text undoes it."],
  withdraw: ["Withdraw", "back", "Takes the approval back; the text stays."],
  reject: ["Reject…", "back", "Has the section written again, with your note."],
  edit: ["Edit", "pen", "Write in the text yourself."],
  regenerate: ["Regenerate…", "again", "Has the section written again; the present text stays in the history."],
  lock: ["Lock", "lock", "Nobody changes the text, machine or attorney, until it is unlocked."],
  unlock: ["Unlock", "unlock", "Lets the text be changed again."],
};

/** @type {(section: SectionState) => Finding[]} */
export const errorFindings = (section) => (section.findings ?? []).filter((finding) => finding.severity === "error");

const CHANGES = new Set(["reject", "edit", "regenerate"]);
/** Checks whose errors no reason lifts, as in workbench/workflow/section_commands.py. */
const BEYOND_REASONS = new Set(["exhibit-exists", "legal-citation"]);
const WRITTEN = new Set(["needs_review", "approved", "completed"]);

/**
 * Returns why a command cannot be given for a section, or null where it can.
 *
 * The kernel decides again (workbench/workflow/section_commands.py); this only saves the attorney a refusal.
 *
 * @param {string} action
 * @param {SectionState} section
 * @param {Snapshot} state
 */
export function reasonAgainst(action, section, state) {
  if (state.status === "cancelled") return "The run was cancelled: its sections can only be read.";
  if (CHANGES.has(action) && section.locked) return "The section is locked: unlock it first.";
  if ((CHANGES.has(action) || action === "approve") && BUSY.has(section.status) && state.status === "generating")
    return "The section is being written: wait for it, or pause the run.";
  if (action === "approve" && section.status === "approved")
    return `Approved already${section.approved_by ? ` by ${section.approved_by}` : ""}.`;
  if (action === "approve" && (!WRITTEN.has(section.status) || !section.content.trim()))
    return "There is no finished text yet.";
  const fatal = errorFindings(section).find((finding) => BEYOND_REASONS.has(finding.check));
  if (action === "approve" && fatal) return `No reason lifts this error: ${fatal.message} Edit or reject the section.`;
  if (action === "withdraw" && section.status !== "approved") return "The section is not approved.";
  if ((action === "reject" || action === "regenerate") && isAssembled(section, state))
    return "The offline assembler cannot use a note and would write the same text again: edit the section instead.";
  if (action === "reject" && !FINISHED.has(section.status)) return "There is no finished text yet.";
  return null;
}

/**
 * Tells whether the text is the offline assembler's, and it would write the same again.
 *
 * @type {(section: SectionState, state: Snapshot) => boolean}
 */
const isAssembled = (section, state) =>
  state.model.startsWith("offline assembler") &&
  WRITTEN.has(section.status) &&
  Boolean(section.content) &&
  !section.edited_by &&
  !section.stale;

/**
 * The sections that wait for the attorney, in the letter's order.
 *
 * @type {(state: Snapshot) => SectionState[]}
 */
export const sectionsInReview = (state) =>
  state.sections.filter((section) => section.status === "needs_review" || section.status === "failed");

/**
 * Says what a run in review waits for, and what Resume does about it.
 *
 * @param {Snapshot} state
 */
export function describeResume(state) {
  const open = sectionsInReview(state).length;
  if (!open) return `Nothing waits for you any more: Resume finishes the ${nameDocument(state).noun}.`;
  return `Decide on the ${open === 1 ? "section" : pluralize(open, "section")} below: the ${nameDocument(state).noun} is finished after the last. Resume only looks whether that is so.`;
}

/**
 * Words a section's status.
 *
 * @param {SectionState} section
 * @returns {[icon: string, words: string, explanation: string]}
 */
export function describeStatus(section) {
  const [shape, word] = SECTION_LABELS[section.status] ?? ["waiting", section.status];
  if (section.status !== "approved" || !section.approved_by) return [shape, word, ""];
  const digest = section.approved_sha256 ? ` (sha256 ${section.approved_sha256.slice(0, 12)}…)` : "";
  return [
    shape,
    `${word} by ${section.approved_by}`,
    `Binds to this very text${digest}: any change undoes the approval.`,
  ];
}

/**
 * Words a section's other properties: locked, edited, out of date, an instruction pending.
 *
 * @param {SectionState} section
 */
export function describeProperties(section) {
  /** @type {[icon: string, words: string, explanation: string][]} */
  const said = [];
  if (section.locked)
    said.push(["lock", "Locked", "Nobody changes the text, machine or attorney, until it is unlocked."]);
  if (section.edited_by) said.push(["pen", `Edited by ${section.edited_by}`, "The present text was written by hand."]);
  if (section.stale)
    said.push([
      "warn",
      "Out of date",
      "What it was drafted from has changed since: an exhibit, the case, or a section that it summarises.",
    ]);
  if (section.approval_note) said.push(["note", "Approved with a reason", section.approval_note]);
  if (section.instruction) said.push(["note", "Instruction pending", section.instruction]);
  return said;
}
