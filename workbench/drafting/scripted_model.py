"""Scripted model for tests and benchmarks."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence

from workbench.drafting.request import Chunk, ModelRequest, ModelUsage

_WORD = re.compile(r"\S+\s*|\s+")

Answer = str | Exception
"""Text that one attempt answers, or error that it raises."""


class ScriptedModel:
    """Scripted :class:`~workbench.drafting.request.Model`.

    Args:
        answers: By section id, the answers of its attempts in order; the last one is repeated. Other sections get
            ``default``.
        default: Answer for all other sections.
        latency_s: Wait before the first chunk of each answer, seconds.
        usage: Reported at the end of each answer.
        label: As shown in the snapshot.
        on_check: Error that :meth:`check` raises, or None.

    Attributes:
        calls: Section ids in the order of the requests.
        requests: The requests themselves, in the same order.
    """

    host: str | None = None

    def __init__(
        self,
        answers: Mapping[str, Sequence[Answer]] | None = None,
        *,
        default: Answer = "The evidence is set out below.\n",
        latency_s: float = 0.0,
        usage: ModelUsage | None = None,
        label: str = "scripted model",
        on_check: Exception | None = None,
    ) -> None:
        self.label = label
        self.calls: list[str] = []
        self.requests: list[ModelRequest] = []
        self._answers = {section_id: tuple(script) for section_id, script in (answers or {}).items()}
        self._default = default
        self._latency_s = latency_s
        self._usage = usage or ModelUsage()
        self._on_check = on_check
        self.closed = False

    def prompt_characters(self, max_output_tokens: int) -> int | None:  # noqa: ARG002 - the protocol's signature
        """Returns None: there is no limit."""
        return None

    async def check(self) -> None:
        """Raises ``on_check``, if given."""
        if self._on_check is not None:
            raise self._on_check

    async def stream(self, request: ModelRequest) -> AsyncIterator[Chunk]:
        """Streams the attempt's answer, a word a chunk."""
        # Counted a section: sections are drafted in parallel, so a total would depend on timing.
        attempt = self.calls.count(request.section_id)
        self.calls.append(request.section_id)
        self.requests.append(request)
        # The last answer repeats, so that a script need not know the number of revisions.
        script = self._answers.get(request.section_id) or (self._default,)
        answer = script[min(attempt, len(script) - 1)]
        if self._latency_s:
            await asyncio.sleep(self._latency_s)
        # After the latency, as a real endpoint fails.
        if isinstance(answer, Exception):
            raise answer
        for word in _WORD.finditer(answer):
            yield Chunk(text=word[0])
        yield Chunk(usage=self._usage)

    async def aclose(self) -> None:
        """Records that it was closed."""
        self.closed = True
