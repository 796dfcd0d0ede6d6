"""Numbers and dates of a sentence, and what the cited pages say of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from .clean_draft import CleanDraft, Sentence

UNITS = [
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
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
WORDS = {word: value for value, word in enumerate(UNITS)} | TENS
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
            "ninth": 9, "tenth": 10}  # fmt: skip
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
NUMERAL = re.compile(r"(?<![\w.,–-])\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\w.,–-])\d+(?:\.\d+)?(?![\w]|[-–][A-Za-z])")
COMPARATOR = re.compile(
    r"\b(more than|over|well over|above|at least|nearly|almost|about|around|approximately|some|roughly|up to|"
    r"as many as|fewer than|less than|under|below|no more than|not more than|at most|no later than|exceeds?|"
    r"average of)\s+(?:about )?$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Number:
    """A number of the letter's own prose that stands on a cited page."""

    start: int
    end: int
    text: str
    value: float
    sentence: Sentence
    comparator: str
    year: bool


def read_value(text: str) -> float | None:
    """Reads a numeral or a number word.

    >>> read_value("1,903"), read_value("twenty-six"), read_value("many")
    (1903.0, 26.0, None)
    """
    plain = text.replace(",", "").lower()
    if re.fullmatch(r"\d+(?:\.\d+)?", plain):
        return float(plain)
    ordinal = re.fullmatch(r"(\d+)(?:st|nd|rd|th)", plain)
    if ordinal:
        return float(ordinal[1])
    parts = plain.split("-")
    if len(parts) == 2 and parts[0] in TENS and parts[1] in WORDS:
        return float(TENS[parts[0]] + WORDS[parts[1]])
    found = WORDS.get(plain, ORDINALS.get(plain))
    return None if found is None else float(found)


def values_on(draft: CleanDraft, exhibits: Iterable[str]) -> frozenset[float]:
    """Collects every number, in digits or words, of some exhibits."""
    return frozenset().union(*(_values_of(draft.words(exhibit)) for exhibit in exhibits))


@lru_cache(maxsize=512)
def _values_of(words: tuple[str, ...]) -> frozenset[float]:
    found: set[float] = set()
    for word, after in zip(words, [*words[1:], ""], strict=True):
        value = read_value(word)
        leading = re.match(r"\d+", word)
        if value is None and leading:
            value = float(leading[0])
        if value is not None:
            found.add(value)
        if word in TENS and after in WORDS and WORDS[after] < 10:
            found.add(float(TENS[word] + WORDS[after]))
    return frozenset(found)


def is_derivable(value: float, known: frozenset[float]) -> bool:
    """Returns True where a value is on the pages, or a sum, difference, ratio or percentage of two numbers there."""
    return value in known or value in _derived(known)


@lru_cache(maxsize=512)
def _derived(known: frozenset[float]) -> frozenset[float]:
    found: set[float] = set()
    for a, b in combinations(sorted(known)[:150], 2):
        found |= {a + b, abs(a - b)}
        if a and b:
            found |= {float(round(a / b * 100)), float(round(b / a * 100))}
    return frozenset(found)


def numbers_in(draft: CleanDraft, sentence: Sentence, *, words: bool = False) -> Iterator[Number]:
    """Yields the numbers of a sentence outside quotations that one of the cited exhibits has, too."""
    known = values_on(draft, sentence.exhibits)
    word = re.compile(rf"\b(?:{'|'.join([*TENS, *UNITS[2:]])})(?:-(?:{'|'.join(UNITS[1:10])}))?\b(?!-)")
    for match in (word if words else NUMERAL).finditer(sentence.text):
        start, end = sentence.start + match.start(), sentence.start + match.end()
        value = read_value(match[0])
        before = sentence.text[max(0, match.start() - 24) : match.start()].rstrip("$€#")
        # A number before a parenthesis counts the items of a list.
        listed = re.match(r"\)", sentence.text[match.end() :]) and not before.endswith("(")
        if value is None or value not in known or listed or draft.is_quoted(start, end):
            continue
        if re.search(
            r"(?:Sections?|Ex(?:hibit|s)?\.?|Annex|Article|page|volume|p\.|S\. Res\.|resolution|at|¶) $", before
        ) and not re.search(r"(?:page|volume|at) $", before):
            continue
        comparator = COMPARATOR.search(before + " " if not before.endswith(" ") else before)
        year = bool(re.fullmatch(r"(?:1[89]|20)\d\d", match[0])) and not sentence.text[match.end() :].startswith(
            " hours"
        )
        yield Number(start, end, match[0], value, sentence, comparator[1].lower() if comparator else "", year)


def page_qualifies(draft: CleanDraft, exhibits: Iterable[str], value: float) -> bool:
    """Returns True where a page puts a word such as "about" or "over" before a number."""
    loose = {"than", "over", "least", "nearly", "almost", "about", "approximately", "around", "to", "some", "most"}
    for exhibit in exhibits:
        words = draft.words(exhibit)
        for place, word in enumerate(words):
            if read_value(word) == value and loose.intersection(words[max(0, place - 2) : place]):
                return True
    return False
