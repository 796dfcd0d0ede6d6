"""Figures that follow from those of the pages."""

from __future__ import annotations

import pytest

from workbench.checks.figures.derivations import derive_date, derive_quantity
from workbench.checks.statements.statements import Clause


def derive(text: str, page: str, paragraph: str = "", years: tuple[int, ...] = ()) -> str | None:
    """The way in which the last figure of a text follows, or None."""
    clause = Clause(text)
    return derive_quantity(
        clause.quantities[-1], clause, [Clause(page)], years=years, paragraph=Clause(paragraph) if paragraph else None
    )


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("The two juries saw together 135 entries.", "The first saw 64 entries, the second 71 entries."),
        (
            "The four most cited account for 3,730.",
            "Sparrow: 1,903 times.\nFault: 1,127 times.\nKeys: 486 times.\nHash: 214 times.",
        ),
        ("It rose in 96 days, fewer than the other by 44 days.", "It took 96 days. The other took 140 days."),
        ("They hold 412 apartments, on average 137.", "The 3 buildings hold 412 apartments."),
        ("They have on average 137 flats.", "First: 118 flats. Second: 142 flats. Third: 152 flats."),
        ("They hold 412 flats, or an average of some 137.", "First: 118 flats. Second: 142 flats. Third: 152 flats."),
        ("In 46 of the specimens it held.", "Of 48 specimens, in 2 specimens it failed."),
        ("Roughly 93 percent were turned away.", "Of 87 entries, 6 entries were chosen."),
        ("He was aged 29.", "Born in 1979. Doctorate in 2008."),
        ("She has taught for 12 years.", "She has taught since 2008, and wrote this in 2020."),
    ],
)
def test_figure_follows_from_page(text, page):
    assert derive(text, page) is not None


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("The two juries saw 135 entries together.", "The first saw 64 entries, the second 72 entries."),
        (
            "The four most cited account for 3,740.",
            "Sparrow: 1,903 times.\nFault: 1,127 times.\nKeys: 486 times.\nHash: 214 times.",
        ),
        ("It was read by 44 people.", "It took 96 days. The other took 140 days."),
        ("In 47 of the specimens it held.", "Of 48 specimens, in 2 specimens it failed."),
        ("Roughly 83 percent were turned away.", "Of 87 entries, 6 entries were chosen."),
        ("They have on average 131 flats.", "First: 118 flats. Second: 142 flats. Third: 152 flats."),
        ("For eight years, from 2001 to 2005, he taught.", "Born in 1997. Doctorate in 2005."),
        ("The seven jurors must each have served.", "The 49 jurors sat in 7 rounds."),
        ("It came out in volume 54.", "Volume 22 and volume 32 are old."),
        ("He was aged 35.", "Born in 1979. Doctorate in 2008."),
    ],
)
def test_other_figure_does_not_follow(text, page):
    assert derive(text, page) is None


def test_difference_to_figure_of_paragraph():
    text = "They exceeded the percentile by $114,500."
    paragraph = f"Her wages were $356,400. {text}"
    assert derive(text, "The percentile is $241,900.", paragraph) is not None
    assert derive(text, "The percentile is $241,800.", paragraph) is None


def test_year_from_number_of_years():
    date = Clause("since 2011").dates[0]
    assert derive_date(date, [Clause("Written in 2021, after 10 years of work.")]) is not None
    assert derive_date(date, [Clause("Written in 2021, after 9 years of work.")]) is None


@pytest.mark.parametrize(
    ("text", "page", "follows"),
    [
        (
            "She read all 187 entries and visited eighteen buildings.",
            "She visited nine buildings with nine others.",
            False,
        ),
        ("The frame rose in 70 days, 44 days fewer than planned.", "It took 96 days. It was to take 26 days.", False),
        ("It rose by 70 days.", "It took 96 days. It was to take 26 days.", True),
        ("It took 70 days fewer.", "It took 96 days. It was to take 26 days.", True),
        ("They are 18 buildings in all.", "She built nine buildings. Nine buildings were his.", True),
    ],
)
def test_cue_names_operation(text, page, follows):
    clause = Clause(text)
    quantity = next(one for one in clause.quantities if one.value in {18, 70})
    assert (derive_quantity(quantity, clause, [Clause(page)]) is not None) == follows
