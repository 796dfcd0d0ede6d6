"""Response to a Request for Evidence, of the offline assembler."""

from __future__ import annotations

from workbench.case.citation import format_citation
from workbench.case.criteria import CRITERIA
from workbench.case.model import Case, Rfe, RfeRequest
from workbench.drafting.offline.arguments import number_word
from workbench.drafting.offline.evidence import cite_fact, escape_markdown, name_petitioner
from workbench.text.long_date import format_long_date

_TOGETHER = "8 C.F.R. § 103.2(b)(11)"


def respond(case: Case, section_id: str) -> str:
    """Writes one section of a response.

    Args:
        case: The case, with its ``rfe``.
        section_id: ``rfe_intro``, ``rfe_statement``, ``rfe_conclusion``, or the section of a request.

    Returns:
        Markdown; empty where the case has no such request.
    """
    rfe = case.rfe
    if rfe is None:
        return ""
    if section_id in _WRITERS:
        return "\n\n".join(_WRITERS[section_id](case, rfe)) + "\n"
    request = rfe.find_request(section_id)
    return "\n\n".join(_answer(case, rfe, request)) + "\n" if request is not None else ""


def _introduce(case: Case, rfe: Rfe) -> list[str]:
    who = case.beneficiary
    behalf = (
        f"{who.full_reference} is both petitioner and beneficiary"
        if case.petitioner.self_petition
        else f"{escape_markdown(case.petitioner.name)} is the petitioner, and {who.full_reference} the beneficiary"
    )
    receipt = f", receipt number {escape_markdown(rfe.receipt_number)}" if rfe.receipt_number else ""
    several = "requests" if len(rfe.requests) > 1 else "request"
    return [
        (
            f"This letter responds to the Request for Evidence of {format_long_date(rfe.date.isoformat())}"
            f" {format_citation(rfe.exhibit, (1,))} in the matter of Form I-140{receipt}, for classification as an"
            " alien of extraordinary ability under section 203(b)(1)(A) of the Immigration and Nationality Act (INA)"
            f" and 8 C.F.R. § 204.5(h). {behalf}; the field of endeavor is {case.field_of_endeavor}."
        ),
        (
            "Each request is quoted in the officer's own words and answered below it, and each statement of fact is"
            " followed by the exhibit and page that carry it. The Request for Evidence makes"
            f" {number_word(len(rfe.requests))} {several}:"
        ),
        "\n".join(
            f"- Request {rfe.number_of(request)}, {escape_markdown(request.title)}: {request.status}"
            for request in rfe.requests
        ),
        (
            "All of the materials are submitted together, at one time, as the regulation requires"
            f" ({_TOGETHER}). The response is due on {format_long_date(rfe.deadline.isoformat())}."
        ),
    ]


def _answer(case: Case, rfe: Rfe, request: RfeRequest) -> list[str]:
    # The officer's words are evidence like any other: cited, and checked as a quotation.
    mark = format_citation(rfe.exhibit, request.pages)
    parts = ["The Request for Evidence says:", f"> {escape_markdown(request.quote)} {mark}"]
    if request.criterion in CRITERIA:
        criterion = CRITERIA[request.criterion]
        parts.append(f"The request is about the criterion at {criterion.cite}.")
    parts.append("### Answer")
    if request.answer:
        parts.append(f"{name_petitioner(case)} answers the request with the following evidence.")
        parts += [cite_fact(fact) for fact in request.answer]
    if request.status == "not answered":
        parts.append("No evidence is submitted in answer to this request.")
    if request.not_answered:
        parts.append(escape_markdown(request.not_answered))
    return parts


def _state(case: Case, rfe: Rfe) -> list[str]:
    answered = [request for request in rfe.requests if request.status == "answered"]
    others = [request for request in rfe.requests if request.status != "answered"]
    parts: list[str] = []
    if answered:
        parts += ["The following requests are answered:", "\n".join(f"- {_name(rfe, request)}" for request in answered)]
    if others:
        parts += [
            "The following requests are not answered, or not in full:",
            "\n".join(f"- {_name(rfe, request)} {_reason(request)}" for request in others),
        ]
    else:
        parts.append(f"{name_petitioner(case)} has left no request without an answer.")
    return parts


def _name(rfe: Rfe, request: RfeRequest) -> str:
    title = escape_markdown(request.title).rstrip(".")
    return f"Request {rfe.number_of(request)}, {title}."


def _reason(request: RfeRequest) -> str:
    state = "Answered in part." if request.answer else "Not answered."
    return f"{state} {escape_markdown(request.not_answered)}" if request.not_answered else state


def _conclude(case: Case, _rfe: Rfe) -> list[str]:
    asks = case.beneficiary.reference if case.petitioner.self_petition else escape_markdown(case.petitioner.name)
    return [
        (
            f"This is the whole of the response, and a decision on the record is requested. {_TOGETHER}. {asks}"
            " respectfully requests that the petition be approved."
        )
    ]


_WRITERS = {"rfe_intro": _introduce, "rfe_statement": _state, "rfe_conclusion": _conclude}
