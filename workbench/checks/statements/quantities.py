"""Quantities in a text: values with comparator, unit and the noun that they count."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from workbench.checks.statements.comparators import LONGEST_COMPARATOR, find_comparator, find_comparator_behind
from workbench.checks.statements.counted_nouns import NUMBERED, find_noun_before, find_noun_behind, may_be_counted
from workbench.checks.statements.number_words import COMPARATORS, COMPARATORS_BEHIND, STOP_WORDS, Comparator
from workbench.checks.statements.values import BEGINNINGS, QuantityKind, Value, read_value
from workbench.text.stems import find_stem
from workbench.text.tokens import Token

_ROUNDED = 1000
"""Numbers from here on are rounded without a word that says so."""
_SMALL_NAME = 9
_IN_PRINT = frozenset(map(find_stem, ["volume", "vol", "page", "chapter", "figure", "table"]))
"""Words right before a number that say what it numbers, whatever follows."""
_BEFORE_COMPARATOR = frozenset(("not", "no", "never", "well", "far", "just", "only", "slightly", "rather"))
"""Words before a comparator that turn it round or widen it."""
_LONGEST_PHRASE = 8


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
    for length in range(min(LONGEST_COMPARATOR, first), 0, -1):
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
        begins = word[0].isdigit() or word in BEGINNINGS
        read = read_value(text, tokens, place) if begins and place not in taken else None
        if read is None:
            place += 1
            continue
        found.append(_complete(text, tokens, taken, line_starts, read))
        place = found[-1].last + 1
    return tuple(found)


def _complete(
    text: str, tokens: Sequence[Token], taken: Container[int], line_starts: Container[int], read: Value
) -> Quantity:
    """Adds comparator and noun to a value."""
    first, last, value, kind, unit, weak, currency = read
    comparator = find_comparator(text, tokens, first, last)
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
        comparator = find_comparator_behind(tokens, end)
    start, stop = tokens[first].start, tokens[last].end
    is_ordinal = read.kind == "rank" and tokens[first].word != "#"
    # fmt: off
    return Quantity(
        value, kind, comparator, unit, noun, modifiers, weak, start, stop, first, last, end, is_ordinal, currency,
    )
    # fmt: on


def _is_in_list(text: str, tokens: Sequence[Token], read: Value) -> bool:
    """Tells if a number with its name is one of several with other names: ``Paris 9, Copenhagen 5``."""
    label = tokens[read.first - 1].word
    for name, number, comma in (
        (read.last + 1, read.last + 2, read.last),
        (read.first - 3, read.first - 2, read.first - 2),
    ):
        if name < 0 or number >= len(tokens) or not tokens[number].word[0].isdigit():
            continue
        gap = text[tokens[comma].end : tokens[comma + 1].start]
        if "," in gap and text[tokens[name].start].isupper() and tokens[name].word != label:
            return True
    return False


def _read_label(text: str, tokens: Sequence[Token], read: Value, noun: str) -> tuple[QuantityKind, str, bool]:
    """Reads the word right before a number, which it may number: ``Volume 77``; returns kind, noun and ``weak``."""
    before = tokens[read.first - 1] if read.first else None
    if read.kind != "count" or before is None or before.word in STOP_WORDS:
        return read.kind, noun, read.weak
    small = read.value <= _SMALL_NAME and read.value.is_integer() and not _is_in_list(text, tokens, read)
    # "Shortlisted: 6" is a count.
    is_label = ":" in text[before.end : tokens[read.first].start]
    named = text[before.start].isupper() and not may_be_counted(before.word) and not is_label
    if noun in NUMBERED or (named and small):
        # "Volume 77" numbers a thing and counts none; the small ones tell like things apart: "Journal 1".
        return "rank", noun, read.weak or (named and small)
    # "Solheim 118, Moe 38": a name is nothing that is counted.
    is_name = named and noun == find_stem(before.word) and text[before.end : tokens[read.first].start].isspace()
    return "count", "" if is_name else noun, read.weak
