"""Search for roles, events and the like that no cited page says, where a sentence of a page has others for them.

Unlike :mod:`workbench.checks.wording.replaced_words` it asks for no common order of words: a sentence that tells its
page in other words has a role or an event left over, and so has the page's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from workbench.checks.evidence import EvidencePage
from workbench.checks.statements.statements import Clause, read_page
from workbench.checks.wording.paired_passages import PairedPassage, pair_passages
from workbench.checks.wording.replaced_words import ReplacedWords, is_person, say_one_thing
from workbench.checks.wording.word_classes import (
    CLAIMED_EXTENTS,
    EVENTS,
    EXTENTS,
    GRADES,
    LEADING_EVENTS,
    LEADING_ROLES,
    MANNERS,
    PERIODS,
    ROLES,
    SCOPES,
)


class _WordClass(NamedTuple):
    """Words of which one that is left over on each side makes two claims.

    Attributes:
        words: The words that a page may have; of a mapping those of one number say the same, and no others do.
        least: Score of a passage from which it speaks of the same (:meth:`PairedPassage.score`).
        reach: Words of the page within which a counterpart of a near word stands.
        claimed: The words of a sentence that are compared, if not all of them are.
        also: Words that say the same as any of those.
    """

    words: Collection[str]
    least: float
    reach: int
    claimed: Collection[str] = ()
    also: Collection[str] = ()

    @property
    def is_closed(self) -> bool:
        """True where only words of one number say the same."""
        return isinstance(self.words, Mapping)

    def is_said(self, word: str, others: Collection[str]) -> bool:
        """Tells if one of some words says what a word of the class does."""
        # To WordNet a state is a nation, and a scale has both beyond the region.
        if isinstance(self.words, Mapping):
            return any(self.words.get(other) == self.words[word] for other in others)
        return any(other in self.also or say_one_thing(word, other) for other in others)


_CLASSES = (
    _WordClass(ROLES, 1.0, 7),
    _WordClass(frozenset(EVENTS), 2.0, 8),
    _WordClass(ROLES, 1.0, 7, LEADING_EVENTS, LEADING_ROLES),
    _WordClass(SCOPES, 1.0, 8),
    _WordClass(EXTENTS, 1.5, 5, CLAIMED_EXTENTS),
    _WordClass(MANNERS, 1.5, 5),
    _WordClass(PERIODS, 1.5, 5),
)
_ALL_OF = frozenset(("all", "any", "both", "each", "every", "many", "other", "several"))
"""Words before one of a scope that make it one of several: ``every country`` is no narrower than the world."""
_NEAR = 6
"""Words of the sentence around a word whose counterparts must be near on the page."""
_MOST_WORDS = 200
_MOST_PLACES = 40


def find_exchanged(clause: Clause, pages: Sequence[EvidencePage], names: Collection[str]) -> Iterator[ReplacedWords]:
    """Finds roles, events and the like that no page says, each with one that only a sentence of a page has.

    Args:
        clause: Sentence of a draft.
        pages: The pages that it cites.
        names: Words of the person's name.
    """
    places = [
        (place, kind)
        for place, word in enumerate(clause.words[:_MOST_WORDS])
        for kind in _CLASSES
        if word in (kind.claimed or kind.words) and word not in names and (kind.is_closed or clause.stems[place])
        if kind.words is not SCOPES or clause.words[max(0, place - 1)] not in _ALL_OF
    ]
    yield from _find_other_grades(clause, pages)
    if not places:
        return
    words = {word for page in pages for word in read_page(page).words}
    content = {word for page in pages for word in page.recall(_gather_content)}
    places = [
        (place, kind)
        for place, kind in places
        if not kind.is_said(clause.words[place], words if kind.is_closed else content)
    ]
    if not places:
        return
    passages = pair_passages(clause, pages, names)
    for place, kind in places:
        found = [
            (passage.score(place), one) for passage in passages for one in _list_left(clause, place, passage, kind)
        ]
        score, best = max(found, key=_score, default=(0.0, None))
        if best is not None and score >= kind.least:
            yield best


def _find_other_grades(clause: Clause, pages: Sequence[EvidencePage]) -> Iterator[ReplacedWords]:
    """Finds grades before a role that no page has, where a page has the role behind another grade."""
    for place, word in enumerate(clause.words[:_MOST_WORDS]):
        role = clause.stems[place + 1 : place + 2]
        if word not in GRADES or not role or not _may_be_post(clause.words[place + 1]):
            continue
        if any(word in page.positions for page in pages):
            continue
        found = [
            (page, at)
            for page in pages
            for other in GRADES.intersection(page.positions)
            for at in page.positions[other][:_MOST_PLACES]
            if not say_one_thing(word, other) and read_page(page).stems[at + 1 : at + 2] == role
        ]
        if found:
            page, at = found[0]
            yield ReplacedWords(place, place, page, at, at, 1.0)


def _gather_content(page: EvidencePage) -> frozenset[str]:
    there = read_page(page)
    return frozenset(word for word, stem in zip(there.words, there.stems, strict=True) if stem)


def _may_be_post(word: str) -> bool:
    return is_person(word) or word.removesuffix("s").endswith(("er", "or"))


def _list_left(clause: Clause, place: int, passage: PairedPassage, kind: _WordClass) -> Iterator[ReplacedWords]:
    """Yields the words of a class that a passage has near the counterparts of a word's neighbours, and nobody says."""
    near = [other for mine, other in passage.pairs.items() if abs(mine - place) <= _NEAR]
    paired = set(passage.pairs.values())
    mine = [word for word, stem in zip(clause.words, clause.stems, strict=True) if stem or kind.is_closed]
    for other in range(passage.first, passage.end):
        word = passage.there.words[other]
        if word not in kind.words or other in paired or not any(abs(one - other) <= kind.reach for one in near):
            continue
        if kind.words is SCOPES and other and passage.there.words[other - 1] in _ALL_OF:
            continue
        if not kind.is_said(word, mine):
            yield ReplacedWords(place, place, passage.page, other, other, passage.score(place))


def _score(entry: tuple[float, ReplacedWords]) -> float:
    return entry[0]
