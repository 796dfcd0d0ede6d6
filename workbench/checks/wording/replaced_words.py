"""Search for words of a sentence in whose place the cited page has others."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from workbench.checks.evidence import EvidencePage
from workbench.checks.statements.counted_nouns import SAME_NOUNS
from workbench.checks.statements.quantities import find_phrase
from workbench.checks.statements.statements import Clause, read_page
from workbench.checks.wording.qualifier_words import SCALES
from workbench.checks.wording.word_classes import (
    CONNECTIVES,
    EVENTS,
    LIGHT_VERBS,
    OPPOSITES,
    PRONOUNS,
    ROLES,
    SCOPES,
    SYNONYMS,
)
from workbench.text.related_words import (
    are_of_one_kind,
    may_be_one_person,
    names_person,
    say_same,
    share_part_of_speech,
)
from workbench.text.stems import stem_word

_AROUND = 3
"""Content words on each side by which a place is known again."""
_REACH = 9
"""Tokens within which they stand."""
_LONGEST = 2
"""Content words that may stand for one another."""
_LEAST = 1.5
_LEAST_OF_KIND = 3.0
"""Words around it that both have, one right beside it counting half as much again; the latter for two things of one
kind."""
_MOST_PLACES = 40
_MOST_BESIDE = 40
"""Words on each side of a word that are looked at in its sentence."""
_MOST_WORDS = 200
_SHORTEST_ALIKE = 4
_NATION_ENDINGS = ("an", "ish", "ese", "ch")


@dataclass(frozen=True, slots=True)
class ReplacedWords:
    """Words of a sentence, and those that the page has in their place.

    Attributes:
        first: Index of the first token in the sentence.
        last: Index of the last.
        page: The page.
        other_first: Index of the first token on the page.
        other_last: Index of the last.
        score: How many of the words around them are the same.
    """

    first: int
    last: int
    page: EvidencePage
    other_first: int
    other_last: int
    score: float


@dataclass(frozen=True)
class _Content:
    """The content words of a text, by their place among each other."""

    clause: Clause

    @cached_property
    def places(self) -> list[int]:
        """Indexes of their tokens."""
        return [place for place, stem in enumerate(self.clause.stems) if stem]

    @cached_property
    def stems(self) -> list[str]:
        """Their stems."""
        return [self.clause.stems[place] for place in self.places]

    @cached_property
    def numbers(self) -> dict[str, list[int]]:
        """For each stem the numbers of the content words that have it."""
        found: dict[str, list[int]] = {}
        for number, stem in enumerate(self.stems):
            found.setdefault(stem, []).append(number)
        return found

    def is_run(self, first: int, last: int) -> bool:
        """Tells if there are content words of these numbers, of one sentence."""
        if first < 0 or last >= len(self.places):
            return False
        return self.places[last] < self.clause.sentence_of(self.places[first])[1]

    def around(self, first: int, last: int) -> tuple[Sequence[str], Sequence[str]]:
        """Returns the content words of its sentence before and behind a run of them, the nearest first."""
        low, high = self.clause.sentence_of(self.places[first])
        before = [
            self.stems[number]
            for number in range(first - 1, max(-1, first - 1 - _AROUND), -1)
            if self.places[first] - self.places[number] < _REACH and self.places[number] >= low
        ]
        behind = [
            self.stems[number]
            for number in range(last + 1, min(len(self.stems), last + 1 + _AROUND))
            if self.places[number] - self.places[last] < _REACH and self.places[number] < high
        ]
        return before, behind


def find_replaced(clause: Clause, pages: Sequence[EvidencePage], names: Collection[str]) -> Iterator[ReplacedWords]:
    """Finds content words that stand on none of the pages, in whose place one of them has other words.

    The place is known by the words around it. Only words that make two claims are found: see :func:`make_two_claims`.

    Args:
        clause: Sentence of a draft.
        pages: The pages that it cites.
        names: Words of the person's name, which stand for one another and for pronouns.
    """
    known = {stem for page in pages for stem in read_page(page).stems}
    mine = _Content(clause)
    number = 0
    while number < min(len(mine.stems), _MOST_WORDS):
        last = number
        place = mine.places[number]
        connects = clause.words[place] in CONNECTIVES and clause.words[place] not in OPPOSITES
        may_be = may_be_replaced(clause, place, names) and not connects
        if mine.stems[number] in known or not may_be:
            number += 1
            continue
        while last + 1 < len(mine.stems) and last - number + 1 < _LONGEST and mine.stems[last + 1] not in known:
            last += 1
        best = max(_find_places(mine, number, last, pages, names), key=_score, default=None)
        if best is not None:
            yield best
        number = last + 1


def _find_places(
    mine: _Content, first: int, last: int, pages: Sequence[EvidencePage], names: Collection[str]
) -> Iterator[ReplacedWords]:
    sentence = set(mine.stems)
    before, behind = mine.around(first, last)
    for page in pages:
        there = _read_content(page)
        spans: set[tuple[int, int]] = set()
        for length in range(1, _LONGEST + 1):
            if before:
                spans |= {(n + 1, n + length) for n in there.numbers.get(before[0], ())[:_MOST_PLACES]}
            if behind:
                spans |= {(n - length, n - 1) for n in there.numbers.get(behind[0], ())[:_MOST_PLACES]}
        for begin, end in spans:
            if not there.is_run(begin, end) or not sentence.isdisjoint(there.stems[begin : end + 1]):
                continue
            their_before, their_behind = there.around(begin, end)
            left, right = len(set(before) & set(their_before)), len(set(behind) & set(their_behind))
            beside = (before[:1] == their_before[:1] != []) + (behind[:1] == their_behind[:1] != [])
            score = left + right + beside / 2
            if before and behind and not (left and right):
                score -= 1
            pair = _find_pair(mine, range(first, last + 1), there, range(begin, end + 1), names, score)
            if pair is not None:
                place, other = mine.places[pair[0]], there.places[pair[1]]
                yield ReplacedWords(place, place, page, other, other, score)


def _find_pair(
    mine: _Content, said: range, there: _Content, found: range, names: Collection[str], score: float
) -> tuple[int, int] | None:
    """Finds the two words of two runs that make two claims, where none of the one says what one of the other does."""
    pairs = [(mine.places[a], there.places[b]) for a in said for b in found]
    if any(is_alike(mine.clause, place, there.clause, other) for place, other in pairs):
        return None
    for number, (place, other) in enumerate(pairs):
        one, two = mine.clause.words[place], there.clause.words[other]
        differs = make_two_claims(one, two) or widens_nation(mine.clause, place, there.clause, other)
        is_other_thing = len(pairs) == 1 and are_of_one_kind(one, two)
        if not (differs and score >= _LEAST) and not (is_other_thing and score >= _LEAST_OF_KIND):
            continue
        if not (names_role(two) or may_be_replaced(there.clause, other, names)):
            continue
        if may_stand_for(mine.clause, place, there.clause, other) and not is_event_said(
            mine.clause, place, there.clause, other
        ):
            return said[number // len(found)], found[number % len(found)]
    return None


def make_two_claims(one: str, other: str) -> bool:
    """Tells if two words exclude one another: persons by role, events, opposites, or a word and its negation."""
    if names_role(one) and names_role(other):
        # A jury of nine linguists has nine members.
        are_both_in_table = one in ROLES and other in ROLES
        return (are_both_in_table or _PARTIES.isdisjoint((one, other))) and not may_be_one_person(one, other)
    if one in EVENTS and other in EVENTS:
        return EVENTS[one].isdisjoint(EVENTS[other])
    if one in SCOPES and other in SCOPES:
        return SCOPES[one] != SCOPES[other]
    return other in OPPOSITES.get(one, ()) or _is_negated(one, other) or _is_negated(other, one)


def names_role(word: str) -> bool:
    """Tells if a word says what a person is, by the table or by WordNet; a jury of nine linguists has nine members."""
    return word in ROLES or (names_person(word) and word not in _UNREPLACED)


def is_event_said(clause: Clause, place: int, there: Clause, other: int) -> bool:
    """Tells if the page's sentence says a verb of an event in another word, or the letter's sentence the page's."""
    if clause.words[place] not in EVENTS:
        return False
    said = any(say_one_thing(clause.words[place], there.words[at]) for at in _list_beside(there, other))
    return said or any(are_forms(clause.stems[at], there.stems[other]) for at in _list_beside(clause, place))


def _list_beside(clause: Clause, place: int) -> Iterator[int]:
    """Yields the other words of a word's sentence that have content."""
    begin, end = clause.sentence_of(place)
    around = range(max(begin, place - _MOST_BESIDE), min(end, place + _MOST_BESIDE))
    return (at for at in around if at != place and clause.stems[at] and clause.words[at].isalpha())


def are_forms(one: str, other: str) -> bool:
    """Tells if two stems begin alike."""
    return min(len(one), len(other)) >= _SHORTEST_ALIKE and one[:_SHORTEST_ALIKE] == other[:_SHORTEST_ALIKE]


def _read_content(page: EvidencePage) -> _Content:
    return page.recall(_content_of)


def _content_of(page: EvidencePage) -> _Content:
    return _Content(read_page(page))


def may_be_replaced(clause: Clause, place: int, names: Collection[str]) -> bool:
    """Tells if a word claims something: no name, title, pronoun or light verb."""
    word = clause.words[place]
    capital = clause.text[clause.tokens[place].start].isupper()
    is_name = capital and place not in clause.sentence_starts and not word.endswith(_NATION_ENDINGS)
    return not is_name and word not in names and word not in _UNREPLACED


_UNREPLACED = (
    LIGHT_VERBS
    | PRONOUNS
    | frozenset(
        (
            *("dr", "mr", "ms", "mrs", "prof", "professor", "sir", "dame", "exhibit", "page", "annex"),
            *("half", "third", "percent", "percentage", "up", "down", "off", "out", "away", "back"),
        )
    )
)
"""Light verbs, pronouns, titles, particles of verbs, and shares, which are compared as figures."""
_PARTIES = frozenset(
    form
    for word in ("member", "candidate", "nominee", "participant", "recipient", "applicant", "colleague", "winner")
    for form in (word, f"{word}s")
)
"""Words for persons of any calling."""
_NEGATING_PREFIXES = frozenset(
    ("un", "in", "im", "ir", "il", "non", "dis", "under", "over", "vice", "ex", "anti", "counter", "pre", "post", "sub")
)


def _is_negated(word: str, other: str) -> bool:
    """Tells if a word is another with a negating prefix, or one of rank."""
    prefix = word.removesuffix(other)
    return len(other) >= _SHORTEST_ALIKE and prefix != word and prefix in _NEGATING_PREFIXES


def is_infinitive(clause: Clause, place: int) -> bool:
    """Tells if a word stands behind "to"."""
    return place > 0 and clause.words[place - 1] == "to"


def is_alike(clause: Clause, place: int, there: Clause, other: int) -> bool:
    """Tells if one word may stand for another without another claim.

    Forms of one word do, words of one side of a scale, such as won and received, and synonyms. A verb behind "to" does
    not stand for a word that is none, nor a nationality for a word with a small letter.
    """
    one, two = clause.stems[place], there.stems[other]
    if is_infinitive(clause, place) != is_infinitive(there, other):
        return True
    if _has_capital(there, other) and not clause.text[clause.tokens[place].start].isupper():
        # "The worldwide Physical Society" is not the "American Physical Society".
        return not (_is_in_same_name(clause, place, there, other) or widens_nation(clause, place, there, other))
    if are_forms(one, two):
        return True
    return say_one_thing(clause.words[place], there.words[other])


def widens_nation(clause: Clause, place: int, there: Clause, other: int) -> bool:
    """Tells if a word of reach stands for a nation or continent of the page: "the global", "the European standard"."""
    return clause.words[place] in SCOPES and _has_capital(there, other) and there.words[other].endswith(_NATION_ENDINGS)


def may_stand_for(clause: Clause, place: int, there: Clause, other: int) -> bool:
    """Tells if two words can be in one place: of one part of speech, and both or neither what a figure counts.

    Before the same noun a noun may stand for an adjective. Comparators are compared with their figures.
    """
    one, two = clause.words[place], there.words[other]
    mine, theirs = clause.recall(_find_counted).get(place), there.recall(_find_counted).get(other)
    if mine != theirs or mine == _COMPARATOR:
        return two in OPPOSITES.get(one, ())
    following = clause.stems[place + 1 : place + 2]
    is_before_same = following not in {(), ("",)} and following == there.stems[other + 1 : other + 2]
    return is_before_same or share_part_of_speech(one, two)


_COMPARATOR = "comparator"


def _find_counted(clause: Clause) -> dict[int, str]:
    """Finds the places of the comparators of figures, and of what they count."""
    found: dict[int, str] = {}
    for one in clause.quantities:
        first, last = find_phrase(clause.words, one)
        found |= {place: _COMPARATOR if place < one.first else "counted" for place in range(first, last + 1)}
    return found


def _is_in_same_name(clause: Clause, place: int, there: Clause, other: int) -> bool:
    """Tells if the same two capitals stand right behind two words."""
    following = clause.stems[place + 1 : place + 3]
    capitals = [clause.text[token.start].isupper() for token in clause.tokens[place + 1 : place + 3]]
    return len(following) > 1 and all(capitals) and all(following) and following == there.stems[other + 1 : other + 3]


def _has_capital(clause: Clause, place: int) -> bool:
    """Tells if a word has a capital that no sentence or line begins with."""
    return clause.text[clause.tokens[place].start].isupper() and place not in clause.sentence_starts


@lru_cache(maxsize=65536)
def say_one_thing(one: str, other: str) -> bool:
    """Tells if two words say the same: of one beginning, of one side of a scale, of one group of a table, synonyms."""
    mine, theirs = stem_word(one), stem_word(other)
    short = min(len(mine), len(theirs))
    if mine[:short] == theirs[:short] or not EVENTS.get(one, _NONE).isdisjoint(EVENTS.get(other, _NONE)):
        return True
    if are_of_one_side(one, other):
        return True
    return say_same(one, other) and not _are_parted(one, other, mine, theirs)


def are_of_one_side(one: str, other: str) -> bool:
    """Tells if two words are on one side of a scale, or of one group of a table."""
    return not _SIDES.get(stem_word(one), _NONE).isdisjoint(_SIDES.get(stem_word(other), _NONE))


def _are_parted(one: str, two: str, mine: str, theirs: str) -> bool:
    """Tells if the tables have two words as two claims: two roles, events of two kinds, opposites."""
    if two in OPPOSITES.get(one, ()) or (one in ROLES and two in ROLES) or (one in EVENTS and two in EVENTS):
        return True
    # The two sides of a scale have numbers that follow one another.
    opposite = {side ^ 1 for side in _SIDES.get(mine, _NONE) if side < 2 * len(SCALES)}
    return not opposite.isdisjoint(_SIDES.get(theirs, _NONE))


_NONE: frozenset[int] = frozenset()


def _number_sides() -> dict[str, frozenset[int]]:
    groups: list[Collection[str]] = [
        *({stem_word(word) for word in side.split("|")} for scale in SCALES for side in (scale.less, scale.more)),
        *SAME_NOUNS,
        *({stem_word(word) for word in words.split()} for words in SYNONYMS),
    ]
    found: dict[str, set[int]] = {}
    for number, group in enumerate(groups):
        for stem in group:
            found.setdefault(stem, set()).add(number)
    return {stem: frozenset(numbers) for stem, numbers in found.items()}


_SIDES = _number_sides()
"""For each stem the numbers of the groups whose words say the same: sides of scales first."""


def _score(found: ReplacedWords) -> float:
    return found.score
