"""Sharing of runs in every way, and the link's view.

In Python, by REST, on the command line and from the monitor.
"""

from __future__ import annotations

import json
import time
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from pydantic import SecretStr
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

import workbench
import workbench.cli
from workbench.config import Settings
from workbench.errors import InputError, UnknownLinkError, UnknownThreadError
from workbench.live.events import parse_event
from workbench.live.snapshot import Snapshot, apply
from workbench.server import discovery, sharing
from workbench.server.app import create_app
from workbench.server.discovery import announce_server, running_servers
from workbench.server.links import make_link
from workbench.server.redaction import Redactor
from workbench.widgets.monitor import Monitor
from workbench.workflow.context import RunOptions

from .conftest import CASES, HeldModel, ask, served_on_loop

UNATTENDED = RunOptions(unattended=True)


@pytest.fixture(scope="module")
def loop(shared_loop):
    return shared_loop


@pytest.fixture(scope="module")
def served(shared_server):
    return shared_server


@pytest.fixture(scope="module")
def ended(ended_run):
    return ended_run


def shown(served, link, path, **headers):
    return ask(served.url, "GET", path, authorization=f"Bearer {link.token}", **headers)


def socket_of(served, thread_id, token):
    return connect(f"{served.url.replace('http', 'ws')}/api/ws/document/{thread_id}?token={token}")


def heard(socket) -> list[dict]:
    """Whatever has been said so far, at least the state."""
    said = [json.loads(socket.recv(10)), json.loads(socket.recv(10))]
    assert [each["type"] for each in said] == ["connected", "initial_state"]
    return said


# ---- in Python


def test_link_is_created_listed_revoked(served, ended, settings):
    with announce_server(settings, served.url, "serve"):  # else it would start one, which later tests would find
        link = ended.share(hours=0.5, redact=True, user_id="ada")
    address = urlsplit(link.url)
    assert address.path == f"/view/{ended.thread_id}"
    assert parse_qs(address.query) == {"token": [link.token]}
    assert link.token not in repr(link)
    assert shown(served, link, f"/api/document/preview/{ended.thread_id}", user_agent="Colleague").status == 200
    (listed,) = [each for each in ended.links() if each.link.id == link.id]
    assert (listed.link.redact, listed.link.created_by, listed.link.revoked_at) == (True, "ada", None)
    assert [(each.what, each.address, each.user_agent) for each in listed.openings] == [
        ("read", "127.0.0.1", "Colleague")
    ]
    taken = ended.unshare(link.id, user_id="bob")
    assert taken.revoked_by == "bob"
    assert shown(served, link, f"/api/document/preview/{ended.thread_id}").status == 401
    with pytest.raises(UnknownLinkError):
        ended.unshare("0" * 16)


def test_share_starts_a_server(minimal, tmp_path_factory, loop):
    settings = Settings(home=tmp_path_factory.mktemp("h"), cases=CASES, use_redis=False)
    run = workbench.start(minimal, new=True, settings=settings, options=UNATTENDED)
    run.wait(60)
    with announce_server(settings, "http://127.0.0.1:1", "serve"):  # whatever others say: they cannot show this memory
        link = run.share()
    address = urlsplit(link.url)
    assert address.hostname == "127.0.0.1"
    answer = ask(
        f"http://{address.netloc}",
        "GET",
        f"/api/document/preview/{run.thread_id}",
        authorization=f"Bearer {link.token}",
    )
    assert (answer.status, answer.json["status"]) == (200, "completed")
    assert run.share().url.startswith(f"http://{address.netloc}/view/")


def test_share_uses_a_running_server(served, ended, settings):
    with announce_server(settings, served.url, "serve"):
        assert ended.share().url.startswith(f"{served.url}/view/")
        assert sharing.find_running_server(settings).url == served.url
    assert running_servers(settings) == []


def test_public_address_comes_first(served, ended, settings):
    public = settings.model_copy(update={"public_url": "https://firm.example/workbench/"})
    with announce_server(settings, served.url, "serve"):
        link = sharing.share(ended, settings=public)
    assert link.url.startswith(f"https://firm.example/workbench/view/{ended.thread_id}?token=")


def test_server_of_other_store_is_unused(served, ended, settings):
    strangers = (
        settings.model_copy(update={"redis_url": "redis://192.0.2.1:6379/0"}),
        settings.model_copy(update={"secret": SecretStr("a key of another firm of at least 32 bytes")}),
    )
    for stranger in strangers:
        with announce_server(stranger, served.url, "serve"):
            assert sharing.find_running_server(settings) is None
            assert sharing.find_running_server(stranger) is not None


def test_address_of_the_network_is_shared(served, ended, settings, monkeypatch):
    monkeypatch.setattr(discovery, "_find_machine_address", lambda: "192.168.7.20")
    port = urlsplit(served.url).port
    with announce_server(settings, f"http://0.0.0.0:{port}", "serve"):
        link = ended.share()
    assert link.url.startswith(f"http://192.168.7.20:{port}/view/")
    assert link.reach == "Whoever has it and is in the same network as 192.168.7.20 can open it."
    assert link.qr_picture.startswith("data:image/svg+xml")


@pytest.mark.parametrize(
    "address", ["firm.example", "ftp://x", "https://", "https://x?y=1", "https://u:p@x", "https://x:y"]
)
def test_invalid_public_address_is_refused(settings, ended, served, address):
    public = settings.model_copy(update={"public_url": address})
    with pytest.raises(InputError, match="WORKBENCH_PUBLIC_URL"):
        sharing.share(ended, settings=public)
    with pytest.raises(InputError, match="WORKBENCH_PUBLIC_URL"):
        create_app(public)


def test_public_origin_is_own(settings, loop):
    told, server = served_on_loop(settings.model_copy(update={"public_url": "https://Firm.example:443/workbench"}))
    try:
        assert told.get("/api/documents", origin="https://firm.example").status == 200
        assert told.get("/api/documents", origin="https://workbench.firm.example").status == 403
    finally:
        loop.call(server.end())


def test_unknown_run_is_not_shared(settings, served):
    for ask_for in (sharing.share, sharing.links_of):
        with pytest.raises(UnknownThreadError, match="there is no run 'nobody'"):
            ask_for("nobody", settings=settings)


# ---- what a link opens


def test_link_only_reads_its_run(served, ended, minimal, settings):
    link = sharing.share(ended, settings=settings, at=served.url)
    run = ended.thread_id
    preview = shown(served, link, f"/api/document/preview/{run}")
    assert Snapshot.from_json(preview.body) == ended.snapshot
    assert shown(served, link, f"/api/document/preview/{run}", if_none_match=preview.headers["etag"]).status == 304
    assert (
        shown(served, link, f"/api/document/{run}/exhibit/medal/page/1").body.decode()
        == minimal.documents["medal"].pages[0]
    )
    assert shown(served, link, f"/api/download-petition-pdf/{run}").body.startswith(b"%PDF")
    rows = shown(served, link, "/api/documents").json["documents"]
    assert [(row["thread_id"], row["user_id"]) for row in rows] == [(run, ended.snapshot.user_id)]
    for path in (f"/api/history/{run}", f"/api/audit/{run}", f"/api/links/{run}", "/metrics", "/docs", "/openapi.json"):
        assert shown(served, link, path).status == 403, path


def test_dashboard_link_only_reads(served, ended, minimal, settings, loop):
    async def made():
        return (await make_link(await loop.store(settings), settings, None, user_id="ada"))[1]

    token = loop.call(made())
    other = workbench.start(minimal, new=True, settings=settings, options=UNATTENDED)
    other.wait(60)
    told = {"authorization": f"Bearer {token}"}
    rows = ask(served.url, "GET", "/api/documents", **told).json["documents"]
    assert {ended.thread_id, other.thread_id} <= {row["thread_id"] for row in rows}
    assert ask(served.url, "GET", f"/api/document/preview/{other.thread_id}", **told).status == 200
    assert ask(served.url, "POST", f"/api/cancel/{other.thread_id}", **told).status == 403
    with socket_of(served, other.thread_id, token) as socket:
        assert heard(socket)[1]["state"]["thread_id"] == other.thread_id


def test_redacted_link_shows_no_name(served, ended, settings):
    link = sharing.share(ended, redact=True, settings=settings, at=served.url)
    run = ended.thread_id
    preview = shown(served, link, f"/api/document/preview/{run}")
    redactor = Redactor.of(ended.snapshot)
    assert Snapshot.from_json(preview.body) == redactor.snapshot(ended.snapshot)
    assert "Ada Example" in ended.snapshot.to_json().decode()
    whole = shown(served, sharing.share(ended, settings=settings, at=served.url), f"/api/document/preview/{run}")
    assert whole.headers["etag"] != preview.headers["etag"]
    page = shown(served, link, f"/api/document/{run}/exhibit/statement/page/1").body.decode()
    rows = shown(served, link, "/api/documents").json["documents"]
    with socket_of(served, run, link.token) as socket:
        state = json.dumps(heard(socket)[1])
    for said in (preview.body.decode(), page, json.dumps(rows), state):
        assert "Ada" not in said
        assert "REDACTED" in said
        assert ended.snapshot.user_id not in said
    assert shown(served, link, f"/api/download-petition-pdf/{run}?final=true").status == 403


def test_redacted_pdf(served, ended, settings):
    import pypdfium2

    link = sharing.share(ended, redact=True, settings=settings, at=served.url)
    document = pypdfium2.PdfDocument(shown(served, link, f"/api/download-petition-pdf/{ended.thread_id}").body)
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    said = text + json.dumps(document.get_metadata_dict())
    document.close()
    assert "REDACTED" in text
    assert "Ada" not in said


def test_exhibit_id_with_name_is_replaced(settings, served, tmp_path, loop):
    folder = tmp_path / "case"
    folder.mkdir()
    for path in (CASES / "minimal").rglob("*"):
        if path.is_file():
            target = folder / path.relative_to(CASES / "minimal")
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(path.read_bytes())
    case = folder / "case.yaml"
    text = (
        case.read_text().replace("exhibit: medal", "exhibit: example-medal").replace("id: medal", "id: example-medal")
    )
    case.write_text(text.replace("Ada Example", "Ada Exemplar").replace("Dr. Example", "Dr. Exemplar").replace(
        "surname: Example", "surname: Exemplar").replace("example-medal", "exemplar-medal"))  # fmt: skip
    run = workbench.start(workbench.load_case(folder), new=True, settings=settings, options=UNATTENDED)
    run.wait(60)
    number = next(each.number for each in run.snapshot.exhibits if each.exhibit_id == "exemplar-medal")
    link = sharing.share(run, redact=True, settings=settings, at=served.url)
    snapshot = shown(served, link, f"/api/document/preview/{run.thread_id}").body.decode()
    assert "xemplar" not in snapshot
    assert f"[@exhibit-{number}, p. 1]" in snapshot
    page = shown(served, link, f"/api/document/{run.thread_id}/exhibit/exhibit-{number}/page/1")
    assert (page.status, "xemplar" in page.body.decode()) == (200, False)
    # Nor does asking tell whether an id with the name exists.
    asked = {name: shown(served, link, f"/api/document/{run.thread_id}/exhibit/{name}/page/1")
             for name in ("exemplar-medal", "exemplar-prize")}  # fmt: skip
    answers = {(each.status, each.body.decode().replace(name, "")) for name, each in asked.items()}
    assert len(answers) == 1
    assert asked["exemplar-medal"].status == 404


def test_redacted_viewer_follows_to_end(served, minimal, settings, until):
    held = HeldModel("awards")
    run = workbench.start(minimal, new=True, settings=settings, model=held, options=UNATTENDED)
    assert held.asked.wait(20)
    # What does not wait for the awards has ended: nothing is published between the two viewers' first states.
    until(run, lambda snapshot: snapshot.progress.completed == 5)
    link = sharing.share(run, redact=True, settings=settings, at=served.url)
    with socket_of(served, run.thread_id, link.token) as socket, socket_of(served, run.thread_id, link.token) as second:
        states = [Snapshot.from_json(orjson.dumps(heard(each)[1]["state"])) for each in (socket, second)]
        assert states[0] == states[1]
        held.let_go()
        run.wait(60)
        viewers = []
        for each, state in zip((socket, second), states, strict=True):
            viewer = state
            while viewer.last_event_id != run.snapshot.last_event_id:
                frame = each.recv(10)
                assert "Ada" not in frame
                viewer = apply(viewer, parse_event(frame))
            viewers.append(viewer)
    assert viewers[0] == viewers[1] == Redactor.of(run.snapshot).snapshot(run.snapshot)


def test_revoked_link_disconnects_its_viewers(served, ended, settings):
    taken = sharing.share(ended, settings=settings, at=served.url)
    short = sharing.share(ended, settings=settings, at=served.url, hours=1.5 / 3600)
    kept = sharing.share(ended, settings=settings, at=served.url)
    with (
        socket_of(served, ended.thread_id, kept.token) as stays,
        socket_of(served, ended.thread_id, short.token) as ends,
        socket_of(served, ended.thread_id, taken.token) as goes,
    ):
        for socket in (stays, ends, goes):
            heard(socket)
        begun = time.monotonic()
        sharing.unshare(taken.id, settings=settings)
        with pytest.raises(ConnectionClosed) as closed:
            goes.recv(10)
        assert closed.value.rcvd.code == 4401
        assert time.monotonic() - begun < 1.5
        with pytest.raises(ConnectionClosed) as closed:
            ends.recv(10)
        assert closed.value.rcvd.code == 4401
        stays.send("ping")
        assert json.loads(stays.recv(10)) == {"type": "pong"}


# ---- by REST


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "hub.example.org"},  # an own name, but another place
        {"host": "LOCALHOST:1"},
        {"host": "[::1]:9"},
        {"x_forwarded_host": "evil.example.net", "x_forwarded_proto": "https", "x_forwarded_prefix": "/evil"},
        {"forwarded": "host=evil.example.net;proto=https", "x_original_url": "/evil", "x_forwarded_port": "1"},
    ],
)
def test_link_ignores_the_requests_headers(served, ended, headers):
    made = served.post(f"/api/share/{ended.thread_id}", **headers)
    assert made.json["url"] == f"{served.url}/view/{ended.thread_id}?token={made.json['token']}"
    refused = served.post(f"/api/share/{ended.thread_id}", host="evil.example.net")
    assert (refused.status, list(refused.json)) == (403, ["detail"])


@pytest.mark.parametrize("path", ["/api/upload-exhibit/{}", "/api/section/{}/awards/edit", "/api/nothing"])
def test_link_sends_no_body(served, ended, path):
    """It is refused by its head: not a byte of the body is waited for."""
    token = served.post(f"/api/share/{ended.thread_id}").json["token"]
    answer = ask(
        served.url, "POST", path.format(ended.thread_id), authorization=f"Bearer {token}", content_length="100000000"
    )
    assert (answer.status, answer.json) == (403, {"detail": "only the author may do that"})


def test_author_shares_over_rest(served, ended):
    run = ended.thread_id
    made = served.post(f"/api/share/{run}", {"hours": 2, "redact": True, "user_id": "ada"})
    assert (made.status, made.json.keys()) == (201, {"id", "url", "token", "expires_at"})
    assert made.json["url"].startswith(f"{served.url}/view/{run}?token=")
    told = {"authorization": f"Bearer {made.json['token']}"}
    assert ask(served.url, "GET", f"/api/document/preview/{run}", **told).status == 200
    listed = served.get(f"/api/links/{run}")
    row = next(row for row in listed.json["links"] if row["id"] == made.json["id"])
    assert (row["created_by"], row["redact"], len(row["openings"])) == ("ada", True, 1)
    assert made.json["token"] not in listed.body.decode()
    for _ in range(2):
        taken = served.post(f"/api/revoke/{made.json['id']}")
        assert (taken.status, taken.json["revoked_by"].startswith("rest:")) == (200, True)
    assert ask(served.url, "GET", f"/api/document/preview/{run}", **told).status == 401


def test_share_route_refuses(served, ended):
    assert served.post("/api/share/nobody").status == 404
    assert served.get("/api/links/nobody").status == 404
    assert served.post(f"/api/revoke/{'0' * 16}").status == 404
    for words in ({"hours": 0}, {"hours": 10_000}, {"hours": "soon"}, {"redact": "no"}, {"token": "mine"}, []):
        assert served.post(f"/api/share/{ended.thread_id}", words).status == 422, words


# ---- from the monitor


def test_monitor_shares_the_address(served, ended, settings):
    told = []
    monitor = Monitor(ended, user_id="ada")
    monitor.send = told.append
    try:
        with announce_server(settings, served.url, "serve"):
            monitor._handle(monitor, {"type": "share", "hours": 24, "redact": True, "request": "r-1"}, [])
            monitor._command_worker.join()
        (answer,) = told
        assert answer.keys() == {"type", "id", "url", "expires_at", "reach", "duration", "request"}
        assert (answer["type"], answer["request"]) == ("shared", "r-1")
        assert answer["url"].startswith(f"{served.url}/view/{ended.thread_id}?token=")
        (link,) = [each.link for each in ended.links() if each.link.id == answer["id"]]
        assert (link.created_by, link.redact) == ("ada", True)
        for words in ({"hours": "24"}, {"hours": True}, {"redact": "yes"}, {"hours": -1}):
            told.clear()
            monitor._handle(monitor, {"type": "share", **words}, [])
            monitor._command_worker.join()
            assert (told[0]["type"], told[0]["about"]) == ("failure", "share")
    finally:
        monitor.close()
