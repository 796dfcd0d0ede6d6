"""Every route x token x Origin on the real server.

The socket of a run is one of the routes.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from starlette.routing import Route, WebSocketRoute
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

import workbench
from workbench.case.loader import load_case
from workbench.server.app import create_app
from workbench.server.links import make_link, revoke
from workbench.workflow.context import RunOptions
from workbench.workflow.loop import BackgroundLoop

from .access_table import FOREIGN_ORIGIN, ORIGINS, TABLE, TOKENS, markdown
from .conftest import FOREIGN, OWN, ask, served_on_loop

ADDRESSES = {"none": None, "own": OWN, "foreign": FOREIGN}


@pytest.fixture(scope="module")
def guarded(settings):
    """A server, an ended run and every token."""
    told, server = served_on_loop(settings)
    loop = BackgroundLoop.current()
    case = load_case("minimal", settings=settings)
    run, other = (workbench.start(case, settings=settings, options=RunOptions(unattended=True)) for _ in range(2))
    run.wait(60)
    other.wait(60)

    async def made() -> dict[str, str | None]:
        store = await loop.store(settings)

        async def link(thread_id: str | None, **how) -> tuple[str, str]:
            made, token = await make_link(store, settings, thread_id, user_id="ada", **how)
            return made.id, token

        taken_id, taken = await link(run.thread_id)
        await revoke(store, taken_id, "ada")
        return {
            "none": None,
            "garbage": "eyJhbGciOiJub25lIn0.e30.",
            "expired": (await link(run.thread_id, hours=1e-9))[1],
            "revoked": taken,
            "another run's": (await link(other.thread_id))[1],
            "own": (await link(run.thread_id))[1],
            "without names": (await link(run.thread_id, redact=True))[1],
            "dashboard": (await link(None))[1],
            "author": told.token,
        }

    yield told.url, run.thread_id, loop.call(made())
    loop.call(server.end())
    loop.close()


def routes_of(routes) -> set[tuple[str, str]]:
    """Lists routes by method and path, nested ones included.

    One of an unknown kind raises.
    """
    found = set()
    for route in routes:
        if isinstance(route, WebSocketRoute):
            found.add(("WS", route.path))
        elif isinstance(route, Route):
            found |= {(method, route.path) for method in route.methods - {"HEAD"}}
        else:
            found |= routes_of(getattr(route, "original_router", route).routes)
    return found


def test_table_has_every_route(settings):
    assert routes_of(create_app(settings).routes) == set(TABLE) - {("GET", "/nothing-here")}
    assert all(len(statuses) == len(TOKENS) for statuses in TABLE.values())


def opened(url: str, path: str, token: str | None, origin: str | None) -> int:
    """Returns 101 for a socket that shows the run.

    Else the code it is closed with, or the handshake's status.
    """
    query = f"?token={token}" if token else ""
    try:
        with connect(f"{url.replace('http', 'ws')}{path}{query}", origin=origin, open_timeout=20) as socket:
            said = [json.loads(socket.recv(20))["type"] for _ in range(2)]
            return 101 if said == ["connected", "initial_state"] else 0
    except InvalidStatus as refused:
        return refused.response.status_code
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd is not None else 0


@pytest.mark.parametrize(("method", "path"), TABLE, ids=lambda part: part)
def test_route_answers_each_token(guarded, method, path):
    url, thread_id, tokens = guarded
    filled = path.format(
        thread_id=thread_id, section_id="nowhere", exhibit_id="medal", n="1", action="lock", link_id="0" * 16
    )
    answers = {}
    for origin in ORIGINS:
        for name, token in tokens.items():
            headers = {"origin": ADDRESSES[origin]} if ADDRESSES[origin] else {}
            if method == "WS":
                answers[origin, name] = opened(url, filled, token, ADDRESSES[origin])
                continue
            address = filled
            if token and origin == "own":  # as a page's address carries it
                address += f"?token={token}"
            elif token:
                headers["authorization"] = f"Bearer {token}"
            body = b"null-and-void" if path == "/api/fork/{thread_id}" else None
            answer = ask(url, method, address, body=body, **headers)
            answers[origin, name] = answer.status
            assert answer.headers.get("access-control-allow-origin") == (OWN if origin == "own" else None)
    expected = {
        (origin, name): FOREIGN_ORIGIN if origin == "foreign" else status
        for origin in ORIGINS
        for name, status in zip(TOKENS, TABLE[method, path], strict=True)
    }
    assert answers == expected


def test_table_is_written():
    printed = subprocess.run(
        [sys.executable, "-m", "tests.server.access_table"],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert printed.stdout.strip() == markdown()
    assert printed.stdout.count("\n") == len(TABLE) + 2


def test_guide_has_the_table():
    assert markdown() in (Path(__file__).parents[2] / "docs" / "server.md").read_text("utf-8")
