"""Exhibits that a run adds to its case."""

from __future__ import annotations

import asyncio
from pathlib import Path

from workbench.live import events
from workbench.workflow.context import GenerationContext
from workbench.workflow.initial_snapshot import build_exhibit_state
from workbench.workflow.planning import mark_finished_stale
from workbench.workflow.run_folder import RunFolder


async def add_exhibit(
    context: GenerationContext, folder: RunFolder, path: Path, title: str | None, *, user_id: str, via: str
) -> str:
    """Adds an exhibit to folder, case, index and events of a run.

    The caller holds the run's lock. Returns the exhibit's id.

    Raises:
        InputError: The file cannot be used; nothing of it was written.
    """
    journal = context.journal
    # PDFium runs in a child process and may take seconds: not on the loop.
    exhibit, document = await asyncio.to_thread(folder.add_exhibit, path, title, context.case)
    context.case = context.case.with_exhibits({exhibit.id: (exhibit, document)})
    context.memory.add(exhibit.id, document)
    listed = (*journal.snapshot.exhibits, build_exhibit_state(context.case, exhibit.id))
    journal.record("add_exhibit", user_id=user_id, note=f"{exhibit.id}: {document.sha256}", via=via)
    journal.add_pages({(exhibit.id, number): text for number, text in enumerate(document.pages, start=1)})
    journal.emit(
        events.WorkflowUpdate(update={"exhibits": [state.model_dump() for state in listed]}),
        *mark_finished_stale(journal.snapshot),
        events.log(f"exhibit {len(listed)} added: {exhibit.title}", agent="memory"),
    )
    for warning in document.list_warnings():
        journal.emit(events.log(f"{exhibit.title} {warning}", agent="memory", level="warning"))
    await journal.flush(snapshot=True)
    return exhibit.id
