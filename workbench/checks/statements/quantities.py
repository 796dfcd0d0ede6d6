"""Quantities in a text: values with comparator, unit and the noun that they count."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from workbench.checks.statements.counted_nouns import NUMBERED, find_noun_before, find_noun_behind, may_be_counted
from workbench.checks.statements.fractions import STARTS, read_fraction
from workbench.checks.statements.number_words import (
    CARDINALS,
    COMPARATORS,
    COMPARATORS_BEHIND,
    CURRENCIES,
    CURRENCY_CODES,
    CURRENCY_COUNTRIES,
    CURRENCY_NAMES,
    CURRENCY_WORDS,
    LIMITS,
    NUMBER_WORDS,
    ORDINALS,
    SCALE_WORDS,
    SCALES,
    STOP_WORDS,
    TENS,
    Comparator,
    split_words,
)
from workbench.checks.statements.units import UNITS
from workbench.text.stems import find_stem
from workbench.text.tokens import Token

QuantityKind = Literal["count", "percent", "money", "rank", "multiple"]

_FIGURE = re.compile(r"(\d+(?:\.\d+)?)(st|nd|rd|th|k|m|bn|x)?")
_LONGEST_FIGURE = 20
_ROUNDED = 1000
"""Numbers from here on are rounded without a word that says so."""
_LIMIT_REACH = 9
_SMALL_NAME = 9
_MARKS = frozenset(",.;:()")
_IN_PRINT = frozenset(map(find_stem, ["volume", "vol", "page", "chapter", "figure", "table"]))
"""Words right before a number that say what it numbers, whatever follows."""
_BEFORE_COMPARATOR = frozenset(("not", "no", "never", "well", "far", "just", "only", "slightly", "rather"))
"""Words before a comparator that turn it round or widen it."""
_LONGEST_PHRASE = 8
_LONGEST_COMPARATOR = max(map(len, COMPARATORS))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as a text states it.

    Attributes:
        value: In units of one: ``1.5 million`` is 1500000.
        kind: ``rank`` for ordinals, ``#42`` and ``number 3``; ``percent`` for fractions, too; ``multiple`` for
            ``doubled``.
        comparator: ``exactly`` where the text has none.
        unit: Currency sign, or empty.
        noun: Stem of what is counted, or empty.
        modifiers: Stems of the words that narrow the noun.
        is_ordinal: True for ``third`` and ``3rd``.
        weak: True for ``one`` and ``first`` in words, which more often count nothing.
        start: Offset of its first character.
        end: Offset just behind it.
        first: Index of its first token.
        last: Index of its last token.
        phrase_end: Index just behind the last token of the noun phrase.
        currency: Code of a currency that shares its sign with others, where the text names it, or empty.
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
    is_ordinal: bool = False
    currency: str = ""

    @property
    def is_counting(self) -> bool:
        """True where what it counts stands behind it: ``five awards``, and not ``the other five have``."""
        return bool(self.noun) and self.phrase_end > self.last + 1

    def counts_same(self, other: Quantity) -> bool:
        """Tells if two quantities can count one thing: same kind, unit and noun."""
        if self.kind != other.kind or self.unit != other.unit or self.is_other_currency(other):
            return False
        if self.kind != "count" and not (self.noun and other.noun):
            return True
        return bool(self.noun) and (
            self.noun == other.noun or self.noun in other.modifiers or other.noun in self.modifiers
        )

    def rounds(self, value: float) -> bool:
        """Tells if a value, rounded to as many digits as this one has, is this one: ``20.9 million`` of 20,880,000."""
        if self.value < _ROUNDED or not self.value.is_integer():
            return False
        figures = f"{self.value:.0f}"
        places = len(figures.rstrip("0")) - len(figures)
        return places < 0 and round(value, places) == self.value

    def states(self, value: float) -> bool:
        """Tells if this is a value, or rounds it."""
        return self.value == value or self.rounds(value)

    def is_other_currency(self, other: Quantity) -> bool:
        """Tells if two amounts are of two currencies with one sign: Danish and Norwegian kroner."""
        return bool(self.currency and other.currency) and self.currency != other.currency

    def is_consistent(self, other: Quantity) -> bool:
        """Tells if this statement is true where the other one is.

        ``more than 500`` is where a page says 612, ``more than 612`` is not. What both say in the same words is.
        """
        if self.value == other.value and self.comparator == other.comparator:
            return True
        return _holds(self, other)


# Comparators of a page that leave the draft's comparator true, and the bounds of the page's value, in parts of the
# draft's. "More than 600" of 612 rounds down; of 6,120 it would be another thing that is counted.
_BOUNDS: dict[Comparator, tuple[frozenset[Comparator], float, float]] = {
    "exactly": (frozenset(("exactly",)), 1, 1),
    "least": (frozenset(("exactly", "more", "least")), 1, 2),
    "nearly": (frozenset(("exactly", "nearly", "about")), 0.9, 1),
    "about": (frozenset(("exactly", "nearly", "about")), 0.9, 1.1),
    "most": (frozenset(("exactly", "most", "fewer")), 0.5, 1),
    "fewer": (frozenset(("exactly", "most", "fewer", "nearly", "about")), 0.5, 0.999),
    "top": (frozenset(("exactly",)), 1, 1),
}


def _holds(said: Quantity, page: Quantity) -> bool:
    if said.comparator == "more":
        if page.comparator == "exactly":
            return said.value < page.value <= said.value * 2
        rounder = said.value < page.value and _is_rounder(said.value, page.value)
        return page.comparator == "more" and (said.value == page.value or rounder)
    if said.comparator == "nearly" and page.comparator == "exactly" and said.value == page.value:
        return False
    if said.comparator in {"about", "nearly"} and said.value != page.value and not _is_rounded(said.value, page.value):
        return False
    allowed, least, most = _BOUNDS[said.comparator]
    return page.comparator in allowed and said.value * least <= page.value <= said.value * most


def _is_rounded(value: float, other: float) -> bool:
    """Tells if a value has fewer digits that count than another: "about 601,000" does not round 610,000."""
    return len(f"{value:g}".strip("0.").replace(".", "")) < len(f"{other:g}".strip("0.").replace(".", ""))


def _is_rounder(value: float, other: float) -> bool:
    return len(f"{value:g}".rstrip("0")) < len(f"{other:g}".rstrip("0"))


def find_phrase(words: Sequence[str], quantity: Quantity) -> tuple[int, int]:
    """Finds the tokens of a quantity with all that limits it: ``not more than twelve members``, ``two days or more``.

    Args:
        words: The text's words.
        quantity: One of the text's.

    Returns:
        Index of the first token, and of the last.
    """
    first, last = quantity.first, max(quantity.phrase_end - 1, quantity.last)
    if quantity.comparator == "exactly":
        return first, last
    if tuple(words[last + 1 : last + 3]) in COMPARATORS_BEHIND:
        last += 2
    for length in range(min(_LONGEST_COMPARATOR, first), 0, -1):
        if tuple(words[first - length : first]) in COMPARATORS:
            first -= length
            break
    while first and first > quantity.first - _LONGEST_PHRASE and words[first - 1] in _BEFORE_COMPARATOR:
        first -= 1
    return first, last


def find_quantities(
    text: str, tokens: Sequence[Token], taken: Container[int] = (), line_starts: Container[int] = ()
) -> tuple[Quantity, ...]:
    """Finds the quantities of a text, in figures and in words.

    Args:
        text: The text.
        tokens: Its words, from :func:`workbench.text.tokens.find_tokens`.
        taken: Indexes of tokens that are no quantities, such as those of dates.
        line_starts: Indexes of tokens that begin an entry of a list or table: no noun stands on the line before.
    """
    found: list[Quantity] = []
    place = 0
    while place < len(tokens):
        word = tokens[place].word
        begins = word[0].isdigit() or word in _BEGINNINGS
        read = _read_value(text, tokens, place) if begins and place not in taken else None
        if read is None:
            place += 1
            continue
        found.append(_complete(text, tokens, taken, line_starts, read))
        place = found[-1].last + 1
    return tuple(found)


_BEGINNINGS = NUMBER_WORDS | STARTS | CURRENCIES | CURRENCY_CODES | {"#"}
"""Words that may begin a value."""


class _Value(NamedTuple):
    """A value that was read, with the tokens that it takes."""

    first: int
    last: int
    value: float
    kind: QuantityKind = "count"
    unit: str = ""
    weak: bool = False
    currency: str = ""


def _read_value(text: str, tokens: Sequence[Token], place: int) -> _Value | None:
    """Reads the value that begins at a token, with its scale and sign."""
    fraction = read_fraction(text, tokens, place) if tokens[place].word in STARTS else None
    if fraction is not None:
        kind: QuantityKind = "multiple" if fraction.is_multiple else "percent"
        return _Value(place, fraction.last, fraction.value, kind)
    read = _read_figure(tokens, place) or _read_number_word(text, tokens, place)
    if read is None or (read.kind == "rank" and tokens[read.first].word != "#"):
        return read
    read = _skip_repetition(text, tokens, _add_rest(text, tokens, _multiply(text, tokens, read)))
    amount = _read_sign_behind(text, tokens, read)
    if amount is not None:
        return _skip_repetition(text, tokens, amount)
    return _read_times(text, tokens, read) or read


def _read_figure(tokens: Sequence[Token], place: int) -> _Value | None:
    first = place
    kind: QuantityKind = "count"
    unit = ""
    sign = tokens[place].word
    if sign in CURRENCIES or sign in CURRENCY_CODES or sign == "#":
        place += 1
        if place >= len(tokens) or tokens[place].start - tokens[place - 1].end > 1:
            return None
        kind, unit = ("rank", "") if sign == "#" else ("money", CURRENCY_WORDS.get(sign, sign))
    word = tokens[place].word
    figure = _FIGURE.fullmatch(word) if word[0].isdigit() and word.isascii() and len(word) <= _LONGEST_FIGURE else None
    if figure is None:
        return None
    currency = sign if sign in CURRENCY_COUNTRIES.values() else ""
    value = float(figure[1])
    ending = figure[2] or ""
    if ending in SCALES:
        value = round(value * SCALES[ending], 6)
    elif ending and ending != "x":
        kind = "rank"
    return _Value(first, place, value, kind, unit, currency=currency)


def _read_number_word(text: str, tokens: Sequence[Token], place: int) -> _Value | None:
    word = tokens[place].word
    if word in ORDINALS:
        return _Value(place, place, float(ORDINALS[word]), "rank", "", word == "first")
    if word in SCALE_WORDS:
        # "Hundreds of" is no value that can be compared; "a hundred" is one.
        return _Value(place - 1, place, float(SCALES[word])) if place and tokens[place - 1].word == "a" else None
    if word not in CARDINALS:
        return None
    value = CARDINALS[word]
    if word in TENS and _is_joined(text, tokens, place, "-"):
        behind = tokens[place + 1].word
        if 0 < CARDINALS.get(behind, 0) < CARDINALS["ten"]:
            return _Value(place, place + 1, float(value + CARDINALS[behind]))
        if 0 < ORDINALS.get(behind, 0) < ORDINALS["tenth"]:
            return _Value(place, place + 1, float(value + ORDINALS[behind]), "rank")
    halved = [token.word for token in tokens[place + 1 : place + 4]] == ["and", "a", "half"]
    last, weak = place + 3 * halved, word in {"one", "zero"} and not halved
    return _Value(place, last, value + halved / 2, weak=weak)


def _multiply(text: str, tokens: Sequence[Token], read: _Value) -> _Value:
    """Reads scales behind a value, at most two: ``1.5 million``, ``two hundred thousand``."""
    for _ in range(2):
        behind = tokens[read.last + 1].word if read.last + 1 < len(tokens) else ""
        if behind not in SCALES or not _is_joined(text, tokens, read.last, " -"):
            break
        # "5 m" is a length.
        if behind not in SCALE_WORDS and read.kind != "money":
            break
        read = read._replace(last=read.last + 1, value=round(read.value * SCALES[behind], 6), weak=False)
    return read


def _add_rest(text: str, tokens: Sequence[Token], read: _Value) -> _Value:
    """Reads what stands behind a hundred or thousand in words: ``two hundred and twelve``, ``one thousand forty``."""
    while read.kind == "count" and read.last > read.first and tokens[read.last].word in _ADDED_TO:
        place = read.last + 1
        place += place < len(tokens) and tokens[place].word == "and"
        joined = all(_is_joined(text, tokens, each, " -") for each in range(read.last, place))
        words_only = not any(token.word[0].isdigit() for token in tokens[read.first : read.last])
        rest = _read_number_word(text, tokens, place) if joined and words_only and place < len(tokens) else None
        if rest is None or rest.kind not in {"count", "rank"} or rest.value >= SCALES[tokens[read.last].word]:
            break
        read = read._replace(last=rest.last, value=read.value + rest.value, kind=rest.kind, weak=False)
        read = _multiply(text, tokens, read) if read.kind == "count" else read
    return read


_ADDED_TO = frozenset(("hundred", "thousand"))


def _skip_repetition(text: str, tokens: Sequence[Token], read: _Value) -> _Value:
    """Takes the figure of ``thirty-six (36) weeks`` or ``ten dollars ($10)`` into the value that it repeats."""
    behind = _read_figure(tokens, read.last + 1) if read.last + 1 < len(tokens) else None
    if behind is None or behind.value != read.value or read.kind not in {"count", "money"}:
        return read
    is_enclosed = text[tokens[read.last].end : tokens[behind.first].start].strip() == "("
    return (
        read._replace(last=behind.last)
        if is_enclosed and text[tokens[behind.last].end : tokens[behind.last].end + 1] == ")"
        else read
    )


def _read_sign_behind(text: str, tokens: Sequence[Token], read: _Value) -> _Value | None:
    behind = [token.word for token in tokens[read.last + 1 : read.last + 3]]
    if behind[:1] in (["%"], ["percent"]):
        return read._replace(last=read.last + 1, kind="percent", weak=False)
    if behind == ["per", "cent"]:
        return read._replace(last=read.last + 2, kind="percent", weak=False)
    if read.kind != "count":
        return None
    signs = [_find_currency(text, token) for token in tokens[read.last + 1 : read.last + 3]]
    if behind[:1] in (["pound"], ["pounds"]) and _is_of_weight(tokens, read.last + 2):
        return None
    # "750,000 Swedish kronor".
    named = len(signs) > 1 and signs[0] is None and text[tokens[read.last + 1].start].isupper()
    for length, sign in enumerate(signs[: 2 if named else 1], start=1):
        if sign is not None:
            currency = CURRENCY_COUNTRIES.get(behind[0], "") if named else ""
            currency = behind[0] if behind[0] in CURRENCY_COUNTRIES.values() else currency
            return read._replace(last=read.last + length, kind="money", unit=sign, weak=False, currency=currency)
    return None


def _is_of_weight(tokens: Sequence[Token], place: int) -> bool:
    """Tells if pounds are a weight: ``pounds an acre``, and not ``pounds a year``."""
    behind = [token.word for token in tokens[place : place + 2]]
    if behind[:1] not in (["a"], ["an"], ["per"]) or len(behind) == 1:
        return behind[:1] == ["of"]
    unit = UNITS.get(find_stem(behind[1]))
    return unit is None or unit.dimension not in {"time", "month"}


def _find_currency(text: str, token: Token) -> str | None:
    """Returns the sign of the currency that a word names, or None; "Ilse" is no plural of a code."""
    if token.word in CURRENCY_CODES:
        return CURRENCY_WORDS[token.word] if text[token.start : token.end].isupper() else None
    return _CURRENCY_STEMS.get(find_stem(token.word))


def _read_times(text: str, tokens: Sequence[Token], read: _Value) -> _Value | None:
    """Reads ``three times as often``, which is a factor, and not a number of times."""
    behind = [token.word for token in tokens[read.last + 1 : read.last + 4]]
    if read.kind != "count" or behind[:1] != ["times"] or behind[1:2] == [] or behind[1] not in _COMPARED:
        return None
    # "Cited 512 times as of May", "318 times, more often than".
    if behind[1:] == ["as", "of"] or not text[tokens[read.last + 1].end : tokens[read.last + 2].start].isspace():
        return None
    return read._replace(last=read.last + 1, kind="multiple", weak=False)


_COMPARED = frozenset(
    split_words("as more less fewer the that its their his her what larger higher greater faster better")
)
"""Words behind ``three times`` that compare two things."""
_CURRENCY_STEMS = {find_stem(word): sign for word, sign in CURRENCY_NAMES.items()}


def _is_joined(text: str, tokens: Sequence[Token], place: int, marks: str) -> bool:
    if place + 1 >= len(tokens):
        return False
    gap = text[tokens[place].end : tokens[place + 1].start]
    return all(mark in marks or mark.isspace() for mark in gap[:3]) and len(gap) < len("   ")


def _complete(
    text: str, tokens: Sequence[Token], taken: Container[int], line_starts: Container[int], read: _Value
) -> Quantity:
    """Adds comparator and noun to a value."""
    first, last, value, kind, unit, weak, currency = read
    comparator = _find_comparator(text, tokens, first, last)
    before = tokens[first - 1].word if first else ""
    if comparator == "exactly" and kind == "count" and before in {"number", "no", "rank", "ranked"}:
        kind = "rank"
    noun, modifiers, end = find_noun_behind(text, tokens, taken, last, line_starts)
    if not noun and tuple(token.word for token in tokens[last + 1 : last + 3]) in COMPARATORS_BEHIND:
        # "Five or more years".
        noun, modifiers, end = find_noun_behind(text, tokens, taken, last + 2, line_starts)
    if kind == "count" and value > 1 and end == last + 2 and not may_be_counted(tokens[last + 1].word):
        # "Six took it up": a verb.
        noun, modifiers, end = "", frozenset(), last + 1
    if kind == "count" and comparator == "exactly" and find_stem(before) in _IN_PRINT:
        # "Volume 77, page 136" and the year on the next line.
        kind, noun, modifiers, end = "rank", find_stem(before), frozenset(), last + 1
    if not noun and kind != "rank":
        noun, modifiers = find_noun_before(text, tokens, taken, first, line_starts)
        if comparator != "exactly" and noun == find_stem(before):
            # "For nearly 490" counts no "nearly".
            noun, modifiers = "", frozenset()
        kind, noun, weak = _read_label(text, tokens, read._replace(kind=kind), noun)
    if comparator == "top" and kind == "count" and not noun:
        kind = "rank"
    # "Two decades or more".
    if comparator == "exactly" and kind != "rank":
        comparator = _find_comparator_behind(tokens, end)
    start, stop = tokens[first].start, tokens[last].end
    is_ordinal = read.kind == "rank" and tokens[first].word != "#"
    # fmt: off
    return Quantity(
        value, kind, comparator, unit, noun, modifiers, weak, start, stop, first, last, end, is_ordinal, currency,
    )
    # fmt: on


def _read_label(text: str, tokens: Sequence[Token], read: _Value, noun: str) -> tuple[QuantityKind, str, bool]:
    """Reads the word right before a number, which it may number: ``Volume 77``; returns kind, noun and ``weak``."""
    before = tokens[read.first - 1] if read.first else None
    if read.kind != "count" or before is None or before.word in STOP_WORDS:
        return read.kind, noun, read.weak
    small = read.value <= _SMALL_NAME and read.value.is_integer()
    # "Shortlisted: 6" is a count.
    is_label = ":" in text[before.end : tokens[read.first].start]
    named = text[before.start].isupper() and not may_be_counted(before.word) and not is_label
    if noun in NUMBERED or (named and small):
        # "Volume 77" numbers a thing and counts none; the small ones tell like things apart: "Journal 1".
        return "rank", noun, read.weak or (named and small)
    # "Solheim 118, Moe 38": a name is nothing that is counted.
    is_name = named and noun == find_stem(before.word) and text[before.end : tokens[read.first].start].isspace()
    return "count", "" if is_name else noun, read.weak


def _find_comparator_behind(tokens: Sequence[Token], place: int) -> Comparator:
    """Reads ``or more``; "24 minutes, or more than half" is another figure."""
    words = [token.word for token in tokens[place : place + 3]]
    return "exactly" if words[2:] == ["than"] else COMPARATORS_BEHIND.get(tuple(words[:2]), "exactly")


def _is_during(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Tells if ``over`` before a number says during or across: ``five films over ten years``, ``spread over nine``.

    "For over twelve years" and "lasted over two hours" say more than; "of over nine cities" does, too.
    """
    before = tokens[first - 2].word if first > 1 else ""
    if before in _SPREAD:
        return True
    return (
        _is_of_time(tokens, last)
        and before not in STOP_WORDS
        and not before.endswith(_LASTING)
        and before not in _LASTS
    )


def _is_of_time(tokens: Sequence[Token], last: int) -> bool:
    behind = {find_stem(token.word) for token in tokens[last + 1 : last + 3]}
    return any(stem in UNITS and UNITS[stem].dimension in {"time", "month"} for stem in behind)


_ADDS = find_stem("adds")
_SPREAD = frozenset(
    split_words(
        "spread distributed extended extending stretched stretching scattered all years"
        " prevail prevailed won victory triumph triumphed advantage preferred chosen selected elected"
    )
)
_LASTING = ("ed", "ing")
_LASTS = frozenset(split_words("just well took takes ran runs spent spends spans lasts"))


def _find_comparator(text: str, tokens: Sequence[Token], first: int, last: int) -> Comparator:
    if (behind := _find_comparator_behind(tokens, last + 1)) != "exactly":
        return behind
    if text[tokens[last].end : tokens[last].end + 1] == "+":
        return "least"
    for length in range(min(_LONGEST_COMPARATOR, first), 0, -1):
        begin = first - length
        words = tuple(token.word for token in tokens[begin:first])
        # A full stop or comma parts them: "Over the years, 12 papers".
        if words in COMPARATORS and not _MARKS.intersection(text[tokens[begin].end : tokens[first].start]):
            is_time = (words == ("over",) and _is_during(tokens, first, last)) or (
                # "Within two days" may be two days that a page gives exactly.
                words == ("within",) and _is_of_time(tokens, last)
            )
            is_sum = words == ("up", "to") and begin > 0 and find_stem(tokens[begin - 1].word) == _ADDS
            return "exactly" if is_time or is_sum else COMPARATORS[words]
    # "The laws limit the number of fellows to fifty-six."
    limited = any(token.word in LIMITS for token in tokens[max(0, first - _LIMIT_REACH) : first])
    return "most" if limited and tokens[first - 1].word in {"to", "at"} else "exactly"
