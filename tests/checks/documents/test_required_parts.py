"""Parts that a petition needs beside its criteria."""

import pytest

CHECK = "required-parts"
CRITERIA = [("awards", "She won."), ("membership", "She was elected."), ("publications", "She wrote.")]
REST = [
    ("final_merits", "The record as a whole."),
    ("continuing_work", "She will go on."),
    ("benefit", "It is of use."),
    ("conclusion", "Her acclaim is sustained; she will continue her work, which benefits the United States."),
]


def test_complete_letter_passes(run_letter):
    assert run_letter(CHECK, [*CRITERIA, *REST], None) == []


@pytest.mark.parametrize(
    ("gone", "words"),
    [("final_merits", "(h)(2)"), ("continuing_work", "(h)(5)"), ("benefit", "203(b)(1)(A)(iii)")],
)
def test_missing_part_is_found(run_letter, gone, words):
    findings = run_letter(CHECK, [*CRITERIA, *[pair for pair in REST if pair[0] != gone]], None)
    assert [finding.severity for finding in findings] == ["warning"]
    assert words in findings[0].message


@pytest.mark.parametrize(
    "paragraph",
    [
        "She intends to continue her research in the field. Her plans are set out below.",
        "## Continuing work\n\nShe stays.",
        "Her statement meets 8 C.F.R. § 204.5(h)(5).",
    ],
)
def test_paragraph_elsewhere_is_enough(run_letter, paragraph):
    sections = [*CRITERIA, (None, paragraph), *[pair for pair in REST if pair[0] != "continuing_work"]]
    assert run_letter(CHECK, sections, None) == []


def test_continuing_achievement_is_no_plan(run_letter):
    sections = [
        *CRITERIA,
        ("membership", "Elected for continuing achievements in original research."),
        *REST,
    ]
    findings = run_letter(CHECK, [pair for pair in sections if pair[0] != "continuing_work"], None)
    assert len(findings) == 1


@pytest.mark.parametrize("sections", [CRITERIA, [*CRITERIA[:2], REST[-1]], []])
def test_partial_letter_passes(run_letter, sections):
    assert run_letter(CHECK, sections, None) == []
