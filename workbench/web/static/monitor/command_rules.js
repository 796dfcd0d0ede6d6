// Rules of the attorney's commands on a section. Pure.

import { _, ngettext } from "./catalogue.js";
import { nameDocument } from "./document_names.js";
import { BUSY, FINISHED, SECTION_LABELS } from "./formatting.js";

/**
 * By command: the button's label, its icon, and what it does.
 *
 * @type {Record<string, [label: string, icon: string, about: string]>}
 */
export const DECISIONS = {
  approve: [_("Approve"), "seal", _("Puts your name to this text. Any change of the text undoes it.")],
  withdraw: [_("Withdraw"), "back", _("Takes the approval back; the text stays.")],
  reject: [_("Reject…"), "back", _("Has the section drafted again, with your reason.")],
  edit: [_("Edit"), "pen", _("Edit the text yourself.")],
  regenerate: [_("Regenerate…"), "again", _("Has the section drafted again; the present text stays in the history.")],
  lock: [_("Lock"), "lock", _("Nobody changes the text, machine or attorney, until it is unlocked.")],
  unlock: [_("Unlock"), "unlock", _("Lets the text be changed again.")],
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
  if (state.status === "cancelled") return _("The run was cancelled: its sections can only be read.");
  if (CHANGES.has(action) && section.locked) return _("The section is locked: unlock it first.");
  if ((CHANGES.has(action) || action === "approve") && BUSY.has(section.status) && state.status === "generating")
    return _("The section is being drafted: wait for it, or pause the run.");
  if (action === "approve" && section.status === "approved")
    return section.approved_by
      ? _("Approved already by {user}.", { user: section.approved_by })
      : _("Approved already.");
  if (action === "approve" && (!WRITTEN.has(section.status) || !section.content.trim()))
    return _("There is no finished text yet.");
  const fatal = errorFindings(section).find((finding) => BEYOND_REASONS.has(finding.check));
  if (action === "approve" && fatal)
    return _("No reason lifts this error: {error} Edit or reject the section.", { error: fatal.message });
  if (action === "withdraw" && section.status !== "approved") return _("The section is not approved.");
  if ((action === "reject" || action === "regenerate") && isAssembled(section, state))
    return _(
      "The offline assembler cannot use a reason and would draft the same text again: edit the section instead.",
    );
  if (action === "reject" && !FINISHED.has(section.status)) return _("There is no finished text yet.");
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
  const { noun } = nameDocument(state);
  if (!open) return _("Nothing waits for you any more: Resume finishes the {document}.", { document: noun });
  return ngettext(
    "Decide on the section below: the {document} is finished after the last. Resume only looks whether that is so.",
    "Decide on the {count} sections below: the {document} is finished after the last. Resume only looks whether that is so.",
    open,
    { document: noun },
  );
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
  const digest = section.approved_sha256?.slice(0, 12);
  return [
    shape,
    _("Approved by {user}", { user: section.approved_by }),
    digest
      ? _("Binds to this very text (sha256 {digest}…): any change undoes the approval.", { digest })
      : _("Binds to this very text: any change undoes the approval."),
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
    said.push(["lock", _("Locked"), _("Nobody changes the text, machine or attorney, until it is unlocked.")]);
  if (section.edited_by)
    said.push(["pen", _("Edited by {user}", { user: section.edited_by }), _("The present text was edited by hand.")]);
  if (section.stale)
    said.push([
      "warn",
      _("Out of date"),
      _("What it was drafted from has changed since: an exhibit, the case, or a section that it summarises."),
    ]);
  if (section.approval_note) said.push(["note", _("Approved with a reason"), section.approval_note]);
  if (section.instruction) said.push(["note", _("Instruction pending"), section.instruction]);
  return said;
}
