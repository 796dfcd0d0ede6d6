"""Notes of an edited Word file come back at their place."""

import io
import re
import zipfile

import pytest
from held_run import HeldRun, assert_edits

from tests.export.conftest import exhibits, section, snapshot
from workbench.export.docx import render_docx
from workbench.export.notebook import petition_notebook
from workbench.export.petition import read_petition
from workbench.export.word_import import read_edited_docx

AWARDS = (
    'She won the prize.[^1] It *counts*.[^law]\n\n[^1]: See [@nms-citation, p. 1] for the *source*; it\'s "short".\n\n'
    "### The rest\n\nAnother paragraph.\n\n[^law]: The rule says so. It is old.\n"
)
BENEFIT = "It helps.[^1]\n\n[^1]: A note of the other section.\n"
CHANGED = (
    '<w:r><w:t xml:space="preserve">A note of the </w:t></w:r><w:del w:id="901" w:author="Pat"><w:r><w:delText>other'
    '</w:delText></w:r></w:del><w:ins w:id="902" w:author="Pat"><w:r><w:t>second</w:t></w:r></w:ins><w:r>'
    '<w:t xml:space="preserve"> section.</w:t></w:r>'
)
NEW = (
    '<w:footnote w:id="9"><w:p><w:r><w:footnoteRef/></w:r>'
    '<w:r><w:t xml:space="preserve"> Words of a partner.</w:t></w:r></w:p></w:footnote>'
)


@pytest.fixture
def run():
    sections = (section("awards", content=AWARDS), section("benefit", content=BENEFIT))
    return HeldRun(snapshot(sections=sections, exhibits=exhibits()[:3]))


def edit(run, tmp_path, **parts):
    """Reads the run's file back with words of its parts replaced: pairs of old and new by part."""
    source = render_docx(read_petition(petition_notebook(run.snapshot)))
    file = tmp_path / "edited.docx"
    with zipfile.ZipFile(io.BytesIO(source)) as archive, zipfile.ZipFile(file, "w") as target:
        for name in archive.namelist():
            content = archive.read(name).decode()
            for old, new in parts.get(name.removeprefix("word/").removesuffix(".xml"), ()):
                assert old in content
                content = content.replace(old, new, 1)
            target.writestr(name, content)
    return read_edited_docx(run, file)


def test_unedited_notes_change_nothing(run, tmp_path):
    edited = edit(run, tmp_path)
    assert (edited.edits(), edited.changes, edited.notes) == ({}, (), ())


def test_edit_in_note_comes_back(run, tmp_path):
    edited = edit(run, tmp_path, footnotes=[("; it’s “short”", "; it is long"), ("It is old.", "It is new.")])
    assert_edits(edited, run, {"awards": [('; it\'s "short"', "; it is long"), ("It is old.", "It is new.")]})


def test_tracked_change_in_note_is_proposed(run, tmp_path):
    whole = "<w:r><w:t>A note of the other section.</w:t></w:r>"
    edited = edit(run, tmp_path, footnotes=[(whole, CHANGED)])
    [change] = edited.changes
    assert (change.section_id, change.kind, change.author) == ("benefit", "replace", "Pat")
    assert edited.edits() == {}
    assert_edits(edited, run, {"benefit": [("other", "second")]}, accept=[1])


def test_new_note_gets_its_own_name(run, tmp_path):
    mark = '<w:t>Another paragraph.</w:t></w:r><w:r><w:footnoteReference w:id="9"/></w:r>'
    edited = edit(
        run,
        tmp_path,
        footnotes=[("</w:footnotes>", f"{NEW}</w:footnotes>")],
        document=[("<w:t>Another paragraph.</w:t></w:r>", mark)],
    )
    text = edited.edits()["awards"]
    assert text.count("Another paragraph.[^2]") == 1
    assert text.endswith("[^law]: The rule says so. It is old.\n\n[^2]: Words of a partner.\n")
    assert list(edited.edits()) == ["awards"]


def test_inserted_note_is_one_change(run, tmp_path):
    author = 'w:id="903" w:author="Pat"'
    words = '<w:r><w:t xml:space="preserve"> Words of a partner.</w:t></w:r>'
    note = NEW.replace(words, f"<w:ins {author}>{words}</w:ins>")
    mark = f'<w:t>Another paragraph.</w:t></w:r><w:ins {author}><w:r><w:footnoteReference w:id="9"/></w:r></w:ins>'
    edited = edit(
        run,
        tmp_path,
        footnotes=[("</w:footnotes>", f"{note}</w:footnotes>")],
        document=[("<w:t>Another paragraph.</w:t></w:r>", mark)],
    )
    assert edited.edits() == {}
    assert [change.kind for change in edited.changes] == ["insert"]
    assert "[^2]: Words of a partner." in edited.edits([1])["awards"]


def test_deleted_mark_takes_its_note(run, tmp_path):
    style = '<w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'
    edited = edit(run, tmp_path, document=[(f'<w:r>{style}<w:footnoteReference w:id="1"/></w:r>', "")])
    text = edited.edits()["awards"]
    assert "[^1]" not in text
    assert re.search(r"^\[\^law\]: The rule says so", text, re.MULTILINE)


def test_paragraphs_of_note_become_lines(run, tmp_path):
    end = "other section.</w:t></w:r></w:p>"
    edited = edit(run, tmp_path, footnotes=[(end, f"{end}<w:p><w:r><w:t>Its second paragraph.</w:t></w:r></w:p>")])
    assert_edits(edited, run, {"benefit": [("other section.", "other section.\\\n      Its second paragraph.")]})
