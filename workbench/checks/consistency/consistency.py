"""Check of a letter against itself: one figure or date given twice, and differently.

After an edit only what the edit concerns is compared again: see :mod:`workbench.checks.consistency.weighed_statements`.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from workbench.case.firm_authorities import read_firm_state
from workbench.checks.consistency.announced_lists import find_miscounted_items, find_miscounted_lists
from workbench.checks.consistency.recaps import find_misstatements, index_by_stem, pair_with_sources
from workbench.checks.consistency.summary_comparison import compare_summary
from workbench.checks.consistency.weighed_statements import (
    WeighedStatement,
    count_words,
    list_stated_values,
    weigh_words,
)
from workbench.checks.coverage import Coverage
from workbench.checks.draft import DraftSection, DraftText
from workbench.checks.figures.facts import look_up
from workbench.checks.finding import Finding
from workbench.checks.letter import Letter
from workbench.checks.result_cache import (
    CheckResult,
    list_what_is_read,
    recall_section,
    recall_sentence,
)
from workbench.checks.statements.cited_sentence import CitedSentence, find_cited_sentences, find_own_words
from workbench.checks.statements.dates import DateMention
from workbench.checks.statements.quantities import Quantity, find_phrase
from workbench.checks.statements.statements import Clause, Context, Statement, measure_context, read_prose
from workbench.text.bounded_cache import BoundedCache
from workbench.text.folding import fold_text
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
_SMALL = 5
"""Counts up to here mostly count what a paragraph goes through."""
_KEPT = 6_000
"""Most comparisons that are kept."""


class _ReadSentence(NamedTuple):
    """A sentence of a section, and its pages where there is a case."""

    sentence: Sentence
    clause: Clause
    cited: CitedSentence | None


class _ReadSection(NamedTuple):
    """Statements that a section gives to the comparison, at any place of a letter.

    Attributes:
        sentences: Its sentences.
        counts: The number of sentences that have each word.
        lists: Findings about its lists; lines are counted from its first.
    """

    sentences: tuple[_ReadSentence, ...]
    counts: Counter[str]
    lists: CheckResult


@dataclass(frozen=True, eq=False, slots=True)
class Occurrence:
    """A statement somewhere in a letter.

    Attributes:
        draft: Its section.
        read: Its sentence.
        weighed: The statement and its context.
    """

    draft: DraftText
    read: _ReadSentence
    weighed: WeighedStatement

    @property
    def statement(self) -> Statement:
        """The statement."""
        return self.weighed.statement

    @property
    def words(self) -> str:
        """The statement as it is written."""
        clause, statement = self.read.clause, self.statement
        begin, end = statement.first, statement.last
        if isinstance(statement, Quantity):
            begin, end = find_phrase(clause.words, statement)
        start, stop = clause.tokens[begin].start, clause.tokens[end].end
        return " ".join(self.read.sentence.text[start:stop].replace("*", "").split())

    @property
    def place(self) -> tuple[int, int]:
        """Its place in the section."""
        start = self.read.sentence.start
        return start + self.statement.start, start + self.statement.end

    def name_place(self, letter: Letter) -> str:
        """Names its place for a message."""
        return letter.name_place(self.draft, self.place[0])

    @property
    def table(self) -> int | None:
        """Number of the table in its section that it stands in, or None."""
        return self.draft.tables[self.read.sentence.block]

    def is_beside(self, other: Occurrence) -> bool:
        """Tells if another one stands in the same sentence, or in another row of its table."""
        # Rows say the same of different years, prizes or persons.
        return self.draft is other.draft and (self.read is other.read or self.table == other.table is not None)


def consistency(letter: Letter) -> Iterator[Finding]:
    """Finds a figure or the date of an event that the letter gives twice, and differently.

    A number that announces a list is compared with the list.
    """
    state = read_firm_state(letter.case)
    read = [(section, recall_section(section, state).keep(CHECK, _reader_of(section))) for section in letter.body]
    for section, found in read:
        yield from found.lists.move(section.first_line - 1).findings
    occurrences = list(_find_occurrences(read))
    letter.coverage.check(CHECK, len(occurrences))
    figures: dict[tuple[str, str, str], list[Occurrence]] = defaultdict(list)
    dates: list[Occurrence] = []
    for one in occurrences:
        if isinstance(one.statement, DateMention):
            dates.append(one)
        elif one.statement.noun:
            figures[one.statement.noun, one.statement.kind, one.statement.unit].append(one)
    for group in figures.values():
        yield from _compare_figures(letter, group)
    yield from _compare_dates(letter, dates)
    # Once for the letter: a file of a million headings has as many sections.
    cited_by_stem = index_by_stem([one.cited for _, found in read for one in found.sentences if one.cited is not None])
    for section, found in read:
        summaries = [
            one.cited
            for one in found.sentences
            if one.cited is not None and not one.cited.cites.citations and not _names_request(letter, one.sentence)
        ]
        if summaries and isinstance(section, DraftSection):
            yield from _check_summaries(section, summaries, cited_by_stem)


def _check_summaries(
    section: DraftSection, summaries: Sequence[CitedSentence], cited_by_stem: Mapping[str, list[CitedSentence]]
) -> Iterator[Finding]:
    """Compares sentences without a citation with the cited ones that they sum up."""
    for cited, misstatement in find_misstatements(summaries, cited_by_stem):
        token, start = cited.clause.tokens[misstatement.place], cited.sentence.start
        yield section.finding(
            CHECK,
            "warning",
            f"“{misstatement.word}” here, where the sentence “{misstatement.source}” and its exhibits do not say so"
            f" of {misstatement.subject}.",
            at=(start + token.start, start + token.end),
            suggestion="Say what the cited sentence says, or cite the exhibit that says this.",
        )
    for cited, part, sentences in pair_with_sources(summaries, cited_by_stem):
        yield from compare_summary(cited, part, sentences, CHECK)


def _names_request(letter: Letter, sentence: Sentence) -> bool:
    """Tells if a sentence has the title of a request that the letter answers, which sums up no exhibit."""
    rfe = letter.case.rfe if letter.case is not None else None
    words = " ".join(fold_text(sentence.text).split())
    return rfe is not None and any(fold_text(request.title) in words for request in rfe.requests)


def _reader_of(section: DraftText) -> Callable[[], _ReadSection]:
    return lambda: _read_section(section)


def _read_section(section: DraftText) -> _ReadSection:
    # What is kept must not hold the whole letter.
    alone = replace(section, first_line=1, coverage=Coverage())
    if isinstance(alone, DraftSection):
        alone = replace(alone, others={})
    alone.__dict__.update({name: value for name, value in section.__dict__.items() if name in _READ_BEFORE})
    sentences = tuple(_find_clauses(alone))
    lists = CheckResult((*find_miscounted_lists(alone, CHECK), *find_miscounted_items(alone, CHECK)))
    return _ReadSection(sentences, count_words([each.clause for each in sentences]), lists)


_READ_BEFORE = ("blocks", "sentences", "citations", "evidence")
"""Values beside the fields of a section that hold for it without the rest of its letter, too."""


def _find_occurrences(read: Sequence[tuple[DraftText, _ReadSection]]) -> Iterator[Occurrence]:
    sentences = sum(len(found.sentences) for _, found in read)
    weights = weigh_words((found.counts for _, found in read), sentences)
    for section, found in read:
        for each in found.sentences:
            for value in list_stated_values(each.clause):
                yield Occurrence(section, each, value.weigh(weights))


def _find_clauses(section: DraftText) -> Iterator[_ReadSentence]:
    if isinstance(section, DraftSection):
        for cited in find_cited_sentences(section):
            yield _ReadSentence(cited.sentence, cited.clause, cited)
        return
    for sentence, own in find_own_words(section):
        yield _ReadSentence(sentence, read_prose(own), None)


_compared: BoundedCache[tuple[tuple[int, int, str], ...]] = BoundedCache(_KEPT)
"""For some figures, the pairs that differ, by their places among them, and how."""


def _compare_figures(letter: Letter, group: Sequence[Occurrence]) -> Iterator[Finding]:
    by_modifiers: dict[frozenset[str], list[Occurrence]] = defaultdict(list)
    for one in group[:_MOST_COMPARED]:
        if isinstance(one.statement, Quantity):
            by_modifiers[one.statement.modifiers].append(one)
    for alike in by_modifiers.values():
        if len(alike) == 1:
            continue
        # Those of one sentence follow each other in its order, so that this tells where a sentence ends, too.
        tables: dict[tuple[int, int | None], int] = {}
        numbers = [tables.setdefault((id(one.draft), one.table), len(tables)) for one in alike]
        key = tuple((one.weighed, one.table and number) for one, number in zip(alike, numbers, strict=True))
        pairs = _compared.get(key)
        if pairs is None:
            pairs = _compared.add(key, tuple(_find_differing(alike)))
        for first, second, what in pairs:
            earlier, later = alike[first], alike[second]
            # What one exhibit says of both is two things; what two say may be one that changed: a person must look.
            carried = _is_carried(earlier) and _is_carried(later)
            if carried and _is_of_one_exhibit(earlier, later):
                continue
            severe = not carried
            yield later.draft.finding(
                CHECK,
                "error" if severe else "warning",
                f"{what}: “{later.words}” here, “{earlier.words}” at {earlier.name_place(letter)}.",
                at=later.place,
                suggestion="Give one figure, of one date, throughout the letter.",
            )


def _find_differing(alike: Sequence[Occurrence]) -> Iterator[tuple[int, int, str]]:
    """Yields the places of a figure and of the first one before it that differs, and how."""
    for second, later in enumerate(alike):
        for first, earlier in enumerate(alike[:second]):
            values = [one.statement.value for one in (earlier, later) if isinstance(one.statement, Quantity)]
            if earlier.is_beside(later) or max(values) <= _SMALL or _states_both(earlier, later):
                continue
            if values[0] != values[-1] and _are_of_other_years(earlier, later):
                continue
            if measure_context(earlier.weighed.context, later.weighed.context) < LEAST_SAME:
                continue
            what = _describe_difference(earlier.weighed, later.weighed)
            if what is not None:
                yield first, second, what
                break


def _are_of_other_years(earlier: Occurrence, later: Occurrence) -> bool:
    """Tells if the sentences of two figures name years, and none in common: a staff of twelve may be one of sixteen."""
    years = [{date.year for date in one.read.clause.dates if date.year} for one in (earlier, later)]
    return bool(years[0] and years[1]) and years[0].isdisjoint(years[1])


def _states_both(earlier: Occurrence, later: Occurrence) -> bool:
    """Tells if either sentence has both figures: "seven of the ten largest banks", said twice."""
    mine, theirs = earlier.statement, later.statement
    if not (isinstance(mine, Quantity) and isinstance(theirs, Quantity)):
        return False
    return mine.value != theirs.value and _states(later, mine) and _states(earlier, theirs)


def _states(occurrence: Occurrence, figure: Quantity) -> bool:
    """Tells if the sentence of a statement has a figure of the same noun besides."""
    return any(one.noun == figure.noun for one in occurrence.read.clause.by_value.get(figure.value, ()))


def _describe_difference(earlier: WeighedStatement, later: WeighedStatement) -> str | None:
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


class _Alike(NamedTuple):
    """A date before another one in its context.

    Attributes:
        stem: Index of the stem that both have, of the later one's rarest.
        back: Its place among the dates with that stem, counted from the last.
    """

    stem: int
    back: int


_compared_dates: BoundedCache[tuple[_Alike, ...]] = BoundedCache(_KEPT)
"""For a date and the ones before it that have one of its rarest stems, those that differ from it."""


def _compare_dates(letter: Letter, dates: Sequence[Occurrence]) -> Iterator[Finding]:
    sought = {stem for one in dates for stem in one.weighed.rarest}
    by_stem: dict[str, list[int]] = {stem: [] for stem in sought}
    contexts = [one.weighed.context for one in dates]
    for place, later in enumerate(dates):
        # Of all earlier ones, those that share the rarest words.
        near = [by_stem[stem][-_MOST_COMPARED:] for stem in later.weighed.rarest]
        beside = {number for each in near for number in each if dates[number].is_beside(later)}
        key: Hashable = (
            later.weighed,
            *(tuple([(dates[number].weighed, number in beside) for number in numbers]) for numbers in near),
        )
        found = _compared_dates.get(key)
        if found is None:
            numbers = _find_differing_dates(place, {number for each in near for number in each}, dates, contexts)
            places = [
                next(_Alike(stem, each.index(number) - len(each)) for stem, each in enumerate(near) if number in each)
                for number in numbers
            ]
            found = _compared_dates.add(key, tuple(places))
        for stem in sought.intersection(later.weighed.context):
            by_stem[stem].append(place)
        if not found:
            continue
        earlier = dates[max(near[one.stem][one.back] for one in found)]
        if _is_carried(earlier) and _is_carried(later):
            continue
        yield later.draft.finding(
            CHECK,
            "error",
            f"One event has two dates: “{later.words}” here, “{earlier.words}” at {earlier.name_place(letter)}.",
            at=later.place,
            suggestion="Give the date of the exhibit in both places.",
        )


def _find_differing_dates(
    place: int, near: Collection[int], dates: Sequence[Occurrence], contexts: Sequence[Context]
) -> list[int]:
    """Finds the dates of the same event that differ; none where the context is one of many dates."""
    later, context = dates[place], contexts[place]
    alike: list[int] = []
    for number in _drop_unlike(near, later.weighed.rarest, context, contexts):
        if dates[number].is_beside(later) or measure_context(contexts[number], context) < LEAST_SAME_DATE:
            continue
        if len(contexts[number].keys() & context.keys()) >= _LEAST_SHARED:
            alike.append(number)
    if len({str(dates[number].statement) for number in (*alike, place)}) > _MOST_ALIKE:
        return []
    return [number for number in alike if not _agree(dates[number].statement, later.statement)]


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


def _is_of_one_exhibit(one: Occurrence, other: Occurrence) -> bool:
    """Tells if the sentences of two statements cite one exhibit, and the same one."""
    cited = [each.read.cited for each in (one, other)]
    exhibits = [{cite.exhibit_id for cite in each.cites.citations} for each in cited if each is not None]
    return len(exhibits) == len(cited) and exhibits[0] == exhibits[1] and len(exhibits[0]) == 1


def _is_carried(occurrence: Occurrence) -> bool:
    """Tells if the pages that a statement's sentence cites carry it."""
    cited, statement = occurrence.read.cited, occurrence.statement
    if cited is None:
        return False
    # Beside the sentence, which is kept as long as its section stays; and by its text, where the section changes.
    known: dict[Statement, bool] = cited.__dict__.setdefault("_carried", {})
    if statement not in known:
        key = (CHECK, *list_what_is_read(cited), statement.start, statement.end)
        known[statement] = recall_sentence(
            cited.draft.case, key, lambda: cited.gap is None and look_up(cited, statement) is True
        )
    return known[statement]
