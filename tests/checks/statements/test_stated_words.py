"""Words of the case file that need no exhibit."""

from workbench.checks.statements.stated_words import strike_stated_words


def strike(text, case):
    return " ".join(strike_stated_words(text, case).split())


def test_what_is_said_of_requests_is_struck(rfe):
    text = "Requests 1, 2 and 3 of November 5, 1979, The Terms of the Comstock Prize: she won 3 medals."
    assert strike(text, rfe) == "of , : she won 3 medals."
    assert strike("The Academy does not publish them, and the petitioner does not have them.", rfe) == ""


def test_what_signer_says_of_opinion_is_struck(expert_letter):
    assert strike("I am Dr. Edith Muster, Professor of Physics, and won 3 medals.", expert_letter) == (
        "I am , , and won 3 medals."
    )
    assert strike("We met once, at a conference in 1966.", expert_letter) == ""


def test_petition_loses_no_word(minimal):
    assert strike("Request 1 is of November 5, 1979.", minimal) == "Request 1 is of November 5, 1979."
