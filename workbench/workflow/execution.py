"""Executions of a run's graph, with futures for callers."""

from __future__ import annotations

from concurrent.futures import Future

from workbench.live.snapshot import Snapshot


class Execution:
    """One start-to-stop execution of the graph.

    It stops at the run's end, at a pause, or where the run waits for the attorney.

    Attributes:
        future: Resolves with the run at the stop, or with what broke.
        begun: Whether the graph runs, or ran, for it; else it stands for a command that is under way.
    """

    def __init__(self) -> None:
        self.future: Future[Snapshot] = Future()
        self.begun = False

    def finish(self, snapshot: Snapshot) -> None:
        """Resolves the future; a second outcome is ignored."""
        if not self.future.done():
            self.future.set_result(snapshot)

    def fail(self, error: Exception) -> None:
        """Fails the future; a second outcome is ignored."""
        if not self.future.done():
            self.future.set_exception(error)


class ExecutionTracker:
    """Current execution of one run, renewed with the next.

    Callers wait from any thread, so the futures are those of ``concurrent.futures``.

    Attributes:
        current: The execution that callers wait on.
        begun: How many executions have begun, as far as this process knows.
    """

    def __init__(self) -> None:
        self.current = Execution()
        self.begun = 0

    @property
    def active(self) -> bool:
        """True while there is something to wait for."""
        return not self.current.future.done()

    def begin(self) -> Execution:
        """Begins an execution.

        Callers that wait for one to come wait for this one.
        """
        # One that was renewed for a command has not begun yet: it is the one that begins now.
        self.begun += 1
        if self.current.future.done():
            self.current = Execution()
        self.current.begun = True
        return self.current

    def renew(self) -> Execution:
        """Replaces the execution that callers wait on.

        For a command that will begin the next one: callers wait for that from here on.
        """
        # One that waits for another command's execution is kept: whoever waits on it is told by that one.
        if self.current.begun or self.current.future.done():
            self.current = Execution()
        return self.current
