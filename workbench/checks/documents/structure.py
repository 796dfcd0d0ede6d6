"""Checks of a petition's shape.

Nothing is left to fill in, every element is argued, and the criteria are the same everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.case.citation import Citation
from workbench.case.criteria import CRITERIA, NARRATIVE_ELEMENTS, Element
from workbench.case.model import Fact
from workbench.checks.draft import DraftSection
from workbench.checks.finding import Finding, Severity
from workbench.checks.legal_text import find_quotations, is_regulation

_TOP = re.compile(
    r"\b(?:very\s+top\s+of\s+(?:the|that|her|his|their)\s+field|small\s+percentage|sustained\s+(?:national|international)\b[\w\s]*acclaim"
    r"|sustained\s+acclaim|extraordinary\s+ability\s+in\s+general)\b",
    re.IGNORECASE,
)
_NUMERAL_RANGE = re.compile(r"\([ivx]+\)\s*(?:[-–]|through|to)\s*(?:\(h\)\(3\))?\s*\([ivx]+\)")
_NUMERAL = re.compile(
    r"(?:\(h\)\(3\)|\bcriteri(?:on|a)\s*|\bsubparagraphs?\s*|\band\s+|,\s*)\((?P<numeral>[ivx]+)\)", re.IGNORECASE
)
# 8 CFR 204.5(h)(3): "at least three of the following", unless there is the one-time achievement.
_LEAST = 3


def element_missing(draft: DraftSection) -> Iterator[Finding]:
    """Finds elements that are not filled or not argued.

    The case file decides: words that sound like an element do not fill it.
    """
    if draft.numbering is not None:
        # criterion-support looks at all sections of such a letter that argue one criterion.
        draft.coverage.skip("element-missing", "the letter was not drafted from this case file")
        return
    if draft.criterion and not draft.claims:
        message = f"The case file claims nothing under {draft.criterion.cite}."
        suggestion = f"Add a claim of criterion {draft.section_id!r} to case.yaml, or leave the section out."
        yield draft.finding("element-missing", "error", message, suggestion=suggestion)
    if draft.criterion:
        for item in (item for claim in draft.claims for item in claim.items):
            for element in draft.criterion.elements:
                where = f"{element.id!r} of this item"
                yield from _element(draft, element, item.elements.get(element.id), f"{item.title}: ", where)
    filled = draft.case.narrative.get(draft.section_id or "", {})
    for element in NARRATIVE_ELEMENTS.get(draft.section_id or "", ()):
        where = f"narrative.{draft.section_id}.{element.id}"
        yield from _element(draft, element, filled.get(element.id), "", where)


def criteria_set(draft: DraftSection) -> Iterator[Finding]:
    """Compares the criteria claimed with those named.

    Three criteria or the one-time award are claimed, and introduction and conclusion name exactly those.
    """
    check = "criteria-set"
    # A letter that is not ours is read as a whole: see criteria-listed.
    if draft.section_id not in {"intro", "conclusion"}:
        draft.coverage.check(check, 0)
        return
    if draft.numbering is not None:
        draft.coverage.skip(check, "the letter's sections are not ours: see criteria-listed")
        return
    draft.coverage.check(check)
    claimed = [CRITERIA[claim.criterion] for claim in draft.case.claims if claim.criterion in CRITERIA]
    ids = {criterion.id for criterion in claimed}
    comparable = sum(claim.criterion == "comparable_evidence" for claim in draft.case.claims)
    # Comparable evidence counts for the criterion that it replaces (8 CFR 204.5(h)(4)).
    distinct = len(ids - {"major_award", "comparable_evidence"}) + comparable
    if "major_award" not in ids and distinct < _LEAST:
        message = (
            f"The case claims {distinct} of the criteria; at least three, or the one-time achievement, are needed."
        )
        yield draft.finding(check, "error", message, suggestion="Claim a further criterion in case.yaml.")
    # "(i) through (x)" names the list of the regulation, and neither of its ends is claimed by it.
    text = _NUMERAL_RANGE.sub(" ", draft.content)
    named = {match["numeral"].lower() for match in _NUMERAL.finditer(text)}
    for criterion in {criterion.id: criterion for criterion in claimed}.values():
        numeral = criterion.paragraph.removeprefix("(h)(3)").strip("()")
        by_number = (
            numeral in named if criterion.paragraph.startswith("(h)(3)(") else criterion.paragraph in draft.content
        )
        if not by_number and criterion.title.casefold() not in draft.content.casefold():
            message = f"The {draft.section_id} does not name {criterion.cite}, which the case claims."
            yield draft.finding(check, "error", message, suggestion=f"Name {criterion.title} ({criterion.cite}).")


def top_of_field(draft: DraftSection) -> Iterator[Finding]:
    """Finds arguments of the second step under a criterion.

    A step-one section argues its criterion, not acclaim or standing at the very top of the field.
    """
    draft.coverage.check("top-of-field", len(draft.sentences) if draft.criterion else 0)
    if draft.criterion is None:
        return
    verbatim = [quote for quote in find_quotations(draft.content) if is_regulation(quote.text)]
    for match in _TOP.finditer(draft.content):
        block = draft.block_at(match.start())
        quoted = any(quote.start < match.start() < quote.end for quote in verbatim)
        # The rule may be recited anywhere; only an argument of one's own belongs to the final merits.
        if quoted or (block is not None and draft.blocks[block].kind == "quote"):
            continue
        message = "Acclaim and standing in the field are weighed at the second step, not under a criterion."
        suggestion = "Move the argument to the final merits."
        yield draft.finding("top-of-field", "warning", message, at=match.span(), suggestion=suggestion)


def _element(
    draft: DraftSection, element: Element, facts: tuple[Fact, ...] | None, item: str, where: str
) -> Iterator[Finding]:
    check = "element-missing"
    if not facts:
        severity: Severity = "error" if element.required else "warning"
        message = f"{item}no evidence that {element.asks}."
        yield draft.finding(
            check, severity, _sentence(message), suggestion=f"Fill {where} in case.yaml, with its exhibit."
        )
    elif not _cites_facts(draft, facts):
        message = f"{item}the draft cites none of the exhibits that show that {element.asks}."
        yield draft.finding(check, "warning", _sentence(message), suggestion=f"Argue it from: {facts[0].text}")


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _cites_facts(draft: DraftSection, facts: tuple[Fact, ...]) -> bool:
    shown = {found.exhibit_id for found in draft.citations if isinstance(found, Citation)}
    # By exhibit, not by page: a draft may lean on another page of the same document.
    return any(cite.exhibit in shown for fact in facts for cite in fact.cites)
