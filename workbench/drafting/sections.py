"""Catalogue of sections: those of a petition, and of the other kinds of document."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from workbench.case.criteria import CRITERIA, NARRATIVE_ELEMENTS, Criterion
from workbench.case.model import Case
from workbench.drafting.letter_sections import LETTER_SECTIONS, OPINION_PROMPT, is_opinion, list_letter_sections
from workbench.drafting.rfe_sections import REQUEST_PROMPT, RFE_SECTIONS, is_request, list_rfe_sections
from workbench.drafting.section_spec import SectionSpec
from workbench.errors import InputError, Problem

__all__ = [
    "EB1A_SECTIONS",
    "PROMPTED_SECTIONS",
    "SECTIONS",
    "SectionSpec",
    "find_prompt",
    "resolve_case_sections",
    "resolve_sections",
    "sections_for",
    "waits_for",
]


_CRITERION_IDS = tuple(CRITERIA)
_SEED_NUMBERS = {"awards": "2.1", "membership": "2.2", "publications": "2.6", "critical_role": "2.7"}
_CLOSING_IDS = ("final_merits", "continuing_work", "benefit")


def _criterion_spec(criterion: Criterion) -> SectionSpec:
    numeral = criterion.paragraph.removeprefix("(h)(3)")
    # Comparable evidence and the one-time achievement are no numbered criteria.
    label = f"Criterion {numeral}: " if numeral.startswith("(") and criterion.paragraph != "(h)(4)" else ""
    return SectionSpec(
        section_id=criterion.id,
        title=f"{label}{criterion.title} — {criterion.cite}",
        cfr=f"204.5{criterion.paragraph}",
        seed_number=_SEED_NUMBERS.get(criterion.id),
        criterion=criterion,
        elements=criterion.elements,
        words=(150, 2000),
    )


SECTIONS: dict[str, SectionSpec] = {
    spec.section_id: spec
    for spec in (
        SectionSpec(
            section_id="intro",
            title="Introduction and Summary of Eligibility",
            cfr="204.5(h)",
            seed_number=None,
            criterion=None,
            elements=(),
            words=(200, 1200),
            after=_CRITERION_IDS,
        ),
        SectionSpec(
            section_id="background",
            title="Background of the Beneficiary",
            cfr=None,
            seed_number=None,
            criterion=None,
            elements=NARRATIVE_ELEMENTS["background"],
            words=(60, 1200),
        ),
        *(_criterion_spec(criterion) for criterion in CRITERIA.values()),
        SectionSpec(
            section_id="final_merits",
            title="Final Merits: Sustained Acclaim at the Very Top of the Field — 8 C.F.R. § 204.5(h)(2)-(3)",
            cfr="204.5(h)(2)",
            seed_number=None,
            criterion=None,
            elements=NARRATIVE_ELEMENTS["final_merits"],
            words=(200, 2000),
            after=_CRITERION_IDS,
        ),
        SectionSpec(
            section_id="continuing_work",
            title="Continuing Work in the Area of Expertise — 8 C.F.R. § 204.5(h)(5)",
            cfr="204.5(h)(5)",
            seed_number=None,
            criterion=None,
            elements=NARRATIVE_ELEMENTS["continuing_work"],
            words=(80, 800),
        ),
        SectionSpec(
            section_id="benefit",
            title="Substantial Prospective Benefit to the United States — INA § 203(b)(1)(A)(iii)",
            cfr=None,
            seed_number=None,
            criterion=None,
            elements=NARRATIVE_ELEMENTS["benefit"],
            words=(80, 800),
        ),
        SectionSpec(
            section_id="conclusion",
            title="Conclusion",
            cfr="204.5(h)",
            seed_number=None,
            criterion=None,
            elements=(),
            words=(100, 800),
            after=(*_CRITERION_IDS, *_CLOSING_IDS),
        ),
    )
}
"""Every section of a petition by id, in the order of the letter."""

PROMPTED_SECTIONS: dict[str, SectionSpec] = {**SECTIONS, **RFE_SECTIONS, **LETTER_SECTIONS}
"""Every section that has a prompt of its own, of all kinds of document, by the prompt's id."""

_LISTED: dict[str, Callable[[Case], list[SectionSpec]]] = {
    "rfe_response": list_rfe_sections,
    "expert_letter": list_letter_sections,
}
"""Sections of the kinds of document other than a petition."""

# The original system drafted these seven whatever the case claimed.
_SEED_SEVEN = ("intro", "background", "awards", "membership", "publications", "critical_role", "conclusion")

EB1A_SECTIONS: list[dict[str, Any]] = [
    {
        "section_id": spec.section_id,
        "title": spec.title,
        "cfr": spec.cfr,
        "seed_number": spec.seed_number,
        "order": order,
    }
    for order, spec in enumerate((SECTIONS[section_id] for section_id in _SEED_SEVEN), start=1)
]
"""The default seven of the original system, as its ``sections`` argument takes them.

Its numbers 2.1, 2.2, 2.6 and 2.7 stay as ``seed_number``; the title shows the regulation's own paragraph.
"""

# Names that the original system and its users' notebooks pass.
_ALIASES = {number: section_id for section_id, number in _SEED_NUMBERS.items()} | {
    "introduction": "intro",
    "memberships": "membership",
    "scholarly_articles": "publications",
}


def sections_for(case: Case) -> list[SectionSpec]:
    """Returns a case's sections in the order of the letter.

    Args:
        case: With ``sections`` set, exactly those in that order; otherwise those of its kind of document, which for a
            petition are introduction, background, the claimed criteria in the regulation's order, the narrative
            sections that have facts, and the conclusion.

    Raises:
        InputError: ``case.sections`` names an unknown section.
    """
    # An attorney's own list is not second-guessed, not even if a claim is missing from it.
    if case.sections is not None:
        return resolve_case_sections(case, case.sections)
    if case.document_type in _LISTED:
        return _LISTED[case.document_type](case)
    claimed = {claim.criterion for claim in case.claims}
    wanted = {"intro", "conclusion", *claimed, *(key for key, elements in case.narrative.items() if elements)}
    return [spec for section_id, spec in SECTIONS.items() if section_id in wanted]


def resolve_case_sections(case: Case, requested: Sequence[str | Mapping[str, Any]]) -> list[SectionSpec]:
    """Returns the requested sections of a case's document.

    Args:
        case: The case, which says what kind of document it is.
        requested: As for :func:`resolve_sections`.

    Raises:
        InputError: One problem for each unknown, missing or repeated id.
    """
    if case.document_type not in _LISTED:
        return resolve_sections(requested)
    return resolve_sections(requested, {spec.section_id: spec for spec in _LISTED[case.document_type](case)})


def find_prompt(section_id: str) -> str:
    """Returns the id of the prompt that drafts a section: mostly the section's own.

    Examples:
        >>> find_prompt("awards"), find_prompt("request-judging")
        ('awards', 'rfe_request')
    """
    if is_request(section_id):
        return REQUEST_PROMPT
    return OPINION_PROMPT if is_opinion(section_id) else section_id


def resolve_sections(
    requested: Sequence[str | Mapping[str, Any]], catalogue: Mapping[str, SectionSpec] = SECTIONS
) -> list[SectionSpec]:
    """Returns the catalogue's entries for the requested sections.

    Args:
        requested: Ids, or dicts as the original system passed them: ``section_id`` (or ``id``), and optionally
            ``order``. Other keys, such as ``name`` or ``title``, are ignored: the catalogue's title says which
            paragraph is argued. Entries with an ``order`` are sorted by it, the others follow.
        catalogue: The sections that there are, by id; default: those of a petition.

    Returns:
        One spec for each entry.

    Raises:
        InputError: One problem for each unknown, missing or repeated id.

    Examples:
        >>> [spec.section_id for spec in resolve_sections(["2.1", {"section_id": "intro", "order": 1}])]
        ['intro', 'awards']
    """
    problems: list[Problem] = []
    found: list[tuple[float, SectionSpec]] = []
    for index, entry in enumerate(requested):
        section_id, order = _read_entry(entry)
        section_id = _ALIASES.get(section_id, section_id)
        spec = catalogue.get(section_id)
        if spec is None:
            problems.append(_unknown_section(section_id, index, catalogue))
        # "2.1" and "awards" are the same section: compared after aliases.
        elif any(spec is other for _, other in found):
            problems.append(
                Problem(f"section {section_id!r} is named twice", "name it once", field=f"sections[{index}]")
            )
        else:
            found.append((order, spec))
    if not requested:
        problems.append(Problem("no section is named", "name at least one section", field="sections"))
    if problems:
        raise InputError(*problems)
    return [spec for _, spec in sorted(found, key=lambda pair: pair[0])]


def waits_for(spec: SectionSpec, among: Iterable[SectionSpec]) -> tuple[str, ...]:
    """Returns ids of the sections that ``spec`` must wait for."""
    present = {other.section_id for other in among}
    return tuple(section_id for section_id in spec.after if section_id in present)


def _read_entry(entry: str | Mapping[str, Any]) -> tuple[str, float]:
    if isinstance(entry, str):
        return entry.strip(), float("inf")
    order = entry.get("order")
    # True is an int in Python, and no order.
    is_number = isinstance(order, int | float) and not isinstance(order, bool)
    # float("inf") sorts entries without an order to the end, in the order given.
    return str(entry.get("section_id") or entry.get("id") or "").strip(), float(order) if is_number else float("inf")  # type: ignore[arg-type]


def _unknown_section(section_id: str, index: int, catalogue: Mapping[str, SectionSpec]) -> Problem:
    close = difflib.get_close_matches(section_id, [*catalogue, *_ALIASES], n=1)
    remedy = f"did you mean {_ALIASES.get(close[0], close[0])!r}?" if close else f"use one of {', '.join(catalogue)}"
    what = f"unknown section {section_id!r}" if section_id else "a section without section_id"
    return Problem(what, remedy, field=f"sections[{index}]")
