"""Pictures, verdicts and blind review of an experiment."""

from __future__ import annotations

import json

import pytest
from scored_drafts import CASES, assembled, drafted
from scripted_endpoint import Endpoint, lists, streams

from workbench.config import Settings
from workbench.drafting.answer_cache import AnswerCache
from workbench.drafting.pricing import Budget
from workbench.drafting.request import ModelUsage
from workbench.drafting.scripted_model import ScriptedModel
from workbench.tuning.experiment.cells import ModelEntry
from workbench.tuning.experiment.experiment import Experiment
from workbench.tuning.reviews.pairwise import pairs_of
from workbench.tuning.scorers.registry import resolve
from workbench.workflow.loop import BackgroundLoop


@pytest.fixture
def endpoint():
    with Endpoint() as endpoint:
        endpoint.listing = lists("judge-model")
        yield endpoint


@pytest.fixture
def settings(endpoint, tmp_path):
    return Settings(home=tmp_path, cases=CASES, model="judge-model", openai_base_url=endpoint.url)


def verdict(grade):
    return streams(json.dumps({"overall": {"reason": "It cites.", "grade": grade}}))


JUDGE = {"judge": {"rubric": "Does it cite?"}}


async def test_a_verdict_outlives_its_process(endpoint, settings):
    endpoint.acts = [verdict(4)]
    draft = drafted("She won [@medal, p. 1].")
    with AnswerCache(settings) as answers:
        first = await resolve(JUDGE, settings, answers).score(draft)
    with AnswerCache(settings) as answers:
        again = await resolve(JUDGE, settings, answers).score(draft)
        assert (answers.asked, answers.reused) == (0, 1)
    assert (again.value, again.reason) == (first.value, first.reason) == (0.75, "overall 4 of 5: It cites.")
    assert (first.usage.input_tokens, again.usage) == (100, ModelUsage())
    assert len(endpoint.posted) == 1


async def test_verdicts_count_towards_the_spending_limit(endpoint, settings):
    endpoint.acts = [streams("no"), streams("no"), verdict(4)]
    budget = Budget(limit_tokens=300)
    with AnswerCache(settings, budget=budget) as answers:
        judge = resolve(JUDGE, settings, answers)
        assert (await judge.score(drafted("One."))).value is None
        assert budget.spent_tokens == 240  # two answers that were no verdict are paid for
        assert (await judge.score(drafted("One."))).value == 0.75
        assert budget.spent_tokens == 360
    assert len(endpoint.posted) == 3


async def test_experiment_scored_plotted_reviewed(endpoint, settings):
    def medal(draft):
        if "Short" in draft.answer.content:
            raise ValueError("too short to look at")
        return "medal" in draft.answer.content, "looked for the medal"

    whole = await assembled()
    models = [
        ModelEntry("whole", ScriptedModel({"awards": [whole]})),
        ModelEntry("short", ScriptedModel({"awards": ["Short [@medal, p. 1]."]})),
    ]
    # The runner scores in the order of ending: each distinct draft is judged once, whichever comes first.
    endpoint.acts = [verdict(3), verdict(3)]
    experiment = Experiment(
        settings=settings, open_models=models, name="e", cases=["minimal"], sections=["awards"],
        models=["whole", "short"], repeats=2, scorers=["checks", "words", JUDGE, medal],
    )  # fmt: skip
    results = experiment.run(progress=False)
    BackgroundLoop.current().close()

    scores = results.scores.set_index(["model", "repeat", "scorer"])
    assert len(scores) == 2 * 2 * 4
    assert scores.loc[("whole", 1, "checks"), "value"] == 1.0
    assert scores.loc[("short", 1, "words"), "reason"] == "1 word, 149 fewer than 150"
    assert scores.loc[("short", 2, "medal"), "error"] == "raised ValueError: too short to look at"
    assert scores.loc[("whole", 2, "medal"), "reason"] == "looked for the medal"
    assert set(results.scores.query("scorer == 'judge'")["value"]) == {0.5}
    assert len(endpoint.posted) == 2  # equal repeats share a verdict

    assert "medal: filing with whole 1.00" in results.plot_scores().alt
    assert "filing with short no score" in results.plot_scores().alt
    assert results.plot_cost(scorer="words").alt.startswith("Seconds against score: words.")
    assert "Every repeat is scored as its unit’s others are." in results.plot_agreement(scorer="words").alt

    pairs = pairs_of(results, "short", "whole", of="model")
    assert [(pair.a.repeat, pair.a.content.strip(), pair.b.model) for pair in pairs] == [
        (pair.a.repeat, "Short [@medal, p. 1].", "whole") for pair in pairs
    ]
    assert {pair.a.repeat for pair in pairs} == {1, 2}
    assert pairs[0].b.content == whole
