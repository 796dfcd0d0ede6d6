"""Authorities of a letter against those on record, and against what is possible.

An authority on the list (the package's, or the firm's own) is compared with its record: name, court, year, pages,
outcome, proposition. One that is not on it is *unverified*, a warning that keeps the petition from being exported as
final until a named person has answered for it; where the citation contradicts itself, an error.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from workbench.case.citation import Citation
from workbench.case.firm_authorities import list_authorities
from workbench.case.law import Authority
from workbench.checks.draft import DraftSection, DraftText
from workbench.checks.finding import Finding
from workbench.checks.law.case_name import compare_names, name_words
from workbench.checks.law.cited_authority import CitedAuthority, cite_key, find_authorities
from workbench.checks.law.law import is_cited_fact, unknown_provisions
from workbench.checks.law.outcome_words import find_outcome
from workbench.checks.law.provisions import find_provisions
from workbench.checks.law.reporters import find_contradictions, read_court
from workbench.text.markdown import plain_words

CHECK = "legal-citation"

# A decision that is likened to the petition is taken for one that was won.
_LIKENED = re.compile(
    r"\b(?:as\s+in\b|likewise|similarly|just\s+as|directly\s+supports?|on\s+all\s+fours)", re.IGNORECASE
)
_HOLDING = re.compile(
    r"\b(?:held|holds|holding|ruled|rules|ruling|concluded|found|determined|recogni[sz]ed|explained|established|made\s+clear"
    r"|stands\s+for|requires?|teaches|confirms?|confirmed)\b",
    re.IGNORECASE,
)
_WINDOW = 400
_SHORTEST_DOCKET = 9
_ORDINALS = {
    "first": "1st", "second": "2d", "third": "3d", "fourth": "4th", "fifth": "5th", "sixth": "6th", "seventh": "7th",
    "eighth": "8th", "ninth": "9th", "tenth": "10th", "eleventh": "11th", "2nd": "2d", "3rd": "3d",
}  # fmt: skip


@dataclass(frozen=True)
class CitedPlace:
    """A citation in the letter, and what it refers to.

    Attributes:
        cited: The citation.
        full: The full citation that a short form, ``supra`` or ``Id.`` refers to; itself for a full one; None where
            nothing before it can be meant.
        exhibit: True for an ``Id.`` behind an exhibit.
        authority: The entry on record, or None.
    """

    cited: CitedAuthority
    full: CitedAuthority | None
    exhibit: bool = False
    authority: Authority | None = None


class _Reader:
    """State while the citations of a section are read in order."""

    def __init__(self, known: Sequence[Authority], elsewhere: Iterable[CitedAuthority]) -> None:
        self.known = known
        self.last: CitedAuthority | None = None
        self._by_volume: dict[tuple[str, str], CitedAuthority] = {}
        self._by_word: dict[str, CitedAuthority] = {}
        for one in elsewhere:
            self.add(one)

    def add(self, full: CitedAuthority) -> None:
        """Takes a full citation, to which later short forms may refer."""
        self._by_volume[full.volume, cite_key(full.reporter)] = full
        for word in name_words(full.name):
            self._by_word[word] = full

    def find(self, cited: CitedAuthority) -> CitedAuthority | None:
        """Finds the latest full citation that a short form or a name means."""
        if cited.reporter:
            return self._by_volume.get((cited.volume, cite_key(cited.reporter)))
        candidates = (self._by_word[word] for word in name_words(cited.name) if word in self._by_word)
        return next((one for one in candidates if compare_names(one.name, cited.name) != "other"), None)


def legal_citation(draft: DraftText) -> Iterator[Finding]:
    """Finds authorities that are unknown, withdrawn, impossible, misnamed or misused."""
    this_year = datetime.now(UTC).year
    known = list_authorities(case_root(draft))
    starts = [sentence.start for sentence in draft.sentences]
    for place in resolve_authorities(draft, known):
        if place.exhibit or place.cited.kind == "law":
            continue
        draft.coverage.check(CHECK)
        at = (place.cited.start, place.cited.end)
        if place.full is None:
            yield from _report_dangling(draft, at)
        elif place.authority is not None:
            first, last = bisect_right(starts, at[0]) - 1, bisect_right(starts, at[1] - 1) - 1
            # The abbreviation of a court, "W.D. Wash.", may end a sentence too early.
            around = (draft.sentences[first].start, draft.sentences[last].end) if first >= 0 else None
            yield from _judge_known(draft, place, place.authority, at, around)
        else:
            yield from _judge_unknown(draft, place, at, this_year, known)
    yield from unknown_provisions(draft, CHECK)
    yield from _other_laws(draft)


def _other_laws(draft: DraftText) -> Iterator[Finding]:
    """Finds laws that are not those of immigration: they are named, never passed over."""
    provisions = [(one.start, one.end) for one in find_provisions(draft.content)]
    ends = [end for _, end in provisions]
    for cited in find_authorities(draft.content):
        index = bisect_right(ends, cited.start)
        if cited.kind != "law" or (index < len(ends) and provisions[index][0] < cited.end):
            continue
        if is_cited_fact(draft, cited.start):
            continue
        draft.coverage.skip(CHECK, "the provision is of no law on record here")
        at = (cited.start, cited.end)
        message = f"Not checked: {draft.content[at[0] : at[1]]} is of no law on record here."
        yield draft.finding(CHECK, "info", message, at=at)


def resolve_authorities(draft: DraftText, known: Sequence[Authority]) -> tuple[CitedPlace, ...]:
    """Finds the citations of a section, each with the full citation and the record that it stands for.

    Args:
        draft: The section; short forms may refer to full citations of the other sections.
        known: The authorities on record.
    """
    others = draft.others.values() if isinstance(draft, DraftSection) else ()
    elsewhere = [
        one for text in others for one in find_authorities(text) if one.kind in {"reporter", "docket", "agency"}
    ]
    reader = _Reader(known, elsewhere)
    exhibits = [one.start for one in draft.citations if isinstance(one, Citation)]
    return tuple(_resolve(reader, cited, exhibits) for cited in find_authorities(draft.content))


def _resolve(reader: _Reader, cited: CitedAuthority, exhibits: list[int]) -> CitedPlace:
    full: CitedAuthority | None = cited
    if cited.kind == "id":
        full = reader.last
        since = full.end if full else -1
        # "Id." behind an exhibit is the exhibit: those are checked as citations of exhibits.
        if bisect_left(exhibits, since) < bisect_left(exhibits, cited.start):
            return CitedPlace(cited, None, exhibit=True)
    elif cited.kind in {"short", "supra"}:
        full = reader.find(cited)
    elif cited.kind == "name":
        full = reader.find(cited) or cited
    authority = find_record(reader.known, full) if full is not None else None
    if cited.kind == "short" and full is None:
        authority = _find_by_volume(reader.known, cited)
        full = cited if authority is None and cited.reporter else None
        if authority is not None:
            full = cited
    if cited.kind in {"reporter", "docket", "agency"}:
        reader.add(cited)
    if full is not None and cited.kind != "law":
        reader.last = full
    return CitedPlace(cited, full, authority=authority)


def find_record(known: Sequence[Authority], cited: CitedAuthority) -> Authority | None:
    """Finds the entry on record that a citation means.

    By cite first; by name only where the letter gives no cite. An invented opinion is also found by its name, whatever
    cite it is given.
    """
    keys = {cite_key(cited.cite), cite_key(f"No. {cited.docket}") if cited.docket else ""} - {""}
    by_cite = next((one for one in known if any(_cite_matches(cite, keys) for cite in one.cites)), None)
    if by_cite is not None and not (
        by_cite.standing == "fabricated" and cited.name and _likeness(by_cite, cited.name) == "other"
    ):
        return by_cite
    named = [one for one in known if cited.name and _likeness(one, cited.name) == "same"]
    if cited.kind == "name":
        # Good before withdrawn: a name alone does not tell which of two opinions is meant.
        return min(named, key=lambda one: one.standing != "good", default=None)
    return next((one for one in named if one.standing == "fabricated"), None)


def _cite_matches(cite: str, keys: set[str]) -> bool:
    key = cite_key(cite)
    if key in keys:
        return True
    # "No. 4:24-cv-03170" is also written with the judge's initials behind it.
    dockets = [one for one in keys if one.startswith("no") and len(one) >= _SHORTEST_DOCKET]
    return key.startswith("no") and any(one.startswith(key) or key.startswith(one) for one in dockets)


def _find_by_volume(known: Sequence[Authority], cited: CitedAuthority) -> Authority | None:
    """Finds the authority of a short form whose full cite the letter lacks."""
    volume = cite_key(f"{cited.volume} {cited.reporter} ")
    page = int(cited.page) if cited.page.isdigit() else 0
    for one in known:
        first = re.match(rf"{re.escape(volume)}(\d+)$", cite_key(one.cite))
        if first and int(first[1]) <= page and (not cited.name or _likeness(one, cited.name) != "other"):
            return one
    return None


def _likeness(authority: Authority, name: str) -> str:
    found = {compare_names(known, name) for known in (authority.name, *authority.names)}
    return "same" if "same" in found else "first party" if "first party" in found else "other"


def _report_dangling(draft: DraftText, at: tuple[int, int]) -> Iterator[Finding]:
    words = plain_words(draft.content[at[0] : at[1]]).strip()
    message = f"{words} is unverified: no authority before it can be meant."
    yield draft.finding(CHECK, "warning", message, at=at, suggestion="Cite the authority in full.")


def _judge_unknown(
    draft: DraftText, place: CitedPlace, at: tuple[int, int], this_year: int, known: Sequence[Authority]
) -> Iterator[Finding]:
    cited = place.cited
    full = place.full or cited
    words = _describe(draft, cited, full, at)
    reasons = list(find_contradictions(cited, this_year)) if full is cited else _pin_reasons(cited, full)
    if reasons:
        message = f"{words} cannot be right: {'; '.join(reasons)}."
        yield draft.finding(CHECK, "error", message, at=at, suggestion="Read the decision, and correct the cite.")
        return
    if full is not cited:
        return  # the full citation has its own finding
    message = f"{words} is unverified: it is not among the authorities on record."
    suggestion = (
        "Read the decision; then give a reason with the approval, or record it with workbench authority confirm."
    )
    near = next((one for one in known if cited.name and _likeness(one, cited.name) != "other"), None)
    if near is not None and near.standing == "good":
        suggestion = f"On record is {near.record}. {suggestion}"
        if cited.kind == "reporter" and _likeness(near, cited.name) == "same" and (cited.year in {None, near.year}):
            same_series = any(
                cite_key(cited.reporter) == re.sub(r"^\d+|\d+$", "", cite_key(cite)) for cite in near.cites
            )
            if same_series and cited.year == near.year:
                message = f"{words} is not the place of that decision: on record is {near.record}."
                yield draft.finding(CHECK, "error", message, at=at, suggestion=f"Cite {near.record}.")
                return
    yield draft.finding(CHECK, "warning", message, at=at, suggestion=suggestion)


def _pin_reasons(cited: CitedAuthority, full: CitedAuthority) -> list[str]:
    if cited.pin is None or full.kind != "reporter" or not full.page.isdigit() or len(full.volume) > 3:  # noqa: PLR2004
        return []
    if cited.pin < int(full.page):
        return [f"page {cited.pin} lies before the first page of {full.cite}"]
    return []


def _judge_known(
    draft: DraftText, place: CitedPlace, authority: Authority, at: tuple[int, int], span: tuple[int, int] | None
) -> Iterator[Finding]:
    # Withdrawn or invented: no wording makes it citable, and courts have sanctioned such cites.
    if authority.standing != "good":
        message = f"{authority.record} must not be cited: {authority.standing}."
        yield draft.finding(CHECK, "error", message, at=at, suggestion="Strike it.")
        return
    yield from _wrong_particulars(draft, place.cited, authority, at)
    yield from _wrong_pin(draft, place, authority, at)
    if span is None:
        return
    # A window of it: a list of a thousand cites may be one sentence.
    start, end = max(span[0], at[0] - _WINDOW), min(span[1], at[1] + _WINDOW)
    around = f"{draft.content[start : at[0]]} {draft.content[at[1] : end]}"
    # The leading opinions (Kazarian, Visinscaia) were lost by their petitioners: good for a rule, not as an example.
    outcome = find_outcome(around)
    if authority.outcome == "lost" and (outcome == "won" or (outcome is None and _LIKENED.search(around))):
        message = f"The petitioner {authority.outcome_detail} in {authority.name}; this reads as if it were favorable."
        yield draft.finding(CHECK, "warning", message, at=at, suggestion="Cite it only for the rule it states.")
    elif authority.outcome == "won" and outcome == "lost":
        message = f"The petitioner {authority.outcome_detail} in {authority.name}; this reads as if it were lost."
        yield draft.finding(CHECK, "warning", message, at=at, suggestion="Read the decision, and say its outcome.")
    elif authority.about and _HOLDING.search(around):
        words = around.casefold()
        if not any(re.search(rf"\b{stem}", words) for stem in authority.about):
            message = f"{authority.name} is on record for another point: {authority.proposition}."
            yield draft.finding(CHECK, "warning", message, at=at, suggestion="Read it for the point made here.")


def _wrong_particulars(
    draft: DraftText, cited: CitedAuthority, authority: Authority, at: tuple[int, int]
) -> Iterator[Finding]:
    suggestion = f"Cite {authority.record}."
    likeness = _likeness(authority, cited.name) if cited.name else "same"
    # Under another name it may be another decision; court, year or the other party may be a slip.
    if likeness == "other" and cited.kind in {"reporter", "docket"}:
        message = f"{authority.cite} is {authority.name}, not {cited.name}."
        yield draft.finding(CHECK, "error", message, at=at, suggestion=suggestion)
        return
    versus = re.search(r"\sv", cited.name)
    if likeness == "first party" and versus and cited.kind in {"reporter", "docket", "name"}:
        message = f"{authority.cite} is {authority.name}, not {cited.name}."
        yield draft.finding(CHECK, "warning", message, at=at, suggestion=suggestion)
    court = cited.court if cited.kind in {"reporter", "docket", "name", "agency"} else ""
    wrong_year = cited.year is not None and cited.year != authority.year
    if wrong_year or (court and not _same_court(court, authority.court)):
        message = f"Court or year differ from the record: {authority.record}."
        yield draft.finding(CHECK, "warning", message, at=at, suggestion=suggestion)


def _wrong_pin(draft: DraftText, place: CitedPlace, authority: Authority, at: tuple[int, int]) -> Iterator[Finding]:
    pin = place.cited.pin
    cite = re.match(r"(\d{1,3})\s.*?\s(\d+)$", authority.cite)
    full = place.full or place.cited
    if pin is None or cite is None or (full.reporter and cite_key(full.reporter) not in cite_key(authority.cite)):
        return
    first, last = int(cite[2]), authority.last_page
    if pin < first or (last is not None and pin > last):
        pages = f"begins at page {first}" if last is None else f"has pages {first} to {last}"
        message = f"Page {pin} is not in {authority.record}, which {pages}."
        yield draft.finding(CHECK, "error", message, at=at, suggestion="Correct the page.")


def _same_court(cited: str, known: str) -> bool:
    one, other = _letters(cited), _letters(known)
    # "Comm'r" is short for the associate commissioner too.
    return one == other or (read_court(cited)[0] == "agency" and (one in other or other in one))


def _letters(court: str) -> str:
    words = [
        _ORDINALS.get(word, word)
        for word in re.findall(r"[a-z0-9]+", court.casefold().replace("’", "'").replace("'", ""))
    ]
    text = "".join(words)
    for long, short in (
        ("commissioner", "comm"),
        ("commr", "comm"),
        ("associate", "assoc"),
        ("circuit", "cir"),
        ("usreports", "us"),
    ):
        text = text.replace(long, short)
    return {"unitedstatessupremecourt": "us", "administrativeappealsoffice": "aao"}.get(text, text)


def _describe(draft: DraftText, cited: CitedAuthority, full: CitedAuthority, at: tuple[int, int]) -> str:
    words = re.sub(r"\s+", " ", plain_words(draft.content[at[0] : at[1]])).strip(" ,;(")
    if full is not cited and full.cite not in words:
        words = f"{words} ({full.cite})"
    return words


def case_root(draft: DraftText) -> Path | None:
    """Returns the folder of a section's case, beside which the firm's list may stand."""
    return draft.case.root if isinstance(draft, DraftSection) else None
