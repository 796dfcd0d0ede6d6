"""Entry points of jupyter-server-proxy: the server behind a notebook's address.

On a JupyterHub the ports of a notebook's machine are not reachable. jupyter-server-proxy starts the server at the first
request to ``…/user/NAME/workbench/`` and forwards requests and sockets of users that the Hub admits. A link's token
decides what its holder sees. Without a token the user of the Jupyter server reads every run: two tiles in JupyterLab's
launcher lead there.

See docs/decisions.md, "Tiles open pages that the Jupyter server has admitted".

Source: https://jupyter-server-proxy.readthedocs.io/en/latest/server-process.html
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any, NamedTuple

from workbench.web.js_bundle import STATIC

NAME = "workbench"
"""Name of the entry point, and last part of the server's address."""

HEADER = "x-workbench-jupyter"
"""Header in which jupyter-server-proxy sends the secret that it shares with its server process."""

TOKEN_VARIABLE = "WORKBENCH_JUPYTER_TOKEN"  # noqa: S105 - the variable's name
FOLDER_VARIABLE = "WORKBENCH_JUPYTER_FOLDER"
"""Variables by which the server process learns the Jupyter server's secret and the folder that it serves."""

_START_S = 60
_LOOPBACK = "127.0.0.1,::1"


class JupyterFront(NamedTuple):
    """Jupyter server that started this process and forwards requests to it.

    Attributes:
        token: Secret that it sends with each request.
        folder: Folder that it serves.
    """

    token: str
    folder: Path


def setup() -> dict[str, Any]:
    """Returns options of the server and the tile of the runs."""
    return _describe_server({"title": "EB-1A petitions", "path_info": f"{NAME}/view/", "icon_path": _icon("petitions")})


def setup_start_page() -> dict[str, Any]:
    """Returns options of the tile of the start page.

    jupyter-server-proxy knows one tile a server: the tile of this one leads to the first.
    """
    return _describe_server({"title": "EB-1A start page", "path_info": f"{NAME}/start", "icon_path": _icon("start")})


def take_front(environ: MutableMapping[str, str]) -> JupyterFront | None:
    """Returns the Jupyter server in front of this process, or None.

    Args:
        environ: Environment of the process; its children do not inherit the secret.
    """
    token, folder = environ.pop(TOKEN_VARIABLE, None), environ.pop(FOLDER_VARIABLE, None)
    return JupyterFront(token, Path(folder)) if token and folder else None


def server_environment(given: Mapping[str, str]) -> dict[str, str]:
    """Returns the variables added to the server's environment.

    Args:
        given: Environment of the notebook server.
    """
    # Without it all viewers would share the limits of one address, the proxy's.
    told = {"WORKBENCH_TRUSTED_PROXIES": given.get("WORKBENCH_TRUSTED_PROXIES") or _LOOPBACK}
    public = given.get("WORKBENCH_PUBLIC_URL") or _hub_address(given)
    if public:
        told["WORKBENCH_PUBLIC_URL"] = public
    return told


def _describe_server(tile: dict[str, str]) -> dict[str, Any]:
    # Of this Jupyter server's process only: nobody else can be its proxy.
    token = secrets.token_urlsafe(32)
    environment = {**server_environment(os.environ), TOKEN_VARIABLE: token, FOLDER_VARIABLE: _find_served_folder()}
    # Not the `workbench` script, which need not be on the Jupyter server's PATH.
    workbench = [sys.executable, "-c", "from workbench.cli import main; main()"]
    return {
        "command": [*workbench, "serve", "--unix-socket", "{unix_socket}"],
        # In a private folder. At a port, which the proxy chooses before the server has it, another user of the machine
        # could listen first, and would get the browser's cookies.
        "unix_socket": True,
        # Each value is a template: a brace in a path is none.
        "environment": {name: value.replace("{", "{{").replace("}", "}}") for name, value in environment.items()},
        "timeout": _START_S,
        "request_headers_override": {HEADER: token},
        # The proxy cuts off its prefix: our routes begin at the root.
        "absolute_url": False,
        # A page in a frame of JupyterLab would be refused by its own policy.
        "new_browser_tab": True,
        # JupyterLab draws the icon of a tile under this heading and under "Console", and of no other.
        "launcher_entry": {"enabled": True, "category": "Notebook", **tile},
    }


def _find_served_folder() -> str:
    # Loaded already by whoever asks for this entry point.
    from jupyter_server.serverapp import ServerApp  # noqa: PLC0415

    return str(ServerApp.instance().root_dir) if ServerApp.initialized() else str(Path.cwd())


def _icon(name: str) -> str:
    return str(STATIC / "icons" / f"{name}.svg")


def _hub_address(given: Mapping[str, str]) -> str | None:
    """Returns this notebook server's public address, or None.

    JupyterHub 5 and later name it.
    """
    address = given.get("JUPYTERHUB_PUBLIC_URL")
    return f"{address.rstrip('/')}/{NAME}" if address else None
