"""Redis clients for the server that the settings name.

``redis://`` ``rediss://`` ``unix://`` as redis-py knows them; ``redis+sentinel://host,host/service/db`` and
``redis+cluster://host,host`` are ours, for redis-py takes no such URL. ``get_redis_client``, ``close_redis_client`` and
``health_check`` are the seed's names: one client an event loop.
"""

from __future__ import annotations

import asyncio
import ssl
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, unquote, urlsplit

from redis.asyncio import Redis
from redis.asyncio.cluster import ClusterNode, RedisCluster
from redis.asyncio.connection import UnixDomainSocketConnection
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import RedisClusterException, RedisError

from workbench.config import Settings
from workbench.errors import InputError, Problem, StoreUnavailableError
from workbench.live.embedded import binary_path, ensure_server, socket_path
from workbench.live.peer_user import refuse_stranger

Client = Redis | RedisCluster

_DEFAULT_PORT = {"sentinel": 26379, "cluster": 6379, "single": 6379}
_SCHEMES = "redis:// rediss:// unix:// redis+sentinel:// redis+cluster://"


@dataclass(frozen=True)
class Address:
    """Parsed ``REDIS_URL``.

    Attributes:
        kind: How it is reached.
        hosts: Names and ports; empty for a unix socket.
        socket: Path of the unix socket, or None.
        tls: Whether ``rediss://``.
        service: Name of the sentinel's service, or None.
        db: Number of the database.
        username: Or None.
        password: Or None; never shown.
    """

    kind: Literal["single", "sentinel", "cluster"]
    hosts: tuple[tuple[str, int], ...] = ()
    socket: str | None = None
    tls: bool = False
    service: str | None = None
    db: int = 0
    username: str | None = None
    password: str | None = None

    @property
    def url(self) -> str:
        """URL without the password, for messages and status."""
        user = f"{self.username}@" if self.username else ""
        if self.socket is not None:
            return f"unix://{user}{quote(self.socket)}" + (f"?db={self.db}" if self.db else "")
        hosts = ",".join(f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in self.hosts)
        if self.kind == "cluster":
            return f"redis+cluster://{user}{hosts}"
        if self.kind == "sentinel":
            return f"redis+sentinel://{user}{hosts}/{self.service}/{self.db}"
        return f"{'rediss' if self.tls else 'redis'}://{user}{hosts}/{self.db}"


def parse_url(url: str) -> Address:
    """Parses a ``REDIS_URL``.

    Raises:
        InputError: It names no server; the message does not repeat a password.
    """
    try:
        parts = urlsplit(url)
        query = _parameters(parts.query)
        credentials, _, hosts = parts.netloc.rpartition("@")
        username, _, password = credentials.partition(":")
        name, secret = unquote(username) or None, unquote(password) or None
        match parts.scheme:
            case "unix":
                path = unquote(hosts + parts.path)
                db = int(query.get("db", 0))
                return Address("single", socket=_require(path, "a path"), db=db, username=name, password=secret)
            case "redis" | "rediss" as scheme:
                db, tls = int(query.get("db") or parts.path.strip("/") or 0), scheme == "rediss"
                found = _hosts(hosts, "single")[:1]
                return Address("single", hosts=found, tls=tls, db=db, username=name, password=secret)
            case "redis+sentinel":
                service, _, number = parts.path.strip("/").partition("/")
                service = _require(unquote(service), "a service, as in redis+sentinel://host,host/service/0")
                found, db = _hosts(hosts, "sentinel"), int(number or 0)
                return Address("sentinel", hosts=found, service=service, db=db, username=name, password=secret)
            case "redis+cluster" if parts.path.strip("/") in {"", "0"}:
                return Address("cluster", hosts=_hosts(hosts, "cluster"), username=name, password=secret)
            case "redis+cluster":
                what = "a cluster has database 0 only"
            case scheme:
                what = f"scheme {scheme!r} is none of {_SCHEMES}"
    except ValueError as error:
        what = "the database is not a number" if "invalid literal" in str(error) else str(error)
    raise InputError(Problem(what=f"no Redis address: {what}", remedy="correct it", field="REDIS_URL"))


def connect(address: Address, settings: Settings, *, timed: bool = True) -> Client:
    """Creates a client for an address, without connecting.

    Args:
        address: From :func:`parse_url`.
        settings: Password (where the address has none), number of connections, time-out.
        timed: Whether each read and write of the socket has the settings' time-out. The store sets its own time-out
            around a whole command instead: redis-py's goes through ``asyncio.wait_for``, which before Python 3.12 loses
            a cancellation that comes at the wrong moment, and a task that cannot be cancelled hangs its owner.

    redis-py's own three retries with growing pauses are replaced by one at once: it mends a pooled connection that the
    server has closed meanwhile, and a server that is away is noticed at once (the journal does the waiting).

    Raises:
        InputError: ``REDIS_CA_FILE`` cannot be used.
    """
    password = address.password
    is_embedded = address.socket is not None and Path(address.socket) == socket_path(settings)
    # The embedded server asks for none, and would refuse one that is meant for another.
    if password is None and settings.redis_password is not None and not is_embedded:
        password = settings.redis_password.get_secret_value()
    common: dict[str, Any] = {
        "username": address.username,
        "password": password,
        "socket_timeout": settings.redis_socket_timeout_s if timed else None,
        "socket_connect_timeout": settings.redis_socket_timeout_s,
        "max_connections": settings.redis_max_connections,
        "retry": Retry(NoBackoff(), 1),
        # Proxies and hosted servers refuse HELLO or CLIENT SETINFO, some by closing the connection; neither is needed.
        "protocol": 2,
        "driver_info": None,
    }
    match address.kind:
        case "cluster":
            nodes = [ClusterNode(host, port) for host, port in address.hosts]
            return RedisCluster(startup_nodes=nodes, **common)
        case "sentinel":
            # Asked one after the other, within the time of one command, so one that hangs must not use all of it.
            brief_s = settings.redis_socket_timeout_s / (len(address.hosts) + 1)
            asking = {"socket_timeout": brief_s, "socket_connect_timeout": brief_s, "retry": Retry(NoBackoff(), 0)}
            sentinel = Sentinel(list(address.hosts), sentinel_kwargs=asking, **common, db=address.db)  # type: ignore[no-untyped-call]
            client: Redis = sentinel.master_for(str(address.service))
            return client
        case "single" if address.socket is not None:
            at_socket = Redis(unix_socket_path=address.socket, db=address.db, **common)
            at_socket.connection_pool.connection_class = OwnUnixConnection if is_embedded else ServiceUnixConnection
            return at_socket
        case "single":
            host, port = address.hosts[0]
            authority = _authority(settings) if address.tls else None
            return Redis(host=host, port=port, db=address.db, ssl=address.tls, ssl_ca_certs=authority, **common)


async def close(client: Client) -> None:
    """Closes a client and its connections to the sentinels."""
    await client.aclose()
    # redis-py leaves the sentinels' own clients open.
    if isinstance(client, Redis) and isinstance(client.connection_pool, SentinelConnectionPool):
        for sentinel in client.connection_pool.sentinel_manager.sentinels:
            await sentinel.aclose()


class ServiceUnixConnection(UnixDomainSocketConnection):
    """Connection to a unix socket that the user has named.

    The other end is checked each time, before anything is sent: a server may have been replaced since the last time.
    """

    _own_only = False

    async def on_connect(self) -> None:
        """Refuses a stranger's server, then logs in."""
        assert self._writer is not None  # noqa: S101 - redis-py calls this when it is connected
        try:
            refuse_stranger(self._writer.get_extra_info("socket"), Path(self.path), own_only=self._own_only)
        except StoreUnavailableError:
            # Otherwise the pool would keep the connection, and the next command would be sent on it.
            await self.disconnect(nowait=True)
            raise
        await super().on_connect()


class OwnUnixConnection(ServiceUnixConnection):
    """Connection to the embedded server, which is this user's own."""

    _own_only = True


def _authority(settings: Settings) -> str | None:
    """Returns the file of the authority that is trusted in addition."""
    path = settings.redis_ca_file
    if path is None:
        return None
    # Read here, and again by each new connection, whose error would not name the file.
    try:
        ssl.create_default_context(cafile=path)
    except OSError as error:  # an SSLError too: a file without a certificate
        what = f"{path} holds no certificate" if isinstance(error, ssl.SSLError) else f"{path}: {error.strerror}"
        remedy = "name a file with the authority's certificate (PEM)"
        raise InputError(Problem(what=what, remedy=remedy, field="REDIS_CA_FILE")) from None
    return str(path)


def _hosts(netloc: str, kind: str) -> tuple[tuple[str, int], ...]:
    found = []
    for entry in _require(netloc, "a host").split(","):
        parts = urlsplit(f"//{entry}")
        if not parts.hostname:
            raise ValueError("a host is missing")
        try:
            port = parts.port
        except ValueError:  # its text would be repeated; after an unescaped / or # in a password that is the password
            raise ValueError("a port is not a number; write %2F, %23, %3F for / # ? in a password") from None
        found.append((parts.hostname, port or _DEFAULT_PORT[kind]))
    return tuple(found)


def _parameters(query: str) -> dict[str, str]:
    parameters = dict(pair.partition("=")[::2] for pair in query.split("&") if pair)
    if parameters.keys() - {"db"}:  # not named: what stands there may be the end of a password with a ? in it
        raise ValueError("of parameters only ?db= is read; a password goes into REDIS_PASSWORD")
    return parameters


def _require(value: str, what: str) -> str:
    if not value.strip("/"):
        raise ValueError(f"it names not {what}")
    return value


# One a loop: a redis-py client used on another loop raises. Weak, so that loops of tests and threads can go.
_clients: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Client] = weakref.WeakKeyDictionary()


async def get_redis_client() -> Client | None:
    """Returns the client of this event loop, made once.

    It is made from the settings of the environment.

    Returns:
        None where ``USE_REDIS=false``, or where there is neither ``REDIS_URL`` nor the embedded server's binary.

    Raises:
        InputError: ``REDIS_URL`` names no server, or ``WORKBENCH_HOME`` cannot be written.
        StoreUnavailableError: The embedded server does not start.
    """
    loop = asyncio.get_running_loop()
    if loop in _clients:
        return _clients[loop]
    settings = Settings.from_env()
    if not settings.use_redis or (settings.redis_url is None and binary_path() is None):
        return None
    url = settings.redis_url
    if url is None:
        url = (await asyncio.to_thread(ensure_server, settings)).url
    _clients[loop] = connect(parse_url(url), settings)
    return _clients[loop]


async def close_redis_client() -> None:
    """Closes the client of this event loop, if any."""
    client = _clients.pop(asyncio.get_running_loop(), None)
    if client is not None:
        await close(client)


async def health_check() -> bool:
    """Pings the Redis of the settings; False without one."""
    client = await get_redis_client()
    try:
        return client is not None and bool(await client.ping())
    except (RedisError, RedisClusterException, OSError):
        return False
