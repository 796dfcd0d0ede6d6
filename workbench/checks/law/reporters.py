"""Citations that cannot be: series, volume, page, court and year contradict one another.

The dates of a series are those of ``reporters_db``, the years of volumes a table of the package. What neither knows is
not judged: a citation that passes here may still be invented.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from typing import Any

from workbench.case.law import reporter_volumes
from workbench.checks.law.cited_authority import CitedAuthority, filing_year

LATE, EARLY = 3, 1
"""Years by which a decision may be older, or younger, than the volumes around its own."""

_VOLUMES_A_YEAR = {"F.4th": 45, "F. Supp. 3d": 90, "U.S.": 5, "S. Ct.": 2, "I. & N. Dec.": 2}
_PACE = 30
_DATABASES = re.compile(r"^(?:WL|LX|BL)$|LEXIS")
# Westlaw numbers a year's documents, old ones added later in the tens of millions; a court database of Lexis has fewer
# than a million a year.
_LARGEST_NUMBER = {"WL": 99_999_999}
_LARGEST_LEXIS = 999_999

_CIRCUIT = re.compile(
    r"^(?:\d{1,2}\s?(?:st|nd|rd|d|th)|D\.?\s?C\.?|Fed(?:\.|eral)?|First|Second|Third|Fourth|Fifth|Sixth|Seventh|Eighth|"
    r"Ninth|Tenth|Eleventh)\s*Cir(?:\.|cuit)?(?P<state>\s+[A-Z].*)?$"
)
_DISTRICT = re.compile(r"^(?:[NSEWMC]\.?\s?D\.|D\.)\s?(?!C\.?$|C\.\s|C\.\s?Cir)[A-Z]")
_AGENCY = re.compile(
    r"^(?:AAO|AAU|BIA|A\.?G\.?$|(?:(?:Acting\s+)?(?:Assoc|Reg'?l|Dist)\.?\s+)?Comm(?:'r|issioner|\.)?$)"
)
_BANKRUPTCY = re.compile(r"\bBankr\.|\bB\.?A\.?P\b")
_SUPREME = re.compile(r"^U\.\s?S\.?$")
_DEPARTMENT = re.compile(
    r"^(?:App\.\s?Div\.\s*)?(?:1st|2d|2nd|3d|3rd|4th|First|Second|Third|Fourth)\s+Dep(?:'?t|artment)"
)

_PROMPT = frozenset({"F.3d", "F.4th", "F. App'x"})
_COURTS_OF_APPEALS = frozenset({"F.3d", "F.4th", "F. App'x", "U.S. App. LEXIS"})
_DISTRICT_COURTS = frozenset({"F. Supp.", "F. Supp. 2d", "F. Supp. 3d", "U.S. Dist. LEXIS"})
_SUPREME_COURT = frozenset({"U.S.", "S. Ct.", "L. Ed.", "L. Ed. 2d", "U.S. LEXIS"})
_FEDERAL_KINDS = frozenset({"circuit", "district", "bankruptcy", "agency", "supreme"})
_LONGEST_VOLUME = 3
_UNIFIED_SINCE = 1933
_FIRST_OF_COURT = 5
_KINDS = {
    "circuit": "a federal court of appeals",
    "district": "a federal district court",
    "bankruptcy": "a bankruptcy court",
    "agency": "an agency",
    "supreme": "the Supreme Court of the United States",
    "state": "a state court",
}


def find_contradictions(cited: CitedAuthority, this_year: int) -> Iterator[str]:
    """Finds reasons why a citation cannot be right.

    Args:
        cited: The citation.
        this_year: The present year; a decision of a later one does not exist.

    Yields:
        Sentences for the attorney.
    """
    year = cited.year
    if year is not None and year > this_year:
        yield f"{year} is in the future"
    if (filed := filing_year(cited.docket)) is not None and year is not None and filed > year:
        yield f"the docket {cited.docket} was opened in {filed}, after a decision of {year}"
    if cited.kind != "reporter":
        return
    if _DATABASES.search(cited.reporter):
        yield from _database(cited, this_year)
    elif cited.volume.isdigit():
        yield from _volume(cited, this_year)
        # A volume that is a year is one of the public domain, whose pins are paragraphs.
        is_year = len(cited.volume) > _LONGEST_VOLUME
        if cited.pin is not None and cited.page.isdigit() and cited.pin < int(cited.page) and not is_year:
            yield f"page {cited.pin} lies before the decision’s first page {cited.page}"
    yield from _court(cited)
    yield from _circuit_of_state(cited)


def _database(cited: CitedAuthority, this_year: int) -> Iterator[str]:
    number, volume = (
        int(cited.page or 0) if cited.page.isdigit() else 0,
        int(cited.volume or 0) if cited.volume.isdigit() else 0,
    )
    largest = _LARGEST_NUMBER.get(cited.reporter, _LARGEST_LEXIS if "LEXIS" in cited.reporter else None)
    if largest is not None and number > largest:
        yield f"{cited.reporter} has no number as high as {number}"
    if volume > this_year:
        yield f"{volume} {cited.reporter} is in the future"
    elif cited.year is not None and volume and cited.year > volume:
        yield f"{volume} {cited.reporter} cannot hold a decision of {cited.year}"


def _volume(cited: CitedAuthority, this_year: int) -> Iterator[str]:
    volume, year, reporter = int(cited.volume), cited.year, cited.reporter
    table = reporter_volumes()["reporters"].get(reporter)
    if table is None:
        first, last = _edition_years(reporter)
        if year is not None and first and year < first - LATE:
            yield f"{reporter} begins in {first}; the decision is dated {year}"
        elif year is not None and last and year > last + LATE:
            yield f"{reporter} ended in {last}; the decision is dated {year}"
        return
    # These volumes also print decisions of a century that were left out of theirs.
    if volume in table.get("appendices", ()):
        return
    volumes: list[list[int]] = table["volumes"]
    highest, newest = volumes[-1]
    if not table["complete"]:
        # Volumes appear at a known pace: twice that is beyond what can have been printed since the table was made.
        highest += _VOLUMES_A_YEAR.get(reporter, _PACE) * max(this_year - newest + 1, 1)
        newest = this_year
    if volume < 1 or volume > highest:
        yield f"{reporter} has no volume {volume}"
        return
    if year is None:
        return
    place = bisect_right([one for one, _ in volumes], volume)
    earliest = volumes[max(place - 1, 0)][1] - LATE
    latest = (volumes[place][1] if place < len(volumes) else newest) + EARLY
    # The courts of appeals are printed within months: nothing in their series is much older than the series.
    if reporter in _PROMPT:
        earliest = max(earliest, volumes[0][1] - EARLY)
    if not earliest <= year <= latest:
        yield f"volume {volume} of {reporter} holds decisions of about {earliest} to {latest}, not of {year}"


def _court(cited: CitedAuthority) -> Iterator[str]:
    kind, state = read_court(cited.court)
    if kind is None:
        return
    reporter, what = cited.reporter, f"({cited.court}) is {_KINDS[kind]}"
    if reporter in _COURTS_OF_APPEALS and kind != "circuit":
        yield f"{what}; {reporter} prints the federal courts of appeals"
    elif reporter == "F.2d" and (
        kind in {"state", "agency", "supreme"} or (kind == "district" and (cited.year or 0) > _UNIFIED_SINCE)
    ):
        yield f"{what}; F.2d prints the federal courts of appeals"
    elif reporter in _DISTRICT_COURTS and kind in {"circuit", "state", "agency", "supreme"}:
        yield f"{what}; {reporter} prints the federal district courts"
    elif (
        reporter in _SUPREME_COURT
        and kind != "supreme"
        and not (cited.volume.isdigit() and int(cited.volume) < _FIRST_OF_COURT)
    ):
        yield f"{what}; {reporter} prints the Supreme Court of the United States"
    elif reporter == "I. & N. Dec." and kind != "agency":
        yield f"{what}; I&N Dec. prints the immigration agencies"
    elif reporter in {"B.R.", "F.R.D."} and kind in {"state", "agency", "supreme"}:
        yield f"{what}; {reporter} prints federal courts"
    else:
        type_, states = _edition_states(reporter)
        if type_ == "state_regional" and kind in _FEDERAL_KINDS - {"bankruptcy"} and re.search(r"\d", reporter):
            yield f"{what}; {reporter} prints state courts"
        elif type_.startswith("state") and kind == "state" and state and states and state not in states:
            yield f"({cited.court}) is no court whose decisions {reporter} prints"


def _circuit_of_state(cited: CitedAuthority) -> Iterator[str]:
    match = _CIRCUIT.match(cited.court)
    if match is not None and match["state"] and (home := _find_state(match["state"].strip())) is not None:
        number = re.match(r"\d+", cited.court)
        if number is not None and int(number[0]) != home[1]:
            yield f"{match['state'].strip()} is not in the circuit of ({cited.court})"


def read_court(court: str) -> tuple[str | None, str | None]:
    """Reads the kind of a court from its abbreviation, and its state.

    Returns:
        ``circuit``, ``district``, ``bankruptcy``, ``agency``, ``supreme`` or ``state``, and the state's postal code in
        small letters; None where either is not told.

    >>> read_court("9th Cir."), read_court("S.D.N.Y."), read_court("Tex. App.")
    (('circuit', None), ('district', None), ('state', 'tx'))
    """
    court = re.sub(r"\s+", " ", court).strip()
    if _BANKRUPTCY.search(court):
        return "bankruptcy", None
    for kind, pattern in (("circuit", _CIRCUIT), ("agency", _AGENCY), ("supreme", _SUPREME)):
        if pattern.match(court):
            return kind, None
    if _DEPARTMENT.match(court):
        return "state", "ny"
    # "N.D." is North Dakota, "N.D. Cal." a district; "D. Mass." is one, "Del." a state.
    state = _find_state(court)
    if state is not None and not (_DISTRICT.match(court) and court not in reporter_volumes()["states"]):
        return "state", state[0]
    return ("district", None) if _DISTRICT.match(court) else (None, None)


def _find_state(court: str) -> tuple[str, int] | None:
    for abbreviation, (code, circuit) in reporter_volumes()["states"].items():
        if court == abbreviation or court.startswith(f"{abbreviation} "):
            return code, circuit
    return None


@cache
def _edition_years(reporter: str) -> tuple[int | None, int | None]:
    """Returns first and last year of a series, None where unknown or still open."""
    firsts, lasts = [], []
    for entry in _entries(reporter):
        # The dates of the states' own reporters are often those of another series.
        if entry["cite_type"] not in {"federal", "state_regional"}:
            return None, None
        edition = entry["editions"][reporter]
        firsts.append(edition["start"].year if edition["start"] else None)
        lasts.append(edition["end"].year if edition["end"] else None)
    # Several reporters share an abbreviation: only what all of them exclude is impossible.
    return (
        None if not firsts or None in firsts else min(one for one in firsts if one),
        None if not lasts or None in lasts else max(one for one in lasts if one),
    )


@cache
def _edition_states(reporter: str) -> tuple[str, frozenset[str]]:
    """Returns the type of a reporter and the states whose courts it prints."""
    entries = _entries(reporter)
    if len({entry["cite_type"] for entry in entries}) != 1:
        return "", frozenset()
    places = {place for entry in entries for place in entry["mlz_jurisdiction"]}
    states = {match[1] for place in places if (match := re.match(r"us:([a-z]{2})(?:;|:(?!c\d))", place))}
    return entries[0]["cite_type"], frozenset(states)


@cache
def _entries(reporter: str) -> tuple[dict[str, Any], ...]:
    from reporters_db import EDITIONS, REPORTERS  # type: ignore[import-untyped] # noqa: PLC0415 - a megabyte of JSON

    return tuple(entry for entry in REPORTERS.get(EDITIONS.get(reporter, ""), ()) if reporter in entry["editions"])
