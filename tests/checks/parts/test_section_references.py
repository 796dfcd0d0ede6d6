"""References to sections of the letter."""

import pytest

LETTER = "## 1 Awards\n\nShe won.\n\n### 1.1 The medal\n\nIt is rare.\n\n## 2 Merits\n\n{}\n"


@pytest.mark.parametrize(
    "text",
    [
        "See Section 1.1 above.",
        "See Sections 1 and 2, and Sections 1.1-2.",
        "Under Section 204.5(h) and Sec. 203(b)(1) INA.",
        "8 CFR, Section 9 of the rule; 8 CFR Part 9; Section 5 of the Act; INA Section 7.",
        "USCIS Policy Manual, Vol. 6, Part F, Ch. 2.",
        "Section 3 of the bylaws, and Section 4 of the contract.",
        "A section of the hall, and parts of it.",
    ],
)
def test_existing_sections_and_law_pass(run_letter, text):
    assert run_letter("section-reference", LETTER.format(text), None) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("As discussed in Section 9.", "9"),
        ("See Section 1.4 above.", "1.4"),
        ("See Sections 1.1 and 4.3.", "4.3"),
        ("See Part B above.", "B"),
    ],
)
def test_dangling_reference_is_an_error(run_letter, text, number):
    (finding,) = run_letter("section-reference", LETTER.format(text), None)
    assert (finding.severity, finding.line) == ("error", 11)
    assert f" {number}, " in finding.message


def test_letter_without_numbers_is_skipped(run_letter):
    assert run_letter("section-reference", "## Awards\n\nSee Section 9.", None) == []
