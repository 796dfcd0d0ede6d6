"""A run in the real store, written event by event by the test: no graph and no model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workbench.config import Settings
from workbench.live import keys
from workbench.live.events import Event
from workbench.live.snapshot import Snapshot, fold
from workbench.live.store import Kept
from workbench.workflow.loop import BackgroundLoop


class KeptRun:
    """Holds the thread from the first write to :meth:`close`.

    Args:
        settings: Which store.
        first: The run as it begins; its thread must be nobody's.
        pages: Texts of exhibit pages.
    """

    def __init__(self, settings: Settings, first: Snapshot, pages: Mapping[tuple[str, int], str] | None = None) -> None:
        self.snapshot = first
        self._bench = BackgroundLoop.current()
        self._store = self._bench.call(self._bench.store(settings))
        self._fence = self._bench.call(self._store.acquire(first.thread_id, "test"))
        texts = {keys.page_field(*place): text.encode() for place, text in (pages or {}).items()}
        self._bench.call(self._store.write(first.thread_id, self._fence, [], first, {keys.PAGES: texts}))

    def write(self, events: Iterable[Event], kept: Kept | None = None) -> None:
        """One write; the events get the thread's id, and keep their own; ``kept`` as :meth:`Store.write` takes it."""
        thread_id = self.snapshot.thread_id
        written = [event.model_copy(update={"thread_id": thread_id}) for event in events]
        self._bench.call(self._store.write(thread_id, self._fence, written, None, kept))
        self.snapshot = fold(self.snapshot, written)

    def close(self) -> None:
        self._bench.call(self._store.release(self.snapshot.thread_id, self._fence))
