"""Routes that change a run, for the author only.

They are plain functions, which FastAPI runs in threads: the functions they call block until the workbench loop
answers.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, File, Form, Response, UploadFile

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

router = APIRouter(responses=RESPONSES)

SectionAction = Literal["approve", "withdraw", "reject", "edit", "regenerate", "lock", "unlock"]


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

    ``reject`` needs a note, ``edit`` a text; an approval over open errors needs a note.
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
        author, thread_id, file.filename or "", file.file, title=title or None, user_id=user_id or None
    )
    return {"exhibit_id": added}
