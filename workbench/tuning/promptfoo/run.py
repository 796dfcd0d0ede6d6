"""Runner of promptfoo, confined to an experiment's models.

With telemetry switched off promptfoo still tells its makers that it was switched off, with the user's id and
machine (0.121: one POST to r.promptfoo.app). It is therefore given a proxy that does not exist, which only the
addresses of the models bypass. Everything it stores, prompts and answers included, stays under ``WORKBENCH_HOME``.
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

from workbench.config import Settings, is_this_machine
from workbench.drafting.openai_model import DEFAULT_BASE_URL
from workbench.errors import InputError, Problem, WorkbenchError
from workbench.text.private_home import make_private_home
from workbench.tuning.promptfoo.export import QUIET, VERSIONS

NOWHERE = "http://127.0.0.1:9"
"""Address of a proxy that does not exist: the port of the discard service, which no current machine serves."""

_FAILED_ASSERTIONS = 100
"""Exit status of promptfoo if it ran and an answer did not pass."""

_LARGEST = 64 * 1024 * 1024


def run_promptfoo(
    config: Path, out: Path, settings: Settings, *, command: Path | None = None, proxy: str = NOWHERE
) -> None:
    """Runs promptfoo on a configuration.

    Its output goes to standard error.

    Args:
        config: See :func:`~workbench.tuning.promptfoo.export.export_experiment`.
        out: File for its results, JSON.
        settings: For the home, and for the consent to ask a model on another machine.
        command: promptfoo's executable; default: the one on the path.
        proxy: Proxy for everything but the models; default: one that does not exist.

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
        what = f"the case's texts would go to {', '.join(strangers)}, without your consent"
        raise InputError(Problem(what, "set WORKBENCH_MODEL to consent", file=str(config), field="providers"))
    home = settings.home / "promptfoo"
    make_private_home(settings.home)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Results of an earlier run must not pass for this one's if promptfoo fails.
    out.unlink(missing_ok=True)
    # `--no-cache` on the command line: the YAML's own `commandLineOptions.cache: false` is ignored by promptfoo.
    options = ["--no-cache", "--no-table", "--no-progress-bar", "--no-write"]
    done = subprocess.run(  # noqa: S603 - the user's own promptfoo
        [str(found), "eval", "-c", str(config), "-o", str(out), *options],
        env={**settings.child_environment(os.environ), **variables(addresses, home, proxy)},
        stdin=subprocess.DEVNULL,
        # Standard output belongs to `--json`.
        stdout=sys.stderr.fileno() if _is_real(sys.stderr) else subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode not in (0, _FAILED_ASSERTIONS) or not out.is_file():
        output = [line for line in done.stderr.splitlines() if line.strip()] or ["it said nothing"]
        raise WorkbenchError(f"promptfoo ended with status {done.returncode}: {output[-1]}")
    out.chmod(0o600)


def variables(addresses: Iterable[str], home: Path, proxy: str = NOWHERE) -> dict[str, str]:
    """Returns the environment that confines promptfoo to these addresses.

    Args:
        addresses: Addresses of the models.
        home: Folder for promptfoo's own files.
        proxy: Proxy for every other address.
    """
    around = sorted({"127.0.0.1", "localhost", *(urlsplit(address).hostname or "" for address in addresses)} - {""})
    proxies = {"https_proxy": proxy, "http_proxy": proxy, "all_proxy": proxy, "no_proxy": ",".join(around)}
    return {
        **QUIET,
        **proxies,
        # Node's HTTP libraries differ in which spelling they read.
        **{name.upper(): value for name, value in proxies.items()},
        "PROMPTFOO_CONFIG_DIR": str(home),
        # The Python that has the workbench: the assertion imports the scorers.
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
    """Yields the addresses of the models of a configuration."""
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
    """Tells a stream of the operating system from a notebook's."""
    try:
        return isinstance(stream.fileno(), int)
    except (OSError, ValueError, AttributeError):
        return False
