"""A seeded error, and the registry of the functions that make them."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .clean_draft import CleanDraft

Edit = tuple[int, int, str]
"""Start and end in the clean text, and what stands there instead."""


@dataclass(frozen=True)
class Proposal:
    """One verified error that a mutator proposes.

    Attributes:
        edits: What changes in the letter.
        place: Span of the clean text that a finding must overlap, or None for an error of the whole letter.
        old: What was there.
        new: What is there.
        values: Words that a finding elsewhere must name to count.
        verified: ``exhibit`` where the exhibits were searched, ``law`` where the regulation was, ``construction`` where
            the error is wrong wherever it stands.
        subs: Replacements in ``case.yaml``.
    """

    edits: tuple[Edit, ...]
    place: tuple[int, int] | None
    old: str = ""
    new: str = ""
    values: tuple[str, ...] = ()
    verified: str = "exhibit"
    subs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Mutator:
    """A kind of error."""

    kind: str
    group: str
    checks: str
    propose: Callable[[CleanDraft, random.Random], Iterator[Proposal]]


MUTATORS: dict[str, Mutator] = {}


def seeds(group: str, checks: str = "") -> Callable[[Any], Any]:
    """Registers a mutator under its function's name.

    ``checks`` is a regular expression of the checks that are apt for an error of the whole letter.
    """

    def register(function: Callable[[CleanDraft, random.Random], Iterator[Proposal]]) -> Any:
        kind = function.__name__
        if kind in MUTATORS:
            raise ValueError(f"two mutators are named {kind}")
        MUTATORS[kind] = Mutator(kind, group, checks, function)
        return function

    return register


@dataclass(frozen=True)
class Mutant:
    """A seeded error, as one line of ``mutants.jsonl`` holds it."""

    id: str
    kind: str
    group: str
    petition: str
    edits: tuple[Edit, ...]
    expect: dict[str, Any]
    verified: str
    old: str
    new: str
    case: dict[str, Any] | None = None
    note: str = ""

    @property
    def is_held_out(self) -> bool:
        """Half of the mutants, by a hash of the id."""
        return hashlib.sha256(self.id.encode()).digest()[0] % 2 == 1

    def apply(self, text: str) -> str:
        """Returns the letter with the error in it."""
        for start, end, new in sorted(self.edits, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def map_span(self, start: int, end: int) -> tuple[int, int]:
        """Returns where a span of the clean text is in the mutated one, with what was put in at its ends."""
        first = start + sum(len(new) - (b - a) for a, b, new in self.edits if b <= start and a < start)
        last = end + sum(len(new) - (b - a) for a, b, new in self.edits if a < end or a == b == end)
        return first, max(first, last)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def build_mutant(draft: CleanDraft, mutator: Mutator, proposal: Proposal) -> Mutant:
    """Turns a proposal into a mutant with a stable id."""
    digest = hashlib.sha256(json.dumps([proposal.edits, proposal.subs]).encode()).hexdigest()[:8]
    mutant = Mutant(
        id=f"{draft.name}-{mutator.kind}-{digest}",
        kind=mutator.kind,
        group=mutator.group,
        petition=draft.name,
        edits=proposal.edits,
        expect={"values": list(proposal.values), "checks": mutator.checks, "span": None, "sentence": "", "clean": None},
        verified=proposal.verified,
        old=proposal.old,
        new=proposal.new,
        case={"subs": [list(sub) for sub in proposal.subs], "files": {}} if proposal.subs else None,
    )
    if proposal.place is not None:
        first, last = mutant.map_span(*proposal.place)
        mutant.expect.update(
            span=[first, last], sentence=mutant.apply(draft.text)[first:last], clean=list(proposal.place)
        )
    return mutant


def make_mutants(draft: CleanDraft, *, seed: int, most: int, kinds: Sequence[str] | None = None) -> list[Mutant]:
    """Makes up to ``most`` mutants of each kind, the same for the same seed.

    No two mutants of a kind have the same place, so that one sentence that is easy or hard does not count twice.
    """
    made = []
    for kind, mutator in MUTATORS.items():
        if kinds and kind not in kinds:
            continue
        rng = random.Random(f"{seed}/{draft.name}/{kind}")  # noqa: S311 - the same mutants for the same seed
        places: set[Any] = set()
        for proposal in mutator.propose(draft, rng):
            place = proposal.place or proposal.subs or proposal.edits
            if place not in places:
                places.add(place)
                made.append(build_mutant(draft, mutator, proposal))
            if len(places) == most:
                break
    return made


def shuffled(rng: random.Random, items: Sequence[Any]) -> list[Any]:
    """Returns the items in an order that the seed decides."""
    mixed = list(items)
    rng.shuffle(mixed)
    return mixed
