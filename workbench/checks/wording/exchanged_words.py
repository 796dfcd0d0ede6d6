"""Search for roles, events and the like that no cited page says, where a sentence of a page has others for them.

Unlike :mod:`workbench.checks.wording.replaced_words` it asks for no common order of words: a sentence that tells its
page in other words has a role or an event left over, and so has the page's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from workbench.checks.evidence import EvidencePage
from workbench.checks.statements.number_words import CARDINALS
from workbench.checks.statements.statements import Clause, read_page
from workbench.checks.wording.paired_passages import PairedPassage, pair_passages
from workbench.checks.wording.replaced_words import (
    ReplacedWords,
    may_be_replaced,
    names_role,
    say_one_thing,
)
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
from workbench.text.related_words import may_be_one_person
from workbench.text.stems import stem_word


class _WordClass(NamedTuple):
    """Words of which one that is left over on each side makes two claims.

    Attributes:
        words: The words that a page may have; of a mapping those of one number say the same, and no others do.
        least: Score of a passage from which it speaks of the same (:meth:`PairedPassage.score`).
        reach: Words of the page within which a counterpart of a near word stands.
        persons: True where all nouns that say what a person is belong to the class, too.
        claimed: The words of a sentence that are compared, if not all of them are.
        also: Words that say the same as any of those.
    """

    words: Collection[str]
    least: float
    reach: int
    persons: bool = False
    claimed: Collection[str] = ()
    also: Collection[str] = ()

    @property
    def is_closed(self) -> bool:
        """True where only words of one number say the same."""
        return isinstance(self.words, Mapping)

    def find_least(self, word: str) -> float:
        """Returns the score that a passage needs for a word: more for a person who is not in the table."""
        return _LEAST_OF_PERSON if self.persons and word not in self.words else self.least

    def has(self, word: str) -> bool:
        """Tells if a page's word is of the class."""
        return word in self.words or (self.persons and names_role(word))

    def claims(self, word: str) -> bool:
        """Tells if a sentence's word is one that is compared."""
        return word in self.claimed if self.claimed else self.has(word)

    def is_said(self, word: str, others: Collection[str]) -> bool:
        """Tells if one of some words says what a word of the class does."""
        # To WordNet a state is a nation, and a scale has both beyond the region.
        if isinstance(self.words, Mapping):
            return any(self.words.get(other) == self.words[word] for other in others)
        if self.persons:
            return any(_may_be_of_one(word, other) for other in others)
        return any(other in self.also or say_one_thing(word, other) for other in others)


def _may_be_of_one(word: str, other: str) -> bool:
    """Tells if two words may be said of one person for one post: of two posts at the top each is another one."""
    if word in LEADING_ROLES and other in LEADING_ROLES and stem_word(word) != stem_word(other):
        return may_be_one_person(word, other)
    return say_one_thing(word, other) or may_be_one_person(word, other)


_LEAST_OF_PERSON = 1.5
"""Score from which a passage speaks of the same person, where a noun is none of the table."""
_CLASSES = (
    _WordClass(ROLES, 1.0, 7, persons=True),
    _WordClass(frozenset(EVENTS), 2.0, 8),
    _WordClass(ROLES, 1.0, 7, claimed=LEADING_EVENTS, also=LEADING_ROLES),
    _WordClass(SCOPES, 1.0, 8),
    _WordClass(EXTENTS, 1.5, 5, claimed=CLAIMED_EXTENTS),
    _WordClass(MANNERS, 1.5, 5),
    _WordClass(PERIODS, 1.5, 5),
)
_WHOLE = frozenset(("all", "every", "entire", "entirely", "whole", "wholly", "none", "unanimously", "always"))
"""Words that leave no part out."""
_UNDIVIDED = _WHOLE | {
    "any",
    "both",
    "complete",
    "completely",
    "each",
    "everyone",
    "full",
    "fully",
    "never",
    "no",
    "only",
}
"""Words of a page that may say so in another way."""
_COUNTED_OFF = frozenset(("above", "after", "at", "first", "in", "not", "of", "over", "than"))
"""Words before one of these that make an idiom of it: ``above all``, ``not every``."""
_PERIOD_NOUNS = frozenset(("but", "day", "month", "other", "others", "week", "year", "years"))
"""Words behind one of these that make an interval or an exception of it: ``every year``, ``all but one``."""
_OF_WHAT = frozenset(("all", "her", "his", "its", "our", "the", "their", "them", "these", "those", "which", "whom"))
_YEAR_DIGITS = 4
_PERCENT = frozenset(("per", "percent"))
_ALL_OF = frozenset(("all", "any", "both", "each", "every", "many", "other", "several"))
"""Words before one of a scope that make it one of several: ``every country`` is no narrower than the world."""
_NEAR = 6
"""Words of the sentence around a word whose counterparts must be near on the page."""
_LONGEST_TITLE = 8
"""Words of a line that says what the person named above it is."""
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
        if kind.claims(word) and word not in names and (kind.is_closed or clause.stems[place])
        if not kind.persons or word in ROLES or may_be_replaced(clause, place, names)
        if kind.words is not SCOPES or clause.words[max(0, place - 1)] not in _ALL_OF
    ]
    yield from _find_other_grades(clause, pages)
    yield from _find_parts(clause, pages, names)
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
        if best is not None and score >= kind.find_least(clause.words[place]):
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


def _find_parts(clause: Clause, pages: Sequence[EvidencePage], names: Collection[str]) -> Iterator[ReplacedWords]:
    """Finds words that leave no part out, where the pages give a part alone: "all of whom", of "five of them"."""
    places = [place for place in range(min(len(clause.words), _MOST_WORDS)) if _leaves_none_out(clause, place)]
    if not places or any(not _UNDIVIDED.isdisjoint(page.positions) for page in pages):
        return
    passages = pair_passages(clause, pages, names)
    for place in places:
        for passage in passages:
            other = next((at for at in range(passage.first, passage.end) if _is_part(passage.there, at)), None)
            if other is None or passage.there.words[other] in clause.words:
                continue
            if around := passage.count_around(place, other):
                yield ReplacedWords(place, place, passage.page, other, other, around)
                break


def _leaves_none_out(clause: Clause, place: int) -> bool:
    if clause.words[place] not in _WHOLE or clause.words[max(0, place - 1)] in _COUNTED_OFF:
        return False
    behind = "".join(clause.words[place + 1 : place + 2])
    return behind not in _PERIOD_NOUNS and not _is_count(behind)


def _is_part(there: Clause, place: int) -> bool:
    """Tells if a number counts a part of some: ``five of them``, ``70 percent``."""
    behind = there.words[place + 1 : place + 3]
    word = there.words[place]
    if not _is_count(word) or not behind or word == "100" or (len(word) == _YEAR_DIGITS and word.isdigit()):
        return False
    return behind[0] in _PERCENT or (behind[0] == "of" and behind[-1] in _OF_WHAT)


def _is_count(word: str) -> bool:
    return word in CARDINALS or word[:1].isdigit()


def _gather_content(page: EvidencePage) -> frozenset[str]:
    there = read_page(page)
    return frozenset(word for word, stem in zip(there.words, there.stems, strict=True) if stem)


def _may_be_post(word: str) -> bool:
    return names_role(word) or word.removesuffix("s").endswith(("er", "or"))


def _list_left(clause: Clause, place: int, passage: PairedPassage, kind: _WordClass) -> Iterator[ReplacedWords]:
    """Yields the words of a class that a passage has near the counterparts of a word's neighbours, and nobody says."""
    near = [other for mine, other in passage.pairs.items() if abs(mine - place) <= _NEAR]
    paired = set(passage.pairs.values())
    mine = [word for word, stem in zip(clause.words, clause.stems, strict=True) if stem or kind.is_closed]
    for other in range(passage.first, _find_end(passage) if kind.persons else passage.end):
        word = passage.there.words[other]
        if not kind.has(word) or other in paired or not any(abs(one - other) <= kind.reach for one in near):
            continue
        if kind.words is SCOPES and other and passage.there.words[other - 1] in _ALL_OF:
            continue
        if not kind.is_said(word, mine):
            yield ReplacedWords(place, place, passage.page, other, other, passage.score(place))


def _find_end(passage: PairedPassage) -> int:
    """Returns the end of a passage with the line behind it, where that is short: in a letterhead the post of a name."""
    if passage.end >= len(passage.there.words):
        return passage.end
    end = passage.there.sentence_of(passage.end)[1]
    return end if end - passage.end <= _LONGEST_TITLE else passage.end


def _score(entry: tuple[float, ReplacedWords]) -> float:
    return entry[0]
