"""Cache of model answers.

No finished request is paid for twice.

Drafts, a judge's verdicts and the optimizer's reflections are kept here, and findings of the checks beside them.

``<WORKBENCH_HOME>/tuning/answers.sqlite3``, readable by its user only, each value encrypted if there is a key. The
key of an answer is the sha256 of everything that shapes it: the model and its address, the temperature, the limit,
both messages, and the number of the repeat. An answer is on disk before the caller gets it: a process that is killed
loses at most what it was waiting for. Callers that want the same answer wait for the first, in this process and others.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import sqlite3
import threading
import weakref
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import orjson

from workbench.config import Settings
from workbench.drafting.answer_locks import AnswerLocks
from workbench.drafting.pricing import Budget
from workbench.drafting.request import ModelUsage
from workbench.errors import InputError, Problem, StoreError
from workbench.text.digest import text_digest
from workbench.text.encryption import Cipher
from workbench.text.private_home import make_private_home

Record = dict[str, Any]
"""Answer as it is stored: plain JSON values.

``usage`` is the usage of the call, as :func:`usage_record` writes it; a ``content`` can be found by its digest, too
(:meth:`AnswerCache.text`).
"""

_BUSY_S = 30
"""Time to wait for another process that writes, seconds."""

_LATE = 64
"""Number of entries that can be computed again after which they are written, if no answer is written before."""

_ANSWERS, _TEXTS, _REVIEWS = "answers", "texts", "reviews"


def answer_key(
    *,
    model: str,
    base_url: str,
    temperature: float | None,
    limit: int | None,
    system: str,
    user: str,
    repeat: int,
    purpose: str = "draft",
) -> str:
    """Computes the key of an answer: 64 hexadecimal digits.

    Args:
        model: Its name, as the endpoint knows it.
        base_url: The endpoint.
        temperature: As sent, or None.
        limit: Tokens of the answer at most.
        system: The system message.
        user: The user message.
        repeat: From 1; the second draft of the same prompt is another answer.
        purpose: ``draft``, or what else is asked: a judge's schema belongs here.
    """
    return hashlib.sha256(
        orjson.dumps([purpose, model, base_url, temperature, limit, system, user, repeat])
    ).hexdigest()


def usage_record(usage: ModelUsage) -> dict[str, Any]:
    """Builds the JSON form of a call's tokens and cost."""
    return {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cost_usd": usage.cost_usd,
    }


@dataclass
class _Entry:
    """Rows that wait to be written: table, key, value."""

    rows: list[tuple[str, str, bytes]]
    done: bool = False
    error: Exception | None = None


class AnswerCache:
    """Answer cache of this user's home.

    It serves any thread and any event loop. :meth:`close` when done.

    Args:
        settings: For the home and the keys.
        budget: Spending limit for every request; None: no limit.

    Attributes:
        path: The file.
        asked: Number of requests sent to a model.
        reused: Number of answers read from the cache.

    Raises:
        InputError: The file is damaged or cannot be written, or its key is not there.
    """

    def __init__(self, settings: Settings, *, budget: Budget | None = None) -> None:
        self.path = settings.home / "tuning" / "answers.sqlite3"
        self.budget = budget
        self.asked = self.reused = 0
        self._cipher = Cipher.of(settings)
        self._broken: str | None = None
        self._guard = threading.Lock()
        # Two locks for two connections: a read does not wait for the disk flush of a write.
        self._reading, self._writing = threading.Lock(), threading.Lock()
        self._waiting: list[_Entry] = []
        self._reader: sqlite3.Connection
        self._writer: sqlite3.Connection
        try:
            self._reader, self._writer = _open_database(self.path)
        except (sqlite3.Error, OSError) as error:
            raise InputError(_damage_problem(self.path, error)) from None
        self._finalizer = weakref.finalize(self, _close_all, self._reader, self._writer)
        try:
            self._check_key()
            self._locks = AnswerLocks.open(self.path.with_suffix(".lock"))
        except BaseException:
            self.close()
            raise
        # The first finalizer does not know the locks.
        self._finalizer.detach()
        self._finalizer = weakref.finalize(self, _close_all, self._reader, self._writer, self._locks)

    async def ask(
        self,
        key: str,
        question: Callable[[], Awaitable[Record]],
        *,
        on_answer: Callable[[], None] = lambda: None,
    ) -> tuple[Record, bool]:
        """Returns the cached answer of a key, or asks.

        A new answer is returned once it is on disk.

        Args:
            key: See :func:`answer_key`.
            question: Asks the model and returns plain JSON values, with ``usage`` if something was spent. Its errors go
                to the caller and nothing is cached; if it has spent something before, it calls :meth:`charge`.
            on_answer: Called when a new answer has come and is charged, before it is on disk: the model is free then.

        Returns:
            The answer, and True if it was cached.

        Raises:
            BudgetExceededError: The spending limit is reached; nothing was asked.
            StoreError: Answers cannot be read or kept any more; nothing was asked.
        """
        while True:
            kept = self.get(key)
            if kept is not None:
                with self._guard:
                    self.reused += 1
                return kept, True
            mine = Future[None]()
            other = self._locks.lock_here(key, mine)
            if other is not None:
                await _wait_for_other(other)
                continue
            try:
                if not await self._locks.lock_among_processes(key):
                    continue  # another process has asked: its answer may be there now
                # Read again: another caller may have stored the answer between the first read and the lock.
                if (kept := self.get(key)) is None:
                    return await self._ask_model(key, question, on_answer), False
            finally:
                self._locks.release(key, mine)

    async def _ask_model(
        self, key: str, question: Callable[[], Awaitable[Record]], on_answer: Callable[[], None]
    ) -> Record:
        if self._broken is not None:
            raise StoreError(f"nothing more is asked, since answers cannot be kept: {self._broken}")
        self.may_ask()
        with self._guard:
            self.asked += 1
        record = await question()
        if "usage" in record:
            self.charge(ModelUsage(**record["usage"]))
        on_answer()
        entries = [(_ANSWERS, key, orjson.dumps(record))]
        if isinstance(content := record.get("content"), str):
            # The text is stored under its digest too: result rows name it by that and stay small.
            entries.append((_TEXTS, text_digest(content), content.encode()))
        try:
            await self._write_rows(*entries)
        except (sqlite3.Error, OSError) as error:
            # This answer is paid for, and is used. Further ones could not be kept, and would be paid for twice.
            self._broken = f"{self.path}: {error}"
        return record

    def may_ask(self) -> None:
        """Checks the spending limit before a request.

        :meth:`ask` does it itself.

        Raises:
            BudgetExceededError: The limit is reached.
        """
        if self.budget is not None:
            with self._guard:
                self.budget.check_before()

    def charge(self, usage: ModelUsage) -> None:
        """Charges the budget."""
        if self.budget is not None:
            with self._guard:
                self.budget.charge(usage)

    def get(self, key: str) -> Record | None:
        """Reads the cached answer of a key, or None.

        Raises:
            StoreError: It is encrypted with a key that is not there, or the file is damaged.
        """
        data = self._read_row(_ANSWERS, key)
        return None if data is None else dict(orjson.loads(data))

    def text(self, digest: str) -> str | None:
        """Reads a text by its sha256 (UTF-8), or None."""
        data = self._read_row(_TEXTS, digest)
        return None if data is None else data.decode()

    async def keep_text(self, text: str) -> str:
        """Stores a text by its digest.

        Results can then name it instead of holding it.

        Returns:
            Its sha256.

        Raises:
            StoreError: It cannot be kept.
        """
        digest = text_digest(text)
        try:
            # Asks for the row only: reading the text would decrypt it for nothing.
            if not self._has_row(_TEXTS, digest):
                entry = self._queue_rows((_TEXTS, digest, text.encode()))
                if len(self._waiting) >= _LATE:
                    await asyncio.to_thread(self._write, entry)
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"drafts cannot be kept in {self.path}: {error}") from None
        return digest

    def recall(self, key: str) -> bytes | None:
        """Reads a cached review, or None."""
        return self._read_row(_REVIEWS, key)

    def remember(self, key: str, data: bytes) -> None:
        """Stores a review.

        It is written with the next answer, with other reviews, or at the end.
        """
        entry = self._queue_rows((_REVIEWS, key, data))
        if len(self._waiting) >= _LATE:
            with suppress(sqlite3.Error):  # the next request reports it
                self._write(entry)

    def close(self) -> None:
        """Closes the file. Every request must have ended."""
        if not self._finalizer.alive:
            return
        with self._reading, self._writing:
            if self._waiting:
                # Reviews and texts that were queued for a later batch.
                self._commit(self._waiting)
            self._finalizer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read_row(self, table: str, key: str) -> bytes | None:
        try:
            with self._reading:
                row = self._reader.execute(f"SELECT value FROM {table} WHERE key = ?", (key,)).fetchone()  # noqa: S608
        except sqlite3.Error as error:
            raise StoreError(str(_damage_problem(self.path, error))) from None
        # Table and key are bound to the ciphertext: a row moved to another place does not open.
        return None if row is None else self._cipher.decrypt(row[0], ("tuning", table, key), str(self.path))

    def _has_row(self, table: str, key: str) -> bool:
        with self._reading:
            row = self._reader.execute(f"SELECT 1 FROM {table} WHERE key = ?", (key,)).fetchone()  # noqa: S608
        return row is not None

    async def _write_rows(self, *values: tuple[str, str, bytes]) -> None:
        """Writes rows of table, key and value, or none."""
        entry = self._queue_rows(*values)
        # Shielded: a caller that is cancelled meanwhile has still paid for the answer.
        await asyncio.shield(asyncio.to_thread(self._write, entry))

    def _queue_rows(self, *values: tuple[str, str, bytes]) -> _Entry:
        """Encrypts rows and queues them."""
        entry = _Entry(
            [(table, key, self._cipher.encrypt(data, ("tuning", table, key))) for table, key, data in values]
        )
        with self._guard:
            self._waiting.append(entry)
        return entry

    def _write(self, entry: _Entry) -> None:
        """Writes an entry with all that are queued.

        Answers that arrive together cost one flush of the disk.
        """
        with self._writing:
            # Another thread may have written this entry in its own batch while this one waited.
            if not entry.done:
                with self._guard:
                    batch, self._waiting = self._waiting, []
                error = self._commit(batch)
                for one in batch:
                    one.done, one.error = True, error
        if entry.error is not None:
            raise entry.error

    def _commit(self, batch: list[_Entry]) -> Exception | None:
        try:
            with self._writer:
                # Takes the write lock now; a later upgrade of a read transaction could fail at once as busy.
                self._writer.execute("BEGIN IMMEDIATE")
                for table, key, value in (row for entry in batch for row in entry.rows):
                    self._writer.execute(f"INSERT OR REPLACE INTO {table} (key, value) VALUES (?, ?)", (key, value))  # noqa: S608
        except sqlite3.Error as error:
            return error
        return None

    def _check_key(self) -> None:
        """Checks that the encryption key is there.

        This is done at opening, not cell by cell.

        Raises:
            InputError: It is missing, or the file is damaged.
        """
        try:
            with self._reading:
                row = self._reader.execute(f"SELECT key FROM {_ANSWERS} ORDER BY rowid DESC LIMIT 1").fetchone()  # noqa: S608
            if row is not None:
                self._read_row(_ANSWERS, row[0])
        except StoreError as error:
            raise InputError(
                Problem(str(error), "or move that file away: what is in it is then asked for again")
            ) from None
        except sqlite3.Error as error:
            raise InputError(_damage_problem(self.path, error)) from None


async def _wait_for_other(other: Future[None]) -> None:
    """Waits until another caller's request has ended, well or badly."""
    with suppress(Exception):
        await asyncio.shield(asyncio.wrap_future(other))


def _close_all(*parts: sqlite3.Connection | AnswerLocks) -> None:
    for part in parts:
        part.close()


def _open_database(path: Path) -> tuple[sqlite3.Connection, sqlite3.Connection]:
    make_private_home(path.parent.parent)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite gives its -wal and -shm the same mode
    connections: list[sqlite3.Connection] = []
    try:
        while len(connections) < 2:  # noqa: PLR2004 - one reads while the other flushes
            connections += [sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)]
        reader, writer = connections
        writer.execute("PRAGMA journal_mode = WAL")
        # An answer that was paid for survives a power cut, too.
        writer.execute("PRAGMA synchronous = FULL")
        for table in (_ANSWERS, _TEXTS, _REVIEWS):
            writer.execute(f"CREATE TABLE IF NOT EXISTS {table} (key TEXT PRIMARY KEY, value BLOB NOT NULL)")
        reader.execute("PRAGMA query_only = ON")
    except BaseException:
        for connection in connections:
            connection.close()
        raise
    return reader, writer


def _damage_problem(path: Path, error: Exception) -> Problem:
    return Problem(
        f"the answers kept there cannot be used ({error})",
        "free the disk, or restore it from a backup, or move it away: what is in it is then asked for again",
        file=str(path),
    )
