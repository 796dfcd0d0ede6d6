"""A redline comes back from Word: left alone, accepted, refused, edited."""

from __future__ import annotations

from docx.oxml.ns import qn
from held_run import HeldRun, assert_edits, read_back
from word_editing import EditedWord
from word_resolving import resolve_changes

from tests.export.conftest import exhibits
from tests.export.conftest import section as make_section
from tests.export.conftest import snapshot as make_snapshot
from workbench.export.notebook import petition_notebook
from workbench.export.petition import read_petition
from workbench.export.word_import import read_edited_docx
from workbench.export.word_redline import render_redline


def make_redline():
    """A run, and its redline against a moment before a word, a paragraph and a citation were changed."""
    old = "She won *one* prize in 1978 [@wolf-prize, p. 1].\n\nShe was asked.\n\nShe declined twice."
    new = "She won *one* prize in 1979 [@wolf-prize, p. 2].\n\nShe declined twice.\n\nShe accepted once."
    before, after = (
        make_snapshot(sections=(make_section("awards", content=content),), exhibits=exhibits()[:3])
        for content in (old, new)
    )
    petitions = (read_petition(petition_notebook(state)) for state in (before, after))
    return HeldRun(after), render_redline(*petitions)


def resolve_and_read(tmp_path, **how):
    run, content = make_redline()
    resolve_changes(content, **how).save(tmp_path / "redline.docx")
    return run, read_edited_docx(run, tmp_path / "redline.docx")


def test_unedited_redline_changes_nothing(tmp_path):
    run, content = make_redline()
    edited = read_back(run, EditedWord(content), tmp_path)
    assert (edited.edits(), edited.changes, edited.comments(), edited.notes) == ({}, (), (), ())


def test_accepted_redline_changes_nothing(tmp_path):
    _, edited = resolve_and_read(tmp_path, accept=True)
    assert (edited.edits(), edited.changes, edited.notes) == ({}, (), ())


def test_refused_change_of_redline_is_edit(tmp_path):
    run, edited = resolve_and_read(tmp_path, accept=False, words="1979")
    assert_edits(edited, run, {"awards": [("1979 [@wolf-prize, p. 2]", "1978 [@wolf-prize, p. 1]")]})


def test_redline_of_lost_state_changes_nothing(tmp_path):
    run, content = make_redline()
    run.snapshot = run.snapshot.model_copy(update={"last_event_id": "1795000000000-8", "updated_at": "2026-11-24"})
    edited = read_back(run, EditedWord(content), tmp_path)
    assert (edited.edits(), edited.changes) == ({}, ())
    assert "has no state" in edited.notes[0]


def test_refused_redline_restores_former_text(tmp_path):
    _, edited = resolve_and_read(tmp_path, accept=False)
    assert edited.edits()["awards"].split("\n\n") == [
        "She won *one* prize in 1978 [@wolf-prize, p. 1].",
        "She was asked.",
        "She declined twice.",
    ]


def test_edits_in_redline_come_back(tmp_path):
    run, content = make_redline()
    word = EditedWord(content)
    word.replace("declined", "refused")
    word.replace_tracked("prize", "award")
    # Struck words of an insertion, as Word nests them.
    inserted = next(text for text in word.document.element.body.iter(qn("w:t")) if "accepted" in text.text)
    struck = word.mark("w:del")
    inserted.getparent().addprevious(struck)
    struck.append(inserted.getparent())
    inserted.tag = qn("w:delText")
    edited = read_back(run, word, tmp_path)
    assert_edits(edited, run, {"awards": [("declined", "refused")]})
    assert [change.kind for change in edited.changes] == ["replace", "delete"]
    first = [("declined", "refused"), (" prize", " award")]
    assert_edits(edited, run, {"awards": first}, accept=[1])
    assert_edits(edited, run, {"awards": [*first, ("\n\nShe accepted once.", "")]}, accept=[1, 2])
