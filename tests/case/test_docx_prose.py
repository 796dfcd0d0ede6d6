import pytest
from word_files import paragraph, write_word_file

from workbench.case.docx_prose import read_docx_prose
from workbench.case.pages import ReadLimits, UnreadableFileError

LIMITS = ReadLimits(pages=50, characters=1_000_000, unzipped=10_000_000)
STYLES = (
    '<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Own"/><w:basedOn w:val="Base"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Base"><w:name w:val="Base"/>'
    '<w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Cite"><w:name w:val="Intense Quote"/></w:style>'
)


def read(body: str) -> list[str]:
    document = write_word_file(body, parts={"styles.xml": STYLES}, links={"r1": ("styles", "styles.xml")})
    return [block for block in read_docx_prose(document, LIMITS).pages[0].text.split("\n\n") if block.strip()]


@pytest.mark.parametrize(
    ("properties", "run", "block"),
    [
        ("", "", "The Medal"),
        ('<w:pStyle w:val="H2"/>', "", "## The Medal"),
        ('<w:pStyle w:val="Own"/>', "", "### The Medal"),
        ('<w:outlineLvl w:val="0"/>', "", "# The Medal"),
        ('<w:pStyle w:val="Cite"/>', "", "> The Medal"),
        ('<w:ind w:left="720" w:right="720"/>', "", "> The Medal"),
        ('<w:ind w:left="720"/>', "", "The Medal"),
        ("", "<w:b/>", "**The Medal**"),
        ("", '<w:b w:val="0"/>', "The Medal"),
    ],
)
def test_styles_become_markdown(properties, run, block):
    assert read(paragraph("The Medal", properties, run)) == [block]


ROW = "<w:tr>{}<w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr>"
LAYOUT = "".join(ROW.format("", paragraph(f"Label {number}"), paragraph("A\u00a0| b")) for number in (1, 2))
PIPES = "| Label 1 | A \\| b |\n|---|---|\n| Label 2 | A \\| b |"


@pytest.mark.parametrize(
    ("body", "blocks"),
    [
        (f"<w:tbl>{LAYOUT}</w:tbl>", ["Label 1\tA\u00a0| b", "Label 2\tA\u00a0| b"]),
        (f"<w:tbl>{LAYOUT}</w:tbl>".replace("<w:tr>", "<w:tr><w:trPr><w:tblHeader/></w:trPr>", 1), [PIPES]),
        (paragraph("Head", '<w:pStyle w:val="H2"/>') + f"<w:tbl>{LAYOUT}</w:tbl>", ["## Head", PIPES]),
        (f"<w:tbl>{ROW.format('', paragraph('One'), paragraph('row'))}</w:tbl>", ["One\trow"]),
    ],
)
def test_tables_are_pipe_tables(body, blocks):
    """Not those above the first heading without a head: they place an address."""
    assert read(body) == blocks


def test_damaged_docx_is_refused():
    with pytest.raises(UnreadableFileError, match="damaged DOCX"):
        read_docx_prose(b"PK", LIMITS)


def test_notes_follow_their_paragraph():
    body = (
        '<w:p><w:r><w:t>The prize</w:t><w:footnoteReference w:id="7"/></w:r><w:r><w:t> and medal.</w:t>'
        '<w:footnoteReference w:id="8"/></w:r></w:p>' + paragraph("More.")
    )
    notes = "".join(f'<w:footnote w:id="{n}">{paragraph(f"Words of {n}.")}</w:footnote>' for n in (8, 7))
    document = write_word_file(body, parts={"footnotes.xml": notes}, links={"r1": ("footnotes", "footnotes.xml")})
    text = read_docx_prose(document, LIMITS).pages[0].text
    assert text.split("\n\n")[:4] == ["The prize[^1] and medal.[^2]", "[^1]: Words of 7.", "[^2]: Words of 8.", "More."]


def test_note_in_cell_follows_its_table():
    mark = '<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Prize</w:t><w:footnoteReference w:id="1"/></w:r></w:p>'
    rows = ROW.format("", mark, paragraph("Year", "", "<w:b/>")) + ROW.format("", paragraph("Wolf"), paragraph("1978"))
    parts = {"footnotes.xml": f'<w:footnote w:id="1">{paragraph("Words.")}</w:footnote>'}
    document = write_word_file(f"<w:tbl>{rows}</w:tbl>", parts=parts, links={"r1": ("footnotes", "footnotes.xml")})
    text = read_docx_prose(document, LIMITS).pages[0].text.strip()
    assert text == "| Prize[^1] | Year |\n|---|---|\n| Wolf | 1978 |\n\n[^1]: Words."
