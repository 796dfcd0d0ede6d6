"""What the attorney's own decisions teach: approvals, rejections and edits of real runs, as a labelled data set.

Nobody has to collect anything: every run's events hold each text that ever stood in it, and its audit record who did
what to which text. Ratings and blind comparisons from the tuning room join them. A row is one act of one person:

    label        what it means                                          draft, corrected
    approved     the attorney signs this text                           the text; none
    rejected     to be drafted again, for the reason in the note        the text; none
    regenerated  to be drafted again, with what is asked in the note    the text; none
    edited       the attorney wrote it anew                             the text before; after
    rated        one to five stars in ``rating``, words in the note     the text; none
    preferred    in a blind comparison, over the other text             the text; none
    passed over  in a blind comparison, for the other text              the text; the other

These are clients' texts. They stay where they are (under ``WORKBENCH_HOME``, sealed where there is a key) until
somebody exports them; an export is in clear, readable by its user only, and with ``redacted`` without names.
"""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from workbench.config import Settings
from workbench.errors import InputError, Problem, StoreError, StoreUnavailableError, printable
from workbench.live import keys
from workbench.live.archive import archived_threads, read_archived
from workbench.live.audit import AuditEntry, read_entries
from workbench.live.events import Event, SectionUpdate, WorkflowUpdate, id_order
from workbench.live.history import beginning
from workbench.live.snapshot import SectionState, Snapshot, apply
from workbench.server.redaction import Redactor
from workbench.server.withheld import MARK
from workbench.text.digest import text_digest
from workbench.tuning.records import Records
from workbench.workflow.bench import Bench

if TYPE_CHECKING:
    import pandas as pd

logger = logging.getLogger("workbench")

LABELS: Mapping[str, str] = {
    "approve": "approved",
    "reject": "rejected",
    "regenerate": "regenerated",
    "edit": "edited",
}
"""What an act of the audit record is called here."""

_WRITERS = {".jsonl": "JSONL", ".parquet": "parquet", ".csv": "CSV"}


@dataclass(frozen=True)
class Example:
    """One row.

    Attributes:
        thread_id: The run; empty for what was said in the tuning room.
        case_id: The case.
        section_id: The section.
        label: See the head of this module.
        prompt_version: Of the machine's draft behind the text, ``awards@0123456789ab+system@…``; None where unknown.
        model: Label of what wrote that draft.
        draft: The text that the act is about, Markdown.
        corrected: The text that came instead, or None.
        by_hand: Whether a person had a hand in ``draft`` already.
        note: What was said, or None.
        rating: Stars, or None.
        user: Who; asserted.
        at: When, ISO 8601.
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


COLUMNS = tuple(field.name for field in fields(Example))


def examples(settings: Settings | None = None, *, redacted: bool = False) -> pd.DataFrame:
    """The data set as a table: a row an act, oldest first, the columns of :class:`Example`.

    Args:
        settings: Which store, archive and home; default: the environment.
        redacted: Without the names of people (:class:`~workbench.server.redaction.Redactor`), users and cases. What was
            said in the tuning room is left out then: no run is behind it that says which names to look for.

    Raises:
        StoreUnavailableError: The store cannot be reached.
    """
    import pandas as pd  # noqa: PLC0415 - a second to import: only who asks for a table waits for it

    rows = read_examples(settings, redacted=redacted)
    return pd.DataFrame([asdict(row) for row in rows], columns=list(COLUMNS))


def read_examples(settings: Settings | None = None, *, redacted: bool = False) -> list[Example]:
    """As :func:`examples`, row by row."""
    settings = settings or Settings.from_env()
    found = [row for run in _runs(settings) for row in examples_of(*run, redacted=redacted)]
    if not redacted:
        found += [*_rated(settings), *_preferred(settings)]
    return sorted(found, key=lambda row: row.at)


def examples_of(
    snapshot: Snapshot, events: Iterable[Event], audit: Iterable[AuditEntry], *, redacted: bool = False
) -> list[Example]:
    """The rows of one run, in order. Pure.

    Args:
        snapshot: The run as it stands.
        events: All of its events, oldest first.
        audit: Its audit record, in order.
        redacted: Without names.
    """
    texts = _texts(snapshot.thread_id, events)
    machine: dict[str, _Text] = {}
    rows: list[Example] = []
    for entry in audit:
        section_id = entry.section_id
        if section_id is None:
            continue
        if entry.action == "draft":
            machine[section_id] = _Text(texts.get((section_id, entry.after or ""), _Text()).text, entry=entry)
        if entry.action not in LABELS:
            continue
        before = texts.get((section_id, entry.before or ""))
        if before is None or not before.text.strip():
            continue  # of a section without a text nothing is to be learnt
        wrote = machine.get(section_id)
        after = texts.get((section_id, entry.after or "")) if entry.action == "edit" else None
        rows.append(
            Example(
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
    return [_redacted(row, redactor) for row in rows]


def approved_pairs(rows: Iterable[Example]) -> list[Example]:
    """What became of each section: the machine's last draft, and in ``corrected`` the text approved in the end.

    One row a run and section whose last word is an approval, be it that nothing had to be changed; ``note`` has what
    was said on the way, a line an act. These are what :mod:`workbench.tuning.optimize` learns from.
    """
    by_section: dict[tuple[str, str], list[Example]] = {}
    for row in rows:
        if row.thread_id:
            by_section.setdefault((row.thread_id, row.section_id), []).append(row)
    found = []
    for acts in by_section.values():
        last = acts[-1]
        if last.label != "approved":
            continue
        drafts = [act for act in acts if not act.by_hand]
        said = [f"{act.label}: {act.note}" for act in acts if act.note]
        first = drafts[-1] if drafts else last
        found.append(replace(first, label="approved", corrected=last.draft, note="\n".join(said) or None, at=last.at))
    return found


def export(rows: Iterable[Example], path: Path) -> Path:
    """Writes the data set in clear, readable by its user only.

    Args:
        rows: What to write.
        path: ``.jsonl`` (one JSON object a line), ``.parquet`` or ``.csv``.

    Raises:
        InputError: Another kind of file, or it cannot be written.
    """
    kind = path.suffix.lower()
    if kind not in _WRITERS:
        remedy = f"name it {path.stem or 'feedback'}.jsonl, .parquet or .csv"
        raise InputError(Problem(f"unknown kind of file {path.suffix!r}", remedy, file=str(path), field="out"))
    data = _as_bytes(list(rows), kind)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            os.fchmod(file.fileno(), 0o600)  # a file of that name may have been there, open to all
            file.write(data)
    except OSError as error:
        what = f"cannot be written ({error.strerror or error})"
        raise InputError(Problem(what, "name a file in a folder of yours", file=str(path), field="out")) from None
    return path


def _as_bytes(rows: list[Example], kind: str) -> bytes:
    if kind == ".jsonl":
        return b"".join(orjson.dumps(asdict(row)) + b"\n" for row in rows)
    import pandas as pd  # noqa: PLC0415 - a second to import: only who asks for a table waits for it

    frame = pd.DataFrame([asdict(row) for row in rows], columns=list(COLUMNS))
    frame["rating"] = frame["rating"].astype("Int64")
    if kind == ".parquet":
        buffer = io.BytesIO()
        frame.to_parquet(buffer, index=False)
        return buffer.getvalue()
    return str(frame.to_csv(index=False)).encode()


# Runs -----------------------------------------------------------------------------------------------------------------

_Run = tuple[Snapshot, list[Event], list[AuditEntry]]


@dataclass(frozen=True)
class _Text:
    """A text of a section, the section as it stood with it, and the act that brought it."""

    text: str = ""
    state: SectionState | None = None
    entry: AuditEntry | None = None


def _texts(thread_id: str, events: Iterable[Event]) -> dict[tuple[str, str], _Text]:
    """Every text that a section ever had when a step was complete, by section and digest."""
    found: dict[tuple[str, str], _Text] = {}
    state = beginning(thread_id)
    for event in events:
        state = apply(state, event)
        if isinstance(event, SectionUpdate):
            touched = [section for section in state.sections if section.section_id == event.section_id]
        elif isinstance(event, WorkflowUpdate) and "sections" in event.update:
            touched = list(state.sections)  # the head of a run, or of a fork with what it took over
        else:
            continue
        for section in touched:
            found.setdefault((section.section_id, text_digest(section.content)), _Text(section.content, section))
    return found


def _runs(settings: Settings) -> Iterator[_Run]:
    """Every run that can be read; one that cannot is said in the log and hides no other."""
    bench = Bench.current()
    store = bench.call(bench.store(settings))
    kept = bench.call(store.threads())
    for thread_id in kept:
        try:
            snapshot = bench.call(store.read(thread_id))
            if snapshot is not None:
                events = bench.call(store.events(thread_id))
                yield snapshot, events, read_entries(bench.call(store.kept(thread_id, keys.AUDIT)))
        except StoreUnavailableError:
            raise
        except (StoreError, ValueError) as error:
            _say(thread_id, error)
    for thread_id in archived_threads(settings.home):
        if thread_id in kept:
            continue
        try:
            archived = read_archived(settings, thread_id)
            if archived is not None:
                events = sorted(archived.events, key=lambda event: id_order(event.id))
                yield archived.snapshot, events, list(archived.audit)
        except (StoreError, ValueError) as error:
            _say(thread_id, error)


def _say(thread_id: str, error: Exception) -> None:
    logger.warning("run %s is left out of the data set: %s", thread_id, printable(str(error).splitlines()[0]))


def _redacted(row: Example, redactor: Redactor) -> Example:
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


def _rated(settings: Settings) -> Iterator[Example]:
    """The stars and comments of the tuner: of each person and draft the last word."""
    last: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for said in Records(settings, "ratings"):
        last[said.get("case"), said.get("section"), said.get("user"), said.get("sha256")] = said
    for words in last.values():
        draft = words.get("content")
        if isinstance(draft, str) and draft.strip():
            row = _example(words, "rated", draft)
            yield replace(row, rating=words.get("rating"), note=words.get("comment") or None)


def _preferred(settings: Settings) -> Iterator[Example]:
    """The choices of the blind comparison, each as two rows; a tie teaches nothing here."""
    for said in Records(settings, "pairs"):
        winner, loser = said.get("winner_text"), said.get("loser_text")
        if not isinstance(winner, str) or not isinstance(loser, str):
            continue
        better, worse = ("a", "b") if said.get("winner") == "a" else ("b", "a")
        note = said.get("note") or None
        for label, side, text, instead in (("preferred", better, winner, None), ("passed over", worse, loser, winner)):
            row = _example({**said, **said.get(side, {})}, label, text, instead)
            yield replace(row, note=note)


def _example(said: Mapping[str, Any], label: str, draft: str, corrected: str | None = None) -> Example:
    return Example(
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
