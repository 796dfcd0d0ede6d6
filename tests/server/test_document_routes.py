"""Routes that read runs, and their ETags.

The runs are live, ended or archived.
"""

from __future__ import annotations

import hashlib
import io
import re
import shutil
from dataclasses import replace
from typing import Any

import pikepdf
import pypdfium2
import pytest

import workbench
from workbench.errors import InputError
from workbench.export.signing import check_signature, find_signer, make_key_pair
from workbench.live.snapshot import Snapshot
from workbench.server.links import make_link
from workbench.text.digest import text_digest
from workbench.workflow.context import RunOptions
from workbench.workflow.loop import BackgroundLoop
from workbench.workflow.repository import RunRepository

from .conftest import CASES, HeldModel, served_on_loop

UNATTENDED = RunOptions(unattended=True)
ONE = RunOptions(sections=("awards",), unattended=True)


@pytest.fixture(scope="module")
def loop(shared_loop):
    return shared_loop


@pytest.fixture(scope="module")
def served(shared_server):
    return shared_server


@pytest.fixture(scope="module")
def ended(ended_run):
    return ended_run


@pytest.fixture
def own(minimal, settings, served):
    """A run that the test may change."""
    run = workbench.start(minimal, new=True, settings=settings, options=UNATTENDED)
    run.wait(60)
    return run


def test_list_marks_orphans(served, ended, minimal, settings, until):
    held = HeldModel()
    living = workbench.start(minimal, new=True, settings=settings, model=held)
    assert held.asked.wait(20)
    rows = {row["thread_id"]: row for row in served.get("/api/documents").json["documents"]}
    assert rows[ended.thread_id] | {"started_at": "", "_updated_at": ""} == {
        "thread_id": ended.thread_id,
        "case_id": "minimal",
        "beneficiary": "Dr. Ada Example",
        "document_type": "petition",
        "user_id": ended.snapshot.user_id,
        "status": "completed",
        "orphan": False,
        "progress": {"completed": 9, "total": 9, "percentage": 100.0},
        "approved": 0,
        "model": ended.snapshot.model,
        "started_at": "",
        "_updated_at": "",
        "forked_from": None,
    }
    assert (rows[living.thread_id]["status"], rows[living.thread_id]["orphan"]) == ("generating", False)
    assert served.get(f"/api/document/preview/{living.thread_id}").headers["x-workbench-writer"].startswith("alive ")
    assert "x-workbench-writer" not in served.get(f"/api/document/preview/{ended.thread_id}").headers
    living.cancel()


def test_list_is_limited_and_filtered(served, ended, own):
    whole = served.get("/api/documents").json
    assert whole["total"] == len(whole["documents"]) >= 2
    first = served.get("/api/documents?limit=1").json
    assert first == {"documents": whole["documents"][:1], "total": whole["total"]}
    drafted = served.get("/api/documents?state=drafted&case=MINI").json["documents"]
    assert ended.thread_id in {row["thread_id"] for row in drafted}
    assert {row["status"] for row in drafted} == {"completed"}
    assert served.get("/api/documents?case=nobody").json == {"documents": [], "total": 0}
    assert served.get("/api/documents?state=asleep").status == 422


def test_preview_has_every_event(served, ended):
    answer = served.get(f"/api/document/preview/{ended.thread_id}")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert Snapshot.from_json(answer.body) == ended.snapshot
    assert answer.headers["etag"] == f'"{ended.snapshot.last_event_id}"'


@pytest.mark.parametrize("names", ["{etag}", "W/{etag}", '"1-0", {etag}', "*"])
def test_current_etag_is_304(served, ended, names):
    path = f"/api/document/preview/{ended.thread_id}"
    etag = served.get(path).headers["etag"]
    again = served.get(path, if_none_match=names.format(etag=etag))
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", etag)


def test_old_etag_gets_the_snapshot(served, minimal, settings, until):
    held = HeldModel("final_merits")
    run = workbench.start(minimal, new=True, settings=settings, model=held, options=UNATTENDED)
    assert held.asked.wait(20)
    path = f"/api/document/preview/{run.thread_id}"
    first = served.get(path)
    held.let_go()
    run.wait(60)
    second = served.get(path, if_none_match=first.headers["etag"])
    assert second.status == 200
    assert second.headers["etag"] != first.headers["etag"]
    assert second.json["status"] == "completed"


def test_pages_are_plain_text(served, ended, minimal):
    answer = served.get(f"/api/document/{ended.thread_id}/exhibit/medal/page/1")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.body.decode() == minimal.documents["medal"].pages[0]


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/api/document/{id}/exhibit/medal/page/99", 404, "no page 99"),
        ("/api/document/{id}/exhibit/nothing/page/1", 404, "'nothing' has no page 1"),
        ("/api/document/nobody/exhibit/medal/page/1", 404, "there is no run 'nobody'"),
        ("/api/document/{id}/exhibit/medal/page/0", 422, "greater than or equal to 1"),
        ("/api/document/{id}/exhibit/medal/page/x", 422, "integer"),
        ("/api/document/{id}/exhibit/a..b/page/1", 422, "pattern"),
        ("/api/document/preview/nobody", 404, "there is no run 'nobody'"),
        ("/api/document/preview/..%2f..%2fetc", 404, "Not Found"),
        ("/api/document/preview/a%00b", 422, "pattern"),
        ("/api/document/preview/" + "x" * 65, 422, "pattern"),
        ("/api/download-petition-pdf/nobody", 404, "there is no run 'nobody'"),
        ("/api/audit/nobody", 404, "there is no run 'nobody'"),
        ("/api/history/nobody", 404, "there is no run 'nobody'"),
        ("/api/download-petition-pdf/{id}?final=true", 409, "not exported as final"),
        ("/api/download-petition-pdf/{id}?final=perhaps", 422, "boolean"),
    ],
)
def test_missing_documents_are_404(served, ended, path, status, says):
    answer = served.get(path.format(id=ended.thread_id))
    assert answer.status == status
    assert says in str(answer.json["detail"])


def test_petition_is_a_pdf(served, ended):
    answer = served.get(f"/api/download-petition-pdf/{ended.thread_id}")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == f'attachment; filename="petition-{ended.thread_id}.pdf"'
    assert answer.body.startswith(b"%PDF-")
    assert answer.body.rstrip().endswith(b"%%EOF")


def test_manifest_is_what_pdf_names(served, ended, tmp_path):
    address = f"/api/download-manifest/{ended.thread_id}"
    manifest = served.get(address).body
    pdf = served.get(f"/api/download-petition-pdf/{ended.thread_id}").body
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert f"manifest sha256:{hashlib.sha256(manifest).hexdigest()}" in str(document.docinfo["/Keywords"])
    missing = served.get(f"{address}?signature=true")
    assert (missing.status, "WORKBENCH_SIGNING_KEY" in missing.json["detail"]) == (404, True)
    for name, passphrase in (("firm.key", ""), ("closed.key", "secret")):
        make_key_pair(tmp_path / name, passphrase)
    signing, server = served_on_loop(served.settings.model_copy(update={"signing_key": tmp_path / "firm.key"}))
    try:
        signature = tmp_path / "petition.manifest.json.minisig"
        signature.write_bytes(signing.get(f"{address}?signature=true").body)
        assert check_signature(manifest, signature, tmp_path / "firm.key.pub").status == "signed"
    finally:
        BackgroundLoop.current().call(server.end())
    with pytest.raises(InputError, match="nobody can be asked"):
        find_signer(served.settings.model_copy(update={"signing_key": tmp_path / "closed.key"}), can_ask=False)


def test_expired_run_is_read_from_archive(served, own, minimal):
    loop = BackgroundLoop.current()
    audit = served.get(f"/api/audit/{own.thread_id}").json
    history = served.get(f"/api/history/{own.thread_id}").json
    loop.call(loop.call(loop.store(served.settings)).expire(own.thread_id, 0))
    assert Snapshot.from_json(served.get(f"/api/document/preview/{own.thread_id}").body) == own.snapshot
    page = served.get(f"/api/document/{own.thread_id}/exhibit/medal/page/2")
    assert page.body.decode() == minimal.documents["medal"].pages[1]
    assert served.get(f"/api/audit/{own.thread_id}").json == audit
    assert audit["entries"][0]["action"] == "start"
    assert served.get(f"/api/history/{own.thread_id}").json == history
    assert history["history"][-1]["id"] <= own.snapshot.last_event_id
    assert own.thread_id in {row["thread_id"] for row in served.get("/api/documents").json["documents"]}


@pytest.fixture(scope="module")
def redacted(settings, served, tmp_path_factory):
    """A run with a name in an exhibit's id, and the server as a link without names sees it."""
    folder = shutil.copytree(CASES / "minimal", tmp_path_factory.mktemp("redacted") / "case")
    text = (folder / "case.yaml").read_text()
    (folder / "case.yaml").write_text(re.sub(r"\b(id|exhibit): statement\b", r"\1: example-statement", text))
    run = workbench.start(folder, settings=settings, options=UNATTENDED)
    run.wait(60)
    loop = BackgroundLoop.current()
    store = loop.call(loop.store(settings))
    _, token = loop.call(make_link(store, settings, run.thread_id, user_id="lena", redact=True))
    return run, replace(served, token=token)


def test_hidden_exhibit_answers_as_unknown(redacted):
    run, viewed = redacted

    def ask(exhibit_id: str) -> tuple[int, str]:
        answer = viewed.get(f"/api/document/{run.thread_id}/exhibit/{exhibit_id}/page/1")
        return answer.status, answer.body.decode().replace(exhibit_id, "ID")

    assert ask("example-statement") == ask("example-letter") == ask("nothing")
    assert ask("nothing")[0] == 404
    shown = Snapshot.from_json(viewed.get(f"/api/document/preview/{run.thread_id}").body).exhibits
    assert [exhibit.exhibit_id for exhibit in shown] == ["medal", "academy", "article", "exhibit-4"]
    for exhibit in shown:
        status, page = ask(exhibit.exhibit_id)
        assert status == 200
        assert "Ada" not in page


def test_hidden_exhibit_is_looked_up(redacted, monkeypatch):
    run, viewed = redacted
    read, asked = RunRepository.page, []

    async def count(self: RunRepository, *place: Any) -> str | None:
        asked.append(place)
        return await read(self, *place)

    monkeypatch.setattr(RunRepository, "page", count)
    for exhibit_id in ("example-statement", "nothing"):
        viewed.get(f"/api/document/{run.thread_id}/exhibit/{exhibit_id}/page/1")
    assert [len(place) for place in asked] == [3, 3]


def test_redacted_pdf_has_no_name(redacted):
    run, viewed = redacted
    pdf = viewed.get(f"/api/download-petition-pdf/{run.thread_id}").body
    with pikepdf.open(io.BytesIO(pdf)) as document:
        told = f"{dict(document.docinfo)} {document.open_metadata()}"
    document = pypdfium2.PdfDocument(pdf)
    told += "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    assert "REDACTED" in told
    assert not re.search(r"\bAda\b|\bExample\b|example-statement", told)


@pytest.fixture(scope="module")
def pictured(settings, served):
    run = workbench.start(CASES.parent.parent / "data/cases/wu", new=True, settings=settings, options=ONE)
    run.wait(60)
    return run, f"/api/document/{run.thread_id}/exhibit/comstock-record/page/1"


def test_page_image_has_etag(served, pictured):
    _, page = pictured
    answer = served.get(f"{page}/image")
    assert (answer.status, answer.headers["content-type"], answer.body[1:4]) == (200, "image/png", b"PNG")
    assert served.get(f"{page}/image", if_none_match=answer.headers["etag"]).status == 304
    assert served.get(page.replace("page/1", "page/99") + "/image").status == 404


def test_page_boxes_mark_a_passage(served, pictured):
    _, page = pictured
    found = served.get(f"{page}/boxes?words=the+first+woman+to+receive+the+prize").json
    assert (len(found["boxes"]), found["note"]) == (1, None)
    assert served.get(f"{page}/boxes?words=words+that+stand+on+no+page+at+all").json["boxes"] == []


def test_text_exhibit_has_no_image(served, ended):
    exhibit = ended.snapshot.exhibits[0].exhibit_id
    answer = served.get(f"/api/document/{ended.thread_id}/exhibit/{exhibit}/page/1/image")
    assert answer.status == 404
    assert "no picture" in answer.json["detail"]


def test_changed_file_has_no_image(served, minimal, settings, tmp_path):
    folder = shutil.copytree(CASES.parent.parent / "data/cases/wu", tmp_path / "wu")
    run = workbench.start(folder, new=True, settings=settings, options=ONE)
    run.wait(60)
    shutil.copy(folder / "exhibits/wolf-rules.pdf", folder / "exhibits/nms-record.pdf")
    answer = served.get(f"/api/document/{run.thread_id}/exhibit/nms-record/page/1/image")
    assert answer.status == 404
    assert "has changed" in answer.json["detail"]


@pytest.mark.parametrize("what", ["image", "boxes?words=the+prize"])
def test_redacted_link_has_no_picture(redacted, what):
    run, viewed = redacted
    known = run.snapshot.exhibits[0].exhibit_id
    answers = [viewed.get(f"/api/document/{run.thread_id}/exhibit/{name}/page/1/{what}") for name in (known, "unknown")]
    assert [answer.status for answer in answers] == [403, 403]
    assert answers[0].body == answers[1].body


def test_check_report_has_verdicts(served, pictured):
    run, _ = pictured
    place = f"/api/document/{run.thread_id}/check"
    answer = served.get(place)
    report = answer.json
    assert {sentence["verdict"] for sentence in report["sentences"]} >= {"supported", "not checked"}
    assert all(len(sentence["sha256"]) == 64 for sentence in report["sentences"])
    assert report["checked"]
    assert served.get(place, if_none_match=answer.headers["etag"]).status == 304


def test_redacted_check_report_has_no_name(redacted):
    run, viewed = redacted
    section = run.snapshot.sections[0]
    sentence = section.content.strip().split("\n")[0]
    run.decide_sentence(section.section_id, "comment", sentence, note="Ask Ada Example.", user_id="ada@example.com")
    answers = [
        viewed.get(f"/api/document/{run.thread_id}/check"),
        viewed.get(f"/api/document/preview/{run.thread_id}"),
    ]
    for answer in answers:
        assert answer.status == 200
        assert b"Example" not in answer.body
        assert b"example" not in answer.body.replace(b"example-", b"")
    (remark,) = answers[1].json["sections"][0]["remarks"]
    assert remark["note"] == "Ask REDACTED."
    assert remark["sentence_sha256"] == text_digest(remark["sentence"])


def test_exhibit_file_is_an_attachment(served, pictured):
    run, page = pictured
    answer = served.get(page.replace("/page/1", "/file"))
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''comstock-record.pdf"
    assert answer.body.startswith(b"%PDF")
    assert served.get(f"/api/document/{run.thread_id}/exhibit/nowhere/file").status == 404


def test_sentence_is_decided_by_route(served, own):
    section = own.snapshot.sections[0]
    place = f"/api/section/{own.thread_id}/{section.section_id}"
    order = {"text": section.content.strip().split("\n")[0], "finding": "support", "user_id": "ada"}
    decided = served.post(f"{place}/reject_sentence", order | {"note": "not so"}).json
    assert [(each["kind"], each["note"]) for each in decided["remarks"]] == [("rejected", "not so")]
    assert [each["kind"] for each in served.post(f"{place}/confirm_sentence", order).json["remarks"]] == ["confirmed"]
    assert served.post(f"{place}/confirm_sentence", order | {"text": "Another one."}).status == 409
    assert served.post(f"{place}/comment", order).status == 400
    actions = [entry["action"] for entry in served.get(f"/api/audit/{own.thread_id}").json["entries"]]
    assert actions[-2:] == ["reject_sentence", "confirm_sentence"]
