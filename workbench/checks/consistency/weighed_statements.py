"""Statements of a letter with the weighed words around them, kept from one check of the letter to the next.

What a statement says of itself depends on its sentence alone. The weights depend on the whole letter; they come in
steps, so that an edit of one sentence changes few of them, and all other statements stay the very same objects. What
was found between statements is kept by these objects.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from workbench.checks.statements.dates import DateMention
from workbench.checks.statements.quantities import Quantity
from workbench.checks.statements.statements import Clause, Context, Statement, weigh_list

_STEPS = 10
"""Steps in which a weight grows by one."""
_AS_OF = 3
"""Words before a date in which ``as of`` stands."""
_RAREST = 3


@dataclass(frozen=True, eq=False)
class WeighedStatement:
    """A statement of a sentence, at any place of a letter. Two are equal only if they are the same object.

    Attributes:
        statement: The statement.
        as_of: The date that its sentence says it is of, or None.
        context: The weighed words around it.
    """

    statement: Statement
    as_of: DateMention | None
    context: Context

    @cached_property
    def rarest(self) -> tuple[str, ...]:
        """The stems around it that weigh most, at most three."""
        return tuple(sorted(self.context, key=self.context.__getitem__, reverse=True)[:_RAREST])


class StatedValue:
    """A statement of a sentence before its surroundings are weighed.

    Args:
        clause: The sentence's text.
        statement: The statement.
        as_of: The date that the sentence says it is of, or None.
    """

    def __init__(self, clause: Clause, statement: Statement, as_of: DateMention | None) -> None:
        self.statement = statement
        self.as_of = as_of
        self._stems, self._words, self._shares = clause.list_around(statement.first, statement.last)
        self._kept: tuple[tuple[float, ...], WeighedStatement] | None = None

    def __repr__(self) -> str:
        return f"<StatedValue: {self.statement}>"

    def weigh(self, weights: Mapping[str, float]) -> WeighedStatement:
        """Weighs the words around it; returns the same object as before where they weigh the same."""
        own = tuple(map(weights.__getitem__, self._words))
        kept = self._kept
        if kept is None or kept[0] != own:
            context = weigh_list((self._stems, self._words, self._shares), weights.__getitem__)
            kept = self._kept = own, WeighedStatement(self.statement, self.as_of, context)
        return kept[1]


def list_stated_values(clause: Clause) -> tuple[StatedValue, ...]:
    """Lists the statements of a sentence that a letter may give twice; they are kept with the clause.

    >>> list_stated_values(Clause("As of May 2020 he has 12 patents, and ranks 3rd."))
    (<StatedValue: 12 patents>,)
    """
    return clause.recall(_read_stated_values)


def _read_stated_values(clause: Clause) -> tuple[StatedValue, ...]:
    as_of = next((date for date in clause.dates if _is_as_of(clause, date)), None)
    stated: tuple[Statement, ...] = (*clause.quantities, *clause.dates)
    return tuple(
        StatedValue(clause, one, as_of) for one in stated if one is not as_of and _may_be_repeated(clause, one)
    )


def _may_be_repeated(clause: Clause, statement: Statement) -> bool:
    if not isinstance(statement, Quantity):
        return True
    # "Exceeded the percentile by $114,500" is a difference, and not the percentile.
    is_difference = clause.words[max(0, statement.first - 1)] == "by"
    return not (statement.weak or statement.kind == "rank" or is_difference)


def _is_as_of(clause: Clause, date: DateMention) -> bool:
    before = clause.words[max(0, date.first - _AS_OF) : date.first]
    return any(before[place : place + 2] == ("as", "of") for place in range(len(before)))


def weigh_words(counts: Iterable[Counter[str]], sentences: int) -> dict[str, float]:
    """Weighs the words of a letter: the fewer sentences have one, the more.

    Args:
        counts: For some parts of the letter, the number of sentences that have each word.
        sentences: Sentences of the letter.

    Examples:
        >>> weigh_words([Counter({"gene": 1, "the": 50})], 100)
        {'gene': 4.6, 'the': 1.1}
    """
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    by_count = {count: round(math.log1p(sentences / count) * _STEPS) / _STEPS for count in set(total.values())}
    return {word: by_count[count] for word, count in total.items()}


def count_words(clauses: Sequence[Clause]) -> Counter[str]:
    """Counts the sentences that have each word."""
    return Counter(word for clause in clauses for word in clause.vocabulary)
