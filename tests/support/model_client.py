"""Key, prices, request, clock and reader for tests of the OpenAI client."""

from __future__ import annotations

from workbench.drafting.openai_model import OpenAIModel
from workbench.drafting.pricing import PriceTable
from workbench.drafting.request import Chunk, ModelRequest

KEY = "sk-very-secret"
PRICES = PriceTable.model_validate({"as_of": "2025-01-01", "models": {"small-model": {"input": 1, "output": 10}}})
# assignment is None: only the offline assembler may read it.
REQUEST = ModelRequest("awards", "You are counsel.", "Argue the medal.", assignment=None, max_output_tokens=500)


class Clock:
    """Time that passes only while someone sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


async def collect(model: OpenAIModel, into: list[Chunk] | None = None) -> tuple[str, list[Chunk]]:
    """Collects text and chunks as a reader has them.

    The reader honours ``restart``; chunks also go ``into``, where an error follows.
    """
    text, chunks = "", [] if into is None else into
    async for chunk in model.stream(REQUEST):
        text = chunk.text if chunk.restart else text + chunk.text
        chunks.append(chunk)
    return text, chunks
