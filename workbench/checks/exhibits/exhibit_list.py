"""Checks of a letter's list of exhibits against its citations and the case."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from workbench.case.citation import Citation
from workbench.case.exhibit_numbering import ExhibitNumbering
from workbench.case.typed_citation import label_key
from workbench.checks.draft import DraftText
from workbench.checks.finding import Finding
from workbench.checks.letter import Letter
from workbench.checks.parts.exhibit_index import IndexEntry
from workbench.text.tokens import find_tokens

_UNCITED = "exhibit-uncited"
_MISMATCH = "index-mismatch"
_IDS_ALONE = "the letter cites by id, and without a case its list of numbers says nothing of ids"
_CITE = "Cite each where it carries a fact, or leave it out."
_DESCRIPTION = re.compile(r"\s?,\s(?P<words>[^()\[\];]{4,240})|\s\((?P<inner>[^()]{4,240})\)")
_LEAST_WORDS = 2
"""Of a description that could name an exhibit."""
_ALIKE = 0.6
_APART = 0.5
"""Share of the likeness to another exhibit that the likeness to the named one must reach."""
_SMALL_WORDS = frozenset({
    "a", "an", "the", "of", "and", "or", "for", "from", "by", "in", "on", "at", "to", "with", "as", "is", "was", "his",
    "her", "their", "its", "prof", "professor", "dr", "ph", "d", "mr", "ms", "mrs", "exhibit", "exhibits", "see",
    "also", "please",
})  # fmt: skip


def exhibit_uncited(letter: Letter) -> Iterator[Finding]:
    """Finds exhibits that are listed and never cited: one finding for all of them, in the order of the list.

    The list is the letter's own, or that of the case where the letter has none.
    """
    cited = {_key_of(letter, cite.exhibit_id) for _, cite in _citations(letter)}
    if letter.index and _cites_unknown_ids(letter):
        letter.coverage.skip(_UNCITED, _IDS_ALONE, len(letter.index))
        return
    if letter.index:
        letter.coverage.check(_UNCITED, len(letter.index))
        idle = [entry for entry in letter.index if not _is_cited(letter, entry, cited)]
        if idle:
            names = [f"Exhibit {entry.label}" for entry in idle]
            yield _at(letter, idle[0]).finding(
                _UNCITED,
                "warning",
                _describe_idle(names, "listed"),
                at=_span(letter, idle[0]),
                suggestion=_CITE,
            )
        return
    exhibits = [each for each in letter.case.exhibits if each.filed] if letter.case is not None else []
    letter.coverage.check(_UNCITED, len(exhibits))
    names = [letter.name_exhibit(exhibit.id) for exhibit in exhibits if exhibit.id not in cited]
    if names:
        yield Finding(
            check=_UNCITED, severity="warning", message=_describe_idle(names, "in the case"), suggestion=_CITE
        )


def _is_cited(letter: Letter, entry: IndexEntry, cited: Collection[str]) -> bool:
    target = _read_numbering(letter).find_exhibit(entry.label) if letter.case is not None else None
    return label_key(entry.label) in cited or (target is not None and target[0] in cited)


def _describe_idle(names: Sequence[str], where: str) -> str:
    if len(names) == 1:
        return f"{names[0]} is {where}, and the letter never cites it."
    return f"{len(names)} exhibits are {where}, and the letter never cites them: {', '.join(names)}."


def index_mismatch(letter: Letter) -> Iterator[Finding]:
    """Finds what the list of exhibits and the letter say differently.

    Compared are what is cited and what is listed, the titles with those of the case, the words beside a citation with
    the title of the exhibit, and the sections that the list names with those that cite the exhibit.
    """
    if not letter.index:
        letter.coverage.skip(_MISMATCH, "the letter has no list of exhibits")
    elif _cites_unknown_ids(letter):
        letter.coverage.skip(_MISMATCH, _IDS_ALONE)
        yield from _find_listed_twice(letter)
    else:
        yield from _find_unlisted(letter)
        yield from _find_listed_twice(letter)
        yield from _find_wrong_references(letter)
    titles = _titles(letter)
    yield from _find_wrong_titles(letter)
    yield from _find_wrong_descriptions(letter, titles)


def _cites_unknown_ids(letter: Letter) -> bool:
    """Tells if a letter cites by ids whose numbers only a case could tell, as the notebook of an export does."""
    return letter.case is None and letter.numbering is None and any(True for _ in _citations(letter))


def _find_unlisted(letter: Letter) -> Iterator[Finding]:
    numbering = _read_numbering(letter)
    listed = {label_key(entry.label) for entry in letter.index}
    listed |= {target[0] for entry in letter.index if (target := numbering.find_exhibit(entry.label))}
    # Once for each exhibit, though a letter may cite it fifty times.
    seen: set[str] = set()
    for section, cite in _citations(letter):
        letter.coverage.check(_MISMATCH)
        key = _key_of(letter, cite.exhibit_id)
        # One that no case has is reported as such; what is kept on file stands in no list.
        known = letter.case is None or (key in letter.case.documents and letter.case.exhibit(key).filed)
        if key not in listed and key not in seen and known:
            seen.add(key)
            words = section.content[cite.start : cite.end]
            message = f"“{words}”: the letter's list of exhibits does not name {_name(letter, cite.exhibit_id)}."
            at = (cite.start, cite.end)
            yield section.finding(_MISMATCH, "error", message, at=at, suggestion="Add it to the list of exhibits.")


def _find_listed_twice(letter: Letter) -> Iterator[Finding]:
    by_label: dict[str, IndexEntry] = {}
    by_title: dict[str, IndexEntry] = {}
    for entry in letter.index:
        title = " ".join(token.word for token in find_tokens(entry.title))
        # The first of each label and title: an entry is compared with it alone.
        first = by_label.setdefault(label_key(entry.label), entry)
        same = by_title.setdefault(title, entry)
        if first is not entry:
            message = f"Exhibit {entry.label} is listed twice, first as “{first.title}”."
            yield _at(letter, entry).finding(_MISMATCH, "error", message, at=_span(letter, entry))
        elif same is not entry and title and same.start != entry.start:
            message = f"Exhibits {same.label} and {entry.label} are listed with the same title."
            yield _at(letter, entry).finding(_MISMATCH, "warning", message, at=_span(letter, entry))


def _find_wrong_references(letter: Letter) -> Iterator[Finding]:
    """Compares the sections that the list names for an exhibit with those that cite it."""
    known = {number for _, number in letter.numbers if number}
    if not known or not any(entry.references for entry in letter.index):
        letter.coverage.skip(_MISMATCH, "the list of exhibits names no sections, or they have no numbers")
        return
    offsets = [offset for offset, _ in letter.numbers]
    starts = {id(section): start for section, start in zip(letter.sections, letter.starts, strict=True)}
    citing: dict[str, dict[str, None]] = defaultdict(dict)
    for section, cite in _citations(letter):
        place = bisect_right(offsets, starts[id(section)] + cite.start) - 1
        if place >= 0 and letter.numbers[place][1]:
            citing[_key_of(letter, cite.exhibit_id)][letter.numbers[place][1]] = None
    numbering = _read_numbering(letter)
    for entry in letter.index:
        if not entry.references:
            continue
        letter.coverage.check(_MISMATCH, len(entry.references))
        target = numbering.find_exhibit(entry.label) if letter.case is not None else None
        found = citing.get(target[0] if target else label_key(entry.label), {})
        unknown = [number for number in entry.references if not any(_is_within(each, number) for each in known)]
        # A section is cited by its own number or by that of one within it.
        idle = [
            number
            for number in entry.references
            if number not in unknown and not any(_is_within(each, number) for each in found)
        ]
        absent = [number for number in found if not any(_is_within(number, each) for each in entry.references)]
        for numbers, words in (
            (unknown, "says that it is cited in Section {}, which the letter does not have"),
            (idle, "says that it is cited in Section {}, which does not cite it"),
            (absent, "does not name Section {}, which cites it"),
        ):
            if numbers:
                message = f"The list of exhibits, at Exhibit {entry.label}, {words.format(', '.join(numbers))}."
                yield _at(letter, entry).finding(
                    _MISMATCH,
                    "warning",
                    message,
                    at=_span(letter, entry),
                    suggestion="Correct the list or the citation.",
                )


def _find_wrong_titles(letter: Letter) -> Iterator[Finding]:
    if letter.case is None:
        return
    numbering = _read_numbering(letter)
    own = {exhibit.id: Counter(_words(exhibit.title)) for exhibit in letter.case.exhibits}
    # A word that many titles have, such as "letter", tells none of them.
    frequency = _count_titles(own)
    for entry in letter.index:
        target = numbering.find_exhibit(entry.label)
        if target is None:
            continue
        letter.coverage.check(_MISMATCH)
        other = _find_other(_words(entry.title), target[0], own, frequency)
        if other is not None:
            message = (
                f"Exhibit {entry.label} is listed as “{entry.title}”; in the case that is {_name(letter, other)}, and "
                f"Exhibit {entry.label} is “{letter.case.exhibit(target[0]).title}”."
            )
            yield _at(letter, entry).finding(
                _MISMATCH, "error", message, at=_span(letter, entry), suggestion="Correct the label or the title."
            )


def _find_wrong_descriptions(letter: Letter, titles: dict[str, Counter[str]]) -> Iterator[Finding]:
    """Finds citations whose own words describe another exhibit: ``(Exhibit 1, the diploma of Dr. Doe)``."""
    frequency = _count_titles(titles)
    for section in letter.body:
        if section.numbering is None:
            continue
        last = -1
        for cite in section.citations:
            single = isinstance(cite, Citation) and cite.start != last
            last = cite.start
            described = _DESCRIPTION.match(section.content, cite.end) if single else None
            if described is None or not isinstance(cite, Citation):
                continue
            words = described["words"] or described["inner"]
            key = _key_of(letter, cite.exhibit_id)
            if len(set(_words(words))) < _LEAST_WORDS or key not in titles:
                continue
            letter.coverage.check(_MISMATCH)
            other = _find_other(_words(words), key, titles, frequency)
            if other is not None:
                cited = section.content[cite.start : cite.end]
                message = f"{cited} is described as “{words.strip()}”, which is {_name(letter, other)}."
                yield section.finding(
                    _MISMATCH,
                    "error",
                    message,
                    at=(cite.start, described.end()),
                    suggestion="Correct the number or the description.",
                )


def _find_other(words: list[str], key: str, titles: dict[str, Counter[str]], frequency: Counter[str]) -> str | None:
    """Finds the exhibit that some words describe, where that is clearly not the one named."""
    weights = {word: math.log1p(len(titles) / (frequency[word] or 0.5)) for word in set(words)}
    total = sum(weights.values())
    if not total:
        return None

    def score(title: Counter[str]) -> float:
        return sum(weight for word, weight in weights.items() if word in title) / total

    best, other = max(((score(title), each) for each, title in titles.items() if each != key), default=(0.0, ""))
    return other if best >= _ALIKE and score(titles[key]) < _APART * best else None


def _count_titles(titles: dict[str, Counter[str]]) -> Counter[str]:
    """Counts the titles that have each word."""
    return Counter(word for title in titles.values() for word in title)


def _titles(letter: Letter) -> dict[str, Counter[str]]:
    """Returns the words that name each exhibit: in the case, and in the letter's own list."""
    titles: dict[str, Counter[str]] = defaultdict(Counter)
    for exhibit in letter.case.exhibits if letter.case is not None else ():
        titles[exhibit.id].update(_words(f"{exhibit.title} {exhibit.author or ''}"))
    if letter.case is None:
        for entry in letter.index:
            titles[label_key(entry.label)].update(_words(entry.title))
    return dict(titles)


@lru_cache(maxsize=4096)
def _split_words(text: str) -> tuple[str, ...]:
    return tuple(token.word for token in find_tokens(text) if token.word not in _SMALL_WORDS)


def _words(text: str) -> list[str]:
    return list(_split_words(text))


def _citations(letter: Letter) -> Iterator[tuple[DraftText, Citation]]:
    for section in letter.sections:
        if section.part != "index":
            yield from ((section, cite) for cite in section.citations if isinstance(cite, Citation))


def _read_numbering(letter: Letter) -> ExhibitNumbering:
    for section in letter.sections:
        if isinstance(section.numbering, ExhibitNumbering):
            return section.numbering
    return ExhibitNumbering(letter.case)


def _key_of(letter: Letter, exhibit_id: str) -> str:
    """Returns an exhibit's id, or the form of its label for comparison."""
    return exhibit_id if letter.case is not None and exhibit_id in letter.case.documents else label_key(exhibit_id)


def _name(letter: Letter, key: str) -> str:
    return letter.name_exhibit(key)


def _is_within(number: str, other: str) -> bool:
    """Tells if a section is another or lies within it: ``2.1`` in ``2``."""
    return number == other or number.startswith(f"{other}.")


def _at(letter: Letter, entry: IndexEntry) -> DraftText:
    return letter.sections[_place(letter, entry)]


def _span(letter: Letter, entry: IndexEntry) -> tuple[int, int]:
    start = letter.starts[_place(letter, entry)]
    return entry.start - start, entry.end - start


def _place(letter: Letter, entry: IndexEntry) -> int:
    return bisect_right(letter.starts, entry.start) - 1
