"""Description of a signer and an opinion for the prompts of an expert letter."""

from __future__ import annotations

from workbench.case.model import Case
from workbench.text.fence import fence_text


def describe_signer(case: Case) -> str:
    """Describes the signer of an expert letter; empty for a case without one."""
    signer = case.signer
    if signer is None:
        return ""
    stands = "independent of the beneficiary" if signer.independent else "not independent of the beneficiary"
    return (
        f"{signer.name}, {signer.position}, {signer.organization}; {stands}.\n"
        f"The signer's own statement of the relation:\n{fence_text(signer.relation, 'relation')}"
    )


def describe_opinion(case: Case, section_id: str) -> str:
    """Describes the opinion that a section states, in the signer's words.

    Empty where it states none.
    """
    opinion = case.signer.find_opinion(section_id) if case.signer is not None else None
    return fence_text(opinion.opinion, "opinion") if opinion is not None else ""
