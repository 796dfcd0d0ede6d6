"""Alignment of two texts, word by word."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

Tag = Literal["equal", "replace", "delete", "insert"]

_MOST_CELLS = 4_000_000
"""Product of two lengths over which words that both have once divide the work: a page against a page is below it, and a
hostile text must cost no more than its length."""
_LONGEST_GLUE = 4
"""Parts in which a word may be broken: ``3-(4-methyl)`` is read so from some PDF files."""


class AlignedRange(NamedTuple):
    """Words of the left text beside words of the right, as :mod:`difflib` names them.

    Attributes:
        tag: ``equal`` also where one side breaks a word that the other joins: its two ranges then differ in length.
        left_start: Index of the first word on the left.
        left_end: Index just behind the last.
        right_start: Index of the first word on the right.
        right_end: Index just behind the last.
    """

    tag: Tag
    left_start: int
    left_end: int
    right_start: int
    right_end: int


def align_words(left: Sequence[str], right: Sequence[str]) -> list[AlignedRange]:
    """Aligns two texts so that the most words are equal.

    Words that stand broken on one side and joined on the other are equal: ``nhc borane`` and ``nhcborane``. Digits are
    never joined to digits.

    Args:
        left: Words of one text.
        right: Words of the other.

    Returns:
        Ranges in order, which cover both texts without a gap; neighbours differ in being equal or not.

    >>> [tuple(part) for part in align_words(["an", "nhc", "borane", "used"], ["an", "nhcborane", "made"])]
    [('equal', 0, 3, 0, 2), ('replace', 3, 4, 2, 3)]
    """
    found: list[AlignedRange] = []
    for part in _join(_align(left, right)):
        if part.tag == "replace":
            found += _align_glued(left, right, part)
        else:
            found.append(part)
    return list(_join(found))


def _align(left: Sequence[str], right: Sequence[str]) -> Iterator[AlignedRange]:
    # Imported here: the checks are imported by every command, and few of them align anything.
    from rapidfuzz.distance import Indel  # noqa: PLC0415

    for start, end, other_start, other_end in _divide(left, right):
        if (end - start) * (other_end - other_start) > _MOST_CELLS:
            # Nothing divides the two: what they share says nothing about which word stands for which.
            yield _range(False, start, end, other_start, other_end)
            continue
        for code in Indel.opcodes(left[start:end], right[other_start:other_end]):
            yield AlignedRange(
                code.tag,  # type: ignore[arg-type]  # a str in its stubs
                start + code.src_start,
                start + code.src_end,
                other_start + code.dest_start,
                other_start + code.dest_end,
            )


def _divide(left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Divides two long texts at words that each has once, in the longest run of them that is in order on both."""
    start = other_start = 0
    if len(left) * len(right) > _MOST_CELLS:
        counts, other_counts = Counter(left), Counter(right)
        places = {word: place for place, word in enumerate(right) if other_counts[word] == 1}
        common = [(n, places[word]) for n, word in enumerate(left) if counts[word] == 1 and word in places]
        for place, other_place in _longest_rising(common):
            if (place - start) * (other_place - other_start) > _MOST_CELLS // 16:
                yield start, place, other_start, other_place
                start, other_start = place, other_place
    yield start, len(left), other_start, len(right)


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Finds the longest selection of pairs that rises on both sides; they rise on the first already."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        at = bisect_left(tails, place)
        before.append(ends[at - 1] if at else -1)
        tails[at : at + 1] = [place]
        ends[at : at + 1] = [number]
    found: list[tuple[int, int]] = []
    number = ends[-1] if ends else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]


def _align_glued(left: Sequence[str], right: Sequence[str], part: AlignedRange) -> Iterator[AlignedRange]:
    """Aligns a changed range once more, with the parts of broken words joined."""
    mine = _glue(left[part.left_start : part.left_end], right[part.right_start : part.right_end])
    other = _glue(right[part.right_start : part.right_end], left[part.left_start : part.left_end])
    if len(mine) - 1 == mine[-1] and len(other) - 1 == other[-1]:
        yield part
        return
    words = ["".join(left[part.left_start + a : part.left_start + b]) for a, b in pairwise(mine)]
    others = ["".join(right[part.right_start + a : part.right_start + b]) for a, b in pairwise(other)]
    for tag, a, b, c, d in _align(words, others):
        yield AlignedRange(
            tag,
            part.left_start + mine[a],
            part.left_start + mine[b],
            part.right_start + other[c],
            part.right_start + other[d],
        )


def _glue(words: Sequence[str], others: Sequence[str]) -> list[int]:
    """Returns where each word begins once parts are joined that the other side has as one word, and the end."""
    known = set(others)
    longest = max(map(len, known), default=0)
    starts = [0]
    while starts[-1] < len(words):
        at = starts[-1]
        size = 1
        joined = words[at]
        for length in range(2, min(_LONGEST_GLUE, len(words) - at) + 1):
            joined += words[at + length - 1]
            if len(joined) > longest:
                break
            if joined in known and _is_broken(words[at : at + length]):
                size = length
        starts.append(at + size)
    return starts


def _is_broken(parts: Sequence[str]) -> bool:
    return not any(one[-1].isdigit() and two[0].isdigit() for one, two in pairwise(parts))


def _join(parts: Iterable[AlignedRange]) -> Iterator[AlignedRange]:
    """Joins neighbours that are both equal, or both changed."""
    run: list[AlignedRange] = []
    for part in parts:
        if run and (run[-1].tag == "equal") != (part.tag == "equal"):
            yield _span(run)
            run = []
        run.append(part)
    if run:
        yield _span(run)


def _span(run: Sequence[AlignedRange]) -> AlignedRange:
    first, last = run[0], run[-1]
    return _range(first.tag == "equal", first.left_start, last.left_end, first.right_start, last.right_end)


def _range(equal: bool, start: int, end: int, other_start: int, other_end: int) -> AlignedRange:  # noqa: FBT001 - two callers above
    tag: Tag = "equal" if equal else "delete" if other_start == other_end else "insert" if start == end else "replace"
    return AlignedRange(tag, start, end, other_start, other_end)
