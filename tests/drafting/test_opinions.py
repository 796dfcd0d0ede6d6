"""A model as the second reader of a letter, and what becomes of its answers."""

from __future__ import annotations

import json

import pytest

import workbench
from workbench.case.loader import load_case
from workbench.config import Settings, shared_folder
from workbench.drafting.request import ModelUsage
from workbench.drafting.scripted_model import ScriptedModel
from workbench.errors import InputError, ModelUnavailableError

LETTER = """\
# Awards

Dr. Wu received the Wolf Prize in 1978 [@wolf-record, p. 1]. She was then the chair of its jury [@wolf-record, p. 1].

The petitioner is grateful.
"""
USAGE = ModelUsage(100, 20, 0.5)


@pytest.fixture(scope="module")
def case():
    return load_case(shared_folder("cases") / "wu")


@pytest.fixture
def page_words(case):
    return " ".join(case.documents["wolf-record"].pages[0].split()[:6])


def contradicts(words):
    return json.dumps({"reason": "She was its laureate.", "quote": words, "verdict": "contradicted"})


def find_opinions(report):
    return [finding for finding in report.findings if finding.check == "support-opinion"]


@pytest.fixture
def ask(case, tmp_path):
    async def run(model, **options):
        return await workbench.ask_opinions(LETTER, case, model=model, settings=Settings(home=tmp_path), **options)

    return run


async def test_disagreement_is_warning_beside_checks(ask, case, page_words):
    report = await ask(ScriptedModel(default=contradicts(page_words), usage=USAGE))
    alone = workbench.check(LETTER, case)
    opinions = find_opinions(report)
    assert [finding.severity for finding in opinions] == ["warning", "warning"]
    assert {finding.quote for finding in opinions} == {
        "Dr. Wu received the Wolf Prize in 1978 [@wolf-record, p. 1].",
        "She was then the chair of its jury [@wolf-record, p. 1].",
    }
    assert [finding for finding in report.findings if finding not in opinions] == list(alone.findings)
    assert report.sentences == alone.sentences
    assert report.checked["support-opinion"].places == 2
    assert report.where[report.findings.index(opinions[0])] == "line 3"
    assert all(report.name_place(finding.evidence[0]) for finding in opinions)


async def test_answers_are_kept(ask, page_words):
    first = ScriptedModel(default=contradicts(page_words), usage=USAGE)
    told = []
    report = await ask(first, on_progress=told.append)
    assert (told[-1].done, told[-1].total, told[-1].usage.cost_usd) == (2, 2, 1.0)
    again = ScriptedModel()
    assert find_opinions(await ask(again, on_progress=told.append)) == find_opinions(report)
    assert again.calls == []
    assert told[-1].usage.cost_usd == 0


async def test_unusable_answer_is_not_kept(ask, page_words):
    report = await ask(ScriptedModel(default="I cannot say."))
    assert find_opinions(report) == []
    count = report.checked["support-opinion"]
    assert (count.places, count.why["the model gave no opinion that quotes the page"]) == (0, 2)
    assert len(find_opinions(await ask(ScriptedModel(default=contradicts(page_words))))) == 2


async def test_lost_endpoint_leaves_rest_unchecked(ask, page_words):
    script = {"support": [contradicts(page_words), ModelUnavailableError("gone")]}
    report = await ask(ScriptedModel(script))
    assert len(find_opinions(report)) == 1
    assert report.checked["support-opinion"].why["the model cannot be reached"] == 1


async def test_reached_limit_leaves_rest_unchecked(ask, page_words, monkeypatch):
    monkeypatch.setattr("workbench.drafting.opinions._AT_ONCE", 1)
    report = await ask(ScriptedModel(default=contradicts(page_words), usage=USAGE), budget_usd=0.1)
    count = report.checked["support-opinion"]
    assert (count.places, count.why["the spending limit is reached"]) == (1, 1)


async def test_no_model_is_one_line(case, tmp_path):
    with pytest.raises(InputError, match="no model is set"):
        await workbench.ask_opinions(LETTER, case, settings=Settings(home=tmp_path, model=None))
