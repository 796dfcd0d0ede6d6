"""A model's opinion of support, and the proof that its quotation stands on the page."""

from __future__ import annotations

import json

import pytest

from workbench.case.loader import load_case
from workbench.checks.evidence import EvidencePage
from workbench.checks.report import SentenceVerdict
from workbench.config import Settings, shared_folder
from workbench.drafting.pricing import PriceTable
from workbench.drafting.scripted_model import ScriptedModel
from workbench.drafting.support_judge import SupportJudge, find_quoted
from workbench.errors import ModelError

PAGE = EvidencePage("medal", 2, "The medal for 1975 was award-\ned to Chien-Shiung Wu of Columbia University.")


@pytest.fixture(scope="module")
def case():
    return load_case(shared_folder("cases") / "wu")


async def ask(case, answer, page=PAGE):
    judge = SupportJudge(ScriptedModel(default=answer))
    return await judge.ask(case, "Dr. Wu received the medal for 1975.", [page]), judge


def answer(quote, verdict="supported", reason="The page says so."):
    return json.dumps({"reason": reason, "quote": quote, "verdict": verdict})


async def test_opinion_quotes_page_verbatim(case):
    opinion, judge = await ask(
        case, "<think>Well.</think>" + answer("the medal for 1975 was awarded to Chien Shiung Wu")
    )
    assert opinion.evidence.quote == "The medal for 1975 was award-\ned to Chien-Shiung Wu"
    finding = opinion.finding(SentenceVerdict(section_id="awards", line=3, text="She won.", verdict="partly"))
    assert (finding.severity, finding.line) == ("info", 3)
    assert finding.message.startswith("Opinion of scripted model, not a check")
    assert judge.discarded == 0


@pytest.mark.parametrize(
    "text",
    [
        answer("the medal for 1976 was awarded to Chien-Shiung Wu"),
        answer("the medal for"),
        answer("", "contradicted"),
        answer("the medal for 1975 was awarded", "certainly"),
        "I cannot say.",
        "[1, 2]",
        ModelError("refused"),
    ],
)
async def test_unproved_opinion_is_discarded(text, case):
    opinion, judge = await ask(case, text)
    assert opinion is None
    assert judge.discarded == 1


async def test_not_found_needs_no_quotation(case):
    opinion, _ = await ask(case, answer("", "not found"))
    assert (opinion.verdict, opinion.evidence) == ("not found", None)


async def test_unreadable_page_is_not_sent(case):
    model = ScriptedModel()
    opinion = await SupportJudge(model).ask(case, "She won.", [EvidencePage("scan", 1, "", readable=False)])
    assert opinion is None
    assert model.calls == []


def test_judge_needs_set_model():
    assert SupportJudge.from_settings(Settings(model=None), PriceTable.load()) is None


def test_quotation_across_pages_is_refused():
    pages = [EvidencePage("a", 1, "one two three"), EvidencePage("a", 2, "four five six")]
    assert find_quoted("one two three four", pages) is None
