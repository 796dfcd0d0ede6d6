"""A run before its first word: what a case puts into the snapshot."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.case.criteria import CRITERIA
from workbench.case.model import Case
from workbench.drafting.sections import SectionSpec
from workbench.live.snapshot import ExhibitState, Letter, Progress, SectionState, Snapshot


def initial_snapshot(
    case: Case, specs: Mapping[str, SectionSpec], *, thread_id: str, user_id: str, document_type: str
) -> Snapshot:
    """The run before its first word."""
    return Snapshot(
        thread_id=thread_id,
        user_id=user_id,
        case_id=case.case_id,
        case_digest=case.digest,
        document_type=document_type,
        sections=tuple(SectionState(section_id=spec.section_id, title=spec.title) for spec in specs.values()),
        exhibits=exhibit_states(case),
        letter=letter_of(case),
        progress=Progress(total=len(specs)),
    )


def letter_of(case: Case) -> Letter:
    """What the head of the letter says."""
    counsel = case.counsel
    return Letter(
        case_title=case.title,
        petitioner=case.petitioner.name,
        beneficiary=case.beneficiary.full_reference,
        field_of_endeavor=case.field_of_endeavor,
        filing_date=case.filing_date.isoformat(),
        criteria=tuple(CRITERIA[claim.criterion].paragraph for claim in case.claims),
        counsel=(counsel.name, *filter(None, (counsel.firm,)), *counsel.address) if counsel else (),
        sample=case.sample,
    )


def exhibit_states(case: Case) -> tuple[ExhibitState, ...]:
    """Every exhibit of a case as the snapshot lists it, in the order of their numbers."""
    return tuple(exhibit_state(case, exhibit.id) for exhibit in case.exhibits)


def exhibit_state(case: Case, exhibit_id: str) -> ExhibitState:
    """One exhibit of a case as the snapshot lists it."""
    exhibit, document = case.exhibit(exhibit_id), case.documents[exhibit_id]
    return ExhibitState(
        exhibit_id=exhibit.id,
        number=case.exhibit_number(exhibit_id),
        title=exhibit.title,
        kind=exhibit.kind,
        date=exhibit.date,
        pages=len(document.pages),
        sha256=document.sha256,
        has_text=document.has_text,
    )


def page_texts(case: Case) -> dict[tuple[str, int], str]:
    """Every exhibit page of a case: (exhibit id, page from 1) to text."""
    return {
        (exhibit_id, number): text
        for exhibit_id, document in case.documents.items()
        for number, text in enumerate(document.pages, start=1)
    }
