"""Paragraphs, headings and quotations out of the lines that a page prints."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from workbench.text.sentences import ends_in_abbreviation

_MARKER = re.compile(
    r"(?:[•▪◦‣·○●■□➢✓*–-]|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,5})\)|\d{1,2}\.|[a-zA-Z]\.|[IVX]{1,5}\.)\s+(?=\S)"
)
_BULLET = re.compile(r"[•▪◦‣·○●■□➢✓]\s+")
_NUMBERED = re.compile(
    r"(?:Section\s{1,3})?(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+(?=[A-Z“\"])(?!C\.?F\.?R|U\.?S\.?C)"
)
_ENDS_SENTENCE = re.compile(r"[.!?:;][\"”’')\]]{0,3}$|[)\]]$")
_PAGE_NUMBER = re.compile(
    r"\W{0,3}(?:page\s{0,3})?(?:\d{1,4}|[ivxl]{1,6})(?:\s{0,3}(?:of|/)\s{0,3}\d{1,4})?\W{0,3}", re.IGNORECASE
)
_LEADERS = re.compile(r"(?:\. ?){4,200}\d{0,4}$|…{2,200}\s?\d{0,4}$")
_LETTERS = re.compile(r"[^\W\d_]{4}")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_HYPHENATED = re.compile(r"([^\W\d_]+)-$")
_PREFIXES = frozenset({
    "anti", "co", "counter", "cross", "ex", "inter", "mid", "mini", "multi", "non", "post", "pre", "pro", "re", "self",
    "semi", "sub", "ultra", "well",
})  # fmt: skip
_SHORTEST_PART = 4
_LARGER = 1.06
_SMALLER = 0.93
_HEADING_PITCH = 1.6
_MUCH_LARGER = 1.18
"""Type that differs less may go on in one paragraph: a citation behind a quotation in smaller type."""
_WIDER_GAP = 1.25
_INDENT = 1.2
"""Of a first line or a block, in sizes of the type."""
_VERY_SHORT = 0.3
_CAPITAL_LINES = 2
_HEADING_LINES = 6
_SHORT_HEADING = 160
_LONGEST_HEADING = 400
_EDGE_LINES = 3
"""Lines at the top and at the foot of a page among which headers and footers are looked for."""
_REPEATED = 0.5
_MARK_LENGTH = 5


class PrintedLine(NamedTuple):
    """One line of a page.

    ``top`` grows downwards, and all lengths are in one unit.

    Attributes:
        text: What it says, without spaces at its ends.
        left: Where it begins.
        right: Where it ends.
        top: Height of its base line on the page.
        size: Of the type.
        bold: Whether all of it is.
        place: Number of its page, or of its line in a text file.
    """

    text: str
    left: float
    right: float
    top: float
    size: float
    bold: bool = False
    place: int = 1


class JoinedBlock(NamedTuple):
    """One block of the text.

    Attributes:
        text: As Markdown: a heading, a quotation, an item or a paragraph, on one line.
        places: Offset in the text and number of the page or line that begins there.
    """

    text: str
    places: tuple[tuple[int, int], ...]


@dataclass
class _Measures:
    """Usual measures of a document."""

    size: float
    left: float
    right: float
    pitch: float
    words: Counter[str] = field(default_factory=Counter)


def drop_page_furniture(pages: Sequence[Sequence[PrintedLine]]) -> tuple[list[list[PrintedLine]], tuple[str, ...]]:
    """Leaves out page numbers, and lines that stand at the top or foot of many pages.

    Returns:
        The other lines of each page, and the lines left out, each once.
    """
    counts: Counter[tuple[bool, str]] = Counter()
    for page in pages:
        counts.update({(at_top, _without_digits(line.text)) for line, at_top in _edges(page)})
    least = max(2, _REPEATED * len(pages))
    kept = []
    dropped: dict[str, None] = {}
    for page in pages:
        gone: set[int] = set()
        for line, at_top in _edges(page):
            words = _without_digits(line.text)
            if counts[at_top, words] >= least or (
                # The first page may have less of it: the mark of a draft, and no title beside it.
                page is pages[0]
                and len(words) >= _MARK_LENGTH
                and any(words in other for (at, other), count in counts.items() if at == at_top and count >= least)
            ):
                gone.add(id(line))
        for line in (*page[:1], *page[-1:]):
            if _PAGE_NUMBER.fullmatch(line.text):
                gone.add(id(line))
        kept.append([line for line in page if id(line) not in gone])
        dropped.update((line.text, None) for line in page if id(line) in gone)
    return kept, tuple(dropped)


def join_lines(pages: Sequence[Sequence[PrintedLine]]) -> list[JoinedBlock]:
    """Joins the lines of pages into blocks.

    A paragraph that goes on over the end of a page is one; notes at the foot of a page stand behind it.
    """
    lines = [line for page in pages for line in page]
    if not lines:
        return []
    measures = _measure(pages, lines)
    blocks: list[JoinedBlock] = []
    notes: list[list[PrintedLine]] = []
    current: list[PrintedLine] = []

    def close() -> None:
        nonlocal current, notes
        blocks.extend(_build_block(group, measures) for group in (current, *notes) if group)
        current, notes = [], []

    for page in pages:
        body, foot = _split_notes(page, measures)
        edges = _right_edges(body, measures)
        for index, line in enumerate(body):
            if current and _parts(current, line, edges, body, index, measures):
                close()
            current.append(line)
        for line in foot:
            if not notes or re.match(r"\d{1,3}\s?\S|[*†]", line.text):
                notes.append([])
            notes[-1].append(line)
    close()
    return blocks


def _edges(page: Sequence[PrintedLine]) -> Iterable[tuple[PrintedLine, bool]]:
    yield from ((line, True) for line in page[:_EDGE_LINES])
    yield from ((line, False) for line in page[max(_EDGE_LINES, len(page) - _EDGE_LINES) :])


def _without_digits(text: str) -> str:
    return re.sub(r"[\d\s]+", " ", text).strip()


def _measure(pages: Sequence[Sequence[PrintedLine]], lines: Sequence[PrintedLine]) -> _Measures:
    sizes: Counter[float] = Counter()
    lefts: Counter[int] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    size = sizes.most_common(1)[0][0]
    usual = [line for line in lines if _is_near(line.size, size)] or list(lines)
    for line in usual:
        lefts[round(line.left)] += 1
    # The leftmost place where many lines begin: of a letter that is mostly quotations, those begin further in.
    left = min(place for place, count in lefts.items() if count >= 0.1 * len(usual)) if lefts else 0.0
    rights = sorted(line.right for line in usual)
    right = rights[min(len(rights) - 1, int(0.95 * len(rights)))]
    steps: Counter[float] = Counter()
    for page in pages:
        for one, other in pairwise(page):
            if _is_near(one.size, other.size) and 0 < other.top - one.top < 4 * one.size:
                steps[round((other.top - one.top) / one.size, 1)] += 1
    often = [step for step, count in steps.items() if count >= 0.15 * steps.total()]
    words = Counter(word.casefold() for line in lines for word in _WORD.findall(line.text))
    return _Measures(size, left, right, min(often, default=1.2), words)


def _is_near(one: float, other: float) -> bool:
    return _SMALLER < one / other < _LARGER if other else True


def _split_notes(
    page: Sequence[PrintedLine], measures: _Measures
) -> tuple[Sequence[PrintedLine], Sequence[PrintedLine]]:
    """Splits the small print at the foot of a page off."""
    first = len(page)
    while first and page[first - 1].size < _SMALLER * measures.size:
        first -= 1
    while first < len(page) and not re.match(r"\d{1,3}\s?\S|[*†]", page[first].text):
        first += 1
    return page[:first], page[first:]


def _right_edges(page: Sequence[PrintedLine], measures: _Measures) -> list[float]:
    """Finds how far to the right each line could have gone.

    As far as the longest of the lines around it with the same indent.
    """
    edges: list[float] = []
    start = 0
    for index in range(1, len(page) + 1):
        if index < len(page) and _is_indented(page[index], measures) == _is_indented(page[start], measures):
            continue
        group = page[start:index]
        edge = max(line.right for line in group)
        edges += [edge if _is_indented(page[start], measures) else max(edge, measures.right)] * len(group)
        start = index
    return edges


def _is_indented(line: PrintedLine, measures: _Measures) -> bool:
    return line.left > measures.left + _INDENT * line.size


def _parts(
    current: Sequence[PrintedLine],
    line: PrintedLine,
    edges: Sequence[float],
    page: Sequence[PrintedLine],
    index: int,
    measures: _Measures,
) -> bool:
    """Tells if a line begins a new block."""
    before = current[-1]
    if not 1 / _MUCH_LARGER < line.size / before.size < _MUCH_LARGER:
        return True
    marker = _MARKER.match(line.text) is not None
    # A citation in parentheses that no line may end within leaves much room before it.
    goes_on = line.text[0] == "(" and before.text[-1] not in ".!?:;"
    begins_small = (line.text[:1].islower() or goes_on) and not marker
    begins_small = begins_small or (index == 0 and _is_inside_parentheses(current))
    ends = _ENDS_SENTENCE.search(before.text) is not None and not ends_in_abbreviation(before.text)
    if index == 0:
        # Over the end of a page only the words tell.
        if before.right < measures.left + (1 - _VERY_SHORT) * (measures.right - measures.left):
            return not begins_small
        stands_out = line.bold != before.bold or line.size > _LARGER * before.size
        return not begins_small and (ends or marker or stands_out or _is_heading(current, measures))
    step = (line.top - before.top) / line.size
    if (
        step < _HEADING_PITCH
        and not (ends or marker or _NUMBERED.match(line.text))
        and _is_one_heading(before, line, measures)
    ):
        return False
    if step > _WIDER_GAP * measures.pitch or _BULLET.match(line.text) or _LEADERS.search(before.text):
        return True
    edge = edges[index - 1]
    short = _has_room(before, line, edge)
    # A ragged margin may leave room for a word in the middle of a sentence; a third of a line is left at an end only.
    very_short = short and edge - before.right > _VERY_SHORT * (edge - measures.left)
    # "the University of / D. (Exhibit 17)" is no item; one behind another is.
    listed = _MARKER.match(current[0].text) is not None and abs(line.left - current[0].left) < line.size / 2
    moved = abs(line.left - before.left) > line.size / 2
    following = page[index + 1] if index + 1 < len(page) else None
    is_first = line.left > before.left + line.size * _INDENT and (
        following is None or following.left < line.left - line.size / 2
    )
    leaves = len(current) > 1 and _is_indented(line, measures) != _is_indented(before, measures)
    return not begins_small and (
        (not _is_near(line.size, before.size) and (ends or short))
        or (line.bold and not before.bold and (ends or very_short or _is_numbered_heading(line)))
        or (
            before.bold
            and not line.bold
            and (ends or (len(current) <= _HEADING_LINES and _is_heading(current, measures)))
        )
        or (marker and (ends or very_short or listed or moved))
        or ((is_first or leaves) and (ends or short))
        or (short and (ends or very_short))
    )


def _is_inside_parentheses(current: Sequence[PrintedLine]) -> bool:
    """Tells if a paragraph ends within parentheses: ``(Exhibits 2 at 1;``."""
    text = " ".join(line.text for line in current[-4:])
    return text.rfind("(") > text.rfind(")")


def _is_one_heading(before: PrintedLine, line: PrintedLine, measures: _Measures) -> bool:
    """Tells if two lines are set as a heading is, in the same type."""
    stands_out = line.bold or line.size > _LARGER * measures.size
    return stands_out and line.bold == before.bold and _is_near(line.size, before.size)


def _is_numbered_heading(line: PrintedLine) -> bool:
    return line.bold and _NUMBERED.match(line.text) is not None


def _has_room(before: PrintedLine, line: PrintedLine, edge: float) -> bool:
    """Tells if the next line's first word would have fitted on the line before."""
    width = (before.right - before.left) / max(len(before.text), 1)
    first = len(line.text.split(maxsplit=1)[0]) + 1
    return edge - before.right > 1.15 * width * first + line.size / 2


def _is_heading(group: Sequence[PrintedLine], measures: _Measures) -> bool:
    if len(group) > _HEADING_LINES or sum(len(line.text) for line in group) > _LONGEST_HEADING:
        return False
    text = " ".join(line.text for line in group)
    if _LEADERS.search(text) or not _LETTERS.search(text):
        return False
    if all(line.size > _LARGER * measures.size for line in group):
        return True
    if all(line.bold for line in group):
        # What is stressed in a text is a heading where it has a number, or is short.
        return _NUMBERED.match(text) is not None or (
            len(text) <= _SHORT_HEADING and not text[0].islower() and text.count("(") == text.count(")")
        )
    return len(group) <= _CAPITAL_LINES and text.isupper() and len(_WORD.findall(text)) > 1


def _build_block(group: Sequence[PrintedLine], measures: _Measures) -> JoinedBlock:
    text = _marker_of(group, measures)
    if text == "- " and (bullet := _BULLET.match(group[0].text)):
        group = [group[0]._replace(text=group[0].text[bullet.end() :]), *group[1:]]
    places: list[tuple[int, int]] = []
    for line, following in zip(group, [*group[1:], None], strict=True):
        if not places or places[-1][1] != line.place:
            places.append((len(text), line.place))
        text += line.text if following is None else _end_line(line.text, following.text, measures)
    return JoinedBlock(text, tuple(places))


def _marker_of(group: Sequence[PrintedLine], measures: _Measures) -> str:
    """Returns the Markdown marker of a block."""
    if _is_heading(group, measures):
        numbered = _NUMBERED.match(group[0].text)
        return "#" * (2 + (numbered["number"].count(".") if numbered else 0)) + " "
    if _BULLET.match(group[0].text):
        return "- "
    return "> " if _is_quotation(group, measures) else ""


def _end_line(line: str, following: str, measures: _Measures) -> str:
    """Returns a line as it stands before the next one of its block."""
    if line.endswith(("\ufffe", "\x02", "\u00ad")):
        return _join_hyphen(line[:-1] + "-", following, measures)
    if _HYPHENATED.search(line) and following[:1].isalnum():
        return _join_hyphen(line, following, measures)
    return line if re.search(r"\S[—/]$", line) else line + " "


def _is_quotation(group: Sequence[PrintedLine], measures: _Measures) -> bool:
    """Tells if a block is set in from both sides."""
    return (
        len(group) > 1
        and all(_is_indented(line, measures) for line in group)
        and max(line.right for line in group) < measures.right - measures.size
        and not _MARKER.match(group[0].text)
    )


def _join_hyphen(line: str, following: str, measures: _Measures) -> str:
    """Returns a line without its last hyphen where that only divides a word."""
    before = _HYPHENATED.search(line)
    after = _WORD.match(following)
    if before is None or after is None:
        return line
    one, other = before[1].casefold(), after[0].casefold().split("-")[0]
    # What the document writes elsewhere decides. Else a hyphen behind a prefix, or beside a known word, is spelling.
    whole, parted = measures.words[one + other], measures.words[f"{one}-{other}"]
    known = any(len(part) >= _SHORTEST_PART and measures.words[part] > 1 for part in (one, other))
    if not following[0].islower() or parted > whole or (not whole and (known or one in _PREFIXES)):
        return line
    return line[:-1]
