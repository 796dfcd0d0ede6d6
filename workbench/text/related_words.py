"""Words of one meaning, of opposite meaning and of one class, by a table built from WordNet.

``data/wordnet/build.py`` builds the table, whose licence lies beside it. Its three parts are lines: a word with its
senses, the most frequent of each part of speech first; an irregular form with its word; and, for each sense, a letter
for its part of speech, then the senses near it, opposite to it and above it. Senses are numbered from 0 in base 16.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

_TABLE = Path(__file__).resolve().parents[1] / "data" / "wordnet" / "relations.txt.zlib"
_KEPT = 65536
_ENDINGS = (
    ("ies", "y"), ("ves", "f"), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"),
    ("men", "man"), ("es", "e"), ("es", ""), ("s", ""), ("ied", "y"), ("ed", "e"), ("ed", ""), ("ing", "e"),
    ("ing", ""),
    ("ier", "y"), ("iest", "y"), ("er", "e"), ("er", ""), ("est", "e"), ("est", ""),
)  # fmt: skip
_DOUBLING = frozenset(("ed", "ing", "er", "est"))
_COMPARING = frozenset(("er", "est", "ier", "iest"))
"""Endings of adjectives: a letter is nobody who lets."""
_OF_VERBS = ("ed", "ing")
_SHORTEST = 2
_PERSON = "person"
_MOST_FREQUENT = 2
"""Senses of each part of speech in which a word is taken for an opposite: rarer ones exclude what nobody means."""


class _RelationTable(NamedTuple):
    words: dict[str, str]
    forms: dict[str, str]
    senses: list[str]


@cache
def _read_table() -> _RelationTable:
    # 0.6 MB packed and 1.5 MB unpacked: read when the first word is looked up.
    packed = _TABLE.read_bytes()
    words, forms, senses = zlib.decompress(packed).decode("ascii").split("\n\n")
    return _RelationTable(_read_pairs(words), _read_pairs(forms), senses.split("\n"))


def _read_pairs(text: str) -> dict[str, str]:
    return dict(line.split("\t") for line in text.split("\n"))


@lru_cache(maxsize=_KEPT)
def _read_sense(number: int) -> tuple[str, frozenset[int], frozenset[int], frozenset[int]]:
    """Returns a sense's part of speech, and the senses near it, opposite to it and above it."""
    line = _read_table().senses[number]
    near, opposite, above = (frozenset(int(one, 16) for one in part.split()) for part in line[1:].split("\t"))
    return line[0], near, opposite, above


@lru_cache(maxsize=_KEPT)
def find_bases(word: str) -> tuple[str, ...]:
    """Finds the words of which one may be a form, itself included, as far as the table has them.

    >>> find_bases("chosen"), find_bases("studies"), find_bases("longer")
    (('chosen', 'choose'), ('study',), ('longer', 'long'))
    """
    words, forms, _ = _read_table()
    found = dict.fromkeys(one for one in (word, forms.get(word)) if one in words)
    for ending, instead in _ENDINGS:
        rest = word.removesuffix(ending)
        if rest == word or len(rest) < _SHORTEST:
            continue
        bases = [rest + instead, rest[:-1]] if ending in _DOUBLING and rest[-1] == rest[-2] else [rest + instead]
        found.update(
            (base, None) for base in bases if base in words and (ending not in _COMPARING or is_adjective(base))
        )
    return tuple(found)


def is_adjective(word: str) -> bool:
    """Tells if the table has a word as an adjective: "swiss"."""
    return any(_read_sense(int(number, 16))[0] == "a" for number in _read_table().words.get(word, "").split())


@lru_cache(maxsize=_KEPT)
def _find_senses(word: str) -> frozenset[int]:
    words = _read_table().words
    found = {base: [int(number, 16) for number in words[base].split()] for base in find_bases(word)}
    # Who is "singled" out is not "single": such a form is the verb's, unless it is a word of its own.
    is_verb = word not in words and word.endswith(_OF_VERBS)
    return frozenset(
        sense for senses in found.values() for sense in senses if not is_verb or _read_sense(sense)[0] == "v"
    )


@lru_cache(maxsize=_KEPT)
def _rank_senses(word: str) -> dict[int, int]:
    """Returns the senses of a word, each with its place among those of its part of speech, from 0."""
    kept, words = _find_senses(word), _read_table().words
    ranks: dict[int, int] = {}
    for base in find_bases(word):
        counts: dict[str, int] = {}
        for number in (int(one, 16) for one in words[base].split()):
            if number in kept:
                part = _read_sense(number)[0]
                ranks[number] = min(ranks.get(number, counts.get(part, 0)), counts.get(part, 0))
                counts[part] = counts.get(part, 0) + 1
    return ranks


@lru_cache(maxsize=_KEPT)
def _find_frequent(word: str) -> frozenset[int]:
    """Returns the most frequent senses of a word of each part of speech."""
    return frozenset(sense for sense, rank in _rank_senses(word).items() if rank < _MOST_FREQUENT)


def _add_near(senses: Iterable[int]) -> frozenset[int]:
    senses = frozenset(senses)
    return senses.union(*(_read_sense(one)[1] for one in senses))


@lru_cache(maxsize=_KEPT)
def _find_near(word: str) -> frozenset[int]:
    """Returns the senses of a word and those near them."""
    return _add_near(_find_senses(word))


@lru_cache(maxsize=_KEPT)
def _find_above(word: str) -> frozenset[int]:
    """Returns the senses right above those of a word."""
    return frozenset().union(*(_read_sense(one)[3] for one in _find_senses(word)))


@lru_cache(maxsize=_KEPT)
def _find_within(word: str) -> frozenset[int]:
    """Returns the senses of a word, those near them and those right above them."""
    return _find_near(word) | _find_above(word)


@lru_cache(maxsize=_KEPT)
def _find_near_things(word: str) -> frozenset[int]:
    """Returns the senses of a word and those near them, of nouns and verbs only."""
    return frozenset(sense for sense in _find_near(word) if _read_sense(sense)[0] in "nv")


@lru_cache(maxsize=_KEPT)
def _find_opposite(word: str) -> frozenset[int]:
    """Returns the senses opposite to those of a word or to those near them.

    Of derived adjectives and nouns the opposites say little: "appointive", of "nominate", excludes "elective".
    """
    found: set[int] = set()
    for sense in _find_senses(word):
        part, near, opposite, _ = _read_sense(sense)
        found |= opposite
        found = found.union(*(_read_sense(one)[2] for one in near if _read_sense(one)[0] in {part, "v"}))
    return frozenset(found)


@lru_cache(maxsize=_KEPT)
def say_same(one: str, other: str) -> bool:
    """Tells if two words may say the same in some sense.

    They have one meaning, one is derived from the other, or one is wider.

    >>> say_same("selects", "chosen"), say_same("prize", "awards"), say_same("soloist", "choreographer")
    (True, True, False)
    """
    if not (_find_senses(one).isdisjoint(_find_within(other)) and _find_senses(other).isdisjoint(_find_within(one))):
        return True
    # Adjectives that are similar to a third one need not be alike: first and second letters are "alpha" and "beta".
    return not _find_near_things(one).isdisjoint(_find_near_things(other))


@lru_cache(maxsize=_KEPT)
def _find_parts(word: str) -> frozenset[str]:
    return frozenset(_read_sense(sense)[0] for sense in _find_senses(word))


def share_part_of_speech(one: str, other: str) -> bool:
    """Tells if two words may be of one part of speech; True where the table lacks either of them.

    >>> share_part_of_speech("responsible", "charge"), share_part_of_speech("charged", "sued")
    (False, True)
    """
    mine, theirs = _find_parts(one), _find_parts(other)
    return not (mine and theirs) or not mine.isdisjoint(theirs)


def gather_senses(words: Iterable[str]) -> frozenset[int]:
    """Returns the senses of some words and those near them, for :func:`may_have_opposite`."""
    return frozenset().union(*map(_find_near, words))


def may_have_opposite(word: str, senses: frozenset[int]) -> bool:
    """Tells if words of some senses, as :func:`gather_senses` returns them, may hold an opposite of a word."""
    return not _find_opposite(word).isdisjoint(senses)


@lru_cache(maxsize=_KEPT)
def exclude_each_other(one: str, other: str) -> bool:
    """Tells if two words are opposites in frequent senses: an antonym of the other, or of one near to it, no synonym.

    >>> exclude_each_other("increases", "lessens"), exclude_each_other("black", "better")
    (True, False)
    """
    if not _find_senses(one).isdisjoint(_find_senses(other)):
        return False
    mine, theirs = _find_frequent(one), _find_frequent(other)
    return _have_antonym(mine, theirs) or _have_antonym(theirs, mine)


def _have_antonym(senses: frozenset[int], others: frozenset[int]) -> bool:
    """Tells if an antonym of a sense, or of one near to it of its part of speech, is among others."""
    for sense in senses:
        part, near, opposite, _ = _read_sense(sense)
        alike = [_read_sense(one)[2] for one in near if _read_sense(one)[0] == part]
        if not others.isdisjoint(opposite.union(*alike)):
            return True
    return False


@lru_cache(maxsize=_KEPT)
def _list_wider(sense: int) -> frozenset[int]:
    """Returns a sense and all above it."""
    found, left = {sense}, [sense]
    while left:
        above = _read_sense(left.pop())[3] - found
        found |= above
        left += above
    return frozenset(found)


@lru_cache(maxsize=_KEPT)
def _find_persons(word: str) -> frozenset[int]:
    """Returns the senses of a noun, and of nothing else, that say what a person is; empty where others come first."""
    ranks = _rank_senses(word)
    persons = _find_senses(_PERSON)
    nouns = [sense for sense in ranks if _read_sense(sense)[0] == "n"]
    first = [sense for sense in nouns if not ranks[sense]]
    if len(nouns) < len(ranks) or not any(persons & _list_wider(sense) - {sense} for sense in first):
        return frozenset()
    return frozenset(sense for sense in nouns if persons & _list_wider(sense))


def names_person(word: str) -> bool:
    """Tells if a noun says what a person is or does.

    >>> names_person("curators"), names_person("magazine"), names_person("sponsored")
    (True, False, False)
    """
    return bool(_find_persons(word))


@lru_cache(maxsize=_KEPT)
def may_be_one_person(one: str, other: str) -> bool:
    """Tells if two nouns may be said of one person for one thing: one is the other, or is wider.

    >>> may_be_one_person("linguists", "scientist"), may_be_one_person("curator", "sponsor")
    (True, False)
    """
    mine, theirs = _find_persons(one), _find_persons(other)
    return any(not theirs.isdisjoint(_list_wider(sense)) for sense in mine) or any(
        not mine.isdisjoint(_list_wider(sense)) for sense in theirs
    )


@lru_cache(maxsize=_KEPT)
def are_of_one_kind(one: str, other: str) -> bool:
    """Tells if two nouns are two things of one kind in frequent senses: their next wider word is the same.

    >>> are_of_one_kind("alpha", "beta"), are_of_one_kind("firm", "company")
    (True, False)
    """
    mine, theirs = _find_frequent_nouns(one), _find_frequent_nouns(other)
    if not mine or not theirs or say_same(one, other):
        return False
    wider = [frozenset().union(*(_read_sense(sense)[3] for sense in senses)) for senses in (mine, theirs)]
    return not wider[0].isdisjoint(wider[1])


def _find_frequent_nouns(word: str) -> frozenset[int]:
    return frozenset(sense for sense in _find_frequent(word) if _read_sense(sense)[0] == "n")
