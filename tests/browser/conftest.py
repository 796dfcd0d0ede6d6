"""A real JupyterLab and a real Chromium."""

from __future__ import annotations

import contextlib
import itertools
import re
import shutil

import pytest
from jupyter_process import TOP, Lab, jupyterlab
from lab_page import run_all_cells

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def jupyter_lab(tmp_path_factory):
    """One JupyterLab for the browser tests of a pytest process: its start takes seconds of processor time."""
    with jupyterlab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@contextlib.contextmanager
def prepared_lab(jupyter_lab, folder, home, **variables):
    """JupyterLab on copies of the notebooks, for the block; its kernels have these variables.

    Called with a notebook's name, it returns its address.
    """
    jupyter, root, settings = jupyter_lab
    cases = shutil.copytree(TOP / "data" / "cases", folder / "cases")
    shutil.copytree(TOP / "tests" / "cases", cases, dirs_exist_ok=True)
    lab = Lab(jupyter, root, f"test-{next(_numbers)}")
    lab.prepare(settings, {"WORKBENCH_HOME": str(home), "WORKBENCH_CASES": str(cases), **variables})
    yield lab
    lab.end_kernels()


@contextlib.contextmanager
def opened_page(browser):
    """A page that may reach this machine only, for the block, at whose end errors in it are raised."""
    context = browser.new_context(viewport={"width": 1600, "height": 1250}, reduced_motion="reduce")
    page = context.new_page()
    went_wrong: list[str] = []
    page.route(
        re.compile(r"^(?!http://127\.0\.0\.1|data:|blob:)"),
        lambda route: (went_wrong.append(f"asked for {route.request.url}"), route.abort()),
    )
    page.on("pageerror", lambda error: went_wrong.append(f"page error: {error}"))
    page.on("dialog", lambda dialog: dialog.accept())
    yield page
    context.close()
    assert went_wrong == []


@pytest.fixture
def lab(jupyter_lab, tmp_path, shared_home):
    """JupyterLab on copies of the notebooks for this test alone."""
    with prepared_lab(jupyter_lab, tmp_path, shared_home) as lab:
        yield lab


@pytest.fixture
def page(browser):
    """A page that may reach this machine only.

    Errors in it fail the test.
    """
    with opened_page(browser) as page:
        yield page


@pytest.fixture
def run_all():
    """Opens a notebook and runs all cells: ``run_all(page, address)``."""
    return run_all_cells
