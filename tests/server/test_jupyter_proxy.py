"""The server behind jupyter-server-proxy.

A real Jupyter server starts it below a prefix.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import stat
from pathlib import Path

import psutil
import pytest
from jupyter_process import jupyter_process
from one_node_cluster import free_port
from websockets.sync.client import connect

import workbench
from workbench.config import Settings
from workbench.server import jupyter_proxy, sharing
from workbench.workflow.context import RunOptions

from .conftest import CASES, FOREIGN, Answer, ask

BASE = "/user/ada/"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, {"WORKBENCH_TRUSTED_PROXIES": "127.0.0.1,::1"}),
        (
            {"JUPYTERHUB_PUBLIC_URL": "https://hub.example.org/user/ada/"},
            {
                "WORKBENCH_TRUSTED_PROXIES": "127.0.0.1,::1",
                "WORKBENCH_PUBLIC_URL": "https://hub.example.org/user/ada/workbench",
            },
        ),
        (
            {
                "JUPYTERHUB_PUBLIC_URL": "https://hub.example.org/user/ada/",
                "WORKBENCH_PUBLIC_URL": "https://firm.example",
                "WORKBENCH_TRUSTED_PROXIES": "192.0.2.0/24",
            },
            {"WORKBENCH_TRUSTED_PROXIES": "192.0.2.0/24", "WORKBENCH_PUBLIC_URL": "https://firm.example"},
        ),
    ],
)
def test_server_environment(given, told):
    assert jupyter_proxy.server_environment(given) == told


@pytest.fixture
def jupyter(tmp_path, monkeypatch):
    """A Jupyter server with jupyter-server-proxy, which finds our entry points.

    Yields its address, its token and its log.
    """
    port = free_port()
    monkeypatch.setenv("JUPYTERHUB_PUBLIC_URL", f"http://127.0.0.1:{port}{BASE}")
    monkeypatch.setenv("WORKBENCH_CASES", str(CASES))
    options = (
        f"--ServerApp.root_dir={tmp_path}",
        "--ServerApp.jpserver_extensions={'jupyter_server_proxy': True}",
    )
    with jupyter_process(
        "jupyter_server.serverapp", tmp_path, *options, base=BASE, port=port, environment=os.environ
    ) as server:
        yield server.origin, server.token, server.log


@pytest.fixture(scope="module")
def settings(shared_home):
    return Settings(home=shared_home, cases=CASES)


@pytest.fixture
def run(settings, loop):
    run = workbench.start(
        workbench.load_case(CASES / "minimal"), settings=settings, options=RunOptions(unattended=True)
    )
    run.wait(60)
    return run


def cookie_of(origin: str, token: str) -> str:
    """Fetches the cookies that the Jupyter server sets at login."""
    answer = ask(origin, "GET", f"{BASE}api/status?token={token}")
    return "; ".join(part for part in re.findall(r"[^;,\s]+=[^;]+", answer.headers["set-cookie"]) if "username" in part)


def first_page(origin: str, path: str, cookie: str) -> Answer:
    """Sends the first request, which starts the server.

    That takes its time on a busy machine.
    """
    connection = http.client.HTTPConnection(origin.removeprefix("http://"), timeout=120)
    try:
        connection.request("GET", path, headers={"cookie": cookie})
        answer = connection.getresponse()
        return Answer(answer.status, {}, answer.read())
    finally:
        connection.close()


def test_link_opens_through_proxy(run, jupyter):
    origin, token, log = jupyter
    link = sharing.share(run, at=f"{origin}{BASE}workbench")
    path = f"{BASE}workbench/view/{run.thread_id}?token={link.token}"
    assert link.url == f"{origin}{path}"
    cookie = cookie_of(origin, token)
    page = first_page(origin, path, cookie)
    assert (page.status, b'src="../static/page.js"' in page.body) == (200, True), log.read_text()
    assert ask(origin, "GET", path.replace("token=", "token=x"), cookie=cookie).status == 401
    stranger = ask(origin, "GET", path)
    assert b"page.js" not in stranger.body  # Jupyter's own gate comes first
    address = f"{origin.replace('http', 'ws')}{BASE}workbench/api/ws/document/{run.thread_id}?token={link.token}"
    with connect(address, origin=origin, additional_headers={"cookie": cookie}) as socket_:
        said = [json.loads(socket_.recv(20)) for _ in range(2)]
    assert [each["type"] for each in said] == ["connected", "initial_state"]
    assert said[1]["state"]["thread_id"] == run.thread_id


def asked_at(place, x=""):
    """Returns the status of a request at a unix socket, with this in place of the secret."""
    head = f"GET /api/documents HTTP/1.1\r\nHost: localhost\r\n{jupyter_proxy.HEADER}: {x}\r\n\r\n"
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(20)
        connection.connect(str(place))
        connection.sendall(head.encode())
        return int(connection.recv(4096).split(b" ")[1])


def test_user_reads_without_a_token(run, jupyter, settings):
    origin, token, log = jupyter
    cookie = cookie_of(origin, token)
    path = f"{BASE}workbench/api/documents"

    def asked(method="GET", path=path, **headers):
        return ask(origin, method, path, cookie=cookie, **headers)

    assert first_page(origin, f"{BASE}workbench/view/", cookie).status == 200, log.read_text()
    assert run.thread_id in {row["thread_id"] for row in asked().json["documents"]}
    assert asked(origin=origin).status == 200
    assert asked(origin=FOREIGN).status == 403
    assert asked("POST", f"{BASE}workbench/api/cancel/{run.thread_id}", origin=origin).status == 403
    assert asked(path=f"{BASE}workbench/metrics").status == 403
    link = sharing.share(run, at=f"{origin}{BASE}workbench", redact=True)
    names = asked(authorization=f"Bearer {link.token}").json["documents"][0]["user_id"]
    assert names == "REDACTED", "a link shows its holder's view to the user too"
    assert b"page.js" not in ask(origin, "GET", f"{BASE}workbench/view/").body, "Jupyter's own gate comes first"
    [server] = [each for each in psutil.Process().children(recursive=True) if "--unix-socket" in each.cmdline()]
    assert psutil.CONN_LISTEN not in {each.status for each in server.net_connections("tcp")}
    place = Path(server.cmdline()[-1])
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700, "no other user of the machine reaches it"
    secret = server.environ()[jupyter_proxy.TOKEN_VARIABLE]
    assert [asked_at(place, **headers) for headers in ({}, {"x": "guessed"}, {"x": secret})] == [401, 401, 200]
    assert secret not in log.read_text()


def test_start_page_is_written_and_found(run, jupyter, tmp_path, settings):
    origin, token, log = jupyter
    cookie = cookie_of(origin, token)
    assert first_page(origin, f"{BASE}workbench/view/", cookie).status == 200, log.read_text()
    path = f"{BASE}workbench/start"
    assert ask(origin, "GET", path, cookie=cookie, sec_fetch_site="cross-site").status == 403
    assert not (tmp_path / "workbench-notebooks").exists()
    answer = ask(origin, "GET", path, cookie=cookie, sec_fetch_site="same-origin")
    assert (answer.status, answer.headers["location"]) == (303, "../lab/tree/workbench-notebooks/start.ipynb")
    assert run.thread_id[:8] in (tmp_path / "workbench-notebooks" / "start.ipynb").read_text()
    (tmp_path / "workbench-notebooks").rename(tmp_path / "away")
    (tmp_path / "workbench-notebooks").write_text("a file is in the way")
    refused = ask(origin, "GET", path, cookie=cookie)
    assert refused.status == 400
    assert "cannot be written" in refused.json["detail"]


def test_secret_is_of_one_start():
    tiles = [jupyter_proxy.setup(), jupyter_proxy.setup_start_page(), jupyter_proxy.setup()]
    assert len({tile["request_headers_override"][jupyter_proxy.HEADER] for tile in tiles}) == 3
    for tile in tiles:
        front = jupyter_proxy.take_front(environment := dict(tile["environment"]))
        assert front.token == tile["request_headers_override"][jupyter_proxy.HEADER]
        assert front.token not in " ".join(tile["command"]), "every user of the machine can list arguments"
        assert front.token not in environment.values()
        assert Path(tile["launcher_entry"]["icon_path"]).is_file()
    assert jupyter_proxy.take_front({}) is None
