import pytest

import workbench
from workbench.checks.draft import DraftText
from workbench.checks.law.law import cfr_matches_section, unknown_provisions

CFR = "cfr-matches-section"


@pytest.mark.parametrize(
    ("part", "is_wrong"), [("body", True), ("address", True), ("signature", True), ("index", False)]
)
def test_class_is_looked_at_in_part(part, is_wrong):
    """A list of exhibits gives titles of documents, which may be of any class."""
    draft = DraftText(None, "RE: Form I-140 under INA § 203(b)(2)(A), 8 C.F.R. § 204.5(k)", part=part)
    assert [finding.severity for finding in cfr_matches_section(draft)] == (["error"] * 2 if is_wrong else [])
    absent = DraftText(None, "INA § 203(b)(9)", part=part)
    assert [finding.severity for finding in cfr_matches_section(absent)] == ["error"]


def test_class_is_looked_at_in_letter():
    letter = "RE: Form I-140, INA § 203(b)(2)(B)\n\nDear Officer:\n\nShe applies.\n\nSincerely,\n\nAvery Example\n"
    found = [finding for finding in workbench.check(letter).findings if finding.check == CFR]
    assert [finding.line for finding in found] == [1]


@pytest.mark.parametrize(
    ("section_id", "text", "words"),
    [
        ("awards", "8 C.F.R. § 204.5(h)(3)(i).", None),
        ("awards", "8 CFR 204.5(h)(3)", None),
        ("awards", "at least three of 8 C.F.R. § 204.5(h)(3)(i)-(x)", None),
        ("awards", "under 8 C.F.R. § 204.5(h)(3)(ii)", "This section argues (h)(3)(i)"),
        ("awards", "under (h)(3)(viii)", "This section argues (h)(3)(i)"),
        ("awards", "8 C.F.R. § 204.5(h)(3)(xi)", "no paragraph (h)(3)(xi)"),
        ("awards", "8 C.F.R. § 204.5(h)(6)", "no paragraph (h)(6)"),
        ("awards", "8 C.F.R. § 204.5(h)(ii)", "no paragraph (h)(ii)"),
        ("intro", "8 C.F.R. § 204.5(h)(3)(vi)", None),
        ("intro", "8 C.F.R. § 204.5(h)(3)(iv)", "The case claims no such criterion"),
        ("awards", "8 C.F.R. § 214.2(o)(3)(iii)", "the O-1 regulation"),
        ("benefit", "*Matter of Dhanasar*, 26 I&N Dec. 884 (AAO 2016)", "national interest waiver"),
        ("intro", "8 C.F.R. § 204.5(k)(2)", "second preference"),
        ("intro", "INA § 203(b)(2)(B)", "second preference"),
        ("intro", "8 C.F.R. § 204.5(i)(3)", "another first-preference class"),
        ("continuing_work", "8 C.F.R. § 204.5(h)(5)", None),
    ],
)
def test_the_paragraph_is_the_sections_own(run, minimal, section_id, text, words):
    findings = run(CFR, f"Line.\n\n{text}\n", minimal, section_id)
    if words is None:
        assert findings == []
    else:
        assert [finding.severity for finding in findings] == ["error"]
        assert words in findings[0].message
        assert findings[0].line == 3


def test_comparable_evidence_cites_replaced_criterion(run, minimal):
    claim = minimal.claims[0].model_copy(update={"criterion": "comparable_evidence", "in_place_of": "display"})
    case = minimal.model_copy(update={"claims": (claim,)})
    assert run(CFR, "In place of 8 C.F.R. § 204.5(h)(3)(vii).", case, "comparable_evidence") == []
    assert run(CFR, "In place of 8 C.F.R. § 204.5(h)(3)(ix).", case, "comparable_evidence")


@pytest.mark.parametrize(
    ("text", "severity", "words"),
    [
        ("See 8 CFR 204.5(z).", "error", "no paragraph (z)"),
        ("See 8 C.F.R. § 204.5(h)(3)(i)(A).", "error", "no paragraph (h)(3)(i)(A)"),
        ("See INA § 203(b)(1)(D).", "error", "no paragraph (D)"),
        ("See INA § 203(b)(1)(A), 8 U.S.C. § 1154(b)(1)(A).", "error", "two provisions"),
        ("See INA § 203(b)(1)(A), 8 U.S.C. § 1153(b)(1)(A).", None, ""),
        ("Sec. 203(b)(1) INA [8 U.S.C. 1153].", None, ""),
        ("See 8 U.S.C. § 1101(a)(15)(O)(i).", "error", "the O-1 nonimmigrant"),
        ("See 6 USCIS-PM F.5(D).", "error", "national interest waiver"),
        ("See 6 USCIS-PM F.2(D).", "error", "no section D"),
        ("See 6 USCIS-PM F.2(B)(1).", None, ""),
        ("See USCIS Policy Manual, Volume 14, Part A.", "error", "no volume 14"),
        ("The work has substantial merit and national importance.", "warning", "national interest waiver"),
        ("She is well positioned to advance the endeavor.", "warning", "national interest waiver"),
        ("Unlike a national interest waiver, this class asks for acclaim.", None, ""),
        ("He graduated with distinction.", None, ""),
        ("His extraordinary achievements are known.", None, ""),
        ("This meets the standard of distinction.", "warning", "O-1B"),
    ],
)
def test_provisions_without_a_case(text, severity, words):
    findings = list(cfr_matches_section(DraftText(None, text)))
    assert [finding.severity for finding in findings] == ([severity] if severity else [])
    assert all(words in finding.message for finding in findings)


@pytest.mark.parametrize(
    ("cited", "severity", "words", "counts"),
    [
        ("6 USCIS-PM F.99", "warning", "is unverified", (0, 1)),
        ("USCIS Policy Manual, Volume 6, Part F, Chapter 12", "warning", "is unverified", (0, 1)),
        ("7 USCIS-PM A.99", "info", "Not checked: 7 USCIS-PM A.99", (0, 1)),
        ("6 USCIS-PM F.1", None, "", (1, 0)),
        ("6 USCIS-PM F", None, "", (1, 0)),
    ],
)
def test_unknown_manual_chapters_are_named(cited, severity, words, counts):
    draft = DraftText(None, f"See {cited}.")
    findings = [*cfr_matches_section(draft), *unknown_provisions(draft, "legal-citation")]
    assert [finding.severity for finding in findings] == ([severity] if severity else [])
    assert all(words in finding.message for finding in findings)
    counted = draft.coverage.counts()["cfr-matches-section"]
    assert (counted.places, counted.unchecked) == counts


def test_unmatched_heading_is_counted():
    draft = DraftText(None, "It satisfies 8 C.F.R. § 204.5(h)(3)(x).")
    assert not list(cfr_matches_section(draft))
    assert draft.coverage.counts()["cfr-matches-section"].unchecked == 1
