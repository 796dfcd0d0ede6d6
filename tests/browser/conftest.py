"""A real JupyterLab and a real Chromium."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
SETTINGS = {
    "apputils-extension/notification": '{"fetchNews": "false", "checkForUpdates": false}',
    "docmanager-extension/plugin": '{"autosave": false}',
    "notebook-extension/tracker": '{"windowingMode": "none"}',
}

USERS_OWN = ("WORKBENCH_", "REDIS_", "OPENAI_", "USE_", "LANG")
"""Prefixes of the environment variables with which a developer may have set up a workbench."""


@pytest.fixture
def lab(tmp_path, shared_home):
    """Starts JupyterLab on a copy of the notebooks.

    Yields a function that returns the address of a notebook.
    """
    with _jupyterlab(tmp_path, shared_home) as address:
        yield address


@pytest.fixture(scope="module")
def common_lab(tmp_path_factory, shared_home):
    """One JupyterLab for all tests of a file.

    No notebook in it is used by two tests.
    """
    with _jupyterlab(tmp_path_factory.mktemp("lab"), shared_home) as address:
        yield address


@contextlib.contextmanager
def _jupyterlab(tmp_path, shared_home):
    notebooks = shutil.copytree(TOP / "notebooks", tmp_path / "notebooks")
    shutil.copytree(Path(__file__).parent / "notebooks", notebooks, dirs_exist_ok=True)
    for name, text in SETTINGS.items():
        folder, leaf = name.split("/")
        place = tmp_path / "settings" / "@jupyterlab" / folder
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{leaf}.jupyterlab-settings").write_text(text)
    shutil.copytree(TOP / "data" / "cases", tmp_path / "cases")
    shutil.copytree(TOP / "tests" / "cases", tmp_path / "cases", dirs_exist_ok=True)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(USERS_OWN)},
        "WORKBENCH_HOME": str(shared_home),
        "WORKBENCH_CASES": str(tmp_path / "cases"),
        "JUPYTERLAB_SETTINGS_DIR": str(tmp_path / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(tmp_path / "workspaces"),
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
        "IPYTHONDIR": str(tmp_path / "ipython"),
    }
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    with (tmp_path / "lab.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}",
             "--ServerApp.ip=127.0.0.1", "--ServerApp.port_retries=0",
             f"--ServerApp.root_dir={notebooks}", "--LabApp.expose_app_in_browser=True"],
            env={**environment, "JUPYTER_TOKEN": token}, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        _wait_until_it_answers(f"http://127.0.0.1:{port}/api/status?token={token}", server, tmp_path / "lab.log")
        yield lambda notebook: f"http://127.0.0.1:{port}/lab/tree/{notebook}?reset&token={token}"
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(5)


def _wait_until_it_answers(url: str, server: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own server, on loopback
                answer.read()
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"JupyterLab does not start:\n{log.read_text()[-2000:]}")


@pytest.fixture
def until_it_answers():
    """Waits for a Jupyter process: ``until_it_answers(url, process, log)``."""
    return _wait_until_it_answers


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
