"""Blind review widget: a pick between two drafts.

Until the review is finished, the view's state holds neither a prompt nor a model, and no name, hash or number that
could be traced to one: the origin of each draft stays in the kernel. There is no result before the end, for a result
after each pick would teach the reader to recognise a version by its style.
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
from workbench.tuning.reviews.pairwise import DraftPair, Winner, WinRate, save_pick, sides_of, win_rate
from workbench.web.js_bundle import STATIC, join_modules, translate_module
from workbench.widgets.main_shell import receive_in_main_shell
from workbench.widgets.messages import Message, make_failure, read_text_field
from workbench.widgets.serial_worker import SerialWorker

Choice = Literal["left", "right", "tie"]

_NOTE_CHARACTERS = 10_000


@dataclass
class _Turn:
    """One pair of the review.

    Attributes:
        pair: The two drafts.
        left: Draft shown at the left, drawn by lot.
        token: Random name of the turn for the view.
        choice: The pick, or None.
        record: Stored record of the pick.
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
    """Blind review of pairs of drafts.

    Each pick is stored at once (:mod:`workbench.tuning.reviews.pairwise`).

    Examples:
        >>> import pathlib, tempfile, workbench
        >>> from workbench.tuning.reviews.pairwise import DraftPair, PairSide
        >>> sides = [PairSide(name, f"{name}@0", "offline", 1, f"Draft of {name}.") for name in ("old", "new")]
        >>> settings = workbench.Settings(home=pathlib.Path(tempfile.mkdtemp()))
        >>> workbench.Pairwise([DraftPair("wu", "awards", *sides)], user_id="m.chen", settings=settings)
        Pairwise(0 of 1 pairs picked from)

    Attributes:
        state: ``number`` and ``total`` of the pair shown, ``judged``, ``pair {token case section title left right
            choice}`` or None, and once it is finished ``result {text rate low high n wins ties losses picks[]}``.
    """

    _esm = join_modules(STATIC / "pairwise.js")
    _css = (STATIC / "monitor.css").read_text("utf-8") + (STATIC / "pairwise.css").read_text("utf-8")

    state = traitlets.Dict().tag(sync=True)

    def __init__(self, pairs: Sequence[DraftPair], *, user_id: str, settings: Settings | None = None) -> None:
        """Begins a review.

        It lasts until :meth:`finish` is called or the view's Finish button is pressed.

        Args:
            pairs: Drafts to compare; see :func:`workbench.tuning.reviews.pairwise.pairs_of`.
            user_id: Reviewer recorded with each pick, not verified.
            settings: Settings with the folder of the picks; default: from the environment.

        Raises:
            InputError: There are no pairs, or they compare different versions.
        """
        self._before, self._after, self._of = sides_of(pairs)
        self._settings = settings or Settings.from_env()
        self._user_id = user_id
        # The side is drawn for each pair, since readers favour one side, and the name says nothing of the pair.
        self._turns = [_Turn(pair, "a" if secrets.randbelow(2) else "b", secrets.token_urlsafe(9)) for pair in pairs]
        self._current = 0
        self._finished = False
        self._guard = threading.Lock()
        self._worker = SerialWorker("blind review")
        super().__init__(state=self._view_state(), _esm=translate_module(self._esm))
        receive_in_main_shell(self)
        self.on_msg(self._handle)

    def __repr__(self) -> str:
        """Returns plain text for front ends without widgets.

        It names no version before the end.
        """
        return f"Pairwise({self._count_picks()} of {len(self._turns)} pairs picked from)"

    def win_rate(self) -> WinRate:
        """Returns the share of picks for the second version.

        Called before the end, it tells the reviewer which version wins.
        """
        records = [turn.record for turn in self._turns if turn.record is not None]
        return win_rate(records, self._after, against=self._before, of=self._of)

    def finish(self) -> WinRate:
        """Ends the review and shows its result."""
        self._finish()
        return self.win_rate()

    def _handle(self, _widget: Any, content: Mapping[str, Any], _buffers: Sequence[memoryview]) -> None:
        """Handles a view's message.

        A pick waits for the disk, so the work is done in the worker's thread.
        """
        match content:
            case {"type": "pick", "token": str(token), "choice": "left" | "right" | "tie" as choice}:
                self._worker.add(lambda: self._pick(token, choice, content))
            case {"type": "go", "to": int(to)}:
                self._worker.add(lambda: self._go(to))
            case {"type": "finish"}:
                self._worker.add(self._finish)

    def _pick(self, token: str, choice: Choice, content: Mapping[str, Any]) -> None:
        with self._guard:
            turn = self._turns[self._current] if self._current < len(self._turns) else None
            if self._finished or turn is None or turn.token != token:
                return  # a second click, or a click in a second view
            note = (read_text_field(content, "note") or "").strip()[:_NOTE_CHARACTERS]
            try:
                turn.record = save_pick(
                    self._settings, turn.pair, turn.winner(choice), left=turn.left, user_id=self._user_id, note=note
                )
            except Exception as error:  # noqa: BLE001  # shown in the widget
                # Not shown as picked, for it is not stored.
                self._send_message(make_failure(error, "pick", content))
                return
            turn.choice = choice
            unpicked = [place for place, each in enumerate(self._turns) if each.choice is None]
            # Forward first, then back to the pairs that were passed over.
            self._current = next(
                (place for place in unpicked if place > self._current), min(unpicked, default=len(self._turns))
            )
            self._finished = not unpicked
            self.state = self._view_state()

    def _go(self, to: int) -> None:
        with self._guard:
            if not self._finished and 0 <= to < len(self._turns):
                self._current = to
                self.state = self._view_state()

    def _finish(self) -> None:
        with self._guard:
            self._finished = True
            self.state = self._view_state()

    def _count_picks(self) -> int:
        return sum(turn.choice is not None for turn in self._turns)

    def _view_state(self) -> dict[str, Any]:
        """Builds the state of the views."""
        shown = {"number": self._current + 1, "total": len(self._turns), "judged": self._count_picks()}
        if self._finished:
            return {**shown, "pair": None, "result": self._result()}
        turn = self._turns[self._current]
        pair = {
            "token": turn.token,
            "case": turn.pair.case_id,
            "section": turn.pair.section_id,
            "title": _section_title(turn.pair.section_id),
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
                "title": _section_title(turn.pair.section_id),
                "left": self._version_name(turn, "left"),
                "right": self._version_name(turn, "right"),
                "choice": turn.choice,
            }
            for turn in self._turns
            if turn.choice is not None
        ]
        numbers = {"rate": rate.value, "low": rate.low, "high": rate.high} if found.n else {}
        counts = {"n": found.n, "wins": found.wins, "ties": found.ties, "losses": found.losses}
        return {"text": str(found), "name": found.name, "against": found.against, **numbers, **counts, "picks": picks}

    def _version_name(self, turn: _Turn, side: Literal["left", "right"]) -> str:
        which = turn.left if side == "left" else "b" if turn.left == "a" else "a"
        return self._before if which == "a" else self._after

    def _send_message(self, message: Message) -> None:
        self.send(message)


def _section_title(section_id: str) -> str:
    spec = SECTIONS.get(section_id)
    return spec.short if spec else section_id
