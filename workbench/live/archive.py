"""Archive of a run as files under the home.

It holds all that is needed to continue a run whose keys have expired: snapshot, events, exhibit pages and audit record.
:meth:`workbench.live.journal.Journal.open` puts them back into the store when somebody acts on the run again, months
later. An archive of an earlier version also has ``checkpoints.json``, which nothing reads.
"""

from __future__ import annotations

import contextlib
import heapq
import logging
import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import orjson

from workbench.case.citation import ID_PATTERN
from workbench.config import Settings
from workbench.errors import StoreError, printable
from workbench.live import keys
from workbench.live.audit import AuditEntry, read_entries
from workbench.live.encrypted_files import ARCHIVE, RunFiles
from workbench.live.events import Event, id_order, parse_event
from workbench.live.run_summary import RunSummary
from workbench.live.snapshot import Snapshot, fold
from workbench.live.store import Store

logger = logging.getLogger("workbench")

T = TypeVar("T")

_SNAPSHOT = "snapshot.json"
_EVENTS = "events.jsonl"
_PAGES = "pages.json"
_AUDIT = "audit.jsonl"

ARCHIVED_PARTS = (keys.PAGES, keys.AUDIT)
"""Which of a thread's hashes are archived; the answers to requests are not."""


@dataclass(frozen=True)
class Archived:
    """Contents of an archived run.

    Attributes:
        snapshot: With every event folded in.
        events: All of them, oldest first.
        kept: The fields of :data:`ARCHIVED_PARTS`, by part.
    """

    snapshot: Snapshot
    events: tuple[Event, ...]
    kept: Mapping[str, Mapping[str, bytes]]

    @property
    def pages(self) -> dict[tuple[str, int], str]:
        """Texts of the exhibit pages, by exhibit id and page."""
        return {keys.page_place(name): text.decode() for name, text in self.kept[keys.PAGES].items()}

    @property
    def audit(self) -> tuple[AuditEntry, ...]:
        """Audit entries in order."""
        return tuple(read_entries(self.kept[keys.AUDIT]))


def archive_folder(home: Path, thread_id: str) -> Path:
    """Returns the archive folder of a run."""
    return home / "archive" / thread_id


def archive_run(
    settings: Settings,
    snapshot: Snapshot,
    events: Iterable[Event],
    kept: Mapping[str, Mapping[str, bytes]],
) -> Path:
    """Writes a run to its archive folder.

    Each file is on disk before its name changes; the snapshot comes last, so that it never stands alone.

    Args:
        settings: For the home, and the keys that the files are encrypted with.
        snapshot: As the store has it.
        events: All of the stream.
        kept: Fields of the thread's hashes, by part: those of :data:`ARCHIVED_PARTS` that it has.

    Returns:
        The folder, of mode 700.

    Raises:
        StoreError: It cannot be written; the store still has the run.
    """
    files = RunFiles(settings, ARCHIVE, snapshot.thread_id)
    folder = files.path
    try:
        _write_all(files, snapshot, events, kept)
    except OSError as error:
        raise StoreError(
            f"run {snapshot.thread_id} cannot be archived in {folder} ({error.strerror or error}); its keys stay in "
            "the store: make room, or set WORKBENCH_HOME to a folder of yours"
        ) from error
    return folder


async def read_kept(store: Store, thread_id: str) -> dict[str, dict[str, bytes]]:
    """Reads the archived hashes of a thread, by part."""
    return {part: await store.read_fields(thread_id, part) for part in ARCHIVED_PARTS}


def _write_all(
    files: RunFiles, snapshot: Snapshot, events: Iterable[Event], kept: Mapping[str, Mapping[str, bytes]]
) -> None:
    nested: dict[str, dict[str, str]] = {}
    for name, text in kept.get(keys.PAGES, {}).items():
        exhibit_id, page = keys.page_place(name)
        nested.setdefault(exhibit_id, {})[str(page)] = text.decode()
    files.write(_EVENTS, b"".join(event.to_json() + b"\n" for event in events))
    files.write(_PAGES, orjson.dumps(nested))
    entries = read_entries(kept.get(keys.AUDIT, {}))
    files.write(_AUDIT, b"".join(entry.to_json() + b"\n" for entry in entries))
    # A folder without a snapshot counts as no archive, so a crash before this line leaves none.
    files.write(_SNAPSHOT, snapshot.to_json())
    # Each file is on the disk by now; this puts their names there, too.
    files.sync()


def read_archived(settings: Settings, thread_id: str) -> Archived | None:
    """Reads an archived run; None where there is none.

    Raises:
        StoreError: Its files are damaged, or encrypted with a key that is not there.
    """
    return _read(settings, thread_id, _read_all)


def read_archived_snapshot(settings: Settings, thread_id: str) -> Snapshot | None:
    """Reads the snapshot of an archived run, or None.

    For a list of runs: the other files are not parsed, and one is only found damaged where it is missing or cut off.

    Raises:
        StoreError: Its files are damaged, or encrypted with a key that is not there.
    """
    return _read(settings, thread_id, _read_snapshot)


def read_archived_summary(settings: Settings, thread_id: str) -> RunSummary | None:
    """Reads what a list shows of an archived run, or None.

    As :func:`read_archived_snapshot`, and of the snapshot only that is parsed which is shown.

    Raises:
        StoreError: Its files are damaged, or encrypted with a key that is not there.
    """
    return _read(settings, thread_id, _read_summary)


def read_archived_summaries(settings: Settings, thread_ids: Iterable[str]) -> list[RunSummary]:
    """Reads what a list shows of archived runs.

    One that cannot be read is named in the log and left out; one that is gone is left out.
    """
    found = []
    for thread_id in thread_ids:
        try:
            summary = read_archived_summary(settings, thread_id)
        # One damaged archive must not hide the other runs.
        except StoreError as error:
            logger.warning("%s", printable(str(error)))
        else:
            found += [summary] if summary is not None else []
    return found


def _read(settings: Settings, thread_id: str, read: Callable[[RunFiles], T]) -> T | None:
    files = RunFiles(settings, ARCHIVE, thread_id)
    folder = files.path
    # The id may come from a URL or the command line: the pattern keeps it from naming a folder elsewhere.
    if not re.fullmatch(ID_PATTERN, thread_id) or not (folder / _SNAPSHOT).exists():
        return None
    try:
        return read(files)
    # A damaged file may hold any JSON, so that reading it may fail in any of these ways.
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        why = str(error).strip().splitlines()
        raise StoreError(
            f"the archive of run {thread_id} in {folder} cannot be read ({why[0] if why else type(error).__name__}); "
            "restore its files from a backup"
        ) from error


def _read_snapshot(files: RunFiles) -> Snapshot:
    snapshot = Snapshot.from_json(files.read(_SNAPSHOT))
    _expect_closed(files.path / _PAGES)
    return fold(snapshot, _read_later(files, snapshot.last_event_id))


def _read_summary(files: RunFiles) -> RunSummary:
    data = files.read(_SNAPSHOT)
    summary = RunSummary.from_snapshot_json(data, files.path.name)
    _expect_closed(files.path / _PAGES)
    later = _read_later(files, summary.last_event_id)
    return RunSummary.of(fold(Snapshot.from_json(data), later)) if later else summary


def _read_later(files: RunFiles, reached: str) -> list[Event]:
    """Reads the archived events behind an id, oldest first."""
    # They are parsed backwards and only as far as the snapshot reaches, which in every archive of today is at once.
    later: list[Event] = []
    data = files.read(_EVENTS)
    end = len(data)
    while end > 0:
        start = data.rfind(b"\n", 0, end) + 1
        event = parse_event(data[start:end]) if data[start:end].strip() else None
        if event is not None and id_order(event.id) <= id_order(reached):
            break
        if event is not None:
            later.append(event)
        end = start - 1
    return later[::-1]


def _expect_closed(path: Path) -> None:
    """Checks by two bytes that a JSON object is complete.

    An encrypted file needs no check: one that is cut off fails to decrypt.
    """
    with path.open("rb") as file:
        first = file.read(1)
        file.seek(-1, os.SEEK_END)
        if first == b"{" and file.read(1) != b"}":
            raise ValueError(f"{path.name} is cut off")


def _read_all(files: RunFiles) -> Archived:
    snapshot = Snapshot.from_json(files.read(_SNAPSHOT))
    parsed = (parse_event(line) for line in files.read(_EVENTS).splitlines())
    events = tuple(event for event in parsed if event is not None)
    # Archives of earlier versions may have a snapshot that lags behind the events.
    reached = id_order(snapshot.last_event_id)
    later = (event for event in events if id_order(event.id) > reached)
    nested = orjson.loads(files.read(_PAGES))
    pages = {
        keys.page_field(exhibit_id, int(page)): text.encode()
        for exhibit_id, texts in nested.items()
        for page, text in texts.items()
    }
    entries = read_entries({str(n): line for n, line in enumerate(files.read(_AUDIT).splitlines())})
    kept = {keys.PAGES: pages, keys.AUDIT: {str(entry.number): entry.to_json() for entry in entries}}
    return Archived(snapshot=fold(snapshot, later), events=events, kept=kept)


def archive_stamps(home: Path, without: Collection[str] = ()) -> dict[str, str]:
    """Reads a stamp of each archived run, which changes with its files.

    Args:
        home: The home.
        without: Ids that are left out.
    """
    found: dict[str, str] = {}
    with contextlib.suppress(FileNotFoundError), os.scandir(home / "archive") as folders:
        for folder in folders:
            if folder.name in without:
                continue
            with contextlib.suppress(OSError):  # no archive, or deleted meanwhile
                snapshot = os.stat(f"{folder.path}/{_SNAPSHOT}")  # noqa: PTH116 - there may be thousands: half the time
                # The folder's time changes where any file is replaced, the snapshot's where it is written in its place.
                signs = folder.stat().st_mtime_ns, snapshot.st_mtime_ns, snapshot.st_ino, snapshot.st_size
                found[folder.name] = " ".join(map(str, signs))
    return found


def archived_threads(home: Path) -> list[str]:
    """Lists the ids of the archived runs, sorted."""
    return sorted(path.parent.name for path in (home / "archive").glob(f"*/{_SNAPSHOT}"))


def newest_archived(home: Path, limit: int, without: Collection[str] = ()) -> list[str]:
    """Lists the ids of the runs that were archived last, the newest first.

    Args:
        home: The home.
        limit: At most so many.
        without: Ids that are left out.
    """
    found: list[tuple[float, str]] = []
    for path in (home / "archive").glob(f"*/{_SNAPSHOT}"):
        if path.parent.name not in without:
            with contextlib.suppress(OSError):  # deleted meanwhile
                found.append((path.stat().st_mtime, path.parent.name))
    return [thread_id for _, thread_id in heapq.nlargest(limit, found)]
