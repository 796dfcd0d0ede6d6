"""A model's opinion of support, and the proof that its quotation stands on the page."""

from __future__ import annotations

import json

import pytest

from workbench.case.loader import load_case
from workbench.checks.evidence import EvidencePage
from workbench.checks.report import SentenceVerdict
from workbench.checks.support.support import CitedClaim
from workbench.config import shared_folder
from workbench.drafting.json_question import UnusableJsonError
from workbench.drafting.scripted_model import ScriptedModel
from workbench.drafting.support_judge import SupportJudge, find_quoted
from workbench.errors import ModelError

PAGE = EvidencePage("medal", 2, "The medal for 1975 was award-\ned to Chien-Shiung Wu of Columbia University.")


@pytest.fixture(scope="module")
def case():
    return load_case(shared_folder("cases") / "wu")


def claim(*pages, before=""):
    verdict = SentenceVerdict(section_id="awards", line=3, text="She won [@medal, p. 2].", verdict="partly")
    return CitedClaim(verdict, "She won.", before, pages or (PAGE,))


async def ask(case, answer, asked=None):
    asked = asked or claim()
    opinion = await SupportJudge(ScriptedModel(default=answer)).ask(case, asked)
    return opinion, opinion.to_finding(asked)


def answer(quote, verdict="supported", reason="The page says so."):
    return json.dumps({"reason": reason, "quote": quote, "verdict": verdict})


async def test_opinion_quotes_page_verbatim(case):
    text = "<think>Well.</think>" + answer("the medal for 1975 was awarded to Chien Shiung Wu", "contradicted")
    opinion, finding = await ask(case, text)
    assert opinion.evidence.quote == "The medal for 1975 was award-\ned to Chien-Shiung Wu"
    assert (finding.severity, finding.line, finding.quote) == ("warning", 3, "She won [@medal, p. 2].")
    assert finding.message.startswith("Opinion of scripted model, not a check: contradicted.")


async def test_supported_sentence_has_no_finding(case):
    _, finding = await ask(case, answer("the medal for 1975 was awarded"))
    assert finding is None


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (answer("the medal for 1976 was awarded to Chien-Shiung Wu"), "no page has the words quoted"),
        (answer("the medal for"), "no page has the words quoted"),
        (answer("", "contradicted"), "no page has the words quoted"),
        (answer("the medal for 1975 was awarded", "certainly"), "no opinion"),
        ("I cannot say.", "no JSON"),
        ("[1, 2]", "no opinion"),
    ],
)
async def test_unproved_opinion_is_refused(text, error, case):
    model = ScriptedModel(default=text)
    with pytest.raises(UnusableJsonError, match=error):
        await SupportJudge(model).ask(case, claim())
    assert model.calls == ["support", "support"]


async def test_refusal_is_passed_on(case):
    with pytest.raises(ModelError, match="refused"):
        await ask(case, ModelError("refused"))


async def test_not_found_needs_no_quotation(case):
    opinion, finding = await ask(case, answer("", "not found"))
    assert (opinion.verdict, opinion.evidence, finding.severity) == ("not found", None, "warning")


async def test_unshown_pages_are_named(case):
    long = EvidencePage("medal", 3, "word " * 4000)
    _, finding = await ask(case, answer("", "not found"), claim(PAGE, long))
    assert finding.severity == "info"
    assert finding.message.endswith("Pages cited that it was not shown: 1.")


async def test_long_page_is_not_sent(case):
    model = ScriptedModel()
    assert await SupportJudge(model).ask(case, claim(EvidencePage("medal", 3, "word " * 4000))) is None
    assert model.calls == []


async def test_question_shows_paragraph_and_page(case):
    model = ScriptedModel(default=answer("the medal for 1975 was awarded"))
    await SupportJudge(model).ask(case, claim(before="Dr. Wu is a physicist."))
    asked = model.requests[0].user
    assert "Dr. Wu is a physicist." in asked
    assert PAGE.text in asked


def test_quotation_across_pages_is_refused():
    pages = [EvidencePage("a", 1, "one two three"), EvidencePage("a", 2, "four five six")]
    assert find_quoted("one two three four", pages) is None
