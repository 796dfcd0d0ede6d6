"""Timeline widget: the history of a run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import anywidget
import traitlets

from workbench.live.events import Event, LogEntry, SectionDelta
from workbench.live.snapshot import Snapshot
from workbench.record.history import HistoryRow
from workbench.web.js_bundle import STATIC, join_modules, translate_module
from workbench.widgets.main_shell import receive_in_main_shell
from workbench.widgets.messages import ExhibitPages, Message, answer_about_exhibits, make_failure, read_text_field
from workbench.widgets.serial_worker import SerialWorker


class TimelineRun(ExhibitPages, Protocol):
    """Interface that the timeline needs of a run.

    Methods may be called from any thread but the workbench loop's.
    """

    @property
    def snapshot(self) -> Snapshot:
        """Present state of the run."""

    def subscribe(self, callback: Callable[[tuple[Event, ...], Snapshot], None]) -> Callable[[], None]:
        """Calls back after each write, on the loop thread.

        Returns the function that unsubscribes.
        """

    def history(self) -> Sequence[HistoryRow]:
        """Lists the moments of the run, oldest first."""

    def at(self, event_id: str) -> Snapshot:
        """Returns the snapshot after one of the run's events."""


ForkFunction = Callable[..., Any]
"""Signature of :func:`workbench.fork`: ``fork(thread_id, at=…, user_id=…)`` returns a run with a ``thread_id``."""


class Timeline(anywidget.AnyWidget):
    """History of a run, and the letter at any moment.

    Each section has a lane and each moment a mark; a click on a mark shows the letter as it was.

    Examples:
        >>> import pathlib, tempfile, workbench
        >>> settings = workbench.Settings(home=pathlib.Path(tempfile.mkdtemp()), use_redis=False)
        >>> run = workbench.prepare("wu", thread_id="remembered", settings=settings)
        >>> workbench.Timeline(run)
        Timeline(thread remembered: pending, 1 moments)

    Attributes:
        head: ``thread_id``, ``status`` and ``forked_from`` of the run, and its ``sections`` as ``{section_id title}``.
        rows: Moments (:class:`workbench.record.history.HistoryRow`) as plain dicts, oldest first.
        forked: Runs forked from this widget, in the order of the clicks; not synced.
    """

    _esm = join_modules(STATIC / "timeline.js")
    _css = (STATIC / "monitor.css").read_text("utf-8") + (STATIC / "timeline.css").read_text("utf-8")

    head = traitlets.Dict().tag(sync=True)
    rows: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)

    def __init__(self, run: TimelineRun, *, user_id: str | None = None, fork: ForkFunction | None = None) -> None:
        """Shows a run's history and follows it until :meth:`close`.

        Args:
            run: Run of this process, or one attached to.
            user_id: User recorded with forks, not verified. Default: the one who started the run.
            fork: Function that forks; default :func:`workbench.fork`.
        """
        self._run = run
        self._user_id = user_id
        self._fork = fork
        self.forked: list[Any] = []
        self._worker = SerialWorker("timeline")
        self._guard = threading.Lock()
        self._stale = False  # True while a reading of the history is queued
        super().__init__(
            head=_describe_run(run.snapshot),
            rows=[row.to_dict() for row in run.history()],
            _esm=translate_module(self._esm),
        )
        receive_in_main_shell(self)
        self.on_msg(self._handle)
        self._unsubscribe: list[Callable[[], None]] = [run.subscribe(self._receive_events)]
        self._queue_reading()  # events between the first reading and the subscription

    def __repr__(self) -> str:
        """Returns plain text for front ends without widgets."""
        return f"Timeline(thread {self.head['thread_id']}: {self.head['status']}, {len(self.rows)} moments)"

    def close(self) -> None:
        """Unsubscribes from the run and removes the views."""
        while self._unsubscribe:
            self._unsubscribe.pop()()
        super().close()

    def _receive_events(self, events: tuple[Event, ...], _snapshot: Snapshot) -> None:
        """Queues a reading of the history after an event.

        Streamed text and log lines are no moments. Called on the loop thread.
        """
        if not all(isinstance(event, SectionDelta | LogEntry) for event in events):
            # Only queued: a reading waits for the workbench loop, whose thread calls this.
            self._queue_reading()

    def _queue_reading(self) -> None:
        """Queues a reading, unless one is queued already."""
        with self._guard:
            asked, self._stale = self._stale, True
        if not asked:
            self._worker.add(self._read_history)

    def _read_history(self) -> None:
        with self._guard:
            # Before the reading: what happens during it asks for another one.
            self._stale = False
        try:
            head, rows = _describe_run(self._run.snapshot), [row.to_dict() for row in self._run.history()]
        except Exception as error:  # noqa: BLE001  # such as an unreachable store: shown, and tried again at the next event
            self._send_message(make_failure(error, "history", {}))
        else:
            # One message, so that no view draws new moments under an old head.
            with self.hold_sync():
                self.head, self.rows = head, rows

    def _handle(self, _widget: Any, content: Mapping[str, Any], _buffers: Sequence[memoryview]) -> None:
        """Handles a view's message.

        Each reads the store, so the work is done in the worker's thread.
        """
        match content:
            case {"type": "at", "id": str(event_id)}:
                self._worker.add(lambda: self._answer("at", content, lambda: self._make_moment(event_id)))
            case {"type": "fork", "at": str(event_id)}:
                self._worker.add(lambda: self._answer("fork", content, lambda: self._fork_run(event_id, content)))
            case {"type": "page" | "picture" | "marks" | "document"}:
                self._worker.add(lambda: self._send_exhibit(content))

    def _send_exhibit(self, content: Mapping[str, Any]) -> None:
        answer = answer_about_exhibits(self._run, content)
        if answer is not None:
            message, buffers = answer
            self.send(message, buffers)

    def _answer(self, about: str, content: Mapping[str, Any], answer: Callable[[], Message]) -> None:
        try:
            message = answer()
        except Exception as error:  # noqa: BLE001  # shown in the widget
            message = make_failure(error, about, content)
        self._send_message(message)

    def _make_moment(self, event_id: str) -> Message:
        return {"type": "moment", "id": event_id, "state": self._run.at(event_id).to_dict()}

    def _fork_run(self, event_id: str, content: Mapping[str, Any]) -> Message:
        # Imported here: the graph takes a second to load, and a timeline is mostly only looked at.
        from workbench.workflow.fork import fork  # noqa: PLC0415

        run = (self._fork or fork)(self._run.snapshot.thread_id, at=event_id, user_id=self._user_id)
        self.forked.append(run)
        return {
            "type": "forked",
            "at": event_id,
            "thread_id": run.thread_id,
            "request": read_text_field(content, "request") or "",
        }

    def _send_message(self, message: Message) -> None:
        self.send(message)


def _describe_run(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "thread_id": snapshot.thread_id,
        "status": snapshot.status,
        "title": snapshot.letter.beneficiary or snapshot.letter.case_title or snapshot.case_id,
        "forked_from": snapshot.forked_from.model_dump() if snapshot.forked_from else None,
        "sections": [{"section_id": section.section_id, "title": section.title} for section in snapshot.sections],
    }
