import pypdfium2
import pytest
from pdf_files import text, write_pdf_file

from workbench.case.pages import ReadLimits
from workbench.case.pdf_columns import read_columns
from workbench.case.pdf_text import read_pdf

LEFT = (
    "The committee met in the spring of",
    "the year and chose the laureate for",
    "her work on the decay of nuclei that",
    "had been thought symmetric until then,",
    "and it was the first time that a prize",
    "of this kind was given to a physicist.",
    "It was presented in the great hall and",
    "the king himself handed it over to her.",
)
RIGHT = (
    "In the years before, the society had",
    "given the medal to seven members, all",
    "of whom were known for their work in",
    "mechanics and for the books that they",
    "wrote, which are read in many schools",
    "and have been translated since then.",
    "Nobody else has been given it twice in",
    "the long history of this old society.",
)
THIRD = (
    "To this day the winner is",
    "chosen by a vote of the",
    "members who attend the",
    "meeting in autumn, where",
    "the statutes are read and",
    "the names of those who",
    "died within the last year",
    "are honored by everybody.",
)
HEADLINE = "A headline that runs across the whole of the page and of all its columns, as they do"
FOOTER = "Source: the society's yearbook, page 12 of 80"


def columns(*sides: tuple[str, ...], lefts=(72, 320), step=14.0, lower=0.0, top=640) -> bytes:
    """Content that draws columns line by line, across all of them."""
    return b"".join(
        text(left, top - step * place - lower * number, side[place])
        for place in range(max(map(len, sides)))
        for number, (left, side) in enumerate(zip(lefts, sides, strict=True))
        if place < len(side)
    )


def lines_of(content: bytes) -> list[str] | None:
    page = pypdfium2.PdfDocument(write_pdf_file([content]))[0]
    textpage = page.get_textpage()
    found = read_columns(page, textpage, textpage.get_text_range())
    return None if found is None else found.splitlines()


PADDED = b"".join(
    text(72, 640 - 14 * place, one.ljust(45) + other)
    for place, (one, other) in enumerate(zip(LEFT, RIGHT, strict=True))
)
JUMPING = b"".join(
    b"BT /F 11 Tf 72 %d Td [(%s) -6000 (%s)] TJ ET\n" % (640 - 14 * place, one.encode(), other.encode())
    for place, (one, other) in enumerate(zip(LEFT, RIGHT, strict=True))
)
NARROW = tuple(tuple(line[:24].strip() for line in side) for side in (LEFT, RIGHT))
CAPTION = ("Figure 2. The", "medal, as it is", "shown in the hall", "of the society", "in Rome today")
WIDE = tuple(f"{one} {other[:18]}".strip() for one, other in zip(LEFT, RIGHT, strict=True))


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (columns(LEFT, RIGHT), [*LEFT, *RIGHT]),
        (columns(LEFT, RIGHT, lower=5), [*LEFT, *RIGHT]),
        (PADDED, [*LEFT, *RIGHT]),
        (JUMPING, [*LEFT, *RIGHT]),
        (text(72, 700, HEADLINE) + columns(LEFT, RIGHT) + text(72, 40, FOOTER), [HEADLINE, *LEFT, *RIGHT, FOOTER]),
        (text(72, 40, FOOTER) + columns(LEFT, RIGHT) + text(72, 700, HEADLINE), [HEADLINE, *LEFT, *RIGHT, FOOTER]),
        (
            columns(LEFT, RIGHT) + text(72, 500, HEADLINE) + columns(RIGHT, LEFT, top=460),
            [*LEFT, *RIGHT, HEADLINE, *RIGHT, *LEFT],
        ),
        (columns(*NARROW, THIRD, lefts=(50, 230, 410)), [*NARROW[0], *NARROW[1], *THIRD]),
        (columns(WIDE, CAPTION, lefts=(72, 450)), [*WIDE, *CAPTION]),
        (columns(RIGHT, lefts=(320,)) + columns(LEFT, lefts=(72,)), [*LEFT, *RIGHT]),
        (columns(LEFT[::-1], lefts=(72,), step=-14), [*LEFT]),
    ],
    ids=[
        "line-by-line",
        "other-baselines",
        "one-string",
        "one-array",
        "headline",
        "headline-last",
        "headline-between",
        "three",
        "caption",
        "right-first",
        "upwards",
    ],
)  # fmt: skip
def test_columns_are_read_one_by_one(content, lines):
    assert lines_of(content) == lines


PRIZES = (
    ("1978", "1975", "1964", "1958", "1959", "1974"),
    ("Wolf Prize in Physics", "National Medal of Science", "Comstock Prize", "Research Award", "Prize", "Scientist"),
    ("Wolf Foundation", "President of the U.S.", "National Academy", "Research Corporation", "Society", "a magazine"),
)
ARTICLES = (
    ("Experimental test of parity conservation in beta decay", "The angular correlation of scattered radiation",
     "beta spectra of forbidden transitions in nuclei", "On the spectra of electrons from copper and others",
     "recent investigation of the shapes of spectra", "Conserved vector current theory and its tests"),
    ("Physical Review 105, 1413", "Physical Review 77, 136", "Reviews of Modern Physics 22", "Physical Review 73, 1132",
     "Physical Review 71, 917", "Physical Review Letters 10"),
)  # fmt: skip
GOODS = (
    ("apples from Spain, boxes", "pears from France, boxes", "plums from Italy, boxes", "figs from Greece, boxes"),
    ("four hundred at five each", "three hundred at two each", "nine hundred at one each", "six hundred at four each"),
)
WAGES = tuple(tuple(words.format(year) for year in range(1990, 1998)) for words in ("wages of {}", "12,400 in {}"))


@pytest.mark.parametrize(
    ("sides", "places"),
    [
        (PRIZES, {"lefts": (72, 150, 350), "step": 16}),
        (ARTICLES, {"lefts": (72, 400), "step": 16}),
        (GOODS, {"step": 18}),
        (WAGES, {}),
    ],
    ids=["table", "titles", "small-letters", "numbers"],
)
def test_cells_of_rows_have_tabs(sides, places):
    assert lines_of(columns(*sides, **places)) == ["\t".join(row) for row in zip(*sides, strict=True)]


def test_table_leaves_prose_alone():
    content = columns(WIDE[:3], lefts=(72,), top=720) + columns(*WAGES) + columns(WIDE[3:], lefts=(72,), top=480)
    rows = ["\t".join(row) for row in zip(*WAGES, strict=True)]
    assert lines_of(content) == [*WIDE[:3], *rows, *WIDE[3:]]


@pytest.mark.parametrize(
    "content",
    [
        columns(LEFT, lefts=(72,)) + columns(RIGHT, lefts=(320,)),
        columns(LEFT, lefts=(72,)) + columns(RIGHT, lefts=(320,)) + text(72, 700, HEADLINE) + text(72, 40, FOOTER),
        columns(WIDE, lefts=(72,)),
        b"",
    ],
    ids=["columns", "headline-last", "one-column", "empty"],
)
def test_page_in_order_is_left_alone(content):
    assert lines_of(content) is None


def test_rows_of_long_cells_stay_rows():
    rows = [(LEFT[:3], RIGHT[:3]), (RIGHT[3:6], LEFT[3:6]), (LEFT[1:4], RIGHT[1:4])]
    content = b"".join(
        text(left, 640 - 70 * row - 14 * place, side[place])
        for row, sides in enumerate(rows)
        for place in range(3)
        for left, side in zip((72, 320), sides, strict=True)
    )
    assert lines_of(content) == [line for sides in rows for side in sides for line in side]


def test_file_page_has_columns():
    limits = ReadLimits(pages=9, characters=10_000, unzipped=0)
    (page,) = read_pdf(write_pdf_file([columns(LEFT, RIGHT)]), limits).pages
    assert page.text == "\r\n".join((*LEFT, *RIGHT))
