"""Snapshot of a run before its first event.

It is built from the case.
"""

from __future__ import annotations

from collections.abc import Mapping

from workbench.case.criteria import CRITERIA
from workbench.case.model import Case
from workbench.case.readers import has_pictures
from workbench.drafting.sections import SectionSpec
from workbench.live.snapshot import ExhibitState, LetterHead, Progress, SectionState, Snapshot
from workbench.text.long_date import format_long_date


def build_initial_snapshot(
    case: Case, specs: Mapping[str, SectionSpec], *, thread_id: str, user_id: str, document_type: str
) -> Snapshot:
    """Builds the snapshot of a run without a draft."""
    return Snapshot(
        thread_id=thread_id,
        user_id=user_id,
        case_id=case.case_id,
        case_digest=case.digest,
        document_type=document_type,
        sections=tuple(SectionState(section_id=spec.section_id, title=spec.title) for spec in specs.values()),
        exhibits=build_exhibit_states(case),
        letter=build_letter(case),
        progress=Progress(total=len(specs)),
    )


def build_letter(case: Case) -> LetterHead:
    """Builds the head of the letter.

    It has parties, field, filing date and counsel.
    """
    return LetterHead(
        case_title=case.title,
        petitioner=case.petitioner.name,
        petitioner_kind="person" if case.petitioner.self_petition else case.petitioner.kind or "",
        beneficiary=case.beneficiary.full_reference,
        field_of_endeavor=case.field_of_endeavor,
        filing_date=case.filing_date.isoformat() if case.filing_date else "",  # a final export refuses that
        criteria=tuple(CRITERIA[claim.criterion].paragraph for claim in case.claims),
        counsel=_list_signature(case),
        sample=case.sample,
        document_type="" if case.document_type == "petition" else case.document_type,
        rows=_build_rows(case),
    )


def _list_signature(case: Case) -> tuple[str, ...]:
    """Lists the lines of the signature block: of an expert letter's signer, else of counsel."""
    counsel = case.counsel
    if case.signer is not None:
        return case.signer.signature
    return (counsel.name, *filter(None, (counsel.firm,)), *counsel.address) if counsel is not None else ()


def _build_rows(case: Case) -> tuple[tuple[str, str], ...]:
    """Builds the lines of the RE block that say to what a response responds."""
    rfe = case.rfe
    if rfe is None:
        return ()
    rows = [("Receipt number", rfe.receipt_number)] if rfe.receipt_number else []
    dates = (("Request dated", rfe.date), ("Response due", rfe.deadline))
    return (*rows, *((label, format_long_date(day.isoformat())) for label, day in dates))


def build_exhibit_states(case: Case) -> tuple[ExhibitState, ...]:
    """Builds the snapshot's exhibits, in order of their numbers."""
    ordered = sorted(case.exhibits, key=lambda exhibit: case.exhibit_number(exhibit.id))
    return tuple(build_exhibit_state(case, exhibit.id) for exhibit in ordered)


def build_exhibit_state(case: Case, exhibit_id: str) -> ExhibitState:
    """Builds the snapshot's entry of one exhibit."""
    exhibit, document = case.exhibit(exhibit_id), case.documents[exhibit_id]
    return ExhibitState(
        exhibit_id=exhibit.id,
        number=case.exhibit_number(exhibit_id),
        title=exhibit.title,
        kind=exhibit.kind,
        date=exhibit.date or "",
        pages=len(document.pages),
        sha256=document.sha256,
        # False for a scan without a text layer, which no check can read.
        has_text=document.has_text,
        recognized=document.describe_recognized(),
        has_pictures=has_pictures(exhibit.file),
        filed=exhibit.filed,
    )


def collect_page_texts(case: Case) -> dict[tuple[str, int], str]:
    """Collects the text of every exhibit page.

    The texts are by exhibit id and page, from 1.
    """
    return {
        (exhibit_id, number): text
        for exhibit_id, document in case.documents.items()
        for number, text in enumerate(document.pages, start=1)
    }
