from __future__ import annotations

import asyncio
import secrets
import subprocess
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from workbench.config import Settings
from workbench.live.embedded import stop_server
from workbench.live.opening import open_store
from workbench.live.store import Store


@pytest.fixture(scope="session")
def shared_home() -> Iterator[Path]:
    """A home whose embedded server serves every test that does not harm it. Under /tmp itself: a short socket path."""
    with tempfile.TemporaryDirectory(prefix="wb-") as folder:
        home = Path(folder, "home")
        yield home
        stop_server(Settings(home=home))


@pytest.fixture
def home() -> Iterator[Path]:
    """A home of the test's own, whose server it may kill."""
    with tempfile.TemporaryDirectory(prefix="wb-") as folder:
        path = Path(folder, "home")
        yield path
        stop_server(Settings(home=path))


@pytest.fixture(params=["memory", "redis"])
def settings(request: pytest.FixtureRequest) -> Settings:
    """Each store in turn."""
    if request.param == "memory":
        return Settings(use_redis=False)
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
    """Every task that a test's parts start has ended with them, and every thread but the loop's own pool."""
    before = {thread.ident for thread in threading.enumerate()}
    yield
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert not left
    started = [thread.name for thread in threading.enumerate() if thread.ident not in before]
    assert not [name for name in started if not name.startswith("asyncio_")]
