"""Checks of an expert letter."""

import pytest

from workbench.checks.chosen_checks import choose_checks
from workbench.drafting.offline.assembler import assemble
from workbench.drafting.sections import sections_for


@pytest.fixture(scope="module")
def texts(expert_letter):
    return {spec.section_id: assemble(expert_letter, spec) for spec in sections_for(expert_letter)}


def with_signer(case, **changes):
    return case.model_copy(update={"signer": case.signer.model_copy(update=changes)})


@pytest.mark.parametrize("check", ["legal-conclusion", "first-person", "claim-uncited", "exhibit-exists", "entity"])
def test_sample_letter_has_no_finding(run, expert_letter, texts, check):
    for section_id, text in texts.items():
        assert run(check, text, expert_letter, section_id) == []


@pytest.mark.parametrize(
    "words",
    [
        "In my opinion she meets the criterion.",
        "She has satisfied at least three of the criteria.",
        "I believe that she qualifies for this visa.",
        "Her work is an original contribution of major significance.",
        "She is among the small percentage at the very top of her field.",
        "She is an alien of extraordinary ability (8 C.F.R. § 204.5(h)).",
        "I ask that the petition be approved.",
    ],
)
def test_conclusion_of_law_is_error(run, expert_letter, words):
    found = run("legal-conclusion", words, expert_letter, "opinion-change")
    assert {finding.severity for finding in found} == {"error"}


def test_plain_praise_is_no_law(run, expert_letter):
    words = "I think that the work is excellent, and that it met a need of every laboratory."
    assert run("legal-conclusion", words, expert_letter, "opinion-change") == []


def test_voice_of_petition_is_error(run, expert_letter):
    (finding,) = run("first-person", "The petitioner submits that I am right.", expert_letter, "opinion-change")
    assert finding.severity == "error"
    (finding,) = run("first-person", "The work is sound.", expert_letter, "opinion-change")
    assert finding.severity == "warning"


def test_independence_must_be_stated(run_letter, expert_letter, texts):
    check = "independence-statement"
    assert run_letter(check, list(texts.items()), expert_letter) == []
    (finding,) = run_letter(check, "I have read the article.", expert_letter)
    assert "Nowhere does the letter say" in finding.message
    (finding,) = run_letter(check, "I do not write as an independent expert.", expert_letter)
    assert "the letter says otherwise" in finding.message
    dependent = with_signer(expert_letter, independent=False)
    assert run_letter(check, list(texts.items()), dependent)[0].severity == "error"
    assert run_letter(check, "I do not write as an independent expert.", dependent) == []


def test_tie_of_independent_signer_is_warning(run_letter, expert_letter):
    text = "I write as an independent expert. She was my doctoral student."
    (finding,) = run_letter("independence-statement", text, expert_letter)
    assert (finding.severity, "my doctoral student" in finding.message) == ("warning", True)
    text = "I write as an independent expert. She was never my student."
    assert run_letter("independence-statement", text, expert_letter) == []


def test_words_of_other_letter_are_found(run_letter, expert_letter, texts):
    copied = (
        "When I compare a calculated spectrum with a measured one, a difference of one part in a hundred decides"
        " whether a term is kept [@parity-article, p. 2]."
    )
    (finding,) = run_letter("overlap-of-letters", [*texts.items(), ("opinion-x", copied)], expert_letter)
    assert finding.message.startswith("This letter and Exhibit 4 (colleague-letter) read as written by one person")
    assert [place.exhibit_id for place in finding.evidence] == ["colleague-letter"]
    assert run_letter("overlap-of-letters", list(texts.items()), expert_letter) == []


def test_petition_may_not_cite_unfiled_exhibit(run, minimal):
    exhibits = tuple(each.model_copy(update={"filed": each.id != "medal"}) for each in minimal.exhibits)
    case = minimal.model_copy(update={"exhibits": exhibits})
    case.__dict__.pop("_by_id", None)
    (finding,) = run("exhibit-exists", "She won it [@medal, p. 1].", case)
    assert "is kept on file and not filed" in finding.message


def test_letter_has_checks_of_its_own(expert_letter, wu):
    assert "legal-conclusion" in {check.id for check in choose_checks(expert_letter).checks}
    assert "legal-conclusion" not in {check.id for check in choose_checks(wu).checks}


def test_hostile_letter_is_linear(run, run_letter, expert_letter):
    text = "I met meets the the the criteri of sustained national " * 3000
    assert run("legal-conclusion", text, expert_letter) == []
    assert run_letter("independence-statement", text, expert_letter)
