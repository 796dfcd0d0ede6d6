"""Authorities that a text cites: decisions by reporter, database, docket or name, short forms, and secondary sources.

``eyecite`` finds what reporters and databases print; own patterns find the decisions of the immigration agencies,
dockets, databases that it does not know, and cases that are named without a cite. Statutes and regulations are in
:mod:`workbench.checks.law.provisions`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any, Literal

from workbench.checks.law.cited_name import CASE_NAME, clean_name, find_last_name, measure_signal, read_name
from workbench.text.folding import FoldedText
from workbench.text.text_cache import cache_by_text

Kind = Literal["reporter", "docket", "agency", "name", "short", "supra", "id", "secondary", "law"]

LONGEST_PART = 4_000
"""Characters that are read at once: what eyecite does for one citation grows with the text around it."""

# An underscore beside a letter is emphasis; "1 U.S. ___" has no page yet.
_LINE_MARKS = re.compile(r"\n[ \t]*(?:>[ \t]?)+|\*|_(?=[A-Za-z0-9])|(?<=[A-Za-z0-9.,)])_")
# Written without its full stop, a "v" or "vs." also stands between teams, methods and versions.
_LOOSE_VERSUS = re.compile(r"\s(?:v|vs\.?)\s")
_LEGAL = re.compile(
    r"\b(?:court|held|holds|holding|ruled|ruling|decided|decision|opinion|circuit|cir\.|judge|precedent|appeal|aff'd|affirmed)\b",
    re.IGNORECASE,
)
_NO_MATTER = re.compile(
    r"Matter\s+of\s+(?:the\s+)?(?:Fact|Facts|Law|Course|Public|National|Record|Time|Days|Weeks|Months|Hours|Opinion|"
    r"Principle|First|Urgency|Choice|Record|Policy|Degree|Life|Great|Particular|Some|Concern|Right)\b"
)
_DOCKET = re.compile(
    r"\b(?:(?:Case|Civil|Civ\.|Cause|Docket|Action|A\.|C\.A\.)\s+){0,3}(?:Nos?\.?\s*|\#\s*)?"
    r"(?P<number>\d{1,2}:\d{2}-?[A-Za-z]{2,4}-?\d{2,6}(?:-[A-Z]{1,4}){0,3}|\d{2}-(?!(?i:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)\.?-\d{2,4}\b)[A-Za-z]{2,4}\.?-\d{2,6}(?:-[A-Z]{1,4}){0,3}"
    r"|\d{2}\s?(?:Civ\.?|Cv\.?|C|CV|CIV)\.?\s\d{2,6}|(?<=No\.\s)\d{2}-\d{3,6}(?=[^()]{0,30}\([^()]{0,40}\d{4}\)))"
)
_FILED = re.compile(r"^(?:\d{1,2}:)?(\d{2})(?=[-A-Za-z\s])")
_AGENCY = re.compile(
    r"(?:\bID\s?\#?\s?\d{3,10}\s*)?\((?:USCIS\s+)?(?:Nonprecedent\s+)?(?:AAO|AAU|BIA)\b[^()]{0,60}\)"
    r"|\b(?:AAO|Administrative\s+Appeals\s+Office)\s+(?:decision|case|appeal|file|receipt)?\s*(?:No\.|ID\s?\#?|\#)\s?[\w-]{4,20}"
    r"|\bID\s?\#\s?\d{4,10}"
)
_UNKNOWN_REPORTER = re.compile(
    r"\b(?P<volume>\d{1,4})\s+(?P<reporter>[A-Z][A-Za-z.&']{0,12}(?:\s[A-Z0-9][A-Za-z0-9.&']{0,12}){0,3})\s+(?P<page>\d{1,7})\b"
)
_COURT_YEAR = re.compile(r"[(\[](?P<court>[^()\[\]]{0,80}?)[\s,]*(?P<year>(?:1[6-9]|20)\d{2})[)\]]")
_COURT_WORD = re.compile(
    r"\b(?:Cir|Ct|App|D|Dist|Bankr|AAO|BIA|Comm'r|Comm|Dep't|Sup|Cl|Div|N\.D|S\.D|E\.D|W\.D|M\.D|C\.D)\b"
)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_DATE = re.compile(rf"[\s,]*\b{_MONTH}(?:\s+\d{{1,2}})?,?\s*$")
_PARALLEL = r"\d{1,4}\s+[A-Z][A-Za-z.'&]{0,10}(?:\s?[A-Z0-9][A-Za-z0-9.'&]{0,8}){0,3}\s+\d{1,8}"
_PAGES = (
    r"(?:at\s+)?(?:nn?\.\s?|¶{1,2}\s?|\*{1,2}|pp?\.\s?)?\d{1,6}(?:\s?[-–]\s?\*{0,2}\d{1,6})?"
    r"(?:\s(?:&\s)?nn?\.\s?\d{1,4})?"
)
_BETWEEN = re.compile(rf"(?:(?:,\s*|\s+)(?:{_PARALLEL}|{_PAGES}|slip\s+op\.?)){{0,8}}+[\s,]*")
# California and New York write the year before the volume.
_EARLY_YEAR = re.compile(r"[(\[](\d{4})[)\]][\s,]*$")


@dataclass(frozen=True)
class CitedAuthority:
    """One place at which a text cites an authority.

    Attributes:
        kind: ``reporter`` (and databases), ``docket``, ``agency`` (a decision of the AAO or BIA by number or court),
            ``name`` (nothing else is given), ``short`` and ``supra`` and ``id`` refer to another; ``secondary`` is a
            law review, ``law`` a statute or regulation of any code.
        start: Offset of its first character, the case's name included.
        end: Offset just behind it, court and year included.
        name: Name of the case as written, or empty.
        volume: As written, or empty.
        reporter: As eyecite spells it, or as written.
        page: First page, or number in a database; of a short form the page that it refers to.
        pin: First page referred to within the decision, or None.
        court: As written in the parentheses, without a date.
        year: Of the decision, or None.
        docket: Number of the case, or empty.
    """

    kind: Kind
    start: int
    end: int
    name: str = ""
    volume: str = ""
    reporter: str = ""
    page: str = ""
    pin: int | None = None
    court: str = ""
    year: int | None = None
    docket: str = ""

    @property
    def cite(self) -> str:
        """Volume, reporter and page, or the docket number."""
        return f"{self.volume} {self.reporter} {self.page}" if self.reporter else self.docket


def find_authorities(text: str) -> tuple[CitedAuthority, ...]:
    """Finds the authorities that a text cites, in order.

    Linear in the text: it is read in parts of at most ``LONGEST_PART`` characters, and a part that was read before is
    not read again.

    >>> [found] = find_authorities("See *Kazarian v. USCIS*, 596 F.3d 1115, 1122 (9th Cir. 2010).")
    >>> found.name, found.cite, found.pin, found.court, found.year
    ('Kazarian v. USCIS', '596 F.3d 1115', 1122, '9th Cir.', 2010)
    """
    found: list[CitedAuthority] = []
    for start, part in _split_text(text):
        found += [replace(one, start=start + one.start, end=start + one.end) for one in _find_in_part(part)]
    return tuple(found)


@cache_by_text(8_192)  # paragraphs: an edit changes one of them
def _find_in_part(part: str) -> tuple[CitedAuthority, ...]:
    folded = FoldedText(part)
    plain, places = _drop_marks(folded.text)
    found: list[CitedAuthority] = []
    for authority in _find_in(plain):
        begin, end = folded.find_span(places[authority.start], places[authority.end - 1] + 1)
        found.append(replace(authority, start=begin, end=end))
    return tuple(found)


def cite_key(cite: str) -> str:
    """Reduces a cite to its letters and digits, so that its spellings are one.

    >>> cite_key("20 I&N Dec. 953") == cite_key("20 I. & N. Dec. 953")
    True
    """
    return re.sub(r"[^a-z0-9]", "", cite.casefold().replace("appx", "app'x").replace("appendix", "app'x"))


def filing_year(docket: str) -> int | None:
    """Reads the year in which a case was filed from its docket number: ``1:25-cv-01102`` is of 2025."""
    match = _FILED.match(docket)
    if match is None:
        return None
    year = int(match[1])
    return 2000 + year if year < 50 else 1900 + year  # noqa: PLR2004 - electronic dockets begin in the nineties


def _drop_marks(text: str) -> tuple[str, list[int]]:
    """Returns a text without marks and with single blanks, and the place of each of its characters."""
    blanked = _LINE_MARKS.sub(lambda match: (" " if match[0][0] == "\n" else "\x00") * len(match[0]), text)
    places: list[int] = []
    blank = True
    for place, letter in enumerate(blanked):
        if letter == "\x00" or (blank and letter.isspace()):
            continue
        blank = letter.isspace()
        places.append(place)
    return "".join(" " if blanked[place].isspace() else blanked[place] for place in places), places


def _split_text(text: str) -> Iterator[tuple[int, str]]:
    """Yields paragraphs with their offsets, long ones in parts that end at a sentence or a word."""
    for match in re.finditer(r"(?:[^\n]|\n(?![ \t]*\n))+", text):
        start, end = match.span()
        while end - start > LONGEST_PART:
            window = text[start : start + LONGEST_PART]
            # Behind a closed parenthesis a citation has ended; behind a full stop it may be in the middle.
            cut = max(window.rfind(").") + 2, window.rfind(");") + 2)
            if cut < LONGEST_PART // 2:
                cut = max(window.rfind(" ") + 1, window.rfind("\n") + 1)
            cut = cut if cut > LONGEST_PART // 2 else LONGEST_PART
            yield start, text[start : start + cut]
            start += cut
        yield start, text[start:end]


def _find_in(text: str) -> tuple[CitedAuthority, ...]:
    if not re.search(r"\d|\bv|[Ii]d\.|[Ss]upra|Matter|In\s+re|Ex\s+parte", text):
        return ()
    found = [*_find_cited(text)]
    taken = [(one.start, one.end) for one in found]
    for finder in (_find_agency, _find_unknown, _find_named):
        for one in finder(text):
            if not _overlaps(taken, one.start, one.end):
                taken.append((one.start, one.end))
                found.append(one)
    return tuple(_join_dockets(text, sorted(found, key=lambda one: (one.start, one.end))))


@cache
def _prepare_eyecite() -> None:
    """Silences eyecite's log, and gives it a lookup of courts with the same answers.

    It looks a court up for each citation, and its own lookup normalizes the names of all courts each time: 10 ms.
    """
    from eyecite import helpers  # noqa: PLC0415

    names = [
        (re.sub(r"[^\w]", "", court["citation_string"]).lower(), str(court["id"])) for court in vars(helpers)["courts"]
    ]
    exact = dict(reversed(names))

    @lru_cache(maxsize=4096)
    def find_court(paren_string: str) -> str | None:
        words = re.sub(r"[^\w]", "", paren_string).lower()
        if not words:
            return None
        # Else the last that begins so, as eyecite has it.
        return exact.get(words) or next((court for name, court in reversed(names) if name.startswith(words)), None)

    helpers.get_court_by_paren = find_court
    logging.getLogger("eyecite").setLevel(logging.ERROR)


def _find_cited(text: str) -> Iterator[CitedAuthority]:
    # Half a second and 110 modules (lxml, two databases as JSON): not before there is something to find.
    from eyecite import get_citations  # noqa: PLC0415

    _prepare_eyecite()
    behind = 0
    found: list[Any] = list(get_citations(text))  # its methods have no types
    for cited in found:
        start, end = cited.span()
        # By name: after isinstance their methods, which have no types, are errors to mypy.
        kind = type(cited).__name__
        if kind == "FullJournalCitation":
            # Its journals are those of law; a volume of Nature is none of them.
            yield CitedAuthority("secondary", start, end, reporter=cited.corrected_citation())
        elif kind == "FullLawCitation":
            yield CitedAuthority("law", start, end, reporter=cited.corrected_citation())
        elif kind == "IdCitation":
            yield CitedAuthority("id", start, cited.full_span()[1], pin=_page(cited.metadata.pin_cite))
        elif kind == "SupraCitation":
            first = min(start, cited.full_span()[0])
            name = clean_name(cited.metadata.antecedent_guess or "")
            yield CitedAuthority("supra", first, cited.full_span()[1], name=name, pin=_page(cited.metadata.pin_cite))
        elif kind == "ShortCaseCitation":
            first = min(start, cited.full_span()[0])
            name = clean_name(cited.metadata.antecedent_guess or "")
            pages = cited.groups
            page = pages.get("page") or ""
            yield CitedAuthority(
                "short", first, max(end, cited.full_span()[1]), name, pages.get("volume") or "",
                cited.corrected_reporter(), page, _page(cited.metadata.pin_cite) or _page(page),
            )  # fmt: skip
        elif kind == "FullCaseCitation":
            # A parallel cite shares the name before the first: its own place begins at its volume.
            first = start if cited.full_span()[0] < behind else cited.full_span()[0]
            yield _read_full(text, cited, first)
            behind = end


def _read_full(text: str, cited: Any, first: int) -> CitedAuthority:
    start, end = cited.span()
    metadata = cited.metadata
    first, name = read_name(text, first, start, metadata.plaintiff or "", metadata.defendant or "")
    behind, court, year = _read_parentheses(text, end)
    if year is None and (early := _EARLY_YEAR.search(text, first, start)) is not None:
        year = int(early[1])
    groups = cited.groups
    docket = _DOCKET.search(name)
    if docket is not None:
        name = name[: docket.start()]
    volume, page = groups.get("volume") or groups.get("year") or "", groups.get("page") or groups.get("number") or ""
    return CitedAuthority(
        "reporter", min(first, start), max(behind, end), clean_name(name), volume, cited.corrected_reporter(), page,
        _page(metadata.pin_cite), court, year, docket["number"] if docket else "",
    )  # fmt: skip


def _find_agency(text: str) -> Iterator[CitedAuthority]:
    for match in _AGENCY.finditer(text):
        before = find_last_name(text, match.start())
        near = before is not None and not re.search(r"[.;]\s+[A-Z]|\)", text[before.end() : match.start()])
        start = before.start() + measure_signal(before[0]) if before is not None and near else match.start()
        name = clean_name(before[0]) if before is not None and near else ""
        year = re.search(r"\b(?:19|20)\d{2}\b", match[0])
        number = re.search(r"(?:ID\s?\#?|No\.|\#)\s?([\w-]{4,20})", match[0])
        yield CitedAuthority(
            "agency", start, match.end(), name, court="AAO" if "BIA" not in match[0] else "BIA",
            year=_year(year[0]) if year else None, docket=f"ID# {number[1]}" if number else "",
        )  # fmt: skip


def _find_unknown(text: str) -> Iterator[CitedAuthority]:
    for match in _DOCKET.finditer(text):
        start, end, name, court, year = _surroundings(text, match.start(), match.end())
        # A plain pair of numbers is the docket of an appeal only where a court stands behind it.
        if not re.search(r"[A-Za-z]", match["number"]) and not (name or _COURT_WORD.search(court)):
            continue
        yield CitedAuthority("docket", start, end, name, court=court, year=year, docket=match["number"])
    for match in _UNKNOWN_REPORTER.finditer(text):
        start, end, name, court, year = _surroundings(text, match.start(), match.end())
        # Numbers around capitalised words stand in addresses and journals too: a case's name or its court tells.
        if name or (court and _COURT_WORD.search(court)):
            yield CitedAuthority(
                "reporter", start, end, name, match["volume"], match["reporter"], match["page"], court=court, year=year
            )


def _find_named(text: str) -> Iterator[CitedAuthority]:
    for match in CASE_NAME.finditer(text):
        if match["matter"] and _NO_MATTER.match(match["matter"]):
            continue
        if (
            match["versus"]
            and _LOOSE_VERSUS.search(match["versus"])
            and not _LEGAL.search(text, match.end(), match.end() + 120)
        ):
            continue
        start = match.start() + measure_signal(match[0])
        behind = text[match.end() : match.end() + 3]
        after = _COURT_YEAR.match(text, match.end() + len(behind) - len(behind.lstrip(" ,")))
        end = after.end() if after else match.end()
        court = _DATE.sub("", after["court"]).strip(" ,") if after else ""
        name = clean_name(match[0])
        if len(name) > 4:  # noqa: PLR2004 - "A v. B" is an example, not a case
            yield CitedAuthority("name", start, end, name, court=court, year=_year(after["year"]) if after else None)


def _surroundings(text: str, start: int, end: int) -> tuple[int, int, str, str, int | None]:
    """Returns start, end, name, court and year of a citation whose number stands at a place."""
    before = find_last_name(text, start)
    if before is not None and not re.fullmatch(
        r"[\s,(]*(?:(?:Case|Civil|Civ\.|Action|No\.|Nos\.)\s*)*", text[before.end() : start]
    ):
        before = None
    behind, court, year = _read_parentheses(text, end)
    start = before.start() + measure_signal(before[0]) if before is not None else start
    return start, behind, clean_name(before[0]) if before is not None else "", court, year


def _read_parentheses(text: str, end: int) -> tuple[int, str, int | None]:
    """Reads court and year behind a cite.

    Only pages and parallel cites may stand between: the parentheses of the next citation are not those of this one.

    Returns:
        End of the parentheses, court and year; the given end, an empty court and None where there are none.
    """
    between = _BETWEEN.match(text, end, end + 160)
    after = _COURT_YEAR.match(text, between.end() if between else end)
    if after is None:
        return end, "", None
    return after.end(), _DATE.sub("", after["court"]).strip(" ,"), int(after["year"])


def _join_dockets(text: str, found: list[CitedAuthority]) -> Iterator[CitedAuthority]:
    """Makes one of a docket number and the database cite behind it."""
    waiting: CitedAuthority | None = None
    for one in found:
        if waiting is not None:
            between = text[waiting.end : one.start]
            if one.kind == "reporter" and (waiting.end > one.start or re.fullmatch(r"[\s,]*", between)):
                yield replace(one, start=waiting.start, name=waiting.name or one.name, docket=waiting.docket)
                waiting = None
                continue
            if one.start >= waiting.end:
                yield waiting
        waiting = None
        if one.kind == "docket":
            waiting = one
        else:
            yield one
    if waiting is not None:
        yield waiting


def _overlaps(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    return any(first < end and start < last for first, last in taken)


def _page(text: str | None) -> int | None:
    # Not a footnote, a paragraph, or a page of a database, which has numbers of its own.
    match = re.match(r"\s*(?:at\s+)?(?:pp?\.\s*)?(\d{1,6})", text or "")
    return int(match[1]) if match else None


def _year(text: str | None) -> int | None:
    match = re.search(r"\d{4}", text or "")
    return int(match[0]) if match else None
