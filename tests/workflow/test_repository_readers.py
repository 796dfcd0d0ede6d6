"""History, state and audit record from store and archive."""

from __future__ import annotations

import secrets

import pytest
from recording import initial_snapshot

from workbench.config import Settings
from workbench.errors import InputError, StoreError
from workbench.live import keys
from workbench.live.archive import archive_run, read_kept
from workbench.live.audit import find_broken_entry
from workbench.live.events import SectionUpdate, StatusChange, WorkflowUpdate
from workbench.live.journal import Journal
from workbench.live.snapshot import fold
from workbench.record.comparison import compare
from workbench.record.history import make_empty_snapshot
from workbench.text.digest import text_digest
from workbench.workflow.context import RunOptions
from workbench.workflow.loop import BackgroundLoop
from workbench.workflow.repository import read_audit, read_history, read_state

from .conftest import SampleModel, start

HEAD = {
    name: value
    for name, value in initial_snapshot().to_dict().items()
    if name not in {"schema", "thread_id", "_updated_at", "last_event_id", "started_at"}
}


def written(settings: Settings, thread_id: str) -> None:
    """A run with a head and one approved section.

    A partner has approved it.
    """

    async def write() -> None:
        store = await BackgroundLoop.current().store(settings)
        journal = await Journal.open(store, thread_id, "elsewhere:1/a", make_empty_snapshot(thread_id))
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

    BackgroundLoop.current().call(write())


@pytest.fixture(params=["store", "archive"])
def run(request, settings):
    """The same run, stored, and in the archive alone.

    Yields its settings and its id.
    """
    thread_id = f"reading-{secrets.token_hex(6)}"
    written(settings, thread_id)
    if request.param == "archive":

        async def put_away() -> None:
            store = await BackgroundLoop.current().store(settings)
            snapshot = await store.read(thread_id)
            assert snapshot is not None
            archive_run(settings, snapshot, await store.events(thread_id), await read_kept(store, thread_id))
            await store.expire(thread_id, 0)
            assert await store.read(thread_id) is None

        BackgroundLoop.current().call(put_away())
    return settings, thread_id


def test_history_names_audit_users(run):
    settings, thread_id = run
    rows = read_history(thread_id, settings)
    assert [(row.what, row.section_id, row.who, row.note) for row in rows] == [
        ("prepared", None, "a.attorney", "Sample"),
        ("started", None, "a.attorney", None),
        ("completed", "awards", "workbench", "nothing found"),
        ("approved", "awards", "b.partner", "Read against the medal."),
        ("ended", None, "workbench", None),
    ]


def test_state_at_event_and_now(run):
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
    assert find_broken_entry(entries) is None


@pytest.mark.parametrize("name", ["nobody", "../../etc", "a b", ""])
def test_an_unknown_thread_is_bad_input(settings, name):
    for read in (read_history, read_state, read_audit):
        with pytest.raises(InputError, match="there is no run"):
            read(name, settings=settings)


def test_unknown_event_is_bad_input(run):
    settings, thread_id = run
    with pytest.raises(InputError, match="has no event '1-1'"):
        read_state(thread_id, "1-1", settings)


def test_damaged_audit_record_is_named(settings):
    thread_id = f"reading-{secrets.token_hex(6)}"
    written(settings, thread_id)

    async def damage() -> None:
        store = await BackgroundLoop.current().store(settings)
        fence = await store.acquire(thread_id, "elsewhere:7/c.intern")
        await store.write(thread_id, fence, (), None, {keys.AUDIT: {"1": b"{"}})
        await store.release(thread_id, fence)

    BackgroundLoop.current().call(damage())
    with pytest.raises(StoreError, match=r"the audit record of reading-.* cannot be read"):
        read_audit(thread_id, settings)


BAD = "Dr. Example won [TODO] [@medal, p. 1].\n"
GOOD = "Dr. Example received the Invented Medal for Chemistry [@medal, p. 1].\n"


def test_history_has_every_attorney_command(minimal, settings):
    model = SampleModel({"awards": [BAD, BAD, GOOD]})
    run = start(minimal, settings, model, options=RunOptions(max_revisions=0), user_id="a.attorney")
    assert run.wait(60).status == "needs_review"
    run.reject("awards", "Name the medal.", user_id="b.partner")
    assert run.wait(60).status == "needs_review"
    run.regenerate("awards", user_id="c.associate")
    assert run.wait(60).status == "completed"
    run.edit("membership", run.snapshot.section("membership").content + "\nShe was elected [@academy, p. 1].\n",
             user_id="b.partner")  # fmt: skip
    run.lock("membership", user_id="b.partner")
    run.approve("awards", user_id="c.associate", note="Read.")
    rows = read_history(run.thread_id, settings)
    assert [(row.what, row.who) for row in rows if row.section_id is None][:2] == [
        ("prepared", "a.attorney"), ("started", "a.attorney"),
    ]  # fmt: skip
    label = model.label
    drafted = [row.note for row in rows if (row.what, row.section_id) == ("drafted", "awards")]
    assert all(note is not None and note.startswith("awards@") for note in drafted)
    assert [(row.what, row.who, row.note) for row in rows if row.section_id == "awards"] == [
        ("drafting", label, None),
        ("drafted", label, drafted[0]),
        ("needs review", "workbench", "1 error"),
        ("rejected", "b.partner", "Name the medal."),
        ("drafting", label, None),
        ("drafted", label, drafted[0]),
        ("needs review", "workbench", "1 error"),
        ("regenerate", "c.associate", None),
        ("drafting", label, None),
        ("drafted", label, drafted[0]),
        ("completed", "workbench", "nothing found"),
        ("approved", "c.associate", "Read."),
    ]
    assert [(row.what, row.who) for row in rows if row.section_id == "membership"][-2:] == [
        ("edited", "b.partner"), ("locked", "b.partner"),
    ]  # fmt: skip
    assert find_broken_entry(read_audit(run.thread_id, settings)) is None
    for row in rows:
        then = read_state(run.thread_id, row.id, settings)
        assert (then.last_event_id, then.progress.percentage) == (row.id, row.progress)
        if row.section_id is not None:
            section = then.section(row.section_id)
            assert (row.status, row.sha256) == (
                section.status,
                text_digest(section.content) if section.content else None,
            )
    loop = BackgroundLoop.current()
    events = loop.call(loop.call(loop.store(settings)).events(run.thread_id))
    assert fold(make_empty_snapshot(run.thread_id), events).to_json() == run.snapshot.to_json()
    redlined = compare(read_state(run.thread_id, rows[-1].id, settings), run.snapshot)
    assert redlined.counts()["changed"] == 0


def test_redline_of_rejected_draft(minimal, settings):
    run = start(minimal, settings, SampleModel({"awards": [BAD, GOOD]}), options=RunOptions(max_revisions=1))
    assert run.wait(60).status == "completed"
    drafts = [
        row for row in read_history(run.thread_id, settings) if (row.what, row.section_id) == ("drafted", "awards")
    ]
    first, second = (read_state(run.thread_id, row.id, settings) for row in drafts)
    [awards] = [section for section in compare(first, second).sections if section.section_id == "awards"]
    assert "".join(span.text for span in awards.spans if span.op != "insert") == BAD
    assert "".join(span.text for span in awards.spans if span.op != "delete") == GOOD
