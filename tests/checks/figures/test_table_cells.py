"""Figures in another row or column than the sentence names."""

from __future__ import annotations

import pytest

from workbench.checks.evidence import EvidencePage
from workbench.checks.figures.table_cells import find_other_cells
from workbench.checks.figures.tables import read_cells
from workbench.checks.statements.statements import Clause, read_page

REGISTRY = (
    "Transplantations by center\nCenter  2020  2021  2022  Survival 2022\nKestrel Clinic  87  101  118  95.5 %\n"
    "Morwen Hospital  142  139  151  91.2 %\nTarrow Institute  110  97  104  90.4 %"
)
RANKING = "Rank  Title  Hours (million)\n1  The Vault  142.5\n2  Red Lines  70.2\n3  Cold Orchard  61.5"
VOTES = "Anna Haddad, Salt Road  412\nGreta Olin, Glass Mountain  345\nSam Ito, Verdict  121"
ROLL = "Roll of laureates (since 1988): 2009 Elin Sand (8th), 2012 Ravi Menon (9th), 2015 Leila Haddad (10th)."


def find(text, page, before=None):
    pages = [EvidencePage("table", 1, page)]
    found = find_other_cells(Clause(text), pages, "haddad", () if before is None else [Clause(before)])
    return [text[one.said.start : one.said.end] for one in found]


@pytest.mark.parametrize(
    ("text", "page", "said"),
    [
        ("In 2022 Morwen performed 142.", REGISTRY, "142"),
        ("Kestrel rose to 118 in 2021.", REGISTRY, "118"),
        ("In 2020 Kestrel performed 87, and 139 in 2021.", REGISTRY, "139"),
        ("Cold Orchard was watched for 70.2 million hours.", RANKING, "70.2 million"),
        ("Cold Orchard came in second place.", RANKING, "second"),
        ("She won with 345 votes.", VOTES, "345"),
        ("The prize went to Elin Sand in 2012.", ROLL, "2012"),
    ],
)
def test_figure_of_another_cell(text, page, said):
    assert find(text, page) == [said]


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("In 2022 Morwen performed 151.", REGISTRY),
        ("Kestrel performed 87 in 2020, 101 in 2021 and 118 in 2022.", REGISTRY),
        ("Morwen, with 151, was ahead of Kestrel with 118 in 2022.", REGISTRY),
        ("Cold Orchard was watched for 61.5 million hours and came third.", RANKING),
        ("She won with 412 votes, ahead of Greta Olin with 345.", VOTES),
        ("She is the tenth laureate since 1988, after Elin Sand in 2009.", ROLL),
        ("His papers were cited 4,816 times.", "Papers indexed: 34\nTotal citations: 4,816"),
    ],
)
def test_figure_of_named_cell(text, page):
    assert find(text, page) == []


def test_row_named_by_sentence_before():
    assert find("It was watched for 70.2 million hours.", RANKING, "Cold Orchard is on Lumen.") == ["70.2 million"]


def test_second_head_begins_table():
    page = EvidencePage(
        "table",
        1,
        "  All  Recent\nCitations  538  390\nIndex  36  29\nTitle  Year  Cited\nSplit  2016  74\nWarm  2014  51",
    )
    titles = read_cells(read_page(page))[1]
    assert titles.texts == ("Split 2016 74", "Warm 2014 51")
