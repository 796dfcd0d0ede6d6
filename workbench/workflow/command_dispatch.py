"""One order to any run, whoever holds it: for the command line and the servers."""

from __future__ import annotations

from typing import cast

from workbench.config import Settings
from workbench.errors import InputError, Problem
from workbench.live.snapshot import Snapshot
from workbench.workflow.commands import ALLOWED, SECTION_ACTIONS, SectionAction
from workbench.workflow.run import Run
from workbench.workflow.start import attach


def steer(
    thread_id: str,
    action: str,
    *,
    section_id: str | None = None,
    settings: Settings | None = None,
    **what: str | None,
) -> Snapshot:
    """Has an order obeyed: by the process that writes the run, or by this one, which then takes the run up.

    Blocks until the order is kept, not until what it brings (a draft, the end of a step) has come. A run that this
    process takes up goes on in it.

    Args:
        thread_id: The run: alive, orphaned, paused, ended or archived.
        action: ``start resume pause cancel``, or of a section ``approve reject edit regenerate lock unlock``.
        section_id: The section, for those that concern one.
        settings: Default: the environment.
        what: ``note``, ``text``, ``base``, ``user_id``, ``via``: see :meth:`workbench.workflow.run.Run.decide`.

    Returns:
        The run after it.

    Raises:
        InputError: Unknown thread or section, or a value that cannot be used.
        TransitionError: The state does not allow it.
        StoreError: The store is away, or the holder does not answer.
    """
    run = attach(thread_id, settings=settings)
    try:
        return steered(run, action, section_id=section_id, **what)
    finally:
        run.unfollow()  # a server steers for weeks: nobody looks at this one any more


def steered(run: Run, action: str, *, section_id: str | None = None, **what: str | None) -> Snapshot:
    """The same for a run that the caller has attached to."""
    if action in SECTION_ACTIONS:
        if section_id is None:
            raise InputError(Problem(f"{action} concerns a section", "name one", field="section_id"))
        return run.decided(section_id, cast("SectionAction", action), **what)
    if action not in ALLOWED:
        known = ", ".join([*ALLOWED, *SECTION_ACTIONS])
        raise InputError(Problem(f"unknown action {action!r}", f"use one of {known}", field="action"))
    who = {name: value for name in ("user_id", "via") if (value := what.get(name)) is not None}
    return run.ordered(action, **who)
