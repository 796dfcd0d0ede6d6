"""Branches from now or from an earlier event.

Prompt, case or text may differ; the old branch stays.
"""

from __future__ import annotations

import shutil

import pytest

import workbench
from workbench.drafting.prompts.templates import SHIPPED_FOLDER
from workbench.errors import InputError
from workbench.live.audit import find_broken_entry
from workbench.workflow.loop import BackgroundLoop

from .conftest import SECTIONS, UNATTENDED, SampleModel, drafted, statuses

GOOD = "Dr. Example received the Invented Medal for Chemistry [@medal, p. 1].\n"


def test_fork_of_ended_run_drafts_nothing(ended, settings):
    ended.approve("awards", user_id="b.partner")
    ended.lock("membership")
    model = SampleModel()
    branch = workbench.fork(ended.thread_id, model=model, settings=settings)
    assert branch.snapshot.status == "pending"
    assert branch.snapshot.forked_from.thread_id == ended.thread_id
    assert branch.snapshot.forked_from.event_id == ended.snapshot.last_event_id
    branch.start()
    assert branch.wait(60).status == "completed"
    assert model.calls == []
    before, after = ended.snapshot, branch.snapshot
    assert [s.content for s in after.sections] == [s.content for s in before.sections]
    assert statuses(after) == statuses(before)
    assert after.section("awards").approved_by == "b.partner"
    assert after.section("membership").locked
    assert branch.audit()[0].action == "fork"
    assert find_broken_entry(branch.audit()) is None


def test_fork_at_earlier_event(ended, settings):
    row = next(row for row in ended.history() if row.what == "completed" and row.section_id == "awards")
    then = ended.at(row.id)
    assert then.section("awards").status == "completed"
    assert then.section("conclusion").status == "pending"
    old = ended.snapshot
    model = SampleModel()
    branch = workbench.fork(ended.thread_id, row.id, model=model, settings=settings)
    assert branch.snapshot.section("awards").content == then.section("awards").content
    branch.start()
    assert branch.wait(60).status == "completed"
    assert "awards" not in model.calls
    assert "conclusion" in model.calls
    assert workbench.attach(ended.thread_id, settings=settings).snapshot == old, "the old branch stays"


def test_fork_with_prompt_redrafts_its_section(ended, settings, tmp_path):
    text = (SHIPPED_FOLDER / "awards.md").read_text()
    (tmp_path / "awards.md").write_text(text + "\nUse short sentences.\n")
    model = SampleModel()
    branch = workbench.fork(ended.thread_id, prompts=tmp_path, model=model, settings=settings)
    (tmp_path / "awards.md").write_text("broken")  # the branch has a copy of its own
    branch.start()
    snapshot = branch.wait(60)
    assert drafted(model) == ["awards"]
    assert "Use short sentences." in model.requests[0].user
    assert snapshot.section("awards").prompt_version != ended.snapshot.section("awards").prompt_version
    assert {s.section_id for s in snapshot.sections if s.stale} == {"intro", "final_merits", "conclusion"}


def test_fork_with_case_redrafts_unlocked_sections(ended, settings, minimal, tmp_path):
    ended.edit("awards", GOOD)
    ended.lock("membership")
    folder = shutil.copytree(minimal.root, tmp_path / "case")
    (folder / "exhibits" / "statement.txt").write_text("Another statement of the beneficiary.\n\fMore.")
    model = SampleModel()
    branch = workbench.fork(ended.thread_id, case=folder, model=model, settings=settings)
    branch.start()
    snapshot = branch.wait(60)
    assert drafted(model) == sorted(set(SECTIONS) - {"awards", "membership"})
    assert snapshot.section("awards").content == GOOD
    assert {"awards", "membership"} == {s.section_id for s in snapshot.sections if s.stale}
    assert branch.page_text("statement", 1).startswith("Another statement")
    assert ended.page_text("statement", 1) != branch.page_text("statement", 1)


def test_fork_edits_are_checked_and_kept(ended, settings):
    model = SampleModel()
    branch = workbench.fork(
        ended.thread_id, edits={"awards": "She won [TODO] [@medal, p. 1]."}, user_id="b.partner",
        model=model, settings=settings,
    )  # fmt: skip
    branch.start()
    awards = branch.wait(60).section("awards")
    assert (awards.status, awards.edited_by, awards.content) == (
        "needs_review", "b.partner", "She won [TODO] [@medal, p. 1].\n",
    )  # fmt: skip
    assert model.calls == []


def test_fork_redraft_names_further_sections(ended, settings):
    ended.lock("awards")
    model = SampleModel()
    branch = workbench.fork(ended.thread_id, redraft=["awards", "intro"], model=model, settings=settings)
    branch.start()
    branch.wait(60)
    assert drafted(model) == ["awards", "intro"]


def test_exhibits_that_were_added_come_along(minimal, settings, tmp_path):
    letter = tmp_path / "late.txt"
    letter.write_text("A late letter.")
    run = workbench.prepare(minimal, model=SampleModel(), settings=settings, options=UNATTENDED)
    run.add_exhibit(letter)
    run.start()
    run.wait(60)
    branch = workbench.fork(run.thread_id, model=SampleModel(), settings=settings)
    shutil.rmtree(settings.home / "runs" / run.thread_id)
    assert branch.page_text("late", 1) == "A late letter."
    BackgroundLoop.current().close()  # and in a new process, where the branch is taken up
    again = workbench.resume(branch.thread_id, model=SampleModel(), settings=settings)
    assert again.wait(60).status == "completed"
    assert [exhibit.exhibit_id for exhibit in again.snapshot.exhibits][-1] == "late"


def test_a_branch_of_an_archived_run(ended, settings):
    loop = BackgroundLoop.current()
    loop.call(loop.call(loop.store(settings)).expire(ended.thread_id, 0))
    branch = workbench.fork(ended.thread_id, redraft=["intro"], model=SampleModel(), settings=settings)
    branch.start()
    assert branch.wait(60).status == "completed"


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"at": "1-1"}, "1-1"),
        ({"redraft": ["awardz"]}, "no section 'awardz'"),
        ({"edits": {"awards": "<b>x</b> y"}}, "line 1 holds what a section may not"),
        ({"prompts": "/nowhere"}, "no such folder of prompts"),
        ({"case": "nothing"}, "nothing"),
        ({"new_thread_id": "../x"}, "no id"),
    ],
)
def test_refused_fork_leaves_nothing(ended, settings, how, says):
    before = set((settings.home / "runs").iterdir())
    with pytest.raises(InputError, match=says):
        workbench.fork(ended.thread_id, model=SampleModel(), settings=settings, **how)
    assert set((settings.home / "runs").iterdir()) == before


def test_fork_with_own_id_is_refused(ended, settings):
    with pytest.raises(InputError, match="already"):
        workbench.fork(ended.thread_id, new_thread_id=ended.thread_id, model=SampleModel(), settings=settings)
