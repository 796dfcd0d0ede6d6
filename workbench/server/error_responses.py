"""HTTP status and OpenAPI description of each error."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from workbench.errors import (
    ExportError,
    FencedError,
    InputError,
    LockHeldError,
    ModelRefusedError,
    StoreUnavailableError,
    TransitionError,
    UnknownLinkError,
    UnknownThreadError,
    WorkbenchError,
)
from workbench.server.middleware import error_response, negotiate_error

STATUS: tuple[tuple[type[WorkbenchError], int], ...] = (
    (UnknownThreadError, 404),
    (UnknownLinkError, 404),
    (ModelRefusedError, 503),  # an InputError by class, but the server's model is at fault, not the request
    (InputError, 400),
    (TransitionError, 409),
    (LockHeldError, 409),
    (FencedError, 409),
    (ExportError, 409),
    (StoreUnavailableError, 503),
    (WorkbenchError, 500),
)
"""Searched from the top: a subclass stands above its base."""


class ErrorBody(BaseModel):
    """JSON body of every error."""

    detail: Any


RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorBody, "description": text}
    for status, text in {
        400: "Input that cannot be used, one line a problem",
        401: "No token, or one that opens nothing here",
        403: "An origin that may not ask, or a token for something else",
        404: "No such run, section, exhibit, page or link",
        409: "The run's state does not allow that, or another process holds it",
        413: "Too large",
        422: "A request of the wrong form",
        503: "The store cannot be reached",
    }.items()
}


def status_of(error: WorkbenchError) -> int:
    """Returns the HTTP status of an error."""
    return next(status for kind, status in STATUS if isinstance(error, kind))


async def _answer_workbench_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, WorkbenchError)  # noqa: S101 - registered for this class only
    return negotiate_error(request.scope, status_of(error), str(error))


async def _answer_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    return negotiate_error(request.scope, error.status_code, error.detail, dict(error.headers or {}))


async def _answer_invalid_request(_request: Request, error: Exception) -> Response:
    """Answers 422 without the input.

    The input may be long, confidential or not valid JSON.
    """
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only
    found = [
        {"loc": [str(step) for step in each["loc"]], "msg": str(each["msg"]), "type": str(each["type"])}
        for each in error.errors()
    ]
    return error_response(422, found)


def register_error_handlers(app: FastAPI) -> None:
    """Registers handlers that answer every error as ``{"detail": …}``."""
    app.add_exception_handler(WorkbenchError, _answer_workbench_error)
    # Starlette's class, which FastAPI's is derived from: the router raises it for an unknown path.
    app.add_exception_handler(HTTPException, _answer_http_error)
    app.add_exception_handler(RequestValidationError, _answer_invalid_request)
