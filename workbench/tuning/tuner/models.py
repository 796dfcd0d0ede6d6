"""Models that can draft in the tuner."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from workbench.config import Settings, is_this_machine
from workbench.drafting.endpoint import host_of
from workbench.drafting.local_model import CONTEXT_TOKENS, MODEL_NAME, find_gguf
from workbench.drafting.offline.assembler import LABEL as OFFLINE_LABEL
from workbench.drafting.openai_model import DEFAULT_BASE_URL, OpenAIModel
from workbench.drafting.pricing import PriceTable
from workbench.errors import InputError, Problem
from workbench.tuning.experiment.cells import ModelEntry
from workbench.tuning.experiment.models import LOCAL, OFFLINE, close_model, open_model
from workbench.tuning.experiment.spec import ModelSpec, spec_of
from workbench.tuning.tuner.preview import Limit

ModelSource = str | Mapping[str, Any] | ModelEntry
"""Model as the caller names it."""


@dataclass(frozen=True)
class ModelChoice:
    """Model that can be chosen.

    Attributes:
        name: Name by which it is chosen.
        label: Description of the model.
        reads: Whether it reads prompts: the offline assembler drafts from the facts alone.
        leaves: Whether its requests leave this machine.
        why_not: Reason that it cannot be chosen, or None.
    """

    name: str
    label: str
    reads: bool = True
    leaves: bool = False
    why_not: str | None = None


class TunerModels:
    """Models of the tuner, each started at first use.

    Args:
        settings: For the endpoint.
        models: Names, names with options as in an experiment (``{"gpt-5": {"reasoning_effort": "low"}}``), or models
            of the caller's own; None: every available model.

    Raises:
        InputError: A model is unknown, or cannot be used here.
    """

    def __init__(self, settings: Settings, models: Iterable[ModelSource] | None = None) -> None:
        self._settings = settings
        # Those with options, by label.
        self._specs: dict[str, ModelSpec] = {}
        self._ready: dict[str, ModelEntry] = {}
        self._opened: list[ModelEntry] = []
        choices = {choice.name: choice for choice in _available_models(settings)}
        if models is not None:
            choices = self._select(tuple(models), choices)
        self.choices = tuple(choices.values())

    def _select(self, models: tuple[ModelSource, ...], known: dict[str, ModelChoice]) -> dict[str, ModelChoice]:
        choices: dict[str, ModelChoice] = {}
        problems: list[Problem] = []
        for each in models:
            if isinstance(each, ModelEntry):
                self._ready[each.name] = each
                choices[each.name] = ModelChoice(each.name, each.model.label)
                continue
            try:
                (spec,) = spec_of({"name": "tuner", "cases": ["-"], "models": [each]}).models
            except InputError as error:
                problems += error.problems
                continue
            choice = known.get(spec.model)
            if choice is None:
                problems.append(_unknown_model(spec.model, known))
            elif choice.why_not is not None:
                problems.append(Problem(f"{spec.model}: {choice.why_not}", "take another model", field="models"))
            else:
                choices[spec.label] = replace(choice, name=spec.label) if spec.options else choice
                self._specs[spec.label] = spec
        if not models:
            problems.append(Problem("no model is named", "name one, such as offline", field="models"))
        if problems:
            raise InputError(*problems)
        return choices

    @property
    def usable(self) -> tuple[str, ...]:
        """Names of the models that can be chosen."""
        return tuple(choice.name for choice in self.choices if choice.why_not is None)

    @property
    def reader(self) -> str:
        """Name of the first model that reads prompts."""
        # With no reader the assembler drafts; the tuner then says that prompts make no difference.
        readers = [choice.name for choice in self.choices if choice.why_not is None and choice.reads]
        return readers[0] if readers else self.usable[0]

    def choice(self, name: str) -> ModelChoice:
        """Returns the model of a name.

        Raises:
            InputError: There is none, or it cannot be used.
        """
        known = {choice.name: choice for choice in self.choices}
        choice = known.get(name)
        if choice is None:
            raise InputError(_unknown_model(name, known))
        if choice.why_not is not None:
            raise InputError(Problem(f"{name}: {choice.why_not}", "take another model", field="models"))
        return choice

    def limit(self, name: str) -> Limit | None:
        """Returns the model's longest prompt, if known without asking."""
        if name in self._ready:
            return self._ready[name].model.prompt_characters
        if self._spec(name).model == LOCAL:
            # The server is not started and no request is made: this client only computes limits.
            model = OpenAIModel(
                MODEL_NAME,
                prices=PriceTable.load(self._settings.prices),
                base_url="http://127.0.0.1:1/v1",
                context_tokens=CONTEXT_TOKENS,
            )
            return model.prompt_characters
        return None

    def for_gate(self) -> tuple[tuple[str, ...], tuple[ModelEntry, ...]]:
        """Chooses the model for the promotion gate.

        It is the endpoint's, if there is one, else the first that reads prompts.

        Returns:
            Its name, or the entry if one was given; neither if no model reads prompts, which the gate reports.
        """
        name = self._settings.model if self._settings.model in self.usable else self.reader
        if name is None or not self.choice(name).reads:
            return (), ()
        # Models that were opened here are opened again by the gate under its own name.
        given = [each for each in self._ready.values() if each.name == name and each not in self._opened]
        spec = self._spec(name)
        if not given and spec.options:
            opened = open_model(spec, self._settings)
            self._opened.append(opened)
            return (), (opened,)
        return ((), tuple(given)) if given else ((name,), ())

    async def ready(self, name: str) -> ModelEntry:
        """Starts and checks a model; runs on the workbench loop.

        Raises:
            InputError: It is unknown, not installed, or refuses.
        """
        self.choice(name)
        if name not in self._ready:
            # Loading the local model takes a second; the loop serves widgets and runs meanwhile.
            opened = await asyncio.to_thread(open_model, self._spec(name), self._settings)
            # Before the check: a model that refuses must be closed, too.
            self._opened.append(opened)
            await opened.model.check()
            self._ready[name] = opened
        return self._ready[name]

    def _spec(self, name: str) -> ModelSpec:
        return self._specs.get(name) or ModelSpec(model=name)

    async def aclose(self) -> None:
        """Closes the models that were opened here."""
        while self._opened:
            opened = self._opened.pop()
            self._ready.pop(opened.name, None)
            await close_model(opened)


def _available_models(settings: Settings) -> Iterable[ModelChoice]:
    # The offline assembler comes first: it needs no installation and no consent.
    yield ModelChoice(OFFLINE, OFFLINE_LABEL, reads=False)
    try:
        find_gguf()
    except InputError as error:
        yield ModelChoice(
            LOCAL, MODEL_NAME, why_not="; ".join(f"{each.what}, {each.remedy}" for each in error.problems)
        )
    else:
        yield ModelChoice(LOCAL, f"{MODEL_NAME}, on this machine")
    if settings.model is not None:
        url = settings.openai_base_url or DEFAULT_BASE_URL
        yield ModelChoice(settings.model, f"{settings.model} at {host_of(url)}", leaves=not is_this_machine(url))


def _unknown_model(name: str, known: Iterable[str]) -> Problem:
    names = list(known)
    close = get_close_matches(name, names, n=1)
    remedy = f"did you mean {close[0]!r}?" if close else f"use one of {', '.join(names)}"
    return Problem(f"no model is called {name!r}", remedy, field="models")
