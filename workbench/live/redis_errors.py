"""Translation of Redis errors into the workbench's own.

Each has one line: problem, place, remedy.
"""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import redis.exceptions

from workbench.errors import StoreError, StoreNotWritableError, StoreUnavailableError, printable
from workbench.live import keys

_AWAY = (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError, redis.exceptions.RedisClusterException)

_LONGEST_TEXT = 200
"""Letters of a server's own words in a message."""


class _Cause(NamedTuple):
    """Reason and remedy of an error, for a message."""

    reason: str
    remedy: str


_FAILING_CLUSTER = _Cause("its cluster is failing", "start the missing nodes; CLUSTER INFO on any node says more")

_PASSING: Mapping[str, _Cause] = {
    "OOM": _Cause("its memory is full (maxmemory)", "raise its maxmemory, or delete from it what nobody needs"),
    "MISCONF": _Cause("it cannot save to its disk and takes no writes", "make room on its disk; its log says more"),
    "READONLY": _Cause(
        "it is a read-only replica", "name its master in REDIS_URL, or its sentinels with redis+sentinel://"
    ),
    "LOADING": _Cause("it is loading its data", "wait until it has"),
    "MASTERDOWN": _Cause("it is a replica that has lost its master", "start the master, or name it in REDIS_URL"),
    "CLUSTERDOWN": _FAILING_CLUSTER,
    "slots are not covered": _FAILING_CLUSTER,
    "TRYAGAIN": _Cause("its cluster is moving keys", "wait until it has"),
    "NOREPLICAS": _Cause("too few replicas follow it", "start them, or lower its min-replicas-to-write"),
    "BUSY": _Cause("it is running somebody's script", "wait until it has, or send it SCRIPT KILL"),
}
"""Refusals that end without a change of the settings: the server answers, and takes no writes for now."""

# A script's error has the code in the middle, and the code of a class that redis-py knows is not part of its text.
_PASSING_CODE = re.compile(rf"(?<![\w'])({'|'.join(_PASSING)})\b")

_CREDENTIALS = "correct REDIS_PASSWORD or the name and password in REDIS_URL"
_RIGHTS = "give its user the rights in docs/redis.md, or correct the name and password in REDIS_URL"
_AUTHORITY = "set REDIS_CA_FILE to the certificate of the authority that signed it"

_CERTIFICATE: Mapping[int, _Cause] = {
    10: _Cause("its certificate has expired", "renew it"),
    9: _Cause("its certificate is not valid yet", "correct the clock, or the certificate"),
    18: _Cause("its certificate is signed by itself", "set REDIS_CA_FILE to that certificate"),
    **dict.fromkeys(
        (19, 20, 21), _Cause("its certificate is signed by an authority that is not trusted here", _AUTHORITY)
    ),
    62: _Cause("its certificate is for another host", "write the host's name as the certificate has it in REDIS_URL"),
    64: _Cause(
        "its certificate is for another address", "write the host's name as the certificate has it in REDIS_URL"
    ),
}
"""Reasons against a certificate, by OpenSSL's number."""


@contextlib.contextmanager
def ours(thread_id: str, url: str) -> Iterator[None]:
    """Reports unreadable data under our keys as a StoreError."""
    # Another program may have written there; a traceback of pydantic would not tell the user which run to look at.
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError) as error:  # pydantic's and orjson's are ValueErrors
        why = str(error).strip().splitlines()
        raise StoreError(
            f"what Redis at {url} keeps of run {thread_id} cannot be read ({why[0] if why else type(error).__name__}); "
            f"see what wrote it, or delete {keys.snapshot_key(thread_id)}"
        ) from error


def translation(error: Exception, url: str) -> StoreError:
    """Translates an error of redis-py, or of a socket."""
    text = _first_line(error)
    passing = _PASSING_CODE.search(f"{getattr(error, 'status_code', None) or ''} {text}")
    if passing is not None:
        cause = _PASSING[passing[1]]
        return StoreNotWritableError(_line(url, cause.reason, cause.remedy))
    known = _cause_of_settings(error, text)
    if known is not None:
        return unavailable(url, *known)
    if isinstance(error, (*_AWAY, OSError)):
        return unavailable(url, text)
    return StoreError(f"Redis at {url} refused a command: {text}")


def _cause_of_settings(error: Exception, text: str) -> _Cause | None:
    """Recognises an error that a change of the settings mends."""
    # While connecting, redis-py hides the reason behind a ConnectionError of its own.
    chain = list(_chain(error))
    found = next(filter(None, map(_cause_of_class, chain)), None)
    if found is None and ("DB index" in text or "SELECT is not allowed" in text):
        found = _Cause(text, "correct the database at the end of REDIS_URL")
    if found is None and "unknown command 'SENTINEL'" in text:
        found = _Cause("it is no sentinel", "write REDIS_URL as redis://, or name the sentinels' port")
    if found is None and any("cluster support disabled" in str(each) for each in chain):
        found = _Cause("it is no cluster", "write REDIS_URL as redis://")
    return found


def _cause_of_class(error: BaseException) -> _Cause | None:
    """Recognises an error by its class alone."""
    cause: _Cause | None = None
    match error:
        case redis.exceptions.NoPermissionError():
            cause = _Cause(_first_line(error), _RIGHTS)
        case redis.exceptions.AuthenticationError():
            text = _first_line(error)
            wants = text.startswith(("HELLO must be called", "NOAUTH", "Authentication required"))
            cause = _Cause("it wants a password" if wants else text, _CREDENTIALS)
        case ssl.SSLError():
            cause = _cause_of_tls(error)
        case socket.gaierror():
            cause = _Cause("no machine of that name is known", "correct the host in REDIS_URL")
        case redis.exceptions.InvalidResponse():
            cause = _cause_of_answer(error)
        case redis.exceptions.MovedError() | redis.exceptions.AskError():
            cause = _Cause("it is a node of a cluster", "write REDIS_URL as redis+cluster://")
    return cause


def _cause_of_tls(error: ssl.SSLError) -> _Cause:
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = printable(error.verify_message)
        return _CERTIFICATE.get(error.verify_code, _Cause(f"its certificate is refused: {reason}", _AUTHORITY))
    if "CERTIFICATE_REQUIRED" in (error.reason or ""):
        return _Cause("it wants a certificate of its clients", "set its tls-auth-clients to no; a password does that")
    if error.reason in {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG"}:
        return _Cause("it does not speak TLS", "write REDIS_URL with redis://, or name its TLS port")
    return _Cause(f"TLS failed: {printable(error.reason or str(error))[:_LONGEST_TEXT]}", "see the server's log")


def _cause_of_answer(error: Exception) -> _Cause:
    """Explains an answer that is none of Redis's protocol."""
    # Not quoted: whatever listens there has sent it. hiredis gives its first letter, redis-py's own parser the rest.
    text = str(error)
    if r"\x15" in text or r"\x03\x0" in text:
        return _Cause("it speaks TLS", "write REDIS_URL with rediss://")
    what = "a web server answers there" if re.search(r'TTP/1\.|"[H<]"', text) else "what answers there is no Redis"
    return _Cause(what, "correct the host and port in REDIS_URL")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yields an error and what lies behind it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _first_line(error: BaseException) -> str:
    # redis-py names its own objects behind the reason of a sentinel.
    lines = str(error).partition(" : <")[0].strip().splitlines()
    return printable(lines[0])[:_LONGEST_TEXT] if lines else type(error).__name__


def unavailable(url: str, reason: str, remedy: str | None = None) -> StoreUnavailableError:
    """Builds the error for an unusable Redis."""
    remedy = remedy or "start it, correct REDIS_URL, or unset REDIS_URL to use the embedded server"
    return StoreUnavailableError(_line(url, reason, remedy))


def _line(url: str, reason: str, remedy: str) -> str:
    return f"cannot use Redis at {url}: {reason.rstrip('.')}; {remedy}"


def doubts(info: Mapping[str, Any]) -> Iterator[str]:
    """Yields warnings that a server may lose or evict runs."""
    if not info["durable"]:
        yield f"Redis at {info['url']} may lose its last writes in a crash; set appendonly yes and appendfsync always"
    if info["policy"] not in {"noeviction", None}:
        yield f"Redis at {info['url']} may evict runs ({info['policy']}); set maxmemory-policy noeviction"
