import pytest

from workbench.checks.law.authority_doubles import authority_doubles
from workbench.checks.letter import read_letter

FIRST = "Doe v. Roe, 12 F.4th 33 (9th Cir. 2021) is one."


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ("Poe v. Noe, 12 F.4th 33 (9th Cir. 2021).", "as Doe v. Roe and as Poe v. Noe"),
        ("Doe v. Roe, 13 F.4th 33 (9th Cir. 2021).", "as 12 F.4th 33 and as 13 F.4th 33"),
        ("Doe v. Roe, 12 F.4th 33 (9th Cir. 2021).", None),
        ("Doe v. Roe, 2020 WL 55 (N.D. Cal. 2020).", None),
        ("", None),
    ],
)
def test_one_decision_has_one_name(second, words):
    letter = read_letter(f"# One\n\n{FIRST}\n\n# Two\n\n{second}\n", None)
    findings = list(authority_doubles(letter))
    assert [finding.severity for finding in findings] == (["warning"] if words else [])
    assert all(words in finding.message for finding in findings)
