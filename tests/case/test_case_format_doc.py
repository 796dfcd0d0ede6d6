import re
from pathlib import Path

import pytest

from workbench.case.criteria import CRITERIA, NARRATIVE_ELEMENTS
from workbench.case.loader import load_case
from workbench.case.model import Case, CaseFile, Exhibit, ExhibitKind

GUIDE = (Path(__file__).parents[2] / "docs" / "case-format.md").read_text(encoding="utf-8")


@pytest.fixture
def example(tmp_path, settings) -> Case:
    """The guide's own example, with two exhibits of two pages beside it."""
    (source,) = (block for block in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL) if "\nclaims:" in block)
    (tmp_path / "case.yaml").write_text(source, encoding="utf-8")
    (tmp_path / "exhibits").mkdir()
    for name in ("medal", "statement"):
        (tmp_path / "exhibits" / f"{name}.txt").write_text("one\ftwo", encoding="utf-8")
    return load_case(tmp_path, settings=settings)


def test_the_example_of_the_guide_loads(example):
    assert example.beneficiary.full_reference == "Dr. Ada Example"
    assert len(list(example.facts())) == 3


@pytest.mark.parametrize("row", [*CRITERIA.values()], ids=[*CRITERIA])
def test_the_guide_names_every_element(row):
    (line,) = re.findall(rf"^\| `{row.id}` \|.*$", GUIDE, re.MULTILINE)
    assert re.findall(r"`(\w+)`", line) == [row.id, *(element.id for element in row.elements)]


def test_guide_names_fields_sections_and_kinds():
    named = set(re.findall(r"`(\w+)`", GUIDE))
    fields = {field.alias or name for name, field in CaseFile.model_fields.items()}
    assert fields | set(Exhibit.model_fields) | set(ExhibitKind) <= named
    for section, elements in NARRATIVE_ELEMENTS.items():
        assert {section, *(element.id for element in elements)} <= named
