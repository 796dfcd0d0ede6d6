"""Where a server hangs, another may have taken its place: looking round in a cluster and at the sentinels."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import redis.exceptions
from redis.asyncio.cluster import RedisCluster

from workbench.live.redis_client import Client

_ERRORS = (redis.exceptions.RedisError, redis.exceptions.RedisClusterException, OSError)


async def look_elsewhere(client: Client, timeout_s: float) -> None:
    """After a command without an answer: where one hangs, another may have taken its place.

    redis-py asks the cluster or the sentinels anew when a connection breaks, not when a command is given up, and
    would go on asking the one that hangs. Where the time is up here too, the next command comes here again.
    """
    with contextlib.suppress(*_ERRORS):
        async with asyncio.timeout(timeout_s):
            if isinstance(client, RedisCluster):
                await leave_silent(client, timeout_s)
                await client.nodes_manager.initialize()
            else:
                await client.connection_pool.disconnect(inuse_connections=False)


async def leave_silent(client: RedisCluster, timeout_s: float) -> None:
    """Asks no silent node for the cluster's shape, as redis-py would; once known, the shape names it again."""
    nodes = client.nodes_manager.startup_nodes

    async def answers(node: Any) -> bool:
        with contextlib.suppress(*_ERRORS):
            async with asyncio.timeout(timeout_s / 4):
                await node.execute_command("PING")
                return True
        return False

    names = list(nodes)
    heard = await asyncio.gather(*(answers(nodes[name]) for name in names))
    for name, is_heard in zip(names, heard, strict=True):
        if any(heard) and not is_heard:
            nodes.pop(name, None)
