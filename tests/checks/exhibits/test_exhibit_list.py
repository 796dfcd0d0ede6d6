import pytest

from workbench.checks.check import run_checks
from workbench.checks.letter import read_letter
from workbench.checks.registry import CHECKS

LETTER = """## 1 Awards

### 1.1 The medal

She won the medal (Exhibit 1, the certificate of the Invented Medal). The academy elected her (Exhibit 2 at 1).

### 1.2 The article

She wrote it (Exhibit 3, "Slow Reactions at Low Temperature").

## 2 Plans

She has plans (Exhibit 4, a statement of Dr. Ada Example).

## List of Exhibits

Exhibit 1: Certificate and statutes of the Invented Medal for Chemistry (Section 1.1)

Exhibit 2: Election notice and bylaws of the Invented Academy (Section 1)

Exhibit 3: "Slow Reactions at Low Temperature" (Section 1.2)

Exhibit 4: Statement of Dr. Ada Example (Section 2)
"""


def run(text: str, case, check_id: str) -> list[tuple[str, str]]:
    letter = read_letter(text, case)
    found = run_checks(letter, [check for check in CHECKS if check.id == check_id])
    return [(finding.severity, finding.message) for finding in found]


@pytest.mark.parametrize("check_id", ["exhibit-uncited", "index-mismatch"])
def test_list_that_agrees_passes(minimal, check_id):
    assert run(LETTER, minimal, check_id) == []
    assert run(LETTER, None, check_id) == []


def test_listed_exhibit_is_cited(minimal):
    text = LETTER.replace(" (Exhibit 4, a statement of Dr. Ada Example)", "")
    message = "Exhibit 4 is listed, and the letter never cites it."
    assert run(text, minimal, "exhibit-uncited") == [("warning", message)]
    assert run(text, None, "exhibit-uncited") == [("warning", message)]


def test_case_is_the_list_without_one(minimal):
    found = run("She won (Exhibits 1-3).", minimal, "exhibit-uncited")
    assert [message for _, message in found] == ["Exhibit 4 (statement) is in the case, and the letter never cites it."]


def test_uncited_exhibits_are_one_finding(minimal):
    """In the order of the letter's list, whatever the order of the case."""
    text = "She won (Exhibit 2).\n\n## List of exhibits\n\n" + "".join(
        f"Exhibit {number}: Document of the year {2000 + number}\n\n" for number in (3, 1, 2, 4)
    )
    assert run(text, minimal, "exhibit-uncited") == [
        ("warning", "3 exhibits are listed, and the letter never cites them: Exhibit 3, Exhibit 1, Exhibit 4.")
    ]
    (found,) = run("She won (Exhibit 2).", minimal, "exhibit-uncited")
    names = "Exhibit 1 (medal), Exhibit 3 (article), Exhibit 4 (statement)"
    assert found[1] == f"3 exhibits are in the case, and the letter never cites them: {names}."


@pytest.mark.parametrize(
    ("old", "new", "severity", "words"),
    [
        ("Exhibit 2: Election notice and bylaws of the Invented Academy (Section 1)\n\n", "", "error", "does not name"),
        ("Exhibit 3: ", "Exhibit 2: ", "error", "is listed twice"),
        ("Exhibit 2: Election notice and bylaws of the Invented Academy", "Exhibit 2: Statement of Dr. Ada Example",
         "error", "in the case that is Exhibit 4"),
        ("(Exhibit 4, a st", "(Exhibit 2, a st", "error", "which is Exhibit 4 (statement)"),
        ("(Section 1.2)", "(Section 1.3)", "warning", "Section 1.3, which the letter does not have"),
        ("(Section 1.2)", "(Sections 1.2 and 2)", "warning", "Section 2, which does not cite it"),
        ("(Section 1.1)", "(Section 2)", "warning", "does not name Section 1.1"),
    ],
)  # fmt: skip
def test_list_that_differs_is_found(minimal, old, new, severity, words):
    assert old in LETTER
    found = run(LETTER.replace(old, new, 1), minimal, "index-mismatch")
    assert any(level == severity and words in message for level, message in found)


def test_letter_without_list_is_not_checked(minimal):
    letter = read_letter("She won (Exhibit 1).", minimal)
    run_checks(letter, [check for check in CHECKS if check.id == "index-mismatch"])
    assert letter.coverage.counts()["index-mismatch"].why == {"the letter has no list of exhibits": 1}


@pytest.mark.parametrize("check_id", ["exhibit-uncited", "index-mismatch"])
def test_ids_are_not_compared_with_numbers(check_id):
    """The notebook of an export cites by id, and its list has numbers."""
    text = "She won [@medal, p. 1].\n\n## Exhibit Index\n\nExhibit 1: Certificate\n\nExhibit 2: Statement\n"
    letter = read_letter(text, None)
    assert letter.index
    assert run_checks(letter, [check for check in CHECKS if check.id == check_id]) == []
    [why] = letter.coverage.counts()[check_id].why
    assert why.startswith("the letter cites by id")
