"""The writer: renders the prompt of a section, streams the model's answer, hands back a clean draft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workbench.drafting.cleaning import clean_markdown
from workbench.drafting.prompts import PromptLibrary
from workbench.drafting.request import Assignment, Model, ModelRequest, ModelUsage
from workbench.errors import ModelError

_TOKENS_A_WORD = 2
"""English prose runs at about 1.3 tokens a word; citations and headings cost more. Twice is room enough."""


@dataclass(frozen=True)
class Draft:
    """What came of one attempt.

    Attributes:
        content: Clean Markdown, citations inside.
        usage: What the call used.
        prompt_version: ``awards@0123456789ab``.
    """

    content: str
    usage: ModelUsage
    prompt_version: str


class WriterAgent:
    """Drafts sections with one model and one prompt library.

    Args:
        model: Who writes.
        prompts: Default: the shipped ones.
    """

    def __init__(self, model: Model, prompts: PromptLibrary | None = None) -> None:
        self.model = model
        self.prompts = prompts or PromptLibrary.shipped()

    async def draft(
        self,
        assignment: Assignment,
        on_text: Callable[[str], None],
        *,
        on_restart: Callable[[], None] | None = None,
    ) -> Draft:
        """Drafts one section, or drafts it again after findings.

        Args:
            assignment: What to draft.
            on_text: Called with each piece as it streams. The pieces are the model's own: the draft that is returned
                has been cleaned, and replaces them.
            on_restart: Called where a broken answer begins again: forget the pieces so far.

        Raises:
            ModelUnavailableError: See :class:`~workbench.drafting.request.Model`.
            ModelError: The model cannot answer, or nothing usable is left of its answer.
        """
        section = assignment.section
        system, user = self.prompts.render(assignment)
        request = ModelRequest(
            section_id=section.section_id,
            system=system,
            user=user,
            assignment=assignment,
            max_output_tokens=max(1024, section.words[1] * _TOKENS_A_WORD),
        )
        pieces: list[str] = []
        usage = ModelUsage()
        async for chunk in self.model.stream(request):
            if chunk.restart:
                pieces.clear()
                if on_restart is not None:
                    on_restart()
            if chunk.text:
                pieces.append(chunk.text)
                on_text(chunk.text)
            usage = chunk.usage or usage
        content = clean_markdown("".join(pieces), title=section.title)
        if not content:
            raise ModelError(f"section {section.section_id}: {self.model.label} gave an empty answer; regenerate it")
        return Draft(content=content, usage=usage, prompt_version=self.prompts.version(section.section_id))
