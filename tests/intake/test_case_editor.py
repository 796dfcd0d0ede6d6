"""Edits of a case file that was taken in."""

import pytest

from workbench.case.loader import CASE_FILE
from workbench.errors import CaseError, InputError

MEDAL = "medal-of-the-invented-academy"


def read(editor):
    return (editor.folder / CASE_FILE).read_text(encoding="utf-8")


def fields(editor):
    return {point.field for point in editor.open_points}


def test_confirmed_guess_keeps_value(editor):
    before = read(editor)
    editor.settle(f"exhibits.{MEDAL}.date")
    assert editor.case.exhibits[0].date == "2021-05-04"
    changed = [line for line in before.split("\n") if line not in read(editor).split("\n")]
    assert len(changed) == 1


def test_value_takes_place_of_gap(editor):
    editor.settle("filing_date", "2026-03-02")
    editor.settle("exhibits.plans-of-the-laboratory.kind", "statement")
    editor.settle("beneficiary.pronouns", "they")
    case = editor.case
    assert (str(case.filing_date), case.exhibits[1].kind, case.beneficiary.pronouns.possessive) == (
        "2026-03-02",
        "statement",
        "their",
    )
    assert "filing_date: 2026-03-02\n" in read(editor)


def test_exhibit_is_confirmed_at_once(editor):
    editor.settle(f"exhibits.{MEDAL}")
    assert not {field for field in fields(editor) if field.startswith(f"exhibits.{MEDAL}")}


@pytest.mark.parametrize("field", ["filing_date", "exhibits.nothing.date", "title", "claims"])
def test_gap_is_not_confirmed(field, editor):
    before = read(editor)
    with pytest.raises(InputError, match=r"case\.yaml: " + field):
        editor.settle(field)
    assert read(editor) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("filing_date", "soon"),
        ("exhibits.plans-of-the-laboratory.kind", "novel"),
        ("beneficiary.pronouns", "it"),
        ("beneficiary.age", "5"),
    ],
)
def test_wrong_value_leaves_file(field, value, editor):
    before = read(editor)
    with pytest.raises(InputError):
        editor.settle(field, value)
    assert read(editor) == before


def test_hostile_value_stays_text(editor):
    editor.settle("beneficiary.surname", "O'x: &a [b] # GUESS: c")
    assert editor.case.beneficiary.surname == "O'x: &a [b] # GUESS: c"
    assert "beneficiary.surname" not in fields(editor)


def test_fact_keeps_comments_and_order(editor):
    for proposal in editor.proposals(["awards"])[:2]:
        editor.accept(proposal.id, item="The Medal")
    editor.add_fact("background", "career", "She had a laboratory.", exhibit=MEDAL, pages=[1])
    editor.add_fact("background", "education", "She studied.", exhibit=MEDAL, pages=[1])
    case = editor.case
    assert [item.title for item in case.claims[0].items] == ["The Medal"]
    assert list(case.narrative["background"]) == ["education", "career"]
    text = read(editor)
    assert text.index("# What is claimed") < text.index("claims:") < text.index("# Exhibit 1") < text.index("exhibits:")
    assert "cites:\n" in text


def test_claims_stand_in_regulation_order(editor):
    for criterion, element in (("publications", "authored"), ("awards", "received"), ("membership", "member")):
        editor.add_fact(criterion, element, "A sentence.", exhibit=MEDAL, pages=[1])
    assert [claim.criterion for claim in editor.case.claims] == ["awards", "membership", "publications"]


@pytest.mark.parametrize(
    "change",
    [{"pages": [9]}, {"exhibit": "nothing"}, {"element": "nothing"}, {"criterion": "nothing"}, {"text": " "}],
)
def test_wrong_fact_leaves_file(change, editor):
    before = read(editor)
    fact = {"criterion": "awards", "element": "received", "text": "One.", "exhibit": MEDAL, "pages": [1]} | change
    with pytest.raises(CaseError):
        editor.add_fact(**fact)
    assert read(editor) == before


def test_unknown_proposal_is_refused(editor):
    with pytest.raises(InputError, match="no proposal"):
        editor.accept("00000000")
    with pytest.raises(InputError, match="did you mean awards"):
        editor.proposals(["award"])


def test_edit_by_hand_is_kept(editor):
    file = editor.folder / CASE_FILE
    file.write_text(read(editor).replace("claims: []", "# a note of mine\nclaims: []  # soon"), encoding="utf-8")
    editor.settle("beneficiary.surname")
    assert "# a note of mine\nclaims: []  # soon" in read(editor)
    file.write_text(read(editor).replace("schema: 1", "schema: &a 1"), encoding="utf-8")
    with pytest.raises(CaseError, match="anchors"):
        editor.settle("beneficiary.honorific", "Dr.")
