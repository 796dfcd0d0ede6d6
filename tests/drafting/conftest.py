"""The cases that drafts are made of."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from model_client import KEY, PRICES, Clock
from scripted_endpoint import Endpoint

from workbench.case.loader import load_case
from workbench.case.model import Case
from workbench.config import shared_folder
from workbench.drafting.openai_model import OpenAIModel

CASES = Path(__file__).parents[1] / "cases"


@pytest.fixture(scope="session")
def minimal() -> Case:
    return load_case(CASES / "minimal")


@pytest.fixture(scope="session")
def artist() -> Case:
    return load_case(CASES / "artist")


@pytest.fixture(scope="session")
def wu() -> Case:
    return load_case(shared_folder("cases") / "wu")


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as endpoint:
        yield endpoint


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def make(endpoint: Endpoint, clock: Clock) -> AsyncIterator[Any]:
    made: list[OpenAIModel] = []

    def make(**changes: Any) -> OpenAIModel:
        values: dict[str, Any] = {
            "model": "small-model",
            "prices": PRICES,
            "base_url": endpoint.url,
            "api_key": KEY,
            "clock": clock,
            "sleep": clock.sleep,
            "dice": lambda: 1.0,
        }
        model = OpenAIModel(**{**values, **changes})
        made.append(model)
        return model

    yield make
    for model in made:
        await model.aclose()
