"""Quantities in a text: values with comparator, unit and the noun that they count."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Literal

from workbench.text.stems import find_stem
from workbench.text.tokens import Token

QuantityKind = Literal["count", "percent", "money", "rank"]
Comparator = Literal["exactly", "more", "least", "nearly", "about", "most", "fewer", "top"]

_UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_CARDINALS = {word: value for value, word in enumerate(_UNITS)} | {
    word: value for value, word in zip(range(20, 100, 10), _TENS, strict=True)
}
_ORDINALS = {
    word: value
    for value, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
            "twentieth",
        ],
        start=1,
    )
}
_SCALES = {
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
    "dozen": 12,
    "k": 1_000,
    "m": 1_000_000,
    "bn": 1_000_000_000,
}
NUMBER_WORDS = frozenset((*_CARDINALS, *_ORDINALS, *(scale for scale in _SCALES if len(scale) > 2)))
"""Cardinals, ordinals and scales in words."""

_CURRENCIES = frozenset(["$", "€", "£", "¥"])
_CURRENCY_WORDS = {"dollar": "$", "usd": "$", "euro": "€", "eur": "€", "pound": "£", "gbp": "£", "yen": "¥"}
_FIGURE = re.compile(r"(\d+(?:\.\d+)?)(st|nd|rd|th|k|m|bn|x)?")
_COMPARATORS: dict[tuple[str, ...], Comparator] = {
    tuple(words.split()): comparator
    for comparator, phrases in {
        "more": "more than|over|above|exceeding|in excess of|upwards of|greater than|exceeded|exceeds|exceed|surpassed",
        "least": "at least|no fewer than|no less than|not less than|not fewer than|a minimum of|minimum of",
        "nearly": "nearly|almost|close to|approaching",
        "about": "about|approximately|roughly|around|some|circa|approx|an estimated|estimated",
        "most": "at most|up to|no more than|not more than|not exceed|not exceeding|as many as|a maximum of|maximum of|limited to",
        "fewer": "fewer than|less than|just under|below",
        "top": "top|the top|within the top|in the top|the best",
    }.items()
    for words in phrases.split("|")
}
_LIMITS = frozenset(["limit", "limits", "limited", "cap", "caps", "capped", "restricts", "restricted"])
_LIMIT_REACH = 9
_LONGEST_COMPARATOR = max(map(len, _COMPARATORS))
_AFTER: dict[tuple[str, ...], Comparator] = {("or", "more"): "least", ("or", "fewer"): "most", ("or", "less"): "most"}
# Words that end a noun phrase: what follows them is no longer counted.
STOP_WORDS = frozenset(
    [
        "a",
        "an",
        "the",
        "and",
        "or",
        "but",
        "nor",
        "of",
        "in",
        "on",
        "at",
        "by",
        "for",
        "from",
        "to",
        "with",
        "within",
        "into",
        "onto",
        "over",
        "under",
        "between",
        "among",
        "across",
        "against",
        "during",
        "through",
        "throughout",
        "since",
        "until",
        "before",
        "after",
        "about",
        "around",
        "as",
        "than",
        "that",
        "which",
        "who",
        "whom",
        "whose",
        "where",
        "when",
        "while",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "am",
        "has",
        "have",
        "had",
        "do",
        "does",
        "did",
        "may",
        "might",
        "can",
        "could",
        "shall",
        "should",
        "will",
        "would",
        "must",
        "he",
        "she",
        "it",
        "they",
        "we",
        "i",
        "you",
        "his",
        "her",
        "its",
        "their",
        "our",
        "my",
        "your",
        "him",
        "them",
        "this",
        "these",
        "those",
        "there",
        "here",
        "not",
        "no",
        "also",
        "only",
        "so",
        "such",
        "if",
        "then",
        "thus",
        "per",
        "via",
        "according",
        "including",
        "each",
        "every",
        "both",
        "either",
        "neither",
        "all",
        "any",
        "some",
        "more",
        "most",
        "other",
        "up",
        "out",
        "off",
        "if",
        "because",
        "although",
        "though",
        "et",
        "al",
        "new",
    ]
)
"""Words that carry no content of their own."""
# Words for one thing in this field.
_SAME_NOUNS = {
    find_stem(word): find_stem(words.split()[0])
    for words in ("articles papers publications", "awards prizes honors", "countries nations", "researchers scientists")
    for word in words.split()
}
_NUMBERED = frozenset(map(find_stem, ("volume", "vol", "issue", "number", "law", "resolution", "no", "series", "room")))
_LONGEST_PHRASE = 5
_REACH = 4
# The noun in front of its value: "an h-index of 42", "a score of 950", "impact factor: 12.3".
_LINKS = frozenset(
    [
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
    ]
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as a text states it.

    Attributes:
        value: In units of one: ``1.5 million`` is 1500000.
        kind: ``rank`` for ordinals, ``#42`` and ``number 3``.
        comparator: ``exactly`` where the text has none.
        unit: Currency sign, or empty.
        noun: Stem of what is counted, or empty.
        modifiers: Stems of the words that narrow the noun.
        weak: True for ``one`` and ``first`` in words, which more often count nothing.
        start: Offset of its first character.
        end: Offset just behind it.
        first: Index of its first token.
        last: Index of its last token.
        phrase_end: Index just behind the last token of the noun phrase.
    """

    value: float
    kind: QuantityKind
    comparator: Comparator
    unit: str
    noun: str
    modifiers: frozenset[str]
    weak: bool
    start: int
    end: int
    first: int
    last: int
    phrase_end: int

    def counts_same(self, other: Quantity) -> bool:
        """Tells if two quantities can count one thing: same kind, unit and noun."""
        if self.kind != other.kind or self.unit != other.unit:
            return False
        if self.kind != "count" and not (self.noun and other.noun):
            return True
        return bool(self.noun) and (
            self.noun == other.noun or self.noun in other.modifiers or other.noun in self.modifiers
        )

    def is_consistent(self, other: Quantity) -> bool:
        """Tells if this statement is true where the other one is.

        ``more than 500`` is where a page says 612, ``more than 612`` is not. What both say in the same words is.
        """
        if self.value == other.value and self.comparator == other.comparator:
            return True
        return _holds(self, other)


def _holds(said: Quantity, page: Quantity) -> bool:
    mine, theirs = said.value, page.value
    exact = page.comparator == "exactly"
    match said.comparator:
        case "exactly":
            return mine == theirs and exact
        case "more":
            # "More than 600" of 612 rounds down; of 6,120 it would be another thing that is counted.
            if exact:
                return mine < theirs <= mine * 2
            return page.comparator == "more" and (mine == theirs or (mine < theirs and _is_rounder(mine, theirs)))
        case "least":
            return mine <= theirs <= mine * 2 and page.comparator in {"exactly", "more", "least"}
        case "nearly":
            return mine * 0.9 <= theirs <= mine and page.comparator in {"exactly", "nearly", "about"}
        case "about":
            return abs(theirs - mine) <= mine * 0.1 and page.comparator in {"exactly", "nearly", "about"}
        case "most":
            return mine * 0.5 <= theirs <= mine and page.comparator in {"exactly", "most", "fewer"}
        case "fewer":
            return mine * 0.5 <= theirs < mine
        case "top":
            return mine == theirs and exact
    return False


def _is_rounder(value: float, other: float) -> bool:
    return len(f"{value:g}".rstrip("0")) < len(f"{other:g}".rstrip("0"))


def find_quantities(text: str, tokens: Sequence[Token], taken: Container[int] = ()) -> tuple[Quantity, ...]:
    """Finds the quantities of a text, in figures and in words.

    Args:
        text: The text.
        tokens: Its words, from :func:`workbench.text.tokens.find_tokens`.
        taken: Indexes of tokens that are no quantities, such as those of dates.
    """
    found: list[Quantity] = []
    place = 0
    while place < len(tokens):
        read = None if place in taken else _read_value(text, tokens, place)
        if read is None:
            place += 1
            continue
        found.append(_complete(text, tokens, taken, *read))
        place = found[-1].last + 1
    return tuple(found)


def _read_value(
    text: str, tokens: Sequence[Token], place: int
) -> tuple[int, int, float, QuantityKind, str, bool] | None:
    """Reads a value: first and last token, value, kind, unit, and if it is weak."""
    word = tokens[place].word
    first = place
    kind: QuantityKind = "count"
    unit = ""
    if word in _CURRENCIES or word == "#":
        place += 1
        if place >= len(tokens) or tokens[place].start - tokens[place - 1].end > 1:
            return None
        kind, unit = ("rank", "") if word == "#" else ("money", word)
        word = tokens[place].word
    figure = _FIGURE.fullmatch(word) if word[0].isdigit() and word.isascii() and len(word) <= 20 else None
    weak = False
    if figure:
        value = float(figure[1])
        ending = figure[2] or ""
        if ending in _SCALES:
            value *= _SCALES[ending]
        elif ending and ending != "x":
            kind = "rank"
    elif first == place and word in _ORDINALS:
        return place, place, float(_ORDINALS[word]), "rank", "", word == "first"
    elif word in _CARDINALS:
        value = float(_CARDINALS[word])
        weak = word in {"one", "zero"}
        behind = tokens[place + 1].word if place + 1 < len(tokens) else ""
        if word in _TENS and _is_joined(text, tokens, place, "-"):
            if 0 < _CARDINALS.get(behind, 0) < 10:
                value += _CARDINALS[behind]
                place += 1
            elif 0 < _ORDINALS.get(behind, 0) < 10:
                return first, place + 1, value + _ORDINALS[behind], "rank", "", False
    elif word in {"hundred", "thousand", "million", "dozen", "hundreds", "thousands", "millions", "dozens"}:
        # "Hundreds of" is no value that can be compared; "a hundred" is one.
        if word.endswith("s") or first == 0 or tokens[first - 1].word != "a":
            return None
        return first, place, float(_SCALES[word]), "count", "", False
    else:
        return None
    while place + 1 < len(tokens) and tokens[place + 1].word in _SCALES and _is_joined(text, tokens, place, " -"):
        scale = tokens[place + 1].word
        # "5 m" is a length.
        if len(scale) < 3 and kind != "money":
            break
        value *= _SCALES[scale]
        weak = False
        place += 1
    if place + 1 < len(tokens):
        behind = tokens[place + 1].word
        if behind in {"%", "percent"} or (
            behind == "per" and place + 2 < len(tokens) and tokens[place + 2].word == "cent"
        ):
            return first, place + 1 + (behind == "per"), value, "percent", "", False
        if kind == "count" and find_stem(behind) in _CURRENCY_STEMS:
            return first, place + 1, value, "money", _CURRENCY_STEMS[find_stem(behind)], False
    return first, place, value, kind, unit, weak


_CURRENCY_STEMS = {find_stem(word): sign for word, sign in _CURRENCY_WORDS.items()}


def _is_joined(text: str, tokens: Sequence[Token], place: int, marks: str) -> bool:
    if place + 1 >= len(tokens):
        return False
    gap = text[tokens[place].end : tokens[place + 1].start]
    return len(gap) <= 2 and all(mark in marks or mark.isspace() for mark in gap)


def _complete(
    text: str,
    tokens: Sequence[Token],
    taken: Container[int],
    first: int,
    last: int,
    value: float,
    kind: QuantityKind,
    unit: str,
    weak: bool,
) -> Quantity:
    comparator = _comparator(text, tokens, first, last)
    if (
        comparator == "exactly"
        and kind == "count"
        and first
        and tokens[first - 1].word in {"number", "no", "rank", "ranked"}
    ):
        kind = "rank"
    noun, modifiers, phrase_end = _noun_behind(text, tokens, taken, last)
    if not noun and kind != "rank":
        noun, modifiers = _noun_before(text, tokens, taken, first)
        # "Volume 77" numbers a thing and counts none.
        if kind == "count" and noun in _NUMBERED and tokens[first - 1].word not in STOP_WORDS:
            kind = "rank"
    if comparator == "top" and kind == "count" and not noun:
        kind = "rank"
    return Quantity(
        value,
        kind,
        comparator,
        unit,
        noun,
        modifiers,
        weak,
        tokens[first].start,
        tokens[last].end,
        first,
        last,
        phrase_end,
    )


def _comparator(text: str, tokens: Sequence[Token], first: int, last: int) -> Comparator:
    behind = tuple(token.word for token in tokens[last + 1 : last + 3])
    if behind in _AFTER:
        return _AFTER[behind]
    if text[tokens[last].end : tokens[last].end + 1] == "+":
        return "least"
    for length in range(_LONGEST_COMPARATOR, 0, -1):
        begin = first - length
        if begin < 0:
            continue
        # A full stop or comma parts them: "Over the years, 12 papers".
        if any(mark in text[tokens[begin].end : tokens[first].start] for mark in ",.;:()"):
            continue
        words = tuple(token.word for token in tokens[begin:first])
        if words in _COMPARATORS:
            return _COMPARATORS[words]
    # "The laws limit the number of fellows to fifty-six."
    if (
        first
        and tokens[first - 1].word in {"to", "at"}
        and any(token.word in _LIMITS for token in tokens[max(0, first - _LIMIT_REACH) : first])
    ):
        return "most"
    return "exactly"


def _noun_behind(
    text: str, tokens: Sequence[Token], taken: Container[int], last: int
) -> tuple[str, frozenset[str], int]:
    """Finds the head of the noun phrase behind a number.

    It is the first plural, else the last word of the phrase. ``4 out of 10 classes`` and ``over 70 of the members``
    count what stands behind ``of``.
    """
    place = last + 1
    words = [token.word for token in tokens[place : place + 3]]
    if words[:2] == ["out", "of"]:
        place += 2
    elif words[:1] == ["of"]:
        place += 1
    while place < len(tokens) and tokens[place].word in {"the", "his", "her", "their", "these", "those", "all", "its"}:
        place += 1
    if place > last + 1 and place < len(tokens) and _looks_like_number(tokens[place].word):
        place += 1
    phrase: list[str] = []
    before = last if place == last + 1 else place - 1
    for index in range(place, min(place + _LONGEST_PHRASE, len(tokens))):
        gap = text[tokens[before].end : tokens[index].start]
        word = tokens[index].word
        if index in taken or (gap.strip() and gap not in {"-", "/", "’", "'", "%"}):
            break
        if word in STOP_WORDS or _looks_like_number(word) or (len(word) == 1 and not word.isalpha()):
            break
        phrase.append(word)
        before = index
        # The first plural is the head; what follows it is a verb or another phrase.
        if _is_plural(word):
            break
    # "Resolution 491 regarding the organization" counts nothing.
    if not phrase or (phrase[0].endswith(("ing", "ed")) and not _is_plural(phrase[-1])):
        return "", frozenset(), last + 1
    if phrase[-1] == "times" and len(phrase) == 1:
        # "Cited 187 times" counts citations.
        verb = next(
            (
                token.word
                for token in reversed(tokens[max(0, last - _REACH) : last])
                if token.word.endswith(("ed", "en"))
            ),
            "",
        )
        return find_stem(verb or "times"), frozenset(), before + 1
    head = find_stem(phrase[-1])
    return _SAME_NOUNS.get(head, head), frozenset(map(find_stem, phrase[:-1])), before + 1


def _noun_before(text: str, tokens: Sequence[Token], taken: Container[int], first: int) -> tuple[str, frozenset[str]]:
    """Finds the noun in front of its value, behind a linking word or a colon."""
    place = first - 1
    skipped = False
    while (
        place >= 0
        and first - place <= _REACH + 2
        and (tokens[place].word in _LINKS or tokens[place].word in STOP_WORDS)
    ):
        skipped = True
        place -= 1
    if place < 0 or place in taken:
        return "", frozenset()
    gap = text[tokens[place].end : tokens[place + 1].start]
    if any(mark in gap for mark in ".;!?") or not (skipped or ":" in gap or gap.isspace()):
        return "", frozenset()
    word = tokens[place].word
    if _looks_like_number(word) or not word.isalpha():
        return "", frozenset()
    before = tokens[place - 1].word if place else ""
    narrowed = (
        before.isalpha()
        and before not in STOP_WORDS
        and text[tokens[place - 1].end : tokens[place].start] in {" ", "-"}
    )
    return find_stem(word), frozenset({find_stem(before)} if narrowed else ())


def _looks_like_number(word: str) -> bool:
    return word[0].isdigit() or word in _CARDINALS or word in _CURRENCIES or word in {"#", "%"}


def _is_plural(word: str) -> bool:
    if word in {"people", "men", "women", "children", "series"}:
        return True
    return len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "ous"))
