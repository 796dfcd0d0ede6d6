"""Statements of a text that can be looked up: its dates and quantities, and the words around them."""

from __future__ import annotations

import itertools
import math
import operator
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeAlias

from workbench.checks.evidence import EvidencePage
from workbench.checks.read_text import ReadText
from workbench.checks.statements.dates import DateMention, find_dates
from workbench.checks.statements.line_breaks import find_breaks, join_lines
from workbench.checks.statements.number_words import NUMBER_WORDS, STOP_WORDS
from workbench.checks.statements.quantities import Quantity, find_quantities
from workbench.checks.statements.shared_units import share_units
from workbench.checks.statements.table_scales import scale_columns
from workbench.checks.statements.units import ALIKE_UNITS
from workbench.text.sentences import find_sentences
from workbench.text.stems import stem_word
from workbench.text.tokens import Token, find_tokens

Statement: TypeAlias = Quantity | DateMention
Weigh = Callable[[str], float]

_REACH = 14
"""Words on each side of a statement that belong to its context."""
_DECAY = 0.88
_BEYOND = 0.4
"""Share of its weight that a word beyond the sentence has."""
_SHARES = tuple(itertools.accumulate([_DECAY] * _REACH, operator.mul))
"""Share of its weight that a word keeps at each distance, in its own sentence and beyond."""
_SHARES_BEYOND = tuple(share * _BEYOND for share in _SHARES)
_KEPT = 4096
LARGE = 1000
"""Counts from here on are compared although the draft does not say what it counts: ``eleven million such``."""
_ROUNDING = 1e-9
MOST_STATEMENTS = 400
"""Statements of a page that are compared with one of a draft: a table of thousands of numbers proves nothing."""
_MAY = "5th-month"
_EMPTY = STOP_WORDS | NUMBER_WORDS


class Context(dict[str, float]):
    """Words around a statement, with their weights; it must not be changed."""

    @cached_property
    def square(self) -> float:
        """The sum of the squares of its weights."""
        return sum(weight * weight for weight in self.values())

    @cached_property
    def shares(self) -> list[tuple[str, float]]:
        """The share of the sum of squares that each stem has, the largest first."""
        parts = ((stem, weight * weight / self.square) for stem, weight in self.items())
        return sorted(parts, key=_share, reverse=True)

    def drop_unlike(self, numbers: Iterable[int], others: Sequence[Context], least: float) -> list[int]:
        """Returns the numbers of those contexts that may be as alike as ``least``; most are not.

        What this one has and another lacks bounds their likeness: it is at most the root of the share of the squares
        that both have.
        """
        most = 1 - least * least + _ROUNDING
        kept: list[int] = []
        for number in numbers:
            other, missing = others[number], 0.0
            for stem, share in self.shares:
                if stem not in other:
                    missing += share
                    if missing > most:
                        break
            else:
                kept.append(number)
        return kept


@dataclass(frozen=True)
class Clause(ReadText):
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
        """Its words alone; May beside a number is the month, and no possibility."""
        words = [token.word for token in self.tokens]
        for place, word in enumerate(words):
            near = (*words[max(place - 1, 0) : place], *words[place + 1 : place + 2])
            if word == "may" and self.text[self.tokens[place].start] == "M" and any(map(_is_number, near)):
                words[place] = _MAY
        return tuple(words)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Its words, each once."""
        return frozenset(self.words)

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """The stems of its words; empty for those without content."""
        return tuple(
            "" if token.word in _EMPTY or not token.word[0].isalpha() else stem_word(token.word)
            for token in self.tokens
        )

    @cached_property
    def dates(self) -> tuple[DateMention, ...]:
        """Its dates."""
        return find_dates(self.text, self.tokens)

    @cached_property
    def breaks(self) -> tuple[int, ...]:
        """Offsets of the ends of lines that were ended on purpose, ascending."""
        return find_breaks(self.text) if "\n" in self.text else ()

    def line_of(self, offset: int) -> int:
        """Returns the number of the line at an offset, from 0; lines that were not ended on purpose are one."""
        return bisect_left(self.breaks, offset)

    @cached_property
    def line_starts(self) -> frozenset[int]:
        """Index of the first token behind each of these."""
        starts = [token.start for token in self.tokens]
        return frozenset(bisect_right(starts, end) for end in self.breaks)

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """Its quantities, dates left out."""
        taken = {place for date in self.dates for place in range(date.first, date.last + 1)}
        found = find_quantities(self.text, self.tokens, taken, self.line_starts)
        return scale_columns(self.text, share_units(self.text, self.tokens, found))

    @cached_property
    def by_value(self) -> dict[float, list[Quantity]]:
        """Its quantities by value."""
        found: dict[float, list[Quantity]] = defaultdict(list)
        for quantity in self.quantities:
            found[quantity.value].append(quantity)
        return dict(found)

    @cached_property
    def by_noun(self) -> dict[str, list[Quantity]]:
        """Its quantities by noun and by each word that narrows it; those without a noun under the empty word."""
        found: dict[str, list[Quantity]] = defaultdict(list)
        for quantity in self.quantities:
            for stem in {quantity.noun, *quantity.modifiers}:
                found[stem].append(quantity)
        return dict(found)

    def candidates(self, quantity: Quantity) -> list[Quantity]:
        """Returns the quantities that may be the same as another text's: of its value, or of its noun."""
        found = {id(one): one for one in self.by_value.get(quantity.value, ())}
        stems = {quantity.noun, *quantity.modifiers, *ALIKE_UNITS.get(quantity.noun, ())}
        if quantity.kind != "count":  # without a noun, its kind decides
            stems.add("")
            if not quantity.noun:
                return [*self.quantities[:MOST_STATEMENTS]]
        elif not quantity.noun and quantity.comparator != "exactly":  # "nearly 490" of 489
            found.update((id(one), one) for one in self.quantities[:MOST_STATEMENTS] if quantity.is_consistent(one))
        elif not quantity.noun:  # "eleven million such": any large number may be meant
            found.update((id(one), one) for one in self.quantities[:MOST_STATEMENTS] if one.value >= LARGE)
        for stem in stems:
            found.update((id(one), one) for one in self.by_noun.get(stem, ()) if one.kind == quantity.kind)
        return list(found.values())[:MOST_STATEMENTS]

    @cached_property
    def sentence_starts(self) -> list[int]:
        """Index of the first token of each sentence, ascending; a blank line and a row of a table end one, too."""
        ends = [end for _, end in find_sentences(self.text)]
        ends += self.breaks
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

    def _weights(self, weigh: Weigh) -> list[float]:
        """Weighs every word once; the weights of the case that was asked for last are kept."""
        kept: tuple[Weigh, list[float]] | None = self.__dict__.get("_kept_weights")
        if kept is None or kept[0] != weigh:
            by_word = {word: weigh(word) for word in set(self.words)}
            kept = (weigh, [by_word[word] for word in self.words])
            self.__dict__["_kept_weights"] = kept
        return kept[1]

    def context(self, statement: Statement, weigh: Weigh) -> Context:
        """Weighs the words around a statement: the rarer and the nearer, the more.

        Args:
            statement: One of this text's.
            weigh: Weight of a word, such as its inverse document frequency.
        """
        return self.context_of(statement.first, statement.last, weigh)

    def context_of(self, first: int, last: int, weigh: Weigh) -> Context:
        """Weighs the words around some tokens, as :meth:`context` does.

        Args:
            first: Index of the first token.
            last: Index of the last token.
            weigh: Weight of a word.
        """
        return _find_context(self, first, last, weigh)

    def weigh_around(self, first: int, last: int, weigh: Weigh) -> Context:
        """Weighs the words around some tokens, as :meth:`context_of` does, which keeps the result."""
        found = Context()
        for places, shares in self.find_sides(first, last):
            _keep_heaviest(found, self.stems[places], self._weights(weigh)[places], shares)
        return found

    def find_sides(self, first: int, last: int) -> Iterator[tuple[slice, tuple[float, ...]]]:
        """Yields the places of the words before and behind some tokens, the nearest first, and what each keeps."""
        begin, end = self.sentence_of(first)
        # A full stop parts, but the line of a list or table has one in its middle.
        if first:
            near = first - begin
            yield slice(first - 1, first - _REACH - 1 if first > _REACH else None, -1), _share_out(near)
        yield slice(last + 1, last + 1 + _REACH), _share_out(max(end - last - 1, 0))

    def list_around(self, first: int, last: int) -> tuple[tuple[str, ...], tuple[str, ...], tuple[float, ...]]:
        """Lists the stems around some tokens, the words, and the share of its weight that each keeps.

        They are the same whatever the words weigh, and are kept for the texts asked for last.
        """
        return _list_around(self, first, last)


def weigh_list(around: tuple[Sequence[str], Sequence[str], Sequence[float]], weigh: Weigh) -> Context:
    """Weighs what :meth:`Clause.list_around` lists, as :meth:`Clause.context_of` does."""
    stems, words, shares = around
    found = Context()
    _keep_heaviest(found, stems, map(weigh, words), shares)
    return found


def _share_out(near: int) -> tuple[float, ...]:
    """Returns what the words at each distance keep, of which so many are of the sentence."""
    return _SHARES[:near] + _SHARES_BEYOND[near:]


def _keep_heaviest(found: Context, stems: Iterable[str], weights: Iterable[float], shares: Iterable[float]) -> None:
    for stem, weight, share in zip(stems, weights, shares, strict=False):
        if stem and (carried := weight * share) > found.get(stem, 0.0):
            found[stem] = carried


@lru_cache(maxsize=2 * _KEPT)
def _list_around(clause: Clause, first: int, last: int) -> tuple[tuple[str, ...], tuple[str, ...], tuple[float, ...]]:
    found = [
        each
        for places, shares in clause.find_sides(first, last)
        for each in zip(clause.stems[places], clause.words[places], shares, strict=False)
        if each[0]
    ]
    stems, words, shares = zip(*found, strict=True) if found else ((), (), ())
    return stems, words, shares


@lru_cache(maxsize=_KEPT)  # each statement of a sentence is compared with the same ones of a page
def _find_context(clause: Clause, first: int, last: int, weigh: Weigh) -> Context:
    return clause.weigh_around(first, last, weigh)


@lru_cache(maxsize=_KEPT)
def read_clause(text: str) -> Clause:
    """Reads a text, or returns what was read of it before."""
    return Clause(text)


def read_prose(text: str) -> Clause:
    """Reads a text whose lines are wrapped: no end of a line is one on purpose."""
    return read_clause(text.replace("\n", " "))


def read_page(page: EvidencePage) -> Clause:
    """Reads a page, or returns what was read of it before; lines that only the page's width has ended are joined."""
    return page.recall(_read_page)


def _read_page(page: EvidencePage) -> Clause:
    text, breaks = join_lines(page.text)
    clause = read_clause(text)
    # The page knows its words already.
    clause.__dict__.setdefault("tokens", page.tokens)
    clause.__dict__.setdefault("breaks", breaks)
    return clause


def measure_context(mine: Context, theirs: Context) -> float:
    """Measures how alike two contexts are, from 0 to 1 (cosine)."""
    if not mine or not theirs:
        return 0.0
    small, large = (mine, theirs) if len(mine) < len(theirs) else (theirs, mine)
    shared = sum(weight * large[stem] for stem, weight in small.items() if stem in large)
    if not shared:
        return 0.0
    return shared / math.sqrt(mine.square * theirs.square)


def _share(part: tuple[str, float]) -> float:
    return part[1]


def _is_number(word: str) -> bool:
    return word[0].isdigit()
