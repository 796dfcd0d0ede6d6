"""One exhibit for two criteria, and evidence from after the filing."""

import pytest


def test_double_use_is_a_warning(run_letter, minimal):
    sections = [("awards", "She won it [@medal, p. 1]."), ("membership", "She was elected [@medal, p. 2].")]
    (finding,) = run_letter("double-use", sections, minimal)
    assert finding.severity == "warning"
    assert "Exhibit 1 (medal)" in finding.message
    assert "(h)(3)(i)" in finding.message
    assert "(h)(3)(ii)" in finding.message


def test_exhibit_in_group_is_used_once(run_letter, minimal):
    sections = [("awards", "She won it [@medal, p. 1]."), ("membership", "Elected [@medal, p. 2] [@academy, p. 1].")]
    assert run_letter("double-use", sections, minimal) == []


def test_claims_stand_for_uncited_sections(run_letter, minimal):
    assert run_letter("double-use", [("awards", "She won."), ("membership", "She was elected.")], minimal) == []


@pytest.mark.parametrize(
    ("day", "late"), [("2026-03-03", True), ("2027", True), ("2026-03-02", False), ("2026", False)]
)
def test_later_exhibit_is_a_warning(run_letter, with_pages, day, late):
    findings = run_letter("evidence-date", "Text.", with_pages(medal=(["A medal."], {"date": day})))
    assert [finding.severity for finding in findings] == ["warning"] * late


@pytest.mark.parametrize(
    ("page", "late"),
    [
        ("Vienna, May 3, 2027\nDear Madam", True),
        ("A page.\nAccessed on 2027-01-02\n", True),
        ("Date: 4 June 2026", True),
        ("The diploma, valid until May 3, 2027, is dated May 3, 2020.", False),
        ("Vienna, May 3, 2020", False),
        ("February 31, 2027", False),
    ],
)
def test_own_date_of_a_page_counts(run_letter, with_pages, page, late):
    findings = run_letter("evidence-date", "Text.", with_pages(medal=([page], {})))
    assert len(findings) == late
    if late:
        assert findings[0].evidence[0].quote in page
