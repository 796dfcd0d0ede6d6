"""Words of each kind of document in the head of the letter."""

from importlib import resources
from io import BytesIO

from docx import Document

from workbench.export.docx import render_docx
from workbench.export.html import render_html
from workbench.export.letter_forms import FORM, find_form
from workbench.export.notebook import petition_notebook
from workbench.export.petition import read_petition
from workbench.live.snapshot import LetterHead


def test_response_has_rows_of_its_own(draft):
    letter = draft.letter.model_copy(update={"document_type": "rfe_response", "rows": (("Receipt *number*", "A|1"),)})
    notebook = petition_notebook(draft.model_copy(update={"letter": letter}))
    head = notebook.cells[1].source
    assert "**RE:** Response to Request for Evidence" in head
    assert "**Receipt \\*number\\*:** A\\|1" in head
    assert notebook.metadata["title"].startswith("Response to the Request for Evidence for Dr.")


def test_petition_is_written_as_before(draft):
    assert {"document_type", "rows"}.isdisjoint(draft.to_dict()["letter"])
    assert find_form(LetterHead().document_type).noun == "petition"


def test_re_line_is_bold_everywhere(draft):
    petition = read_petition(petition_notebook(draft))
    row = petition.head.rows[0]
    assert row.label == "RE"
    assert all(run.bold for run in row.value)
    assert not any(run.bold for other in petition.head.rows[1:] for run in other.value)
    cell = Document(BytesIO(render_docx(petition))).tables[0].rows[0].cells[1]
    assert all(run.bold for run in cell.paragraphs[0].runs)
    assert f"<strong>{FORM}</strong>" in render_html(petition)


def test_monitor_names_documents_alike():
    script = resources.files("workbench.web").joinpath("static/monitor/document_names.js").read_text("utf-8")
    for kind in ("petition", "rfe_response", "expert_letter"):
        form = find_form(kind)
        assert f'noun: _("{form.noun}")' in script
        assert f"`{form.re.replace(FORM, '${FORM}')}`]" in script or form.re == FORM
        assert f"{kind}: {{" in script or kind == "petition"
