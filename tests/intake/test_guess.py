"""Guesses from a document's structure."""

import pytest

from workbench.intake.document_details import DocumentDetails
from workbench.intake.guess import find_byline, find_signer, guess_date, guess_kind, guess_language, guess_title

LETTER = "Northport\n\nTo Whom It May Concern:\n\nShe is known.\n\nVery truly yours,\n\nTomas Arden\n"


@pytest.mark.parametrize(
    ("details", "text", "title"),
    [
        (DocumentDetails(title="A Prize"), "Of a prize\nand more", "A Prize"),
        (DocumentDetails(title="Microsoft Word - draft7"), "Certificate\nof something", "Certificate"),
        (DocumentDetails(headlines={1: "Large Words"}), "small\nLarge Words", "Large Words"),
        (DocumentDetails(), "preface\n\n## The *Heading*\n", "The *Heading"),
        (DocumentDetails(), "", "2019 gold medal"),
    ],
)
def test_title_follows_structure(details, text, title):
    assert guess_title(details, text, "2019_gold-medal").value == title


def test_title_from_file_name_is_asked():
    guess = guess_title(DocumentDetails(), "", "scan_0042")
    assert guess.value == "scan 0042"
    assert guess.mark.startswith("OPEN: this is the file's name")


def test_title_is_cut_at_a_word():
    title = guess_title(DocumentDetails(), "word " * 55, "x").value
    assert len(title) <= 161
    assert title.endswith("word…")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Report\nJune 12, 2025\nOn May 1, 2020 it began.", "2025-06-12"),
        ("Date: 3 March 2019\nseen April 1, 2018", "2019-03-03"),
        ("Adopted January 15, 2016.", "2016-01-15"),
        ("In 2014 and again in 2014.", "2014"),
        ("Printed October 2025", "2025-10"),
        ("Received 03/04/2021", "2021"),  # in March or in April
        ("Received 25/04/2021", "2021-04-25"),
        ("From 2014 to 2019 and on May 2, 2020 or May 3, 2020.", ""),
        ("No day at all.", ""),
    ],
)
def test_date_is_one_or_gap(text, date):
    guess = guess_date(text)
    assert guess.value == date
    assert guess.mark.startswith("GUESS: " if date else "OPEN: ")


@pytest.mark.parametrize(
    ("title", "pages", "kind"),
    [
        ("Northport", [LETTER], "letter"),
        ("Currents", ["Abstract\nWe show it.", "References\n1. Bay"], "scholarly_article"),
        ("The Gold Medal", ["Text"], "award"),
        ("Bylaws of a Society", ["Text"], "bylaws"),
        ("Certificate of Membership", ["Text"], "membership"),
        ("Statement of the Award", ["Text"], ""),  # two genres
        ("The Gold Medal: Rules and History", ["Text"], ""),  # about a medal
        ("Laws on Honorary Fellows", ["Text"], ""),
        ("Tides", ["Tides\nBy Jonah Reed\nText"], "published_material"),
        ("Tides", ["Dear reader, this goes on without a closing."], ""),
    ],
)
def test_kind_follows_structure(title, pages, kind):
    assert guess_kind(title, pages).value == kind


def test_signer_stands_below_closing():
    assert find_signer([LETTER]) == "Tomas Arden"
    assert find_signer(["Sincerely,"]) == ""
    assert find_signer(["She wrote sincerely."]) is None


def test_byline_needs_capital():
    assert find_byline("Tides\nBy Jonah Reed\n") == "Jonah Reed"
    assert find_byline("by the sea shore\n") is None


def test_language_of_few_words_is_gap():
    assert guess_language("Prix").value == ""
    assert (
        guess_language("Die Jury hat den Preis an eine Forscherin vergeben, die sich mit der Physik befasst.").value
        == "de"
    )
