"""The checks that run for a case: the registry and the installed plug-ins, as the firm's ``checks.yaml`` sets them."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.case.model import Case
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


def choose_checks(case: Case | None) -> ChosenChecks:
    """Reads which checks run for a case, by its kind of document.

    Args:
        case: The case, in whose folder a file of settings may lie; None where there is none: a letter is then taken
            for a petition.
    """
    folder = case.root if case is not None else None
    document_type = case.document_type if case is not None else "petition"
    plugins = load_plugins()
    every = (*CHECKS, *plugins.checks)
    configuration = read_configuration(find_configuration(folder), every)
    # Read over every check: a setting of one that is for another kind of document is no mistake.
    configured = configure_checks(every, configuration)
    return ChosenChecks(
        tuple(check for check in configured if check.is_for(document_type)),
        (*plugins.findings, *configuration.findings),
        repr((configuration.settings, plugins.sources)),
    )
