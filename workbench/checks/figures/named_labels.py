"""Names of a table's rows and columns that a sentence says."""

from __future__ import annotations

import itertools
from collections import Counter
from functools import lru_cache

from workbench.checks.figures.table_rows import MOST_NAMES, PRONOUNS
from workbench.checks.figures.tables import Label, read_ordinal
from workbench.checks.statements.dates import DateMention
from workbench.checks.statements.number_words import ORDINALS
from workbench.checks.statements.statements import Clause, Statement
from workbench.text.stems import find_stem

TOTALS = frozenset(map(find_stem, ("total", "totals", "all", "overall", "sum", "average", "mean")))
"""Stems of words that say that a row sums up others."""
_MEANS = frozenset(map(find_stem, ("average", "mean")))
"""Stems of two words for one thing, in letters and in the heads of tables."""
_LEAST_NAMED = 0.6
"""Share of a label's words that names it; one capitalised word does, too."""
_MOST_NAMED = 12
"""Labels beyond which a sentence names none."""
_TOGETHER = 3
"""Tokens between two names that are said together: ``Kenya and Uganda``."""


def find_labels(
    labels: tuple[Label, ...], clause: Clause, window: tuple[int, int], subject: str = "", said: Statement | None = None
) -> frozenset[int]:
    """Finds the labels that some words of a sentence name.

    A name counts more than a place in an order, and that more than a date. Of "Caldera" and "Caldera II" the words name
    the one that has more of them, and of the same ones the shorter.

    Args:
        labels: Names of the rows or columns of one table.
        clause: The sentence.
        window: First token, and the one behind the last.
        subject: Stem of the name of the person whom "he" and "she" mean, or empty.
        said: The statement whose row is sought: it does not name its own.
    """
    given = _read_given(clause, *window)
    names = {key for key, is_name in given.items() if is_name}
    distinct = _take_out_common(labels)
    dates = _find_dates(clause, window, said)
    is_meant = bool(subject) and any(_is_person(clause, place) for place in range(*window))
    found: dict[int, tuple[frozenset[object], float]] = {}
    for number, (label, words) in enumerate(zip(labels, distinct, strict=True)):
        shared = words & given.keys()
        is_named = bool(shared) and (len(shared) >= _LEAST_NAMED * len(words - TOTALS) or bool(shared & names))
        dated = {date for date in label.dates if any(date.is_in(one) or one.is_in(date) for one in dates)}
        if is_named:
            found[number] = frozenset((*shared, *dated)), len(shared) / len(label.words - TOTALS or label.words)
        elif is_meant and subject in label.words and len(label.words) <= MOST_NAMES:
            found[number] = frozenset((subject, *dated)), 1.0
    # Of rows with one name, such as "Year 1" and "Year 2", the name tells nothing.
    twice = Counter((label.words, label.dates) for label in labels)
    found = {number: one for number, one in found.items() if twice[labels[number].words, labels[number].dates] == 1}
    found |= _find_placed(labels, clause, window, said)
    if not found:
        found = _find_dated(labels, dates)
    if len(found) > _MOST_NAMED:
        return frozenset()
    named = frozenset(
        number for number in found if not any(_is_dominated(found[number], one) for one in found.values())
    )
    return named if len(named) < len(labels) else frozenset()


def find_nearest(
    labels: tuple[Label, ...], clause: Clause, window: tuple[int, int], subject: str = "", said: Statement | None = None
) -> frozenset[int]:
    """Finds the labels that the words of a stretch behind a figure name first, and those named together with them.

    Args:
        labels: As in :func:`find_labels`, and so are the others.
        clause: The sentence.
        window: First token, and the one behind the last.
        subject: Stem of a name.
        said: The figure's statement.
    """
    named = find_labels(labels, clause, window, subject, said)
    if len(named) < 2:  # noqa: PLR2004 - of one there is no nearest
        return named
    places = {number: _find_first(labels[number], clause, window, subject) for number in named}
    nearest = min(places.values())
    return frozenset(number for number, place in places.items() if place <= nearest + _TOGETHER)


def _find_first(label: Label, clause: Clause, window: tuple[int, int], subject: str) -> int:
    first, last = window
    is_subject = bool(subject) and subject in label.words
    named = (
        place
        for place in range(first, last)
        if clause.stems[place] in label.words or (is_subject and _is_person(clause, place))
    )
    return next(named, last)


def _is_person(clause: Clause, place: int) -> bool:
    """Tells if a pronoun means somebody, and not what is theirs: "gave her 93", and not "her varieties"."""
    word = clause.words[place]
    owns = word in _OWNING and place + 1 < len(clause.stems) and bool(clause.stems[place + 1])
    return word in PRONOUNS and not owns


_OWNING = frozenset(("his", "her"))


def _is_dominated(one: tuple[frozenset[object], float], other: tuple[frozenset[object], float]) -> bool:
    return one[0] < other[0] or (one[0] == other[0] and one[1] < other[1])


@lru_cache(maxsize=1024)  # each figure of a sentence is compared with the same tables
def _take_out_common(labels: tuple[Label, ...]) -> list[frozenset[str]]:
    """Takes from each label the words that all have, such as "rate": they tell none from another."""
    counts = Counter(word for label in labels for word in label.words)
    common = {word for word, count in counts.items() if count == len(labels) > 1}
    return [label.words - common for label in labels]


def _read_given(clause: Clause, first: int, last: int) -> dict[str, bool]:
    """Returns the stems and ordinals of some words, and whether each is a name; "the first quarter" is Q1."""
    found: dict[str, bool] = {}
    for place in range(first, last):
        word = clause.words[place]
        key = clause.stems[place] or read_ordinal(word)
        if key:
            is_name = clause.text[clause.tokens[place].start].isupper()
            for each in _MEANS if key in _MEANS else (key,):
                found[each] = found.get(each, False) or is_name
        if word == "quarter" and place:
            before = clause.words[place - 1]
            number = 4 if before == "last" else ORDINALS.get(before, 0)
            found[f"q{number}"] = False
    return found


def _find_dates(clause: Clause, window: tuple[int, int], said: Statement | None) -> list[DateMention]:
    first, last = window
    return [
        date
        for date in clause.dates
        if first <= date.first < last and date is not said and date.year and not _is_compared(date, said, clause)
    ]


def _is_compared(date: DateMention, said: Statement | None, clause: Clause) -> bool:
    """Tells if a date is that of what a figure is compared with: ``7,850, three times as many as in 2019``."""
    if said is None or date.first <= said.last:
        return False
    between = clause.words[said.last + 1 : date.first]
    return "than" in between or "against" in between or between.count("as") > 1


def _find_placed(
    labels: tuple[Label, ...], clause: Clause, window: tuple[int, int], said: Statement | None
) -> dict[int, tuple[frozenset[object], float]]:
    """Finds the rows of a ranking whose number the words say: ``the sixth``."""
    first, last = window
    ranks = {
        one.value
        for one in clause.quantities
        if one.kind == "rank" and not one.weak and first <= one.first < last and one is not said
    }
    return {number: (frozenset([label.place]), 1.0) for number, label in enumerate(labels) if label.place in ranks}


def _find_dated(labels: tuple[Label, ...], dates: list[DateMention]) -> dict[int, tuple[frozenset[object], float]]:
    """Finds the labels with a date of the sentence that no other has."""
    bare = [label for label in labels if not label.words]
    found: dict[int, tuple[frozenset[object], float]] = {}
    for number, label in enumerate(labels):
        others = [other for other in (labels if label.words else bare) if other is not label]
        theirs = [*itertools.chain.from_iterable(other.dates for other in others)]
        own = [date for date in label.dates if not any(date.is_in(other) for other in theirs)] if dates else []
        if any(date.is_in(one) or one.is_in(date) for date in own for one in dates):
            found[number] = frozenset(own), 1.0
    return found
