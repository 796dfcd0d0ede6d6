"""Form that adds a section to a run, with its button pressed."""

from __future__ import annotations

import pytest
from command_line import CASES
from form_widgets import press, texts

import workbench
from workbench.config import Settings
from workbench.widgets.section_form import SectionForm


@pytest.fixture
def run(tmp_path):
    settings = Settings(home=tmp_path / "home", use_redis=False)
    options = workbench.RunOptions(sections=("awards",), unattended=True)
    run = workbench.start(CASES / "minimal", settings=settings, options=options, user_id="a.attorney")
    run.wait(60)
    return run


def test_chosen_section_is_added(run):
    form = SectionForm(run)
    assert dict(form._section.options)["Conclusion"] == "conclusion"
    form._section.value = "conclusion"
    press(form, "Add and draft")
    assert "Conclusion was added; it is drafted as the run goes on." in texts(form)
    assert "conclusion" not in dict(form._section.options).values()
    assert run.wait(60).section("conclusion").content
    [entry] = [entry for entry in run.audit() if entry.action == "add"]
    assert (entry.user_id, entry.via) == ("a.attorney", "widget")


def test_missing_case_is_said(run, tmp_path):
    (tmp_path / "home" / "runs" / run.thread_id / "run.json").unlink()
    form = SectionForm(run)
    assert "was not started on this machine" in texts(form)
    assert repr(form) == "SectionForm(none is missing)"
