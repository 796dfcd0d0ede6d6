"""Form of the intake, with its buttons pressed."""

from __future__ import annotations

import pytest
from form_widgets import press, texts, walk

from workbench.case.loader import load_case
from workbench.config import Settings
from workbench.widgets.case_form import CaseForm

MEDAL = "<b>Medal</b> of the Academy\n\nMay 4, 2021\n\nDr. Ada Example received the award, a recognized prize.\n"


@pytest.fixture
def form(tmp_path):
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "medal.txt").write_text(MEDAL, encoding="utf-8")
    settings = Settings(home=tmp_path / "home", use_redis=False)
    return CaseForm(tmp_path / "example", tmp_path / "mail", settings=settings)


def field(form, label):
    return next(one for one in walk(form) if getattr(one, "description", "") == label and hasattr(one, "value"))


def make(form):
    field(form, "Name of beneficiary").value = "Ada Example"
    field(form, "Field of endeavor").value = "chemistry"
    press(form, "Make the case")


def test_form_makes_and_fills_case(form):
    make(form)
    folder = form.editor.folder
    press(form, "All guesses are right")
    assert not [one for one in form.editor.open_points if one.field.startswith("exhibits.") and one.kind == "guess"]
    field(form, "filing date").value = "2026-03-02"
    press(form, "Set")
    assert str(load_case(folder).filing_date) == "2026-03-02"
    field(form, "Under").value = "The Medal"
    press(form, "Accept")
    (item,) = load_case(folder).claims[0].items
    assert item.title == "The Medal"
    assert "Answered by 1 fact." in texts(form)


def test_form_asks_for_untitled_file(form, tmp_path):
    (tmp_path / "mail" / "scan_0042.txt").write_text("Words of the medal " * 30, encoding="utf-8")
    make(form)
    for button in [one for one in walk(form) if getattr(one, "description", "") == "All guesses are right"]:
        button.click()
    (point,) = [one for one in form.editor.open_points if one.field.endswith(".title")]
    assert point.value == "scan 0042"
    title = field(form, "title")
    title.value = "Programme of the Ceremony"
    press(form, "Set")
    assert "Programme of the Ceremony" in {exhibit.title for exhibit in form.editor.case.exhibits}


def test_form_shows_what_fails(form):
    documents = field(form, "Folder of documents").value
    field(form, "Folder of documents").value = " "
    press(form, "Make the case")
    assert "no folder of documents is named" in texts(form)
    field(form, "Folder of documents").value = documents
    make(form)
    field(form, "filing date").value = "soon"
    press(form, "Set")
    assert 'role="alert"' in texts(form)
    assert form.editor.case.filing_date is None


def test_form_shows_documents_as_text(form):
    make(form)
    assert "<b>Medal" not in texts(form)
    assert "&lt;b&gt;Medal" in texts(form)


def test_form_reads_edits_by_hand(form):
    make(form)
    file = form.editor.folder / "case.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("# OPEN", "# was open"), encoding="utf-8")
    press(form, "Read again")
    assert not [one for one in form.editor.open_points if one.kind == "open"]
    form.children = []
    assert repr(CaseForm(form.editor.folder)).startswith("CaseForm(example: CaseEditor of example: 1 exhibits")
