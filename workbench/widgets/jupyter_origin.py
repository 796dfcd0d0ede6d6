"""Origin of the page that shows this kernel's notebook."""

from __future__ import annotations

import json
import os
from pathlib import Path
from urllib.parse import urlsplit

from jupyter_core.paths import jupyter_runtime_dir


def find_page_origins() -> tuple[str, ...]:
    """Returns origins of the Jupyter server that started this kernel.

    There is one for each name of the loopback, and none where the server is unknown.

    A page also tells its origin, but with a message that waits behind the running cell; the server's own file is there
    at once. Source: Jupyter Server's ``jpserver-<pid>.json``, and the ``JPY_PARENT_PID`` that it gives its kernels.
    """
    parent = os.environ.get("JPY_PARENT_PID", "")
    # It becomes a part of a file's name.
    if not parent.isdigit():
        return ()
    try:
        server_info = json.loads((Path(jupyter_runtime_dir()) / f"jpserver-{parent}.json").read_text(encoding="utf-8"))
        address = urlsplit(str(server_info["url"]))
        # Here, where the exception is expected: urlsplit reads the port only when it is asked for.
        port = address.port
    except (OSError, ValueError, KeyError, TypeError):
        return ()
    if address.hostname is None:
        return ()
    # The browser may show the page under another name of the loopback, which is another origin to it.
    hosts = dict.fromkeys([address.hostname, *(("127.0.0.1", "localhost") if _is_loopback(address.hostname) else ())])
    return tuple(f"{address.scheme}://{host}" + (f":{port}" if port is not None else "") for host in hosts)


def _is_loopback(host: str) -> bool:
    return host in {"localhost", "127.0.0.1", "::1"}
