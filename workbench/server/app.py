"""ASGI application: authentication middleware, routes and the OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from workbench.config import Settings
from workbench.errors import StoreError, WorkbenchError
from workbench.server import command_routes, document_routes, link_routes, pages, websocket
from workbench.server.auth import Access
from workbench.server.connection_manager import ConnectionManager
from workbench.server.error_responses import ErrorBody, register_error_handlers
from workbench.server.metrics import CONTENT_TYPE, Metrics
from workbench.server.middleware import MAX_BODY_BYTES, AuthMiddleware, OwnAddresses, error_response
from workbench.server.rate_limit import Limits
from workbench.server.schemas import Author, Service
from workbench.server.service import MAX_UPLOAD_BYTES, RunService, Steer
from workbench.server.shared_links import public_origins
from workbench.text.html import escape_html
from workbench.workflow.command_dispatch import send_command

PROBE_PATHS = frozenset({"/health", "/ready"})
"""Paths that are answered under any host name: load balancers ask by an address of their own."""

OPEN_PATHS = PROBE_PATHS | pages.STATIC_PATHS
"""Paths that need no token."""

_FORM_BYTES = 64 * 1024
"""Bytes of a multipart form beside its file."""

MAX_LAG_MS = 2_000
"""Lag of reading for viewers above which ``/ready`` answers 503."""

_DOCS_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def create_app(
    settings: Settings,
    *,
    origins: Iterable[str] = (),
    steer: Steer = send_command,
    limits: Limits | None = None,
    jupyter_token: str | None = None,
    write_start_page: Callable[[], str] | None = None,
) -> FastAPI:
    """Creates the application for one Redis and one home.

    Args:
        settings: Which store, home, cases and author token.
        origins: Origins of pages that may send requests, from :func:`workbench.server.auth.own_origins`, beside that
            of ``WORKBENCH_PUBLIC_URL``.
        steer: Sends a command to a run.
        limits: Rate limits; None: those of the settings.
        jupyter_token: Secret of the Jupyter server in front, as of :class:`workbench.server.middleware.OwnAddresses`.
        write_start_page: Writes JupyterLab's start page; returns its path in the folder that JupyterLab serves.

    Raises:
        InputError: The author token or signing key cannot be used or created, or the proxies or the public address of
            the settings are not valid.
    """
    access = Access(settings)
    metrics = Metrics()
    app = FastAPI(
        title="EB-1A Workbench",
        description=(
            "Every route but /health and /ready needs a token: the author's, or, where it reads, that of a view link."
        ),
        docs_url=None,  # FastAPI's page loads a script from a CDN, which would run beside a token
        redoc_url=None,
        openapi_url=None,
        # A redirect would repeat the token in its Location header.
        redirect_slashes=False,
        # FastAPI traces requests where variables of OpenTelemetry, or the kernel, have set up an exporter: paths of
        # runs, and texts of exceptions. Runs are traced by settings of ours alone (docs/server.md).
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.access = access
    app.state.write_start_page = write_start_page
    app.state.service = RunService(settings, steer)
    app.state.manager = ConnectionManager(settings, metrics, watch=access.watch)
    # A Starlette route: FastAPI would parse the query and inject dependencies for each viewer.
    app.router.routes.append(websocket.ROUTE)
    for router in ROUTERS:
        app.include_router(router)
    register_error_handlers(app)
    own = frozenset(origins) | public_origins(settings)
    # Outermost: no route sees a request that was not admitted.
    # See docs/decisions.md, "One authorization layer before every route".
    app.add_middleware(
        AuthMiddleware,
        identify=access.identify,
        own=OwnAddresses(own.__contains__, frozenset(str(urlsplit(origin).hostname) for origin in own), jupyter_token),
        open_paths=OPEN_PATHS,
        probe_paths=PROBE_PATHS,
        body_limit=_body_limit,
        limits=limits or Limits(settings, metrics.count_refusal),
    )
    return app


def _body_limit(path: str) -> int:
    return MAX_UPLOAD_BYTES + _FORM_BYTES if path.startswith("/api/upload-exhibit/") else MAX_BODY_BYTES


_operations = APIRouter()


@_operations.get("/health", summary="Whether the process answers")
async def health() -> dict[str, str]:
    """Returns ``{"status": "ok"}``."""
    return {"status": "ok"}


@_operations.get("/ready", summary="Whether runs can be kept", responses={503: {"model": ErrorBody}})
async def ready(service: Service, request: Request) -> Response:
    """Answers 503 where runs could be lost or viewers wait.

    That is: the store is unavailable or may evict keys, or reading lags. The route needs no token, so it tells
    little else: whether acknowledged writes are durable, and the lag.
    """
    try:
        info = await service.store_info()
    except StoreError:
        return error_response(503, "the store cannot be reached")
    except WorkbenchError:
        return error_response(503, "the store's settings cannot be used")
    policy = info.get("policy", "noeviction")  # the store in memory names no policy: it evicts nothing
    if policy != "noeviction":
        return error_response(503, f"the store's maxmemory-policy must be noeviction, not {policy}")
    # A server that cannot read for its viewers should get no new ones from a load balancer.
    status = request.app.state.manager.status()
    if status["away"] or status["lag_ms"] > MAX_LAG_MS:
        return error_response(503, f"viewers wait for what was written {status['lag_ms']:.0f} ms ago")
    return JSONResponse({"status": "ready", "durable": bool(info.get("durable")), "lag_ms": status["lag_ms"]})


@_operations.get("/metrics", summary="Counters, in Prometheus' text format")
async def metrics(_author: Author, request: Request) -> Response:
    """Returns the counters of this process.

    They are viewers, events, lag, resyncs, refusals and store errors.
    """
    return Response(request.app.state.manager.metrics.render(), media_type=CONTENT_TYPE)


@_operations.get("/openapi.json", include_in_schema=False)
async def openapi(_author: Author, request: Request) -> JSONResponse:
    """Returns the OpenAPI document."""
    # FastAPI's own route would also answer to the token of a view link.
    return JSONResponse(request.app.openapi())


@_operations.get("/docs", include_in_schema=False)
async def docs(_author: Author, request: Request) -> HTMLResponse:
    """Returns a table of the routes.

    It has no script, because its address carries a token.
    """
    rows = "".join(
        f"<tr><td>{method.upper()}</td><td><code>{escape_html(path)}</code></td><td>{escape_html(_describe_route(route))}</td></tr>"
        for path, methods in request.app.openapi()["paths"].items()
        for method, route in methods.items()
    )
    page = (
        "<!doctype html><html lang=en><meta charset=utf-8><title>EB-1A Workbench: routes</title>"
        "<style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem}td{padding:.3rem 1rem .3rem 0;vertical-align:top}"
        f"</style><h1>Routes</h1><p>The full document is <code>/openapi.json</code>.</p><table>{rows}</table></html>"
    )
    return HTMLResponse(page, headers={"content-security-policy": _DOCS_POLICY})


def _describe_route(route: dict[str, Any]) -> str:
    return ". ".join(filter(None, (route.get("summary"), route.get("description"))))


ROUTERS = (document_routes.router, command_routes.router, link_routes.router, pages.router, _operations)
"""All HTTP routes."""
