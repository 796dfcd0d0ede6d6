"""Preview of a prompt as a model will receive it.

For one section of one case: the source of each word, and the length in tokens.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from workbench.case.search import Passage
from workbench.drafting.agents import WriterAgent
from workbench.drafting.prompts.context import values_for
from workbench.drafting.prompts.prompt_text import find_system
from workbench.drafting.prompts.templates import PromptLibrary
from workbench.drafting.request import Assignment, Chunk, ModelRequest

CHARACTERS_A_TOKEN = 4.0
"""Characters a token of English prose in current tokenizers; names, dates and citations take more tokens.
:class:`TokenMeter` replaces this guess once an endpoint has counted."""

# Private-use signs mark the start and end of a value: no font draws them and no case file holds them on purpose.
_OPEN, _MIDDLE, _CLOSE = "\ue000", "\ue001", "\ue002"
_MARKED = re.compile(f"{_OPEN}(?P<name>[^{_MIDDLE}]*){_MIDDLE}(?P<value>[^{_CLOSE}]*){_CLOSE}")
_SIGNS = re.compile(f"[{_OPEN}{_MIDDLE}{_CLOSE}]")


@dataclass(frozen=True)
class Piece:
    """Stretch of a rendered prompt.

    Attributes:
        text: The text as it is sent.
        source: The placeholder that it replaced; None for the prompt's own text.
    """

    text: str
    source: str | None = None


@dataclass(frozen=True)
class Tokens:
    """Length of a prompt in tokens.

    Attributes:
        count: Number of tokens.
        counted: Whether the endpoint counted this very prompt; otherwise it is estimated.
        how: Origin of the number, in words.
    """

    count: int
    counted: bool
    how: str


@dataclass(frozen=True)
class Preview:
    """Messages as they would be sent.

    Attributes:
        system: The system message.
        user: The section's prompt.
        passages: Passages of the exhibits, best first: those that go in, then those that do not fit; none if the
            prompt does not use them.
        kept: Number of passages that go in.
        characters: Characters of both messages together.
        too_long: Whether it is too long even without any passage.
    """

    system: tuple[Piece, ...]
    user: tuple[Piece, ...]
    passages: tuple[Passage, ...]
    kept: int
    characters: int
    too_long: bool = False

    @property
    def messages(self) -> tuple[str, str]:
        """System and user message as they are sent."""
        return "".join(piece.text for piece in self.system), "".join(piece.text for piece in self.user)


Limit = Callable[[int], int | None]
"""Longest prompt of a model, as :meth:`workbench.drafting.request.Model.prompt_characters`."""


def render_preview(prompts: PromptLibrary, assignment: Assignment, *, limit: Limit | None = None) -> Preview:
    """Renders a prompt as the writer sends it.

    Args:
        prompts: The prompts.
        assignment: Case, section and passages.
        limit: The model's longest prompt: the writer leaves passages out, the least useful first, until the prompt
            fits.

    Raises:
        InputError: A placeholder has no value.
    """
    model = _LimitProbe(limit)
    parts = (find_system(assignment.section.section_id), assignment.section.section_id)
    # Unused passages would be listed as sent.
    if not any("passages" in prompts.template(part).placeholders for part in parts):
        assignment = replace(assignment, passages=())
    request = WriterAgent(model, prompts).request(assignment)
    sent = request.system, request.user
    # The writer does not say what it left out: render with fewer passages until the texts agree.
    for kept in range(len(assignment.passages), -1, -1):
        fitted = replace(assignment, passages=assignment.passages[:kept])
        if prompts.render(fitted) == sent:
            system, user = _render_marked(prompts, fitted)
            break
    else:  # the writer left out earlier sections, too: their sources are not marked
        kept, system, user = 0, (Piece(sent[0]),), (Piece(sent[1]),)
    characters = len(sent[0]) + len(sent[1])
    return Preview(
        system=system,
        user=user,
        passages=tuple(assignment.passages),
        kept=kept,
        characters=characters,
        too_long=model.most is not None and characters > model.most,
    )


class TokenMeter:
    """Counter of prompt tokens by model.

    A count is exact if the model's endpoint has answered that prompt, else estimated from the last prompt that it
    answered. No endpoint is asked: an unfinished prompt does not leave the machine to be measured.

    Examples:
        >>> meter = TokenMeter()
        >>> meter.measure("small", ("You draft.", "Draft the awards.")).how
        'estimated: 27 characters at 4.0 a token, usual for English prose'
        >>> meter.learn("small", ("You draft.", "Draft the awards."), 9)
        >>> meter.measure("small", ("You draft.", "Draft the awards.")).count
        9
    """

    def __init__(self) -> None:
        self._counted: dict[tuple[str, tuple[str, str]], int] = {}
        self._rates: dict[str, float] = {}  # characters a token, by model

    def learn(self, model: str, messages: tuple[str, str], input_tokens: int) -> None:
        """Records an endpoint's count; 0 means unknown."""
        if input_tokens > 0:
            self._counted[model, messages] = input_tokens
            self._rates[model] = sum(map(len, messages)) / input_tokens

    def measure(self, model: str, messages: tuple[str, str]) -> Tokens:
        """Returns a prompt's length in a model's tokens."""
        if (count := self._counted.get((model, messages))) is not None:
            return Tokens(count, counted=True, how=f"counted by {model}")
        rate = self._rates.get(model, CHARACTERS_A_TOKEN)
        basis = f"as {model} last counted" if model in self._rates else "usual for English prose"
        characters = sum(map(len, messages))
        return Tokens(
            round(characters / rate),
            counted=False,
            how=f"estimated: {characters:,} characters at {rate:.1f} a token, {basis}",
        )


class _LimitProbe:
    """Model that answers only the question of its limit."""

    label = "render_preview"
    host: str | None = None

    def __init__(self, limit: Limit | None) -> None:
        self._limit = limit or (lambda _tokens: None)
        self.most: int | None = None

    def prompt_characters(self, max_output_tokens: int) -> int | None:
        self.most = self._limit(max_output_tokens)
        return self.most

    async def check(self) -> None:
        """Does nothing: there is no endpoint."""

    async def stream(self, request: ModelRequest) -> AsyncIterator[Chunk]:
        raise NotImplementedError(request.section_id)
        yield Chunk()  # unreachable: it makes this function an async generator

    async def aclose(self) -> None:
        """Does nothing: there is nothing to close."""


def _render_marked(prompts: PromptLibrary, sent: Assignment) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    # A value that holds the signs itself would end its own mark.
    plain = {name: _SIGNS.sub("", value) for name, value in values_for(sent).items()}
    values = {name: f"{_OPEN}{name}{_MIDDLE}{value}{_CLOSE}" for name, value in plain.items()}
    section_id = sent.section.section_id
    return _pieces(prompts, find_system(section_id), values), _pieces(prompts, section_id, values)


def _pieces(prompts: PromptLibrary, part: str, marked: Mapping[str, str]) -> tuple[Piece, ...]:
    """Splits a filled template, trimmed as the renderer trims it."""
    pieces = list(_split_pieces(prompts.template(part).render(marked)))
    while pieces and not pieces[-1].text.strip():
        pieces.pop()
    while pieces and not pieces[0].text.strip():
        pieces.pop(0)
    if pieces:
        pieces[0] = replace(pieces[0], text=pieces[0].text.lstrip())
        pieces[-1] = replace(pieces[-1], text=pieces[-1].text.rstrip() + "\n")
    return tuple(pieces)


def _split_pieces(rendered: str) -> Iterator[Piece]:
    end = 0
    for match in _MARKED.finditer(rendered):
        if match.start() > end:
            yield Piece(_SIGNS.sub("", rendered[end : match.start()]))
        if match["value"]:
            yield Piece(match["value"], match["name"])
        end = match.end()
    if end < len(rendered):
        yield Piece(_SIGNS.sub("", rendered[end:]))
