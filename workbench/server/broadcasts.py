"""Messages to this process's viewers, under the seed's names.

Such a message has no id and is not stored. An event of the run is written through its journal instead, and reaches the
viewers of every process.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.live.events import Level, RunStatus, SectionStatus
from workbench.server.connection_manager import ConnectionManager
from workbench.text.clock import now


async def broadcast_workflow_update(thread_id: str, update: Mapping[str, Any]) -> None:
    """Sends top-level fields of the run."""
    await _send_to_all_managers(thread_id, type="workflow_update", update=dict(update))


async def broadcast_section_update(thread_id: str, section_id: str, status: SectionStatus, **kwargs: Any) -> None:
    """Sends fields of one section."""
    await _send_to_all_managers(thread_id, type="section_update", section_id=section_id, status=status, **kwargs)


async def broadcast_log_entry(thread_id: str, level: Level, message: str, agent: str) -> None:
    """Sends a line of the log."""
    await _send_to_all_managers(
        thread_id, type="log_entry", log={"level": level, "message": message, "agent": agent, "at": now()}
    )


async def broadcast_status_change(thread_id: str, status: RunStatus, **kwargs: Any) -> None:
    """Sends the run's status."""
    await _send_to_all_managers(thread_id, type="status_change", status=status, **kwargs)


async def broadcast_progress_update(thread_id: str, completed: int, total: int, percentage: float) -> None:
    """Sends the number of completed sections; ``percentage`` is 0.0-100.0."""
    await _send_to_all_managers(
        thread_id, type="progress_update", completed=completed, total=total, percentage=percentage
    )


async def broadcast_error(thread_id: str, error_message: str, **kwargs: Any) -> None:
    """Sends an error, of one section where ``section_id`` is given."""
    await _send_to_all_managers(thread_id, type="error", message=error_message, **kwargs)


async def _send_to_all_managers(thread_id: str, **message: Any) -> None:
    # A process hosts an application for each set of admitted origins, all with viewers of the same runs.
    for manager in ConnectionManager.instances():
        await manager.broadcast(thread_id, {**message, "thread_id": thread_id, "at": now()})
