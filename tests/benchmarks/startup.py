"""CPU time and memory of commands that a user waits for: `workbench --help` and `workbench status`.

`status` lists 10 and then 1,000 finished runs of ten sections each, from an embedded server that is already up. The
floor is an interpreter that imports what the command cannot do without: Click for the help, and the Redis client,
pydantic and rich for the list. CPU is user and system time of the process, the least of several executions.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path

from measure import TEXT, embedded_home, report, rounds

from workbench.config import Settings
from workbench.live.journal import Journal
from workbench.live.open_store import open_store
from workbench.live.snapshot import Progress, SectionState, Snapshot
from workbench.live.store import Store

ROUNDS = 5
SECTIONS = 10
RUNS, QUICK_RUNS = (10, 1_000), (10, 30)
"""The second with ``--rounds 1``."""
HELP_FLOOR = "import click"
COMMAND = str(Path(sys.executable).with_name("workbench"))
STATUS_FLOOR = "import click, redis.asyncio, pydantic, orjson, rich.console, rich.table"


# Linux counts the memory of the process that forked as the child's peak, so a small process must start the command.
LAUNCHER = """
import os, sys
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(pid, 0)
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss, file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status))
"""


@dataclass(frozen=True)
class Execution:
    """Processor time, peak memory and output of one process.

    Attributes:
        cpu_s: User and system time, seconds.
        memory_mb: Peak resident memory, 10^6 bytes.
        output: Its stdout.
    """

    cpu_s: float
    memory_mb: float
    output: str


def execute(arguments: list[str], settings: Settings) -> Execution:
    """Runs a command; a failure is raised."""
    environment = {**os.environ, "WORKBENCH_HOME": str(settings.home), "COLUMNS": "200"}
    done = subprocess.run(
        [sys.executable, "-S", "-c", LAUNCHER, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, arguments, stderr=done.stderr)
    cpu_s, memory_kib = map(float, done.stderr.splitlines()[-1].split())
    return Execution(cpu_s, memory_kib * 1024 / 1e6, done.stdout)


def least(arguments: list[str], settings: Settings) -> Execution:
    """Runs it several times and returns the execution that took the least CPU."""
    return min((execute(arguments, settings) for _ in range(rounds(ROUNDS))), key=lambda execution: execution.cpu_s)


def finished_run() -> Snapshot:
    """Builds a completed run with ten sections of 6 KB."""
    sections = tuple(
        SectionState(section_id=f"s{n:02d}", title=f"Section {n}", status="completed", content=TEXT)
        for n in range(SECTIONS)
    )
    return Snapshot(
        thread_id=str(uuid.uuid4()),
        user_id="benchmark",
        case_id="minimal",
        status="completed",
        sections=sections,
        progress=Progress(total=SECTIONS, completed=SECTIONS),
    )


async def add_runs(store: Store, count: int) -> None:
    for _ in range(count):
        run = finished_run()
        journal = await Journal.open(store, run.thread_id, "benchmark", run)
        await journal.close()


async def fill(settings: Settings, count: int) -> None:
    """Adds finished runs until there are so many."""
    store = await open_store(settings)
    try:
        await add_runs(store, count - len(await store.threads()))
    finally:
        await store.aclose()


def measure() -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    with embedded_home() as settings:
        bare = least([sys.executable, "-c", "pass"], settings)
        help_floor = least([sys.executable, "-c", HELP_FLOOR], settings)
        shown = least([COMMAND, "--help"], settings)
        status_floor = least([sys.executable, "-c", STATUS_FLOOR], settings)
        listed: dict[int, Execution] = {}
        few, many = RUNS if rounds(ROUNDS) > 1 else QUICK_RUNS
        for count in (few, many):
            asyncio.run(fill(settings, count))
            listed[count] = least([COMMAND, "status", "--all"], settings)
            lines = listed[count].output.count("drafted")
            if lines != count:
                raise RuntimeError(f"status listed {lines} of {count} runs")
    figures = {
        "python -c pass, CPU s": bare.cpu_s,
        f"{HELP_FLOOR}, CPU s": help_floor.cpu_s,
        "imports that status needs, CPU s": status_floor.cpu_s,
        "--help, to its floor": shown.cpu_s / help_floor.cpu_s,
        **{f"status with {count} runs, to its floor": listed[count].cpu_s / status_floor.cpu_s for count in listed},
    }
    return figures, {
        "--help, CPU s": (shown.cpu_s, 0.3),
        "--help, peak memory, MB": (shown.memory_mb, 60.0),
        f"status with {few} runs, CPU s": (listed[few].cpu_s, 0.8),
        f"status with {many:,} runs, CPU s": (listed[many].cpu_s, 1.0),
    }


if __name__ == "__main__":
    report("startup", *measure())
