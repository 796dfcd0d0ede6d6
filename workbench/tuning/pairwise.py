"""Blind review: pairs of drafts whose origin nobody sees, what the attorney picked, and the win rate that follows.

Each pick is one line of ``Records("pairs")``::

    {case section  a{prompt prompt_version model repeat sha256}  b{…}  winner: "a" | "b" | "tie"  left: "a" | "b"
     winner_text? loser_text? prompt_version? model?  note user at}
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import pandas as pd

from workbench.config import Settings
from workbench.errors import InputError, Problem
from workbench.text.clock import now
from workbench.text.digest import text_digest
from workbench.tuning.cells import Cell
from workbench.tuning.records import Records
from workbench.tuning.statistics import CONFIDENCE, Estimate, wilson

Winner = Literal["a", "b", "tie"]

_NAMED_BY = ("prompt", "model")


@dataclass(frozen=True)
class Side:
    """One draft of a pair.

    Attributes:
        prompt: Name of the prompt version, as the experiment has it.
        prompt_version: What it was drafted with.
        model: Name of the model.
        repeat: Which of its drafts.
        content: Markdown.
    """

    prompt: str
    prompt_version: str
    model: str
    repeat: int
    content: str

    @property
    def sha256(self) -> str:
        """Of the text."""
        return text_digest(self.content)

    def to_dict(self) -> dict[str, Any]:
        """Without its text."""
        return {
            "prompt": self.prompt,
            "prompt_version": self.prompt_version,
            "model": self.model,
            "repeat": self.repeat,
            "sha256": self.sha256,
        }


@dataclass(frozen=True)
class Pair:
    """Two drafts of one section of one case."""

    case_id: str
    section_id: str
    a: Side
    b: Side


@dataclass(frozen=True)
class WinRate:
    """How often one side was preferred.

    Attributes:
        name: Of the side.
        against: Of the other; None: of any other.
        wins: Pairs in which it was preferred.
        ties: Pairs in which neither was; each counts as half a win.
        losses: Pairs in which the other was.
        estimate: The rate with Wilson's interval.
    """

    name: str
    against: str | None
    wins: int
    ties: int
    losses: int
    estimate: Estimate

    @property
    def n(self) -> int:
        """Pairs that were picked from."""
        return self.wins + self.ties + self.losses

    def __str__(self) -> str:
        if not self.n:
            return f"{self.name}: no pair was picked from"
        found = self.estimate
        pairs = "1 pair" if self.n == 1 else f"{self.n} pairs"
        ties = "" if not self.ties else " (1 tie, as half)" if self.ties == 1 else f" ({self.ties} ties, each as half)"
        rate = f"{found.value:.0%} ({found.confidence:.0%} interval {found.low:.0%} to {found.high:.0%})"
        told = "" if found.low > 0.5 or found.high < 0.5 else "; too few to tell which is better"  # noqa: PLR2004
        other = self.against or "the others"
        return f"{self.name} preferred to {other} in {self.wins} of {pairs}{ties}: {rate}{told}"


class DraftedCells(Protocol):
    """What is needed of :class:`workbench.tuning.results.Results`."""

    @property
    def cells(self) -> pd.DataFrame:
        """A row a cell."""

    def drafts(self, cell: Cell) -> str:
        """The draft of one."""


def pairs_of(
    results: DraftedCells, before: str, after: str, *, of: Literal["prompt", "model"] = "prompt", seed: int = 0
) -> tuple[Pair, ...]:
    """The pairs of an experiment that differ in one thing only, in an order that tells nothing.

    The same repeat of the same section, case and model (or prompt) is paired. Where one of the two has no draft, or
    both read the same, there is no pair.

    Args:
        results: Of the experiment.
        before: One prompt (or model).
        after: The other.
        of: What is compared.
        seed: Of the order.

    Returns:
        The pairs; none where the two never drafted the same section, or always in the same words.

    Raises:
        InputError: A name is not in the results, or the two are the same.
    """
    table = results.cells
    done = table[table["sha256"].notna()]
    known = [str(name) for name in table[of].unique()]
    problems = [
        Problem(f"no {of} {name!r} in the results", f"use two of: {', '.join(known)}", field=of)
        for name in dict.fromkeys((before, after))
        if name not in known
    ]
    if before == after:
        problems.append(Problem("the two sides are the same", f"use two of: {', '.join(known)}", field=of))
    if problems:
        raise InputError(*problems)
    other = "model" if of == "prompt" else "prompt"
    keys = ["case", "section", other, "repeat"]
    sides = [done[done[of] == name].set_index(keys, drop=False) for name in (before, after)]
    pairs = []
    for key in sides[0].index.intersection(sides[1].index):
        one, two = (side.loc[[key]].iloc[0] for side in sides)
        if one["sha256"] != two["sha256"]:
            a, b = (_side(results, row) for row in (one, two))
            pairs.append(Pair(str(one["case"]), str(one["section"]), a, b))
    random.Random(seed).shuffle(pairs)  # noqa: S311  (an order, no secret)
    return tuple(pairs)


def keep_pick(
    settings: Settings, pair: Pair, winner: Winner, *, left: Literal["a", "b"], user_id: str, note: str = ""
) -> dict[str, Any]:
    """Records what was picked; it is on disk when this returns.

    Args:
        settings: For the home and the keys.
        pair: From what.
        winner: Which.
        left: Which of the two stood at the left.
        user_id: Who picked.
        note: Why, in their words.

    Raises:
        OSError: It cannot be written.
    """
    record: dict[str, Any] = {
        "case": pair.case_id,
        "section": pair.section_id,
        "a": pair.a.to_dict(),
        "b": pair.b.to_dict(),
        "winner": winner,
        "left": left,
        "note": note,
        "user": user_id,
        "at": now(),
    }
    if winner != "tie":
        better, worse = (pair.a, pair.b) if winner == "a" else (pair.b, pair.a)
        record |= {
            "winner_text": better.content,
            "loser_text": worse.content,
            "prompt_version": better.prompt_version,
            "model": better.model,
        }
    Records(settings, "pairs").add(record)
    return record


def win_rate(
    picks: Settings | Iterable[Mapping[str, Any]],
    name: str,
    *,
    against: str | None = None,
    of: Literal["prompt", "model"] = "prompt",
    confidence: float = CONFIDENCE,
) -> WinRate:
    """How often a prompt (or model) was preferred in blind review.

    A pair that one person picked from more than once counts as last picked. Each pair counts as one witness: where many
    are repeats of one section, the interval is narrower than it should be.

    Args:
        picks: Records of picks, or the settings whose ``Records("pairs")`` are read.
        name: Of the side.
        against: Of the other side; None: of any.
        of: What the names are of.
        confidence: Of the interval.
    """
    if isinstance(picks, Settings):
        picks = Records(picks, "pairs")
    last: dict[object, Mapping[str, Any]] = {}
    for pick in picks:
        texts = frozenset((pick["a"]["sha256"], pick["b"]["sha256"]))
        last[pick["user"], pick["case"], pick["section"], texts] = pick
    wins = ties = losses = 0
    for pick in last.values():
        names = {side: pick[side][of] for side in ("a", "b")}
        ours = next((side for side, found in names.items() if found == name), None)
        if ours is None:
            continue
        theirs = "b" if ours == "a" else "a"
        if names[theirs] == name or (against is not None and names[theirs] != against):
            continue
        wins += pick["winner"] == ours
        losses += pick["winner"] == theirs
        ties += pick["winner"] == "tie"
    n = wins + ties + losses
    return WinRate(name, against, wins, ties, losses, wilson(wins + ties / 2, n, confidence=confidence))


def sides_of(pairs: Sequence[Pair]) -> tuple[str, str, Literal["prompt", "model"]]:
    """What pairs compare: the name of a, the name of b, and of what; the names are the same in every pair.

    Raises:
        InputError: There are no pairs, or they do not all compare the same two.
    """
    if not pairs:
        remedy = "compare two versions whose drafts differ"
        raise InputError(Problem("there is no pair to compare", remedy, field="pairs"))
    for of in _NAMED_BY:
        names = {(getattr(pair.a, of), getattr(pair.b, of)) for pair in pairs}
        if len(names) == 1 and len({*next(iter(names))}) == 2:  # noqa: PLR2004 - two sides
            a, b = next(iter(names))
            return a, b, "prompt" if of == "prompt" else "model"
    raise InputError(Problem("the pairs do not all compare the same two", "make them with pairs_of(…)", field="pairs"))


def _side(results: DraftedCells, row: Any) -> Side:
    cell = Cell(row["prompt"], row["case"], row["section"], row["model"], int(row["repeat"]))
    version = row["prompt_version"]
    return Side(cell.prompt, version if isinstance(version, str) else "", cell.model, cell.repeat, results.drafts(cell))
