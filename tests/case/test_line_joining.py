import textwrap
import time

import pytest

from workbench.case.line_joining import PrintedLine, drop_page_furniture, join_lines

LONG = (
    "Dr. Example measured slow reactions at low temperature for a decade, and the method that she found is used by "
    "laboratories in nine countries, which have published more than forty papers with it since the first of them."
)
OTHER = "Her second method concerns the re-election of compounds with well-known properties. It is cited (Exhibit 4)."


def typeset(*paragraphs: str, width: int = 60, gap: float = 0.0, indent: int = 0, place: int = 1) -> list[PrintedLine]:
    """Breaks paragraphs into lines as a ragged page prints them."""
    lines: list[PrintedLine] = []
    top = 0.0
    for paragraph in paragraphs:
        for index, words in enumerate(textwrap.wrap(paragraph, width)):
            left = indent if index == 0 else 0
            lines.append(PrintedLine(words, left * 5, left * 5 + 5 * len(words), top, 10, place=place))
            top += 12
        top += gap
    return lines


def texts(*pages: list[PrintedLine]) -> list[str]:
    return [block.text for block in join_lines(drop_page_furniture(pages)[0])]


@pytest.mark.parametrize(("gap", "indent"), [(0, 0), (8, 0), (0, 4)], ids=["tight", "spaced", "indented"])
def test_lines_become_paragraphs(gap, indent):
    assert texts(typeset(LONG, OTHER, LONG, gap=gap, indent=indent)) == [LONG, OTHER, LONG]


def test_paragraph_goes_on_over_page_end():
    lines = typeset(LONG, OTHER)
    blocks = join_lines([lines[:2], [line._replace(place=2, top=line.top - 24) for line in lines[2:]]])
    assert [block.text for block in blocks] == [LONG, OTHER]
    (first, page), (offset, following) = blocks[0].places
    assert (first, page, following) == (0, 1, 2)
    assert LONG[offset:].startswith(lines[2].text)


def test_page_furniture_is_dropped():
    def page(number):
        head = PrintedLine(f"Petition of Dr. Example, page {number}", 0, 200, -40, 10, place=number)
        foot = PrintedLine(str(number), 150, 155, 400, 10, place=number)
        return [head, *typeset(bodies[number], width=30 + number, place=number), foot]

    bodies = {1: LONG, 2: OTHER, 3: "Others found the same."}
    assert texts(*map(page, (1, 2, 3))) == [LONG, OTHER, bodies[3]]


def test_larger_bold_capital_lines_are_headings():
    body = typeset(LONG, OTHER)
    title = PrintedLine("1 Awards", 0, 60, -60, 14)
    part = PrintedLine("1.2 The Medal", 0, 60, -40, 10, bold=True)
    capitals = PrintedLine("SCHOLARLY ARTICLES", 0, 100, -20, 10)
    assert texts([title, part, capitals, *body])[:3] == ["## 1 Awards", "### 1.2 The Medal", "## SCHOLARLY ARTICLES"]


def test_heading_of_two_lines_is_one():
    lines = [
        PrintedLine("3. Criterion (i): Prizes and Awards for", 0, 190, -60, 12, bold=True),
        PrintedLine("Excellence", 0, 60, -46, 12, bold=True),
    ]
    assert texts([*lines, *typeset(LONG, OTHER)])[0] == "## 3. Criterion (i): Prizes and Awards for Excellence"


def test_lines_set_in_are_quotation():
    quotation = [line._replace(left=40, right=min(line.right + 40, 280)) for line in typeset(OTHER, width=40)]
    above = typeset(LONG)
    below = typeset(LONG)
    end = above[-1].top
    moved = [line._replace(top=line.top + end + 20) for line in quotation]
    after = [line._replace(top=line.top + moved[-1].top + 20) for line in below]
    assert texts([*above, *moved, *after]) == [LONG, f"> {OTHER}", LONG]


def test_items_are_blocks():
    lines = typeset("The exhibits are these:", "• a letter of Prof. C", "• a diploma", LONG)
    assert texts(lines)[1:3] == ["- a letter of Prof. C", "- a diploma"]


def test_abbreviation_ends_no_paragraph():
    text = "The quotation stands in a letter of the supervisor, Prof. C, who works at the University of D. It is long."
    lines = [
        PrintedLine("The quotation stands in a letter of the supervisor, Prof.", 0, 230, 0, 10),
        PrintedLine("C, who works at the University of D. It is long.", 0, 220, 12, 10),
    ]
    assert texts([*lines, *[line._replace(top=line.top + 40) for line in typeset(LONG)]])[0] == text


@pytest.mark.parametrize(
    ("line", "following", "joined"),
    [
        ("of com-", "plexes and complexes", "of complexes and complexes"),
        ("a well-", "known and well-known one", "a well-known and well-known one"),
        ("an NHC-", "Borane", "an NHC-Borane"),
        ("a meas\ufffe", "urement", "a measurement"),
    ],
)
def test_divided_words_are_joined(line, following, joined):
    lines = [PrintedLine(line, 0, 200, 0, 10), PrintedLine(following, 0, 200, 12, 10)]
    assert texts(lines) == [joined]


def test_footnote_stands_behind_its_paragraph():
    lines = typeset(LONG)
    note = PrintedLine("1 See Exhibit 4 at 2.", 0, 100, 300, 8)
    later = [line._replace(top=line.top, place=2) for line in lines[2:]]
    assert texts([*lines[:2], note], later) == [LONG, "1 See Exhibit 4 at 2."]


def test_nothing_gives_nothing():
    assert join_lines([]) == []
    assert join_lines([[], []]) == []


def test_many_lines_take_linear_time():
    def seconds(count):
        lines = [PrintedLine("a b c d", 0, 35, 12.0 * index, 10) for index in range(count)]
        began = time.process_time()
        join_lines([lines[start : start + 50] for start in range(0, count, 50)])
        return time.process_time() - began

    assert seconds(16_000) < 30 * max(seconds(2_000), 0.005)


def test_citation_is_not_parted():
    lines = typeset(LONG)
    first = lines[0]._replace(text="The prize of 1957", right=60.0)
    assert texts([first, lines[1]._replace(text="(Exhibit 17 at 1) is hers.", left=first.left)]) == [
        "The prize of 1957 (Exhibit 17 at 1) is hers."
    ]


def test_page_may_end_within_parentheses():
    (line,) = typeset("She won (Exhibits 13 at 1;")
    rest = line._replace(text="28 at 1). She works.", place=2)
    assert [block.text for block in join_lines([[line], [rest]])] == ["She won (Exhibits 13 at 1; 28 at 1). She works."]


def test_mark_of_first_page_is_furniture():
    def page(number, head):
        return [PrintedLine(head, 0, 200, -40, 10, place=number), *typeset(LONG, place=number)]

    heads = ("DRAFT — not for filing", *["Petition for Dr. Example DRAFT — not for filing"] * 3)
    assert not any("DRAFT" in text for text in texts(*(page(at, head) for at, head in enumerate(heads, 1))))
