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

import yaml

from workbench.config import Settings
from workbench.drafting.address import is_this_machine
from workbench.drafting.models import DEFAULT_BASE_URL
from workbench.errors import InputError, Problem, WorkbenchError
from workbench.tuning.promptfoo import QUIET, VERSIONS

NOWHERE = "http://127.0.0.1:9"
"""A proxy that is not there: the port of the discard service, which no machine of today answers on."""

_FAILED_ASSERTIONS = 100
"""promptfoo's exit status where it ran and an answer did not pass."""

_LARGEST = 64 * 1024 * 1024


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
    addresses = list(_addresses(_read_config(config)))
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


def _read_config(path: Path) -> Mapping[str, Any]:
    """Reads the YAML of a configuration.

    Raises:
        InputError: The file is missing, too large, or no YAML mapping.
    """
    file = str(path)
    try:
        if not path.is_file():  # reading a device or a pipe may never end
            raise InputError(Problem("no such file", "name a configuration of promptfoo, in YAML", file=file))
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(Problem(f"cannot be read ({error.strerror})", "check its permissions", file=file)) from None
    if len(raw) > _LARGEST:
        raise InputError(Problem("larger than 64 MB", "split it", file=file))
    try:
        data = yaml.safe_load(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InputError(Problem("is no UTF-8 text", "save it as UTF-8", file=file)) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        what = f"is no YAML ({getattr(error, 'problem', None) or type(error).__name__})"
        raise InputError(Problem(what, "correct it", file=file, line=line)) from None
    if not isinstance(data, dict):
        what = "fields are wanted here, such as prompts and tests"
        raise InputError(Problem(what, "name a configuration of promptfoo", file=file, line=1))
    return data


def _addresses(config: Mapping[str, Any]) -> Iterator[str]:
    """The addresses of the models that a configuration asks."""
    providers: Any = config.get("providers", config.get("targets"))
    for entry in providers if isinstance(providers, list) else [providers]:
        body: Mapping[str, Any] = entry if isinstance(entry, Mapping) else {"id": entry}
        options = body.get("config")
        address = options.get("apiBaseUrl") if isinstance(options, Mapping) else None
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
