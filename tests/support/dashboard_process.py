"""``workbench dashboard`` in a process of its own, as an attorney starts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import psutil

COMMAND = [sys.executable, "-c", "from workbench.cli import main; main()", "dashboard"]


@dataclass(frozen=True)
class Dashboard:
    """A dashboard that answers.

    Attributes:
        process: The command's.
        url: The link that it printed.
    """

    process: subprocess.Popen[str]
    url: str

    @property
    def base(self) -> str:
        """Base address of its pages, without a slash at the end."""
        return "http://" + urlsplit(self.url).netloc

    @property
    def token(self) -> str:
        """That of the link."""
        return parse_qs(urlsplit(self.url).query)["token"][0]

    def voila(self) -> psutil.Process:
        """The process that serves the pages."""
        [child] = psutil.Process(self.process.pid).children()
        return child

    def kernels(self) -> list[psutil.Process]:
        """Of its pages, as they are now."""
        return [each for each in self.voila().children() if "ipykernel_launcher" in " ".join(each.cmdline())]


@contextmanager
def dashboard_process(*options: str, **environment: str) -> Iterator[Dashboard]:
    """One that runs for the block; what it says on stderr is the block's to read."""
    with subprocess.Popen(
        [*COMMAND, "--json", *options], env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, process.communicate()[1]
            yield Dashboard(process, json.loads(line)["url"])
        finally:
            process.terminate()
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
