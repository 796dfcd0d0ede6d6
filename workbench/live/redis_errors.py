"""Translation of Redis errors into the workbench's own.

Each has one line: problem, place, remedy.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import redis.exceptions

from workbench.errors import StoreError, StoreUnavailableError
from workbench.live import keys

_AWAY = (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError, redis.exceptions.RedisClusterException)
_TEMPORARY = ("MISCONF", "READONLY", "OOM", "LOADING", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "NOREPLICAS")


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
    """Translates an error of redis-py."""
    text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if _is_refusal(error):
        text = "it wants a password" if text.startswith(("HELLO must be called", "NOAUTH")) else text
        return unavailable(url, text, "correct REDIS_PASSWORD or the name and password in REDIS_URL")
    if "DB index" in text or "SELECT is not allowed" in text:
        return unavailable(url, text, "correct the database at the end of REDIS_URL")
    # These pass by themselves (loading, failover, full disk), so the journal retries instead of ending the run.
    temporary = isinstance(error, _AWAY)
    if temporary or text.startswith(_TEMPORARY) or isinstance(error, redis.exceptions.ReadOnlyError):
        return unavailable(url, text)
    return StoreError(f"Redis at {url} refused a command: {text}")


def _is_refusal(error: BaseException | None) -> bool:
    """Tests for an error of name, password or rights."""
    # While connecting, redis-py hides it behind a ConnectionError.
    refusals = redis.exceptions.AuthenticationError | redis.exceptions.NoPermissionError
    while error is not None and not isinstance(error, refusals):
        error = error.__cause__ or error.__context__
    return error is not None


def unavailable(url: str, reason: str, remedy: str | None = None) -> StoreUnavailableError:
    """Builds the error for an unusable Redis."""
    remedy = remedy or "start it, correct REDIS_URL, or unset REDIS_URL to use the embedded server"
    return StoreUnavailableError(f"cannot use Redis at {url}: {reason.rstrip('.')}; {remedy}")


def doubts(info: Mapping[str, Any]) -> Iterator[str]:
    """Yields warnings that a server may lose or evict runs."""
    if not info["durable"]:
        yield f"Redis at {info['url']} may lose its last writes in a crash; set appendonly yes and appendfsync always"
    if info["policy"] not in {"noeviction", None}:
        yield f"Redis at {info['url']} may evict runs ({info['policy']}); set maxmemory-policy noeviction"
