import pytest

from workbench.case.page_lines import LinePart
from workbench.case.page_tables import NO_RULES, Rule, Rules, find_grids, find_tables

LETTER, HEIGHT, PITCH = 5.5, 7.7, 14.0


def place(line: float, left: float, text: str) -> LinePart:
    """Places capitals and figures, which stand on their line."""
    top = line * PITCH
    return LinePart(left, top, left + LETTER * len(text), top + HEIGHT, text)


def rows_of(*rows: tuple[float, dict[float, str]]) -> list[LinePart]:
    return [place(line, left, text) for line, row in rows for left, text in row.items()]


def read(pieces: list[LinePart], rules: Rules = NO_RULES) -> list[str]:
    return [line for table in find_tables(pieces, rules) for line in table.text.split("\n")]


def test_row_has_all_lines_of_cells():
    pieces = rows_of(
        (0, {0: "CENTER", 100: "2020", 200: "2021"}),
        (1, {0: "CLINIC", 100: "87", 200: "101"}),
        (2, {0: "UNIVERSITY OF", 100: "142", 200: "139"}),
        (3, {0: "TARROW"}),
        (4, {0: "HOSPITAL", 100: "63", 200: "70"}),
    )
    assert read(pieces) == [
        "CENTER\t2020\t2021",
        "CLINIC\t87\t101",
        "UNIVERSITY OF TARROW\t142\t139",
        "HOSPITAL\t63\t70",
    ]


def test_short_name_below_row_is_heading():
    pieces = rows_of(
        (0, {0: "CASH", 100: "12", 200: "15"}),
        (1, {0: "DEBTS"}),
        (2, {0: "BANKS", 100: "30", 200: "35"}),
        (3, {0: "OTHERS", 100: "7", 200: "9"}),
    )
    assert read(pieces) == ["CASH\t12\t15", "DEBTS", "BANKS\t30\t35", "OTHERS\t7\t9"]


def two_lines(pitch: float, *cells: str) -> list[LinePart]:
    """Places three rows of two lines each, a column 150 points behind the other."""
    return rows_of(
        *(
            (pitch * number + line, {150 * column: cell.format(name, line) for column, cell in enumerate(cells)})
            for number, name in enumerate("ABC")
            for line in (0, 1)
        )
    )


def test_wider_spaces_part_rows():
    rows = [f"{name} 0 {name} 1\tWORDS 0 WORDS 1" for name in "ABC"]
    assert read(two_lines(2.4, "{} {}", "WORDS {1}")) == rows


def test_figures_below_figures_are_rows():
    assert read(two_lines(2.4, "NAME {}", "1{1}")) == [f"NAME {name}\t1{line}" for name in "ABC" for line in (0, 1)]


def test_ruled_lines_part_rows():
    lying = tuple(Rule((2 * number - 0.2) * PITCH, 0, 300) for number in range(4))
    rows = [f"NAME {name} NAME {name}\tWORD 0 WORD 1" for name in "ABC"]
    assert read(two_lines(2, "NAME {}", "WORD {1}"), Rules(lying, ())) == rows


def test_broken_word_is_whole_again():
    pieces = rows_of(
        (0, {0: "NAME", 60: "DATE", 100: "NUMBER"}),
        (1, {0: "FIRST", 60: "03/15/", 100: "12"}),
        (2, {60: "2012"}),
        (3, {0: "SECOND", 60: "01/30/", 100: "15"}),
        (4, {60: "2018"}),
    )
    assert read(pieces) == ["NAME\tDATE\tNUMBER", "FIRST\t03/15/2012\t12", "SECOND\t01/30/2018\t15"]


@pytest.mark.parametrize(
    "rows",
    [
        [(line, {0: f"{line + 1}.", 30: "THE FIRST THING THAT IS SAID"}) for line in range(5)],
        [(line, {0: "DEAR SIR", 300: "PAGE 3"}) for line in range(2)],
        [
            (line, {0: "a line of prose that goes on and on", 300: "another line of prose in a column"})
            for line in range(5)
        ],
    ],
    ids=["list", "two-rows", "prose"],
)
def test_other_lines_are_no_table(rows):
    assert not read(rows_of(*rows))


def test_grid_reads_cells_in_order():
    pieces = rows_of((0, {5: "NAME", 105: "MOTHER"}), (1, {105: "TONGUE"}), (2, {5: "WU", 105: "CHINESE"}))
    # Each cell has borders of its own, as Word draws them.
    lying = [Rule(at * PITCH, left, left + 100) for at in (-0.3, 1.8, 2.8) for left in (0, 100)]
    standing = [Rule(at, low * PITCH, high * PITCH) for at in (0, 100, 200) for low, high in ((-0.3, 1.8), (1.8, 2.8))]
    (table,) = find_grids(pieces, Rules(tuple(lying), tuple(standing)))
    assert table.text == "NAME\tMOTHER TONGUE\nWU\tCHINESE"
    assert table.pieces == frozenset(pieces)


def test_frame_is_no_grid():
    pieces = rows_of((0, {5: "NAME"}), (1, {5: "WU"}))
    lying, standing = (Rule(-5, 0, 100), Rule(40, 0, 100)), (Rule(0, -5, 40), Rule(100, -5, 40))
    assert not list(find_grids(pieces, Rules(lying, standing)))
