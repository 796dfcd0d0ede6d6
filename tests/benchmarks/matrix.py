"""An experiment beside the bare client: wall time of 100 cells, a second run from what was kept, memory of 10,000.

The endpoint is a server on this machine, in a process of its own, that answers each request after 0.2 s with a section
of the sample case, streamed in pieces. The bare client is ``openai.AsyncOpenAI`` under a semaphore, streaming the same
prompts, and does nothing with what comes. Ours keeps every answer on disk, reviews and scores it with every scorer that
needs no model. Both are timed by the server, from the first request to the end of the last answer.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openai
from measure import median, options, report, rounds

from workbench.config import Settings, shared_folder
from workbench.drafting.agents import WriterAgent
from workbench.drafting.offline.assembler import OfflineAssembler, assemble
from workbench.drafting.openai_model import SECTION_HEADER
from workbench.drafting.request import Chunk, ModelRequest, ModelUsage
from workbench.drafting.sections import SECTIONS
from workbench.tuning.experiment.cells import ModelEntry
from workbench.tuning.experiment.experiment import Experiment
from workbench.tuning.experiment.matrix import Matrix
from workbench.tuning.experiment.spec import ExperimentSpec
from workbench.tuning.scorers.registry import SCORERS

ROUNDS = 5
LATENCY_S = 0.2
CONCURRENCY = 10
SECTIONS_OF_CASE = 10
"""Of the sample case."""
REPEATS, QUICK_REPEATS = 10, 1
"""Of each section: 100 cells; the second with ``--rounds 1``."""

SERVER = Path(__file__).parent.parent / "support" / "slow_endpoint.py"
MEMORY_CELLS = (1_000, 10_000)
QUICK_MEMORY_CELLS = (20, 40)


def repeats() -> int:
    return REPEATS if rounds(ROUNDS) > 1 else QUICK_REPEATS


def spec_of(**fields: Any) -> ExperimentSpec:
    deterministic = [name for name in SCORERS if name != "judge"]
    return ExperimentSpec(
        **{"name": "matrix", "cases": ["wu"], "models": ["bench"], "scorers": deterministic, "repeats": repeats()}
        | {"concurrency": CONCURRENCY}
        | fields
    )


@contextmanager
def endpoint(folder: Path) -> Iterator[str]:
    """The server's address, while it runs."""
    texts = folder / "texts.json"
    with Matrix(spec_of(models=["offline"]), Settings(home=folder / "texts")) as matrix:
        [case] = matrix.cases.values()
        found = {section_id: assemble(case, SECTIONS[section_id]) for section_id in matrix.sections[case.case_id]}
    texts.write_text(json.dumps(found), encoding="utf-8")
    command = [sys.executable, str(SERVER), str(LATENCY_S), str(texts)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.stdin.close()


def told(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - our own server's address
        return json.load(answer)


async def bare(url: str, requests: list[ModelRequest]) -> None:
    """The client alone."""
    turn = asyncio.Semaphore(CONCURRENCY)

    async def one(client: openai.AsyncOpenAI, request: ModelRequest) -> str:
        async with turn:
            stream = await client.chat.completions.create(
                model="bench",
                messages=[{"role": "system", "content": request.system}, {"role": "user", "content": request.user}],
                stream=True,
                stream_options={"include_usage": True},
                max_completion_tokens=request.max_output_tokens,
                extra_headers={SECTION_HEADER: request.section_id},
            )
            pieces = []
            async for chunk in stream:
                pieces += [choice.delta.content or "" for choice in chunk.choices]
            return "".join(pieces)

    async with openai.AsyncOpenAI(api_key="none", base_url=f"{url}/v1", max_retries=0) as client:
        texts = await asyncio.gather(*(one(client, request) for request in requests))
    assert len(texts) == len(requests)


def wall(url: str) -> float:
    """Seconds from the first request to the end of the last answer, as the server saw it; it forgets."""
    asked = told(f"{url}/asked")
    told(f"{url}/forget")
    assert sum(asked["ended"].values()) == repeats() * SECTIONS_OF_CASE, asked
    return asked["last"] - asked["first"]


def requests_of(settings: Settings) -> list[ModelRequest]:
    """Lists the experiment's requests, in its order."""
    with Matrix(spec_of(models=["offline"]), settings) as matrix:
        [variant] = matrix.variants.values()
        writer = WriterAgent(OfflineAssembler(), variant.prompts)
        cells = list(matrix.cells())
        by_place = {cell.section_id: writer.request(matrix.assignment(cell.case_id, cell.section_id)) for cell in cells}
        return [by_place[cell.section_id] for cell in cells]


def timed() -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    """The 100 cells: ours and the bare client's turn by turn, then ours again from what was kept."""
    walls: dict[str, list[float]] = {"bare": [], "ours": [], "whole": [], "again": [], "looked up": []}
    with tempfile.TemporaryDirectory(prefix="wb-") as folder, endpoint(Path(folder)) as url:
        asked = requests_of(Settings(home=Path(folder) / "bare"))
        for number in range(rounds(ROUNDS)):
            asyncio.run(bare(url, asked))
            walls["bare"].append(wall(url))
            home = Path(folder) / f"home{number}"
            settings = Settings(home=home, model="bench", openai_base_url=f"{url}/v1")
            experiment = Experiment(spec_of(), settings=settings)
            began = time.perf_counter()
            results = experiment.run(progress=False)
            walls["whole"].append(time.perf_counter() - began)
            walls["ours"].append(wall(url))
            assert (results.cells["status"] == "done").all(), results.cells["error"].value_counts()
            began = time.perf_counter()
            experiment = Experiment(spec_of(), settings=settings)
            walls["looked up"].append(time.perf_counter() - began)
            began = time.perf_counter()
            results = experiment.run(progress=False)
            walls["again"].append(time.perf_counter() - began)
            assert results.cells["cached"].all()
            assert told(f"{url}/asked")["came"] == {}
    ratio = median([ours / alone for ours, alone in zip(walls["ours"], walls["bare"], strict=True)])
    cells = f"{repeats() * SECTIONS_OF_CASE} cells"
    figures = {
        f"{cells}: latency alone, s": LATENCY_S * repeats() * SECTIONS_OF_CASE / CONCURRENCY,
        f"{cells}: bare client, s": median(walls["bare"]),
        f"{cells}: experiment, every scorer on, s": median(walls["ours"]),
        f"{cells}: experiment, until the last score, s": median(walls["whole"]),
        "case, prompts and scorers looked up, s": median(walls["looked up"]),
        f"{cells} again, from what was kept, s": median(walls["again"]),
    }
    goals = {"experiment to bare client": (ratio, 1.10), "second run, s": (median(walls["again"]), 0.5)}
    return figures, goals


def peak_mib(cells: int) -> float:
    """Peak of a process's memory that runs so many cells, MiB."""
    done = subprocess.run(
        [sys.executable, __file__], env={**os.environ, "MATRIX_CELLS": str(cells)}, capture_output=True, check=True
    )
    return float(done.stdout)


class Quick:
    """A model that answers at once, each time with another number, and remembers nothing."""

    label = "quick"
    host = None

    def __init__(self) -> None:
        self.number = 0

    def prompt_characters(self, _limit: int) -> None:
        return None

    async def check(self) -> None:
        pass

    async def stream(self, _request: ModelRequest) -> AsyncIterator[Chunk]:
        self.number += 1
        yield Chunk(f"The medal was awarded in 2019 [@medal, p. 1]. It is a prize for excellence, no. {self.number}.\n")
        yield Chunk(usage=ModelUsage(1000, 50, 0.0))

    async def aclose(self) -> None:
        pass


def many(cells: int) -> None:
    """Runs so many cells of a model that answers at once, and prints the peak of this process's memory in MiB."""
    each = min(cells, 1_000)
    open_models = [ModelEntry(f"quick{number}", Quick()) for number in range(cells // each)]
    models = [one.name for one in open_models]
    spec = spec_of(models=models, sections=["awards"], repeats=each, scorers=["checks", "words", "elements"])
    with tempfile.TemporaryDirectory(prefix="wb-") as folder:
        settings = Settings(home=Path(folder), cases=shared_folder("cases"))
        experiment = Experiment(spec, settings=settings, open_models=open_models)
        experiment.run(progress=False)
        assert experiment.progress.done == cells
    # Not getrusage: what that says of a process begins with the peak of the one that started it.
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    print(int(lines["VmHWM"].split()[0]) / 1024)


def main() -> None:
    figures, goals = timed()
    cells = MEMORY_CELLS if rounds(ROUNDS) > 1 else QUICK_MEMORY_CELLS
    small, large = map(peak_mib, cells)
    figures |= {f"{count:,} cells: peak memory, MiB": mib for count, mib in zip(cells, (small, large), strict=True)}
    goals[f"memory from {cells[0]:,} to {cells[1]:,} cells, MiB"] = (large - small, 8.0)
    report("matrix", figures, goals, as_json=options().json)


if __name__ == "__main__":
    if number := os.environ.get("MATRIX_CELLS"):
        many(int(number))
    else:
        main()
