from pathlib import Path

import jsonschema
import pytest
import yaml

from workbench.case.criteria import CRITERIA, SECTION_IDS
from workbench.case.model import CaseFile
from workbench.case.schema import case_schema, fields_at

CASES = Path(__file__).parent.parent / "cases"


def plain(name: str) -> dict:
    """A case as an editor's plug-in sees it: JSON's types, dates as text."""
    loader = type("Loader", (yaml.SafeLoader,), {})
    loader.yaml_implicit_resolvers = {
        letter: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith("timestamp")]
        for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return yaml.load((CASES / name / "case.yaml").read_text(encoding="utf-8"), loader)  # noqa: S506 - a SafeLoader


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(case_schema())
    return jsonschema.Draft202012Validator(case_schema())


@pytest.mark.parametrize("name", ["minimal", "artist"])
def test_schema_accepts_loadable_cases(name, validator):
    assert [error.message for error in validator.iter_errors(plain(name))] == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda case: case.pop("filing_date"),
        lambda case: case.update(colour="red"),
        lambda case: case["sections"].append("introduction"),
        lambda case: case["claims"][0].update(criterion="prizes"),
        lambda case: case["claims"][0]["items"][0]["elements"].update(member=[]),
        lambda case: case["narrative"].update(plans={}),
        lambda case: case["narrative"]["background"].update(youth=[]),
        lambda case: case["exhibits"][0].update(kind="medal"),
        lambda case: case["exhibits"][0].update(date="May 2021"),
    ],
)
def test_the_schema_underlines_a_slip(spoil, validator):
    case = plain("minimal")
    spoil(case)
    assert not validator.is_valid(case)


def test_every_field_is_described():
    schema = case_schema()
    nodes = {"CaseFile": schema, **schema["$defs"]}
    missing = [
        f"{name}.{field}"
        for name, node in nodes.items()
        for field, value in node.get("properties", {}).items()
        if not value.get("description")
    ]
    assert missing == []


def test_the_catalogue_stands_in_the_schema():
    claim = case_schema()["$defs"]["Claim"]
    assert claim["properties"]["criterion"]["enum"] == list(CRITERIA)
    assert len(claim["allOf"]) == len(CRITERIA)
    assert case_schema()["properties"]["sections"]["anyOf"][0]["items"]["anyOf"][0]["enum"][: len(SECTION_IDS)] == list(
        SECTION_IDS
    )


def test_a_copy_may_be_changed():
    case_schema()["properties"].clear()
    assert case_schema()["properties"]


def test_fields_are_found_by_path():
    top = {field.alias or name for name, field in CaseFile.model_fields.items()}
    assert set(fields_at(())) == top
    assert "independent" in fields_at(("exhibits", 3))
    assert set(fields_at(("claims", 0, "items", 0, "elements", "received", 1, "cites", 0))) == {"exhibit", "pages"}
    assert set(fields_at(("narrative", "background", "career", 0))) == {"text", "cites"}
    assert set(fields_at(("counsel",))) == {"name", "firm", "address"}
    assert fields_at(("title",)) == {}
    assert fields_at(("nowhere", 1, "x")) == {}
