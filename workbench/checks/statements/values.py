"""Values of numbers in a text, in figures and in words, with their scale and sign."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from workbench.checks.statements.fractions import STARTS, read_fraction
from workbench.checks.statements.number_words import (
    CARDINALS,
    CURRENCIES,
    CURRENCY_CODES,
    CURRENCY_COUNTRIES,
    CURRENCY_NAMES,
    CURRENCY_WORDS,
    NUMBER_WORDS,
    ORDINALS,
    SCALE_WORDS,
    SCALES,
    TENS,
    split_words,
)
from workbench.checks.statements.units import UNITS
from workbench.text.stems import find_stem
from workbench.text.tokens import Token

QuantityKind = Literal["count", "percent", "money", "rank", "multiple"]
_FIGURE = re.compile(r"(\d+(?:\.\d+)?)(st|nd|rd|th|k|m|bn|x)?")
_LONGEST_FIGURE = 20
BEGINNINGS = NUMBER_WORDS | STARTS | CURRENCIES | CURRENCY_CODES | {"#"}
"""Words that may begin a value."""
_ADDED_TO = frozenset(("hundred", "thousand"))
_COMPARED = frozenset(
    split_words("as more less fewer the that its their his her what larger higher greater faster better")
)
"""Words behind ``three times`` that compare two things."""
_CURRENCY_STEMS = {find_stem(word): sign for word, sign in CURRENCY_NAMES.items()}


class Value(NamedTuple):
    """A value that was read, with the tokens that it takes."""

    first: int
    last: int
    value: float
    kind: QuantityKind = "count"
    unit: str = ""
    weak: bool = False
    currency: str = ""


def read_value(text: str, tokens: Sequence[Token], place: int) -> Value | None:
    """Reads the value that begins at a token, with its scale and sign."""
    fraction = read_fraction(text, tokens, place) if tokens[place].word in STARTS else None
    if fraction is not None:
        kind: QuantityKind = "multiple" if fraction.is_multiple else "percent"
        return Value(place, fraction.last, fraction.value, kind)
    read = _read_figure(tokens, place) or _read_number_word(text, tokens, place)
    if read is None or (read.kind == "rank" and tokens[read.first].word != "#"):
        return read
    read = _skip_repetition(text, tokens, _add_rest(text, tokens, _multiply(text, tokens, read)))
    amount = _read_sign_behind(text, tokens, read)
    if amount is not None:
        return _skip_repetition(text, tokens, amount)
    return _read_times(text, tokens, read) or read


def _read_figure(tokens: Sequence[Token], place: int) -> Value | None:
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
    return Value(first, place, value, kind, unit, currency=currency)


def _read_number_word(text: str, tokens: Sequence[Token], place: int) -> Value | None:
    word = tokens[place].word
    if word in ORDINALS:
        return Value(place, place, float(ORDINALS[word]), "rank", "", word == "first")
    if word in SCALE_WORDS:
        # "Hundreds of" is no value that can be compared; "a hundred" is one.
        return Value(place - 1, place, float(SCALES[word])) if place and tokens[place - 1].word == "a" else None
    if word not in CARDINALS:
        return None
    value = CARDINALS[word]
    if word in TENS and _is_joined(text, tokens, place, "-"):
        behind = tokens[place + 1].word
        if 0 < CARDINALS.get(behind, 0) < CARDINALS["ten"]:
            return Value(place, place + 1, float(value + CARDINALS[behind]))
        if 0 < ORDINALS.get(behind, 0) < ORDINALS["tenth"]:
            return Value(place, place + 1, float(value + ORDINALS[behind]), "rank")
    halved = [token.word for token in tokens[place + 1 : place + 4]] == ["and", "a", "half"]
    last, weak = place + 3 * halved, word in {"one", "zero"} and not halved
    return Value(place, last, value + halved / 2, weak=weak)


def _multiply(text: str, tokens: Sequence[Token], read: Value) -> Value:
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


def _add_rest(text: str, tokens: Sequence[Token], read: Value) -> Value:
    """Reads what stands behind a hundred or thousand in words: ``two hundred and twelve``, ``one thousand forty``."""
    # A figure is not added to. Words that were looked at are not looked at again: a hostile text has thousands.
    looked, words_only = read.first, True
    while read.kind == "count" and read.last > read.first and tokens[read.last].word in _ADDED_TO:
        place = read.last + 1
        place += place < len(tokens) and tokens[place].word == "and"
        joined = all(_is_joined(text, tokens, each, " -") for each in range(read.last, place))
        words_only = words_only and not any(token.word[0].isdigit() for token in tokens[looked : read.last])
        looked = read.last
        rest = _read_number_word(text, tokens, place) if joined and words_only and place < len(tokens) else None
        if rest is None or rest.kind not in {"count", "rank"} or rest.value >= SCALES[tokens[read.last].word]:
            break
        read = read._replace(last=rest.last, value=read.value + rest.value, kind=rest.kind, weak=False)
        read = _multiply(text, tokens, read) if read.kind == "count" else read
    return read


def _skip_repetition(text: str, tokens: Sequence[Token], read: Value) -> Value:
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


def _read_sign_behind(text: str, tokens: Sequence[Token], read: Value) -> Value | None:
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


def _read_times(text: str, tokens: Sequence[Token], read: Value) -> Value | None:
    """Reads ``three times as often``, which is a factor, and not a number of times."""
    behind = [token.word for token in tokens[read.last + 1 : read.last + 4]]
    if read.kind != "count" or behind[:1] != ["times"] or behind[1:2] == [] or behind[1] not in _COMPARED:
        return None
    # "Cited 512 times as of May", "318 times, more often than".
    if behind[1:] == ["as", "of"] or not text[tokens[read.last + 1].end : tokens[read.last + 2].start].isspace():
        return None
    return read._replace(last=read.last + 1, kind="multiple", weak=False)


def _is_joined(text: str, tokens: Sequence[Token], place: int, marks: str) -> bool:
    if place + 1 >= len(tokens):
        return False
    gap = text[tokens[place].end : tokens[place + 1].start]
    return all(mark in marks or mark.isspace() for mark in gap[:3]) and len(gap) < len("   ")
