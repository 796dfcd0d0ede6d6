"""Sections of an expert letter."""

from __future__ import annotations

from workbench.case.model import Case
from workbench.case.signer import OPINION_PREFIX
from workbench.drafting.section_spec import SectionSpec

OPINION_PROMPT = "letter_opinion"
"""Prompt of every section that states an opinion."""

LETTER_SECTIONS: dict[str, SectionSpec] = {
    spec.section_id: spec
    for spec in (
        SectionSpec("letter_signer", "My Position and Training", words=(40, 500)),
        SectionSpec("letter_relation", "My Relation to the Beneficiary, and How I Know the Work", words=(40, 600)),
        SectionSpec(OPINION_PROMPT, "Opinion", words=(50, 1200)),
        SectionSpec("letter_closing", "Closing", words=(20, 200)),
    )
}
"""By the id of their prompt; ``letter_opinion`` stands for the sections of all opinions."""


def list_letter_sections(case: Case) -> list[SectionSpec]:
    """Lists the sections of an expert letter in its order: one for each opinion of the signer."""
    signer = case.signer
    if signer is None:
        return []
    words = LETTER_SECTIONS[OPINION_PROMPT].words
    opinions = [
        SectionSpec(opinion.section_id, opinion.title, words=words, prompt=OPINION_PROMPT)
        for opinion in signer.opinions
    ]
    return [
        LETTER_SECTIONS["letter_signer"],
        LETTER_SECTIONS["letter_relation"],
        *opinions,
        LETTER_SECTIONS["letter_closing"],
    ]


def is_opinion(section_id: str) -> bool:
    """Tells if a section states an opinion of a signer."""
    return section_id.startswith(OPINION_PREFIX)
