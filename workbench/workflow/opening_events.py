"""Events and audit entries with which a writer begins: of a new run, and of one that it takes over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from workbench.case.model import Case
from workbench.live import events
from workbench.live.journal import Journal
from workbench.live.snapshot import SectionState, Snapshot
from workbench.text.digest import text_digest
from workbench.workflow.initial_snapshot import build_exhibit_states, build_letter, collect_page_texts
from workbench.workflow.planning import clean_partial_drafts, mark_finished_stale

_HEAD = frozenset(Snapshot.model_fields) - {
    "schema_", "thread_id", "status", "logs", "last_event_id", "updated_at", "audit"
}  # fmt: skip
"""Fields in the first event of a run, so that its events alone tell all of it (:mod:`workbench.record.history`)."""


def emit_first_events(journal: Journal, initial: Snapshot, case: Case, model: str, notes: Iterable[str]) -> None:
    """Emits the first events of a run, with the texts of its exhibits.

    Args:
        journal: Of the new run.
        initial: The run before its first event.
        case: Its case.
        model: Label of the model that drafts, or empty.
        notes: Warnings for the run's log.
    """
    fork = initial.forked_from
    if fork is not None:
        journal.record("fork", user_id=initial.user_id, note=f"{fork.thread_id} at {fork.event_id}")
    journal.add_pages(collect_page_texts(case))
    # See docs/decisions.md, "The first event of a run contains its whole initial state".
    head = {name: value for name, value in initial.to_dict().items() if name in _HEAD}
    journal.emit(
        events.WorkflowUpdate(update={**head, "model": model}),
        *(
            events.log(
                f"exhibit {case.exhibit_number(exhibit.id)} ({exhibit.title}) {warning}",
                agent="memory",
                level="warning",
            )
            for exhibit in case.exhibits
            for warning in case.documents[exhibit.id].list_warnings()
        ),
        *(events.log(line, agent="run", level="warning") for line in (*_list_deadlines(case), *notes)),
    )


def record_texts(journal: Journal, initial: Snapshot, *, note: str, via: str) -> None:
    """Records the texts that a new run begins with as edits of the users who are named with them, and their comments.

    Args:
        journal: Of the new run.
        initial: The run before its first event.
        note: Origin of the texts.
        via: How the command came.
    """
    for section in initial.sections:
        if section.edited_by is not None:
            journal.record(
                "edit",
                user_id=section.edited_by,
                section_id=section.section_id,
                after=text_digest(section.content),
                note=note,
                via=via,
            )
            _record_remarks(journal, section, via=via)


def _record_remarks(journal: Journal, section: SectionState, *, via: str) -> None:
    digest = text_digest(section.content)
    for remark in section.remarks:
        journal.record(
            "comment",
            user_id=remark.user_id,
            section_id=section.section_id,
            before=digest,
            after=digest,
            note=f"sentence {remark.sentence_sha256[:12]}: {remark.note}",
            via=via,
        )


def _list_deadlines(case: Case) -> Iterator[str]:
    """Yields what is due, where that is past or close today.

    The dates of a sample are fictional.
    """
    if case.rfe is not None and case.sample is None:
        warning = case.rfe.describe_deadline(datetime.now(UTC).date(), "today")
        if warning is not None:
            yield warning


def pause_orphan(journal: Journal) -> None:
    """Pauses a run that says ``generating``.

    Its lock is ours now, so its writer was killed.
    """
    snapshot = journal.snapshot
    if snapshot.status != "generating":
        return
    reason = "the process that wrote this run ended in the middle of it"
    journal.record("take_over", user_id=snapshot.user_id, note=reason)
    journal.emit(
        *clean_partial_drafts(snapshot),
        events.log(reason, agent="run", level="warning"),
        events.StatusChange(status="paused"),
    )


def emit_case_changes(journal: Journal, case: Case, changes: str) -> None:
    """Emits that the case as it is now is the run's.

    What was drafted from the former one is marked stale.
    """
    journal.record("accept_changes", user_id=journal.snapshot.user_id, note=changes)
    journal.add_pages(collect_page_texts(case))
    update = {
        "case_digest": case.digest,
        "letter": build_letter(case).model_dump(mode="json"),
        "exhibits": [state.model_dump(mode="json") for state in build_exhibit_states(case)],
    }
    journal.emit(
        events.WorkflowUpdate(update=update),
        *mark_finished_stale(journal.snapshot),
        events.log(f"the changed case was accepted: {changes}", agent="attorney", level="warning"),
    )
