"""Commands on a section: conditions and consequences. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from workbench.checks.earlier_text import EarlierText, add_earlier
from workbench.checks.finding import Finding
from workbench.drafting.cleaning import clean_markdown
from workbench.drafting.sections import SECTIONS
from workbench.errors import InputError, Problem, TransitionError
from workbench.live import events
from workbench.live.snapshot import SectionState, SentenceRemark, Snapshot
from workbench.text.clock import now
from workbench.text.count_noun import count_noun
from workbench.text.digest import text_digest
from workbench.workflow.commands import Command, check_status

FINISHED = frozenset({"needs_review", "approved", "completed"})
"""Section statuses with a text that is not being drafted: checked, or written by hand."""

AT_REST = FINISHED | {"failed"}
"""Section statuses in which nothing more happens by itself."""

_BEING_DRAFTED = frozenset({"in_progress", "validating", "revising"})
_UNAPPROVED: Mapping[str, None] = {"approved_by": None, "approved_sha256": None, "approval_note": None}
REDRAFTED = frozenset({"reject", "regenerate"})
"""Decisions after which the section is drafted again."""

_CHANGES_TEXT = REDRAFTED | {"edit"}

MOST_REMARKS = 500
"""Remarks of one section, which every snapshot carries."""

_REMARK_KINDS: Mapping[str, Literal["confirmed", "rejected", "comment"]] = {
    "confirm_sentence": "confirmed",
    "reject_sentence": "rejected",
    "comment": "comment",
}
_SENTENCE_WORDS = {
    "confirm_sentence": "confirmed",
    "reject_sentence": "rejected",
    "comment": "commented on",
}

BEYOND_REASONS = frozenset({"exhibit-exists", "legal-citation"})
"""Checks whose errors no reason lifts: an exhibit that is not there, an authority that must not be cited."""


def check_section_command(command: Command, snapshot: Snapshot) -> SectionState:
    """Returns the section of a command that its state allows.

    Raises:
        InputError: There is no such section, or the command lacks what this state asks for.
        TransitionError: The run, or the section, is in a state that does not allow it.
    """
    section = _find_section(command, snapshot)
    if command.action in _CHANGES_TEXT and section.locked:
        raise TransitionError(f"cannot {command.action} section {section.section_id}: it is locked; unlock it first")
    if command.action in {*_CHANGES_TEXT, "approve"} and _is_being_drafted(section, snapshot):
        raise TransitionError(
            f"cannot {command.action} section {section.section_id}: it is being drafted; wait for it, or pause the run"
        )
    # Two people at one section: the second must see the first one's text before replacing it.
    if command.base is not None and command.base != text_digest(section.content):
        raise TransitionError(
            f"cannot {command.action} section {section.section_id}: its text has changed since you read it; "
            "look at what stands there now"
        )
    _check_action(command, section)
    return section


def check_sentence_command(command: Command, snapshot: Snapshot) -> SectionState:
    """Returns the section of a word on a sentence, which may be said at any time.

    Raises:
        InputError: There is no such section, or it has too many remarks.
        TransitionError: The run is cancelled, or the sentence does not stand there any more.
    """
    section = _find_section(command, snapshot)
    # Blanks are not compared: a page shows a sentence without the line ends of its Markdown.
    if " ".join((command.text or "").split()) not in " ".join(section.content.split()):
        raise TransitionError(
            f"that sentence does not stand in section {section.section_id} any more; look at what stands there now"
        )
    if len(section.remarks) >= MOST_REMARKS:
        raise InputError(Problem(f"{section.section_id} has {MOST_REMARKS} remarks", "edit the section"))
    return section


def build_sentence_events(command: Command, section: SectionState) -> list[events.Event]:
    """Builds the events of a word on a sentence.

    A decision replaces the earlier one on the same sentence and finding; the audit record keeps both.
    """
    sentence = command.text or ""
    remark = SentenceRemark(
        kind=_REMARK_KINDS[command.action],
        sentence=sentence,
        sentence_sha256=text_digest(sentence),
        finding=command.finding,
        note=command.note,
        user_id=command.user_id,
        at=now(),
    )
    kept = [each for each in section.remarks if remark.kind == "comment" or not _is_same_question(each, remark)]
    line = f"{section.title}: sentence {_SENTENCE_WORDS[command.action]}" + (
        f": {command.note}" if command.note else ""
    )
    return [
        events.SectionUpdate(
            section_id=section.section_id, remarks=[each.model_dump(mode="json") for each in (*kept, remark)]
        ),
        events.log(f"{line} ({command.user_id})", agent="attorney"),
    ]


def _is_same_question(one: SentenceRemark, other: SentenceRemark) -> bool:
    return (
        one.kind != "comment"
        and other.kind != "comment"
        and (one.sentence_sha256, one.finding) == (other.sentence_sha256, other.finding)
    )


def check_offline_redraft(command: Command, section: SectionState) -> None:
    """Raises TransitionError where the offline assembler would change nothing.

    It writes from the facts of the case alone: the same text again, which would only cost the approval.
    """
    same = section.status in FINISHED and section.edited_by is None and not section.stale
    if command.action in REDRAFTED and same and section.content:
        raise TransitionError(
            f"cannot {command.action} section {section.section_id}: the offline assembler cannot use a note and would "
            "write the same text again; edit the section, or set WORKBENCH_MODEL"
        )


def _check_action(command: Command, section: SectionState) -> None:
    match command.action:
        case "approve":
            _check_approval(command, section)
        case "withdraw" if section.status != "approved":
            raise TransitionError(f"section {section.section_id} is not approved: there is nothing to withdraw")
        case "reject" if section.status not in AT_REST:
            raise TransitionError(f"cannot reject section {section.section_id}: it is {section.status}")
        case "lock" if section.locked:
            raise TransitionError(f"section {section.section_id} is locked already")
        case "unlock" if not section.locked:
            raise TransitionError(f"section {section.section_id} is not locked")
        case _:
            pass


def _find_section(command: Command, snapshot: Snapshot) -> SectionState:
    check_status(command, snapshot.thread_id, snapshot.status)
    known = [section.section_id for section in snapshot.sections]
    if command.section_id not in known:
        raise InputError(
            Problem(
                f"{snapshot.thread_id} has no section {command.section_id!r}", f"use one of {', '.join(known)}",
                field="section_id",
            )
        )  # fmt: skip
    return snapshot.section(command.section_id)


def clean_text(text: str, title: str) -> str:
    """Cleans a text written by hand, as sections hold it.

    Raises:
        InputError: It holds what no section may hold (HTML, images, raw blocks): the attorney's words are never
            changed unseen.
    """
    cleaned = clean_markdown(text, title=title)
    if not cleaned.strip():
        raise InputError(Problem("nothing is left of the text", "write Markdown", field="text"))
    kept = [_split_words(line) for line in cleaned.splitlines()]
    lines = text.strip().splitlines()
    # A first line that repeats the section's title is dropped by the cleaner, and no loss of the attorney's words.
    repeats_title = bool(lines) and lines[0].startswith(("#", "**")) and _split_words(lines[0]) != kept[0]
    for number, line in enumerate(lines, start=1):
        # Compared by words: the cleaner may change blanks, but no words.
        if _split_words(line) not in [[], *kept] and not (number == 1 and repeats_title):
            raise InputError(
                Problem(
                    f"line {number} holds what a section may not: {line.strip()[:60]!r}",
                    "write Markdown without HTML, images, links, mathematics or raw blocks",
                    field="text",
                )
            )
    return cleaned


def _split_words(line: str) -> list[str]:
    return [word for word in line.split() if word.strip("#")]


def build_events(
    command: Command, snapshot: Snapshot, text: str = "", findings: Sequence[Finding] = ()
) -> list[events.Event]:
    """Builds the events that a command entails.

    To be called once :func:`check_section_command` has let it pass.

    Args:
        command: The command.
        snapshot: The run before it.
        text: Of an edit, from :func:`clean_text`.
        findings: Of the checks, on that text.
    """
    section = snapshot.section(command.section_id or "")
    match command.action:
        case "approve":
            changes: dict[str, Any] = {
                "status": "approved",
                "approved_by": command.user_id,
                # Binds the approval to this text: any change of it undoes the approval.
                "approved_sha256": text_digest(section.content),
                "approval_note": command.note,
                **_forget_earlier(section),
            }
        case "withdraw":
            changes = {"status": "needs_review" if _has_errors(section.findings) else "completed", **_UNAPPROVED}
        case "edit":
            changes = {
                "status": "needs_review" if _has_errors(findings) else "completed",
                "content": text,
                "findings": [finding.model_dump(exclude_none=True) for finding in findings],
                "edited_by": command.user_id,
                "instruction": None,
                "stale": False,
                "ended_at": now(),
                **_UNAPPROVED,
                # What a person struck is not lost.
                **_forget_earlier(section),
            }
        case "reject" | "regenerate":
            changes = {
                "status": "pending",
                "content": section.content,
                # The text stays until the next draft begins: the writer is given it with the note.
                "attempts": 0,
                "instruction": command.note,
                "ended_at": None,
                # While the snapshot still says who approved the text.
                "earlier": dump_earlier(keep_earlier(section, command.note or "")),
                **_UNAPPROVED,
            }
        case _:
            changes = {"locked": command.action == "lock"}
    line = f"{section.title}: {_LOG_WORDS[command.action]}" + (f": {command.note}" if command.note else "")
    return [
        events.SectionUpdate(section_id=section.section_id, **changes),
        *(mark_dependents_stale(snapshot, section.section_id) if command.action == "edit" else ()),
        events.log(f"{line} ({command.user_id})", agent="attorney"),
    ]


def keep_earlier(section: SectionState, note: str = "") -> tuple[EarlierText, ...]:
    """Returns a section's earlier texts with the present one, before it is drafted again.

    Args:
        section: As it stands.
        note: What the attorney asks of the next draft.
    """
    text = EarlierText(
        content=section.content,
        approved_by=section.approved_by or section.edited_by,
        confirmed=_list_sentences(section, "confirmed"),
        rejected=_list_sentences(section, "rejected"),
        note=note,
    )
    return add_earlier(section.earlier, text)


def dump_earlier(texts: Sequence[EarlierText]) -> list[dict[str, Any]]:
    """Returns earlier texts as events carry them."""
    return [text.model_dump(mode="json") for text in texts]


def _list_sentences(section: SectionState, kind: str) -> tuple[str, ...]:
    return tuple(remark.sentence for remark in section.remarks if remark.kind == kind)


def _forget_earlier(section: SectionState) -> dict[str, list[Any]]:
    return {"earlier": []} if section.earlier else {}


_LOG_WORDS = {
    "approve": "approved",
    "withdraw": "approval withdrawn",
    "reject": "rejected",
    "edit": "edited by hand",
    "regenerate": "to be drafted again",
    "lock": "locked",
    "unlock": "unlocked",
}


def mark_dependents_stale(snapshot: Snapshot, section_id: str) -> list[events.Event]:
    """Marks finished sections that summarise a changed one."""
    return [
        events.SectionUpdate(section_id=other.section_id, stale=True)
        for other in snapshot.sections
        if other.status in FINISHED
        and not other.stale
        and other.section_id in SECTIONS
        and section_id in SECTIONS[other.section_id].after
    ]


def is_beyond_reasons(finding: Finding) -> bool:
    """Tells whether an error stays whatever reason is given for it."""
    return finding.severity == "error" and finding.check in BEYOND_REASONS


def _has_errors(findings: Sequence[Finding]) -> bool:
    return any(finding.severity == "error" for finding in findings)


def _is_being_drafted(section: SectionState, snapshot: Snapshot) -> bool:
    # In a paused run nothing is being drafted, whatever the section says.
    return section.status in _BEING_DRAFTED and snapshot.status == "generating"


def _check_approval(command: Command, section: SectionState) -> None:
    if section.status not in FINISHED or not section.content.strip():
        state = section.status if section.content.strip() else "without text"
        raise TransitionError(f"cannot approve section {section.section_id}: it is {state}")
    fatal = [finding for finding in section.findings if is_beyond_reasons(finding)]
    if fatal:
        raise TransitionError(
            f"cannot approve section {section.section_id}, with or without a reason: {fatal[0].message.rstrip('.')}; "
            "edit or reject it"
        )
    errors = sum(finding.severity == "error" for finding in section.findings)
    # See docs/decisions.md, "An approval over open errors needs a note".
    if errors and command.note is None:
        raise InputError(
            Problem(
                f"{section.section_id} has {count_noun(errors, 'open error')}",
                "approve it with a note that says why, or edit or reject it",
                field="note",
            )
        )
