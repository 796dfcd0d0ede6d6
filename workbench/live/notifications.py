"""Waking those who wait for a thread: in one process, and through Redis' publish and subscribe.

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
"""How long a follower trusts that no news means no news."""

_BACKOFF_S = 0.25

_PULSE_S = 2.0
"""How long a subscription is silent before the server is asked whether it is there; as long again, and it is left."""


class Notifications:
    """Who waits for which channel, within one event loop."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, set[Callable[[], None]]] = defaultdict(set)

    @contextlib.contextmanager
    def watch_channel(self, channel: str) -> Iterator[asyncio.Event]:
        """An event that is set at each wake-up of the channel; clear it before reading."""
        event = asyncio.Event()
        with self.call_on_wake(channel, event.set):
            yield event

    @contextlib.contextmanager
    def call_on_wake(self, channel: str, tell: Callable[[], None]) -> Iterator[None]:
        """Has ``tell`` called at each wake-up of the channel: for one who waits for many; it must not raise."""
        self._waiting[channel].add(tell)
        try:
            yield
        finally:
            self._waiting[channel].discard(tell)
            if not self._waiting[channel]:
                del self._waiting[channel]

    def wake(self, channel: str) -> None:
        """Wakes those who wait for that channel."""
        for tell in tuple(self._waiting.get(channel, ())):
            tell()

    def wake_all(self) -> None:
        """Wakes everybody: messages may have been lost."""
        for channel in list(self._waiting):
            self.wake(channel)


class RedisNotifications(Notifications):
    """The same, fed by one subscription to a pattern of channels: one connection a store, however many followers.

    The connection is made with the first who waits and kept until :meth:`aclose`.
    """

    def __init__(self, pubsub: Callable[[], Any], pattern: str) -> None:
        super().__init__()
        self._pubsub = pubsub
        self._pattern = pattern
        self._task: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def call_on_wake(self, channel: str, tell: Callable[[], None]) -> Iterator[None]:
        """As above, and listens from now on."""
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
                self.wake_all()
                await self._pass_on(pubsub)
            except (redis.exceptions.RedisError, redis.exceptions.RedisClusterException, OSError):
                pass  # followers poll meanwhile, and say so themselves where that fails too
            finally:
                await pubsub.aclose()
            await asyncio.sleep(_BACKOFF_S)

    async def _pass_on(self, pubsub: Any) -> None:
        """Wakes with each message; TimeoutError when the server says nothing any more: it hangs, or the network is cut.

        The time-out is ours: redis-py's own, before Python 3.12, loses a cancellation that comes at the wrong moment.
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
    """Returns when the event is set, or after the time-out."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(timeout_s):
            await event.wait()
