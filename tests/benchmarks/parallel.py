"""Wall time of a run against the critical path of its model's latency, in one run.

Sections wait on the model for different times, two are sent back once, and three summarise others. The critical path is
the longest chain of waits that the dependencies force; everything above it is ours.
"""

from __future__ import annotations

import asyncio
import random
import time

from measure import TEXT, QuietWriter, build_executor, check_drafted, embedded_home, median, report, rounds, sections

from workbench.checks.finding import Finding
from workbench.live.open_store import open_store
from workbench.workflow.commands import Command

ROUNDS = 5
SECTIONS = 18
SENT_BACK = {"s02", "s07"}


class OnceStrict:
    """Sends two sections back, once."""

    def __init__(self) -> None:
        self.seen: set[str] = set()

    def review(self, section_id: str, *_: object, **__: object) -> tuple[Finding, ...]:
        if section_id in SENT_BACK - self.seen:
            self.seen.add(section_id)
            return (Finding(check="benchmark", severity="error", message="once more", section_id=section_id),)
        return ()

    def review_letter(self, *_: object) -> tuple[Finding, ...]:
        return ()


def critical_path(specs: dict, latency: dict[str, float]) -> float:
    """Seconds of the longest chain of model waits."""
    ends: dict[str, float] = {}
    for name, spec in specs.items():
        own = latency[name] * (2 if name in SENT_BACK else 1)
        ends[name] = own + max((ends[need] for need in spec.after), default=0.0)
    return max(ends.values())


async def measure():
    dice = random.Random(204)  # noqa: S311 - repeatable waits, no secret
    specs = sections(SECTIONS)
    with embedded_home() as settings:
        store = await open_store(settings)
        ratios, sums = [], []
        for _ in range(rounds(ROUNDS)):
            latency = {name: dice.uniform(0.2, 0.8) for name in specs}

            async def wait(section_id: str, latency: dict[str, float] = latency) -> None:
                await asyncio.sleep(latency[section_id])

            executor = await build_executor(store, settings, specs, QuietWriter(TEXT, wait), validator=OnceStrict())
            began = time.perf_counter()
            await executor.obey(Command.of("start", user_id="benchmark"))
            await asyncio.wrap_future(executor.executions.current.future)
            wall = time.perf_counter() - began
            check_drafted(executor)
            ratios.append(wall / critical_path(specs, latency))
            sums.append(wall / sum(latency[name] * (2 if name in SENT_BACK else 1) for name in specs))
        await store.aclose()
    figures = {
        "wall time / critical path, median": median(ratios),
        "wall time / critical path, worst": max(ratios),
        "wall time / sum of all waits (sequential is 1)": median(sums),
    }
    return figures, {"wall time / critical path": (median(ratios), 1.15)}


if __name__ == "__main__":
    report("parallel", *asyncio.run(measure()))
