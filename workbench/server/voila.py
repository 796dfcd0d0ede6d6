"""Voila process for the dashboard's notebook only.

It is reduced to what the dashboard needs.

``python -m workbench.server.voila`` reads its options as one line of JSON from standard input and prints its port.
It ends on a signal, or when standard input closes because the process that started it has ended.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
from jupyter_core.utils import run_sync
from jupyter_server.base.websocket import WS_PING_INTERVAL
from pydantic import BaseModel, ConfigDict
from tornado.ioloop import IOLoop
from tornado.web import HTTPError, RequestHandler
from traitlets.config import Config
from voila.app import Voila  # type: ignore[import-untyped]
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler  # type: ignore[import-untyped]
from voila.tornado.handler import TornadoVoilaHandler  # type: ignore[import-untyped]

from workbench.config import PACKAGE_FOLDER, Settings
from workbench.errors import WorkbenchError
from workbench.server.auth import Access
from workbench.server.http_protocol import REQUEST_HEAD_S
from workbench.server.uvicorn_server import LOOPBACK
from workbench.server.voila_auth import LinkIdentity
from workbench.text.catalogue import gettext as _
from workbench.text.catalogue import use_language
from workbench.text.html import escape_html
from workbench.workflow.loop import BackgroundLoop

logger = logging.getLogger("workbench")

TEMPLATE = "workbench"
MAX_BODY_BYTES = 64 * 1024
"""Largest body of a request: a page only ends its kernel by one."""

VARIABLE = "WORKBENCH_DASHBOARD"
"""Environment variable of the notebook's kernel: ``{servers use_websocket language}`` as JSON."""

MAX_KERNELS = 12
"""Kernels at the same time. A page needs its kernel for seconds; further pages get 503."""

IDLE_S, CULL_EVERY_S = 60, 5
"""Seconds until an idle kernel is ended, and between checks. A page ends its kernel itself once its socket is open;
this is for pages that never came so far. On a slow line a page needs its kernel until it is drawn."""

EXTENSIONS = ("@voila-dashboards/widgets-manager8", "@jupyter-widgets/jupyterlab-manager", "anywidget")
MESSAGES = ("comm_open", "comm_close", "comm_msg", "comm_info_request", "kernel_info_request")
"""Message types that a page may send to its kernel: no code, no shutdown."""

_KEPT = (
    "api/kernels/",
    "voila/api/shutdown/",
    "voila/api/themes/",
    "voila/labextensions/",
    "voila/static/",
    "voila/templates/",
)
_SECRETS = ("WORKBENCH_", "OPENAI_", "REDIS_", "LANGSMITH_", "LANGCHAIN_")
"""Prefixes of variables that are removed before a viewer's kernel starts."""

# IPython keeps its history in a database, which a viewer's kernel has no use for.
_PROFILE = "c.HistoryManager.enabled = False\n"


class VoilaOptions(BaseModel):
    """Options of the Voila process.

    Attributes:
        notebook: The notebook file.
        port: Loopback port; 0 takes a free one.
        servers: Base addresses of the server that the page reads from.
        hosts: Host names of a proxy in front, beside those of loopback.
        use_websocket: False: pages poll.
        language: As in the settings; empty: English.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    notebook: Path
    port: int = 0
    servers: tuple[str, ...]
    hosts: tuple[str, ...] = ()
    use_websocket: bool = True
    language: str = ""


class PlainErrorHandler(RequestHandler):
    """Handler with a plain error page.

    Jupyter's own page needs the rest of Jupyter.
    """

    def write_error(self, status_code: int, **_more: Any) -> None:
        """Writes an HTML error page."""
        what, why = map(escape_html, _describe_status(status_code))
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
            f'content="width=device-width"><title>{what}</title></head><body><h1>{what}</h1><p>{why}</p></body></html>'
        )


class DashboardPage(PlainErrorHandler, TornadoVoilaHandler):  # type: ignore[misc]
    """Handler of the dashboard page.

    It needs a token in its address.
    """

    def get_login_url(self) -> str:
        """Raises 401: there is no login page to redirect to."""
        raise HTTPError(401)

    async def get(self, path: str | None = None) -> None:
        """Sends the page while its kernel starts."""
        if path or not self.get_query_argument("token", ""):  # the cookie is for later requests of the page only
            raise HTTPError(404 if path else 401)
        if len(self.kernel_manager.list_kernel_ids()) >= MAX_KERNELS:
            self.set_header("Retry-After", "10")
            raise HTTPError(503)
        self.xsrf_token  # noqa: B018 - sets the cookie that the page needs to end its kernel
        await TornadoVoilaHandler.get(self, path)


class KernelShutdownHandler(PlainErrorHandler, VoilaShutdownKernelHandler):  # type: ignore[misc]
    """Handler that ends a page's kernel, unless it has ended."""

    async def post(self, kernel_id: str) -> None:
        """Answers 204."""
        if kernel_id in self.kernel_manager or not self.current_user:
            await VoilaShutdownKernelHandler.post(self, kernel_id)
        else:
            self.set_status(204)
            self.finish()


def _describe_status(status: int) -> tuple[str, str]:
    """Returns the title and the advice of an error page."""
    return {
        401: (
            _("This link does not open the dashboard"),
            _("It has expired, was withdrawn, or is incomplete: ask whoever sent it for a new one."),
        ),
        403: (_("Not from here"), _("This address is not one of the dashboard's own.")),
        404: (_("There is nothing here"), _("The dashboard is at the address of the link that you were given.")),
        503: (
            _("The dashboard is busy"),
            _("Too many pages are opening, or the store is away. Try again in a moment."),
        ),
    }.get(status, (_("This page cannot be shown"), _("The server's log says more.")))


class VoilaDashboard(Voila):  # type: ignore[misc]
    """Voila application without files, contents, login and templates of users.

    Args:
        order: Options.
        access: Authentication of viewers.
        announce: Called with the port once it listens.
    """

    def __init__(self, order: VoilaOptions, access: Access, announce: Callable[[int], None]) -> None:
        super().__init__(config=_config(order))
        self._order = order
        self._access = access
        self._announce = announce

    def init_settings(self) -> dict[str, Any]:
        """Returns Voila's settings, restricted to the dashboard's needs.

        They have a host check, security headers and a log without addresses.
        """
        settings: dict[str, Any] = super().init_settings()
        self.identity_provider.admit_by(self._access)
        # Without it a page could send code to its kernel over the socket.
        self.kernel_manager.allowed_message_types = list(MESSAGES)
        settings |= {
            "allow_remote_access": False,
            "local_hostnames": ["localhost", *self._order.hosts],
            "log_function": _log_request,
            # Jupyter's default is longer than tornado allows, which logs a warning each time
            "ws_ping_timeout": WS_PING_INTERVAL,
            "headers": {
                "Content-Security-Policy": page_policy(self._order.servers),
                "Referrer-Policy": "no-referrer",  # the address carries the token
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
                "Access-Control-Allow-Origin": "null",  # else Jupyter adds whatever origin asks with a token
            },
        }
        return settings

    def init_handlers(self) -> list[Any]:
        """Returns the handlers of page, scripts and kernel only."""
        # A list of what stays. See docs/decisions.md, "Voila serves a list of allowed routes".
        kept = [
            _with_plain_errors(entry) for entry in super().init_handlers() if any(place in entry[0] for place in _KEPT)
        ]
        page = {
            "notebook_path": os.path.relpath(self.notebook_path, self.root_dir),
            "template_paths": self.template_paths,
            "config": self.config,
            "voila_configuration": self.voila_configuration,
        }
        return [*kept, (r"/(.*)", DashboardPage, page)]

    def listen(self) -> None:
        """Listens on loopback at the given port and serves."""
        # Tornado's own limits are an hour and 100 MB, and it reads a body before it asks who sends it.
        server = self.app.listen(
            self._order.port,
            LOOPBACK,
            idle_connection_timeout=REQUEST_HEAD_S,
            body_timeout=REQUEST_HEAD_S,
            max_body_size=MAX_BODY_BYTES,
        )
        [listening] = {each.getsockname()[1] for each in server._sockets.values()}  # noqa: SLF001 - tornado has no public way to the port
        self.port = listening
        self.ioloop = IOLoop.current()
        _end_with_input(self.ioloop)
        self._announce(listening)
        try:
            self.ioloop.start()
        except KeyboardInterrupt:
            pass
        finally:
            server.stop()
            self.stop()

    def stop(self) -> None:
        """Ends every kernel."""
        run_sync(self.kernel_manager.shutdown_all)(now=True)
        shutil.rmtree(self.connection_dir, ignore_errors=True)


def _config(order: VoilaOptions) -> Config:
    return Config(
        {
            "Voila": {
                "notebook_path": str(order.notebook),
                "open_browser": False,
                "log_level": logging.ERROR,
                "identity_provider_class": LinkIdentity,
                "config_file_paths": [],  # a voila.json of the user must not change these options
            },
            "VoilaConfiguration": {
                "template": TEMPLATE,
                # Otherwise a viewer could choose them in the address.
                "allow_template_override": "NO",
                "allow_theme_override": "NO",
                "strip_sources": True,
                "show_tracebacks": False,
                "file_allowlist": [],
                "extension_allowlist": list(EXTENSIONS),
            },
            # Unix sockets in a private folder: a loopback port is open to every user of the machine.
            "KernelManager": {"transport": "tcp" if sys.platform == "win32" else "ipc"},
            "MappingKernelManager": {
                "cull_idle_timeout": IDLE_S,
                "cull_interval": CULL_EVERY_S,
                # A page that hangs keeps its socket, and would keep its kernel.
                "cull_connected": True,
            },
        }
    )


def _with_plain_errors(entry: tuple[Any, ...]) -> tuple[Any, ...]:
    place, handler, *more = entry
    if handler is VoilaShutdownKernelHandler:
        return (place, KernelShutdownHandler, *more)
    return (place, type(handler.__name__, (PlainErrorHandler, handler), {}), *more)


def page_policy(servers: tuple[str, ...]) -> str:
    """Returns the page's content security policy.

    It allows the page's own host and its servers only.

    anywidget loads modules from ``blob:``, and Lumino writes style attributes.
    """
    sockets = " ".join(f"{server} {server.replace('http', 'ws', 1)}" for server in servers)
    return (
        f"default-src 'none'; script-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        f"font-src 'self' data:; connect-src 'self' {sockets}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


def _log_request(handler: RequestHandler) -> None:
    """Logs server errors, without the query, which contains a token."""
    if handler.get_status() >= 500:  # noqa: PLR2004 - errors of the server, not of the client
        logger.error("%s %s answered %d", handler.request.method, handler.request.path, handler.get_status())


def _end_with_input(loop: IOLoop) -> None:
    def read_until_closed() -> None:
        # Returns when the starter's end of the pipe closes, however that process ended.
        sys.stdin.buffer.read()
        loop.add_callback(loop.stop)

    threading.Thread(target=read_until_closed, name="dashboard's starter", daemon=True).start()


def _prepare_process(order: VoilaOptions, private: Path) -> None:
    """Prepares the environment of the kernels.

    It gets the options, but no secrets and no user's profile.
    """
    logging.getLogger("tornado").setLevel(logging.ERROR)  # tornado logs refused requests as warnings
    # A list, because the loop changes the environment.
    for name in [name for name in os.environ if name.startswith(_SECRETS)]:
        del os.environ[name]
    profile = private / "profile_default"
    profile.mkdir()
    (profile / "ipython_kernel_config.py").write_text(_PROFILE, encoding="utf-8")
    path = os.environ.get("JUPYTER_PATH")
    widgets = str(PACKAGE_FOLDER / "widgets")
    options = {"servers": order.servers, "use_websocket": order.use_websocket, "language": order.language}
    os.environ |= {
        "IPYTHONDIR": str(private),
        "JUPYTER_NO_CONFIG": "1",
        "JUPYTER_PATH": f"{widgets}{os.pathsep}{path}" if path else widgets,
        VARIABLE: orjson.dumps(options).decode(),
    }


def main() -> int:
    """Serves until told to end and returns the exit status."""
    try:
        order = VoilaOptions.model_validate_json(sys.stdin.buffer.readline())
        use_language(order.language)
        access = Access(Settings.from_env())  # reads the secrets before they are removed
        with tempfile.TemporaryDirectory(prefix="wb-ipython-") as private:
            _prepare_process(order, Path(private))
            app = VoilaDashboard(order, access, lambda port: print(orjson.dumps({"port": port}).decode(), flush=True))  # noqa: T201
            app.initialize([])
            app.start()
    except WorkbenchError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    finally:
        BackgroundLoop.current().close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
