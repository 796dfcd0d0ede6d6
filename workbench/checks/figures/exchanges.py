"""Search for two values of a sentence that the pages give the other way round."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from workbench.checks.evidence import EvidencePage
from workbench.checks.figures.operands import is_part_of
from workbench.checks.figures.tables import find_label_words, find_label_years
from workbench.checks.statements.dates import DateMention
from workbench.checks.statements.quantities import Quantity
from workbench.checks.statements.statements import Clause, Context, Statement, Weigh, measure_context, read_page

_REACH = 12
"""Words on each side that belong to a value."""
_DECAY = 0.9
_PARTED = 0.25
"""Share of its weight that a word keeps beyond a comma or a conjunction."""
_BROKEN = 0.05
"""The same beyond the end of a line that was ended on purpose, as in a list or a table."""
_JOINTS = frozenset(("and", "but", "while", "whereas", "or", "then", "with"))
_MARKS = frozenset(",;:()")
_MOST_STATEMENTS = 40
_MOST_PLACES = 12
_MOST_COUNTS = 12
_LEAST_CROSSED = 0.4
"""Likeness with the other one's place, of both together, from which two values can be exchanged."""
_MARGIN = 0.75
"""Share of the likeness the other way round up to which two values are exchanged."""
_CLEAR_MARGIN, _LEAST_CLEAR = 0.42, 0.5
"""The same two where one of the two values has no words that tell it from the other."""
_LEAST_EACH = 0.2
_NEAR = 0.05
_PAIR = 2
"""Years of a sentence whose figures a mark or a conjunction divides; of three, it does not tell which are whose."""
_JOINED = frozenset((("to",), ("until",), ("through",), ("and",), ()))
"""Words between the two ends of a range, beside a dash."""


def find_exchanged(
    clause: Clause, pages: Sequence[EvidencePage], weigh: Weigh
) -> Iterator[tuple[Statement, Statement, EvidencePage]]:
    """Finds neighbouring values of a sentence of which each fits better where the pages have the other one.

    A value's words are those up to the next value of its kind: of ``118 in 2015 and 142 in 2018`` each has a year.

    Args:
        clause: Sentence of a draft.
        pages: The pages that it cites.
        weigh: Weight of a word, such as its inverse document frequency.

    Yields:
        Two statements, and a page that has the first.
    """
    kinds = ("count", "percent", "money", "rank", "multiple")
    groups: list[list[Statement]] = [
        [one for one in clause.quantities if one.kind == kind and not one.weak] for kind in kinds
    ]
    groups.append(list(clause.dates))
    # Where the figures of two years are exchanged, so are the years: they are reported once.
    found = False
    for one, other in itertools.combinations(groups[0][:_MOST_COUNTS], 2):
        crossed = next((page for page in pages if _is_counted_crosswise(one, other, read_page(page))), None)
        if crossed is not None:
            found = True
            yield one, other, crossed
    if not found and len(clause.dates) == _PAIR:
        one, other = clause.dates
        crossed = next((page for page in pages if _is_tabled_crosswise(one, other, clause, read_page(page))), None)
        if crossed is not None:
            found = True
            yield one, other, crossed
    for group in groups:
        if found:
            return
        pairs = [*itertools.pairwise(group[:_MOST_STATEMENTS])]
        ends = {id(end) for pair in pairs if _is_range(clause, *pair) for end in pair}
        for one, other in pairs:
            # A part is never greater than its whole: "34 of 35".
            if id(one) in ends or id(other) in ends or _is_part(clause, one, other):
                continue
            page = _find_crossed(one, other, clause, pages, weigh)
            if page is not None:
                found = True
                yield one, other, page


def _is_counted_crosswise(one: Statement, other: Statement, page: Clause) -> bool:
    """Tells if a page counts with each of two numbers what the letter counts with the other: "29 players", "83"."""
    if not (isinstance(one, Quantity) and isinstance(other, Quantity) and one.is_counting and other.is_counting):
        return False
    if one.noun == other.noun or one.value == other.value:
        return False
    first, second = (
        {page_value.noun for page_value in page.by_value.get(value, [])[:_MOST_PLACES] if page_value.is_counting}
        for value in (one.value, other.value)
    )
    straight = one.noun in first or other.noun in second
    return not straight and (one.noun in second or other.noun in first) and bool(first) and bool(second)


def _is_tabled_crosswise(one: DateMention, other: DateMention, clause: Clause, page: Clause) -> bool:
    """Tells if the figures beside each of two years stand in a table under the other year: "87 in 2021"."""
    years = one.year, other.year
    border = _find_border(one, other, clause)
    if border is None or None in years or years[0] == years[1]:
        return False
    labels = find_label_years(page)
    crossed = [False, False]
    for figure in clause.quantities:
        side = int(figure.first >= border)
        cells = [labels.get(cell.start, ()) for cell in page.by_value.get(figure.value, ())[:_MOST_PLACES]]
        if any(years[side] in cell for cell in cells):
            return False
        crossed[side] |= any(years[1 - side] in cell for cell in cells)
    return all(crossed)


def _find_border(one: DateMention, other: DateMention, clause: Clause) -> int | None:
    """Finds the word from which a sentence speaks of the second of two years, or None."""
    for place in range(other.first, one.last, -1):
        between = clause.text[clause.tokens[place - 1].end : clause.tokens[place].start]
        if clause.words[place] in _JOINTS or not _MARKS.isdisjoint(between):
            return place
    return None


def _find_crossed(
    one: Statement, other: Statement, clause: Clause, pages: Sequence[EvidencePage], weigh: Weigh
) -> EvidencePage | None:
    contexts = read_bounded_context(clause, one, weigh), read_bounded_context(clause, other, weigh)
    places = _find_places(one, pages), _find_places(other, pages)
    if not all(places) or _is_same(one, other):
        return None
    # How well each of the two contexts fits each of the two values.
    fits = [
        [max(measure_context(context, _read_place(read_page(page), said, weigh)) for page, said in found)
         for found in places]
        for context in contexts
    ]  # fmt: skip
    straight, crossed = (fits[0][0], fits[1][1]), (fits[0][1], fits[1][0])
    margin, least = (_MARGIN, _LEAST_CROSSED) if min(crossed) >= _LEAST_EACH else (_CLEAR_MARGIN, _LEAST_CLEAR)
    if sum(crossed) < least or sum(straight) > margin * sum(crossed):
        return None
    if any(mine > theirs + _NEAR for mine, theirs in zip(straight, crossed, strict=True)):
        return None
    return places[0][0][0]


def _read_place(page: Clause, said: Statement, weigh: Weigh) -> Context:
    """Weighs the words of a page that say what a value is of: in a table, those of its row and column."""
    places = find_label_words(page).get(said.start)
    if not places:
        return read_bounded_context(page, said, weigh)
    found = Context()
    for place in places:
        key = page.stems[place] or page.words[place]
        found[key] = max(found.get(key, 0.0), weigh(page.words[place]))
    return found


def _is_part(clause: Clause, one: Statement, other: Statement) -> bool:
    return isinstance(one, Quantity) and isinstance(other, Quantity) and is_part_of(clause, one, other)


def _is_range(clause: Clause, one: Statement, other: Statement) -> bool:
    """Tells if two values are ends of one range: which of two ranges one belongs to, no word tells."""
    return clause.words[one.last + 1 : other.first] in _JOINED


def _is_same(one: Statement, other: Statement) -> bool:
    if isinstance(one, DateMention) and isinstance(other, DateMention):
        return one.agrees(other)
    return isinstance(one, Quantity) and isinstance(other, Quantity) and one.value == other.value


def _find_places(said: Statement, pages: Sequence[EvidencePage]) -> list[tuple[EvidencePage, Statement]]:
    found: list[tuple[EvidencePage, Statement]] = []
    for page in pages:
        there = read_page(page)
        if isinstance(said, DateMention):
            found += [(page, date) for date in there.dates if said.is_in(date)]
        else:
            found += [(page, one) for one in there.by_value.get(said.value, ()) if one.kind == said.kind]
        if len(found) >= _MOST_PLACES:
            break
    return found[:_MOST_PLACES]


def read_bounded_context(clause: Clause, said: Statement, weigh: Weigh) -> Context:
    """Weighs the words around a value, up to the next of its kind on each side and within its sentence."""
    begin, end = clause.sentence_of(said.first)
    before, behind = _find_neighbours(clause, said)
    begin, end = max(begin, before + 1, said.first - _REACH), min(end, behind, said.last + 1 + _REACH)
    breaks = clause.breaks
    opening = clause.tokens[said.first].start - 1
    # "the University (2003) and the School (2006)": a value in parentheses belongs to what stands before it.
    enclosed = clause.text[opening : opening + 1] == "(" and clause.text.startswith(")", clause.tokens[said.last].end)
    # In a list, a comma divides nothing: "2003 Bachelor of Architecture, Calder University" is one entry.
    marks = _MARKS - {","} if _is_entry(clause, said, (before, behind), breaks) else _MARKS
    found = Context()
    for places in (range(said.first - 1, begin - 1, -1), range(said.last + 1, end)):
        weight, last = 1.0, said.first if places.step < 0 else said.last
        for place in places:
            left, right = min(place, last), max(place, last)
            between = clause.tokens[left].end, clause.tokens[right].start
            word = clause.words[place]
            beside = enclosed and (left in {said.last, said.first - 1})
            if bisect_left(breaks, between[0]) < bisect_left(breaks, between[1]) or (beside and places.step > 0):
                weight *= _BROKEN
            elif beside:
                weight *= _DECAY
            elif word in _JOINTS or not marks.isdisjoint(clause.text[slice(*between)]):
                weight *= _PARTED
            else:
                weight *= _DECAY
            last = place
            # A number of another kind tells as much as a word: "6 percent in 2012".
            key = clause.stems[place] or (word if word[0].isdigit() else "")
            if key:
                found[key] = max(found.get(key, 0.0), weight * weigh(word))
    return found


def _is_entry(clause: Clause, said: Statement, others: tuple[int, int], breaks: Sequence[int]) -> bool:
    """Tells if a value is the only one of its kind in a line of a list."""
    start, end = clause.tokens[said.first].start, clause.tokens[said.last].end
    number = bisect_left(breaks, start)
    begins, ends = breaks[number - 1] if number else 0, breaks[number] if number < len(breaks) else len(clause.text)
    before, behind = others
    alone_before = before < 0 or clause.tokens[before].end <= begins
    alone_behind = behind >= len(clause.tokens) or clause.tokens[behind].start >= ends
    is_listed = bool(breaks) and (number < len(breaks) or number > 0) and end <= ends
    return is_listed and alone_before and alone_behind


def _group_by_kind(clause: Clause) -> dict[str, list[Statement]]:
    of_kind: dict[str, list[Statement]] = {"date": list(clause.dates)}
    for one in clause.quantities:
        of_kind.setdefault(one.kind, []).append(one)
    return of_kind


def _find_neighbours(clause: Clause, said: Statement) -> tuple[int, int]:
    """Returns the last token of the value of its kind before, and the first of the one behind."""
    group = clause.recall(_group_by_kind)["date" if isinstance(said, DateMention) else said.kind]
    place = bisect_left(group, said.first, key=_first)
    before = group[place - 1].last if place else -1
    behind = group[place + 1].first if place + 1 < len(group) else len(clause.tokens)
    return before, behind


def _first(statement: Statement) -> int:
    return statement.first
