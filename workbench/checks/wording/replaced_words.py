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
from workbench.checks.wording.word_classes import CONNECTIVES, EVENTS, LIGHT_VERBS, OPPOSITES, PRONOUNS, ROLES, SYNONYMS
from workbench.text.related_words import say_same, share_part_of_speech
from workbench.text.stems import stem_word

_AROUND = 3
"""Content words on each side by which a place is known again."""
_REACH = 9
"""Tokens within which they stand."""
_LONGEST = 2
"""Content words that may stand for one another."""
_LEAST = 4.0
"""Words around it that both have, one right beside it counting half as much again."""
_LEAST_BETWEEN = 3.0
"""The same where both words stand between the same two, and their endings do not differ."""
_LEAST_OF_FORM = 2.5
"""The same where both have one ending that tells the part of speech."""
_LEAST_IN_CLASS = 1.5
"""The same where both words are of one class, such as two roles or two opposites."""
_FORMS = ("ed", "ing", "ly", "ist", "ian", "eer", "or", "ic", "al", "ive", "ous", "ion", "ity")
_VAGUE_FORMS = ("ss", "s", "er")
"""Endings of plurals, verbs and comparatives as well."""
_NOUN_FORMS = frozenset(("", "ist", "ian", "eer", "or", "ion", "ity", "er"))
"""Endings of nouns, of which one may stand for another; many nouns have none."""
_MOST_PLACES = 40
_MOST_WORDS = 200
_MOST_BESIDE = 40
"""Words on each side of a word that are looked at in its sentence."""
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

    The place is known by the words around it. Words that say the same are left out: of one stem, of one side of a
    scale, verbs of saying and being, and names.

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
            is_between = bool(before and behind) and beside > 1
            pair = _find_pair(
                mine, range(first, last + 1), there, range(begin, end + 1), names, score, is_between=is_between
            )
            if pair is not None:
                place, other = mine.places[pair[0]], there.places[pair[1]]
                if are_roles(mine.clause.words[place], there.clause.words[other]) or not is_said_beside(
                    mine.clause, place, there.clause, other
                ):
                    yield ReplacedWords(place, place, page, other, other, score)


def are_roles(one: str, other: str) -> bool:
    """Tells if two words are roles by the table: beside them others stand often."""
    return one in ROLES and other in ROLES


def is_said_beside(clause: Clause, place: int, there: Clause, other: int) -> bool:
    """Tells if a word is said by another one of the page's sentence, or the page's word by a form of it beside."""
    said = any(say_one_thing(clause.words[place], there.words[at]) for at in _list_beside(there, other))
    return said or any(_are_forms(clause.stems[at], there.stems[other]) for at in _list_beside(clause, place))


def _list_beside(clause: Clause, place: int) -> Iterator[int]:
    """Yields the other words of a word's sentence that have content."""
    begin, end = clause.sentence_of(place)
    around = range(max(begin, place - _MOST_BESIDE), min(end, place + _MOST_BESIDE))
    return (at for at in around if at != place and clause.stems[at] and clause.words[at].isalpha())


def _are_forms(one: str, other: str) -> bool:
    """Tells if two stems begin alike."""
    return min(len(one), len(other)) >= _SHORTEST_ALIKE and one[:_SHORTEST_ALIKE] == other[:_SHORTEST_ALIKE]


def _find_pair(
    mine: _Content,
    said: range,
    there: _Content,
    found: range,
    names: Collection[str],
    score: float,
    *,
    is_between: bool,
) -> tuple[int, int] | None:
    """Finds the two words of two runs that make two claims, where the words around them are alike enough."""
    pairs = [(a, b) for a in said for b in found]
    if any(is_alike(mine.clause, mine.places[a], there.clause, there.places[b]) for a, b in pairs):
        return None
    if score >= _LEAST_IN_CLASS:
        for a, b in pairs:
            if _is_in_class(mine, a, there, b, names):
                return a, b
    place, other = mine.places[said[0]], there.places[found[0]]
    if len(pairs) > 1 or not may_be_replaced(there.clause, other, names):
        return None
    if not _is_of_one_function(mine.clause, place, there.clause, other):
        return None
    one, two = mine.clause.words[place], there.clause.words[other]
    least = _LEAST
    if _is_of_one_form(one, two):
        least = _LEAST_OF_FORM if find_form(one) in _FORMS else _LEAST_BETWEEN if is_between else _LEAST
    return pairs[0] if score >= least else None


def _is_of_one_function(clause: Clause, place: int, there: Clause, other: int) -> bool:
    """Tells if two words may do the same in their sentences, by part of speech, article and form of a verb."""
    if not may_stand_for(clause, place, there, other) or _has_article(clause, place) != _has_article(there, other):
        return False
    forms = {find_form(clause.words[place]), find_form(there.words[other])}
    return len(forms) == 1 or not forms <= _VERB_FORMS


def _has_article(clause: Clause, place: int) -> bool:
    return place > 0 and clause.words[place - 1] in {"a", "an", "the"}


def _is_of_one_form(one: str, two: str) -> bool:
    """Tells if two words may be of one part of speech, by their endings."""
    forms = {find_form(one), find_form(two)}
    return len(forms) == 1 or forms <= _NOUN_FORMS


def find_form(word: str) -> str:
    """Returns the ending that tells a word's part of speech, or nothing; verbs of events have "ed"."""
    if word in EVENTS:
        return "ed"
    if word.endswith("'s"):
        return "'s"
    return next((ending for ending in (*_FORMS, *_VAGUE_FORMS) if word.endswith(ending)), "")


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
_MEMBERS = frozenset(("member", "members"))
_VERB_FORMS = frozenset(("ed", "ing", "s"))
"""Endings of verbs: "needs" does not stand for "elected"."""
_NEGATING_PREFIXES = frozenset(
    ("un", "in", "im", "ir", "il", "non", "dis", "under", "over", "vice", "ex", "anti", "counter", "pre", "post", "sub")
)
_PERSON_ENDINGS = (
    "tter",
    "ster",
    "eer",
    "tor",
    "sor",
    "ist",
    "ian",
    "man",
    "woman",
    "ant",
    "ent",
    "ee",
    "ar",
    "holder",
)


def _is_in_class(mine: _Content, number: int, there: _Content, other: int, names: Collection[str]) -> bool:
    one, two = mine.clause.words[mine.places[number]], there.clause.words[there.places[other]]
    if one in ROLES and two in ROLES:
        return True
    if not _MEMBERS.isdisjoint((one, two)):
        # A jury of nine linguists has nine members.
        return False
    if (one in ROLES and is_person(two)) or (two in ROLES and is_person(one)):
        # "Years" ends as "scholars" does, and is counted.
        return may_stand_for(mine.clause, mine.places[number], there.clause, there.places[other])
    if not may_be_replaced(there.clause, there.places[other], names):
        return False
    if one in EVENTS and two in EVENTS:
        return EVENTS[one].isdisjoint(EVENTS[two])
    return two in OPPOSITES.get(one, ()) or _is_negated(one, two) or _is_negated(two, one)


def _is_negated(word: str, other: str) -> bool:
    """Tells if a word is another with a negating prefix, or one of rank."""
    prefix = word.removesuffix(other)
    return len(other) >= _SHORTEST_ALIKE and prefix != word and prefix in _NEGATING_PREFIXES


def is_person(word: str) -> bool:
    """Tells if a word may say what a person is: by the table, or by its ending, in the singular or plural."""
    return word in ROLES or word.removesuffix("s").endswith(_PERSON_ENDINGS)


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
        return not _is_in_same_name(clause, place, there, other)
    if _are_forms(one, two):
        return True
    return say_one_thing(clause.words[place], there.words[other])


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
