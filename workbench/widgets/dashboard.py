"""Dashboard widget: the read-only viewer.

Voila starts a kernel for each page load, so this module imports nothing of the workflow, the store or the server for a
page that was opened by a link: the page itself talks to the server.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, quote

import anywidget
import traitlets

from workbench.text.catalogue import gettext as _
from workbench.text.catalogue import use_language
from workbench.web.js_bundle import STATIC, join_modules, join_viewer_style, translate_module
from workbench.widgets.main_shell import receive_in_main_shell

VARIABLE = "WORKBENCH_DASHBOARD"
"""Variable by which ``workbench dashboard`` configures its pages' kernels.

``{servers use_websocket language}`` as JSON.
"""

AUTHOR_HOURS = 12
"""Lifetime of the link that a dashboard in the author's own notebook makes."""

_ANSWER_S = 5.0


class Dashboard(anywidget.AnyWidget):
    """Read-only viewer of one run or of several.

    Examples:
        >>> from workbench import Dashboard
        >>> Dashboard(["http://127.0.0.1:8765"], thread="sample-20260105-1", token="secret")
        Dashboard(sample-20260105-1)

    Attributes:
        servers: Base addresses of the server, the likeliest first.
        thread: The run, or None for the list of runs that the token opens.
        token: Token of a view link; not synced, since a synced trait is saved with the notebook.
        use_websocket: False where the page is to poll.
        trouble: Message shown where there is nothing else to show, or None.
    """

    _esm = join_modules(STATIC / "dashboard.js")
    _css = join_viewer_style()

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
        """Shows the runs that a link opens.

        Args:
            servers: Base addresses of the server, the likeliest first.
            thread: The run, or None for the list of runs that the token opens.
            token: Token of a view link.
            use_websocket: False where the page is to poll.
            trouble: Message shown where there is nothing else to show.
        """
        super().__init__(
            servers=list(servers),
            thread=thread,
            token=token,
            use_websocket=use_websocket,
            trouble=trouble,
            _esm=translate_module(self._esm),
        )
        receive_in_main_shell(self)
        self.on_msg(self._handle)

    def __repr__(self) -> str:
        """Returns plain text for front ends without widgets.

        It never holds the token.
        """
        return f"Dashboard({self.trouble or self.thread or 'every run'})"

    @classmethod
    def here(cls, thread: str | None = None, *, environ: Mapping[str, str] | None = None) -> Dashboard:
        """Makes the dashboard for the page that runs this code.

        On a page of Voila it shows what the page's link opens; elsewhere it is the author's own.

        In the author's kernel it starts a server and makes a link for this page.

        Args:
            thread: Run to begin with; default: the link's, else the list.
            environ: Environment variables; default ``os.environ``.
        """
        environ = os.environ if environ is None else environ
        # Voila gives each page's kernel the page's request in the variables of CGI.
        if not environ.get("SERVER_SOFTWARE", "").startswith("voila/"):
            return cls._for_author(thread)
        asked = parse_qs(environ.get("QUERY_STRING", ""))
        token, config = asked.get("token", [""])[0], _read_config(environ)
        use_language(str(config.get("language", "")))
        if not token or not config.get("servers"):
            return cls(
                trouble=_(
                    "This page is opened by a link. Start it with: workbench dashboard (every run) or "
                    "workbench dashboard THREAD, and open the address that it prints."
                )
            )
        run = thread or asked.get("thread", [None])[0]
        return cls(config["servers"], thread=run, token=token, use_websocket=bool(config.get("use_websocket", True)))

    @classmethod
    def _for_author(cls, thread: str | None) -> Dashboard:
        """Makes the dashboard of the author's own notebook."""
        # Imported here: a kernel of Voila, one for each page load, must not load the server.
        from workbench.config import Settings  # noqa: PLC0415
        from workbench.server.local_server import ensure_local_server  # noqa: PLC0415
        from workbench.server.sharing import dashboard_token  # noqa: PLC0415
        from workbench.widgets.jupyter_origin import find_page_origins  # noqa: PLC0415

        settings = Settings.from_env()
        server = ensure_local_server(settings, find_page_origins())
        token = dashboard_token(settings, thread, hours=AUTHOR_HOURS, user_id="dashboard")
        return cls([server.url], thread=thread, token=token, use_websocket=settings.use_websocket)

    def _handle(self, _widget: Any, content: Mapping[str, Any], _buffers: Sequence[memoryview]) -> None:
        """Handles a view's message.

        A view in a notebook asks for its token. One that reaches no server asks the kernel for the run.
        """
        # See docs/decisions.md, "Voila serves a list of allowed routes".
        if content.get("type") == "token":
            self.send({"type": "token", "token": self.token})
        elif self.thread is not None:
            self._answer(quote(self.thread, safe=""), content)

    def _answer(self, thread: str, content: Mapping[str, Any]) -> None:
        match content:
            case {"type": "hello"}:
                answer = self._fetch(f"preview/{thread}")
                if answer is not None:
                    self.send({"type": "state", "state": json.loads(answer)})
            case {"type": "page", "exhibit_id": str(exhibit_id), "page": int(page)}:
                # Quoted whole: a slash in an id from a view must not lead to another route.
                text = self._fetch(f"{thread}/exhibit/{quote(exhibit_id, safe='')}/page/{page:d}")
                about = {"type": "page", "exhibit_id": exhibit_id, "page": page}
                found = {"error": _("This page cannot be fetched now.")} if text is None else {"text": text.decode()}
                self.send(about | found)

    def _fetch(self, place: str) -> bytes | None:
        """Returns the first answer of a server, or None."""
        from urllib import request  # noqa: PLC0415 - few pages need it, and each has a kernel

        for server in self.servers:
            asked = request.Request(f"{server.rstrip('/')}/api/document/{place}")  # noqa: S310 - servers are given by the host
            asked.add_header("Authorization", f"Bearer {self.token}")
            # The server is near, and a proxy must not see the token.
            opener = request.build_opener(request.ProxyHandler({}))
            # A refusal, an unreachable host and a time-out are all OSErrors: the next address may still answer.
            with contextlib.suppress(OSError), opener.open(asked, timeout=_ANSWER_S) as answer:
                return bytes(answer.read())
        return None


def _read_config(environ: Mapping[str, str]) -> dict[str, Any]:
    try:
        config = json.loads(environ.get(VARIABLE, "{}"))
    except ValueError:
        return {}
    return config if isinstance(config, dict) else {}
