"""Order of authors on a page."""

import pytest

from workbench.checks.support.bylines import mask_carried_ranks

CLAIM = "She is the first author of it."


@pytest.mark.parametrize(
    "line", ["Ada Example and Bo Sample", "Authors A. Example, B. Sample", "By: Ada Example; Bo Sample"]
)
def test_first_name_carries_the_rank(line):
    assert mask_carried_ranks(CLAIM, [f"Title\n{line}\nText."], {"example"}) == CLAIM.replace("first", "     ")


@pytest.mark.parametrize(
    "page",
    ["Bo Sample and Ada Example", "Ada Example", "Ada Example wrote it, and Bo Sample read it.", "", "\n, , and\n"],
)
def test_other_order_does_not(page):
    assert mask_carried_ranks(CLAIM, [page], {"example"}) == CLAIM


def test_other_ranks_are_places():
    page = ["Bo Sample, Ada Example, Cy Third and Di Last"]
    for rank, word in (("second", "example"), ("last", "last"), ("lead", "sample")):
        assert rank not in mask_carried_ranks(f"The {rank} author.", page, {word})
    assert "fourth" in mask_carried_ranks("The fourth author.", ["Bo Sample and Ada Example"], {"example"})


def test_long_lines_take_linear_time():
    text = "A " * 50_000 + ", and " * 20_000
    assert mask_carried_ranks(CLAIM, [text, "A. " * 130, ", and " * 60], {"example"}) == CLAIM
