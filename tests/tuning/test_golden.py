"""The firm's golden cases: read whole, told whole what is wrong with them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from workbench.config import Settings
from workbench.errors import InputError
from workbench.tuning.golden import approved_text, golden_cases

CASES = Path(__file__).parent.parent / "cases"
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


def test_cases_and_their_approved_sections(settings, golden):
    (golden / "minimal" / "approved" / "intro.md").write_text("The petition.\n")
    [case] = golden_cases(settings)
    assert case.case.case_id == "minimal"
    assert list(case.approved) == ["intro", "awards"], "in the order of the letter"
    assert case.approved["awards"] == AWARDS
    assert approved_text(settings, "minimal", "awards") == AWARDS


def test_without_the_variable_there_are_none(tmp_path):
    settings = Settings(home=tmp_path)
    assert golden_cases(settings) == ()
    assert approved_text(settings, "minimal", "awards") is None


@pytest.mark.parametrize(
    "place", [("minimal", "membership"), ("other", "awards"), ("../x", "awards"), ("minimal", "..")]
)
def test_what_is_not_there_is_none(settings, place):
    assert approved_text(settings, *place) is None


def test_a_text_is_clean_as_a_draft_is(settings, golden):
    file = golden / "minimal" / "approved" / "awards.md"
    file.write_bytes(b"\xef\xbb\xbf" + f"<b>{AWARDS.strip()}</b>\r\n".encode())
    assert approved_text(settings, "minimal", "awards") == AWARDS


def test_everything_that_is_wrong_is_told_at_once(settings, golden):
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


def test_a_case_without_an_approved_section_measures_nothing(settings, golden):
    shutil.rmtree(golden / "minimal" / "approved")
    with pytest.raises(InputError, match="a golden case without an approved section"):
        golden_cases(settings)


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="WORKBENCH_GOLDEN: the folder of golden cases cannot be read"):
        golden_cases(Settings(home=tmp_path, golden=tmp_path / "nowhere"))
