"""Pairs of words of a sentence and of the sentences of a page that say the same, whatever words they choose."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from workbench.checks.evidence import EvidencePage
from workbench.checks.statements.statements import Clause, read_page
from workbench.checks.wording.replaced_words import say_one_thing
from workbench.text.negations import NEGATIONS, is_negation

_MOST_PASSAGES = 6
"""Sentences of the pages that are compared with one of the letter: those that share most stems with it."""
_MOST_WORDS = 120
_NEAR = 8
"""Words around a word by which its place is known."""
_BESIDE = 3
"""Words within which a pair counts in full, beyond them half."""
_AROUND = 6
"""Words around two words whose places are compared."""
_NEGATED = 5
"""Words before a word in which its negation stands."""
_ENDS = ",;:.()"
_JOINING = frozenset((word,) for word in ("but", "whereas", "while", "and", "which", "who", "where"))
_ABBREVIATED = frozenset(("dr", "mr", "mrs", "ms", "mx", "prof", "st", "no", "nos", "vol"))


@dataclass(frozen=True)
class PairedPassage:
    """A sentence of a page beside one of a letter.

    Attributes:
        page: The page.
        there: Its text.
        first: Index of the sentence's first token.
        end: Index behind its last.
        pairs: For tokens of the letter's sentence those of the page that say the same.
    """

    page: EvidencePage
    there: Clause
    first: int
    end: int
    pairs: dict[int, int]

    def score(self, place: int) -> float:
        """Counts the pairs around a token of the letter's sentence, those right beside it twice as much."""
        distances = (abs(other - place) for other in self.pairs)
        return sum(1.0 if distance <= _BESIDE else 0.5 for distance in distances if 0 < distance <= _NEAR)

    def count_around(self, place: int, other: int, reach: int = _AROUND) -> int:
        """Counts the pairs that stand around a token of the letter's sentence and around one of the page's as well."""
        return sum(
            0 < abs(mine - place) <= reach and 0 < abs(there - other) <= reach for mine, there in self.pairs.items()
        )


def pair_passages(
    clause: Clause, pages: Sequence[EvidencePage], names: Collection[str], *, only_denied: bool = False
) -> list[PairedPassage]:
    """Finds the sentences of some pages that share most words with a sentence, and pairs their words.

    Args:
        clause: Sentence of a draft.
        pages: The pages that it cites.
        names: Words of the person's name, which pair nothing.
        only_denied: None is wanted where no sentence that was found has a negation.
    """
    mine = [
        place
        for place, stem in enumerate(clause.stems[:_MOST_WORDS])
        if stem and clause.words[place] not in names and clause.words[place].isalpha()
    ]
    stems = {clause.stems[place] for place in mine}
    found: list[tuple[int, int, EvidencePage, int, int]] = []
    for number, page in enumerate(pages):
        there = read_page(page)
        for first, end in _list_sentences(there):
            shared = len(stems.intersection(there.stems[first:end]))
            if shared:
                found.append((-shared, number, page, first, end))
    found = sorted(found, key=_rank)[:_MOST_PASSAGES]
    if only_denied and all(NEGATIONS.isdisjoint(read_page(page).words[first:end]) for _, _, page, first, end in found):
        return []
    return [_pair(clause, mine, page, first, end) for _, _, page, first, end in found]


def _rank(entry: tuple[int, int, EvidencePage, int, int]) -> tuple[int, int, int]:
    return entry[0], entry[1], entry[3]


def _list_sentences(there: Clause) -> Iterator[tuple[int, int]]:
    starts = [*there.sentence_starts, len(there.tokens)]
    return ((first, end) for first, end in pairwise(starts) if first < end)


def _pair(clause: Clause, mine: Sequence[int], page: EvidencePage, first: int, end: int) -> PairedPassage:
    there = read_page(page)
    theirs = [place for place in range(first, min(end, first + _MOST_WORDS)) if there.stems[place]]
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for same in (_is_same_stem, _say_one_thing):
        for place in mine:
            if place in pairs:
                continue
            other = next((each for each in theirs if each not in taken and same(clause, place, there, each)), None)
            if other is not None:
                pairs[place] = other
                taken.add(other)
    return PairedPassage(page, there, first, end, pairs)


def _is_same_stem(clause: Clause, place: int, there: Clause, other: int) -> bool:
    return clause.stems[place] == there.stems[other]


def _say_one_thing(clause: Clause, place: int, there: Clause, other: int) -> bool:
    return say_one_thing(clause.words[place], there.words[other])


def is_negated(clause: Clause, place: int) -> bool:
    """Tells if a negation stands before a word, with no end of a clause between them."""
    begin = max(clause.sentence_of(place)[0], place - _NEGATED)
    for index in range(place - 1, begin - 1, -1):
        if _ends_clause(clause, index):
            return False
        if is_negation(clause.words[index]):
            return True
    return False


def _ends_clause(clause: Clause, place: int) -> bool:
    """Tells if punctuation behind a word ends a clause; the full stop of "Mr." does not."""
    stop = clause.tokens[place + 1].start if place + 1 < len(clause.tokens) else len(clause.text)
    between = clause.text[clause.tokens[place].end : stop]
    if clause.words[place] in _ABBREVIATED:
        between = between.removeprefix(".")
    return any(mark in between for mark in _ENDS)


def list_clauses(clause: Clause) -> Iterator[tuple[int, int]]:
    """Yields the first token of each part between punctuation or conjunctions, and the one behind its last."""
    first = 0
    for place in range(len(clause.words)):
        if _ends_clause(clause, place) or clause.words[place + 1 : place + 2] in _JOINING:
            yield first, place + 1
            first = place + 1
    if first < len(clause.words):
        yield first, len(clause.words)
