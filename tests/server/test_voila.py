"""Voila behind the dashboard's authentication.

It is about who is let in, what a page may say to its kernel, and what the kernel knows.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import uuid
from contextlib import contextmanager
from dataclasses import dataclass

import psutil
import pytest
from dashboard_process import dashboard_process
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.server.conftest import FOREIGN, ask
from workbench.config import Settings
from workbench.live.open_store import open_store
from workbench.server.auth import author_token
from workbench.server.links import make_link, revoke
from workbench.server.voila import MAX_BODY_BYTES

SECRET = "a-key-that-signs-links-in-these-tests-only"


@pytest.fixture(scope="module")
def dashboard(shared_home):
    with dashboard_process(
        WORKBENCH_HOME=str(shared_home), OPENAI_API_KEY="sk-for-nobody", WORKBENCH_SECRET=SECRET
    ) as it:
        yield it
        it.process.terminate()
        said = it.process.communicate(timeout=60)
        assert it.token not in "".join(said), "a token in the log"
        assert said == ("", "")


@pytest.fixture
def settings(shared_home):
    return Settings(home=shared_home, secret=SECRET)


def page(dashboard, token, **headers):
    return ask(dashboard.base, "GET", f"/?token={token}", **headers)


@dataclass(frozen=True)
class Opened:
    """A page as it came."""

    text: str
    headers: dict[str, str]
    cookie: str
    kernel: str

    @property
    def session(self) -> str:
        return self.cookie.split(";")[0]


@pytest.fixture(scope="module")
def opened(dashboard):
    """One page: its cookies and the id of its kernel."""
    connection = http.client.HTTPConnection(dashboard.base.removeprefix("http://"), timeout=30)
    connection.request("GET", f"/?token={dashboard.token}")
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    config = re.search(r'<script id="jupyter-config-data" type="application/json">(.*?)</script>', text)
    [cookie] = [each for each in answer.headers.get_all("set-cookie") if each.startswith("workbench-dashboard=")]
    return Opened(text, dict(answer.headers.items()), cookie, json.loads(config[1])["kernelId"])


@contextmanager
def kernel_socket(dashboard, kernel, **headers):
    """The socket to a kernel, as a page opens it."""
    url = f"{dashboard.base.replace('http', 'ws')}/api/kernels/{kernel}/channels?session_id={uuid.uuid4().hex}"
    with connect(url, additional_headers=headers, open_timeout=20, proxy=None) as socket:
        yield socket


def message(kind, **content):
    header = {
        "msg_id": uuid.uuid4().hex,
        "msg_type": kind,
        "session": "test",
        "username": "",
        "version": "5.3",
        "date": "",
    }
    around = {"parent_header": {}, "metadata": {}, "channel": "shell", "buffers": []}
    return json.dumps({"header": header, "content": content, **around})


async def test_dashboard_needs_a_valid_link(dashboard, settings, shared_home):
    store = await open_store(settings)
    link, revoked = await make_link(store, settings, None, user_id="a.attorney")
    await revoke(store, link.id, "a.attorney")
    foreign = settings.model_copy(update={"secret": type(settings.secret)("another-key-that-is-long-enough-to-sign")})
    _, forged = await make_link(store, foreign, None, user_id="a.attorney")
    await store.aclose()
    kernels = len(dashboard.kernels())
    for token in ("", "nonsense", revoked, forged, dashboard.token[:-2]):
        answer = page(dashboard, token)
        assert answer.status == 401, token
        assert b"ask whoever sent it for a new one" in answer.body
        assert "workbench-dashboard" not in answer.headers.get("set-cookie", "")
    assert len(dashboard.kernels()) == kernels, "nobody without a link starts a kernel"
    assert page(dashboard, author_token(settings)).status == 200


def test_dashboard_page_has_a_policy(opened):
    policy = opened.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    script = re.search(r"script-src ([^;]*);", policy)[1]
    assert script == "'self' blob:", "no script in the page, none from elsewhere, no eval"
    assert opened.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in opened.headers["Cache-Control"]
    assert opened.headers["Access-Control-Allow-Origin"] == "null"
    assert "HttpOnly" in opened.cookie
    assert "SameSite=Strict" in opened.cookie
    assert not re.findall(r"(?:src|href)=[\"'](?:https?:)?//", opened.text)
    assert not re.findall(r"<script(?![^>]*(?:src=|type=\"application/))", opened.text), (
        "every script is a file of ours"
    )
    assert "Dashboard.here" not in opened.text, "sources are stripped"


def test_cookie_opens_no_page(dashboard, opened):
    assert dashboard.token not in opened.cookie
    assert ask(dashboard.base, "GET", "/", cookie=opened.session).status == 401


@pytest.mark.parametrize("host", ["evil.example.net", "evil.example.net:80"])
def test_foreign_host_name_is_refused(dashboard, host):
    assert page(dashboard, dashboard.token, host=host).status == 403


def test_large_body_is_not_read(dashboard):
    """Without a token, and before anybody asks for one."""
    answer = ask(dashboard.base, "POST", "/voila/api/shutdown/x", content_length=str(MAX_BODY_BYTES + 1))
    assert answer.status == 400


@pytest.mark.parametrize(
    "path",
    [
        "/api/kernels", "/api/contents", "/api/sessions", "/api/terminals", "/api/config/notebook", "/login", "/logout",
        "/voila/files/dashboard.ipynb", "/voila/files/../pyproject.toml", "/voila/tree/", "/voila/api/contents/",
        "/voila/render/dashboard.ipynb", "/voila/query/x", "/voila/execution/x", "/dashboard.ipynb",
    ],
)  # fmt: skip
def test_there_is_no_other_door(dashboard, opened, path):
    answer = ask(dashboard.base, "GET", f"{path}?token={dashboard.token}", cookie=opened.session)
    assert answer.status == 404, answer.body


def test_kernel_needs_cookie_and_origin(dashboard, opened):
    kernel, cookie = opened.kernel, opened.session
    for headers in ({}, {"Cookie": "workbench-dashboard=guess"}, {"Cookie": cookie, "Origin": FOREIGN}):
        with pytest.raises(InvalidStatus) as refused, kernel_socket(dashboard, kernel, **headers):
            pass
        assert refused.value.response.status_code == 403, headers
    for method, path in (("GET", f"/api/kernels/{kernel}"), ("POST", f"/voila/api/shutdown/{kernel}")):
        assert ask(dashboard.base, method, path).status == 403
    assert ask(dashboard.base, "POST", f"/voila/api/shutdown/{kernel}", cookie=cookie).status == 403, "no xsrf token"
    assert ask(dashboard.base, "GET", f"/api/kernels/{kernel}", cookie=cookie).status == 200


def test_page_ends_its_kernel_twice(dashboard):
    before = dashboard.kernels()
    connection = http.client.HTTPConnection(dashboard.base.removeprefix("http://"), timeout=30)
    connection.request("GET", f"/?token={dashboard.token}")
    answer = connection.getresponse()
    kernel = re.search(rb'"kernelId": "([0-9a-f-]+)"', answer.read())[1].decode()
    cookies = [each.split(";")[0] for each in answer.headers.get_all("set-cookie")]
    xsrf = next(each for each in cookies if each.startswith("_xsrf=")).removeprefix("_xsrf=")
    connection.close()
    [begun] = [each for each in dashboard.kernels() if each not in before]
    shown = {"cookie": "; ".join(cookies), "x_xsrftoken": xsrf}
    for _ in range(2):
        assert ask(dashboard.base, "POST", f"/voila/api/shutdown/{kernel}", **shown).status == 204
    psutil.wait_procs([begun], timeout=10)
    assert not begun.is_running()


def test_page_runs_no_code(dashboard, opened, tmp_path):
    mark = tmp_path / "ran"
    with kernel_socket(dashboard, opened.kernel, Cookie=opened.session, Origin=dashboard.base) as socket:
        socket.send(message("execute_request", code=f"open({str(mark)!r}, 'w')", silent=False, store_history=False,
                            user_expressions={}, allow_stdin=False, stop_on_error=True))  # fmt: skip
        socket.send(message("shutdown_request", restart=False))
        socket.send(message("kernel_info_request"))
        kinds = set()
        while "kernel_info_reply" not in kinds:  # answered in order: what stood before it has been refused
            try:
                kinds.add(json.loads(socket.recv(timeout=20))["msg_type"])
            except ConnectionClosed as gone:
                pytest.fail(f"the kernel has gone: {gone}")
    assert not kinds & {"execute_reply", "execute_input", "shutdown_reply"}
    assert not mark.exists()


def test_kernel_has_no_secret(dashboard):
    before = {each.pid for each in dashboard.kernels()}
    assert page(dashboard, dashboard.token).status == 200
    [kernel] = [each for each in dashboard.kernels() if each.pid not in before]
    environment = kernel.environ()
    assert {name for name in environment if name.startswith(("WORKBENCH_", "OPENAI_", "REDIS_"))} == {
        "WORKBENCH_DASHBOARD"
    }
    assert SECRET not in " ".join(environment.values())
    loaded = {re.split(r"site-packages/", each.path)[-1].split("/")[0] for each in kernel.memory_maps()}
    assert "zmq" in loaded, "the names of packages are seen at all"
    assert not loaded & {"pandas", "numpy", "pydantic_core", "cryptography", "hiredis", "uvloop"}


def test_notebook_imports(shared_home):
    code = (
        "import sys, os; os.environ['SERVER_SOFTWARE'] = 'voila/0'; os.environ['QUERY_STRING'] = 'token=t';"
        "os.environ['WORKBENCH_DASHBOARD'] = '{\"servers\": [\"http://127.0.0.1:1\"]}';"
        "from workbench.widgets.dashboard import Dashboard; assert Dashboard.here().token == 't';"
        "print(sorted({name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    loaded = set(re.findall(r"'(\w+)'", done.stdout))
    assert "anywidget" in loaded
    assert not loaded & {"langgraph", "langchain_core", "openai", "pandas", "redis", "fastapi", "uvicorn", "pydantic",
                         "cryptography", "jwt", "orjson"}  # fmt: skip


def test_server_imports_no_graph():
    """Serving and reading runs needs no LangGraph, whose import takes a second."""
    code = "import sys, workbench.cli.serve; print(sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(re.findall(r"'(\w+)'", done.stdout))
    assert "fastapi" in loaded
    assert not loaded & {"langgraph", "langchain_core", "langsmith"}
