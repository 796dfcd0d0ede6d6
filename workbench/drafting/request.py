"""What passes between the writer and a model: the assignment, the request, the streamed chunks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from workbench.case.model import Case
from workbench.case.search import Passage
from workbench.checks.finding import Finding
from workbench.drafting.sections import SectionSpec


@dataclass(frozen=True)
class Assignment:
    """One section to be drafted, or drafted again.

    Attributes:
        case: The case.
        section: What to draft.
        passages: What the exhibits say of it, best first.
        earlier: Finished sections that this one summarises, by section id, Markdown.
        previous: The draft to be revised, empty at the first attempt.
        findings: What the checks said of ``previous``.
        instruction: What the attorney asks for, empty where nothing.
    """

    case: Case
    section: SectionSpec
    passages: tuple[Passage, ...] = ()
    earlier: Mapping[str, str] = field(default_factory=dict)
    previous: str = ""
    findings: tuple[Finding, ...] = ()
    instruction: str = ""


@dataclass(frozen=True)
class ModelRequest:
    """One call of a model.

    Attributes:
        section_id: Sent as the header ``X-Workbench-Section``.
        system: The system message.
        user: The user message: the rendered prompt.
        assignment: The same as data; the offline assembler works from it, no other model reads it.
        max_output_tokens: Upper bound of the answer.
        schema: JSON schema that the answer is to follow, for an endpoint that keeps to one; None: text. Who asks must
            check the answer all the same.
    """

    section_id: str
    system: str
    user: str
    assignment: Assignment
    max_output_tokens: int = 4096
    schema: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class ModelUsage:
    """What one call used; ``cost_usd`` None where the price is unknown."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = 0.0


@dataclass(frozen=True)
class Chunk:
    """A piece of an answer as it streams; the last one carries the usage.

    Attributes:
        text: What to append.
        usage: What the call used; on the last chunk only.
        restart: The answer broke off and begins again: drop what this request has streamed so far, then append
            ``text``.
    """

    text: str = ""
    usage: ModelUsage | None = None
    restart: bool = False


class Model(Protocol):
    """Anything that writes.

    Attributes:
        label: Shown in the snapshot, the log and the petition: ``offline assembler (no language model)``,
            ``gpt-5 at api.example.com``.
        host: Where requests go, or None where nothing leaves this machine's process.
    """

    @property
    def label(self) -> str:
        """What the reader is told wrote the draft."""

    @property
    def host(self) -> str | None:
        """Where requests go."""

    def prompt_characters(self, max_output_tokens: int) -> int | None:
        """How long the two messages may be together, in characters; None where there is no limit to mind."""

    async def check(self) -> None:
        """Before a run: can it be reached, and does it accept the key and the model?

        Raises:
            ModelRefusedError: It does not; the message names the variable to change.
        """

    def stream(self, request: ModelRequest) -> AsyncIterator[Chunk]:
        """The answer, piece by piece; ends with a chunk that carries the usage.

        Raises:
            ModelUnavailableError: The endpoint is lost, overloaded or refuses the key, after the retries.
            ModelError: This request cannot be answered: the section fails, the run goes on.
        """

    async def aclose(self) -> None:
        """Lets go of connections."""
