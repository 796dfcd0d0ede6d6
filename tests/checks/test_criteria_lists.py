import pytest

from workbench.case.exhibit_numbering import ExhibitNumbering
from workbench.checks.criteria_lists import compare_criteria
from workbench.checks.draft import DraftSection

ITEMS = "(i) She received prizes.\n\n(ii) She is of the membership.\n\n(vi) She wrote scholarly articles.\n"


def run(minimal, content: str) -> list[tuple[str, str]]:
    section = DraftSection("conclusion", content, minimal, numbering=ExhibitNumbering(minimal))
    return [(finding.severity, finding.message) for finding in compare_criteria(section)]


@pytest.mark.parametrize(
    "content",
    [
        ITEMS,
        "She meets three criteria: prizes, membership and scholarly articles.",
        "She satisfies three (i, ii, vi) of ten criteria.",
        "At least three of the ten criteria: (i), (ii) and (vi).",
    ],
)
def test_criteria_that_agree_pass(minimal, content):
    assert {claim.criterion for claim in minimal.claims} == {"awards", "membership", "publications"}
    assert run(minimal, content) == []


@pytest.mark.parametrize(
    ("content", "severity", "words"),
    [
        (ITEMS.replace("(vi)", "(iv)"), "error", "(iv) is"),
        (
            ITEMS.replace("(vi) She wrote scholarly articles.\n", ""),
            "warning",
            "does not name 8 C.F.R. § 204.5(h)(3)(vi)",
        ),
        ("She satisfies (i, ii, viii) of the criteria.", "error", "they differ in (h)(3)(vi), (h)(3)(viii)"),
        (f"She meets four criteria.\n\n{ITEMS}", "error", "“four criteria”, and the case claims 3"),
    ],
)
def test_criteria_that_differ_are_found(minimal, content, severity, words):
    assert any(level == severity and words in message for level, message in run(minimal, content))
