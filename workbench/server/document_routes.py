"""Routes that read runs; with a redacted link, without names."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from starlette.responses import Response

from workbench.errors import InputError, UnknownThreadError
from workbench.live.run_summary import STATES, RunFilter, RunSummary
from workbench.live.snapshot import Snapshot
from workbench.server.auth import Caller
from workbench.server.error_responses import RESPONSES
from workbench.server.redaction import Redactor
from workbench.server.schemas import Author, ExhibitId, Reader, Service, ThreadId, Viewer
from workbench.workflow.loop import BackgroundLoop
from workbench.workflow.page_pictures import MAX_PASSAGE_CHARACTERS, picture_etag
from workbench.workflow.run_check import describe_report, report_digest

router = APIRouter(responses=RESPONSES)

MAX_PAGE = 1_000_000

PageNumber = Annotated[int, Path(ge=1, le=MAX_PAGE, description="From 1")]


def _refuse_redacted(reader: Reader) -> Caller:
    """Refuses a link without names: nobody can take a name out of a picture.

    Before anything is read, so that ids that exist and others are answered alike.
    """
    if reader.redact:
        raise HTTPException(403, "a link without names shows no pictures of pages; read their text")
    return reader


Pictured = Annotated[Caller, Depends(_refuse_redacted)]

WRITER_HEADER = "x-workbench-writer"
"""State of the writer, and the seconds since its last sign of life: ``silent 6``."""


MAX_LISTED = 100_000

Listed = Annotated[int | None, Query(ge=1, le=MAX_LISTED, description="At most so many; default: all")]
CasePart = Annotated[str, Query(max_length=200, description="Part of the case's id or of the beneficiary's name")]
RunState = Annotated[Literal[("", *STATES)], Query(description="State of the runs")]  # type: ignore[valid-type]


@router.get("/api/documents", summary="The runs that the token opens, the one changed last first")
def documents(
    viewer: Viewer, service: Service, limit: Listed = None, case: CasePart = "", state: RunState = ""
) -> dict[str, Any]:
    """Answers ``{"documents": [{thread_id case_id beneficiary status orphan progress …}], "total"}``."""
    # This function is not async: reading blocks until the workbench loop answers, so FastAPI runs it in a thread.
    if viewer.thread_id is None:
        runs, total, orphans = service.runs(RunFilter(case, state), limit)
    else:
        run, orphans = service.run(viewer.thread_id)
        runs, total = [RunSummary.of(_redact_for(viewer, run))], 1
    return {"documents": [_document_row(each, orphan=each.thread_id in orphans) for each in runs], "total": total}


_NOBODYS_ID = "#"
"""No id of an exhibit: those have letters and digits."""


@router.get("/api/document/preview/{thread_id}", summary="A run, every event folded in; with ETag")
async def preview(thread_id: ThreadId, reader: Reader, service: Service, request: Request) -> Response:
    """Answers the snapshot, or 304 where ``If-None-Match`` has its ETag."""
    snapshot = await service.snapshot(thread_id)
    # A browser may hold links of both kinds, and the two answers differ at the same event.
    etag = f'"{snapshot.last_event_id or "0-0"}{"-redacted" if reader.redact else ""}"'
    headers = {"etag": etag}
    # A header: the writer may fall silent while the snapshot, and with it the ETag, stays as it is.
    if snapshot.status == "generating":
        headers[WRITER_HEADER] = await service.writer_state(thread_id)
    if _matches_etag(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    return Response(_redact_for(reader, snapshot).to_json(), headers=headers, media_type="application/json")


@router.get("/api/document/{thread_id}/exhibit/{exhibit_id}/page/{n}", summary="Text of one exhibit page")
async def exhibit_page(
    thread_id: ThreadId,
    exhibit_id: ExhibitId,
    n: PageNumber,
    reader: Reader,
    service: Service,
) -> Response:
    """Answers the page as plain text, UTF-8."""
    # An exhibit's id may contain a name; a redacted snapshot shows another id for it.
    redactor = Redactor.of(await service.snapshot(thread_id)) if reader.redact else None
    found = redactor.exhibit_id(exhibit_id) if redactor else exhibit_id
    # An id that is kept secret is looked up like one that nobody has: the time of the answer tells nothing either.
    text = await service.page(thread_id, _NOBODYS_ID if found is None else found, n)
    if text is None:
        await service.snapshot(thread_id)  # raises the better error for an unknown run
        raise HTTPException(404, f"exhibit {exhibit_id!r} has no page {n} in this run")
    # The text layer of a PDF may hold half of a surrogate pair, which UTF-8 cannot spell.
    shown = redactor.text(text) if redactor else text
    return Response(shown.encode(errors="replace"), media_type="text/plain; charset=utf-8")


@router.get(
    "/api/document/{thread_id}/exhibit/{exhibit_id}/page/{n}/image",
    summary="Picture of one exhibit page",
    response_class=Response,
)
async def exhibit_page_image(
    thread_id: ThreadId, exhibit_id: ExhibitId, n: PageNumber, _reader: Pictured, service: Service, request: Request
) -> Response:
    """Answers the page as PNG, with ETag.

    404 where it has no picture, as the pages of a text.
    """
    snapshot = await service.snapshot(thread_id)
    etag = picture_etag(snapshot, exhibit_id, n)
    if etag is not None and _matches_etag(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers={"etag": etag})
    with _missing_picture():
        # In a thread: a child process reads the file meanwhile.
        png = await asyncio.to_thread(service.page_picture, snapshot, exhibit_id, n)
    return Response(png, headers={"etag": etag or ""}, media_type="image/png")


@router.get(
    "/api/document/{thread_id}/exhibit/{exhibit_id}/page/{n}/boxes", summary="Places of a passage on one exhibit page"
)
async def exhibit_page_boxes(
    thread_id: ThreadId,
    exhibit_id: ExhibitId,
    n: PageNumber,
    _reader: Pictured,
    service: Service,
    words: Annotated[str, Query(max_length=MAX_PASSAGE_CHARACTERS, description="The passage")] = "",
    sentence: Annotated[str, Query(max_length=MAX_PASSAGE_CHARACTERS, description="A sentence of the letter")] = "",
) -> dict[str, Any]:
    """Answers ``{"passage": "…", "boxes": [[left, top, right, bottom] …], "note": null}``, in shares of the page.

    One box for each line of the passage, which is found first where only a sentence of the letter is given. ``note``
    says why there are none.
    """
    snapshot = await service.snapshot(thread_id)
    with _missing_picture():
        places = await asyncio.to_thread(
            service.passage_places, snapshot, exhibit_id, n, passage=words, sentence=sentence
        )
    return places._asdict()


@router.get(
    "/api/document/{thread_id}/exhibit/{exhibit_id}/file", summary="File of one exhibit", response_class=Response
)
async def exhibit_file(thread_id: ThreadId, exhibit_id: ExhibitId, _reader: Pictured, service: Service) -> Response:
    """Answers the file as an attachment: a browser saves it, and shows nothing of it here."""
    snapshot = await service.snapshot(thread_id)
    with _missing_picture():
        name, content = await asyncio.to_thread(service.exhibit_file, snapshot, exhibit_id)
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(content, headers=headers, media_type="application/octet-stream")


@router.get("/api/document/{thread_id}/check", summary="Check report of the letter as it stands")
async def check_report(thread_id: ThreadId, reader: Reader, service: Service, request: Request) -> Response:
    """Answers ``{"findings": […], "sentences": […], "checked": {…}}``, with ETag; 404 where the case is not at hand.

    Each sentence has its verdict, its support score, the passage and the digest by which remarks name it.
    """
    snapshot = await service.snapshot(thread_id)
    etag = f'"{report_digest(snapshot)[:32]}{"-redacted" if reader.redact else ""}"'
    if _matches_etag(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers={"etag": etag})
    with _missing_picture():
        # In a thread: no viewer waits for the check of another run.
        report = await asyncio.to_thread(service.check, snapshot)
    if reader.redact:
        report = await asyncio.to_thread(Redactor.of(snapshot).report, report)
    body = orjson.dumps(describe_report(report))
    return Response(body, headers={"etag": etag}, media_type="application/json")


@contextmanager
def _missing_picture() -> Iterator[None]:
    try:
        yield
    except UnknownThreadError:
        raise
    except InputError as error:
        raise HTTPException(404, str(error)) from None


@router.get("/api/download-petition-pdf/{thread_id}", summary="The petition as PDF")
def petition_pdf(thread_id: ThreadId, reader: Reader, service: Service, *, final: bool = False) -> Response:
    """Answers the petition as PDF/A.

    Each page says DRAFT. With ``final=true`` none does, and an unfinished petition is refused with 409.
    """
    if final and reader.redact:
        raise HTTPException(403, "a petition without names cannot be final")
    # Late: importing nbformat takes a second and a half, half of the time in which a server starts. It is imported in
    # the thread that FastAPI runs this function in, where the export takes its time as well.
    from workbench.export.files import FORMATS, Rendering  # noqa: PLC0415
    from workbench.export.letter_style import find_style  # noqa: PLC0415
    from workbench.export.notebook import petition_notebook  # noqa: PLC0415
    from workbench.export.petition import read_petition  # noqa: PLC0415

    snapshot = _redact_for(reader, BackgroundLoop.current().call(service.read(thread_id)))
    notebook = petition_notebook(snapshot, final=final, style=None if reader.redact else find_style())
    # Typst takes seconds for a long petition; no viewer waits, because this function runs in a thread.
    pdf = FORMATS["pdf"](Rendering(notebook, read_petition(notebook)))
    headers = {"content-disposition": f'attachment; filename="petition-{thread_id}.pdf"'}
    return Response(pdf, headers=headers, media_type="application/pdf")


@router.get("/api/download-manifest/{thread_id}", summary="The manifest that the PDF names, or its signature")
def petition_manifest(
    thread_id: ThreadId, _author: Author, service: Service, *, final: bool = False, signature: bool = False
) -> Response:
    """Answers the manifest of the petition as ``petition.manifest.json``.

    With ``signature=true`` its minisign signature with the firm's key, or 404 where the server has no key.
    """
    from workbench.export.letter_style import find_style  # noqa: PLC0415
    from workbench.export.notebook import petition_notebook  # noqa: PLC0415 - as in petition_pdf
    from workbench.export.petition import read_petition  # noqa: PLC0415
    from workbench.export.signing import find_signer  # noqa: PLC0415

    # Nobody sits at a server's terminal.
    signer = find_signer(service.settings, can_ask=False) if signature else None
    if signature and signer is None:
        raise HTTPException(404, "there is no key to sign with; set WORKBENCH_SIGNING_KEY where the server runs")
    snapshot = BackgroundLoop.current().call(service.read(thread_id))
    manifest = read_petition(petition_notebook(snapshot, final=final, style=find_style())).manifest
    content = b"" if manifest is None else manifest.to_bytes()
    name = "petition.manifest.json"
    if signer is None:
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(content, headers=headers, media_type="application/json")
    signed = signer.sign_of_run(content, snapshot)
    headers = {"content-disposition": f'attachment; filename="{name}.minisig"'}
    return Response(signed, headers=headers, media_type="text/plain")


@router.get("/api/history/{thread_id}", summary="The moments of a run that one can go back to")
def history(thread_id: ThreadId, _author: Author, service: Service) -> Response:
    """Answers ``{"history": […]}``, oldest first.

    Each entry has its event id.
    """
    return _json_list("history", (row.to_dict() for row in service.history(thread_id)))


@router.get("/api/audit/{thread_id}", summary="Who did what when")
def audit(thread_id: ThreadId, _author: Author, service: Service) -> Response:
    """Answers ``{"entries": […]}``, oldest first.

    Each entry has the hash of the previous one.
    """
    return _json_list("entries", (entry.model_dump() for entry in service.audit(thread_id)))


def _redact_for(caller: Caller, snapshot: Snapshot) -> Snapshot:
    return Redactor.of(snapshot).snapshot(snapshot) if caller.redact else snapshot


def _json_list(name: str, rows: Iterable[dict[str, Any]]) -> Response:
    return Response(orjson.dumps({name: list(rows)}), media_type="application/json")


def _document_row(run: RunSummary, *, orphan: bool) -> dict[str, Any]:
    return {
        "thread_id": run.thread_id,
        "case_id": run.case_id,
        "beneficiary": run.beneficiary,
        "document_type": run.document_type,
        "user_id": run.user_id,
        "status": run.status,
        "orphan": orphan,
        "progress": run.progress.model_dump(),
        "approved": run.approved,
        "model": run.model,
        "started_at": run.started_at,
        "_updated_at": run.updated_at,
        "forked_from": run.forked_from.model_dump() if run.forked_from else None,
    }


def _matches_etag(wanted: str, etag: str) -> bool:
    """Compares an ``If-None-Match`` header with a tag.

    The comparison is weak, as RFC 9110 (13.1.2) wants.
    """
    tags = {tag.strip().removeprefix("W/") for tag in wanted.split(",")}
    return "*" in tags or etag in tags
