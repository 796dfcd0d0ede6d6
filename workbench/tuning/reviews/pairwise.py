"""Blind comparison of drafts: pairs, picks and win rates.

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
from workbench.tuning.experiment.cells import Cell
from workbench.tuning.reviews.records import Records
from workbench.tuning.statistics import CONFIDENCE, Estimate, wilson

Winner = Literal["a", "b", "tie"]

_NAMED_BY = ("prompt", "model")


@dataclass(frozen=True)
class PairSide:
    """One draft of a pair.

    Attributes:
        prompt: Name of the prompt version in the experiment.
        prompt_version: Digest-bearing version of the prompt.
        model: Name of the model.
        repeat: Number of the draft among its repeats.
        content: Markdown.

    Examples:
        >>> PairSide("filing", "awards@0123456789ab", "offline", 1, "A draft.").to_dict()["prompt"]
        'filing'
    """

    prompt: str
    prompt_version: str
    model: str
    repeat: int
    content: str

    @property
    def sha256(self) -> str:
        """Digest of the text."""
        return text_digest(self.content)

    def to_dict(self) -> dict[str, Any]:
        """Returns the fields without the text."""
        return {
            "prompt": self.prompt,
            "prompt_version": self.prompt_version,
            "model": self.model,
            "repeat": self.repeat,
            "sha256": self.sha256,
        }


@dataclass(frozen=True)
class DraftPair:
    """Two drafts of one section of one case.

    Attributes:
        case_id: The case.
        section_id: The section.
        a: One draft.
        b: The other draft.

    Examples:
        >>> sides = [PairSide(name, f"{name}@0", "offline", 1, f"Draft of {name}.") for name in ("old", "new")]
        >>> sides_of([DraftPair("wu", "awards", *sides)])
        ('old', 'new', 'prompt')
    """

    case_id: str
    section_id: str
    a: PairSide
    b: PairSide


@dataclass(frozen=True)
class WinRate:
    """Share of blind comparisons that one side won.

    Attributes:
        name: Name of the side.
        against: Name of the other side; None: any other.
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
        """Number of pairs that were decided."""
        return self.wins + self.ties + self.losses

    def __str__(self) -> str:
        if not self.n:
            return f"{self.name}: no pair was picked from"
        found = self.estimate
        pairs = "1 pair" if self.n == 1 else f"{self.n} pairs"
        ties = "" if not self.ties else " (1 tie, as half)" if self.ties == 1 else f" ({self.ties} ties, each as half)"
        rate = f"{found.value:.0%} ({found.confidence:.0%} interval {found.low:.0%} to {found.high:.0%})"
        # An interval that covers one half does not say which side is better.
        doubt = "" if found.low > 0.5 or found.high < 0.5 else "; too few to tell which is better"  # noqa: PLR2004
        other = self.against or "the others"
        return f"{self.name} preferred to {other} in {self.wins} of {pairs}{ties}: {rate}{doubt}"


class DraftedCells(Protocol):
    """Part of the experiment's ``Results`` that pairs need."""

    @property
    def cells(self) -> pd.DataFrame:
        """Table with a row for each cell."""

    def drafts(self, cell: Cell) -> str:
        """Returns the draft of one cell."""


def pairs_of(
    results: DraftedCells, before: str, after: str, *, of: Literal["prompt", "model"] = "prompt", seed: int = 0
) -> tuple[DraftPair, ...]:
    """Builds draft pairs that differ only in prompt or model.

    The same repeat of the same section, case and model (or prompt) is paired. There is no pair if one of the two
    has no draft, or both have the same text. The order is shuffled, so that it reveals nothing.

    Args:
        results: Results of the experiment.
        before: One prompt (or model).
        after: The other.
        of: ``prompt`` or ``model``: the thing that is compared.
        seed: Seed of the order.

    Returns:
        The pairs; none if the two never drafted the same section, or always in the same words.

    Raises:
        InputError: A name is not in the results, or the two are the same.
    """
    table = results.cells
    # A cell without a draft (failed, refused, out of budget) has no digest.
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
        # Equal texts cannot be told apart: a pick between them would be noise.
        if one["sha256"] != two["sha256"]:
            a, b = (_build_side(results, row) for row in (one, two))
            pairs.append(DraftPair(str(one["case"]), str(one["section"]), a, b))
    # In table order the reviewer would see the same case again and again, and learn its style.
    random.Random(seed).shuffle(pairs)  # noqa: S311 - an order, no secret
    return tuple(pairs)


def save_pick(
    settings: Settings, pair: DraftPair, winner: Winner, *, left: Literal["a", "b"], user_id: str, note: str = ""
) -> dict[str, Any]:
    """Stores one pick; it is on disk when this returns.

    Args:
        settings: For the home and the keys.
        pair: The two drafts.
        winner: The preferred side, or ``tie``.
        left: The side that stood at the left.
        user_id: The person.
        note: The person's reason.

    Returns:
        The stored record.

    Raises:
        OSError: It cannot be written.

    Examples:
        >>> import pathlib, tempfile
        >>> settings = Settings(home=pathlib.Path(tempfile.mkdtemp()))
        >>> sides = [PairSide(name, f"{name}@0", "offline", 1, f"Draft of {name}.") for name in ("old", "new")]
        >>> pair = DraftPair("wu", "awards", *sides)
        >>> save_pick(settings, pair, "b", left="a", user_id="ana")["winner_text"]
        'Draft of new.'
        >>> print(win_rate(settings, "new", against="old"))
        new preferred to old in 1 of 1 pair: 100% (95% interval 21% to 100%); too few to tell which is better
    """
    record: dict[str, Any] = {
        "case": pair.case_id,
        "section": pair.section_id,
        "a": pair.a.to_dict(),
        "b": pair.b.to_dict(),
        "winner": winner,
        # Stored to measure a preference for one side of the screen.
        "left": left,
        "note": note,
        "user": user_id,
        "at": now(),
    }
    if winner != "tie":
        better, worse = (pair.a, pair.b) if winner == "a" else (pair.b, pair.a)
        # The texts go into the learning data set; a tie teaches nothing there.
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
    """Computes the share of pairs that one side won.

    If a person decided a pair more than once, the last decision counts. Each pair counts as one observation: if
    many are repeats of one section, the interval is narrower than it should be.

    Args:
        picks: Records of picks, or the settings whose ``Records("pairs")`` are read.
        name: Name of the side.
        against: Name of the other side; None: any.
        of: ``prompt`` or ``model``: the kind of the names.
        confidence: Confidence of the interval.
    """
    if isinstance(picks, Settings):
        picks = Records(picks, "pairs")
    last: dict[object, Mapping[str, Any]] = {}
    for pick in picks:
        # A set: the same two drafts shown the other way round are the same pair.
        texts = frozenset((pick["a"]["sha256"], pick["b"]["sha256"]))
        last[pick["user"], pick["case"], pick["section"], texts] = pick
    wins = ties = losses = 0
    for pick in last.values():
        names = {side: pick[side][of] for side in ("a", "b")}
        ours = next((side for side, found in names.items() if found == name), None)
        if ours is None:
            continue
        theirs = "b" if ours == "a" else "a"
        # Two drafts of the same prompt say nothing about that prompt.
        if names[theirs] == name or (against is not None and names[theirs] != against):
            continue
        wins += pick["winner"] == ours
        losses += pick["winner"] == theirs
        ties += pick["winner"] == "tie"
    n = wins + ties + losses
    return WinRate(name, against, wins, ties, losses, wilson(wins + ties / 2, n, confidence=confidence))


def sides_of(pairs: Sequence[DraftPair]) -> tuple[str, str, Literal["prompt", "model"]]:
    """Returns the two compared names and their kind.

    Raises:
        InputError: There are no pairs, or they do not all compare the same two.
    """
    if not pairs:
        remedy = "compare two versions whose drafts differ"
        raise InputError(Problem("there is no pair to compare", remedy, field="pairs"))
    # Prompt first: pairs that differ in both are compared by prompt.
    for of in _NAMED_BY:
        names = {(getattr(pair.a, of), getattr(pair.b, of)) for pair in pairs}
        if len(names) == 1 and len({*next(iter(names))}) == 2:  # noqa: PLR2004 - two sides
            a, b = next(iter(names))
            return a, b, "prompt" if of == "prompt" else "model"
    raise InputError(Problem("the pairs do not all compare the same two", "make them with pairs_of(…)", field="pairs"))


def _build_side(results: DraftedCells, row: Any) -> PairSide:
    cell = Cell(row["prompt"], row["case"], row["section"], row["model"], int(row["repeat"]))
    version = row["prompt_version"]
    return PairSide(
        cell.prompt, version if isinstance(version, str) else "", cell.model, cell.repeat, results.drafts(cell)
    )
