"""Values of a run as Redis keeps them: encrypted JSON, each bound to its place."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from workbench.errors import StoreError, printable
from workbench.live import keys
from workbench.live.events import Event, id_order
from workbench.live.redis_errors import ours
from workbench.live.run_summary import RunSummary
from workbench.live.snapshot import Snapshot
from workbench.text.encryption import SNAPSHOT, Cipher

logger = logging.getLogger("workbench")

Row = tuple[bytes, Mapping[bytes, bytes]]
"""Entry of a stream, as Redis answers it: id and fields."""


class StoredValues:
    """Writes and reads the values of threads.

    Every value of the store passes here, on its way out of this process and on its way in: what is above is in clear.

    Args:
        cipher: Encrypts what is kept.
        url: For messages, without a password.
    """

    def __init__(self, cipher: Cipher, url: str) -> None:
        self.kid = cipher.kid
        self._cipher = cipher
        self._url = url

    def write_snapshot(self, thread_id: str, snapshot: Snapshot) -> bytes:
        """Serialises and encrypts a snapshot."""
        return self._cipher.encrypt(snapshot.to_json(), (thread_id, SNAPSHOT))

    def read_snapshot(self, thread_id: str, data: bytes) -> Snapshot:
        """Decrypts and parses a snapshot; StoreError where it is none of this thread."""
        with ours(thread_id, self._url):
            snapshot = Snapshot.from_json(self._decrypt(data, thread_id, SNAPSHOT))
            if snapshot.thread_id != thread_id:
                raise ValueError(f"it names the thread {snapshot.thread_id!r}")
            id_order(snapshot.last_event_id)  # raises ValueError here, where it names the run
            return snapshot

    def write_summary(self, thread_id: str, snapshot: Snapshot) -> bytes:
        """Serialises and encrypts the summary of a snapshot."""
        summary = RunSummary.of(snapshot)
        return self._cipher.encrypt(summary.to_json(), (thread_id, keys.FENCE, keys.SUMMARY))

    def find_summary(self, thread_id: str, data: bytes | None) -> RunSummary | None:
        """Decrypts and parses a summary; None where there is none to use."""
        # Never an error: a version that knows no summary does not re-encrypt it either, and the snapshot has it all.
        if data is None:
            return None
        try:
            return RunSummary.from_json(self._decrypt(data, thread_id, keys.FENCE, keys.SUMMARY), thread_id)
        except (StoreError, ValueError):
            return None

    def summarize_snapshot(self, thread_id: str, data: bytes) -> RunSummary:
        """Decrypts a snapshot and parses what a list shows of it.

        Raises:
            StoreError: It is no snapshot of this thread.
        """
        with ours(thread_id, self._url):
            return RunSummary.from_snapshot_json(self._decrypt(data, thread_id, SNAPSHOT), thread_id)

    def write_event(self, thread_id: str, event: Event) -> bytes:
        """Serialises and encrypts an event."""
        return self._cipher.encrypt(event.to_json(), (thread_id, keys.EVENTS, event.id))

    def read_rows(self, thread_id: str, rows: Sequence[Row]) -> list[tuple[str, bytes]]:
        """Decrypts entries of the stream into ids and JSON.

        StoreError where one is no event.
        """
        with ours(thread_id, self._url):
            named = ((event_id.decode(), row[b"e"]) for event_id, row in rows)
            return [(event_id, self._decrypt(data, thread_id, keys.EVENTS, event_id)) for event_id, data in named]

    def write_field(self, value: bytes, thread_id: str, part: str, name: str) -> bytes:
        """Encrypts a field's value."""
        return self._cipher.encrypt(value, (thread_id, part, name))

    def read_field(self, value: bytes, thread_id: str, part: str, name: str) -> bytes:
        """Decrypts a field's value."""
        return self._decrypt(value, thread_id, part, name)

    def write_request(self, thread_id: str, request: Mapping[str, Any]) -> bytes:
        """Serialises and encrypts a request."""
        return self._cipher.encrypt(orjson.dumps(request), (thread_id, keys.COMMANDS))

    def read_request(self, thread_id: str, item: bytes) -> dict[str, Any]:
        """Decrypts a request; returns an empty one for garbage."""
        # Anybody with access to the Redis can push something here; that must not end a run of another user.
        try:
            request = orjson.loads(self._decrypt(item, thread_id, keys.COMMANDS))
        except orjson.JSONDecodeError:
            return {}
        except StoreError as error:  # sent under another key: its sender gets no answer, so the log says why
            logger.warning("%s", printable(str(error)))
            return {}
        return request if isinstance(request, dict) else {}

    def _decrypt(self, data: bytes, *place: str) -> bytes:
        return self._cipher.decrypt(data, place, f"Redis at {self._url}")
