"""Search for words of a sentence in whose slot a cited page has others, or none.

A slot lies between the same words on both sides. Words of any class are compared, not those of a table: it is the two
sides that tell that the page speaks of the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from workbench.checks.evidence import EvidencePage
from workbench.checks.statements.statements import Clause, read_page
from workbench.checks.wording.replaced_words import (
    ReplacedWords,
    is_alike,
    make_two_claims,
    may_be_replaced,
    widens_nation,
)
from workbench.checks.wording.word_classes import CONNECTIVES, OPPOSITES
from workbench.text.related_words import are_of_one_kind, exclude_each_other
from workbench.text.stems import find_stem

_MOST_WORDS = 200
_MOST_PLACES = 24
"""Places of a neighbour on one page that are looked at: a word that stands there more often places nothing."""
_REACH = 6
"""Words on each side that are compared."""
_WIDEST = 3
"""Words of the page that may stand in a slot."""
_LEAST_BOTH = 4
"""Equal words on both sides together, at least one on each, where no cited page has the word."""
_LEAST_AMID = 5
"""The same where a page has the word somewhere else, where the word is added, or where it is a preposition; at least
:data:`_LEAST_EACH` on each side."""
_LEAST_EACH = 2
_LEAST_CONTENT = 1
_BOTH = 2
_LEAST_SURE = 3
"""Equal words on each side from which the page's word may stand in another part of the sentence, too."""

_DIRECTIONS = (
    "from out",
    "to into onto toward towards until till",
    "by",
    "for",
    "against",
    "with",
    "without",
    "under below beneath",
    "over above",
    "before",
    "after",
    "within inside",
    "beyond outside",
)
_DIRECTION = {word: number for number, words in enumerate(_DIRECTIONS) for word in words.split()}
"""Prepositions of direction, order and agency, by what they say; "in", "of", "at" and "on" say little of that."""
_SAME_DIRECTIONS = frozenset(
    frozenset(_DIRECTION[word] for word in pair.split())
    for pair in ("by from", "by with", "by under", "for to", "with under", "within under", "with for")
)
"""Those of which one may stand for the other: a letter from or by somebody, studies with or under a professor."""


_DURING = frozenset(("for", "over", "during", "within", "in"))
"""Prepositions of a length of time."""


@dataclass(frozen=True, slots=True)
class _Slot:
    """A place on a page between words that stand around a place of the sentence, too.

    Attributes:
        left: Number of equal words before it.
        right: Number of those behind it.
        begin: Index of its first token on the page.
        end: Index behind its last; ``begin`` where the page has nothing there.
        content: Number of the equal words that have content.
    """

    left: int
    right: int
    begin: int
    end: int
    content: int

    @property
    def weight(self) -> tuple[int, int]:
        """Orders slots: the shorter side first."""
        return min(self.left, self.right), self.left + self.right


@dataclass(frozen=True)
class _StemmedText:
    """Words of a sentence or page, by stem."""

    clause: Clause

    @cached_property
    def stems(self) -> list[str]:
        """The stem of each token, words without content included."""
        return [find_stem(word) for word in self.clause.words]

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """For each stem the tokens that have it."""
        found: dict[str, list[int]] = {}
        for place, stem in enumerate(self.stems):
            found.setdefault(stem, []).append(place)
        return found


def find_displaced(clause: Clause, pages: Sequence[EvidencePage], names: Collection[str]) -> Iterator[ReplacedWords]:
    """Finds words of a sentence in whose slot a page has other words, or none.

    Args:
        clause: Sentence of a draft.
        pages: The pages that it cites.
        names: Words of the person's name.

    Yields:
        What was found, at most once for a word; ``other_last`` is before ``other_first`` where the page has nothing.
    """
    known = {stem for page in pages for stem in read_page(page).stems}
    mine = _StemmedText(clause)
    for place in range(min(len(mine.stems), _MOST_WORDS)):
        stem, word = clause.stems[place], clause.words[place]
        if stem and stem not in known:
            found = _find_absent(mine, place, pages, names)
        elif (stem and may_be_replaced(clause, place, names)) or word in _DIRECTION:
            found = _find_present(mine, place, pages, names)
        else:
            found = None
        if found is not None:
            yield found


def _find_absent(
    mine: _StemmedText, place: int, pages: Sequence[EvidencePage], names: Collection[str]
) -> ReplacedWords | None:
    """Finds what a page has in the slot of a word that no page has."""
    clause = mine.clause
    best = _find_best(mine, place, place + 1, pages)
    if best is None or not may_be_replaced(clause, place, names) or clause.words[place] in CONNECTIVES:
        return None
    page, slot = best
    there = read_page(page)
    other = [at for at in range(slot.begin, slot.end) if there.stems[at]]
    both = slot.weight[1]
    is_other = len(other) == 1 and both >= _LEAST_BOTH and _is_other(mine, place, there, other[0], names, slot)
    if is_other or _is_opposite(clause, place, there, slot):
        at = other[0] if is_other else slot.begin
        return ReplacedWords(place, place, page, at, at, both)
    return None


def _find_present(
    mine: _StemmedText, place: int, pages: Sequence[EvidencePage], names: Collection[str]
) -> ReplacedWords | None:
    """Finds what a page has in the slot of a word that a page has elsewhere, and nowhere beside the same words."""
    beside = _count_beside(mine, place, pages)
    best = _find_best(mine, place, place + 1, pages) if beside < _BOTH else None
    if best is None:
        return None
    page, slot = best
    least, both = slot.weight
    if not beside and _is_opposite(mine.clause, place, read_page(page), slot):
        return ReplacedWords(place, place, page, slot.begin, slot.begin, both)
    if least < _LEAST_EACH or both < _LEAST_AMID or slot.end != slot.begin + 1:
        return None
    # A preposition stands beside the same word often.
    if beside and least < _LEAST_SURE and mine.clause.stems[place]:
        return None
    there = read_page(page)
    word, other = mine.clause.words[place], there.words[slot.begin]
    following = mine.clause.words[place + 1 : place + 2]
    if {word, other} <= _DURING and following and following[0][0].isdigit():
        # "For 72 hours", "over 72 hours".
        return None
    if word in _DIRECTION or other in _DIRECTION:
        is_other = word in _DIRECTION and other in _DIRECTION and _is_other_direction(word, other)
    else:
        is_other = bool(there.stems[slot.begin]) and _is_other(mine, place, there, slot.begin, names, slot)
    return ReplacedWords(place, place, page, slot.begin, slot.begin, both) if is_other else None


def _is_opposite(clause: Clause, place: int, there: Clause, slot: _Slot) -> bool:
    """Tells if the page has one word there that excludes the sentence's: one equal word on each side is enough."""
    return slot.end == slot.begin + 1 and there.words[slot.begin] in OPPOSITES.get(clause.words[place], ())


def _is_other_direction(one: str, other: str) -> bool:
    pair = frozenset((_DIRECTION[one], _DIRECTION[other]))
    return len(pair) > 1 and pair not in _SAME_DIRECTIONS


def _count_beside(mine: _StemmedText, place: int, pages: Sequence[EvidencePage]) -> int:
    """Counts the neighbours, none to two, that a word has on a page as well; the most of its places there."""
    most = 0
    for page in pages:
        there = _read_text(page)
        for at in there.places.get(mine.stems[place], ())[:_MOST_PLACES]:
            before = place > 0 and at > 0 and mine.stems[place - 1] == there.stems[at - 1]
            behind = mine.stems[place + 1 : place + 2] == there.stems[at + 1 : at + 2] != []
            most = max(most, before + behind)
    return most


def _is_other(mine: _StemmedText, place: int, there: Clause, other: int, names: Collection[str], slot: _Slot) -> bool:
    """Tells if the page's word makes another claim: no name or light verb, not alike, and not said elsewhere."""
    one, two = mine.clause.words[place], there.words[other]
    if slot.weight[0] < _LEAST_SURE and two in mine.clause.words:
        return False
    if not may_be_replaced(there, other, names) or is_alike(mine.clause, place, there, other):
        return False
    if widens_nation(mine.clause, place, there, other):
        return True
    return make_two_claims(one, two) or exclude_each_other(one, two) or are_of_one_kind(one, two)


def _find_best(
    mine: _StemmedText, first: int, end: int, pages: Sequence[EvidencePage]
) -> tuple[EvidencePage, _Slot] | None:
    """Finds the slot of words of a sentence with the most equal words around it."""
    found: tuple[EvidencePage, _Slot] | None = None
    for page in pages:
        for slot in _find_slots(mine, first, end, _read_text(page)):
            if slot.content >= _LEAST_CONTENT and (found is None or slot.weight > found[1].weight):
                found = page, slot
    return found


def _find_slots(mine: _StemmedText, first: int, end: int, there: _StemmedText) -> Iterator[_Slot]:
    starts = _find_ends(mine, there, (first - 1, first - 2), 1)
    stops = _find_ends(mine, there, (end, end + 1), 0)
    spans = {(start, start + width) for start in starts for width in range(_WIDEST + 1)}
    spans |= {(stop - width, stop) for stop in stops for width in range(_WIDEST + 1)}
    low, high = mine.clause.sentence_of(first)
    for begin, stop in spans:
        if begin <= 0 or stop >= len(there.stems):
            continue
        # What stands in another sentence of the page is no neighbour.
        begin_of, end_of = there.clause.sentence_of(begin)
        left = _count(mine.stems, first - 1, low - 1, there.stems, begin - 1, begin_of - 1, -1)
        right = _count(mine.stems, end, high, there.stems, stop, end_of, 1) if left else 0
        if left and right:
            around = (*range(first - left, first), *range(end, end + right))
            yield _Slot(left, right, begin, stop, sum(bool(mine.clause.stems[place]) for place in around))


def _find_ends(mine: _StemmedText, there: _StemmedText, neighbours: tuple[int, int], shift: int) -> list[int]:
    """Returns where a slot may begin or end on a page, by the rarer one of two neighbours of the sentence's."""
    rarest: list[int] = []
    for distance, place in enumerate(neighbours):
        if not 0 <= place < len(mine.stems):
            break
        places = there.places.get(mine.stems[place], ())
        if not distance and not places:
            return []
        if not distance or len(places) < len(rarest):
            step = distance if shift else -distance
            rarest = [at + shift + step for at in places]
    return rarest[:_MOST_PLACES]


def _count(
    stems: Sequence[str], place: int, stop: int, others: Sequence[str], at: int, other_stop: int, step: int
) -> int:
    """Counts equal words from two places on, in one direction."""
    count = 0
    while count < _REACH and place != stop and at != other_stop and stems[place] == others[at]:
        place, at, count = place + step, at + step, count + 1
    return count


def _read_text(page: EvidencePage) -> _StemmedText:
    return page.recall(_text_of)


def _text_of(page: EvidencePage) -> _StemmedText:
    return _StemmedText(read_page(page))
