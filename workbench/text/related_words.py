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
    """Tells if two words are opposites: a word is an antonym of the other or of one near to it, and no synonym.

    >>> exclude_each_other("increases", "lessens"), exclude_each_other("temporary", "permanent")
    (True, True)
    """
    mine, theirs = _find_senses(one), _find_senses(other)
    if not mine.isdisjoint(theirs):
        return False
    return not (mine.isdisjoint(_find_opposite(other)) and theirs.isdisjoint(_find_opposite(one)))
