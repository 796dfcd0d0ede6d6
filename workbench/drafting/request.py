"""Data between the writer and a model."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from workbench.case.model import Case
from workbench.case.search import Passage
from workbench.checks.finding import Finding
from workbench.drafting.sections import SectionSpec
from workbench.drafting.style_example import StyleExample


@dataclass(frozen=True)
class Assignment:
    """One section to be drafted or revised.

    Attributes:
        case: The case.
        section: The section.
        passages: Relevant passages of the exhibits, best first.
        earlier: Finished sections that this one summarises, by section id, Markdown.
        previous: The draft to be revised, empty at the first attempt.
        findings: Findings of the checks about ``previous``.
        instruction: The attorney's wish; may be empty.
        style: Excerpts of approved sections of earlier runs. Examples only: nothing in them is evidence.
    """

    case: Case
    section: SectionSpec
    passages: tuple[Passage, ...] = ()
    earlier: Mapping[str, str] = field(default_factory=dict)
    previous: str = ""
    findings: tuple[Finding, ...] = ()
    instruction: str = ""
    style: tuple[StyleExample, ...] = ()


@dataclass(frozen=True)
class ModelRequest:
    """One call of a model.

    Attributes:
        section_id: Sent as the header ``X-Workbench-Section``.
        system: The system message.
        user: The user message: the rendered prompt.
        assignment: The same as data; the offline assembler works from it, no other model reads it. Its ``style`` is
            what the prompt had room for.
        max_output_tokens: Upper bound of the answer.
        schema: JSON schema that the answer should follow, for an endpoint that supports schemas; None: text. The
            caller must check the answer all the same.
    """

    section_id: str
    system: str
    user: str
    assignment: Assignment
    # Enough for the judge; the writer always sets it from the section's length.
    max_output_tokens: int = 4096
    # Used by the judge only; drafts are Markdown.
    schema: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class ModelUsage:
    """Tokens and cost of one call.

    Attributes:
        input_tokens: Tokens of the prompt.
        output_tokens: Tokens of the answer.
        cost_usd: USD; None if the price is unknown.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = 0.0

    def __add__(self, other: ModelUsage) -> ModelUsage:
        """Adds two calls; the cost of the sum is unknown if one is."""
        known = self.cost_usd is not None and other.cost_usd is not None
        return ModelUsage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            (self.cost_usd or 0.0) + (other.cost_usd or 0.0) if known else None,
        )


@dataclass(frozen=True)
class Chunk:
    """Piece of a streaming answer.

    Attributes:
        text: Text to append.
        usage: Usage of a call; on its last chunk only. A request that is asked again has several, which add up.
        restart: The answer broke off and begins again: drop the text of this request so far, then append ``text``.
        finish_reason: How a call ended, beside its usage: ``stop``, ``length``, ``content_filter``, ``tool_calls`` or
            ``error``, whatever the endpoint's own word is; empty where it is not known.
    """

    text: str = ""
    usage: ModelUsage | None = None
    # Part of the stream, not an exception: the viewer must drop text that it has already shown.
    restart: bool = False
    finish_reason: str = ""


# A protocol, not a base class: tests and users bring models that import nothing of ours.
class Model(Protocol):
    """Interface of everything that writes drafts.

    Attributes:
        label: Shown in the snapshot, the log and the petition: ``offline assembler (no language model)``,
            ``gpt-5 at api.example.com``.
        host: Host that receives requests, or None if nothing leaves this process.
    """

    @property
    def label(self) -> str:
        """Name of the writer for readers of the draft."""

    @property
    def host(self) -> str | None:
        """Host that receives requests, or None."""

    def prompt_characters(self, max_output_tokens: int) -> int | None:
        """Returns the longest prompt in characters, None if unlimited."""

    async def check(self) -> None:
        """Checks that the model is reachable and accepts the key.

        Raises:
            ModelRefusedError: It does not; the message names the variable to change.
        """

    def stream(self, request: ModelRequest) -> AsyncIterator[Chunk]:
        """Streams the answer; the last chunk carries the usage.

        Raises:
            ModelUnavailableError: The endpoint is lost, overloaded or refuses the key, after the retries.
            ModelError: This request cannot be answered: the section fails, the run goes on.
        """

    async def aclose(self) -> None:
        """Closes connections."""
