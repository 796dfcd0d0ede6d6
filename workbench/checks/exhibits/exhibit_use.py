"""Checks of the use of exhibits: one for two criteria, and evidence from after the filing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from workbench.case.citation import Citation
from workbench.case.criteria import CRITERIA
from workbench.checks.draft import DraftText
from workbench.checks.evidence import Evidence, EvidencePage
from workbench.checks.finding import EvidencePlace, Finding
from workbench.checks.letter import Letter
from workbench.checks.statements.dates import MONTH_NAMES

_MONTH = "|".join(MONTH_NAMES)
_DATE = re.compile(
    rf"\b(?:(?P<month>{_MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})"
    rf"|(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month2>{_MONTH}),?\s+(?P<year2>\d{{4}})"
    r"|(?P<year3>\d{4})-(?P<month3>\d{2})-(?P<day3>\d{2}))\b"
)
# A date stands for the document where a line says nothing before it, a place, or that it was written or printed then.
_OWN = re.compile(
    r"\W{0,8}(?:(?:date|dated|signed|issued|printed|accessed|retrieved|downloaded|published|posted|updated|executed"
    r"|filed|received|last (?:updated|modified|accessed))"
    r"(?:[ \t]{1,4}(?:on|this|at|in|as of|of))?[ \t]*:?[ \t]*"
    r"|[A-Z][\w.'-]{0,24}(?:[ \t]+[A-Z][\w.'-]{0,24})?,[ \t]*)?",
    re.IGNORECASE,
)
_BEFORE = 60


def find_argued_sections(letter: Letter) -> Iterator[tuple[str, DraftText]]:
    """Yields each section that argues a criterion, with the criterion's id.

    In a letter that is not ours, a section without a name of its own goes on with the criterion before it: such letters
    argue one criterion under several headings.
    """
    last: str | None = None
    for section in letter.body:
        if section.section_id is not None or section.numbering is None:
            last = section.section_id
        if last in CRITERIA:
            yield last, section


def find_support(letter: Letter, check: str) -> dict[str, dict[str, None]]:
    """Maps each criterion argued to the exhibits that the letter cites for it, in order.

    Where the letter cites none for a claim of the case file, the claim's own exhibits take their place.

    Args:
        letter: The letter.
        check: Check under which the criteria are counted.
    """
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for criterion, section in find_argued_sections(letter):
        cited = found[criterion]
        cited.update(dict.fromkeys(cite.exhibit_id for cite in section.citations if isinstance(cite, Citation)))
    for claim in letter.case.claims if letter.case is not None else ():
        if not found.get(claim.criterion):
            facts = [fact for item in claim.items for of_element in item.elements.values() for fact in of_element]
            found[claim.criterion].update(dict.fromkeys(cite.exhibit for fact in facts for cite in fact.cites))
    letter.coverage.check(check, len(found))
    return {criterion: cited for criterion, cited in found.items() if criterion in CRITERIA}


def double_use(letter: Letter) -> Iterator[Finding]:
    """Finds an exhibit that is all that two criteria rest on."""
    check = "double-use"
    alone: dict[str, list[str]] = defaultdict(list)
    for criterion, cited in find_support(letter, check).items():
        if len(cited) == 1:
            alone[next(iter(cited))].append(criterion)
    for exhibit_id, criteria in alone.items():
        if len(criteria) > 1:
            names = " and ".join(CRITERIA[criterion].cite for criterion in criteria)
            message = f"{letter.name_exhibit(exhibit_id)} is the only support of {names}."
            suggestion = "Support each criterion by evidence of its own."
            yield Finding(check=check, severity="warning", message=message, suggestion=suggestion)


def evidence_date(letter: Letter) -> Iterator[Finding]:
    """Finds exhibits that are dated after the petition's filing."""
    check = "evidence-date"
    case = letter.case
    if case is None:
        return
    filed = case.filing_date
    evidence = Evidence.of(case)
    for exhibit in case.exhibits:
        if filed is None:
            letter.coverage.skip(check, "the case has no filing date yet")
            continue
        letter.coverage.check(check)
        # "2012-01" may be any day of the month, and only a month that begins later is after the filing.
        dated = exhibit.date
        earliest = date.min if dated is None else date.fromisoformat(dated + "-01-01"[len(dated) - 4 :])
        suggestion = "Show eligibility at the time of filing, or correct the date; 8 CFR 103.2(b)(1) looks to that day."
        if earliest > filed:
            message = f"{letter.name_exhibit(exhibit.id)} is dated {exhibit.date}, after the filing on {filed}."
            yield Finding(check=check, severity="warning", message=message, suggestion=suggestion)
            continue
        for page in evidence.select(exhibit.id):
            if not page.readable:
                letter.coverage.skip(check, "the page has no text that can be read")
            elif (
                found := next((words for words, day in page.recall(_read_own_dates) if day > filed), None)
            ) is not None:
                where = letter.name_exhibit(exhibit.id, (page.page,))
                message = f"{where}, carries the date {found!r}, after the filing on {filed}."
                place = EvidencePlace(exhibit_id=exhibit.id, page=page.page, quote=found)
                yield Finding(
                    check=check, severity="warning", message=message, suggestion=suggestion, evidence=(place,)
                )
                break


def _read_own_dates(page: EvidencePage) -> tuple[tuple[str, date], ...]:
    """Reads the dates by which a page dates itself, as they are written and as they are."""
    text = page.text
    found: list[tuple[str, date]] = []
    for match in _DATE.finditer(text):
        line = text.rfind("\n", max(0, match.start() - _BEFORE), match.start()) + 1
        if line == 0 and match.start() > _BEFORE:
            continue
        own = _OWN.fullmatch(text, line, match.start())
        if own and (day := _read_date(match)) is not None:
            found.append((match[0], day))
    return tuple(found)


def _read_date(match: re.Match[str]) -> date | None:
    month = match["month"] or match["month2"]
    year, day = match["year"] or match["year2"] or match["year3"], match["day"] or match["day2"] or match["day3"]
    try:
        return date(int(year), MONTH_NAMES.index(month) + 1 if month else int(match["month3"]), int(day))
    except ValueError:  # the 31st of June
        return None
