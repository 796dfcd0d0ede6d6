"""A firm's settings of the checks, in one file: ``checks.yaml``.

The file is searched in ``WORKBENCH_CHECKS`` (a path), beside ``case.yaml``, and in ``WORKBENCH_HOME``; the first found
holds. It never stops a check that it does not name: what is wrong in it is said, and left out.
"""

from __future__ import annotations

import difflib
import inspect
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from workbench.checks.finding import Finding, Severity
from workbench.checks.registry import Check
from workbench.config import Settings
from workbench.errors import InputError, printable

logger = logging.getLogger("workbench")

FILE = "checks.yaml"
"""Name of the file beside a case, and in the home."""
OFF = f"switched off in {FILE}"
"""Reason with which a check that is switched off is counted."""
_LARGEST = 1_000_000
_SEVERITIES: dict[str, Severity] = {"error": "error", "warning": "warning", "info": "info"}
_REMEDY = f"Correct {FILE}; docs/checks.md lists the checks and their settings."


@dataclass(frozen=True)
class CheckSettings:
    """Settings of one check.

    Attributes:
        off: It does not run.
        severity: Of each of its findings, or None: as the check says.
        allow: Words that it may not report, each as the firm writes them.
        thresholds: Values for the check's own parameters, such as ``least_words``.
    """

    off: bool = False
    severity: Severity | None = None
    allow: tuple[str, ...] = ()
    thresholds: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Configuration:
    """The settings of a firm.

    Attributes:
        settings: Check id to settings.
        problems: What is wrong in the file, one line each.
        path: The file, or None where there is none.
    """

    settings: tuple[tuple[str, CheckSettings], ...] = ()
    problems: tuple[str, ...] = ()
    path: Path | None = field(default=None, compare=False)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The problems as findings of the letter."""
        return tuple(
            Finding(check="configuration", severity="warning", message=problem, suggestion=_REMEDY)
            for problem in self.problems
        )


def find_configuration(folder: Path | None = None) -> Path | None:
    """Finds the file that holds; None where there is none.

    Args:
        folder: The case's folder.
    """
    if named := os.environ.get("WORKBENCH_CHECKS"):
        return Path(named).expanduser()
    places = [folder / FILE] if folder is not None else []
    try:
        places.append(Settings.from_env().home / FILE)
    except InputError:  # the command that needs the environment says what is wrong in it
        logger.debug("no home in which %s could be", FILE)
    return next((place for place in places if place.is_file()), None)


def read_configuration(  # noqa: PLR0911 - one answer for each mistake
    path: Path | None, checks: Iterable[Check]
) -> Configuration:
    """Reads a configuration; what is wrong in it becomes a problem, and nothing is raised.

    Args:
        path: The file; None means no settings.
        checks: The checks that exist.
    """
    if path is None:
        return Configuration()
    try:
        if path.stat().st_size > _LARGEST:
            return _refuse(path, "is too long for a file of settings")
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        return _refuse(path, f"cannot be read: {error.strerror or error}")
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return _refuse(path, f"is no YAML: {str(error).splitlines()[0] if str(error) else type(error).__name__}")
    if loaded is None:
        return Configuration(path=path)
    entries = loaded.get("checks", {}) if isinstance(loaded, Mapping) else None
    if not isinstance(entries, Mapping) or not set(loaded) <= {"checks"}:
        return _refuse(path, "must hold `checks:` and below it one entry for each check")
    known = {check.id: check for check in checks}
    settings: dict[str, CheckSettings] = {}
    problems: list[str] = []
    for name, value in entries.items():
        check = known.get(str(name))
        if check is None:
            near = difflib.get_close_matches(str(name), known, n=1)
            meant = f"; did you mean {near[0]!r}?" if near else ""
            problems.append(_line(path, f"there is no check {str(name)!r}{meant}"))
            continue
        settings[check.id] = _read_settings(check, value, lambda text: problems.append(_line(path, text)))
    return Configuration(tuple(settings.items()), tuple(problems), path)


@lru_cache(maxsize=16)  # results of sections are kept by the checks that ran: equal settings give the same checks
def configure_checks(checks: tuple[Check, ...], configuration: Configuration) -> tuple[Check, ...]:
    """Returns the checks as configured.

    One that is switched off stays in the list: it counts as not checked, with that reason.
    """
    settings = dict(configuration.settings)
    return tuple(_configure(check, settings[check.id]) if check.id in settings else check for check in checks)


def list_thresholds(check: Check) -> dict[str, float]:
    """Returns the parameters of a check that a firm can set, with their values."""
    parameters = inspect.signature(check.run).parameters.values()
    return {
        each.name: each.default
        for each in parameters
        if each.kind is inspect.Parameter.KEYWORD_ONLY
        and isinstance(each.default, int | float)
        and not isinstance(each.default, bool)
    }


def _read_settings(  # noqa: C901 - one branch for each setting
    check: Check, value: Any, report: Callable[[str], None]
) -> CheckSettings:
    # YAML 1.1 reads a bare "off" as false, and "on" as true.
    if value is False or value == "off":
        return CheckSettings(off=True)
    if value is None or value is True or value == "on":
        return CheckSettings()
    if isinstance(value, str) and value in _SEVERITIES:
        return CheckSettings(severity=_SEVERITIES[value])
    if not isinstance(value, Mapping):
        report(f"{check.id}: write `off`, a severity or settings, not {value!r:.60}")
        return CheckSettings()
    known = list_thresholds(check)
    severity: Severity | None = None
    allow: tuple[str, ...] = ()
    thresholds: list[tuple[str, float]] = []
    off = False
    for name, setting in value.items():
        if name == "severity" and isinstance(setting, str) and setting in _SEVERITIES:
            severity = _SEVERITIES[setting]
        elif name == "severity":
            report(f"{check.id}: severity is error, warning or info, not {setting!r:.60}")
        elif name in {"off", False} and isinstance(setting, bool):  # YAML 1.1 reads the bare word as false
            off = setting
        elif name == "allow" and isinstance(setting, list) and all(isinstance(each, str) for each in setting):
            allow = tuple(each for each in setting if each.strip())
        elif name in known and isinstance(setting, int | float) and not isinstance(setting, bool) and setting >= 0:
            thresholds.append((name, setting))
        elif name in known or name == "allow":
            report(f"{check.id}: {name} cannot be {setting!r:.60}")
        else:
            also = f", {', '.join(known)}" if known else ""
            report(f"{check.id}: there is no setting {name!r}; it has off, severity, allow{also}")
    return CheckSettings(off, severity, allow, tuple(thresholds))


def _configure(check: Check, settings: CheckSettings) -> Check:
    def run(subject: Any) -> Iterator[Finding]:
        if settings.off:
            subject.coverage.skip(check.id, OFF)
            return
        for finding in check.run(subject, **dict(settings.thresholds)):
            if not _is_allowed(finding, settings.allow):
                # A finding that nothing could be looked at is never raised to an error.
                changed = settings.severity is not None and not finding.message.startswith(("Not checked", "Cannot be"))
                yield finding.model_copy(update={"severity": settings.severity}) if changed else finding

    return replace(check, run=run, needs_case=check.needs_case and not settings.off)


def _is_allowed(finding: Finding, allow: tuple[str, ...]) -> bool:
    quote = _plain(finding.quote or "")
    return bool(quote) and any(_plain(words) in quote or quote in _plain(words) for words in allow)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _refuse(path: Path, what: str) -> Configuration:
    return Configuration(problems=(_line(path, what),), path=path)


def _line(path: Path, what: str) -> str:
    return printable(f"{path.name}: {what}.")
