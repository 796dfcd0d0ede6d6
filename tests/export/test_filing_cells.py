"""Notebooks that no run wrote: only cells tagged for filing reach a file."""

import io
import zipfile

import nbformat
import pypdfium2
import pytest

from workbench.errors import ExportError
from workbench.export import petition_notebook
from workbench.export.exporters import PetitionDOCXExporter, PetitionHTMLExporter, PetitionPDFExporter
from workbench.export.filing_cells import filing_cells
from workbench.export.petition import read_petition

V4 = nbformat.v4
HEAD = "March 3, 2027\n\nUSCIS\n\n- **RE:** Form I-140\n- **Self-petitioner:** Dr. Jane Roe\n\nDear Officer:"


def tagged(source, *tags, make=V4.new_markdown_cell):
    return make(source, metadata={"tags": list(tags)})


def own_notebook(*cells):
    """An attorney's own notebook: a letter between private notes and code."""
    output = V4.new_output("stream", text="PRIVATE output")
    return V4.new_notebook(
        cells=[
            V4.new_markdown_cell("PRIVATE memo"),
            tagged(HEAD, "filing-head"),
            tagged("PRIVATE draft", "note", "to-do"),
            tagged("## Awards\n\nDr. Roe won the medal (Exhibit 4 at 2).", "filing", "reviewed"),
            V4.new_code_cell("PRIVATE = 1", outputs=[output]),
            tagged("PRIVATE tag", "filling", "not-filing", "petition"),
            V4.new_raw_cell("PRIVATE raw"),
            tagged("Respectfully submitted,\n\nA. Attorney", "filing-signature"),
            *cells,
        ]
    )


def text_of(exporter, notebook):
    output, _ = exporter().from_notebook_node(notebook)
    if exporter is PetitionHTMLExporter:
        return output
    if exporter is PetitionPDFExporter:
        with pypdfium2.PdfDocument(output) as document:
            return " ".join(document[number].get_textpage().get_text_bounded() for number in range(len(document)))
    with zipfile.ZipFile(io.BytesIO(output)) as package:
        return "".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())


@pytest.mark.parametrize("exporter", [PetitionHTMLExporter, PetitionPDFExporter, PetitionDOCXExporter])
def test_own_notebook_files_tagged_cells(exporter):
    text = text_of(exporter, own_notebook())
    assert "PRIVATE" not in text
    assert "won the medal (Exhibit 4 at 2)" in text
    assert "DRAFT" in text


def test_own_letter_has_head_and_signature():
    petition = read_petition(own_notebook())
    assert [row.label for row in petition.head.rows] == ["RE", "Self-petitioner"]
    assert petition.running_head == "Form I-140 petition for Dr. Jane Roe"
    assert "A. Attorney" in repr(petition.signature)
    assert [section.numeral for section in petition.sections] == ["I"]


@pytest.mark.parametrize("tag", ["Filing", "filing ", "filings", "filing-signatures", "FILING-HEAD"])
def test_misspelt_tag_is_refused(tag):
    with pytest.raises(ExportError, match="cell 9 has the unknown tag"):
        list(filing_cells(own_notebook(tagged("More.", tag))))


@pytest.mark.parametrize("make", [V4.new_code_cell, V4.new_raw_cell])
@pytest.mark.parametrize("tag", ["filing", "filing-head"])
def test_tagged_other_cell_is_refused(make, tag):
    with pytest.raises(ExportError, match="cell 9 is tagged filing and is a"):
        list(filing_cells(own_notebook(tagged("PRIVATE", tag, make=make))))


@pytest.mark.parametrize("tags", ["filing", "not-filing", None, 3, {"filing": True}, [["filing"]]])
def test_tags_of_other_shape_file_nothing(tags):
    cell = V4.new_markdown_cell("PRIVATE")
    cell.metadata["tags"] = tags
    notebook = own_notebook()
    notebook.cells.append(cell)
    assert "PRIVATE" not in repr(read_petition(notebook))


def test_mark_of_other_shape_is_ignored():
    cell = tagged("## More\n\nText.", "filing")
    cell.metadata["workbench"] = ["head"]
    assert len(read_petition(own_notebook(cell)).sections) == 2


@pytest.mark.parametrize("kind", ["added", "copied"])
def test_final_refuses_cells_nobody_approved(approved, kind):
    notebook = petition_notebook(approved, final=True)
    more = tagged("## More\n\nNobody approved this.", "filing")
    if kind == "copied":
        more.metadata["workbench"] = dict(notebook.cells[2].metadata["workbench"])
    # Before the approved cell of the same mark, whose text would otherwise speak for both.
    notebook.cells.insert(2, more)
    with pytest.raises(ExportError, match=r"not a section of the run|changed in the notebook"):
        read_petition(notebook)
