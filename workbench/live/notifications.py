"""Notifications of changes, in one process and through Redis.

A message says only that there is something to read; what is read comes from the stream by range. So a lost message
costs one poll's delay and nothing else, and one rule serves a single node and a cluster (where XREAD over two threads
is refused, and plain PUBLISH reaches every node).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import redis.exceptions

from workbench.live.tasks import end

POLL_S = 1.0
"""Longest pause between two looks at the store, in case a message was lost."""

_BACKOFF_S = 0.25

_PULSE_S = 2.0
"""Interval of the pings on a subscription; after two without an answer it is given up."""


class Notifications:
    """Listeners of channels, within one event loop."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, set[Callable[[], None]]] = defaultdict(set)

    @contextlib.contextmanager
    def watch_channel(self, channel: str) -> Iterator[asyncio.Event]:
        """Yields an event set at each wake-up of a channel.

        Clear it before reading.
        """
        event = asyncio.Event()
        with self.call_on_wake(channel, event.set):
            yield event

    @contextlib.contextmanager
    def call_on_wake(self, channel: str, tell: Callable[[], None]) -> Iterator[None]:
        """Calls ``tell``, which must not raise, at each wake-up.

        For a caller that waits for many channels.
        """
        self._waiting[channel].add(tell)
        try:
            yield
        finally:
            self._waiting[channel].discard(tell)
            if not self._waiting[channel]:
                del self._waiting[channel]

    def wake(self, channel: str) -> None:
        """Wakes the listeners of a channel."""
        # A copy: a listener may end its own registration while it is called.
        for tell in tuple(self._waiting.get(channel, ())):
            tell()

    def wake_all(self) -> None:
        """Wakes every listener, as messages may have been lost."""
        for channel in list(self._waiting):
            self.wake(channel)


class RedisNotifications(Notifications):
    """Notifications fed by one Redis subscription to a pattern.

    A store needs one connection, however many followers it has. It is made with the first
    listener and kept until :meth:`aclose`.
    """

    def __init__(self, pubsub: Callable[[], Any], pattern: str) -> None:
        super().__init__()
        self._pubsub = pubsub
        self._pattern = pattern
        self._task: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def call_on_wake(self, channel: str, tell: Callable[[], None]) -> Iterator[None]:
        """Calls ``tell`` at each wake-up; subscribes at the first call."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._listen(), name=f"wakeups {self._pattern}")
        with super().call_on_wake(channel, tell):
            yield

    async def aclose(self) -> None:
        """Ends the subscription."""
        if self._task is not None:
            await end([self._task])
            self._task = None

    async def _listen(self) -> None:
        while True:
            pubsub = self._pubsub()
            try:
                await pubsub.psubscribe(self._pattern)
                self.wake_all()  # messages sent before the subscription stood are lost
                await self._pass_on(pubsub)
            except (redis.exceptions.RedisError, redis.exceptions.RedisClusterException, OSError):
                pass  # followers poll meanwhile, and say so themselves where that fails too
            finally:
                await pubsub.aclose()
            await asyncio.sleep(_BACKOFF_S)

    async def _pass_on(self, pubsub: Any) -> None:
        """Wakes listeners; raises TimeoutError at a silent server.

        The time-out is our own: redis-py's, before Python 3.12, can lose a cancellation.
        """
        loop = asyncio.get_running_loop()
        pulse = loop.create_task(_ping(pubsub), name=f"pulse {self._pattern}")
        try:
            async with asyncio.timeout(2 * _PULSE_S) as silence:
                async for message in pubsub.listen():  # answers to the pings come here too
                    silence.reschedule(loop.time() + 2 * _PULSE_S)
                    if message["type"] == "pmessage":
                        self.wake(message["channel"].decode())
        finally:
            await end([pulse])


async def _ping(pubsub: Any) -> None:
    while True:
        await asyncio.sleep(_PULSE_S)
        await pubsub.ping()


async def wait_for_news(event: asyncio.Event, timeout_s: float) -> None:
    """Waits for the event, at most until the time-out."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(timeout_s):
            await event.wait()
