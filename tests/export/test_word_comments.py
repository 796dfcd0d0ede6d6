"""Comments at words of a Word document."""

from __future__ import annotations

import io

import docx
import pytest

from workbench.export.word_comments import WordComment, add_comments


def make_document(*paragraphs: str):
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    return document


def read_comments(document) -> list[tuple[str, str]]:
    """The words that each comment stands at, and its text, after a round trip through a file."""
    content = io.BytesIO()
    document.save(content)
    loaded = docx.Document(io.BytesIO(content.getvalue()))
    marks = {}
    for paragraph in loaded.paragraphs:
        open_ids = set()
        for child in paragraph._p:
            name = child.tag.rpartition("}")[2]
            number = child.get("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}id")
            if name == "commentRangeStart":
                open_ids.add(number)
                marks[number] = ""
            elif name == "commentRangeEnd":
                open_ids.discard(number)
            elif name == "r":
                for number_ in open_ids:
                    marks[number_] += "".join(part.text or "" for part in child.iter() if part.tag.endswith("}t"))
    return [(marks[str(comment.comment_id)], comment.text) for comment in loaded.comments]


def test_comment_stands_at_words():
    document = make_document("She won the Wolf Prize in 1978.", "She taught at Columbia.")
    assert add_comments(document, [WordComment("the Wolf Prize", "Wrong year?", "Ada Lee")]) == 1
    assert read_comments(document) == [("the Wolf Prize", "Wrong year?")]


def test_formatting_of_cut_run_stays():
    document = make_document()
    run = document.add_paragraph().add_run("She won the Wolf Prize.")
    run.bold = True
    add_comments(document, [WordComment("Wolf", "x", "Ada Lee")])
    assert [(part.text, part.bold) for part in document.paragraphs[-1].runs if part.text] == [
        ("She won the ", True), ("Wolf", True), (" Prize.", True),
    ]  # fmt: skip


def test_repeated_words_nearest_place():
    document = make_document("A prize.", *["Other words stand here."] * 10, "A prize at the end.")
    add_comments(document, [WordComment("A prize", "late", "Ada Lee", after=0.95)])
    assert "commentRangeStart" in document.paragraphs[-1]._p.xml


def test_words_over_two_paragraphs():
    document = make_document("It begins here", "and ends there.")
    assert add_comments(document, [WordComment("begins here and ends", "long", "Ada Lee")]) == 1
    assert read_comments(document)[0][0] == "begins here"


@pytest.mark.parametrize("words", ["", "absent words", "\u200b"])
def test_unfound_words_go_first(words):
    document = make_document("First.", "Second.")
    assert add_comments(document, [WordComment(words, "whole letter", "Ada Lee")]) == 0
    assert read_comments(document)[0][1] == "whole letter"


def test_empty_document_takes_comment():
    document = docx.Document()
    add_comments(document, [WordComment("x", "no text", "Ada Lee")])
    assert [comment.text for comment in document.comments] == ["no text"]


def test_markers_make_no_difference():
    document = make_document("Matter of Chawathe, 25 I&N Dec. 369.")
    assert add_comments(document, [WordComment("*Matter of Chawathe*, 25 I&N Dec.", "ok", "Ada Lee")]) == 1
