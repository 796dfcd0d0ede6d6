"""Monitor widget: a petition while it is written.

The widget keeps no state of its own. Its views get the run's snapshot as the trait ``state`` and each batch of events
as a message; they apply events by the same rule as :func:`workbench.live.snapshot.apply`.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any, get_args

import traitlets

from workbench.errors import InputError, Problem
from workbench.live.events import Event, StatusChange, id_order
from workbench.live.lock_owner import WriterSign
from workbench.live.snapshot import Snapshot
from workbench.text.catalogue import gettext as _
from workbench.text.digest import text_digest
from workbench.web.js_bundle import STATIC, join_modules, translate_module
from workbench.widgets.jupyter_origin import find_page_origins
from workbench.widgets.main_shell import receive_in_main_shell
from workbench.widgets.messages import (
    FormName,
    Message,
    answer_about_exhibits,
    make_accepted,
    make_check_message,
    make_failure,
    make_links_message,
    make_shared_message,
    read_text_field,
)
from workbench.widgets.monitored_run import MonitoredRun
from workbench.widgets.serial_worker import SerialWorker
from workbench.widgets.uploads import Uploads, clean_name
from workbench.workflow.commands import SectionAction, SentenceAction

try:
    import anywidget
except ImportError as error:
    raise ImportError("the monitor needs anywidget; install it with: python -m pip install anywidget") from error

logger = logging.getLogger("workbench")

COMMANDS = frozenset({"start", "pause", "resume", "cancel"})
"""Commands on the whole run; also the names of the run's methods."""

DECISIONS: Mapping[str, SectionAction] = {action: action for action in get_args(SectionAction)}
"""Commands on one section, by name: a view's untrusted text becomes a literal by a look-up here."""

REMARKS: Mapping[str, SentenceAction] = {action: action for action in get_args(SentenceAction)}
"""Words on one sentence, by name; see above."""

FORMS: Mapping[str, tuple[FormName, str, str]] = {
    "word": ("word", "word_form", "WordForm"),
    "files": ("files", "files_form", "FilesForm"),
    "add_section": ("add_section", "section_form", "SectionForm"),
}
"""Forms below the monitor, by name: see :data:`DECISIONS`; module and class. They need the whole of a run."""

# Without a path, and bounded: it comes from a page, and the kernel's server keeps it.
_ORIGIN = re.compile(r"https?://[^/\s]{1,250}")
_EVENT_ID = re.compile(r"\d{1,20}-\d{1,20}")

STATE_INTERVAL_S = 5.0
"""Seconds after which the whole snapshot is sent again while events come.

A view that is made while a cell keeps the kernel busy has missed events, and its ``hello`` waits for the cell's end.
"""


class Monitor(anywidget.AnyWidget):
    """View of a run in a notebook cell.

    It has three panes: sections and exhibits, the letter, and commands with figures and log.

    Examples:
        >>> import pathlib, tempfile, workbench
        >>> settings = workbench.Settings(home=pathlib.Path(tempfile.mkdtemp()), use_redis=False)
        >>> run = workbench.prepare("wu", thread_id="monitored", settings=settings)
        >>> workbench.Monitor(run)
        Monitor(thread monitored: pending, 0 of 10 sections)

    Attributes:
        state: Snapshot that new views begin with: of the mount, the last change of status, or the last :meth:`sync`; at
            most :data:`STATE_INTERVAL_S` older than the events.
        notice: Outside cause that holds the run up (the store cannot be reached), or None.
        waits_for: Section ids by the id of the section that summarises them; shown while it waits.
        status: Status of the run. It and the next two change while the run is drafted. What ``observe`` is given
            is called on the run's thread, and must return soon.
        progress: Share of the sections that are drafted, 0.0 to 100.0.
        approved: Number of sections that are approved.
    """

    # Text, not paths: anywidget watches a path by a callback at the class, which keeps every widget alive for ever.
    _esm = join_modules(STATIC / "monitor.js")
    _css = (STATIC / "monitor.css").read_text("utf-8")

    state = traitlets.Dict().tag(sync=True)
    notice = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    waits_for = traitlets.Dict().tag(sync=True)

    # For the kernel alone: a view has them from the state and the events.
    status = traitlets.Unicode(read_only=True)
    progress = traitlets.Float(read_only=True)
    approved = traitlets.Int(read_only=True)

    def __init__(self, run: MonitoredRun, *, user_id: str | None = None) -> None:
        """Shows a run until :meth:`close`.

        Args:
            run: Run of this process, or one attached to.
            user_id: User recorded with the commands of the views, not verified. Default: the one who started the run.
        """
        self._run = run
        self._user_id = user_id
        self._uploads = Uploads()
        self._lock = threading.Lock()
        self._reached: str | None = None  # id of the last event sent; None before the first
        self._state_sent_at = time.monotonic()
        self._status_event = ""  # id of the last change of status
        self._command_worker = SerialWorker("monitor commands")
        # Apart from the commands, which must not wait while the kernel's server starts.
        self._key_worker = SerialWorker("monitor kernel control")
        # Apart as well: a page that takes a minute must hold up no approval.
        self._reading_worker = SerialWorker("monitor exhibits")
        # Sent again with every batch until a view has said hello: a message sent before that may have reached no view.
        self._kernel_control: Message | None = None
        self._has_view = False
        self._forms: dict[str, Any] = {}
        waits = {section_id: list(others) for section_id, others in run.waits_for.items()}
        super().__init__(state=run.snapshot.to_dict(), waits_for=waits, _esm=translate_module(self._esm))
        self._set_figures(run.snapshot)
        receive_in_main_shell(self)
        self.on_msg(self._handle)
        if origins := find_page_origins():
            self._key_worker.add(lambda: self._send_control_key(*origins))
        # Last, because an event can be sent only by a widget that is open.
        self._unsubscribe: list[Callable[[], None]] = [
            run.subscribe(self._receive_events),
            run.before_return(self.sync),
            run.on_waiting(lambda away: self.say_waiting(self._describe_wait() if away else None)),
            run.on_sign(self._send_sign),
        ]

    def __repr__(self) -> str:
        """Returns plain text for front ends without widgets."""
        snapshot = self._run.snapshot
        done = f"{snapshot.progress.completed} of {snapshot.progress.total} sections"
        return f"Monitor(thread {snapshot.thread_id}: {snapshot.status}, {done})"

    def sync(self) -> None:
        """Sends the whole snapshot again, changed or not.

        ``await run`` calls this at its end: nbclient saves only the widget messages of the running cell, and a notebook
        executed by it would otherwise show the progress of the last cell that changed the trait.
        """
        with self._lock:
            self._state_sent_at = time.monotonic()
            state = self._run.snapshot.to_dict()
            # Setting a trait to an equal value sends nothing.
            if state == self.state:
                self.send_state("state")
            else:
                self.state = state

    def say_waiting(self, message: str | None) -> None:
        """Shows why the run is held up; None removes it."""
        self.notice = message

    def _describe_wait(self) -> str:
        reason = self._run.waiting_reason
        words = _("The store is away: no step starts, what streams is kept in memory. The run goes on when it is back.")
        return words if reason is None else " ".join((words, _("Why: {reason}", reason=reason)))

    def _send_sign(self, sign: WriterSign) -> None:
        """Sends a sign of life, on the loop thread.

        It tells a view of the run's writer, and by coming at all that the kernel lives: a busy cell does not delay it.
        """
        self._send_message({"type": "writer", "state": sign.state, "silent_s": sign.silent_s})

    def close(self) -> None:
        """Unsubscribes from the run and removes the views."""
        while self._unsubscribe:
            self._unsubscribe.pop()()
        for form in self._forms.values():
            form.close()
        super().close()

    def _set_figures(self, snapshot: Snapshot) -> None:
        self.set_trait("progress", snapshot.progress.percentage)
        self.set_trait("approved", sum(section.status == "approved" for section in snapshot.sections))
        # Last: whoever waits for the end reads the other two.
        self.set_trait("status", snapshot.status)

    def _receive_events(self, events: tuple[Event, ...], snapshot: Snapshot) -> None:
        """Passes events on, on the loop thread."""
        if not events:
            return
        after, self._reached = self._reached, events[-1].id
        if after is None:  # events between the first snapshot and the subscription are unknown: send everything
            self._send_message({"type": "state", "state": self._run.snapshot.to_dict()})
        else:
            self._send_message({"type": "events", "after": after, "events": [event.to_dict() for event in events]})
        if self._kernel_control is not None:
            self._send_message(self._kernel_control)
        # The trait holds a whole snapshot: renewed with every event it would be sent with every event.
        turns = [event.id for event in events if isinstance(event, StatusChange)]
        if turns:
            self._status_event = turns[-1]
        if turns or time.monotonic() - self._state_sent_at >= STATE_INTERVAL_S:
            self.sync()
        try:
            self._set_figures(snapshot)
        except Exception:  # an observer's, which must not keep events from the views
            logger.exception("an observer of the monitor of thread %s failed", snapshot.thread_id)

    def _handle(self, _widget: Any, content: Mapping[str, Any], buffers: Sequence[memoryview]) -> None:
        """Handles a view's message.

        The kernel chooses the thread: only thread-safe calls from here.
        """
        try:
            self._answer(content, buffers)
        except Exception as error:  # noqa: BLE001  # shown in the widget: a traceback would go into some cell's output
            self._send_message(make_failure(error, str(content.get("type")), content))

    def _answer(self, content: Mapping[str, Any], buffers: Sequence[memoryview]) -> None:
        match content:
            case {"type": "hello"}:
                self._send_message({"type": "state", "state": self._run.snapshot.to_dict()})
                self._has_view, self._kernel_control = True, None
                origin = content.get("origin")
                if isinstance(origin, str) and _ORIGIN.fullmatch(origin):
                    self._key_worker.add(lambda: self._send_control_key(origin))
            case {"type": str(command)} if command in COMMANDS:
                self._run_command(command, content)
                self._send_message(make_accepted(command, content))
            case {"type": "decide", "section_id": str(section_id), "action": str(action)} if action in DECISIONS:
                self._command_worker.add(lambda: self._decide(section_id, DECISIONS[action], content))
            case {"type": "share"}:
                self._command_worker.add(lambda: self._share(content))
            case {"type": str(name)} if name in FORMS:
                self._open_form(name)
            case {"type": "links" | "unshare"}:
                self._command_worker.add(lambda: self._list_links(content))
            case {"type": "add_exhibit", "name": str(name)}:
                data = b"".join(bytes(buffer) for buffer in buffers)
                self._receive_part(name, content, data)
            case _:
                self._answer_about_check(content)

    def _answer_about_check(self, content: Mapping[str, Any]) -> None:
        """Answers a message about sentences and the pages behind them."""
        match content:
            case {
                "type": "remark",
                "section_id": str(section_id),
                "action": str(action),
                "sentence": str(sentence),
            } if action in REMARKS:
                self._command_worker.add(lambda: self._remark(section_id, REMARKS[action], sentence, content))
            case {"type": "check"}:
                self._reading_worker.add(lambda: self._send_message(make_check_message(self._run)))
            case {"type": "page"}:
                self._send_exhibit(content)
            case {"type": "picture" | "marks" | "document"}:
                self._reading_worker.add(lambda: self._send_exhibit(content))

    def _run_command(self, command: str, content: Mapping[str, Any]) -> None:
        """Carries out a command, unless it is obsolete.

        A command may wait behind a busy cell while the same one arrives through the kernel's server: a pause must not
        stop the run again after the attorney has resumed it. Cancelling is final and never out of date.
        """
        if command == "cancel":
            obsolete = self._run.snapshot.status == "cancelled"
        else:
            obsolete = self._is_overtaken(content.get("after"))
        if not obsolete:
            getattr(self._run, command)(user_id=self._user_id, via="widget")

    def _is_overtaken(self, after: object) -> bool:
        return (
            isinstance(after, str)
            and _EVENT_ID.fullmatch(after) is not None
            and id_order(after) < id_order(self._status_event)
        )

    def _send_exhibit(self, content: Mapping[str, Any]) -> None:
        """Answers a message about an exhibit.

        In the worker's thread where a file is to be read, which takes seconds.
        """
        answer = answer_about_exhibits(self._run, content)
        if answer is not None:
            message, buffers = answer
            self.send(message, buffers)

    def _remark(self, section_id: str, action: SentenceAction, sentence: str, content: Mapping[str, Any]) -> None:
        """Records a word on a sentence, in the worker's thread."""
        note, finding = (read_text_field(content, name) for name in ("note", "finding"))
        try:
            if (name := read_text_field(content, "user_id")) is not None:
                self._user_id = self._run.keep_user_name(name)
            self._run.decide_sentence(
                section_id, action, sentence, finding=finding, note=note, user_id=self._user_id, via="widget"
            )
        except Exception as error:  # noqa: BLE001  # as in _handle
            self._send_message(make_failure(error, "remark", content))
        else:
            self._send_message(make_accepted("remark", content))

    def _decide(self, section_id: str, action: SectionAction, content: Mapping[str, Any]) -> None:
        """Carries out a command on a section.

        It waits for the store, and therefore runs in the worker's thread.
        """
        note, text, seen = (read_text_field(content, name) for name in ("note", "text", "base_text"))
        try:
            if (name := read_text_field(content, "user_id")) is not None:
                self._user_id = self._run.keep_user_name(name)
            base = None if seen is None else text_digest(seen)
            self._run.decide(section_id, action, note=note, text=text, base=base, user_id=self._user_id, via="widget")
        except Exception as error:  # noqa: BLE001  # as in _handle
            self._send_message(make_failure(error, "decide", content))
        else:
            self._send_message(make_accepted("decide", content))

    def _share(self, content: Mapping[str, Any]) -> None:
        """Makes a link and sends it.

        It runs in the worker's thread: the first link of a kernel may start its server.
        """
        try:
            hours, redact = content.get("hours", 24), content.get("redact", False)
            # True is an int in Python, and would be one hour.
            if isinstance(hours, bool) or not isinstance(hours, int | float) or not isinstance(redact, bool):
                raise InputError(  # noqa: TRY301 - answered below like any other failure
                    Problem("a link needs a number of hours, and whether names are hidden", "choose both")
                )
            link = self._run.share(hours, redact=redact, user_id=self._user_id)
        except Exception as error:  # noqa: BLE001  # as in _handle
            self._send_message(make_failure(error, "share", content))
        else:
            self._send_message(make_shared_message(link, content))

    def _open_form(self, name: str) -> None:
        """Makes a form once, and names it to the views."""
        form, module, class_name = FORMS[name]
        if name not in self._forms:
            # Imported here: a monitor is drawn without loading the export.
            make = getattr(import_module(f"workbench.widgets.{module}"), class_name)
            self._forms[name] = make(self._run, user_id=self._user_id)
        self._send_message({"type": form, "model_id": self._forms[name].model_id})

    def _list_links(self, content: Mapping[str, Any]) -> None:
        """Revokes a link where one is named, and sends those that there are.

        It runs in the worker's thread: it waits for the store.
        """
        try:
            if content["type"] == "unshare":
                self._run.unshare(str(content.get("id")), user_id=self._user_id)
            message = make_links_message(self._run.links())
        except Exception as error:  # noqa: BLE001  # as in _handle
            self._send_message(make_failure(error, "share", content))
        else:
            self._send_message(message)

    def _send_control_key(self, *origins: str) -> None:
        """Sends the view a key to the kernel's server.

        It runs in a thread of its own: the first key of a kernel starts the server.

        A view drawn while a cell keeps the kernel busy cannot ask for its key: it gets one with the events.
        """
        try:
            # Imported here: a monitor is drawn without loading the server, and works where it cannot be loaded.
            from workbench.server.kernel_control import KernelControlServer  # noqa: PLC0415

            control = KernelControlServer.current()
            keys = [control.open(self._run.snapshot.thread_id, origin, user_id=self._user_id) for origin in origins]
        except Exception as error:  # noqa: BLE001  # without it, Pause and Cancel wait for a busy cell; nothing else is lost
            logger.info(
                "thread %s: commands wait for busy cells, the kernel's server does not start: %s",
                self._run.snapshot.thread_id,
                error,
            )
        else:
            # Any of them: they have one token, and differ in the origin that they admit.
            key_message: Message = {"type": "kernel_control", "url": keys[-1].url, "token": keys[-1].token}
            self._kernel_control = None if self._has_view else key_message
            self._send_message(key_message)

    def _receive_part(self, name: str, content: Mapping[str, Any], data: bytes) -> None:
        upload = str(content.get("upload", name))
        part, parts = int(content.get("part", 0)), int(content.get("parts", 1))
        whole = self._uploads.receive(upload, part, parts, data, name=name)
        if whole is None:
            return
        exhibit_id = self._run.add_exhibit(clean_name(name), content=whole)
        self._send_message({"type": "added", "name": name, "exhibit_id": exhibit_id})

    def _send_message(self, message: Message) -> None:
        self.send(message)
