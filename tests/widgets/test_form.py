"""Words of the forms in a made-up language."""

from __future__ import annotations

import ipywidgets
import pytest
from command_line import CASES
from form_widgets import press, walk
from pseudo_language import BEGIN, END, write_pseudo_catalogue

import workbench
from workbench.config import Settings
from workbench.text.catalogue import use_language
from workbench.widgets.case_form import CaseForm
from workbench.widgets.files_form import FilesForm
from workbench.widgets.section_form import SectionForm
from workbench.widgets.word_form import WordForm


@pytest.fixture(autouse=True)
def _pseudo(tmp_path):
    use_language(str(write_pseudo_catalogue(tmp_path)))
    yield
    use_language("")


def unmarked(form):
    """Returns labels, headings and messages without a word of the catalogue."""
    found = []
    for one in walk(form):
        if isinstance(one, ipywidgets.Tab):
            found += one.titles
        elif isinstance(one, ipywidgets.HTML):
            found += [one.value] if one.value.startswith(("<h3>", "<span")) else []
        else:
            found.append(getattr(one, "description", ""))
    return [text for text in found if text and BEGIN not in text]


def test_case_form_shows_no_other_words(tmp_path):
    (tmp_path / "mail").mkdir()
    text = "<b>Medal</b> of the Academy\n\nMay 4, 2021\n\nDr. Ada Example received the award, a recognized prize.\n"
    (tmp_path / "mail" / "medal.txt").write_text(text, encoding="utf-8")
    settings = Settings(home=tmp_path / "home", use_redis=False)
    form = CaseForm(tmp_path / "example", tmp_path / "mail", settings=settings)
    assert unmarked(form) == []
    fields = [one for one in walk(form) if isinstance(one, ipywidgets.Text)]
    fields[1].value, fields[2].value = "Ada Example", "chemistry"
    press(form, f"{BEGIN}Make the case{END}")
    # The case's title, and the names of the fields of case.yaml.
    names = {"<h3>Ada Example</h3>", *(point.field.rpartition(".")[2] for point in form.editor.open_points)}
    assert {text.replace(" ", "_") for text in unmarked(form)} - {name.replace(" ", "_") for name in names} == set()


def test_word_form_shows_no_other_words(tmp_path):
    settings = Settings(home=tmp_path / "home", use_redis=False)
    options = workbench.RunOptions(sections=("awards",), unattended=True)
    run = workbench.start(CASES / "minimal", settings=settings, options=options, user_id="a.attorney")
    files = workbench.export_petition(run.wait(60), to=["docx"], out=tmp_path)
    form = WordForm(run)
    form._path.value = str(files["docx"])
    assert unmarked(form) == []
    press(form, f"{BEGIN}Read the file{END}")
    assert unmarked(form) == []


@pytest.mark.parametrize("make", [FilesForm, SectionForm])
def test_forms_of_monitor_show_no_other_words(tmp_path, make):
    settings = Settings(home=tmp_path / "home", use_redis=False)
    options = workbench.RunOptions(sections=("awards",), unattended=True)
    run = workbench.start(CASES / "minimal", settings=settings, options=options, user_id="a.attorney")
    run.wait(60)
    form = make(run)
    assert unmarked(form) == []
