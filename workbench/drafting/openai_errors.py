"""Failures of model calls, in words and with consequences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import openai

from workbench.errors import ModelError, ModelRefusedError, ModelUnavailableError, Problem

_OVERLOADED = frozenset({408, 409, 425, 429})
_REFUSED_KEY = frozenset({401, 403})
_SERVER_ERRORS = range(500, 600)
_REDIRECTS = range(300, 400)
_LONGEST_QUOTE = 200
_CONTEXT_WORDS = ("context_length", "context size", "context length", "exceed_context", "context window")


class BrokenAnswerError(Exception):
    """Answer that broke off, or is no stream of chunks.

    Only this package sees it.
    """


@dataclass(frozen=True)
class Failure:
    """Failed call in words.

    Attributes:
        what: The fault, without a full stop.
        remedy: The next step for the user, without a full stop.
        variable: The environment variable to look at first.
        retries: Whether the same request may succeed a little later.
        pauses: Whether it would hit every other section too: the run pauses instead of failing this section.
        retry_after_s: The wait that the server asks for, seconds, or None.
    """

    what: str
    remedy: str
    variable: str
    retries: bool = False
    pauses: bool = True
    retry_after_s: float | None = None

    def before_run(self) -> ModelRefusedError:
        """Returns the error for a run that has not begun."""
        return ModelRefusedError(Problem(what=self.what, remedy=self.remedy, field=self.variable))

    def in_run(self) -> ModelError:
        """Returns the error for a run in progress.

        A failure of the endpoint pauses the run; a failure of the request fails its section.
        """
        return (ModelUnavailableError if self.pauses else ModelError)(f"{self.what}; {self.remedy}")


def explain(error: Exception, *, model: str, host: str, secret: str) -> Failure:
    """Describes an error and its consequence.

    Args:
        error: Error of the SDK, the stream or a time-out.
        model: Name of the model.
        host: The endpoint's host, with the port if it is not the usual one.
        secret: The key, which is removed from the server's words before they reach a log.
    """
    if isinstance(error, openai.APIStatusError):
        return _of_status(error, model, host, secret)
    if isinstance(error, openai.APITimeoutError | TimeoutError):
        return _connection_failure(f"{host} did not answer in time")
    if isinstance(error, openai.APIConnectionError):
        return _connection_failure(f"the connection to {host} failed ({_root(error)})")
    if isinstance(error, openai.APIError):
        return _of_stream(error, model, host, secret)
    reason = str(error) if isinstance(error, BrokenAnswerError) else "it is not valid JSON"
    return _connection_failure(f"the answer of {host} is broken: {reason}")


def context_tokens(error: openai.APIStatusError) -> int | None:
    """Reads the context size from a refusal, if stated."""
    size = error.body.get("n_ctx") if isinstance(error.body, Mapping) else None
    return size if isinstance(size, int) and size > 0 else None


def is_about(error: openai.APIStatusError, parameter: str) -> bool:
    """Tells if a refusal is about this request parameter."""
    return error.param == parameter or parameter in f"{error.message} {error.body}"


def _of_status(error: openai.APIStatusError, model: str, host: str, secret: str) -> Failure:
    status = error.status_code
    if status in _REFUSED_KEY:
        # The server's own words are left out: some echo the key.
        return Failure(f"{host} refuses the key (HTTP {status})", "set a key that is valid there", "OPENAI_API_KEY")
    # Sent as 429, but waiting does not help.
    if "insufficient_quota" in (error.code, error.type):
        return Failure(f"the account at {host} has no credit left", "add credit or use another key", "OPENAI_API_KEY")
    if status in _OVERLOADED or status in _SERVER_ERRORS:
        return Failure(
            f"{host} answers HTTP {status}",
            "wait a little and go on",
            "OPENAI_BASE_URL",
            retries=True,
            retry_after_s=_retry_after_s(error.response.headers),
        )
    if status in _REDIRECTS:
        # Not followed: the host that the attorney was shown is the only one that gets the exhibits.
        return Failure(f"{host} redirects elsewhere", "set the endpoint's final address", "OPENAI_BASE_URL")
    return _of_request(error, model, host, secret, status)


def _of_request(error: openai.APIError, model: str, host: str, secret: str, status: int | None) -> Failure:
    said = _quote(error, secret)
    if any(word in f"{error.code} {error.type} {error.message}".lower() for word in _CONTEXT_WORDS):
        return Failure(
            f"the prompt is longer than the context of {model} at {host}{said}",
            "take a model with a larger context, or fewer and shorter exhibits for this section",
            "WORKBENCH_MODEL",
            pauses=False,
        )
    # 404 may mean a wrong model or a wrong address; only the words tell.
    if status == openai.NotFoundError.status_code:
        if "model" in f"{error.code} {error.message}".lower():
            return Failure(
                f"{host} has no model {model!r}{said}", "name one that it offers", "WORKBENCH_MODEL", pauses=False
            )
        return Failure(
            f"{host} has no Chat Completions at this address (HTTP 404)",
            "correct the address; most end in /v1",
            "OPENAI_BASE_URL",
            pauses=False,
        )
    name = f"HTTP {status}" if status else "an error"
    return Failure(
        f"{model} at {host} refuses the request: {name}{said}", "see what it says", "WORKBENCH_MODEL", pauses=False
    )


def _of_stream(error: openai.APIError, model: str, host: str, secret: str) -> Failure:
    """Describes an error inside the stream, after HTTP 200.

    Its code may be a status, a word, or missing.
    """
    status = int(error.code) if error.code and error.code.isdecimal() else None
    if "invalid_request" in f"{error.type}" or (status and status not in _OVERLOADED and status not in _SERVER_ERRORS):
        return _of_request(error, model, host, secret, status)
    # An unknown error in mid-stream is most often an overloaded server: worth a retry.
    return _connection_failure(f"{host} broke off with an error{_quote(error, secret)}")


def _connection_failure(what: str) -> Failure:
    return Failure(what, "check the address and the network, then go on", "OPENAI_BASE_URL", retries=True)


def _quote(error: openai.APIError, secret: str) -> str:
    """The server's own words, one line, shortened: they are untrusted."""
    body = error.body
    said = body.get("message") if isinstance(body, Mapping) else None
    # Some servers echo the key in their refusal.
    line = " ".join(said.split()).replace(secret, "***") if isinstance(said, str) else ""
    if len(line) > _LONGEST_QUOTE:
        line = line[:_LONGEST_QUOTE] + "…"
    return f": “{line}”" if line else ""


def _root(error: BaseException) -> str:
    """Returns the innermost cause, which is the most specific."""
    while (inner := error.__cause__ or error.__context__) is not None and not isinstance(inner, BaseExceptionGroup):
        error = inner
    return str(error).rstrip(".") or type(error).__name__


def _retry_after_s(headers: Mapping[str, str]) -> float | None:
    """The header ``Retry-After``, seconds or a date; never negative.

    Source: RFC 9110, section 10.2.3.
    """
    value = headers.get("retry-after")
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            at = parsedate_to_datetime(value)
        except ValueError:
            return None
        seconds = (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else None
