"""Programs that some tests need beside Python."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def require_tool(*names: str, install: str) -> str:
    """Finds a program; skips the test where there is none, and fails it in CI.

    Args:
        names: Names of the program, the preferred one first.
        install: One line that installs it.
    """
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        skip_or_fail(f"{names[0]} is missing; to install it: {install}")
    return found


def skip_or_fail(reason: str) -> NoReturn:
    """Skips the test, or fails it where ``CI=true``: in CI a skip would hide that a part was not tested."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
