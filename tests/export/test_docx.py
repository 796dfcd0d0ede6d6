"""The DOCX, opened with python-docx and checked against the order of the schema where Word insists on it."""

import io
import zipfile
from dataclasses import replace

import docx
import ooxml_integrity
import pytest
from docx.oxml.ns import qn
from docx.shared import Pt
from lxml import etree
from nbformat.v4 import new_markdown_cell, new_notebook
from openxml_audit import OpenXmlValidator

from tests.export.conftest import letter, section, snapshot
from workbench.export.docx import render_docx
from workbench.export.manifest import KEY
from workbench.export.notebook import petition_notebook
from workbench.export.petition import read_petition
from workbench.export.review_comments import list_comments
from workbench.export.word_comments import WordComment


@pytest.fixture
def draft_file(draft_petition):
    return render_docx(draft_petition)


def opened(content):
    return docx.Document(io.BytesIO(content))


def whole_text(document):
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_draft_mark_in_every_header(draft_file):
    document = opened(draft_file)
    assert len(document.sections) == 1
    [section] = document.sections
    assert not document.settings.odd_and_even_pages_header_footer
    # The first page has the letterhead alone, and the mark.
    assert section.different_first_page_header_footer
    assert section.first_page_header.paragraphs[0].text == "\tDRAFT — not for filing"
    assert section.header.paragraphs[0].text == "Form I-140 petition for Dr. Chien-Shiung Wu\tDRAFT — not for filing"


def test_final_has_no_draft_mark(final_petition):
    document = opened(render_docx(final_petition))
    assert document.sections[0].header.paragraphs[0].text == "Form I-140 petition for Dr. Chien-Shiung Wu"
    assert document.sections[0].first_page_header.paragraphs[0].text == ""
    text = whole_text(document)
    assert "DRAFT" not in text
    assert "Open Before Filing" not in text
    assert "Sample: a real person" in text
    assert "offline assembler (no language model)" in text


def test_page_numbers_are_fields(draft_file):
    section = opened(draft_file).sections[0]
    for footer in (section.first_page_footer.paragraphs[0], section.footer.paragraphs[0]):
        fields = [field.text.strip() for field in footer._p.iter(qn("w:instrText"))]
        assert fields == ["PAGE", "NUMPAGES"]
        assert footer.text == "Page 1 of 9"


def test_headings_have_styles(draft_file):
    document = opened(draft_file)
    heads = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Heading 1"]
    assert heads[0] == "I. Introduction"
    assert heads[-1] == "Exhibit Index"
    assert len(heads) == 11
    assert "A. National Medal of Science (1975)" in [
        paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Heading 2"
    ]


def test_contents_field_has_entries(draft_file):
    document = opened(draft_file)
    fields = [field.text.strip() for field in document.element.iter(qn("w:instrText"))]
    assert fields[0] == 'TOC \\o "1-2" \\h \\z \\u'
    marks = [mark.get(qn("w:fldCharType")) for mark in document.element.iter(qn("w:fldChar"))]
    assert marks.count("begin") == marks.count("separate") == marks.count("end") == len(fields)
    entries = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name.startswith("toc")]
    titles, pages = zip(*(entry.split("\t") for entry in entries), strict=True)
    assert titles[0] == "I. Introduction"
    assert "C. Comstock Prize in Physics (1964)" in titles
    assert len(entries) == 24
    # Shown before Word renews any field, and without the question that w:updateFields has Word ask.
    numbers = [int(page) for page in pages]
    assert numbers == sorted(numbers)
    assert numbers[0] == 4
    assert document.settings.element.find(qn("w:updateFields")) is None


@pytest.mark.parametrize(("words", "begins"), [(20, False), (600, True)])
def test_contents_begin_page_with_heading(words, begins):
    notice = letter(sample="A long notice. " * (words // 3))
    state = snapshot(sections=(section("intro"), section("awards")), letter=notice)
    document = opened(render_docx(read_petition(petition_notebook(state))))
    [heading] = [line for line in document.paragraphs if line.text == "Contents"]
    # LibreOffice would leave the heading alone at the foot of the first page.
    assert bool(heading.paragraph_format.page_break_before) == begins


def test_links_lead_to_bookmarks(draft_file):
    document = opened(draft_file)
    names = [bookmark.get(qn("w:name")) for bookmark in document.element.iter(qn("w:bookmarkStart"))]
    assert len(names) == len(set(names))
    assert all(len(name) <= 40 for name in names)
    links = {link.get(qn("w:anchor")) for link in document.element.iter(qn("w:hyperlink"))}
    assert links <= set(names)
    assert {"exhibit_1", "section_3", "exhibit_index"} <= links


def test_order_where_word_insists_on_it(draft_file):
    document = opened(draft_file)
    numbering = [child.tag for child in document.part.numbering_part.element]
    assert numbering == sorted(numbering, key=[qn("w:abstractNum"), qn("w:num")].index)
    for table in document.tables:
        properties = [child.tag for child in table._tbl.tblPr]
        assert properties.index(qn("w:tblBorders")) < properties.index(qn("w:tblLook"))
    for paragraph in document.element.iter(qn("w:p")):
        places = [position for position, child in enumerate(paragraph) if child.tag == qn("w:pPr")]
        assert places in ([], [0])


def test_text_and_index(draft_file):
    document = opened(draft_file)
    text = whole_text(document).replace("\u00a0", " ")
    for words in ("(Exhibits 15 at 1; 16 at 1–2)", "[unresolved: no-such-exhibit]", "Not yet drafted.",
                  "Open: Awaits an attorney’s review.", "not cited"):  # fmt: skip
        assert words in text
    index = document.tables[-1]
    assert [cell.text for cell in index.rows[0].cells] == ["No.", "Exhibit", "Date", "Pages", "Cited in"]
    assert [cell.text for cell in index.rows[1].cells][4] == "I, III, VII"
    assert len(index.rows) == 23


def test_properties(draft_file):
    core = opened(draft_file).core_properties
    assert core.title == "Petition for Dr. Chien-Shiung Wu: Form I-140, INA § 203(b)(1)(A)"
    assert core.author == "Eleanor Marsh"
    assert core.created.isoformat().startswith("2026-11-23T10:05:00")


def custom_properties(content):
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert b"docProps/custom.xml" in package.read("[Content_Types].xml")
        assert b"docProps/custom.xml" in package.read("_rels/.rels")
        root = etree.fromstring(package.read("docProps/custom.xml"))
    assert [row.get("pid") for row in root] == [str(number) for number in range(2, len(root) + 2)]
    return {row.get("name"): row[0].text for row in root}


def test_properties_name_each_sections_prompt(draft_petition, draft_file):
    prompts = {name: value for name, value in custom_properties(draft_file).items() if name.startswith("prompt of")}
    assert prompts == {
        f"prompt of section {section.numeral}": section.prompt for section in draft_petition.sections if section.prompt
    }


def test_properties_name_run_and_sections(draft_petition, draft_file):
    properties = custom_properties(draft_file)
    assert (properties["workbench run"], properties["workbench state"]) == ("wu-sample-1", "1795000000000-7")
    assert [properties[f"workbench section {section.number}"] for section in draft_petition.sections] == [
        section.section_id for section in draft_petition.sections
    ]


def test_bookmarks_hold_citations(draft_file):
    body = opened(draft_file).element.body
    starts = list(body.iter(qn("w:bookmarkStart")))
    names = [mark.get(qn("w:name")) for mark in starts]
    assert len(set(names)) == len(names)
    assert len({mark.get(qn("w:id")) for mark in starts}) == len(starts)
    first = next(mark for mark in starts if mark.get(qn("w:name")) == "citation_1")
    text = ""
    for element in first.itersiblings():
        if element.tag == qn("w:bookmarkEnd"):
            break
        text += "".join(part.text or "" for part in element.iter(qn("w:t")))
    assert text == "(Exhibit\u00a015\u00a0at\u00a01)"


ARABIC = "جابر بن حيان"


def test_arabic_words_are_marked(approved, tmp_path):
    letter = approved.letter.model_copy(update={"beneficiary": f"Dr. {ARABIC}"})
    intro = approved.sections[0].model_copy(update={"content": f"**{ARABIC}** (Jabir) and {ARABIC}, twice."})
    changed = approved.model_copy(update={"letter": letter, "sections": (intro, *approved.sections[1:])})
    file = tmp_path / "petition.docx"
    file.write_bytes(render_docx(read_petition(petition_notebook(changed))))
    document = docx.Document(file)
    marked = [
        run.text
        for run in document.element.body.iter(qn("w:r"))
        if run.find(f"{qn('w:rPr')}/{qn('w:rtl')}") is not None
    ]
    assert marked == [ARABIC] * len(marked)
    assert len(marked) > 2
    [line] = [
        paragraph for paragraph in document.paragraphs if paragraph.text == f"{ARABIC} (Jabir) and {ARABIC}, twice."
    ]
    assert [(run.text, run.font.rtl, run.font.cs_bold) for run in line.runs][:2] == [
        (ARABIC, True, True),
        (" (Jabir) and ", None, None),
    ]
    assert document.sections[0].header.paragraphs[0].runs[1].font.rtl
    assert OpenXmlValidator().validate(file).errors == []


def test_invalid_prompt_version_keeps_file_whole(approved):
    notebook = petition_notebook(approved)
    cells = [cell for cell in notebook.cells if cell.metadata[KEY]["role"] == "section"]
    cells[0].metadata[KEY]["prompt_version"] = '<x a="b">\x00\x1b&]]>'
    cells[1].metadata[KEY]["prompt_version"] = {"no": "text"}
    properties = custom_properties(render_docx(read_petition(notebook)))
    assert properties["prompt of section I"].startswith('<x a="b">')
    assert "prompt of section II" not in properties


def test_hostile_text_is_only_text(hostile_petition):
    content = render_docx(hostile_petition)
    text = whole_text(opened(content))
    for words in ("<script>alert(1)</script>", "![](file:///etc/passwd)", "{{ 7*7 }}", "[Note]: this must stay"):
        assert words in text
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        relations = b"".join(package.read(name) for name in package.namelist() if name.endswith(".rels"))
        assert b'TargetMode="External"' not in relations
        assert not [name for name in package.namelist() if name.startswith(("word/media", "word/embeddings"))]


def test_docx_is_deterministic(draft_petition, draft_file):
    assert render_docx(draft_petition) == draft_file


@pytest.fixture(params=["draft", "commented", "final", "hostile"])
def any_file(request, tmp_path):
    fixture = {"final": "approved", "commented": "draft"}.get(request.param, request.param)
    snapshot = request.getfixturevalue(fixture)
    petition = read_petition(petition_notebook(snapshot, final=request.param == "final"))
    comments = list_comments(snapshot) if request.param in {"commented", "hostile"} else ()
    file = tmp_path / "petition.docx"
    file.write_bytes(render_docx(petition, comments))
    return file


def test_validators_find_nothing(any_file):
    found = OpenXmlValidator().validate(any_file)
    assert not found.errors
    assert ooxml_integrity.check(any_file) == []


def test_list_below_heading_has_bullets(draft_petition):
    petition = replace(draft_petition, sections=(_section("### Awards\n\n- One\n- Two\n\nText."),), exhibits=None)
    lines = {line.text: line for line in opened(render_docx(petition)).paragraphs}
    items = [lines["One"], lines["Two"]]
    assert [item._p.pPr.numPr.ilvl.val for item in items] == [0, 0]
    assert [item.paragraph_format.space_after for item in items] == [Pt(4), None]


def test_signature_stands_below_line(draft_file):
    paragraphs = opened(draft_file).paragraphs
    place = next(number for number, line in enumerate(paragraphs) if line.text == "Respectfully submitted,")
    ruled = [line for line in paragraphs if line._p.find(f"{qn('w:pPr')}/{qn('w:pBdr')}") is not None]
    assert [line.text for line in ruled] == [paragraphs[place + 1].text]


@pytest.mark.parametrize(("count", "begins_page"), [(2, None), (20, True)])
def test_long_contents_begin_page(draft_petition, count, begins_page):
    sections = tuple(replace(_section("Text."), number=number) for number in range(1, count + 1))
    lines = opened(render_docx(replace(draft_petition, sections=sections, open=(), exhibits=None))).paragraphs
    [heading] = [line for line in lines if line.text == "Contents"]
    assert heading.paragraph_format.page_break_before is begins_page


def _section(markdown):
    cell = new_markdown_cell(f"## Part\n\n{markdown}", metadata={"tags": ["filing"]})
    [section] = read_petition(new_notebook(cells=[cell])).sections
    return section


def test_table_is_one_of_word(tabled_petition, tmp_path):
    content = render_docx(tabled_petition)
    assert content == render_docx(tabled_petition)
    table, long = [table for table in opened(content).tables if table._tbl.tblPr.style == "LetterTable"]
    head = table.rows[0]._tr
    assert [row.trPr.find(qn("w:tblHeader")) is not None for row in table._tbl.tr_lst] == [True, False, False, False]
    assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in long._tbl.tr_lst)
    assert [paragraph.style for paragraph in head.iter(qn("w:p"))] == ["TableHead"] * 2
    assert [cell.text for row in table.rows[2:] for cell in row.cells] == ["1964", "", "a | b", "<b>`#let`</b> | ]]>"]
    assert table.cell(1, 1).text == "Election (Exhibit\u00a01\u00a0at\u00a01)"
    assert [len(list(table._tbl.iter(qn(f"w:{tag}")))) for tag in ("footnoteReference", "hyperlink")] == [1, 1]
    # Word takes two tables without a paragraph between them for one.
    assert table._tbl.getnext().tag == qn("w:p")
    file = tmp_path / "tables.docx"
    file.write_bytes(content)
    assert list(OpenXmlValidator().validate(file).errors) == []
    assert ooxml_integrity.check(file) == []


def test_comment_stands_in_its_cell(tabled_petition):
    comment = WordComment("1964", "Which month?", "A. Reviewer", 0.5)
    document = opened(render_docx(tabled_petition, [comment]))
    [start] = document.element.body.iter(qn("w:commentRangeStart"))
    assert start.getparent().getparent().tag == qn("w:tc")
