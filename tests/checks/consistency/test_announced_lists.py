"""Lists against the number that announces them."""

from __future__ import annotations

import pytest

from workbench.case.loader import load_case
from workbench.checks.consistency.announced_lists import find_miscounted_items
from workbench.checks.draft import DraftSection

FOUR = "\n\n- The medal of 1958\n- The prize of 1962\n- The award of 1964\n- The prize of 1978\n\nAll are old.\n"


@pytest.mark.parametrize(
    ("lead", "quote"),
    [
        ("She began in 1940. Dr. Wu relies on five awards:", "five awards"),
        ("Dr. Wu holds 3 national prizes:", "3 national prizes"),
        ("**The following six distinctions are in the record:**", "six distinctions"),
    ],
)
def test_list_of_another_length_warns(run_letter, lead, quote):
    (finding,) = run_letter("consistency", lead + FOUR, None)
    assert (finding.severity, finding.quote) == ("warning", quote)
    assert "4 follow" in finding.message


@pytest.mark.parametrize(
    "lead",
    [
        "Dr. Wu relies on four awards:",
        "Of ten criteria she meets these four criteria:",
        "In three countries she received what follows:",
        "She was honored after nine years:",
        "She won at least three awards:",
        "She won several awards:",
        "She won five awards.",
        "Of the ten criteria, she meets these:",
    ],
)
def test_list_of_its_length_passes(run_letter, lead):
    assert run_letter("consistency", lead + FOUR, None) == []


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        (
            "He is old. He received nine fellowships from the university: 1) Alpha; 2) Beta; 3) Gamma.",
            ["nine fellowships"],
        ),
        ("He received three fellowships from the university: 1) Alpha; 2) Beta; 3) Gamma.", []),
        ("He received nine fellowships, among them: 1) Alpha.", []),
        ("He received nine fellowships. Three are these: (1) Alpha; (2) Beta; (3) Gamma.", []),
    ],
)
def test_inline_list_is_counted(run_letter, text, quotes):
    assert [finding.quote for finding in run_letter("consistency", text, None)] == quotes


def test_items_within_items_are_not_counted(run_letter):
    text = "She won two prizes:\n\n- One\n  - of gold\n  - of silver\n\n  It is old.\n\n- Another\n"
    assert run_letter("consistency", text, None) == []
    assert len(run_letter("consistency", text.replace("two", "four"), None)) == 1


def test_many_leads_stay_linear(run_letter):
    assert run_letter("consistency", "She won two prizes:\n\n- a\n- b\n\n" * 2_000, None) == []


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("She submits five awards under 8 C.F.R. § 204.5(h)(3)(i).", ["five awards"]),
        (
            "She has four prizes under § 204.5(h)(3)(i) and three memberships under § 204.5(h)(3)(ii).",
            ["three memberships"],
        ),
        ("She has four prizes under criterion (h)(3)(i), and nine years under § 204.5(h)(3)(ii).", []),
        ("She has more than two awards under 8 C.F.R. § 204.5(h)(3)(i).", []),
        ("She judged 40 works under § 204.5(h)(3)(iv).", []),
    ],
)
def test_items_are_counted_against_case(text, quotes):
    found = find_miscounted_items(DraftSection("conclusion", text, load_case("wu")), "consistency")
    assert [(each.severity, each.quote) for each in found] == [("warning", quote) for quote in quotes]
