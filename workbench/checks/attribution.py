"""The exhibits that a sentence rests on.

In legal writing a citation covers the sentences since the one before it. A list inherits the citation of the sentence
that introduces it, or the one that closes it, and a heading may name the exhibit of what stands below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Literal, NamedTuple, cast

from workbench.case.citation import Citation
from workbench.checks.draft import DraftSection, DraftText
from workbench.checks.evidence import EvidencePage
from workbench.text.markdown import DraftBlock, Sentence

Source = Literal["own", "next", "lead-in", "before", "beside", "heading", "none"]
"""Place of the citation: in the sentence, in the next that has one, in the sentence that introduces a list, in the one
before, in the block beside a quotation, in the heading, or nowhere."""

_MOST_IN_GROUP = 200
_GROUP_REACH = 1000
"""Characters in which the citations of one group stand."""
_BEHIND = 24
_SIGNAL = re.compile(r"\s{0,4}[(\[]?(?:[Pp]lease )?(?:[Ss]ee(?: also)?,?(?: e\.g\.,?)?)?\s{0,2}")
"""Words that may stand between a sentence and its citation."""
_JOINT = re.compile(r"[\s,;&.]{0,4}(?:and|see also|see)?[\s,]{0,3}", re.IGNORECASE)
"""Words that may stand between two citations of one group."""
_ASIDE = 32
"""Characters beside its citation of a paragraph that says nothing itself: ``(See Exhibit 4.)``."""
_IN_PARENTHESES = re.compile(r"\s{0,4}\((?:[^()]|\([^()]{0,80}\)){1,400}\)[.\s]{0,4}")
"""A paragraph that is one pair of parentheses."""


class SentenceCites(NamedTuple):
    """Citations that a sentence rests on.

    Attributes:
        citations: As the draft has them.
        source: Their place.
    """

    citations: tuple[Citation, ...]
    source: Source


def cites_of(draft: DraftText, sentence: Sentence) -> SentenceCites:
    """Finds the citations that a sentence rests on.

    Args:
        draft: The section.
        sentence: One of its sentences.
    """
    block = draft.blocks[sentence.block]
    for source, (start, end) in _places(draft, sentence, block):
        # Each sentence of a long text asks: what is far away is left aside.
        most = None if source == "own" else -_MOST_IN_GROUP if source == "before" else _MOST_IN_GROUP
        found = draft.cited_between(start, end, most)
        if found:
            # Of those that follow, the first group only: the next belongs to other sentences.
            if source == "next":
                found = _first_group(draft, found)
            if source == "before":
                found = tuple(cite for cite in found if cite.start == found[-1].start)
            return SentenceCites(found, source)
    return SentenceCites((), "none")


def _first_group(draft: DraftText, found: tuple[Citation, ...]) -> tuple[Citation, ...]:
    """Returns the first citation and those that follow it directly: ``Ex. 1 at 1; Ex. 2 at 1``."""
    group = [found[0]]
    for cite in found[1:_MOST_IN_GROUP]:
        if cite.start > group[-1].start and not _JOINT.fullmatch(draft.content, group[-1].end, cite.start):
            break
        group.append(cite)
    return tuple(group)


def cited_pages(draft: DraftSection, sentence: Sentence) -> tuple[EvidencePage, ...]:
    """Returns the exhibit pages that a sentence rests on, in the order of its citations."""
    return select_pages(draft, cites_of(draft, sentence).citations)


def select_pages(draft: DraftSection, citations: Iterable[Citation]) -> tuple[EvidencePage, ...]:
    """Returns the pages of some citations, each once: those named, or the whole exhibit."""
    # A letter may cite one page a thousand times in a sentence.
    cited = dict.fromkeys((cite.exhibit_id, cite.pages) for cite in citations)
    found = (page for exhibit_id, pages in cited for page in draft.evidence.select(exhibit_id, pages))
    return tuple(dict.fromkeys(found))


def _places(draft: DraftText, sentence: Sentence, block: DraftBlock) -> Iterator[tuple[Source, tuple[int, int]]]:
    """Yields the places where a sentence's citation is sought, the nearest first."""
    yield "own", (sentence.start, sentence.end)
    if block.kind == "heading":
        return
    # A citation right behind the full stop is the sentence's own: "She won. (Exhibit 4, p. 2.)", "She won. Ex. 4 at 2."
    behind = draft.cited_between(sentence.end, min(sentence.end + _BEHIND, block.end), 1)
    if behind and _SIGNAL.fullmatch(draft.content, sentence.end, behind[0].start):
        reach = min(block.end, behind[0].start + _GROUP_REACH)
        yield "own", (sentence.end, _first_group(draft, draft.cited_between(sentence.end, reach))[-1].start + 1)
    yield "next", (sentence.end, block.end)
    if block.kind == "item":
        yield from _places_of_list(draft, sentence.block)
    if block.kind == "row":
        yield from _places_of_table(draft, sentence.block)
    yield "before", (block.start, sentence.start)
    yield from _places_beside(draft, sentence.block)
    above = _map_blocks(draft).headings[sentence.block]
    if above is not None:
        yield "heading", (draft.blocks[above].start, draft.blocks[above].end)


class _BlockMap(NamedTuple):
    """Places of a section's blocks among each other.

    Attributes:
        headings: For each block the heading above it, or None.
        lists: For each block the first and the last of the run of items that it is in.
    """

    headings: list[int | None]
    lists: list[tuple[int, int]]


def _map_blocks(draft: DraftText) -> _BlockMap:
    """Maps a section's blocks once: looking for the heading from each sentence takes quadratic time."""
    found = draft.__dict__.get("_block_map")
    if found is None:
        heading: int | None = None
        headings: list[int | None] = []
        lists: list[tuple[int, int]] = []
        for kind, run in groupby(enumerate(draft.blocks), key=lambda each: each[1].kind):
            places = [place for place, _ in run]
            for place in places:
                headings.append(heading)
                heading = place if kind == "heading" else heading
            lists += [(places[0], places[-1])] * len(places)
        found = draft.__dict__["_block_map"] = _BlockMap(headings, lists)
    return cast("_BlockMap", found)


def _places_of_list(draft: DraftText, index: int) -> Iterator[tuple[Source, tuple[int, int]]]:
    first, last = _map_blocks(draft).lists[index]
    if first and draft.blocks[first - 1].kind == "paragraph":
        yield "lead-in", (draft.blocks[first - 1].start, draft.blocks[first - 1].end)
    yield "next", (draft.blocks[last].start, draft.blocks[last].end)
    if last + 1 < len(draft.blocks) and _is_aside(draft, last + 1):
        yield "next", (draft.blocks[last + 1].start, draft.blocks[last + 1].end)


def _places_of_table(draft: DraftText, index: int) -> Iterator[tuple[Source, tuple[int, int]]]:
    """Yields the heads of a table's columns, the paragraph before it, and a line of sources behind it."""
    first, last = _map_blocks(draft).lists[index]
    for place in (first - 1, first - 2, last + 1):
        if 0 <= place < len(draft.blocks):
            near = draft.blocks[place]
            if near.kind in {"columns", "paragraph"} and (place < first or _is_aside(draft, place)):
                yield "beside", (near.start, near.end)


def _places_beside(draft: DraftText, index: int) -> Iterator[tuple[Source, tuple[int, int]]]:
    near = [place for place in (index + 1, index - 1) if 0 <= place < len(draft.blocks)]
    for place in near:
        beside = draft.blocks[place]
        if draft.blocks[index].kind == "quote" and beside.kind == "paragraph":
            yield "beside", (beside.start, beside.end)
        elif place > index and _is_aside(draft, place):
            yield "next", (beside.start, beside.end)


def _is_aside(draft: DraftText, index: int) -> bool:
    """Tells if a paragraph is a citation and hardly anything else."""
    block = draft.blocks[index]
    found = draft.cited_between(block.start, block.end)
    if block.kind != "paragraph" or not found:
        return False
    text = draft.text_of(block)
    # "(Exhibit 29, a description of the conference.)": parentheses that open with the citation say what it is.
    if _IN_PARENTHESES.fullmatch(text) and _SIGNAL.fullmatch(draft.content, block.start, found[0].start):
        return True
    cited = sum(end - start for start, end in {(cite.start, cite.end) for cite in found})
    return len(text) - cited <= _ASIDE and text.lstrip()[:1] in {"(", "[", "S", "E"}
