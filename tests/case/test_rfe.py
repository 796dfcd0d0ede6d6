"""A Request for Evidence in the case file: deadline, state of the answers, and what is refused."""

import shutil
from datetime import date

import pytest

from workbench.case.rfe import Rfe
from workbench.errors import CaseError

RFE = """
document_type: rfe_response
rfe:
  exhibit: medal
  date: 2024-01-05
  requests:
    - id: award
      title: The Medal
      quote: Submit the certificate.
      pages: [1]
      answer:
        - text: Dr. Example received the medal.
          cites: [{exhibit: medal, pages: [1]}]
"""


def problems_of(add, text):
    with pytest.raises(CaseError) as caught:
        add(text)
    return [(problem.field, problem.what, problem.remedy) for problem in caught.value.problems]


def make_rfe(**changes):
    request = {"id": "a", "title": "A", "quote": "Send it.", "pages": [1]}
    return Rfe.model_validate({"exhibit": "x", "date": "2026-01-05", "requests": [request], **changes})


def test_rfe_is_loaded_with_facts(add):
    case = add(RFE)
    (request,) = case.rfe.requests
    assert (case.document.name, request.section_id) == ("response to a Request for Evidence", "request-award")
    assert (request.status, case.rfe.number_of(request)) == ("answered", 1)
    assert case.facts_of("request-award") == list(request.answer)
    assert request.answer[0] in list(case.facts())


def test_deadline_counts_days_and_mail():
    assert make_rfe().deadline == date(2026, 4, 2)
    assert make_rfe(served_by_mail=False, response_days=30).deadline == date(2026, 2, 4)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-03-18", None),
        ("2026-03-19", "14 days from today, 2026-03-19."),
        ("2026-04-01", "1 day from today, 2026-04-01."),
        ("2026-04-04", "and today, 2026-04-04, is 2 days past it."),
    ],
)
def test_deadline_is_told_when_close(day, words):
    told = make_rfe().describe_deadline(date.fromisoformat(day), "today")
    assert told is None if words is None else (told or "").endswith(words)


@pytest.mark.parametrize(
    ("old", "new", "field", "what"),
    [
        ("rfe:\n", "rfo:\n", "rfo", "unknown field"),
        ("exhibit: medal\n", "exhibit: nothing\n", "rfe.exhibit", "no exhibit has the id 'nothing'"),
        ("pages: [1]\n      answer", "pages: [9]\n      answer", "rfe.requests[0].pages[0]", "page 9 of medal"),
        ("date: 2024-01-05", "date: 2024-13-05", "rfe.date", "'2024-13-05' is not a date"),
        ("  date:", "  response_days: 90\n  date:", "rfe.response_days", "'90' is more than 84"),
        ("  date:", "  response_days: few\n  date:", "rfe.response_days", "'few' is no number of days"),
        ("title:", "criterion: fame\n      title:", "rfe.requests[0].criterion", "unknown criterion 'fame'"),
        ("document_type: rfe_response\n", "", "rfe", "rfe belongs to a case for a response to a"),
        ("rfe_response", "visa", "document_type", "'visa' is not known here"),
    ],
)
def test_faults_of_requests_are_named(add, old, new, field, what):
    assert any(found[0] == field and what in found[1] for found in problems_of(add, RFE.replace(old, new, 1)))


def test_response_needs_its_requests(add):
    (problem,) = problems_of(add, "\ndocument_type: rfe_response\n")
    assert problem == (
        "rfe",
        "the field is missing",
        "add rfe (a response to a Request for Evidence cannot do without)",
    )


def test_request_id_is_used_once(add):
    second = RFE[RFE.index("    - id: award") :]
    assert ("rfe.requests[1].id", "the request id 'award' is used twice", "give each its own id") in problems_of(
        add, RFE + second
    )


def test_sections_of_response_are_known(add):
    found = [what for _, what, _ in problems_of(add, f"{RFE}\nsections: [request-award, awards]\n")]
    assert found == ["unknown section 'awards'"]


def test_letter_may_be_text_or_docx(folder, add, settings):
    from docx import Document

    letter = Document()
    letter.add_paragraph("Submit the certificate.")
    letter.save(folder / "exhibits" / "rfe.docx")
    shutil.copyfile(folder / "exhibits" / "rfe.docx", folder / "exhibits" / "copy.docx")
    entry = "  - {id: letter, title: RFE, kind: notice, date: 2024, file: exhibits/rfe.docx, source: USCIS}\n"
    text = (folder / "case.yaml").read_text(encoding="utf-8").replace("exhibits:\n", f"exhibits:\n{entry}", 1)
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    case = add(RFE.replace("exhibit: medal\n  date", "exhibit: letter\n  date", 1))
    assert case.documents[case.rfe.exhibit].pages == ("Submit the certificate.",)
