"""A run that replays recorded events."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from workbench.checks.report import CheckReport
from workbench.errors import InputError, Problem, TransitionError
from workbench.live.events import Event
from workbench.live.lock_owner import WriterSign
from workbench.live.snapshot import SectionState, Snapshot, fold
from workbench.record.history import HistoryRow, history, state_at
from workbench.text.digest import text_digest
from workbench.workflow.commands import SectionAction, SentenceAction
from workbench.workflow.page_pictures import MarkedPlaces


class ReplayedRun:
    """Interface of a run, without a graph or a store.

    ``replay`` plays the part of the workbench's loop; events are applied by the real fold.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        pages: dict[tuple[str, int], str] | None = None,
        waits_for: dict[str, list[str]] | None = None,
    ) -> None:
        self.snapshot = self.first = snapshot
        self.events: list[Event] = []
        self.waits_for = waits_for or {}
        self.returning: list[Callable[[], None]] = []
        self.waiting_listeners: list[Callable[[bool], None]] = []
        self.waiting_reason: str | None = None
        self.sign_listeners: list[Callable[[WriterSign], None]] = []
        self.pages = pages or {}
        self.commands: list[str] = []
        self.users: list[str | None] = []
        self.decided: list[tuple[str, str, dict[str, str | None]]] = []
        self.added: list[tuple[str, bytes]] = []
        self.callbacks: list[Callable[[tuple[Event, ...], Snapshot], None]] = []

    def keep_user_name(self, name: str) -> str:
        self.kept_name = name
        return name

    def history(self) -> list[HistoryRow]:
        return history(self.events, initial=self.first)

    @property
    def missing_sections(self) -> dict[str, str]:
        return {"benefit": "Benefit to the United States"}

    def at(self, event_id: str) -> Snapshot:
        return state_at(self.events, event_id, initial=self.first)

    def replay(self, events: Iterable[Event]) -> None:
        """One write: folds the events, then tells the subscribers."""
        written = tuple(events)
        self.events.extend(written)
        self.snapshot = fold(self.snapshot, written)
        for callback in list(self.callbacks):
            callback(written, self.snapshot)

    def subscribe(self, callback: Callable[[tuple[Event, ...], Snapshot], None]) -> Callable[[], None]:
        self.callbacks.append(callback)
        return lambda: self.callbacks.remove(callback)

    def before_return(self, say: Callable[[], None]) -> Callable[[], None]:
        self.returning.append(say)
        return lambda: self.returning.remove(say)

    def on_waiting(self, listener: Callable[[bool], None]) -> Callable[[], None]:
        self.waiting_listeners.append(listener)
        return lambda: self.waiting_listeners.remove(listener)

    def on_sign(self, listener: Callable[[WriterSign], None]) -> Callable[[], None]:
        self.sign_listeners.append(listener)
        return lambda: self.sign_listeners.remove(listener)

    def start(self, *, user_id: str | None, via: str) -> None:
        assert via == "widget"
        self.users.append(user_id)
        self.commands.append("start")

    def pause(self, *, user_id: str | None, via: str) -> None:
        assert via == "widget"
        if self.snapshot.status != "generating":
            raise TransitionError(
                f"thread {self.snapshot.thread_id} is {self.snapshot.status}: only a running one can pause"
            )
        self.commands.append("pause")

    def resume(self, *, user_id: str | None, via: str) -> None:
        assert via == "widget"
        self.commands.append("resume")

    def cancel(self, *, user_id: str | None, via: str) -> None:
        assert via == "widget"
        self.commands.append("cancel")

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
    ) -> SectionState:
        assert via == "widget"
        self.users.append(user_id)
        section = self.snapshot.section(section_id)
        if base is not None and base != text_digest(section.content):
            raise TransitionError(f"section {section_id} has changed since: look at it again")
        if section.locked and action in {"reject", "edit", "regenerate"}:
            raise TransitionError(f"section {section_id} is locked")
        self.decided.append((section_id, action, {"note": note, "text": text}))
        return section

    def add_exhibit(self, path: Path | str, *, title: str | None = None, content: bytes | None = None) -> str:
        path = Path(path)
        if path.suffix != ".pdf":
            raise InputError(Problem("not a PDF", "convert it first", file=path.name))
        self.added.append((path.name, path.read_bytes() if content is None else content))
        return path.stem.lower()

    def page_text(self, exhibit_id: str, page: int) -> str:
        return self.pages[exhibit_id, page]

    def page_picture(self, exhibit_id: str, page: int) -> bytes:
        raise InputError(Problem("a text, whose pages have no picture", "read its text", file=f"{exhibit_id} {page}"))

    def passage_places(self, exhibit_id: str, page: int, passage: str = "", *, sentence: str = "") -> MarkedPlaces:
        return MarkedPlaces(passage, [], None)

    def exhibit_file(self, exhibit_id: str) -> tuple[str, bytes]:
        return f"{exhibit_id}.txt", self.pages[exhibit_id, 1].encode()

    def check(self) -> CheckReport:
        raise InputError(Problem("the case is not on this machine", "resume the run where it was started"))

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
    ) -> SectionState:
        assert via == "widget"
        self.users.append(user_id)
        self.decided.append((section_id, action, {"sentence": sentence, "finding": finding, "note": note}))
        return self.snapshot.section(section_id)
