"""Noun phrases that a number counts or numbers."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import NamedTuple

from workbench.checks.statements.number_words import CARDINALS, CURRENCIES, SCALE_WORDS, STOP_WORDS, split_words
from workbench.checks.statements.units import UNITS
from workbench.text.stems import find_stem
from workbench.text.tokens import Token

NUMBERED = frozenset(
    find_stem(word)
    for word in [
        "volume",
        "vol",
        "issue",
        "number",
        "law",
        "resolution",
        "no",
        "series",
        "room",
        "page",
        "pages",
        "section",
        "chapter",
        "figure",
        "table",
        "paragraph",
        "patent",
        "article",
        "rule",
        "order",
    ]
)
"""Stems of things that have a number and are not counted by it."""
_SYNONYMS = ("articles papers publications", "awards prizes honors", "countries nations", "researchers scientists")
SAME_NOUNS = tuple(frozenset(map(find_stem, words.split())) for words in _SYNONYMS)
"""Stems of words for one thing in this field."""
_SAME_NOUNS = {find_stem(word): find_stem(words.split()[0]) for words in _SYNONYMS for word in words.split()}
_LONGEST_PHRASE = 5
_REACH = 4
_SHORTEST_PLURAL = 4
# The noun in front of its value: "an h-index of 42", "a score of 950", "impact factor: 12.3".
_LINKS = frozenset(
    (
        "of",
        "was",
        "is",
        "were",
        "are",
        "at",
        "to",
        "reached",
        "totals",
        "totaled",
        "totalled",
        "stands",
        "being",
        "score",
    )
)
_RATES = frozenset(("a", "an", "per", "each", "every"))
_CONJUNCTIONS = frozenset(("and", "but", "or", "while", "of"))
_ENDS = frozenset(".;!?")
_DETERMINERS = frozenset(("the", "his", "her", "their", "these", "those", "all", "its"))
_PLURALS = frozenset(("people", "men", "women", "children", "series"))
_OTHER_PLURALS = frozenset(
    split_words("alumni criteria data faculty feet kilo media mice percent personnel phenomena species staff teeth")
)
_LONGEST_SIGN = 3
_VOWELS = frozenset("aeiouy")


class CountedNoun(NamedTuple):
    """The noun that a number counts.

    Attributes:
        head: Stem of the noun, or empty.
        modifiers: Stems of the words that narrow it.
        end: Index just behind the phrase's last token.
    """

    head: str
    modifiers: frozenset[str]
    end: int


def find_noun_behind(
    text: str, tokens: Sequence[Token], taken: Container[int], last: int, line_starts: Container[int] = ()
) -> CountedNoun:
    """Finds the noun phrase behind a number.

    Its head is the first plural, else the last word. ``4 out of 10 classes`` and ``over 70 of the members`` count what
    stands behind ``of``.

    Args:
        text: The text.
        tokens: Its words.
        taken: Indexes of tokens that are dates.
        last: Index of the number's last token.
        line_starts: Indexes of tokens that begin an entry of a list or table.
    """
    phrase, end = _read_phrase(text, tokens, taken, _skip_partitive(tokens, last), last, line_starts)
    # "Resolution 491 regarding the organization" counts nothing.
    if not phrase or (phrase[0].endswith(("ing", "ed")) and not _is_plural(phrase[-1])):
        return CountedNoun("", frozenset(), last + 1)
    if phrase == ["times"]:
        # "Cited 187 times" counts citations.
        before = reversed(tokens[max(0, last - _REACH) : last])
        verb = next((token.word for token in before if token.word.endswith(("ed", "en"))), "times")
        return CountedNoun(find_stem(verb), frozenset(), end)
    head = find_stem(phrase[-1])
    return CountedNoun(_SAME_NOUNS.get(head, head), frozenset(map(find_stem, phrase[:-1])), end)


def may_be_counted(word: str) -> bool:
    """Tells if a word right behind a number above one can be what it counts: a plural, or the sign of a unit."""
    is_sign = len(word) <= _LONGEST_SIGN and _VOWELS.isdisjoint(word)
    return _is_plural(word) or word in _OTHER_PLURALS or is_sign or find_stem(word) in UNITS


def _skip_partitive(tokens: Sequence[Token], last: int) -> int:
    """Returns the index at which a phrase begins: behind ``of the`` or ``out of 10``."""
    place = last + 1
    words = [token.word for token in tokens[place : place + 2]]
    if words == ["out", "of"]:
        place += 2
    elif words[:1] == ["of"]:
        place += 1
    else:
        return place
    for _ in range(2):
        if place < len(tokens) and tokens[place].word in _DETERMINERS:
            place += 1
    if place > last + 1 and place < len(tokens) and _looks_like_number(tokens[place].word):
        place += 1
    return place


def _read_phrase(
    text: str, tokens: Sequence[Token], taken: Container[int], place: int, last: int, line_starts: Container[int]
) -> tuple[list[str], int]:
    phrase: list[str] = []
    before = last if place == last + 1 else place - 1
    for index in range(place, min(place + _LONGEST_PHRASE, len(tokens))):
        gap = text[tokens[before].end : tokens[index].start].strip()
        word = tokens[index].word
        # "Thirty-six (36) weeks".
        enclosed = gap == ")" and index == last + 1 and last > 0 and _looks_like_number(tokens[last - 1].word)
        if index in taken or index in line_starts or (gap and gap not in {"-", "/", "%"} and not enclosed):
            break
        if _begins_line(text, tokens, before, index) and before == last and _is_labelled(text, tokens, last):
            break
        if word in STOP_WORDS or _looks_like_number(word):
            break
        phrase.append(word)
        before = index
        # What follows the first plural is a verb or another phrase.
        if _is_plural(word):
            break
    return phrase, before + 1


def _begins_line(text: str, tokens: Sequence[Token], before: int, index: int) -> bool:
    return "\n" in text[tokens[before].end : tokens[index].start] and text[tokens[index].start].isupper()


def _is_labelled(text: str, tokens: Sequence[Token], place: int) -> bool:
    """Tells if a word with content stands right before a number, as in ``extension bulletins 34``."""
    if not place:
        return False
    word, gap = tokens[place - 1].word, text[tokens[place - 1].end : tokens[place].start]
    return gap == " " and word.isalpha() and word not in STOP_WORDS and not _looks_like_number(word)


def find_noun_before(
    text: str, tokens: Sequence[Token], taken: Container[int], first: int, line_starts: Container[int] = ()
) -> tuple[str, frozenset[str]]:
    """Finds the noun in front of its value, behind a linking word or a colon.

    Returns:
        Stem of the noun, or empty, and those of the words that narrow it.
    """
    nothing: tuple[str, frozenset[str]] = "", frozenset()
    place = first - 1
    least = max(-1, first - _REACH - 3)
    while place > least and (tokens[place].word in _LINKS or tokens[place].word in STOP_WORDS):
        place -= 1
    if place < 0 or place in taken or any(index in line_starts for index in range(place + 1, first + 1)):
        return nothing
    gap = text[tokens[place].end : tokens[place + 1].start]
    linked = place < first - 1 or ":" in gap or gap.isspace()
    word = tokens[place].word
    # "That year, and only 14" counts no years.
    parted = "," in gap and tokens[place + 1].word in _CONJUNCTIONS
    if (
        not linked
        or parted
        or _ENDS.intersection(gap)
        or _looks_like_number(word)
        or not word.isalpha()
        or word in STOP_WORDS
    ):
        return nothing
    before = tokens[place - 1] if place else None
    if before is not None and before.word in _RATES and find_stem(word) in UNITS:
        # "Days lost in a year: 9.5" counts no years.
        return nothing
    narrowed = (
        before is not None
        and before.word.isalpha()
        and before.word not in STOP_WORDS
        and text[before.end : tokens[place].start] in {" ", "-"}
    )
    return find_stem(word), frozenset({find_stem(before.word)} if before is not None and narrowed else ())


def _looks_like_number(word: str) -> bool:
    return word[0].isdigit() or word in CARDINALS or word in SCALE_WORDS or word in CURRENCIES or word in {"#", "%"}


def _is_plural(word: str) -> bool:
    if word in _PLURALS:
        return True
    return len(word) >= _SHORTEST_PLURAL and word.endswith("s") and not word.endswith(("ss", "us", "is"))
