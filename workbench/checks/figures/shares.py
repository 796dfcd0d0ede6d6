"""Percentages and factors that follow from two figures.

The figures that the letter itself gives beside one come first. Those of a page count only where they stand together,
for of many figures some pair has any share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from workbench.checks.figures.operands import (
    DIFFERENCES,
    Pair,
    find_columns,
    find_figures,
    find_stated,
    find_totals,
    find_whole,
    is_alike,
    is_difference,
    is_movement,
    is_near,
    is_part_of,
    pair_alike,
    pair_in_rows,
)
from workbench.checks.figures.table_cells import NamedCells, find_named_cells
from workbench.checks.statements.quantities import Quantity, find_phrase
from workbench.checks.statements.statements import Clause

_MOST_ANY = 8
"""Figures of a page up to which any two are compared."""
_NEAR_BASE = 6
"""Words between a factor and the figure that it multiplies."""
_PARTS = frozenset(("while", "whereas", "but"))
"""Words that begin another part of a sentence."""
_APPOSED = 3
"""Words between a figure and the share that it is."""


@dataclass(frozen=True)
class Proportion:
    """A percentage or factor of a letter, and the pairs of figures that it may follow from.

    Attributes:
        quantity: The percentage or factor, one of ``clause``.
        clause: The sentence.
        pages: The pages that it cites.
        paragraph: Its paragraph, or None.
        subject: Stem of the name of the person whom "he" and "she" mean, or empty.
    """

    quantity: Quantity
    clause: Clause
    pages: Sequence[Clause]
    paragraph: Clause | None
    subject: str = ""

    def is_share(self) -> bool:
        """Tells if two counts or amounts have the percentage as their share, or differ by it."""
        if self._is_equal_part():
            return True
        if self._is_change and self._movement:
            # Of what it was before, and not of what it became.
            return any(
                one.value and is_near(self.quantity, 100 * abs(other.value - one.value) / one.value)
                for one, other in (sorted(pair, key=lambda each: each.first) for pair in self._movement)
            )
        bound = self._find_bound()
        if bound is not None:
            return any(self._shares(pair, changes=False) for pair in bound)
        return self._is_share_of_stated() or self._is_share_on_pages()

    def is_ratio(self) -> bool:
        """Tells if two figures have the factor as their ratio; where the sentence says ``from A to B``, these two."""
        pairs = self._movement or self._find_multiplied()
        if not pairs:
            pairs = [*self._stated_pairs, *self._find_ratios_on_pages()]
        # The order of the two does not say which is the greater: "a third of", "tripled".
        ratios = (sorted((one.value, other.value)) for one, other in pairs)
        return any(small and is_near(self.quantity, large / small) for small, large in ratios)

    @cached_property
    def _stated(self) -> tuple[list[Quantity], list[Quantity]]:
        return find_stated(self.quantity, self.clause, self.paragraph)

    @property
    def _own(self) -> list[Quantity]:
        """The other figures of the sentence."""
        return self._stated[0]

    @property
    def _earlier(self) -> list[Quantity]:
        """The last figures of the paragraph before the sentence."""
        return self._stated[1]

    @cached_property
    def _own_pairs(self) -> list[Pair]:
        return [*pair_alike(self._own, self._own)]

    @cached_property
    def _stated_pairs(self) -> list[Pair]:
        """The pairs of what the letter itself gives."""
        before = self._earlier
        return [*self._own_pairs, *pair_alike(self._own, before), *pair_alike(before, before)]

    @cached_property
    def _movement(self) -> list[Pair]:
        """The two figures of ``from A to B``."""
        moved = [pair for pair in self._own_pairs if is_movement(self.clause, *pair)]
        return [pair for pair in moved if not self._is_parted(pair)]

    def _is_parted(self, pair: Pair) -> bool:
        """Tells if the figure stands in another part of the sentence than a pair: behind ``while`` or a semicolon."""
        first = max(one.last for one in pair)
        last = self.quantity.first
        if last < first:
            first, last = self.quantity.last, min(one.first for one in pair)
        between = self.clause.text[self.clause.tokens[first].end : self.clause.tokens[last].start]
        return ";" in between or not _PARTS.isdisjoint(self.clause.words[first:last])

    @cached_property
    def _is_change(self) -> bool:
        return is_difference(self.quantity, self.clause)

    @cached_property
    def _cells(self) -> list[NamedCells]:
        return [find_named_cells(self.clause, page, self.subject) for page in self.pages]

    @cached_property
    def _antecedents(self) -> list[Quantity]:
        """The counts before a share of which one is its part or whole, or none where it may be of any.

        ``Nine of them, a third``; ``of 861 nominees 283 were chosen, just under a third``; ``5,412 times, half of it``.
        """
        first, _ = find_phrase(self.clause.words, self.quantity)
        before = [one for one in self._own if one.last < first and one.kind in {"count", "money"}]
        if before and self.quantity.first - before[-1].last <= _APPOSED + 1 and not before[-1].is_counting:
            return before[-1:]
        return before if self._is_apposed(first) or self._is_of_pronoun() else []

    def _is_apposed(self, first: int) -> bool:
        """Tells if a share stands between a comma and the end of its part: ``, an increase of almost half.``."""
        clause = self.clause
        if first > 1 and clause.words[first - 1] == "of" and clause.words[first - 2] in DIFFERENCES:
            first -= 2
        while first and clause.words[first - 1] in _OPENING:
            first -= 1
        if not first or "," not in clause.text[clause.tokens[first - 1].end : clause.tokens[first].start]:
            return False
        behind = self.quantity.last + 1
        rest = clause.text[clause.tokens[behind - 1].end :]
        return not rest.strip(" .") or rest[:1] in {",", ".", ";"}

    def _is_of_pronoun(self) -> bool:
        behind = self.clause.words[self.quantity.last + 1 : self.quantity.last + 3]
        return behind[:1] == ("of",) and behind[1:] in _BACK

    @cached_property
    def _named_pairs(self) -> list[Pair]:
        """The pairs of the tables' cells that the sentence names; a share is one of a total, a change may be any."""
        named = [pair for some in self._cells for pair in some.in_columns]
        return [*named, *(pair for some in self._cells for pair in some.in_rows if self._is_change or not named)]

    def _find_bound(self) -> list[Pair] | None:
        """Finds the pairs of the sentence that alone can have the share, or None where it may be one of others.

        They have the whole that the share names (``half of the 26 days``), or are part and whole that the sentence
        gives (``13 of 88, fewer than one in six``).
        """
        whole = find_whole(self.quantity, self.clause)
        if whole is not None:
            columns = [column for page in self.pages for column in find_columns(page)]
            beside = [
                (one, whole)
                for column in columns
                if any(each.value == whole.value for each in column)
                for one in column
                if is_alike(one, whole)
            ]
            return [pair for pair in (*self._stated_pairs, *self._pair_with_totals(), *beside) if whole in pair]
        referred = self._antecedents[-1:]
        parts = [pair for pair in self._own_pairs if is_part_of(self.clause, *pair)]
        parts = [pair for pair in parts if not referred or referred[0] in pair]
        return parts if parts and not self._is_change else None

    def _is_share_of_stated(self) -> bool:
        pairs = [*self._stated_pairs, *self._pair_with_totals()]
        if self._antecedents:
            pairs = [pair for pair in pairs if any(one in pair for one in self._antecedents)]
        # "Fell by 0.8 points, or by 42 percent": the difference is a share of what it was before.
        apart = {id(one) for one in self._own if is_difference(one, self.clause)}
        return any(self._shares(pair, changes=self._is_change and apart.isdisjoint(map(id, pair))) for pair in pairs)

    def _is_share_on_pages(self) -> bool:
        """Tells if two figures of a page that belong to the sentence have the share."""
        named, referred = self._named_pairs, {one.value for one in self._antecedents}
        pairs = named or [pair for page in self.pages for pair in (*pair_in_rows(page), *_pair_with_part(page))]
        if referred:
            pairs = [pair for pair in pairs if not referred.isdisjoint({pair[0].value, pair[1].value})]
        # Half of a group: two parts of the same size.
        if any(one.value == other.value for one, other in pairs) and is_near(self.quantity, 50.0):
            return True
        # Where the sentence itself gives part and whole, nothing is said of the rest.
        rest = not named and not any(
            page.by_value.keys() >= {one.value, other.value} for page in self.pages for one, other in self._own_pairs
        )
        if not named and not referred:
            pairs = [pair for pair in pairs if self._is_told(pair)]
        return any(
            self._shares(pair, changes=self._is_change, rest=rest and not self._names_part(pair)) for pair in pairs
        )

    def _names_part(self, pair: Pair) -> bool:
        """Tells if the sentence names the part itself, and not the rest: ``rejected two thirds`` of 96 rejected."""
        part = min(pair, key=lambda one: one.value)
        return bool(part.noun) and part.noun in self.clause.stems

    def _is_told(self, pair: Pair) -> bool:
        """Tells if one figure of a page's pair is the letter's, is of a noun of the sentence, or is a whole."""
        known = {one.value for one in (*self._own, *self._earlier)}
        nouns = {*self.clause.stems}
        wholes = {
            id(one) for page in self.pages for one in page.quantities if page.words[max(0, one.first - 1)] == "of"
        }
        return any(one.value in known or one.noun in nouns or id(one) in wholes for one in pair)

    def _pair_with_totals(self) -> Iterator[Pair]:
        """Yields the sentence's figures with the totals of the pages."""
        if self._named_pairs:
            return
        totals = [one for page in self.pages for one in find_totals(page)]
        for one in self._antecedents or self._own:
            yield from ((one, whole) for whole in totals if is_alike(one, whole))

    def _is_equal_part(self) -> bool:
        """Tells if a page divides something into equal parts: ``four equal installments`` are a quarter each."""
        return any(
            one.kind == "count"
            and one.value > 1
            and page.words[one.last + 1 : one.last + 2] == ("equal",)
            and is_near(self.quantity, 100 / one.value)
            for page in self.pages
            for one in page.quantities
        )

    def _shares(self, pair: Pair, *, changes: bool, rest: bool = False) -> bool:
        small, large = sorted((pair[0].value, pair[1].value))
        if small <= 0 or small == large:
            return False
        share = 100 * small / large
        found = [100 - share, 100 * (large - small) / small] if changes else [share]
        found += [100 - share] if rest else []
        return any(is_near(self.quantity, value) for value in found)

    def _find_multiplied(self) -> list[Pair]:
        """Finds the figure that a factor multiplies, with those before it: ``1,493 a day, nearly double the 766``."""
        quantity, clause = self.quantity, self.clause
        behind = [one for one in clause.quantities if 0 < one.first - quantity.last <= _NEAR_BASE]
        if not behind or "to" in clause.words[quantity.last : behind[0].first]:
            return []
        if "," in clause.text[quantity.end : behind[0].start]:
            return []
        # "The $460,000 of three years earlier" counts no years.
        sort = behind[0].kind, behind[0].unit
        return [(one, behind[0]) for one in self._own if one.first < quantity.first and (one.kind, one.unit) == sort]

    def _find_ratios_on_pages(self) -> Iterator[Pair]:
        for page, named in zip(self.pages, self._cells, strict=True):
            figures = named.cells or _find_dated(page, self.clause)
            yield from (*pair_alike(self._own, figures), *named.in_columns, *named.in_rows)
            if not named.cells:
                yield from (*pair_in_rows(page), *(pair_alike(figures, figures) if len(figures) <= _MOST_ANY else ()))


def _pair_with_part(page: Clause) -> Iterator[Pair]:
    """Yields the figures of a sentence with the part of them that the next one gives: ``Of these, 24 were chosen``."""
    figures = [*find_figures(page)]
    for number, one in enumerate(figures):
        begin, _ = page.sentence_of(one.first)
        if page.words[begin : begin + 1] == ("of",) and page.words[begin + 1 : begin + 2] in _BACK:
            before = [other for other in figures[:number] if page.sentence_of(other.first)[1] == begin]
            yield from ((one, other) for other in before if is_alike(one, other))


_BACK = frozenset((("these",), ("them",), ("those",), ("which",), ("whom",), ("it",)))
"""Words behind ``of`` by which a part refers to what was named before."""
_OPENING = frozenset(("a", "an", "that", "is", "or", "only", "just", "namely"))
"""Words between a comma and the share behind it."""


def _find_dated(page: Clause, clause: Clause) -> list[Quantity]:
    """Finds a page's figures beside a date that the sentence names, or all where there are none."""
    figures = [*find_figures(page)]
    years = {date.year for date in clause.dates}
    lines = {page.line_of(date.start) for date in page.dates if date.year in years}
    return [one for one in figures if page.line_of(one.start) in lines] or figures if page.breaks else figures
