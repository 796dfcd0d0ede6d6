"""Real footnotes of a Word document, and their tracked changes."""

import io
import zipfile

import docx
import ooxml_integrity
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from openxml_audit import OpenXmlValidator

from tests.export.conftest import exhibits, section, snapshot
from workbench.export.docx import make_document, render_docx
from workbench.export.notebook import petition_notebook
from workbench.export.petition import read_petition
from workbench.export.word_comments import WordComment
from workbench.export.word_pages import count_pages
from workbench.export.word_redline import render_redline

OLD = (
    "She won.[^1] It *counts*.[b]\n\nIt was[^2] late.\n\n[^1]: The first note.\n\n"
    "[^2]: Its *source* [@nms-citation, p. 1].\n"
)
NEW = (
    "She won. It *counts*.[b] And more.[^x]\n\nIt was[^2] late.\n\n[^2]: Its source [@nms-citation, p. 2].\n\n"
    "[^x]: New words.\n"
)


def read(content):
    state = snapshot(sections=(section("awards", content=content), section("benefit")), exhibits=exhibits()[:1])
    return read_petition(petition_notebook(state))


def open_notes(content):
    """The ids of the marks in the text, and the words of each note by its id."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        body, notes = (parse_xml(archive.read(f"word/{name}.xml")) for name in ("document", "footnotes"))
    marks = [mark.get(qn("w:id")) for mark in body.iter(qn("w:footnoteReference"))]
    found = [note for note in notes if note.get(qn("w:type")) is None]
    return marks, {
        note.get(qn("w:id")): "".join(part.text for part in note.iter(qn("w:t"), qn("w:delText"))).strip()
        for note in found
    }


def assert_valid(content, tmp_path):
    file = tmp_path / "letter.docx"
    file.write_bytes(content)
    assert list(OpenXmlValidator().validate(file).errors) == []
    assert ooxml_integrity.check(file) == []


def test_notes_are_footnotes_of_word(tmp_path):
    content = render_docx(read(OLD))
    marks, notes = open_notes(content)
    assert marks == ["1", "2"]
    assert notes == {"1": "The first note.", "2": "Its source (Exhibit\u00a01\u00a0at\u00a01)."}
    assert content == render_docx(read(OLD))
    styles = {style.style_id for style in docx.Document(io.BytesIO(content)).styles}
    assert {"FootnoteText", "FootnoteReference"} <= styles
    assert_valid(content, tmp_path)


def test_letter_without_notes_has_no_part():
    with zipfile.ZipFile(io.BytesIO(render_docx(read("She won.\n")))) as archive:
        assert "word/footnotes.xml" not in archive.namelist()


def test_notes_take_room_on_pages():
    words = "Some words of a long note. " * 40
    texts = [f"Paragraph {n}.[^{n}]\n\n[^{n}]: {words}" for n in range(12)]
    with_notes = count_pages(make_document(read("\n\n".join(texts)))).total
    assert with_notes > count_pages(make_document(read("\n\n".join(text.split("[^")[0] for text in texts)))).total


def test_redline_tracks_changes_in_notes(tmp_path):
    content = render_redline(read(OLD), read(NEW))
    marks, notes = open_notes(content)
    assert marks == ["1", "2", "3"]
    assert notes["1"] == "The first note."
    assert notes["2"] == "New words."
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        root = parse_xml(archive.read("word/footnotes.xml"))
    tracked = [[mark.tag.rpartition("}")[2] for mark in note.iter(qn("w:ins"), qn("w:del"))] for note in root][2:]
    assert set(tracked[0]) == {"del"}
    assert set(tracked[1]) == {"ins"}
    assert set(tracked[2]) == {"ins", "del"}
    assert_valid(content, tmp_path)


def test_comment_on_note_is_at_mark():
    content = render_docx(read(OLD), [WordComment("Its *source*", "Which?", "Pat")])
    document = docx.Document(io.BytesIO(content))
    [paragraph] = [each for each in document.paragraphs if each.text.startswith("It was")]
    assert len(list(paragraph._p.iter(qn("w:commentRangeStart")))) == 1


@pytest.mark.parametrize("mark", ["She won.[^1]", "She won.\n\n[^1]: Alone."])
def test_loose_note_stands_as_text(mark):
    content = render_docx(read(f"{mark}\n"))
    assert any("[^1]" in paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs)
