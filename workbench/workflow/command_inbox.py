"""Commands of other processes to a run that this process writes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson

from workbench.errors import FencedError, StoreError, WorkbenchError
from workbench.live import keys
from workbench.live.journal import Journal
from workbench.live.store import Store
from workbench.workflow.commands import Command, ExecutorGoneError, build_answer

logger = logging.getLogger("workbench")

_ANSWERS_KEPT = 50
"""Answers to commands of other processes, which read theirs within seconds; older ones are dropped."""


class CommandInbox:
    """Has the commands of other processes obeyed, and answers them through the store.

    Args:
        store: Of the run.
        journal: Writes the answers.
        obey: Obeys a command, and answers it by :meth:`answer` in the write that records it.
        has_left: Tells if this process has released the run.
    """

    def __init__(
        self, store: Store, journal: Journal, obey: Callable[..., Awaitable[object]], *, has_left: Callable[[], bool]
    ) -> None:
        self._store = store
        self._journal = journal
        self._obey = obey
        self._has_left = has_left
        self._tasks: set[asyncio.Task[None]] = set()
        self._answered: deque[str] = deque()

    def receive(self, request: Mapping[str, Any]) -> None:
        """Obeys a command of the store beside the caller."""
        task = asyncio.get_running_loop().create_task(self._obey_request(request))
        self._tasks.add(task)  # the event loop itself holds tasks only weakly
        task.add_done_callback(self._tasks.discard)

    def answer(self, request_id: str, error: WorkbenchError | None, *, starts_execution: bool = False) -> None:
        """Adds an answer to the journal's next write.

        Args:
            request_id: Of the command.
            error: Its refusal; None: it is obeyed.
            starts_execution: Whether an execution begins with it, which the sender then waits for.
        """
        answer = build_answer(error, starts_execution=starts_execution)
        answers: dict[str, bytes | None] = {request_id: orjson.dumps(answer)}
        self._answered.append(request_id)
        if len(self._answered) > _ANSWERS_KEPT:
            answers[self._answered.popleft()] = None
        self._journal.keep(keys.ANSWERS, answers)

    async def _obey_request(self, request: Mapping[str, Any]) -> None:
        request_id = str(request.get("request_id", ""))
        try:
            await self._obey(Command.from_request(request), request_id=request_id)
        except FencedError:
            return  # the new writer was not asked; the sender finds out by itself that this one is gone
        except ExecutorGoneError:
            await self._return_request(request)
        except WorkbenchError as error:
            logger.info("thread %s: refused %r: %s", self._journal.thread_id, request.get("do"), error)
            try:
                self.answer(request_id, error)
                await self._journal.flush()
            except StoreError:
                if self._has_left():
                    await self._return_request(request)

    async def _return_request(self, request: Mapping[str, Any]) -> None:
        """Puts a request back, for the next writer: this one has left."""
        with contextlib.suppress(StoreError):  # the store is away, and so is the sender's answer
            await self._store.request(self._journal.thread_id, request)
