"""A list of 10,000 runs: `workbench status`, the dashboard's request, and the floor of both.

First 10,000 runs in the embedded server, then 10,000 archives in files. The floor of the first is one pipelined read of
10,000 small values, that of the second a look at the folder and at one file in each of its folders; both in this
process and this run. The command is compared with the same command in a home without runs. "from the index" is a list
of which the index knows every run, "to build the index" the first list. Times are the least of some rounds, by turns;
memory is the peak of the command's process.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from measure import TEXT, embedded_home, report, rounds

from workbench.config import Settings
from workbench.live import keys
from workbench.live.archive import archive_run
from workbench.live.events import StatusChange
from workbench.live.open_store import open_store
from workbench.live.redis_store import RedisStore
from workbench.live.run_index import remove_index
from workbench.live.run_list import list_summaries
from workbench.live.run_summary import RunFilter
from workbench.live.snapshot import LetterHead, Progress, SectionState, Snapshot

ROUNDS = 5
RUNS, QUICK_RUNS = 10_000, 200
"""The second with ``--rounds 1``."""
SHOWN = 50
AT_ONCE = 40
COMMAND = str(Path(sys.executable).with_name("workbench"))
SECTIONS = tuple(
    SectionState(section_id=f"s{n:02d}", title=f"Section {n}", status="completed", content=TEXT[:600])
    for n in range(10)
)

# Linux counts the memory of the process that forked as the child's peak, so a small process must start the command.
LAUNCHER = """
import os, sys, time
began = time.perf_counter()
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(pid, 0)
print(time.perf_counter() - began, usage.ru_maxrss * 1024 / 1e6, file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def make_run(number: int) -> Snapshot:
    """Builds one of several runs of 40 cases; of nine in ten everything is drafted."""
    moment = f"2026-{1 + number % 12:02d}-{1 + number % 28:02d}T{number % 24:02d}:04:05.{number:06d}Z"
    return Snapshot(
        thread_id=f"run-{number:05d}",
        user_id="benchmark",
        case_id=f"case-{number % 40}",
        status="completed" if number % 10 else "needs_review",
        letter=LetterHead(beneficiary="Dr. Ada Example"),
        sections=SECTIONS,
        progress=Progress(total=len(SECTIONS), completed=len(SECTIONS)),
        started_at=moment,
        updated_at=moment,
        last_event_id=f"1767323045000-{number}",
    )


async def fill_store(store: RedisStore, count: int) -> None:
    async def add(number: int) -> None:
        run = make_run(number)
        event = StatusChange(status=run.status).with_stamp(
            thread_id=run.thread_id, event_id=run.last_event_id, at=run.updated_at
        )
        fence = await store.acquire(run.thread_id, "benchmark")
        await store.write(run.thread_id, fence, [event], run, {keys.PAGES: {"medal/1": b"A page."}}, 1)
        await store.release(run.thread_id, fence)

    for at in range(0, count, AT_ONCE):
        await asyncio.gather(*map(add, range(at, min(count, at + AT_ONCE))))


async def read_small_values(store: RedisStore, count: int) -> None:
    """Reads a value of 20 bytes of each run, in pipelines of a thousand."""
    for at in range(0, count, 1_000):
        pipeline = store._client.pipeline(transaction=False)
        for number in range(at, min(count, at + 1_000)):
            pipeline.execute_command("HGET", keys.part_key(f"run-{number:05d}", keys.FENCE), "number")
        await pipeline.execute()


async def look_at_files(home: Path) -> None:
    def look() -> None:
        with os.scandir(home / "archive") as folders:
            for folder in folders:
                os.stat(f"{folder.path}/snapshot.json")  # noqa: PTH116

    await asyncio.to_thread(look)


async def least(*acts: Callable[[], Awaitable[object]]) -> list[float]:
    """Milliseconds of each act, the least of the rounds."""
    times: list[list[float]] = [[] for _ in acts]
    for _ in range(rounds(ROUNDS)):
        for act, taken in zip(acts, times, strict=True):
            began = time.perf_counter()
            await act()
            taken.append((time.perf_counter() - began) * 1000)
    return list(map(min, times))


def run_status(*homes: Path) -> list[tuple[float, float]]:
    """Seconds and megabytes of `workbench status` with each home, the least of the rounds."""
    best = [(float("inf"), float("inf"))] * len(homes)
    for _ in range(rounds(ROUNDS)):
        for place, home in enumerate(homes):
            environment = {**os.environ, "WORKBENCH_HOME": str(home), "COLUMNS": "200"}
            environment.pop("REDIS_URL", None)
            command = [sys.executable, "-S", "-c", LAUNCHER, COMMAND, "status"]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
            seconds, megabytes = map(float, done.stderr.splitlines()[-1].split())
            best[place] = min(best[place][0], seconds), min(best[place][1], megabytes)
    return best


async def measure_lists(
    settings: Settings, store: RedisStore, count: int, floor: Callable[[], Awaitable[object]]
) -> dict[str, float]:
    """Milliseconds of the lists of these settings, and of their floor."""
    remove_index(settings.home)
    began = time.perf_counter()
    _, found = await list_summaries(settings, store, limit=SHOWN)
    built = (time.perf_counter() - began) * 1000
    if found != count:
        raise RuntimeError(f"listed {found} of {count} runs")
    chosen = RunFilter(case="case-7", state="drafted")
    lists = [
        lambda: list_summaries(settings, store, limit=SHOWN),
        lambda: list_summaries(settings, store, limit=SHOWN, matches=chosen.matches),
        lambda: list_summaries(settings, store),
    ]
    at_floor, page, filtered, whole = await least(floor, *lists)
    return {
        "floor": at_floor, "the first 50, from the index": page, "one case, drafted": filtered, "all": whole,
        "to build the index": built,
    }  # fmt: skip


def name_figures(place: str, lists: dict[str, float]) -> dict[str, float]:
    return {f"{place}: {name}, ms": value for name, value in lists.items()}


def measure() -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    count = RUNS if rounds(ROUNDS) > 1 else QUICK_RUNS

    async def measure_stored(settings: Settings) -> dict[str, float]:
        store = await open_store(settings)
        try:
            await fill_store(store, count)
            return await measure_lists(settings, store, count, lambda: read_small_values(store, count))
        finally:
            await store.aclose()

    async def measure_filed(settings: Settings) -> dict[str, float]:
        store = await open_store(settings)
        try:
            for number in range(count):
                archive_run(settings, make_run(number), [], {})
            return await measure_lists(settings, store, count, lambda: look_at_files(settings.home))
        finally:
            await store.aclose()

    with embedded_home() as empty, embedded_home() as full, embedded_home() as filed:
        stored_ms = asyncio.run(measure_stored(full))
        filed_ms = asyncio.run(measure_filed(filed))
        none, of_store, of_files = run_status(empty.home, full.home, filed.home)
    figures = {
        "runs": count,
        **name_figures("stored", stored_ms),
        **name_figures("archived", filed_ms),
        "workbench status without runs, s": none[0],
        "workbench status, stored, s": of_store[0],
        "workbench status, archived, s": of_files[0],
        "workbench status without runs, MB": none[1],
        "workbench status, stored, MB": of_store[1],
    }
    page = "the first 50, from the index"
    slack = 6.0 if count == RUNS else 20.0  # a list of few runs is what every list costs
    return figures, {
        "stored: the first 50, to a read of small values": (stored_ms[page] / stored_ms["floor"], slack),
        "archived: the first 50, to a look at each file": (filed_ms[page] / filed_ms["floor"], slack),
        "workbench status, s": (max(of_store[0], of_files[0]), 0.5 if count == RUNS else 5.0),
        "workbench status, to one without runs": (max(of_store[0], of_files[0]) / none[0], 2.0),
        "workbench status, MB more than without runs": (of_store[1] - none[1], 20.0),
    }


if __name__ == "__main__":
    report("runs", *measure())
