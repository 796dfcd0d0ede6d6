"""Runs of an earlier version, read and continued.

LangGraph's checkpoints lie beside them.
"""

from __future__ import annotations

import asyncio
import base64
import json
import shutil
import tempfile
from pathlib import Path

import pytest
from pydantic import SecretStr

import workbench
from workbench.config import Settings
from workbench.errors import StoreError
from workbench.live import keys
from workbench.live.archive import archive_folder, read_archived
from workbench.live.audit import find_broken_entry
from workbench.live.embedded import stop_server
from workbench.live.encrypted_files import RUNS, RunFiles
from workbench.live.events import parse_event
from workbench.live.rekey import rekey
from workbench.live.run_summary import RunSummary
from workbench.live.snapshot import Snapshot
from workbench.text.encryption import new_key
from workbench.workflow.context import RunOptions
from workbench.workflow.loop import BackgroundLoop
from workbench.workflow.repository import list_runs, read_audit, read_history, read_state
from workbench.workflow.run_folder import RunFolder, RunRecord

from .conftest import CASES, SampleModel, statuses

OLD_RUNS = Path(__file__).parents[1] / "live" / "archives"
"""Two archived runs, one of them encrypted, and the values of a waiting run in Redis, as the version with
the checkpoint saver wrote them. ``case_root`` in their records was replaced."""

OLD_KEY = "d29ya2JlbmNoLXRlc3Qta2V5LW5vLXNlY3JldC0wMDE="


@pytest.fixture(params=["clear", "encrypted"])
def archived(request, tmp_path):
    """A home with one archived run of that version.

    Yields its settings and the run's id.
    """
    shutil.copytree(OLD_RUNS / request.param, tmp_path / "home")
    key = SecretStr(OLD_KEY) if request.param == "encrypted" else None
    settings = Settings(home=tmp_path / "home", cases=CASES, use_redis=False, encryption_key=key)
    [folder] = (settings.home / "archive").iterdir()
    assert (folder / "checkpoints.json").exists()
    point_at_the_case(settings, folder.name)
    return settings, folder.name


def point_at_the_case(settings: Settings, thread_id: str) -> None:
    files = RunFiles(settings, RUNS, thread_id)
    record = json.loads(files.read("run.json"))
    assert record["case_root"] == "/cases/minimal"
    files.write("run.json", json.dumps({**record, "case_root": str(CASES / "minimal")}).encode())


def test_old_archive_is_read(archived):
    settings, thread_id = archived
    [listed] = list_runs(settings=settings).runs
    assert (listed.thread_id, listed.status) == (thread_id, "completed")
    run = workbench.attach(thread_id, settings=settings)
    assert RunSummary.of(run.snapshot) == listed
    assert run.page_text("academy", 1)
    rows = read_history(thread_id, settings)
    waited = next(row for row in rows if row.what == "needs review" and row.section_id is None)
    assert read_state(thread_id, waited.id, settings).section("membership").status == "needs_review"
    entries = read_audit(thread_id, settings)
    assert [entry.action for entry in entries if entry.user_id == "a.attorney"] == ["start", "approve"]
    assert find_broken_entry(entries) is None


def test_old_archive_is_exported(archived, tmp_path):
    settings, thread_id = archived
    run = workbench.attach(thread_id, settings=settings)
    files = workbench.export_petition(run.snapshot, to=("html",), out=tmp_path / "out")
    assert "Example" in files["html"].read_text()


def test_old_archive_is_forked(archived):
    settings, thread_id = archived
    branch = workbench.fork(thread_id, redraft=["membership"], model=SampleModel(), settings=settings)
    assert branch.snapshot.section("membership").status == "pending"
    branch.start()
    assert branch.wait(60).section("membership").status == "completed"
    assert workbench.attach(thread_id, settings=settings).snapshot.section("membership").approved_by == "a.attorney"


def test_old_archive_takes_decisions(archived):
    settings, thread_id = archived
    run = workbench.attach(thread_id, model=SampleModel(), settings=settings)
    run.regenerate("membership", "Shorter.", user_id="b.partner")
    assert run.wait(60).section("membership").status == "completed"
    archived_again = read_archived(settings, thread_id)
    assert archived_again.snapshot.to_json() == run.snapshot.to_json()
    assert find_broken_entry(archived_again.audit) is None


def test_old_archive_is_rekeyed(archived):
    settings, thread_id = archived
    new = new_key()
    both = SecretStr(",".join([new, *([OLD_KEY] if settings.encryption_key else [])]))
    before = read_archived(settings, thread_id)
    done = asyncio.run(rekey(settings.model_copy(update={"encryption_key": both})))
    assert done.complete
    assert done.files == len([path for path in settings.home.rglob("*") if path.is_file()])
    renewed = settings.model_copy(update={"encryption_key": SecretStr(new)})
    assert read_archived(renewed, thread_id).snapshot.to_json() == before.snapshot.to_json()
    checkpoints = RunFiles(renewed, "archive", thread_id).read("checkpoints.json")
    assert set(json.loads(checkpoints)) == set(keys.FORMER_FIELDS)
    with pytest.raises(StoreError, match="WORKBENCH_ENCRYPTION_KEY"):
        read_archived(settings.model_copy(update={"encryption_key": None}), thread_id)


@pytest.fixture(params=["memory", "redis"])
def waiting(request):
    """A store with a waiting run of that version.

    It waits for the attorney. Yields its settings and the run's id.
    """
    with tempfile.TemporaryDirectory(prefix="wb-") as folder:
        settings = Settings(home=Path(folder, "home"), cases=CASES, use_redis=request.param == "redis")
        old = json.loads((OLD_RUNS / "waiting.json").read_text())
        snapshot = Snapshot.from_json(json.dumps(old["snapshot"]).encode())
        events = [parse_event(json.dumps(event).encode()) for event in old["events"]]
        parts = {
            part: {name: base64.b64decode(value) for name, value in fields.items()}
            for part, fields in old["parts"].items()
        }
        assert set(parts) >= set(keys.FORMER_FIELDS)

        async def write() -> None:
            store = await BackgroundLoop.current().store(settings)
            fence = await store.acquire(snapshot.thread_id, "elsewhere:7/a.attorney")
            await store.write(snapshot.thread_id, fence, events, snapshot, parts)
            await store.release(snapshot.thread_id, fence)

        BackgroundLoop.current().call(write())
        record = RunRecord(
            case_root=CASES / "minimal",
            document_type="petition",
            options=RunOptions(sections=("membership",), max_revisions=0),
        )
        RunFolder(settings, snapshot.thread_id).write(record)
        yield settings, snapshot.thread_id
        BackgroundLoop.current().close()
        stop_server(settings)


def test_waiting_run_with_checkpoints_goes_on(waiting):
    settings, thread_id = waiting
    run = workbench.attach(thread_id, model=SampleModel(), settings=settings)
    assert (run.snapshot.status, statuses(run.snapshot)) == ("needs_review", {"membership": "needs_review"})
    run.edit("membership", "Dr. Example is a Fellow of the academy [@academy, p. 1].")
    run.approve("membership", note="The academy's letter follows.")
    assert run.wait(60).status == "completed"
    archived = read_archived(settings, thread_id)
    assert archived.snapshot.to_json() == run.snapshot.to_json()
    assert [entry.action for entry in archived.audit if entry.action != "draft"] == ["start", "edit", "approve"]
    assert not (archive_folder(settings.home, thread_id) / "checkpoints.json").exists()


def test_checkpoint_keys_expire_with_thread(waiting):
    settings, thread_id = waiting
    run = workbench.attach(thread_id, model=SampleModel(), settings=settings)
    run.edit("membership", "Dr. Example is a Fellow of the academy [@academy, p. 1].")
    run.approve("membership", note="The academy's letter follows.")
    run.wait(60)

    async def check() -> None:
        store = await BackgroundLoop.current().store(settings)
        if settings.use_redis:
            present = [key for key in keys.thread_keys(thread_id) if await store.command("EXISTS", key)]
            assert {keys.part_key(thread_id, part) for part in keys.FORMER_FIELDS} <= set(present)
            ends = {await store.command("PEXPIRETIME", key) for key in present}
            assert len(ends) == 1
            assert ends.pop() > 0
        await store.expire(thread_id, 0)
        for part in (*keys.FIELDS, *keys.FORMER_FIELDS):
            assert await store.read_fields(thread_id, part) == {}
        assert await store.read(thread_id) is None
        if settings.use_redis:
            assert [key for key in keys.thread_keys(thread_id) if await store.command("EXISTS", key)] == []

    BackgroundLoop.current().call(check())
    assert workbench.attach(thread_id, settings=settings).snapshot.status == "completed"
