"""Support of a sentence by passages: a verdict, a score and the reason, from words alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from workbench.checks.evidence import EvidencePage
from workbench.checks.finding import EvidencePlace
from workbench.checks.report import Verdict
from workbench.checks.support.support_features import (
    ComparedText,
    SupportFeatures,
    choose_passages,
    find_opposite,
    measure_support,
)
from workbench.checks.support.support_model import read_model
from workbench.checks.support.support_pages import PageSentences, read_page

_PAGES = 3
"""Pages whose sentences are compared one by one: those that carry most of the sentence."""
_ALIGNED = 0.6
"""Share of a sentence that a passage must carry before a number in it can contradict the sentence's."""
_STRONGLY_ALIGNED = 0.75
"""The same before a negation or an opposite can: they may belong to another part of the passage."""
_SPARE_WORDS = 3


@dataclass(frozen=True)
class Support:
    """Support of one sentence by some passages.

    Attributes:
        verdict: ``supported``, ``partly``, ``not found`` or ``contradicted``.
        score: From 0 to 1.
        features: The measures behind it.
        best: Indices of the passages that carry it, the best first; at most three.
        why: The reason, in words.
    """

    verdict: Verdict
    score: float
    features: SupportFeatures = field(default_factory=SupportFeatures)
    best: tuple[int, ...] = ()
    why: str = ""


def score_support(claim: str, passages: Sequence[str]) -> Support:
    """Scores how well passages carry a sentence; pure, and no proof of anything.

    Args:
        claim: The sentence, without citations.
        passages: Passages of one to three sentences each.

    Examples:
        >>> found = score_support("She won a Wolf Prize in 1978.", ["In 1978 she won the Wolf Prize in Physics."])
        >>> found.verdict, found.best
        ('supported', (0,))
        >>> score_support("She won the Wolf Prize in 1987.", ["She won the Wolf Prize in 1978."]).verdict
        'contradicted'
    """
    return _score(ComparedText(claim), [ComparedText(passage) for passage in passages])


def score_on_pages(claim: str, pages: Sequence[EvidencePage]) -> tuple[Support, EvidencePlace | None]:
    """Scores how well pages carry a sentence, and names the passage that carries it best.

    Args:
        claim: The sentence, without citations.
        pages: All pages on which it may be carried.
    """
    found = compare_pages(ComparedText(claim), pages)
    return found.support, found.place


class PageSupport(NamedTuple):
    """A sentence's support by some pages; the place is the passage's, None where nothing carries it."""

    support: Support
    place: EvidencePlace | None


NO_SUPPORT = PageSupport(Support("not found", 0.0, why="no page has its words"), None)


def compare_pages(claim: ComparedText, pages: Sequence[EvidencePage]) -> PageSupport:
    """Scores how well pages carry a sentence, by the sentences of those that carry most of it."""
    if not pages:
        return NO_SUPPORT
    read = [read_page(page) for page in pages]
    found = frozenset(stem for stem in claim.present if any(stem in page.present for page in read))
    if len(read) > _PAGES:
        weights = claim.weights
        read.sort(key=lambda page: -sum(weight for stem, weight in weights.items() if stem in page.present))
        read = read[:_PAGES]
    passages = [(page, number) for page in read for number in range(len(page.sentences))]
    result = _score(claim, [page.sentences[number] for page, number in passages], found)
    if not result.best:
        return NO_SUPPORT
    chosen = [passages[number] for number in result.best]
    return PageSupport(result, _place_of(chosen))


def _place_of(chosen: Sequence[tuple[PageSentences, int]]) -> EvidencePlace:
    """Returns the best passage, with its neighbours where they carry the sentence too: at most three sentences."""
    page, first = chosen[0]
    last = first
    for other, number in chosen[1:]:
        if other is page and max(last, number) - min(first, number) < _PAGES:
            first, last = min(first, number), max(last, number)
    return page.place(first, last)


def _score(claim: ComparedText, passages: Sequence[ComparedText], found: frozenset[str] | None = None) -> Support:
    best = choose_passages(claim, passages)
    if not best:
        return NO_SUPPORT.support
    texts = [passages[number] for number in best]
    features = measure_support(claim, texts, found)
    model = read_model()
    score = model.estimate(features)
    present = frozenset().union(*(text.present for text in texts)) if found is None else found
    if other := _find_contradiction(claim, texts, present, features):
        return Support("contradicted", score, features, tuple(best), other)
    if score >= model.supported_from:
        verdict: Verdict = "supported"
    else:
        verdict = "not found" if score < model.not_found_below else "partly"
    return Support(verdict, score, features, tuple(best), _explain(claim, present, features))


def _explain(claim: ComparedText, present: frozenset[str], features: SupportFeatures) -> str:
    absent = [
        claim.text[token.start : token.end]
        for token, stem in zip(claim.tokens, claim.stems, strict=True)
        if stem not in present and (stem in claim.numbers or stem in claim.names)
    ]
    why = f"{features.three:.0%} of its weight stands in the passage"
    if absent:
        why += f"; not there: {', '.join(dict.fromkeys(absent[:6]))}"
    return why


def _find_contradiction(
    claim: ComparedText, texts: Sequence[ComparedText], present: frozenset[str], features: SupportFeatures
) -> str:
    """Returns the words in which the best passage says otherwise, or nothing.

    Only an aligned passage can contradict: most of the sentence stands in it.
    """
    best = texts[0]
    if features.best < _ALIGNED:
        return ""
    if found := _find_other_number(claim, best, present):
        return f"the sentence has {found[0]}, the passage {found[1]}"
    if features.best >= _STRONGLY_ALIGNED:
        if opposite := find_opposite(claim, [best], best.present):
            return f"the sentence has “{opposite[0]}”, the passage the opposite"
        if claim.is_negated != best.is_negated and _is_one_statement(claim, best):
            return "one of the two is negated"
    return ""


def _is_one_statement(claim: ComparedText, passage: ComparedText) -> bool:
    """Tells if two sentences differ in hardly more than a negation."""
    longer, shorter = max(len(claim.content), len(passage.content)), min(len(claim.content), len(passage.content))
    return longer <= shorter + _SPARE_WORDS and len(claim.present & passage.present) >= _ALIGNED * longer


def _find_other_number(claim: ComparedText, passage: ComparedText, present: frozenset[str]) -> tuple[str, str] | None:
    """Finds a number that stands nowhere, where the passage has another one between the same neighbours."""
    around: dict[tuple[str, str], str] = {}
    for number, before, behind in _numbers_in(passage):
        if number not in claim.present:
            around.setdefault((before, behind), number)
            around.setdefault((before, ""), number)
            around.setdefault(("", behind), number)
    for number, before, behind in _numbers_in(claim):
        if number in present:
            continue
        for neighbours in ((before, behind), ("", behind), (before, "")):
            # Another number beside it says nothing of what it counts: "1.2, 1.7, 2.2".
            if neighbours in around and not all(not stem or stem[0].isdigit() for stem in neighbours):
                return number, around[neighbours]
    return None


def _numbers_in(text: ComparedText) -> Iterator[tuple[str, str, str]]:
    """Yields each number with the content words before and behind it; a number beside a number is part of a date."""
    content = text.content
    for place, stem in enumerate(content):
        if stem[0].isdigit():
            before = content[place - 1] if place else ""
            behind = content[place + 1] if place + 1 < len(content) else ""
            yield stem, before, behind
