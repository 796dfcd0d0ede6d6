"""The server behind jupyter-server-proxy.

A real Jupyter server starts it below a prefix.
"""

from __future__ import annotations

import http.client
import json
import os
import re

import pytest
from jupyter_process import jupyter_process
from one_node_cluster import free_port
from websockets.sync.client import connect

import workbench
from workbench.config import Settings
from workbench.server import jupyter_proxy, sharing
from workbench.workflow.context import RunOptions

from .conftest import CASES, Answer, ask

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
    """A Jupyter server with jupyter-server-proxy and our entry.

    Yields its address, its token and its log.
    """
    port = free_port()
    monkeypatch.setenv("JUPYTERHUB_PUBLIC_URL", f"http://127.0.0.1:{port}{BASE}")
    monkeypatch.setenv("WORKBENCH_CASES", str(CASES))
    options = (
        f"--ServerApp.root_dir={tmp_path}",
        "--ServerApp.jpserver_extensions={'jupyter_server_proxy': True}",
        f"--ServerProxy.servers={ {jupyter_proxy.NAME: jupyter_proxy.setup()} }",
    )
    with jupyter_process(
        "jupyter_server.serverapp", tmp_path, *options, base=BASE, port=port, environment=os.environ
    ) as server:
        yield server.origin, server.token, server.log


@pytest.fixture
def run(shared_home, loop):
    settings = Settings(home=shared_home, cases=CASES)
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
