"""Interface of the runs that the monitor shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from workbench.live.events import Event
from workbench.live.lock_owner import WriterSign
from workbench.live.snapshot import Snapshot
from workbench.widgets.messages import ExhibitPages
from workbench.workflow.commands import SectionAction, SentenceAction


# An interface: a run that is written here and one that is read from the store look the same to the monitor.
class MonitoredRun(ExhibitPages, Protocol):
    """Interface that the monitor needs of a run.

    Every method may be called from any thread.
    """

    @property
    def snapshot(self) -> Snapshot:
        """Present state of the run."""

    def subscribe(self, callback: Callable[[tuple[Event, ...], Snapshot], None]) -> Callable[[], None]:
        """Calls back after each write, on the loop thread.

        Returns the function that unsubscribes.
        """

    @property
    def waits_for(self) -> Mapping[str, Sequence[str]]:
        """Ids of the sections that each section waits for."""

    def before_return(self, say: Callable[[], None]) -> Callable[[], None]:
        """Calls ``say`` just before a wait for the run returns.

        Returns the function that ends this.
        """

    def on_waiting(self, listener: Callable[[bool], None]) -> Callable[[], None]:
        """Calls back when the store is lost or found again.

        Returns the function that ends this.
        """

    @property
    def waiting_reason(self) -> str | None:
        """Line that says why the store is not used, or None."""

    def on_sign(self, listener: Callable[[WriterSign], None]) -> Callable[[], None]:
        """Calls back each second while the run is being drafted.

        Returns the function that ends this.
        """

    def start(self, *, user_id: str | None, via: str) -> None:
        """Starts the run; TransitionError where it has started already."""

    def pause(self, *, user_id: str | None, via: str) -> None:
        """Pauses after the current step."""

    def resume(self, *, user_id: str | None, via: str) -> None:
        """Continues after a pause or a review."""

    def cancel(self, *, user_id: str | None, via: str) -> None:
        """Ends the run for good."""

    def decide(
        self,
        section_id: str,
        action: SectionAction,
        *,
        note: str | None,
        text: str | None,
        base: str | None,
        user_id: str | None,
        via: str,
    ) -> object:
        """Carries out a command on one section.

        Returns when it is stored.
        """

    def keep_user_name(self, name: str) -> str:
        """Keeps the user's name for all later commands; returns it."""

    def add_exhibit(self, path: Path | str, *, title: str | None = None, content: bytes | None = None) -> str:
        """Copies a file into the run after checking it.

        Of an upload there is the content, and the path is its name.

        Returns the exhibit's id.
        """

    def share(self, hours: float, *, redact: bool, user_id: str | None) -> Any:
        """Makes a read-only link to the run.

        The link has the attributes of :class:`workbench.server.shared_links.SharedLink`.
        """

    def unshare(self, link_id: str, *, user_id: str | None) -> Any:
        """Revokes a link."""

    def links(self) -> list[Any]:
        """Lists the run's links with who opened them."""

    def decide_sentence(
        self,
        section_id: str,
        action: SentenceAction,
        sentence: str,
        *,
        finding: str | None,
        note: str | None,
        user_id: str | None,
        via: str,
    ) -> object:
        """Records a word on one sentence.

        Returns when it is stored.
        """
