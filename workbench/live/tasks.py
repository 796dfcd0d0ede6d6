"""Reliable cancellation of tasks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

_AGAIN_S = 1.0


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancels tasks until they have ended; ignores their errors.

    Once is not enough: before Python 3.12 ``asyncio.wait_for``, which redis-py uses while it connects, loses a
    cancellation that comes at the wrong moment, and waiting for the task would take for ever.
    """
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()  # of one that has ended only the error is taken
        done, pending = await asyncio.wait(pending, timeout=_AGAIN_S)
        for task in done:
            if not task.cancelled():
                task.exception()  # marks it as seen: asyncio would log it as never retrieved
