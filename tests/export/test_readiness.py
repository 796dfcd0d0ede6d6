"""The open list of a draft, and the reasons to refuse a final."""

import pytest

from workbench.checks.finding import Finding
from workbench.export.manifest import KEY
from workbench.export.notebook import petition_notebook
from workbench.export.readiness import open_groups, refusals
from workbench.live.audit import AuditEntry
from workbench.live.snapshot import AuditHead, LetterHead


def changed(snapshot, section_id, **changes):
    sections = (
        section.model_copy(update=changes) if section.section_id == section_id else section
        for section in snapshot.sections
    )
    return snapshot.model_copy(update={"sections": tuple(sections)})


def test_nothing_stops_an_approved_petition(approved):
    assert refusals(approved) == ()


def test_every_reason_is_named(draft):
    assert refusals(draft) == (
        "section awards: awaits an attorney’s review (status needs_review)",
        (
            "section awards: claim-uncited: Line 7: A superlative stands without an exhibit. "
            "“the highest honor of the United States” Suggested: Cite the exhibit that says so."
        ),
        "section membership: not yet approved by an attorney (status completed)",
        "section continuing_work: awaits an attorney’s review (status needs_review)",
        "section continuing_work: unresolved citation: there is no exhibit no-such-exhibit",
        "section continuing_work: unresolved citation: research-plan (Exhibit 20) has 2 pages, not page 9",
        "section benefit: not yet drafted (status pending)",
        "section benefit: has no text",
    )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"approved_by": None}, "approved by nobody who is named"),
        ({"approved_by": "  "}, "approved by nobody who is named"),
        ({"approved_sha256": None}, "changed after it was approved; it awaits an approval of this text"),
        ({"approved_sha256": "0" * 64}, "changed after it was approved; it awaits an approval of this text"),
        ({"content": "Another text."}, "changed after it was approved; it awaits an approval of this text"),
    ],
)
def test_approval_needs_name_and_exact_text(approved, changes, reason):
    state = changed(approved, "conclusion", **changes)
    assert refusals(state) == (f"section conclusion: {reason} (status approved)",)
    group = next(group for group in open_groups(state) if group.title == state.section("conclusion").title)
    assert [(item.severity, item.text) for item in group.items] == [("error", f"{reason[:1].upper()}{reason[1:]}.")]


def entries(*users):
    previous, made = "", []
    for number, user_id in enumerate(users, start=1):
        made.append(AuditEntry(number=number, at="", user_id=user_id, action="approve", previous=previous))
        previous = made[-1].digest()
    return made


def test_audit_gap_refuses_final(approved):
    whole = entries("a", "b", "c")
    assert refusals(approved, whole) == ()
    assert open_groups(approved, whole) == open_groups(approved)
    line = "the audit record is not whole: entry 2 does not follow from the one before it"
    assert refusals(approved, [whole[0], whole[2]]) == (line,)
    document = open_groups(approved, [whole[0], whole[2]])[0]
    assert [(item.severity, item.text) for item in document.items] == [("error", f"T{line[1:]}.")]


def test_cut_off_audit_refuses_final(approved):
    whole = entries("a", "b", "c")
    state = approved.model_copy(update={"audit": AuditHead(count=3, digest=whole[-1].digest())})
    assert refusals(state, whole) == ()
    assert refusals(state, whole[:2]) == ("the audit record is not whole: it ends with entry 2, and 3 were made",)
    assert refusals(state, []) == ("the audit record is not whole: it ends with entry 0, and 3 were made",)
    assert refusals(state) == (), "no record goes with the petition"


def test_warning_allows_final(approved):
    warned = changed(approved, "awards", findings=(Finding(check="style", severity="warning", message="Long."),))
    assert refusals(warned) == ()


def test_empty_petition_refuses_final(approved):
    empty = approved.model_copy(update={"sections": (), "letter": LetterHead()})
    assert refusals(empty) == (
        "the petition has no section",
        "the letter has no filing date",
        "the letter has no beneficiary",
        "the letter has no petitioner",
        "the letter has no field of endeavor",
    )


def test_the_open_list_by_place(draft):
    groups = {group.title: [(item.severity, item.text) for item in group.items] for group in open_groups(draft)}
    assert next(iter(groups)) == "The petition as a whole"
    assert list(groups)[-1] == "Exhibits"
    assert groups["Membership in Associations Requiring Outstanding Achievements"] == [
        (
            "warning",
            "What this section was drafted from (an exhibit, the case, or a section it summarizes) has changed since.",
        ),
        ("open", "Not yet approved by an attorney."),
    ]
    assert [severity for severity, _ in groups["Lesser Nationally or Internationally Recognized Prizes or Awards"]] == [
        "error", "warning", "open",
    ]  # fmt: skip


def test_sections_awaiting_approval_share_a_list(approved):
    group = next(group for group in open_groups(changed(approved, "awards", status="completed")))
    assert group.title == "Checked, and not yet approved by an attorney"
    assert [(item.severity, item.text) for item in group.items] == [
        ("open", "Lesser Nationally or Internationally Recognized Prizes or Awards")
    ]


def test_section_items_stay_with_section(approved):
    finding = Finding(check="element-missing", severity="error", message="No evidence.")
    state = changed(approved, "awards", status="needs_review", findings=(finding,))
    title = state.section("awards").title
    groups = open_groups(state.model_copy(update={"unresolved": (f"{title}: No evidence.", "Something else.")}))
    assert {group.title: [item.text for item in group.items] for group in groups[:2]} == {
        "The petition as a whole": ["Something else."],
        title: ["No evidence.", "Awaits an attorney’s review."],
    }


def test_approved_petition_lists_exhibit_without_text(approved):
    [group] = open_groups(approved)
    assert [item.text for item in group.items] == [
        "Exhibit 22 has no text layer: what is quoted or taken from it was not checked."
    ]


def test_recognized_exhibit_is_listed(approved):
    first, *others = approved.exhibits
    recognized = first.model_copy(update={"recognized": "p. 2 (OCR, confidence 97 %)"})
    [group] = open_groups(approved.model_copy(update={"exhibits": (recognized, *others)}))
    assert (group.items[0].severity, group.items[0].text) == (
        "warning",
        "Exhibit 1 was checked on recognized text, not typed text: p. 2 (OCR, confidence 97 %).",
    )


def test_a_run_that_stopped_says_why(approved):
    failed = changed(approved, "awards", status="failed").model_copy(update={"status": "failed", "error": "disk full"})
    document, awards, _ = open_groups(failed)
    assert [item.text for item in document.items] == [
        "The run reports: disk full",
        "The run has not completed: its status is failed.",
    ]
    assert [(item.severity, item.text) for item in awards.items] == [("error", "Drafting failed.")]


def without(snapshot, *section_ids):
    sections = tuple(section for section in snapshot.sections if section.section_id not in section_ids)
    return snapshot.model_copy(update={"sections": sections})


def test_missing_sections_refuse_final(approved):
    state = without(approved, "final_merits", "benefit", "awards")
    lines = refusals(state)
    assert [line.partition(" (")[0] for line in lines] == [
        "the petition has no section on Lesser Nationally or Internationally Recognized Prizes or Awards",
        "the petition has no section on the final merits determination",
        "the petition has no section on the prospective benefit to the United States",
    ]
    document = open_groups(state)[0]
    assert [(item.severity, item.text) for item in document.items] == [("error", f"T{line[1:]}.") for line in lines]


def test_reason_lifts_error_for_final(approved):
    finding = Finding(check="claim-uncited", severity="error", message="A superlative stands without an exhibit.")
    over = changed(approved, "awards", findings=(finding,))
    assert refusals(over) == ("section awards: claim-uncited: A superlative stands without an exhibit.",)
    lifted = changed(over, "awards", approval_note="The exhibit is cited above.")
    assert refusals(lifted) == ()
    [item] = next(group.items for group in open_groups(lifted) if group.title == over.section("awards").title)
    by = over.section("awards").approved_by
    assert (item.severity, item.text) == (
        "warning",
        f"{finding.message} Approved by {by}, with the reason: The exhibit is cited above.",
    )
    [section] = [
        section
        for section in petition_notebook(lifted, final=True).metadata[KEY]["sections"]
        if section["section_id"] == "awards"
    ]
    assert section["approval_note"] == "The exhibit is cited above."


@pytest.mark.parametrize("check", ["exhibit-exists", "legal-citation"])
def test_reason_does_not_lift_missing_source(approved, check):
    finding = Finding(check=check, severity="error", message="It must not be cited.")
    state = changed(approved, "awards", findings=(finding,), approval_note="I disagree.")
    assert refusals(state) == (f"section awards: {check}: It must not be cited.",)


def test_unverified_authority_needs_a_reason(approved):
    finding = Finding(check="legal-citation", severity="warning", message="Doe v. Roe is unverified.")
    over = changed(approved, "awards", findings=(finding,))
    assert refusals(over) == ("section awards: legal-citation: Doe v. Roe is unverified.",)
    assert refusals(changed(over, "awards", approval_note="I have read it.")) == ()


def test_reason_of_undone_approval_lifts_nothing(approved):
    finding = Finding(check="claim-uncited", severity="error", message="Uncited.")
    state = changed(approved, "awards", findings=(finding,), approval_note="As agreed.", content="Another text.")
    assert "section awards: claim-uncited: Uncited." in refusals(state)
