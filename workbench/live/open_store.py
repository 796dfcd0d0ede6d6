"""Selection of the store that the settings name."""

from __future__ import annotations

import asyncio
from typing import Any

from workbench.config import Settings
from workbench.live.embedded import binary_path, ensure_server
from workbench.live.memory_store import MemoryStore
from workbench.live.redis_client import connect, parse_url
from workbench.live.redis_store import RedisStore
from workbench.live.store import Store
from workbench.text.encryption import Cipher

NO_BINARY = "there is no embedded server for this platform: "


async def open_store(settings: Settings) -> Store:
    """Opens the store of the settings.

    That is ``REDIS_URL``, else the embedded server, else memory.

    Show the user its ``notice`` where there is one: the in-memory store says there that it loses everything.

    Raises:
        InputError: ``REDIS_URL`` names no server, ``WORKBENCH_ENCRYPTION_KEY`` is no key, or ``WORKBENCH_HOME`` cannot
            be written.
        StoreUnavailableError: The server cannot be reached, refuses the password, or does not start.
    """
    cipher = Cipher.of(settings)  # also before a store without encryption: the archive needs the key
    if not settings.use_redis:
        return MemoryStore()
    if settings.redis_url is None and binary_path() is None:
        store = MemoryStore()
        store.notice = NO_BINARY + str(store.notice)
        return store
    redis_store = await _redis_store(settings, cipher)
    try:
        await redis_store.open()
    except BaseException:  # a cancellation too: the connections would stay open
        await redis_store.aclose()
        raise
    return redis_store


def name_store(settings: Settings) -> str:
    """Names the store of the settings without opening it: an address without its password, ``embedded:``, ``memory:``.

    Processes of one home and one name have one store, unless it is in memory.

    Raises:
        InputError: ``REDIS_URL`` names no server.
    """
    if not settings.use_redis or (settings.redis_url is None and binary_path() is None):
        return MemoryStore.url
    return "embedded:" if settings.redis_url is None else parse_url(settings.redis_url).url


async def _redis_store(settings: Settings, cipher: Cipher) -> RedisStore:
    if settings.redis_url is not None:
        address = parse_url(settings.redis_url)
        return RedisStore(
            connect(address, settings, timed=False), address.url, settings.redis_socket_timeout_s, cipher=cipher
        )

    # In a thread: the start of a server takes up to 15 s, in which the event loop must go on.
    async def revive() -> None:
        await asyncio.to_thread(ensure_server, settings, revive=True)

    server = await asyncio.to_thread(ensure_server, settings)
    client = connect(parse_url(server.url), settings, timed=False)
    return RedisStore(client, server.url, settings.redis_socket_timeout_s, cipher=cipher, revive=revive)


async def read_info(settings: Settings) -> dict[str, Any]:
    """Reads the store's facts about itself: ``{url version durable …}``.

    Raises:
        InputError: As :func:`open_store`.
        StoreUnavailableError: As :func:`open_store`.
    """
    store = await open_store(settings)
    try:
        return await store.info()
    finally:
        await store.aclose()


def server_info(settings: Settings) -> dict[str, Any]:
    """Reads the same outside of an event loop, as :func:`read_info`."""
    return asyncio.run(read_info(settings))
