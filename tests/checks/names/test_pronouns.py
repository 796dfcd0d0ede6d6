import pytest

NAMING = "naming"


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Dr. Wu said that he won.", "he"),
        ("Dr. Wu published his book.", "his"),
        ("Dr. Wu published her book.", None),
        ("Dr. Wu met Dr. Rabi and told him so.", None),
        ("Dr. Wu met Wolfgang Pauli, and he agreed.", None),
        ("Dr. Wu met her husband, who kept his name.", None),
        ("Dr. Wu, whose award recognizes “his or her” work.", None),
        ("Dr. Wu may continue his or her work.", None),
        ("The officer may use his judgment.", None),
        ("Dr. Wu of Columbia University read his paper.", "his"),
    ],
)
def test_pronouns_are_the_beneficiarys(run, wu, text, quote):
    findings = run(NAMING, f"Line.\n\n{text}\n", wu, "background")
    assert [finding.quote for finding in findings] == ([] if quote is None else [quote])
    assert all((finding.severity, finding.line) == ("error", 3) for finding in findings)


def test_beneficiary_with_other_pronouns(run, wu):
    he = wu.beneficiary.pronouns.model_copy(update={"subject": "he", "object": "him", "possessive": "his"})
    case = wu.model_copy(update={"beneficiary": wu.beneficiary.model_copy(update={"pronouns": he})})
    assert [finding.quote for finding in run(NAMING, "Dr. Wu took her degree.", case)] == ["her"]
    they = he.model_copy(update={"subject": "they", "object": "them", "possessive": "their"})
    case = wu.model_copy(update={"beneficiary": wu.beneficiary.model_copy(update={"pronouns": they})})
    assert [finding.quote for finding in run(NAMING, "Dr. Wu took their degree; she won.", case)] == ["she"]
