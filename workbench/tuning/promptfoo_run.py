"""Runs the real promptfoo on an exported experiment, so that it talks to the experiment's models and to nobody else.

With telemetry switched off promptfoo still tells its makers that it was switched off, with the user's id and machine
(0.121: one POST to r.promptfoo.app). So it is given a proxy that is not there, which only the addresses of the models
go around. What it keeps, every prompt and answer, stays under ``WORKBENCH_HOME``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from workbench.config import Settings
from workbench.drafting.address import is_this_machine
from workbench.drafting.models import DEFAULT_BASE_URL
from workbench.errors import InputError, Problem, WorkbenchError
from workbench.tuning.promptfoo import QUIET, VERSIONS
from workbench.tuning.promptfoo_source import PromptfooSource

NOWHERE = "http://127.0.0.1:9"
"""A proxy that is not there: the port of the discard service, which no machine of today answers on."""

_FAILED_ASSERTIONS = 100
"""promptfoo's exit status where it ran and an answer did not pass."""


def run_promptfoo(
    config: Path, out: Path, settings: Settings, *, command: Path | None = None, proxy: str = NOWHERE
) -> None:
    """Runs promptfoo on a configuration; what it prints goes to standard error.

    Args:
        config: See :func:`~workbench.tuning.promptfoo.export_experiment`.
        out: Where it writes its results, JSON.
        settings: Whether a model on another machine may be asked, and for the home.
        command: promptfoo; default: the one on the path.
        proxy: For everything but the models; default: one that is not there.

    Raises:
        InputError: promptfoo is not installed; the configuration cannot be read, or asks a model on another machine
            and ``WORKBENCH_MODEL`` is not set.
        WorkbenchError: promptfoo failed.
    """
    found = command or shutil.which("promptfoo")
    if found is None:
        remedy = f"install Node 20 or newer, then: npm install --global promptfoo@{VERSIONS}"
        raise InputError(Problem("promptfoo is not installed", remedy, field="promptfoo"))
    addresses = list(_addresses(PromptfooSource.read(config)))
    strangers = sorted({urlsplit(address).netloc for address in addresses if not is_this_machine(address)})
    if strangers and settings.model is None:
        what = f"the case's texts would go to {', '.join(strangers)}, and nobody has agreed to that"
        raise InputError(Problem(what, "set WORKBENCH_MODEL to agree", file=str(config), field="providers"))
    home = settings.home / "promptfoo"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    out.unlink(missing_ok=True)
    options = ["--no-cache", "--no-table", "--no-progress-bar", "--no-write"]
    done = subprocess.run(  # noqa: S603 - the user's own promptfoo
        [str(found), "eval", "-c", str(config), "-o", str(out), *options],
        env={**os.environ, **variables(addresses, home, proxy)},
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr.fileno() if _is_real(sys.stderr) else subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode not in (0, _FAILED_ASSERTIONS) or not out.is_file():
        said = [line for line in done.stderr.splitlines() if line.strip()] or ["it said nothing"]
        raise WorkbenchError(f"promptfoo ended with status {done.returncode}: {said[-1]}")
    out.chmod(0o600)


def variables(addresses: Iterable[str], home: Path, proxy: str = NOWHERE) -> dict[str, str]:
    """The environment under which promptfoo asks these addresses and nobody else.

    Args:
        addresses: Of the models.
        home: Where it keeps what it keeps.
        proxy: For everything else.
    """
    around = sorted({"127.0.0.1", "localhost", *(urlsplit(address).hostname or "" for address in addresses)} - {""})
    proxies = {"https_proxy": proxy, "http_proxy": proxy, "all_proxy": proxy, "no_proxy": ",".join(around)}
    return {
        **QUIET,
        **proxies,
        **{name.upper(): value for name, value in proxies.items()},
        "PROMPTFOO_CONFIG_DIR": str(home),
        "PROMPTFOO_PYTHON": sys.executable,
        "NO_COLOR": "1",
    }


def _addresses(source: PromptfooSource) -> Iterator[str]:
    """The addresses of the models that a configuration asks."""
    providers: Any = source.data.get("providers", source.data.get("targets"))
    for entry in providers if isinstance(providers, list) else [providers]:
        body: Mapping[str, Any] = entry if isinstance(entry, Mapping) else {"id": entry}
        config = body.get("config")
        address = config.get("apiBaseUrl") if isinstance(config, Mapping) else None
        if isinstance(address, str) and address:
            yield address
        elif str(body.get("id")).startswith("openai:"):
            yield DEFAULT_BASE_URL


def _is_real(stream: Any) -> bool:
    """Whether a stream is one of the operating system's: in a notebook it is not."""
    try:
        return isinstance(stream.fileno(), int)
    except (OSError, ValueError, AttributeError):
        return False
