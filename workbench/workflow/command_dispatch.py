"""Commands by thread id, for command line and servers."""

from __future__ import annotations

from typing import Any, cast

from workbench.config import Settings
from workbench.errors import InputError, Problem
from workbench.live.snapshot import Snapshot
from workbench.workflow.commands import ALLOWED, SECTION_ACTIONS, SENTENCE_ACTIONS, SectionAction
from workbench.workflow.run import Run
from workbench.workflow.start import attach


def send_command(
    thread_id: str,
    action: str,
    *,
    section_id: str | None = None,
    settings: Settings | None = None,
    **fields: str | None,
) -> Snapshot:
    """Sends a command to a run, whichever process writes it.

    This process takes the run over where no process writes it.

    Blocks until the command is recorded, not until its consequences (a draft, the end of a step) have come. A run that
    this process takes over goes on in it.

    Args:
        thread_id: The run: alive, orphaned, paused, ended or archived.
        action: ``start resume pause cancel``, or of a section ``approve withdraw reject edit regenerate
            lock unlock add``.
        section_id: The section, for actions that concern one.
        settings: Default: the environment.
        fields: ``note``, ``text``, ``base``, ``user_id``, ``via``: see :meth:`workbench.workflow.run.Run.decide`.

    Returns:
        The run after it.

    Raises:
        InputError: Unknown thread or section, or a value that cannot be used.
        TransitionError: The state does not allow it.
        StoreError: The store is away, or the run's writer does not answer.
    """
    run = attach(thread_id, settings=settings)
    try:
        return send_command_to(run, action, section_id=section_id, **fields)
    finally:
        run.unfollow()  # a server lives for weeks: it must not go on following each run that it sent a command to


def send_command_to(run: Run, action: str, *, section_id: str | None = None, **fields: str | None) -> Snapshot:
    """Sends a command to a run that was attached before.

    Else it does the same as :func:`send_command`.
    """
    if action in SECTION_ACTIONS or action in SENTENCE_ACTIONS:
        if section_id is None:
            raise InputError(Problem(f"{action} concerns a section", "name one", field="section_id"))
        given = {name: value for name, value in fields.items() if name != "via" or value is not None}
        return run.send_section_command(section_id, cast("SectionAction", action), **cast("Any", given))
    if action not in ALLOWED:
        known = ", ".join([*ALLOWED, *SECTION_ACTIONS, *SENTENCE_ACTIONS])
        raise InputError(Problem(f"unknown action {action!r}", f"use one of {known}", field="action"))
    # Run.send_run_command takes no None for these: its defaults are the run's own user and this kernel.
    origin = {name: value for name in ("user_id", "via") if (value := fields.get(name)) is not None}
    return run.send_run_command(action, **origin)
