"""Honorific and pronouns as the documents use them."""

from workbench.intake.person import guess_honorific, guess_pronouns, guess_surname


def test_surname_is_last_word():
    assert guess_surname("Ada Maria Example").value == "Example"
    assert guess_surname("Example, Ada").value == "Example"


def test_honorific_needs_one_voice():
    assert guess_honorific("Example", "Ada Example", ["Dr. Example and Dr. Ada Example"]).value == "Dr."
    assert guess_honorific("Example", "Ada Example", ["Dr. Example", "Ms. Example"]).value == ""
    assert guess_honorific("Example", "Ada Example", ["Dr. Bo Example"]).value == ""


def test_pronouns_need_three_sentences():
    sentence = "Example said that she came. "
    assert guess_pronouns("Example", [sentence * 3]).value == "she"
    assert guess_pronouns("Example", [sentence * 2]).value == ""
    assert guess_pronouns("Example", [sentence * 3 + "He met Example. " * 2]).value == ""
    assert guess_pronouns("Example", ["She came. " * 9]).value == ""


def test_name_is_no_pattern():
    assert guess_honorific("(((", "Ada (((", ["Dr. ((("]).value in {"", "Dr."}
