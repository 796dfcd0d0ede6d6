import pytest

from workbench.checks.law.provisions import find_provisions


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("8 C.F.R. § 204.5(h)(3)(ii)", [("cfr", "8", "204.5(h)(3)(ii)")]),
        ("8 CFR, Section 204.5(h)(3), namely", [("cfr", "8", "204.5(h)(3)")]),
        ("8CFR204.5(h)(2)", [("cfr", "8", "204.5(h)(2)")]),
        ("under 214.2(o)(5)", [("cfr", "8", "214.2(o)(5)")]),
        ("Sec. 203(b)(1) INA [8 U.S.C. 1153]", [("ina", "", "203(b)(1)"), ("usc", "8", "1153")]),
        ("Section 203(b)(1)(A) of the Act", [("ina", "", "203(b)(1)(A)")]),
        ("6 USCIS-PM F.2(B)(1)", [("manual", "6", "F 2B1")]),
        ("USCIS Policy Manual, Volume 6, Part F, Chapter 2", [("manual", "6", "F 2")]),
        ("85 Fed. Reg. 46,788", [("register", "", "")]),
        ("see section 101 below, and Section 2(b) of this letter", []),
        ("", []),
    ],
)
def test_provisions_are_found(text, found):
    assert [(one.kind, one.title, one.path) for one in find_provisions(text)] == found


def test_code_and_act_are_one_provision():
    [act, code] = find_provisions("INA § 203(b)(1)(A), 8 U.S.C. § 1153(b)(1)(A)")
    assert act.in_act == code.in_act == "203(b)(1)(A)"
