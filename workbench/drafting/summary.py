"""The assembler's introduction and conclusion: what is asked for, on which criteria, and one fact for each."""

from __future__ import annotations

from workbench.case.criteria import CRITERIA
from workbench.case.model import Case, Claim
from workbench.drafting.argument import MANUAL, joined, number_word
from workbench.drafting.evidence import escape, first_cited, key_fact

_TURNS_TO = {
    "final_merits": "the final merits",
    "continuing_work": "the intention to continue work in the area of expertise, 8 C.F.R. § 204.5(h)(5)",
    "benefit": "the substantial prospective benefit to the United States, INA § 203(b)(1)(A)(iii)",
}


def introduction_of(case: Case) -> str:
    """What is requested, the two steps of the review, and the criteria with one fact each.

    The RE block is not written here: it is the head of the letter, made from the case at render.
    """
    parts = [
        _request(case),
        _framework(),
        _criteria_opening(case),
        "\n".join(f"- {_claim_line(claim)}" for claim in case.claims),
    ]
    later = [phrase for section_id, phrase in _TURNS_TO.items() if case.narrative.get(section_id)]
    if later:
        parts.append(f"The letter takes each of these in turn, and then addresses {joined(later)}.")
    return "\n\n".join(parts) + "\n"


def conclusion_of(case: Case) -> str:
    """What has been shown, one fact a criterion, and the request."""
    who = case.beneficiary
    parts = [
        (
            f"The evidence described above shows that {who.reference} qualifies for classification under INA §"
            f" 203(b)(1)(A) as an alien of extraordinary ability in the field of {case.field_of_endeavor}. In summary:"
        ),
        "\n".join(f"- {_claim_line(claim)}" for claim in case.claims),
    ]
    for section_id, opening in (
        ("final_merits", "Beyond the individual criteria, the record as a whole speaks to standing in the field."),
        (
            "continuing_work",
            f"{who.reference} intends to continue work in the area of expertise. 8 C.F.R. § 204.5(h)(5).",
        ),
        ("benefit", "That work will substantially benefit the United States prospectively. INA § 203(b)(1)(A)(iii)."),
    ):
        fact = next((facts[0] for facts in case.narrative.get(section_id, {}).values()), None)
        if fact is not None:
            parts.append(f"{opening} {first_cited(fact)}")
    parts.append(
        f"The standard of proof is the preponderance of the evidence. *Matter of Chawathe*, 25 I&N Dec. 369 (AAO 2010)."
        f" On this record, {_petitioner(case)} respectfully requests that the petition be approved."
    )
    return "\n\n".join(parts) + "\n"


def _request(case: Case) -> str:
    who = case.beneficiary
    if case.petitioner.self_petition:
        asks = f"{who.full_reference} respectfully petitions on {who.pronouns.possessive} own behalf for classification"
    else:
        asks = f"{escape(case.petitioner.name)} respectfully petitions for the classification of {who.full_reference}"
    return (
        f"{asks} as an alien of extraordinary ability under section 203(b)(1)(A) of the Immigration and Nationality Act"
        f" and 8 C.F.R. § 204.5(h). The field of endeavor is {case.field_of_endeavor}. Every statement of fact in this"
        " letter is followed by the exhibit and page that carry it."
    )


def _framework() -> str:
    return (
        "The statute reserves this classification for a person whose extraordinary ability has been demonstrated by"
        " sustained national or international acclaim and whose achievements have been recognized in the field through"
        " extensive documentation, who seeks to enter the United States to continue work in the area of extraordinary"
        " ability, and whose entry will substantially benefit the United States prospectively. INA §"
        " 203(b)(1)(A)(i)-(iii). The evidence is reviewed in two steps. At the first step, the question is whether it"
        " includes a one-time achievement or meets at least three of the criteria at 8 C.F.R. § 204.5(h)(3)(i)-(x), or"
        " comparable evidence under 8 C.F.R. § 204.5(h)(4). At the second step, all of the evidence is weighed"
        " together; the question is whether it shows sustained acclaim and a level of expertise “indicating that the"
        " individual is one of that small percentage who have risen to the very top of the field of endeavor.” 8"
        f" C.F.R. § 204.5(h)(2); {MANUAL}; *see Kazarian v. USCIS*, 596 F.3d 1115 (9th Cir. 2010) (describing the"
        " two-part approach). The standard of proof throughout is the preponderance of the evidence. *Matter of"
        " Chawathe*, 25 I&N Dec. 369 (AAO 2010)."
    )


def _criteria_opening(case: Case) -> str:
    ids = [claim.criterion for claim in case.claims]
    count = len(set(ids) - {"major_award", "comparable_evidence"})
    grounds = []
    if "major_award" in ids:
        grounds.append("of a one-time achievement")
    if count:
        plural = "criterion" if count == 1 else "criteria"
        grounds.append(f"under {number_word(count)} {plural} of 8 C.F.R. § 204.5(h)(3)")
    if "comparable_evidence" in ids:
        grounds.append("comparable to a listed criterion under 8 C.F.R. § 204.5(h)(4)")
    return f"{case.beneficiary.reference} submits evidence {joined(grounds)}:"


def _claim_line(claim: Claim) -> str:
    criterion = CRITERIA[claim.criterion]
    fact = key_fact(claim.items[0])
    shown = f" {first_cited(fact)}" if fact is not None else ""
    return f"**{criterion.title}**, {criterion.cite}.{shown}"


def _petitioner(case: Case) -> str:
    return case.beneficiary.reference if case.petitioner.self_petition else escape(case.petitioner.name)
