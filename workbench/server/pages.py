"""HTML pages of a run and of all runs, and their static files.

The page is the same for every run, and without one it lists them. Its script reads thread and token from the address
and uses the same routes as every other viewer.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from workbench.live.memory_store import MemoryStore
from workbench.live.open_store import name_store
from workbench.server.error_pages import make_head
from workbench.server.error_responses import RESPONSES
from workbench.server.schemas import JupyterUser, Reader, Service, ThreadId, Viewer, record_opening
from workbench.server.service import RunService
from workbench.text.catalogue import gettext as _
from workbench.text.html import escape_html
from workbench.web.js_bundle import STATIC, join_viewer_module, join_viewer_style

router = APIRouter(responses=RESPONSES)

STATIC_NAMES = ("monitor.js", "monitor.css", "page.js", "page.css")
"""Files under ``/static``. A fixed list, so that no file is published by being put into a folder."""

STATIC_PATHS = frozenset(f"/static/{name}" for name in STATIC_NAMES)
"""Paths without a token: a page loads its scripts without one, and they contain no data."""

_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")

_TYPES = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}

_PAGE = (
    "{head}<title>{title} · EB-1A Workbench</title>"
    '<link rel="stylesheet" href="../static/monitor.css"><script type="module" src="../static/page.js"></script>'
    '</head><body class="wbp"><main id="petition" data-websocket="{websocket}" data-store="{store}"></main>'
    "<noscript>{noscript}</noscript>"
    "</body></html>"
)


class _StaticFile(NamedTuple):
    body: bytes
    kind: str
    etag: str


# The files change with the package only, and joining the modules takes time.
@functools.cache
def _load_file(name: str) -> _StaticFile:
    text = {
        "monitor.js": join_viewer_module,
        "monitor.css": join_viewer_style,
    }.get(name, lambda: (STATIC / name).read_text("utf-8"))()
    body = text.encode()
    return _StaticFile(body, _TYPES[name.rpartition(".")[2]], f'"{hashlib.sha256(body).hexdigest()[:32]}"')


def _static_route(name: str) -> Callable[[Request], Response]:
    def static(request: Request) -> Response:
        file = _load_file(name)
        # Revalidated each time (usually a 304), so that a page never runs with the script of another version.
        headers = {"etag": file.etag, "cache-control": "no-cache"}
        # A substring will do: the header may list several tags, and this one is 32 digits of a hash in quotes.
        if file.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(file.body, headers=headers, media_type=file.kind)

    return static


for _name in STATIC_NAMES:
    router.get(f"/static/{_name}", summary="A file of the page", response_class=Response)(_static_route(_name))


@router.get("/view/{thread_id}", summary="The page of a run, for people", response_class=HTMLResponse)
def view(thread_id: ThreadId, _reader: Reader, service: Service, request: Request) -> HTMLResponse:  # noqa: ARG001 - of the reader
    """Answers the page.

    An unknown run gets it, too: its socket reports that.
    """
    return _make_page(service, request)


@router.get("/view/", summary="The page of all runs that the token may read", response_class=HTMLResponse)
async def view_runs(viewer: Viewer, service: Service, request: Request) -> HTMLResponse:
    """Answers the page."""
    await record_opening(request, viewer, "page")
    return _make_page(service, request)


@router.get("/start", status_code=303, summary="JupyterLab's start page, for the tile in its launcher")
def open_start_page(_user: JupyterUser, request: Request) -> RedirectResponse:
    """Writes JupyterLab's start page anew and leads there.

    For the tile in JupyterLab's launcher, behind jupyter-server-proxy.
    """
    write = request.app.state.write_start_page
    if write is None:
        raise HTTPException(404, "no JupyterLab is in front of this server")
    # Relative: the Jupyter server's own prefix is unknown here.
    return RedirectResponse(f"../lab/tree/{quote(write())}", status_code=303)


def _make_page(service: RunService, request: Request) -> HTMLResponse:
    settings = service.settings
    store = "memory" if name_store(settings) == MemoryStore.url else "shared"
    values = {
        "head": make_head(),
        "websocket": str(settings.use_websocket).lower(),
        "store": store,
        "title": escape_html(_("Petition")),
        "noscript": escape_html(
            _("This page shows the petition as it is being drafted, and needs JavaScript for that.")
        ),
    }
    page = _PAGE.format_map(values)
    return HTMLResponse(page, headers={"content-security-policy": page_policy(request.headers.get("host", ""))})


def page_policy(host: str) -> str:
    """Returns the page's content security policy.

    It allows the server's own files and sockets only.

    Args:
        host: The request's ``Host``; not every browser lets ``'self'`` cover a WebSocket to the same host.
    """
    # The client writes its Host: any other text could add directives to the policy.
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; font-src 'self'; "
        f"connect-src 'self'{sockets}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
