"""Figures that pages give in another form."""

from __future__ import annotations

import pytest

from workbench.checks.figures.other_forms import has_rest, is_counted_by_letter, is_in_other_form, is_unnumbered
from workbench.checks.statements.statements import Clause


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("Ninety percent earn less.", "90th percentile $171,400"),
        ("48 million tonnes were found.", "Year  Million tonnes\n2014  48\n2018  61"),
        ("It has 1.7 percent nickel.", "Deposit  Grade (% Ni)\nKamen  1.7\nBor  1.1"),
    ],
)
def test_other_form_is_known(text, page):
    clause = Clause(text)
    assert is_in_other_form(clause.quantities[0], clause, [Clause(page)])


def test_other_figures_have_no_form():
    clause = Clause("Eighty percent earn less. 49 million tonnes were found.")
    page = Clause("90th percentile $171,400\nYear  Million tonnes\n2014  48")
    assert not any(is_in_other_form(one, clause, [page]) for one in clause.quantities)


def test_rest_of_some():
    (journals,) = Clause("eight journals").quantities
    assert has_rest(journals, Clause("Annals 14\nfive other journals 23"))
    assert not has_rest(journals, Clause("five journals 23"))


@pytest.mark.parametrize(
    ("text", "page", "unnumbered"),
    [
        ("the second woman", "Women: Ruth Alsop, Miriam Castellane.", True),
        ("the second woman", "She was the third woman.", False),
        ("the tenth woman", "Women: Ruth Alsop.", False),
        ("with four others", "and four colleagues", True),
        ("with three others", "and four colleagues", False),
    ],
)
def test_order_without_numbers(text, page, unnumbered):
    clause = Clause(text)
    assert is_unnumbered(clause.quantities[0], clause, [Clause(page)]) is unnumbered


@pytest.mark.parametrize(
    ("text", "counted"),
    [("Three follow from it.", True), ("He finished fifth in it.", False), ("an index of nine", False), ("8th", False)],
)
def test_letter_counts_its_parts(text, counted):
    clause = Clause(text)
    assert is_counted_by_letter(clause.quantities[0], clause) is counted
