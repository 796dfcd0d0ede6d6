"""The present moment, as written to records."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal


def now(timespec: Literal["microseconds", "seconds"] = "microseconds") -> str:
    """Returns the present moment, ISO 8601 in UTC.

    It has a Z at the end.

    >>> len(now()), now("seconds")[-1]
    (27, 'Z')
    """
    return datetime.now(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")
