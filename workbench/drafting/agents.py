"""The agents that draft and check a section.

WriterAgent and ValidatorAgent.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from workbench.case.model import Case
from workbench.checks.check import check_section, run_checks, sort_findings
from workbench.checks.chosen_checks import ChosenChecks, choose_checks
from workbench.checks.draft import DraftSection
from workbench.checks.earlier_text import EarlierText
from workbench.checks.finding import Finding
from workbench.checks.letter import Letter
from workbench.checks.registry import Check
from workbench.drafting.cleaning import clean_markdown
from workbench.drafting.prompts.templates import PromptLibrary
from workbench.drafting.request import Assignment, Model, ModelRequest, ModelUsage
from workbench.drafting.style_example import StyleExample
from workbench.errors import AnswerCutOffError, ModelError

_TOKENS_A_WORD = 2
"""English prose has about 1.3 tokens a word; citations and headings cost more."""

_CHARACTERS_A_TOKEN = 16
"""English has four or five; text beyond sixteen is no answer. An endpoint that never ends would fill the memory, the
store and the attorney's screen, whatever limit it was sent."""


@dataclass(frozen=True)
class Draft:
    """Result of one attempt.

    Attributes:
        content: Clean Markdown with citations.
        usage: Usage of the call.
        prompt_version: See :meth:`~workbench.drafting.prompts.templates.PromptLibrary.version`.
        cut_off: Reason that the draft has no end, or None: a draft that is cut off is kept, never taken as
            finished.
    """

    content: str
    usage: ModelUsage
    prompt_version: str
    cut_off: str | None = None


class WriterAgent:
    """Drafts sections with one model and one prompt library.

    Args:
        model: The model.
        prompts: Default: the shipped ones.

    Examples:
        >>> import asyncio
        >>> import workbench
        >>> from workbench.drafting.offline.assembler import OfflineAssembler
        >>> from workbench.drafting.request import Assignment
        >>> from workbench.drafting.sections import sections_for
        >>> case = workbench.load_case("wu")
        >>> section = next(each for each in sections_for(case) if each.section_id == "awards")
        >>> writer = workbench.WriterAgent(OfflineAssembler())
        >>> draft = asyncio.run(writer.draft(Assignment(case=case, section=section), on_text=lambda text: None))
        >>> "[@" in draft.content
        True
    """

    def __init__(self, model: Model, prompts: PromptLibrary | None = None) -> None:
        self.model = model
        self.prompts = prompts or PromptLibrary.shipped()

    def __repr__(self) -> str:
        return f"<WriterAgent: {self.model.label}>"

    async def draft(
        self,
        assignment: Assignment,
        on_text: Callable[[str], None],
        *,
        on_restart: Callable[[], None] | None = None,
        on_usage: Callable[[ModelUsage], None] = lambda _usage: None,
        on_progress: Callable[[], None] = lambda: None,
    ) -> Draft:
        """Drafts one section, or revises it after findings.

        Args:
            assignment: The section and its material.
            on_text: Called with each piece as it streams. The pieces are the model's own: the returned draft has
                been cleaned, and replaces them.
            on_restart: Called if a broken answer begins again: forget the pieces so far.
            on_usage: Called with the usage of each call, a failed one's too: it is charged whatever follows.
            on_progress: Called whenever something comes, such as reasoning that is not shown.

        Raises:
            ModelUnavailableError: See :class:`~workbench.drafting.request.Model`.
            ModelError: The model cannot answer, or nothing usable is left of its answer.
        """
        request = self.request(assignment)
        return await self.answer(request, on_text, on_restart=on_restart, on_usage=on_usage, on_progress=on_progress)

    def request(self, assignment: Assignment) -> ModelRequest:
        """Builds the request: the rendered prompt, within the model's limit."""
        section = assignment.section
        max_output_tokens = max(1024, section.words[1] * _TOKENS_A_WORD)
        system, user, style = self._fit_prompt(assignment, self.model.prompt_characters(max_output_tokens))
        return ModelRequest(
            section_id=section.section_id,
            system=system,
            user=user,
            assignment=replace(assignment, style=style),
            max_output_tokens=max_output_tokens,
        )

    async def answer(
        self,
        request: ModelRequest,
        on_text: Callable[[str], None],
        *,
        on_restart: Callable[[], None] | None = None,
        on_usage: Callable[[ModelUsage], None] = lambda _usage: None,
        on_finish: Callable[[str], None] = lambda _reason: None,
        on_progress: Callable[[], None] = lambda: None,
    ) -> Draft:
        """Sends a request and returns the draft.

        Second half of :meth:`draft`, for callers that have built the request themselves. ``on_finish`` is called with
        the ``finish_reason`` of each call, empty where it is not known.
        """
        section, max_output_tokens = request.assignment.section, request.max_output_tokens
        pieces: list[str] = []
        usage = ModelUsage()
        cut_off = None
        room = longest = max_output_tokens * _CHARACTERS_A_TOKEN
        chunks = self.model.stream(request)
        try:
            async for chunk in chunks:
                on_progress()
                if chunk.restart:
                    # The broken answer's text was billed but is replaced; its room is given back.
                    pieces.clear()
                    room = longest
                    if on_restart is not None:
                        on_restart()
                if text := chunk.text[:room]:
                    pieces.append(text)
                    on_text(text)
                    room -= len(text)
                if chunk.usage is not None:
                    usage += chunk.usage
                    on_usage(chunk.usage)
                    on_finish(chunk.finish_reason)
                # The answer exceeds any honest reading of its limit: stop reading.
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
                await chunks.aclose()  # closes the connection now, not at garbage collection
        content = clean_markdown("".join(pieces), title=section.title)
        if not content:
            raise ModelError(f"section {section.section_id}: {self.model.label} gave an empty answer; regenerate it")
        version = self.prompts.version(section.section_id)
        return Draft(content=content, usage=usage, prompt_version=version, cut_off=cut_off)

    def _fit_prompt(self, assignment: Assignment, limit: int | None) -> tuple[str, str, tuple[StyleExample, ...]]:
        """Renders system and user message within the model's limit.

        Examples of style go first, then passages, the least useful one before the others, then the sections
        summarised, then the draft to be revised; the facts stay. If it is still too long, the model refuses it, in
        words.

        Returns:
            Both messages, and the examples of style in them.
        """
        while True:
            system, user = self.prompts.render(assignment)
            if limit is None or len(system) + len(user) <= limit:
                return system, user, assignment.style
            if assignment.style:
                assignment = replace(assignment, style=assignment.style[:-1])
            elif assignment.passages:
                assignment = replace(assignment, passages=assignment.passages[:-1])
            elif assignment.earlier:
                assignment = replace(assignment, earlier=dict(list(assignment.earlier.items())[:-1]))
            elif assignment.previous:
                # Findings without their draft would refer to lines that the model does not see.
                assignment = replace(assignment, previous="", findings=())
            else:
                return system, user, ()


class ValidatorAgent:
    """Reviewer of drafts: deterministic, offline, equal for all models.

    Args:
        checks: None: those that ``workbench check`` runs for the case, which are the registry and the installed
            plug-ins as the firm's ``checks.yaml`` sets them.

    Examples:
        >>> import workbench
        >>> case = workbench.load_case("wu")
        >>> findings = workbench.ValidatorAgent().review("awards", "She won a prize [@no-such-exhibit, p. 1].", case)
        >>> findings[0].check, findings[0].severity
        ('exhibit-exists', 'error')
    """

    def __init__(self, checks: Sequence[Check] | None = None) -> None:
        self.checks = None if checks is None else tuple(checks)

    def __repr__(self) -> str:
        return f"<ValidatorAgent: {'the checks of the case' if self.checks is None else f'{len(self.checks)} checks'}>"

    def _choose(self, case: Case | None) -> ChosenChecks:
        if self.checks is None:
            return choose_checks(case)
        kind = case.document_type if case is not None else "petition"
        return ChosenChecks(tuple(check for check in self.checks if check.is_for(kind)), (), "")

    def review(
        self,
        section_id: str,
        content: str,
        case: Case,
        *,
        earlier: Mapping[str, str] | None = None,
        revised_from: Sequence[EarlierText] = (),
    ) -> tuple[Finding, ...]:
        """Returns the findings about one section, errors first.

        Args:
            section_id: The section.
            content: Its Markdown.
            case: The case, with the exhibits that the run has added.
            earlier: The other finished sections, by id.
            revised_from: Texts of this section before its revisions, oldest first: no fact of them may be lost.

        Returns:
            Findings, by severity and line; a check that broke is one of them, as a warning "not checked", and never
            counts as passed.
        """
        draft = DraftSection(section_id, content, case, earlier or {}, tuple(revised_from))
        of_sections = [check for check in self._choose(case).checks if check.scope == "section"]
        return sort_findings(check_section(draft, of_sections).findings)

    def review_letter(self, letter: Letter) -> tuple[Finding, ...]:
        """Returns the findings about a letter as a whole, errors first: what no section shows by itself.

        What is wrong in the firm's settings or with a plug-in is among them.
        """
        chosen = self._choose(letter.case)
        found = run_checks(letter, [check for check in chosen.checks if check.scope == "letter"])
        return sort_findings((*chosen.findings, *found))
