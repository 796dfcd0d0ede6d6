"""Form of an edited Word file, with its buttons pressed."""

from __future__ import annotations

from datetime import UTC, datetime

import ipywidgets
import pytest
from command_line import CASES
from form_widgets import press, texts, walk
from word_editing import EditedWord

import workbench
from workbench.config import Settings
from workbench.widgets.word_form import WordForm

NOW = datetime(2026, 11, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def drafted(tmp_path_factory):
    """A run and the bytes of its DOCX."""
    folder = tmp_path_factory.mktemp("drafted")
    settings = Settings(home=folder / "home", use_redis=False)
    options = workbench.RunOptions(sections=("awards",), unattended=True)
    run = workbench.start(CASES / "minimal", settings=settings, options=options, user_id="a.attorney")
    files = workbench.export_petition(run.wait(60), to=["docx"], out=folder)
    return run, files["docx"].read_bytes()


@pytest.fixture
def run(drafted):
    """The run, with its text as drafted."""
    run, _ = drafted
    before = run.snapshot.section("awards").content
    yield run
    if run.snapshot.section("awards").content != before:
        run.edit("awards", before, user_id="a.attorney")


@pytest.fixture
def word(drafted):
    return EditedWord(drafted[1])


def read(run, word, tmp_path, **options):
    form = WordForm(run, **options)
    form._path.value = str(word.save(tmp_path / "edited.docx"))
    press(form, "Read the file")
    return form


def test_accepted_changes_become_edits(run, word, tmp_path):
    word.replace_tracked("received", "was awarded")
    word.replace_tracked("on 4 May 2021", "on 4 May 2018")
    form = read(run, word, tmp_path)
    assert "2 tracked changes" in texts(form)
    assert '<ins aria-label="inserted">2018</ins>' in texts(form)
    first, second = (one for one in walk(form) if isinstance(one, ipywidgets.Checkbox))
    assert (first.value, second.value) == (False, False)
    first.value = True
    before = run.snapshot.section("awards").content
    press(form, "Apply")
    after = run.snapshot.section("awards")
    assert after.content != before
    assert "4 May 2018" in after.content
    assert "was awarded" not in after.content
    assert after.edited_by == "a.attorney"
    assert "1 section edited, 0 comments recorded; 1 tracked change not accepted." in texts(form)
    assert "error: " in texts(form)
    assert run.audit()[-1].via == "widget"


def test_all_changes_are_accepted_at_once(run, word, tmp_path):
    word.replace_tracked("received", "was awarded")
    form = read(run, word, tmp_path)
    press(form, "Accept all")
    press(form, "Apply")
    assert "was awarded" in run.snapshot.section("awards").content


def test_uploaded_file_is_read(run, word, tmp_path):
    word.replace("received", "was awarded")
    form = WordForm(run)
    content = word.save(tmp_path / "sent.docx").read_bytes()
    form._upload.value = (
        {"name": "sent.docx", "type": "", "size": len(content), "content": memoryview(content), "last_modified": NOW},
    )
    press(form, "Read the file")
    assert repr(form) == "WordForm(sent.docx)"
    assert "1 section edited without tracking, 0 tracked changes, 0 comments." in texts(form)
    assert "was awarded" in texts(form)


def test_form_shows_texts_as_text(run, word, tmp_path):
    word.author = "<b>Eve</b>"
    word.replace_tracked("received", "<img src=x>")
    form = read(run, word, tmp_path)
    assert "<img" not in texts(form)
    assert "&lt;img src=x&gt;" in texts(form)


def test_edit_needs_name(run, word, tmp_path):
    word.replace("received", "was awarded")
    form = read(run, word, tmp_path)
    form._user.value = "  "
    before = run.snapshot
    press(form, "Apply")
    assert "is no user" in texts(form)
    assert run.snapshot == before


@pytest.mark.parametrize(("name", "words"), [("", "no file is named"), ("none.docx", "there is no such file")])
def test_bad_file_is_one_line(run, name, words):
    form = WordForm(run)
    form._path.value = name
    press(form, "Read the file")
    assert words in form._message.value
    assert form._message.value.startswith('<b role="alert">')


def test_unedited_file_offers_nothing(run, word, tmp_path):
    form = read(run, word, tmp_path)
    assert "The file changes nothing." in texts(form)
    assert not [one for one in walk(form) if getattr(one, "description", "") == "Apply"]
