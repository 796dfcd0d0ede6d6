"""A run's channel while the store is ahead of it.

A viewer that comes back then must miss nothing.
"""

from __future__ import annotations

import asyncio
import contextlib

import orjson
import pytest

from workbench.live.lock_owner import WriterSign
from workbench.live.snapshot import LetterHead, Snapshot
from workbench.server.auth import Caller
from workbench.server.frames import text_frame
from workbench.server.run_channel import RunChannel, Viewer

from .test_viewer import Wire


class StreamStore:
    """A stream of events that the test fills.

    It tells nobody of what it got.
    """

    def __init__(self, *ids):
        self.ids = list(ids)

    def on_write(self, *_args):
        return contextlib.nullcontext()

    async def frames(self, _thread_id, after, limit):
        at = self.ids.index(after) + 1 if after else 0
        return [(event_id, orjson.dumps({"id": event_id})) for event_id in self.ids[at:][:limit]]


class SignStore(StreamStore):
    """A stream whose writer has the sign that the test gives it."""

    sign = WriterSign("alive", 0)

    async def writer(self, _thread_id):
        return self.sign


@pytest.mark.parametrize("redact", [False, True])
async def test_viewers_hear_of_lost_writer(redact):
    snapshot = Snapshot(thread_id="t-1", user_id="lena", case_id="minimal", status="generating", last_event_id="2-0")
    store = SignStore("1-0", "2-0")
    channel = RunChannel(store, snapshot, read_slots=asyncio.Semaphore(1), on_read=lambda *_: None)
    early, late = Wire(), Wire()
    caller = Caller("view", "00000000", redact=redact)
    await channel.add_viewer(Viewer(early, caller, lambda: b"state", lambda: None), None)
    early.written.clear()

    async def look():
        channel.look_for_writer()
        await asyncio.wait({channel._sign_task})

    def said(state, silent_s):
        return text_frame(orjson.dumps({"type": "writer", "state": state, "silent_s": silent_s}))

    await look()
    assert early.written == []
    store.sign = WriterSign("lost", 3)
    await look()
    await look()
    assert early.written == [said("lost", 3)], "once, not each second"
    await channel.add_viewer(Viewer(late, caller, lambda: b"state", lambda: None), None)
    assert late.written[-1] == said("lost", 3)
    store.sign = WriterSign("alive", 0)
    await look()
    assert early.written[-1] == late.written[-1] == said("alive", 0)
    channel.stop()


async def test_replay_shows_no_event_twice():
    snapshot = Snapshot(thread_id="t-1", user_id="lena", case_id="minimal", letter=LetterHead(), last_event_id="2-0")
    store = StreamStore("1-0", "2-0", "3-0")  # the last one is written, but not read by the channel yet
    turns = asyncio.Semaphore(1)
    channel = RunChannel(store, snapshot, read_slots=turns, on_read=lambda *_: None)
    wire = Wire()
    viewer = Viewer(wire, Caller("author", "00000000"), lambda: b"state", lambda: None)
    async with turns:
        channel.start()
        assert await channel.add_viewer(viewer, "1-0")
    await asyncio.wait({channel._task})
    assert wire.written == [text_frame(orjson.dumps({"id": event_id})) for event_id in ("2-0", "3-0")]
    channel.stop()
