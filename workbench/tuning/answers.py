"""What models have answered, kept so that no finished question is paid for twice: drafts and a judge's verdicts alike.

``<WORKBENCH_HOME>/tuning/answers.sqlite3``, readable by its user only, each value sealed where there is a key. The key
of an answer is the sha256 over everything that shapes it: the model and its address, the temperature, the limit, both
messages, and which repeat it is. An answer is on disk before whoever asked gets it: a process that is killed has lost
at most what it was waiting for. While one asks, all others who want the same wait for it, in this process and others.
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
from workbench.drafting.prices import Budget
from workbench.drafting.request import ModelUsage
from workbench.errors import InputError, Problem, StoreError
from workbench.live.sealing import Seal
from workbench.text.digest import text_digest
from workbench.tuning.claims import Claims

Record = dict[str, Any]
"""An answer as it is kept: plain JSON values. ``usage`` is what the call used, as :func:`usage_record` writes it;
``content``, where there is one, can be found by its digest too (:meth:`Answers.text`)."""

_BUSY_S = 30
"""How long to wait for another process that writes."""

_LATE = 64
"""What can be had again waits until there are so many of it, or an answer is written, or the end."""

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
    """The key of an answer: 64 hexadecimal digits.

    Args:
        model: Its name, as the endpoint knows it.
        base_url: The endpoint.
        temperature: As sent, or None where none is.
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
    """Tokens and cost as an answer keeps them."""
    return {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cost_usd": usage.cost_usd,
    }


@dataclass
class _Entry:
    """Rows on their way to the disk: table, key, value."""

    rows: list[tuple[str, str, bytes]]
    done: bool = False
    error: Exception | None = None


class Answers:
    """The answers of this user's home. Any thread and any event loop may ask; :meth:`close` when done.

    Args:
        settings: For the home and the keys.
        budget: The spending limit that every question is asked under; None: none.

    Attributes:
        path: The file.
        asked: How many questions were asked of a model.
        reused: How many were answered from here.

    Raises:
        InputError: The file is damaged or cannot be written, or its key is not there.
    """

    def __init__(self, settings: Settings, *, budget: Budget | None = None) -> None:
        self.path = settings.home / "tuning" / "answers.sqlite3"
        self.budget = budget
        self.asked = self.reused = 0
        self._seal = Seal.of(settings)
        self._broken: str | None = None
        self._guard = threading.Lock()
        self._reading, self._writing = threading.Lock(), threading.Lock()
        self._waiting: list[_Entry] = []
        self._reader: sqlite3.Connection
        self._writer: sqlite3.Connection
        try:
            self._reader, self._writer = _opened(self.path)
        except (sqlite3.Error, OSError) as error:
            raise InputError(_damaged(self.path, error)) from None
        self._finalizer = weakref.finalize(self, _let_go, self._reader, self._writer)
        try:
            self._look_at_one()
            self._claims = Claims.of(self.path.with_suffix(".lock"))
        except BaseException:
            self.close()
            raise
        self._finalizer.detach()
        self._finalizer = weakref.finalize(self, _let_go, self._reader, self._writer, self._claims)

    async def ask(self, key: str, question: Callable[[], Awaitable[Record]]) -> tuple[Record, bool]:
        """The answer of that key: the kept one, or else what ``question`` answers, once that is on disk.

        Args:
            key: See :func:`answer_key`.
            question: Asks the model. It answers plain JSON values, with ``usage`` where something was spent; what it
                raises goes to the caller, and nothing is kept. Where it has spent something before it raises, it
                tells :meth:`spent`.

        Returns:
            The answer, and whether it was there already.

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
            other = self._claims.take(key, mine)
            if other is not None:
                await _ended(other)
                continue
            try:
                if not await self._claims.alone(key):
                    continue  # another process was asking: its answer may be there now
                if (kept := self.get(key)) is None:
                    return await self._asked(key, question), False
            finally:
                self._claims.give_back(key, mine)

    async def _asked(self, key: str, question: Callable[[], Awaitable[Record]]) -> Record:
        if self._broken is not None:
            raise StoreError(f"nothing more is asked, since answers cannot be kept: {self._broken}")
        self.may_ask()
        with self._guard:
            self.asked += 1
        record = await question()
        if "usage" in record:
            self.spent(ModelUsage(**record["usage"]))
        entries = [(_ANSWERS, key, orjson.dumps(record))]
        if isinstance(content := record.get("content"), str):
            entries.append((_TEXTS, text_digest(content), content.encode()))
        try:
            await self._keep(*entries)
        except (sqlite3.Error, OSError) as error:
            # This one has been paid for, and is used; the next one would be paid for again at the next attempt.
            self._broken = f"{self.path}: {error}"
        return record

    def may_ask(self) -> None:
        """Whether the spending limit allows another question; :meth:`ask` looks itself.

        Raises:
            BudgetExceededError: It does not.
        """
        if self.budget is not None:
            with self._guard:
                self.budget.check_before()

    def spent(self, usage: ModelUsage) -> None:
        """Charges the budget."""
        if self.budget is not None:
            with self._guard:
                self.budget.charge(usage)

    def get(self, key: str) -> Record | None:
        """The kept answer of that key, or None.

        Raises:
            StoreError: It is sealed with a key that is not there, or the file is damaged.
        """
        data = self._get(_ANSWERS, key)
        return None if data is None else dict(orjson.loads(data))

    def text(self, digest: str) -> str | None:
        """A text that was kept, by the sha256 of its UTF-8."""
        data = self._get(_TEXTS, digest)
        return None if data is None else data.decode()

    async def keep_text(self, text: str) -> str:
        """Keeps a text that can be had again, so that results can name it instead of holding it.

        Returns:
            Its sha256.

        Raises:
            StoreError: It cannot be kept.
        """
        digest = text_digest(text)
        try:
            if not self._has(_TEXTS, digest):
                entry = self._entry((_TEXTS, digest, text.encode()))
                if len(self._waiting) >= _LATE:
                    await asyncio.to_thread(self._write, entry)
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"drafts cannot be kept in {self.path}: {error}") from None
        return digest

    def recall(self, key: str) -> bytes | None:
        """What was remembered under that key, or None."""
        return self._get(_REVIEWS, key)

    def remember(self, key: str, data: bytes) -> None:
        """Keeps what can be worked out again: it is written with the next answer, or with others, or at the end."""
        entry = self._entry((_REVIEWS, key, data))
        if len(self._waiting) >= _LATE:
            with suppress(sqlite3.Error):  # whoever asks next finds out
                self._write(entry)

    def close(self) -> None:
        """Lets go of the file. What is being asked for must have ended."""
        if not self._finalizer.alive:
            return
        with self._reading, self._writing:
            if self._waiting:
                self._commit(self._waiting)
            self._finalizer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _get(self, table: str, key: str) -> bytes | None:
        try:
            with self._reading:
                row = self._reader.execute(f"SELECT value FROM {table} WHERE key = ?", (key,)).fetchone()  # noqa: S608
        except sqlite3.Error as error:
            raise StoreError(str(_damaged(self.path, error))) from None
        return None if row is None else self._seal.open(row[0], ("tuning", table, key), str(self.path))

    def _has(self, table: str, key: str) -> bool:
        with self._reading:
            row = self._reader.execute(f"SELECT 1 FROM {table} WHERE key = ?", (key,)).fetchone()  # noqa: S608
        return row is not None

    async def _keep(self, *values: tuple[str, str, bytes]) -> None:
        """Table, key and value of each; all of them or none."""
        entry = self._entry(*values)
        # Shielded: who is cancelled meanwhile has still paid for it.
        await asyncio.shield(asyncio.to_thread(self._write, entry))

    def _entry(self, *values: tuple[str, str, bytes]) -> _Entry:
        """Rows that wait to be written, sealed."""
        entry = _Entry([(table, key, self._seal.seal(data, ("tuning", table, key))) for table, key, data in values])
        with self._guard:
            self._waiting.append(entry)
        return entry

    def _write(self, entry: _Entry) -> None:
        """Writes it, with all that wait at this moment: answers that come together cost one flush of the disk."""
        with self._writing:
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
                self._writer.execute("BEGIN IMMEDIATE")
                for table, key, value in (row for entry in batch for row in entry.rows):
                    self._writer.execute(f"INSERT OR REPLACE INTO {table} (key, value) VALUES (?, ?)", (key, value))  # noqa: S608
        except sqlite3.Error as error:
            return error
        return None

    def _look_at_one(self) -> None:
        """Finds out now, and not cell by cell, that the key is not there.

        Raises:
            InputError: It is not.
        """
        try:
            with self._reading:
                row = self._reader.execute(f"SELECT key FROM {_ANSWERS} ORDER BY rowid DESC LIMIT 1").fetchone()  # noqa: S608
            if row is not None:
                self._get(_ANSWERS, row[0])
        except StoreError as error:
            raise InputError(
                Problem(str(error), "or move that file away: what is in it is then asked for again")
            ) from None
        except sqlite3.Error as error:
            raise InputError(_damaged(self.path, error)) from None


async def _ended(other: Future[None]) -> None:
    """Returns when another has asked, well or badly."""
    with suppress(Exception):
        await asyncio.shield(asyncio.wrap_future(other))


def _let_go(*parts: sqlite3.Connection | Claims) -> None:
    for part in parts:
        part.close()


def _opened(path: Path) -> tuple[sqlite3.Connection, sqlite3.Connection]:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite gives its -wal and -shm the same mode
    connections: list[sqlite3.Connection] = []
    try:
        while len(connections) < 2:  # noqa: PLR2004 - one reads while the other flushes
            connections += [sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)]
        reader, writer = connections
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("PRAGMA synchronous = FULL")
        for table in (_ANSWERS, _TEXTS, _REVIEWS):
            writer.execute(f"CREATE TABLE IF NOT EXISTS {table} (key TEXT PRIMARY KEY, value BLOB NOT NULL)")
        reader.execute("PRAGMA query_only = ON")
    except BaseException:
        for connection in connections:
            connection.close()
        raise
    return reader, writer


def _damaged(path: Path, error: Exception) -> Problem:
    return Problem(
        f"the answers kept there cannot be used ({error})",
        "free the disk, or restore it from a backup, or move it away: what is in it is then asked for again",
        file=str(path),
    )
