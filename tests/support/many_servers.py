"""A cluster of three primaries with a replica each, and a master with two replicas and three sentinels: real processes.

Every failover is the servers' own: a test only kills or stops one of them.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from one_node_cluster import ask, free_port, until
from redis import Redis

from workbench.live.embedded import binary_path

NODE_TIMEOUT_MS = 3_000
"""Silence after which the others call a server dead. Longer than a busy disk delays one: otherwise a second failover,
of a server that nobody killed, loses the tail of a run whose writer has left."""

LIMIT_S = 40.0


@dataclass
class Server:
    """One process of the binary."""

    port: int
    process: subprocess.Popen[bytes]
    stopped: bool = False

    def kill(self) -> None:
        """As ``kill -9``; returns when it is gone."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """It takes connections and says nothing: as a machine that hangs, or a network that is cut."""
        self.process.send_signal(signal.SIGSTOP)
        self.stopped = True

    def go_on(self) -> None:
        """After :meth:`stop`."""
        self.process.send_signal(signal.SIGCONT)
        self.stopped = False

    @property
    def answers(self) -> bool:
        """True while it is neither killed nor stopped."""
        return not self.stopped and self.process.poll() is None

    def client(self) -> Redis:
        """Of this server only, for the test's own questions."""
        return Redis(port=self.port, socket_timeout=10)

    def info(self, section: str) -> dict[str, object]:
        """Reads a section of the server's INFO."""
        with self.client() as client:
            return dict(client.info(section))


@dataclass
class Cluster:
    """Three primaries, three replicas."""

    servers: dict[str, Server]  # by node id
    url: str

    def owner(self, thread_id: str) -> Server:
        """The primary that has the thread's slot now, by what the living servers say."""
        asked = next(server for server in self.servers.values() if server.answers)
        with asked.client() as client:
            slot = client.execute_command("CLUSTER KEYSLOT", f"document_workflow:{thread_id}")
            shards = client.execute_command("CLUSTER SLOTS")
        for first, last, primary, *_ in shards:
            if first <= slot <= last:
                return self.servers[primary[2].decode()]
        raise AssertionError(slot)

    def replica_of(self, primary: Server) -> Server:
        """A living replica of that primary."""
        for server in self.servers.values():
            if server is not primary and server.answers:
                facts = server.info("replication")
                if facts["role"] == "slave" and facts["master_port"] == primary.port:
                    return server
        raise AssertionError(primary.port)


@dataclass
class Sentinels:
    """A master as ``petitions``, its replicas, the sentinels that watch it."""

    servers: list[Server]
    sentinels: list[Server]
    url: str

    def master(self) -> Server:
        """The one that the sentinels name."""
        with self.sentinels[0].client() as client:
            _, port = client.execute_command("SENTINEL GET-MASTER-ADDR-BY-NAME petitions")
        return next(server for server in self.servers if server.port == int(port))


@contextlib.contextmanager
def three_primaries() -> Iterator[Cluster]:
    """The cluster, when every replica follows its primary; it ends with the block."""
    with _launching() as launch:
        buses: dict[int, int] = {}
        servers: dict[str, Server] = {}
        for _ in range(6):
            bus = free_port()
            words = ["--cluster-enabled", "yes", "--cluster-port", str(bus), "--repl-diskless-sync-delay", "0"]
            words += ["--cluster-node-timeout", str(NODE_TIMEOUT_MS), "--maxmemory-policy", "noeviction"]
            server = launch(*words, "--appendonly", "yes", "--appendfsync", "always")
            buses[server.port] = bus
            with server.client() as client:
                servers[client.execute_command("CLUSTER MYID").decode()] = server
        names, nodes = list(servers), list(servers.values())
        for node in nodes[1:]:
            with nodes[0].client() as client:
                client.execute_command("CLUSTER MEET", "127.0.0.1", node.port, buses[node.port])
        for index, (first, last) in enumerate(((0, 5460), (5461, 10922), (10923, 16383))):
            with nodes[index].client() as client:
                client.execute_command("CLUSTER ADDSLOTSRANGE", first, last)
        _await(lambda: all(_knows(node, 6) for node in nodes), "the servers know each other")
        for index in range(3):
            with nodes[3 + index].client() as client:
                client.execute_command("CLUSTER REPLICATE", names[index])
        _await(lambda: all(_linked(node) for node in nodes[3:]), "the replicas follow")
        _await(lambda: all(_covered(node) for node in nodes), "every slot is served")
        yield Cluster(servers, "redis+cluster://" + ",".join(f"127.0.0.1:{node.port}" for node in nodes[:3]))


@contextlib.contextmanager
def three_sentinels() -> Iterator[Sentinels]:
    """The set, when every sentinel knows the others and both replicas; it ends with the block."""
    with _launching() as launch:
        common = ["--appendonly", "yes", "--appendfsync", "always", "--repl-diskless-sync-delay", "0"]
        master = launch(*common)
        replicas = [launch(*common, "--replicaof", f"127.0.0.1 {master.port}") for _ in range(2)]
        _await(lambda: all(_linked(server) for server in replicas), "the replicas follow")
        sentinels = []
        for _ in range(3):
            port = free_port()
            text = (
                f"sentinel monitor petitions 127.0.0.1 {master.port} 2\n"
                f"sentinel down-after-milliseconds petitions {NODE_TIMEOUT_MS}\n"
                "sentinel failover-timeout petitions 5000\n"
            )
            sentinels.append(launch("--sentinel", port=port, configuration=text))
        _await(lambda: all(_watches(server) for server in sentinels), "the sentinels know each other")
        hosts = ",".join(f"127.0.0.1:{server.port}" for server in sentinels)
        yield Sentinels([master, *replicas], sentinels, f"redis+sentinel://{hosts}/petitions/0")


@contextlib.contextmanager
def _launching() -> Iterator[Callable[..., Server]]:
    with tempfile.TemporaryDirectory(prefix="wb-") as folder, contextlib.ExitStack() as running:

        def launch(*words: str, port: int | None = None, configuration: str | None = None) -> Server:
            port = port or free_port()
            place = Path(folder, str(port))
            place.mkdir()
            command = [str(binary_path())]
            if configuration is not None:
                Path(place, "server.conf").write_text(configuration, encoding="ascii")
                command.append(str(place / "server.conf"))
            command += [*words, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(place)]
            process = running.enter_context(subprocess.Popen(command, stdout=subprocess.DEVNULL))
            server = Server(port, process)
            running.callback(server.kill)
            until(lambda: ask(port, "PING") == b"+PONG", process)
            return server

        yield launch


def _await(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + LIMIT_S
    while not holds():
        assert time.monotonic() < deadline, f"not in {LIMIT_S:g} s: {what}"
        time.sleep(0.02)


def _knows(server: Server, count: int) -> bool:
    with server.client() as client:
        lines = client.execute_command("CLUSTER NODES")
    return len(lines) == count and all("handshake" not in node["flags"] for node in lines.values())


def _linked(server: Server) -> bool:
    facts = server.info("replication")
    return facts["role"] == "slave" and facts["master_link_status"] == "up"


def _covered(server: Server) -> bool:
    with server.client() as client:
        return client.execute_command("CLUSTER INFO")["cluster_state"] == "ok"


def _watches(server: Server) -> bool:
    with server.client() as client:
        facts = client.execute_command("INFO", "sentinel")
        return facts["master0"]["slaves"] == 2 and facts["master0"]["sentinels"] == 3
