"""Citations of exhibits in drafts: ``[@exhibit-id, p. 2]``.

The syntax is pandoc's. One parser serves the checks, the exporters and the case loader; the ES module of the widget
follows the same pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from workbench.text.text_cache import cache_by_text

ID_PATTERN = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
"""Ids of threads, sections and exhibits."""

_GROUP = re.compile(r"\[(?P<body>\s*@[^\[\]]*)\]")
_ITEM = re.compile(
    rf"@(?P<id>{ID_PATTERN})"
    r"(?:\s*,\s*(?:pp?\.|pages?)?\s*(?P<pages>\d+(?:\s*[-–]\s*\d+)?(?:\s*,\s*\d+(?:\s*[-–]\s*\d+)?)*))?"
)


class Citation(NamedTuple):
    """One cited exhibit.

    Attributes:
        exhibit_id: The exhibit's stable id.
        pages: The cited pages, 1-based and in the order given; empty where the whole exhibit is cited.
        start: Offset of the bracketed group in the text.
        end: Offset just behind the group.
    """

    exhibit_id: str
    pages: tuple[int, ...]
    start: int
    end: int


class MalformedCitation(NamedTuple):
    """A group that begins like a citation and is unreadable."""

    text: str
    start: int
    end: int


def find_citations(text: str) -> Iterator[Citation | MalformedCitation]:
    """Finds the citations of a text, in order.

    A group ``[@a, p. 1; @b, pp. 2-3]`` yields one for each member.
    """
    for group in _GROUP.finditer(text):
        for member in group["body"].split(";"):
            item = _ITEM.fullmatch(member.strip())
            if item is None:
                # The whole group is quoted: a reader looks for the bracket, not for a part of it.
                yield MalformedCitation(group[0], group.start(), group.end())
            else:
                yield Citation(item["id"], _pages(item["pages"] or ""), group.start(), group.end())


def format_citation(exhibit_id: str, pages: tuple[int, ...] = ()) -> str:
    """Writes a citation as drafts do: ``[@wolf-prize, pp. 1-2]``."""
    if not pages:
        return f"[@{exhibit_id}]"
    return f"[@{exhibit_id}, {format_pages(pages)}]"


def format_group(citations: Iterable[Citation]) -> str:
    """Writes citations in one pair of brackets, each once: ``[@wolf-prize, p. 2; @cv]``."""
    members = dict.fromkeys(format_citation(item.exhibit_id, item.pages)[1:-1] for item in citations)
    return f"[{'; '.join(members)}]"


def format_pages(pages: Sequence[int]) -> str:
    """Writes page numbers: ``p. 2``, or ``pp. 2-4, 6``."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    spans = ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
    return f"{'p.' if len(pages) == 1 else 'pp.'} {spans}"


_MOST_PAGES = 10_000
"""Of one citation, more than any exhibit has: a model that writes "pp. 1-999999999" must not fill the memory."""

_MOST_DIGITS = 9


@cache_by_text(64, longest=200)  # ten thousand pages, a thousand times over, are kept once
def _pages(spans: str) -> tuple[int, ...]:
    pages: list[int] = []
    for span in filter(None, (part.strip() for part in spans.split(","))):
        first, _, last = (part.strip() for part in span.replace("–", "-").partition("-"))
        begin, end = _number(first), _number(last or first)
        # Cut before the range is unrolled, not after.
        pages.extend(range(begin, min(end, begin + _MOST_PAGES - 1 - len(pages)) + 1))
    return tuple(pages)


def _number(digits: str) -> int:
    """Reads a page number.

    One with more digits than any page has (int() refuses some thousands of them) is as far as pages go.
    """
    digits = digits.lstrip("0")
    return int(digits or "0") if len(digits) <= _MOST_DIGITS else 10**_MOST_DIGITS - 1
