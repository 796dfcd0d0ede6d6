"""Checks of a letter's criteria: announced, argued and concluded the same, each with its exhibits."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from workbench.case.citation import Citation
from workbench.case.criteria import CRITERIA
from workbench.checks.draft import DraftText
from workbench.checks.exhibits.exhibit_use import find_argued_sections
from workbench.checks.finding import Finding
from workbench.checks.letter import Letter
from workbench.checks.parts.section_titles import REGULATION_WORDS
from workbench.text.text_cache import cache_by_text

_LISTED = "criteria-listed"
_SUPPORT = "criterion-support"
_COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_WORDS = {word: number for number, word in enumerate(_COUNTS, start=1)}
_ROMAN = {
    criterion.paragraph[7:-1]: name for name, criterion in CRITERIA.items() if criterion.paragraph.startswith("(h)(3)(")
}
_COUNT = re.compile(
    r"\b(?P<count>one|two|three|four|five|six|seven|eight|nine|ten"
    r"|\d{1,2})\s{0,3}(?:\((?P<inner>[^()]{1,80})\)\s{0,3})?(?P<of>of\s+(?:the\s+)?(?:(?:ten|10)\s+)?)?"
    r"(?:(?:regulatory|evidentiary|enumerated|statutory|listed|initial|eligibility|EB-1A|required|following"
    r"|separate|different|distinct|independent|such|these)\s+){0,3}criteria\b",
    re.IGNORECASE,
)
# What the law asks for is no announcement of what the letter shows.
_ASKED = re.compile(
    r"\b(?:at\s+least|minimum(?:\s+of)?|only|needs?|needed|requir\w+|must|any|fewer\s+than|more\s+than|of\s+(?:the"
    r"|its)|the|all|other|remaining)\s+(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
_MINIMUM = re.compile(
    r"\bat\s+least\s+(?P<count>one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2})\s+(?:of\s+)?(?:the\s+)?"
    r"(?:(?:ten|10|regulatory|evidentiary|listed|following|initial)\s+){0,3}criteria\b",
    re.IGNORECASE,
)
_LAW_ASKS = re.compile(
    r"\b(?:one-time\s+achievement|must|requires?|asks?|needs?|question|whether|regulation\s+provides)\b", re.IGNORECASE
)
_ASKED_FOR = 3
_NUMERAL = re.compile(
    r"(?<![\w)])\((?:h\)\(3\)\()?(?P<numeral>viii|vii|vi|iv|ix|iii|ii|i|v|x)\)|\(h\)\s?\(3\)\s?\((?P<full>viii|vii"
    r"|vi|iv|ix|iii|ii|i|v|x)\)"
)
_COMPARABLE = re.compile(r"\bcomparable\s{1,3}evidence\b|\(h\)\s?\(4\)", re.IGNORECASE)
_RANGE = re.compile(r"\([ivx]+\)\s{0,3}(?:[-–]|through|to)\s{0,3}(?:\(h\)\(3\))?\s{0,3}\([ivx]+\)")
_ITEM = re.compile(r"[\s>*_-]{0,8}(?:\((?P<mark>[a-z]{1,5}|\d{1,2})\)|(?P<other>\d{1,2}|[a-z])[.)]|[-*•])\s")
# Between two numerals of a list, or a count and its list: a comma, a few words that name the regulation.
_RUN_GAP = re.compile(
    r"(?:[\s,;:&§]|and\b|or\b|namely\b|under\b|at\b|in\b|of\b|paragraphs?\b|subparagraphs?\b|criteri(?:a|on)\b"
    r"|8\b|C\.?F\.?R\.?|204\.5|\(h\)\s?\(3\)){0,24}",
    re.IGNORECASE,
)
_RANGE_GOES_ON = re.compile(r"\s{0,3}(?:[-–]|through\b|to\b)", re.IGNORECASE)
_LIST_GOES_ON = re.compile(r"[\s,]{1,3}(?:and|or|as\s+well)\b", re.IGNORECASE)
_RUN = 400
_LEAST_RUN = 2
_NOTED = "The petition is decided on what is argued; say the same everywhere."


class _CriteriaList(NamedTuple):
    """A place where the letter says how many criteria it meets, or which.

    Attributes:
        section: Its section.
        at: Start and end of the words.
        said: The number it says.
        numerals: Criteria named by their numerals in the words themselves.
        items: Entries of the list that follows, or 0.
        comparable: Those of them that offer comparable evidence.
        named: Criteria named there at all, by numerals or words.
    """

    section: DraftText
    at: tuple[int, int]
    said: int
    numerals: frozenset[str]
    items: int
    comparable: int
    named: frozenset[str]


def criteria_listed(letter: Letter) -> Iterator[Finding]:
    """Compares the criteria announced, argued and concluded, as sets and by their number."""
    yield from _find_wrong_minimum(letter)
    lists = [found for section in letter.body for found in _find_lists(section)]
    letter.coverage.check(_LISTED, len(lists))
    if not lists:
        letter.coverage.skip(_LISTED, "the letter says nowhere how many criteria it meets")
        return
    argued = frozenset(_find_argued(letter))
    for found in lists:
        for number, what in ((len(found.numerals), "numerals beside it"), (found.items, "entries of its list")):
            # Comparable evidence stands for a criterion, and is none of the ten: a letter may count it or not.
            spare = found.comparable if number == found.items else 0
            if number and not number - spare <= found.said <= number:
                message = f"{found.said} criteria are announced, and {number} are listed ({what})."
                yield found.section.finding(_LISTED, "error", message, at=found.at, suggestion=_NOTED)
                break
        else:
            # Only against a complete list: one that names fewer than it counts was read in part.
            named = found.named if len(found.named) == found.said else found.numerals
            if named and argued:
                yield from _compare(found, named, argued)
    counts = {found.said for found in lists}
    if len(counts) > 1:
        last = next(found for found in reversed(lists) if found.said != lists[0].said)
        message = f"{last.said} criteria are claimed here, and {lists[0].said} at the first place that counts them."
        yield last.section.finding(_LISTED, "error", message, at=last.at, suggestion=_NOTED)
    elif argued and not any(found.named or found.numerals for found in lists) and lists[0].said != len(argued):
        message = f"{lists[0].said} criteria are announced, and {len(argued)} have a section."
        yield lists[0].section.finding(_LISTED, "warning", message, at=lists[0].at, suggestion=_NOTED)


def criterion_support(letter: Letter) -> Iterator[Finding]:
    """Finds criteria for which a letter with a numbering of its own cites no exhibit, or none of the case file's.

    The sections of such a letter are not ours: all that argue one criterion are taken together.
    """
    case = letter.case
    if case is None:
        return
    cited: dict[str, set[str]] = defaultdict(set)
    first: dict[str, DraftText] = {}
    for criterion, section in find_argued_sections(letter):
        if section.numbering is not None:
            first.setdefault(criterion, section)
            cited[criterion] |= {cite.exhibit_id for cite in section.citations if isinstance(cite, Citation)}
    for criterion, section in first.items():
        letter.coverage.check(_SUPPORT)
        name = f"{CRITERIA[criterion].title} ({CRITERIA[criterion].cite})"
        claim = case.claim(criterion)
        expected = {cite.exhibit for fact in case.facts_of(criterion) for cite in fact.cites} if claim else set()
        at = (section.blocks[0].start, section.blocks[0].end) if section.blocks else None
        if not cited[criterion]:
            message = f"No exhibit is cited for {name}."
            yield section.finding(_SUPPORT, "error", message, at=at, suggestion="Cite the exhibits that show it.")
        elif expected and expected.isdisjoint(cited[criterion]):
            given = ", ".join(letter.name_exhibit(each) for each in sorted(expected, key=case.exhibit_number))
            message = f"For {name} the letter cites none of the exhibits that the case file gives: {given}."
            yield section.finding(
                _SUPPORT, "warning", message, at=at, suggestion="Cite them, or correct the case file."
            )
        if claim is None:
            message = f"The letter argues {name}, which the case file does not claim."
            yield section.finding(_SUPPORT, "warning", message, at=at, suggestion="Add the claim to case.yaml.")


def _find_wrong_minimum(letter: Letter) -> Iterator[Finding]:
    """Finds another number than three where a letter says how many criteria the regulation asks for."""
    for section in letter.body:
        for match in _MINIMUM.finditer(section.content):
            letter.coverage.check(_LISTED)
            count = _WORDS.get(match["count"].lower()) or int(match["count"])
            before = section.content[max(0, match.start() - _RUN // 2) : match.start()]
            if count != _ASKED_FOR and _LAW_ASKS.search(re.split(r"[.!?]\s", before)[-1]):
                message = f"At least {count} criteria: 8 C.F.R. § 204.5(h)(3) asks for at least three."
                yield section.finding(_LISTED, "error", message, at=match.span(), suggestion="Correct the number.")


def _compare(found: _CriteriaList, named: frozenset[str], argued: frozenset[str]) -> Iterator[Finding]:
    for criterion in sorted(named - argued):
        message = f"{CRITERIA[criterion].title} ({CRITERIA[criterion].cite}) is listed here, and no section argues it."
        yield found.section.finding(_LISTED, "error", message, at=found.at, suggestion=_NOTED)
    for criterion in sorted(argued - named):
        message = (
            f"{CRITERIA[criterion].title} ({CRITERIA[criterion].cite}) is argued in the letter and not listed here."
        )
        yield found.section.finding(_LISTED, "error", message, at=found.at, suggestion=_NOTED)


def _find_argued(letter: Letter) -> set[str]:
    return {criterion for criterion, _ in find_argued_sections(letter)} & set(_ROMAN.values())


def _find_lists(section: DraftText) -> Iterator[_CriteriaList]:
    for match in _find_counts(section.content):
        count = _WORDS.get(match["count"].lower()) or int(match["count"])
        before = section.content[max(0, match.start() - 40) : match.start()]
        if _ASKED.search(before) or count > len(_ROMAN) or (count == len(_ROMAN) and not match["inner"]):
            continue
        index = section.block_at(match.start())
        if index is None or section.blocks[index].kind == "heading":
            continue
        block = section.blocks[index]
        beside = _split_numerals(match["inner"] or "") or _read_run(section, match.end(), block.end)
        rest = _RANGE.sub(" ", section.content[match.start() : block.end])
        named = set(beside) | _numerals(rest)
        items = comparable = 0
        if section.content[block.start : block.end].rstrip("*_ ").endswith((":", "namely")):
            items, comparable, listed = _read_items(section, index + 1)
            named |= listed
        # Behind a count, numerals in the same sentence are its list.
        yield _CriteriaList(section, match.span(), count, frozenset(beside), items, comparable, frozenset(named))


@cache_by_text(512, longest=100_000)  # an edit changes one section
def _find_counts(text: str) -> tuple[re.Match[str], ...]:
    return tuple(_COUNT.finditer(text))


def _read_items(section: DraftText, index: int) -> tuple[int, int, set[str]]:
    """Counts the entries of a list and those of comparable evidence, and reads the criteria that they name."""
    count, comparable, named = 0, 0, set[str]()
    style: str | None = None
    for block in section.blocks[index:]:
        text = section.content[block.start : block.end]
        mark = _ITEM.match(text)
        if block.kind == "heading" or mark is None:
            break
        # "3)" behind "(e)" goes on with the list in which this one stands.
        shape = re.sub(r"[a-z]+", "a", re.sub(r"\d+", "1", mark[0].strip()))
        style = style or shape
        if shape != style:
            break
        count += 1
        comparable += _COMPARABLE.search(text) is not None
        own = _numerals(text[:12]) if re.match(r"\W{0,4}\((?:[ivx]{2,4}|[ivx])\)", text) else set()
        by_words = [name for name, pattern in REGULATION_WORDS.items() if pattern.search(text)]
        named |= own or _numerals(text) or set(by_words[:1] if len(by_words) == 1 else ())
    # "(a) … (b) …" may hold the entries of something else: then they name no criteria.
    return (count, comparable, named) if named else (0, 0, set())


def _numerals(text: str) -> set[str]:
    return {_ROMAN[match["numeral"] or match["full"]] for match in _NUMERAL.finditer(text)}


def _read_run(section: DraftText, start: int, end: int) -> set[str]:
    """Reads the list behind a count in its sentence: ``criteria, (i), (ii) and (vi)``; nothing but two and more."""
    at = bisect_right(section.sentences, start, key=lambda sentence: sentence.start) - 1
    end = min(end, section.sentences[at].end if at >= 0 else end, start + _RUN)
    found: set[str] = set()
    last, closed = start, False
    for match in _NUMERAL.finditer(section.content, start, end):
        gap = _RUN_GAP.fullmatch(section.content, last, match.start())
        if gap is None:
            break
        closed = re.search(r"\b(?:and|or)\b", gap[0]) is not None
        found.add(_ROMAN[match["numeral"] or match["full"]])
        last = match.end()
    # A range, or a list that goes on in words, is read in part only.
    goes_on = _RANGE_GOES_ON.match(section.content, last, end) or (
        not closed and _LIST_GOES_ON.match(section.content, last, end)
    )
    return set() if goes_on or len(found) < _LEAST_RUN else found


def _split_numerals(inner: str) -> set[str]:
    """Reads ``i, iv and viii``; nothing where any part is no numeral."""
    parts = [part.strip(" ()") for part in re.split(r",|;|\band\b|&", inner.lower()) if part.strip(" ()")]
    return {_ROMAN[part] for part in parts} if parts and all(part in _ROMAN for part in parts) else set()
