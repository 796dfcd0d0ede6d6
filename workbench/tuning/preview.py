"""A prompt as a model will be sent it for one section of one case: where each word comes from, and how long it is."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from workbench.case.search import Passage
from workbench.drafting.brief import values_for
from workbench.drafting.prompts import SYSTEM, PromptLibrary
from workbench.drafting.request import Assignment, Chunk, ModelRequest
from workbench.drafting.writer import WriterAgent

CHARACTERS_A_TOKEN = 4.0
"""English prose, in the tokenizers of today; names, dates and citations take more. A first guess: :class:`TokenMeter`
goes by what the endpoint has counted, once it has counted anything."""

# Private-use signs, which no font draws and no case file holds on purpose: they mark where a value begins and ends.
_OPEN, _MIDDLE, _CLOSE = "\ue000", "\ue001", "\ue002"
_MARKED = re.compile(f"{_OPEN}(?P<name>[^{_MIDDLE}]*){_MIDDLE}(?P<value>[^{_CLOSE}]*){_CLOSE}")
_SIGNS = re.compile(f"[{_OPEN}{_MIDDLE}{_CLOSE}]")


@dataclass(frozen=True)
class Piece:
    """A stretch of a rendered prompt.

    Attributes:
        text: As it is sent.
        source: The placeholder that it stands for; None where the prompt itself says it.
    """

    text: str
    source: str | None = None


@dataclass(frozen=True)
class Tokens:
    """How long a prompt is.

    Attributes:
        count: Tokens.
        counted: Whether the endpoint has counted this very prompt; otherwise it is estimated.
        how: In words: by whom, or from what.
    """

    count: int
    counted: bool
    how: str


@dataclass(frozen=True)
class Preview:
    """What would be sent.

    Attributes:
        system: The system message.
        user: The section's prompt.
        passages: What the exhibits say, best first: those that go in, and then those that do not fit; none where the
            prompt does not ask for them.
        kept: How many of them go in.
        characters: Of both messages together.
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
        """System and user message, as they are sent."""
        return "".join(piece.text for piece in self.system), "".join(piece.text for piece in self.user)


Limit = Callable[[int], int | None]
"""As :meth:`workbench.drafting.request.Model.prompt_characters`."""


def preview(prompts: PromptLibrary, assignment: Assignment, *, limit: Limit | None = None) -> Preview:
    """Renders a prompt as the writer sends it.

    Args:
        prompts: The prompts.
        assignment: Case, section and passages.
        limit: What the model takes: the writer leaves passages out, the least useful first, until the prompt fits.

    Raises:
        InputError: A placeholder has no value.
    """
    model = _Measured(limit)
    parts = (SYSTEM, assignment.section.section_id)
    if not any("passages" in prompts.template(part).placeholders for part in parts):
        assignment = replace(assignment, passages=())
    request = WriterAgent(model, prompts).request(assignment)
    sent = request.system, request.user
    for kept in range(len(assignment.passages), -1, -1):
        fitted = replace(assignment, passages=assignment.passages[:kept])
        if prompts.render(fitted) == sent:
            system, user = _marked(prompts, fitted)
            break
    else:  # more than passages was left out
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
    """Tokens of prompts, by model: counted where its endpoint has answered them, else estimated from the last it has.

    No endpoint is asked: a prompt that is still being written does not leave the machine to be measured.
    """

    def __init__(self) -> None:
        self._counted: dict[tuple[str, tuple[str, str]], int] = {}
        self._rates: dict[str, float] = {}  # characters a token, by model

    def learn(self, model: str, messages: tuple[str, str], input_tokens: int) -> None:
        """Notes what an endpoint counted; nothing where it does not count."""
        if input_tokens > 0:
            self._counted[model, messages] = input_tokens
            self._rates[model] = sum(map(len, messages)) / input_tokens

    def measure(self, model: str, messages: tuple[str, str]) -> Tokens:
        """How many tokens a prompt has for a model."""
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


class _Measured:
    """A model that is asked for nothing but its limit."""

    label = "preview"
    host: str | None = None

    def __init__(self, limit: Limit | None) -> None:
        self._limit = limit or (lambda _tokens: None)
        self.most: int | None = None

    def prompt_characters(self, max_output_tokens: int) -> int | None:
        self.most = self._limit(max_output_tokens)
        return self.most

    async def check(self) -> None:
        """Nothing to reach."""

    async def stream(self, request: ModelRequest) -> AsyncIterator[Chunk]:
        raise NotImplementedError(request.section_id)
        yield Chunk()  # what makes it a stream

    async def aclose(self) -> None:
        """Nothing to let go of."""


def _marked(prompts: PromptLibrary, sent: Assignment) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    plain = {name: _SIGNS.sub("", value) for name, value in values_for(sent).items()}
    values = {name: f"{_OPEN}{name}{_MIDDLE}{value}{_CLOSE}" for name, value in plain.items()}
    return _pieces(prompts, SYSTEM, values), _pieces(prompts, sent.section.section_id, values)


def _pieces(prompts: PromptLibrary, part: str, marked: Mapping[str, str]) -> tuple[Piece, ...]:
    """The template with its values, trimmed at both ends as :meth:`PromptTemplate.render` trims it."""
    pieces = list(_split(prompts.template(part).render(marked)))
    while pieces and not pieces[-1].text.strip():
        pieces.pop()
    while pieces and not pieces[0].text.strip():
        pieces.pop(0)
    if pieces:
        pieces[0] = replace(pieces[0], text=pieces[0].text.lstrip())
        pieces[-1] = replace(pieces[-1], text=pieces[-1].text.rstrip() + "\n")
    return tuple(pieces)


def _split(rendered: str) -> Iterator[Piece]:
    end = 0
    for match in _MARKED.finditer(rendered):
        if match.start() > end:
            yield Piece(_SIGNS.sub("", rendered[end : match.start()]))
        if match["value"]:
            yield Piece(match["value"], match["name"])
        end = match.end()
    if end < len(rendered):
        yield Piece(_SIGNS.sub("", rendered[end:]))
