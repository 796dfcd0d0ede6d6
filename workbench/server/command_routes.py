"""Routes that change a run, for the author only.

They are plain functions, which FastAPI runs in threads: the functions they call block until the workbench loop
answers.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, File, Form, Request, Response, UploadFile
from fastapi.routing import APIRoute
from starlette.datastructures import FormData
from starlette.formparsers import MultiPartParser

from workbench.server.error_responses import RESPONSES
from workbench.server.schemas import (
    Author,
    CommandBody,
    NewFork,
    NewPetition,
    PlainText,
    SectionCommandBody,
    SectionId,
    Service,
    ThreadId,
)


class _MemoryParser(MultiPartParser):
    """Parser of forms whose files stay in memory.

    By default a file over a megabyte lies in a temporary file, in clear. The body's size has a limit already.
    """

    spool_max_size = 0  # none: see tempfile.SpooledTemporaryFile


class _MemoryRequest(Request):
    """Request that reads the one form of these routes."""

    async def form(self, **_: Any) -> FormData:  # type: ignore[override]
        """Parses the form, for FastAPI, which answers 400 to whatever is raised."""
        if not self.headers.get("content-type", "").lower().startswith("multipart/form-data"):
            return FormData()  # in which FastAPI misses the file: 422
        return await _MemoryParser(self.headers, self.stream(), max_files=1).parse()


class _MemoryRoute(APIRoute):
    """Route whose uploads stay in memory."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Returns FastAPI's handler, with a request of ours."""
        handle_request = super().get_route_handler()

        async def handle(request: Request) -> Response:
            return await handle_request(_MemoryRequest(request.scope, request.receive))

        return handle


router = APIRouter(responses=RESPONSES, route_class=_MemoryRoute)

SectionAction = Literal[
    "approve", "withdraw", "reject", "edit", "regenerate", "lock", "unlock", "add",
    "confirm_sentence", "reject_sentence", "comment",
]  # fmt: skip


@router.post("/api/generate-petition", status_code=202, summary="Start a run in this process")
def generate_petition(order: NewPetition, _author: Author, service: Service, response: Response) -> dict[str, str]:
    """Answers 202 ``{"thread_id": …}`` with the preview in ``Location``."""
    thread_id = service.generate(order.case_id, order.document_type, order.user_id)
    response.headers["location"] = f"/api/document/preview/{thread_id}"
    return {"thread_id": thread_id}


# A function for each path, so that the OpenAPI document has three operations with a summary each.
def _add_run_command(action: Literal["pause", "resume", "cancel"], summary: str) -> None:
    @router.post(f"/api/{action}/{{thread_id}}", summary=summary, name=action)
    def command(
        thread_id: ThreadId, author: Author, service: Service, order: Annotated[CommandBody | None, Body()] = None
    ) -> dict[str, Any]:
        """Answers ``{"thread_id", "status"}``.

        A pause takes effect after the current step.
        """
        snapshot = service.command(author, thread_id, action, user_id=order.user_id if order else None)
        return {"thread_id": thread_id, "status": snapshot.status}


_add_run_command("pause", "End after the current step, to go on later")
_add_run_command("resume", "Go on with a run that has paused, or that its process left")
_add_run_command("cancel", "End for good; what is written stays readable")


@router.post("/api/section/{thread_id}/{section_id}/{action}", summary="A decision about one section")
def decide(
    thread_id: ThreadId,
    section_id: SectionId,
    action: SectionAction,
    author: Author,
    service: Service,
    order: Annotated[SectionCommandBody | None, Body()] = None,
) -> dict[str, Any]:
    """Answers the changed section.

    ``reject`` needs a note, ``edit`` a text; an approval over open errors needs a note; ``add`` adds a section that the
    case has and the run lacks. Of a word on a sentence
    (``confirm_sentence reject_sentence comment``) ``text`` is the sentence.
    """
    # Most actions need neither note nor text, so the body may be missing.
    words = (order or SectionCommandBody()).model_dump()
    return service.command(author, thread_id, action, section_id=section_id, **words).section(section_id).model_dump()


@router.post("/api/fork/{thread_id}", status_code=202, summary="Branch off a run, and go on with the branch here")
def fork_run(
    thread_id: ThreadId,
    author: Author,
    service: Service,
    response: Response,
    order: Annotated[NewFork | None, Body()] = None,
) -> dict[str, str]:
    """Answers 202 ``{"thread_id": …}`` of the branch.

    The old run is not changed.
    """
    branch = service.fork(author, thread_id, (order or NewFork()).model_dump())
    response.headers["location"] = f"/api/document/preview/{branch}"
    return {"thread_id": branch}


@router.post("/api/upload-exhibit/{thread_id}", status_code=201, summary="Add an exhibit to the run")
def upload_exhibit(
    thread_id: ThreadId,
    author: Author,
    service: Service,
    file: Annotated[UploadFile, File(description="PDF, DOCX, Markdown or text")],
    title: Annotated[PlainText, Form(max_length=300)] = "",
    user_id: Annotated[PlainText, Form(max_length=128)] = "",
) -> dict[str, str]:
    """Answers 201 ``{"exhibit_id": …}``; finished sections become stale."""
    # The file's name is the client's own text; the service decides whether it may be used.
    added = service.add_exhibit(
        author, thread_id, file.filename or "", file.file.read(), title=title or None, user_id=user_id or None
    )
    return {"exhibit_id": added}
