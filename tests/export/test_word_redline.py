"""The redline: with its changes accepted the new letter, with them refused the old one."""

import io
import re
import zipfile

import docx
import ooxml_integrity
import pytest
from docx.oxml.ns import qn
from openxml_audit import OpenXmlValidator
from random_moments import make_moment
from word_resolving import list_texts, resolve_changes

import workbench
from tests.export.conftest import exhibits, section, snapshot
from workbench.errors import InputError
from workbench.export.docx import render_docx
from workbench.export.notebook import petition_notebook
from workbench.export.petition import read_petition
from workbench.export.review_comments import list_comments
from workbench.export.word_redline import REDLINE_AUTHOR, render_redline

SHORT = ("awards", "benefit")


def read(state):
    return read_petition(petition_notebook(state))


def of_awards(content, count=1, **changes):
    # Few exhibits: their index takes the most time of a file.
    return snapshot(sections=(section("awards", content=content),), exhibits=exhibits()[:count], **changes)


def assert_resolves(old, new, comments=()):
    """Returns the redline after both ways to resolve it were compared with the two letters."""
    before, after = read(old), read(new)
    redline = render_redline(before, after, comments)
    for accept, petition, remarks in ((True, after, comments), (False, before, ())):
        expected = docx.Document(io.BytesIO(render_docx(petition, remarks)))
        assert list_texts(resolve_changes(redline, accept=accept)) == list_texts(expected)
    return redline


def body_of(redline):
    return docx.Document(io.BytesIO(redline)).element.body


def list_changes(redline):
    """Words that were put in and struck out below the heading of the section."""
    paragraphs = list(body_of(redline).iter(qn("w:p")))
    first = next(n for n, each in enumerate(paragraphs) if each.style == "Heading1")
    return [
        (mark.tag[-3:], "".join(part.text or "" for part in mark.iter(qn("w:t"), qn("w:delText"))))
        for each in paragraphs[first:]
        if each.getparent().tag == qn("w:body")
        for mark in each.iter(qn("w:ins"), qn("w:del"))
        if mark.getparent().tag != qn("w:rPr")
    ]


def assert_valid(redline, folder):
    file = folder / "petition-redline.docx"
    file.write_bytes(redline)
    assert not OpenXmlValidator().validate(file).errors
    assert ooxml_integrity.check(file) == []


@pytest.mark.slow  # whole letters, in more than a second: the other tests of redlines take parts of them
def test_redline_resolves_to_both_letters(approved, draft, tmp_path):
    assert_valid(assert_resolves(approved, draft, list_comments(draft)), tmp_path)


@pytest.mark.parametrize("seed", range(0, 4, 2))
def test_redline_of_random_moments(seed):
    assert_resolves(make_moment(seed, sections=SHORT, most=6), make_moment(seed + 1, sections=SHORT, most=6))


def test_redline_of_hostile_text(hostile, tmp_path):
    hostile = hostile.model_copy(update={"exhibits": hostile.exhibits[:3]})
    assert_valid(assert_resolves(of_awards("One [@wolf-prize]."), hostile, list_comments(hostile)), tmp_path)


def test_words_are_marked_not_paragraphs():
    redline = assert_resolves(
        of_awards("She won a prize of the foundation in 1978."),
        of_awards("She won one prize of the foundation in 1979."),
    )
    assert list_changes(redline) == [("del", "a"), ("ins", "one"), ("del", "1978"), ("ins", "1979")]


def test_same_moment_has_no_marks():
    petition = read(of_awards("One [@wolf-prize].\n\n1. two"))
    redline = render_redline(petition, petition)
    assert not list(body_of(redline).iter(qn("w:ins"), qn("w:del"), qn("w:pPrChange")))


def test_citations_change_as_a_whole():
    old, new = of_awards("A prize [@nms-citation, p. 1]."), of_awards("A prize [@nms-citation, p. 2].")
    changes = list_changes(assert_resolves(old, new))
    assert "".join(words for tag, words in changes if tag == "del") == "(Exhibit\xa01\xa0at\xa01)"
    assert "".join(words for tag, words in changes if tag == "ins") == "(Exhibit\xa01\xa0at\xa02)"


def test_renumbered_exhibit_keeps_its_link():
    old, new = of_awards("A prize [@wolf-prize].", 3), of_awards("A prize [@wolf-prize].", 3)
    _, *others = new.exhibits
    shifted = tuple(each.model_copy(update={"number": number}) for number, each in enumerate(others, start=1))
    redline = assert_resolves(old, new.model_copy(update={"exhibits": shifted}))
    deleted = [link for link in body_of(redline).iter(qn("w:hyperlink")) if link.find(qn("w:del")) is not None]
    words = {"".join(text.text for text in link.iter(qn("w:delText"))): link.get(qn("w:anchor")) for link in deleted}
    assert words["3"] == "exhibit_2"
    names = {mark.get(qn("w:name")) for mark in body_of(redline).iter(qn("w:bookmarkStart"))}
    assert "old_exhibit_1" in names


def test_list_that_was_divided_keeps_numbers():
    old = of_awards("1. one\n2. two\n3. three\n4. four")
    new = of_awards("1. one\n2. two\n\nA paragraph between.\n\n1. three\n2. four")
    assert_resolves(old, new)


def test_paragraph_that_becomes_heading():
    assert_resolves(of_awards("One.\n\nTwo.\n\nThree."), of_awards("One.\n\n### Two.\n\n> Three."))


def test_words_at_end_stand_before_deletion():
    """LibreOffice joins two insertions that meet at the end of a paragraph, and would refuse the end with them."""
    redline = assert_resolves(of_awards("One.\n\nLast."), of_awards("One. More.\n\nNew.\n\nLast."))
    assert list_changes(redline) == [("ins", ". More."), ("del", "."), ("ins", "New.")]


def test_links_and_ids_are_sound():
    old, new = make_moment(1, sections=SHORT, most=6), make_moment(2, sections=SHORT, most=4)
    body = body_of(render_redline(read(old), read(new)))
    names = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    assert len(names) == len(set(names))
    assert {link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))} <= set(names)
    ids = [mark.get(qn("w:id")) for mark in body.iter(qn("w:bookmarkStart"), qn("w:ins"), qn("w:del"))]
    assert len(ids) == len(set(ids))
    marks = list(body.iter(qn("w:ins"), qn("w:del")))
    assert {mark.get(qn("w:author")) for mark in marks} == {REDLINE_AUTHOR}
    assert {mark.get(qn("w:date")) for mark in marks} == {"2026-11-23T10:05:00Z"}
    instructions = [part.text for part in body.iter(qn("w:instrText"))]
    assert len([text for text in instructions if text.startswith(" TOC")]) == 1
    kinds = [mark.get(qn("w:fldCharType")) for mark in body.iter(qn("w:fldChar"))]
    assert kinds.count("begin") == kinds.count("end") == len(instructions)


def test_redline_is_deterministic():
    old, new = read(of_awards("One.")), read(of_awards("Two.\n\nThree."))
    assert render_redline(old, new) == render_redline(old, new)


def test_export_names_what_it_compares_with(tmp_path):
    old, new = of_awards("One.", last_event_id="1795000000000-1"), of_awards("Two.")
    files = workbench.export_petition(new, to=["docx", "html"], out=tmp_path, redline=old)
    assert {kind: path.name for kind, path in files.items()} == {
        "docx": "petition-redline.docx",
        "html": "petition.html",
    }
    with zipfile.ZipFile(files["docx"]) as package:
        custom = package.read("docProps/custom.xml").decode()
    assert re.search(r'name="workbench redline"><vt:lpwstr>wu-sample-1@1795000000000-1<', custom)
    assert workbench.verify_file(files["docx"]).changes == ()


@pytest.mark.parametrize("options", [{"to": ["html"]}, {"to": ["docx"], "final": True}, {"to": ["docx"], "claims": ()}])
def test_redline_that_cannot_be(options, approved, tmp_path):
    with pytest.raises(InputError, match=r"redline|tracked changes"):
        workbench.export_petition(approved, out=tmp_path / "out", redline=approved, **options)
    assert not (tmp_path / "out").exists()
