"""Expert letter, of the offline assembler: the signer's own words, in the first person."""

from __future__ import annotations

from workbench.case.model import Case, Opinion, Signer
from workbench.drafting.offline.evidence import cite_fact, escape_markdown


def write_letter(case: Case, section_id: str) -> str:
    """Writes one section of an expert letter.

    Args:
        case: The case, with its ``signer``.
        section_id: ``letter_signer``, ``letter_relation``, ``letter_closing``, or the section of an opinion.

    Returns:
        Markdown; empty where the signer states no such opinion.
    """
    signer = case.signer
    if signer is None:
        return ""
    if section_id in _WRITERS:
        return "\n\n".join(_WRITERS[section_id](case, signer)) + "\n"
    opinion = signer.find_opinion(section_id)
    return "\n\n".join(_give_opinion(opinion)) + "\n" if opinion is not None else ""


def _present_signer(case: Case, signer: Signer) -> list[str]:
    name, position = escape_markdown(signer.name), escape_markdown(signer.position)
    return [
        (
            f"I am {name}, {position} at {escape_markdown(signer.organization)}. I write about the work of"
            f" {case.beneficiary.full_reference} in the field of {case.field_of_endeavor}."
        ),
        " ".join(cite_fact(fact) for fact in signer.qualifications),
    ]


def _tell_relation(_case: Case, signer: Signer) -> list[str]:
    # The checks look for these words; the details are the signer's own.
    stands = "I write as an independent expert." if signer.independent else "I do not write as an independent expert."
    return [
        f"{stands} {escape_markdown(signer.relation)}",
        " ".join(cite_fact(fact) for fact in signer.knowledge),
    ]


def _give_opinion(opinion: Opinion) -> list[str]:
    return [
        escape_markdown(opinion.opinion),
        "I base this opinion on the following facts.",
        *(cite_fact(fact) for fact in opinion.facts),
    ]


def _close(_case: Case, _signer: Signer) -> list[str]:
    return [
        (
            "The opinions in this letter are my own. I state the facts from my own knowledge or from the documents that"
            " I cite, and I leave every question of law to the officer."
        )
    ]


_WRITERS = {"letter_signer": _present_signer, "letter_relation": _tell_relation, "letter_closing": _close}
