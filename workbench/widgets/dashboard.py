"""The dashboard: the read-only viewer as a widget, for a page that Voila makes and for a notebook.

A kernel that only shows it must start in a moment, so nothing of the workflow, the store or the server is imported for
a page that was opened by a link: the page itself speaks with the server.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs, quote

import anywidget
import traitlets

from workbench.widgets.modules import STATIC, joined, viewer_style

VARIABLE = "WORKBENCH_DASHBOARD"
"""What ``workbench dashboard`` tells the kernels of its pages: ``{servers use_websocket}`` as JSON."""

AUTHOR_HOURS = 12
"""How long the link of a dashboard in the author's own notebook lasts."""

_ANSWER_S = 5.0

NO_LINK = (
    "This page is opened by a link. Start it with: workbench dashboard (every run) or workbench dashboard THREAD, "
    "and open the address that it prints."
)


class Dashboard(anywidget.AnyWidget):
    """The viewer: a run as it is being written, or the list of runs; nothing can be changed from it.

    Attributes:
        servers: Base addresses of a server, the likeliest first.
        thread: The run, or None: the list of those that the token opens.
        token: A view link's; not synced, since what is synced is saved with a notebook.
        use_websocket: False: the page polls.
        trouble: Why there is nothing to show, in plain words; None: there is.
    """

    _esm = joined(STATIC / "dashboard.js")
    _css = viewer_style()

    servers: traitlets.List[str] = traitlets.List(traitlets.Unicode()).tag(sync=True)
    thread = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    token = traitlets.Unicode("")
    use_websocket = traitlets.Bool(True).tag(sync=True)
    trouble = traitlets.Unicode(None, allow_none=True).tag(sync=True)

    def __init__(
        self,
        servers: Sequence[str] = (),
        *,
        thread: str | None = None,
        token: str = "",
        use_websocket: bool = True,
        trouble: str | None = None,
    ) -> None:
        """Shows what a link opens.

        Args:
            servers: As the attribute.
            thread: As the attribute.
            token: As the attribute.
            use_websocket: As the attribute.
            trouble: As the attribute.
        """
        super().__init__(
            servers=list(servers), thread=thread, token=token, use_websocket=use_websocket, trouble=trouble
        )
        self._tag: str | None = None
        self.on_msg(self._handle)

    def __repr__(self) -> str:
        """What stands in a notebook where no widget can be drawn; the token does not."""
        return f"Dashboard({self.trouble or self.thread or 'every run'})"

    @classmethod
    def here(cls, thread: str | None = None, *, environ: Mapping[str, str] | None = None) -> Dashboard:
        """The dashboard that belongs where this is called: to the link of a Voila page, else to the author's notebook.

        In the author's own kernel it starts a server there and makes a link for this page.

        Args:
            thread: The run to begin with; default: what the link says, else the list.
            environ: The variables; default ``os.environ``.
        """
        environ = os.environ if environ is None else environ
        if not environ.get("SERVER_SOFTWARE", "").startswith("voila/"):
            return cls._of_author(thread)
        asked = parse_qs(environ.get("QUERY_STRING", ""))
        token, told = asked.get("token", [""])[0], _told(environ)
        if not token or not told.get("servers"):
            return cls(trouble=NO_LINK)
        run = thread or asked.get("thread", [None])[0]
        return cls(told["servers"], thread=run, token=token, use_websocket=bool(told.get("use_websocket", True)))

    @classmethod
    def _of_author(cls, thread: str | None) -> Dashboard:
        """By name: what a page's kernel must not import is imported only here."""
        settings = import_module("workbench.config").Settings.from_env()
        sharing = import_module("workbench.server.sharing")
        origins = import_module("workbench.widgets.origins").page_origins()
        server = import_module("workbench.server.local_server").ensure_local_server(settings, origins)
        token = sharing.dashboard_token(settings, thread, hours=AUTHOR_HOURS, user_id="dashboard")
        return cls([server.url], thread=thread, token=token, use_websocket=settings.use_websocket)

    def _handle(self, _widget: Any, content: Mapping[str, Any], _buffers: Sequence[memoryview]) -> None:
        """A view in a notebook wants its token; or it reaches no server, and the kernel asks in its stead."""
        if content.get("type") == "token":
            self.send({"type": "token", "token": self.token})
        elif self.thread is not None:
            self._answer(quote(self.thread, safe=""), content)

    def _answer(self, thread: str, content: Mapping[str, Any]) -> None:
        match content:
            case {"type": "hello"}:
                answer = self._ask(f"preview/{thread}")
                if answer is not None:
                    self.send({"type": "state", "state": json.loads(answer)})
            case {"type": "page", "exhibit_id": str(exhibit_id), "page": int(page)}:
                text = self._ask(f"{thread}/exhibit/{quote(exhibit_id, safe='')}/page/{page:d}")
                about = {"type": "page", "exhibit_id": exhibit_id, "page": page}
                found = {"error": "This page cannot be had now."} if text is None else {"text": text.decode()}
                self.send(about | found)

    def _ask(self, place: str) -> bytes | None:
        """An answer of the first server that gives one; None where none does."""
        request = import_module("urllib.request")
        for server in self.servers:
            asked = request.Request(f"{server.rstrip('/')}/api/document/{place}")
            asked.add_header("Authorization", f"Bearer {self.token}")
            opener = request.build_opener(request.ProxyHandler({}))  # servers are at hand; a token is not for a proxy
            with contextlib.suppress(OSError), opener.open(asked, timeout=_ANSWER_S) as answer:
                return bytes(answer.read())
        return None


def _told(environ: Mapping[str, str]) -> dict[str, Any]:
    try:
        told = json.loads(environ.get(VARIABLE, "{}"))
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
