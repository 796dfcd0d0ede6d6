"""Claims, and the citations that cover them."""

import pytest

from workbench.checks.draft import DraftSection
from workbench.checks.support.claims import claim_uncited


def find(text, case, numbering, section_id="awards"):
    return list(claim_uncited(DraftSection(section_id, text, case, numbering=numbering)))


@pytest.mark.parametrize(
    "text",
    [
        "She won 3 medals. She was the first. (Exhibit 1, the medal.)",
        "She won these (Exhibit 1):\n\n- the first medal of 2020\n- the second medal of 2021",
        "The page says (Exhibit 1). It is rare.\n\nFor example, only 12 people have it.",
        "A letter of the Academy of Science says:\n\n“She won 3.” (Exhibit 1.)",
        "“She won 3 medals.\n\nShe was the first.” (Exhibit 1.)",
        "She satisfies three (i, ii, vi) of ten criteria. (Please refer to Sections 1.1-1.5.)",
        "It is rare (Exhibit 1).\n\nIt took no longer than that, and never later than in spring, rather than any time.",
        "January 10, 2012",
        "Ada Example 123 Main St, Apt 2 Anytown, AA 12345 Tel. (123) 456-7890",
        "My name is Ada. I have worked for ten years. I am the best. I like it.",
    ],
)
def test_covered_claims_pass(minimal, own_numbers, text):
    assert find(text, minimal, own_numbers) == []


@pytest.mark.parametrize(
    "text",
    [
        "It is rare (Exhibit 1).\n\nShe is the foremost chemist of her time.",
        "It is rare (Exhibit 1).\n\nShe won 12 of them.",
        "It is rare (Exhibit 1).\n\nNo living chemist has made purer salts than she.",
        "It is rare (Exhibit 1).\n\nHer salts are purer than any others.",
        "It is rare (Exhibit 1).\n\nA letter says:\n\n“She won 3 medals.”",
        "(Exhibit 1.)\n\n## Next\n\nShe won 3 medals.",
    ],
)
def test_claim_without_citation_is_error(minimal, own_numbers, text):
    assert [finding.severity for finding in find(text, minimal, own_numbers)] == ["error"]


def test_section_without_exhibit_is_one_finding(minimal, own_numbers):
    assert find("She won 3 medals. She is the best.", minimal, own_numbers) == []


def test_superlative_behind_the_citation_warns(minimal, own_numbers):
    (finding,) = find("She won it (Exhibit 1). She is the most gifted chemist.", minimal, own_numbers)
    assert finding.severity == "warning"


def test_summaries_are_not_checked(minimal, own_numbers):
    assert find("She won 12 medals.", minimal, own_numbers, "conclusion") == []


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("Her methods are taught at 518 universities.", ["Her methods are taught at 518 universities."]),
        ("She submits evidence under six criteria and 12 exhibits, on Form I-140 under 8 C.F.R. § 204.5(h).", []),
        ("She was born in 1981 and reviewed 77 papers.", []),
        ("518 Main Street, Anytown, AA 12345", []),
    ],
)
def test_figure_of_summary_stands_elsewhere(minimal, own_numbers, text, quotes):
    others = {"judging": "She reviewed 77 papers (Exhibit 1)."}
    draft = DraftSection("conclusion", text, minimal, numbering=own_numbers, others=others)
    assert [found.quote for found in claim_uncited(draft)] == quotes
