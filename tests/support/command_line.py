"""Commands run as processes, and text that tries to control a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CASES = Path(__file__).parent.parent / "cases"
PROGRAM = [sys.executable, "-c", "from workbench.cli import main; main()"]

EVIL = "\x1b[2J\x9b31m\x07\u202e\r\nforged: line"


def is_harmless(text: str) -> bool:
    """True where a terminal displays all of the text and obeys none of it."""
    return all(letter.isprintable() or letter == "\n" for letter in text) and "\nforged" not in text


def run_process(*arguments: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the workbench in a process of its own."""
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
