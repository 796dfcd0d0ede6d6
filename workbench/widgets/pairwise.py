"""Blind review in a notebook cell: two drafts, left and right, and the attorney says which is better.

Until the review is finished, the view's state holds neither a prompt nor a model, and no name, hash or number that
could be traced to one: which draft is which stays in the kernel. A result after each pick would teach the reader to
recognise a version by its style, so there is none before the end.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import anywidget
import traitlets

from workbench.config import Settings
from workbench.drafting.sections import SECTIONS
from workbench.tuning.pairwise import DraftPair, Winner, WinRate, save_pick, sides_of, win_rate
from workbench.widgets.errands import Errands
from workbench.widgets.messages import Message, failure, text_of
from workbench.widgets.modules import STATIC, joined

Choice = Literal["left", "right", "tie"]

_LONGEST_NOTE = 10_000


@dataclass
class _Turn:
    """One pair of the review.

    Attributes:
        pair: The drafts.
        left: Which stands at the left; drawn by lot.
        token: Names the turn to the view; says nothing else.
        choice: What was picked, or None.
        record: What was kept of it.
    """

    pair: DraftPair
    left: Literal["a", "b"]
    token: str
    choice: Choice | None = None
    record: Mapping[str, Any] | None = None

    def content(self, side: Literal["left", "right"]) -> str:
        at_left = side == "left"
        return self.pair.a.content if (self.left == "a") == at_left else self.pair.b.content

    def winner(self, choice: Choice) -> Winner:
        if choice == "tie":
            return "tie"
        other: Literal["a", "b"] = "b" if self.left == "a" else "a"
        return self.left if choice == "left" else other


class Pairwise(anywidget.AnyWidget):
    """A blind review of pairs of drafts; each pick is kept at once (:mod:`workbench.tuning.pairwise`).

        pairs = pairs_of(results, "filing", "awards@0123456789ab")
        review = Pairwise(pairs, user_id="m.chen")
        review
        print(review.win_rate())

    Attributes:
        state: ``number`` and ``total`` of the pair shown, ``judged``, ``pair {token case section title left right
            choice}`` or None, and once it is finished ``result {text rate low high n wins ties losses picks[]}``.
    """

    _esm = joined(STATIC / "pairwise.js")
    _css = (STATIC / "monitor.css").read_text("utf-8") + (STATIC / "pairwise.css").read_text("utf-8")

    state = traitlets.Dict().tag(sync=True)

    def __init__(self, pairs: Sequence[DraftPair], *, user_id: str, settings: Settings | None = None) -> None:
        """Begins a review; close the cell's output or call :meth:`finish` when done.

        Args:
            pairs: What is compared; see :func:`workbench.tuning.pairwise.pairs_of`.
            user_id: Who picks; asserted, and recorded.
            settings: Where picks are kept; default: the environment's.

        Raises:
            InputError: There are no pairs, or they do not all compare the same two.
        """
        self._before, self._after, self._of = sides_of(pairs)
        self._settings = settings or Settings.from_env()
        self._user_id = user_id
        self._turns = [_Turn(pair, "a" if secrets.randbelow(2) else "b", secrets.token_urlsafe(9)) for pair in pairs]
        self._at = 0
        self._finished = False
        self._guard = threading.Lock()
        self._errands = Errands("blind review")
        super().__init__(state=self._seen())
        self.on_msg(self._handle)

    def __repr__(self) -> str:
        """What stands in a notebook where no widget can be drawn; names nothing before the end."""
        return f"Pairwise({self._judged()} of {len(self._turns)} pairs picked from)"

    def win_rate(self) -> WinRate:
        """How often the second of the two was preferred in this review so far. To ask is to look behind the curtain."""
        records = [turn.record for turn in self._turns if turn.record is not None]
        return win_rate(records, self._after, against=self._before, of=self._of)

    def finish(self) -> WinRate:
        """Ends the review: the view shows the result, and takes no further pick."""
        self._finish()
        return self.win_rate()

    def _handle(self, _widget: Any, content: Mapping[str, Any], _buffers: Sequence[memoryview]) -> None:
        """A message of a view; from the errands' thread, for a pick waits for the disk."""
        match content:
            case {"type": "pick", "token": str(token), "choice": "left" | "right" | "tie" as choice}:
                self._errands.add(lambda: self._pick(token, choice, content))
            case {"type": "go", "to": int(to)}:
                self._errands.add(lambda: self._go(to))
            case {"type": "finish"}:
                self._errands.add(self._finish)

    def _pick(self, token: str, choice: Choice, content: Mapping[str, Any]) -> None:
        with self._guard:
            turn = self._turns[self._at] if self._at < len(self._turns) else None
            if self._finished or turn is None or turn.token != token:
                return  # picked already: a second click, or a second view
            note = (text_of(content, "note") or "").strip()[:_LONGEST_NOTE]
            try:
                turn.record = save_pick(
                    self._settings, turn.pair, turn.winner(choice), left=turn.left, user_id=self._user_id, note=note
                )
            except Exception as error:  # noqa: BLE001  # whatever it is, it belongs into the widget
                self._tell(failure(error, "pick", content))
                return
            turn.choice = choice
            open_ones = [place for place, each in enumerate(self._turns) if each.choice is None]
            self._at = next(
                (place for place in open_ones if place > self._at), min(open_ones, default=len(self._turns))
            )
            self._finished = not open_ones
            self.state = self._seen()

    def _go(self, to: int) -> None:
        with self._guard:
            if not self._finished and 0 <= to < len(self._turns):
                self._at = to
                self.state = self._seen()

    def _finish(self) -> None:
        with self._guard:
            self._finished = True
            self.state = self._seen()

    def _judged(self) -> int:
        return sum(turn.choice is not None for turn in self._turns)

    def _seen(self) -> dict[str, Any]:
        """The state of the views."""
        shown = {"number": self._at + 1, "total": len(self._turns), "judged": self._judged()}
        if self._finished:
            return {**shown, "pair": None, "result": self._result()}
        turn = self._turns[self._at]
        pair = {
            "token": turn.token,
            "case": turn.pair.case_id,
            "section": turn.pair.section_id,
            "title": _title(turn.pair.section_id),
            "left": turn.content("left"),
            "right": turn.content("right"),
            "choice": turn.choice,
        }
        return {**shown, "pair": pair, "result": None}

    def _result(self) -> dict[str, Any]:
        found = self.win_rate()
        rate = found.estimate
        picks = [
            {
                "case": turn.pair.case_id,
                "title": _title(turn.pair.section_id),
                "left": self._name(turn, "left"),
                "right": self._name(turn, "right"),
                "choice": turn.choice,
            }
            for turn in self._turns
            if turn.choice is not None
        ]
        numbers = {"rate": rate.value, "low": rate.low, "high": rate.high} if found.n else {}
        counts = {"n": found.n, "wins": found.wins, "ties": found.ties, "losses": found.losses}
        return {"text": str(found), "name": found.name, "against": found.against, **numbers, **counts, "picks": picks}

    def _name(self, turn: _Turn, side: Literal["left", "right"]) -> str:
        which = turn.left if side == "left" else "b" if turn.left == "a" else "a"
        return self._before if which == "a" else self._after

    def _tell(self, message: Message) -> None:
        self.send(message)


def _title(section_id: str) -> str:
    spec = SECTIONS.get(section_id)
    return spec.short if spec else section_id
