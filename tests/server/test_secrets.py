"""Secrets of servers in processes of their own.

None is ever written to a log, and each can be changed while links are in use.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from dashboard_process import dashboard_process
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

import workbench
from workbench.config import Settings
from workbench.live.embedded import ensure_server, stop_server
from workbench.server import sharing
from workbench.server.auth import TOKEN_FILE
from workbench.server.links import SECRET_FILE
from workbench.text.encryption import new_key
from workbench.workflow.context import RunOptions
from workbench.workflow.loop import BackgroundLoop

from .conftest import CASES, FOREIGN, Served, ask, served_on_loop

COMMAND = [sys.executable, "-c", "from workbench.cli import main; main()", "serve", "--port", "0", "--json"]
FIRST, SECOND = "first-" + "k" * 32, "second-" + "k" * 32


class Process:
    """A server in a process of its own.

    ``said`` is all that it wrote, once it has ended.
    """

    def __init__(self, process: subprocess.Popen[str], url: str, token: str, line: str) -> None:
        self.process, self.url, self.token, self.line = process, url, token, line
        self.said = ""

    def status(self, path: str, token: str) -> int:
        return ask(self.url, "GET", path, authorization=f"Bearer {token}").status


@contextmanager
def serving(*options: str, **environment: str) -> Iterator[Process]:
    with subprocess.Popen(
        [*COMMAND, *options], env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            told = json.loads(line)
            serving = Process(process, told["url"], told["author_token"], line)
            yield serving
            process.terminate()
            rest, errors = process.communicate(timeout=30)
            serving.said = rest + errors
        finally:
            process.kill()


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """A home of its own, whose secrets are changed."""
    home = Path(tempfile.mkdtemp(prefix="wb-"))
    yield Settings(home=home, cases=CASES)
    stop_server(Settings(home=home))
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def run(settings, monkeypatch):
    monkeypatch.setenv("WORKBENCH_HOME", str(settings.home))
    monkeypatch.delenv("WORKBENCH_SECRET", raising=False)
    run = workbench.start(
        workbench.load_case(CASES / "minimal"), settings=settings, options=RunOptions(unattended=True)
    )
    run.wait(60)
    yield run
    BackgroundLoop.current().close()


def look_through(url: str, run: str, token: str, origin: str | None = None, message: str = "ping") -> None:
    """Opens a run's socket and says something.

    The outcome does not matter.
    """
    address = f"{url.replace('http', 'ws')}/api/ws/document/{run}?token={token}"
    with suppress(InvalidStatus, ConnectionClosed), connect(address, origin=origin) as socket_:
        socket_.recv(10)
        socket_.recv(10)
        socket_.send(message)
        socket_.recv(10)


def test_no_process_has_secret_arguments(run, settings):
    """Neither the server, nor the dashboard with its kernels, nor the embedded store."""
    secrets = {
        "WORKBENCH_AUTHOR_TOKEN": "author-" + "t" * 32,
        "WORKBENCH_SECRET": FIRST,
        "WORKBENCH_ENCRYPTION_KEY": new_key(),
        "OPENAI_API_KEY": "sk-of-nobody-1234",
        "REDIS_PASSWORD": "hunter2hunter2",
    }
    with serving(**secrets) as server, dashboard_process(run.thread_id, **secrets) as dashboard:
        started = [psutil.Process(server.process.pid), psutil.Process(dashboard.process.pid)]
        assert ask(dashboard.base, "GET", f"/?{urlsplit(dashboard.url).query}").status == 200
        every = [each for parent in started for each in (parent, *parent.children(recursive=True))]
        assert [each for each in every if "ipykernel_launcher" in " ".join(each.cmdline())]
        every.append(psutil.Process(ensure_server(settings).pid))
        files = [
            (settings.home / name).read_text().strip()
            for name in (TOKEN_FILE, SECRET_FILE)
            if (settings.home / name).exists()
        ]
        for process in every:
            shown = " ".join(process.cmdline())
            assert not [secret for secret in (*secrets.values(), *files, dashboard.token) if secret in shown]


@pytest.mark.parametrize("form", ["text", "json"])
def test_token_is_not_written(run, settings, form):
    """No request writes it, at the loudest log level."""
    link = sharing.share(run, settings=settings, at="http://127.0.0.1")
    taken = sharing.share(run, settings=settings, at="http://127.0.0.1")
    sharing.unshare(taken.id, settings=settings)
    thread_id, key = run.thread_id, (settings.home / SECRET_FILE).read_text().strip()
    with serving("--log-format", form, "--log-level", "debug") as server:
        made = ask(server.url, "POST", f"/api/share/{thread_id}", authorization=f"Bearer {server.token}").json["token"]
        tokens = [server.token, link.token, taken.token, made, f"{link.token}x", "a-token-that-nobody-made"]
        for token in tokens:
            for path in ("/api/documents", f"/view/{thread_id}", f"/api/document/preview/{thread_id}", "/nothing-here"):
                server.status(path, token)
                ask(server.url, "GET", f"{path}?token={token}", accept="text/html")
                ask(server.url, "GET", f"{path}?token={token}", origin=FOREIGN)
            ask(server.url, "POST", f"/api/fork/{thread_id}?token={token}", body=b"{", content_type="application/json")
            look_through(server.url, thread_id, token)
            look_through(server.url, thread_id, token, origin=FOREIGN)
            look_through(server.url, "nobody", token)
            look_through(server.url, thread_id, token, message="x" * 5000)
            for line in (f"GET /?token={token} nonsense", f"GET /api/documents?token={token} HTTP/1.1\r\nbad header"):
                address = urlsplit(server.url)
                with socket.create_connection((address.hostname, address.port), timeout=20) as raw:
                    raw.sendall(f"{line}\r\n\r\n".encode())
                    raw.recv(4096)
    assert server.said  # it did log
    assert link.id in server.said
    secrets = [*tokens, key, *(token.rpartition(".")[2] for token in tokens if token.count(".") == 2)]
    assert [secret for secret in secrets if secret in server.said] == []
    assert server.line.count(server.token) == 1  # its first line is where --json shows it


def test_token_is_not_stored(run, settings):
    link = run.share()
    loop = BackgroundLoop.current()

    async def everything() -> str:
        store = await loop.store(settings)
        said = [await store._client.dump(name) async for name in store._client.scan_iter("*")]
        return repr(said) + repr(await store.links()) + repr(await store.openings())

    kept = loop.call(everything())
    assert link.id in kept
    assert link.token not in kept
    assert link.token.rpartition(".")[2] not in kept


@contextmanager
def answering(settings: Settings) -> Iterator[Served]:
    """A server here that has read its secrets anew."""
    told, server = served_on_loop(settings)
    try:
        yield told
    finally:
        BackgroundLoop.current().call(server.end())


def shared(server: Served, run) -> str:
    return server.post(f"/api/share/{run.thread_id}").json["token"]


def opens(server: Served, run, token: str) -> bool:
    answer = ask(server.url, "GET", f"/api/document/preview/{run.thread_id}", authorization=f"Bearer {token}")
    assert answer.status in {200, 401}
    return answer.status == 200


def test_signing_key_changes_in_use(run, settings):
    """First the old key alone, then the new one first.

    The old one goes when its last link has ended.
    """
    tokens, seen = [], []
    for secret in (FIRST, f"{SECOND},{FIRST}", SECOND):
        with answering(settings.model_copy(update={"secret": Settings(secret=secret).secret})) as server:
            tokens.append(shared(server, run))
            seen.append([opens(server, run, token) for token in tokens])
    assert seen == [[True], [True, True], [False, True, True]]


def test_new_key_file_ends_links(run, settings):
    with answering(settings) as server:
        old = shared(server, run)
        assert opens(server, run, old)
    (settings.home / SECRET_FILE).unlink()
    with answering(settings) as server:
        assert not opens(server, run, old)
        assert opens(server, run, shared(server, run))


def test_author_token_changes(run, settings):
    with answering(settings) as server:
        old = server.token
    (settings.home / TOKEN_FILE).unlink()
    with answering(settings) as server:
        assert server.token != old
        assert [opens(server, run, token) for token in (old, server.token)] == [False, True]


@pytest.mark.parametrize("secret", ["too-short", f"{FIRST},too-short"])
def test_guessable_key_is_refused(secret):
    done = subprocess.run(
        COMMAND, env={**os.environ, "WORKBENCH_SECRET": secret}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert "WORKBENCH_SECRET: a signing key has less than 32 bytes" in done.stderr
    assert "too-short" not in done.stderr
