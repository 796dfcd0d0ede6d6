"""The application: one gate, three rooms of routes, and a document that says what they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from workbench.config import Settings
from workbench.errors import StoreError, WorkbenchError
from workbench.server import commands, link_routes, pages, reading, sockets
from workbench.server.access import Access
from workbench.server.answers import Failure, answer_errors
from workbench.server.asking import Author, TheDesk
from workbench.server.desk import MAX_UPLOAD_BYTES, Desk, Steer
from workbench.server.fanout import ConnectionManager
from workbench.server.gate import MAX_BODY_BYTES, Gate, refusal
from workbench.server.limits import Limits
from workbench.server.metrics import CONTENT_TYPE, Metrics
from workbench.server.sharing import public_origins
from workbench.text.html import escape_html
from workbench.workflow.steering import steer as workflow_steer

OPEN_PATHS = frozenset({"/health", "/ready"}) | pages.STATIC_PATHS
"""All that needs no token."""

_FORM_BYTES = 64 * 1024
"""What a form weighs around its file."""

MAX_LAG_MS = 2_000
"""How far reading for the viewers may be behind before the process says that it is not ready."""

_DOCS_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def create_app(
    settings: Settings,
    *,
    origins: Iterable[str] = (),
    steer: Steer = workflow_steer,
    limits: Limits | None = None,
) -> FastAPI:
    """The REST server of one Redis and one home.

    Args:
        settings: Which store, home, cases and author token.
        origins: Of pages that may ask, as :func:`workbench.server.access.own_origins` gives them, beside the one of
            ``WORKBENCH_PUBLIC_URL``; none: no other page may.
        steer: By which commands reach the runs.
        limits: What one address and one link may have; None: as the settings say.

    Raises:
        InputError: The author token or the signing key cannot be used or made, or the settings name proxies or a public
            address that are none.
    """
    access = Access(settings)
    metrics = Metrics()
    app = FastAPI(
        title="EB-1A Workbench",
        description=(
            "Every route but /health and /ready needs a token: the author's, or, where it reads, that of a view link."
        ),
        docs_url=None,  # its page comes from a CDN: a stranger's script beside a token
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.state.access = access
    app.state.desk = Desk(settings, steer)
    app.state.manager = ConnectionManager(settings, metrics, watch=access.watch)
    app.router.routes.append(sockets.ROUTE)
    for router in ROUTERS:
        app.include_router(router)
    answer_errors(app)
    app.add_middleware(
        Gate,
        identify=access.identify,
        is_own=(frozenset(origins) | public_origins(settings)).__contains__,
        open_paths=OPEN_PATHS,
        body_limit=_body_limit,
        limits=limits or Limits(settings, metrics.refused),
    )
    return app


def _body_limit(path: str) -> int:
    return MAX_UPLOAD_BYTES + _FORM_BYTES if path.startswith("/api/upload-exhibit/") else MAX_BODY_BYTES


_house = APIRouter()


@_house.get("/health", summary="Whether the process answers")
async def health() -> dict[str, str]:
    """``{"status": "ok"}``."""
    return {"status": "ok"}


@_house.get("/ready", summary="Whether runs can be kept", responses={503: {"model": Failure}})
async def ready(desk: TheDesk, request: Request) -> Response:
    """503 where the store is away, or may throw keys out for want of memory, or viewers wait for what happened.

    Says little else to strangers: whether acknowledged writes are durable, and how far reading is behind.
    """
    try:
        info = await desk.store_info()
    except StoreError:
        return refusal(503, "the store cannot be reached")
    except WorkbenchError:
        return refusal(503, "the store's settings cannot be used")
    policy = info.get("policy", "noeviction")  # the in-memory store evicts nothing
    if policy != "noeviction":
        return refusal(503, f"the store's maxmemory-policy must be noeviction, not {policy}")
    standing = request.app.state.manager.standing()
    if standing["away"] or standing["lag_ms"] > MAX_LAG_MS:
        return refusal(503, f"viewers wait for what was written {standing['lag_ms']:.0f} ms ago")
    return JSONResponse({"status": "ready", "durable": bool(info.get("durable")), "lag_ms": standing["lag_ms"]})


@_house.get("/metrics", summary="Counters, in Prometheus' text format")
async def metrics(_author: Author, request: Request) -> Response:
    """Viewers, events, lag, resyncs, refusals, failed readings of the store: of this process."""
    return Response(request.app.state.manager.metrics.text(), media_type=CONTENT_TYPE)


@_house.get("/openapi.json", include_in_schema=False)
async def openapi(_author: Author, request: Request) -> JSONResponse:
    """The routes, for machines."""
    return JSONResponse(request.app.openapi())


@_house.get("/docs", include_in_schema=False)
async def docs(_author: Author, request: Request) -> HTMLResponse:
    """The routes, for people: a page without a script, since whoever reads it has a token in the address."""
    rows = "".join(
        f"<tr><td>{method.upper()}</td><td><code>{escape_html(path)}</code></td><td>{escape_html(_told(route))}</td></tr>"
        for path, methods in request.app.openapi()["paths"].items()
        for method, route in methods.items()
    )
    page = (
        "<!doctype html><html lang=en><meta charset=utf-8><title>EB-1A Workbench: routes</title>"
        "<style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem}td{padding:.3rem 1rem .3rem 0;vertical-align:top}"
        f"</style><h1>Routes</h1><p>The full document is <code>/openapi.json</code>.</p><table>{rows}</table></html>"
    )
    return HTMLResponse(page, headers={"content-security-policy": _DOCS_POLICY})


def _told(route: dict[str, Any]) -> str:
    return ". ".join(filter(None, (route.get("summary"), route.get("description"))))


ROUTERS = (reading.router, commands.router, link_routes.router, pages.router, _house)
"""Every route there is."""
