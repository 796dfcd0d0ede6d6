"""Bundles: one file that holds several documents, and its page ranges."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from workbench.case.model import read_span
from workbench.errors import InputError, Problem
from workbench.intake.document_details import Bookmark

_COUNTED = re.compile(
    r"(?:page\s{0,3}|p\.\s{0,3}|[-–—]\s{0,3})?(\d{1,4})\s{0,3}(?:of|/)\s{0,3}(\d{1,4})(?:\s{0,3}[-–—])?", re.IGNORECASE
)
# Names of divider sheets and of bookmarks that divide: a word for an enclosure and its number.
_LABEL = re.compile(
    r"(?:exhibit|exh?\.|attachment|annex|appendix|enclosure|tab|document)\s{0,3}(?:no\.?\s{0,3})?[\w().-]{1,8}",
    re.IGNORECASE,
)
_LABEL_START = re.compile(rf"{_LABEL.pattern}(?=$|[\s:.,;–—-])", re.IGNORECASE)
_SHEET_LETTERS = 60
"""A divider sheet has no more."""


class BundlePart(NamedTuple):
    """Document within a file.

    Attributes:
        first: First page, from 1.
        last: Last page.
        reason: What tells that it is one; empty: the user has said so.
    """

    first: int
    last: int
    reason: str

    @property
    def pages(self) -> str:
        """``page 4`` or ``pages 4-9``."""
        return f"page {self.first}" if self.first == self.last else f"pages {self.first}-{self.last}"


def find_parts(pages: Sequence[str], bookmarks: Sequence[Bookmark] = ()) -> list[BundlePart]:
    """Finds the documents of a bundle; empty where a file is one document.

    A bundle is known by divider sheets, by bookmarks that are named like them, or by page numbers of the form "1 of 3"
    that begin anew. Other bookmarks divide nothing: an article has them for its sections.

    Args:
        pages: Text by page.
        bookmarks: At the top level.
    """
    return _split_at_sheets(pages) or _split_at_bookmarks(len(pages), bookmarks) or _split_at_counts(pages)


def _split_at_sheets(pages: Sequence[str]) -> list[BundlePart]:
    sheets = [number for number, text in enumerate(pages, start=1) if _is_sheet(text)]
    # One sheet in front of a document is its own cover.
    starts = ([0] if sheets and sheets[0] > 1 else []) + sheets
    if len(starts) < 2:  # noqa: PLR2004
        return []
    parts = []
    for place, sheet in enumerate(starts):
        last = starts[place + 1] - 1 if place + 1 < len(starts) else len(pages)
        if sheet < last:
            reason = (
                f'split at the divider sheet "{" ".join(pages[sheet - 1].split())}"'
                if sheet
                else "split at the first divider sheet"
            )
            parts.append(BundlePart(sheet + 1, last, reason))
    return parts


def _is_sheet(text: str) -> bool:
    words = " ".join(text.split())
    return len(words) <= _SHEET_LETTERS and _LABEL.fullmatch(words) is not None


def _split_at_bookmarks(count: int, bookmarks: Sequence[Bookmark]) -> list[BundlePart]:
    named = [mark for mark in bookmarks if _LABEL_START.match(mark.title) and 1 <= mark.page <= count]
    starts = [mark.page for mark in named]
    if len(starts) < 2 or starts != sorted(set(starts)):  # noqa: PLR2004
        return []
    parts = [BundlePart(1, starts[0] - 1, f'the pages before the bookmark "{named[0].title}"')] if starts[0] > 1 else []
    for place, mark in enumerate(named):
        last = starts[place + 1] - 1 if place + 1 < len(starts) else count
        parts.append(BundlePart(mark.page, last, f'split at the bookmark "{mark.title}"'))
    return parts


def _split_at_counts(pages: Sequence[str]) -> list[BundlePart]:
    """Splits where a run of "1 of N" to "N of N" is complete."""
    counts = [_read_count(text) for text in pages]
    parts: list[BundlePart] = []
    number = 1
    while number <= len(pages):
        found = counts[number - 1]
        length = found[1] if found is not None and found[0] == 1 else 0
        run = counts[number - 1 : number - 1 + length]
        if length and run == [(place, length) for place in range(1, length + 1)]:
            parts.append(BundlePart(number, number + length - 1, f'split by its page numbers "1 of {length}"'))
            number += length
        else:
            # Pages without such numbers between two that have them are a document of their own.
            if parts and not parts[-1].reason.startswith("split"):
                parts[-1] = parts[-1]._replace(last=number)
            else:
                parts.append(BundlePart(number, number, "the pages beside those with page numbers of their own"))
            number += 1
    return parts if len([part for part in parts if part.reason.startswith("split")]) > 1 else []


def _read_count(text: str) -> tuple[int, int] | None:
    """Reads "2 of 5" from the first or last two lines of a page."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    for line in [*lines[-2:], *lines[:2]]:
        if len(line) <= _SHEET_LETTERS and (found := _COUNTED.fullmatch(line)) and 1 <= int(found[1]) <= int(found[2]):
            return int(found[1]), int(found[2])
    return None


def read_ranges(text: str, *, name: str, count: int) -> list[BundlePart]:
    """Reads page ranges as a user writes them: ``1-3,4-9``.

    Args:
        text: The ranges.
        name: Of the file, for messages.
        count: Its number of pages.

    Raises:
        InputError: They are no ranges, overlap, or name pages that the file does not have.
    """
    parts: list[BundlePart] = []
    for entry in text.replace(" ", "").split(","):
        if not re.fullmatch(r"[0-9]{1,6}(-[0-9]{1,6})?", entry):
            raise _range_error(name, f"{entry[:40]!r} is no range of pages", "write 1-3,4-9")
        first, last = read_span(entry)
        if not 1 <= first <= last:
            raise _range_error(name, f"{entry} is no range of pages", "pages are counted from 1, the lower one first")
        if last > count:
            raise _range_error(name, f"page {last}, and the file has {count}", "correct the range")
        if parts and first <= parts[-1].last:
            raise _range_error(name, f"the range {entry} overlaps the one before it", "name each page once, in order")
        parts.append(BundlePart(first, last, ""))
    return parts


def _range_error(name: str, what: str, remedy: str) -> InputError:
    return InputError(Problem(what, remedy, file=name, field="--split"))
