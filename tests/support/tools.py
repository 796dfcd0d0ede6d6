"""Programs that some tests need beside Python."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest

CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The headless shell is the same engine without a window and the pages of the browser's own interface around each page,
which cost more processor time than the page under test."""
CHROMIUM_OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                    "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    "--disable-dev-shm-usage")  # fmt: skip


def require_tool(*names: str, install: str) -> str:
    """Finds a program; skips the test where there is none, and fails it in CI.

    Args:
        names: Names of the program, the preferred one first.
        install: One line that installs it.
    """
    found = find_program(*names)
    if found is None:
        skip_or_fail(f"{names[0]} is missing; to install it: {install}")
    return found


def find_program(*names: str) -> str | None:
    """Returns the path of the first of these programs that is installed."""
    return next(filter(None, map(shutil.which, names)), None)


def skip_or_fail(reason: str) -> NoReturn:
    """Skips the test, or fails it where ``CI=true``: in CI a skip would hide that a part was not tested."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
