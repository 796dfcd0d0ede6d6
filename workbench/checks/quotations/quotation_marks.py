"""Quotations of a draft: words in quotation marks, and block quotes.

Marks may be straight or typographic, English, German or French. A quotation may run over several paragraphs, each of
which then opens with a mark. Apostrophes and inch marks are none.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, NamedTuple

from workbench.text.markdown import DraftBlock

_MARKS = re.compile(r"[“”„‟\"«»]")
_SINGLE = re.compile(r"[‘’']")
_ENGLISH = '”"'
_CLOSERS = {"“": _ENGLISH, "‟": _ENGLISH, '"': _ENGLISH, "”": _ENGLISH, "„": '“”"', "«": "»", "»": "«"}
"""Closing marks by opening mark: letters mix straight and typographic ones, German closes with an English opener."""
_QUOTED_LINE = re.compile(r"(?m)^[ \t]{0,3}(?:>[ \t]?){1,8}")
_BLANK_LINE = re.compile(r"\n[ \t]{0,3}(?:>[ \t]?){0,8}[ \t]{0,8}\n")
_MARKER = re.compile(r"(?:[ \t]{0,3}>[ \t]?){0,8}[ \t]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+|#{1,6}[ \t]+)?[*_]{0,3}")
_BEFORE_OPENER = frozenset("([{—–-/*_>")
_AFTER_CLOSER = frozenset(".,;:!?)]}—–-/*_")
_DASHES = ("—", "–")
_BEFORE_CLOSER = frozenset(".,;:!?…)]")
_MOST_PARAGRAPHS = 40
"""Of one quotation: a mark that is never closed must not take in the whole letter."""
_LEAST_SINGLE = 4
"""Words between single marks that make a quotation: fewer are a term, or two apostrophes."""
_MOST_APOSTROPHES = 12
"""Between single marks, among which the closing one is sought."""
_LONGEST_ASIDE = 600
"""Characters of a parenthesis that closes a block quote and is no part of it."""
_MOST_MARKED = 0.5
"""Share of a block quote in marks of its own, from which they alone are the quotation."""


@dataclass(frozen=True)
class QuotedText:
    """Words that the letter gives as another's.

    Attributes:
        pieces: Start and end in the draft of what stands between the marks, one for each paragraph.
        start: Offset of the opening mark, or of the block.
        end: Offset just behind the closing mark, or of the block.
        block: Index of the block in which it ends.
        kind: ``block`` for a block quote without marks of its own.
        closed: False where no closing mark follows: its end is unknown.
    """

    pieces: tuple[tuple[int, int], ...]
    start: int
    end: int
    block: int
    kind: Literal["marks", "block"] = "marks"
    closed: bool = True

    def read(self, content: str) -> str:
        """Returns its words; markers of quoted lines are blanked, and a line feed stands between paragraphs."""
        return "\n".join(_QUOTED_LINE.sub(_blank, content[start:end]) for start, end in self.pieces)

    def find_place(self, offset: int) -> int:
        """Returns the draft's offset of an offset in the text that :meth:`read` returns."""
        for start, end in self.pieces:
            if offset <= end - start:
                return start + offset
            offset -= end - start + 1
        return self.pieces[-1][1]


class _Paragraph(NamedTuple):
    start: int
    end: int
    block: int
    kind: str


class _Mark(NamedTuple):
    sign: str
    start: int
    end: int


class _Pairs(NamedTuple):
    """Marks of one paragraph: the outermost pairs, and the first that is not closed."""

    closed: list[tuple[_Mark, _Mark]]
    open: _Mark | None


def find_quoted(content: str, blocks: Sequence[DraftBlock], cited: Sequence[int] = ()) -> list[QuotedText]:
    """Finds the quotations of a draft, in order; of nested ones the outermost.

    Args:
        content: The draft.
        blocks: Its blocks.
        cited: Ascending offsets of its citations. A quotation does not go on in the next paragraph behind one.
    """
    found: list[QuotedText] = []
    marked: list[_Paragraph] = []
    for index, group in groupby(_find_paragraphs(content, blocks), key=lambda place: place.block):
        places = list(group)
        if places[0].kind == "quote" and not _is_marked(content, places):
            found += _read_block(content, blocks[index], index, places)
        else:
            marked += places
    return sorted([*found, *_read_marked(content, marked, cited)], key=lambda quoted: quoted.start)


def _read_marked(content: str, places: Sequence[_Paragraph], cited: Sequence[int]) -> Iterator[QuotedText]:
    begun: _Mark | None = None  # of a quotation that goes on in the next paragraph
    pieces: list[tuple[int, int]] = []
    for number, place in enumerate(places):
        pairs = _pair(content, place, going_on=begun is not None)
        if begun is not None:
            if pairs.closed and pairs.closed[0][0].start == place.start:
                mark, closer = pairs.closed.pop(0)
                yield QuotedText((*pieces, (mark.end, closer.start)), begun.start, closer.end, place.block)
                begun = None
            elif _goes_on(pairs.open, place, cited) and len(pieces) < _MOST_PARAGRAPHS:
                pieces.append((place.start + 1, place.end))
                continue
            else:
                yield QuotedText(tuple(pieces), begun.start, pieces[-1][1], places[number - 1].block, closed=False)
                begun = None
                pairs = _pair(content, place, going_on=False)
        for mark, closer in (*pairs.closed, *_pair_single(content, place, pairs)):
            yield QuotedText(((mark.end, closer.start),), mark.start, closer.end, place.block)
        if pairs.open is not None:
            pieces = [(pairs.open.end, place.end)]
            follows = places[number + 1 : number + 2]
            if follows and follows[0].kind == place.kind and not _has(cited, pairs.open.end, place.end):
                begun = pairs.open
            elif pairs.open.sign != '"':  # a straight one may be an inch mark after all
                yield QuotedText(tuple(pieces), pairs.open.start, place.end, place.block, closed=False)
    if begun is not None:
        yield QuotedText(tuple(pieces), begun.start, pieces[-1][1], places[-1].block, closed=False)


def _goes_on(mark: _Mark | None, place: _Paragraph, cited: Sequence[int]) -> bool:
    """Tells if a paragraph opens with a mark and leaves it open."""
    opens = mark is not None and mark.start == place.start < mark.end
    return opens and not _has(cited, place.start, place.end)


def _has(cited: Sequence[int], start: int, end: int) -> bool:
    at = bisect_left(cited, start)
    return at < len(cited) and cited[at] < end


def _find_paragraphs(content: str, blocks: Sequence[DraftBlock]) -> Iterator[_Paragraph]:
    """Yields the paragraphs of each block, without the markers in front; only a block quote has several."""
    for index, block in enumerate(blocks):
        stops = [block.start]
        if block.kind == "quote":
            for blank in _BLANK_LINE.finditer(content, block.start, block.end):
                stops += [blank.start(), blank.end()]
        stops.append(block.end)
        for start, end in zip(stops[::2], stops[1::2], strict=True):
            marker = _MARKER.match(content, start, end)
            first = marker.end() if marker else start
            if first < end:
                yield _Paragraph(first, end, index, block.kind)


def _pair(content: str, place: _Paragraph, *, going_on: bool) -> _Pairs:
    """Pairs the double marks of a paragraph.

    Args:
        content: The draft.
        place: The paragraph.
        going_on: True where a quotation of the paragraph before is open. Its mark stands at the beginning, or is taken
            to stand there.
    """
    waiting: list[tuple[_Mark, int]] = []
    pairs: list[tuple[_Mark, _Mark]] = []
    for match in _MARKS.finditer(content, place.start, place.end):
        mark = _Mark(match[0], match.start(), match.end())
        if going_on and not waiting and not pairs:
            if mark.start == place.start:
                waiting.append((mark, 0))
                continue
            waiting.append((_Mark("“", place.start, place.start), 0))
        before = content[mark.start - 1] if mark.start > place.start else " "
        after = content[mark.end] if mark.end < place.end else " "
        opens = (not after.isspace() or mark.sign == "«") and (
            before.isspace() or before in _BEFORE_OPENER or mark.sign in "“„‟«"
        )
        closes = not before.isspace() or after.isspace() or after in _AFTER_CLOSER
        # A dash or bracket on the left allows both: what is open is closed first.
        depth = _find_opener(waiting, mark.sign) if closes and not (before in "([{" and opens) else None
        if depth is not None and mark.sign == '"' and _is_inch(content, mark, before, place.end):
            continue
        if depth is not None and not (mark.sign in "“„«" and opens and before.isspace()):
            opener, since = waiting[depth]
            del waiting[depth:]
            # Only outermost pairs are kept.
            del pairs[since:]
            pairs.append((opener, mark))
        elif opens and not (mark.sign == '"' and before.isdigit()):
            waiting.append((mark, len(pairs)))
    return _Pairs(pairs, waiting[0][0] if waiting else None)


def _find_opener(waiting: Sequence[tuple[_Mark, int]], closer: str) -> int | None:
    # Marks are nested a few deep; the bound keeps a text of nothing but openers linear.
    for depth in range(len(waiting) - 1, max(-1, len(waiting) - 6), -1):
        if closer in _CLOSERS[waiting[depth][0].sign]:
            return depth
    return None


def _is_inch(content: str, mark: _Mark, before: str, end: int) -> bool:
    """Tells if a straight mark behind a digit measures: the next mark closes, too."""
    if not before.isdigit() or content[mark.end : mark.end + 1] in _AFTER_CLOSER:
        return False
    following = _MARKS.search(content, mark.end, end)
    if following is None or following[0] not in '"”':
        return False
    return not content[following.start() - 1].isspace()


def _pair_single(content: str, place: _Paragraph, pairs: _Pairs) -> Iterator[tuple[_Mark, _Mark]]:
    """Pairs single marks outside double ones, where punctuation tells the closing one from an apostrophe."""
    spans = [(opener.start, closer.end) for opener, closer in pairs.closed]
    if pairs.open is not None:
        spans.append((pairs.open.start, place.end))
    starts = [start for start, _ in spans]
    marks = []
    for match in _SINGLE.finditer(content, place.start, place.end):
        at = bisect_right(starts, match.start()) - 1
        if at < 0 or match.start() >= spans[at][1]:
            marks.append(_Mark(match[0], match.start(), match.end()))
    behind = place.start
    for number, mark in enumerate(marks):
        if mark.start < behind or mark.sign == "’" or not _opens_single(content, mark, place):
            continue
        for closer in marks[number + 1 : number + 1 + _MOST_APOSTROPHES]:
            if closer.sign != "‘" and _closes_single(content, closer, place):
                if len(content[mark.end : closer.start].split()) >= _LEAST_SINGLE:
                    yield mark, closer
                    behind = closer.end
                break


def _opens_single(content: str, mark: _Mark, place: _Paragraph) -> bool:
    before = content[mark.start - 1] if mark.start > place.start else " "
    after = content[mark.end] if mark.end < place.end else " "
    return (before.isspace() or before in _BEFORE_OPENER) and (after.isalpha() or after in '[…“"')


def _closes_single(content: str, mark: _Mark, place: _Paragraph) -> bool:
    before = content[mark.start - 1]
    after = content[mark.end] if mark.end < place.end else " "
    if before.isspace() or after.isalnum():
        return False
    if before in _BEFORE_CLOSER or after in _AFTER_CLOSER or mark.end >= place.end:
        return True
    # "the students’ work": behind an s a mark without punctuation is a genitive, unless a citation follows.
    return before != "s" or content[mark.end : mark.end + 2] in {" (", " ["}


def _is_marked(content: str, places: Sequence[_Paragraph]) -> bool:
    """Tells if a block quote has marks of its own around most of it."""
    if any(pairs.open is not None and pairs.open.start == place.start for place, pairs in _each(content, places)):
        return True
    inside = sum(closer.end - opener.start for _, pairs in _each(content, places) for opener, closer in pairs.closed)
    return inside > _MOST_MARKED * sum(place.end - place.start for place in places)


def _each(content: str, places: Sequence[_Paragraph]) -> Iterator[tuple[_Paragraph, _Pairs]]:
    return ((place, _pair(content, place, going_on=False)) for place in places)


def _read_block(content: str, block: DraftBlock, index: int, places: Sequence[_Paragraph]) -> Iterator[QuotedText]:
    pieces = [(place.start, place.end) for place in places]
    while pieces:
        start, end = pieces[-1]
        kept = _strip_source(content, start, end)
        pieces[-1:] = [(start, kept)] if kept > start else []
        if kept == end or kept > start:
            break
    if pieces:
        yield QuotedText(tuple(pieces), block.start, block.end, index, kind="block")


def _strip_source(content: str, start: int, end: int) -> int:
    """Returns the end of a quoted paragraph without the citation, the aside or the name that closes it."""
    for _ in range(4):
        text = content[start:end].rstrip("> \t\n.")
        line = text.rfind("\n") + 1
        if text[line:].lstrip("> \t")[:1] in _DASHES or text[line:].lstrip("> \t").startswith("--"):
            end = start + line
            continue
        at = text.rfind("[@") if text.endswith("]") else _find_aside(text)
        if at < 0:
            break
        end = start + at
    return start + len(content[start:end].rstrip("> \t\n"))


def _find_aside(text: str) -> int:
    """Returns where the parenthesis begins that closes a text and names a source, or -1."""
    depth = 0
    if not text.endswith(")"):
        return -1
    for at in range(len(text) - 1, max(-1, len(text) - _LONGEST_ASIDE), -1):
        depth += (text[at] == ")") - (text[at] == "(")
        if not depth:
            inner = text[at + 1 : -1].strip()
            is_source = inner[:1].isupper() and at > 0 and text[:at].rstrip()[-1:] in _BEFORE_CLOSER
            return at if is_source or "[@" in inner or inner.endswith(("added", "omitted")) else -1
    return -1


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
