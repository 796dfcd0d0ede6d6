"""Round trip through Word: what was exported comes back, edits at their sentences and nothing else."""

from __future__ import annotations

import functools
import random
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from held_run import HeldRun, assert_edits, read_back
from tools import require_tool
from word_editing import EditedWord

import workbench
from tests.export.conftest import snapshot as make_snapshot
from workbench.case.document_cache import DOCUMENTS
from workbench.config import Settings
from workbench.errors import InputError
from workbench.export.docx import render_docx
from workbench.export.notebook import petition_notebook
from workbench.export.petition import read_petition
from workbench.export.word_import import read_edited_docx
from workbench.text.sentences import CITATION


@pytest.fixture
def run(approved):
    return HeldRun(approved)


@pytest.fixture
def word(run):
    return EditedWord(render_file(run.snapshot))


@functools.cache
def render_file(snapshot):
    return render_docx(read_petition(petition_notebook(snapshot)))


# ---- unedited


def test_unedited_file_changes_nothing(run, word, tmp_path):
    edited = read_back(run, word, tmp_path)
    assert edited.edits() == {}
    assert edited.changes == ()
    assert edited.comments() == ()
    assert edited.notes == ()
    assert len(edited.section_ids) == len(run.snapshot.sections)


def test_unedited_draft_with_comments(draft, tmp_path):
    run = HeldRun(draft)
    files = workbench.export_petition(draft, to=["docx"], out=tmp_path)
    edited = read_edited_docx(run, files["docx"])
    assert (edited.edits(), edited.changes, edited.comments(), edited.notes) == ({}, (), (), ())


ODD = """A "quote" -- with dashes --- and dots... costs $5 and 5 * 6, a_b, \\*no\\* &amp; &sect; [sic] [d]one.

> First *quoted* line
> goes on here.
>
> Second **quoted** paragraph [@wolf-prize, p. 1].

1. one
2. two *it [@wolf-prize]* end
   - nested one
   - nested two

   A paragraph of the item.
3. three

### A heading with *emphasis* and **strong**

A hard\\
break and ***both*** and **bold *and italic* again**.

- > quoted in item
-
- last

* * *

Closing [@no-such-exhibit, p. 9] and [@wolf-prize page two] and [@wolf-prize, p. 2; @wolf-prize, p. 2].
"""


def odd_run():
    [awards] = [part for part in make_snapshot().sections if part.section_id == "awards"]
    return HeldRun(make_snapshot(sections=(awards.model_copy(update={"content": ODD}),)))


def test_odd_markdown_round_trip(tmp_path):
    run = odd_run()
    edited = read_back(run, EditedWord(render_file(run.snapshot)), tmp_path)
    assert edited.edits() == {}


def test_arabic_words_round_trip(tmp_path):
    [awards] = [part for part in make_snapshot().sections if part.section_id == "awards"]
    content = "The prize of **جابر بن حيان** and of אורי לוי [@wolf-prize, p. 1]."
    run = HeldRun(make_snapshot(sections=(awards.model_copy(update={"content": content}),)))
    edited = read_back(run, EditedWord(render_file(run.snapshot)), tmp_path)
    assert (edited.edits(), edited.changes) == ({}, ())


@pytest.mark.parametrize(
    ("old", "new"),
    [("dashes", "lines"), ("goes", "went"), ("nested two", "nested three"), ("paragraph of", "line of"),
     ("A heading", "The heading"), ("again", "twice"), ("Closing", "Ending"), ("quoted in", "cited in"),
     ("three", "four")],
)  # fmt: skip
def test_edit_in_odd_markdown(tmp_path, old, new):
    run = odd_run()
    word = EditedWord(render_file(run.snapshot))
    word.replace(old, new)
    assert_edits(read_back(run, word, tmp_path), run, {"awards": [(old, new)]})


# ---- untracked edits


def test_word_replaced_untracked(run, word, tmp_path):
    word.replace("the highest honor", "a high honor")
    edited = read_back(run, word, tmp_path)
    assert_edits(edited, run, {"awards": [("the highest honor", "a high honor")]})


def test_paragraph_added_untracked(run, word, tmp_path):
    word.add_paragraph_after("The President awarded", "She also won a *second* prize.")
    text = read_back(run, word, tmp_path).edits()["awards"]
    assert "\n\nShe also won a \\*second\\* prize.\n\n" in text
    before = run.snapshot.section("awards").content
    assert text.replace("She also won a \\*second\\* prize.\n\n", "").strip() == before.strip()


def test_paragraph_removed_untracked(run, word, tmp_path):
    word.remove_paragraph("The totality of the evidence")
    text = read_back(run, word, tmp_path).edits()["intro"]
    assert run.snapshot.section("intro").content.startswith(text.strip())
    assert "totality" not in text


def test_styled_words_become_emphasis(run, word, tmp_path):
    for found in word.find_runs("highest honor"):
        found.italic = True
    edited = read_back(run, word, tmp_path)
    assert_edits(edited, run, {"awards": [("highest honor", "*highest honor*")]})


def test_new_heading_and_list(run, word, tmp_path):
    word.add_paragraph_after("The President awarded", "A point", style="List Bullet")
    word.add_paragraph_after("The President awarded", "B. A new part", style="Heading 2")
    text = read_back(run, word, tmp_path).edits()["awards"]
    assert "\n\n### A new part\n\n- A point\n\n" in text


# ---- lost marks and order


def test_sections_found_without_bookmarks(run, word, tmp_path):
    word.drop_bookmarks(".*")
    edited = read_back(run, word, tmp_path)
    assert edited.edits() == {}
    assert edited.notes == ()


def test_heading_removed_text_found(run, word, tmp_path):
    title = run.snapshot.section("membership").title
    word.remove_paragraph(title)
    edited = read_back(run, word, tmp_path)
    assert edited.edits() == {}
    assert edited.notes == ("section membership has lost its heading; it was found by its text",)


def test_section_removed_is_named(run, word, tmp_path):
    whole = EditedWord(render_file(run.snapshot))
    content = make_snapshot(sections=tuple(s for s in run.snapshot.sections if s.section_id != "membership"))
    word = EditedWord(render_file(content))
    edited = read_back(run, word, tmp_path)
    assert whole.document is not None
    assert edited.edits() == {}
    assert edited.notes == ("section membership is not in the file: it stays as it is",)


def test_moved_section_is_named(run, tmp_path):
    sections = run.snapshot.sections
    word = EditedWord(render_file(make_snapshot(sections=(*sections[:2], sections[3], sections[2], *sections[4:]))))
    edited = read_back(run, word, tmp_path)
    assert edited.edits() == {}
    assert edited.notes == ("the sections stand in another order in the file: the run keeps its own",)


def test_new_section_heading_is_named(run, word, tmp_path):
    paragraph = word.add_paragraph_after("The totality of the evidence", "Further Matters", style="Heading 1")
    assert paragraph.text
    edited = read_back(run, word, tmp_path)
    assert edited.edits()["intro"].endswith("\n\n### Further Matters")
    assert len(edited.notes) == 1
    assert "a sub-heading of section intro" in edited.notes[0]


# ---- citations


def test_typed_citation_becomes_exhibit(run, word, tmp_path):
    word.replace("sustained acclaim at", "sustained acclaim (Ex. 3 at 2) at")
    edited = read_back(run, word, tmp_path)
    assert_edits(edited, run, {"intro": [("sustained acclaim at", "sustained acclaim [@wolf-prize, p. 2] at")]})


def test_unknown_citation_is_named(run, word, tmp_path):
    word.replace("sustained acclaim at", "sustained acclaim, Exhibit 99 at 3, at")
    edited = read_back(run, word, tmp_path)
    text = edited.edits()["intro"]
    assert "acclaim, Exhibit 99 at 3, at" in text
    assert edited.notes == ("'Exhibit 99 at 3' names no exhibit of this run: it stays as text",)


def test_changed_page_of_citation(run, word, tmp_path):
    paragraph = word.paragraph("The President awarded")
    link = next(link for link in paragraph.hyperlinks if link.text == "1\u00a0at\u00a01")
    link.runs[0].text = "1\u00a0at\u00a02"
    edited = read_back(run, word, tmp_path)
    text = run.snapshot.section("awards").content
    changed = text.replace("[@nms-citation, p. 1]", "[@nms-citation, p. 2]", 1)
    assert edited.edits()["awards"].strip() == changed.strip()


# ---- tracked changes


def test_tracked_change_waits_for_acceptance(run, word, tmp_path):
    word.replace_tracked("the highest honor", "a high honor")
    edited = read_back(run, word, tmp_path)
    assert edited.edits() == {}
    [change] = edited.changes
    assert (change.number, change.section_id, change.author) == (1, "awards", "Paula Partner")
    assert (change.kind, change.date) == ("replace", "2026-11-30T09:00:00Z")
    assert "the highest honor of" in "".join(span.text for span in change.spans if span.op != "insert")
    assert "a high honor of" in "".join(span.text for span in change.spans if span.op != "delete")
    assert_edits(edited, run, {"awards": [("the highest honor", "a high honor")]}, accept=[1])


def test_changes_accepted_one_by_one(run, word, tmp_path):
    word.delete_tracked(" in experimental nuclear physics")
    word.insert_tracked("The totality of the evidence", " in the record")
    word.replace("sustained acclaim", "lasting acclaim")
    edited = read_back(run, word, tmp_path)
    assert [change.kind for change in edited.changes] == ["delete", "insert"]
    untracked = ("sustained acclaim", "lasting acclaim")
    struck = (" in experimental nuclear physics", "")
    added = ("The totality of the evidence", "The totality of the evidence in the record")
    assert_edits(edited, run, {"intro": [untracked]})
    assert_edits(edited, run, {"intro": [untracked, struck]}, accept=[1])
    assert_edits(edited, run, {"intro": [untracked, added]}, accept=[2])
    assert_edits(edited, run, {"intro": [untracked, struck, added]}, accept=[1, 2])


def test_tracked_paragraphs(run, word, tmp_path):
    word.insert_paragraph_tracked("The totality of the evidence", "A last word.")
    word.delete_paragraph_tracked("She joined Columbia University")
    edited = read_back(run, word, tmp_path)
    assert edited.edits() == {}
    assert [(change.kind, change.section_id) for change in edited.changes] == [
        ("insert", "intro"), ("delete", "background"),
    ]  # fmt: skip
    edits = edited.edits([1, 2])
    assert edits["intro"].endswith("of the field.\n\nA last word.")
    assert "She joined" not in edits["background"]


def test_tracked_move_is_one_change(run, word, tmp_path):
    word.move_tracked("The totality of the evidence then ", "very top of the field.")
    edited = read_back(run, word, tmp_path)
    assert edited.edits() == {}
    [change] = edited.changes
    assert change.kind == "move"
    assert edited.edits([1])["intro"].strip().endswith("top of the field.The totality of the evidence then")


def test_unknown_change_number(run, word, tmp_path):
    word.delete_tracked(" in experimental nuclear physics")
    with pytest.raises(InputError, match=r"no tracked change 2.*choose from 1 to 1"):
        read_back(run, word, tmp_path).edits([2])


# ---- comments


def test_comment_at_its_sentence(run, word, tmp_path):
    word.comment("highest honor", "Says who?")
    [comment] = read_back(run, word, tmp_path).comments()
    assert comment.section_id == "awards"
    assert comment.sentence.startswith("The medal is the highest honor")
    assert comment.note == "Paula Partner: Says who?"


# ---- files that are not ours


def test_file_of_another_run(run, word, tmp_path):
    run.thread_id = "another"
    with pytest.raises(InputError, match="comes from the run wu-sample-1, not from another"):
        read_back(run, word, tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"no zip", "a damaged DOCX"), (b"", "empty|damaged"), (b"\xd0\xcf\x11\xe0" + b"x" * 600, "encrypted"),
     (b"PK\x03\x04" + b"\0" * 300, "a damaged DOCX")],
)  # fmt: skip
def test_file_that_is_no_docx(run, tmp_path, content, message):
    path = tmp_path / "edited.docx"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_edited_docx(run, path)


def test_missing_file(run, tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.docx"):
        read_edited_docx(run, tmp_path / "nowhere.docx")


def test_docx_without_our_sections(run, tmp_path):
    word = EditedWord(render_file(run.snapshot))
    word.drop_bookmarks(".*")
    for paragraph in word.document.paragraphs:
        paragraph.style = "Normal"
        paragraph.text = "Other words."
    with pytest.raises(InputError, match="holds no section of the run"):
        read_back(run, word, tmp_path)


# ---- fifty edits


def test_fifty_random_edits(run, tmp_path):
    chance = random.Random(14)  # noqa: S311 - a seed, no secret
    word = EditedWord(render_file(run.snapshot))
    untracked, tracked = make_edits(run, word, chance)
    assert len(untracked) + len(tracked) == 50
    edited = read_back(run, word, tmp_path)
    assert len(edited.changes) == len(tracked)
    assert_edits(edited, run, group_edits(untracked))
    everything = [change.number for change in edited.changes]
    assert_edits(edited, run, group_edits([*untracked, *tracked]), accept=everything)
    for number in chance.sample(everything, 10):
        [pair] = [
            edit for edit in tracked
            if edit[0] == edited.changes[number - 1].section_id
            and any(span.op != "equal" and edit[3] in span.text for span in edited.changes[number - 1].spans)
        ]  # fmt: skip
        assert_edits(edited, run, group_edits([*untracked, pair]), accept=[number])


def test_libreoffice_keeps_everything(run, word, tmp_path):
    office = require_tool("soffice", install="apt-get install libreoffice-writer")
    word.replace_tracked("the highest honor", "a high honor")
    word.comment("sustained acclaim", "Since when?")
    word.replace("full professor", "a professor")
    path = word.save(tmp_path / "petition.docx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    saved = ["--convert-to", "docx:MS Word 2007 XML", "--outdir", tmp_path / "out", path]
    subprocess.run([office, profile, "--headless", *saved], check=True, capture_output=True)
    edited = read_edited_docx(run, tmp_path / "out" / "petition.docx")
    professor = ("full professor", "a professor")
    assert_edits(edited, run, {"background": [professor]})
    honor = ("the highest honor", "a high honor")
    assert_edits(edited, run, {"background": [professor], "awards": [honor]}, accept=[1])
    assert [comment.text for comment in edited.comments()] == ["Since when?"]
    assert edited.notes == ()


def group_edits(edits):
    grouped = {}
    for section_id, old, new, _ in edits:
        grouped.setdefault(section_id, []).append((old, new))
    return grouped


def make_edits(run, word, chance):
    """Edits each of fifty words that stand once in the letter: replaced, followed by others, or struck."""
    contents = {section.section_id: CITATION.sub(" ", section.content) for section in run.snapshot.sections}
    whole = " ".join(section.content for section in run.snapshot.sections)
    counts = Counter(re.findall(r"[^\W_]+", whole))
    words = [
        (section_id, found)
        for section_id, content in contents.items()
        for found in re.findall(r"(?<=[a-z] )[a-z]{4,}(?= [a-z])", content)
        if counts[found] == 1 and whole.count(found) == 1
    ]
    untracked, tracked = [], []
    for number, (section_id, found) in enumerate(chance.sample(words, 50)):
        new = f"edit{number}"
        way = chance.choice(["replace", "insert", "delete"]) if number % 2 else "replace"
        old, put = {
            "replace": (found, new), "insert": (found, f"{found} {new}"), "delete": (f" {found}", ""),
        }[way]  # fmt: skip
        if number % 2:
            tracked.append((section_id, old, put, found if way == "delete" else new))
            if way == "replace":
                word.replace_tracked(found, new)
            elif way == "insert":
                word.insert_tracked(found, f" {new}")
            else:
                word.delete_tracked(f" {found}")
        else:
            untracked.append((section_id, old, put, new))
            word.replace(found, new)
    return untracked, tracked


# ---- a real run


@pytest.fixture(scope="module")
def real_run(tmp_path_factory, read_exhibits):
    settings = Settings(home=tmp_path_factory.mktemp("word"), use_redis=False)
    shutil.copytree(read_exhibits, settings.home / DOCUMENTS)
    run = workbench.start("wu", thread_id="word-trip", settings=settings, options=workbench.RunOptions(unattended=True))
    run.wait(120)
    yield run
    run.unfollow()


def find_single_word(run, section_id):
    """A word of a section that stands once in the letter."""
    whole = " ".join(part.content for part in run.snapshot.sections)
    words = re.findall(r"(?<=[a-z] )[a-z]{5,}(?= [a-z])", run.snapshot.section(section_id).content)
    return next(word for word in words if whole.count(word) == 1)


def test_sample_round_trip(real_run, tmp_path):
    files = workbench.export_petition(real_run.snapshot, to=["docx"], out=tmp_path)
    edited = read_edited_docx(real_run, files["docx"])
    assert (edited.edits(), edited.changes, edited.comments(), edited.notes) == ({}, (), (), ())
    assert len(edited.section_ids) == len(real_run.snapshot.sections)


def test_apply_edits_and_comments(real_run, tmp_path):
    section_id = "benefit"
    real_run.approve(section_id, note="read", user_id="ada")
    files = workbench.export_petition(real_run.snapshot, to=["docx"], out=tmp_path)
    word = EditedWord(files["docx"].read_bytes())
    old = find_single_word(real_run, section_id)
    word.replace(old, "changed")
    word.comment("changed", "Better so?")
    edited = read_edited_docx(real_run, word.save(tmp_path / "edited.docx"))
    before = real_run.snapshot.section(section_id).content
    result = edited.apply(user_id="paula")
    section = real_run.snapshot.section(section_id)
    assert section.content.strip() == before.replace(old, "changed").strip()
    assert (section.edited_by, section.approved_by) == ("paula", None)
    assert [part.section_id for part in result.sections] == [section_id]
    assert len(result.sections[0].sentences) == 1
    [remark] = section.remarks
    assert (remark.kind, remark.note, remark.user_id) == ("comment", "Paula Partner: Better so?", "paula")
    again = read_edited_docx(real_run, tmp_path / "edited.docx").apply(user_id="paula")
    assert (again.sections, again.comments) == ((), ())


def test_conflict_leaves_section(real_run, tmp_path):
    section_id = "benefit"
    snapshot = real_run.snapshot
    files = workbench.export_petition(snapshot, to=["docx"], out=tmp_path)
    word = EditedWord(files["docx"].read_bytes())
    first = find_single_word(real_run, section_id)
    word.replace(first, "partners")
    edited = read_edited_docx(real_run, word.save(tmp_path / "edited.docx"))
    real_run.edit(section_id, snapshot.section(section_id).content.replace(first, "associates", 1), user_id="ada")
    result = edited.apply(user_id="paula")
    assert result.sections == ()
    assert any("changed in the run at the same words" in note for note in result.notes)
    assert "associates" in real_run.snapshot.section(section_id).content


def test_locked_section_is_named(real_run, tmp_path):
    files = workbench.export_petition(real_run.snapshot, to=["docx"], out=tmp_path)
    word = EditedWord(files["docx"].read_bytes())
    word.replace(find_single_word(real_run, "awards"), "partners")
    real_run.lock("awards", user_id="ada")
    result = read_edited_docx(real_run, word.save(tmp_path / "edited.docx")).apply(user_id="paula")
    real_run.unlock("awards", user_id="ada")
    assert result.sections == ()
    assert any("awards stays as it is" in note and "locked" in note for note in result.notes)


@pytest.mark.parametrize("case", ["minimal", "artist"])
def test_round_trip_of_case(tmp_path, case):
    settings = Settings(home=tmp_path / "home", use_redis=False)
    run = workbench.start(
        Path(__file__).parents[1] / "cases" / case, settings=settings, options=workbench.RunOptions(unattended=True)
    )
    files = workbench.export_petition(run.wait(120), to=["docx"], out=tmp_path)
    edited = read_edited_docx(run, files["docx"])
    assert (edited.edits(), edited.changes, edited.comments(), edited.notes) == ({}, (), (), ())
    assert len(edited.section_ids) == len(run.snapshot.sections)
