"""The judge with the real small model.

Its answers follow the schema; what they say proves nothing.
"""

from __future__ import annotations

import pytest
from scored_drafts import drafted

from workbench.drafting.local_model import LocalModelServer
from workbench.drafting.model_options import ModelOptions
from workbench.drafting.openai_model import OpenAIModel
from workbench.drafting.pricing import PriceTable
from workbench.tuning.scorers.judge import Judge

RUBRIC = {"grounded": "Each statement cites an exhibit."}
ONE = drafted("Dr. Example received the Invented Medal for Chemistry on 4 May 2021 [@medal, p. 1].")
OTHER = drafted("Dr. Example is a genius.")


@pytest.fixture(scope="module")
def judge():
    with LocalModelServer(slots=1, threads=1) as server:
        prices = PriceTable.load()
        yield Judge(
            OpenAIModel(
                server.model,
                prices=prices,
                base_url=server.url,
                options=ModelOptions(temperature=0.0, max_output_tokens=1024),
            ),
            RUBRIC,
        )


async def test_local_model_grades_by_schema(judge):
    result = await judge.score(ONE)
    assert result.error is None, result.error
    assert result.value in {0.0, 0.25, 0.5, 0.75, 1.0}
    assert result.reason.startswith("grounded ")
    assert result.usage.input_tokens > 100
    assert result.usage.output_tokens > 5


async def test_the_small_model_compares_two_drafts(judge):
    preference = await judge.compare(ONE, OTHER)
    assert preference.error is None, preference.error
    assert preference.winner in {"a", "b", "tie"}
    assert preference.winner == "tie" or preference.consistent
    assert preference.reason
