"""The server under Jupyter: an entry point of jupyter-server-proxy, reached by the notebook's own address.

On a JupyterHub nobody reaches a port of the machine that a notebook runs on. jupyter-server-proxy starts the server
there at the first request to ``…/user/NAME/workbench/``, and passes requests and sockets on to whoever the Hub lets in;
what they may see, the server's own tokens say.

Source: https://jupyter-server-proxy.readthedocs.io/en/latest/server-process.html
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

NAME = "workbench"
"""Below the user's own address: the name of the entry point."""

_START_S = 60
_LOOPBACK = "127.0.0.1,::1"


def setup() -> dict[str, Any]:
    """What jupyter-server-proxy is to start, and how it is reached."""
    return {
        "command": [sys.executable, "-c", "from workbench.cli import main; main()", "serve", "--port", "{port}"],
        "environment": environment(os.environ),
        "timeout": _START_S,
        "absolute_url": False,
        "launcher_entry": {"enabled": False},  # there is nothing to see without a link
    }


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """What the server is told beside the environment it inherits.

    Args:
        given: The environment of the notebook server.
    """
    told = {"WORKBENCH_TRUSTED_PROXIES": given.get("WORKBENCH_TRUSTED_PROXIES") or _LOOPBACK}
    public = given.get("WORKBENCH_PUBLIC_URL") or _address_of(given)
    if public:
        told["WORKBENCH_PUBLIC_URL"] = public
    return told


def _address_of(given: Mapping[str, str]) -> str | None:
    """Where the Hub (5 and later) says that this notebook server is reached."""
    address = given.get("JUPYTERHUB_PUBLIC_URL")
    return f"{address.rstrip('/')}/{NAME}" if address else None
