"""Labelled data set of the attorney's decisions in real runs.

Every run's events hold each text that ever stood in it, and its audit record holds the decisions, so nothing has to be
collected separately. Ratings and blind comparisons join them. A row is one decision of one person:

    label        meaning                                                draft, corrected
    approved     the attorney signs this text                           the text; none
    rejected     to be drafted again, for the reason in the note        the text; none
    regenerated  to be drafted again, as the note asks                  the text; none
    edited       the attorney rewrote it                                the text before; after
    rated        one to five stars in ``rating``, words in the note     the text; none
    preferred    in a blind comparison, over the other text             the text; none
    passed over  in a blind comparison, for the other text              the text; the other

These are clients' texts. They stay under ``WORKBENCH_HOME``, encrypted if there is a key, until somebody exports them.
An export is in clear, readable by its user only; with ``redacted`` it has no names.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from workbench.config import Settings
from workbench.errors import (
    InputError,
    Problem,
    StoreError,
    StoreUnavailableError,
    UnknownThreadError,
    make_write_error,
    printable,
)
from workbench.live.audit import AuditEntry
from workbench.live.events import Event, SectionUpdate, WorkflowUpdate, id_order
from workbench.live.snapshot import SectionState, Snapshot, apply
from workbench.record.history import make_empty_snapshot
from workbench.record.name_matcher import MARK
from workbench.server.redaction import Redactor
from workbench.text.atomic_write import USER_ONLY, write_whole
from workbench.text.csv_table import encode_csv
from workbench.text.digest import text_digest
from workbench.tuning.experiment.results import INSTALL_PARQUET
from workbench.tuning.reviews.records import Records
from workbench.workflow.loop import BackgroundLoop
from workbench.workflow.repository import RunRepository

if TYPE_CHECKING:
    import pandas as pd

logger = logging.getLogger("workbench")

LABELS: Mapping[str, str] = {
    "approve": "approved",
    "reject": "rejected",
    "regenerate": "regenerated",
    "edit": "edited",
}
"""Labels by the action of the audit record."""

_WRITERS = {".jsonl": "JSONL", ".parquet": "parquet", ".csv": "CSV"}


@dataclass(frozen=True)
class FeedbackRow:
    """One row of the data set.

    Attributes:
        thread_id: The run; empty for ratings and comparisons.
        case_id: The case.
        section_id: The section.
        label: See the head of this module.
        prompt_version: Version behind the machine's draft, ``awards@0123456789ab+system@…``; None if unknown.
        model: Label of the model that wrote that draft.
        draft: The text that was decided on, Markdown.
        corrected: The text that replaced it, or None.
        by_hand: Whether a person had already changed ``draft``.
        note: The person's words, or None.
        rating: Stars, or None.
        user: The person; asserted.
        at: Time, ISO 8601.
    """

    thread_id: str
    case_id: str
    section_id: str
    label: str
    prompt_version: str | None
    model: str
    draft: str
    corrected: str | None = None
    by_hand: bool = False
    note: str | None = None
    rating: int | None = None
    user: str = ""
    at: str = ""


COLUMNS = tuple(field.name for field in fields(FeedbackRow))


def examples(settings: Settings | None = None, *, redacted: bool = False) -> pd.DataFrame:
    """Returns the data set as a table.

    A row is a decision, oldest first; the columns are the fields of :class:`FeedbackRow`.

    Args:
        settings: For the store, archive and home; default: the environment.
        redacted: Removes the names of people (:class:`~workbench.server.redaction.Redactor`), users and cases. Ratings
            and comparisons are left out then: no run says which names to look for in them.

    Raises:
        StoreUnavailableError: The store cannot be reached.
    """
    import pandas as pd  # noqa: PLC0415 - takes a second to import

    rows = read_examples(settings, redacted=redacted)
    return pd.DataFrame([asdict(row) for row in rows], columns=list(COLUMNS))


def read_examples(settings: Settings | None = None, *, redacted: bool = False) -> list[FeedbackRow]:
    """Returns the rows of :func:`examples` as objects."""
    settings = settings or Settings.from_env()
    found = [row for run in _read_runs(settings) for row in examples_of(*run, redacted=redacted)]
    if not redacted:
        found += [*_rating_rows(settings), *_comparison_rows(settings)]
    return sorted(found, key=lambda row: row.at)


def examples_of(
    snapshot: Snapshot, events: Iterable[Event], audit: Iterable[AuditEntry], *, redacted: bool = False
) -> list[FeedbackRow]:
    """Returns the rows of one run, in order; pure.

    Args:
        snapshot: The run as it stands.
        events: All of its events, oldest first.
        audit: Its audit record, in order.
        redacted: Without names.
    """
    texts = _collect_texts(snapshot.thread_id, events)
    machine: dict[str, _Text] = {}
    rows: list[FeedbackRow] = []
    for entry in audit:
        section_id = entry.section_id
        if section_id is None:
            continue
        if entry.action == "draft":
            # The audit entry of a draft carries the model's label as its user.
            machine[section_id] = _Text(texts.get((section_id, entry.after or ""), _Text()).text, entry=entry)
        if entry.action not in LABELS:
            continue
        before = texts.get((section_id, entry.before or ""))
        if before is None or not before.text.strip():
            continue  # a decision about an empty section teaches nothing
        wrote = machine.get(section_id)
        after = texts.get((section_id, entry.after or "")) if entry.action == "edit" else None
        rows.append(
            FeedbackRow(
                thread_id=snapshot.thread_id,
                case_id=snapshot.case_id,
                section_id=section_id,
                label=LABELS[entry.action],
                prompt_version=before.state.prompt_version if before.state else None,
                model=wrote.entry.user_id if wrote and wrote.entry else snapshot.model,
                draft=before.text,
                corrected=after.text if after else None,
                by_hand=before.state is not None and before.state.edited_by is not None,
                note=entry.note,
                user=entry.user_id,
                at=entry.at,
            )
        )
    if not redacted:
        return rows
    redactor = Redactor.of(snapshot)
    return [_redact_row(row, redactor) for row in rows]


def approved_pairs(rows: Iterable[FeedbackRow]) -> list[FeedbackRow]:
    """Pairs each section's last machine draft with its approved text.

    One row for each run and section whose last decision is an approval, changed or not: ``corrected`` has the approved
    text, ``note`` all notes on the way, a line each. :mod:`workbench.tuning.learning.optimize` learns from these.
    """
    by_section: dict[tuple[str, str], list[FeedbackRow]] = {}
    for row in rows:
        if row.thread_id:
            by_section.setdefault((row.thread_id, row.section_id), []).append(row)
    found = []
    for acts in by_section.values():
        last = acts[-1]
        if last.label != "approved":
            continue
        # The last draft that no person had touched; if an editor was first, the approved text itself.
        drafts = [act for act in acts if not act.by_hand]
        said = [f"{act.label}: {act.note}" for act in acts if act.note]
        first = drafts[-1] if drafts else last
        found.append(replace(first, label="approved", corrected=last.draft, note="\n".join(said) or None, at=last.at))
    return found


def export(rows: Iterable[FeedbackRow], path: Path) -> Path:
    """Writes the data set in clear.

    Args:
        rows: The rows.
        path: ``.jsonl`` (one JSON object a line), ``.parquet`` or ``.csv``.

    Raises:
        InputError: Another kind of file, pyarrow is missing for ``.parquet``, or the file cannot be written.
    """
    kind = path.suffix.lower()
    if kind not in _WRITERS:
        remedy = f"name it {path.stem or 'feedback'}.jsonl, .parquet or .csv"
        raise InputError(Problem(f"unknown kind of file {path.suffix!r}", remedy, file=str(path), field="out"))
    if kind == ".parquet" and find_spec("pyarrow") is None:
        what = "parquet files are written by pyarrow, which is not installed"
        raise InputError(Problem(what, INSTALL_PARQUET, file=str(path), field="out"))
    data = _as_bytes(list(rows), kind)
    try:
        write_whole(path, data, mode=USER_ONLY)
    except OSError as error:
        raise make_write_error(error, path, "name a file in a folder of yours", field="out") from None
    return path


def _as_bytes(rows: list[FeedbackRow], kind: str) -> bytes:
    if kind == ".jsonl":
        return b"".join(orjson.dumps(asdict(row)) + b"\n" for row in rows)
    if kind == ".csv":
        return encode_csv(COLUMNS, (asdict(row).values() for row in rows))
    import pandas as pd  # noqa: PLC0415 - takes a second to import

    frame = pd.DataFrame([asdict(row) for row in rows], columns=list(COLUMNS))
    # Without "Int64" a column with missing ratings becomes floats: 4.0 stars.
    frame["rating"] = frame["rating"].astype("Int64")
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()


# Runs -----------------------------------------------------------------------------------------------------------------

_Run = tuple[Snapshot, list[Event], list[AuditEntry]]


@dataclass(frozen=True)
class _Text:
    """One text of a section.

    Attributes:
        text: Markdown.
        state: The section at the moment that it had this text.
        entry: The audit entry that brought it.
    """

    text: str = ""
    state: SectionState | None = None
    entry: AuditEntry | None = None


def _collect_texts(thread_id: str, events: Iterable[Event]) -> dict[tuple[str, str], _Text]:
    """Collects every text of every section, by section and digest."""
    found: dict[tuple[str, str], _Text] = {}
    state = make_empty_snapshot(thread_id)
    for event in events:
        state = apply(state, event)
        if isinstance(event, SectionUpdate):
            touched = [section for section in state.sections if section.section_id == event.section_id]
        elif isinstance(event, WorkflowUpdate) and "sections" in event.update:
            touched = list(state.sections)  # the head of a run, or of a fork with the sections it took over
        else:
            continue
        for section in touched:
            # The first state with a text is the one that brought it; later states repeat the text with other fields.
            found.setdefault((section.section_id, text_digest(section.content)), _Text(section.content, section))
    return found


def _read_runs(settings: Settings) -> Iterator[_Run]:
    """Yields every readable run of store and archive.

    An unreadable run is logged and hides no other.
    """
    loop, repository = BackgroundLoop.current(), RunRepository(settings)
    for thread_id in loop.call(repository.thread_ids()):
        try:
            run = loop.call(repository.records(thread_id))
            yield run.snapshot, sorted(run.events, key=lambda event: id_order(event.id)), list(run.audit)
        except UnknownThreadError:
            continue  # it expired since the ids were listed
        except StoreUnavailableError:
            raise
        except (StoreError, ValueError) as error:
            _log_skipped_run(thread_id, error)


def _log_skipped_run(thread_id: str, error: Exception) -> None:
    logger.warning("run %s is left out of the data set: %s", thread_id, printable(str(error).splitlines()[0]))


def _redact_row(row: FeedbackRow, redactor: Redactor) -> FeedbackRow:
    return replace(
        row,
        thread_id="",
        case_id=MARK,
        draft=redactor.text(row.draft),
        corrected=redactor.text(row.corrected) if row.corrected is not None else None,
        note=redactor.text(row.note) if row.note is not None else None,
        user=MARK,
    )


# The tuning room ------------------------------------------------------------------------------------------------------


def _rating_rows(settings: Settings) -> Iterator[FeedbackRow]:
    """Yields each person's last rating of each draft."""
    last: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for said in Records(settings, "ratings"):
        # A person may rate a draft again: the last rating counts, as in the tuner.
        last[said.get("case"), said.get("section"), said.get("user"), said.get("sha256")] = said
    for words in last.values():
        draft = words.get("content")
        if isinstance(draft, str) and draft.strip():
            row = _build_row(words, "rated", draft)
            yield replace(row, rating=words.get("rating"), note=words.get("comment") or None)


def _comparison_rows(settings: Settings) -> Iterator[FeedbackRow]:
    """Yields two rows for each blind comparison without a tie."""
    for said in Records(settings, "pairs"):
        winner, loser = said.get("winner_text"), said.get("loser_text")
        if not isinstance(winner, str) or not isinstance(loser, str):
            continue
        better, worse = ("a", "b") if said.get("winner") == "a" else ("b", "a")
        note = said.get("note") or None
        for label, side, text, instead in (("preferred", better, winner, None), ("passed over", worse, loser, winner)):
            row = _build_row({**said, **said.get(side, {})}, label, text, instead)
            yield replace(row, note=note)


def _build_row(said: Mapping[str, Any], label: str, draft: str, corrected: str | None = None) -> FeedbackRow:
    return FeedbackRow(
        thread_id="",
        case_id=str(said.get("case", "")),
        section_id=str(said.get("section", "")),
        label=label,
        prompt_version=said.get("prompt_version"),
        model=str(said.get("model", "")),
        draft=draft,
        corrected=corrected,
        user=str(said.get("user", "")),
        at=str(said.get("at", "")),
    )
