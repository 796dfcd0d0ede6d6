"""What goes wrong at a Redis, as our errors: one line each, what, where, remedy."""

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
    """What stands under our keys and is not ours, as one line: another program, or another hand, wrote there."""
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError) as error:  # pydantic's and orjson's are ValueErrors
        why = str(error).strip().splitlines()
        raise StoreError(
            f"what Redis at {url} keeps of run {thread_id} cannot be read ({why[0] if why else type(error).__name__}); "
            f"see what wrote it, or delete {keys.snapshot_key(thread_id)}"
        ) from error


def translation(error: Exception, url: str) -> StoreError:
    """redis-py's error as ours: away for now, refused for want of a right, or a mistake."""
    text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if _is_refusal(error):
        text = "it wants a password" if text.startswith(("HELLO must be called", "NOAUTH")) else text
        return unavailable(url, text, "correct REDIS_PASSWORD or the name and password in REDIS_URL")
    if "DB index" in text or "SELECT is not allowed" in text:
        return unavailable(url, text, "correct the database at the end of REDIS_URL")
    temporary = isinstance(error, _AWAY)
    if temporary or text.startswith(_TEMPORARY) or isinstance(error, redis.exceptions.ReadOnlyError):
        return unavailable(url, text)
    return StoreError(f"Redis at {url} refused a command: {text}")


def _is_refusal(error: BaseException | None) -> bool:
    """Whether name, password or rights are at fault; redis-py hides that behind a ConnectionError while connecting."""
    refusals = redis.exceptions.AuthenticationError | redis.exceptions.NoPermissionError
    while error is not None and not isinstance(error, refusals):
        error = error.__cause__ or error.__context__
    return error is not None


def unavailable(url: str, reason: str, remedy: str | None = None) -> StoreUnavailableError:
    """That it cannot be used now, and what to do about it."""
    remedy = remedy or "start it, correct REDIS_URL, or unset REDIS_URL to use the embedded server"
    return StoreUnavailableError(f"cannot use Redis at {url}: {reason.rstrip('.')}; {remedy}")


def doubts(info: Mapping[str, Any]) -> Iterator[str]:
    """What the user must be told about a server that may lose or evict runs."""
    if not info["durable"]:
        yield f"Redis at {info['url']} may lose its last writes in a crash; set appendonly yes and appendfsync always"
    if info["policy"] not in {"noeviction", None}:
        yield f"Redis at {info['url']} may evict runs ({info['policy']}); set maxmemory-policy noeviction"
