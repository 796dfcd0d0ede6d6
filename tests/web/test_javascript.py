"""Format, lint, types and unit tests of the ES modules."""

from __future__ import annotations

import fcntl
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tools import skip_or_fail

pytestmark = pytest.mark.npm

FOLDER = Path(__file__).parents[1] / "js"
NODE = (20, 19)
"""The first release that reads a `.js` file with `export` in it as a module."""


@pytest.fixture(scope="session")
def npm() -> str:
    """npm's command, with the packages of tests/js installed (60 MB)."""
    npm, node = shutil.which("npm"), shutil.which("node")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout if node else ""
    found = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
    if npm is None or found < NODE:
        skip_or_fail("Node 20.19 or newer, with npm, is missing; to install it: apt-get install nodejs npm")
    package, installed = FOLDER / "package.json", FOLDER / "node_modules" / ".package-lock.json"
    with (FOLDER / ".npmrc").open() as lock:  # workers of one test run install once
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not installed.is_file() or installed.stat().st_mtime < package.stat().st_mtime:
            _run(npm, "install")
    return npm


@pytest.mark.parametrize("script", ["format", "lint", "types", "test"])
def test_modules_pass(npm, script):
    _run(npm, "run", script)


def _run(npm: str, *arguments: str) -> None:
    done = subprocess.run([npm, *arguments], cwd=FOLDER, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
