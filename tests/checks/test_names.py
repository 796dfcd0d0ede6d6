import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.checks.names import edit_distance

NAMING = "naming"
WORDS = st.text(alphabet="abcd", max_size=6)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Dr. Wu won.", None),
        ("Dr. Chien-Shiung Wu won.", None),
        ("DR. CHIEN-SHIUNG WU", None),
        ("Dr. Wu's medal.", None),
        ("Dr. Chien-Shuing Wu won.", "Chien-Shuing"),
        ("Dr. Chien-Shiun Wu won.", "Chien-Shiun"),
        ("Dr. Chien Shiung Wu won.", "Chien Shiung Wu"),
        ("Dr. Chien-shiung Wu won.", "Chien-shiung Wu"),
        ("Dr. Wuu won.", "Wuu"),
        ("Dr. Wo won.", "Wo"),
        ("We won; Wu won.", None),
        ("Prof. Wu won.", "Prof. Wu"),
        ("Ms. Chien-Shiung Wu won.", "Ms. Chien-Shiung Wu"),
        ("Mr. Wu won.", "Mr. Wu"),
        ("Dr Wu won.", "Dr Wu"),
        ("The letter calls her “Professor Wu” [@nms-record, p. 1].", None),
        ("Dr. Rabi taught there.", None),
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
def test_beneficiary_name_honorific_and_pronouns(run, wu, text, quote):
    findings = run(NAMING, f"Line.\n\n{text}\n", wu, "background")
    assert [finding.quote for finding in findings] == ([] if quote is None else [quote])
    assert all((finding.severity, finding.line) == ("error", 3) for finding in findings)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Her field is experimental nuclear physics.", False),
        ("Experimental Nuclear Physics", False),
        ("Her field is nuclear experimental physics.", True),
        ("Her field is experimental nuclear physic.", True),
        ("In the field of nuclear physics generally, she won.", True),
        ("The field of endeavor is experimental nuclear physics.", False),
        ("The field of medicine is another.", False),
        ("She studies nuclear physics by experiment.", False),
    ],
)
def test_field_is_named_in_frozen_words(run, wu, text, found):
    findings = run(NAMING, text, wu, "background")
    assert [finding.severity for finding in findings] == ["warning"] * found


def test_beneficiary_with_other_pronouns(run, wu):
    he = wu.beneficiary.pronouns.model_copy(update={"subject": "he", "object": "him", "possessive": "his"})
    case = wu.model_copy(update={"beneficiary": wu.beneficiary.model_copy(update={"pronouns": he})})
    assert [finding.quote for finding in run(NAMING, "Dr. Wu took her degree.", case)] == ["her"]
    they = he.model_copy(update={"subject": "they", "object": "them", "possessive": "their"})
    case = wu.model_copy(update={"beneficiary": wu.beneficiary.model_copy(update={"pronouns": they})})
    assert [finding.quote for finding in run(NAMING, "Dr. Wu took their degree; she won.", case)] == ["she"]


@given(WORDS, WORDS)
def test_edit_distance_is_a_metric(left, right):
    assert edit_distance(left, right) == edit_distance(right, left)
    assert (edit_distance(left, right) == 0) == (left == right)
    assert edit_distance(left, right) <= max(len(left), len(right))


def test_swapped_letters_count_once():
    assert edit_distance("shiung", "shuing") == 1
