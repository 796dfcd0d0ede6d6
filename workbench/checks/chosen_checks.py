"""The checks that run for a case: the registry and the installed plug-ins, as the firm's ``checks.yaml`` sets them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workbench.checks.configuration import configure_checks, find_configuration, read_configuration
from workbench.checks.finding import Finding
from workbench.checks.plugins import load_plugins
from workbench.checks.registry import CHECKS, Check


@dataclass(frozen=True)
class ChosenChecks:
    """The checks that run.

    Attributes:
        checks: In the order in which they run.
        findings: What is wrong in the file of settings or with a plug-in.
        key: Text that is equal where the same settings and plug-ins hold.
    """

    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]
    key: str

    def __repr__(self) -> str:
        return f"<ChosenChecks: {len(self.checks)} checks, {len(self.findings)} problems>"


def choose_checks(folder: Path | None) -> ChosenChecks:
    """Reads which checks run for a case.

    Args:
        folder: The case's folder, where a file of settings may lie; None where there is no case.
    """
    plugins = load_plugins()
    every = (*CHECKS, *plugins.checks)
    configuration = read_configuration(find_configuration(folder), every)
    return ChosenChecks(
        configure_checks(every, configuration),
        (*plugins.findings, *configuration.findings),
        repr((configuration.settings, plugins.sources)),
    )
