"""Sentences about the text itself, and sentences of a letter that look like them."""

from __future__ import annotations

import pytest

from workbench.checks.leftovers.drafting_talk import find_talk, is_handover
from workbench.checks.leftovers.leftover_shapes import split_words


@pytest.mark.parametrize(
    ("text", "talk"),
    [
        ("If you prefer, I can soften the tone.", "reader"),
        ("Shall I add another example?", "speaker"),
        ("Should you want a different wording, I can rewrite it.", "reader"),
        ("I wasn't able to confirm this date.", "speaker"),
        ("I couldn't tell whether this exhibit is the right one.", "speaker"),
        ("I reworded the second sentence.", "speaker"),
        ("I have left the placeholders in brackets.", "speaker"),
        ("You could strengthen this argument by quoting the jury.", "reader"),
        ("I have emphasized the leadership role in this version.", "speaker"),
        ("I attach the letter and the certificate.", None),
        ("I wrote the introduction of the volume and edited the proceedings.", None),
        ("I drafted the national standard and revised its annex.", None),
        ("I could not verify the result of the first experiment, so I repeated it.", None),
        ("I improved the language model of the company.", None),
        ("I edited the section on physics of the encyclopedia.", None),
        ("We will address this point in the next section.", None),
        ("You may verify these figures in Exhibit 4.", None),
        ("She revised this section.", None),
    ],
)
def test_talk_about_the_text(text, talk):
    assert find_talk(split_words(text)) == talk


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("Here is a shorter alternative version:", True),
        ("Below you will find the expanded section.", True),
        ("Here's a polished version of the argument:", True),
        ("Below is a revised version of the handbook.", False),
        ("Below is a draft that follows the order of the facts.", True),
        ("The following cited exhibits support this.", False),
        ("In the second section below, the petitioner shows her role.", False),
        ("As mentioned in the section below, she was elected.", False),
        ("The final version of the standard is attached below.", False),
        ("The following revised standard was adopted.", False),
    ],
)
def test_handover_of_a_text(text, is_one):
    assert is_handover(split_words(text)) == is_one


def test_long_text_costs_little():
    assert find_talk(["i"] * 100_000) is None
    assert not is_handover(["below", *["revised"] * 100_000])
