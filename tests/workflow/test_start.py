"""Opening, reopening and finding runs.

By name, after a crash and from the archive; and what is refused.
"""

from __future__ import annotations

import pytest

import workbench
from workbench.config import Settings
from workbench.errors import (
    InputError,
    LockHeldError,
    ModelRefusedError,
    Problem,
    StoreError,
)
from workbench.live import events
from workbench.live.snapshot import Snapshot, fold
from workbench.live.user_name import save_user_name
from workbench.workflow import repository
from workbench.workflow.context import RunOptions
from workbench.workflow.initial_snapshot import build_initial_snapshot
from workbench.workflow.loop import BackgroundLoop
from workbench.workflow.run_factory import select_specs
from workbench.workflow.start import reopen

from .conftest import UNATTENDED, GatedModel, SampleModel, start


def test_a_live_thread_has_one_writer(minimal, settings):
    run = workbench.prepare(minimal, settings=settings, model=SampleModel())
    with pytest.raises(InputError, match="already"):
        workbench.prepare(minimal, settings=settings, model=SampleModel(), thread_id=run.thread_id)
    with pytest.raises(LockHeldError):
        reopen(run.thread_id, model=SampleModel(), settings=settings)


def test_run_continues_in_new_process(minimal, settings, until):
    model = GatedModel("publications")
    run = start(minimal, settings, model)
    until(run, lambda s: {s.section(x).status for x in ("awards", "membership")} == {"completed"})
    BackgroundLoop.current().close()  # the kernel is shut down
    second = SampleModel()
    again = workbench.resume(run.thread_id, model=second, settings=settings)
    assert again.wait(60).status == "completed"
    assert "awards" not in second.calls
    assert "publications" in second.calls


def test_changed_case_is_not_resumed(minimal, settings, tmp_path):
    import shutil

    folder = shutil.copytree(minimal.root, tmp_path / "case")
    run = workbench.prepare(folder, settings=settings, model=SampleModel())
    BackgroundLoop.current().close()
    (folder / "exhibits" / "medal.md").write_text("Something else.\n\fAnd more.")
    with pytest.raises(InputError, match="changed"):
        workbench.resume(run.thread_id, model=SampleModel(), settings=settings)


def test_ended_run_is_read_from_archive(minimal, settings):
    run = start(minimal, settings)
    ended = run.wait(60)
    loop = BackgroundLoop.current()
    loop.call(loop.call(loop.store(settings)).expire(run.thread_id, 0))
    again = workbench.attach(run.thread_id, settings=settings)
    assert again.wait(60) == ended
    assert again.page_text("medal", 1) == minimal.documents["medal"].pages[0]
    assert run.thread_id in {snapshot.thread_id for snapshot in repository.list_runs(settings=settings).runs}


def test_snapshot_equals_fold_of_events(minimal, settings):
    run = start(minimal, settings, SampleModel({"awards": ["[TODO]", "Fine [@medal, p. 1]."]}))
    ended = run.wait(60)
    loop = BackgroundLoop.current()
    store = loop.call(loop.store(settings))
    kept = loop.call(store.events(run.thread_id))
    first = Snapshot.model_validate(
        build_initial_snapshot(
            minimal,
            select_specs(minimal, UNATTENDED),
            thread_id=run.thread_id,
            user_id=ended.user_id,
            document_type="petition",
        )
    )
    folded = fold(first, kept)
    assert {s.section_id: s.content for s in folded.sections} == {s.section_id: s.content for s in ended.sections}
    assert folded.to_json() == loop.call(store.read(run.thread_id)).to_json() == ended.to_json()


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"thread_id": "no spaces"}, "thread_id"),
        ({"thread_id": "../etc"}, "thread_id"),
        ({"user_id": " "}, "user_id"),
        ({"document_type": "visa"}, "document_type"),
        ({"options": RunOptions(sections=("awardz",))}, "awards"),
        ({"model": SampleModel(on_check=ModelRefusedError(Problem("key refused", "set it")))}, "key refused"),
    ],
)
def test_bad_input_writes_nothing(minimal, settings, how, says):
    before = len(repository.list_runs(settings=settings).runs)
    with pytest.raises(InputError, match=says):
        workbench.prepare(minimal, settings=settings, **how)
    assert len(repository.list_runs(settings=settings).runs) == before


def test_unknown_thread_message_is_one_line(settings):
    for open_run in (workbench.attach, workbench.resume):
        with pytest.raises(InputError, match="there is no run 'nobody'"):
            open_run("nobody", settings=settings)


def test_run_files_are_private(minimal, tmp_path):
    settings = Settings(home=tmp_path / "home", use_redis=False)
    run = workbench.prepare(minimal, thread_id="modes", settings=settings, options=UNATTENDED)
    added = tmp_path / "letter.txt"
    added.write_text("A letter.")
    run.add_exhibit(added)
    run.start()
    run.wait(60)
    made = [settings.home, *settings.home.rglob("*")]
    assert {path.name for path in made} >= {"run.json", "letter.txt", "snapshot.json", "events.jsonl", "pages.json"}
    assert [str(path) for path in made if path.stat().st_mode & 0o077] == []


def test_unwritable_archive_is_one_error(minimal, tmp_path):
    settings = Settings(home=tmp_path / "home", use_redis=False)
    run = workbench.prepare(minimal, thread_id="full", settings=settings, options=UNATTENDED)
    (settings.home / "archive").write_text("in the way")
    run.start()
    with pytest.raises(StoreError, match="run full cannot be archived"):
        run.wait(60)


def test_damaged_archive_hides_no_other_run(minimal, tmp_path, caplog):
    settings = Settings(home=tmp_path / "home", use_redis=False)
    for thread_id in ("whole", "torn"):
        workbench.start(minimal, thread_id=thread_id, settings=settings, options=UNATTENDED).wait(60)
    (settings.home / "archive" / "torn" / "pages.json").write_text("{")
    BackgroundLoop.current().close()
    assert [snapshot.thread_id for snapshot in repository.list_runs(settings=settings).runs] == ["whole"]
    assert "the archive of run torn" in caplog.text
    with pytest.raises(StoreError, match="the archive of run torn"):
        workbench.attach("torn", settings=settings)


def test_a_thread_id_is_no_path(minimal, tmp_path):
    settings = Settings(home=tmp_path / "home", use_redis=False)
    workbench.start(minimal, thread_id="inside", settings=settings, options=UNATTENDED).wait(60)
    (settings.home / "archive" / "inside").rename(tmp_path / "outside")
    with pytest.raises(InputError, match="there is no run"):
        workbench.attach("../../outside", settings=settings)


def test_run_of_killed_process_continues(settings, minimal):
    """The store still says ``generating``, as SIGKILL leaves it."""
    first = workbench.prepare(minimal, thread_id="killed", model=SampleModel(), settings=settings, options=UNATTENDED)

    async def die():
        journal = first.executor.journal
        journal.emit(
            events.StatusChange(status="generating"),
            events.SectionUpdate(section_id="awards", status="in_progress", attempts=1, content="She <b>wo"),
        )
        await journal.flush()
        await journal.close()

    BackgroundLoop.current().call(die())
    assert "killed" in repository.find_orphans(repository.list_runs(settings=settings).runs, settings=settings)
    run = reopen("killed", model=SampleModel(), settings=settings)
    assert repository.find_orphans([run.snapshot], settings=settings) == frozenset()
    assert run.snapshot.status == "paused"
    assert run.snapshot.section("awards").content == "She wo\n"
    run.start()
    assert run.wait(60).status == "completed"
    assert run.snapshot.section("awards").attempts == 1


def test_approval_needs_name_not_login(minimal, tmp_path):
    settings = Settings(home=tmp_path, use_redis=False)
    run = workbench.start(minimal, settings=settings, options=RunOptions(unattended=True))
    assert run.wait(60).user_id == "unnamed"
    with pytest.raises(InputError, match="an approval carries a name, and yours is not known; give user_id, or keep"):
        run.approve("awards", note="read")
    save_user_name(settings, "Ada Attorney")
    assert run.approve("awards", note="read").approved_by == "Ada Attorney"
    assert run.approve("benefit", note="read", user_id="b.partner").approved_by == "b.partner"
