"""Routes to create, list and revoke view links.

Only the author may call them.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Request

from workbench.errors import InputError, Problem
from workbench.server.error_responses import RESPONSES
from workbench.server.link_address import LinkServer
from workbench.server.schemas import Author, CommandBody, NewLink, Service, ThreadId
from workbench.server.shared_links import create_shared_link, links_of, unshare

router = APIRouter(responses=RESPONSES)

LinkId = Annotated[str, Path(pattern="^[0-9a-f]{16}$", description="Id of the link, as in the list")]


@router.post("/api/share/{thread_id}", status_code=201, summary="Make a link by which others watch the run")
def share_run(
    thread_id: ThreadId,
    author: Author,
    service: Service,
    request: Request,
    order: Annotated[NewLink | None, Body()] = None,
) -> dict[str, Any]:
    """Answers 201 ``{"id", "url", "token", "expires_at"}``.

    The token is not shown again.
    """
    order = order or NewLink()
    # Asked before a link exists: behind a proxy there may be no address to begin it with.
    address = service.settings.public_url or _own_address(request)
    made = create_shared_link(
        thread_id,
        lambda: LinkServer(address, "serve"),
        hours=order.hours,
        redact=order.redact,
        # The author's token names no person; without a user the record says which token it was.
        user_id=order.user_id or author.via,
        settings=service.settings,
    )
    return made.to_dict()


def _own_address(request: Request) -> str:
    """Returns the address of this machine at which the request arrived.

    Raises:
        InputError: It arrived at a unix socket.
    """
    # Not its Host, which the client writes: a link with a token would lead where that says.
    host, port = request.scope.get("server") or ("", None)
    if port is None:
        what = "the address of the proxy in front of this server is not known"
        raise InputError(Problem(what, "set it", field="WORKBENCH_PUBLIC_URL"))
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@router.post("/api/revoke/{link_id}", summary="Take a link back")
def revoke_link(
    link_id: LinkId, author: Author, service: Service, order: Annotated[CommandBody | None, Body()] = None
) -> dict[str, Any]:
    """Answers the revoked link.

    Its viewers are disconnected within a second.
    """
    user_id = order.user_id if order else None
    return unshare(link_id, user_id=user_id or author.via, settings=service.settings).model_dump()


@router.get("/api/links/{thread_id}", summary="The links of a run, and who came in by them")
def links(thread_id: ThreadId, _author: Author, service: Service) -> dict[str, list[dict[str, Any]]]:
    """Answers ``{"links": [{id created_at expires_at … openings}]}``, the newest first."""
    return {"links": [link.to_dict() for link in links_of(thread_id, settings=service.settings)]}
