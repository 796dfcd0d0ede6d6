"""Checks of a response to a Request for Evidence: each request quoted, answered with evidence, and accounted for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workbench.case.citation import Citation, format_citation
from workbench.case.model import Case, Rfe, RfeRequest
from workbench.checks.draft import DraftSection, DraftText
from workbench.checks.finding import Finding
from workbench.checks.legal_text import find_quotations
from workbench.checks.letter import Letter
from workbench.text.tokens import find_tokens

QUOTED, ANSWERED, COMPLETE, DEADLINE = "request-quoted", "request-answered", "requests-complete", "rfe-deadline"
ELIGIBILITY = "eligibility-date"

_LEFT_OUT = re.compile(r"\.\s?\.\s?\.(?:\s?\.)?|…|\[[^\]]*\]")


def request_quoted(draft: DraftSection) -> Iterator[Finding]:
    """Finds a section that does not quote the request that it answers.

    That the words quoted stand on the page of the officer's letter is for the check of quotations; here it is the whole
    request that must be quoted.
    """
    found = _find_request(draft, draft.case)
    draft.coverage.check(QUOTED, int(found is not None))
    if found is None:
        return
    rfe, request = found
    spans = [draft.text_of(block) for block in draft.blocks if block.kind == "quote"]
    spans += [quote.text for quote in find_quotations(draft.content)]
    quoted = _join_words("\n".join(spans))
    missing = [piece for piece in _LEFT_OUT.split(request.quote) if _join_words(piece) not in quoted]
    if missing:
        words = " ".join(missing[0].split())
        message = f"Request {rfe.number_of(request)} is not quoted in full: “{words}” is not among the words quoted."
        mark = format_citation(rfe.exhibit, request.pages)
        suggestion = f"Quote the request, letter for letter, with its place: {mark}."
        yield draft.finding(QUOTED, "error", message, suggestion=suggestion)


def request_answered(draft: DraftSection) -> Iterator[Finding]:
    """Finds a request without an answer, an answer without evidence, and evidence that the answer leaves out."""
    found = _find_request(draft, draft.case)
    draft.coverage.check(ANSWERED, int(found is not None))
    if found is None:
        return
    rfe, request = found
    name = f"Request {rfe.number_of(request)}"
    if request.not_answered and request.answer:
        message = f"{name} is answered in part: {request.not_answered}"
        suggestion = "Add what is missing under the request's answer in case.yaml, or decide to file without it."
        yield draft.finding(ANSWERED, "warning", message, suggestion=suggestion)
    if not request.answer:
        message = f"{name} is not answered: the case file has no evidence in answer to it."
        suggestion = f"Fill the answer of {request.id!r} in case.yaml, or approve the section with the reason."
        yield draft.finding(ANSWERED, "error", message, suggestion=suggestion)
        return
    cited = {each.exhibit_id for each in draft.citations if isinstance(each, Citation)} - {rfe.exhibit}
    if not cited:
        message = f"{name} is answered without evidence: the section cites no exhibit but the officer's letter."
        yield draft.finding(ANSWERED, "error", message, suggestion="Answer it from the facts of the case file.")
        return
    for fact in request.answer:
        if not any(cite.exhibit in cited for cite in fact.cites):
            message = f"{name}: the answer cites none of the exhibits of a fact that the case file gives."
            yield draft.finding(ANSWERED, "warning", message, suggestion=f"Argue it from: {fact.text}")


def requests_complete(letter: Letter) -> Iterator[Finding]:
    """Finds requests that the response passes over: no section, no answer and no reason, not named as unanswered.

    Each bars a final whatever reason is given: 8 CFR 103.2(b)(11) allows one response, and (b)(14) a denial for what
    was asked and not submitted.
    """
    case = letter.case
    rfe = case.rfe if case is not None else None
    if case is None or rfe is None:
        return
    statement = next((each for each in letter.body if _is_statement(each)), None)
    for request in rfe.requests:
        letter.coverage.check(COMPLETE)
        name = f"Request {rfe.number_of(request)} ({request.title})"
        if not any(_answers(section, request) for section in letter.body):
            yield _make_finding(f"{name} has no section in the response.", "Draft the section, or add it to the run.")
        if not request.answer and not request.not_answered:
            suggestion = "Fill its answer in case.yaml, or write under not_answered what the response says instead."
            yield _make_finding(f"{name} is not answered, and the case file gives no reason.", suggestion)
        elif request.status == "answered":
            continue
        if statement is None or not _names(statement, rfe, request):
            message = f"{name} is {request.status}, and no statement of the response says so."
            yield _make_finding(message, "Name it in the section on what was asked, answered and not answered.")


def rfe_deadline(letter: Letter) -> Iterator[Finding]:
    """Finds a date of filing that is past the deadline of the response, or close to it."""
    rfe = letter.case.rfe if letter.case is not None else None
    if letter.case is None or rfe is None:
        return
    if letter.case.filing_date is None:
        letter.coverage.skip(DEADLINE, "the case file has no date of filing")
        return
    letter.coverage.check(DEADLINE)
    message = rfe.describe_deadline(letter.case.filing_date, "the date of filing")
    if message is not None:
        suggestion = "File earlier: no extension is given, and everything is submitted at one time."
        yield Finding(check=DEADLINE, severity="warning", message=message, suggestion=suggestion)


def eligibility_date(letter: Letter) -> Iterator[Finding]:
    """Finds evidence that is newer than the petition.

    It must establish that the person was eligible when the petition was filed (8 CFR 103.2(b)(12)): an award that was
    received later does not count, a later record of an earlier one does.
    """
    rfe = letter.case.rfe if letter.case is not None else None
    if letter.case is None or rfe is None:
        return
    if rfe.petition_filed is None:
        letter.coverage.skip(ELIGIBILITY, "the case file does not say when the petition was filed")
        return
    filed = rfe.petition_filed.isoformat()
    for exhibit in letter.case.exhibits:
        if exhibit.id == rfe.exhibit:
            continue
        if exhibit.date is None:
            letter.coverage.skip(ELIGIBILITY, "the case file has no date of the exhibit")
            continue
        letter.coverage.check(ELIGIBILITY)
        # Of a date without a day only the year or the month is compared.
        if exhibit.date > filed[: len(exhibit.date)]:
            name = letter.name_exhibit(exhibit.id)
            message = f"{name} is of {exhibit.date}, after the petition was filed on {filed}."
            suggestion = "See that the answer takes from it only what was so when the petition was filed."
            yield Finding(check=ELIGIBILITY, severity="warning", message=message, suggestion=suggestion)


def _find_request(draft: DraftText, case: Case) -> tuple[Rfe, RfeRequest] | None:
    rfe = case.rfe
    for request in rfe.requests if rfe is not None else ():
        if rfe is not None and _answers(draft, request):
            return rfe, request
    return None


def _answers(section: DraftText, request: RfeRequest) -> bool:
    """Tells if a section answers a request, by its id, or in a letter of another hand by its heading."""
    if section.section_id is not None or not section.title:
        return section.section_id == request.section_id
    return _join_words(section.title).endswith(_join_words(request.title))


def _names(section: DraftText, rfe: Rfe, request: RfeRequest) -> bool:
    """Tells if a section names a request, by its number or its title."""
    title, words = _join_words(request.title), _join_words(section.content)
    # One word may stand there by chance: "Remuneration" in a sentence on remuneration.
    return f" request {rfe.number_of(request)} " in words or (len(title.split()) > 1 and title in words)


def _is_statement(section: DraftText) -> bool:
    if section.section_id is not None:
        return section.section_id == "rfe_statement"
    return {"asked", "answered"} <= set(_words(section.title))


def _make_finding(message: str, suggestion: str) -> Finding:
    return Finding(check=COMPLETE, severity="error", message=message, suggestion=suggestion)


def _words(text: str) -> Sequence[str]:
    return [token.word for token in find_tokens(text)]


def _join_words(text: str) -> str:
    # With a blank at both ends, so that no word is found inside another one.
    return f" {' '.join(_words(text))} "
