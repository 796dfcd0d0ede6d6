"""Search for what a sentence without a citation says otherwise than the cited sentences about the same body or work.

A letter sums up at its beginning and its end, and cites nothing there. Each part of such a sentence that names a body,
a prize or a work is compared with the cited sentences that name it too, and with the sentences of their pages that do.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from workbench.checks.labels import mask_labels
from workbench.checks.statements.cited_sentence import CitedSentence
from workbench.checks.statements.statements import Clause, read_clause, read_page
from workbench.checks.wording.paired_passages import list_clauses
from workbench.checks.wording.replaced_words import are_of_one_side, say_one_thing
from workbench.checks.wording.word_classes import EVENTS, LIGHT_VERBS, ROLES
from workbench.text.related_words import find_bases
from workbench.text.stems import stem_word
from workbench.text.tokens import find_tokens

_MOST_SOURCES = 8
"""Cited sentences about one name: a name that more of them have is the subject of the letter."""
_MOST_SOUGHT = 200
"""Cited sentences that are looked at for one name."""
_LEAST_TELLING = 2
"""Words by which a sentence about a year is known again where it has no name."""
_LEAST_ALIKE = 3
"""Words that a part of a summary and a sentence share at least where no name tells them."""
_SHORT = 80
"""Words of a page that is about one thing."""
_WITHIN = 3
"""Words within which two words are of one name."""
_SHORTEST_NAME = 3
_YEAR_DIGITS = 4
_QUOTED = 60
"""Characters of the cited sentence that a message repeats."""
_AROUND = 1
"""Sentences of a page before and behind one with the name that may speak of it, too."""


@dataclass(frozen=True)
class Misstatement:
    """A word of a summary that no cited sentence about its subject has.

    Attributes:
        place: Index of its token.
        word: As the summary writes it.
        source: The beginning of the cited sentence that is nearest.
        subject: The name that both have.
    """

    place: int
    word: str
    source: str
    subject: str


class _SourceWords(NamedTuple):
    """Words that the letter and its pages have beside a name."""

    sentences: list[CitedSentence]
    words: frozenset[str]

    @property
    def has_year(self) -> bool:
        """True where they give a year."""
        return any(map(_is_year, self.words))


def index_by_stem(sentences: Iterable[CitedSentence]) -> dict[str, list[CitedSentence]]:
    """Returns the cited sentences of a letter by each stem that they have."""
    by_stem: dict[str, list[CitedSentence]] = defaultdict(list)
    for cited in sentences:
        if cited.cites.citations and cited.gap is None:
            for stem in {*cited.clause.stems, *_read_whole(cited).stems}:
                by_stem[stem].append(cited)
    return by_stem


def find_misstatements(
    summaries: Sequence[CitedSentence], by_stem: Mapping[str, list[CitedSentence]]
) -> Iterator[tuple[CitedSentence, Misstatement]]:
    """Finds roles, events, years and parts of names in sentences without a citation that cited ones give otherwise.

    Args:
        summaries: The sentences without a citation.
        by_stem: The cited sentences of the letter, as :func:`index_by_stem` returns them.
    """
    for cited in summaries:
        clause, names = cited.clause, _read_names(cited)
        for part in _list_parts(clause):
            anchors = [place for place in part if _is_name(clause, place, names)]
            if not anchors:
                # Without a name it is what is said of a year that tells the sentence.
                anchors = [place for place in part if _tells(clause, place, names)]
                if len(anchors) < _LEAST_TELLING or not any(_is_year(clause.words[place]) for place in part):
                    continue
            found = _gather(clause, anchors, by_stem)
            if found is not None:
                yield from ((cited, one) for one in _compare(clause, part, anchors, found))


def pair_with_sources(
    summaries: Sequence[CitedSentence], by_stem: Mapping[str, list[CitedSentence]]
) -> Iterator[tuple[CitedSentence, range, list[CitedSentence]]]:
    """Yields parts of sentences without a citation, each with the cited sentences that it sums up.

    Those are what names the same body or work, and what has half of its words.
    """
    for cited in summaries:
        clause, names = cited.clause, _read_names(cited)
        for part in _list_parts(clause):
            anchors = [place for place in part if _is_name(clause, place, names)]
            named = _gather(clause, anchors, by_stem) if anchors else None
            stems = {clause.stems[place] for place in part if _tells(clause, place, names)}
            sources = {id(one): one for one in (named.sentences if named else _find_alike(stems, by_stem))}
            if sources:
                yield cited, part, list(sources.values())


def _read_whole(cited: CitedSentence) -> Clause:
    """Reads a sentence with its quotations: a summary may repeat what the letter quoted."""
    return read_clause(mask_labels(cited.sentence.text))


def _count_words(cited: CitedSentence) -> int:
    return sum(map(bool, _read_whole(cited).stems))


def _list_parts(clause: Clause) -> Iterator[range]:
    return (range(first, end) for first, end in list_clauses(clause))


def _find_alike(stems: Collection[str], by_stem: Mapping[str, list[CitedSentence]]) -> list[CitedSentence]:
    """Finds the cited sentences that have half of some words."""
    counts: Counter[int] = Counter()
    sentences: dict[int, CitedSentence] = {}
    for stem in stems:
        # A word of so many sentences tells none of them.
        for cited in by_stem.get(stem, ())[:_MOST_SOUGHT]:
            counts[id(cited)] += 1
            sentences[id(cited)] = cited
    least = max(_LEAST_ALIKE, len(stems) / 2)
    # A sentence of fewer words is a heading in a paragraph.
    return [
        sentences[key]
        for key, count in counts.most_common(_MOST_SOURCES)
        if count >= least and _count_words(sentences[key]) > _LEAST_ALIKE
    ]


def _read_names(cited: CitedSentence) -> set[str]:
    person = cited.draft.case.beneficiary
    return {token.word for token in find_tokens(f"{person.full_reference} {person.surname}")}


def _is_name(clause: Clause, place: int, names: Collection[str]) -> bool:
    """Tells if a word has a capital, and is not the person's name; a first word is one where no dictionary has it."""
    token, word = clause.tokens[place], clause.words[place]
    if not clause.text[token.start].isupper() or (place in clause.sentence_starts and find_bases(word)):
        return False
    return bool(clause.stems[place]) and len(word) >= _SHORTEST_NAME and word not in names


def _tells(clause: Clause, place: int, names: Collection[str]) -> bool:
    word = clause.words[place]
    return bool(clause.stems[place]) and word.isalpha() and word not in LIGHT_VERBS and word not in names


def _is_year(word: str) -> bool:
    return word.isdigit() and len(word) == _YEAR_DIGITS


def _gather(clause: Clause, anchors: Sequence[int], by_stem: Mapping[str, list[CitedSentence]]) -> _SourceWords | None:
    """Gathers the cited sentences that have all words of a name but one, and the words beside it on their pages."""
    stems = {clause.stems[place] for place in anchors}
    # Who has all words but one has one of the two rarest; of so many sentences none is about this name alone.
    rarest = sorted(stems, key=lambda stem: len(by_stem.get(stem, ())))[:2]
    sentences = {id(cited): cited for stem in rarest for cited in by_stem.get(stem, ())}
    if len(sentences) > _MOST_SOUGHT:
        return None
    counts = {key: len(stems.intersection(cited.clause.stems)) for key, cited in sentences.items()}
    # One word of the name may be the one that the summary has wrong.
    least = max(1, len(stems) - 1)
    best = sorted((key for key, count in counts.items() if count >= least), key=lambda key: -counts[key])
    if not best or len(best) > _MOST_SOURCES:
        return None
    chosen = [sentences[key] for key in best]
    words: set[str] = set()
    for cited in chosen:
        words.update(cited.clause.words)
        for page in cited.pages:
            there = read_page(page)
            starts = [*there.sentence_starts, len(there.tokens)]
            near = [
                number
                for number, (first, end) in enumerate(pairwise(starts))
                if not stems.isdisjoint(there.stems[first:end])
            ]
            # A short page speaks of its one subject throughout, and names it once.
            if len(there.words) <= _SHORT:
                words.update(there.words)
            for number in near:
                low, high = max(0, number - _AROUND), min(len(starts) - 1, number + 1 + _AROUND)
                words.update(there.words[starts[low] : starts[high]])
    return _SourceWords(chosen, frozenset(words))


def _compare(clause: Clause, part: range, anchors: Sequence[int], sources: _SourceWords) -> Iterator[Misstatement]:
    subject = " ".join(clause.text[clause.tokens[place].start : clause.tokens[place].end] for place in anchors)
    nearest = sources.sentences[0].clause
    beginning = " ".join(sources.sentences[0].sentence.text.split())[:_QUOTED]
    stems = set(map(stem_word, sources.words))
    roles = ROLES & sources.words
    years = _find_years(clause, part, anchors, sources.sentences)
    for place in part:
        word = clause.words[place]
        if years and _is_year(word) and word not in years:
            yield Misstatement(place, word, beginning, subject)
            continue
        # Said by any of them it is no other claim, even if the nearest does not say it.
        if clause.stems[place] in stems or word in sources.words:
            continue
        is_role = (
            word in ROLES and bool(roles) and not any(are_of_one_side(word, other) for other in sources.words - roles)
        )
        is_event = _is_other_event(clause, place, sources.words)
        is_other_name = place in anchors and _is_substituted(clause, place, anchors, nearest)
        if (_is_year(word) and sources.has_year) or is_role or is_event or is_other_name:
            written = clause.text[clause.tokens[place].start : clause.tokens[place].end]
            yield Misstatement(place, written, beginning, subject)


def _find_years(
    clause: Clause, part: range, anchors: Sequence[int], sentences: Sequence[CitedSentence]
) -> frozenset[str]:
    """Returns the years of the sentences that have the whole name and the event of a part of a summary."""
    stems = {clause.stems[place] for place in anchors}
    events = [clause.words[place] for place in part if clause.words[place] in EVENTS]
    found: set[str] = set()
    for cited in sentences:
        there = cited.clause
        if stems.issubset(there.stems) and any(say_one_thing(one, word) for one in events for word in there.words):
            found.update(filter(_is_year, there.words))
    return frozenset(found)


def _is_other_event(clause: Clause, place: int, words: Collection[str]) -> bool:
    """Tells if a word is an event, and of all events of the sources none is of its group."""
    word = clause.words[place]
    events = [other for other in words if other in EVENTS]
    return word in EVENTS and bool(events) and not any(say_one_thing(word, other) for other in words)


def _is_substituted(clause: Clause, place: int, anchors: Sequence[int], nearest: Clause) -> bool:
    """Tells if a cited sentence has the name with another word in the place of one of it."""
    stems = {clause.stems[other] for other in anchors if other != place}
    if not stems:
        return False
    there = [other for other in range(len(nearest.words)) if _is_name(nearest, other, ())]
    shared = [other for other in there if nearest.stems[other] in stems]
    near = range(place - _WITHIN, place + _WITHIN + 1)
    # Two words far apart are parts of two names.
    beside = any(other in near and other != place for other in anchors)
    mine = {clause.stems[other] for other in anchors}
    return beside and any(
        abs(other - one) <= _WITHIN and nearest.stems[other] not in mine for one in shared for other in there
    )
