"""What every test gets: a home of its own, an environment without the user's settings, and a leak check."""

from __future__ import annotations

import shutil
import tempfile
import threading
from pathlib import Path

import pytest

from workbench.config import Settings
from workbench.live.embedded import stop_server

VARIABLES = (
    "REDIS_URL",
    "REDIS_PASSWORD",
    "REDIS_MAX_CONNECTIONS",
    "REDIS_SOCKET_TIMEOUT",
    "USE_REDIS",
    "WORKBENCH_CASES",
    "WORKBENCH_PRICES",
    "WORKBENCH_STATE_TTL",
    "WORKBENCH_MODEL",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "LANGSMITH_TRACING",
    "LANGCHAIN_TRACING_V2",
)


@pytest.fixture(scope="session")
def shared_home():
    """One embedded server for the tests that need a store and do not break it; a short path, for the socket's sake."""
    home = Path(tempfile.mkdtemp(prefix="wb-"))
    yield home
    stop_server(Settings(home=home))
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch, shared_home):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WORKBENCH_HOME", str(shared_home))


@pytest.fixture(autouse=True)
def no_threads_left():
    before = set(threading.enumerate())
    yield
    left = [t for t in threading.enumerate() if t not in before and not t.daemon and t.is_alive()]
    assert not left, f"threads outlive the test: {left}"
