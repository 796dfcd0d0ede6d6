"""The writer: renders the prompt of a section, streams the model's answer, hands back a clean draft."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, replace

from workbench.drafting.cleaning import clean_markdown
from workbench.drafting.prompts import PromptLibrary
from workbench.drafting.request import Assignment, Model, ModelRequest, ModelUsage
from workbench.errors import AnswerCutOffError, ModelError

_TOKENS_A_WORD = 2
"""English prose runs at about 1.3 tokens a word; citations and headings cost more. Twice is room enough."""

_CHARACTERS_A_TOKEN = 16
"""English has four or five. What comes beyond is no answer to what was asked: an endpoint that never ends would fill
the memory, the store and the attorney's screen, whatever limit it was sent."""


@dataclass(frozen=True)
class Draft:
    """What came of one attempt.

    Attributes:
        content: Clean Markdown, citations inside.
        usage: What the call used.
        prompt_version: See :meth:`~workbench.drafting.prompts.PromptLibrary.version`.
        cut_off: Why the draft has no end, or None: a draft that is cut off is kept, never taken as finished.
    """

    content: str
    usage: ModelUsage
    prompt_version: str
    cut_off: str | None = None


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
        return await self.answer(self.request(assignment), on_text, on_restart=on_restart)

    def request(self, assignment: Assignment) -> ModelRequest:
        """What the model is asked for that section: its prompt, rendered, and within the model's limit."""
        section = assignment.section
        max_output_tokens = max(1024, section.words[1] * _TOKENS_A_WORD)
        system, user = self._fitted(assignment, self.model.prompt_characters(max_output_tokens))
        return ModelRequest(
            section_id=section.section_id,
            system=system,
            user=user,
            assignment=assignment,
            max_output_tokens=max_output_tokens,
        )

    async def answer(
        self, request: ModelRequest, on_text: Callable[[str], None], *, on_restart: Callable[[], None] | None = None
    ) -> Draft:
        """The draft that comes of a request: the second half of :meth:`draft`, which see."""
        section, max_output_tokens = request.assignment.section, request.max_output_tokens
        pieces: list[str] = []
        usage = ModelUsage()
        cut_off = None
        room = longest = max_output_tokens * _CHARACTERS_A_TOKEN
        chunks = self.model.stream(request)
        try:
            async for chunk in chunks:
                if chunk.restart:
                    pieces.clear()
                    room = longest
                    if on_restart is not None:
                        on_restart()
                if text := chunk.text[:room]:
                    pieces.append(text)
                    on_text(text)
                    room -= len(text)
                usage = chunk.usage or usage
                if len(chunk.text) > len(text):
                    cut_off = (
                        f"the answer of {self.model.label} goes on beyond {longest} characters, though "
                        f"{max_output_tokens} tokens were asked for; take a model that keeps to its limit"
                    )
                    break
        except AnswerCutOffError as error:
            cut_off = str(error)
        finally:
            if isinstance(chunks, AsyncGenerator):
                await chunks.aclose()  # an endpoint that still talks is hung up on now, not by the garbage collector
        content = clean_markdown("".join(pieces), title=section.title)
        if not content:
            raise ModelError(f"section {section.section_id}: {self.model.label} gave an empty answer; regenerate it")
        version = self.prompts.version(section.section_id)
        return Draft(content=content, usage=usage, prompt_version=version, cut_off=cut_off)

    def _fitted(self, assignment: Assignment, limit: int | None) -> tuple[str, str]:
        """System and user message, within the model's limit where it has one.

        Passages go first, the least useful one before the others, then the sections summarised, then the draft to be
        revised; the facts stay. What is still too long is for the model to refuse, in words.
        """
        while True:
            system, user = self.prompts.render(assignment)
            if limit is None or len(system) + len(user) <= limit:
                return system, user
            if assignment.passages:
                assignment = replace(assignment, passages=assignment.passages[:-1])
            elif assignment.earlier:
                assignment = replace(assignment, earlier=dict(list(assignment.earlier.items())[:-1]))
            elif assignment.previous:
                assignment = replace(assignment, previous="", findings=())
            else:
                return system, user
