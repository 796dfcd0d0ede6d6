"""Names of a sentence on the pages that it cites."""

from __future__ import annotations

import pytest
from field_letters import make_case

from workbench.checks.draft import DraftSection
from workbench.checks.evidence import EvidencePage
from workbench.checks.names.entities import find_names
from workbench.checks.names.page_names import find_run, find_swapped, is_called_after
from workbench.checks.statements.cited_sentence import find_cited_sentences


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Museum of the City was built.", True),
        ("The Museum for City was built.", True),
        ("The City Museum was built.", False),
    ],
)
def test_run_passes_over_small_words(text, found):
    assert (find_run(EvidencePage("one", 1, text), ("museum", "of", "city")) is not None) == found


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("The Dorn Medal was given to him in Lund in 2014.", True),
        ("The Dorn (Medal) was given to him in Lund in 2014.", False),
        ("The Dorn Medal was given to him in Lund in 2014, and the Aster Prize to her.", False),
    ],
)
def test_swapped_name_is_one_name(wu, page, found):
    case = make_case("Ilse Maren", "Maren", {"page": (page,)}, wu)
    (cited,) = find_cited_sentences(
        DraftSection("intro", "The Aster Medal was given to him in Lund [@page, p. 1].", case)
    )
    (name,) = find_names(cited.clause)
    assert (find_swapped(cited, name.first, name.last) is not None) == found


def test_adjective_is_called_after_its_place():
    assert is_called_after("africa", "african")
    assert is_called_after("brazilian", "brazil")
    assert not is_called_after("hoffman", "hoffmann")
