"""Counts of a part that is greater than its whole: ``210 of the 5 products``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from workbench.checks.quantities import Quantity
from workbench.checks.statements import Clause

_DETERMINERS = frozenset(("the", "these", "those", "all", "its", "her", "his", "their", "our", "about", "some"))
_BACK = frozenset(("them", "these", "those", "which", "whom"))
"""Words by which a part refers to the count before it."""


def find_greater_parts(clause: Clause) -> Iterator[tuple[Quantity, Quantity]]:
    """Finds counts that a sentence calls a part of a smaller one.

    Args:
        clause: A sentence.

    Yields:
        The part and the whole.

    Examples:
        >>> [(part, whole)] = find_greater_parts(Clause("It found 15 outbreaks, 19 of them within two days."))
        >>> part.value, whole.value
        (19.0, 15.0)
    """
    counts = [one for one in clause.quantities if one.kind == "count" and not one.unit]
    for one, other in pairwise(counts):
        behind = clause.words[one.last + 1 : other.first]
        if behind[:1] == ("of",) and _DETERMINERS.issuperset(behind[1:]):
            part, whole = one, other
        elif clause.words[other.last + 1 : other.last + 2] == ("of",) and _BACK.intersection(
            clause.words[other.last + 2 : other.last + 3]
        ):
            part, whole = other, one
        else:
            continue
        if part.value > whole.value and whole.comparator in {"exactly", "about", "most", "nearly", "fewer"}:
            yield part, whole
