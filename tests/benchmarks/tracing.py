"""Time of a traced run beside the same run untraced, in one process.

The collectors are processes of their own on loopback: one that answers, and one that takes spans and never answers.
The model and the checks return at once, so that the ratio is the worst that any run can have. A second figure is the
wait at the end of a process whose collector never answers.
"""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from measure import TEXT, build_executor, check_drafted, embedded_home, median, report, rounds

from workbench.case.loader import load_case
from workbench.config import Settings
from workbench.drafting.agents import WriterAgent
from workbench.drafting.scripted_model import ScriptedModel
from workbench.drafting.sections import sections_for
from workbench.live.open_store import open_store
from workbench.workflow.span_sender import CLOSE_LIMIT_S, SpanSender
from workbench.workflow.tracing import Trace

ROUNDS = 15
COLLECTOR = """
import sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        if sys.argv[1] == "silent":
            time.sleep(3600)
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass
server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""


@contextmanager
def collector(kind: str) -> Iterator[str]:
    """The address of a collector."""
    with subprocess.Popen([sys.executable, "-c", COLLECTOR, kind], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.kill()


async def run_once(store: Any, settings: Settings, trace: Trace) -> float:
    """Drafts a run; returns its time in seconds."""
    specs = {spec.section_id: spec for spec in sections_for(load_case("minimal", settings=settings))}
    executor = await build_executor(store, settings, specs, WriterAgent(ScriptedModel(default=TEXT)), trace=trace)
    began = time.perf_counter()
    await executor.generate()
    took = time.perf_counter() - began
    check_drafted(executor)
    await executor.settle(executor.executions.begin())
    return took


async def measure() -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    figures: dict[str, float] = {}
    ratios: dict[str, float] = {}
    closing = 0.0
    with embedded_home() as settings, collector("answers") as answers, collector("silent") as silent:
        store = await open_store(settings)
        senders = {
            "collector that answers": SpanSender(settings.model_copy(update={"tracing_endpoint": answers})),
            "silent collector": SpanSender(settings.model_copy(update={"tracing_endpoint": silent})),
        }
        traces = {"untraced": Trace(), **{name: sender.trace for name, sender in senders.items()}}
        times: dict[str, list[float]] = {name: [] for name in traces}
        for turn in range(rounds(ROUNDS) + 1):
            for name, trace in traces.items():
                took = await run_once(store, settings, trace)
                # The first of each imports, and compiles the graph.
                if turn:
                    times[name].append(took)
        await store.aclose()
        for name, taken in times.items():
            figures[f"{name}: ms a run of nine sections"] = median(taken) * 1e3
        for name in senders:
            pairs = zip(times[name], times["untraced"], strict=True)
            ratios[name] = figures[f"{name}: ratio"] = median([traced / untraced for traced, untraced in pairs])
        for sender in senders.values():
            began = time.perf_counter()
            sender.close()
            closing = max(closing, time.perf_counter() - began)
    figures["longest end of a sender, s"] = closing
    goals = {f"ratio to the untraced run, {name}": (ratio, 1.3) for name, ratio in ratios.items()}
    goals["end of a process beside its limit"] = (closing / CLOSE_LIMIT_S, 1.1)
    return figures, goals


if __name__ == "__main__":
    logging.getLogger("workbench").addHandler(logging.NullHandler())  # that the silent one takes no spans is known
    report("tracing", *asyncio.run(measure()))
