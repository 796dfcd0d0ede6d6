"""Description of the officer's requests for the prompts of a response to a Request for Evidence."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.case.citation import format_citation
from workbench.case.criteria import CRITERIA
from workbench.case.law import regulation_text
from workbench.case.model import Case, Rfe, RfeRequest
from workbench.text.fence import fence_text


def describe_request(case: Case, section_id: str) -> str:
    """Describes the request that a section answers, the officer's words fenced.

    Empty where it answers none.
    """
    rfe = case.rfe
    request = rfe.find_request(section_id) if rfe is not None else None
    if rfe is None or request is None:
        return ""
    mark = format_citation(rfe.exhibit, request.pages)
    parts = [f"Quote these words of the officer, letter for letter, cited as {mark}:"]
    parts.append(fence_text(request.quote, f"request {rfe.number_of(request)}"))
    if request.criterion in CRITERIA:
        criterion = CRITERIA[request.criterion]
        parts.append(
            f"The request is about {criterion.title}, {criterion.cite}:\n{regulation_text(criterion.paragraph)}"
        )
    if not request.answer:
        parts.append("There is no evidence in answer to it. Say so plainly; argue nothing.")
    if request.not_answered:
        parts.append(f"What is not answered, to be stated in these words: {request.not_answered}")
    return "\n\n".join(parts)


def list_requests(case: Case) -> str:
    """Lists the requests with their answers' state; empty for a case without any."""
    rfe = case.rfe
    return "\n".join(_list_requests(rfe)) if rfe is not None else ""


def _list_requests(rfe: Rfe) -> Iterator[str]:
    receipt = f", receipt number {rfe.receipt_number}" if rfe.receipt_number else ""
    mark = format_citation(rfe.exhibit, (1,))
    yield f"Request for Evidence of {rfe.date.isoformat()}{receipt}, cited as {mark}"
    yield f"Due on {rfe.deadline.isoformat()}"
    for number, request in enumerate(rfe.requests, start=1):
        yield f"- Request {number}: {request.title}: {_state(request)}"


def _state(request: RfeRequest) -> str:
    return f"{request.status}. {request.not_answered}" if request.not_answered else request.status
