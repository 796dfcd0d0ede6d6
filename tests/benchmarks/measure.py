"""Shared by the benchmarks: a run on synthetic sections, a store that counts bytes, printing of figures."""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import sys
import tempfile
import uuid
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import workbench.cli  # noqa: F401 - before nbformat: see there
from workbench.case.loader import load_case
from workbench.config import Settings
from workbench.drafting.agents import Draft
from workbench.drafting.pricing import Budget
from workbench.drafting.request import Assignment, ModelRequest, ModelUsage
from workbench.drafting.sections import SectionSpec
from workbench.live.embedded import stop_server
from workbench.live.journal import Journal
from workbench.live.snapshot import Progress, SectionState, Snapshot
from workbench.live.store import Store
from workbench.workflow.context import GenerationContext, RunOptions, resolve_dependencies
from workbench.workflow.executor import RunExecutor
from workbench.workflow.run_folder import RunFolder
from workbench.workflow.scheduler import SectionScheduler
from workbench.workflow.tracing import Trace

CASES = Path(__file__).parent.parent / "cases"

# Where bytecode may not be written, each process started here compiles every module again: seconds that are not ours.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


class QuietWriter:
    """A writer with a model of given latency: 6 KB a section, streamed in sentences."""

    class model:  # noqa: N801 - stands where WriterAgent has an instance
        label = "benchmark model"
        host = None

    def __init__(self, text: str, wait: Callable[[str], Any] | None = None) -> None:
        self.pieces = [piece + ". " for piece in text.split(". ")]
        self.content = "".join(self.pieces)
        self.wait = wait

    def request(self, assignment: Assignment) -> ModelRequest:
        return ModelRequest(assignment.section.section_id, "", "", assignment=assignment, max_output_tokens=2048)

    async def answer(self, request: ModelRequest, on_text: Callable[[str], None], **_: Any) -> Draft:
        if self.wait is not None:
            await self.wait(request.section_id)
        for piece in self.pieces:
            on_text(piece)
        return Draft(content=self.content, usage=ModelUsage(100, 1500, 0.0), prompt_version="benchmark@000000000000")


class QuietValidator:
    """Finds nothing, at once."""

    def review(self, *_: Any, **__: Any) -> tuple[()]:
        return ()

    def review_letter(self, *_: Any) -> tuple[()]:
        return ()


class QuietMemory:
    """Has no passages."""

    def for_section(self, *_: Any, **__: Any) -> tuple[()]:
        return ()


TEXT = ". ".join(
    f"Sentence {n} of a section that is as long as sections are, with a citation [@medal, p. 1]" for n in range(72)
)
"""About 6 KB."""


def sections(count: int) -> dict[str, SectionSpec]:
    """Sections as a petition has them: most stand alone, the last three summarise."""
    names = [f"s{n:02d}" for n in range(count)]
    return {
        name: SectionSpec(
            name, f"Section {name}", None, None, None, (), (1, 2000), tuple(names[:-3]) if name in names[-3:] else ()
        )
        for name in names
    }


async def build_executor(
    store: Store,
    settings: Settings,
    specs: Mapping[str, SectionSpec],
    writer: Any,
    *,
    validator: Any = None,
    memory: Any = None,
    trace: Trace | None = None,
) -> RunExecutor:
    """Builds the executor of a fresh thread over these sections."""
    case = load_case("minimal", settings=settings)
    thread_id = str(uuid.uuid4())
    initial = Snapshot(
        thread_id=thread_id,
        user_id="benchmark",
        case_id="minimal",
        sections=tuple(SectionState(section_id=spec.section_id, title=spec.title) for spec in specs.values()),
        progress=Progress(total=len(specs)),
    )
    journal = await Journal.open(store, thread_id, "benchmark", initial)
    options = RunOptions(unattended=True, concurrency=len(specs))
    context = GenerationContext(
        case=case,
        specs=dict(specs),
        after=resolve_dependencies(dict(specs), sequential=False),
        writer=writer,
        validator=validator or QuietValidator(),
        memory=memory or QuietMemory(),
        journal=journal,
        budget=Budget(),
        options=options,
        scheduler=SectionScheduler(1),
        trace=trace or Trace(),
    )
    return RunExecutor(store, settings, context, RunFolder(settings, thread_id))


def check_drafted(executor: RunExecutor) -> None:
    """Raises RuntimeError where a section was not drafted: the time of a failure is no figure of a benchmark."""
    snapshot = executor.journal.snapshot
    if not all(section.status == "completed" and section.content for section in snapshot.sections):
        errors = [line.message for line in snapshot.logs if line.level == "error"]
        raise RuntimeError(f"sections were not drafted: {errors}")


@contextmanager
def embedded_home():
    """Settings of an embedded server of its own, which is stopped afterwards."""
    with tempfile.TemporaryDirectory(prefix="wb-", dir="/tmp") as folder:
        settings = Settings(home=Path(folder), cases=CASES)
        try:
            yield settings
        finally:
            stop_server(settings)


def median(values: list[float]) -> float:
    return statistics.median(values)


def options() -> argparse.Namespace:
    """Options of every benchmark: ``--json``, and ``--rounds`` for a quicker and less certain answer."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, help="fewer or more than usual")
    return parser.parse_args()


def rounds(usual: int) -> int:
    """Number of rounds: the usual one, or the command line's."""
    return options().rounds or usual


def report(
    name: str, figures: dict[str, float], goals: dict[str, tuple[float, float]], *, as_json: bool | None = None
) -> None:
    """Prints the figures and goals (value, at most) and exits 0 where every goal holds.

    ``as_json`` is for those with options of their own; None: as the command line says.
    """
    if as_json is None:
        as_json = options().json
    held = {goal: value <= limit for goal, (value, limit) in goals.items()}
    if as_json:
        shown = {
            goal: {"value": round(value, 4), "at_most": limit, "holds": held[goal]}
            for goal, (value, limit) in goals.items()
        }
        print(json.dumps({"name": name, "figures": figures, "goals": shown, "ok": all(held.values())}))
    else:
        for figure, value in figures.items():
            print(f"{figure:<58} {value:>12,.3f}")
        for goal, (value, limit) in goals.items():
            print(f"goal: {goal:<52} {value:>12.3f}  at most {limit}  {'holds' if held[goal] else 'MISSED'}")
    gc.freeze()  # everything is measured: the interpreter's last collection need not walk through the imports
    sys.exit(0 if all(held.values()) else 1)
