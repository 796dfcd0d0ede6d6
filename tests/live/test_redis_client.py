"""Clients for the server that the settings name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster

from workbench.config import Settings
from workbench.errors import InputError
from workbench.live.redis_client import Address, close_redis_client, connect, get_redis_client, health_check, parse_url


@pytest.mark.parametrize(
    ("url", "address", "shown"),
    [
        ("redis://h", Address("single", hosts=(("h", 6379),)), "redis://h:6379/0"),
        (
            "rediss://u:p%40ss@h:1/3",
            Address("single", hosts=(("h", 1),), tls=True, db=3, username="u", password="p@ss"),
            "rediss://u@h:1/3",
        ),
        ("redis://:s@[::1]:7/", Address("single", hosts=(("::1", 7),), password="s"), "redis://[::1]:7/0"),
        ("redis://h?db=4", Address("single", hosts=(("h", 6379),), db=4), "redis://h:6379/4"),
        ("unix:///run/r%20x.sock", Address("single", socket="/run/r x.sock"), "unix:///run/r%20x.sock"),
        ("unix://:s@/r.sock?db=2", Address("single", socket="/r.sock", db=2, password="s"), "unix:///r.sock?db=2"),
        (
            "redis+sentinel://:s@a,b:26380/mymaster/1",
            Address("sentinel", hosts=(("a", 26379), ("b", 26380)), service="mymaster", db=1, password="s"),
            "redis+sentinel://a:26379,b:26380/mymaster/1",
        ),
        (
            "redis+cluster://u:s@a,b:7000",
            Address("cluster", hosts=(("a", 6379), ("b", 7000)), username="u", password="s"),
            "redis+cluster://u@a:6379,b:7000",
        ),
    ],
)
def test_redis_urls_are_parsed(url: str, address: Address, shown: str) -> None:
    assert parse_url(url) == address
    assert parse_url(url).url == shown


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://h", "scheme 'http' is none of redis://"),
        ("redis://", "names not a host"),
        ("redis://h/first", "the database is not a number"),
        ("redis://h:port", "no Redis address"),
        ("redis+sentinel://a,b", "names not a service"),
        ("redis+cluster://a/3", "a cluster has database 0 only"),
        ("redis+cluster://a,,b", "a host is missing"),
        ("unix://", "names not a path"),
        ("", "scheme '' is none of"),
    ],
)
def test_url_without_server_is_refused(url: str, why: str) -> None:
    with pytest.raises(InputError, match=r"^REDIS_URL: no Redis address: .*; correct it$") as raised:
        parse_url(url.replace("://", "://u:secret@", 1) if "://" in url and url != "redis://" else url)
    assert why in str(raised.value)
    assert "secret" not in str(raised.value)


async def test_client_kind_follows_the_url() -> None:
    settings = Settings(redis_password=SecretStr("fallback"), redis_max_connections=7, redis_socket_timeout_s=2.5)
    single = connect(parse_url("rediss://h/2"), settings)
    kwargs = single.connection_pool.connection_kwargs
    assert (kwargs["host"], kwargs["db"], kwargs["password"]) == ("h", 2, "fallback")
    assert (kwargs["socket_timeout"], single.connection_pool.max_connections) == (2.5, 7)
    own = connect(parse_url("redis://:own@h"), settings, timed=False)
    assert own.connection_pool.connection_kwargs["password"] == "own"
    assert own.connection_pool.connection_kwargs["socket_timeout"] is None
    cluster = connect(parse_url("redis+cluster://a,b:7000"), settings)
    assert isinstance(cluster, RedisCluster)
    sentinel = connect(parse_url("redis+sentinel://a/mymaster/1"), settings)
    assert isinstance(sentinel, Redis)
    assert sentinel.connection_pool.service_name == "mymaster"
    for client in (single, own, cluster, sentinel):
        await client.aclose()


@pytest.fixture
async def environment(monkeypatch: pytest.MonkeyPatch, shared_home: Path) -> AsyncIterator[pytest.MonkeyPatch]:
    for name in ("REDIS_URL", "REDIS_PASSWORD", "USE_REDIS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WORKBENCH_HOME", str(shared_home))
    yield monkeypatch
    await close_redis_client()


async def test_seed_client_works(environment: pytest.MonkeyPatch) -> None:
    client = await get_redis_client()
    assert client is not None
    assert await get_redis_client() is client
    assert await health_check()
    await close_redis_client()
    await close_redis_client()
    assert await get_redis_client() is not client


async def test_seed_client_without_redis(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("USE_REDIS", "false")
    assert await get_redis_client() is None
    assert not await health_check()


async def test_seed_client_with_server_away(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    assert not await health_check()


def test_each_loop_has_own_client(environment: pytest.MonkeyPatch) -> None:
    async def ask() -> tuple[int, bool]:
        client = await get_redis_client()
        healthy = await health_check()
        await close_redis_client()
        return id(client), healthy

    assert asyncio.run(ask())[1]
    assert asyncio.run(ask())[1]


@pytest.mark.parametrize(
    "url",
    [
        "redis://user:hun#ter2@h/0",
        "redis://user:hun?ter2@h/0",
        "redis://user:hun/ter2@h/0",
        "redis://h?password=hunter2",
        "unix:///r.sock?password=hunter2",
    ],
)
def test_url_error_hides_the_password(url: str) -> None:
    with pytest.raises(InputError) as raised:
        parse_url(url)
    assert "hun" not in str(raised.value)
    assert "ter2" not in str(raised.value)
