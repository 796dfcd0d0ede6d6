"""Placement of words on a few pages, where the most of them stand in order."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.checks.quotations.alignment import AlignedRange, align_words
from workbench.checks.quotations.page_run import PageRun, fold_recognized

_MOST_PLACES = 64
"""Of one word on a few pages, over which it anchors nothing."""
_SLACK = 48
"""Words that a footer, a header or a sentence left out may put between the halves of a quotation."""
_NEAR = 4
"""Words by which a stretch of the page may be longer than what is compared with it."""
_LETTER_COST, _PAGE_COST, _BREAK_COST = 0.3, 0.15, 0.5
"""In equal words, of a word that only the letter has, of one that only the page has, and of a page's end: a stretch of
the alignment that costs more than it has in common with the page is chance."""


@dataclass(frozen=True)
class Placement:
    """Words beside the words of a run.

    Attributes:
        ranges: Equal and changed words, which cover all that were placed; the right side is the run's.
    """

    ranges: Sequence[AlignedRange]

    @property
    def first(self) -> int:
        """Place of the first of the run's words."""
        return self.ranges[0].right_start

    @property
    def last(self) -> int:
        """Place of the last."""
        return self.ranges[-1].right_end - 1

    @property
    def matched(self) -> int:
        """Number of words that the run has, too."""
        return sum(each.left_end - each.left_start for each in self.ranges if each.tag == "equal")


def place_words(
    words: Sequence[str], run: PageRun, low: int, high: int, *, exact: bool, latest: bool = False
) -> Placement | None:
    """Places words on a run: where they stand in a row, else where the most of them stand in order.

    Args:
        words: As :func:`workbench.text.tokens.find_tokens` spells them.
        run: The pages.
        low: Place from which they are sought.
        high: Place up to which.
        exact: In a row or not at all.
        latest: Of several places in a row the last.
    """
    at = find_row(words, run, low, high, latest=latest)
    if at >= 0:
        return Placement([AlignedRange("equal", 0, len(words), at, at + len(words))])
    return None if exact else _align(words, run, low, high)


def find_row(words: Sequence[str], run: PageRun, low: int, high: int, *, latest: bool = False) -> int:
    """Returns the place at which words stand in a row, or -1."""
    rarest, places = 0, run.places_of(words[0])
    for number, word in enumerate(words):
        found = run.places_of(word)
        if not found:
            return -1
        if len(found) < len(places):
            rarest, places = number, found
    places = places[bisect_left(places, low + rarest) : bisect_left(places, high)]
    sought = list(words)
    for place in (places[::-1] if latest else places)[:_MOST_PLACES]:
        start = place - rarest
        if start >= low and start + len(sought) <= high and run.words[start : start + len(sought)] == sought:
            return start
    return -1


def _align(words: Sequence[str], run: PageRun, low: int, high: int) -> Placement | None:
    """Aligns words with the stretch of a run where most of them stand in order."""
    window = _find_window(words, run, low, high)
    if window is None:
        return None
    begin, end = window
    mine, theirs = list(words), run.words
    if run.recognized:
        mine, theirs = [*map(fold_recognized, mine)], [*map(fold_recognized, theirs)]
    value, core = _trim(_shift(align_words(mine, theirs[begin:end]), 0, begin), run)
    if core and core[-1].right_end - core[0].right_start > len(mine):
        # Where the page repeats itself, the most words in common may lie apart: a shorter stretch is nearer.
        first, last = core[0].right_start, core[-1].right_end
        for near in (last - len(mine), first):
            start, stop = max(begin, near - _NEAR), min(end, near + len(mine) + _NEAR)
            other = _trim(_shift(align_words(mine, theirs[start:stop]), 0, start), run)
            value, core = max((value, core), other, key=_value)
    if not core:
        return None
    head, tail = core[0], core[-1]
    ranges = [
        *_align_head(mine[: head.left_start], theirs[begin : head.right_start], head.right_start),
        *core,
        *_align_tail(mine[tail.left_end :], theirs[tail.right_end : end], tail.left_end, tail.right_end),
    ]
    return Placement(_compact(ranges, theirs))


def _find_window(words: Sequence[str], run: PageRun, low: int, high: int) -> tuple[int, int] | None:
    """Finds the stretch in which the most words stand at their distance from the beginning."""
    width = max(24, len(words) // 3)
    votes: dict[int, float] = defaultdict(float)
    for number, word in enumerate(words):
        places = run.places_of(word)
        if len(places) <= _MOST_PLACES:
            weight = run.weigh(word)
            for place in places:
                if low <= place < high:
                    votes[(place - number) // width] += weight / len(places)
    if not votes:
        return None
    best = max(votes, key=lambda bucket: votes[bucket] + votes.get(bucket + 1, 0.0))
    begin = best * width - _NEAR
    return max(low, begin), min(high, begin + len(words) + 2 * width + _SLACK)


def _value(found: tuple[float, list[AlignedRange]]) -> float:
    return found[0]


def _trim(ranges: Sequence[AlignedRange], run: PageRun) -> tuple[float, list[AlignedRange]]:
    """Finds the stretch of an alignment with the most words in common, less what lies between them.

    Returns its value, in words, and its ranges.
    """
    best, kept = 0.0, (0, 0)
    value, start = 0.0, 0
    for number, each in enumerate(ranges):
        mine, theirs = each.left_end - each.left_start, each.right_end - each.right_start
        if each.tag == "equal":
            if value <= 0:
                value, start = 0.0, number
            value += mine
            if value > best:
                best, kept = value, (start, number + 1)
        elif not mine and theirs <= _SLACK and run.has_break(each.right_start, each.right_end):
            value -= _BREAK_COST
        else:
            value -= _LETTER_COST * mine + _PAGE_COST * min(theirs, _SLACK)
    return best, list(ranges[slice(*kept)])


def _compact(ranges: Sequence[AlignedRange], words: Sequence[str]) -> list[AlignedRange]:
    """Moves words in common that stand alone beside the others, if the page has them there, too."""
    parts = list(ranges)
    while len(parts) > 2 and parts[1].tag == "insert" and _ends_alike(parts[0], parts[1].right_end, words):  # noqa: PLR2004
        first, gap, rest = parts[:3]
        size = first.left_end - first.left_start
        parts[:3] = [rest._replace(left_start=rest.left_start - size, right_start=gap.right_end - size)]
    while len(parts) > 2 and parts[-2].tag == "insert" and _begins_alike(parts[-1], parts[-2].right_start, words):  # noqa: PLR2004
        rest, gap, last = parts[-3:]
        size = last.left_end - last.left_start
        parts[-3:] = [rest._replace(left_end=rest.left_end + size, right_end=gap.right_start + size)]
    at = 1
    while at + 2 < len(parts):
        before, own, gap, rest = parts[at - 1 : at + 3]
        if before.tag == gap.tag == "insert" and own.tag == "equal" and _ends_alike(own, gap.right_end, words):
            size = own.left_end - own.left_start
            middle = gap.right_end - size
            joined = rest._replace(left_start=own.left_start, right_start=middle)
            parts[at - 1 : at + 3] = [before._replace(right_end=middle), joined]
        else:
            at += 1
    return parts


def _ends_alike(part: AlignedRange, end: int, words: Sequence[str]) -> bool:
    own = words[part.right_start : part.right_end]
    return len(own) == part.left_end - part.left_start and own == words[end - len(own) : end]


def _begins_alike(part: AlignedRange, start: int, words: Sequence[str]) -> bool:
    own = words[part.right_start : part.right_end]
    return len(own) == part.left_end - part.left_start and own == words[start : start + len(own)]


def _align_head(words: Sequence[str], before: Sequence[str], end: int) -> list[AlignedRange]:
    """Aligns the beginning of a quotation with what stands just before the rest of it."""
    if not words:
        return []
    near = before[-len(words) - _NEAR :]
    found = align_words(words, near)
    if found and found[0].tag == "insert":
        near = near[found[0].right_end :]
        found = _shift(found[1:], 0, -found[0].right_end)
    if not _is_related(found, words):
        size = len(words) if len(words) <= min(_NEAR, len(before)) else 0
        return [AlignedRange("replace" if size else "delete", 0, len(words), end - size, end)]
    if found[0].tag == "replace":  # by as many words of the page: what stands before them is not quoted
        found[0] = found[0]._replace(right_start=max(found[0].right_start, found[0].right_end - found[0].left_end))
    return _shift(found, 0, end - len(near))


def _align_tail(words: Sequence[str], behind: Sequence[str], number: int, start: int) -> list[AlignedRange]:
    if not words:
        return []
    found = align_words(words, behind[: len(words) + _NEAR])
    if found and found[-1].tag == "insert":
        found = found[:-1]
    if not _is_related(found, words):
        size = len(words) if len(words) <= min(_NEAR, len(behind)) else 0
        found = [AlignedRange("replace" if size else "delete", 0, len(words), 0, size)]
    last = found[-1]
    if last.tag == "replace":
        found[-1] = last._replace(right_end=min(last.right_end, last.right_start + last.left_end - last.left_start))
    return _shift(found, number, start)


def _is_related(ranges: Sequence[AlignedRange], words: Sequence[str]) -> bool:
    equal = sum(each.left_end - each.left_start for each in ranges if each.tag == "equal")
    return equal * 2 >= len(words)


def _shift(ranges: Sequence[AlignedRange], left: int, right: int) -> list[AlignedRange]:
    return [
        AlignedRange(
            each.tag, each.left_start + left, each.left_end + left, each.right_start + right, each.right_end + right
        )
        for each in ranges
    ]
