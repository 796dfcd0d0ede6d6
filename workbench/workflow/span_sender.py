"""Sending of spans to the firm's endpoint, by OpenTelemetry's own batches.

Imported only where ``WORKBENCH_TRACING_ENDPOINT`` is set. OpenTelemetry's global provider is neither set nor used, and
its variables (``OTEL_*``) decide neither whether nor where spans are sent, nor with which key.
"""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Sequence
from importlib import metadata
from urllib.parse import unquote, urlsplit, urlunsplit

import requests
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import NoOpTracer

from workbench.config import Settings, is_this_machine
from workbench.errors import InputError, Problem
from workbench.workflow.tracing import Trace

logger = logging.getLogger("workbench")

ENDPOINT, HEADERS = "WORKBENCH_TRACING_ENDPOINT", "WORKBENCH_TRACING_HEADERS"
CLOSE_LIMIT_S = 3.0
"""Longest wait, in seconds, for the last spans of a process that ends."""

_PATH = "/v1/traces"
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_EXPORT_S = 5.0
_DELAY_MS = 2_000
# A run has some forty spans. What does not fit is dropped, the oldest first.
_QUEUE = 2_048
_BATCH = 256
_OF_EXPORTER = frozenset(
    {"accept", "accept-encoding", "connection", "content-encoding", "content-length", "content-type", "user-agent"}
)

_sending = threading.local()


class SpanSender:
    """Tracer of a process, for one endpoint.

    Spans are queued, and sent on a thread of OpenTelemetry's: an endpoint that is slow or gone holds up nobody.

    Args:
        settings: They name the endpoint.

    Attributes:
        trace: Opens the span of a run.

    Raises:
        InputError: The address or the headers cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        address, headers = read_address(settings), read_headers(settings)
        host = urlsplit(address).netloc
        # Each of these has a default from a variable of OpenTelemetry, which is not asked.
        exporter = OTLPSpanExporter(
            endpoint=address,
            headers=headers,
            timeout=_EXPORT_S,
            compression=Compression.Gzip,
            session=_make_session(address, headers),
            meter_provider=NoOpMeterProvider(),
        )
        self._exporter = _QuietExporter(exporter, host)
        processor = BatchSpanProcessor(
            self._exporter,
            _QUEUE,
            _DELAY_MS,
            _BATCH,
            _EXPORT_S * 1_000,
            meter_provider=NoOpMeterProvider(),
        )
        release = metadata.version("eb1a-workbench")
        # Not Resource.create: it may add the process's command line, with the path of a case.
        resource = Resource({"service.name": "eb1a-workbench", "service.version": release})
        self._provider = TracerProvider(ALWAYS_ON, resource, shutdown_on_exit=False, meter_provider=NoOpMeterProvider())
        self._provider.add_span_processor(processor)
        tracer = self._provider.get_tracer("workbench", release)
        # OTEL_SDK_DISABLED may switch off, as nothing of OpenTelemetry may switch on.
        off = isinstance(tracer, NoOpTracer)
        self.trace = Trace() if off else Trace(tracer, host=host, content=settings.tracing_content)
        self._pid = os.getpid()
        self._closing, self._closed = threading.Event(), threading.Event()
        # Begun now: no thread can begin while the interpreter ends. The provider's own wait may take 30 s.
        threading.Thread(target=self._close_when_told, name="workbench-spans", daemon=True).start()

    def close(self) -> None:
        """Sends what is queued, for three seconds at most."""
        if self._pid == os.getpid():
            self._closing.set()
            if not self._closed.wait(CLOSE_LIMIT_S):
                self._exporter.warn()

    def _close_when_told(self) -> None:
        self._closing.wait()
        self._provider.shutdown()
        self._closed.set()


class _QuietExporter(SpanExporter):
    """Exporter whose failures are one line, until one succeeds again."""

    def __init__(self, exporter: OTLPSpanExporter, host: str) -> None:
        self._exporter, self._host = exporter, host
        self._told = False
        # OpenTelemetry's own words come again and again, and on the attorney's screen.
        logging.getLogger(OTLPSpanExporter.__module__).addFilter(_is_not_ours)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        _sending.active = True
        try:
            result = self._exporter.export(spans)
        finally:
            _sending.active = False
        if result is SpanExportResult.SUCCESS:
            self._told = False
        else:
            self.warn()
        return result

    def warn(self) -> None:
        """Says that spans are dropped, once."""
        if not self._told:
            self._told = True
            what = "%s takes no spans: they are dropped, and the run goes on; `workbench doctor` says why"
            logger.warning(what, self._host)

    def shutdown(self) -> None:
        self._exporter.shutdown()  # type: ignore[no-untyped-call]


def _is_not_ours(_record: logging.LogRecord) -> bool:
    # Another program in the same kernel may have an exporter of its own.
    return not getattr(_sending, "active", False)


def check_endpoint(settings: Settings) -> str:
    """Sends an export without spans; returns the host that took it.

    Raises:
        InputError: It cannot be reached, or does not take it.
    """
    address, headers = read_address(settings), read_headers(settings)
    host = urlsplit(address).netloc
    with _make_session(address, headers) as session:
        try:
            answer = session.post(
                address,
                data=b"",  # a message without fields
                headers={"content-type": "application/x-protobuf", **headers},
                timeout=_EXPORT_S,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            what = f"{host} cannot be reached ({type(error).__name__})"
            raise InputError(Problem(what, "correct the address, or start the collector", field=ENDPOINT)) from None
    if answer.ok and not answer.is_redirect:
        return host
    what = f"{host} answers HTTP {answer.status_code}"
    if answer.status_code in {requests.codes.unauthorized, requests.codes.forbidden}:
        raise InputError(Problem(what, "correct the key", field=HEADERS))
    raise InputError(Problem(what, f"give the address of OTLP over HTTP, with or without {_PATH}", field=ENDPOINT))


def read_address(settings: Settings) -> str:
    """Returns the address to which spans are posted.

    Raises:
        InputError: It is no HTTP address, or holds a password.
    """
    try:
        parts = urlsplit(settings.tracing_endpoint or "")
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable:
        remedy = "write it like https://otel.firm.example:4318"
        raise InputError(Problem("this is no address of an OTLP endpoint", remedy, field=ENDPOINT))
    if "@" in parts.netloc:
        raise InputError(Problem("it holds a name or password", f"put the key into {HEADERS}", field=ENDPOINT))
    path = f"{parts.path.rstrip('/').removesuffix(_PATH)}{_PATH}"
    return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))


def read_headers(settings: Settings) -> dict[str, str]:
    """Returns the headers of each request.

    Raises:
        InputError: An entry is not ``NAME=VALUE``; the message holds no value.
    """
    given = settings.tracing_headers.get_secret_value() if settings.tracing_headers is not None else ""
    headers: dict[str, str] = {}
    for number, entry in enumerate(filter(None, (part.strip() for part in given.split(","))), start=1):
        name, sign, value = (part.strip() for part in entry.partition("="))
        value = unquote(value)
        if not (sign and _NAME.fullmatch(name) and value.isascii() and value.isprintable()):
            remedy = "write NAME=VALUE, separated by commas; %2C stands for a comma in a value"
            raise InputError(Problem(f"entry {number} is no header", remedy, field=HEADERS))
        headers[name.lower()] = value
    return headers


def _make_session(address: str, headers: dict[str, str]) -> requests.Session:
    session = requests.Session()
    session.trust_env = not is_this_machine(address)  # what stays on the machine takes no proxy

    def keep_ours(request: requests.PreparedRequest) -> requests.PreparedRequest:
        # The exporter adds OTEL_EXPORTER_OTLP_HEADERS, whose key is for another address.
        for name in [name for name in request.headers if name.lower() not in _OF_EXPORTER | headers.keys()]:
            del request.headers[name]
        return request

    session.auth = keep_ours
    return session
