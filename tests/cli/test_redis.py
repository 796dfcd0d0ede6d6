"""``workbench redis``: store, encryption keys and unreadable runs."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest

import workbench.cli
from workbench.config import Settings
from workbench.live.embedded import stop_server
from workbench.live.lock_owner import this_holder
from workbench.text.encryption import new_key
from workbench.workflow.loop import BackgroundLoop

CASE = Path(__file__).parent.parent / "cases" / "minimal"


@pytest.fixture(autouse=True)
def own_home(monkeypatch):
    """A home that no other test shares.

    Rekeying concerns every run of a home.
    """
    with tempfile.TemporaryDirectory(prefix="wb-") as folder:
        monkeypatch.setenv("WORKBENCH_HOME", f"{folder}/home")
        yield
        BackgroundLoop.current().close()
        stop_server(Settings.from_env())


@pytest.fixture
def cli(terminal):
    """Each command as in a terminal."""
    return terminal


def test_key_is_made_and_rotated(cli, monkeypatch, tmp_path):
    status, old, _ = cli("redis", "key")
    assert (status, len(old)) == (0, 45)
    made = json.loads(cli("redis", "key", "--json")[1])
    assert set(made) == {"key", "kid"}

    monkeypatch.setenv("WORKBENCH_ENCRYPTION_KEY", old.strip())
    kid = json.loads(cli("redis", "info", "--json")[1])["kid"]
    status, out, err = cli("draft", CASE, "--thread-id", "sealed", "--unattended", "--out", tmp_path, "--json")
    assert (status, json.loads(out)["status"]) == (0, "completed"), err

    monkeypatch.setenv("WORKBENCH_ENCRYPTION_KEY", made["key"])
    status, out, err = cli("status", "sealed")
    assert (status, out) == (2, "")
    assert err.startswith("snapshot of run sealed in Redis at unix://")
    assert f"encrypted with the key {kid}, and WORKBENCH_ENCRYPTION_KEY has {made['kid']}; add that key" in err
    assert len(err.splitlines()) == 1
    assert cli("status", "--json")[:2] == (0, "[]\n")
    status, out, err = cli("redis", "rekey", "--json")
    assert status == 1
    answer = json.loads(out)
    assert (answer["complete"], list(answer["failed"]), answer["values"]) == (False, ["sealed"], 0)

    monkeypatch.setenv("WORKBENCH_ENCRYPTION_KEY", f"{made['key']},{old.strip()}")
    status, out, err = cli("redis", "rekey", "--json")
    assert status == 0, err
    answer = json.loads(out)
    assert (answer["kid"], answer["runs"], answer["complete"]) == (made["kid"], 1, True)
    assert answer["values"] > 10
    assert answer["files"] == 6
    assert err == f"sealed: {answer['values']} values, 6 files\n"

    monkeypatch.setenv("WORKBENCH_ENCRYPTION_KEY", made["key"])
    assert json.loads(cli("status", "sealed", "--json")[1])["status"] == "completed"
    assert "values: 0\n" in cli("redis", "rekey")[1]


def test_rekey_skips_live_run(cli, monkeypatch, capsys):
    run = workbench.prepare(CASE, thread_id="held")
    monkeypatch.setenv("WORKBENCH_ENCRYPTION_KEY", new_key())
    status = workbench.cli.run(["redis", "rekey"])
    printed = capsys.readouterr()
    assert status == 1
    assert "complete: False" in printed.out
    assert f"held: passed over, {this_holder(run.snapshot.user_id)} writes it\n" in printed.err
    assert printed.err.endswith("keep the old keys, and run this command again\n")
    BackgroundLoop.current().close()
    assert cli("redis", "rekey")[0] == 0


def test_rekey_without_key_is_refused(cli):
    status, out, err = cli("redis", "rekey")
    assert (status, out) == (2, "")
    assert err.startswith("WORKBENCH_ENCRYPTION_KEY: is not set; set it to the new key")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("command", [("status",), ("redis", "info"), ("redis", "rekey"), ("draft", CASE)])
def test_bad_key_is_not_repeated(cli, monkeypatch, command):
    monkeypatch.setenv("WORKBENCH_ENCRYPTION_KEY", "hunter2hunter2")
    status, out, err = cli(*command)
    assert (status, out) == (2, "")
    assert err.startswith("WORKBENCH_ENCRYPTION_KEY: number 1 of its keys is none")
    assert "`workbench redis key`" in err
    assert "hunter2" not in err
    assert len(err.splitlines()) == 1


def test_start_url_and_info_agree(cli):
    status, out, _ = cli("redis", "start", "--json")
    info = json.loads(out)
    assert status == 0
    assert info["durable"] is True
    assert cli("redis", "url")[1].strip() == info["url"]
    assert json.loads(cli("redis", "info", "--json")[1])["version"] == info["version"]
