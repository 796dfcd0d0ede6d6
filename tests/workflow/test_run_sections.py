"""Sections that a run adds to those it began with."""

from __future__ import annotations

import pytest

import workbench
from workbench.errors import InputError, TransitionError
from workbench.live.audit import find_broken_entry

from .conftest import CASES, SampleModel


@pytest.fixture
def imported(tmp_path, settings):
    path = tmp_path / "letter.md"
    path.write_text("# Awards\n\nShe received the medal (Exhibit 1).\n\n# Conclusion\n\nPlease approve.\n")
    model = SampleModel()
    run = workbench.import_letter(path, CASES / "minimal", user_id="b.partner", model=model, settings=settings)
    run.wait(60)
    return run, model


def test_added_section_is_drafted(imported, settings):
    run, model = imported
    before = run.snapshot
    assert list(run.missing_sections)[:2] == ["intro", "background"]
    added = run.add_section("membership", "the firm left it out", user_id="a.attorney")
    assert (added.status, added.title) == ("pending", run.missing_sections.get("membership", added.title))
    snapshot = run.wait(60)
    assert [section.section_id for section in snapshot.sections] == ["awards", "membership", "conclusion"]
    assert set(model.calls) == {"membership"}
    assert snapshot.section("membership").content
    assert snapshot.section("awards").content == before.section("awards").content
    assert snapshot.section("conclusion").stale
    assert snapshot.progress.total == 3
    assert "membership" not in run.missing_sections
    audit = run.audit()
    [entry] = [entry for entry in audit if entry.action == "add"]
    assert (entry.user_id, entry.section_id, entry.note) == ("a.attorney", "membership", "the firm left it out")
    assert find_broken_entry(audit) is None
    [row] = [row for row in run.history() if row.what == "section added"]
    assert (row.section_id, row.who) == ("membership", "a.attorney")
    assert run.at(row.id).section("membership").status == "pending"


def test_section_cannot_be_added_twice(imported):
    run, _ = imported
    with pytest.raises(TransitionError, match="the run has it; regenerate drafts it again"):
        run.add_section("awards")
    with pytest.raises(InputError, match="add one of intro, background") as refused:
        run.add_section("astrology")
    assert refused.value.problems[0].field == "section_id"
    assert [section.section_id for section in run.snapshot.sections] == ["awards", "conclusion"]


def test_added_section_outlives_its_process(imported, settings):
    run, _ = imported
    run.add_section("benefit")
    run.wait(60)
    again = workbench.attach(run.thread_id, settings=settings)
    edited = again.edit("benefit", "The work benefits the United States.", user_id="b.partner")
    assert edited.edited_by == "b.partner"
    branch = workbench.fork(run.thread_id, redraft=["benefit"], settings=settings)
    assert branch.snapshot.section("benefit").status == "pending"


def test_section_is_added_beside_others(settings):
    model = SampleModel()
    options = workbench.RunOptions(sections=("awards",))
    run = workbench.prepare(CASES / "minimal", options=options, model=model, settings=settings)
    run.add_section("membership")
    assert run.snapshot.status == "pending"
    run.start()
    assert [section.section_id for section in run.wait(60).sections if section.content] == ["awards", "membership"]
