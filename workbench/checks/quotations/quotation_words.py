"""Words of a quotation beside the words of a few pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from workbench.checks.evidence import EvidencePassage
from workbench.checks.quotations.alignment import AlignedRange
from workbench.checks.quotations.page_run import PageRun
from workbench.checks.quotations.quotation_parts import QuotationPart, QuotationWords
from workbench.checks.quotations.word_placement import Placement, find_row, place_words
from workbench.text.tokens import Token

_SLACK = 48
"""Words that a page's end may put between a bracket and what it stands for."""
_BRACKETED = 12
"""Words that a bracket may stand for."""
_FURNITURE = 12
"""Words at a page's end that are no part of its text: a header or footer that no other page repeats."""
_FOOTNOTE = 120
"""Words of the longest footnote that a quotation passes over at a page's end."""
_MARKS = 4
"""Footnote marks in a row."""
_FOUND = 0.6
"""Share of the words of a part from which it is found."""
_BEFORE_MARK = frozenset(".,;:!?)]”’\"'[")
"""In front of a footnote's mark or a reference's number."""
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


def locate_words(quotation: QuotationWords, run: PageRun, *, exact: bool) -> LocatedWords | None:
    """Locates a quotation on a few pages: its longest part first, the others in order before and behind it.

    Args:
        quotation: Its words.
        run: The pages.
        exact: Find it word by word or not at all.
    """
    parts = quotation.parts
    # The longest part has the fewest places where it may stand; it bounds the others.
    anchor = max(range(len(parts)), key=lambda number: len(parts[number].tokens))
    spot = place_words(parts[anchor].words, run, 0, len(run.words), exact=exact)
    if spot is None:
        return None
    spots: dict[int, Placement] = {anchor: spot}
    changes: dict[int, list[WordChange]] = {}
    matched = spot.matched
    first, last = spot.first, spot.last
    for number in (*range(anchor + 1, len(parts)), *range(anchor - 1, -1, -1)):
        behind = number > anchor
        gap = parts[number if behind else number + 1].gap
        reach = len(parts[number].tokens) + _BRACKETED + (_SLACK if not exact else 0)
        low, high = (last + 1, len(run.words)) if behind else (0, first)
        # Words in brackets stand for a few of the page; an ellipsis may leave out any number.
        if gap == "bracket":
            low, high = (low, min(high, low + reach)) if behind else (max(low, high - reach), high)
        found = place_words(parts[number].words, run, low, high, exact=exact, latest=not behind)
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
    at = find_row(part.words, run, 0, len(run.words))
    if at < 0:
        return WordChange("", letter, start, end), 0
    place = run.select(at, at + len(part.words) - 1)[0]
    return WordChange("", letter, start, end, "moved", place, len(part.words)), len(part.words)


def _list_changes(
    quotation: QuotationWords, part: QuotationPart, spot: Placement, run: PageRun
) -> Iterator[WordChange]:
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
        # Only the page has these words.
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
    # Behind a letter a raised number of a note becomes part of the word: "prize3".
    bare = word.rstrip("0123456789")
    return bare == token.word and bare.isalpha() and len(bare) > 1


def _is_no_text(run: PageRun, low: int, high: int) -> bool:
    """Tells if words that only the page has are a footnote's mark, or stand between two pages."""
    if run.has_break(low, high):
        # Where a page ends, its footnotes and the running heads stand between the words.
        page, at = run.find_token(low)
        begins_line = at == 0 or "\n" in page.text[page.tokens[at - 1].end : page.tokens[at].start]
        footnote = begins_line and high - low <= _FOOTNOTE and run.words[low][0].isdigit()
        return high - low <= _FURNITURE or footnote
    for place in range(low, min(high, low + _MARKS)):
        page, at = run.find_token(place)
        token = page.tokens[at]
        if not token.word.isdigit() or page.text[token.start - 1 : token.start] not in _BEFORE_MARK:
            return False
    return high - low <= _MARKS
