"""Messages to this process's viewers of a run, under the seed's names.

What is sent this way has no id: it is shown, not kept, and whoever comes later has not missed it. What belongs to a run
is written through its journal and reaches the viewers of every process.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.live.events import Level, RunStatus, SectionStatus
from workbench.server.fanout import ConnectionManager
from workbench.text.clock import now


async def broadcast_workflow_update(thread_id: str, update: Mapping[str, Any]) -> None:
    """Top-level fields of the run."""
    await _say(thread_id, type="workflow_update", update=dict(update))


async def broadcast_section_update(thread_id: str, section_id: str, status: SectionStatus, **kwargs: Any) -> None:
    """Fields of one section."""
    await _say(thread_id, type="section_update", section_id=section_id, status=status, **kwargs)


async def broadcast_log_entry(thread_id: str, level: Level, message: str, agent: str) -> None:
    """One line of the log."""
    await _say(thread_id, type="log_entry", log={"level": level, "message": message, "agent": agent, "at": now()})


async def broadcast_status_change(thread_id: str, status: RunStatus, **kwargs: Any) -> None:
    """The run's status."""
    await _say(thread_id, type="status_change", status=status, **kwargs)


async def broadcast_progress_update(thread_id: str, completed: int, total: int, percentage: float) -> None:
    """How many sections are done; ``percentage`` 0.0-100.0."""
    await _say(thread_id, type="progress_update", completed=completed, total=total, percentage=percentage)


async def broadcast_error(thread_id: str, error_message: str, **kwargs: Any) -> None:
    """Something failed; with a ``section_id`` only that section."""
    await _say(thread_id, type="error", message=error_message, **kwargs)


async def _say(thread_id: str, **message: Any) -> None:
    for manager in ConnectionManager.of_this_process():
        await manager.broadcast(thread_id, {**message, "thread_id": thread_id, "at": now()})
