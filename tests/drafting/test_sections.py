"""Catalogue of sections."""

from graphlib import TopologicalSorter

import pytest

from workbench.case.criteria import CRITERIA, SECTION_IDS
from workbench.drafting.sections import EB1A_SECTIONS, SECTIONS, resolve_sections, sections_for, waits_for
from workbench.errors import InputError


def ids(specs):
    return [spec.section_id for spec in specs]


def test_catalogue_matches_the_case_format():
    assert tuple(SECTIONS) == SECTION_IDS


def test_section_dependencies_have_no_cycle():
    order = list(TopologicalSorter({key: spec.after for key, spec in SECTIONS.items()}).static_order())
    for summary in ("intro", "final_merits", "conclusion"):
        assert all(order.index(criterion) < order.index(summary) for criterion in CRITERIA)
    assert order.index("final_merits") < order.index("conclusion")
    assert all(other in SECTIONS for spec in SECTIONS.values() for other in spec.after)


def test_seed_sections_carry_their_numbers():
    numbers = {row["section_id"]: (row["seed_number"], row["cfr"]) for row in EB1A_SECTIONS}
    assert list(numbers) == [
        "intro",
        "background",
        "awards",
        "membership",
        "publications",
        "critical_role",
        "conclusion",
    ]
    assert numbers["awards"] == ("2.1", "204.5(h)(3)(i)")
    assert numbers["membership"] == ("2.2", "204.5(h)(3)(ii)")
    assert numbers["publications"] == ("2.6", "204.5(h)(3)(vi)")
    assert numbers["critical_role"] == ("2.7", "204.5(h)(3)(viii)")


def test_title_shows_the_regulation_paragraph():
    title = (
        "Criterion (i): Lesser Nationally or Internationally Recognized Prizes or Awards — 8 C.F.R. § 204.5(h)(3)(i)"
    )
    assert SECTIONS["awards"].title == title
    assert SECTIONS["comparable_evidence"].title == "Comparable Evidence — 8 C.F.R. § 204.5(h)(4)"
    assert not SECTIONS["major_award"].title.startswith("Criterion")


def test_listed_sections_are_used(wu):
    assert tuple(ids(sections_for(wu))) == wu.sections


def test_unlisted_sections_follow_the_claims(minimal):
    case = minimal.model_copy(update={"sections": None, "claims": minimal.claims[::-1]})
    assert ids(sections_for(case)) == [
        "intro",
        "background",
        "awards",
        "membership",
        "publications",
        "final_merits",
        "continuing_work",
        "benefit",
        "conclusion",
    ]
    bare = case.model_copy(update={"narrative": {}})
    assert ids(sections_for(bare)) == ["intro", "awards", "membership", "publications", "conclusion"]


def test_seed_dicts_are_sorted_by_order():
    asked = [
        {"section_id": "conclusion", "title": "Conclusion", "order": 3},
        {"id": "intro", "name": "Introduction", "order": 1},
        {"section_id": "2.7", "order": 2},
        "benefit",
    ]
    assert ids(resolve_sections(asked)) == ["intro", "critical_role", "conclusion", "benefit"]
    assert ids(resolve_sections(EB1A_SECTIONS)) == [row["section_id"] for row in EB1A_SECTIONS]


@pytest.mark.parametrize(
    ("asked", "messages"),
    [
        (["award"], ["sections[0]: unknown section 'award'; did you mean 'awards'?"]),
        (["awards", "2.1"], ["sections[1]: section 'awards' is named twice; name it once"]),
        (["memberhip", "intr"], ["did you mean 'membership'?", "did you mean 'intro'?"]),
        ([{"title": "No id"}], ["sections[0]: a section without section_id"]),
        (["zzz"], ["use one of intro, background"]),
        ([], ["no section is named"]),
    ],
)
def test_unknown_sections_name_the_remedy(asked, messages):
    with pytest.raises(InputError) as caught:
        resolve_sections(asked)
    assert len(caught.value.problems) == len(messages)
    for message, problem in zip(messages, caught.value.problems, strict=True):
        assert message in str(problem)


def test_section_waits_within_its_run():
    specs = [SECTIONS["intro"], SECTIONS["awards"], SECTIONS["benefit"]]
    assert waits_for(SECTIONS["intro"], specs) == ("awards",)
