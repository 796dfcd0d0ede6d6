"""Commands and scripts sent to Redis, within one time-out and with translated errors."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Sequence
from typing import Any

import redis.exceptions
from redis.asyncio.cluster import RedisCluster

from workbench.case.citation import ID_PATTERN
from workbench.live import keys
from workbench.live.redis_client import Client
from workbench.live.redis_errors import translation, unavailable
from workbench.live.redis_scripts import Script
from workbench.live.redis_topology import look_elsewhere

PIPELINE, PIPELINE_OF_FIELDS = 250, 1_000
"""Commands sent at once: snapshots of 70 KB make 18 MB of answers, and each pipeline has one command's time-out. A few
fields are a small answer."""


class RedisCommands:
    """Sends commands by a client, each within one time-out.

    Every method raises :class:`~workbench.errors.StoreError` where the server refuses a command, and
    :class:`~workbench.errors.StoreUnavailableError` where it cannot be reached or does not answer in time.

    Args:
        client: From :func:`workbench.live.redis_client.connect`.
        url: For messages, without a password.
        timeout_s: Of one command, seconds.
    """

    def __init__(self, client: Client, url: str, timeout_s: float) -> None:
        self._client: Any = client
        self._url = url
        self._timeout_s = timeout_s

    async def answer(self, command: Awaitable[Any]) -> Any:
        """Awaits a command of the client and translates its errors."""
        try:
            # One time-out around the whole command, not redis-py's around each read: see connect().
            async with asyncio.timeout(self._timeout_s):
                return await command
        except (redis.exceptions.RedisError, redis.exceptions.RedisClusterException) as error:
            raise translation(error, self._url) from error
        except TimeoutError as error:
            await look_elsewhere(self._client, self._timeout_s)
            # A server without TLS waits for the rest of what looks to it like a long command.
            remedy = "start it, or name its TLS port in REDIS_URL" if self._url.startswith("rediss:") else None
            raise unavailable(self._url, f"no answer within {self._timeout_s:g} s", remedy) from error
        except OSError as error:
            raise translation(error, self._url) from error

    async def send(self, *words: Any, everywhere: bool = False) -> Any:
        """Sends one command and returns its raw answer.

        Args:
            words: The command's.
            everywhere: Asks each primary of a cluster; the answer is then a dict by node, where there are several.
        """
        nodes = {"target_nodes": self._client.get_primaries()} if isinstance(self._client, RedisCluster) else {}
        return await self.answer(self._client.execute_command(*words, **(nodes if everywhere else {})))

    async def send_all(self, commands: Sequence[tuple[Any, ...]], at_once: int = PIPELINE) -> list[Any]:
        """Sends many commands; errors stand among the answers, see :meth:`check`."""
        # No transaction: the keys lie in many slots, and one unreadable run must not hide the others.
        answers: list[Any] = []
        for at in range(0, len(commands), at_once):
            pipeline = self._client.pipeline(transaction=False)
            for command in commands[at : at + at_once]:
                pipeline.execute_command(*command)
            answers += await self.answer(pipeline.execute(raise_on_error=False))
        return answers

    def check(self, answer: Any) -> Any:
        """Returns one of :meth:`send_all`'s answers, or raises the error that stands there."""
        if isinstance(answer, Exception):
            raise translation(answer, self._url)
        return answer

    async def run(self, script: Script, touched: Sequence[str], *arguments: Any) -> Any:
        """Runs a script.

        Args:
            script: Of :mod:`workbench.live.redis_scripts`.
            touched: The keys that it reads or changes.
            arguments: Its other arguments.
        """
        return await self.answer(self._evaluate(script, touched, arguments))

    async def _evaluate(self, script: Script, touched: Sequence[str], arguments: Sequence[Any]) -> Any:
        try:
            return await self._client.evalsha(script.sha, len(touched), *touched, *arguments)
        except redis.exceptions.NoScriptError:  # after a restart or a failover
            return await self._client.eval(script.text, len(touched), *touched, *arguments)

    async def find_threads(self, part: str | None) -> list[str]:
        """Lists the ids of the threads that have a snapshot, or a given part."""
        # Within one time-out, however many rounds the scan takes: a server with millions of other keys is refused.
        return list(await self.answer(self._scan(part)))

    async def _scan(self, part: str | None) -> list[str]:
        before, after = (keys.PREFIX, "") if part is None else keys.part_key("\n", part).split("\n")
        scanned = self._client.scan_iter(match=f"{before}*{after}", count=1_000)
        names = {key.decode(errors="replace").removeprefix(before).removesuffix(after) async for key in scanned}
        return [name for name in names if re.fullmatch(ID_PATTERN, name)]  # others may keep keys here too

    async def describe_server(self) -> dict[str, Any]:
        """Asks the server for what it is and how durable it is.

        A hosted Redis may refuse CONFIG; then nothing is claimed about durability.
        """
        facts = await self.answer(self._client.info())
        facts = facts if "redis_version" in facts else next(iter(facts.values()))  # a cluster: of its first node
        config = await self.answer(self._read_config())
        valkey = facts.get("valkey_version")
        appends = config.get("appendonly") == "yes"
        return {
            "url": self._url,
            "server": "valkey" if valkey else "redis",
            "version": str(valkey or facts["redis_version"]),
            "durable": appends and config.get("appendfsync") == "always",
            "appendfsync": config.get("appendfsync") if appends else None,
            "policy": facts.get("maxmemory_policy") or config.get("maxmemory-policy"),
            "input_bytes": facts.get("total_net_input_bytes"),
        }

    async def _read_config(self) -> dict[str, str]:
        config: dict[str, str] = {}
        with contextlib.suppress(redis.exceptions.ResponseError):  # hosted services often forbid CONFIG
            for name in ("appendonly", "appendfsync", "maxmemory-policy"):
                answer = await self._client.config_get(name)
                config |= {_text(key): _text(value) for key, value in answer.items()}
        return config


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
