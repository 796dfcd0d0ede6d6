"""A response to a Request for Evidence through the whole workflow: draft, approve, fork, export."""

import pytest

import workbench
from workbench.config import shared_folder
from workbench.errors import InputError
from workbench.export.readiness import refusals

from .conftest import statuses


@pytest.fixture(scope="module")
def folder():
    return shared_folder("cases") / "rfe"


def test_response_is_drafted_and_exported(folder, settings, tmp_path):
    run = workbench.start(folder, settings=settings, user_id="a", new=True)
    snapshot = run.wait(60)
    assert (snapshot.document_type, snapshot.status) == ("rfe_response", "needs_review")
    # Drafted and checked, but for the request that has no answer.
    assert {name for name, status in statuses(snapshot).items() if status != "completed"} == {"request-remuneration"}
    for section in snapshot.sections:
        run.approve(section.section_id, user_id="a", note="not claimed" if section.findings else None)
    # Its stop may come before the last approvals: the one open section was settled in between.
    run.wait(60)
    assert refusals(run.snapshot) == ()
    edited = snapshot.section("rfe_statement").content.partition("- Request 4")[0]
    run.edit("rfe_statement", edited, user_id="a")
    reasons = refusals(run.snapshot)
    assert any("Request 4 (Remuneration) is not answered, and no statement" in reason for reason in reasons)
    files = workbench.export_petition(run.snapshot, to=("html", "docx", "pdf", "ipynb"), out=tmp_path)
    page = files["html"].read_text(encoding="utf-8")
    assert "Response to Request for Evidence, Form I-140" in page
    assert "January 31, 1980" in page
    assert "Criteria claimed" not in page
    branch = workbench.fork(run.thread_id, redraft=["request-comstock"], settings=settings)
    assert branch.snapshot.document_type == "rfe_response"
    assert branch.snapshot.section("request-comstock").status == "pending"


def test_document_type_must_be_the_case(folder, minimal, settings):
    with pytest.raises(InputError, match="the case is for a response to a Request for Evidence, not a petition"):
        workbench.prepare(folder, document_type="petition", settings=settings, user_id="a", new=True)
    with pytest.raises(InputError, match="use petition, or another case"):
        workbench.prepare(minimal, document_type="rfe_response", settings=settings, user_id="a", new=True)


def test_close_deadline_is_logged(folder, settings):
    case = workbench.load_case(folder, settings=settings).model_copy(update={"sample": None})
    run = workbench.prepare(case, settings=settings, user_id="a", new=True)
    assert any("days past it" in line.message for line in run.snapshot.logs)
