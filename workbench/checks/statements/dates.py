"""Dates in a text: years, months with a year, days, decades."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from workbench.text.tokens import Token

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
# fmt: off
MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)
# fmt: on
"""Of the year, in order."""
_FIRST_YEAR, _LAST_YEAR = 1600, 2100
_LAST_DAY = 31
_LAST_MONTH = 12
_YEAR_DIGITS = 4
_DAY_DIGITS = 2
_LONGEST_GAP = 2
"""Characters between the parts of a date: a comma and a space."""
_LONGEST_GAP_OF = 5
"""The same with ``of``."""
# Words before a number of four digits that make it a year whatever follows it.
_BEFORE_YEAR = frozenset(
    [
        "in",
        "since",
        "by",
        "from",
        "until",
        "till",
        "of",
        "year",
        "during",
        "for",
        "before",
        "after",
        "early",
        "late",
        "mid",
        "spring",
    ]
)
# Words before four digits that make them a number: no date is "more than 1975".
_BEFORE_NUMBER = (("more", "than"), ("well", "over"), ("in", "excess", "of"), ("at", "least"), ("fewer", "than"))
_VERBS_IN_S = frozenset(["is", "was", "has", "as", "its", "his", "this", "does", "us", "thus", "always"])
_DASHES = frozenset(("-", "–", " - ", " – "))
_UNTIL = frozenset(("to", "until", "till", "through"))
_FISCAL = re.compile(r"fy\d{4}")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
"""A date in figures with the day first, which is one token."""
_SLASHED = re.compile(r"\b(\d{1,2})/\d{1,2}/\d{4}\b")
_DAY_ENDINGS = ("st", "nd", "rd", "th")


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date as a text names it.

    Attributes:
        year: Or None where the text names a month and day alone.
        month: From 1, or None.
        day: From 1, or None.
        decade: True for ``1940s``: any year of it.
        start: Offset of its first character.
        end: Offset just behind it.
        first: Index of its first token.
        last: Index of its last token.
    """

    year: int | None
    month: int | None
    day: int | None
    decade: bool
    start: int
    end: int
    first: int
    last: int

    def __str__(self) -> str:
        if self.decade:
            return f"the {self.year}s"
        day = f" {self.day}" if self.day else ""
        month = f"{MONTH_NAMES[self.month - 1]}{day}" if self.month else ""
        if self.year is None:
            return month
        return f"{month}{',' if self.day else ''} {self.year}".strip()

    def is_in(self, other: DateMention) -> bool:
        """Tells if another date says all that this one says."""
        if self.decade or other.decade:
            return self.year is not None and other.year is not None and self.year // 10 == other.year // 10
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return all(mine is None or mine == theirs for mine, theirs in pairs)

    def agrees(self, other: DateMention) -> bool:
        """Tells if two dates can be the same, one of them perhaps less exact."""
        if self.decade or other.decade:
            return self.is_in(other)
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return all(mine is None or theirs is None or mine == theirs for mine, theirs in pairs)


def find_dates(text: str, tokens: Sequence[Token]) -> tuple[DateMention, ...]:
    """Finds the dates of a text.

    Written in words (``April 28, 2012``, ``28 April 2012``, ``April 2012``), in figures (``2012-04-28``,
    ``28.04.2012``, ``4/28/2012``, month first unless it or another date of the text cannot be) or as a year alone.

    Args:
        text: The text.
        tokens: Its words, from :func:`workbench.text.tokens.find_tokens`.
    """
    found: list[DateMention] = []
    place = 0
    day_first = any(int(match[1]) > _LAST_MONTH for match in _SLASHED.finditer(text)) if "/" in text else False
    while place < len(tokens):
        word = tokens[place].word
        # Most words cannot begin a date, and a page has thousands.
        if not word[0].isdigit() and word not in _MONTHS and not _FISCAL.fullmatch(word):
            place += 1
            continue
        read = (
            _read_dotted(tokens, place)
            or _read_figures(text, tokens, place, day_first=day_first)
            or _read_words(text, tokens, place)
            or _read_year(text, tokens, place)
        )
        if read is None:
            place += 1
            continue
        if found and _begins_span(text, tokens, found[-1], read):
            found[-1] = replace(found[-1], year=read.year)
        found.append(read)
        place = read.last + 1
    return tuple(found)


def _begins_span(text: str, tokens: Sequence[Token], first: DateMention, last: DateMention) -> bool:
    """Tells if a day has the year of the next one: ``11 May to 22 September 2019``."""
    if None in {first.month, first.day, last.year, last.month, last.day} or first.year is not None:
        return False
    between = [token.word for token in tokens[first.last + 1 : last.first]]
    joined = (len(between) == 1 and between[0] in _UNTIL) or (not between and _gap(text, tokens, first.last) in _DASHES)
    return joined and (first.month or 0, first.day or 0) <= (last.month or 0, last.day or 0)


def _mention(
    tokens: Sequence[Token], first: int, last: int, year: int | None, month: int | None, day: int | None
) -> DateMention:
    return DateMention(year, month, day, False, tokens[first].start, tokens[last].end, first, last)


def _gap(text: str, tokens: Sequence[Token], place: int) -> str:
    """Returns what stands between a token and the next one."""
    return text[tokens[place].end : tokens[place + 1].start] if place + 1 < len(tokens) else "\0"


def _read_dotted(tokens: Sequence[Token], place: int) -> DateMention | None:
    """Reads ``28.04.2012``."""
    match = _DOTTED.fullmatch(tokens[place].word)
    if match is None:
        return None
    day, month, year = map(int, match.groups())
    holds = 1 <= month <= _LAST_MONTH and 1 <= day <= _LAST_DAY and _FIRST_YEAR <= year <= _LAST_YEAR
    return _mention(tokens, place, place, year, month, day) if holds else None


def _read_figures(text: str, tokens: Sequence[Token], place: int, *, day_first: bool) -> DateMention | None:
    of_month = _read_month(text, tokens, place)
    if of_month is not None or place + 2 >= len(tokens) or not tokens[place].word.isdigit():
        return of_month
    mark = _gap(text, tokens, place)
    if mark not in {"-", "/", "."} or _gap(text, tokens, place + 1) != mark:
        return None
    words = [tokens[place + step].word for step in range(3)]
    if not all(word.isdigit() and word.isascii() and len(word) <= _YEAR_DIGITS for word in words):
        return None
    first, second, third = map(int, words)
    if len(words[0]) == _YEAR_DIGITS and second <= _LAST_MONTH and third <= _LAST_DAY:
        return _mention(tokens, place, place + 2, first, second or None, third or None)
    if len(words[2]) == _YEAR_DIGITS and max(first, second) <= _LAST_DAY and min(first, second) <= _LAST_MONTH:
        is_swapped = first > _LAST_MONTH or (day_first and second <= _LAST_MONTH)
        month, day = (second, first) if is_swapped else (first, second)
        return _mention(tokens, place, place + 2, third, month or None, day or None)
    return None


def _read_month(text: str, tokens: Sequence[Token], place: int) -> DateMention | None:
    """Reads ``07/2003``."""
    if _gap(text, tokens, place) != "/" or len(tokens[place].word) > _DAY_DIGITS or not tokens[place].word.isdigit():
        return None
    if (place and _gap(text, tokens, place - 1) == "/") or _gap(text, tokens, place + 1) == "/":
        return None
    month, year = int(tokens[place].word), _year_of(tokens, place + 1)
    return _mention(tokens, place, place + 1, year, month, None) if year and 1 <= month <= _LAST_MONTH else None


def _read_words(text: str, tokens: Sequence[Token], place: int) -> DateMention | None:
    """Reads a date with the name of a month, of which the day may stand on either side."""
    day = _day_of(tokens, place)
    month_at = place
    if day is not None and _gap(text, tokens, place) in _DASHES and _day_of(tokens, place + 1) is not None:
        # "14-17 July 2011" as "July 14-17, 2011".
        month_at = place + 2
    elif day is not None:
        month_at = place + 1 + (place + 1 < len(tokens) and tokens[place + 1].word == "of")
    month = _month_of(text, tokens, month_at)
    gap = _gap(text, tokens, place)
    if month is None or (day is not None and (len(gap) > _LONGEST_GAP or ")" in gap)):
        return None
    last = month_at
    if day is None and last + 1 < len(tokens) and len(_gap(text, tokens, last)) <= _LONGEST_GAP:
        day = _day_of(tokens, last + 1)
        if day is not None:
            last += 1
            # "July 14-17, 2011": the days of one event are known by their first.
            if _gap(text, tokens, last) in _DASHES and _day_of(tokens, last + 1) is not None:
                last += 1
            elif _is_until_day(text, tokens, last + 1):
                last += 2
    year = None
    following = last + 1 + (last + 1 < len(tokens) and tokens[last + 1].word == "of")
    if following < len(tokens) and len(text[tokens[last].end : tokens[following].start]) <= _LONGEST_GAP_OF:
        year = _year_of(tokens, following)
    if year is not None:
        return _mention(tokens, place, following, year, month, day)
    # "May" and "March" are verbs, and "8 May" may be a list: without year and day a month alone says little.
    return _mention(tokens, place, last, None, month, day) if day is not None else None


def _is_until_day(text: str, tokens: Sequence[Token], place: int) -> bool:
    """Tells if ``to 9, 2019`` stands at a place."""
    return (
        place + 2 < len(tokens)
        and tokens[place].word in {"to", "through"}
        and _day_of(tokens, place + 1) is not None
        and _gap(text, tokens, place + 1) == ", "
        and _year_of(tokens, place + 2) is not None
    )


def _read_year(text: str, tokens: Sequence[Token], place: int) -> DateMention | None:
    token = tokens[place]
    word = token.word
    if _FISCAL.fullmatch(word) and _FIRST_YEAR <= int(word[2:]) <= _LAST_YEAR:
        return _mention(tokens, place, place, int(word[2:]), None, None)
    decade = len(word) == _YEAR_DIGITS + 1 and word.endswith("s") and word[:4].isdigit()
    if decade and _FIRST_YEAR <= int(word[:4]) <= _LAST_YEAR:
        return DateMention(int(word[:4]), None, None, True, token.start, token.end, place, place)
    year = _year_of(tokens, place)
    if year is None or (place and tokens[place - 1].word in {"$", "€", "£", "¥", "#"}):
        return None
    if any(
        tuple(token.word for token in tokens[max(0, place - len(words)) : place]) == words for words in _BEFORE_NUMBER
    ):
        return None
    before = tokens[place - 1].word if place else ""
    if before not in _BEFORE_YEAR and place + 1 < len(tokens) and _gap(text, tokens, place) == " ":
        behind = text[tokens[place + 1].start : tokens[place + 1].end]
        # "1500 participants" is a number, "the 1975 National Medal" is not.
        if behind in {"%", "percent"} or (
            behind.islower() and behind.endswith("s") and not behind.endswith("ss") and behind not in _VERBS_IN_S
        ):
            return None
    return _mention(tokens, place, place, year, None, None)


def _year_of(tokens: Sequence[Token], place: int) -> int | None:
    token = tokens[place]
    # "1,975" is a number, and so is a year's length with a decimal point.
    digits = len(token.word) == token.end - token.start == _YEAR_DIGITS
    if not digits or not token.word.isdigit() or not token.word.isascii():
        return None
    year = int(token.word)
    return year if _FIRST_YEAR <= year <= _LAST_YEAR else None


def _day_of(tokens: Sequence[Token], place: int) -> int | None:
    if place >= len(tokens):
        return None
    word = tokens[place].word
    digits = word[:-2] if word.endswith(_DAY_ENDINGS) else word
    if not digits.isdigit() or not digits.isascii() or len(digits) > _DAY_DIGITS:
        return None
    return int(digits) if 1 <= int(digits) <= _LAST_DAY else None


def _month_of(text: str, tokens: Sequence[Token], place: int) -> int | None:
    if place >= len(tokens) or not text[tokens[place].start].isupper():
        return None
    return _MONTHS.get(tokens[place].word)
