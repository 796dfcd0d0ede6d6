"""Kills of the run and of its server at random moments; afterwards nothing may be lost, paid twice or told twice.

Each round is a run in a process of its own, whose model is a real HTTP endpoint that streams words. At random moments
the process is killed (``kill -9``), or the embedded server, or both; or the process is stopped until its lock has
lapsed, another takes the run over, and the stopped one wakes. In some rounds an attorney decides on sections meanwhile.
A viewer follows from before the first event to the last.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import redis
from measure import CASES, median, report

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from petition_words import MARK, Words
from run_process import Forked, RunProcess
from scripted_endpoint import Endpoint

from workbench.config import Settings
from workbench.drafting.cleaning import clean_markdown
from workbench.live import keys
from workbench.live.archive import read_archived
from workbench.live.audit import find_broken_entry, read_entries
from workbench.live.embedded import ensure_server, stop_server
from workbench.live.events import ENDED, Event, SectionUpdate
from workbench.live.snapshot import Snapshot, fold
from workbench.record.history import make_empty_snapshot
from workbench.workflow.commands import Command
from workbench.workflow.loop import BackgroundLoop

LOCK_TTL_S = 0.5

COUNTED = (
    "lost sections",
    "repeated model calls for finished sections",
    "calls begun by an overtaken process",
    "gaps or duplicates in event ids",
    "snapshots that are not the fold of their events",
    "audit records that are not whole",
    "keys with inconsistent expiry",
    "writes of an overtaken process",
    "decisions lost after they were kept",
    "ended runs without an archive",
    "takings-up refused",
)


class Viewer:
    """Follows a thread from before its first event."""

    def __init__(self, store: Any, thread_id: str) -> None:
        self.events: list[Event] = []
        self.state: Snapshot = make_empty_snapshot(thread_id)
        self._store, self._thread_id = store, thread_id
        self._changed = threading.Condition()
        self.task: Future[None] = BackgroundLoop.current().submit(self._follow())

    async def _follow(self) -> None:
        async for batch in self._store.follow(self._thread_id):
            with self._changed:
                self.events += batch
                self.state = fold(self.state, batch)
                self._changed.notify_all()

    def until(self, holds: Any, timeout_s: float = 30.0) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: holds(self), timeout_s)

    def close(self) -> None:
        self.task.cancel()


class Round:
    """One run and its misfortunes."""

    def __init__(self, number: int, dice: random.Random, settings: Settings, words: Words, store: Any) -> None:
        self.thread_id = f"chaos-{number}"
        self.number, self.dice, self.settings, self.words, self.store = number, dice, settings, words, store
        self.kind = ("plain", "review", "revised", "attorney")[number % 4]
        self.found: dict[str, list[str]] = {name: [] for name in COUNTED}
        self.resume_s: list[float] = []
        self.whole_s: list[float] = []
        self.blows: list[str] = []
        self.kept_decisions: list[str] = []
        self.processes = 0
        self.all: list[Any] = []
        self.decisions = 0
        words.calls.clear()
        words.never_right = {"membership"} if self.kind == "review" else set()
        words.right_at_second = {"membership", "awards"} if self.kind == "revised" else set()
        self.viewer = Viewer(store, self.thread_id)

    def play(self) -> None:
        child: Any = self.open()
        try:
            for _ in range(self.dice.randint(1, 4)):
                time.sleep(self.dice.uniform(0.0, 0.9))  # the random moment is what is measured here
                if self.kind == "attorney":
                    self.decide(child)
                if self.ended:
                    break
                child = self.strike(child)
            child = self.to_the_end(child)
            if child is not None:
                child.leave()
        finally:
            for process in self.all:
                process.end()

    @property
    def ended(self) -> bool:
        return self.viewer.state.status in ENDED

    # ---- processes

    def open(self, *, fresh: bool = False) -> Any:
        """A process that starts the run, or takes it up; None where it has ended already."""
        server_is_up = ensure_server(self.settings)
        exists = BackgroundLoop.current().call(self.store.read(self.thread_id))
        if exists is not None and exists.status in ENDED:
            return None
        self.processes += 1
        key = f"sk-{self.number}-{self.processes}"
        how: dict[str, Any] = {
            "do": "start" if exists is None else "resume",
            "thread_id": self.thread_id,
            "case": "minimal",
            "lock_ttl_s": LOCK_TTL_S,
            "options": {"unattended": self.kind != "review", "max_revisions": 0 if self.kind == "review" else 2},
            "settings": {
                "home": str(self.settings.home),
                "cases": str(CASES),
                "model": "small-model",
                "openai_base_url": self.url,
                "openai_api_key": key,
            },
        }
        assert server_is_up.pid
        began = time.time()
        child: Any = RunProcess(**how) if fresh else Forked(**how)
        child.key = key
        self.all.append(child)
        if how["do"] == "resume":
            self.follow_opening(child, began if fresh else None)
        return child

    def follow_opening(self, child: Any, began: float | None) -> None:
        opening = child.expect("opening")["opening"]
        said = child.expect("opened", "refused")
        if "refused" in said:
            if "has ended" not in said["message"]:
                known = [(process.pid, process.process_over) for process in self.all]
                self.found["takings-up refused"].append(f"{said['message']} {self.blows} {known}")
            return
        first = child.expect("wrote", "halted", "broke")
        if "wrote" not in first:
            child.put_back(first)
        else:
            now = time.time()
            (self.resume_s if began is None else self.whole_s).append(now - (began or opening))

    @property
    def url(self) -> str:
        return self.words.url

    # ---- misfortunes

    def strike(self, child: Any) -> Any:
        blow = self.dice.choice(("run", "run", "server", "both", "stop"))
        if child is None or child.process_over:  # it waits for the attorney, or has ended
            return child or self.open()
        if blow == "stop" and self.viewer.state.status == "generating":
            return self.overtake(child)
        self.blows.append(blow if blow != "stop" else "run")
        if blow in {"server", "both"} and self.dice.random() < 0.5:
            self.kill_server()
        if blow != "server":
            child.kill()
        if blow in {"server", "both"}:
            self.kill_server()
        return child if blow == "server" else self.open(fresh=self.dice.random() < 0.15)

    def kill_server(self) -> None:
        try:
            pid = int((self.settings.home / "redis" / "server.pid").read_text())
            if b"valkey" in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGKILL)
        except (OSError, ValueError):
            return  # it is down already

    def overtake(self, child: Any) -> Any:
        child.signal(signal.SIGSTOP)
        ensure_server(self.settings)  # after a kill, the process that is stopped now would have started it again
        loop = BackgroundLoop.current()
        deadline = time.monotonic() + 20 * LOCK_TTL_S
        while (holder := loop.call(self.store.holder(self.thread_id))) is not None:
            assert time.monotonic() < deadline, f"{holder} keeps its lock though {child.pid} is stopped"
        successor = self.open()
        if successor is None or successor.refused:
            child.signal(signal.SIGCONT)
            return child
        self.blows.append("stop")
        taken = len(loop.call(self.store.events(self.thread_id)))
        woken = time.time()
        child.signal(signal.SIGCONT)
        child.expect("broke", "halted")
        child.leave()
        stream = loop.call(self.store.events(self.thread_id))
        of_others = [event.id for event in stream[taken:] if event.id in child.wrote]
        self.found["writes of an overtaken process"] += of_others
        before = fold(make_empty_snapshot(self.thread_id), stream[: self.taken_at(stream, successor)])
        for call in self.words.calls:
            if call.key == child.key and call.began > woken:
                # One that was stopped between the step's first event and its request cannot know: at most one a place.
                call.on_its_way = before.section(call.section_id).status in {"in_progress", "revising"}
                if not call.on_its_way:
                    self.found["calls begun by an overtaken process"].append(call.section_id)
        return successor

    @staticmethod
    def taken_at(stream: list[Event], successor: Any) -> int:
        """Counts the events before the successor came, which first logs its reason."""
        opened = successor.said[0]["opening"]
        return sum(_seconds(event.at) < opened for event in stream)

    def decide(self, child: Any) -> None:
        """An attorney decides on something that is finished: in the run's own process, or by a request to it."""
        finished = [s for s in self.viewer.state.sections if s.status in {"completed", "approved", "needs_review"}]
        if child is None or not finished:
            return
        section = self.dice.choice(finished)
        self.decisions += 1
        note = f"decision {self.decisions}"
        action = self.dice.choice(("approve", "regenerate", "edit"))
        decision = {"section_id": section.section_id, "action": action, "note": note}
        if action == "edit":
            decision["text"] = self.words.texts[section.section_id]
        if self.dice.random() < 0.5:
            child.tell(do="decide", decision=decision)
            return
        order = Command.of(user_id="an attorney", via="cli", **decision)

        async def ask() -> None:
            await self.store.request(self.thread_id, order.to_request(note.replace(" ", "-")))
            answer = await self.store.answer(self.thread_id, note.replace(" ", "-"), 2.0)
            if answer is not None and json.loads(answer).get("ok"):
                self.kept_decisions.append(note)

        BackgroundLoop.current().submit(ask())

    # ---- the end

    def to_the_end(self, child: Any) -> Any:
        for _ in range(20):
            if child is None:
                child = self.open()
                if child is None:
                    break
            if child.refused:
                child.leave()
                child = None
                continue
            said = child.expect("halted", "broke", "refused")
            self.collect(child)
            if said.get("halted") == "needs_review":
                for section in self.viewer.state.sections:
                    if section.status == "needs_review":
                        note = f"reviewed {section.section_id}"
                        decision = {"section_id": section.section_id, "action": "approve", "note": note}
                        child.tell(do="decide", decision=decision)
                        child.expect("decided", "denied")
                child.tell(do="wait")
                continue
            if said.get("halted") in ENDED:
                return child
            child.leave()
            child = None
        self.found["takings-up refused"] += [] if self.ended or self.stored_end() else ["the run came to no end"]
        return child

    def stored_end(self) -> bool:
        return BackgroundLoop.current().call(self.store.read(self.thread_id)).status in ENDED

    def collect(self, child: Any) -> None:
        self.kept_decisions += [said["decided"] for said in child.said if "decided" in said]

    # ---- what is found

    def judge(self) -> None:
        loop = BackgroundLoop.current()
        stream = loop.call(self.store.events(self.thread_id))
        self.viewer.until(lambda viewer: len(viewer.events) >= len(stream), 5)
        ids = [event.id for event in stream]
        seen = [event.id for event in self.viewer.events]
        ordered = sorted({tuple(map(int, id_.split("-"))) for id_ in ids})
        if seen != ids or [tuple(map(int, id_.split("-"))) for id_ in ids] != ordered:
            self.found["gaps or duplicates in event ids"].append(
                f"{len(seen)} seen, {len(ids)} kept, missing {[n for n, id_ in enumerate(ids) if id_ not in seen]}, "
                f"{self.viewer.task}"
            )
        client = redis.Redis(unix_socket_path=str(ensure_server(self.settings).socket))
        with client:
            raw = client.get(keys.snapshot_key(self.thread_id))
            ends = {key: client.pexpiretime(key) for key in keys.thread_keys(self.thread_id) if client.exists(key)}
        stored = Snapshot.from_json(raw)
        folded = fold(make_empty_snapshot(self.thread_id), stream)
        archived = read_archived(self.settings, self.thread_id)
        if stored.last_event_id != ids[-1] or stored.to_json() != folded.to_json():
            self.found["snapshots that are not the fold of their events"].append(stored.last_event_id)
        if archived is None or archived.snapshot.to_json() != stored.to_json():
            self.found["ended runs without an archive"].append(str(self.blows))
        if len(set(ends.values())) != 1:
            self.found["keys with inconsistent expiry"].append(str(ends))
        entries = read_entries(loop.call(self.store.read_fields(self.thread_id, keys.AUDIT)))
        if find_broken_entry(entries) is not None:
            self.found["audit records that are not whole"].append(str(find_broken_entry(entries)))
        notes = {entry.note for entry in entries}
        self.found["decisions lost after they were kept"] += [n for n in self.kept_decisions if n not in notes]
        for section in folded.sections:
            text = section.content.replace(f"{MARK} ", "")
            whole = clean_markdown(self.words.texts[section.section_id], title=section.title)
            if section.status not in {"completed", "approved", "needs_review"} or text != whole:
                self.found["lost sections"].append(f"{section.section_id} {section.status}")
        self.judge_calls(stream)

    def judge_calls(self, stream: list[Event]) -> None:
        """A call is a repeat where the stream, at the moment it began, had the section finished and nobody asked."""
        for call in self.words.calls:
            finished = False
            for event in stream:
                if isinstance(event, SectionUpdate) and event.section_id == call.section_id:
                    if _seconds(event.at) > call.began:
                        break
                    finished = {"pending": False, "revising": False}.get(
                        event.status or "", finished or event.status in {"validating", "completed", "needs_review"}
                    )
            if finished and not call.on_its_way:
                self.found["repeated model calls for finished sections"].append(call.section_id)


def _seconds(at: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(at).timestamp()


def measure(rounds: int, seed: int, *, loud: bool) -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    home = Path(tempfile.mkdtemp(prefix="wb-", dir="/tmp"))
    settings = Settings(home=home, cases=CASES)
    words = Words(CASES)
    total: dict[str, list[str]] = {name: [] for name in COUNTED}
    resume_s: list[float] = []
    whole_s: list[float] = []
    blows: list[str] = []
    calls = decisions = on_their_way = 0
    began = time.monotonic()
    try:
        with Endpoint() as endpoint:
            endpoint.acts = words
            words.url = endpoint.url
            loop = BackgroundLoop.current()
            store = loop.call(loop.store(settings))
            for number in range(rounds):
                dice = random.Random(f"{seed}/{number}")  # noqa: S311 - the same blows for the same seed
                one = Round(number, dice, settings, words, store)
                if loud:
                    print(f"round {number} ({one.kind})", file=sys.stderr, flush=True)
                try:
                    one.play()
                    one.judge()
                finally:
                    one.viewer.close()
                endpoint.asked.clear()
                resume_s += one.resume_s
                whole_s += one.whole_s
                blows += one.blows
                calls += len(words.calls)
                on_their_way += sum(call.on_its_way for call in words.calls)
                decisions += len(one.kept_decisions)
                for name, found in one.found.items():
                    total[name] += [f"round {number}: {what}" for what in found]
                    if loud and found:
                        print(f"round {number} ({one.kind}, {one.blows}): {name}: {found}", file=sys.stderr)
            loop.close()
    finally:
        stop_server(settings)
        shutil.rmtree(home, ignore_errors=True)
    figures: dict[str, float] = {
        "rounds": rounds,
        "seed": seed,
        "kills of the run": blows.count("run"),
        "kills of the server": blows.count("server"),
        "kills of both": blows.count("both"),
        "takeovers of a stopped run": blows.count("stop"),
        "model calls": calls,
        "requests on their way when a run was stopped": on_their_way,
        "decisions kept": decisions,
        "all rounds, s": time.monotonic() - began,
    }
    if resume_s:
        figures["resume in a live interpreter, s, median"] = median(resume_s)
        figures["resume in a live interpreter, s, longest"] = max(resume_s)
    if whole_s:
        figures["resume in a new process, s, median"] = median(whole_s)
    return figures, {name: (float(len(total[name])), 0.0) for name in COUNTED}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    report("chaos", *measure(arguments.rounds, arguments.seed, loud=not arguments.json), as_json=arguments.json)
