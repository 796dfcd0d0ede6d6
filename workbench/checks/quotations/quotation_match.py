"""Location of a quotation on the exhibits' pages, and the words in which it differs from them."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from workbench.checks.evidence import Evidence, EvidencePage, EvidencePassage
from workbench.checks.quotations.page_run import PageRun
from workbench.checks.quotations.quotation_parts import QuotationWords, read_quotation
from workbench.checks.quotations.quotation_words import LocatedWords, WordChange, locate_words

Verdict = Literal["verbatim", "altered", "other page", "other exhibit", "absent", "unreadable"]

ALTERED_SHARE = 0.6
"""Share of a quotation's words that a passage carries in order, from which it is that passage, altered. See
docs/evaluation.md, "Quotations"."""
_CANDIDATES = 4
_RARE_WORDS = 10
"""Words by which candidate pages are sought: the commoner ones tell pages apart no better, and cost the most."""
_CERTAIN = 0.9
"""Share from which an altered quotation is told even where a cited page cannot be read."""
_MOST_JOINED = 3
_SPLICE = 4
"""Words in a row that another place must have for the quotation to be stitched together."""


@dataclass(frozen=True)
class QuotationMatch:
    """The place of a quotation.

    Attributes:
        verdict: ``verbatim`` on a cited page, or on any where none is cited; ``other page`` and ``other exhibit``:
            verbatim, and not where the letter says.
        passages: Where it stands, one for each page that it runs over; the nearest passage of an altered one.
        differences: Words that differ, in order.
        score: Share of its words that the passages carry, in order, from 0 to 1.
        recognized: True where the page's text was recognised and may be wrong itself.
    """

    verdict: Verdict
    passages: tuple[EvidencePassage, ...] = ()
    differences: tuple[WordChange, ...] = ()
    score: float = 0.0
    recognized: bool = False

    @property
    def page(self) -> EvidencePage | None:
        """The page on which it begins."""
        return self.passages[0].page if self.passages else None

    @property
    def first(self) -> int:
        """Index of its first word among the page's words, or -1."""
        return self.passages[0].first if self.passages else -1

    @property
    def last(self) -> int:
        """Index of its last word on the page where it begins, or -1."""
        return self.passages[0].last if self.passages else -1


def locate_quotation(
    text: str, cited: Sequence[EvidencePage], evidence: Evidence, *, least: float = ALTERED_SHARE
) -> QuotationMatch:
    """Locates a quotation: on the cited pages, else in the cited exhibits, else in any.

    Args:
        text: Its words, without the outer marks.
        cited: Pages that the letter cites for it; of whole exhibits all pages; none where nothing is cited.
        evidence: Every page of the case.
        least: Share of its words that an altered quotation has in common with its passage.
    """
    quotation = read_quotation(text)
    if not quotation.size:
        return QuotationMatch("absent")
    scopes: list[dict[tuple[str, int], PageRun]] = []
    for verdict, pages in _scopes(cited, evidence):
        scopes.append(_find_runs(quotation, pages, evidence))
        exact = _find_exact(quotation, scopes[-1], evidence, pages)
        if exact is not None:
            return QuotationMatch(verdict, exact.passages, score=1.0, recognized=exact.run.recognized)
    found: list[LocatedWords] = []
    seen: set[tuple[str, int]] = set()
    for runs in scopes:
        fresh = [run for key, run in runs.items() if key not in seen]
        seen.update(runs)
        found += filter(None, (locate_words(quotation, run, exact=False) for run in fresh))
        # What is so near is not sought elsewhere: word by word it stands nowhere.
        if any(located.score >= _CERTAIN for located in found):
            break
    exhibits = {page.exhibit_id for page in cited}
    unread = any(not page.readable for page in cited)
    if not found:
        return QuotationMatch("unreadable" if unread else "absent")
    best = max(found, key=lambda each: (round(each.score, 1), each.run.exhibit_id in exhibits, each.score))
    if not best.changes:  # but for a word that a line's end, a footnote or a page's end divides
        verdict = _verdict_at(best.passages, cited)
        return QuotationMatch(verdict, best.passages, score=1.0, recognized=best.run.recognized)
    best = _find_joined(best, evidence)
    nearest: Verdict = "altered" if best.score >= least else "absent"
    # What is missing may stand on the page that cannot be read.
    if best.runs_off or (unread and best.score < _CERTAIN):
        nearest = "unreadable"
    return QuotationMatch(nearest, best.passages, tuple(best.changes), best.score, recognized=best.run.recognized)


def _scopes(
    cited: Sequence[EvidencePage], evidence: Evidence
) -> Iterator[tuple[Verdict, Collection[EvidencePage] | None]]:
    if cited:
        yield "verbatim", dict.fromkeys(cited)
        whole = {page for exhibit_id in {page.exhibit_id for page in cited} for page in evidence.select(exhibit_id)}
        if len(whole) > len(set(cited)):
            yield "other page", whole
    yield "other exhibit" if cited else "verbatim", None


def _verdict_at(passages: Sequence[EvidencePassage], cited: Sequence[EvidencePage]) -> Verdict:
    if not cited or any(passage.page in cited for passage in passages):
        return "verbatim"
    return "other page" if any(page.exhibit_id == passages[0].page.exhibit_id for page in cited) else "other exhibit"


def _find_runs(
    quotation: QuotationWords, pages: Collection[EvidencePage] | None, evidence: Evidence
) -> dict[tuple[str, int], PageRun]:
    """Finds the pages that hold the rarest words of a quotation's longest part, by exhibit and first page."""
    if pages is not None and len(pages) < _CANDIDATES:
        near = [page for page in pages if page.readable]
    else:
        near = _find_pages(quotation, pages, evidence)
    runs: dict[tuple[str, int], PageRun] = {}
    for page in near:
        run = PageRun(evidence, page)
        runs.setdefault((run.exhibit_id, run.pages[0].page), run)
    return runs


def _find_pages(
    quotation: QuotationWords, pages: Collection[EvidencePage] | None, evidence: Evidence
) -> list[EvidencePage]:
    longest = max(quotation.parts, key=lambda part: len(part.tokens))
    # A word that no page has would be the rarest, and find nothing.
    absent = evidence.weigh("")
    weights = {word: weight for word in set(longest.words) if (weight := evidence.weigh(word)) < absent}
    rare = heapq.nlargest(_RARE_WORDS, weights, key=weights.__getitem__)
    passages = evidence.find_passages(rare, pages, limit=_CANDIDATES)
    return [passage.page for passage in passages if passage.page.readable]


def _find_exact(
    quotation: QuotationWords,
    runs: dict[tuple[str, int], PageRun],
    evidence: Evidence,
    pages: Collection[EvidencePage] | None = None,
) -> LocatedWords | None:
    for run in runs.values():
        # A header may be what is quoted.
        for each in (run, PageRun(evidence, run.pages[0], whole=True)) if run.trimmed else (run,):
            located = locate_words(quotation, each, exact=True)
            # A run goes on to neighbouring pages: one that stands there only leaves the other citations to be tried.
            if located is not None and (pages is None or any(part.page in pages for part in located.passages)):
                return located
    return None


def _find_joined(located: LocatedWords, evidence: Evidence) -> LocatedWords:
    """Finds the other places of a quotation that was stitched together."""
    changes = list(located.changes)
    matched = located.matched
    for number, change in enumerate(changes[:_MOST_JOINED]):
        quotation = read_quotation(change.letter)
        if change.kind != "changed" or quotation.size < _SPLICE:
            continue
        for pages in ({*evidence.select(located.run.exhibit_id)}, None):
            other = _find_exact(quotation, _find_runs(quotation, pages, evidence), evidence)
            if other is not None:
                changes[number] = replace(change, kind="joined", place=other.passages[0])
                matched += quotation.size - change.matched
                break
    return replace(located, changes=changes, matched=matched)
