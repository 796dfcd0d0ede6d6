"""Figures of a table's rows."""

from __future__ import annotations

import pytest

from workbench.checks.evidence import EvidencePage
from workbench.checks.figures.table_cells import find_other_cells
from workbench.checks.figures.table_rows import is_in_named_row
from workbench.checks.statements.statements import Clause, read_page

PAGE = EvidencePage(
    "results",
    1,
    "Final\n1  Dana Whitlock  52.91\n2  Maja Eriksen  53.08\n3  Ana Reyes  53.66\n\n"
    "Sales by year\n2018  33,900\n2019  52,100\n2020  61,300\n\nVotes: Solheim 118, Aas 47, Moe 38.",
)


def misplaced(text: str) -> list[tuple[str, str]]:
    return [(text[one.said.start : one.said.end], one.words) for one in find_other_cells(Clause(text), [PAGE])]


@pytest.mark.parametrize(
    ("text", "said", "words"),
    [
        ("In the final Eriksen ran 53.66 seconds.", "53.66", "2 Maja Eriksen 53.08"),
        ("It sold 61,300 copies in 2019.", "61,300", "2019 52,100"),
        ("The voters gave Solheim 47 votes.", "47", "Solheim 118"),
    ],
)
def test_figure_of_another_row(text, said, words):
    assert misplaced(text) == [(said, words)]


@pytest.mark.parametrize(
    "text",
    [
        "In the final Eriksen ran 53.08 seconds.",
        "In the final Eriksen ran 53.08 seconds, and the next one 53.66.",
        "It sold 61,300 copies, and 52,100 in 2019.",
        "The winner ran 52.91 seconds.",
        "Eriksen won 640 races.",
        "",
    ],
)
def test_figures_of_their_row_pass(text):
    assert misplaced(text) == []


def test_named_row_carries_its_figure():
    clause = Clause("It sold 52,100 copies in 2019.")
    assert is_in_named_row(clause.quantities[0], clause, read_page(PAGE))
    clause = Clause("It sold 52,100 copies in 2020.")
    assert not is_in_named_row(clause.quantities[0], clause, read_page(PAGE))
