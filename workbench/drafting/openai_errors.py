"""Failures of model calls, in words and with consequences."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import openai

from workbench.errors import ModelError, ModelRefusedError, ModelUnavailableError, Problem, printable

_OVERLOADED = frozenset({408, 409, 425, 429})
_REFUSED_KEY = frozenset({401, 403})
_SERVER_ERRORS = range(500, 600)
_REDIRECTS = range(300, 400)
_LONGEST_QUOTE = 200
_REASONS_SHOWN = 3
_DEEPEST = 6
_KEY_END = 4
# A larger number of seconds is a moment since 1970, not a duration.
_EPOCH_S = 1e9
_TOO_LONG = re.compile(
    r"context[ _](?:length|size|window)|exceed_context|\b(?:prompt|input) (?:is )?too long\b"
    r"|\binput token count\b.{0,40}\bexceeds\b",
    re.IGNORECASE,
)
# vLLM and OpenAI, llama.cpp and others, Anthropic, Gemini, Mistral.
_CONTEXT_SIZE = re.compile(
    r"context (?:length|size|window)(?: (?:is|of|only|limit))*[ :=(]{1,3}(\d[\d,]{2,9})"
    r"|> ?(\d[\d,]{2,9}) (?:tokens )?maximum|tokens allowed[ (]{1,2}(\d[\d,]{2,9})"
    r"|with (\d[\d,]{2,9}) maximum context",
    re.IGNORECASE,
)
_FILTER_WORDS = ("content_filter", "responsibleaipolicy", "content management policy")
_KEY_NOUN = r"(?:api[\s_-]?key|access[\s_-]?token|credentials?|authorization header)"
_KEY_FAULT = r"(?:not valid|invalid|incorrect|wrong|expired|missing|unknown|revoked|disabled|not found|required)"
_BAD_KEY = re.compile(
    rf"{_KEY_NOUN}\W+(?:\w+\W+){{0,3}}{_KEY_FAULT}|{_KEY_FAULT}\W+(?:\w+\W+){{0,2}}{_KEY_NOUN}", re.IGNORECASE
)
_NO_MONEY = re.compile(
    r"insufficient[\s_-]?(?:quota|balance|credits?|funds?)|credit balance|\b(?:out of|no|not enough|more) credits?\b"
    r"|\btop up\b|\brecharge\b|\barrears?\b|arrearage|spending[\s_](?:limit|cap)"
    r"|payment required|billing[\s_](?:hard[\s_])?limit|no_credit|exceeded your current quota",
    re.IGNORECASE,
)
_NO_MODEL = re.compile(r"\baccess to (?:the )?model\b", re.IGNORECASE)
_PAYMENT_REQUIRED, _FORBIDDEN, _PROXY_WANTS_KEY, _TOO_LARGE, _TOO_MANY = 402, 403, 407, 413, 429
_DURATION = re.compile(
    r"(?:(?P<h>\d{1,4})\s?h(?:ours?|rs?)?(?=\W|\d|$)\s?)?"
    r"(?:(?P<m>\d{1,5})\s?m(?:in(?:ute)?s?)?(?=\W|\d|$)\s?)?"
    r"(?:(?P<s>\d{1,7}(?:\.\d{1,9})?)\s?s(?:ec(?:ond)?s?)?\b)?(?:(?P<ms>\d{1,9}(?:\.\d{1,9})?)\s?(?:ms|milliseconds?)\b)?",
    re.IGNORECASE,
)
_WAIT_WORDS = re.compile(
    r"(?:try again|retry|retryDelay\W{1,4}|retry after|wait)\W*(?:(?:in|after|for|about|at least)\s+){0,2}(?=\d)",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"[\W_]+")
_REQUEST_FAULT = re.compile(
    r"unexpected keyword|\bjinja\b|\btemplate\b|(?:not|un)[\s_-]?support|unrecogni[sz]ed|unknown (?:name|field|param)"
    r"|must alternate|not permitted",
    re.IGNORECASE,
)
# Of a web page its title or first heading; of an XML error the message.
_HTML_TITLE = re.compile(r"<(?:title|h1|message|faultstring)\b[^>]{0,80}>([^<]{1,200})", re.IGNORECASE)
_REASON_FIELDS = ("message", "detail", "error", "msg", "error_description", "errors", "title", "reason", "description")
# Gateways and vendors have names of their own: faultstring, status_msg, error_msg, Message.
_REASON_NAME = re.compile(r"message|msg|reason|detail|fault|error|description|resp|text", re.IGNORECASE)


class BrokenAnswerError(Exception):
    """Answer that broke off, or is no stream of chunks.

    Only this package sees it.

    Attributes:
        is_page: True if its text is a web page in place of an answer.
    """

    def __init__(self, text: str, *, is_page: bool = False) -> None:
        self.is_page = is_page
        super().__init__(text)


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

    def before_run(self, file: str | None = None) -> ModelRefusedError:
        """Returns the error for a run that has not begun.

        Args:
            file: The ``.env`` that gave the variable, or None.
        """
        return ModelRefusedError(Problem(what=self.what, remedy=self.remedy, field=self.variable, file=file))

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
    if isinstance(error, BrokenAnswerError) and error.is_page:
        return Failure(
            f"{host} answers with a web page, not as an endpoint{quote(_page_title(str(error)))}",
            "set the endpoint's own address, which most often ends in /v1; a proxy may want you to sign in",
            "OPENAI_BASE_URL",
            retries=True,
        )
    reason = str(error) if isinstance(error, BrokenAnswerError) else "it is not valid JSON"
    if isinstance(error, json.JSONDecodeError):
        reason += quote(_hide_key(error.doc[: 10 * _LONGEST_QUOTE], secret))
    return _connection_failure(f"the answer of {host} is broken: {reason}")


def context_tokens(error: openai.APIStatusError) -> int | None:
    """Reads the context size from a refusal, if stated."""
    size = error.body.get("n_ctx") if isinstance(error.body, Mapping) else None
    if isinstance(size, int) and size > 0:
        return size
    words = _CONTEXT_SIZE.search(reason_of(error))
    number = next((group for group in words.groups() if group), "") if words else ""
    return int(number.replace(",", "")) if number else None


def is_about(error: openai.APIStatusError, parameter: str) -> bool:
    """Tells if a refusal is about this request parameter, also if it writes ``maxTokens`` or ``max tokens``."""
    words = _SEPARATORS.sub("", f"{error.message} {error.body}".lower())
    return error.param == parameter or _SEPARATORS.sub("", parameter.lower()) in words


def is_request_fault(error: openai.APIStatusError) -> bool:
    """Tells if a server's error is one of the request.

    Some templates and gateways raise it with status 500.
    """
    return error.status_code in _SERVER_ERRORS and _REQUEST_FAULT.search(reason_of(error)) is not None


def _of_status(error: openai.APIStatusError, model: str, host: str, secret: str) -> Failure:
    status = error.status_code
    said = _quote(error, secret)
    wait_s = _stated_wait_s(error)
    # An endpoint refuses keys in JSON: a page comes from what stands before it.
    if status == _FORBIDDEN and is_web_page(error.body):
        return Failure(
            f"a proxy or firewall refuses requests to {host} (HTTP {status}){said}",
            "ask who runs your network, or set another address",
            "OPENAI_BASE_URL",
        )
    if status == _PROXY_WANTS_KEY:
        return Failure(
            f"the proxy before {host} wants a name and a password (HTTP {status}){said}",
            "write them into its address, or ask who runs your network",
            "HTTPS_PROXY",
        )
    if account := _of_account(error, host, said, status, wait_s):
        return account
    if status in _OVERLOADED or status in _SERVER_ERRORS:
        return Failure(
            f"{host} answers HTTP {status}{said}",
            "wait a little and go on",
            "OPENAI_BASE_URL",
            retries=True,
            retry_after_s=wait_s,
        )
    if status in _REDIRECTS:
        # Not followed: the host that the attorney was shown is the only one that gets the exhibits.
        where = quote(error.response.headers.get("location", "").partition("?")[0])
        return Failure(f"{host} redirects elsewhere{where}", "set the endpoint's final address", "OPENAI_BASE_URL")
    return _of_request(error, model, host, secret, status)


def _of_account(
    error: openai.APIError, host: str, said: str, status: int | None, wait_s: float | None
) -> Failure | None:
    """Describes a refusal of the key or for want of money.

    None for any other.
    """
    words = f"{error.code} {error.type} {reason_of(error)}"
    shown = f" (HTTP {status})" if status else ""
    no_money = status in {None, 400, _FORBIDDEN, _TOO_MANY} and wait_s is None and _NO_MONEY.search(words)
    no_model = status == _FORBIDDEN and ("model_not_found" in words or _NO_MODEL.search(words))
    if no_model:
        return None
    if (status in _REFUSED_KEY and not no_money) or (status in {None, 400, 404} and _BAD_KEY.search(words)):
        return Failure(f"{host} refuses the key{shown}{said}", "set a key that is valid there", "OPENAI_API_KEY")
    # Sent as 429 by some, but waiting does not help; where the server says how long to wait, it does.
    if status == _PAYMENT_REQUIRED or "insufficient_quota" in (error.code, error.type) or no_money:
        return Failure(
            f"the account at {host} has no credit left{shown}{said}", "add credit or use another key", "OPENAI_API_KEY"
        )
    return None


def _of_request(error: openai.APIError, model: str, host: str, secret: str, status: int | None) -> Failure:
    said = _quote(error, secret)
    words = f"{error.code} {error.type} {reason_of(error)}".lower()
    if any(word in words for word in _FILTER_WORDS):
        return Failure(
            f"the content filter of {host} refuses the prompt{said}",
            "reword the prompt or the note, or take another model",
            "WORKBENCH_MODEL",
            pauses=False,
        )
    if status == _TOO_LARGE or _TOO_LONG.search(words):
        return Failure(
            f"the prompt is longer than the context of {model} at {host}{said}",
            "take a model with a larger context, or fewer and shorter exhibits for this section",
            "WORKBENCH_MODEL",
            pauses=False,
        )
    # 404 may mean a wrong model or a wrong address; only the words tell.
    if status in {openai.NotFoundError.status_code, _FORBIDDEN}:
        if "model" in words or "deployment" in words:
            return Failure(
                f"{host} has no model {model!r}{said}", "name one that it offers", "WORKBENCH_MODEL", pauses=False
            )
        return Failure(
            f"{host} has no Chat Completions at this address (HTTP 404){said}",
            "correct the address; most end in /v1",
            "OPENAI_BASE_URL",
            pauses=False,
        )
    name = f"HTTP {status}" if status else "an error"
    return Failure(
        f"{model} at {host} refuses the request: {name}{said}",
        "correct what it names, or take another model",
        "WORKBENCH_MODEL",
        pauses=False,
    )


def _of_stream(error: openai.APIError, model: str, host: str, secret: str) -> Failure:
    """Describes an error inside the stream, after HTTP 200.

    Its code may be a status, a word, or missing.
    """
    status = int(error.code) if error.code and error.code.isdecimal() else None
    said, wait_s = _quote(error, secret), _worded_wait_s(error)
    if account := _of_account(error, host, said, status, wait_s):
        return account
    if "invalid_request" in f"{error.type}" or (status and status not in _OVERLOADED and status not in _SERVER_ERRORS):
        return _of_request(error, model, host, secret, status)
    # An unknown error in mid-stream is most often an overloaded server: worth a retry.
    return replace(_connection_failure(f"{host} broke off with an error{said}"), retry_after_s=wait_s)


def _connection_failure(what: str) -> Failure:
    return Failure(what, "check the address and the network, then go on", "OPENAI_BASE_URL", retries=True)


def reason_of(error: openai.APIError) -> str:
    """Returns the server's own words on one line, whatever shape its error has.

    An object, a list of objects (Gemini), FastAPI's ``detail``, plain text, or a page of HTML. Untrusted.
    """
    return "; ".join(dict.fromkeys(" ".join(part.split()) for part in _find_reasons(error.body) if part.strip()))


def _find_reasons(body: object, depth: int = 0) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(body, str):
        # An error of the server behind a gateway may stand in it as text.
        if body.lstrip()[:1] in {"{", "["}:
            with suppress(ValueError, RecursionError):
                yield from _find_reasons(json.loads(body), depth + 1)
                return
        title = _HTML_TITLE.search(body)
        if title or not is_web_page(body):
            yield title[1] if title else body
    elif isinstance(body, list):
        for entry in body[:_REASONS_SHOWN]:
            place = entry.get("loc") if isinstance(entry, Mapping) else None
            where = f"{place[-1]}: " if isinstance(place, list) and place else ""
            yield from (f"{where}{reason}" for reason in _find_reasons(entry, depth + 1))
    elif isinstance(body, Mapping):
        # The first field that says something: others repeat it, or hold the request.
        reasons = (list(_find_reasons(body.get(name), depth + 1)) for name in _REASON_FIELDS)
        found = next((reason for reason in reasons if reason), None)
        if found is None:
            named = [value for name, value in body.items() if _REASON_NAME.search(str(name))]
            found = [reason for value in named[:_REASONS_SHOWN] for reason in _find_reasons(value, depth + 1)]
        yield from found


def _quote(error: openai.APIError, secret: str) -> str:
    """The server's own words, without the key."""
    return quote(_hide_key(reason_of(error), secret))


def quote(words: str) -> str:
    """Quotes untrusted words on one short line that controls no terminal.

    Empty for none.
    """
    # Cut first: an error may be as long as a book.
    line = printable(" ".join(words[: 10 * _LONGEST_QUOTE].split()))
    if len(line) > _LONGEST_QUOTE:
        line = line[:_LONGEST_QUOTE] + "…"
    return f": “{line}”" if line else ""


def quote_body(body: object, secret: str) -> str:
    """Quotes the reason in a body that came with HTTP 200, as text or as the SDK's object."""
    further = getattr(body, "model_extra", None)
    return quote(_hide_key("; ".join(_find_reasons(body if further is None else further)), secret))


def is_web_page(body: object) -> bool:
    """Tells if a body is HTML, not JSON or plain text."""
    return isinstance(body, str) and body.lstrip().startswith("<")


def _page_title(page: str) -> str:
    title = _HTML_TITLE.search(page)
    return title[1] if title else ""


def _hide_key(text: str, secret: str) -> str:
    # Some servers echo the key in their refusal, whole or as its ends.
    ends = (secret[:_KEY_END], secret[-_KEY_END:]) if len(secret) > 2 * _KEY_END else ()
    words = (text.replace(secret, "***") if secret else text).split()
    return " ".join("***" if any(end in word for end in ends) else word for word in words)


def _root(error: BaseException) -> str:
    """Returns the innermost cause, which is the most specific."""
    while (inner := error.__cause__ or error.__context__) is not None and not isinstance(inner, BaseExceptionGroup):
        error = inner
    return str(error).rstrip(".") or type(error).__name__


def _stated_wait_s(error: openai.APIStatusError) -> float | None:
    """Returns the wait that the server asks for, seconds, or None.

    From ``Retry-After`` (RFC 9110, section 10.2.3), ``retry-after-ms``, the reset of a limit that has nothing left
    (``x-ratelimit-reset-requests``), or its words ("try again in 20s").
    """
    headers = error.response.headers
    waits = [_retry_after_s(headers), _number(headers.get("retry-after-ms"), 1000.0), *_limit_resets_s(headers)]
    stated = [wait for wait in waits if wait is not None]
    return max(stated) if stated else _worded_wait_s(error)


def _worded_wait_s(error: openai.APIError) -> float | None:
    text = error.body if isinstance(error.body, str) else json.dumps(error.body, default=str)
    match = _WAIT_WORDS.search(text)
    return _duration_s(text[match.end() : match.end() + 40]) if match else None


def _retry_after_s(headers: Mapping[str, str]) -> float | None:
    """The header ``Retry-After``, seconds or a date; never negative."""
    value = headers.get("retry-after")
    if value is None or (seconds := _number(value)) is not None:
        return seconds if value is not None else None
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _limit_resets_s(headers: Mapping[str, str]) -> Iterator[float]:
    """Yields the resets of limits that have nothing left, seconds."""
    for what in ("", "-requests", "-tokens"):
        if headers.get(f"x-ratelimit-remaining{what}") == "0":
            value = headers.get(f"x-ratelimit-reset{what}", "")
            seconds = _duration_s(value) or _number(value)
            if seconds is not None and seconds > _EPOCH_S:  # a moment, not a duration
                seconds = max(0.0, seconds - datetime.now(UTC).timestamp())
            if seconds is not None:
                yield seconds


def _number(value: str | None, divisor: float = 1.0) -> float | None:
    try:
        number = float(value) / divisor if value is not None else math.nan
    except ValueError:
        return None
    return max(0.0, number) if math.isfinite(number) else None


def _duration_s(text: str) -> float | None:
    """Reads a duration such as ``6m0s``, ``120ms`` or ``20 seconds``, seconds."""
    match = _DURATION.match(text)
    if match is None or not match[0].strip():
        return None
    return (
        float(match["h"] or 0) * 3600
        + float(match["m"] or 0) * 60
        + float(match["s"] or 0)
        + float(match["ms"] or 0) / 1000
    )
