"""Refreshes the Cluster or Sentinel topology after a time-out."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import redis.exceptions
from redis.asyncio.cluster import RedisCluster

from workbench.live.redis_client import Client

_ERRORS = (redis.exceptions.RedisError, redis.exceptions.RedisClusterException, OSError)


async def look_elsewhere(client: Client, timeout_s: float) -> None:
    """Looks for the server that has replaced a hanging one.

    redis-py asks the cluster or the sentinels anew when a connection breaks, not when a command is given up, and
    would go on asking the one that hangs. If this times out too, the next command tries again.
    """
    with contextlib.suppress(*_ERRORS):
        async with asyncio.timeout(timeout_s):
            if isinstance(client, RedisCluster):
                await leave_silent(client, timeout_s)
                await client.nodes_manager.initialize()
            else:
                # New connections of a Sentinel pool ask for the present master.
                await client.connection_pool.disconnect(inuse_connections=False)


async def leave_silent(client: RedisCluster, timeout_s: float) -> None:
    """Removes silent nodes from those asked for the cluster's topology."""
    # redis-py would wait for each of them in turn. A node that comes back is named by the topology again.
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
        # If all are silent none is removed: there would be nobody left to ask.
        if any(heard) and not is_heard:
            nodes.pop(name, None)
