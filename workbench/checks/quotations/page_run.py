"""Consecutive pages of an exhibit as one sequence of words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from weakref import WeakKeyDictionary

from workbench.checks.evidence import Evidence, EvidencePage, EvidencePassage

_WHOLE = 6
"""An exhibit of so many pages is read as a whole."""
_BEFORE, _AFTER = 1, 2
"""Pages read beside one of a longer exhibit."""
_LONGEST_HEADER = 40
_LEAST_HEADER = 2
_PAGE_LABELS = frozenset({"page", "p", "pg", "of", "exhibit", "seite"})
_OCR = (("rn", "m"), ("cl", "d"), ("vv", "w"), ("0", "o"), ("1", "l"), ("i", "l"))
"""Shapes that recognition takes for one another; the same change is made on both sides."""


class PageRun:
    """Words of a few consecutive pages, without the headers and footers between them.

    Args:
        evidence: Every page of the case.
        page: The page in the middle.
        whole: Keep headers and footers.

    Attributes:
        exhibit_id: The exhibit.
        pages: The pages that can be read, in order.
        words: The words, in order.
        breaks: Index of the first word of each page but the first.
        trimmed: True where a header or footer was left out.
        recognized: True where OCR read one of the pages.
        open_start: True where the page before them cannot be read.
        open_end: True where the page behind them, or one among them, cannot be read.
    """

    def __init__(self, evidence: Evidence, page: EvidencePage, *, whole: bool = False) -> None:
        self._evidence = evidence
        every = evidence.select(page.exhibit_id)
        near = [
            other for other in every if len(every) <= _WHOLE or page.page - _BEFORE <= other.page <= page.page + _AFTER
        ]
        at = next(number for number, other in enumerate(near) if other.page == page.page)
        first, last = at, at
        while first and near[first - 1].readable:
            first -= 1
        while last + 1 < len(near) and near[last + 1].readable:
            last += 1
        self.exhibit_id = page.exhibit_id
        self.pages: Sequence[EvidencePage] = near[first : last + 1]
        # A passage at this edge may go on, or have begun, on a page that cannot be read.
        self.open_start = first > 0
        self.open_end = last + 1 < len(near)
        self.recognized = any(other.recognized for other in self.pages)
        self._spans: list[tuple[int, int]] = []
        self._starts: list[int] = []
        self.words: list[str] = []
        for number, other in enumerate(self.pages):
            # The first header and the last footer stay: they may be what is quoted.
            top, bottom = (0, 0) if whole else _margins(other, every)
            top, bottom = top if number else 0, bottom if number + 1 < len(self.pages) else 0
            # A page of nothing but its header keeps it: it may be what is quoted.
            if top + bottom >= len(other.words):
                top = bottom = 0
            self._starts.append(len(self.words))
            self._spans.append((top, len(other.words) - bottom))
            self.words += other.words[top : len(other.words) - bottom]
        self.breaks = self._starts[1:]
        self.trimmed = any(len(other.words) != bottom - top for other, (top, bottom) in self._each())
        self._places: dict[str, list[int]] = {}

    def _each(self) -> Iterator[tuple[EvidencePage, tuple[int, int]]]:
        return zip(self.pages, self._spans, strict=True)

    def places_of(self, word: str) -> list[int]:
        """Returns the places of a word, ascending."""
        found = self._places.get(word)
        if found is None:
            found = []
            for page, start, (top, bottom) in zip(self.pages, self._starts, self._spans, strict=True):
                found += [start + place - top for place in page.positions.get(word, ()) if top <= place < bottom]
            self._places[word] = found
        return found

    def weigh(self, word: str) -> float:
        """Returns a word's inverse document frequency in the case."""
        return self._evidence.weigh(word)

    def find_token(self, place: int) -> tuple[EvidencePage, int]:
        """Returns the page of a word, and its index among the page's tokens."""
        number = bisect_right(self._starts, place) - 1
        return self.pages[number], self._spans[number][0] + place - self._starts[number]

    def select(self, first: int, last: int) -> tuple[EvidencePassage, ...]:
        """Returns the passages from one word to another, both included: one for each page."""
        found: list[EvidencePassage] = []
        for number, page in enumerate(self.pages):
            top, bottom = self._spans[number]
            begin = max(first, self._starts[number])
            end = min(last, self._starts[number] + bottom - top - 1)
            if begin <= end:
                shift = top - self._starts[number]
                found.append(EvidencePassage(page, begin + shift, end + shift, 1.0))
        return tuple(found)

    def read(self, first: int, last: int) -> str:
        """Returns the text from one word to another, both included, on one line."""
        return " ".join(join_lines(passage.text) for passage in self.select(first, last))

    def has_break(self, first: int, last: int) -> bool:
        """Tells if a page ends between two words or at one."""
        at = bisect_right(self.breaks, first - 1)
        return at < len(self.breaks) and self.breaks[at] <= last


def join_lines(text: str) -> str:
    """Returns text on one line, with the words that a line's end divides joined."""
    return " ".join(re.sub(r"(?<=[a-z])-[ \t]{0,8}\n[ \t]{0,8}(?=[a-z])", "", text).split())


def fold_recognized(word: str) -> str:
    """Returns a word with the shapes made equal that recognition confuses."""
    for shape, other in _OCR:
        word = word.replace(shape, other)
    return word


_measured: WeakKeyDictionary[EvidencePage, tuple[int, int]] = WeakKeyDictionary()


def _margins(page: EvidencePage, every: Sequence[EvidencePage]) -> tuple[int, int]:
    """Returns the number of words of a page's header and of its footer."""
    found = _measured.get(page)
    if found is None:
        found = _measured[page] = _margin(page, every, 1), _margin(page, every, -1)
    return found


def _margin(page: EvidencePage, every: Sequence[EvidencePage], step: int) -> int:
    """Counts the words of the lines at a page's edge that other pages repeat, or that are its number."""
    longest = _page_number(page, step)
    mine = page.words[::step][:_LONGEST_HEADER]
    at = page.page - 1
    for other in every[max(0, at - 2) : at + 3]:
        if other.page == page.page:
            continue
        same = 0
        for word, theirs in zip(mine, other.words[::step][:_LONGEST_HEADER], strict=False):
            # Page numbers and dates in a header change from page to page.
            if word != theirs and not (word[0].isdigit() and theirs[0].isdigit()):
                break
            same += 1
        # Pages may also begin with the same words of their text: a header ends with a line.
        while same >= _LEAST_HEADER and not _ends_line(page, same, step):
            same -= 1
        if same >= _LEAST_HEADER and same < len(page.words) and any(word.isalpha() for word in mine[:same]):
            longest = max(longest, same)
    return longest


def _page_number(page: EvidencePage, step: int) -> int:
    """Counts the words of an outermost line that is nothing but a page number."""
    words = page.words[::step]
    for size in range(min(4, len(words) - 1), 0, -1):
        label = all(word.isdigit() or word in _PAGE_LABELS for word in words[:size])
        if label and any(word.isdigit() for word in words[:size]) and _ends_line(page, size, step):
            return size
    return 0


def _ends_line(page: EvidencePage, size: int, step: int) -> bool:
    """Tells if a line ends behind so many words, counted from the page's edge."""
    if size >= len(page.tokens):
        return False
    before, behind = (size - 1, size) if step > 0 else (len(page.tokens) - size - 1, len(page.tokens) - size)
    return "\n" in page.text[page.tokens[before].end : page.tokens[behind].start]
