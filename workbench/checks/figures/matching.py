"""Search for a statement of a draft on exhibit pages."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from workbench.checks.evidence import EvidencePage
from workbench.checks.figures.counted_things import (
    convert_quantity,
    is_bare,
    is_count_of_share,
    is_counted,
    is_in_other_unit,
    is_narrower,
    is_other_thing,
    is_time,
    read_over,
)
from workbench.checks.figures.slips import is_neighbour, is_slip
from workbench.checks.figures.tables import find_label_words
from workbench.checks.finding import EvidencePlace
from workbench.checks.statements.dates import DateMention
from workbench.checks.statements.quantities import Quantity, find_phrase
from workbench.checks.statements.statements import (
    LARGE,
    MOST_STATEMENTS,
    Clause,
    Context,
    Statement,
    Weigh,
    measure_context,
    read_page,
)
from workbench.text.stems import find_stem

Verdict = Literal["found", "in part", "comparator", "other value", "not found"]

LEAST_FOUND = 0.08
"""Likeness of contexts from which the same value is the same statement."""
LEAST_OTHER = 0.42
"""Likeness from which another value contradicts, where the draft's own value is nowhere."""
LEAST_OVERRULED = 0.62
"""Likeness from which another value contradicts although the draft's own value stands elsewhere on the pages."""
_MARGIN = 0.55
"""Share of the better likeness up to which the worse one is somewhere else."""
LEAST_SLIP = 0.22
"""Likeness from which a value one slip of the keyboard away contradicts, where the draft's own value is nowhere."""
_HEAD = 12
"""Words of a page before which it dates itself."""
_MOST_BESIDE = 6
"""Words beside such a date in its sentence."""
_LEAST_SLIP_OVERRULED = 0.5
_SLIP_MARGIN = 0.86
_SLIP_SHARE = 0.6
_OTHER_NOUN = 0.5
"""Share of its likeness that a value keeps where it counts something else."""
_BY_CHANCE = 12
_SPECIFIC = 100
"""Numbers from here on seldom stand on a page by chance, years and round ones left aside."""


@dataclass(frozen=True, slots=True)
class Match:
    """Result of the search for one statement.

    Attributes:
        verdict: ``in part`` where the page is less exact, as a year is for a day; ``comparator`` where the value stands
            there with another comparator; ``other value`` where the same thing has another value.
        score: Likeness of the contexts, from 0 to 1.
        page: The page, or None.
        other: The statement on it, or None.
        stands: True where the draft's own value stands on the pages as well, so that another one there may be of
            something else.
    """

    verdict: Verdict
    score: float = 0.0
    page: EvidencePage | None = None
    other: Statement | None = None
    stands: bool = False

    @property
    def evidence(self) -> tuple[EvidencePlace, ...]:
        """The words of the page around the statement."""
        if self.page is None or self.other is None:
            return ()
        quote = read_page(self.page).quote(self.other.first, self.other.last)
        return (EvidencePlace(exhibit_id=self.page.exhibit_id, page=self.page.page, quote=quote),)

    @property
    def words(self) -> str:
        """The statement as the page writes it."""
        if self.page is None or self.other is None:
            return ""
        clause = read_page(self.page)
        begin, end = self.other.first, self.other.last
        if isinstance(self.other, Quantity):
            begin, end = find_phrase(clause.words, self.other)
        return " ".join(clause.text[clause.tokens[begin].start : clause.tokens[max(end, begin)].end].split())


def match_statement(statement: Statement, clause: Clause, pages: Iterable[EvidencePage], weigh: Weigh) -> Match:
    """Finds the statement of the pages that a draft's statement must agree with.

    Args:
        statement: One of ``clause``.
        clause: Sentence of a draft.
        pages: The pages to search.
        weigh: Weight of a word, such as its inverse document frequency.
    """
    mine = clause.context(statement, weigh)
    if isinstance(statement, DateMention):
        stated = [date for date in clause.dates if date is not statement]
        return _judge(statement, clause, _compare_dates(statement, mine, pages, weigh, stated))
    values = {quantity.value for quantity in clause.quantities if quantity is not statement}
    # "11 of 97 candidates": the whole is no other value of its part.
    wholes = {one.value for one in clause.quantities if statement.last < one.first < statement.phrase_end}
    return _judge(statement, clause, _compare_quantities(statement, mine, pages, weigh, values, wholes))


_Compared = dict[str, Match]


def _keep(
    best: _Compared,
    kind: Verdict | Literal["stated", "slip", "unit", "exact"],
    score: float,
    page: EvidencePage,
    other: Statement,
) -> None:
    # "stated": another value that the draft's sentence gives as well, and probably for another thing.
    if kind not in best or score > best[kind].score:
        verdict: Verdict = "other value" if kind in {"stated", "slip", "unit", "exact"} else kind  # type: ignore[assignment]
        best[kind] = Match(verdict, score, page, other)


def _compare_quantities(
    quantity: Quantity,
    mine: Context,
    pages: Iterable[EvidencePage],
    weigh: Weigh,
    stated: Container[float],
    wholes: Container[float],
) -> _Compared:
    best: _Compared = {}
    for page in pages:
        there = read_page(page)
        for other in (read_over(one, there, quantity) for one in there.candidates(quantity)):
            around = read_around(there, other, weigh)
            measured = is_in_other_unit(quantity, other, there)
            if is_count_of_share(quantity, other) or (measured and _is_same_number(quantity, other)):
                least = 0.0 if measured else LEAST_FOUND
                _keep(best, "unit", max(measure_context(mine, around), least), page, other)
            same = not measured and _is_equal(quantity, other, there)
            converted = convert_quantity(quantity, other) if measured else None
            related = converted is not None or is_counted(quantity, other, there) or _is_unnamed(quantity, other)
            if not same and not related:
                continue
            score = measure_context(mine, around)
            if not related and quantity.noun and other.noun:
                score *= _OTHER_NOUN
            if converted is not None:
                score = max(score, LEAST_FOUND) if quantity.is_consistent(converted) else score
            if (same or related) and quantity.is_consistent(converted or other):
                _keep(best, "found", score, page, other)
            elif same:
                _keep(best, "comparator", score, page, other)
            elif other.value not in wholes:
                _keep_other(best, quantity, other, stated, score, page)
    return best


def _is_same_number(quantity: Quantity, other: Quantity) -> bool:
    return other.value == quantity.value and other.kind == quantity.kind


def _is_equal(quantity: Quantity, other: Quantity, there: Clause) -> bool:
    """Tells if a page's quantity has the draft's value, and does not say of what it is another."""
    is_without_unit = quantity.value >= LARGE and (is_bare(quantity) or is_bare(other))
    return (
        other.value == quantity.value
        and (other.unit == quantity.unit or is_without_unit)
        and not is_other_thing(quantity, other, there)
        and (other.kind == quantity.kind or not {"percent", "multiple"}.intersection((other.kind, quantity.kind)))
    )


def _is_unnamed(quantity: Quantity, other: Quantity) -> bool:
    """Tells if the draft does not say what it counts, and a page's number may be it: ``nearly 490`` of 489."""
    if quantity.noun or not quantity.kind == other.kind == "count":
        return False
    rounds = quantity.comparator in {"nearly", "about"} and quantity.is_consistent(other)
    return rounds or min(quantity.value, other.value) >= LARGE


def read_around(page: Clause, statement: Statement, weigh: Weigh) -> Context:
    """Weighs the words that say what a statement of a page is of: in a table, those of its row and column.

    Args:
        page: The page.
        statement: One of its statements.
        weigh: Weight of a word, such as its inverse document frequency.
    """
    places = find_label_words(page).get(statement.start)
    if places is None:
        return page.context(statement, weigh)
    found = Context()
    for place in places:
        if page.stems[place]:
            found[page.stems[place]] = max(found.get(page.stems[place], 0.0), weigh(page.words[place]))
    return found


def _keep_other(
    best: _Compared, quantity: Quantity, other: Quantity, stated: Container[float], score: float, page: EvidencePage
) -> None:
    """Keeps another value of what the draft counts."""
    if (other.weak and quantity.kind != "rank") or is_narrower(quantity, other):
        return
    _keep(best, "stated" if other.value in stated else "other value", score, page, other)
    if other.value not in stated and is_slip(quantity, other):
        _keep(best, "slip", score, page, other)


def _compare_dates(
    date: DateMention,
    mine: Context,
    pages: Iterable[EvidencePage],
    weigh: Weigh,
    stated: Sequence[DateMention],
) -> _Compared:
    best: _Compared = {}
    read = [(page, read_page(page)) for page in pages]
    stands = any(date.is_in(other) for _, there in read for other in there.dates[:MOST_STATEMENTS])
    years = {other.year for _, there in read for other in there.dates} - {None}
    # "16 November" is of one of the years that the pages name.
    is_of_year = date.year is None or not years or date.year in years
    for page, there in read:
        for other in there.dates[:MOST_STATEMENTS]:
            if stands and is_dateline(there, other) and not date.agrees(other):
                continue
            score = measure_context(mine, there.context(other, weigh))
            if date.is_in(other):
                _keep(best, "found", score, page, other)
            elif date.agrees(other) and (other.year is not None or is_of_year):
                _keep(best, "in part", score, page, other)
            else:
                # A year alone does not state the day: "as of February 10, 2018, … since 2023".
                elsewhere = not _is_same_day(date, other) and any(one.is_in(other) for one in stated)
                if (
                    not elsewhere
                    and (date.year == other.year or _is_same_day(date, other))
                    and _is_as_exact(date, other)
                ):
                    _keep(best, "exact", score, page, other)
                _keep(best, "stated" if elsewhere else "other value", score, page, other)
                if not elsewhere and is_slip(date, other):
                    _keep(best, "slip", score, page, other)
    return best


def is_dateline(there: Clause, date: DateMention) -> bool:
    """Tells if a page dates itself at its head, "Statement, 5 May 2022.": that is no date of what it tells."""
    begin, end = there.sentence_of(date.first)
    others = end - begin - (date.last - date.first + 1)
    label = there.text[: date.start].rstrip()
    return date.day is not None and date.first < _HEAD and others <= _MOST_BESIDE and not label.endswith(":")


def _is_same_day(date: DateMention, other: DateMention) -> bool:
    """Tells if two dates are one day of two years: ``11 June`` alone, beside one of them, does not decide."""
    return None not in {date.day, date.year, other.year} and (date.month, date.day) == (other.month, other.day)


def _is_as_exact(date: DateMention, other: DateMention) -> bool:
    return bool(date.month and other.month) and (date.day is None or other.day is not None)


def _judge(statement: Statement, clause: Clause, best: _Compared) -> Match:
    nothing = Match("not found")
    found, other, stated = best.get("found", nothing), best.get("other value", nothing), best.get("stated", nothing)
    slip, unit, exact = (best.get(kind, nothing) for kind in ("slip", "unit", "exact"))
    # Of several other values, the one that a slip of the keyboard makes of the draft's.
    if slip.score >= other.score * _SLIP_SHARE:
        other = slip
    part = best.get("comparator") or best.get("in part") or nothing
    least = 0.0 if _is_specific(statement) else LEAST_FOUND
    # "More than 1,412 of 1,600": the very figure stands there, and no other is meant.
    if _is_overstated(statement, part) and not _is_value(statement, found):
        return part
    if (
        found.page is not None
        and found.score >= least
        and (found.score >= LEAST_FOUND or _is_kin(statement, clause, found))
    ):
        # A date that the draft gives as well is a rival only where its own hardly fits.
        is_listed = isinstance(statement, DateMention) and found.score >= LEAST_SLIP
        rival = max(part, other, nothing if is_listed else stated, key=_score)
        overruled = _overrules(statement, rival, found) and rival.verdict != "in part"
        return replace(rival, stands=True) if overruled else found
    if part.page is not None and part.score >= LEAST_FOUND:
        # A date as exact as the draft's, in the year that a less exact one agrees with.
        is_exact = part.verdict == "in part" and exact.score >= LEAST_FOUND
        return exact if is_exact else other if _overrules(statement, other, part) else part
    may_slip = isinstance(statement, Quantity) or found.page is None
    least = LEAST_SLIP if may_slip and is_slip(statement, other.other) else LEAST_OTHER
    rival = unit if unit.score >= LEAST_FOUND else other
    if rival.page is not None and (rival is unit or rival.score >= least):
        return rival
    # A value that seldom stands on a page by chance is not reported as missing where it may be the same.
    if found.page is not None and _is_kin(statement, clause, found):
        return found
    # With what comes nearest, for whoever reads on.
    return Match("not found", other.score, other.page, other.other)


def _is_overstated(statement: Statement, part: Match) -> bool:
    """Tells if a page gives a limited figure as an exact one; few figures of this size stand there by chance."""
    if not isinstance(statement, Quantity) or not isinstance(part.other, Quantity) or part.verdict != "comparator":
        return False
    telling = statement.value >= _SPECIFIC or statement.value % 1 != 0 or part.score >= LEAST_FOUND
    telling = telling or (statement.kind == part.other.kind == "percent" and statement.value > _BY_CHANCE)
    return telling and statement.comparator not in {"exactly", "top"} and part.other.comparator == "exactly"


def _is_value(statement: Statement, found: Match) -> bool:
    return (
        isinstance(found.other, Quantity) and isinstance(statement, Quantity) and found.other.value == statement.value
    )


def _is_kin(statement: Statement, clause: Clause, found: Match) -> bool:
    """Tells if a value that stands on a page in another context may yet be the draft's: it counts no other thing."""
    if isinstance(statement, DateMention) or isinstance(found.other, DateMention) or found.other is None:
        return True
    other = found.other
    if statement.value <= _BY_CHANCE and statement.value.is_integer():
        return found.page is not None and _is_kin_of_small(statement, other, clause, read_page(found.page))
    if not (statement.is_counting and other.is_counting) or statement.counts_same(other):
        return True
    # "610 applicants" of "610 young cooks applied": the page has another word for them.
    return found.page is not None and statement.noun not in read_page(found.page).stems


def _is_kin_of_small(statement: Quantity, other: Quantity, clause: Clause, page: Clause) -> bool:
    """Tells if a small number of a page may be the draft's; many stand there by chance."""
    if not statement.is_counting or other.kind == "percent":
        return other.kind in {"count", "percent"} and not is_time(other)
    if other.kind == "count" and not is_time(other) and _stands_for(statement, other, clause, page):
        return True
    if other.noun and not other.is_counting:
        # "Translations: 8" of "translated into eight languages".
        return any(stem and (stem.startswith(other.noun) or other.noun.startswith(stem)) for stem in clause.stems)
    if other.is_ordinal:
        # "Four printings" of "fourth printing".
        return statement.noun in page.stems[other.last + 1 : other.last + 2]
    if other.is_counting:
        return False
    # "Eight finalists" where "eight ran in the final".
    beside = page.stems[slice(*page.sentence_of(other.first))]
    return any(stem.startswith(statement.noun) or (stem and statement.noun.startswith(stem)) for stem in beside)


def _stands_for(statement: Quantity, other: Quantity, clause: Clause, page: Clause) -> bool:
    """Tells if a bare number of a page may count what the draft names."""
    # "The sixth finalist" is the one of the row that begins with 6.
    if statement.kind == "rank" and other.first in page.line_starts:
        return True
    # "A dozen people" of "a studio of twelve"; "by 2021 eleven companies" of a number beside the same date.
    return (statement.noun == _PERSON and not other.is_counting) or shares_date(other, clause, page)


_PERSON = find_stem("people")


def shares_date(other: Quantity, clause: Clause, page: Clause) -> bool:
    """Tells if the date nearest to a number of a page, within its entry, is one that the draft's sentence names."""
    begin, end = page.sentence_of(other.first)
    near = [date for date in page.dates if begin <= date.first < end]
    own = [date for date in near if not _ENTRY_MARKS.intersection(page.text[slice(*_gap(date, other))])]
    named = [date for date in clause.dates if date.year]
    return bool(own) and any(one.is_in(date) or date.is_in(one) for date in own for one in named)


_ENTRY_MARKS = frozenset(";,.")


def _gap(one: Statement, other: Statement) -> tuple[int, int]:
    return (one.end, other.start) if one.start < other.start else (other.end, one.start)


def _score(match: Match) -> float:
    return match.score


def _overrules(statement: Statement, rival: Match, found: Match) -> bool:
    """Tells if another value is so much better placed that the draft's own value stands there for something else."""
    if rival.score >= LEAST_OVERRULED and found.score <= rival.score * _MARGIN:
        return True
    if _is_limit(statement) and not _is_limit(found.other) and _is_limit(rival.other):
        # A limit that the page gives as one comes before a figure that keeps within it.
        return rival.score >= LEAST_SLIP and found.score <= rival.score * _MARGIN
    near = rival.score >= _LEAST_SLIP_OVERRULED and found.score <= rival.score * _SLIP_MARGIN
    return near and is_neighbour(statement, rival.other)


def _is_limit(statement: Statement | None) -> bool:
    return isinstance(statement, Quantity) and statement.comparator in {"least", "most"}


def _is_specific(statement: Statement) -> bool:
    if isinstance(statement, DateMention):
        return statement.month is not None
    return (statement.value >= _SPECIFIC and statement.value % 10 != 0) or statement.value % 1 != 0


def find_statement(statement: Statement, clause: Clause, pages: Iterable[EvidencePage], weigh: Weigh) -> Match:
    """Finds the place of the pages that says the same, other values left aside.

    It is quicker than :func:`match_statement`, which see.
    """
    mine = clause.context(statement, weigh)
    best: _Compared = {}
    for page in pages:
        there = read_page(page)
        found: Iterable[Statement]
        if isinstance(statement, DateMention):
            found = (date for date in there.dates if statement.is_in(date))
        else:
            same = there.by_value.get(statement.value, ())
            found = (one for one in same if one.unit == statement.unit and statement.is_consistent(one))
        for one in found:
            score = measure_context(mine, there.context(one, weigh))
            noun = isinstance(one, DateMention) or isinstance(statement, DateMention) or statement.counts_same(one)
            _keep(best, "found", score if noun else score * _OTHER_NOUN, page, one)
    return best.get("found", Match("not found"))
