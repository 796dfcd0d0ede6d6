from __future__ import annotations

import asyncio
import contextlib
import secrets
import subprocess
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from one_node_cluster import ask, free_port, one_node_cluster, until
from pydantic import SecretStr

from workbench.config import Settings
from workbench.live.embedded import binary_path, stop_server
from workbench.live.open_store import open_store
from workbench.live.store import Store
from workbench.text.encryption import new_key


@pytest.fixture
def home() -> Iterator[Path]:
    """A test's own home, whose server it may kill."""
    with tempfile.TemporaryDirectory(prefix="wb-") as folder:
        path = Path(folder, "home")
        yield path
        stop_server(Settings(home=path))


@pytest.fixture(scope="session")
def cluster_url() -> Iterator[str]:
    """A cluster of one node.

    It refuses what crosses a slot, like any other.
    """
    with one_node_cluster() as url:
        yield url


@pytest.fixture
def sentinel_url() -> Iterator[str]:
    """A master with a password, and a sentinel.

    The sentinel watches it as ``petitions``.
    """
    master_port, sentinel_port = free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="wb-") as folder, contextlib.ExitStack() as running:

        def serve(port: int, *words: str) -> None:
            command = [str(binary_path()), *words, "--port", str(port), "--bind", "127.0.0.1", "--dir", folder]
            process = running.enter_context(subprocess.Popen(command, stdout=subprocess.DEVNULL))
            running.callback(process.terminate)
            until(lambda: ask(port, "PING") != b"", process)

        # A file: the arguments of a process can be listed by every user of the machine.
        master = Path(folder, "master.conf")
        master.write_text('requirepass secret\nsave ""\n')
        serve(master_port, str(master))
        configuration = Path(folder, "sentinel.conf")
        configuration.write_text(
            f"sentinel monitor petitions 127.0.0.1 {master_port} 1\nsentinel auth-pass petitions secret\n"
        )
        serve(sentinel_port, str(configuration), "--sentinel")
        yield f"redis+sentinel://:secret@127.0.0.1:{sentinel_port}/petitions/0"


@pytest.fixture(params=["memory", "redis", "cluster", "sealed"])
def settings(request: pytest.FixtureRequest) -> Settings:
    """Each store in turn.

    The Redis one comes on a cluster and sealed, too.
    """
    match request.param:
        case "memory":
            return Settings(use_redis=False)
        case "cluster":
            return Settings(redis_url=request.getfixturevalue("cluster_url"))
        case "sealed":
            return Settings(home=request.getfixturevalue("shared_home"), encryption_key=SecretStr(new_key()))
    return Settings(home=request.getfixturevalue("shared_home"))


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    opened = await open_store(settings)
    yield opened
    await opened.aclose()


@pytest.fixture
async def redis_store(shared_home: Path) -> AsyncIterator[Store]:
    opened = await open_store(Settings(home=shared_home))
    yield opened
    await opened.aclose()


@pytest.fixture
def thread_id() -> str:
    return f"t-{secrets.token_hex(6)}"


@pytest.fixture(scope="session")
def dead_pid() -> int:
    """Of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


@pytest.fixture(autouse=True)
async def no_leak() -> AsyncIterator[None]:
    """Checks that a test's tasks and threads have ended.

    Only the loop's own pool may stay.
    """
    before = {thread.ident for thread in threading.enumerate()}
    yield
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert not left
    started = [thread.name for thread in threading.enumerate() if thread.ident not in before]
    assert not [name for name in started if not name.startswith("asyncio_")]
