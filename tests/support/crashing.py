"""Shared by the tests of crashes: an endpoint that waits on request, and a check that a run is whole."""

from __future__ import annotations

import threading

from scripted_endpoint import counts, piece, streams

import workbench
from workbench.drafting.offline.assembler import assemble
from workbench.drafting.sections import sections_for
from workbench.live.audit import find_broken_entry
from workbench.live.snapshot import fold
from workbench.record.history import make_empty_snapshot
from workbench.workflow.loop import BackgroundLoop


class Script(list):
    """Answers each request with its section's text; one of a held section says half of it and waits for the test."""

    def __init__(self, case) -> None:
        super().__init__()
        self.texts = {spec.section_id: assemble(case, spec) for spec in sections_for(case)}
        self.asked = []
        self._asked_more = threading.Condition()
        self.held = {}
        self.begun = {}

    def __bool__(self) -> bool:
        return True

    def pop(self, _=-1):
        return self.act

    def hold(self, section_id):
        self.held[section_id] = threading.Event()
        self.begun[section_id] = threading.Event()

    def let_go(self, section_id):
        self.held.pop(section_id).set()

    def wait_until_asked(self, *section_ids):
        with self._asked_more:
            assert self._asked_more.wait_for(lambda: set(section_ids) <= set(self.asked), 60), self.asked

    def act(self, reply):
        section_id = reply.headers["X-Workbench-Section"]
        with self._asked_more:
            self.asked.append(section_id)
            self._asked_more.notify_all()
        text = self.texts[section_id]
        gate = self.held.get(section_id)
        if gate is None:
            streams(text)(reply)
            return
        half = len(text) // 2
        reply.begin()
        reply.event(piece(text[:half]))
        self.begun[section_id].set()
        gate.wait(300)  # longer than a busy machine takes to start the processes of a test
        reply.event(piece(text[half:]))
        reply.event(piece(finish="stop"))
        reply.event(counts(100, 20))
        reply.event("[DONE]")
        reply.end()


def has_text(section_id):
    return lambda snapshot: bool(snapshot.section(section_id).content)


def finished(snapshot):
    return {s.section_id for s in snapshot.sections if s.status == "completed"}


def kept_of(settings, thread_id):
    loop = BackgroundLoop.current()
    store = loop.call(loop.store(settings))
    return loop.call(store.events(thread_id)), loop.call(store.read(thread_id))


def check_whole(settings, thread_id, seen=None):
    """Snapshot, events and audit agree; a viewer saw each event once."""
    stream, stored = kept_of(settings, thread_id)
    assert fold(make_empty_snapshot(thread_id), stream).to_json() == stored.to_json()
    assert find_broken_entry(workbench.attach(thread_id, settings=settings).audit()) is None
    if seen is not None:
        assert seen == [event.id for event in stream if event.id in set(seen)]
        assert seen[-1] == stream[-1].id
        assert len(seen) == len(set(seen)) == len(stream) - [event.id for event in stream].index(seen[0])


def watching(run):
    seen = []
    run.subscribe(lambda batch, _: seen.extend(event.id for event in batch))
    return seen
