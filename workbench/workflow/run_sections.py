"""Sections of the case that a run adds to those it began with."""

from __future__ import annotations

import asyncio

from workbench.case.model import Case
from workbench.drafting.sections import SectionSpec, resolve_case_sections, sections_for
from workbench.errors import InputError, Problem, TransitionError
from workbench.live import events
from workbench.live.snapshot import SectionState, Snapshot
from workbench.workflow.commands import Command, check_status
from workbench.workflow.context import GenerationContext, resolve_dependencies
from workbench.workflow.run_folder import RunFolder
from workbench.workflow.section_commands import mark_dependents_stale


def find_missing_sections(snapshot: Snapshot, case: Case) -> dict[str, SectionSpec]:
    """Finds the sections that the case calls for and the run is without, in the document's order."""
    present = {section.section_id for section in snapshot.sections}
    return {spec.section_id: spec for spec in sections_for(case) if spec.section_id not in present}


async def add_section(context: GenerationContext, folder: RunFolder, command: Command) -> list[events.Event]:
    """Adds a section to the run's folder and specifications; its draft is the graph's.

    The caller holds the run's lock, and emits the events.

    Returns:
        The events that show the section, pending.

    Raises:
        InputError: The case has no such section, or the folder cannot be written.
        TransitionError: The run has the section already, or is cancelled.
    """
    snapshot, section_id = context.journal.snapshot, command.section_id or ""
    check_status(command, snapshot.thread_id, snapshot.status)
    known = {section.section_id: section for section in snapshot.sections}
    if section_id in known:
        raise TransitionError(f"cannot add section {section_id}: the run has it; regenerate drafts it again")
    missing = find_missing_sections(snapshot, context.case)
    if section_id not in missing:
        what = f"{snapshot.thread_id} lacks no section {section_id!r} of its case"
        remedy = f"add one of {', '.join(missing)}" if missing else "the run has every section that the case calls for"
        raise InputError(Problem(what, remedy, field="section_id"))
    chosen = _order_sections(list(known), section_id, [spec.section_id for spec in sections_for(context.case)])
    options = context.options.model_copy(update={"sections": chosen})
    specs = {spec.section_id: spec for spec in resolve_case_sections(context.case, chosen)}
    # On disk before the event: a run whose snapshot has a section that its record lacks cannot be drafted.
    await asyncio.to_thread(lambda: folder.write(folder.read().model_copy(update={"options": options})))
    context.specs, context.options = specs, options
    context.after = resolve_dependencies(specs, sequential=options.sequential)
    spec = specs[section_id]
    fresh = SectionState(section_id=section_id, title=spec.title)
    sections = [known.get(name, fresh).model_dump(mode="json") for name in specs]
    note = f": {command.note}" if command.note else ""
    return [
        events.WorkflowUpdate(update={"sections": sections}),
        *mark_dependents_stale(snapshot, section_id),
        events.log(f"{spec.title}: section added{note} ({command.user_id})", agent="attorney"),
    ]


def _order_sections(known: list[str], new: str, order: list[str]) -> tuple[str, ...]:
    """Puts a section before the first of a run that stands behind it in the document."""
    behind = set(order[order.index(new) :])
    place = next((number for number, name in enumerate(known) if name in behind), len(known))
    return (*known[:place], new, *known[place:])
