"""The author's commands by REST, on real runs.

They are runs of this process and of another one, living and left alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from odd_readers import odd_reader

import workbench
from workbench.case.readers import READERS
from workbench.errors import TransitionError
from workbench.server.auth import token_id
from workbench.text.digest import text_digest
from workbench.workflow.context import RunOptions
from workbench.workflow.loop import BackgroundLoop

from .conftest import CASES, HeldModel

UNATTENDED = RunOptions(unattended=True)
ATTORNEY = "ada@firm.example"


def hold(minimal, settings):
    """Starts a run of this process with every section begun.

    None of them ends before the model is let go.
    """
    model = HeldModel()
    run = workbench.start(minimal, new=True, settings=settings, model=model, options=UNATTENDED)
    assert model.asked.wait(20)
    run.model = model
    return run


def end(run):
    """Ends a run that is still held, which would write while later tests look."""
    with contextlib.suppress(TransitionError):
        run.cancel()
        run.wait(60)


@pytest.fixture
def held(minimal, settings, served):
    run = hold(minimal, settings)
    yield run
    end(run)


@pytest.fixture(scope="module")
def holding(minimal, settings, served):
    """A held run that refuses what it is told."""
    run = hold(minimal, settings)
    yield run
    end(run)


@pytest.fixture(scope="module")
def loop(shared_loop):
    return shared_loop


@pytest.fixture(scope="module")
def served(shared_server):
    return shared_server


@pytest.fixture(scope="module")
def unchanged(ended_run):
    """A run that has ended, and that refuses what it is told."""
    return ended_run


@pytest.fixture
def ended(minimal, settings, served):
    run = workbench.start(minimal, new=True, settings=settings, options=UNATTENDED)
    run.wait(60)
    return run


def audit(served, thread_id):
    return served.get(f"/api/audit/{thread_id}").json["entries"]


def followers(loop):
    async def names():
        return [task.get_name() for task in asyncio.all_tasks() if task.get_name().startswith("follow ")]

    return loop.call(names())


def test_petition_is_generated(served):
    answer = served.post(
        "/api/generate-petition", {"case_id": "minimal", "document_type": "petition", "user_id": ATTORNEY}
    )
    assert answer.status == 202
    thread_id = answer.json["thread_id"]
    assert answer.headers["location"] == f"/api/document/preview/{thread_id}"
    assert workbench.attach(thread_id, settings=served.settings).wait(60).status in {"completed", "needs_review"}
    shown = served.get(answer.headers["location"]).json
    assert (shown["user_id"], shown["case_id"]) == (ATTORNEY, "minimal")


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        ({"case_id": "nothing", "user_id": ATTORNEY}, 400, "there is no case 'nothing'"),
        ({"case_id": str(CASES / "minimal"), "user_id": ATTORNEY}, 400, "there is no case"),
        ({"case_id": "../cases/minimal", "user_id": ATTORNEY}, 400, "there is no case"),
        ({"case_id": "minimal", "user_id": " "}, 400, "user_id"),
        ({"case_id": "minimal", "user_id": "a\nb"}, 400, "user_id"),
        ({"case_id": "minimal", "user_id": ATTORNEY, "document_type": "visa"}, 400, "document_type"),
        ({"case_id": "minimal"}, 422, "user_id"),
        ({"case_id": "minimal", "user_id": "\ud800"}, 422, "surrogate"),
        ({"case_id": "a\0b", "user_id": ATTORNEY}, 422, "NUL"),
    ],
)
def test_petition_request_is_refused(served, words, status, says):
    before = served.get("/api/documents").json
    answer = served.post("/api/generate-petition", words)
    assert answer.status == status
    assert says in str(answer.json["detail"])
    assert served.get("/api/documents").json == before


def test_pause_resume_and_cancel(served, held, until):
    thread_id = held.thread_id
    paused = served.post(f"/api/pause/{thread_id}", {"user_id": ATTORNEY})
    assert paused.status == 200
    assert paused.json["thread_id"] == thread_id
    held.model.let_go()
    until(held, lambda snapshot: snapshot.status == "paused")
    assert served.post(f"/api/resume/{thread_id}").json["status"] in {"generating", "paused"}
    until(held, lambda snapshot: snapshot.status in {"generating", "completed"})
    held.wait(60)
    assert served.post(f"/api/cancel/{thread_id}").status == 409
    acts = [(entry["action"], entry["user_id"], entry["via"]) for entry in audit(served, thread_id)]
    via = f"rest:{token_id(served.token)}"
    assert ("pause", ATTORNEY, via) in acts
    assert ("resume", held.snapshot.user_id, via) in acts


def test_cancel_ends_a_run_for_good(served, held, until):
    assert served.post(f"/api/cancel/{held.thread_id}", {"user_id": ATTORNEY}).status == 200
    until(held, lambda snapshot: snapshot.status == "cancelled")
    for action in ("pause", "resume", "cancel"):
        answer = served.post(f"/api/{action}/{held.thread_id}")
        assert answer.status == 409
        assert "cancelled" in answer.json["detail"]
    assert served.post(f"/api/section/{held.thread_id}/awards/lock").status == 409


def test_attorney_decides_on_sections(served, ended):
    path = f"/api/section/{ended.thread_id}/awards"
    text = ended.snapshot.section("awards").content
    edited = served.post(
        f"{path}/edit",
        {"text": "She was awarded the medal [@medal, p. 1].", "base": text_digest(text), "user_id": ATTORNEY},
    )
    assert edited.status == 200, edited.body
    assert edited.json["edited_by"] == ATTORNEY
    assert edited.json["content"].strip() == "She was awarded the medal [@medal, p. 1]."
    stale_base = served.post(f"{path}/edit", {"text": "Another.", "base": text_digest(text), "user_id": ATTORNEY})
    assert stale_base.status == 409
    approved = served.post(f"{path}/approve", {"user_id": ATTORNEY, "note": "read twice"})
    assert (approved.status, approved.json["status"]) == (200, "approved")
    assert approved.json["approved_sha256"] == hashlib.sha256(approved.json["content"].encode()).hexdigest()
    assert served.post(f"{path}/lock", {"user_id": ATTORNEY}).json["locked"] is True
    locked = served.post(f"{path}/regenerate", {"user_id": ATTORNEY})
    assert locked.status == 409
    assert "locked" in locked.json["detail"]
    assert served.post(f"{path}/unlock", {"user_id": ATTORNEY}).json["locked"] is False
    regenerated = served.post(f"{path}/regenerate", {"user_id": ATTORNEY, "note": "shorter"})
    assert regenerated.status == 200
    via = f"rest:{token_id(served.token)}"
    acts = [entry["action"] for entry in audit(served, ended.thread_id) if entry["via"] == via]
    assert acts == ["edit", "approve", "lock", "unlock", "regenerate"]
    assert served.token not in str(audit(served, ended.thread_id))
    workbench.attach(ended.thread_id, settings=served.settings).wait(60)


def test_fork_leaves_the_old_run(served, ended):
    text = "She was awarded the medal [@medal, p. 1]."
    words = {"edits": {"awards": text}, "redraft": ["membership"], "user_id": ATTORNEY}
    answer = served.post(f"/api/fork/{ended.thread_id}", words)
    assert answer.status == 202, answer.body
    branch = answer.json["thread_id"]
    workbench.attach(branch, settings=served.settings).wait(60)
    shown = served.get(answer.headers["location"]).json
    assert shown["forked_from"]["thread_id"] == ended.thread_id
    sections = {section["section_id"]: section for section in shown["sections"]}
    assert sections["awards"]["content"].strip() == text
    assert sections["intro"]["content"] == ended.snapshot.section("intro").content
    old = served.get(f"/api/document/preview/{ended.thread_id}").json
    assert old["last_event_id"] == ended.snapshot.last_event_id
    for wrong, status in (({"at": "1-1"}, 400), ({"at": "soon"}, 422), ({"redraft": ["nothing"]}, 400)):
        assert served.post(f"/api/fork/{ended.thread_id}", wrong).status == status


@pytest.mark.parametrize(
    ("path", "words", "status", "says"),
    [
        ("awards/reject", {"user_id": ATTORNEY}, 400, "a rejection needs a note"),
        ("awards/edit", {"user_id": ATTORNEY}, 400, "an edit needs the section's text"),
        ("awards/edit", {"text": "<script>alert(1)</script>", "user_id": ATTORNEY}, 400, "text"),
        ("awards/edit", {"text": "x", "base": "abc"}, 422, "base"),
        ("awards/edit", {"text": "\ud800"}, 422, "surrogate"),
        ("awards/edit", {"text": "x" * 500_001}, 422, "at most"),
        ("awards/lock", {"user_id": "a\u202eb"}, 400, "user_id"),
        ("awards/lock", {"colour": "red"}, 422, "colour"),
        ("nothing/lock", {}, 404, "has no section 'nothing'"),
        ("awards/burn", {}, 422, "approve"),
    ],
)
def test_section_command_is_refused(served, unchanged, path, words, status, says):
    answer = served.post(f"/api/section/{unchanged.thread_id}/{path}", words)
    assert answer.status == status, answer.body
    assert says in str(answer.json["detail"])
    assert served.get(f"/api/document/preview/{unchanged.thread_id}").json["sections"] == [
        section.model_dump(mode="json") for section in unchanged.snapshot.sections
    ]


def test_section_is_locked_without_body(served, ended):
    assert served.post(f"/api/section/{ended.thread_id}/awards/lock").json["locked"] is True


def test_command_reaches_another_process(served, until, loop):
    """The run is written by a process of its own.

    The server asks it through the store.
    """
    before = followers(loop)
    code = f"""
import asyncio, sys
from pathlib import Path
import workbench
from workbench.config import Settings
from workbench.drafting.offline import assembler
async def hang(self, request):
    await asyncio.Event().wait()
    yield
assembler.OfflineAssembler.stream = hang
settings = Settings(home=Path({str(served.settings.home)!r}), cases=Path({str(CASES)!r}))
run = workbench.start("minimal", settings=settings, thread_id="rest-elsewhere")
print("started", flush=True)
sys.stdin.readline()
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdin is not None
        assert writer.stdout.readline() == "started\n"
        run = workbench.attach("rest-elsewhere", settings=served.settings)
        until(run, lambda snapshot: snapshot.status == "generating")
        assert served.post("/api/section/rest-elsewhere/awards/lock", {"user_id": ATTORNEY}).json["locked"] is True
        refused = served.post("/api/section/rest-elsewhere/awards/lock", {"user_id": ATTORNEY})
        assert (refused.status, "locked already" in refused.json["detail"]) == (409, True)
        taken = served.upload("rest-elsewhere", "letter.txt", b"A letter.")
        assert (taken.status, "is being written by" in taken.json["detail"]) == (409, True)
        assert sorted(followers(loop)) == sorted(
            [*before, "follow rest-elsewhere"]
        )  # this test's own: commands leave none behind
        assert served.post("/api/cancel/rest-elsewhere", {"user_id": ATTORNEY}).status == 200
        until(run, lambda snapshot: snapshot.status == "cancelled")
        writer.stdin.write("\n")
        writer.stdin.close()
        assert writer.wait(30) == 0
    assert [entry["action"] for entry in audit(served, "rest-elsewhere")][-2:] == ["lock", "cancel"]


def test_orphaned_run_is_resumed(served, minimal, settings, loop):
    """As after a crash, nobody holds the run.

    The server takes it up.
    """
    code = f"""
import os
from pathlib import Path
import workbench
from workbench.config import Settings
settings = Settings(home=Path({str(settings.home)!r}), cases=Path({str(CASES)!r}))
workbench.prepare("minimal", settings=settings, thread_id="rest-left", options=workbench.RunOptions(unattended=True))
os._exit(9)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    assert served.post("/api/resume/rest-left").status == 409  # it is pending, not paused
    assert served.post("/api/section/rest-left/awards/lock").status == 200


def test_exhibit_is_uploaded_to_idle_run(served, minimal, settings):
    left = workbench.prepare(minimal, new=True, settings=settings)
    BackgroundLoop.current().call(left.executor.leave())
    assert served.upload(left.thread_id, "letter.txt", b"She has won the medal.").status == 201


def test_exhibit_is_refused_after_end(served, unchanged):
    answer = served.upload(unchanged.thread_id, "letter.txt", b"She has won the medal.")
    assert answer.status == 409
    assert "it has ended as completed" in answer.json["detail"]


def test_exhibit_is_uploaded_to_paused_run(served, held, until):
    served.post(f"/api/pause/{held.thread_id}")
    held.model.let_go()
    until(held, lambda snapshot: snapshot.status == "paused")
    answer = served.upload(held.thread_id, "Letter of (Dr.) Müller, 1978.txt", b"She has won.", title="A letter")
    assert answer.status == 201, answer.body
    exhibit = served.get(f"/api/document/preview/{held.thread_id}").json["exhibits"][-1]
    assert (exhibit["exhibit_id"], exhibit["title"]) == (answer.json["exhibit_id"], "A letter")
    page = served.get(f"/api/document/{held.thread_id}/exhibit/{answer.json['exhibit_id']}/page/1")
    assert page.body == b"She has won."
    added = audit(served, held.thread_id)[-1]
    assert (added["action"], added["via"]) == ("add_exhibit", f"rest:{token_id(served.token)}")


@pytest.mark.parametrize(
    ("name", "data", "status", "says"),
    [
        ("letter.exe", b"MZ", 400, "not one of .pdf"),
        ("letter", b"x", 400, "not one of .pdf"),
        ("../letter.txt", b"x", 400, "the name cannot be used"),
        (".hidden.txt", b"x", 400, "the name cannot be used"),
        ("a\\\\b.txt", b"x", 400, "the name cannot be used"),
        ("x" * 121 + ".txt", b"x", 400, "the name cannot be used"),
        ("empty.txt", b"", 400, "empty"),
        ("letter.pdf", b"no pdf at all", 400, "letter.pdf"),
        ("letter.docx", b"no docx at all", 400, "letter.docx"),
    ],
)
def test_invalid_exhibit_is_refused(served, holding, name, data, status, says):
    answer = served.upload(holding.thread_id, name, data)
    assert answer.status == status, answer.body
    assert says in str(answer.json["detail"])
    assert len(served.get(f"/api/document/preview/{holding.thread_id}").json["exhibits"]) == 4
    assert b"/tmp" not in answer.body


def test_large_upload_is_refused(served, holding):
    path = f"/api/upload-exhibit/{holding.thread_id}"
    answer = served.post(path, content_type="multipart/form-data; boundary=xyz", content_length=str(10**9))
    assert answer.status == 413


def test_hostile_upload_costs_only_itself(served, held, monkeypatch, tmp_path):
    """The server answers others meanwhile, and nothing of the file stays anywhere."""
    monkeypatch.setitem(READERS, ".pdf", odd_reader(seconds=0.3))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = {path for path in served.settings.home.rglob("*") if "redis" not in path.parts}
    children = set(psutil.Process().children())
    with ThreadPoolExecutor(1) as thread:
        for words, says in (
            # On a busy machine the limit of the clock, ten times that of the processor, is reached first.
            ("compute", r"takes more than (0\.3|3) seconds"),
            ("allocate 900000000", "takes more than 300 MB"),
        ):
            upload = thread.submit(served.upload, held.thread_id, "letter.pdf", words.encode())
            while not upload.done():
                assert served.get("/health").status == 200
                assert served.get(f"/api/document/preview/{held.thread_id}").status == 200
            answer = upload.result()
            assert answer.status == 400
            assert re.search(f"letter.pdf: {says}", str(answer.json["detail"]))
    assert set(psutil.Process().children()) <= children
    assert {path for path in served.settings.home.rglob("*") if "redis" not in path.parts} == before
    assert list(tmp_path.iterdir()) == []


def test_upload_stays_in_memory(served, held, monkeypatch):
    """Not even in a file without a name, as the forms of Starlette do from a megabyte on."""

    def refuse(*_: object) -> None:
        raise AssertionError("an upload lies in a file")

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", refuse)
    for name in ("TemporaryFile", "NamedTemporaryFile", "TemporaryDirectory", "mkstemp", "mkdtemp"):
        monkeypatch.setattr(tempfile, name, refuse)
    answer = served.upload(held.thread_id, "long.txt", b"She has won the medal.\n" * 150_000)
    assert answer.status == 201, answer.body


def test_form_without_one_file_is_refused(served, held):
    path = f"/api/upload-exhibit/{held.thread_id}"
    part = b'--xyz\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\ntext\r\n'
    for body, content_type, status in (
        (part * 2 + b"--xyz--\r\n", "multipart/form-data; boundary=xyz", 400),
        (part, "multipart/form-data; boundary=other", 400),
        (part, "multipart/form-data", 400),
        (b"file=a", "application/x-www-form-urlencoded", 422),
        (b"", "multipart/form-data; boundary=xyz", 422),
    ):
        assert served.post(path, body, content_type=content_type).status == status, body


def test_unavailable_store_is_503(minimal, tmp_path, loop):
    import shutil
    import tempfile
    from pathlib import Path

    from workbench.config import Settings
    from workbench.live.embedded import stop_server

    from .conftest import served_on_loop

    home = Path(tempfile.mkdtemp(prefix="wb-"))
    settings = Settings(home=home, cases=CASES)
    served, server = served_on_loop(settings)
    try:
        assert served.get("/ready").status == 200
        stop_server(settings)
        for answer in (
            served.get("/ready"),
            served.get("/api/documents"),
            served.get("/api/document/preview/x"),
            served.post("/api/pause/x"),
            served.post("/api/generate-petition", {"case_id": "minimal", "user_id": ATTORNEY}),
        ):
            assert answer.status == 503, answer.body
            assert set(answer.json) == {"detail"}
        assert served.get("/health").status == 200
    finally:
        BackgroundLoop.current().call(server.end())
        stop_server(settings)
        shutil.rmtree(home)


def test_evicting_store_is_not_ready(served, loop):
    store = loop.call(loop.store(served.settings))
    loop.call(store._client.config_set("maxmemory-policy", "allkeys-lru"))
    try:
        answer = served.get("/ready")
    finally:
        loop.call(store._client.config_set("maxmemory-policy", "noeviction"))
    assert answer.status == 503
    assert "allkeys-lru" in answer.json["detail"]
