"""Jupyter servers in processes of their own, and one JupyterLab that serves many tests."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from one_node_cluster import free_port

TOP = Path(__file__).resolve().parents[2]
BROWSER_NOTEBOOKS = TOP / "tests" / "browser" / "notebooks"
SETTINGS = {
    "apputils-extension/notification": '{"fetchNews": "false", "checkForUpdates": false}',
    "docmanager-extension/plugin": '{"autosave": false}',
    "notebook-extension/tracker": '{"windowingMode": "none"}',
}

USERS_OWN = ("WORKBENCH_", "REDIS_", "OPENAI_", "USE_", "LANG")
"""Prefixes of the environment variables with which a developer may have set up a workbench."""

VARIABLES = "environment.json"
STARTUP = f"""import json, os, pathlib, sys
sys.modules["rfc3987_syntax"] = None
place = pathlib.Path({VARIABLES!r})
os.environ.update(json.loads(place.read_text()) if place.exists() else {{}})
"""
"""Start-up code of each kernel: sets the variables given in its notebook's folder, and spares it a second of compiling
grammars (docs/decisions.md, "Processes of the command line do without one parser of addresses")."""

START_LIMIT_S = 120


def start_command(module: str) -> list[str]:
    """Starts a Jupyter application as ``workbench lab`` does: without compiling a grammar that no schema needs."""
    return [sys.executable, "-c", f"import workbench.cli, sys; from {module} import main; sys.exit(main())"]


class JupyterProcess:
    """A Jupyter server that answers.

    Attributes:
        origin: Scheme, host and port.
        token: Its token.
        log: File with what it says.
    """

    def __init__(self, origin: str, base: str, token: str, log: Path) -> None:
        self.origin, self.token, self.log = origin, token, log
        self._base = base

    def ask(self, method: str, path: str) -> Any:
        """Sends a request to Jupyter's own interface; returns the answer's JSON, or None."""
        request = urllib.request.Request(  # noqa: S310 - our own server, on loopback
            f"{self.origin}{self._base}{path}", method=method, headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
            body = answer.read()
        return json.loads(body) if body else None


@contextlib.contextmanager
def jupyter_process(
    module: str, folder: Path, *options: str, base: str = "/", port: int = 0, environment: Mapping[str, str]
) -> Iterator[JupyterProcess]:
    """Runs a Jupyter server for the block.

    Args:
        module: Its application, such as ``jupyter_server.serverapp``.
        folder: Of its configuration and its log.
        options: Further options.
        base: Its base path, with a slash at both ends.
        port: Loopback port; 0 takes a free one.
        environment: Its variables.
    """
    port = port or free_port()
    token, log = secrets.token_hex(16), folder / "jupyter.log"
    own = {name: str(folder / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")}
    with log.open("wb") as file:
        server = subprocess.Popen(
            [*start_command(module), "--no-browser", "--allow-root", f"--port={port}", "--ServerApp.ip=127.0.0.1",
             "--ServerApp.port_retries=0", f"--ServerApp.base_url={base}", *options],
            env={**environment, **own, "JUPYTER_TOKEN": token}, stdin=subprocess.DEVNULL, stdout=file, stderr=file,
        )  # fmt: skip
    jupyter = JupyterProcess(f"http://127.0.0.1:{port}", base, token, log)
    try:
        _wait_until_it_answers(jupyter, server)
        yield jupyter
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(5)


def _wait_until_it_answers(jupyter: JupyterProcess, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_LIMIT_S
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(urllib.error.URLError, OSError):
            jupyter.ask("GET", "api/status")
            return
        time.sleep(0.1)
    raise AssertionError(f"Jupyter does not start:\n{jupyter.log.read_text()[-2000:]}")


class Lab:
    """The notebooks of one test in a JupyterLab that serves many: a folder, a home and kernels of its own.

    Args:
        jupyter: The server.
        root: Folder that it serves.
        name: Of the test's folder in it.
    """

    def __init__(self, jupyter: JupyterProcess, root: Path, name: str) -> None:
        self._jupyter, self._name = jupyter, name
        self.folder = root / name

    def __call__(self, notebook: str) -> str:
        """Returns the address of a notebook."""
        return f"{self._jupyter.origin}/lab/tree/{self._name}/{notebook}?reset&token={self._jupyter.token}"

    def prepare(self, settings_folder: Path, variables: Mapping[str, str]) -> None:
        """Copies the notebooks, and takes back what an earlier test has set in JupyterLab."""
        shutil.copytree(TOP / "notebooks", self.folder)
        shutil.copytree(BROWSER_NOTEBOOKS, self.folder, dirs_exist_ok=True)
        (self.folder / VARIABLES).write_text(json.dumps(dict(variables)))
        shutil.rmtree(settings_folder, ignore_errors=True)
        for name, text in SETTINGS.items():
            extension, leaf = name.split("/")
            place = settings_folder / "@jupyterlab" / extension
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{leaf}.jupyterlab-settings").write_text(text)

    def end_kernels(self) -> None:
        """Ends the kernels of the test's notebooks."""
        for session in self._jupyter.ask("GET", "api/sessions"):
            if session["path"].startswith(f"{self._name}/"):
                self._jupyter.ask("DELETE", f"api/sessions/{session['id']}")


@contextlib.contextmanager
def jupyterlab(folder: Path, base: str = "/", **variables: str) -> Iterator[tuple[JupyterProcess, Path, Path]]:
    """Runs JupyterLab for the block; yields it, the folder that it serves and the folder of its settings.

    Args:
        folder: Of its files.
        base: Its base path.
        variables: Of its environment, beside the developer's that are nobody's own.
    """
    root, settings, startup = folder / "notebooks", folder / "settings", folder / "IPYTHONDIR/profile_default/startup"
    root.mkdir()
    startup.mkdir(parents=True)
    (startup / "environment.py").write_text(STARTUP)
    # Each page would ask whether JupyterLab must be built anew, for which the server starts Node and Yarn.
    config = folder / "JUPYTER_CONFIG_DIR" / "labconfig"
    config.mkdir(parents=True)
    (config / "page_config.json").write_text('{"buildCheck": false}')
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(USERS_OWN)},
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        **variables,
    }
    # A kernel that is busy does not answer the request to end, and would be waited for.
    options = (
        f"--ServerApp.root_dir={root}",
        "--LabApp.expose_app_in_browser=True",
        "--KernelManager.shutdown_wait_time=1",
        "--LanguageServerManager.autodetect=False",
    )
    with jupyter_process("jupyterlab.labapp", folder, *options, base=base, environment=environment) as jupyter:
        yield jupyter, root, settings
