"""Introduction and conclusion of the offline assembler."""

from __future__ import annotations

from workbench.case.criteria import CRITERIA, NARRATIVE_ELEMENTS
from workbench.case.model import Case, Claim
from workbench.drafting.offline.arguments import MANUAL, count_items, join_phrases, number_word
from workbench.drafting.offline.evidence import (
    cite_first_sentence,
    escape_markdown,
    is_whole,
    key_fact,
    name_petitioner,
)

_TURNS_TO = {
    "final_merits": "the final merits",
    "continuing_work": "the intention to continue work in the area of expertise, 8 C.F.R. § 204.5(h)(5)",
    "benefit": "the substantial prospective benefit to the United States, INA § 203(b)(1)(A)(iii)",
}


_LEAST = 3
"""Criteria that the regulation requires without a one-time achievement."""


def introduction_of(case: Case) -> str:
    """Writes the introduction: request, two-step review, criteria.

    Each criterion has one fact. The RE block is not written here: it is the head of the letter, made from the case
    at render.
    """
    parts = [
        _request(case),
        _framework(),
        _criteria_opening(case),
        "\n".join(f"- {_claim_line(claim)}" for claim in case.claims),
    ]
    later = [phrase for section_id, phrase in _TURNS_TO.items() if case.narrative.get(section_id)]
    if later:
        parts.append(f"The letter takes each of these in turn, and then addresses {join_phrases(later)}.")
    return "\n\n".join(parts) + "\n"


def conclusion_of(case: Case) -> str:
    """Writes the conclusion: evidence, what it shows, request.

    Only what the case has facts for is called shown: the checks report the gaps. The facts are not repeated.
    """
    who = case.beneficiary
    shown = _shown_together(case)
    parts = [f"{name_petitioner(case)} has submitted evidence of {_put_forward(case)}.", *([shown] if shown else [])]
    requests = f"{_petitioner(case)} respectfully requests that the petition be approved."
    # A gap is reported by the checks; the letter must not claim eligibility over it.
    if _is_complete(case):
        requests = (
            f"On this record, {who.reference} qualifies by a preponderance of the evidence for classification under INA"
            f" § 203(b)(1)(A) as an alien of extraordinary ability in the field of {case.field_of_endeavor}. {requests}"
        )
    parts.append(requests)
    return "\n\n".join(parts) + "\n"


def _put_forward(case: Case) -> str:
    """Lists counts and paragraphs: ``four awards under § 204.5…``."""
    counts: dict[str, int] = {}
    for claim in case.claims:
        counts[claim.criterion] = counts.get(claim.criterion, 0) + len(claim.items)
    named = [f"{count_items(name, count)} under § 204.5{CRITERIA[name].paragraph}" for name, count in counts.items()]
    # The full citation once, at the first mention.
    return join_phrases(named).replace("§", "8 C.F.R. §", 1)


def _shown_together(case: Case) -> str:
    who = case.beneficiary
    final_merits = case.narrative.get("final_merits", {})
    sentences = []
    if final_merits.get("top_of_field") and final_merits.get("sustained_acclaim"):
        sentences.append(
            "Weighed together, the evidence shows sustained national or international acclaim and a level of expertise"
            " at the very top of the field. 8 C.F.R. § 204.5(h)(2)-(3)."
        )
    if case.narrative.get("continuing_work"):
        sentences.append(
            f"{who.reference} will continue work in the area of expertise in the United States. 8 C.F.R. § 204.5(h)(5)."
        )
    if case.narrative.get("benefit"):
        work = f"{who.pronouns.possessive.capitalize()} work" if sentences else f"{who.reference}'s work"
        sentences.append(f"{work} will substantially benefit the United States prospectively. INA § 203(b)(1)(A)(iii).")
    return " ".join(sentences)


def _is_complete(case: Case) -> bool:
    """True if every requirement of the classification has a fact.

    Both steps, (h)(5) and the benefit.
    """
    whole = {
        (claim.criterion, claim.in_place_of)
        for claim in case.claims
        for item in claim.items
        if is_whole(CRITERIA[claim.criterion], item)
    }
    enough = ("major_award", None) in whole or len(whole) >= _LEAST
    narrated = all(
        case.narrative.get(section_id, {}).get(element.id)
        for section_id in _TURNS_TO
        for element in NARRATIVE_ELEMENTS[section_id]
    )
    return enough and narrated


def _request(case: Case) -> str:
    who = case.beneficiary
    if case.petitioner.self_petition:
        asks = f"{who.full_reference} respectfully petitions on {who.pronouns.possessive} own behalf for classification"
    else:
        petitioner = escape_markdown(case.petitioner.name)
        asks = f"{petitioner} respectfully petitions for the classification of {who.full_reference}"
    return (
        f"{asks} as an alien of extraordinary ability in the field of {case.field_of_endeavor}, under section"
        " 203(b)(1)(A) of the Immigration and Nationality Act (INA) and 8 C.F.R. § 204.5(h). Each statement of fact is"
        " followed by the exhibit and page that carry it."
    )


def _framework() -> str:
    return (
        "The statute reserves this classification for a person whose extraordinary ability has been demonstrated by"
        " sustained national or international acclaim and whose achievements have been recognized in the field through"
        " extensive documentation, who seeks to enter the United States to continue work in the area of extraordinary"
        " ability, and whose entry will substantially benefit the United States prospectively. INA §"
        f" 203(b)(1)(A)(i)-(iii). The evidence is reviewed in two steps. {MANUAL}; *see Kazarian v. USCIS*, 596 F.3d"
        " 1115 (9th Cir. 2010) (describing the two-part approach). At the first step, the question is whether it"
        " includes a one-time achievement or meets at least three of the criteria at 8 C.F.R. § 204.5(h)(3)(i)-(x), or"
        " comparable evidence under 8 C.F.R. § 204.5(h)(4). At the second step, all of the evidence is weighed together"
        " for sustained acclaim and for standing at the very top of the field. 8 C.F.R. § 204.5(h)(2)-(3). The standard"
        " of proof throughout is the preponderance of the evidence. *Matter of Chawathe*, 25 I&N Dec. 369, 375-76 (AAO"
        " 2010)."
    )


def _criteria_opening(case: Case) -> str:
    ids = [claim.criterion for claim in case.claims]
    # Two claims of one criterion are one criterion; the other two are no criteria of (h)(3).
    count = len(set(ids) - {"major_award", "comparable_evidence"})
    grounds = []
    if "major_award" in ids:
        grounds.append("of a one-time achievement")
    if count:
        # The count is of criteria, not of items: the regulation asks for three of ten.
        plural = "criterion" if count == 1 else "criteria"
        grounds.append(f"under {number_word(count)} {plural} of 8 C.F.R. § 204.5(h)(3)")
    if "comparable_evidence" in ids:
        grounds.append("that is comparable to a listed criterion under 8 C.F.R. § 204.5(h)(4)")
    return f"{name_petitioner(case)} submits evidence {join_phrases(grounds)}:"


def _claim_line(claim: Claim) -> str:
    criterion = CRITERIA[claim.criterion]
    fact = key_fact(claim.items[0])
    shown = f" {cite_first_sentence(fact)}" if fact is not None else ""
    # One fact a criterion: the sections themselves argue the rest.
    return f"**{criterion.title}**, {criterion.cite}.{shown}"


def _petitioner(case: Case) -> str:
    return case.beneficiary.reference if case.petitioner.self_petition else escape_markdown(case.petitioner.name)
