"""The exhibits that a letter attributes a quotation to."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from workbench.case.citation import Citation
from workbench.checks.attribution import cites_of, select_pages
from workbench.checks.draft import DraftSection
from workbench.checks.evidence import EvidencePage
from workbench.checks.legal_text import NAMED_CASE
from workbench.checks.quotations.quotation_marks import QuotedText
from workbench.text.markdown import Sentence

NEXT_SENTENCE = re.compile(r"[.!?][\"'’”)\]]{0,3}\s+[\"'‘“(\[]?[A-Z]")
"""End of a sentence between a quotation and its citation."""
_BESIDE = 24
"""Characters between two citations that stand together: ``Exhibit 4, p. 2, and Exhibit 5``."""
_AUTHORITY = re.compile(
    r"\b(?:[Rr]egulations?|[Ss]tatut(?:es?|ory)|C\.?\s?F\.?\s?R\b|U\.?\s?S\.?\s?C\b|Policy\s+Manual|[Cc]ourts?|Circuit|AAO|INA"
    r"|Congress|Federal\s+Register)\b"
)


@dataclass(frozen=True)
class QuotationSource:
    """Exhibits that a quotation is attributed to.

    Attributes:
        citations: As the letter has them.
        firm: True where they stand in the sentence of the quotation or follow it; else they are inferred.
        pages: The pages cited, of whole exhibits all.
        missing: True where an exhibit of the case is not at hand.
    """

    citations: tuple[Citation, ...] = ()
    firm: bool = False
    pages: tuple[EvidencePage, ...] = ()
    missing: bool = False

    @property
    def exhibits(self) -> frozenset[str]:
        """Ids of the exhibits."""
        return frozenset(cite.exhibit_id for cite in self.citations)


def find_source(draft: DraftSection, quoted: QuotedText, until: int) -> QuotationSource:
    """Finds the exhibits that a quotation is attributed to.

    Args:
        draft: The section.
        quoted: The quotation.
        until: Offset of the next quotation, whose citation is its own.
    """
    citations, firm = _find_citations(draft, quoted, until)
    pages = select_pages(draft, citations)
    if not pages:
        # A page that does not exist is a finding of its own; the words may stand on another.
        whole = (cite._replace(pages=()) for cite in citations)
        pages = select_pages(draft, whole)
    known = {exhibit.id for exhibit in draft.case.exhibits}
    missing = any(cite.exhibit_id in known and not draft.evidence.select(cite.exhibit_id) for cite in citations)
    return QuotationSource(citations, firm, pages, missing)


def names_law(draft: DraftSection, quoted: QuotedText) -> bool:
    """Tells if the words around a quotation, or the paragraph before it, name an authority of law."""
    laws = _find_laws(draft, quoted.block)
    if quoted.block and quoted.start <= laws.text_start:
        # Nothing of the block stands before it.
        return laws.last > quoted.end or _find_laws(draft, quoted.block - 1).last > 0
    return laws.first < quoted.start or laws.last > quoted.end


class _LawPlaces(NamedTuple):
    """Places of a block: its text, the first authority of law in it, the end of the last one."""

    text_start: int
    first: float
    last: int


def _find_laws(draft: DraftSection, number: int) -> _LawPlaces:
    # Once for each block, not for each of its quotations: the time would grow with the square of the text.
    places: dict[int, _LawPlaces] = draft.__dict__.setdefault("_law_places", {})
    if number not in places:
        block = draft.blocks[number]
        text = draft.content[block.start : block.end]
        spans = [match.span() for pattern in (_AUTHORITY, NAMED_CASE) for match in pattern.finditer(text)]
        places[number] = _LawPlaces(
            block.start + len(text) - len(text.lstrip(' \t\n>"“')),
            block.start + min((start for start, _ in spans), default=math.inf),
            block.start + max((end for _, end in spans), default=-block.start),
        )
    return places[number]


def _find_citations(draft: DraftSection, quoted: QuotedText, until: int) -> tuple[tuple[Citation, ...], bool]:
    block = draft.blocks[quoted.block]
    behind = quoted.pieces[-1][1]
    following = list(draft.cited_between(behind, min(block.end, max(until, behind))))
    if following and not NEXT_SENTENCE.search(draft.content, quoted.end, following[0].start):
        return _take_group(following), True
    if quoted.kind == "block" and quoted.block + 1 < len(draft.blocks):
        below = draft.blocks[quoted.block + 1]
        found = list(draft.cited_between(below.start, min(below.end, below.start + _BESIDE)))
        if found and below.kind == "paragraph":
            return _take_group(found), True
    sentence = _sentence_at(draft, quoted.start)
    if sentence is not None and quoted.kind == "marks":
        introduced = draft.cited_between(sentence.start, quoted.start)
        if introduced:
            return introduced, True
    last = _sentence_at(draft, max(quoted.start, quoted.end - 1))
    if last is None:
        return (), False
    inferred = cites_of(draft, last)
    outside = tuple(cite for cite in inferred.citations if not quoted.start <= cite.start < behind)
    return outside, inferred.source in {"own", "next"} and bool(outside)


def _take_group(following: list[Citation]) -> tuple[Citation, ...]:
    """Returns the first citations of a list, as far as nothing stands between them."""
    group = following[:1]
    for cite in following[1:]:
        if cite.start - group[-1].end > _BESIDE:
            break
        group.append(cite)
    return tuple(group)


def _sentence_at(draft: DraftSection, offset: int) -> Sentence | None:
    at = bisect_right(draft.sentences, offset, key=lambda sentence: sentence.start) - 1
    return draft.sentences[at] if at >= 0 else None
