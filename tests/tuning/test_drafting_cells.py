"""A cell asked of a real endpoint, then cached."""

from __future__ import annotations

import asyncio
import threading

import pytest
from scripted_endpoint import Endpoint, fails, hangs, streams

from workbench.case.loader import load_case
from workbench.case.search import MemoryManager
from workbench.config import Settings
from workbench.drafting.answer_cache import AnswerCache
from workbench.drafting.openai_model import OpenAIModel, Patience
from workbench.drafting.pricing import Budget, PriceTable
from workbench.drafting.prompts.templates import PromptLibrary
from workbench.errors import BudgetExceededError, ModelError
from workbench.tuning.experiment.cells import ModelEntry, Variant
from workbench.tuning.experiment.drafting import assignment_for
from workbench.tuning.experiment.models import close_model, open_model
from workbench.tuning.experiment.runner import draft_cell

SHIPPED = Variant("shipped", PromptLibrary.shipped())


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path / "home")


@pytest.fixture
def assignment(settings):
    case = load_case("wu")
    with MemoryManager(case) as memory:
        return assignment_for(case, "awards", settings=settings, memory=memory)


async def asked(answers, assignment, endpoint, repeat=1, **options):
    model = OpenAIModel("small-model", prices=PriceTable.load(), base_url=endpoint.url, patience=Patience(attempts=1))
    try:
        return await draft_cell(SHIPPED, ModelEntry("small-model", model), assignment, repeat, answers, **options)
    finally:
        await model.aclose()


async def test_cached_answer_keeps_latency(settings, assignment):
    heard = []
    with Endpoint() as endpoint:
        endpoint.acts = [streams("The medal ", "was awarded."), streams("Another.")]
        with AnswerCache(settings) as answers:
            first = await asked(answers, assignment, endpoint, on_text=heard.append)
        assert heard == ["The medal ", "was awarded."]
        with AnswerCache(settings) as answers:
            second = await asked(answers, assignment, endpoint, on_text=heard.append)
            third = await asked(answers, assignment, endpoint, repeat=2)
        assert len(endpoint.posted) == 2
    assert (first.cached, second.cached, third.cached) == (False, True, False)
    assert first.content == second.content == "The medal was awarded.\n"
    assert (first.latency_s, first.first_text_s, first.at) == (second.latency_s, second.first_text_s, second.at)
    assert second.usage.output_tokens == 20
    assert heard[-1] == second.content
    assert third.content == "Another.\n"


async def test_failed_answer_is_charged(settings, assignment):
    budget = Budget(limit_tokens=200)
    with Endpoint() as endpoint, AnswerCache(settings, budget=budget) as answers:
        endpoint.acts = [streams("   "), fails(400), fails(400), streams("Now it answers.")]
        # Empty, and the second request is refused: the first is charged all the same.
        with pytest.raises(ModelError, match="refuses the request"):
            await asked(answers, assignment, endpoint)
        assert budget.spent_tokens == 120
        with pytest.raises(ModelError, match="refuses the request"):
            await asked(answers, assignment, endpoint)
        assert (await asked(answers, assignment, endpoint)).content == "Now it answers.\n"
        assert budget.spent_tokens == 240
        with pytest.raises(BudgetExceededError):
            await asked(answers, assignment, endpoint, repeat=2)
        assert (await asked(answers, assignment, endpoint)).cached, "what is kept costs nothing"
        assert len(endpoint.posted) == 4


async def test_concurrent_callers_share_answer(settings, assignment):
    with Endpoint() as endpoint, AnswerCache(settings) as mine, AnswerCache(settings) as theirs:
        endpoint.acts = [streams("Once.")]
        both = await asyncio.gather(*(asked(answers, assignment, endpoint) for answers in (mine, theirs)))
        assert len(endpoint.posted) == 1
    assert sorted(answer.cached for answer in both) == [False, True]


async def test_waiting_caller_takes_over(settings, assignment):
    with Endpoint() as endpoint, AnswerCache(settings) as answers:
        came = threading.Event()

        def hang(reply):
            came.set()
            hangs()(reply)

        endpoint.acts = [hang, streams("At last.")]
        first = asyncio.create_task(asked(answers, assignment, endpoint))
        await asyncio.to_thread(came.wait)
        second = asyncio.create_task(asked(answers, assignment, endpoint))
        await asyncio.sleep(0)  # it runs up to where it waits for the first
        first.cancel()
        assert (await second).content == "At last.\n"


async def test_assembler_is_never_cached(settings, assignment):
    offline = open_model("offline", settings)
    with AnswerCache(settings) as answers:
        drafts = [await draft_cell(SHIPPED, offline, assignment, 1, answers) for _ in range(2)]
        assert answers.asked == 0
    await close_model(offline)
    assert [draft.cached for draft in drafts] == [False, False]
    assert drafts[0].content == drafts[1].content
    assert drafts[0].prompt_version == SHIPPED.prompts.version("awards")
