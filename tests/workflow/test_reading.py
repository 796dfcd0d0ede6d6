"""What a run went through, read back from the store and from the archive."""

from __future__ import annotations

import secrets

import pytest

from tests.live.recording import initial_snapshot
from workbench.config import Settings
from workbench.errors import InputError, StoreError
from workbench.live import keys
from workbench.live.archive import archive_run, read_kept
from workbench.live.audit import broken_at, text_digest
from workbench.live.events import SectionUpdate, StatusChange, WorkflowUpdate
from workbench.live.history import beginning, history, state_at
from workbench.live.journal import Journal
from workbench.workflow import opening
from workbench.workflow.bench import Bench
from workbench.workflow.reading import read_audit, read_history, read_state

from .conftest import UNATTENDED, start

HEAD = {
    name: value
    for name, value in initial_snapshot().to_dict().items()
    if name not in {"schema", "thread_id", "_updated_at", "last_event_id", "started_at"}
}


def written(settings: Settings, thread_id: str) -> None:
    """A run with a head, one section drafted, approved by a partner."""

    async def write() -> None:
        store = await Bench.current().store(settings)
        journal = await Journal.open(store, thread_id, "elsewhere:1/a", beginning(thread_id))
        journal.emit(WorkflowUpdate(update=HEAD))
        journal.record("start", user_id="a.attorney")
        journal.emit(
            StatusChange(status="generating"),
            SectionUpdate(section_id="awards", status="completed", content="She won [@medal, p. 2].", findings=[]),
        )
        text = text_digest("She won [@medal, p. 2].")
        journal.record(
            "approve", user_id="b.partner", section_id="awards", before=text, after=text, note="Read against the medal."
        )
        journal.emit(
            SectionUpdate(section_id="awards", status="approved", approved_by="b.partner", approved_sha256=text),
            StatusChange(status="completed"),
        )
        await journal.close()

    Bench.current().call(write())


@pytest.fixture(params=["store", "archive"])
def run(request, settings):
    """The same run, in the store, and in the archive alone: its settings and its id."""
    thread_id = f"reading-{secrets.token_hex(6)}"
    written(settings, thread_id)
    if request.param == "archive":

        async def put_away() -> None:
            store = await Bench.current().store(settings)
            snapshot = await store.read(thread_id)
            assert snapshot is not None
            archive_run(settings.home, snapshot, await store.events(thread_id), await read_kept(store, thread_id))
            await store.expire(thread_id, 0)
            assert await store.read(thread_id) is None

        Bench.current().call(put_away())
    return settings, thread_id


def test_the_history_with_the_names_of_the_record(run):
    settings, thread_id = run
    rows = read_history(thread_id, settings)
    assert [(row.what, row.section_id, row.who, row.note) for row in rows] == [
        ("prepared", None, "a.attorney", "Sample"),
        ("started", None, "a.attorney", None),
        ("completed", "awards", "workbench", "nothing found"),
        ("approved", "awards", "b.partner", "Read against the medal."),
        ("ended", None, "workbench", None),
    ]


def test_an_earlier_state_and_the_present_one(run):
    settings, thread_id = run
    rows = read_history(thread_id, settings)
    assert read_state(thread_id, rows[1].id, settings).section("awards").content == ""
    assert read_state(thread_id, rows[2].id, settings).section("awards").approved_by is None
    ended = read_state(thread_id, settings=settings)
    assert (ended.status, ended.section("awards").approved_by) == ("completed", "b.partner")
    assert read_state(thread_id, rows[-1].id, settings).to_json() == ended.to_json()


def test_the_record_is_whole(run):
    settings, thread_id = run
    entries = read_audit(thread_id, settings)
    assert [(entry.action, entry.user_id) for entry in entries] == [("start", "a.attorney"), ("approve", "b.partner")]
    assert broken_at(entries) is None


@pytest.mark.parametrize("name", ["nobody", "../../etc", "a b", ""])
def test_an_unknown_thread_is_bad_input(settings, name):
    for read in (read_history, read_state, read_audit):
        with pytest.raises(InputError, match="there is no run"):
            read(name, settings=settings)


def test_a_moment_that_is_not_there_is_bad_input(run):
    settings, thread_id = run
    with pytest.raises(InputError, match="has no event '1-1'"):
        read_state(thread_id, "1-1", settings)


def test_a_record_that_cannot_be_read_is_named(settings):
    thread_id = f"reading-{secrets.token_hex(6)}"
    written(settings, thread_id)

    async def damage() -> None:
        store = await Bench.current().store(settings)
        await store.keep(thread_id, {keys.AUDIT: {"1": b"{"}})

    Bench.current().call(damage())
    with pytest.raises(StoreError, match=r"the audit record of reading-.* cannot be read"):
        read_audit(thread_id, settings)


def test_the_steps_of_a_real_run(minimal, settings):
    ended = start(minimal, settings)
    ended.wait(60)
    bench = Bench.current()
    events = bench.call(bench.call(bench.store(settings)).events(ended.thread_id))
    head = opening.initial_snapshot(
        minimal, opening._specs(minimal, UNATTENDED), thread_id=ended.thread_id, user_id="a.attorney",
        document_type="petition",
    )  # fmt: skip
    rows = history(events, initial=head)
    assert [row.what for row in rows if row.section_id == "awards"] == ["drafting", "drafted", "completed"]
    assert (rows[0].what, rows[-1].what) == ("started", "ended")
    for row in rows:
        then = state_at(events, row.id, initial=head)
        assert (then.last_event_id, then.progress.percentage) == (row.id, row.progress)
        if row.section_id is not None:
            section = then.section(row.section_id)
            assert (row.status, row.sha256) == (
                section.status,
                text_digest(section.content) if section.content else None,
            )
