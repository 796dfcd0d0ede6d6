"""Search for roles, events and reaches of a sentence that no cited page says, where a sentence of a page has others for them.

Unlike :mod:`workbench.checks.wording.replaced_words` it asks for no common order of words: a sentence that tells its
page in other words has a role or an event left over, and so has the page's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from workbench.checks.evidence import EvidencePage
from workbench.checks.statements.statements import Clause, read_page
from workbench.checks.wording.paired_passages import PairedPassage, pair_passages
from workbench.checks.wording.replaced_words import ReplacedWords, say_one_thing
from workbench.checks.wording.word_classes import EVENTS, ROLES, SCOPES


class _WordClass(NamedTuple):
    """Words of which one that is left over on each side makes two claims.

    Attributes:
        words: The words.
        least: Score of a passage from which it speaks of the same (:meth:`PairedPassage.score`).
        reach: Words of the page within which a counterpart of a near word stands.
    """

    words: Collection[str]
    least: float
    reach: int


_CLASSES = (_WordClass(ROLES, 1.0, 7), _WordClass(EVENTS, 2.0, 8), _WordClass(SCOPES, 1.0, 8))
_NEAR = 6
"""Words of the sentence around a word whose counterparts must be near on the page."""
_MOST_WORDS = 200


def find_exchanged(clause: Clause, pages: Sequence[EvidencePage], names: Collection[str]) -> Iterator[ReplacedWords]:
    """Finds roles, events and reaches that no page says, each with the one that a page's sentence has and this one has not.

    Args:
        clause: Sentence of a draft.
        pages: The pages that it cites.
        names: Words of the person's name.
    """
    places = [
        (place, kind)
        for place, word in enumerate(clause.words[:_MOST_WORDS])
        for kind in _CLASSES
        if word in kind.words and word not in names and clause.stems[place]
    ]
    if not places:
        return
    there = {word for page in pages for word in page.recall(_gather_words)}
    places = [(place, kind) for place, kind in places if not _is_said(clause.words[place], there)]
    if not places:
        return
    passages = pair_passages(clause, pages, names)
    for place, kind in places:
        found = [(passage.score(place), one) for passage in passages for one in _list_left(clause, place, passage, kind)]
        score, best = max(found, key=_score, default=(0.0, None))
        if best is not None and score >= kind.least:
            yield best


def _gather_words(page: EvidencePage) -> frozenset[str]:
    there = read_page(page)
    return frozenset(word for word, stem in zip(there.words, there.stems, strict=True) if stem)


def _is_said(word: str, others: Collection[str]) -> bool:
    # To WordNet a state is a nation, and a scale has both beyond the region.
    if word in SCOPES:
        return any(SCOPES.get(other) == SCOPES[word] for other in others)
    return any(say_one_thing(word, other) for other in others)


def _list_left(clause: Clause, place: int, passage: PairedPassage, kind: _WordClass) -> Iterator[ReplacedWords]:
    """Yields the words of a class that a passage has near the counterparts of a word's neighbours, and nobody says."""
    near = [other for mine, other in passage.pairs.items() if abs(mine - place) <= _NEAR]
    paired = set(passage.pairs.values())
    for other in range(passage.first, passage.end):
        word = passage.there.words[other]
        if word not in kind.words or other in paired or not any(abs(one - other) <= kind.reach for one in near):
            continue
        if not _is_said(word, clause.words[:_MOST_WORDS]):
            yield ReplacedWords(place, place, passage.page, other, other, passage.score(place))


def _score(entry: tuple[float, ReplacedWords]) -> float:
    return entry[0]
