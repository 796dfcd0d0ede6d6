"""A store for each test, and a gated model."""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from crashing import Script
from scripted_endpoint import Endpoint

import workbench
from workbench.case.loader import load_case
from workbench.config import Settings
from workbench.drafting.offline.assembler import assemble
from workbench.drafting.request import Chunk, ModelRequest
from workbench.drafting.scripted_model import ScriptedModel
from workbench.live.embedded import stop_server
from workbench.workflow.context import RunOptions
from workbench.workflow.loop import BackgroundLoop

CASES = Path(__file__).parent.parent / "cases"
SECTIONS = ["intro", "background", "awards", "membership", "publications", "final_merits", "continuing_work",
            "benefit", "conclusion"]  # fmt: skip
UNATTENDED = RunOptions(unattended=True)


class SampleModel(ScriptedModel):
    """Offline assembler with given answers for some sections."""

    async def stream(self, request: ModelRequest) -> AsyncIterator[Chunk]:
        self._answers.setdefault(request.section_id, (assemble(request.assignment.case, request.assignment.section),))
        async for chunk in super().stream(request):
            yield chunk


class GatedModel(SampleModel):
    """Sample model that waits before a held section's answer.

    It can be let go from the test's thread.
    """

    def __init__(self, *held: str, **script) -> None:
        super().__init__(**script)
        self.held = set(held)
        self.asked = {section_id: threading.Event() for section_id in held}
        self.gates: dict[str, asyncio.Event] = {}
        self.at_once = 0
        self.most_at_once = 0

    async def stream(self, request: ModelRequest) -> AsyncIterator[Chunk]:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if request.section_id in self.held:
                gate = self.gates.setdefault(request.section_id, asyncio.Event())
                self.asked[request.section_id].set()
                await gate.wait()
            await asyncio.sleep(0)
            async for chunk in super().stream(request):
                yield chunk
        finally:
            self.at_once -= 1

    def let_go(self, section_id: str) -> None:
        self.held.discard(section_id)
        if section_id in self.gates:
            BackgroundLoop.current().loop.call_soon_threadsafe(self.gates[section_id].set)


@pytest.fixture
def endpoint():
    with Endpoint() as endpoint:
        yield endpoint
        BackgroundLoop.current().close()  # lets go of the connections before the server waits for them


@pytest.fixture
def settings(shared_home) -> Settings:
    return Settings(home=shared_home, cases=CASES)


@pytest.fixture
def minimal(settings):
    return load_case("minimal", settings=settings)


@pytest.fixture
def ended(minimal, settings):
    """A run of the minimal case that has ended."""
    run = start(minimal, settings)
    run.wait(60)
    return run


@pytest.fixture(autouse=True)
def closed_loop():
    """Ends the workbench loop after each test.

    The end of a process does the same.
    """
    yield
    BackgroundLoop.current().close()


@pytest.fixture
def own_home():
    """A home whose server the test may harm."""
    with tempfile.TemporaryDirectory(prefix="wb-") as folder:
        home = Path(folder, "home")
        yield home
        stop_server(Settings(home=home))


@pytest.fixture
def script(minimal, endpoint):
    """Scripted answers of the endpoint: the sample's sections, each released by the test."""
    script = Script(minimal)
    endpoint.acts = script
    script.url = endpoint.url
    yield script
    for gate in script.held.values():
        gate.set()


@pytest.fixture
def online(own_home, endpoint):
    """Settings that name a model at the endpoint, with a store that the test may harm."""
    return Settings(
        home=own_home, cases=CASES, model="small-model", openai_base_url=endpoint.url, openai_api_key="sk-test"
    )


def start(case, settings, model=None, **how):
    """A run of the sample model, unattended unless told otherwise."""
    how.setdefault("options", UNATTENDED)
    how.setdefault("new", True)  # the file's tests share a store, and some leave a run in the middle
    return workbench.start(case, settings=settings, model=model or SampleModel(), **how)


def statuses(snapshot):
    return {section.section_id: section.status for section in snapshot.sections}


def drafted(model):
    """The sections that a model was asked for, each once."""
    return sorted(set(model.calls))
