"""Counts of a part that is greater than its whole: ``210 of the 5 products``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workbench.checks.statements.quantities import Quantity
from workbench.checks.statements.statements import Clause

_DETERMINERS = frozenset(("the", "these", "those", "all", "its", "her", "his", "their", "our", "about", "some"))
_BACK = frozenset(("them", "these", "those", "which", "whom"))
"""Words by which a part refers to the count before it."""
_BOUNDED = frozenset(("exactly", "about", "most", "nearly", "fewer"))
"""Comparators of a whole that can be too small."""


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
    for number, one in enumerate(counts):
        behind = clause.words[one.last + 1 : one.last + 3]
        following = counts[number + 1 : number + 2]
        if behind[:1] != ("of",):
            if following and _is_whole_behind(clause, one, following[0]):
                yield one, following[0]
            elif following and _is_whole_before(clause, one, following[0]):
                yield following[0], one
            continue
        if following and _DETERMINERS.issuperset(clause.words[one.last + 2 : following[0].first]):
            if one.value > following[0].value and following[0].comparator in _BOUNDED:
                yield one, following[0]
        elif _BACK.intersection(behind[1:]) and (earlier := _find_earlier(clause, counts[:number], one)):
            # Of several counts it may mean any.
            whole = max(earlier, key=lambda each: each.value)
            if one.value > whole.value and whole.comparator in _BOUNDED:
                yield one, whole


def _is_whole_behind(clause: Clause, one: Quantity, other: Quantity) -> bool:
    """Tells if a sentence says ``20 points of 18``, with the smaller figure alone."""
    between = clause.words[one.phrase_end : other.first]
    if between[-2:] == ("out", "of") and len(between) <= _SHORT:
        # "894 accepted out of 212 submissions".
        return one.value > other.value and other.comparator in _BOUNDED
    alone = not other.is_counting or other.noun == one.noun
    return one.is_counting and between == ("of",) and alone and one.value > other.value and other.comparator in _BOUNDED


def _is_whole_before(clause: Clause, whole: Quantity, part: Quantity) -> bool:
    """Tells if a sentence says ``of 38 restaurants, 140``, or ``19 articles, of which 58``."""
    before = clause.words[max(0, whole.first - 1) : whole.first]
    between = clause.words[whole.phrase_end : part.first]
    opens = before in {("of",), ("among",)} and whole.first == 1
    refers = between[:2] in {("of", "which"), ("of", "whom"), ("of", "these")} and len(between) <= _SHORT
    parted = "," in clause.text[whole.end : part.start]
    comparable = not part.is_counting or part.noun == whole.noun
    return parted and (opens or refers) and comparable and part.value > whole.value and whole.comparator in _BOUNDED


_SHORT = 5
"""Words between ``of which`` and the part."""


def _find_earlier(clause: Clause, counts: Sequence[Quantity], part: Quantity) -> list[Quantity]:
    """Returns the counts before a part that it may refer to: of its own clause, and of its noun where it names one."""
    named = clause.stems[part.last + 3] if part.last + 3 < len(clause.stems) else ""
    is_named = clause.words[part.last + 2] in {"these", "those"} and bool(named)
    since = clause.text.rfind(";", 0, part.start)
    return [one for one in counts if one.start > since and not (is_named and one.noun != named)]
