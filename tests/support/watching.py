"""Shared by the tests of the mirror: a run written event by event, and viewers on real sockets."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any, Self
from urllib.parse import urlencode

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from workbench.config import Settings
from workbench.live.events import Event, LogEntry, LogLine, SectionDelta, next_id, parse_event
from workbench.live.snapshot import LetterHead, SectionState, Snapshot, fold
from workbench.text.clock import now
from workbench.workflow.loop import BackgroundLoop

NAME = "Dr. Amara Okonkwo"


class WrittenRun:
    """A run of one section, written straight to the store of the loop."""

    def __init__(self, settings: Settings, thread_id: str | None = None) -> None:
        self.thread_id = thread_id or f"t-{uuid.uuid4().hex[:12]}"
        self._settings = settings
        self._bench = BackgroundLoop.current()
        self.events: list[Event] = []
        self._last = next_id("", int(time.time() * 1000))
        section = SectionState(section_id="awards", title="Awards", status="in_progress")
        self.first = Snapshot(
            thread_id=self.thread_id,
            user_id="lena",
            case_id="minimal",
            status="generating",
            sections=(section,),
            letter=LetterHead(beneficiary=NAME),
        )
        self.store = self._bench.call(self._bench.store(settings))
        self.fence = self._bench.call(self.store.acquire(self.thread_id, "host:1/lena"))
        self._write([LogEntry(log=LogLine(level="info", message="begun", agent="run", at=now()))], begin=True)

    def say(self, *texts: str) -> list[Event]:
        """Writes each text as an event of its own, together."""
        return self._write([SectionDelta(section_id="awards", text=text) for text in texts])

    def write(self, *events: Event) -> list[Event]:
        return self._write(list(events))

    @property
    def snapshot(self) -> Snapshot:
        return fold(self.first, self.events)

    def _write(self, events: list[Event], *, begin: bool = False) -> list[Event]:
        stamped = []
        for event in events:
            self._last = next_id(self._last, int(time.time() * 1000))
            stamped.append(event.with_stamp(thread_id=self.thread_id, event_id=self._last, at=now()))
        self.events += stamped
        kept = self.snapshot if begin else None
        self._bench.call(self.store.write(self.thread_id, self.fence, stamped, kept))
        return stamped


class Viewer:
    """One socket, as a page has it; use it as a context."""

    def __init__(self, url: str, thread_id: str, token: str | None, since: str | None = None, **how: Any) -> None:
        query = {name: value for name, value in {"token": token, "since": since}.items() if value is not None}
        address = f"{url.replace('http', 'ws', 1)}/api/ws/document/{thread_id}"
        self._connecting: Any = connect(f"{address}?{urlencode(query)}" if query else address, compression=None, **how)

    def __enter__(self) -> Self:
        self.raw = self._connecting.__enter__()
        return self

    def __exit__(self, *raised: object) -> None:
        self._connecting.__exit__(*raised)

    def next(self, timeout_s: float = 30) -> dict[str, Any]:
        message = json.loads(self.raw.recv(timeout=timeout_s))
        assert isinstance(message, dict)
        return message

    def begun(self) -> Snapshot:
        """Reads the first two messages: connected, and the state."""
        connected, initial = self.next(), self.next()
        assert connected.keys() == {"type", "thread_id", "message"}
        assert (connected["type"], initial["type"], initial.keys()) == ("connected", "initial_state", {"type", "state"})
        return Snapshot.model_validate(initial["state"])

    def events(self, count: int) -> list[Event]:
        return [event for _ in range(count) if (event := parse_event(self.next())) is not None]

    def is_quiet(self, for_s: float = 0.3) -> bool:
        try:
            self.raw.recv(timeout=for_s)
        except TimeoutError:
            return True
        return False

    def closed(self, timeout_s: float = 10) -> tuple[int, str]:
        """With which code and reason it is closed, whatever comes before."""
        try:
            while True:
                self.raw.recv(timeout=timeout_s)
        except ConnectionClosed as error:
            return (error.rcvd.code, error.rcvd.reason) if error.rcvd is not None else (1006, "")
