"""The timeline: what a run went through, moment by moment, and the letter as it stood at any of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol

import anywidget
import traitlets

from workbench.live.events import Event, LogEntry, SectionDelta
from workbench.live.history import HistoryRow
from workbench.live.snapshot import Snapshot
from workbench.widgets.errands import Errands
from workbench.widgets.messages import Message, failure, page_of, text_of
from workbench.widgets.modules import STATIC, joined


class RememberedRun(Protocol):
    """What the timeline needs of a run; every method may be called from any thread but the workbench loop's."""

    @property
    def snapshot(self) -> Snapshot:
        """The run as it stands now."""

    def subscribe(self, callback: Callable[[tuple[Event, ...], Snapshot], None]) -> Callable[[], None]:
        """Calls back on the workbench's loop thread after each write; answers the unsubscribing function."""

    def history(self) -> Sequence[HistoryRow]:
        """The moments of the run, oldest first."""

    def at(self, event_id: str) -> Snapshot:
        """The run as it stood after one of its events."""

    def page_text(self, exhibit_id: str, page: int) -> str:
        """Text of one exhibit page, 1-based."""


Fork = Callable[..., Any]
"""As :func:`workbench.fork`: ``fork(thread_id, at=…, user_id=…)`` answers a run with a ``thread_id``."""


class Timeline(anywidget.AnyWidget):
    """The history of a run: a lane a section, a mark a moment; behind each mark the letter as it stood then.

    Attributes:
        head: ``thread_id``, ``status`` and ``forked_from`` of the run, and its ``sections`` as ``{section_id title}``.
        rows: The moments (:class:`workbench.live.history.HistoryRow`) as plain dicts, oldest first.
        forked: The runs that were forked from here, in the order of the clicks; not synced.
    """

    _esm = joined(STATIC / "timeline.js")
    _css = (STATIC / "monitor.css").read_text("utf-8") + (STATIC / "timeline.css").read_text("utf-8")

    head = traitlets.Dict().tag(sync=True)
    rows: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)

    def __init__(self, run: RememberedRun, *, user_id: str | None = None, fork: Fork | None = None) -> None:
        """Shows a run's history, and follows it until :meth:`close`.

        Args:
            run: The run, of this process or attached.
            user_id: Who forks; asserted, and recorded. Default: who started the run.
            fork: Default: :func:`workbench.fork`.
        """
        self._run = run
        self._user_id = user_id
        self._fork = fork
        self.forked: list[Any] = []
        self._errands = Errands("timeline")
        self._guard = threading.Lock()
        self._stale = False  # whether reading the history again is asked for already
        super().__init__(head=_head(run.snapshot), rows=[row.to_dict() for row in run.history()])
        self.on_msg(self._handle)
        self._let_go: list[Callable[[], None]] = [run.subscribe(self._receive)]
        self._read_again()  # what was written between the first reading and the subscription

    def __repr__(self) -> str:
        """What stands in a notebook where no widget can be drawn."""
        return f"Timeline(thread {self.head['thread_id']}: {self.head['status']}, {len(self.rows)} moments)"

    def close(self) -> None:
        """Lets go of the run and takes the views away."""
        while self._let_go:
            self._let_go.pop()()
        super().close()

    def _receive(self, events: tuple[Event, ...], _snapshot: Snapshot) -> None:
        """On the loop thread, after each write: streamed text and log lines are no moments."""
        if not all(isinstance(event, SectionDelta | LogEntry) for event in events):
            self._read_again()

    def _read_again(self) -> None:
        """Has the history read once more, however often it is asked for meanwhile."""
        with self._guard:
            asked, self._stale = self._stale, True
        if not asked:
            self._errands.add(self._read)

    def _read(self) -> None:
        with self._guard:
            self._stale = False
        try:
            head, rows = _head(self._run.snapshot), [row.to_dict() for row in self._run.history()]
        except Exception as error:  # noqa: BLE001  # such as a store that is away: shown, and read again at the next event
            self._tell(failure(error, "history", {}))
        else:
            with self.hold_sync():
                self.head, self.rows = head, rows

    def _handle(self, _widget: Any, content: Mapping[str, Any], _buffers: Sequence[memoryview]) -> None:
        """A message of a view: each is answered from the timeline's own thread, for each reads the store."""
        match content:
            case {"type": "at", "id": str(event_id)}:
                self._errands.add(lambda: self._answer("at", content, lambda: self._moment(event_id)))
            case {"type": "fork", "at": str(event_id)}:
                self._errands.add(lambda: self._answer("fork", content, lambda: self._forked(event_id, content)))
            case {"type": "page", "exhibit_id": str(exhibit_id), "page": int(page)}:
                self._errands.add(lambda: self._tell(page_of(self._run, exhibit_id, page)))

    def _answer(self, about: str, content: Mapping[str, Any], answer: Callable[[], Message]) -> None:
        try:
            message = answer()
        except Exception as error:  # noqa: BLE001  # whatever it is, it belongs into the widget
            message = failure(error, about, content)
        self._tell(message)

    def _moment(self, event_id: str) -> Message:
        return {"type": "moment", "id": event_id, "state": self._run.at(event_id).to_dict()}

    def _forked(self, event_id: str, content: Mapping[str, Any]) -> Message:
        fork = self._fork or import_module("workbench").fork
        run = fork(self._run.snapshot.thread_id, at=event_id, user_id=self._user_id)
        self.forked.append(run)
        return {
            "type": "forked",
            "at": event_id,
            "thread_id": run.thread_id,
            "request": text_of(content, "request") or "",
        }

    def _tell(self, message: Message) -> None:
        self.send(message)


def _head(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "thread_id": snapshot.thread_id,
        "status": snapshot.status,
        "title": snapshot.letter.beneficiary or snapshot.letter.case_title or snapshot.case_id,
        "forked_from": snapshot.forked_from.model_dump() if snapshot.forked_from else None,
        "sections": [{"section_id": section.section_id, "title": section.title} for section in snapshot.sections],
    }
