"""Export of examples, and import as golden sections."""

from __future__ import annotations

import shutil
import stat

import pytest

import workbench
from workbench.config import Settings
from workbench.drafting.offline.assembler import assemble
from workbench.drafting.prompts.templates import PromptLibrary
from workbench.drafting.sections import SECTIONS
from workbench.errors import InputError
from workbench.tuning.dataset_sources import gather_examples, place_as_golden
from workbench.tuning.datasets import Example, Message, read_dataset, write_dataset
from workbench.tuning.promotion.golden import approved_text
from workbench.workflow.context import RunOptions
from workbench.workflow.loop import BackgroundLoop

ASKED = (Message("user", "Draft."),)


@pytest.fixture(autouse=True)
def closed_loop():
    yield
    BackgroundLoop.current().close()


@pytest.fixture
def golden(tmp_path, shared_home):
    folder = tmp_path / "golden"
    case = workbench.load_case("tests/cases/minimal")
    shutil.copytree("tests/cases/minimal", folder / "minimal")
    (folder / "minimal" / "approved").mkdir()
    for section_id in ("awards", "benefit"):
        text = assemble(case, SECTIONS[section_id])
        (folder / "minimal" / "approved" / f"{section_id}.md").write_text(text, encoding="utf-8")
    return Settings(home=shared_home, golden=folder)


def test_golden_examples_match_experiment_prompts(golden):
    awards, benefit = gather_examples("golden", golden).examples
    assert (awards.case_id, awards.section_id, awards.label) == ("minimal", "awards", "approved")
    assert benefit.section_id == "benefit"
    assert awards.answer == approved_text(golden, "minimal", "awards")
    assert awards.prompt_version == PromptLibrary.shipped().version("awards")
    assert [message.role for message in awards.messages] == ["system", "user"]
    assert "Invented Medal for Chemistry (2021)" in awards.messages[1].content


def test_golden_sections_survive_a_round_trip(golden, tmp_path):
    gathered = gather_examples("golden", golden)
    file = tmp_path / "langsmith.jsonl"
    write_dataset(gathered.examples, file, "langsmith")
    other = tmp_path / "other"
    placed = place_as_golden(read_dataset(file), other)
    assert placed.files == tuple(other / "minimal" / "approved" / f"{name}.md" for name in ("awards", "benefit"))
    assert placed.notes == (f"{other / 'minimal'} has no case.yaml yet: copy the case's folder there",)
    shutil.copytree("tests/cases/minimal", other / "minimal", dirs_exist_ok=True)
    again = gather_examples("golden", Settings(home=golden.home, golden=other))
    assert again.examples == gathered.examples
    assert stat.S_IMODE(placed.files[0].stat().st_mode) == 0o600


def test_approved_examples_carry_machine_drafts(shared_home):
    settings = Settings(home=shared_home)
    options = RunOptions(max_revisions=0, sections=("awards", "benefit"))
    run = workbench.start("tests/cases/minimal", options=options, user_id="ana", settings=settings)
    run.wait()
    written = next(one for one in run.snapshot.sections if one.section_id == "benefit").content
    run.edit("benefit", f"{written}\nOne more [@statement, p. 2].\n")
    for section_id in ("awards", "benefit"):
        run.approve(section_id)
    gathered = gather_examples("approved", settings)
    by_section = {one.section_id: one for one in gathered.examples}
    assert by_section["awards"].label == "approved"
    assert by_section["benefit"].label == "edited"
    assert by_section["benefit"].draft == written
    assert by_section["benefit"].answer.rstrip().endswith("One more [@statement, p. 2].")
    assert gathered.notes == ()


def test_missing_golden_cases_name_the_variable(shared_home):
    with pytest.raises(InputError, match="WORKBENCH_GOLDEN"):
        gather_examples("golden", Settings(home=shared_home))
    with pytest.raises(InputError, match="use one of golden, approved"):
        gather_examples("silver", Settings(home=shared_home))


def test_unplaceable_examples_are_named(tmp_path):
    good = Example(ASKED, "Good [@medal, p. 1].", case_id="minimal", section_id="awards")
    examples = [
        good,
        Example(ASKED, "Other.", case_id="minimal", section_id="awards"),
        good,
        Example(ASKED, "x", section_id="awards"),
        Example(ASKED, "x", case_id="../outside", section_id="awards"),
        Example(ASKED, "x", case_id="minimal", section_id="awrads"),
        Example(ASKED, None, case_id="minimal", section_id="intro"),
        Example(ASKED, "x", case_id="minimal", section_id="intro", label="rejected"),
    ]
    (tmp_path / "minimal").mkdir()
    (tmp_path / "minimal" / "case.yaml").touch()
    placed = place_as_golden(examples, tmp_path)
    file = tmp_path / "minimal" / "approved" / "awards.md"
    assert placed.files == (file,)
    assert file.read_text() == "Good [@medal, p. 1].\n"
    assert placed.notes == (
        f"example 2 is left out: {file} holds another text",
        "example 4 is left out: it names no case",
        "example 5 is left out: it names no case",
        "example 6 is left out: it names no section",
        "example 7 is left out: it has no answer",
        "example 8 is left out: its text was rejected",
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["minimal"]
