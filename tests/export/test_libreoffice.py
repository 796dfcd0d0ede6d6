"""The Word documents as another program opens them: headings, citations, comments, pages."""

from __future__ import annotations

import subprocess
import zipfile

import pypdfium2
import pytest
from docx.oxml.ns import qn
from lxml import etree
from tools import require_tool

from workbench.export.docx import render_docx
from workbench.export.notebook import petition_notebook
from workbench.export.petition import read_petition
from workbench.export.review_comments import list_comments
from workbench.export.word_redline import REDLINE_AUTHOR, render_redline

pytestmark = pytest.mark.slow
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
DC = "{http://purl.org/dc/elements/1.1/}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


@pytest.fixture(scope="module")
def convert(tmp_path_factory):
    """Converts a DOCX with LibreOffice, which has a profile of its own."""
    office = require_tool("soffice", install="apt-get install libreoffice-writer")
    profile = tmp_path_factory.mktemp("profile").as_uri()

    def run(file, kind):
        command = [office, f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind]
        subprocess.run([*command, "--outdir", file.parent, file], check=True, capture_output=True, timeout=120)
        return file.with_suffix(f".{kind}")

    return run


def write(tmp_path, snapshot, *, comments=False, final=False):
    petition = read_petition(petition_notebook(snapshot, final=final))
    file = tmp_path / "petition.docx"
    file.write_bytes(render_docx(petition, list_comments(snapshot) if comments else ()))
    return file, petition


def test_office_shows_headings_citations_and_comments(draft, convert, tmp_path):
    file, petition = write(tmp_path, draft, comments=True)
    with zipfile.ZipFile(convert(file, "odt")) as package:
        content = etree.fromstring(package.read("content.xml"))
    headings = ["".join(head.itertext()).replace("\u00a0", " ") for head in content.iter(f"{TEXT}h")]
    assert [head for head in headings if head.startswith(tuple("IVX"))] == [
        f"{section.numeral}. {''.join(run.text for run in section.title)}" for section in petition.sections
    ]
    text = "".join(content.itertext()).replace("\u00a0", " ")
    assert "(Exhibits 15 at 1; 16 at 1–2)" in text
    assert len(list(content.iter(f"{OFFICE}annotation"))) == len(list_comments(draft))


def test_office_shows_tracked_changes(approved, draft, convert, tmp_path):
    file = tmp_path / "petition-redline.docx"
    petitions = (read_petition(petition_notebook(state)) for state in (approved, draft))
    file.write_bytes(render_redline(*petitions, list_comments(draft)))
    with zipfile.ZipFile(convert(file, "odt")) as package:
        content = etree.fromstring(package.read("content.xml"))
    changes = list(content.iter(f"{TEXT}changed-region"))
    assert {region[0].tag for region in changes} == {f"{TEXT}insertion", f"{TEXT}deletion"}
    assert {author.text for region in changes for author in region.iter(f"{DC}creator")} == {REDLINE_AUTHOR}
    assert len(list(content.iter(f"{OFFICE}annotation"))) == len(list_comments(draft))


@pytest.mark.parametrize("kind", ["draft", "final"])
def test_contents_name_the_pages_of_headings(kind, request, convert, tmp_path):
    snapshot = request.getfixturevalue("approved" if kind == "final" else "draft")
    file, petition = write(tmp_path, snapshot, final=kind == "final")
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(convert(file, "pdf"))]
    shown = read_shown_pages(file)
    for section in petition.sections:
        title = f"{section.numeral}. {''.join(run.text for run in section.title)}"
        real = max(number for number, text in enumerate(pages, start=1) if begins_line(title[:40], text))
        assert shown[title] == real, title
    assert all(("DRAFT" in text) == (kind == "draft") for text in pages)


def begins_line(title, text):
    return any(line.replace("\u00a0", " ").startswith(title) for line in text.splitlines())


def read_shown_pages(file):
    with zipfile.ZipFile(file) as package:
        root = etree.fromstring(package.read("word/document.xml"))
    shown = {}
    for paragraph in root.iter(qn("w:p")):
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        if style is not None and style.get(qn("w:val")).startswith("toc"):
            *title, page = [text.text or "" for text in paragraph.iter(qn("w:t"))]
            shown["".join(title).replace("\u00a0", " ")] = int(page)
    return shown
