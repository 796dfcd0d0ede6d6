"""Metrics: what an operator's Prometheus asks for; one registry per application."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import orjson
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily

if TYPE_CHECKING:
    from workbench.server.fanout import ConnectionManager

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_LAG_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

KINDS = ("author", "view", "redacted")


class Metrics:
    """Counters of one application, and how they are read.

    None of their labels has a value from outside: a stranger cannot make the registry grow.
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._events = Counter("workbench_events", "Events read from the store for viewers", registry=self._registry)
        self._sent = Counter(
            "workbench_events_sent", "Events handed to sockets, once a viewer", registry=self._registry
        )
        self._lag = Histogram(
            "workbench_event_lag_seconds",
            "From the moment of writing to the sockets, by the writer's clock and this server's",
            buckets=_LAG_S,
            registry=self._registry,
        )
        self._resyncs = Counter(
            "workbench_viewer_resyncs",
            "Times that a viewer was too slow and got the state anew instead of what it missed",
            registry=self._registry,
        )
        self._connections = Counter("workbench_connections", "Sockets that were opened", registry=self._registry)
        self._refused = Counter(
            "workbench_refused", "Requests and sockets that were refused", ["reason"], registry=self._registry
        )
        self._errors = Counter("workbench_redis_errors", "Readings of the store that failed", registry=self._registry)

    def watch(self, manager: ConnectionManager) -> None:
        """Shows the viewers of that manager."""
        self._registry.register(_Viewers(manager))

    def opened(self) -> None:
        """A socket was opened."""
        self._connections.inc()

    def handed(self, events: Sequence[bytes], viewers: int) -> None:
        """Events were handed to that many sockets each."""
        self._events.inc(len(events))
        self._sent.inc(len(events) * viewers)
        now = datetime.now(UTC).timestamp()
        for event in events:
            self._lag.observe(max(0.0, now - _moment(event)))

    def resynced(self) -> None:
        """A viewer was too slow for the stream."""
        self._resyncs.inc()

    def refused(self, reason: str) -> None:
        """Something was refused, for one of the server's own reasons."""
        self._refused.labels(reason).inc()

    def store_failed(self) -> None:
        """The store could not be read."""
        self._errors.inc()

    def text(self) -> bytes:
        """All of it, in Prometheus' text format."""
        return generate_latest(self._registry)


class _Viewers:
    """What is counted when it is asked for."""

    def __init__(self, manager: ConnectionManager) -> None:
        self._manager = manager

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """See prometheus_client."""
        counts = dict.fromkeys(KINDS, 0)
        for viewer in self._manager.viewers():
            caller = viewer.caller
            counts["redacted" if caller.redact else "author" if caller.kind == "author" else "view"] += 1
        viewers = GaugeMetricFamily("workbench_viewers", "Open sockets", labels=["kind"])
        for kind, count in counts.items():
            viewers.add_metric([kind], count)
        yield viewers
        standing = self._manager.standing()
        yield GaugeMetricFamily("workbench_runs_followed", "Runs with a viewer", value=standing["runs"])
        yield GaugeMetricFamily(
            "workbench_viewers_behind", "Viewers that do not keep up just now",
            value=sum(viewer.behind for viewer in self._manager.viewers()),
        )  # fmt: skip
        yield GaugeMetricFamily(
            "workbench_reader_lag_seconds", "How far reading is behind just now", value=standing["lag_ms"] / 1000
        )
        yield GaugeMetricFamily(
            "workbench_store_away", "Whether the store could not be read at last", value=standing["away"]
        )


def _moment(event: bytes) -> float:
    """The moment of writing of an event, seconds since 1970; of one that says none, as ours all do, long ago."""
    try:
        return datetime.fromisoformat(orjson.loads(event)["at"]).timestamp()
    except (ValueError, KeyError, TypeError):
        return 0.0
