"""Values that one slip of the keyboard makes of another."""

from __future__ import annotations

from workbench.checks.names.names import edit_distance
from workbench.checks.statements.dates import DateMention
from workbench.checks.statements.statements import Statement

_SCALES = frozenset((1e3, 1e6, 1e9))


def is_neighbour(statement: Statement, other: Statement | None) -> bool:
    """Tells if two values are one apart, or have two digits exchanged."""
    one, two = _figure(statement), _figure(other)
    if one is None or two is None or one == two:
        return False
    return abs(one - two) == 1 or (len(str(one)) == len(str(two)) and sorted(str(one)) == sorted(str(two)))


def is_slip(statement: Statement, other: Statement | None) -> bool:
    """Tells if one slip makes one value of the other: a digit more, less, changed or exchanged, or another scale."""
    one, two = _figure(statement), _figure(other)
    if one is None or two is None or one == two:
        return False
    return is_neighbour(statement, other) or edit_distance(str(one), str(two)) <= 1 or _is_other_scale(one, two)


def _is_other_scale(one: float, two: float) -> bool:
    """Tells if two values have the same digits, thousands or millions apart."""
    small, large = sorted((one, two))
    return small > 0 and large / small in _SCALES


def _figure(statement: Statement | None) -> int | float | None:
    if isinstance(statement, DateMention):
        return statement.year
    if statement is None:
        return None
    return int(statement.value) if statement.value.is_integer() else statement.value
