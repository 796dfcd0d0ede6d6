import pytest

NAMING = "naming"


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
        ("Dr. Wu, a specialist in theoretical nuclear physics, won.", True),
        ("Dr. Wu, a specialist in experimental nuclear physics, won.", False),
        ("Dr. Wu was cited by Prof. Rabi, an expert in theoretical nuclear physics.", False),
        ("The benefit lies in Dr. Wu's work in clinical nuclear physics.", True),
        ("It is given for work in the nuclear physics of her time.", False),
    ],
)
def test_field_is_named_in_frozen_words(run, wu, text, found):
    findings = run(NAMING, text, wu, "background")
    assert [finding.severity for finding in findings] == ["warning"] * found
