"""The monitor: a petition as it is being written, in a notebook cell.

The widget holds no state of its own. It hands the run's snapshot to its views as the trait ``state``, and the run's
events, as they are written, in batches; each view folds them by the rule of :func:`workbench.live.snapshot.apply`.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, get_args

import traitlets

from workbench.errors import InputError, Problem
from workbench.live.events import Event, StatusChange, id_order
from workbench.live.snapshot import Snapshot
from workbench.text.digest import text_digest
from workbench.widgets.errands import Errands
from workbench.widgets.messages import Message, SharedMessage, accepted, failure, page_of, text_of
from workbench.widgets.modules import STATIC, joined
from workbench.widgets.origins import page_origins
from workbench.widgets.uploads import Uploads, as_file
from workbench.workflow.orders import SectionAction

try:
    import anywidget
except ImportError as error:
    raise ImportError("the monitor needs anywidget; install it with: python -m pip install anywidget") from error

logger = logging.getLogger("workbench")

COMMANDS = frozenset({"start", "pause", "resume", "cancel"})

DECISIONS: Mapping[str, SectionAction] = {action: action for action in get_args(SectionAction)}

_ORIGIN = re.compile(r"https?://[^/\s]{1,250}")

STORE_AWAY = "The store is away: no step starts, what streams is kept in memory. The run goes on when it is back."


class MonitoredRun(Protocol):
    """What the monitor needs of a run; every method may be called from any thread."""

    @property
    def snapshot(self) -> Snapshot:
        """The run as it stands now."""

    def subscribe(self, callback: Callable[[tuple[Event, ...], Snapshot], None]) -> Callable[[], None]:
        """Calls back on the workbench's loop thread after each write; answers the unsubscribing function."""

    @property
    def waits_for(self) -> Mapping[str, Sequence[str]]:
        """Which sections must be finished before which: ids by the id of the section that waits."""

    def before_return(self, say: Callable[[], None]) -> Callable[[], None]:
        """Has ``say`` called just before a wait for the run returns; answers the function that ends it."""

    def on_waiting(self, listener: Callable[[bool], None]) -> Callable[[], None]:
        """Tells when the store goes away and comes back; answers the function that ends it."""

    def start(self, *, user_id: str | None, via: str) -> None:
        """Begins; TransitionError where it has begun already."""

    def pause(self, *, user_id: str | None, via: str) -> None:
        """Stops after the step in hand."""

    def resume(self, *, user_id: str | None, via: str) -> None:
        """Goes on after a pause or a review."""

    def cancel(self, *, user_id: str | None, via: str) -> None:
        """Ends the run for good."""

    def decide(
        self,
        section_id: str,
        action: SectionAction,
        *,
        note: str | None,
        text: str | None,
        base: str | None,
        user_id: str | None,
        via: str,
    ) -> object:
        """Does what the attorney decided of one section; waits until it is kept."""

    def add_exhibit(self, path: Path | str, *, title: str | None = None) -> str:
        """Checks and copies a file into the run; answers the exhibit's id."""

    def share(self, hours: float, *, redact: bool, user_id: str | None) -> Any:
        """Makes a link by which others watch the run: has ``id``, ``url`` and ``expires_at``."""

    def page_text(self, exhibit_id: str, page: int) -> str:
        """Text of one exhibit page, 1-based."""


class Monitor(anywidget.AnyWidget):
    """A run in three panes: structure and exhibits, the letter as it is written, controls with figures and log.

    Attributes:
        state: The snapshot as the views start from it: as of the mount, a change of status, or :meth:`sync`.
        notice: What the run waits for from outside (the store is away), or None.
        waits_for: Section ids by the id of the section that summarises them; shown while it waits.
    """

    # As text, not as paths: anywidget watches a path by a callback at the class, which holds every widget for ever.
    _esm = joined(STATIC / "monitor.js")
    _css = (STATIC / "monitor.css").read_text("utf-8")

    state = traitlets.Dict().tag(sync=True)
    notice = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    waits_for = traitlets.Dict().tag(sync=True)

    def __init__(self, run: MonitoredRun, *, user_id: str | None = None) -> None:
        """Shows a run, from now until :meth:`close`.

        Args:
            run: The run, of this process or attached.
            user_id: Whose commands those of the views are; asserted, and recorded. Default: who started the run.
        """
        self._run = run
        self._user_id = user_id
        self._uploads = Uploads()
        self._lock = threading.Lock()
        self._reached: str | None = None  # the id of the last event sent; None before the first
        self._turned = ""  # the id of the last change of status
        self._errands = Errands("monitor decisions")
        self._doorkeeper = Errands("monitor door")
        self._door: Message | None = None  # told again with what happens, until a view has said that it is there
        self._greeted = False
        waits = {section_id: list(others) for section_id, others in run.waits_for.items()}
        super().__init__(state=run.snapshot.to_dict(), waits_for=waits)
        self.on_msg(self._handle)
        if origins := page_origins():
            self._doorkeeper.add(lambda: self._open_door(*origins))
        self._let_go: list[Callable[[], None]] = [
            run.subscribe(self._receive),
            run.before_return(self.sync),
            run.on_waiting(lambda away: self.say_waiting(STORE_AWAY if away else None)),
        ]

    def __repr__(self) -> str:
        """What stands in a notebook where no widget can be drawn."""
        snapshot = self._run.snapshot
        done = f"{snapshot.progress.completed} of {snapshot.progress.total} sections"
        return f"Monitor(thread {snapshot.thread_id}: {snapshot.status}, {done})"

    def sync(self) -> None:
        """Sends the whole state again, changed or not.

        ``await run`` calls this at its end: nbclient keeps only the widget messages of the running cell, and would save
        the bar as it stood when a background task last moved it.
        """
        with self._lock:
            state = self._run.snapshot.to_dict()
            if state == self.state:
                self.send_state("state")
            else:
                self.state = state

    def say_waiting(self, message: str | None) -> None:
        """Shows what the run waits for from outside, such as a store that is away; None takes it back."""
        self.notice = message

    def close(self) -> None:
        """Lets go of the run and takes the views away."""
        while self._let_go:
            self._let_go.pop()()
        super().close()

    def _receive(self, events: tuple[Event, ...], _snapshot: Snapshot) -> None:
        """On the loop thread, after each write."""
        if not events:
            return
        after, self._reached = self._reached, events[-1].id
        if after is None:  # what was written between the first snapshot and the subscription is not known: say it all
            self._tell({"type": "state", "state": self._run.snapshot.to_dict()})
        else:
            self._tell({"type": "events", "after": after, "events": [event.to_dict() for event in events]})
        if self._door is not None:
            self._tell(self._door)
        turns = [event.id for event in events if isinstance(event, StatusChange)]
        if turns:
            self._turned = turns[-1]
            self.sync()

    def _handle(self, _widget: Any, content: Mapping[str, Any], buffers: Sequence[memoryview]) -> None:
        """A message of a view, in whichever thread the kernel gives it to: only thread-safe calls from here."""
        try:
            self._answer(content, buffers)
        except Exception as error:  # noqa: BLE001  # whatever it is, it belongs into the widget, not into a cell's output
            self._tell(failure(error, str(content.get("type")), content))

    def _answer(self, content: Mapping[str, Any], buffers: Sequence[memoryview]) -> None:
        match content:
            case {"type": "hello"}:
                self._tell({"type": "state", "state": self._run.snapshot.to_dict()})
                self._greeted, self._door = True, None
                origin = content.get("origin")
                if isinstance(origin, str) and _ORIGIN.fullmatch(origin):
                    self._doorkeeper.add(lambda: self._open_door(origin))
            case {"type": str(command)} if command in COMMANDS:
                self._obey(command, content)
                self._tell(accepted(command, content))
            case {"type": "decide", "section_id": str(section_id), "action": str(action)} if action in DECISIONS:
                self._errands.add(lambda: self._decide(section_id, DECISIONS[action], content))
            case {"type": "share"}:
                self._errands.add(lambda: self._share(content))
            case {"type": "page", "exhibit_id": str(exhibit_id), "page": int(page)}:
                self._tell(page_of(self._run, exhibit_id, page))
            case {"type": "add_exhibit", "name": str(name)}:
                data = b"".join(bytes(buffer) for buffer in buffers)
                self._add_part(name, content, data)

    def _obey(self, command: str, content: Mapping[str, Any]) -> None:
        """An order for the whole run, unless the run's status has changed since the view gave it.

        It may have waited behind a busy cell while the same order came in by the door: a pause must not stop the run
        again that the attorney has resumed since. Cancelling is for good, and is never out of date.
        """
        done = (
            self._run.snapshot.status == "cancelled" if command == "cancel" else self._overtaken(content.get("after"))
        )
        if not done:
            getattr(self._run, command)(user_id=self._user_id, via="widget")

    def _overtaken(self, after: object) -> bool:
        return (
            isinstance(after, str)
            and _EVENT_ID.fullmatch(after) is not None
            and id_order(after) < id_order(self._turned)
        )

    def _decide(self, section_id: str, action: SectionAction, content: Mapping[str, Any]) -> None:
        """In a thread of its own: it waits until the store has kept what was decided."""
        note, text, seen = (text_of(content, name) for name in ("note", "text", "base_text"))
        try:
            base = None if seen is None else text_digest(seen)
            self._run.decide(section_id, action, note=note, text=text, base=base, user_id=self._user_id, via="widget")
        except Exception as error:  # noqa: BLE001  # as in _handle
            self._tell(failure(error, "decide", content))
        else:
            self._tell(accepted("decide", content))

    def _share(self, content: Mapping[str, Any]) -> None:
        """In a thread of its own: the first link of a kernel may start its server."""
        try:
            hours, redact = content.get("hours", 24), content.get("redact", False)
            if isinstance(hours, bool) or not isinstance(hours, int | float) or not isinstance(redact, bool):
                raise InputError(  # noqa: TRY301 - told as any other
                    Problem("a link lasts a number of hours, and names are kept back or not", "choose one of each")
                )
            link = self._run.share(hours, redact=redact, user_id=self._user_id)
        except Exception as error:  # noqa: BLE001  # as in _handle
            self._tell(failure(error, "share", content))
        else:
            shared: SharedMessage = {"type": "shared", "id": link.id, "url": link.url, "expires_at": link.expires_at}
            if (request := text_of(content, "request")) is not None:
                shared["request"] = request
            self._tell(shared)

    def _open_door(self, *origins: str) -> None:
        """In a thread of its own: the first door of a kernel starts its server.

        A view that was drawn while a cell keeps the kernel busy cannot ask for it, and hears of it with the events.
        """
        try:
            # By name: the server's packages are imported only here, and the monitor does without them.
            doors = import_module("workbench.server.door").Door.current()
            keys = [doors.open(self._run.snapshot.thread_id, origin, user_id=self._user_id) for origin in origins]
        except Exception as error:  # noqa: BLE001  # without a door, Pause and Cancel wait for a busy cell; no more
            logger.info("no second way into thread %s: %s", self._run.snapshot.thread_id, error)
        else:
            door: Message = {"type": "door", "url": keys[-1].url, "token": keys[-1].token}
            self._door = None if self._greeted else door
            self._tell(door)

    def _add_part(self, name: str, content: Mapping[str, Any], data: bytes) -> None:
        upload, part, parts = (
            str(content.get("upload", name)),
            int(content.get("part", 0)),
            int(content.get("parts", 1)),
        )
        whole = self._uploads.receive(upload, part, parts, data, name=name)
        if whole is None:
            return
        with as_file(name, whole) as path:
            exhibit_id = self._run.add_exhibit(path)
        self._tell({"type": "added", "name": name, "exhibit_id": exhibit_id})

    def _tell(self, message: Message) -> None:
        self.send(message)


_EVENT_ID = re.compile(r"\d{1,20}-\d{1,20}")
