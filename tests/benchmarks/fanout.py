"""Fan-out: from the moment an event is written to the moment a viewer has it, through Redis, at 20 events a second.

Three processes, as in life: the writer (this one), `workbench serve`, and a crowd of viewers. The floor in the same run
is `websockets.broadcast` of the same frames, from a server that has them already: no Redis, no access, no back-pressure.
Beside it: memory a viewer, and one viewer that has stopped reading among a hundred that have not.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from measure import embedded_home, report

SUPPORT = Path(__file__).resolve().parents[1] / "support"
sys.path.insert(0, str(SUPPORT))

from crowd import CrowdProcess

from workbench.config import Settings
from workbench.live.events import Event, LogEntry, LogLine, SectionDelta, next_id, now
from workbench.live.opening import open_store
from workbench.live.snapshot import SectionState, Snapshot

PER_S = 20
THREAD = "fan-out"
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
def floor() -> Iterator[tuple[str, subprocess.Popen[str]]]:
    process = subprocess.Popen(
        [sys.executable, SUPPORT / "floor_server.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
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
        return event.stamped(thread_id=THREAD, event_id=self.last, at=now())

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
    request = urllib.request.Request(
        f"{told['url']}/metrics", headers={"Authorization": f"Bearer {told['author_token']}"}
    )
    with urllib.request.urlopen(request) as answer:
        lines = answer.read().decode().splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))


async def main(viewers: list[int], events: int, rounds: int) -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    figures: dict[str, float] = {}
    goals: dict[str, tuple[float, float]] = {}
    with embedded_home() as settings, CrowdProcess() as crowd:
        writer = Writer()
        await writer.open(settings)
        frame = SectionDelta(section_id="awards", text=TEXT).stamped(thread_id=THREAD, event_id="<id>", at="<at>")
        wrong = 0

        async def ours(told: dict[str, Any], count: int, text: str = TEXT, stalled: int = 0) -> list[float]:
            nonlocal wrong
            url = told["url"].replace("http", "ws") + f"/api/ws/document/{THREAD}?token={told['author_token']}"
            await asyncio.to_thread(crowd.do, "connect", url=url, count=count, stalled=stalled)
            sent = await writer.write(events, text)
            came = await asyncio.to_thread(crowd.do, "collect", last=sent[-1][0])
            values, bad = delays(sent, came["seen"])
            wrong += bad
            return values

        async def theirs(url: str, process: subprocess.Popen[str], count: int) -> list[float]:
            await asyncio.to_thread(crowd.do, "connect", url=url, count=count)
            order = {"events": events, "per_s": PER_S, "frame": frame.to_json().decode()}
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
            sent = json.loads(await asyncio.to_thread(process.stdout.readline))
            came = await asyncio.to_thread(crowd.do, "collect", last=sent[-1][0])
            await asyncio.to_thread(crowd.do, "close")
            return delays(sent, came["seen"])[0]

        most = max(viewers)
        with serving(settings) as (told, process):
            await ours(told, 1)
            alone = process.memory_full_info().uss
            await asyncio.to_thread(crowd.do, "close")
            await ours(told, most)
            each = (process.memory_full_info().uss - alone) / most / 1024
            await asyncio.to_thread(crowd.do, "close")
            figures[f"memory a viewer, {most} viewers, KiB"] = each
            goals["memory a viewer, KiB"] = (each, 60)

        with serving(settings) as (told, process), floor() as (floor_url, floor_process):
            for count in viewers:
                measured: dict[str, list[float]] = {"ours": [], "floor": []}
                for _ in range(rounds):
                    measured["floor"] += await theirs(floor_url, floor_process, count)
                    measured["ours"] += await ours(told, count)
                    await asyncio.to_thread(crowd.do, "close")
                (p50, p99), (floor_p50, floor_p99) = percentiles(measured["ours"]), percentiles(measured["floor"])
                figures |= {
                    f"{count} viewers, p50 ms": p50, f"{count} viewers, p99 ms": p99,
                    f"{count} viewers, floor p50 ms": floor_p50, f"{count} viewers, floor p99 ms": floor_p99,
                }  # fmt: skip
                if count >= 100:
                    goals[f"{count} viewers, p50 to the floor's"] = (p50 / floor_p50, 1.5)
                if count in {100, 1000}:
                    goals[f"{count} viewers, p99 ms"] = (p99, 15 if count == 100 else 100)

            quiet = await ours(told, 100, LARGE)
            await asyncio.to_thread(crowd.do, "close")
            before = process.memory_full_info().uss
            disturbed = await ours(told, 100, LARGE, stalled=1)
            stuck = metric(told, "workbench_viewers_behind") + metric(told, "workbench_viewer_resyncs_total")
            grown = (process.memory_full_info().uss - before) / 1024
            await asyncio.to_thread(crowd.do, "close")
            figures |= {
                "events of 16 KB, 100 viewers, p50 ms": percentiles(quiet)[0],
                "events of 16 KB, 100 viewers and one stalled, p50 ms": percentiles(disturbed)[0],
                "events of 16 KB, 100 viewers and one stalled, p99 ms": percentiles(disturbed)[1],
                "memory of 100 viewers and one stalled, KiB": grown,
            }
            goals["one stalled viewer, p50 of the others to before"] = (
                percentiles(disturbed)[0] / percentiles(quiet)[0], 1.5,
            )  # fmt: skip
            goals["stalled viewers that did not stall"] = (float(stuck < 1), 0)
        goals["missed or repeated events"] = (float(wrong), 0)
        await writer.store.aclose()
    return figures, goals


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--viewers", default="1,100,300,1000")
    parser.add_argument("--events", type=int, default=80, help="a measurement")
    parser.add_argument("--rounds", type=int, default=2, help="of floor and ours in turn, pooled")
    options = parser.parse_args()
    counts = [int(count) for count in options.viewers.split(",")]
    report("fanout", *asyncio.run(main(counts, options.events, options.rounds)), as_json=options.json)
