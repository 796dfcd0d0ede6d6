"""Criteria announced, argued and concluded."""

import pytest

SECTIONS = [("awards", "She won."), ("membership", "She was elected."), ("publications", "She wrote.")]


def sections(intro, conclusion="Thank you."):
    return [("intro", intro), *SECTIONS, ("conclusion", conclusion)]


@pytest.mark.parametrize(
    "intro",
    [
        "She satisfies three (i, ii and vi) of ten criteria.",
        "She satisfies three criteria:\n\n(i) prizes;\n\n(ii) membership;\n\n(vi) articles.\n\n2) Also.",
        "She meets three of the ten criteria: (i), (ii) and (vi).",
        "At least three criteria must be met. The regulation has ten criteria.",
        "She meets three criteria:\n\n- awards\n- membership in associations\n- scholarly articles",
        "She meets three criteria:\n\n- (i) prizes\n- (ii) societies\n- (vi) articles\n- comparable evidence, (h)(4)",
        "She meets three criteria, (i), (ii) and (vi), and merits classification.",
        "She meets three criteria, 8 C.F.R. § 204.5(h)(3)(i), (ii), and (vi).",
        "She meets three criteria: (i), (ii), and the criterion of articles.",
        "She meets three criteria of those at 8 C.F.R. § 204.5(h)(3)(i)-(x).",
        "The case is strong.",
    ],
)
def test_matching_lists_pass(run_letter, intro):
    assert run_letter("criteria-listed", sections(intro), None) == []


@pytest.mark.parametrize(
    ("intro", "words"),
    [
        ("She satisfies four (i, ii and vi) of ten criteria.", "4 criteria are announced, and 3 are listed"),
        ("She meets three criteria:\n\n(i) prizes;\n\n(ii) membership.", "3 criteria are announced, and 2"),
        ("The petitioner must meet at least four of the ten criteria.", "asks for at least three"),
        ("She meets three criteria, (vii), (i), (ii) and (vi), and more.", "3 criteria are announced, and 4"),
        ("She meets three criteria, (i) and (vi), and merits it.", "3 criteria are announced, and 2"),
        ("She meets three criteria, (i), (ii) and (ix).", "(h)(3)(ix)) is listed here"),
        ("She satisfies three (i, ii and v) of ten criteria.", "(h)(3)(v)) is listed here, and no section"),
        ("She satisfies two (i, ii) of ten criteria.", "(h)(3)(vi)) is argued in the letter and not listed"),
        ("She satisfies five criteria.", "5 criteria are announced, and 3 have a section"),
    ],
)
def test_mismatch_is_found(run_letter, intro, words):
    assert any(words in finding.message for finding in run_letter("criteria-listed", sections(intro), None))


def test_two_counts_are_an_error(run_letter):
    findings = run_letter("criteria-listed", sections("She meets three criteria.", "She meets four criteria."), None)
    assert [(finding.severity, finding.section_id) for finding in findings] == [("error", "conclusion")]


def test_criterion_without_exhibit_is_error(run_letter, minimal, own_numbers):
    pairs = [("awards", "She won it (Exhibit 1)."), ("membership", "She was elected in 2022.")]
    findings = run_letter("criterion-support", pairs, minimal, numbering=own_numbers)
    assert [(finding.severity, finding.section_id) for finding in findings if finding.severity == "error"] == [
        ("error", "membership")
    ]


def test_sections_of_ours_are_judged_alone(run_letter, minimal):
    assert run_letter("criterion-support", [("membership", "She was elected.")], minimal) == []
