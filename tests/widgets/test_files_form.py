"""Form that writes a run's files, with its buttons pressed."""

from __future__ import annotations

import ipywidgets
import pytest
from command_line import CASES
from form_widgets import press, texts, walk

import workbench
from workbench.config import Settings
from workbench.widgets.files_form import FilesForm


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    settings = Settings(home=tmp_path_factory.mktemp("files") / "home", use_redis=False)
    options = workbench.RunOptions(sections=("awards",), unattended=True)
    run = workbench.start(CASES / "minimal", settings=settings, options=options, user_id="a.attorney")
    run.wait(60)
    return run


@pytest.fixture
def form(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return FilesForm(run)


def links(form):
    return form._links.outputs[0]["data"]["text/html"] if form._links.outputs else ""


def test_files_become_links(form, run, tmp_path):
    press(form, "Write the files")
    assert "2 files written." in texts(form)
    assert f'href="out/{run.thread_id}/petition.pdf" target="_blank"' in links(form)
    assert f'href="out/{run.thread_id}/petition.docx" download' in links(form)
    assert (tmp_path / "out" / run.thread_id / "petition.pdf").read_bytes().startswith(b"%PDF")


def test_redline_reports_and_package(form, run, tmp_path):
    for kind, box in form._formats.items():
        box.value = kind in {"claims", "check-report"}
    form._earlier.value = form._earlier.options[-1][1]
    form._package.value = "online"
    form._out.value = "there"
    press(form, "Write the files")
    made = {path.relative_to(tmp_path / "there").as_posix() for path in (tmp_path / "there").rglob("*.*")}
    assert made == {
        "petition-redline.docx",
        "claims.csv",
        "check-report.pdf",
        "package/volume-1.pdf",
        "package/package.json",
    }
    assert all(f'href="there/{name}"' in links(form) for name in made)
    assert "every claim has an exhibit" in links(form)
    assert "5 files written." in texts(form)


def test_refusal_writes_nothing(form, tmp_path):
    form._final.value = True
    press(form, "Write the files")
    assert "not yet approved by an attorney" in texts(form)
    assert links(form) == ""
    assert not list(tmp_path.rglob("petition*"))
    form._final.value = False
    for box in form._formats.values():
        box.value = False
    press(form, "Write the files")
    assert "nothing is chosen; choose a file, or the package" in texts(form)


def test_moments_are_newest_first(form, run):
    names = [name for name, _ in form._earlier.options]
    assert names[0] == "no moment: without tracked changes"
    assert [moment for _, moment in form._earlier.options[1:]] == [row.id for row in reversed(run.history())]
    assert any(isinstance(one, ipywidgets.Output) for one in walk(form))
