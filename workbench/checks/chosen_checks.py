"""The checks that run for a case: the registry and the installed plug-ins, as the firm's ``checks.yaml`` sets them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache

from workbench.case.firm_authorities import list_authorities, read_authority_text
from workbench.case.model import Case
from workbench.checks.configuration import configure_checks, find_configuration, read_configuration
from workbench.checks.finding import Finding
from workbench.checks.plugins import load_plugins
from workbench.checks.registry import CHECKS, Check
from workbench.config import PACKAGE_FOLDER
from workbench.errors import InputError

_READS = ("case", "checks", "data/law", "text", "drafting/sections.py", "drafting/agents.py")
"""Files of this package that findings depend on: a change in one of them invalidates every cached review.

A path that is missing raises an error: otherwise a moved file would silently drop out of the key.
"""


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


# Once a process: the code that is running does not change with its files.
@cache
def digest_checks() -> str:
    """Computes the digest of the code and data of this package that findings depend on."""
    digest = hashlib.sha256()
    for name in _READS:
        place = PACKAGE_FOLDER / name
        if not place.exists():
            raise FileNotFoundError(f"{place}, which findings depend on, is not there")
        for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if file.suffix in (".py", ".json", ".txt", ".md", ".yaml"):
                digest.update(f"{file.relative_to(PACKAGE_FOLDER)}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def digest_setup(case: Case | None) -> str:
    """Computes the digest of all that findings depend on besides letter and case: code, settings, the firm's list.

    Two machines with the same digest find the same.
    """
    root = case.root if case is not None else None
    firm: list[str] = []
    try:
        for authority in list_authorities(root):
            firm.append(authority.model_dump_json())
            if authority.text:
                firm.append(read_authority_text(authority, root).sha256)
    except InputError as error:
        firm.append(str(error))
    return hashlib.sha256(repr((digest_checks(), choose_checks(case).key, firm)).encode()).hexdigest()
