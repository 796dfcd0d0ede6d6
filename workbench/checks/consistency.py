"""Check of a letter against itself: one figure or date given twice, and differently."""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from workbench.checks.announced_lists import find_miscounted_lists
from workbench.checks.dates import DateMention
from workbench.checks.draft import DraftSection, DraftText
from workbench.checks.facts import CitedSentence, find_cited_sentences, look_up
from workbench.checks.finding import Finding
from workbench.checks.labels import mask_labels, mask_quotations
from workbench.checks.letter import Letter
from workbench.checks.quantities import Quantity, find_phrase
from workbench.checks.result_cache import list_what_is_read, recall_sentence
from workbench.checks.statements import Clause, Context, Statement, Weigh, measure_context, read_clause, weigh_list
from workbench.text.markdown import Sentence

CHECK = "consistency"
LEAST_SAME = 0.62
"""Likeness of contexts from which two statements of one noun are about one thing."""
LEAST_SAME_DATE = 0.86
"""The same for dates, which have no noun that tells one event from another."""
_MOST_LACKING = 1 - LEAST_SAME_DATE**2 + 1e-6
"""Share of the squares of a context that two alike ones do not both have, see ``Context.drop_unlike``."""
_LEAST_SHARED = 4
"""Words that the contexts of two dates must share."""
_MOST_ALIKE = 2
"""Different dates in one context beyond which it is a phrase that returns with each item of a list."""
_MOST_COMPARED = 60
_AS_OF = 3
"""Words before a date in which ``as of`` stands."""
_SMALL = 5
"""Counts up to here mostly count what a paragraph goes through."""


@dataclass(frozen=True, eq=False)
class Occurrence:
    """A statement somewhere in a letter.

    Attributes:
        draft: Its section.
        sentence: Its sentence.
        clause: The sentence's text.
        statement: The statement.
        weigh: Weight of a word in this letter.
        as_of: The date that the sentence says it is of, or None.
        cited: The sentence with its pages, where there is a case.
    """

    draft: DraftText
    sentence: Sentence
    clause: Clause
    statement: Statement
    weigh: Weigh
    as_of: DateMention | None = None
    cited: CitedSentence | None = None

    @cached_property
    def context(self) -> Context:
        """Its weighted context; most figures are of a noun that the letter counts once, and need none."""
        # Not by Clause.context: its memory is for the weights of a case, which stay, and these are of one letter.
        return weigh_list(self.clause.list_around(self.statement.first, self.statement.last), self.weigh)

    @property
    def words(self) -> str:
        """The statement as it is written."""
        begin, end = self.statement.first, self.statement.last
        if isinstance(self.statement, Quantity):
            begin, end = find_phrase(self.clause.words, self.statement)
        start, stop = self.clause.tokens[begin].start, self.clause.tokens[end].end
        return " ".join(self.sentence.text[start:stop].replace("*", "").split())

    @property
    def place(self) -> tuple[int, int]:
        """Its place in the section."""
        return self.sentence.start + self.statement.start, self.sentence.start + self.statement.end

    @property
    def line(self) -> int:
        """Its line in the letter, from 1."""
        return self.draft.first_line + self.draft.content.count("\n", 0, self.place[0])


def consistency(letter: Letter) -> Iterator[Finding]:
    """Finds a figure or the date of an event that the letter gives twice, and differently.

    A number that announces a list is compared with the list.
    """
    for section in letter.body:
        yield from find_miscounted_lists(section, CHECK)
    occurrences = _find_occurrences(letter)
    letter.coverage.check(CHECK, len(occurrences))
    figures: dict[tuple[str, str, str], list[Occurrence]] = defaultdict(list)
    dates: list[Occurrence] = []
    for one in occurrences:
        if isinstance(one.statement, DateMention):
            dates.append(one)
        elif one.statement.noun:
            figures[one.statement.noun, one.statement.kind, one.statement.unit].append(one)
    for group in figures.values():
        yield from _compare_figures(group)
    yield from _compare_dates(dates)


def _find_occurrences(letter: Letter) -> list[Occurrence]:
    read = [
        (section, sentence, clause, cited)
        for section in letter.body
        for sentence, clause, cited in _find_clauses(section)
    ]
    count = Counter(word for _, _, clause, _ in read for word in clause.vocabulary)
    weigh = {word: math.log1p(len(read) / sentences) for word, sentences in count.items()}.__getitem__
    found = []
    for section, sentence, clause, cited in read:
        as_of = next((date for date in clause.dates if _is_as_of(clause, date)), None)
        statements: tuple[Statement, ...] = (*clause.quantities, *clause.dates)
        for statement in statements:
            if isinstance(statement, Quantity) and (statement.weak or statement.kind == "rank"):
                continue
            # "Exceeded the percentile by $114,500" is a difference, and not the percentile.
            if isinstance(statement, Quantity) and clause.words[max(0, statement.first - 1)] == "by":
                continue
            # The date itself is what the figure is of.
            if isinstance(statement, DateMention) and statement is as_of:
                continue
            found.append(Occurrence(section, sentence, clause, statement, weigh, as_of, cited))
    return found


def _find_clauses(section: DraftText) -> Iterator[tuple[Sentence, Clause, CitedSentence | None]]:
    if isinstance(section, DraftSection):
        yield from ((cited.sentence, cited.clause, cited) for cited in find_cited_sentences(section))
        return
    masked: dict[int, str] = {}
    for sentence in section.sentences:
        block = section.blocks[sentence.block]
        if block.kind in {"heading", "quote"}:
            continue
        if sentence.block not in masked:
            masked = {sentence.block: mask_quotations(mask_labels(section.text_of(block)))}
        own = masked[sentence.block][sentence.start - block.start : sentence.end - block.start]
        yield sentence, read_clause(own), None


def _is_as_of(clause: Clause, date: DateMention) -> bool:
    before = clause.words[max(0, date.first - _AS_OF) : date.first]
    return any(before[place : place + 2] == ("as", "of") for place in range(len(before)))


def _compare_figures(group: Sequence[Occurrence]) -> Iterator[Finding]:
    by_modifiers: dict[frozenset[str], list[tuple[Occurrence, Quantity]]] = defaultdict(list)
    for later in group[:_MOST_COMPARED]:
        other = later.statement
        if not isinstance(other, Quantity):
            continue
        known = by_modifiers[other.modifiers]
        known.append((later, other))
        for earlier, one in known[:-1]:
            if earlier.sentence is later.sentence or max(one.value, other.value) <= _SMALL:
                continue
            if measure_context(earlier.context, later.context) < LEAST_SAME:
                continue
            what = _describe_difference(earlier, later)
            if what is None:
                continue
            # What the exhibits say of both is two things, or one that changed: a person must look.
            severe = not (_is_carried(earlier) and _is_carried(later))
            yield later.draft.finding(
                CHECK,
                "error" if severe else "warning",
                f"{what}: “{later.words}” here, “{earlier.words}” on line {earlier.line}.",
                at=later.place,
                suggestion="Give one figure, of one date, throughout the letter.",
            )
            break


def _describe_difference(earlier: Occurrence, later: Occurrence) -> str | None:
    one, other = earlier.statement, later.statement
    if not isinstance(one, Quantity) or not isinstance(other, Quantity):
        return None
    if earlier.as_of is not None and later.as_of is not None and not earlier.as_of.agrees(later.as_of):
        # Two figures of two dates are two figures; one figure of two dates cannot be.
        same = one.value == other.value and one.comparator == other.comparator
        return f"One figure of two dates ({earlier.as_of} and {later.as_of})" if same else None
    if one.value == other.value:
        pair = {one.comparator, other.comparator}
        return "One figure with two comparators" if "exactly" in pair and pair & {"more", "nearly", "fewer"} else None
    if one.is_consistent(other) or other.is_consistent(one):
        return None
    return "One thing is counted twice, with two results"


def _compare_dates(dates: Sequence[Occurrence]) -> Iterator[Finding]:
    by_stem: dict[str, list[int]] = defaultdict(list)
    contexts = [one.context for one in dates]
    for place, later in enumerate(dates):
        alike: list[Occurrence] = []
        context = contexts[place]
        # Of all earlier ones, those that share the rarest words.
        rarest = sorted(context, key=context.__getitem__, reverse=True)[:3]
        near = {number for stem in rarest for number in by_stem[stem][-_MOST_COMPARED:]}
        for number in sorted(_drop_unlike(near, rarest, context, contexts)):
            earlier = dates[number]
            if earlier.sentence is later.sentence:
                continue
            if measure_context(earlier.context, context) < LEAST_SAME_DATE:
                continue
            if len(earlier.context.keys() & later.context.keys()) >= _LEAST_SHARED:
                alike.append(earlier)
        for stem in later.context:
            by_stem[stem].append(place)
        mine = later.statement
        others = [one for one in alike if isinstance(one.statement, DateMention) and isinstance(mine, DateMention)]
        differing = [one for one in others if not _agree(one.statement, mine)]
        if not differing or len({str(one.statement) for one in (*others, later)}) > _MOST_ALIKE:
            continue
        earlier = differing[-1]
        if _is_carried(earlier) and _is_carried(later):
            continue
        yield later.draft.finding(
            CHECK,
            "error",
            f"One event has two dates: “{later.words}” here, “{earlier.words}” on line {earlier.line}.",
            at=later.place,
            suggestion="Give the date of the exhibit in both places.",
        )


def _drop_unlike(
    numbers: Collection[int], rarest: Sequence[str], mine: Context, contexts: Sequence[Context]
) -> Collection[int]:
    """Drops the contexts that lack so much of one that they cannot be alike, as ``Context.drop_unlike`` tells.

    It asks for the rarest words first, and for all pairs at once: a letter of a thousand dates has a hundred thousand.
    """
    shares = [(stem, mine[stem] ** 2 / mine.square) for stem in rarest]
    for (one, share), (other, added) in itertools.combinations(shares, 2):
        if share + added > _MOST_LACKING:
            numbers = [number for number in numbers if one in contexts[number] or other in contexts[number]]
    return mine.drop_unlike(numbers, contexts, LEAST_SAME_DATE)


def _agree(one: Statement, other: Statement) -> bool:
    return isinstance(one, DateMention) and isinstance(other, DateMention) and one.agrees(other)


def _is_carried(occurrence: Occurrence) -> bool:
    """Tells if the pages that a statement's sentence cites carry it."""
    cited, statement = occurrence.cited, occurrence.statement
    if cited is None:
        return False
    key = (CHECK, *list_what_is_read(cited), statement.start, statement.end)
    return recall_sentence(cited.draft.case, key, lambda: cited.gap is None and look_up(cited, statement) is True)
