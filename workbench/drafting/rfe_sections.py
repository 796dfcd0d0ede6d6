"""Sections of a response to a Request for Evidence."""

from __future__ import annotations

from workbench.case.model import Case
from workbench.case.rfe import REQUEST_PREFIX
from workbench.drafting.section_spec import SectionSpec

REQUEST_PROMPT = "rfe_request"
"""Prompt of every section that answers a request."""

RFE_SECTIONS: dict[str, SectionSpec] = {
    spec.section_id: spec
    for spec in (
        SectionSpec("rfe_intro", "Introduction: The Request and This Response", words=(60, 800)),
        SectionSpec(REQUEST_PROMPT, "Answer to a Request", words=(40, 2500)),
        SectionSpec("rfe_statement", "What Was Asked, Answered and Not Answered", words=(30, 800)),
        SectionSpec("rfe_conclusion", "Conclusion", words=(30, 500)),
    )
}
"""By the id of their prompt; ``rfe_request`` stands for the sections of all requests."""


def list_rfe_sections(case: Case) -> list[SectionSpec]:
    """Lists the sections of a response in the letter's order: one for each request of the officer."""
    rfe = case.rfe
    if rfe is None:
        return []
    answers = [
        SectionSpec(
            request.section_id,
            f"Request {number}: {request.title}",
            words=RFE_SECTIONS[REQUEST_PROMPT].words,
            prompt=REQUEST_PROMPT,
        )
        for number, request in enumerate(rfe.requests, start=1)
    ]
    return [
        RFE_SECTIONS["rfe_intro"],
        *answers,
        RFE_SECTIONS["rfe_statement"],
        RFE_SECTIONS["rfe_conclusion"],
    ]


def is_request(section_id: str) -> bool:
    """Tells if a section answers a request."""
    return section_id.startswith(REQUEST_PREFIX)
