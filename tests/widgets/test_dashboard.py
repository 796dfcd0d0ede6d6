"""The dashboard widget's Python side."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen

import pytest

from workbench.widgets.dashboard import VARIABLE, Dashboard
from workbench.workflow.loop import BackgroundLoop

TOLD = json.dumps({"servers": ["https://mirror.example.org", "http://127.0.0.1:8765"], "use_websocket": False})
VOILA = {"SERVER_SOFTWARE": "voila/0.5.13", VARIABLE: TOLD}


def test_dashboard_opened_by_link():
    dashboard = Dashboard.here(environ=VOILA | {"QUERY_STRING": "thread=t-1&token=a.b.c"})
    assert dashboard.servers == ["https://mirror.example.org", "http://127.0.0.1:8765"]
    assert (dashboard.thread, dashboard.token, dashboard.use_websocket) == ("t-1", "a.b.c", False)
    assert dashboard.trouble is None
    assert repr(dashboard) == "Dashboard(t-1)"


@pytest.mark.parametrize(
    "environ",
    [
        VOILA,
        VOILA | {"QUERY_STRING": "token="},
        VOILA | {"QUERY_STRING": "token=a.b.c", VARIABLE: ""},
        VOILA | {"QUERY_STRING": "token=a.b.c", VARIABLE: "["},
        VOILA | {"QUERY_STRING": "token=a.b.c", VARIABLE: "[]"},
    ],
)
def test_dashboard_without_link_explains(environ):
    dashboard = Dashboard.here(environ=environ)
    assert dashboard.trouble.startswith("This page is opened by a link.")
    assert (dashboard.token, dashboard.servers) == ("", [])


def test_author_kernel_starts_server(shared_home):
    dashboard = Dashboard.here(environ={})
    try:
        [server] = dashboard.servers
        with urlopen(f"{server}/api/documents?token={dashboard.token}", timeout=20) as answer:  # noqa: S310 - ours
            assert "documents" in json.load(answer)
        assert server.startswith("http://127.0.0.1:")
        assert Dashboard.here(environ={}).servers == [server], "one server, however many dashboards"
        assert dashboard.token
        assert dashboard.token not in repr(dashboard) + repr(dashboard.get_state())
    finally:
        BackgroundLoop.current().close()


class _Server(BaseHTTPRequestHandler):
    """Server of one run and one exhibit page."""

    def do_GET(self) -> None:
        known = {
            "/api/document/preview/t-1": b'{"thread_id": "t-1"}',
            "/api/document/t-1/exhibit/medal/page/2": b"SAMPLE EXHIBIT",
        }
        allowed = self.headers["Authorization"] == "Bearer a.b.c"
        self.send_response(200 if allowed and self.path in known else 404)
        self.end_headers()
        self.wfile.write(known.get(self.path, b"{}") if allowed else b"")

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), _Server) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class Heard(Dashboard):
    """Keeps what it would send."""

    def __init__(self, *args, **options):
        self.sent = []
        super().__init__(*args, **options)

    def send(self, content, buffers=None):
        self.sent.append(content)


def test_kernel_fetches_for_the_page(server):
    dashboard = Heard(["http://127.0.0.1:1", f"{server}/"], thread="t-1", token="a.b.c")
    for message in ({"type": "hello"}, {"type": "page", "exhibit_id": "medal", "page": 2}):
        dashboard._handle(dashboard, message, [])
    assert dashboard.sent == [
        {"type": "state", "state": {"thread_id": "t-1"}},
        {"type": "page", "exhibit_id": "medal", "page": 2, "text": "SAMPLE EXHIBIT"},
    ]


def test_token_is_sent_only_on_request():
    dashboard = Heard(["http://127.0.0.1:1"], token="a.b.c")
    assert "a.b.c" not in repr(dashboard.get_state())
    for kind in ("hello", "page", "token"):
        dashboard._handle(dashboard, {"type": kind, "exhibit_id": "medal", "page": 1}, [])
    assert dashboard.sent == [{"type": "token", "token": "a.b.c"}]


def test_dashboard_ignores_unknown_messages(server):
    dashboard = Heard([server], thread="t-1", token="a.b.c")
    hostile = [
        {"type": "page", "exhibit_id": "../../preview/t-1?", "page": 1},
        {"type": "page", "exhibit_id": "medal", "page": "2"},
        {"type": "preview/t-1"},
        {"type": "pause"},
        {},
    ]
    for message in hostile:
        dashboard._handle(dashboard, message, [])
    assert dashboard.sent == [
        {"type": "page", "exhibit_id": "../../preview/t-1?", "page": 1, "error": "This page cannot be fetched now."}
    ]
    stranger = Heard([server], thread="t-1", token="other")
    stranger._handle(stranger, {"type": "hello"}, [])
    assert stranger.sent == []
