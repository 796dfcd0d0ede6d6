"""The models that may write in the tuner: the assembler, the small local model, the endpoint of the environment."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from workbench.config import Settings
from workbench.drafting.address import host_of, is_this_machine
from workbench.drafting.assembler import LABEL as OFFLINE_LABEL
from workbench.drafting.local import CONTEXT_TOKENS, MODEL_NAME, find_gguf
from workbench.drafting.models import DEFAULT_BASE_URL, OpenAIModel
from workbench.drafting.prices import PriceTable
from workbench.errors import InputError, Problem
from workbench.tuning.cells import Contender
from workbench.tuning.contenders import LOCAL, OFFLINE, contender, release
from workbench.tuning.preview import Limit


@dataclass(frozen=True)
class Offer:
    """A model that can be chosen.

    Attributes:
        name: As it is chosen.
        label: What it is.
        reads: Whether it reads prompts: the offline assembler drafts from the facts alone.
        leaves: Whether what it is sent leaves this machine.
        why_not: Why it cannot be chosen, or None.
    """

    name: str
    label: str
    reads: bool = True
    leaves: bool = False
    why_not: str | None = None


class LineUp:
    """The models by name; one that must be started is started when it is first asked to write.

    Args:
        settings: For the endpoint.
        models: Names, or contenders of one's own; None: all that there are.

    Raises:
        InputError: One is unknown, or cannot be used here.
    """

    def __init__(self, settings: Settings, models: Iterable[str | Contender] | None = None) -> None:
        self._settings = settings
        self._ready: dict[str, Contender] = {}
        self._opened: list[Contender] = []
        offers = {offer.name: offer for offer in _offers(settings)}
        if models is not None:
            offers = self._chosen(tuple(models), offers)
        self.offers = tuple(offers.values())

    def _chosen(self, models: tuple[str | Contender, ...], known: dict[str, Offer]) -> dict[str, Offer]:
        offers: dict[str, Offer] = {}
        problems: list[Problem] = []
        for each in models:
            if isinstance(each, Contender):
                self._ready[each.name] = each
                offers[each.name] = Offer(each.name, each.model.label)
                continue
            offer = known.get(each)
            if offer is None:
                problems.append(_unknown(each, known))
            elif offer.why_not is not None:
                problems.append(Problem(f"{each}: {offer.why_not}", "take another model", field="models"))
            else:
                offers[each] = offer
        if not models:
            problems.append(Problem("no model is named", "name one, such as offline", field="models"))
        if problems:
            raise InputError(*problems)
        return offers

    @property
    def usable(self) -> tuple[str, ...]:
        """Names of those that can be chosen."""
        return tuple(offer.name for offer in self.offers if offer.why_not is None)

    @property
    def reader(self) -> str:
        """The first that reads prompts, or else the first."""
        readers = [offer.name for offer in self.offers if offer.why_not is None and offer.reads]
        return readers[0] if readers else self.usable[0]

    def offer(self, name: str) -> Offer:
        """The model of that name.

        Raises:
            InputError: There is none, or it cannot be used.
        """
        known = {offer.name: offer for offer in self.offers}
        offer = known.get(name)
        if offer is None:
            raise InputError(_unknown(name, known))
        if offer.why_not is not None:
            raise InputError(Problem(f"{name}: {offer.why_not}", "take another model", field="models"))
        return offer

    def limit(self, name: str) -> Limit | None:
        """How long a prompt it takes, as far as it is known before it is asked."""
        if name in self._ready:
            return self._ready[name].model.prompt_characters
        if name == LOCAL:
            # Not started, and no request is made: only its arithmetic is wanted.
            model = OpenAIModel(
                MODEL_NAME,
                prices=PriceTable.load(self._settings.prices),
                base_url="http://127.0.0.1:1/v1",
                context_tokens=CONTEXT_TOKENS,
            )
            return model.prompt_characters
        return None

    def for_gate(self) -> tuple[tuple[str, ...], tuple[Contender, ...]]:
        """Which model a version is tried with at the gate: the endpoint's, where there is one, else the first reader.

        Returns:
            Its name, or the contender where one was given; neither where nobody reads prompts, which the gate says.
        """
        name = self._settings.model if self._settings.model in self.usable else self.reader
        if name is None or not self.offer(name).reads:
            return (), ()
        given = [each for each in self._ready.values() if each.name == name and each not in self._opened]
        return ((), tuple(given)) if given else ((name,), ())

    async def ready(self, name: str) -> Contender:
        """The model, started and checked; on the workbench loop.

        Raises:
            InputError: It is unknown, not installed, or refuses.
        """
        self.offer(name)
        if name not in self._ready:
            opened = await asyncio.to_thread(contender, name, self._settings)
            self._opened.append(opened)
            await opened.model.check()
            self._ready[name] = opened
        return self._ready[name]

    async def aclose(self) -> None:
        """Lets go of those that were opened here; one that is wanted again is opened again."""
        while self._opened:
            opened = self._opened.pop()
            self._ready.pop(opened.name, None)
            await release(opened)


def _offers(settings: Settings) -> Iterable[Offer]:
    yield Offer(OFFLINE, OFFLINE_LABEL, reads=False)
    try:
        find_gguf()
    except InputError as error:
        yield Offer(LOCAL, MODEL_NAME, why_not="; ".join(f"{each.what}, {each.remedy}" for each in error.problems))
    else:
        yield Offer(LOCAL, f"{MODEL_NAME}, on this machine")
    if settings.model is not None:
        url = settings.openai_base_url or DEFAULT_BASE_URL
        yield Offer(settings.model, f"{settings.model} at {host_of(url)}", leaves=not is_this_machine(url))


def _unknown(name: str, known: Iterable[str]) -> Problem:
    names = list(known)
    close = get_close_matches(name, names, n=1)
    remedy = f"did you mean {close[0]!r}?" if close else f"use one of {', '.join(names)}"
    return Problem(f"no model is called {name!r}", remedy, field="models")
