"""A DOCX as its reviewers left it."""

from __future__ import annotations

import pytest
from bombs import billion_laughs, deep_tables
from word_files import paragraph, write_word_file

from workbench.case.docx_revisions import RevisedDocument, parse_revisions, read_docx_revisions
from workbench.case.pages import ReadLimits, UnreadableFileError

LIMITS = ReadLimits(pages=1, characters=1_000_000, unzipped=50_000_000)
WHO = 'w:author="Ada Lee" w:date="2026-11-30T09:00:00Z"'


def read(body: str, **parts) -> RevisedDocument:
    return parse_revisions(read_docx_revisions(write_word_file(body, **parts), LIMITS).pages[0].text)


def run(text: str, properties: str = "", tag: str = "w:t") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><{tag} xml:space="preserve">{text}</{tag}></w:r>'


def test_runs_and_styles():
    found = read(f"<w:p>{run('one ')}{run('two', '<w:i/>')}{run(' three', '<w:b/>')}<w:r><w:br/></w:r></w:p>")
    [only] = found.paragraphs
    assert [(piece.text, piece.italic, piece.bold) for piece in only.pieces] == [
        ("one ", False, False), ("two", True, False), (" three", False, True), ("\n", False, False),
    ]  # fmt: skip


def test_tracked_marks_have_authors():
    body = (
        f'<w:p><w:pPr><w:rPr><w:ins w:id="3" {WHO}/></w:rPr></w:pPr>{run("She ")}'
        f'<w:del w:id="1" {WHO}>{run("won", tag="w:delText")}</w:del><w:ins w:id="2" {WHO}>{run("got")}</w:ins></w:p>'
    )
    found = read(body)
    [only] = found.paragraphs
    assert [(piece.text, piece.inserted, piece.deleted) for piece in only.pieces] == [
        ("She ", -1, -1), ("won", -1, 0), ("got", 1, -1),
    ]  # fmt: skip
    assert only.inserted == 2
    assert [(mark.kind, mark.author) for mark in found.revisions] == [
        ("delete", "Ada Lee"), ("insert", "Ada Lee"), ("insert", "Ada Lee"),
    ]  # fmt: skip


def test_ends_of_move_share_name():
    body = (
        f'<w:p><w:moveFromRangeStart w:id="1" w:name="m1" {WHO}/><w:moveFrom w:id="2" {WHO}>{run("a")}</w:moveFrom>'
        f'<w:moveFromRangeEnd w:id="1"/>{run("b")}<w:moveToRangeStart w:id="3" w:name="m1" {WHO}/>'
        f'<w:moveTo w:id="4" {WHO}>{run("a")}</w:moveTo><w:moveToRangeEnd w:id="3"/></w:p>'
    )
    assert [(mark.kind, mark.move) for mark in read(body).revisions] == [("delete", "m1"), ("insert", "m1")]


def test_bookmarks_and_comments_have_places():
    body = (
        f'{paragraph("first")}<w:p>{run("a ")}<w:bookmarkStart w:id="0" w:name="here"/>{run("b")}'
        f'<w:bookmarkEnd w:id="0"/><w:commentRangeStart w:id="0"/>{run("c")}<w:commentRangeEnd w:id="0"/></w:p>'
    )
    comment = f'<w:comment w:id="0" {WHO}><w:p>{run("Why?")}</w:p><w:p>{run("Where?")}</w:p></w:comment>'
    found = read(body, parts={"comments.xml": comment}, links={"rId9": ("comments", "comments.xml")})
    assert found.bookmarks["here"].first == (1, 1)
    assert found.bookmarks["here"].last == (1, 2)
    [remark] = found.comments
    assert (remark.author, remark.text) == ("Ada Lee", "Why?\nWhere?")
    assert remark.place is not None
    assert remark.place.first == (1, 2)


def test_cells_know_their_place():
    cell = "<w:tc>{}<w:p>{}</w:p></w:tc>"
    span = '<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>'
    rows = (
        f"<w:tr>{cell.format('', run('one'))}{cell.format('', run('two'))}</w:tr>"
        f"<w:tr><w:trPr><w:ins w:id='1' {WHO}/></w:trPr>{cell.format(span, run('three'))}</w:tr>"
        f"<w:tr><w:trPr><w:del w:id='2' {WHO}/></w:trPr><w:tc/>{cell.format('<w:p/>', '')}</w:tr>"
    )
    found = read(f"<w:tbl>{rows}</w:tbl><w:p/>")
    cells = [(each.cell, "".join(piece.text for piece in each.pieces)) for each in found.paragraphs]
    assert cells == [
        ((0, 0, 0, -1, -1), "one"), ((0, 0, 1, -1, -1), "two"), ((0, 1, 0, 0, -1), "three"), ((0, 1, 1, 0, -1), ""),
        ((0, 2, 0, -1, 1), ""), ((0, 2, 1, -1, 1), ""), ((0, 2, 1, -1, 1), ""), (None, ""),
    ]  # fmt: skip
    assert [each.kind for each in found.revisions] == ["insert", "delete"]


@pytest.mark.parametrize("make", [billion_laughs, deep_tables])
def test_hostile_file_is_refused(make):
    raw = make()
    try:
        found = read_docx_revisions(raw, LIMITS)
    except UnreadableFileError:
        return
    assert len(found.pages[0].text) < LIMITS.characters


def test_no_docx_is_one_problem():
    with pytest.raises(UnreadableFileError, match="a damaged DOCX"):
        read_docx_revisions(b"words", LIMITS)
