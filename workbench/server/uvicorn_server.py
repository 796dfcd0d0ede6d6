"""uvicorn server on a given socket, ended in order.

It has no access log.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import errno
import logging
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from workbench.errors import InputError, Problem, printable
from workbench.server.frames import MAX_MESSAGE_BYTES, PING_S, FrameProtocol, offer_asgi_sockets
from workbench.server.http_protocol import SPARE_FILES, TimeoutHttpProtocol
from workbench.server.protocol_check import find_protocol_fault
from workbench.workflow.loop import BackgroundLoop

logger = logging.getLogger("workbench")

GRACE_S = 3
"""Seconds that running requests get at shutdown."""

LOOPBACK = "127.0.0.1"

_QUIET_S = 60.0


def listening_socket(host: str, port: int) -> socket.socket:
    """Opens a listening socket; port 0 takes a free one.

    Raises:
        InputError: The port is taken or the host is not an address of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        raise _listen_error(host, port, error) from None
    try:
        # Windows only, where SO_REUSEADDR would let a second process take the port.
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:  # a former server's connections in TIME_WAIT must not block the port
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(128)
    except OSError as error:
        bound.close()
        raise _listen_error(host, port, error) from None
    bound.setblocking(False)
    return bound


def listening_unix_socket(path: Path) -> socket.socket:
    """Opens a listening unix socket.

    Who may reach it is decided by its folder.

    Raises:
        InputError: The socket cannot be made.
    """
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if path.is_socket() and not _is_listened_at(path):  # left by a server that was killed
            path.unlink()
        bound.bind(str(path))
        bound.listen(128)
    except OSError as error:
        bound.close()
        what = f"cannot listen at {path} ({error.strerror or error})"
        raise InputError(Problem(what, "name a new file in a folder of yours", field="--unix-socket")) from None
    bound.setblocking(False)
    return bound


def _is_listened_at(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def _listen_error(host: str, port: int, error: Exception) -> InputError:
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        return InputError(
            Problem(
                what=f"port {port} of {host} is taken", remedy="choose another, or 0 for a free one", field="--port"
            )
        )
    if number in {errno.EACCES, errno.EPERM}:
        return InputError(
            Problem(what=f"port {port} is not yours to open", remedy="choose one over 1023", field="--port")
        )
    return InputError(
        Problem(
            what=f"cannot listen on {host} ({getattr(error, 'strerror', None) or error})",
            remedy="name an address of this machine",
            field="--host",
        )
    )


class RepeatFilter(logging.Filter):
    """Log filter that passes each message once a minute.

    Clients must not be able to fill the log.
    """

    def __init__(self) -> None:
        super().__init__()
        self._logged_at: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Returns True for a minute's first record and for tracebacks."""
        if record.exc_info or record.levelno < logging.WARNING:
            return True
        moment, message = time.monotonic(), str(record.msg)
        if moment - self._logged_at.get(message, -_QUIET_S) < _QUIET_S:
            return False
        self._logged_at[message] = moment
        return True


class AcceptFilter(RepeatFilter):
    """Log filter for a listening socket without descriptors.

    asyncio logs a traceback for each connection that it cannot accept, thousands a second.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Returns True for other records, and once a minute for this one."""
        if not str(record.msg).startswith("socket.accept() out of system resource"):
            return True
        record.msg, record.args = "no descriptor is left for another connection; raise the limit (ulimit -n)", ()
        record.exc_info = record.exc_text = None
        return super().filter(record)


ACCEPT_FILTER = AcceptFilter()
REPEAT_FILTER = RepeatFilter()
"""Filter of uvicorn's logger, which logs "Invalid HTTP request received." for every malformed line."""


def raise_open_file_limit(sockets: int) -> None:
    """Raises the limit of open files to fit sockets."""
    try:
        import resource  # noqa: PLC0415 - not on Windows, where there is no such limit
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = sockets + SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        reachable = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, reachable), hard))


class WorkbenchServer(uvicorn.Server):
    """uvicorn server for one ASGI application on one socket.

    In a process that does other things it runs on the workbench loop between :meth:`begin` and :meth:`end`. In a
    process of its own :meth:`run_here` serves until SIGTERM, SIGINT or SIGHUP and then returns. uvicorn's own method
    would raise the signal again, so that an orderly shutdown would look like a failure.

    Args:
        app: ASGI application.
        bound: From :func:`listening_socket`; closed at the end.
        announce: Called once the server answers.
    """

    def __init__(self, app: ASGIApp, bound: socket.socket, announce: Callable[[], None] | None = None) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                log_level="warning",
                access_log=False,  # addresses contain tokens
                server_header=False,
                # The rate limits read X-Forwarded-For themselves, from trusted proxies only.
                proxy_headers=False,
                lifespan="off",
                http=TimeoutHttpProtocol,
                ws=FrameProtocol,
                ws_max_size=MAX_MESSAGE_BYTES,
                ws_per_message_deflate=False,  # a frame is made once for all viewers
                ws_ping_interval=PING_S,
                ws_ping_timeout=PING_S,
                timeout_graceful_shutdown=GRACE_S,
            )
        )
        # One filter for all servers: logging ignores the second addition of the same object.
        logging.getLogger("uvicorn.error").addFilter(REPEAT_FILTER)
        logging.getLogger("asyncio").addFilter(ACCEPT_FILTER)
        self._bound = bound
        self._announce = announce
        self._answers = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Base address of the server; of one at a unix socket its path."""
        place = self._bound.getsockname()
        if isinstance(place, str):
            return f"unix:{place}"
        host, port = place[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    @property
    def is_stopped(self) -> bool:
        """True once the server has stopped."""
        return self._task is not None and self._task.done()

    async def begin(self) -> None:
        """Starts the server on the running loop.

        Returns when it answers.
        """
        self._task = asyncio.create_task(self._serve_and_close(), name="workbench server")
        answers = asyncio.create_task(self._answers.wait())
        # Either it answers, or its task has failed and raises below.
        await asyncio.wait({answers, self._task}, return_when=asyncio.FIRST_COMPLETED)
        if not answers.done():
            answers.cancel()
            await self._task

    async def end(self) -> None:
        """Stops the server after the requests under way."""
        self.should_exit = True
        if self._task is not None:
            await self._task

    def run_here(self) -> None:
        """Serves until the process is told to end.

        To be called on the main thread.

        It serves on the workbench loop, not on one of its own, so that messages of Redis reach the viewers' sockets
        without a thread switch.
        """
        loop = BackgroundLoop.current()
        with self.capture_signals():
            serving = loop.submit(self._serve_and_close())
            while not serving.done():  # an unlimited wait is not interrupted by Ctrl-C on Windows
                concurrent.futures.wait({serving}, timeout=1)
        serving.result()

    async def _serve_and_close(self) -> None:
        try:
            await self.serve(sockets=[self._bound])
        finally:  # also when the loop is closed around it
            for listener in getattr(self, "servers", ()):
                listener.close()
            self._bound.close()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Checks uvicorn's WebSocket class, starts, and calls ``announce``."""
        await self._choose_viewer_sockets()
        await super().startup(sockets)
        self._answers.set()
        if self._announce is not None:
            self._announce()

    async def _choose_viewer_sockets(self) -> None:
        """Falls back to ASGI `send` where frames cannot work.

        That is so where uvicorn's protocol class is not the expected one.
        """
        fault = await find_protocol_fault(FrameProtocol)
        if fault is None:
            return
        logger.warning(
            "uvicorn %s has another WebSocket protocol class than expected (%s); viewers are served by ASGI send, "
            "which costs more processor time for each of them",
            uvicorn.__version__,
            printable(fault),
        )
        # A second configuration, because the first is loaded already and resolves its classes once.
        fallback = uvicorn.Config(self.config.app, log_config=None, http=TimeoutHttpProtocol, ws="auto")
        fallback.load()
        self.config.ws_protocol_class = fallback.ws_protocol_class
        self.config.loaded_app = offer_asgi_sockets(self.config.loaded_app)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handles the signals while serving, on the main thread only."""

        def handle(number: int, frame: FrameType | None) -> None:
            self.handle_exit(number, frame)

        before = {}
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is None or signal.getsignal(number) is signal.SIG_IGN:  # nohup ignores it on purpose
                continue
            try:
                before[number] = signal.signal(number, handle)
            except ValueError:  # not the main thread, which alone may set handlers
                break
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
