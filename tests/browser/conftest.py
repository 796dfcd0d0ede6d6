"""A real JupyterLab and a real Chromium."""

from __future__ import annotations

import itertools
import re
import shutil

import pytest
from jupyter_process import TOP, Lab, jupyterlab

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def jupyter_lab(tmp_path_factory):
    """One JupyterLab for the browser tests of a pytest process: its start takes seconds of processor time."""
    with jupyterlab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture
def lab(jupyter_lab, tmp_path, shared_home):
    """JupyterLab on copies of the notebooks for this test alone.

    Called with a notebook's name, it returns its address.
    """
    jupyter, root, settings = jupyter_lab
    cases = shutil.copytree(TOP / "data" / "cases", tmp_path / "cases")
    shutil.copytree(TOP / "tests" / "cases", cases, dirs_exist_ok=True)
    lab = Lab(jupyter, root, f"test-{next(_numbers)}")
    lab.prepare(settings, {"WORKBENCH_HOME": str(shared_home), "WORKBENCH_CASES": str(cases)})
    yield lab
    lab.end_kernels()


@pytest.fixture
def page(browser):
    """A page that may reach this machine only.

    Errors in it fail the test.
    """
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
def run_all():
    """Opens a notebook and runs all cells.

    It waits until the kernel listens.
    """

    def run(page, url: str) -> None:
        page.goto(url, wait_until="load", timeout=60_000)
        page.locator(".jp-NotebookPanel .jp-CodeCell").first.wait_for(timeout=60_000)
        page.wait_for_function("() => window.jupyterapp !== undefined", timeout=30_000)
        page.evaluate("() => window.jupyterapp.restored.then(() => null)")
        select = page.locator(".jp-Dialog .jp-mod-accept")
        idle = page.locator(".jp-NotebookPanel .jp-Notebook-ExecutionIndicator[data-status=idle]")
        select.or_(idle).first.wait_for(state="attached", timeout=60_000)
        if select.count():
            select.first.click()
        page.evaluate(
            """async () => {
                const context = window.jupyterapp.shell.currentWidget.context.sessionContext;
                await context.ready;
                await context.session.kernel.info;
                window.jupyterapp.commands.execute('notebook:run-all-cells');
            }"""
        )

    return run
