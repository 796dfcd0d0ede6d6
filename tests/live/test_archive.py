from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from recording import THREAD, initial_snapshot, stamped_events

from workbench.config import Settings
from workbench.errors import StoreError
from workbench.live import keys
from workbench.live.archive import (
    archive_folder,
    archive_run,
    archived_threads,
    newest_archived,
    read_archived,
    read_archived_snapshot,
    read_archived_summary,
)
from workbench.live.audit import AuditEntry
from workbench.live.run_summary import RunSummary
from workbench.live.snapshot import fold

PAGES = {("medal", 1): "Recto — 吳健雄", ("medal", 2): "Verso", ("letter", 1): ""}
FIRST = AuditEntry(number=1, at="2026-01-02T03:04:05.000000Z", user_id="a.attorney", action="start")
KEPT = {
    keys.PAGES: {keys.page_field(*place): text.encode() for place, text in PAGES.items()},
    keys.AUDIT: {"1": FIRST.to_json()},
}


@pytest.mark.parametrize("reach", [0, 7, 1000])
def test_archive_is_read_back_whole(tmp_path: Path, reach: int) -> None:
    events = stamped_events()
    archive_run(Settings(home=tmp_path), fold(initial_snapshot(), events[:reach]), events, KEPT)
    read = read_archived(Settings(home=tmp_path), THREAD)
    assert read is not None
    assert read.snapshot.to_json() == fold(initial_snapshot(), events).to_json()
    assert [event.to_json() for event in read.events] == [event.to_json() for event in events]
    assert read.pages == PAGES
    assert read.audit == (FIRST,)
    assert read.kept == KEPT
    assert archived_threads(tmp_path) == [THREAD]
    assert read_archived_snapshot(Settings(home=tmp_path), THREAD) == read.snapshot
    assert read_archived_summary(Settings(home=tmp_path), THREAD) == RunSummary.of(read.snapshot)


def test_snapshot_parses_no_other_part(tmp_path: Path) -> None:
    """Listing 1,000 archived runs must not read their exhibit pages."""
    events = stamped_events()
    folder = archive_run(Settings(home=tmp_path), fold(initial_snapshot(), events), events, KEPT)
    (folder / "pages.json").write_bytes(b"{not parsed}")
    assert read_archived_snapshot(Settings(home=tmp_path), THREAD) == fold(initial_snapshot(), events)
    assert read_archived_summary(Settings(home=tmp_path), THREAD) == RunSummary.of(fold(initial_snapshot(), events))


def test_newest_archives_come_first(tmp_path: Path) -> None:
    for thread_id, moment in (("b", 20), ("a", 30), ("c", 10)):
        folder = archive_folder(tmp_path, thread_id)
        folder.mkdir(parents=True)
        (folder / "snapshot.json").write_bytes(b"not read")
        os.utime(folder / "snapshot.json", (moment, moment))
    assert newest_archived(tmp_path, 5) == ["a", "b", "c"]
    assert newest_archived(tmp_path, 1, without={"a"}) == ["b"]
    assert newest_archived(tmp_path / "empty", 5) == []


@pytest.mark.parametrize("read", [read_archived_snapshot, read_archived_summary])
@pytest.mark.parametrize("damage", [b"", b"{", b'{"medal": {"1": "Rec'])
def test_cut_off_file_is_found(tmp_path: Path, read: Callable[[Settings, str], object], damage: bytes) -> None:
    folder = archive_run(Settings(home=tmp_path), initial_snapshot(), stamped_events(), KEPT)
    (folder / "pages.json").write_bytes(damage)
    with pytest.raises(StoreError, match="cannot be read"):
        read(Settings(home=tmp_path), THREAD)


def test_run_can_be_archived_again(tmp_path: Path) -> None:
    events = stamped_events()
    archive_run(Settings(home=tmp_path), fold(initial_snapshot(), events[:9]), events[:9], {})
    archive_run(Settings(home=tmp_path), fold(initial_snapshot(), events), events, KEPT)
    read = read_archived(Settings(home=tmp_path), THREAD)
    assert read is not None
    assert (len(read.events), read.pages) == (len(events), PAGES)
    assert sorted(path.name for path in archive_folder(tmp_path, THREAD).iterdir()) == [
        *("audit.jsonl", "events.jsonl", "pages.json", "snapshot.json"),
    ]


def test_crash_before_snapshot_leaves_no_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_snapshot: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr("workbench.live.snapshot.Snapshot.to_json", crash)
    with pytest.raises(KeyboardInterrupt):
        archive_run(Settings(home=tmp_path), initial_snapshot(), stamped_events(), KEPT)
    assert read_archived(Settings(home=tmp_path), THREAD) is None
    assert archived_threads(tmp_path) == []


def test_archive_is_private(tmp_path: Path) -> None:
    folder = archive_run(Settings(home=tmp_path), initial_snapshot(), stamped_events(), KEPT)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_missing_archive_is_none(tmp_path: Path) -> None:
    assert read_archived(Settings(home=tmp_path), "nobody") is None
    assert archived_threads(tmp_path) == []
