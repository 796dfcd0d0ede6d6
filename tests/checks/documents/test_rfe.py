"""Checks of a response to a Request for Evidence."""

from datetime import date

import pytest

from workbench.checks.chosen_checks import choose_checks
from workbench.drafting.offline.assembler import assemble
from workbench.drafting.sections import sections_for


@pytest.fixture(scope="module")
def texts(rfe):
    return {spec.section_id: assemble(rfe, spec) for spec in sections_for(rfe)}


def change_request(rfe, request_id, **changes):
    requests = tuple(each.model_copy(update=changes) if each.id == request_id else each for each in rfe.rfe.requests)
    return rfe.model_copy(update={"rfe": rfe.rfe.model_copy(update={"requests": requests})})


@pytest.mark.parametrize("check", ["request-quoted", "request-answered", "quotation", "claim-uncited"])
def test_answered_request_has_no_finding(run, rfe, texts, check):
    assert run(check, texts["request-membership"], rfe, "request-membership") == []


def test_request_must_be_quoted_whole(run, rfe, texts):
    text = texts["request-membership"].replace("or bylaws that states", "that states")
    (finding,) = run("request-quoted", text, rfe, "request-membership")
    assert finding.severity == "error"
    assert "Request 1 is not quoted in full" in finding.message
    assert run("request-quoted", "Dr. Wu was elected.", rfe, "request-membership")
    assert run("request-quoted", "Dr. Wu was elected.", rfe, "rfe_intro") == []


def test_unquoted_request_words_do_not_count(run, rfe, texts):
    text = texts["request-membership"].replace("> ", "")
    assert run("request-quoted", text, rfe, "request-membership")


def test_altered_quotation_of_officer_is_error(run, rfe, texts):
    text = texts["request-membership"].replace("recognized national", "recognised local")
    assert [finding.severity for finding in run("quotation", text, rfe, "request-membership")] == ["error"]


def test_omission_in_request_is_allowed(run, rfe, texts):
    quote = "Submit the section of the Academy's constitution ... that states the criteria for election"
    case = change_request(rfe, "membership", quote=quote)
    assert run("request-quoted", texts["request-membership"], case, "request-membership") == []
    short = "> Submit the section of the Academy's constitution [@request-for-evidence, p. 2]"
    assert run("request-quoted", short, case, "request-membership")


def test_unanswered_request_is_error(run, rfe, texts):
    (finding,) = run("request-answered", texts["request-remuneration"], rfe, "request-remuneration")
    assert finding.severity == "error"
    (finding,) = run("request-answered", texts["request-comstock"], rfe, "request-comstock")
    assert finding.severity == "warning"
    assert finding.message.startswith("Request 3 is answered in part: The names")


def test_answer_without_evidence_is_error(run, rfe):
    text = "> Submit evidence. [@request-for-evidence, p. 2]\n\nDr. Wu is famous."
    (finding,) = run("request-answered", text, rfe, "request-reputation")
    assert "cites no exhibit but the officer's letter" in finding.message
    (finding,) = run("request-answered", "Six prizes [@columbia-reputation, p. 2].", rfe, "request-reputation")
    assert finding.severity == "warning"
    assert "parity experiment" in finding.suggestion


def test_uncited_claim_in_answer_is_error(run, rfe):
    (finding,) = run("claim-uncited", "Dr. Wu won 12 prizes.", rfe, "request-reputation")
    assert finding.severity == "error"


def test_complete_response_has_no_finding(run_letter, rfe, texts):
    assert run_letter("requests-complete", list(texts.items()), rfe) == []
    assert run_letter("rfe-deadline", list(texts.items()), rfe) == []


@pytest.mark.parametrize("missing", ["request-membership", "rfe_statement"])
def test_part_that_is_missing_is_error(run_letter, rfe, texts, missing):
    kept = [pair for pair in texts.items() if pair[0] != missing]
    found = run_letter("requests-complete", kept, rfe)
    assert {finding.severity for finding in found} == {"error"}
    assert len(found) == (1 if missing == "request-membership" else 2)


def test_request_without_reason_bars_final(run_letter, rfe, texts):
    case = change_request(rfe, "remuneration", not_answered=None)
    (finding,) = run_letter("requests-complete", list(texts.items()), case)
    assert finding.message == "Request 4 (Remuneration) is not answered, and the case file gives no reason."


def test_late_filing_is_a_warning(run_letter, rfe, texts):
    late = rfe.model_copy(update={"filing_date": date(1980, 2, 3)})
    (finding,) = run_letter("rfe-deadline", list(texts.items()), late)
    assert finding.severity == "warning"
    assert "is 3 days past it" in finding.message


def test_newer_evidence_is_a_warning(run_letter, rfe, texts):
    assert run_letter("eligibility-date", list(texts.items()), rfe) == []
    early = rfe.model_copy(update={"rfe": rfe.rfe.model_copy(update={"petition_filed": date(1979, 5, 31)})})
    found = run_letter("eligibility-date", list(texts.items()), early)
    assert [finding.severity for finding in found] == ["warning"] * 3
    assert "is of 1979-06, after the petition was filed on 1979-05-31" in found[0].message
    silent = rfe.model_copy(update={"rfe": rfe.rfe.model_copy(update={"petition_filed": None})})
    assert run_letter("eligibility-date", list(texts.items()), silent) == []


def test_kind_of_document_chooses_checks(rfe, wu):
    of_response = {check.id for check in choose_checks(rfe).checks}
    of_petition = {check.id for check in choose_checks(wu).checks}
    assert "request-quoted" in of_response - of_petition
    assert "required-parts" in of_petition - of_response
    assert choose_checks(None).checks == choose_checks(wu).checks


def test_hostile_request_is_linear(run, rfe):
    words = "Submit . . . [x] “ \\ > " * 2000
    case = change_request(rfe, "membership", quote=words)
    assert run("request-quoted", f"> {words}\n\n{words}", case, "request-membership") is not None
