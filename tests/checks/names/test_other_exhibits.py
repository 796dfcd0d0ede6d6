"""Names that stand in another exhibit than the one cited."""

from __future__ import annotations

import pytest
from field_letters import make_case

from workbench.checks.draft import DraftSection
from workbench.checks.evidence import EvidencePage
from workbench.checks.names.entities import entity
from workbench.checks.names.other_exhibits import find_elsewhere, has_initials
from workbench.checks.statements.cited_sentence import find_cited_sentences

PAGES = {
    "medal": ("The Dorn Medal was given to Ilse Maren in the town of Lund, before two hundred guests.",),
    "prize": (
        "The Society of Stage Critics gave Ilse Maren its prize in Osaka, and its members voted by letter.",
        "The president of the Society wrote the laudation, which praises the movement of her arms.",
    ),
}


def find(base, text):
    (cited,) = find_cited_sentences(DraftSection("intro", text, make_case("Ilse Maren", "Maren", PAGES, base)))
    return find_elsewhere(cited, ["society", "stage", "critics"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Society of Stage Critics gave it to her [@medal, p. 1].", True),
        ("The Society of Stage Critics gave it to her [@prize, p. 2].", False),
        ("The Society of Stage Critics gave it to her [@medal, p. 1; @prize, p. 1].", False),
        ("The Society of Stage Critics gave it to her.", False),
    ],
)
def test_exhibit_cited_has_the_name(wu, text, found):
    assert (find(wu, text) is not None) == found


def test_single_name_of_another_exhibit(wu):
    text = "The Dorn Medal was given to her in Osaka [@medal, p. 1]."
    (finding,) = entity(DraftSection("intro", text, make_case("Ilse Maren", "Maren", PAGES, wu)))
    assert (finding.severity, finding.quote) == ("warning", "Osaka")
    assert "Exhibit 2 (prize), p. 1" in finding.message


def test_initials_are_capitals():
    page = EvidencePage("one", 1, "Filed with the EWC; the us and them.")
    assert has_initials([page], ["equal", "wages", "commission"])
    assert not has_initials([page], ["united", "states"])
