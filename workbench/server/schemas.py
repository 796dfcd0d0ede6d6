"""Request schemas and FastAPI dependencies of the routes."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, HTTPException, Path, Request, Security
from fastapi.security import HTTPBearer
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool

from workbench.case.citation import ID_PATTERN
from workbench.checks.finding import CheckId
from workbench.server.auth import Access, Caller
from workbench.server.links import MAX_HOURS
from workbench.server.service import RunService

MAX_TEXT_LETTERS = 500_000
MAX_NOTE_LETTERS = 10_000

_bearer = HTTPBearer(auto_error=False, description="The author token or a view link's; `?token=` does as well.")


def _check_text(text: str) -> str:
    # JSON can spell half of a surrogate pair, which neither Redis nor a file can keep.
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("half of a surrogate pair is not text") from None
    if "\0" in text:
        raise ValueError("a NUL is no text")
    return text


PlainText = Annotated[str, AfterValidator(_check_text)]
UserId = Annotated[PlainText, Field(min_length=1, max_length=128, description="Who asks; asserted, and recorded.")]
ThreadId = Annotated[str, Path(pattern=f"^{ID_PATTERN}$", description="The run")]
SectionId = Annotated[str, Path(pattern=f"^{ID_PATTERN}$")]
ExhibitId = Annotated[str, Path(pattern=f"^{ID_PATTERN}$")]


class RequestBody(BaseModel):
    """Base of JSON bodies; an unknown field is an error."""

    model_config = ConfigDict(extra="forbid")


class CommandBody(RequestBody):
    """Body of a command on a whole run."""

    user_id: UserId | None = None


class SectionCommandBody(CommandBody):
    """Body of a command on one section.

    Attributes:
        note: Reason of a rejection or of an approval over open errors; instruction for the next draft.
        text: The section's new text, Markdown.
        base: sha256 of the text that the edit started from.
        finding: Id of the check that a word on a sentence answers, or ``support``.
        user_id: Who asks.
    """

    note: Annotated[PlainText, Field(max_length=MAX_NOTE_LETTERS)] | None = None
    text: Annotated[PlainText, Field(max_length=MAX_TEXT_LETTERS)] | None = None
    base: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None
    finding: CheckId | None = None


class NewPetition(RequestBody):
    """Body of a request for a new run."""

    case_id: Annotated[PlainText, Field(min_length=1, max_length=255)]
    document_type: Annotated[PlainText, Field(max_length=64)] | None = None
    user_id: UserId


class NewLink(CommandBody):
    """Body of a request for a view link.

    Attributes:
        hours: Until it ends; fractions count.
        redact: True: the link shows no names.
        user_id: Who asks.
    """

    hours: Annotated[float, Field(gt=0, le=MAX_HOURS)] = 24
    # Strict: whether names are shown must not depend on how pydantic reads a text.
    redact: StrictBool = False


class NewFork(CommandBody):
    """Body of a request for a branch of a run.

    Attributes:
        at: Id of the last event that the branch shares; None: all of them.
        new_thread_id: Of the branch; None: a new one.
        edits: New texts by section id.
        redraft: Ids of the sections to be drafted again.
        user_id: Who asks.
    """

    at: Annotated[str, Field(pattern=r"^\d{1,20}-\d{1,20}$")] | None = None
    new_thread_id: Annotated[str, Field(pattern=f"^{ID_PATTERN}$")] | None = None
    edits: dict[
        Annotated[str, Field(pattern=f"^{ID_PATTERN}$")], Annotated[PlainText, Field(max_length=MAX_TEXT_LETTERS)]
    ] = Field(default_factory=dict)
    redraft: list[Annotated[str, Field(pattern=f"^{ID_PATTERN}$")]] = Field(default_factory=list)


def _get_caller(request: Request) -> Caller:
    caller = request.state.caller
    assert isinstance(caller, Caller)  # noqa: S101 - the middleware refuses requests without one
    return caller


# `_shown` only describes the token in the OpenAPI document; the middleware has checked it.
def _require_author(request: Request, _shown: Annotated[Any, Security(_bearer)]) -> Caller:
    """Returns the author, or raises 403.

    Other tokens are refused before any run is read.
    """
    caller = _get_caller(request)
    if caller.kind != "author":
        raise HTTPException(403, "only the author may do that")
    return caller


def _require_viewer(request: Request, _shown: Annotated[Any, Security(_bearer)]) -> Caller:
    """Returns the author or whoever may read some run."""
    caller = _get_caller(request)
    if caller.kind != "author" and not caller.only_reads:
        raise HTTPException(403, "this token opens another run")
    return caller


def _require_jupyter_user(request: Request, _shown: Annotated[Any, Security(_bearer)]) -> Caller:
    """Returns the user that the Jupyter server in front has admitted, or raises 403."""
    caller = _get_caller(request)
    # A page of another site can lead a browser here, with Jupyter's cookie.
    is_led_here = request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}
    if caller.kind != "jupyter" or is_led_here:
        raise HTTPException(403, "open this from JupyterLab's launcher")
    return caller


async def _require_reader(request: Request, thread_id: ThreadId, _shown: Annotated[Any, Security(_bearer)]) -> Caller:
    """Returns a caller that may read the run.

    The use of a link is recorded.
    """
    what = "page" if request.url.path.startswith("/view/") else "read"
    caller = _get_caller(request)
    if not caller.reads(thread_id):
        raise HTTPException(403, "this token opens another run")
    await record_opening(request, caller, what)
    return caller


async def record_opening(request: Request, caller: Caller, what: str) -> None:
    """Records the use of a view link.

    Args:
        request: For address and user agent.
        caller: The link's holder.
        what: ``page``, ``socket`` or ``read``.
    """
    access = request.app.state.access
    assert isinstance(access, Access)  # noqa: S101 - create_app puts it there
    await access.record_opening(caller, client_address(request), request.headers.get("user-agent", ""), what)


def client_address(request: Request) -> str:
    """Returns the client's address.

    Behind trusted proxies it is the one that they name.
    """
    # Set by the middleware, which knows the trusted proxies.
    found = getattr(request.state, "address", None)
    if isinstance(found, str):
        return found
    return request.client.host if request.client is not None else ""


def _get_service(request: Request) -> RunService:
    service = request.app.state.service
    assert isinstance(service, RunService)  # noqa: S101 - create_app puts it there
    return service


Author = Annotated[Caller, Depends(_require_author)]
Viewer = Annotated[Caller, Depends(_require_viewer)]
Reader = Annotated[Caller, Depends(_require_reader)]
JupyterUser = Annotated[Caller, Depends(_require_jupyter_user)]
Service = Annotated[RunService, Depends(_get_service)]
