"""The parts of a letter: its sections by heading, its address, its signature and its list of exhibits."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest
from types import MappingProxyType

from workbench.case.criteria import CRITERIA
from workbench.checks.draft import Part
from workbench.checks.parts.draft_file import DraftMark
from workbench.checks.parts.exhibit_index import expand_references, is_entry
from workbench.checks.parts.section_titles import SectionGuess, guess_section
from workbench.text.markdown import DraftBlock, find_blocks
from workbench.text.sentences import find_sentences
from workbench.text.tokens import find_tokens

_INDEX = re.compile(
    r"(?:(?:list|index|table|schedule) of (?:the )?"
    r"(?:exhibits|attachments|evidence|supporting (?:documents|evidence)|contents)"
    r"|exhibits?(?: (?:list|index))?|(?:table of )?contents|attachments|enclosures|evidence index)",
    re.IGNORECASE,
)
_CONTENTS = re.compile(r"(?:table of )?contents", re.IGNORECASE)
_OPEN_LIST = re.compile(r"open before filing", re.IGNORECASE)
_SALUTATION = re.compile(
    r"(?:Dear\s[^\n]{1,80}|To Whom It May Concern|Honorable\s[^\n]{1,60}|Sir or Madam)\s{0,2}[:,]?", re.IGNORECASE
)
_CLOSING = re.compile(
    r"(?:Sincerely(?: yours)?|Yours (?:truly|sincerely|faithfully)|Very truly yours|Truly yours"
    r"|Respectfully(?: submitted| yours)?|(?:Best|Kind|With best|With kind) regards|Cordially)\s{0,2}[,.]?",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?:(?:Section|Part|Chapter|Article)\s{1,3})?(?P<number>\d{1,2}(?:\.\d{1,2}){0,3}|[IVX]{1,5}|[A-Z])(?P<mark>[.):]?)\s{1,4}(?=\S)"
)
_BOLD_LINE = re.compile(r"\*\*(?P<text>[^*\n]{2,300})\*\*:?")
_HEADING_LENGTH = 300
_CAPITALS = 3
_CONTENTS_LINE = 240
_FIRST_PART = 6_000
"""Characters from the beginning among which the salutation stands."""
_SIGNATURE = 1_200
_LEAST_ENTRIES = 3
_PROSE = 400
_ENTRY_LINES = 2
_ENTRY_REST = 160
_LEADERS = re.compile(r"(?:\. ?){6,200}\d{1,4}|…{3,200}\s?\d{1,4}")
_PAGE_BEHIND = re.compile(r"\s\d{1,4}$")
_UNSEEN = re.compile("[\u200b\u200e\u200f\u2060\ufeff]")
_WORD = re.compile(r"[^\W\d_]{4}")
_REFERS = re.compile(r"\b(?:Sections?|Parts?)\s{1,3}(?P<numbers>\d[\d., and–-]{0,80})")


@dataclass(frozen=True)
class LetterPart:
    """A stretch of a letter; the parts of a letter follow each other without a gap.

    Attributes:
        start: Offset of its first character.
        end: Offset just behind it.
        part: Prose, or lines that claim nothing.
        section_id: One of ours, or None.
        title: Its heading without markers and number; empty where it has none.
        numbers: Offset and number of its headings that have one in the letter, such as ``1.2``.
    """

    start: int
    end: int
    part: Part
    section_id: str | None
    title: str
    numbers: tuple[tuple[int, str], ...] = ()

    @property
    def is_contents(self) -> bool:
        """True for a table of contents and the open points of a draft: their lines are numbered as exhibits are."""
        return self.part == "index" and (
            _CONTENTS.fullmatch(self.title.strip(" :.")) is not None or _is_open_list(self.title)
        )


@dataclass(frozen=True)
class _Head:
    start: int
    level: int
    title: str
    number: str | None
    guess: SectionGuess | None


@dataclass
class _Cut:
    start: int
    part: Part
    section_id: str | None
    title: str
    numbers: list[tuple[int, str]]


def split_letter(
    text: str, marks: Sequence[DraftMark] = (), titles: Mapping[str, str] = MappingProxyType({})
) -> tuple[LetterPart, ...]:
    """Splits a letter into its parts.

    Args:
        text: The letter, as Markdown.
        marks: Parts that its file names itself.
        titles: Headings that the case file gives to sections, such as those of a request, with the section's id.
    """
    cuts = _cuts_of_marks(text, marks) if marks else _cuts_of_text(text, titles)
    if not cuts or cuts[0].start > 0:
        cuts.insert(0, _Cut(0, "body", None, "", []))
    ends = [*(cut.start for cut in cuts[1:]), len(text)]
    return tuple(
        LetterPart(cut.start, end, cut.part, cut.section_id, cut.title, tuple(cut.numbers))
        for cut, end in zip(cuts, ends, strict=True)
        if end > cut.start or len(cuts) == 1
    )


def _cuts_of_marks(text: str, marks: Sequence[DraftMark]) -> list[_Cut]:
    parts: dict[str, Part] = {"head": "address", "signature": "signature", "exhibits": "index"}
    titles = [text[mark.offset :].partition("\n")[0] for mark in marks]
    return [
        _Cut(mark.offset, parts.get(mark.role, "body"), mark.section_id, title.lstrip("# ").strip(), [])
        for mark, title in zip(marks, titles, strict=True)
    ]


def _cuts_of_text(text: str, titles: Mapping[str, str]) -> list[_Cut]:
    blocks = tuple(find_blocks(text))
    heads = [_name_head(head, titles) for head in _find_heads(text, blocks)]
    cuts = _cuts_of_heads(heads, _read_roadmap(text, blocks))
    first = next((head.start for head in heads if head.guess is not None or head.number), len(text))
    extra: list[_Cut] = []
    salutation = _find_salutation(text, blocks, min(first, _find_front_end(text, blocks) + _FIRST_PART))
    if salutation is not None:
        extra.append(_Cut(0, "address", None, "", []))
        extra.append(_Cut(salutation, "body", "intro", "", []))
    lists = list(_find_bare_index(text, blocks, cuts))
    extra += lists
    extra += _find_signatures(text, blocks, sorted([*cuts, *lists], key=lambda cut: cut.start))
    return _end_lists(text, blocks, _merge(text, cuts, extra, salutation))


def _name_head(head: _Head, titles: Mapping[str, str]) -> _Head:
    """Returns a heading with the section that the case file names so: ``Request 2: The Terms of the Prize``."""
    words = " ".join(token.word for token in find_tokens(head.title))
    for title, section_id in titles.items():
        if f" {words} ".endswith(" " + " ".join(token.word for token in find_tokens(title)) + " "):
            return replace(head, guess=SectionGuess(section_id, "strong"))
    return head


def _find_heads(text: str, blocks: Sequence[DraftBlock]) -> Iterator[_Head]:
    front_end = _find_front_end(text, blocks)
    previous = ""
    for block in blocks:
        words = text[block.start : block.end]
        if block.start < front_end and not _is_list_title(words):
            continue
        if block.kind == "heading":
            marker = len(words) - len(words.lstrip("#"))
            title, level = words.strip("# \t\n").replace("*", ""), marker or 2
        elif block.kind in {"paragraph", "item"} and (typed := _typed_heading(words, block.kind)):
            title, level = typed
        else:
            continue
        numbered = _NUMBER.match(title)
        number = numbered["number"] if numbered and (numbered["mark"] or not numbered["number"].isalpha()) else None
        plain = title[numbered.end() :] if numbered and number else title
        if number:
            level = _level_of(number, previous)
            previous = number
        yield _Head(block.start, level, plain, number, guess_section(plain))


def _find_front_end(text: str, blocks: Sequence[DraftBlock]) -> int:
    """Finds the end of the table of contents and of the open points of a draft of ours, which name sections, too."""
    end = _find_contents_end(text, blocks)
    opened = next((block for block in blocks if _is_open_list(text[block.start : block.end])), None)
    for block in blocks if opened is not None and opened.start >= end else ():
        words = text[block.start : block.end].strip("#* \n")
        if opened is not None and block.start > opened.start:
            if _SALUTATION.fullmatch(words) or (_NUMBER.match(words) and block.kind == "heading"):
                break
            end = block.end
    return end


def _find_contents_end(text: str, blocks: Sequence[DraftBlock]) -> int:
    """Finds the end of a table of contents: of the last of its lines.

    They are short, and lead to a page number or come again as headings.
    """
    end = 0
    if ".." in text or ". ." in text or "…" in text:
        end = max((block.end for block in blocks if _LEADERS.search(text, block.start, block.end)), default=0)
    seen: set[str] | None = None
    for block in blocks:
        written = text[block.start : block.end]
        if seen is None and "contents" not in written.casefold():
            continue
        words = " ".join(written.strip("#* ").split())
        key = re.sub(r"[\s.]*\d*$", "", words).casefold()
        if seen is None:
            seen = set() if "contents" in key and _INDEX.fullmatch(key) else None
        elif (
            block.kind == "heading"
            or len(words) > _CONTENTS_LINE
            or _is_list_title(words)
            or (key in seen and not _PAGE_BEHIND.search(words))
        ):
            break
        else:
            seen.add(key)
            end = max(end, block.end)
    return end


def _level_of(number: str, previous: str) -> int:
    """Returns the level of a numbered heading: ``I`` and ``1`` are above ``A`` and ``1.1``."""
    if number[0].isdigit():
        return 2 + number.count(".")
    # Behind H comes the letter I; elsewhere it is a Roman one.
    follows = len(number) == 1 and len(previous) == 1 and ord(number) == ord(previous) + 1 and previous not in "IVX"
    return 2 if re.fullmatch(r"[IVX]{1,5}", number) and not follows else 3


def _typed_heading(words: str, kind: str) -> tuple[str, int] | None:
    """Reads a paragraph that is a heading by its look: a line in bold or capitals, or a numbered title."""
    line = _UNSEEN.sub("", words).strip()
    if "\n" in line or not line or len(line) > _HEADING_LENGTH:
        return None
    plain = line.strip(" :.")
    if bold := _BOLD_LINE.fullmatch(line):
        return bold["text"].strip(), 4
    if _WORD.search(line) and line.upper() == line and not line.endswith((".", ",", ";")) and " v. " not in line:
        # A single name in capitals is a signature or an address.
        is_title = guess_section(line) or _INDEX.fullmatch(plain) or len(line.split()) > _CAPITALS
        return (line, 2) if is_title else None
    if _INDEX.fullmatch(plain) and plain[:1].isupper() and " " in plain:
        return plain, 2
    return (line, 3) if kind != "item" and _is_numbered_title(line) else None


def _is_numbered_title(line: str) -> bool:
    """Tells if a line is ``1.2 Others recognize her`` and not ``1.2 million readers``, or a sentence that cites."""
    numbered = _NUMBER.match(line)
    if numbered is None:
        return False
    number = numbered["number"]
    is_named = numbered.start("number") > 0  # Section 1.
    is_roman = number.isalpha() and bool(numbered["mark"]) and re.fullmatch(r"[IVX]{1,5}", number) is not None
    rest = line[numbered.end() :]
    return (
        (is_named or is_roman or "." in number)
        and rest[:1].isupper()
        and not re.search(r"\b(?:Exhibits?|Exs?\.)\s\w", rest)
    )


def _read_roadmap(text: str, blocks: Iterable[DraftBlock]) -> dict[str, str]:
    """Reads the sections that a letter itself says belong to a criterion: ``original contributions (Section 1.7)``."""
    found: dict[str, str] = {}
    for block in blocks:
        words = text[block.start : block.end]
        if block.kind == "heading" or "ection" not in words:
            continue
        for start, end in find_sentences(words):
            refers = list(_REFERS.finditer(words, start, end))
            guess = guess_section(words[start : refers[0].start()]) if refers else None
            if guess is None or guess.section_id not in CRITERIA:
                continue
            for number in (number for match in refers for number in expand_references(match["numbers"])):
                found.setdefault(number, guess.section_id)
    return found


def _cuts_of_heads(heads: Sequence[_Head], roadmap: dict[str, str]) -> list[_Cut]:
    cuts: list[_Cut] = []
    above: list[tuple[int, str | None, bool, Part]] = []  # level, id, whether that is certain, part
    for head in heads:
        # A heading within a list of exhibits that names nothing is a part of it: the head of its table.
        is_caption = (
            bool(above) and above[-1][3] == "index" and not (head.number or head.guess or _is_list_title(head.title))
        )
        while above and not is_caption and (above[-1][0] >= head.level or above[-1][3] == "index"):
            above.pop()
        parent = above[-1] if above else (0, None, False, "body")
        part: Part = "index" if _is_list_title(head.title) else "body"
        section_id, certain = _place_head(head, parent, roadmap)
        if parent[3] == "index":
            part, section_id = "index", None
        elif part == "index":
            section_id = None
        above.append((head.level, section_id, certain, part))
        numbers = [(head.start, head.number)] if head.number else []
        last = cuts[-1] if cuts else None
        if last is not None and (last.part, last.section_id) == (part, section_id) and (section_id or part == "index"):
            last.numbers += numbers
            continue
        cuts.append(_Cut(head.start, part, section_id, head.title, numbers))
    return cuts


def _is_list_title(title: str) -> bool:
    plain = title.strip(" :.*#\n\t")
    return _INDEX.fullmatch(plain) is not None or _is_open_list(title)


def _is_open_list(title: str) -> bool:
    return _OPEN_LIST.fullmatch(title.strip(" :.*#\n\t")) is not None


def _place_head(
    head: _Head, parent: tuple[int, str | None, bool, Part], roadmap: dict[str, str]
) -> tuple[str | None, bool]:
    """Returns the section of a heading, and whether that is certain."""
    _, inherited, inherited_certain, _ = parent
    guess = head.guess
    # Within a criterion, "Background" or "Education" names a part of it.
    is_inner = inherited_certain and (inherited in CRITERIA or (guess is not None and guess.section_id not in CRITERIA))
    if guess is not None and guess.strength == "strong" and (not is_inner or _names_criterion(head)):
        return guess.section_id, True
    if inherited is not None and (inherited_certain or inherited in CRITERIA):
        return inherited, inherited_certain
    if head.number is not None and head.number in roadmap:
        return roadmap[head.number], False
    # What a long heading of a chapter says in passing is not said of the sections below it.
    return (guess.section_id, False) if guess is not None else (None, False)


def _names_criterion(head: _Head) -> bool:
    return re.search(r"\bcriteri|\(h\)", head.title, re.IGNORECASE) is not None


def _find_salutation(text: str, blocks: Iterable[DraftBlock], limit: int) -> int | None:
    """Finds the end of the address: just behind the salutation."""
    for block in blocks:
        if block.start > limit:
            return None
        first_line = text[block.start : block.end].partition("\n")[0].strip("* ")
        if _SALUTATION.fullmatch(first_line):
            return min(len(text), text.find("\n", block.start) + 1) if "\n" in text[block.start :] else None
        # The last line of an address may stand in one block with it.
        lines = text[block.start : block.end].split("\n")
        if len(lines) > 1 and _SALUTATION.fullmatch(lines[-1].strip("* ")):
            return min(len(text), block.end + 1)
    return None


def _find_signatures(text: str, blocks: Sequence[DraftBlock], cuts: Sequence[_Cut]) -> Iterator[_Cut]:
    """Finds the closing and what follows it up to the next heading."""
    starts = [cut.start for cut in cuts]
    for index, block in enumerate(blocks):
        line_start = block.start
        for line in text[block.start : block.end].split("\n"):
            if _CLOSING.fullmatch(line.strip("*> ")):
                following = bisect_right(starts, line_start)
                limit = starts[following] if following < len(starts) else len(text)
                yield _Cut(line_start, "signature", None, "", [])
                end = _signature_end(text, blocks, index, line_start, limit)
                if end < limit:
                    yield _Cut(end, "body", None, "", [])
                break
            line_start += len(line) + 1


def _signature_end(text: str, blocks: Sequence[DraftBlock], index: int, start: int, limit: int) -> int:
    """Finds the end of a signature: its lines are short, and say no sentence."""
    for block in blocks[index + 1 : index + 20]:
        words = text[block.start : block.end]
        is_prose = len(words) > _SIGNATURE / 4 or (len(words) > 120 and words.rstrip().endswith("."))  # noqa: PLR2004
        if block.start >= limit or block.start - start > _SIGNATURE or is_prose or block.kind == "heading":
            return min(block.start, limit)
    return limit if index + 20 >= len(blocks) else min(limit, blocks[index + 20].start)


def _find_bare_index(text: str, blocks: Sequence[DraftBlock], cuts: Sequence[_Cut]) -> Iterator[_Cut]:
    """Finds a list of exhibits without a heading: several blocks or lines that each name one."""
    first: int | None = None
    last = count = gap = 0
    for block in [*blocks, None]:
        words = text[block.start : block.end] if block is not None else ""
        lines = [line for line in words.split("\n") if line.strip()]
        entries = sum(map(is_entry, lines))
        if block is not None and block.kind != "heading" and entries and 2 * entries >= len(lines):
            first = block.start if first is None else first
            last, count, gap = block.end, count + entries, 0
            continue
        gap += 1
        # The rest of a title that was too long for its line stands between two entries.
        if first is not None and block is not None and gap <= _ENTRY_LINES and len(words) <= _ENTRY_REST:
            continue
        if first is not None and count >= _LEAST_ENTRIES and not _is_inside_index(cuts, first):
            yield _Cut(first, "index", None, "", [])
            behind = next((each for each in blocks if each.start >= last), None)
            if behind is not None and behind.kind != "heading":
                yield _Cut(behind.start, "body", None, "", [])
        first, count = None, 0


def _end_lists(text: str, blocks: Sequence[DraftBlock], cuts: list[_Cut]) -> list[_Cut]:
    """Ends each list of exhibits where prose begins, which must not go unchecked."""
    found: list[_Cut] = []
    place = 0
    for cut, following in zip_longest(cuts, cuts[1:]):
        found.append(cut)
        end = following.start if following else len(text)
        while place < len(blocks) and blocks[place].start < cut.start:
            place += 1
        inside = place
        while cut.part == "index" and inside < len(blocks) and blocks[inside].start < end:
            words = text[blocks[inside].start : blocks[inside].end]
            is_prose = len(words) > _PROSE and words.rstrip().endswith((".", "”", '"', ")")) and "|" not in words
            if is_prose and not any(map(is_entry, words.split("\n"))) and "\t" not in words:
                found.append(_Cut(blocks[inside].start, "body", None, "", []))
                break
            inside += 1
    return found


def _is_inside_index(cuts: Sequence[_Cut], place: int) -> bool:
    before = bisect_right(cuts, place, key=lambda cut: cut.start)
    return before > 0 and cuts[before - 1].part == "index"


def _merge(text: str, cuts: list[_Cut], extra: list[_Cut], salutation: int | None) -> list[_Cut]:
    """Joins the cuts of headings with those of address, signatures and lists."""
    if salutation is not None:
        # A title above the salutation belongs to the address.
        cuts = [cut for cut in cuts if cut.start >= salutation]
    merged: list[_Cut] = []
    for cut in sorted([*extra, *cuts], key=lambda cut: cut.start):
        if merged and merged[-1].start == cut.start:
            # A heading says more than the end of what stood before it.
            merged[-1] = cut if cut.title else merged[-1]
        else:
            merged.append(cut)
    merged = [
        cut
        for cut, following in zip_longest(merged, merged[1:])
        if cut.title or text[cut.start : following.start if following else len(text)].strip()
    ]
    # What follows a signature or list without a heading goes on as what stood before it.
    for before, after in pairwise(merged):
        if after.part == "body" and not after.title and after.section_id is None and before.part == "body":
            after.section_id = before.section_id
    return merged
