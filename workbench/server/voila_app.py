"""Voila on the dashboard's notebook, with nothing open that the dashboard does not need. A process of its own.

``python -m workbench.server.voila_app`` reads what to serve as one line of JSON from standard input, says on standard
output where it listens, and ends when it is told to, or when that input closes: when whoever started it is gone.
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
from workbench.server.access import Access
from workbench.server.hosting import LOOPBACK
from workbench.server.voila_access import LinkIdentity
from workbench.workflow.bench import Bench

logger = logging.getLogger("workbench")

TEMPLATE = "workbench"
VARIABLE = "WORKBENCH_DASHBOARD"
"""What the notebook in the kernel is told: ``{servers use_websocket}`` as JSON."""

MAX_KERNELS = 12
"""At once. A page holds its kernel for seconds; a flood of pages is told to come again."""

IDLE_S, CULL_EVERY_S = 60, 5
"""A page lets its kernel go by itself once it lives on the socket, or is left. This takes those whose page never came
so far; a page on a slow line needs its kernel until it is drawn."""

EXTENSIONS = ("@voila-dashboards/widgets-manager8", "@jupyter-widgets/jupyterlab-manager", "anywidget")
MESSAGES = ("comm_open", "comm_close", "comm_msg", "comm_info_request", "kernel_info_request")
"""All that a page may say to its kernel: no code, no shutdown."""

_KEPT = (
    "api/kernels/",
    "voila/api/shutdown/",
    "voila/api/themes/",
    "voila/labextensions/",
    "voila/static/",
    "voila/templates/",
)
_SECRETS = ("WORKBENCH_", "OPENAI_", "REDIS_", "LANGSMITH_", "LANGCHAIN_")
"""Variables that a viewer's kernel has no use for, keys among them."""

_PROFILE = "c.HistoryManager.enabled = False\n"


class Order(BaseModel):
    """What to serve.

    Attributes:
        notebook: The file.
        port: On loopback; 0 takes a free one.
        servers: Base addresses of the server that the page follows.
        hosts: Names by which a proxy in front of it is reached, beside the loopback's own.
        use_websocket: False: pages poll.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    notebook: Path
    port: int = 0
    servers: tuple[str, ...]
    hosts: tuple[str, ...] = ()
    use_websocket: bool = True


class Refusing(RequestHandler):
    """Says why it shows nothing in plain words; Jupyter's own page of errors needs the rest of Jupyter."""

    def write_error(self, status_code: int, **_: Any) -> None:
        """A page for people, whoever asked."""
        what, why = _WORDS.get(status_code, ("This page cannot be shown", "The server's log says more."))
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
            f'content="width=device-width"><title>{what}</title></head><body><h1>{what}</h1><p>{why}</p></body></html>'
        )


class Page(Refusing, TornadoVoilaHandler):  # type: ignore[misc]
    """The one page, for whoever shows a token in its address."""

    def get_login_url(self) -> str:
        """There is no page to log in; Jupyter asks for its address where a request came without a good token."""
        raise HTTPError(401)

    async def get(self, path: str | None = None) -> None:
        """The page, as its kernel comes up."""
        if path or not self.get_query_argument("token", ""):  # a cookie is for what the page asks afterwards
            raise HTTPError(404 if path else 401)
        if len(self.kernel_manager.list_kernel_ids()) >= MAX_KERNELS:
            self.set_header("Retry-After", "10")
            raise HTTPError(503)
        self.xsrf_token  # noqa: B018 - makes its cookie, which the page shows again where it ends its kernel
        await TornadoVoilaHandler.get(self, path)


class LetGo(Refusing, VoilaShutdownKernelHandler):  # type: ignore[misc]
    """Ends a page's kernel; nothing happens where it has ended already."""

    async def post(self, kernel_id: str) -> None:
        """204."""
        if kernel_id in self.kernel_manager or not self.current_user:
            await VoilaShutdownKernelHandler.post(self, kernel_id)
        else:
            self.set_status(204)
            self.finish()


_WORDS = {
    401: (
        "This link does not open the dashboard",
        "It has expired, was withdrawn, or is incomplete: ask whoever sent it for a new one.",
    ),
    403: ("Not from here", "This address is not one of the dashboard's own."),
    404: ("There is nothing here", "The dashboard is at the address of the link that you were given."),
    503: ("The dashboard is busy", "Too many pages are opening, or the store is away. Try again in a moment."),
}


class Dashboard(Voila):  # type: ignore[misc]
    """Voila, with fewer doors.

    Args:
        order: What to serve.
        access: Whom to let in.
        announce: Called with the port once it listens.
    """

    def __init__(self, order: Order, access: Access, announce: Callable[[int], None]) -> None:
        super().__init__(config=_config(order))
        self._order = order
        self._access = access
        self._announce = announce

    def init_settings(self) -> dict[str, Any]:
        """Voila's, with the host checked, addresses kept out of logs, and headers that say what the page may do."""
        settings: dict[str, Any] = super().init_settings()
        self.identity_provider.admit_by(self._access)
        self.kernel_manager.allowed_message_types = list(MESSAGES)
        settings |= {
            "allow_remote_access": False,
            "local_hostnames": ["localhost", *self._order.hosts],
            "log_function": _log_request,
            "ws_ping_timeout": WS_PING_INTERVAL,  # Jupyter's own is longer than tornado takes, which says so each time
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
        """The page, its scripts and its kernel; no files, no contents, no login."""
        kept = [_refusing(entry) for entry in super().init_handlers() if any(place in entry[0] for place in _KEPT)]
        page = {
            "notebook_path": os.path.relpath(self.notebook_path, self.root_dir),
            "template_paths": self.template_paths,
            "config": self.config,
            "voila_configuration": self.voila_configuration,
        }
        return [*kept, (r"/(.*)", Page, page)]

    def listen(self) -> None:
        """On loopback, at the port that was asked for and no other."""
        server = self.app.listen(self._order.port, LOOPBACK)
        [listening] = {each.getsockname()[1] for each in server._sockets.values()}  # noqa: SLF001 - tornado tells it nowhere else
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


def _config(order: Order) -> Config:
    return Config(
        {
            "Voila": {
                "notebook_path": str(order.notebook),
                "open_browser": False,
                "log_level": logging.ERROR,
                "identity_provider_class": LinkIdentity,
                "config_file_paths": [],  # a voila.json of the user's must not open what is shut here
            },
            "VoilaConfiguration": {
                "template": TEMPLATE,
                "allow_template_override": "NO",
                "allow_theme_override": "NO",
                "strip_sources": True,
                "show_tracebacks": False,
                "file_allowlist": [],
                "extension_allowlist": list(EXTENSIONS),
            },
            # Sockets in a folder of ours: loopback is open to every user of the machine.
            "KernelManager": {"transport": "tcp" if sys.platform == "win32" else "ipc"},
            "MappingKernelManager": {
                "cull_idle_timeout": IDLE_S,
                "cull_interval": CULL_EVERY_S,
                "cull_connected": True,
            },
        }
    )


def _refusing(entry: tuple[Any, ...]) -> tuple[Any, ...]:
    place, handler, *more = entry
    if handler is VoilaShutdownKernelHandler:
        return (place, LetGo, *more)
    return (place, type(handler.__name__, (Refusing, handler), {}), *more)


def page_policy(servers: tuple[str, ...]) -> str:
    """The content security policy of the page: its own host and the servers it follows, nothing else.

    ``blob:`` is how anywidget loads a module, and Lumino writes style attributes.
    """
    sockets = " ".join(f"{server} {server.replace('http', 'ws', 1)}" for server in servers)
    return (
        f"default-src 'none'; script-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        f"font-src 'self' data:; connect-src 'self' {sockets}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


def _log_request(handler: RequestHandler) -> None:
    """Failures only, and the path without its query: a token stands there."""
    if handler.get_status() >= 500:  # noqa: PLR2004 - the server's own faults
        logger.error("%s %s answered %d", handler.request.method, handler.request.path, handler.get_status())


def _end_with_input(loop: IOLoop) -> None:
    def wait() -> None:
        sys.stdin.buffer.read()
        loop.add_callback(loop.stop)

    threading.Thread(target=wait, name="dashboard's starter", daemon=True).start()


def _prepare_process(order: Order, private: Path) -> None:
    """What kernels inherit: no secret, no profile of the user's, and what the notebook must know."""
    logging.getLogger("tornado").setLevel(logging.ERROR)  # who was refused is told to them, not to the log
    for name in [name for name in os.environ if name.startswith(_SECRETS)]:
        del os.environ[name]
    profile = private / "profile_default"
    profile.mkdir()
    (profile / "ipython_kernel_config.py").write_text(_PROFILE, encoding="utf-8")
    path = os.environ.get("JUPYTER_PATH")
    widgets = str(PACKAGE_FOLDER / "widgets")
    told = {"servers": order.servers, "use_websocket": order.use_websocket}
    os.environ |= {
        "IPYTHONDIR": str(private),
        "JUPYTER_NO_CONFIG": "1",
        "JUPYTER_PATH": f"{widgets}{os.pathsep}{path}" if path else widgets,
        VARIABLE: orjson.dumps(told).decode(),
    }


def main() -> int:
    """Serves until told to end; the exit status as the command line's."""
    try:
        order = Order.model_validate_json(sys.stdin.buffer.readline())
        access = Access(Settings.from_env())  # before the variables go
        with tempfile.TemporaryDirectory(prefix="wb-ipython-") as private:
            _prepare_process(order, Path(private))
            app = Dashboard(order, access, lambda port: print(orjson.dumps({"port": port}).decode(), flush=True))  # noqa: T201
            app.initialize([])
            app.start()
    except WorkbenchError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    finally:
        Bench.current().close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
