"""Fan-out: from the moment an event is written to the moment a viewer has it, through Redis, at 20 events a second.

Three processes, as in life: the writer (this one), `workbench serve`, and a crowd of viewers. The floor in the same
run is the simplest bridge there is: one blocking XREAD of the same stream, `websockets.broadcast` of the same frames,
without access, snapshots, `since` or back-pressure. For comparison also the same broadcast without Redis, of frames
that are there already: what the durable store costs is the difference.
Beside it: memory a viewer, and one viewer that has stopped reading among a hundred that have not.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import http.client
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
from measure import embedded_home, report

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from crowd import CrowdProcess

from workbench.config import Settings
from workbench.live import keys
from workbench.live.events import Event, LogEntry, LogLine, SectionDelta, next_id
from workbench.live.open_store import open_store
from workbench.live.redis_client import parse_url
from workbench.live.snapshot import SectionState, Snapshot
from workbench.text.clock import now

SUPPORT = Path(__file__).resolve().parents[1] / "support"

PER_S = 20
RENEW_EACH = 40
"""Events: every two seconds, as a holder does."""

THREAD = "fan-out"
FEW = 100
P99_MS = {100: 15.0, 1000: 100.0}
TEXT = "Sentence of a section that is as long as sentences are, with a citation [@medal, p. 1]. "
LARGE = TEXT * 200
"""About 16 KB: what a viewer who has stopped reading soon cannot take any more."""

SERVE = [sys.executable, "-c", "from workbench.cli import main; main()", "serve", "--port", "0", "--json"]


@contextmanager
def serving(settings: Settings) -> Iterator[tuple[dict[str, Any], psutil.Process]]:
    roomy = {f"WORKBENCH_MAX_VIEWERS{per}": "5000" for per in ("", "_PER_ADDRESS", "_PER_LINK")}
    environment = {**os.environ, **roomy, "WORKBENCH_HOME": str(settings.home)}
    process = subprocess.Popen(SERVE, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        told = json.loads(process.stdout.readline())
        yield told, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()


@contextmanager
def floor(*stream: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A floor's server: a bridge from that stream, or without Redis."""
    process = subprocess.Popen(
        [sys.executable, SUPPORT / "floor_server.py", *stream], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield f"ws://127.0.0.1:{int(process.stdout.readline())}/", process
    finally:
        process.stdin.close()
        process.wait(timeout=20)
        process.stdout.close()


class Writer:
    """Writes events straight to the store, stamped at the moment of writing."""

    async def open(self, settings: Settings) -> None:
        self.store = await open_store(settings)
        self.fence = await self.store.acquire(THREAD, "benchmark:1/benchmark")
        self.last = next_id("", int(time.time() * 1000))
        section = SectionState(section_id="awards", title="Awards", status="in_progress")
        snapshot = Snapshot(
            thread_id=THREAD, user_id="benchmark", case_id="minimal", status="generating", sections=(section,)
        )
        first = self.stamped(LogEntry(log=LogLine(level="info", message="begun", agent="run", at=now())))
        await self.store.write(THREAD, self.fence, [first], snapshot.model_copy(update={"last_event_id": first.id}))

    def stamped(self, event: Event) -> Event:
        self.last = next_id(self.last, int(time.time() * 1000))
        return event.with_stamp(thread_id=THREAD, event_id=self.last, at=now())

    async def write(self, count: int, text: str) -> list[tuple[str, float]]:
        sent = []
        loop = asyncio.get_running_loop()
        began = loop.time()
        for n in range(count):
            await asyncio.sleep(max(0.0, began + n / PER_S - loop.time()))
            moment = time.time()
            event = self.stamped(SectionDelta(section_id="awards", text=text))
            await self.store.write(THREAD, self.fence, [event])
            sent.append((event.id, moment))
            if n % RENEW_EACH == 0:
                await self.store.renew(THREAD, self.fence)
        return sent


def delays(sent: list[tuple[str, float]], seen: list[list[tuple[str, float]]]) -> tuple[list[float], int]:
    """Milliseconds of every event at every viewer, and how many were missed or came twice or out of order."""
    moments = dict(map(tuple, sent))
    ids = list(moments)
    wrong = sum(len(set(ids) ^ {event_id for event_id, _ in came}) for came in seen)
    wrong += sum([event_id for event_id, _ in came] != ids for came in seen)
    return [(at - moments[event_id]) * 1000 for came in seen for event_id, at in came if event_id in moments], wrong


def percentiles(values: list[float]) -> tuple[float, float]:
    if not values:
        return float("inf"), float("inf")
    cuts = statistics.quantiles(values, n=100)
    return cuts[49], cuts[98]


def metric(told: dict[str, Any], name: str) -> float:
    address = urlsplit(told["url"])
    connection = http.client.HTTPConnection(address.hostname, address.port)
    connection.request("GET", "/metrics", headers={"Authorization": f"Bearer {told['author_token']}"})
    lines = connection.getresponse().read().decode().splitlines()
    connection.close()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))


class Measurement:
    """One run of the benchmark.

    Attributes:
        figures: By name.
        goals: By name: the value, and the most that it may be.
        wrong: Events that were missed, came twice or out of order.
    """

    def __init__(self, writer: Writer, crowd: CrowdProcess, events: int, rounds: int) -> None:
        self.figures: dict[str, float] = {}
        self.goals: dict[str, tuple[float, float]] = {}
        self.wrong = 0
        self._writer = writer
        self._crowd = crowd
        self._events = events
        self._rounds = rounds
        frame = SectionDelta(section_id="awards", text=TEXT).with_stamp(thread_id=THREAD, event_id="<id>", at="<at>")
        self._order = json.dumps({"events": events, "per_s": PER_S, "frame": frame.to_json().decode()}) + "\n"

    async def ours(self, told: dict[str, Any], count: int, text: str = TEXT, stalled: int = 0) -> list[float]:
        """Milliseconds of every event at every viewer, through Redis; the sockets stay open."""
        url = told["url"].replace("http", "ws") + f"/api/ws/document/{THREAD}?token={told['author_token']}"
        values, wrong = await self._followed(url, count, text, stalled)
        self.wrong += wrong
        return values

    async def floor(self, url: str, count: int) -> list[float]:
        """The same from the bridge."""
        values, _ = await self._followed(url, count, TEXT, 0)
        await self._do("close")
        return values

    async def bare(self, url: str, process: subprocess.Popen[str], count: int) -> list[float]:
        """The same without Redis."""
        await self._do("connect", url=url, count=count)
        process.stdin.write(self._order)
        process.stdin.flush()
        sent = json.loads(await asyncio.to_thread(process.stdout.readline))
        came = await self._do("collect", last=sent[-1][0])
        await self._do("close")
        return delays(sent, came["seen"])[0]

    async def _followed(self, url: str, count: int, text: str, stalled: int) -> tuple[list[float], int]:
        await self._do("connect", url=url, count=count, stalled=stalled)
        sent = await self._writer.write(self._events, text)
        came = await self._do("collect", last=sent[-1][0])
        return delays(sent, came["seen"])

    async def memory(self, told: dict[str, Any], process: psutil.Process, count: int) -> None:
        """Measures the memory of one more viewer of a server that has had one."""
        await self.ours(told, 1)
        alone = process.memory_full_info().uss
        await self._do("close")
        await self.ours(told, count)
        each = (process.memory_full_info().uss - alone) / count / 1024
        await self._do("close")
        self.figures[f"memory a viewer, {count} viewers, KiB"] = each
        self.goals["memory a viewer, KiB"] = (each, 60)

    async def speed(self, told: dict[str, Any], bridge: str, beside: tuple[str, Any], count: int) -> None:
        """Floor and ours in turn, pooled; and once without Redis."""
        floors: list[float] = []
        values: list[float] = []
        for _ in range(self._rounds):
            floors += await self.floor(bridge, count)
            values += await self.ours(told, count)
            await self._do("close")
        bare = await self.bare(*beside, count)
        (p50, p99), (floor_p50, floor_p99) = percentiles(values), percentiles(floors)
        self.figures |= {
            f"{count} viewers, p50 ms": p50,
            f"{count} viewers, p99 ms": p99,
            f"{count} viewers, floor p50 ms": floor_p50,
            f"{count} viewers, floor p99 ms": floor_p99,
            f"{count} viewers, without Redis p50 ms": percentiles(bare)[0],
        }
        if count >= FEW:
            self.goals[f"{count} viewers, p50 to the floor's"] = (p50 / floor_p50, 1.5)
        if count in P99_MS:
            self.goals[f"{count} viewers, p99 ms"] = (p99, P99_MS[count])

    async def stalled(self, told: dict[str, Any]) -> None:
        """A hundred viewers of large events, without and with one more that reads nothing, in turn."""
        quiet: list[float] = []
        disturbed: list[float] = []
        noticed = 0.0
        for _ in range(self._rounds):
            quiet += await self.ours(told, FEW, LARGE)
            await self._do("close")
            disturbed += await self.ours(told, FEW, LARGE, stalled=1)
            noticed += metric(told, "workbench_viewers_behind")
            await self._do("close")
        before, (after, after_p99) = percentiles(quiet)[0], percentiles(disturbed)
        self.figures |= {
            "events of 16 KB, p50 ms": before,
            "events of 16 KB, one viewer stalled, p50 ms": after,
            "events of 16 KB, one viewer stalled, p99 ms": after_p99,
        }
        self.goals["one stalled viewer, p50 of the others to before"] = (after / before, 1.5)
        self.goals["stalled viewers that were not noticed"] = (self._rounds - noticed, 0)

    async def _do(self, what: str, **how: Any) -> Any:
        return await asyncio.to_thread(self._crowd.do, what, **how)


async def measure(viewers: list[int], events: int, rounds: int) -> Measurement:
    gc.collect()
    gc.freeze()  # the clock of all figures is read here: this process must not stand still for its own imports
    with embedded_home() as settings, CrowdProcess() as crowd:
        writer = Writer()
        await writer.open(settings)
        measured = Measurement(writer, crowd, events, rounds)
        with serving(settings) as (told, process):
            await measured.memory(told, process, max(viewers))
        path = parse_url(writer.store.url).socket
        stream = (path, keys.part_key(THREAD, keys.EVENTS))
        with serving(settings) as (told, _), floor(*stream) as (bridge, _), floor() as beside:
            for count in viewers:
                await measured.speed(told, bridge, beside, count)
            await measured.stalled(told)
        measured.goals["missed or repeated events"] = (measured.wrong, 0)
        await writer.store.aclose()
    return measured


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--viewers", default="1,100,300,1000")
    parser.add_argument("--events", type=int, default=60, help="a measurement")
    parser.add_argument("--rounds", type=int, default=2, help="of floor and ours in turn, pooled")
    options = parser.parse_args()
    counts = [int(count) for count in options.viewers.split(",")]
    done = asyncio.run(measure(counts, options.events, options.rounds))
    report("fanout", done.figures, done.goals, as_json=options.json)
