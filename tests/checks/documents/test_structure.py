import pytest


def drop_element(case, criterion, element):
    """The case without the facts of one element."""
    claims = []
    for claim in case.claims:
        items = claim.items
        if claim.criterion == criterion:
            items = tuple(
                item.model_copy(
                    update={"elements": {key: facts for key, facts in item.elements.items() if key != element}}
                )
                for item in items
            )
        claims.append(claim.model_copy(update={"items": items}))
    return case.model_copy(update={"claims": tuple(claims)})


ARGUED = "All of it [@medal, pp. 1-2]."


def test_a_filled_and_cited_item_passes(run, minimal):
    assert run("element-missing", ARGUED, minimal) == []


def test_unfilled_element_is_an_error(run, minimal):
    case = drop_element(minimal, "awards", "recognized")
    (finding,) = run("element-missing", f"The medal is nationally recognized. {ARGUED}", case)
    assert finding.severity == "error"
    assert "nationally or internationally recognized" in finding.message
    assert "'recognized'" in finding.suggestion


def test_uncited_element_is_a_warning(run, minimal):
    findings = run("element-missing", "The medal is recognized.", minimal)
    assert {finding.severity for finding in findings} == {"warning"}
    assert len(findings) == 4


def test_an_unclaimed_criterion_is_an_error(run, minimal):
    (finding,) = run("element-missing", ARGUED, minimal, "display")
    assert finding.severity == "error"
    assert "(h)(3)(vii)" in finding.message


def test_a_narrative_section_needs_its_facts(run, minimal):
    case = minimal.model_copy(update={"narrative": {}})
    (finding,) = run("element-missing", "She will work here.", case, "continuing_work")
    assert (finding.severity, finding.suggestion) == (
        "error",
        "Fill narrative.continuing_work.plans in case.yaml, with its exhibit.",
    )
    assert run("element-missing", "She will work [@statement, p. 2].", minimal, "continuing_work") == []


LIST = "8 C.F.R. § 204.5(h)(3)(i), 8 C.F.R. § 204.5(h)(3)(ii) and 8 C.F.R. § 204.5(h)(3)(vi)."


@pytest.mark.parametrize("section_id", ["intro", "conclusion"])
@pytest.mark.parametrize(
    ("text", "missing"),
    [
        (LIST, None),
        ("Criteria (i), (ii) and (vi) are met.", None),
        ("She meets criterion (i), criterion (ii), and has Authorship of Scholarly Articles.", None),
        ("8 C.F.R. § 204.5(h)(3)(i) and 8 C.F.R. § 204.5(h)(3)(ii).", "(vi)"),
        ("At least three of 8 C.F.R. § 204.5(h)(3)(i)-(x); she meets criteria (i) and (vi).", "(ii)"),
    ],
)
def test_introduction_and_conclusion_name_claimed_criteria(run, minimal, section_id, text, missing):
    findings = run("criteria-set", text, minimal, section_id)
    if missing is None:
        assert findings == []
    else:
        (finding,) = findings
        assert finding.severity == "error"
        assert f"204.5(h)(3){missing}," in finding.message


def test_two_criteria_need_the_major_award(run, minimal):
    two = minimal.model_copy(update={"claims": minimal.claims[:2]})
    messages = [finding.message for finding in run("criteria-set", LIST, two, "intro")]
    assert messages == ["The case claims 2 of the criteria; at least three, or the one-time achievement, are needed."]
    great = minimal.claims[0].model_copy(update={"criterion": "major_award"})
    one = minimal.model_copy(update={"claims": (great,)})
    assert run("criteria-set", "8 C.F.R. § 204.5(h)(3) with (h)(3).", one, "intro") == []


def test_criteria_set_skips_other_sections(run, minimal):
    assert run("criteria-set", "Nothing.", minimal, "awards") == []


def test_acclaim_at_step_one_is_warning(run, minimal):
    (finding,) = run("top-of-field", "One.\n\nShe is at the very top of the field.", minimal)
    assert (finding.severity, finding.line, finding.quote) == ("warning", 3, "very top of the field")
    assert run("top-of-field", "She is at the very top of the field.", minimal, "final_merits") == []
    assert run("top-of-field", "> very top of the field", minimal) == []
