"""A real HTTP server on loopback that takes spans as OTLP collectors do, and decodes them."""

from __future__ import annotations

import gzip
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any

from local_server import LocalServer
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class ReceivedSpan:
    """A span as the collector decodes it; ``parent`` is the name of the span around it, or None."""

    name: str
    parent: str | None
    trace: str
    kind: int
    failed: bool
    nanoseconds: int
    events: int
    message: str
    attributes: dict[str, Any]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SpanCollector

    def do_POST(self) -> None:
        collector = self.server
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        headers = {name.lower(): value for name, value in self.headers.items()}
        collector.received.append(Received(self.path, headers, body))
        if collector.hangs:
            collector.asked.set()
            collector.released.wait()
            self.close_connection = True
            return
        self.send_response(collector.status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """The tests read ``received`` instead."""


class SpanCollector(LocalServer):
    """The server. It answers with ``status``, or not before its end where it ``hangs``."""

    def __init__(self) -> None:
        super().__init__(_Handler, clients_may_stay=True)  # who gives up waiting leaves its connection open
        self.received: list[Received] = []
        self.status = 200
        self.hangs = False
        self.asked, self.released = threading.Event(), threading.Event()

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    @property
    def bytes(self) -> bytes:
        """Everything that came, decompressed, heads included."""
        return b"".join(f"{each.path} {each.headers}".encode() + each.body for each in self.received)

    @property
    def spans(self) -> list[ReceivedSpan]:
        """The spans by their start."""
        requests = [ExportTraceServiceRequest.FromString(each.body) for each in self.received]
        scopes = [
            scope for request in requests for resource in request.resource_spans for scope in resource.scope_spans
        ]
        spans = sorted((span for scope in scopes for span in scope.spans), key=lambda span: span.start_time_unix_nano)
        names = {span.span_id: span.name for span in spans}
        return [
            ReceivedSpan(
                name=span.name,
                parent=names[span.parent_span_id] if span.parent_span_id else None,
                trace=span.trace_id.hex(),
                kind=span.kind,
                failed=span.status.code == 2,
                nanoseconds=span.end_time_unix_nano - span.start_time_unix_nano,
                events=len(span.events),
                message=span.status.message,
                attributes={each.key: _read_value(each.value) for each in span.attributes},
            )
            for span in spans
        ]

    @property
    def resource(self) -> dict[str, Any]:
        """Attributes of the process that sent the spans."""
        request = ExportTraceServiceRequest.FromString(self.received[0].body)
        return {each.key: _read_value(each.value) for each in request.resource_spans[0].resource.attributes}

    def __exit__(self, *_: object) -> None:
        self.released.set()
        super().__exit__()


def _read_value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_read_value(each) for each in value.array_value.values]
    return getattr(value, kind)
