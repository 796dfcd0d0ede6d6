"""Experiments that are killed or run twice.

Nothing that was answered is paid for twice.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from pathlib import Path

import pytest
from experiment_process import ExperimentProcess
from scripted_endpoint import Endpoint, streams

TESTS = Path(__file__).parent.parent
REPEATS = 12
CONCURRENCY = 3
GRADES = json.dumps({key: {"reason": "It is.", "grade": 4} for key in ("grounded", "argued", "persuasive", "written")})


class Script(list):
    """Endpoint that waits for the test from some request.

    It answers drafts, each different, and a judge's questions.
    """

    def __init__(self, hold_at=None, *, named="First") -> None:
        super().__init__()
        self.named = named  # no two drafts are alike: a judge's verdict goes by the text
        self.hold_at = hold_at
        self.reached = threading.Event()
        self.let_go = threading.Event()
        self.count = 0
        self.guard = threading.Lock()

    def __bool__(self) -> bool:
        return True

    def pop(self, _=-1):
        return self.act

    def act(self, reply):
        with self.guard:
            self.count += 1
            number = self.count
        if self.hold_at is not None and number >= self.hold_at:
            self.reached.set()
            self.let_go.wait(60)
        if reply.headers["X-Workbench-Section"] == "judge":
            streams(GRADES)(reply)
        else:
            streams(f"The medal was awarded [@medal, p. 1]. {self.named} {number}.")(reply)


def spawn(home, endpoint, scorers):
    settings = {
        "home": str(home),
        "cases": str(TESTS / "cases"),
        "model": "small-model",
        "openai_base_url": endpoint.url,
    }
    spec = {
        "name": "x",
        "cases": ["minimal"],
        "sections": ["awards"],
        "models": ["small-model"],
        "repeats": REPEATS,
        "concurrency": CONCURRENCY,
        "scorers": scorers,
    }
    return ExperimentProcess(home.parent, settings, spec)


def kept(home):
    connection = sqlite3.connect(home / "tuning" / "answers.sqlite3")
    try:
        return connection.execute("SELECT count(*) FROM answers").fetchone()[0]
    finally:
        connection.close()


@pytest.mark.parametrize(("scorers", "hold_at"), [(["checks"], 8), (["checks", "judge"], 14), (["judge"], 1)])
def test_killed_experiment_asks_nothing_twice(tmp_path, scorers, hold_at):
    home = tmp_path / "home"
    wanted = REPEATS * (2 if "judge" in scorers else 1)
    with Endpoint() as endpoint:
        endpoint.acts = Script(hold_at)
        child = spawn(home, endpoint, scorers)
        assert endpoint.acts.reached.wait(60)
        child.kill()
        reported = [int(line) for line in child.lines()]
        endpoint.acts.let_go.set()
        answered = kept(home)
        assert answered >= max(reported, default=0) * (2 if "judge" in scorers else 1)
        # The runner has twice as many tasks as places: an answer is flushed to the disk, or judged, beside a request.
        assert answered >= hold_at - 2 * CONCURRENCY, "all but those that were under way"

        endpoint.acts = Script(named="Second")
        assert spawn(home, endpoint, scorers).end() == f"{REPEATS} done"
        assert endpoint.acts.count == wanted - answered
        assert kept(home) == wanted

        endpoint.acts = Script()
        assert spawn(home, endpoint, scorers).end() == f"{REPEATS} done"
        assert endpoint.acts.count == 0


def test_two_processes_share_answers(tmp_path):
    home = tmp_path / "home"
    with Endpoint() as endpoint:
        endpoint.acts = Script()
        children = [spawn(home, endpoint, ["checks", "judge"]) for _ in range(2)]
        assert [child.end() for child in children] == [f"{REPEATS} done"] * 2
        assert endpoint.acts.count == 2 * REPEATS
    assert {path.stat().st_mode & 0o777 for path in (home / "tuning").iterdir()} == {0o600}
    assert [path.name for path in home.iterdir()] == ["tuning"]
