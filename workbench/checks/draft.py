"""Input of a check: one section of a letter, alone or beside its case."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Literal, Protocol, Self

from workbench.case.citation import Citation, MalformedCitation, find_citations
from workbench.case.criteria import CRITERIA, Criterion
from workbench.case.model import Case, Claim
from workbench.case.typed_citation import TypedCitation
from workbench.checks.coverage import Coverage
from workbench.checks.earlier_text import EarlierText
from workbench.checks.evidence import Evidence
from workbench.checks.exhibit_names import LabelledExhibits, name_exhibit
from workbench.checks.finding import QUOTE_LIMIT, EvidencePlace, Finding, Severity
from workbench.text.bounded_cache import BoundedCache
from workbench.text.folding import FoldedText, fold_text
from workbench.text.markdown import (
    DraftBlock,
    DraftNotes,
    Sentence,
    find_blocks,
    find_draft_sentences,
    find_notes,
)
from workbench.text.text_cache import cache_by_text

_MANY_PAGES = 100
"""Of one citation: more than a letter cites one by one."""
Part = Literal["body", "index", "address", "signature"]
"""Part of a letter that a section is: prose, or lines that claim nothing."""


class CitationNumbering(LabelledExhibits, Protocol):
    """A letter's own way to cite exhibits, such as ``Exhibit 12 at 3``."""

    def find_citations(self, text: str) -> Iterable[Citation]:
        """Finds the exhibits that a text cites, in order."""
        ...

    def find_unlabelled(self, text: str) -> Iterable[TypedCitation]:
        """Finds tabs, attachments, appendices and annexes of which a label names no exhibit."""
        ...

    def find_pages_beyond(self, text: str) -> Iterable[tuple[str, int, int, tuple[int, int]]]:
        """Finds pages that a part of a bundle does not have: its label, the page, its number of pages, the place."""
        ...


@dataclass(frozen=True)
class DraftText:
    """One section of a letter, which may have no case beside it.

    Attributes:
        section_id: Id of the section, or None where its heading names none of ours.
        content: Its Markdown.
        title: Its heading in the letter, without markers.
        part: Checks of prose pass over an index, an address or a signature.
        numbering: For letters that number their exhibits themselves; None: exhibits are cited by id only.
        first_line: Line of the file on which it begins, from 1.
        listed: The letter's own list of exhibits and its signature, which name persons and works.
        coverage: Takes the counts of what was checked.
    """

    section_id: str | None
    content: str
    title: str = field(default="", kw_only=True)
    part: Part = field(default="body", kw_only=True)
    numbering: CitationNumbering | None = field(default=None, kw_only=True)
    first_line: int = field(default=1, kw_only=True)
    listed: str = field(default="", kw_only=True)
    coverage: Coverage = field(default_factory=Coverage, kw_only=True, compare=False)

    # A cached property works on a frozen dataclass, since it writes to the instance's __dict__ past __setattr__.
    @cached_property
    def blocks(self) -> tuple[DraftBlock, ...]:
        """The blocks, in order."""
        return _find_blocks(self.content)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences, in order, headings included."""
        return _find_sentences(self.content, self.blocks)

    @cached_property
    def tables(self) -> tuple[int | None, ...]:
        """By block the number of the table that it is a row of, or None."""
        heads = itertools.accumulate(block.kind == "columns" for block in self.blocks)
        return tuple(number if block.kind == "row" else None for number, block in zip(heads, self.blocks, strict=True))

    @cached_property
    def citations(self) -> tuple[Citation | MalformedCitation, ...]:
        """The citations, in order."""
        found: list[Citation | MalformedCitation] = list(find_citations(self.content))
        if self.numbering is not None:
            found = sorted([*found, *self.numbering.find_citations(self.content)], key=_start)
        return tuple(found)

    @cached_property
    def _citation_starts(self) -> list[int]:
        # Ascending, for has_citation bisects them.
        return [found.start for found in self._readable]

    def cited_between(self, start: int, end: int, most: int | None = None) -> tuple[Citation, ...]:
        """Returns the readable citations that begin between two offsets; those of a note begin at its mark, too.

        Args:
            start: First offset.
            end: Offset behind the last.
            most: At most so many, the first; of a negative number the last; None: all.
        """
        first, last = bisect_left(self._citation_starts, start), bisect_left(self._citation_starts, end)
        if most is not None:
            first, last = (first, min(last, first + most)) if most > 0 else (max(first, last + most), last)
        return self._readable[first:last]

    @cached_property
    def _readable(self) -> tuple[Citation, ...]:
        # A citation that cannot be read supports nothing.
        readable = [found for found in self.citations if isinstance(found, Citation)]
        notes = self.notes.texts
        moved = [
            found._replace(start=mark.start(), end=mark.end())
            for name, mark in self.notes.marks.items()
            for found in readable
            if name in notes and self.blocks[notes[name]].start <= found.start < self.blocks[notes[name]].end
        ]
        return tuple(sorted([*readable, *moved], key=_start))

    @cached_property
    def notes(self) -> DraftNotes:
        """The marks and texts of notes."""
        return find_notes(self.content, self.blocks)

    def fold(self) -> tuple[Self, FoldedText]:
        """Returns the section in one spelling, and the places of the original."""
        folded = FoldedText(self.content)
        section = replace(self, content=folded.text)
        # Reading the same Markdown again takes longer than any check: its blocks only move.
        section.__dict__["blocks"] = tuple(
            DraftBlock(block.kind, *folded.find_folded(block.start, block.end)) for block in self.blocks
        )
        return section, folded

    @cached_property
    def _block_starts(self) -> list[int]:
        return [block.start for block in self.blocks]

    @cached_property
    def _line_ends(self) -> list[int]:
        return [match.start() for match in re.finditer("\n", self.content)]

    def line_start(self, number: int) -> int | None:
        """Returns the offset of a line, counted from 0; None beyond the last."""
        if number == 0:
            return 0
        return self._line_ends[number - 1] + 1 if number <= len(self._line_ends) else None

    def count_lines(self, offset: int) -> int:
        """Counts the line feeds before an offset."""
        return bisect_left(self._line_ends, offset)

    @cached_property
    def _block_texts(self) -> dict[DraftBlock, str]:
        # Each sentence asks for its block: a new text each time would fill the memory with long paragraphs.
        return {}

    def text_of(self, block: DraftBlock) -> str:
        """Returns a block's text, verbatim."""
        text = self._block_texts.get(block)
        return text if text is not None else self._block_texts.setdefault(block, self.content[block.start : block.end])

    def block_at(self, offset: int) -> int | None:
        """Finds the block that holds an offset.

        The answer is its index, or None between blocks.
        """
        index = bisect_right(self._block_starts, offset) - 1
        return index if index >= 0 and offset < self.blocks[index].end else None

    def has_citation(self, start: int, end: int) -> bool:
        """Tell if a readable citation begins between two offsets."""
        place = bisect_left(self._citation_starts, start)
        return place < len(self._citation_starts) and self._citation_starts[place] < end

    def name_exhibit(self, exhibit_id: str, pages: Collection[int] = ()) -> str:
        """Names an exhibit for a message, the letter's number first: ``Exhibit 12 (ncga-award), p. 3``."""
        return name_exhibit(None, exhibit_id, pages, self.numbering)

    def finding(
        self,
        check: str,
        severity: Severity,
        message: str,
        *,
        at: tuple[int, int] | None = None,
        suggestion: str | None = None,
        evidence: Iterable[EvidencePlace] = (),
    ) -> Finding:
        """Makes a finding of this section.

        Args:
            check: Id of the check.
            severity: How bad.
            message: One sentence for the attorney.
            at: Start and end of the words at issue, or None for the section as a whole.
            suggestion: What would mend it.
            evidence: Words of the exhibits that it rests on.
        """
        line = quote = None
        if at is not None:
            line = self.count_lines(at[0]) + self.first_line
            quote = self.content[at[0] : at[1]]
            # Cut without an ellipsis: a quote holds words of the draft and nothing else.
            quote = quote if len(quote) <= QUOTE_LIMIT else quote[:QUOTE_LIMIT]
        return Finding(
            check=check,
            severity=severity,
            message=message,
            section_id=self.section_id,
            line=line,
            quote=quote,
            suggestion=suggestion,
            evidence=tuple(evidence),
        )


@dataclass(frozen=True)
class DraftSection(DraftText):
    """One section of a letter and everything the checks compare it with.

    Attributes:
        case: The case.
        others: The other finished sections, by id.
        earlier: The texts that this one was revised from, oldest first.
    """

    case: Case
    others: Mapping[str, str] = field(default_factory=dict)
    earlier: tuple[EarlierText, ...] = ()

    def name_exhibit(self, exhibit_id: str, pages: Collection[int] = ()) -> str:
        """Names an exhibit as above, with its id in the case."""
        return name_exhibit(self.case, exhibit_id, pages, self.numbering)

    @cached_property
    def citations(self) -> tuple[Citation | MalformedCitation, ...]:
        """The citations, in order; of many pages those that the exhibit has, and the first that it has not."""
        return tuple(self._limit_pages(found) for found in super().citations)

    def _limit_pages(self, found: Citation | MalformedCitation) -> Citation | MalformedCitation:
        if not isinstance(found, Citation) or len(found.pages) < _MANY_PAGES:
            return found
        # "pp. 1-9999" a thousand times over would be ten million pages to look at.
        document = self.case.documents.get(found.exhibit_id)
        return found._replace(pages=_limit_pages(found.pages, len(document.pages) if document is not None else 0))

    @property
    def criterion(self) -> Criterion | None:
        """The criterion that the section argues, or None."""
        return CRITERIA.get(self.section_id or "")

    @property
    def paragraph(self) -> str | None:
        """The criterion's paragraph, such as ``(h)(3)(i)``, or None."""
        return self.criterion.paragraph if self.criterion else None

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims of the case under this section's criterion."""
        return tuple(claim for claim in self.case.claims if claim.criterion == self.section_id)

    @cached_property
    def evidence(self) -> Evidence:
        """The pages of the case's exhibits."""
        return Evidence.of(self.case)

    def is_known(self, words: str) -> bool:
        """Tells if whole words stand anywhere in the case.

        None of them is a misspelling of ours.
        """
        return _holds(self._record, words) or _holds(self._file_text, words)

    def is_on_record(self, words: str) -> bool:
        """Tells if whole words stand in an exhibit, or are a name that the case file gives."""
        return _holds(self._record, words)

    def is_in_file(self, words: str) -> bool:
        """Tells if whole words stand in the facts and titles of the case file."""
        return _holds(self._file_text, words)

    @cached_property
    def _record(self) -> str:
        case = self.case
        parts = [page for document in case.documents.values() for page in document.pages]
        parts += [exhibit.author or "" for exhibit in case.exhibits]
        parts += [case.petitioner.name, case.counsel.name if case.counsel else ""]
        return "\n".join(map(_lower, parts))

    @cached_property
    def _file_text(self) -> str:
        # The attorney's own words, in which a name may be misspelt as well.
        parts = [fact.text for fact in self.case.facts()]
        parts += [f"{exhibit.title} {exhibit.source}" for exhibit in self.case.exhibits]
        parts += [item.title for claim in self.case.claims for item in claim.items]
        return "\n".join(map(_lower, [*parts, self.case.title]))


@lru_cache(maxsize=64)
def _limit_pages(pages: tuple[int, ...], last: int) -> tuple[int, ...]:
    beyond = [page for page in pages if not 1 <= page <= last]
    return tuple(page for page in pages if 1 <= page <= last or page == beyond[0])


@cache_by_text(512, longest=100_000)  # an edit changes one section
def _find_blocks(content: str) -> tuple[DraftBlock, ...]:
    return tuple(find_blocks(content))


def _find_sentences(content: str, blocks: tuple[DraftBlock, ...]) -> tuple[Sentence, ...]:
    # Blocks that were folded belong to another text than those of the Markdown.
    key = (content, blocks)
    known = _sentences.get(key)
    return known if known is not None else _sentences.add(key, tuple(find_draft_sentences(content, blocks)))


_sentences: BoundedCache[tuple[Sentence, ...]] = BoundedCache(512)


def _start(found: Citation | MalformedCitation) -> int:
    return found.start


@lru_cache(maxsize=4096)  # the pages of a case are the same for each of its sections
def _lower(text: str) -> str:
    return fold_text(text).lower()


def _holds(text: str, words: str) -> bool:
    words = _lower(words)
    if words not in text:  # most are not, and a plain search is a hundred times faster
        return False
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None
