"""Ids of runs, of which the first characters are given."""

from __future__ import annotations

import json
import secrets

import pytest
from recording import initial_snapshot

import workbench
from workbench.config import Settings
from workbench.live.events import WorkflowUpdate
from workbench.live.journal import Journal
from workbench.record.history import make_empty_snapshot
from workbench.workflow.loop import BackgroundLoop


@pytest.fixture
def start():
    """The first characters of two runs' ids, ``START-a`` and ``START-b-long``."""
    text = secrets.token_hex(6)
    head = initial_snapshot().to_dict()
    for stamp in ("schema", "thread_id", "_updated_at", "last_event_id", "started_at"):
        del head[stamp]

    async def write() -> None:
        store = await BackgroundLoop.current().store(Settings.from_env())
        for name in (f"{text}-a", f"{text}-b-long"):
            journal = await Journal.open(store, name, "elsewhere:1/a", make_empty_snapshot(name))
            journal.emit(WorkflowUpdate(update=head))
            await journal.close()

    BackgroundLoop.current().call(write())
    return text


def test_first_characters_name_run(cli, start):
    status, out, _ = cli("status", f"{start}-b", "--json")
    assert (status, json.loads(out)["thread_id"]) == (0, f"{start}-b-long")
    assert workbench.attach(f"{start}-b").thread_id == f"{start}-b-long"


def test_moment_keeps_its_id(cli, start):
    at = json.loads(cli("history", f"{start}-b", "--json")[1])[0]["id"]
    status, out, _ = cli("compare", f"{start}-b@{at}", f"{start}-a", "--json")
    assert (status, json.loads(out)["a"]["thread_id"]) == (0, f"{start}-b-long")


def test_ambiguous_id_is_refused(cli, start):
    status, _, err = cli("status", start)
    assert status == 2
    assert f"2 runs have an id that begins with '{start}'" in err
    assert f"{start}-a" in err


@pytest.mark.parametrize("text", ["abc", "no-such-run"])
def test_unknown_id_is_named(cli, start, text):
    status, _, err = cli("status", text)
    assert status == 2
    assert f"there is no run '{text}'" in err
