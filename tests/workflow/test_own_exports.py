"""Checks of the files that a draft is exported to: they say what was said of the run."""

import pytest

import workbench
from workbench.config import Settings, shared_folder


@pytest.fixture(scope="module", params=["wu", "rfe", "letter"])
def exported(request, tmp_path_factory):
    """A sample case and the files of its draft."""
    folder = shared_folder("cases") / request.param
    home = request.getfixturevalue("shared_home")
    run = workbench.start(folder, settings=Settings(home=home), user_id="a", new=True)
    out = tmp_path_factory.mktemp(request.param)
    return folder, workbench.export_petition(run.wait(60), to=("docx", "pdf", "ipynb"), out=out)


def say(report):
    return sorted((found.check, found.severity, found.quote) for found in report.findings if found.severity != "info")


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_draft_file_has_findings_of_notebook(exported, form):
    folder, files = exported
    case = workbench.load_case(folder)
    # The notebook holds sections and citations as the run has them.
    expected = say(workbench.check(files["ipynb"], case))
    found = say(workbench.check(files[form], case))
    assert [entry[:2] for entry in found] == [entry[:2] for entry in expected]
