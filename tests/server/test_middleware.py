"""Refusals of the middleware, on the real server.

They come before anything behind the middleware runs.
"""

from __future__ import annotations

import itertools
import json
import logging
import os
import re
import socket
from urllib.parse import urlsplit

import pytest

from workbench.server.app import OPEN_PATHS, PROBE_PATHS, ROUTERS, create_app
from workbench.server.middleware import MAX_BODY_BYTES, SAFE_HEADERS, AuthMiddleware
from workbench.server.uvicorn_server import WorkbenchServer, listening_socket
from workbench.workflow.loop import BackgroundLoop

from .conftest import FOREIGN, OWN, ask, served_on_loop

AUTHOR_ANSWERS = {
    ("GET", "/api/documents"): 200,
    ("GET", "/api/document/preview/{thread_id}"): 404,
    ("GET", "/api/document/{thread_id}/exhibit/{exhibit_id}/page/{n}"): 404,
    ("GET", "/api/document/{thread_id}/exhibit/{exhibit_id}/page/{n}/image"): 404,
    ("GET", "/api/document/{thread_id}/exhibit/{exhibit_id}/page/{n}/boxes"): 404,
    ("GET", "/api/document/{thread_id}/exhibit/{exhibit_id}/file"): 404,
    ("GET", "/api/document/{thread_id}/check"): 404,
    ("GET", "/api/download-petition-pdf/{thread_id}"): 404,
    ("GET", "/api/download-manifest/{thread_id}"): 404,
    ("GET", "/api/audit/{thread_id}"): 404,
    ("GET", "/api/history/{thread_id}"): 404,
    ("POST", "/api/generate-petition"): 422,
    ("POST", "/api/pause/{thread_id}"): 404,
    ("POST", "/api/resume/{thread_id}"): 404,
    ("POST", "/api/cancel/{thread_id}"): 404,
    ("POST", "/api/section/{thread_id}/{section_id}/{action}"): 404,
    ("POST", "/api/fork/{thread_id}"): 404,
    ("POST", "/api/upload-exhibit/{thread_id}"): 422,
    ("POST", "/api/share/{thread_id}"): 404,
    ("POST", "/api/revoke/{link_id}"): 404,
    ("GET", "/api/links/{thread_id}"): 404,
    ("GET", "/health"): 200,
    ("GET", "/ready"): 200,
    ("GET", "/metrics"): 200,
    ("GET", "/docs"): 200,
    ("GET", "/view/"): 200,
    ("GET", "/start"): 403,  # for the user of a Jupyter server in front
    ("GET", "/view/{thread_id}"): 200,  # the same for every run; its socket says whether there is one
    ("GET", "/static/monitor.js"): 200,
    ("GET", "/static/monitor.css"): 200,
    ("GET", "/static/page.js"): 200,
    ("GET", "/static/page.css"): 200,
    ("GET", "/openapi.json"): 200,
    ("GET", "/nothing-here"): 404,
}
"""Every route, and what the author hears of an empty request about a run that is not there."""

OWN_HEADERS = {
    "/docs": {"content-security-policy"},
    "/view/": {"content-security-policy"},
    "/view/{thread_id}": {"content-security-policy"},
    **{path: {"cache-control"} for path in OPEN_PATHS if path.startswith("/static/")},
}
"""Headers that a route sets in place of the gate's, once it is reached."""

TOKENS, ORIGINS = ("none", "wrong", "author"), {"none": None, "own": OWN, "foreign": FOREIGN}


@pytest.fixture(scope="module")
def gate(settings):
    told, server = served_on_loop(settings)
    yield told
    BackgroundLoop.current().call(server.end())
    BackgroundLoop.current().close()


def filled(path: str) -> str:
    values = {"thread_id": "nobody", "section_id": "awards", "exhibit_id": "medal", "n": "1", "action": "lock"}
    return path.format(**values, link_id="0" * 16)


def test_routes_match_the_table():
    routes = {(method, route.path) for router in ROUTERS for route in router.routes for method in route.methods}
    assert routes == set(AUTHOR_ANSWERS) - {("GET", "/nothing-here")}


@pytest.mark.parametrize("way", ["header", "query"])
@pytest.mark.parametrize(("method", "path"), AUTHOR_ANSWERS)
def test_admission_by_token_and_origin(gate, method, path, way):
    for token, (name, origin) in itertools.product(TOKENS, ORIGINS.items()):
        headers = {} if origin is None else {"origin": origin}
        address = filled(path)
        shown = {"wrong": gate.token[:-1] + "?", "author": gate.token}.get(token)
        if shown is not None and way == "header":
            headers["authorization"] = f"Bearer {shown}"
        elif shown is not None:
            address += f"?token={shown}"
        answer = ask(gate.url, method, address, **headers)
        if name == "foreign":
            expected = 403
        elif token == "author" or path in OPEN_PATHS:
            expected = AUTHOR_ANSWERS[method, path]
        else:
            expected = 401
        assert answer.status == expected, (token, name, answer.body)
        assert answer.headers.get("access-control-allow-origin") == (OWN if name == "own" else None)
        assert "access-control-allow-credentials" not in answer.headers
        safe = {name: value for name, value in SAFE_HEADERS.items() if name not in OWN_HEADERS.get(path, ())}
        assert {header: answer.headers.get(header) for header in safe} == safe
        if answer.status >= 400:
            assert set(answer.json) == {"detail"}
        assert gate.token not in answer.body.decode()


@pytest.mark.parametrize("origin", ["null", FOREIGN, OWN + ".evil.net", OWN + "/", OWN.upper(), "http" + OWN[5:], ""])
def test_only_the_very_origin_is_own(gate, origin):
    answer = gate.get("/api/documents", origin=origin)
    assert answer.status == 403
    assert "access-control-allow-origin" not in answer.headers


def test_preflight_for_own_pages_only(gate):
    asked = {"access_control_request_method": "POST", "access_control_request_headers": "authorization"}
    own = ask(gate.url, "OPTIONS", "/api/pause/x", origin=OWN, **asked, access_control_request_private_network="true")
    assert (own.status, own.body) == (204, b"")
    assert own.headers["access-control-allow-origin"] == OWN
    assert own.headers["access-control-allow-methods"] == "GET, POST"
    assert "authorization" in own.headers["access-control-allow-headers"]
    assert own.headers["access-control-allow-private-network"] == "true"
    foreign = ask(gate.url, "OPTIONS", "/api/pause/x", origin=FOREIGN, **asked)
    assert foreign.status == 403
    assert "access-control-allow-methods" not in foreign.headers
    assert ask(gate.url, "OPTIONS", "/api/pause/x").status == 401  # no preflight: a request like any other


@pytest.mark.parametrize(("method", "path"), AUTHOR_ANSWERS)
def test_foreign_host_is_refused(gate, method, path):
    """The author's own token does not help a page of a rebound name."""
    host, forwarded = "evil.example.net:8765", urlsplit(gate.url).netloc
    headers = {"host": host, "x_forwarded_host": forwarded, "forwarded": f"host={forwarded}"}
    answer = ask(gate.url, method, filled(path), authorization=f"Bearer {gate.token}", **headers)
    if path in PROBE_PATHS:
        assert answer.status == AUTHOR_ANSWERS[method, path]
    else:
        assert answer.status == 403
        assert b"evil" not in answer.body
        assert "set WORKBENCH_PUBLIC_URL" in answer.json["detail"]
    foreign = ask(gate.url, method, filled(path), host=host, origin=f"http://{host}")
    assert (foreign.status, foreign.headers.get("access-control-allow-origin")) == (403, None)


def test_socket_of_foreign_host_is_refused(gate):
    address = urlsplit(gate.url)
    for host, status in (("evil.example.net", b"403"), ("localhost", b"101")):
        with socket.create_connection((address.hostname, address.port), timeout=20) as raw:
            raw.sendall(
                f"GET /api/ws/document/nobody?token={gate.token} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
                "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
            )
            assert raw.recv(4096).split(b" ")[1] == status


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("GET /view/nobody?token={token} HTTP/1.1\r\nHost: localhost\r\nHost: evil.example.net", b"400"),
        ("GET /view/nobody?token={token} HTTP/1.1", b"400"),
        ("GET /view/nobody?token={token} HTTP/1.0", b"403"),
        ("GET http://localhost/view/nobody?token={token} HTTP/1.1\r\nHost: evil.example.net", b"403"),
        ("GET http://evil.example.net/view/nobody?token={token} HTTP/1.1\r\nHost: localhost", b"404"),
        ("GET /view/nobody?token={token} HTTP/1.1\r\nHost: evil.example.net\r\nX-Forwarded-For: 127.0.0.1", b"403"),
    ],
)
def test_odd_heads_find_no_page(gate, head, status):
    address = urlsplit(gate.url)
    with socket.create_connection((address.hostname, address.port), timeout=20) as raw:
        raw.sendall(f"{head.format(token=gate.token)}\r\n\r\n".encode())
        assert raw.recv(4096).split(b" ")[1] == status


def test_page_of_this_machine_is_own(settings):
    app = create_app(settings)
    [middleware] = [each for each in app.user_middleware if each.cls is AuthMiddleware]
    gate = AuthMiddleware(app, **middleware.kwargs)

    def refused(origin: str, host: str, server: str = "10.0.0.2") -> bool:
        headers = [(b"host", host.encode()), (b"origin", origin.encode())]
        scope = {"type": "http", "path": "/api/documents", "headers": headers, "server": (server, 8765)}
        return gate._refuse_stranger(scope, origin) is not None

    assert not refused("http://10.0.0.2:8765", "10.0.0.2:8765")
    assert refused("http://10.0.0.2:8765", "10.0.0.2:8765", server="127.0.0.1")
    assert refused("http://10.0.0.2:9999", "10.0.0.2:8765")
    assert refused("https://10.0.0.2:8765", "10.0.0.2:8765")
    assert refused("null", "10.0.0.2:8765")
    assert refused("http://evil.example.net", "evil.example.net")


@pytest.mark.parametrize(
    "shown",
    ["", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Bearer \xff\xfe", "bearer x", "Bearer " + "x" * 10_000],
)
def test_odd_credentials_open_nothing(gate, shown):
    assert ask(gate.url, "GET", "/api/documents", authorization=shown).status == 401


def test_query_token_beside_basic_credentials(gate):
    answer = ask(gate.url, "GET", f"/api/documents?token={gate.token}", authorization="Basic dXNlcjpwYXNz")
    assert answer.status == 200


def test_large_body_is_refused(gate):
    path, size = "/api/section/nobody/awards/edit", MAX_BODY_BYTES + 1
    assert gate.post(path, content_length=str(size)).status == 413
    address = gate.url.removeprefix("http://").split(":")
    import http.client

    connection = http.client.HTTPConnection(address[0], int(address[1]), timeout=20)
    chunks = (b" " * 65_536 for _ in range(size // 65_536 + 1))
    connection.request("POST", path, chunks, {"Authorization": f"Bearer {gate.token}"}, encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()


@pytest.mark.parametrize("path", ["/health", "/api/documents"])
def test_request_of_two_lengths_closes_connection(gate, path):
    head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {gate.token}\r\n"
    two = "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    address = urlsplit(gate.url)
    with socket.create_connection((address.hostname, address.port), timeout=20) as raw:
        raw.sendall(f"{head}{two}{head}\r\n".encode())
        answers = raw.makefile("rb").read()
    assert (answers.count(b"HTTP/1.1 "), answers.split(b" ")[1]) == (1, b"400")


def test_upload_needs_a_token(gate):
    """The upload is refused by its head alone.

    Not a byte of the body is waited for.
    """
    answer = ask(gate.url, "POST", "/api/upload-exhibit/x", content_length=str(10**9), expect="100-continue")
    assert answer.status == 401


def test_docs_page_has_no_script(gate):
    page = gate.get("/docs")
    assert "script-src" not in page.headers["content-security-policy"]
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert not re.search(rb"<script|src=|https?://", page.body)
    assert b"/api/generate-petition" in page.body


def test_openapi_describes_every_route(gate):
    document = gate.get("/openapi.json").json
    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert described == set(AUTHOR_ANSWERS) - {("GET", path) for path in ("/docs", "/openapi.json", "/nothing-here")}
    for path, methods in document["paths"].items():
        for route in methods.values():
            assert ("security" in route) is (path not in OPEN_PATHS), path


def test_failure_is_logged_without_token(gate, caplog):
    def broken(*_args, **_how):
        raise RuntimeError("confidential")

    app = create_app(gate.settings)
    app.state.service.command = broken
    server = WorkbenchServer(app, listening_socket("127.0.0.1", 0))
    BackgroundLoop.current().call(server.begin())
    with caplog.at_level(logging.DEBUG):
        answer = ask(server.url, "POST", f"/api/pause/t?token={gate.token}")
    BackgroundLoop.current().call(server.end())
    assert answer.status == 500
    assert answer.json == {"detail": "the server failed; its log says more"}
    assert "POST /api/pause/t failed" in caplog.text
    assert gate.token not in caplog.text


def test_request_log_has_no_token(gate, caplog):
    with caplog.at_level(logging.DEBUG):
        for path in ("/api/documents", "/api/document/preview/nobody", "/nothing-here"):
            ask(gate.url, "GET", f"{path}?token={gate.token}")
            gate.get(path)
    assert gate.token not in caplog.text


def test_readiness_tells_strangers_little(gate):
    answer = ask(gate.url, "GET", "/ready")
    assert answer.json == {"status": "ready", "durable": True, "lag_ms": 0.0}
    assert os.fsencode(gate.settings.home) not in answer.body


def test_malformed_body_is_not_repeated(gate):
    answer = gate.post("/api/generate-petition", {"case_id": 5, "user_id": "secret words", "extra": "secret words"})
    assert answer.status == 422
    assert b"secret words" not in answer.body
    assert {tuple(each["loc"]) for each in answer.json["detail"]} == {("body", "case_id"), ("body", "extra")}


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 100_000, b'{"user_id": NaN}', json.dumps("x").encode()])
def test_body_must_be_json_object(gate, body):
    assert gate.post("/api/generate-petition", body).status in {400, 422}
