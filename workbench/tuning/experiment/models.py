"""Models by name.

The offline assembler, the small local model, models of the configured endpoint.

Nothing is sent to another machine unless ``WORKBENCH_MODEL`` is set: to name a model in an experiment is no consent.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from workbench.config import Settings, is_this_machine
from workbench.drafting.configured_model import endpoint_model
from workbench.drafting.local_model import CONTEXT_TOKENS, LocalModelServer
from workbench.drafting.model_options import ModelOptions
from workbench.drafting.offline.assembler import OfflineAssembler
from workbench.drafting.openai_model import DEFAULT_BASE_URL, OpenAIModel
from workbench.drafting.pricing import Price, PriceTable
from workbench.drafting.request import Model
from workbench.errors import InputError, ModelRefusedError, Problem
from workbench.model_settings import ModelSettings
from workbench.tuning.experiment.cells import ModelEntry
from workbench.tuning.experiment.spec import ModelSpec

OFFLINE, LOCAL = "offline", "local"


@dataclass(frozen=True)
class EndpointEntry(ModelEntry):
    """Entry of a model with an address.

    Its answers are cached under that address.

    Attributes:
        base_url: Its address, part of the key of its answers. The small local model takes a free port each time, and
            has the address ``local:``.
        served: True for the small local model, which is stopped with its last entry.
    """

    base_url: str = ""
    served: bool = False


class _LocalServer:
    """Reference count of the small local model.

    Started with the first user, stopped with the last.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._server: LocalModelServer | None = None
        self._users = 0

    def start_for_one(self) -> LocalModelServer:
        with self._guard:
            if self._server is None:
                server = LocalModelServer()
                server.start()
                self._server = server
            self._users += 1
            return self._server

    def stop_for_one(self) -> None:
        with self._guard:
            self._users -= 1
            if self._users == 0 and self._server is not None:
                server, self._server = self._server, None
                server.stop()


_local_server = _LocalServer()


def open_model(model: str | ModelSpec, settings: Settings, *, general: ModelSettings | None = None) -> ModelEntry:
    """Opens a model by name; :func:`close_model` when done.

    The small local model starts here, in about a second.

    Args:
        model: ``offline``, ``local``, or the name of a model at ``OPENAI_BASE_URL``; or one with options, which go
            before those of the settings. The assembler ignores them.
        settings: For the endpoint, the key, the prices.
        general: Options where the model has none of its own; before those of the settings.

    Raises:
        ModelRefusedError: The endpoint is on another machine and ``WORKBENCH_MODEL`` is not set, or its address or key
            cannot be used.
        InputError: The ``local`` extra is not installed, or the price table cannot be used.
        WorkbenchError: The local model did not start.
    """
    spec = ModelSpec(model=model) if isinstance(model, str) else model
    name, options = spec.model, (general or ModelSettings()).merge(spec)
    if name == OFFLINE:
        return ModelEntry(spec.label, OfflineAssembler())
    prices = PriceTable.load(settings.prices)
    if name == LOCAL:
        server = _local_server.start_for_one()
        try:
            # Without a price the USD limit would refuse a model that costs nothing.
            free = PriceTable(as_of=prices.as_of, models={server.model: Price(input=0, output=0)})
            limit = settings.max_output_tokens or CONTEXT_TOKENS // 8
            own = ModelOptions.of(ModelSettings(max_output_tokens=limit).merge(options))
            opened: Model = OpenAIModel(server.model, prices=free, base_url=server.url, options=own)
        except BaseException:  # the count must not keep a server that nobody can close
            _local_server.stop_for_one()
            raise
        return EndpointEntry(spec.label, opened, base_url="local:", served=True)
    refuse_remote_model(name, settings)
    opened = endpoint_model(name, settings, prices, options)
    return EndpointEntry(spec.label, opened, base_url=settings.openai_base_url or DEFAULT_BASE_URL)


def refuse_remote_model(name: str, settings: Settings) -> None:
    """Refuses a model on another machine without the user's consent.

    Raises:
        ModelRefusedError: It is on another machine, and ``WORKBENCH_MODEL`` is not set.
    """
    if settings.model is None and not is_this_machine(settings.openai_base_url or DEFAULT_BASE_URL):
        raise ModelRefusedError(
            Problem(
                f"to ask {name!r}, the case's texts would leave this machine, and nobody has agreed to that",
                f"use {OFFLINE} or {LOCAL}, or set WORKBENCH_MODEL={name} to agree",
                field="models",
            )
        )


async def close_model(opened: ModelEntry) -> None:
    """Closes a model's connections.

    The small local model is stopped with its last user.
    """
    with suppress(OSError):
        await opened.model.aclose()
    if isinstance(opened, EndpointEntry) and opened.served:
        _local_server.stop_for_one()


class ModelRegistry:
    """Models of one run by name, each opened once.

    :meth:`aclose` when done.

    Args:
        models: See :func:`open_model`.
        settings: For the endpoint.
        general: Options of the models that have none of their own.
        given: Models that are open already; they are neither opened nor closed here.
    """

    def __init__(
        self,
        models: Iterable[str | ModelSpec],
        settings: Settings,
        *,
        general: ModelSettings | None = None,
        given: Iterable[ModelEntry] = (),
    ) -> None:
        specs = (ModelSpec(model=model) if isinstance(model, str) else model for model in models)
        self._specs = {spec.label: spec for spec in specs}
        self._settings, self._general = settings, general
        self._given = {one.name: one for one in given}
        self._opened: list[ModelEntry] = []

    async def open(self, say: Callable[[str], None]) -> dict[str, ModelEntry]:
        """Opens and checks the models; reports the address of each.

        That is reported before a text is sent to it.

        Args:
            say: Called with one sentence for each model.

        Raises:
            InputError: Every model that cannot be used.
        """
        problems: list[Problem] = []
        for name, spec in self._specs.items():
            if name in self._given:
                continue
            try:
                opened = await asyncio.to_thread(open_model, spec, self._settings, general=self._general)
                # Before the check: a model that is refused is closed as well.
                self._opened.append(opened)
                await opened.model.check()
            except InputError as error:
                problems += error.problems
        if problems:
            raise InputError(*problems)
        by_name = self._given | {one.name: one for one in self._opened}
        for note in self._settings.notes:
            say(note)
        for name in self._specs:
            model = by_name[name].model
            where = "nothing leaves this machine" if _is_local(by_name[name]) else f"requests go to {model.host}"
            say(f"{name}: {model.label}; {where}")
        return {name: by_name[name] for name in self._specs}

    async def aclose(self) -> None:
        """Closes the models that were opened here."""
        while self._opened:
            # Removed first: where closing one fails, a second call goes on with the others.
            await close_model(self._opened.pop())


def _is_local(entry: ModelEntry) -> bool:
    host = entry.model.host
    return host is None or is_this_machine(f"http://{host}")
