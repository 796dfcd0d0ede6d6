"""A letter's own list of exhibits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from workbench.case.model import Case
from workbench.case.typed_citation import expand_labels, label_key
from workbench.text.tokens import find_tokens

_ENTRY = re.compile(
    r"[ \t>*|-]{0,8}"
    r"(?P<word>(?:Exhibits?|Exhs?\.|Exs?\.|Tabs?|Attachments?|EXHIBITS?|TAB|ATTACHMENT)[ \t\xa0]{1,4}(?:No\.[ \t])?)?"
    r"(?P<label>\([ivxl]{1,7}\)(?:[.-]\d{1,3}[a-z]?)?|\d{1,3}(?:\.\d{1,3})?(?:\([a-z]\)|-?[A-Za-z](?![A-Za-z]))?"
    r"|[A-Z]{1,2}(?:[-.]?\d{1,3}[a-z]?)?|[IVX]{1,6})"
    r"(?:[ \t]{0,2}[-–][ \t]{0,2}(?P<last>\d{1,3}[a-z]?|[A-Z]))?\*{0,2}"
    r"(?P<mark>[ \t]{0,3}[:.)|–—-]{1,2}\*{0,2}[ \t\xa0]{0,8}|[ \t\xa0]{1,40})(?P<title>\S.*)"
)
_HEADER = re.compile(r"no\.?\b|exhibit\b|description\b|title\b|:?-{2,}", re.IGNORECASE)
_REFERENCE = re.compile(
    r"\(\s{0,3}(?:see\s{1,3})?(?:Sections?|Secs?\.|Parts?|§{1,2})\s{0,3}(?P<numbers>[^()]{1,200})\)", re.IGNORECASE
)
_NUMBER = re.compile(
    r"(?P<first>\d{1,2}(?:\.\d{1,2}){0,3}|[IVX]{1,5})(?:\s?[-–]\s?(?P<last>\d{1,2}(?:\.\d{1,2}){0,3}|[IVX]{1,5}))?"
)
_CELLS = re.compile(r"\s*[|\t]\s*")
_ALIKE = 0.6
_FIRST_LETTER = ord("A")
_LEAST_WORDS = 3
"""Of a title that is a part of one of the case."""
_LONGEST_TITLE = 600
_MOST_UNROLLED = 2_000
"""Exhibits of a list that stand in ranges, such as ``Exhibits 4-6``: more than any letter has."""
_PAGE_DIGITS = 3
_TITLE_LINE = 80


class IndexEntry(NamedTuple):
    """One exhibit as a letter lists it.

    Attributes:
        label: As written, without the word ``Exhibit``.
        title: What it is said to be, without the references.
        references: Numbers of the sections that are said to cite it, ranges unrolled.
        start: Offset in the letter.
        end: Offset just behind it.
    """

    label: str
    title: str
    references: tuple[str, ...]
    start: int
    end: int


def read_index(text: str, start: int, end: int, *, only_named: bool = False) -> Iterator[IndexEntry]:
    """Reads the entries of a list of exhibits.

    Args:
        text: The letter.
        start: Of the list.
        end: Just behind it.
        only_named: Whether only lines with a word such as ``Exhibit`` are entries, as in a table of contents.
    """
    entry: tuple[list[str], str, int, int] | None = None
    count, labelled, left = 0, "", _MOST_UNROLLED
    for line_start, line_end in _lines(text, start, end):
        line = text[line_start:line_end]
        match = _ENTRY.match(line)
        if only_named and (match is None or match["word"] is None):
            continue
        # In a table nothing but a blank stands behind the label.
        is_next = (
            match is not None
            and match["label"] in {str(count + 1), chr(_FIRST_LETTER + count)}
            and (not labelled or match["label"].isdigit() == labelled.isdigit())
        )
        if match and (
            is_next or match["word"] or match["mark"].strip() or "\t" in match["mark"] or line.startswith("|")
        ):
            count, labelled = count + 1, match["label"]
            if entry is not None:
                yield from _make_entries(*entry)
            labels = [match["label"]]
            if match["last"]:
                unrolled = expand_labels(match["label"], match["last"])
                # Beyond, a range is its ends: each of many lines could name a thousand exhibits.
                labels = [*unrolled] if len(unrolled) <= left else [unrolled[0], unrolled[-1]]
                left -= len(unrolled)
            entry = labels, match["title"], line_start, line_end
        elif (
            entry is not None
            and line.strip()
            and not line.strip().isdigit()  # the column of page numbers
            and not line.lstrip().startswith("#")
            and not _HEADER.match(line.strip("| "))
        ):
            labels, title, begin, behind = entry
            # The rest of a title that was too long for its line.
            gap = 1 if len(line) > _TITLE_LINE else 2  # between the cells of a table a blank line stands
            if text[behind:line_start].count("\n") <= gap and len(title) < _LONGEST_TITLE:
                entry = labels, f"{title} {line.strip()}", begin, line_end
    if entry is not None:
        yield from _make_entries(*entry)


def is_entry(line: str) -> bool:
    """Tells if a line lists an exhibit: ``Exhibit 4: Letter of Prof. C``."""
    match = _ENTRY.match(line)
    return match is not None and match["word"] is not None and bool(match["mark"].strip() or "\t" in match["mark"])


def match_exhibits(entries: tuple[IndexEntry, ...], case: Case) -> dict[str, str]:
    """Finds the exhibits of the case whose titles a letter's list gives.

    Returns:
        Label to exhibit id, where one title is much like it and no other is, or one alone has all of its words.
    """
    titles = {exhibit.id: {token.word for token in find_tokens(exhibit.title)} for exhibit in case.exhibits}
    found: dict[str, str] = {}
    for entry in entries:
        words = {token.word for token in find_tokens(entry.title)}
        scores = sorted(
            ((len(words & own) / (len(words | own) or 1), exhibit_id) for exhibit_id, own in titles.items()),
            reverse=True,
        )
        if scores and scores[0][0] >= _ALIKE and (len(scores) == 1 or scores[1][0] < scores[0][0]):
            found.setdefault(label_key(entry.label), scores[0][1])
            continue
        words = {word for word in words if not word.isdigit() or len(word) > _PAGE_DIGITS}
        whole = [exhibit_id for exhibit_id, own in titles.items() if words <= own]
        if len(words) >= _LEAST_WORDS and len(whole) == 1:
            found.setdefault(label_key(entry.label), whole[0])
    return found


def expand_references(numbers: str) -> tuple[str, ...]:
    """Unrolls ``1.2, 1.5-1.7, and 3`` into the numbers of sections."""
    found: list[str] = []
    for match in _NUMBER.finditer(numbers):
        found += expand_labels(match["first"], match["last"]) if match["last"] else (match["first"],)
    return tuple(found)


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        yield start, stop
        start = stop + 1


def _make_entries(labels: list[str], title: str, start: int, end: int) -> Iterator[IndexEntry]:
    references = tuple(number for match in _REFERENCE.finditer(title) for number in expand_references(match["numbers"]))
    first = next((cell for cell in _CELLS.split(_REFERENCE.sub("", title).strip(" |*\t")) if cell), "")
    for label in labels:
        yield IndexEntry(label, " ".join(first.split()), references, start, end)
