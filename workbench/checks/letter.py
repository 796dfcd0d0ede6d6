"""A whole letter: its sections, and the case that they argue."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from workbench.case.exhibit_numbering import ExhibitNumbering
from workbench.case.model import Case
from workbench.checks.coverage import Coverage
from workbench.checks.draft import CitationNumbering, DraftSection, DraftText
from workbench.checks.exhibit_names import name_exhibit
from workbench.checks.parts.draft_file import LETTER_SUFFIXES, DraftFile, clean_draft, read_draft
from workbench.checks.parts.exhibit_index import IndexEntry, match_exhibits, read_index
from workbench.checks.parts.letter_parts import LetterPart, split_letter
from workbench.errors import InputError, Problem

_LONGEST_PATH = 4096


@dataclass(frozen=True)
class Letter:
    """A whole letter.

    Attributes:
        name: Name of the file or run, for reports.
        text: The whole text.
        sections: In order; every character of the text is in one.
        case: The case, or None.
        index: The exhibits that the letter lists itself.
        numbers: Offset and number of each heading that has one; an empty number where headings without one begin.
        file: The file that it was read from, or None.
        coverage: Takes the counts of what was checked.
    """

    name: str
    text: str
    sections: tuple[DraftText, ...]
    case: Case | None = None
    index: tuple[IndexEntry, ...] = ()
    numbers: tuple[tuple[int, str], ...] = ()
    file: DraftFile | None = None
    coverage: Coverage = field(default_factory=Coverage, compare=False)

    @cached_property
    def numbering(self) -> CitationNumbering | None:
        """The letter's own numbering of the exhibits; None where it cites them by id."""
        return next((section.numbering for section in self.sections if section.numbering is not None), None)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Offset of each section in the text."""
        return tuple(itertools.accumulate((len(section.content) for section in self.sections[:-1]), initial=0))

    def name_exhibit(self, exhibit_id: str, pages: Collection[int] = ()) -> str:
        """Names an exhibit for a message, the letter's number first: ``Exhibit 12 (ncga-award), p. 3``."""
        return name_exhibit(self.case, exhibit_id, pages, self.numbering)

    def find_place(self, offset: int) -> str:
        """Names the place of an offset for a reader of the file: ``page 3``, ``paragraph 12``, ``line 40``."""
        if self.file is not None:
            return self.file.find_place(offset)
        return f"line {self.text.count(chr(10), 0, offset) + 1}"

    def name_place(self, section: DraftText, offset: int) -> str:
        """Names a place in a section for a message: ``page 3``, ``line 40 of 'benefit'``."""
        if self.file is not None and self.file.places:
            at = next(at for at, one in zip(self.starts, self.sections, strict=True) if one is section)
            return self.find_place(at + offset)
        line = f"line {section.first_line + section.count_lines(offset)}"
        return f"{line} of {section.section_id!r}" if section.section_id else line

    @property
    def body(self) -> tuple[DraftText, ...]:
        """The sections that are prose."""
        return tuple(section for section in self.sections if section.part == "body")


def read_letter(draft: str | Path | DraftFile, case: Case | None) -> Letter:
    """Reads a letter from a file, or from its text.

    Args:
        draft: A file of a type in :data:`workbench.checks.parts.draft_file.DRAFT_SUFFIXES`, one that is read already,
            or the text itself.
        case: The case, or None.

    Raises:
        InputError: The file cannot be read.
    """
    file = draft if isinstance(draft, DraftFile) else None
    if file is None and (path := _find_path(draft)) is not None:
        file = read_draft(path)
    name, text = (file.name, file.text) if file is not None else ("draft", clean_draft(str(draft)))
    parts = split_letter(text, file.marks if file is not None else (), _list_titles(case))
    index = tuple(
        entry
        for part in parts
        if part.part == "index"
        for entry in read_index(text, part.start, part.end, only_named=part.is_contents)
    )
    numbers = tuple(number for part in parts for number in (part.numbers or ((part.start, ""),)))
    # A letter that cites by id has its numbers set when it is rendered: one written by hand is a finding.
    contents = [text[part.start : part.end] for part in parts]
    numbering = None if "[@" in text else _number_exhibits(contents, case, index)
    return Letter(name, text, tuple(_make_sections(text, parts, case, numbering)), case, index, numbers, file)


def _list_titles(case: Case | None) -> dict[str, str]:
    """Returns the headings that the case file itself gives to sections of the letter, with the sections' ids."""
    requests = case.rfe.requests if case is not None and case.rfe is not None else ()
    opinions = case.signer.opinions if case is not None and case.signer is not None else ()
    return {one.title: one.section_id for one in requests} | {one.title: one.section_id for one in opinions}


def _find_path(draft: object) -> Path | None:
    """Returns the path that a draft is given by; None for the text itself.

    Raises:
        InputError: It is neither.
    """
    if isinstance(draft, Path):
        return draft
    if not isinstance(draft, str):
        raise InputError(Problem(f"a draft is a path or a text, and no {type(draft).__name__}", "give its path"))
    # One word is no letter. What is taken for text by mistake would pass every check.
    name = draft.rstrip().lstrip(" \t")
    if not name or "\n" in name or len(name) > _LONGEST_PATH:
        return None
    if len(name.split(maxsplit=1)) > 1 and not name.lower().endswith(LETTER_SUFFIXES):
        return None
    return Path(name).expanduser() if name.startswith("~/") else Path(name)


def _number_exhibits(contents: Sequence[str], case: Case | None, index: tuple[IndexEntry, ...]) -> ExhibitNumbering:
    if case is None:
        # What the list names is told from the rest of a range.
        return ExhibitNumbering.of_sections(None, contents, {entry.label: entry.label for entry in index})
    numbering = ExhibitNumbering.of_sections(case, contents)
    if not index:
        return numbering
    # The letter's own list helps with labels that neither the case file nor the order explains.
    matched = {
        label: exhibit_id
        for label, exhibit_id in match_exhibits(index, case).items()
        if numbering.find_exhibit(label) is None
    }
    return ExhibitNumbering.of_sections(case, contents, matched) if matched else numbering


def _make_sections(
    text: str, parts: Sequence[LetterPart], case: Case | None, numbering: ExhibitNumbering | None
) -> Iterator[DraftText]:
    others = {part.section_id: text[part.start : part.end] for part in parts if part.section_id is not None}
    listed = "\n".join(text[part.start : part.end] for part in parts if part.part in {"index", "signature"})
    line = 1
    for part in parts:
        content = text[part.start : part.end]
        if case is None:
            yield DraftText(
                part.section_id,
                content,
                title=part.title,
                part=part.part,
                numbering=numbering,
                first_line=line,
                listed=listed,
            )
        else:
            rest = {key: words for key, words in others.items() if key != part.section_id}
            yield DraftSection(
                part.section_id,
                content,
                case,
                rest,
                title=part.title,
                part=part.part,
                numbering=numbering,
                first_line=line,
                listed=listed,
            )
        line += content.count("\n")
