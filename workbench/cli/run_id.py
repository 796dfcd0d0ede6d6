"""Ids of runs on the command line."""

from __future__ import annotations

from workbench.config import Settings


def complete_run_id(_context: object, _parameter: object, value: str | None) -> str | None:
    """Completes an id, or a moment's THREAD@ID, of which the first characters are given: a callback of parameters.

    InputError where several runs have such an id. One that no run has is returned as it is: the command says so.
    """
    if value is None:
        return None
    # Not needed for a command's help.
    from workbench.workflow.loop import BackgroundLoop  # noqa: PLC0415
    from workbench.workflow.repository import RunRepository  # noqa: PLC0415

    text, at, moment = value.partition("@")
    completed = BackgroundLoop.current().call(RunRepository(Settings.from_env()).complete_id(text))
    return completed + at + moment
