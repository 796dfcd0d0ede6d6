"""Nouns and units of a quantity of a draft and one of a page, and whether they may be of one thing."""

from __future__ import annotations

from dataclasses import replace

from workbench.checks.figures.tables import find_label_words
from workbench.checks.statements.number_words import split_words
from workbench.checks.statements.quantities import Quantity
from workbench.checks.statements.statements import Clause
from workbench.checks.statements.units import UNITS, convert_value, is_other_unit
from workbench.text.stems import find_stem

_CONVERTED = 0.02
"""Share by which a value that was converted may differ."""
_ORDERED = 3
"""Places of an order that prose counts by itself."""
_PERIODS = frozenset(
    map(find_stem, split_words("season term semester summer winter night evening weekend morning session round visit"))
)


def is_in_other_unit(quantity: Quantity, other: Quantity, there: Clause) -> bool:
    """Tells if a page gives a value in another unit or currency than the draft.

    That of a bare cell is named by its row or column: 9.5 weeks are no 9.5 under "days lost".
    """
    if is_other_unit(quantity.noun, other.noun) or quantity.is_other_currency(other):
        return True
    if other.is_counting or quantity.noun not in UNITS or quantity.kind != "count" or not quantity.is_counting:
        return False
    named = {there.stems[place] for place in find_label_words(there).get(other.start, ())}
    return quantity.noun not in named and any(is_other_unit(quantity.noun, stem) for stem in named)


def is_count_of_share(quantity: Quantity, other: Quantity) -> bool:
    """Tells if one text has as a percentage what the other counts: ``46 percent of the universities`` of 46."""
    kinds = {quantity.kind, other.kind} == {"percent", "count"}
    return kinds and quantity.value == other.value and bool(quantity.noun) and quantity.noun == other.noun


def is_other_thing(quantity: Quantity, other: Quantity, there: Clause) -> bool:
    """Tells if two equal values are of two sorts: ``9th`` is no ``nine members``, ``ten years`` no ``ten votes``."""
    if quantity.is_ordinal and other.kind == "count" and other.is_counting and other.noun != quantity.noun:
        # "38 nominations" is no "38th recipient" where the page says which one it is.
        return any(one.is_ordinal and one.noun == quantity.noun != "" for one in there.by_noun.get(quantity.noun, ()))
    if not quantity.is_counting or quantity.kind != "count":
        return False
    if other.kind == "rank":
        # "The fourth printing" says that there are four.
        is_named = quantity.noun in {other.noun, *there.stems[other.last + 1 : other.last + 2]}
        return other.is_ordinal and not other.weak and not is_named and other.noun not in UNITS
    return other.is_counting and is_time(quantity) != is_time(other)


def is_time(quantity: Quantity) -> bool:
    """Tells if a quantity is a length of time."""
    return quantity.noun in UNITS and UNITS[quantity.noun].dimension in {"time", "month"}


def is_counted(quantity: Quantity, other: Quantity, there: Clause) -> bool:
    """Tells if a page's quantity may be another value of the draft's."""
    if quantity.kind == other.kind == "rank" and quantity.noun and not other.noun and quantity.value <= _ORDERED:
        # "The second woman" is no other place than "8th" of a list that names no women.
        return quantity.noun in there.stems[slice(*there.sentence_of(other.first))]
    # "The second designer from Norway" of "the third winner from Norway".
    in_order = quantity.kind == other.kind == "rank" and quantity.is_ordinal and other.is_ordinal
    in_words = there.text[other.start : other.end].isalpha()
    return quantity.counts_same(other) or (in_order and in_words and not quantity.weak and not other.weak)


def read_over(other: Quantity, there: Clause, quantity: Quantity) -> Quantity:
    """Reads ``over`` before a time as the draft does: it may mean during it, as in ``over two seasons``."""
    before = there.words[max(0, other.first - 1) : other.first]
    is_time = other.noun in UNITS or other.noun in _PERIODS
    if other.comparator != "more" or before != ("over",) or not is_time:
        return other
    return replace(other, comparator="more" if quantity.comparator == "more" else "exactly")


def is_bare(quantity: Quantity) -> bool:
    """Tells if a text leaves out what a quantity counts: ``more than a million``."""
    return quantity.kind == "count" and not quantity.is_counting


def convert_quantity(quantity: Quantity, other: Quantity) -> Quantity | None:
    """Returns a quantity of the pages in the unit of the draft's, or None."""
    if quantity.kind != "count" or other.kind != "count":
        return None
    value = convert_value(other.value, other.noun, quantity.noun)
    if value is None:
        return None
    # What was converted and rounded is the same.
    near = abs(value - quantity.value) <= _CONVERTED * quantity.value
    return replace(other, value=quantity.value if near else value, noun=quantity.noun)


def is_narrower(quantity: Quantity, other: Quantity) -> bool:
    """Tells if one of two nouns is narrower: ``citations`` and ``independent citations`` are two counts."""
    return (
        bool(quantity.modifiers ^ other.modifiers)
        and quantity.noun == other.noun
        and not (quantity.modifiers & other.modifiers)
    )
