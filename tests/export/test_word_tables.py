"""Tables of an edited Word file come back as the tables of the draft."""

import copy
import io

import docx
import ooxml_integrity
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from held_run import HeldRun, assert_edits
from openxml_audit import OpenXmlValidator

from tests.export.conftest import exhibits, section, snapshot
from workbench.case.docx_revisions import parse_revisions, read_docx_revisions
from workbench.case.pages import ReadLimits
from workbench.export.docx import render_docx
from workbench.export.notebook import petition_notebook
from workbench.export.petition import read_petition
from workbench.export.word_import import read_edited_docx
from workbench.export.word_letter import resolve_lines
from workbench.export.word_redline import render_redline

TABLE = (
    "| Year|*Prize* | Source |\n|:-:|--------|---|\n|1958  | Election \\| early | [@nms-citation, p. 1][^a] |\n"
    "| 1964 | **Comstock** Prize |\n1978 | Wolf Prize |  |\n| 1980 | one | two | three |"
)
AWARDS = f'She won:\n\n{TABLE}\n\nIt *counts*.\n\n[^a]: The "rule".\n\n| Only |\n|---|\n| x |\n'
BENEFIT = f"It helps.\n\n{TABLE.replace('[^a]', '')}\n"
LIMITS = ReadLimits(pages=1, characters=10_000_000, unzipped=10_000_000)
ROW = "| 1964 | **Comstock** Prize |"


@pytest.fixture
def run():
    sections = (section("awards", content=AWARDS), section("benefit", content=BENEFIT))
    return HeldRun(snapshot(sections=sections, exhibits=exhibits()[:3]))


@pytest.fixture
def word(run):
    """The run's file as python-docx opens it, and its tables of the sections."""
    document = docx.Document(io.BytesIO(render_docx(read_petition(petition_notebook(run.snapshot)))))
    tables = [table for table in document.tables if table._tbl.tblPr.style == "LetterTable"]
    assert len(tables) == 3
    return document, tables


def read_back(run, document, tmp_path):
    document.save(tmp_path / "edited.docx")
    return read_edited_docx(run, tmp_path / "edited.docx")


def type_words(cell, old, new):
    """Replaces words of one run of a cell."""
    runs = [run for run in cell.paragraphs[0].runs if old in run.text]
    assert len(runs) == 1
    runs[0].text = runs[0].text.replace(old, new)


def track(element, tag, number=900):
    """Marks an element of a row's or paragraph's properties as tracked."""
    mark = OxmlElement(tag)
    for name, value in (("id", str(number)), ("author", "Pat"), ("date", "2026-01-02T03:04:05Z")):
        mark.set(qn(f"w:{name}"), value)
    element.append(mark)
    return mark


def track_row(row, tag):
    track(row.get_or_add_trPr(), tag)
    for number, run in enumerate(list(row.iter(qn("w:r"))), start=910):
        mark = track(run.getparent(), tag, number)
        run.addprevious(mark)
        mark.append(run)
        for text in run.findall(qn("w:t")) if tag == "w:del" else ():
            text.tag = qn("w:delText")


def test_unedited_tables_change_nothing(run, word, tmp_path):
    edited = read_back(run, word[0], tmp_path)
    assert (edited.edits(), edited.changes, edited.notes) == ({}, (), ())


def test_edit_in_cell_keeps_its_row(run, word, tmp_path):
    document, [awards, _, benefit] = word
    type_words(awards.cell(1, 1), "early", "late | soon")
    type_words(awards.cell(0, 0), "Year", "When")
    type_words(benefit.cell(4, 0), "1980", "1981")
    expected = {
        "awards": [("early", "late \\| soon"), ("Year|", "When|")],
        "benefit": [("1980 |", "1981 |")],
    }
    assert_edits(read_back(run, document, tmp_path), run, expected)


def test_short_row_is_written_anew(run, word, tmp_path):
    document, [awards, *_] = word
    awards.cell(2, 2).paragraphs[0].add_run("none")
    type_words(awards.cell(3, 1), "Wolf", "- Wolf")
    expected = [(ROW, "| 1964 | **Comstock** Prize | none |"), ("1978 | Wolf Prize |  |", "| 1978 | - Wolf Prize |  |")]
    assert_edits(read_back(run, document, tmp_path), run, {"awards": expected})


def test_rows_come_and_go(run, word, tmp_path):
    document, [awards, *_] = word
    new = copy.deepcopy(awards.rows[2]._tr)
    awards.rows[1]._tr.addprevious(new)
    for text, words in zip(new.iter(qn("w:t")), ("1950", "A new", " row, [sic]"), strict=True):
        text.text = words
    awards._tbl.remove(awards.rows[4]._tr)
    expected = [
        ("|:-:|--------|---|\n", "|:-:|--------|---|\n| 1950 | **A new** row, [sic] |  |\n"),
        ("1978 | Wolf Prize |  |\n", ""),
    ]
    assert_edits(read_back(run, document, tmp_path), run, {"awards": expected})


def test_column_that_was_deleted_is_gone(run, word, tmp_path):
    document, [awards, *_] = word
    for row in awards.rows:
        row._tr.remove(row._tr.tc_lst[0])
    text = read_back(run, document, tmp_path).edits()["awards"]
    assert "| *Prize* | Source |\n| -------- | --- |\n| Election \\| early | [@nms-citation, p. 1][^a] |" in text
    assert text.endswith(AWARDS[AWARDS.index("\n\nIt *counts*") :])


def test_tracked_edit_in_cell_is_proposed(run, word, tmp_path):
    document, [awards, *_] = word
    [run_of_cell] = awards.cell(3, 0).paragraphs[0].runs
    new = copy.deepcopy(run_of_cell._r)
    new.text = "1979"
    paragraph = run_of_cell._r.getparent()
    track(paragraph, "w:ins").append(new)
    run_of_cell._r.addprevious(deleted := track(paragraph, "w:del", 901))
    deleted.append(run_of_cell._r)
    run_of_cell._r.find(qn("w:t")).tag = qn("w:delText")
    edited = read_back(run, document, tmp_path)
    [change] = edited.changes
    assert (change.section_id, change.kind) == ("awards", "replace")
    assert "".join(span.text for span in change.spans if span.op != "insert") == "| 1978 | Wolf Prize |  |"
    assert edited.edits() == {}
    assert_edits(edited, run, {"awards": [("1978 | Wolf Prize |  |", "| 1979 | Wolf Prize |  |")]}, accept=[1])


@pytest.mark.parametrize("tag", ["w:ins", "w:del"])
def test_tracked_row_is_one_change(run, word, tmp_path, tag):
    document, [awards, *_] = word
    row = awards.rows[1]._tr
    if tag == "w:ins":
        row = copy.deepcopy(row)
        awards.rows[1]._tr.addnext(row)
        for text, words in zip(row.iter(qn("w:t")), ("1960", "New", "", "", "", ""), strict=False):
            text.text = words
        for mark in list(row.iter(qn("w:footnoteReference"))):
            mark.getparent().getparent().remove(mark.getparent())
    track_row(row, tag)
    edited = read_back(run, document, tmp_path)
    [change] = edited.changes
    assert (change.section_id, change.kind) == ("awards", "insert" if tag == "w:ins" else "delete")
    assert edited.edits() == {}
    text = edited.edits([1])["awards"]
    assert ("| 1960 | New" in text) == (tag == "w:ins")
    assert ("1958  |" in text) == (tag == "w:ins")


def test_comment_in_cell_is_on_its_row(run, word, tmp_path):
    document, [awards, *_] = word
    document.add_comment(awards.cell(3, 1).paragraphs[0].runs, text="Which year?", author="Pat")
    [comment] = read_back(run, document, tmp_path).comments()
    assert (comment.section_id, comment.sentence) == ("awards", "1978 | Wolf Prize")


def test_new_table_is_a_pipe_table(run, word, tmp_path):
    document, _ = word
    table = document.add_table(rows=2, cols=2)
    for cell, words in zip([cell for row in table.rows for cell in row.cells], ("A", "B", "x|y", ""), strict=True):
        cell.text = words
    place = next(p for p in document.paragraphs if p.text == "It counts.")
    place._p.addnext(table._tbl)
    text = read_back(run, document, tmp_path).edits()["awards"]
    assert "It *counts*.\n\n| A | B |\n| --- | --- |\n| x\\|y |  |\n\n" in text


def read_tables(content, accepted=()):
    document = parse_revisions(read_docx_revisions(content, LIMITS).pages[0].text)
    marks = range(len(document.revisions)) if accepted is None else accepted
    return [line.key for line in resolve_lines(document, marks) if line.kind == "table"]


def test_redline_of_tables_gives_both(run, tmp_path):
    changed = TABLE.replace("early", "late").replace(ROW + "\n", "").replace("[^a] |", "[^a] |\n| 1960 | New | |")
    sections = (section("awards", content=AWARDS.replace(TABLE, changed)), section("benefit", content="No table.\n"))
    new = HeldRun(snapshot(sections=sections, exhibits=exhibits()[:3]))
    petitions = [read_petition(petition_notebook(each.snapshot)) for each in (run, new)]
    content = render_redline(*petitions)
    before, after = (read_tables(render_docx(each)) for each in petitions)
    assert before != after
    assert read_tables(content) == before
    assert read_tables(content, accepted=None) == after
    file = tmp_path / "redline.docx"
    file.write_bytes(content)
    assert list(OpenXmlValidator().validate(file).errors) == []
    assert ooxml_integrity.check(file) == []
    rows = [row for table in docx.Document(file).tables for row in table._tbl.tr_lst if row.trPr is not None]
    # Of the first section a row each, of the second the whole table.
    assert [sum(row.trPr.find(qn(tag)) is not None for row in rows) for tag in ("w:ins", "w:del")] == [1, 1 + 5]
    assert any("earlylate" in "".join(text.text for text in row.iter(qn("w:delText"), qn("w:t"))) for row in rows)
    assert read_edited_docx(new, file).edits() == {}
