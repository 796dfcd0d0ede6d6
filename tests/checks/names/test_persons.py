"""Persons with an honorific who are in no case file."""

from __future__ import annotations

import pytest

from workbench.checks.draft import DraftSection
from workbench.checks.names.entities import entity


def find(case, text, **more):
    return [finding.quote for finding in entity(DraftSection("awards", text, case, **more))]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Dr. Yilmaz is the first author of the article.", "Dr. Yilmaz"),
        ("For this, Mr. John Q. Abernathy\npraised her in public.", "Mr. John Q. Abernathy"),
        ("The work of Professor Aylin van der Petrosyan's group is known.", "Professor Aylin van der Petrosyan"),
        ("The medal that Ms. O'Kowal received is known [@wolf-record, p. 1].", "Ms. O'Kowal"),
    ],
)
def test_stranger_with_honorific_is_warned(wu, text, name):
    assert find(wu, text) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Wu is the first author. Madame Wu's colleague was Dr. Lee, and Dr. Yang agreed.",
        "Prof. X and Dr. H. are withheld. Nor is Prof. AB named.",
        "It was cited by Prof. S. Papers of this kind are many, and papers are read.",
        "Professor Emeritus of Physics is her title, and Dr. of Science.",
        "In Kazarian v. USCIS, the evidence of Dr. Kazarian was considered.",
        "He said: “Dr. Yilmaz was the first.”",
    ],
)
def test_known_and_withheld_persons_pass(wu, text):
    assert find(wu, text) == []


@pytest.mark.parametrize("form", ["Dvor\u030ca\u0301k", "Dvo\u00adřák", "Ka‘ahumanu", "Kaʻahumanu", "Lopez\u2011Vega"])
def test_spelling_of_a_known_person(wu, form):
    medal = wu.documents["wolf-record"].model_copy(update={"pages": ("Dvořák Ka'ahumanu Lopez-Vega",)})
    case = wu.model_copy(update={"documents": {**wu.documents, "wolf-record": medal}})
    assert find(case, f"Dr. {form} has written a letter.") == []
    assert find(wu, f"Dr. {form} has written a letter.") == [f"Dr. {form}"]


def test_person_of_the_exhibit_list_passes(wu):
    text = "Dr. Yilmaz has written a letter."
    assert find(wu, text, listed="Exhibit 1: Letter of Dr. Aylin Yilmaz") == []
