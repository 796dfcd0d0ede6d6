"""``workbench share`` beside a server that runs."""

from __future__ import annotations

import json

import pytest
from qr_reader import decode_qr, draw_blocks

import workbench.cli
from workbench.server import discovery, sharing
from workbench.server.discovery import announce_server

from .conftest import ask


def test_strangers_port_gets_no_link(shared_server, ended_run, settings, monkeypatch, capsys):
    """Left of a server that was killed, before somebody else took its port."""
    monkeypatch.setattr(discovery, "is_strangers_port", lambda _: True)
    monkeypatch.setattr("workbench.cli.share.is_strangers_port", lambda _: True)
    with announce_server(settings, shared_server.url, "serve"):
        assert sharing.find_running_server(settings) is None
        status, out, errors = cli(capsys, "share", ended_run.thread_id)
    assert (status, out, errors.count("\n")) == (2, "", 1)
    assert "port 8765 of this machine is another user's" in errors


def cli(capsys, *arguments: str):
    status = workbench.cli.run([str(argument) for argument in arguments])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_share_command_creates_lists_revokes(shared_server, ended_run, settings, monkeypatch, capsys):
    monkeypatch.setenv("WORKBENCH_PUBLIC_URL", "https://firm.example")
    status, out, err = cli(
        capsys, "share", ended_run.thread_id, "--hours", "0.25", "--redact", "--user-id", "ada", "--json"
    )
    made = json.loads(out)
    assert (status, err, made.keys()) == (0, "", {"id", "url", "token", "expires_at"})
    assert made["url"] == f"https://firm.example/view/{ended_run.thread_id}?token={made['token']}"
    assert ask(shared_server.url, "GET", "/api/documents", authorization=f"Bearer {made['token']}").status == 200
    status, out, _ = cli(capsys, "share", ended_run.thread_id, "--list", "--json")
    listed = json.loads(out)["links"]
    assert (status, [row["created_by"] for row in listed if row["id"] == made["id"]]) == (0, ["ada"])
    status, out, _ = cli(capsys, "share", ended_run.thread_id, "--list")
    assert (status, f"{made['id']}  made " in out, "by ada, without names, until" in out) == (0, True, True)
    status, out, _ = cli(capsys, "share", "--revoke", made["id"], "--user-id", "bob")
    assert (status, "by bob" in out) == (0, True)
    assert ask(shared_server.url, "GET", "/api/documents", authorization=f"Bearer {made['token']}").status == 401
    status, out, _ = cli(capsys, "share", ended_run.thread_id, "--list")
    assert "revoked" in out


def test_share_command_names_the_address(shared_server, ended_run, settings, capsys):
    status, out, err = cli(capsys, "share", ended_run.thread_id)
    assert (status, out.startswith("http://127.0.0.1:8765/view/")) == (0, True)
    assert "no server runs yet" in err
    with announce_server(settings, shared_server.url, "serve"):
        status, out, err = cli(capsys, "share", ended_run.thread_id)
    assert (status, out.startswith(f"{shared_server.url}/view/"), len(out.splitlines())) == (0, True, 1)
    assert err.startswith("the link opens on this machine only: set WORKBENCH_PUBLIC_URL")


def test_share_command_draws_a_qr_code(shared_server, ended_run, monkeypatch, capsys):
    status, out, err = cli(capsys, "share", ended_run.thread_id, "--qr")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "--qr: no phone can open an address that begins with http://127.0.0.1:8765" in err
    assert not [each for each in ended_run.links() if each.link.created_by == "for-the-phone"]
    monkeypatch.setenv("WORKBENCH_PUBLIC_URL", "https://firm.example")
    status, out, err = cli(capsys, "share", ended_run.thread_id, "--qr", "--user-id", "for-the-phone")
    url, *drawn = out.splitlines()
    assert (status, decode_qr(draw_blocks(drawn))) == (0, url)
    assert "Whoever has it and can reach firm.example can open it." in err
    status, out, err = cli(capsys, "share", ended_run.thread_id, "--qr", "--json")
    assert (status, out, "leave out --json" in err) == (2, "", True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nobody"], "there is no run 'nobody'"),
        (["nobody", "--list"], "there is no run 'nobody'"),
        ([], "missing argument THREAD"),
        (["{run}", "--hours", "0"], "hours: a link cannot last 0 hours"),
        (["{run}", "--hours", "nan"], "hours: a link cannot last nan hours"),
        (["{run}", "--hours", "soon"], "'soon' is not a valid float"),
        (["--revoke", "0" * 16], "there is no link"),
        (["{run}", "--revoke", "0" * 16], "has no link"),
    ],
)
def test_bad_input_is_one_line(shared_server, ended_run, capsys, arguments, said):
    status, out, err = cli(capsys, "share", *(each.format(run=ended_run.thread_id) for each in arguments))
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert said in err
