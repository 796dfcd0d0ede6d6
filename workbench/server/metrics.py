"""Prometheus metrics of one application."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

import orjson
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily

from workbench.server.auth import Caller

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_LAG_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

KINDS = ("author", "view", "redacted")


class ConnectedViewer(Protocol):
    """Viewer as the gauges see it (:class:`workbench.server.run_channel.Viewer`)."""

    caller: Caller

    @property
    def is_behind(self) -> bool:
        """True while frames wait for the viewer."""


class ViewerSource(Protocol):
    """Owner of the viewers.

    A protocol, because the connection manager imports this module.
    """

    def viewers(self) -> Sequence[ConnectedViewer]:
        """Returns every viewer of this process."""

    def status(self) -> dict[str, Any]:
        """Returns ``{runs lag_ms away}``."""


class Metrics:
    """Counters of one application.

    No label has a value from outside, so that clients cannot make the registry grow.
    """

    def __init__(self) -> None:
        # Not prometheus_client's global registry: a second application would register the same names there and fail.
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

    def register_viewers(self, manager: ViewerSource) -> None:
        """Adds gauges of the viewers of a manager."""
        self._registry.register(_ViewerGauges(manager))

    def count_connection(self) -> None:
        """Counts an opened socket."""
        self._connections.inc()

    def count_events(self, events: Sequence[bytes], viewers: int) -> None:
        """Counts events sent to a number of sockets each."""
        self._events.inc(len(events))
        self._sent.inc(len(events) * viewers)
        now = datetime.now(UTC).timestamp()
        for moment in filter(None, map(_read_moment, events)):
            # The clocks of two machines may differ; a negative lag would break the histogram.
            self._lag.observe(max(0.0, now - moment))

    def count_resync(self) -> None:
        """Counts a slow viewer that got the state anew."""
        self._resyncs.inc()

    def count_refusal(self, reason: str) -> None:
        """Counts a refusal under one of the server's fixed reasons."""
        self._refused.labels(reason).inc()

    def count_store_error(self) -> None:
        """Counts a failed reading of the store."""
        self._errors.inc()

    def render(self) -> bytes:
        """Returns all metrics in Prometheus' text format."""
        return generate_latest(self._registry)


class _ViewerGauges:
    """Collector of gauges, read at each scrape."""

    def __init__(self, manager: ViewerSource) -> None:
        self._manager = manager

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yields the gauges; called by prometheus_client."""
        # With zeros: otherwise a graph would keep the last count of a kind whose viewers have all left.
        counts = dict.fromkeys(KINDS, 0)
        for viewer in self._manager.viewers():
            caller = viewer.caller
            counts["redacted" if caller.redact else "author" if caller.kind == "author" else "view"] += 1
        viewers = GaugeMetricFamily("workbench_viewers", "Open sockets", labels=["kind"])
        for kind, count in counts.items():
            viewers.add_metric([kind], count)
        yield viewers
        status = self._manager.status()
        yield GaugeMetricFamily("workbench_runs_followed", "Runs with a viewer", value=status["runs"])
        yield GaugeMetricFamily(
            "workbench_viewers_behind", "Viewers that do not keep up just now",
            value=sum(viewer.is_behind for viewer in self._manager.viewers()),
        )  # fmt: skip
        yield GaugeMetricFamily(
            "workbench_reader_lag_seconds", "How far reading is behind just now", value=status["lag_ms"] / 1000
        )
        yield GaugeMetricFamily(
            "workbench_store_away", "Whether the store could not be read at last", value=status["away"]
        )


def _read_moment(event: bytes) -> float | None:
    """Returns an event's moment in seconds since 1970.

    None for a foreign entry without one.
    """
    try:
        return datetime.fromisoformat(orjson.loads(event)["at"]).timestamp()
    except (ValueError, KeyError, TypeError):
        return None
