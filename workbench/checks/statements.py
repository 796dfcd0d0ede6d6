"""Statements of a text that can be looked up: its dates and quantities, and the words around them."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from workbench.checks.dates import DateMention, find_dates
from workbench.checks.evidence import EvidencePage
from workbench.checks.legal_text import mask_law
from workbench.checks.quantities import NUMBER_WORDS, STOP_WORDS, Quantity, find_quantities
from workbench.text.sentences import find_sentences
from workbench.text.stems import find_stem
from workbench.text.tokens import Token, find_tokens

Statement = Quantity | DateMention
Weigh = Callable[[str], float]

_REACH = 16
"""Words on each side of a statement that belong to its context."""
_DECAY = 0.88
_BEYOND = 0.4
"""Share of its weight that a word beyond the sentence has."""
_KEPT = 4096
_EMPTY = STOP_WORDS | NUMBER_WORDS
# Numbers that state nothing: the letter's own order, its exhibits, and where to write to its author.
_LABELS = re.compile(
    "|".join(
        (
            r"\[\s*@[^\[\]]{0,400}\]",
            r"https?://\S{1,300}|www\.\S{1,300}|\S{1,64}@\S{1,100}",
            r"\b(?:Exhibits?|Exhs?\.|Exs?\.)\s*(?:No\.\s*)?[\[(]?(?:\d{1,4}[a-zA-Z]?|[ivx]{1,5}|[A-Z]{1,2})\b[\])]?(?:\.\d{1,3})?"
            r"(?:\s*(?:[-–—,;&/]|and|to|through)\s*(?:and\s+)?(?:Exs?\.\s*)?\d{1,4}[a-z]?\b(?!\s+[a-z]{3}))*"
            r"(?:,?\s*(?:at|pp?\.|pages?|¶¶?)\s*\d{1,4}(?:\s*[-–]\s*\d{1,4})?)?",
            r"\b(?:[Ss]ections?|[Ss]ecs?\.|[Pp]arts?|[Cc]hapters?|[Pp]aragraphs?|[Tt]abs?|[Aa]ppendix|[Ff]igs?\.|[Ff]igures?|[Tt]ables?"
            r"|[Ff]ootnotes?|§§?|¶¶?)\s*\d{1,4}(?:\.\d{1,3}){0,3}(?:\s*(?:[-–—,]|and|to)\s*(?:and\s+)?\d{1,4}(?:\.\d{1,3}){0,3})*",
            r"\b(?:pages?|pp?\.)\s*\d{1,4}(?:\s*(?:[-–]|of|to)\s*\d{1,4})?",
            r"\b(?:Criteri(?:on|a)|Prongs?|Steps?)\s+(?:\d|[ivx]{1,5})\b",
            r"(?:Tel|Phone|Fax|Telephone)\.?:?\s*\+?[\d() .-]{7,20}|\(\d{3}\)\s*\d{3}-\d{4}|\b\d{3}-\d{3}-\d{4}\b",
            r"\b\d{1,5}\s+(?:[A-Z][a-z]{1,20}\s+){1,3}(?:St(?:reet)?|Ave(?:nue)?|R(?:oa)?d|Blvd|Boulevard|Drive|Lane|Way|Court)\b\.?",
            r"\b(?:Apt|Suite|Ste|Room|Floor|P\.?O\.?\s*Box)\.?\s*\d{1,6}|\b[A-Z]{2}\s+\d{5}(?:-\d{4})?\b",
            r"\b(?:Form\s+)?[A-Z]{1,3}-\d{1,4}[A-Z]?\b",
            # Counters of lists, and those of headings, at the beginning of a line or within it.
            r"^[ \t>#*_-]{0,12}(?:\(?(?:\d{1,3}(?:\.\d{1,3}){0,3}|[ivx]{1,5}|[a-z])[.)](?=\s)|#{1,6}\s+\d{1,3}(?:\.\d{1,3}){0,3}(?=\s))",
            r"(?<![\w(.,$])\(?\d{1,2}\)(?=\s)",
        )
    ),
    re.MULTILINE,
)


def mask_labels(text: str) -> str:
    """Blanks numbers that are no statements, and citations of law; the rest keeps its offset."""
    return _LABELS.sub(lambda match: " " * len(match[0]), mask_law(text))


@dataclass(frozen=True)
class Clause:
    """Text read for its statements, such as a page or a sentence of a draft.

    Attributes:
        text: The text.
    """

    text: str

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Its words."""
        return find_tokens(self.text)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its words alone."""
        return tuple(token.word for token in self.tokens)

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """The stems of its words; empty for those without content."""
        return tuple(
            "" if token.word in _EMPTY or not token.word[0].isalpha() else find_stem(token.word)
            for token in self.tokens
        )

    @cached_property
    def dates(self) -> tuple[DateMention, ...]:
        """Its dates."""
        return find_dates(self.text, self.tokens)

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """Its quantities, dates left out."""
        taken = {place for date in self.dates for place in range(date.first, date.last + 1)}
        return find_quantities(self.text, self.tokens, taken)

    @cached_property
    def by_value(self) -> dict[float, list[Quantity]]:
        """Its quantities by value."""
        found: dict[float, list[Quantity]] = defaultdict(list)
        for quantity in self.quantities:
            found[quantity.value].append(quantity)
        return dict(found)

    @cached_property
    def sentence_starts(self) -> list[int]:
        """Index of the first token of each sentence, ascending; a blank line ends a sentence, too."""
        ends = [end for _, end in find_sentences(self.text)]
        ends += [match.start() for match in re.finditer(r"\n[ \t]*\n", self.text)]
        starts = [token.start for token in self.tokens]
        return sorted({0, *(bisect_right(starts, end - 1) for end in ends)})

    def sentence_of(self, place: int) -> tuple[int, int]:
        """Returns the first token of a token's sentence, and the one behind its last."""
        index = bisect_right(self.sentence_starts, place)
        end = self.sentence_starts[index] if index < len(self.sentence_starts) else len(self.tokens)
        return self.sentence_starts[index - 1], end

    def quote(self, first: int, last: int, reach: int = 14) -> str:
        """Returns the words around a statement, verbatim, at most those of its sentence."""
        begin, end = self.sentence_of(first)
        begin, end = max(begin, first - reach), min(max(end, last + 1), last + reach + 1)
        return self.text[self.tokens[begin].start : self.tokens[end - 1].end]

    def context(self, statement: Statement, weigh: Weigh) -> dict[str, float]:
        """Weighs the words around a statement: the rarer and the nearer, the more.

        Args:
            statement: One of this text's.
            weigh: Weight of a word, such as its inverse document frequency.
        """
        return self.context_of(statement.first, statement.last, weigh)

    def context_of(self, first: int, last: int, weigh: Weigh) -> dict[str, float]:
        """Weighs the words around some tokens, as :meth:`context` does.

        Args:
            first: Index of the first token.
            last: Index of the last token.
            weigh: Weight of a word.
        """
        own = self.sentence_of(first)
        begin, end = max(0, first - _REACH), min(len(self.tokens), last + _REACH + 1)
        found: dict[str, float] = {}
        for place in range(begin, end):
            stem = self.stems[place]
            if stem and not first <= place <= last:
                away = first - place if place < first else place - last
                weight = weigh(self.tokens[place].word) * _DECAY**away
                # A full stop parts, but the line of a list or table has one in its middle.
                if not own[0] <= place < own[1]:
                    weight *= _BEYOND
                if weight > found.get(stem, 0.0):
                    found[stem] = weight
        return found


@lru_cache(maxsize=_KEPT)
def read_clause(text: str) -> Clause:
    """Reads a text, or returns what was read of it before."""
    return Clause(text)


def read_page(page: EvidencePage) -> Clause:
    """Reads a page, or returns what was read of it before."""
    clause = read_clause(page.text)
    # The page knows its words already.
    clause.__dict__.setdefault("tokens", page.tokens)
    return clause


def measure_context(mine: dict[str, float], theirs: dict[str, float]) -> float:
    """Measures how alike two contexts are, from 0 to 1 (cosine)."""
    if not mine or not theirs:
        return 0.0
    small, large = (mine, theirs) if len(mine) < len(theirs) else (theirs, mine)
    shared = sum(weight * large[stem] for stem, weight in small.items() if stem in large)
    if not shared:
        return 0.0
    norm = math.sqrt(
        sum(weight * weight for weight in mine.values()) * sum(weight * weight for weight in theirs.values())
    )
    return shared / norm
