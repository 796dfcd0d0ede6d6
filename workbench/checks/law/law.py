"""Provisions in a draft: they exist, are those of this class, and the paragraph is the section's own."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise

from workbench.case.criteria import CRITERIA
from workbench.case.law import provisions
from workbench.checks.attribution import cites_of
from workbench.checks.draft import DraftSection, DraftText
from workbench.checks.finding import Finding, Severity
from workbench.checks.law.foreign_standards import find_foreign_standards, is_set_apart
from workbench.checks.law.proof_standards import find_proof_standards
from workbench.checks.law.provisions import CitedProvision, find_provisions
from workbench.checks.legal_text import PARAGRAPHS

CHECK = "cfr-matches-section"

_RANGE = re.compile(r"\(h\)\(3\)\s*\([ivx]+\)\s*(?:[-–]|through|to)\s*(?:\(h\)\(3\))?\s*\([ivx]+\)")
_PARAGRAPH = re.compile(
    r"\(h\)\s*\((?P<number>\d+)\)(?:\s*\((?P<numeral>[ivx]+)\)(?P<deeper>\s*\([A-Za-z0-9]\))?)?|\(h\)\s*\((?P<bare>[a-z]+)\)"
)
_EXTRAORDINARY = "not to extraordinary ability under INA § 203(b)(1)(A)"


def cfr_matches_section(draft: DraftText) -> Iterator[Finding]:
    """Finds paragraphs of other criteria and other classifications, and provisions that do not exist.

    A section cites its own subparagraph of 8 CFR 204.5(h) only. The class is looked at wherever the letter speaks for
    itself, its address and signature included. A list of exhibits gives the titles of documents, such as the approval
    of a visa of another class: there, only what does not exist is wrong.
    """
    yield from _own_paragraphs(draft)
    found = find_provisions(draft.content)
    for provision in found:
        if provision.kind == "manual" and not _missing_in_manual(provision) and not _is_on_record(provision):
            draft.coverage.skip(CHECK, "the chapter of the Policy Manual is not on record here")
        else:
            draft.coverage.check(CHECK)
        yield from _existence(draft, provision)
        if draft.part != "index":
            yield from _foreign_provision(draft, provision)
    yield from _parallels(draft, found)
    yield from _proof_standards(draft)
    cited = [(provision.start, provision.end) for provision in found]
    for standard in find_foreign_standards(draft.content):
        at = (standard.start, standard.end)
        if draft.part == "index" or any(start < at[1] and at[0] < end for start, end in cited):
            continue
        draft.coverage.check(CHECK)
        words = draft.content[at[0] : at[1]]
        if standard.cited:
            message = f"{words} belongs to {standard.of}, {_EXTRAORDINARY}."
            yield draft.finding(CHECK, "error", message, at=at, suggestion="Strike it.")
        elif not _set_apart(draft, at[0]):
            message = (
                f"“{words}” is the standard of {standard.of}, not of extraordinary ability under INA § 203(b)(1)(A)."
            )
            yield draft.finding(CHECK, "warning", message, at=at, suggestion="Argue the standard of this class.")


def unknown_provisions(draft: DraftText, check: str) -> Iterator[Finding]:
    """Finds provisions that are not on record: unverified within immigration law, not checked outside it."""
    told: set[str] = set()
    for provision in find_provisions(draft.content):
        at = (provision.start, provision.end)
        words = draft.content[at[0] : at[1]]
        known = _is_on_record(provision)
        if known is None and is_cited_fact(draft, at[0]):
            continue
        if known is None:
            draft.coverage.skip(check, "the provision is of no law on record here")
            if words not in told:
                message = f"Not checked: {words} is of no law on record here."
                yield draft.finding(check, "info", message, at=at)
            told.add(words)
            continue
        draft.coverage.check(check)
        if not known:
            message = f"{words} is unverified: it is not among the provisions on record."
            yield draft.finding(check, "warning", message, at=at, suggestion="Read the provision before filing.")


def is_cited_fact(draft: DraftText, offset: int) -> bool:
    """Tells if a sentence that cites an exhibit for itself names a law there: as a fact, and no authority."""
    at = bisect_right(draft.sentences, offset, key=lambda sentence: sentence.start) - 1
    return at >= 0 and cites_of(draft, draft.sentences[at]).source == "own"


def _is_on_record(provision: CitedProvision) -> bool | None:
    """Tells if a provision is on record; None for laws of which nothing is."""
    record = provisions()
    match provision.kind:
        case "cfr" if provision.title == "8":
            return provision.section in record["cfr"] or provision.section.isdigit()
        case "ina":
            return provision.section in record["ina"]
        case "usc" if provision.title == "8":
            return provision.section in record["ina"].values()
        case "usc" if provision.title in record["usc_titles"]:
            return provision.section in record["usc_titles"][provision.title]
        case "manual":
            return _is_manual_on_record(provision)
        case _:
            return None


def _is_manual_on_record(provision: CitedProvision) -> bool | None:
    """Tells if a chapter of the Policy Manual is on record; None for parts of which no chapter is."""
    manual = provisions()["policy_manual"]
    part, _, chapter = provision.section.partition(" ")
    place = f"{provision.title} {part}"
    if not chapter or place in manual["foreign"] or _missing_in_manual(provision):
        return True
    return chapter in manual["chapters"][place] if place in manual["chapters"] else None


def _own_paragraphs(draft: DraftText) -> Iterator[Finding]:
    # "(h)(3)(i)-(x)" cites the list as a whole, and neither of its ends.
    text = _RANGE.sub(lambda match: " " * len(match[0]), draft.content)
    allowed = _allowed_paragraphs(draft)
    own = CRITERIA[draft.section_id].paragraph if draft.section_id in CRITERIA else None
    for match in _PARAGRAPH.finditer(text):
        draft.coverage.check(CHECK)
        numeral = f"({match['numeral']})" if match["numeral"] else ""
        paragraph = f"(h)({match['number'] or match['bare']}){numeral}"
        if paragraph not in PARAGRAPHS or match["deeper"]:
            message = f"8 C.F.R. § 204.5 has no paragraph {paragraph}{(match['deeper'] or '').strip()}."
            yield draft.finding(
                CHECK, "error", message, at=match.span(), suggestion="Cite the paragraph that is argued."
            )
        elif draft.part == "index":
            continue
        elif numeral and allowed is None:
            draft.coverage.skip(CHECK, "the section's heading names no criterion")
        elif numeral and allowed is not None and paragraph not in allowed:
            expected = f"This section argues {own}" if own else "The case claims no such criterion"
            message = f"{paragraph} is cited. {expected}."
            suggestion = f"Cite {own}." if own else "Cite the criteria that the case claims."
            yield draft.finding(CHECK, "error", message, at=match.span(), suggestion=suggestion)


def _existence(draft: DraftText, provision: CitedProvision) -> Iterator[Finding]:
    at, record = (provision.start, provision.end), provisions()
    words = draft.content[at[0] : at[1]]
    wrong = ""
    if provision.kind == "cfr" and provision.title == "8" and provision.paragraphs:
        letters = record["cfr_paragraphs"].get(provision.section)
        if letters is not None and provision.paragraphs[0].strip("()") not in set(letters):
            wrong = f"8 C.F.R. § {provision.section} has no paragraph {provision.paragraphs[0]}"
    elif (path := provision.in_act) is not None:
        parts = [re.match(r"[^(]*", path)[0], *re.findall(r"\([^()]*\)", path)]  # type: ignore[index]
        for depth in range(1, len(parts)):
            below = record["ina_paragraphs"].get("".join(parts[:depth]))
            if below is not None and parts[depth] not in below:
                wrong = f"INA § {''.join(parts[:depth])} has no paragraph {parts[depth]}"
                break
    elif provision.kind == "manual":
        wrong = _missing_in_manual(provision)
    if wrong:
        yield draft.finding(CHECK, "error", f"{words}: {wrong}.", at=at, suggestion="Cite the provision that is meant.")


def _missing_in_manual(provision: CitedProvision) -> str:
    manual = provisions()["policy_manual"]
    part, _, chapter = provision.section.partition(" ")
    if provision.title not in manual["volumes"]:
        return f"the Policy Manual has no volume {provision.title}"
    if part not in set(manual["volumes"][provision.title]):
        return f"Volume {provision.title} of the Policy Manual has no part {part}"
    if f"{provision.title} {part} {chapter}" == manual["chapter"] and provision.paragraphs:
        below = manual["headings"].get(provision.paragraphs[0])
        if below is None:
            return f"the chapter has no section {provision.paragraphs[0]}"
        if len(provision.paragraphs) > 1 and below and provision.paragraphs[1] not in below:
            return f"Section {provision.paragraphs[0]} of the chapter has no part {provision.paragraphs[1]}"
    return ""


def _foreign_provision(draft: DraftText, provision: CitedProvision) -> Iterator[Finding]:
    record, of = provisions(), None
    if provision.kind == "cfr" and provision.title == "8":
        of = _foreign_of(record["foreign_cfr"], provision.path)
    elif provision.in_act is not None:
        of = _foreign_of(record["foreign_ina"], provision.in_act)
    elif provision.kind == "manual":
        cited, foreign = f"{provision.title} {provision.section} ", record["policy_manual"]["foreign"]
        of = next((what for place, what in foreign.items() if cited.startswith(f"{place} ")), None)
    if of is not None:
        at = (provision.start, provision.end)
        message = f"{draft.content[at[0] : at[1]]} belongs to {of}, {_EXTRAORDINARY}."
        yield draft.finding(CHECK, "error", message, at=at, suggestion="Strike it.")


def _foreign_of(foreign: dict[str, str], path: str) -> str | None:
    return next((what for place, what in foreign.items() if path == place or path.startswith(f"{place}(")), None)


def _parallels(draft: DraftText, found: tuple[CitedProvision, ...]) -> Iterator[Finding]:
    """Finds a cite of the Act beside one of title 8 that is another provision."""
    for one, other in pairwise(found):
        if {one.kind, other.kind} != {"ina", "usc"} or not re.fullmatch(
            r"[\s,;(\[]{1,4}", draft.content[one.end : other.start]
        ):
            continue
        first, second = one.in_act, other.in_act
        # One may be less deep than the other: Section 203(b)(1) INA [8 U.S.C. 1153].
        if first and second and not (first.startswith(second) or second.startswith(first)):
            at = (one.start, other.end)
            meant = second if other.kind == "usc" else first
            message = f"{draft.content[at[0] : at[1]]} are two provisions: the second is INA § {meant}."
            yield draft.finding(CHECK, "error", message, at=at, suggestion="Cite one provision in both.")


def _set_apart(draft: DraftText, offset: int) -> bool:
    sentence = next((one for one in draft.sentences if one.start <= offset < one.end), None)
    return sentence is not None and is_set_apart(sentence.text)


def _proof_standards(draft: DraftText) -> Iterator[Finding]:
    for sentence in draft.sentences:
        for standard in find_proof_standards(draft.content[sentence.start : sentence.end]):
            draft.coverage.check(CHECK)
            at = (sentence.start + standard.start, sentence.start + standard.end)
            message = f"“{draft.content[at[0] : at[1]]}”: the standard of proof is the preponderance of the evidence."
            severity: Severity = "error" if standard.stated else "warning"
            yield draft.finding(CHECK, severity, message, at=at, suggestion="Name that standard, or none.")


def _allowed_paragraphs(draft: DraftText) -> set[str] | None:
    ids: set[str | None]
    if isinstance(draft, DraftSection):
        if draft.criterion is None:
            ids = {one for claim in draft.case.claims for one in (claim.criterion, claim.in_place_of)}
            ids |= {request.criterion for request in draft.case.rfe.requests} if draft.case.rfe is not None else set()
        else:
            # Comparable evidence names the criterion that it replaces, under 8 CFR 204.5(h)(4).
            ids = {draft.section_id, *(claim.in_place_of for claim in draft.claims)}
    elif draft.section_id in CRITERIA and draft.section_id != "comparable_evidence":
        # Which criterion comparable evidence replaces stands in the case file only.
        ids = {draft.section_id}
    else:
        return None
    return {CRITERIA[one].paragraph for one in ids if one in CRITERIA}
