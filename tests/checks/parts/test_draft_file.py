import json
from pathlib import Path

import pytest
from pdf_files import FULL_PAGE, text, write_pdf_file
from word_files import paragraph, write_word_file

from workbench.case.typed_citation import find_typed_citations
from workbench.checks.parts.draft_file import MAX_DRAFT_CHARACTERS, read_draft
from workbench.errors import InputError
from workbench.text.markdown import find_blocks, find_draft_sentences


def cell(source: str, kind: str = "markdown", **marks) -> dict:
    tags = ["filing"] if marks.pop("filed", False) else []
    return {"cell_type": kind, "source": source, "metadata": {"tags": tags, "workbench": marks}}


def notebook(*cells: dict) -> bytes:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}).encode()


def test_markdown_keeps_its_lines():
    draft = read_draft(Path("a.md"), content="\ufeff# Awards\r\n\r\nShe won.\fThen more.\n".encode())
    assert draft.text == "# Awards\n\nShe won. Then more.\n"
    assert draft.find_place(draft.text.index("won")) == "line 3"


def test_docx_counts_paragraphs():
    content = write_word_file(paragraph("One.") + paragraph("") + paragraph("Two (Exhibit 2)."))
    draft = read_draft(Path("a.docx"), content=content)
    assert draft.text == "One.\n\nTwo (Exhibit 2).\n"
    assert draft.find_place(draft.text.index("Two")) == "paragraph 2"


def test_pdf_counts_pages():
    pages = [text(72, 700, "The first page of the letter says this."), text(72, 700, "And the second says more.")]
    draft = read_draft(Path("a.pdf"), content=write_pdf_file([*pages, FULL_PAGE]))
    assert draft.find_place(draft.text.index("second")) == "page 2"
    assert draft.not_read == ("page 3, which has no text",)


def test_printed_text_is_joined():
    lines = ["She received the medal of the academy in a year that her peers", "remember well (Exhibit 4)."] * 20
    draft = read_draft(Path("a.txt"), content="\n".join(lines).encode())
    assert draft.text.startswith(" ".join(lines[:2]) + "\n\n")
    assert draft.find_place(draft.text.index("remember")) == "line 2"


def test_notebook_gives_filed_cells():
    cells = [cell("*note*", role="note"), cell("RE", filed=True, role="head"), cell("print()", kind="code")]
    cells += [cell("## Awards\n\nIt cost \\$5 in <span></span>1975.", filed=True, role="section", section_id="awards")]
    cells += [cell("## Open\n\n- it", filed=True, role="open")]
    draft = read_draft(Path("a.ipynb"), content=notebook(*cells))
    assert draft.text == "RE\n\n## Awards\n\nIt cost $5 in 1975.\n"
    assert draft.find_place(len(draft.text) - 3) == "cell 4"
    assert [(mark.role, mark.section_id) for mark in draft.marks] == [("head", None), ("section", "awards")]
    assert draft.text[draft.marks[1].offset :].startswith("## Awards")


def test_bar_in_cell_of_notebook_stays_escaped():
    table = "| a |\n|---|\n| b \\| c |"
    assert read_draft(Path("a.ipynb"), content=notebook(cell(table))).text.strip() == table


def test_notebook_without_tags_is_read():
    draft = read_draft(Path("a.ipynb"), content=notebook(cell("She won."), cell("x = 1", kind="code")))
    assert (draft.text, draft.marks) == ("She won.\n", ())


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.md", b"", "the file is empty"),
        ("a.md", b" \n\n ", "the file is empty"),
        ("a.md", b"\xff\xfe\x00", "not UTF-8 text, and its encoding cannot be told"),
        ("a.md", b"a " * MAX_DRAFT_CHARACTERS, "million characters"),
        ("a.md", notebook(cell("She won.")), "a notebook by its content"),
        ("a.doc", b"x", "a .doc file, which is no draft; convert it to one of .md"),
        ("a", b"x", "a file without a suffix"),
        ("a.docx", b"\xd0\xcf\x11\xe0", "an encrypted document"),
        ("a.pdf", b"%PDF-", "a damaged PDF"),
        ("a.pdf", write_pdf_file([FULL_PAGE]), "a scan without text: not checked"),
        ("a.docx", write_word_file(""), "the file holds no text"),
        ("a.ipynb", b"{", "a damaged notebook"),
        ("a.ipynb", b"[" * 100_000, "a damaged notebook"),
        ("a.ipynb", b'{"cells": [1]}', "a damaged notebook"),
        ("a.ipynb", notebook(cell("x", kind="code")), "no Markdown cell with text"),
    ],
)
def test_unusable_draft_is_one_problem(name, content, message):
    with pytest.raises(InputError) as caught:
        read_draft(Path(name), content=content)
    (problem,) = caught.value.problems
    assert message in str(problem)
    assert str(problem).startswith(name)


def test_missing_draft_is_one_problem(tmp_path):
    with pytest.raises(InputError, match="there is no such file"):
        read_draft(tmp_path / "nothing.md")


CHECKED = Path(__file__).parents[4] / "shared" / "petitions" / "checked"


@pytest.mark.skipif(not CHECKED.is_dir(), reason="the petition to try it on is not here")
@pytest.mark.parametrize("suffix", ["docx", "pdf"])
def test_formats_give_same_sentences(suffix):
    def read(name):
        draft = read_draft(CHECKED / name).text
        blocks = tuple(find_blocks(draft))
        sentences = [" ".join(each.text.strip("#> ").split()) for each in find_draft_sentences(draft, blocks)]
        return sentences, [found.labels for found in find_typed_citations(draft)]

    assert read(f"draft.{suffix}") == read("draft.md")
