"""The plain page: policy, static files and refusals.

Refusals are for people and for programs.
"""

from __future__ import annotations

import pytest

from workbench.server.error_pages import error_page
from workbench.server.pages import STATIC_NAMES, page_policy
from workbench.workflow.loop import BackgroundLoop

from .conftest import ask, served_on_loop

PEOPLE = "text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.fixture(scope="module")
def server(settings):
    told, hosted = served_on_loop(settings)
    yield told
    BackgroundLoop.current().call(hosted.end())
    BackgroundLoop.current().close()


def test_page_is_free_of_data(server):
    answer = ask(server.url, "GET", f"/view/some-run?token={server.token}", accept=PEOPLE)
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    text = answer.body.decode()
    assert server.token not in text
    assert "some-run" not in text
    assert text.count("<script") == 1
    assert '<script type="module" src="../static/page.js"></script>' in text
    assert "://" not in text  # its addresses are relative: it works under any prefix
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    host = server.url.removeprefix("http://")
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "data:",
        "font-src": "'self'",
        "connect-src": f"'self' ws://{host} wss://{host}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }


@pytest.mark.parametrize("host", ["a; script-src *", "a b", "x,y", "", "[::1", "a/../b", "é.example", "*"])
def test_forged_host_leaves_the_policy(host):
    assert "connect-src 'self';" in page_policy(host)


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "mirror.example.org", "[::1]:8765"])
def test_policy_allows_own_socket(host):
    assert f"connect-src 'self' ws://{host} wss://{host};" in page_policy(host)


@pytest.mark.parametrize("name", STATIC_NAMES)
def test_static_files_are_revalidated(server, name):
    answer = ask(server.url, "GET", f"/static/{name}")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith({"js": "text/javascript", "css": "text/css"}[name.split(".")[1]])
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"
    again = ask(server.url, "GET", f"/static/{name}", if_none_match=answer.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    other = ask(server.url, "GET", f"/static/{name}", if_none_match='"another"')
    assert other.body == answer.body


@pytest.mark.parametrize("name", ["viewer.css", "monitor/connection.js", "../app.py", "%2e%2e/gate.py", "", "page.js/"])
def test_static_has_no_other_file(server, name):
    assert ask(server.url, "GET", f"/static/{name}").status == 401
    assert server.get(f"/static/{name}").status == 404


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [("", 401, "This link does not work"), ("?token=wrong", 401, "This link does not work")],
)
def test_errors_are_html_or_json(server, query, status, words):
    for_people = ask(server.url, "GET", f"/view/abc{query}", accept=PEOPLE)
    assert for_people.status == status
    assert words in for_people.body.decode()
    assert for_people.headers["www-authenticate"] == "Bearer"
    assert "script-src" not in for_people.headers["content-security-policy"]
    for_programs = ask(server.url, "GET", f"/view/abc{query}", accept="application/json")
    assert for_programs.status == status
    assert set(for_programs.json) == {"detail"}
    elsewhere = ask(server.url, "GET", f"/api/documents{query}", accept=PEOPLE)
    assert set(elsewhere.json) == {"detail"}


@pytest.mark.parametrize("status", [401, 403, 404, 429, 503])
def test_each_refusal_has_its_words(status):
    scope = {"path": "/view/abc", "headers": [(b"accept", PEOPLE.encode())]}
    answer = error_page(scope, status, {"retry-after": "5"})
    assert answer is not None
    assert answer.status_code == status
    assert answer.headers["retry-after"] == "5"
    assert b"<h1>" in answer.body


def test_other_errors_stay_json():
    scope = {"path": "/view/abc", "headers": [(b"accept", PEOPLE.encode())]}
    assert error_page(scope, 500) is None
    assert error_page({**scope, "path": "/api/documents"}, 401) is None
