"""Standards of proof of other proceedings."""

import pytest

from workbench.checks.draft import DraftText
from workbench.checks.law.law import cfr_matches_section
from workbench.checks.law.proof_standards import find_proof_standards


@pytest.mark.parametrize(
    ("sentence", "severity"),
    [
        ("The petitioner must show it by clear and convincing evidence.", "error"),
        ("The standard of proof is proof beyond a reasonable doubt.", "error"),
        ("She is, beyond any doubt, an artist.", "warning"),
        ("The burden is met by substantial evidence.", "warning"),
    ],
)
def test_other_standards_are_found(sentence, severity):
    assert [finding.severity for finding in cfr_matches_section(DraftText(None, sentence))] == [severity]


@pytest.mark.parametrize(
    "sentence",
    [
        "The standard is the preponderance of the evidence, not proof beyond a reasonable doubt.",
        "The petitioner need not show it by clear and convincing evidence.",
        "It is lower than the clear and convincing evidence that fraud asks for.",
        "The court wrote that “clear and convincing evidence” was required there.",
        "The record holds substantial evidence of her acclaim.",
        "",
        "beyond a " * 20_000,
    ],
)
def test_contrast_and_quotation_pass(sentence):
    assert list(find_proof_standards(sentence)) == []
