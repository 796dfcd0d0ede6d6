"""Words of a sentence on a scale of which the cited pages have the other side: nominated or received, may or does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from workbench.checks.evidence import EvidencePage
from workbench.checks.finding import EvidencePlace, Finding
from workbench.checks.statements.cited_sentence import CitedSentence
from workbench.checks.statements.number_words import STOP_WORDS
from workbench.checks.statements.statements import Clause, measure_context, read_page
from workbench.checks.wording.qualifier_words import CHECK, SCALES
from workbench.text.stems import find_stem, stem_word

LEAST_OPPOSITE = 0.45
"""Likeness of contexts from which the opposite word on a page contradicts."""
_LEAST_BESIDE = 0.2
"""The same where both stand right before one word: "national programs", "international programs"."""
_SAME_SIDE = 0.25
_MOST_PLACES = 40
_ROOT = 6
"""Letters that forms of one word share."""
_BEHIND = 4
"""Words behind a qualifier in which that stands which it limits."""
_OF_THE = frozenset(("of", "the", "these", "those", "its", "his", "her", "their"))

Side = Literal["less", "more"]


@dataclass(frozen=True, slots=True)
class Grade:
    """A word of a scale in a text.

    Attributes:
        scale: Index of the scale in :data:`SCALES`.
        side: Its side of the scale.
        first: Index of its first token.
        last: Index of its last token.
        start: Offset of its first character.
        end: Offset just behind it.
    """

    scale: int
    side: Side
    first: int
    last: int
    start: int
    end: int


def _index_scales() -> dict[str, list[tuple[int, Side, tuple[str, ...]]]]:
    found: dict[str, list[tuple[int, Side, tuple[str, ...]]]] = {}
    for number, scale in enumerate(SCALES):
        sides: tuple[tuple[Side, str], ...] = (("less", scale.less), ("more", scale.more))
        for side, words in sides:
            for phrase in words.split("|"):
                parts = tuple(phrase.split())
                found.setdefault(parts[0], []).append((number, side, parts))
    return found


_BY_WORD = _index_scales()


def find_grades(clause: Clause) -> tuple[Grade, ...]:
    """Finds the words of the scales in a text; of phrases that begin alike, the longest."""
    found: list[Grade] = []
    words = clause.words
    for place, word in enumerate(words):
        longest: dict[int, tuple[Side, tuple[str, ...]]] = {}
        for scale, side, parts in _BY_WORD.get(word, ()):
            if words[place : place + len(parts)] == parts and len(parts) > len(longest.get(scale, ("less", ()))[1]):
                longest[scale] = (side, parts)
        for scale, (side, parts) in longest.items():
            # "Co-founder" is one word of two tokens: its second half is not the other side.
            if place and words[place - 1] in {"co", "not"}:
                continue
            last = place + len(parts) - 1
            found.append(Grade(scale, side, place, last, clause.tokens[place].start, clause.tokens[last].end))
    return tuple(found)


def find_opposites(cited: CitedSentence, pages: Sequence[EvidencePage]) -> Iterator[Finding]:
    """Finds words of a scale for which the pages have the other side in the same context."""
    weigh = cited.evidence.weigh
    seen: set[int] = set()
    stems = {find_stem(word) for word in cited.clause.words}
    for grade in find_grades(cited.clause):
        mine = cited.clause.context_of(grade.first, grade.last, weigh)
        best: dict[str, tuple[float, EvidencePage, Grade]] = {}
        for page in pages:
            there = read_page(page)
            for other in grades_of(there).get(grade.scale, ())[:_MOST_PLACES]:
                score = measure_context(mine, there.context_of(other.first, other.last, weigh))
                if other.side not in best or score > best[other.side][0]:
                    best[other.side] = (score, page, other)
        opposite = best.get("more" if grade.side == "less" else "less")
        same = best[grade.side][0] if grade.side in best else 0.0
        if opposite is None or grade.first in seen or (grade.side == "less" and SCALES[grade.scale].implied):
            continue
        score, page, other = opposite
        there = read_page(page)
        beside = _read_next(cited.clause, grade.last) == _read_next(there, other.last) != ""
        if score < (_LEAST_BESIDE if beside else LEAST_OPPOSITE) or same >= min(_SAME_SIDE, score):
            continue
        # The sentence says the page's word as well: "considered 94 applications and approved 26".
        if find_stem(there.words[other.first]) in stems or _has_form(there, other, cited.clause.words[grade.first]):
            continue
        if beside and any(_stands_beside(cited.clause, grade, read_page(page)) for page in pages):
            continue
        if (
            beside
            and _is_full_post(cited.clause, grade)
            and any(_has_bare_post(cited.clause, grade, page) for page in pages)
        ):
            continue
        seen.add(grade.first)
        written = there.text[other.start : other.end]
        scale = SCALES[grade.scale]
        yield cited.draft.finding(
            CHECK,
            "error" if grade.side == "more" and score >= LEAST_OPPOSITE else "warning",
            f"“{cited.sentence.text[grade.start : grade.end]}” here, but “{written}” on"
            f" {cited.draft.name_exhibit(page.exhibit_id, (page.page,))}: {scale.reason}.",
            at=cited.place(grade.start, grade.end),
            suggestion="Say what the page says.",
            evidence=[place_on_page(page, there, other.first, other.last)],
        )


def _has_form(there: Clause, other: Grade, word: str) -> bool:
    """Tells if the sentence of a page's word has a form of the letter's: "presided" beside "president"."""
    begin, end = there.sentence_of(other.first)
    root = word[:_ROOT]
    return len(root) == _ROOT and any(one.startswith(root) for one in there.words[begin:end])


def _stands_beside(clause: Clause, grade: Grade, there: Clause) -> bool:
    """Tells if a page has a word of a scale before the same word, too: "director of the Station"."""
    following, stem = _read_next(clause, grade.last), find_stem(clause.words[grade.first])
    return any(
        find_stem(there.words[one.first]) == stem and _read_next(there, one.last) == following
        for one in grades_of(there).get(grade.scale, ())[:_MOST_PLACES]
    )


def _is_full_post(clause: Clause, grade: Grade) -> bool:
    return clause.words[grade.first] == "full"


def _has_bare_post(clause: Clause, grade: Grade, page: EvidencePage) -> bool:
    """Tells if a page has a post without a grade, which is the full one: "Professor" beside "Assistant Professor"."""
    there, post = read_page(page), _read_next(clause, grade.last)
    graded = {one.last + 1 for one in grades_of(there).get(grade.scale, ())}
    return any(stem == post and place not in graded for place, stem in enumerate(there.stems))


def _read_next(clause: Clause, place: int) -> str:
    """Returns the stem of the word or number behind a place and "of the", or nothing."""
    behind = clause.words[place + 1 : place + 1 + _BEHIND]
    word = next((word for word in behind if word not in _OF_THE), "")
    return "" if word in STOP_WORDS else stem_word(word)


def grades_of(clause: Clause) -> dict[int, list[Grade]]:
    """Returns the words of the scales in a page, which is read once, by scale."""
    return clause.recall(_group_grades)


def _group_grades(clause: Clause) -> dict[int, list[Grade]]:
    by_scale: dict[int, list[Grade]] = {}
    for grade in find_grades(clause):
        by_scale.setdefault(grade.scale, []).append(grade)
    return by_scale


def place_on_page(page: EvidencePage, there: Clause, first: int, last: int) -> EvidencePlace:
    """Returns the place of some words of a page."""
    return EvidencePlace(exhibit_id=page.exhibit_id, page=page.page, quote=there.quote(first, last))
