"""The real promptfoo, from npm, in a folder of the user's cache that later runs use again.

Its optional packages (1.1 of 1.4 GB: other makers' SDKs, a browser) are left out, but for the one of its database that
is made for this machine. No lock file is written. Nothing but the models named in a configuration is asked by it.
"""

from __future__ import annotations

import fcntl
import json
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import platformdirs
import pytest
from tools import skip_or_fail

from workbench.config import Settings
from workbench.tuning.promptfoo.export import VERSIONS
from workbench.tuning.promptfoo.run import run_promptfoo

VERSION = f"{VERSIONS}.20"
LIBSQL = "0.5.29"
_PLATFORMS = {
    ("linux", "x86_64"): "linux-x64-gnu",
    ("linux", "aarch64"): "linux-arm64-gnu",
    ("darwin", "x86_64"): "darwin-x64",
    ("darwin", "arm64"): "darwin-arm64",
}


def promptfoo() -> Path:
    """Its command; installed where it is not there yet (50 s, 270 MB). Without npm: a failure in CI, else a skip."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        skip_or_fail("npm is missing; to install it: apt-get install nodejs npm (Node 20 or newer)")
    cache = Path(platformdirs.user_cache_dir("eb1a-workbench-tests", appauthor=False))
    folder = cache / f"promptfoo-{VERSION}"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "promptfoo.lock").open("w") as lock:  # two test runs at once install it once
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            _install(npm, folder)
    return folder / "node_modules" / ".bin" / "promptfoo"


def _install(npm: str, folder: Path) -> None:
    partial = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    native = _PLATFORMS.get((sys.platform, platform.machine()))
    if native is None:
        pytest.fail(f"promptfoo's database is not made for {sys.platform} on {platform.machine()}")
    package = {
        "private": True,
        "dependencies": {"promptfoo": VERSION, f"@libsql/{native}": LIBSQL},
        "overrides": {"libsql": LIBSQL},
    }
    (partial / "package.json").write_text(json.dumps(package))
    options = [
        "--omit=optional",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--no-package-lock",
        "--loglevel=error",
    ]
    done = subprocess.run([npm, "install", *options], cwd=partial, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.fail(f"promptfoo {VERSION} could not be installed from npm: {done.stderr.strip()[-600:]}")
    partial.rename(folder)


def evaluate(config: Path, settings: Settings, **how: str) -> dict[str, Any]:
    """Runs a configuration as ``workbench promptfoo eval`` does; its results, also in ``results.json`` beside it."""
    results = config.with_name("results.json")
    run_promptfoo(config, results, settings, command=promptfoo(), **how)
    return json.loads(results.read_text(encoding="utf-8"))
