"""The five conditions of a filing."""

from workbench.checks.finding import Finding
from workbench.export.filing_invariants import check_invariants
from workbench.export.package_exhibits import PreparedExhibit


def check(snapshot, exhibits=None, bound=None, dead_links=0):
    exhibits = exhibits or [PreparedExhibit(state, labels=("1",)) for state in snapshot.exhibits]
    numbers = [each.number for each in exhibits] if bound is None else bound
    return {each.name: each for each in check_invariants(snapshot, exhibits, bound=numbers, dead_links=dead_links)}


def test_conditions_of_a_draft(draft):
    found = check(draft)
    assert found["every claim has an exhibit"].status == "does not hold"
    assert found["every cited number is right"].status == "does not hold"
    assert "has 2 pages, not page 9" in str(found["every cited number is right"])
    assert found["the label matches the content"].status == "not checked"
    assert "section benefit is pending" in found["the label matches the content"].reasons


def test_label_and_number_findings_count(approved):
    finding = Finding(check="index-mismatch", severity="error", message="Exhibit 4 is a statute.")
    found = check(approved.model_copy(update={"letter_findings": (finding,)}))
    assert found["the label matches the content"].reasons == ("Exhibit 4 is a statute.",)
    assert check(approved, dead_links=2)["every cited number is right"].bars


def test_scan_is_never_a_pass(approved):
    found = check(approved)["the label matches the content"]
    assert found.status == "not checked"
    assert found.reasons == ("Exhibit 22 has no text layer",)


def test_recognized_text_is_no_wrong_number(approved):
    finding = Finding(check="exhibit-exists", severity="warning", message="Checked on recognized text: Exhibit 4.")
    first = approved.sections[0].model_copy(update={"findings": (finding, finding)})
    state = approved.model_copy(update={"sections": (first, *approved.sections[1:])})
    found = check(state)["every cited number is right"]
    assert (found.status, found.bars) == ("not checked", False)
    reason = f"section {first.section_id}: Checked on recognized text: Exhibit 4."
    assert str(found) == f"every cited number is right: not checked\n- {reason}"


def test_missing_and_unlisted_documents(approved):
    exhibits = [PreparedExhibit(state, labels=("1",)) for state in approved.exhibits]
    exhibits[0] = exhibits[0].refuse("an encrypted PDF; save a copy without a password")
    found = check(approved, exhibits, bound=[*range(1, 22), 40])
    missing = found["no listed exhibit is missing"]
    assert missing.reasons == (
        "Exhibit 1 is an encrypted PDF; save a copy without a password",
        "Exhibit 22 is in no volume",
    )
    assert missing.bars
    assert found["no filed document is unlisted"].reasons == ("Exhibit 40 is bound and not in the index",)
