"""Golden cases: loading, faults, and their creation from runs."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import pytest

import workbench
import workbench.cli
from workbench.case.loader import load_case
from workbench.config import Settings
from workbench.drafting.scripted_model import ScriptedModel
from workbench.errors import InputError
from workbench.tuning.promotion.golden import add_golden, approved_text, golden_cases
from workbench.workflow.context import RunOptions
from workbench.workflow.loop import BackgroundLoop

CASES = Path(__file__).parents[2] / "cases"
AWARDS = "Dr. Example received the Invented Medal for Chemistry [@medal, p. 1].\n"


@pytest.fixture
def golden(tmp_path):
    folder = tmp_path / "golden"
    shutil.copytree(CASES / "minimal", folder / "minimal")
    (folder / "minimal" / "approved").mkdir()
    (folder / "minimal" / "approved" / "awards.md").write_text(AWARDS)
    (folder / ".git").mkdir()
    (folder / "README.md").write_text("Our golden cases.")
    return folder


@pytest.fixture
def settings(tmp_path, golden):
    return Settings(home=tmp_path / "home", golden=golden)


def test_golden_cases_hold_approved_sections(settings, golden):
    (golden / "minimal" / "approved" / "intro.md").write_text("The petition.\n")
    [case] = golden_cases(settings)
    assert case.case.case_id == "minimal"
    assert list(case.approved) == ["intro", "awards"], "in the order of the letter"
    assert case.approved["awards"] == AWARDS
    assert approved_text(settings, "minimal", "awards") == AWARDS


def test_no_golden_cases_without_variable(tmp_path):
    settings = Settings(home=tmp_path)
    assert golden_cases(settings) == ()
    assert approved_text(settings, "minimal", "awards") is None


@pytest.mark.parametrize(
    "place", [("minimal", "membership"), ("other", "awards"), ("../x", "awards"), ("minimal", "..")]
)
def test_missing_approved_text_is_none(settings, place):
    assert approved_text(settings, *place) is None


def test_approved_text_is_cleaned(settings, golden):
    file = golden / "minimal" / "approved" / "awards.md"
    file.write_bytes(b"\xef\xbb\xbf" + f"<b>{AWARDS.strip()}</b>\r\n".encode())
    assert approved_text(settings, "minimal", "awards") == AWARDS


def test_golden_faults_are_reported_together(settings, golden):
    (golden / "minimal" / "approved" / "award.md").write_text(AWARDS)
    (golden / "minimal" / "approved" / "intro.md").write_text(" \n")
    (golden / "minimal" / "approved" / "benefit.md").write_bytes(b"\xff\xfe")
    (golden / "empty").mkdir()
    shutil.copytree(CASES / "artist", golden / "painter")
    with pytest.raises(InputError) as refused:
        golden_cases(settings)
    said = str(refused.value)
    assert "did you mean awards.md?" in said
    assert "intro.md: an approved section without text" in said
    assert "benefit.md: cannot be read" in said
    assert "empty: a golden case without case.yaml" in said
    assert "the folder is called 'painter' and its case 'artist'" in said


def test_golden_case_needs_approved_section(settings, golden):
    shutil.rmtree(golden / "minimal" / "approved")
    with pytest.raises(InputError, match="a golden case without an approved section"):
        golden_cases(settings)


def test_missing_golden_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="WORKBENCH_GOLDEN: the folder of golden cases cannot be read"):
        golden_cases(Settings(home=tmp_path, golden=tmp_path / "nowhere"))


@pytest.fixture
def run(tmp_path):
    """A run of the minimal case with one approved section.

    WORKBENCH_GOLDEN is an empty folder.
    """
    shutil.copytree(CASES / "minimal", tmp_path / "cases" / "minimal")
    (tmp_path / "cases" / "minimal" / "private.txt").write_text("not an exhibit")
    settings = Settings(home=tmp_path / "own", cases=tmp_path / "cases", golden=tmp_path / "firm", use_redis=False)
    run = workbench.start(
        load_case("minimal", settings=settings),
        settings=settings,
        model=ScriptedModel({"awards": [AWARDS], "benefit": ["Her work [TODO].\n"]}),
        options=RunOptions(max_revisions=0, sections=("awards", "benefit")),
    )
    run.wait(60)
    run.approve("awards", user_id="a.signer", note="short on purpose")
    yield run, settings
    BackgroundLoop.current().close()


def test_run_becomes_golden_case(run):
    made, settings = run
    folder, sections = add_golden(settings, made.thread_id)
    assert (folder, sections) == (settings.golden / "minimal", ("awards",))
    [case] = golden_cases(settings)
    assert case.approved == {"awards": AWARDS}
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    assert "exhibits/medal.md" in files
    assert "private.txt" not in files
    assert {stat.S_IMODE(path.stat().st_mode) for path in files.values()} == {0o600}
    made.edit("benefit", "Her measurements are used to make batteries [@statement, p. 2].\n")
    made.approve("benefit", user_id="a.signer")
    add_golden(settings, made.thread_id)
    assert sorted(golden_cases(settings)[0].approved) == ["awards", "benefit"]


def test_unapproved_run_becomes_no_golden_case(run):
    made, settings = run
    made.edit("awards", AWARDS + "\nIt is hers [@medal, p. 1].\n")
    with pytest.raises(InputError, match=r"no section of .* is approved"):
        add_golden(settings, made.thread_id)
    with pytest.raises(InputError, match="set WORKBENCH_GOLDEN"):
        add_golden(settings.model_copy(update={"golden": None}), made.thread_id)
    with pytest.raises(InputError, match="there is no run 'nobody'"):
        add_golden(settings, "nobody")


def test_changed_case_is_refused_as_golden(run):
    made, settings = run
    file = settings.cases / "minimal" / "case.yaml"
    file.write_text(file.read_text().replace("2026-03-02", "2026-03-03"))
    with pytest.raises(InputError, match="the case has changed since"):
        add_golden(settings, made.thread_id)
    assert not settings.golden.exists()


def test_golden_command_adds_a_run(settings, monkeypatch, capsys):
    monkeypatch.setenv("WORKBENCH_GOLDEN", str(settings.golden))
    assert workbench.cli.run(["golden", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [{"case": "minimal", "approved": ["awards"]}]
    assert workbench.cli.run(["golden", "list"]) == 0
    assert "1 golden cell" in capsys.readouterr().out
    monkeypatch.delenv("WORKBENCH_GOLDEN")
    assert workbench.cli.run(["golden", "list"]) == 0
    assert capsys.readouterr().out.startswith("there are no golden cases: set WORKBENCH_GOLDEN")
    monkeypatch.setenv("WORKBENCH_GOLDEN", str(settings.golden))
    monkeypatch.setenv("USE_REDIS", "false")
    assert workbench.cli.run(["golden", "add", "nobody"]) == 2
    assert "there is no run 'nobody'" in capsys.readouterr().err
    BackgroundLoop.current().close()
