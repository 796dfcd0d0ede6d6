"""Exhibits that a run adds to its case."""

from __future__ import annotations

import asyncio
from pathlib import Path

from workbench.case.exhibits import read_content, read_document
from workbench.config import Settings
from workbench.live import events
from workbench.workflow.context import GenerationContext
from workbench.workflow.initial_snapshot import build_exhibit_state
from workbench.workflow.planning import mark_finished_stale
from workbench.workflow.run_folder import NewExhibit, RunFolder


def read_new_exhibit(path: Path, title: str | None, content: bytes | None, settings: Settings) -> NewExhibit:
    """Reads a file that is to be added to a run.

    Blocks, for as long as a minute on a hostile file: called on no loop, and with no lock of the run.

    Args:
        path: The file, or the name of an upload.
        title: For the index; None: the file's name.
        content: Of an upload, which is never written but in its place; None: that of the file.
        settings: Of the run.

    Raises:
        InputError: The file cannot be used.
    """
    name = str(path)
    content = read_content(path, name) if content is None else content
    return NewExhibit(path, title, content, read_document(path, name=name, content=content, settings=settings))


async def add_exhibit(context: GenerationContext, folder: RunFolder, new: NewExhibit, *, user_id: str, via: str) -> str:
    """Adds an exhibit to folder, case, index and events of a run.

    The caller holds the run's lock. Returns the exhibit's id.

    Raises:
        InputError: The run's folder cannot be written.
    """
    journal, document = context.journal, new.document
    # It may be a hundred megabytes, which are on disk before the run says that it has them: not on the loop.
    exhibit = await asyncio.to_thread(folder.add_exhibit, new, context.case)
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
