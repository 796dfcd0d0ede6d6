"""Bytes on the wire of a ten-minute run: one viewer on the socket, and one who polls the preview every two seconds.

Two runs of the real workflow, on a simulated clock: a petition of full size, for which a model of 60 tokens a second
writes ten minutes without a pause, and the sample case, whose text such a model has written after two minutes, so that
the rest of the ten is waiting. Texts are cut as they would have been: one delta a section and 50 ms. Every byte is
counted on real connections to the real server, both ways, heads included; neither side compresses. The poller sends
`If-None-Match`: a poll of an unchanged run costs it next to nothing.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from measure import TEXT, QuietWriter, build_executor, check_drafted, embedded_home, report, rounds, sections

from workbench.config import Settings, shared_folder
from workbench.live.events import Event, SectionDelta, next_id
from workbench.live.snapshot import Snapshot, fold
from workbench.live.store import Store
from workbench.record.history import make_empty_snapshot
from workbench.server.app import create_app
from workbench.server.auth import author_token
from workbench.server.uvicorn_server import LOOPBACK, WorkbenchServer, listening_socket
from workbench.text.clock import now
from workbench.workflow import start
from workbench.workflow.commands import Command
from workbench.workflow.context import RunOptions
from workbench.workflow.loop import BackgroundLoop

RUN_S = 600.0
POLL_S = 2.0
WINDOW_S = 0.05
LETTERS_A_WINDOW = round(60 * 4 * WINDOW_S)
"""60 tokens a second, of four letters each."""

SECTIONS = 24
"""Of 6 KB each: 144 KB, ten minutes' writing."""

QUICK_RUN_S, QUICK_SECTIONS = 30.0, 4
"""With ``--rounds 1``: whether it runs, not the goal's size."""


class Poller:
    """One who asks for the whole run every two seconds, on one connection."""

    def __init__(self, url: str, token: str, thread_id: str) -> None:
        parts = urlsplit(url)
        self._thread_id = thread_id
        self._host = parts.netloc
        self._token = token
        self._raw = socket.create_connection((parts.hostname, parts.port), timeout=20)
        self._etag = ""
        self.bytes = 0
        self.polls = 0
        self.unchanged = 0

    def poll(self) -> None:
        head = (
            f"GET /api/document/preview/{self._thread_id} HTTP/1.1\r\nHost: {self._host}\r\n"
            f"Authorization: Bearer {self._token}\r\nIf-None-Match: {self._etag}\r\n\r\n"
        ).encode()
        self._raw.sendall(head)
        answer = self._raw.recv(1 << 20)
        while b"\r\n\r\n" not in answer:
            answer += self._raw.recv(1 << 20)
        fields = answer.partition(b"\r\n\r\n")[0]
        named = dict(line.lower().split(b": ", 1) for line in fields.split(b"\r\n")[1:])
        unchanged = fields.startswith(b"HTTP/1.1 304")
        whole = len(fields) + 4 + (0 if unchanged else int(named[b"content-length"]))
        while len(answer) < whole:
            answer += self._raw.recv(1 << 20)
        self._etag = named[b"etag"].decode()
        self.polls += 1
        self.unchanged += unchanged
        self.bytes += len(head) + len(answer)

    def close(self) -> None:
        self._raw.close()


class Watcher:
    """One on the socket."""

    def __init__(self, url: str, token: str, thread_id: str) -> None:
        parts = urlsplit(url)
        head = (
            f"GET /api/ws/document/{thread_id}?token={token} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        ).encode()
        self._raw = socket.create_connection((parts.hostname, parts.port), timeout=60)
        self._raw.sendall(head)
        self.bytes = len(head)
        self._begun = threading.Event()
        self._last = ""
        self._thread = threading.Thread(target=self._read)
        self._thread.start()
        self._begun.wait(20)

    def until(self, last: str) -> None:
        """Ends once the event of that id is here."""
        self._last = last
        self._thread.join(60)
        self._raw.close()

    def _read(self) -> None:
        tail = b""
        while not self._last or self._last.encode() not in tail:
            try:
                self._raw.settimeout(0.5)
                data = self._raw.recv(1 << 20)
            except TimeoutError:
                continue
            self.bytes += len(data)
            tail = (tail + data)[-4096:]
            if b"initial_state" in data:
                self._begun.set()


class Rewritten:
    """A recorded run, written again."""

    def __init__(self, store: Store, initial: Snapshot) -> None:
        self.thread_id = f"again-{initial.thread_id[:8]}"
        self.last = ""
        self._store = store
        self._bench = BackgroundLoop.current()
        self._fence = self._bench.call(store.acquire(self.thread_id, "benchmark:1/benchmark"))
        self._snapshot = initial.model_copy(update={"thread_id": self.thread_id})

    def write(self, events: list[Event]) -> None:
        stamped = []
        for event in events:
            self.last = next_id(self.last, int(time.time() * 1000))
            stamped.append(event.with_stamp(thread_id=self.thread_id, event_id=self.last, at=now()))
        self._snapshot = fold(self._snapshot, stamped)
        self._bench.call(self._store.write(self.thread_id, self._fence, stamped, self._snapshot))


def sample(settings: Settings, store: Store) -> tuple[Snapshot, list[Event]]:
    """The sample case, by the offline assembler."""
    run = start.prepare(
        shared_folder("cases") / "wu", user_id="benchmark", options=RunOptions(unattended=True), settings=settings
    )
    run.start()
    run.wait()
    return make_empty_snapshot(run.thread_id), BackgroundLoop.current().call(store.events(run.thread_id))


def full_size(settings: Settings, store: Store) -> tuple[Snapshot, list[Event]]:
    """Sections of the usual length, so many that a model writes for ten minutes."""

    async def run() -> tuple[Snapshot, list[Event]]:
        count = QUICK_SECTIONS if is_quick() else SECTIONS
        executor = await build_executor(store, settings, sections(count), QuietWriter(TEXT))
        initial = executor.journal.snapshot
        await executor.obey(Command.of("start", user_id="benchmark"))
        await asyncio.wait_for(asyncio.wrap_future(executor.executions.current.future), 120)
        check_drafted(executor)
        return initial, await store.events(executor.thread_id)

    return BackgroundLoop.current().call(run())


def is_quick() -> bool:
    return rounds(2) == 1


def retimed(events: list[Event], run_s: float) -> Iterator[tuple[float, Event]]:
    """Each event with its second, texts cut as a model would have had them cut."""
    pieces: list[tuple[bool, Event]] = []
    for event in events:
        if isinstance(event, SectionDelta):
            cuts = range(0, len(event.text), LETTERS_A_WINDOW)
            texts = [event.text[start : start + LETTERS_A_WINDOW] for start in cuts]
            pieces += [(True, SectionDelta(section_id=event.section_id, text=text)) for text in texts]
        else:
            pieces.append((False, event))
    streamed = sum(is_text for is_text, _ in pieces)
    wait_s = max(0.0, run_s - streamed * WINDOW_S) / (len(pieces) - streamed)
    second = 0.0
    for is_text, event in pieces:
        second += WINDOW_S if is_text else wait_s
        yield min(second, run_s), event


def compare(settings: Settings, store: Store, initial: Snapshot, events: list[Event]) -> dict[str, float]:
    """Measures the bytes that each viewer's connection carried."""
    loop = BackgroundLoop.current()
    run_s = QUICK_RUN_S if is_quick() else RUN_S
    timed = list(retimed(events, run_s))
    run = Rewritten(store, initial)
    run.write([timed[0][1]])
    server = WorkbenchServer(create_app(settings), listening_socket(LOOPBACK, 0))
    loop.call(server.begin())
    poller = Poller(server.url, author_token(settings), run.thread_id)
    watcher = Watcher(server.url, author_token(settings), run.thread_id)
    waiting = iter(timed[1:])
    ahead = next(waiting, None)
    for tick in range(int(run_s / POLL_S) + 1):
        due = []
        while ahead is not None and ahead[0] <= tick * POLL_S:
            due.append(ahead[1])
            ahead = next(waiting, None)
        if due:
            run.write(due)
        poller.poll()
    watcher.until(run.last)
    poller.close()
    size = len(loop.call(store.read(run.thread_id)).to_json())
    loop.call(server.end())
    return {
        "events": len(timed),
        "of them pieces of text": sum(isinstance(event, SectionDelta) for _, event in timed),
        "snapshot at the end, KiB": size / 1024,
        "polls": poller.polls,
        "of them unchanged": poller.unchanged,
        "socket, KiB": watcher.bytes / 1024,
        "polling, KiB": poller.bytes / 1024,
        "socket to polling": watcher.bytes / poller.bytes,
    }


def measure() -> dict[str, float]:
    figures = {}
    with embedded_home() as settings:
        loop = BackgroundLoop.current()
        store = loop.call(loop.store(settings))
        for name, recorded in (("full size", full_size), ("sample case", sample)):
            compared = compare(settings, store, *recorded(settings, store))
            figures |= {f"{name}: {figure}": value for figure, value in compared.items()}
        loop.close()
    return figures


if __name__ == "__main__":
    figures = measure()
    report("wire", figures, {"full size: socket to polling": (figures["full size: socket to polling"], 0.1)})
