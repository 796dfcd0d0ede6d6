"""Words of a quotation beside the words of a few pages."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from workbench.checks.alignment import AlignedRange, align_words
from workbench.checks.evidence import EvidencePassage
from workbench.checks.page_run import PageRun, fold_recognized
from workbench.checks.quotation_parts import QuotationPart, QuotationWords
from workbench.text.tokens import Token

_MOST_PLACES = 64
"""Of one word on a few pages, over which it anchors nothing."""
_SLACK = 48
"""Words that a footer, a header or a sentence left out may put between the halves of a quotation."""
_NEAR = 4
"""Words by which the end of a quotation may be shorter than the page's."""
_BRACKETED = 12
"""Words that a bracket may stand for."""
_FURNITURE = 12
"""Words at a page's end that are no part of its text: a header or footer that no other page repeats."""
_FOOTNOTE = 120
_FOUND = 0.6
"""Share of the words of a part from which it is found."""
_LETTER_COST, _PAGE_COST, _BREAK_COST = 0.3, 0.15, 0.5
"""In equal words, of a word that only the letter has, of one that only the page has, and of a page's end: a stretch of
the alignment that costs more than it has in common with the page is chance."""
_SIGNS = frozenset("-−–+±<>≤≥~≈")


@dataclass(frozen=True)
class WordChange:
    """Words in which a quotation and its page differ.

    Attributes:
        page: The page's words, verbatim; empty where the quotation adds.
        letter: The quotation's; empty where it drops.
        start: Offset of the quotation's words in it, or of the place where words are missing.
        end: Offset just behind.
        kind: ``moved`` where the page has them earlier, ``joined`` where they stand elsewhere, without an ellipsis.
        place: Where they stand, of what is moved or joined.
        matched: Words of the letter's that the page's have, too.
    """

    page: str
    letter: str
    start: int
    end: int
    kind: Literal["changed", "moved", "joined"] = "changed"
    place: EvidencePassage | None = None
    matched: int = 0


@dataclass(frozen=True)
class LocatedWords:
    """The nearest passage of a quotation.

    Attributes:
        run: The pages.
        first: Place of its first word.
        last: Place of its last word.
        matched: Words that the passage carries.
        size: Words of the quotation.
        changes: Words that differ.
    """

    run: PageRun
    first: int
    last: int
    matched: int
    size: int
    changes: list[WordChange]

    @property
    def score(self) -> float:
        """Share of the quotation's words that the passage carries."""
        return min(self.matched / self.size, 1.0)

    @property
    def passages(self) -> tuple[EvidencePassage, ...]:
        """The passage, one for each page."""
        return self.run.select(self.first, self.last)

    @property
    def runs_off(self) -> bool:
        """True where it begins or ends beside a page that cannot be read, and what differs stands there."""
        if not self.changes:
            return False
        start = self.run.open_start and self.first <= _FURNITURE
        end = self.run.open_end and self.last >= len(self.run.words) - 1 - _FURNITURE
        return bool(start or end)


@dataclass(frozen=True)
class _Spot:
    """Words of one part beside the words of a run."""

    ranges: Sequence[AlignedRange]

    @property
    def first(self) -> int:
        return self.ranges[0].right_start

    @property
    def last(self) -> int:
        return self.ranges[-1].right_end - 1

    @property
    def matched(self) -> int:
        return sum(each.left_end - each.left_start for each in self.ranges if each.tag == "equal")


def locate_words(quotation: QuotationWords, run: PageRun, *, exact: bool) -> LocatedWords | None:
    """Locates a quotation on a few pages: its longest part first, the others in order before and behind it.

    Args:
        quotation: Its words.
        run: The pages.
        exact: Find it word by word or not at all.
    """
    parts = quotation.parts
    anchor = max(range(len(parts)), key=lambda number: len(parts[number].tokens))
    spot = _place(parts[anchor], run, 0, len(run.words), exact=exact)
    if spot is None:
        return None
    spots: dict[int, _Spot] = {anchor: spot}
    changes: dict[int, list[WordChange]] = {}
    matched = spot.matched
    first, last = spot.first, spot.last
    for number in (*range(anchor + 1, len(parts)), *range(anchor - 1, -1, -1)):
        behind = number > anchor
        gap = parts[number if behind else number + 1].gap
        reach = len(parts[number].tokens) + _BRACKETED + (_SLACK if not exact else 0)
        low, high = (last + 1, len(run.words)) if behind else (0, first)
        if gap == "bracket":
            low, high = (low, min(high, low + reach)) if behind else (max(low, high - reach), high)
        found = _place(parts[number], run, low, high, exact=exact, latest=not behind)
        if found is None or found.matched < _FOUND * len(parts[number].tokens):
            if exact:
                return None
            moved, place = _find_elsewhere(parts[number], run, quotation)
            changes[number] = [moved]
            matched += place
            continue
        spots[number] = found
        matched += found.matched
        first, last = min(first, found.first), max(last, found.last)
    for number, found in spots.items():
        changes[number] = list(_list_changes(quotation, parts[number], found, run))
    in_order = [change for number in sorted(changes) for change in changes[number]]
    if exact and in_order:
        return None
    return LocatedWords(run, first, last, matched, quotation.size, in_order)


def _find_elsewhere(part: QuotationPart, run: PageRun, quotation: QuotationWords) -> tuple[WordChange, int]:
    """Describes a part that does not stand where the order of the quotation puts it."""
    start, end = part.tokens[0].start, part.tokens[-1].end
    letter = " ".join(quotation.text[start:end].split())
    at = _find_exact(part.words, run, 0, len(run.words))
    if at < 0:
        return WordChange("", letter, start, end), 0
    place = run.select(at, at + len(part.words) - 1)[0]
    return WordChange("", letter, start, end, "moved", place, len(part.words)), len(part.words)


def _place(
    part: QuotationPart, run: PageRun, low: int, high: int, *, exact: bool, latest: bool = False
) -> _Spot | None:
    words = part.words
    at = _find_exact(words, run, low, high, latest=latest)
    if at >= 0:
        return _Spot([AlignedRange("equal", 0, len(words), at, at + len(words))])
    return None if exact else _align(words, run, low, high)


def _find_exact(words: Sequence[str], run: PageRun, low: int, high: int, *, latest: bool = False) -> int:
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


def _align(words: Sequence[str], run: PageRun, low: int, high: int) -> _Spot | None:
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
    return _Spot(ranges)


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


def _list_changes(quotation: QuotationWords, part: QuotationPart, spot: _Spot, run: PageRun) -> Iterator[WordChange]:
    for each in spot.ranges:
        if each.tag == "equal":
            yield from _list_signs(quotation.text, part, each, run)
            continue
        start, end, low, high = each[1:]
        if each.tag == "replace" and end - start == high - low:
            # Words that stand for one another: those that are the same to a reader are taken off at both ends.
            while start < end and _is_same(quotation, part.tokens[start], run, low):
                start, low = start + 1, low + 1
            while start < end and _is_same(quotation, part.tokens[end - 1], run, high - 1):
                end, high = end - 1, high - 1
            if start == end:
                continue
        if start == end and _is_no_text(run, low, high):
            continue
        yield _change(quotation.text, part, (start, end), run, (low, high))


def _change(text: str, part: QuotationPart, letter: tuple[int, int], run: PageRun, page: tuple[int, int]) -> WordChange:
    (start, end), (low, high) = letter, page
    if start < end:
        span = part.tokens[start].start, part.tokens[end - 1].end
        if text[span[0] - 1 : span[0]] == "[":  # "[T]he" is shown whole
            span = span[0] - 1, span[1]
    else:
        span = (part.tokens[start - 1].end,) * 2 if start else (part.tokens[0].start,) * 2
    words = run.read(low, high - 1) if low < high else ""
    return WordChange(words, " ".join(text[slice(*span)].split()), *span)


def _list_signs(text: str, part: QuotationPart, each: AlignedRange, run: PageRun) -> Iterator[WordChange]:
    """Finds numbers with another sign in front: words pass over it."""
    if each.left_end - each.left_start != each.right_end - each.right_start:
        return
    for number in range(each.left_start, each.left_end):
        token = part.tokens[number]
        if not token.word[0].isdigit():
            continue
        place = each.right_start + number - each.left_start
        page, at = run.find_token(place)
        if _sign(text, token) != _sign(page.text, page.tokens[at]):
            letter = _sign(text, token) + text[token.start : token.end]
            theirs = _sign(page.text, page.tokens[at]) + page.text[page.tokens[at].start : page.tokens[at].end]
            yield WordChange(theirs, letter, token.start, token.end)


def _sign(text: str, token: Token) -> str:
    """Returns the sign in front of a number, one spelling for all dashes, or nothing."""
    at = token.start - 1
    if at < 0 or text[at] not in _SIGNS or (at and not (text[at - 1].isspace() or text[at - 1] in "([")):
        return ""
    return "-" if text[at] in "-−–" else text[at]


def _is_same(quotation: QuotationWords, token: Token, run: PageRun, place: int) -> bool:
    """Tells if a word is the page's but for letters in brackets or a footnote's number behind it."""
    word = run.words[place]
    begins, ends = quotation.open_words.get(token.start, ("", ""))
    if (begins or ends) and word.startswith(begins) and word.endswith(ends):
        return True
    bare = word.rstrip("0123456789")
    return bare == token.word and bare.isalpha() and len(bare) > 1


def _is_no_text(run: PageRun, low: int, high: int) -> bool:
    """Tells if words that only the page has are a footnote's mark, or stand between two pages."""
    if run.has_break(low, high):
        page, at = run.find_token(low)
        begins_line = at == 0 or "\n" in page.text[page.tokens[at - 1].end : page.tokens[at].start]
        footnote = begins_line and high - low <= _FOOTNOTE and run.words[low][0].isdigit()
        return high - low <= _FURNITURE or footnote
    for place in range(low, min(high, low + _NEAR)):
        page, at = run.find_token(place)
        token = page.tokens[at]
        before = page.text[token.start - 1 : token.start]
        if not token.word.isdigit() or before.isspace() or before.isalnum():
            return False
    return high - low <= _NEAR
