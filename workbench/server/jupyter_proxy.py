"""Entry point of jupyter-server-proxy: the server behind a notebook's address.

On a JupyterHub the ports of a notebook's machine are not reachable. jupyter-server-proxy starts the server at the first
request to ``…/user/NAME/workbench/`` and forwards requests and sockets of users that the Hub admits. The server's own
tokens then decide what they may see.

Source: https://jupyter-server-proxy.readthedocs.io/en/latest/server-process.html
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

NAME = "workbench"
"""Name of the entry point, and last part of the server's address."""

_START_S = 60
_LOOPBACK = "127.0.0.1,::1"


def setup() -> dict[str, Any]:
    """Returns the command and options for jupyter-server-proxy."""
    return {
        # Not the `workbench` script, which need not be on the Jupyter server's PATH.
        "command": [sys.executable, "-c", "from workbench.cli import main; main()", "serve", "--port", "{port}"],
        "environment": server_environment(os.environ),
        "timeout": _START_S,
        # The name of the notebook server, which checks it itself, is none of this server's.
        "request_headers_override": {"Host": "localhost"},
        # The proxy cuts off its prefix: our routes begin at the root.
        "absolute_url": False,
        "launcher_entry": {"enabled": False},  # without a link the server shows nothing
    }


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


def _hub_address(given: Mapping[str, str]) -> str | None:
    """Returns this notebook server's public address, or None.

    JupyterHub 5 and later name it.
    """
    address = given.get("JUPYTERHUB_PUBLIC_URL")
    return f"{address.rstrip('/')}/{NAME}" if address else None
