"""Checks that other packages bring, by the entry point group ``workbench.checks``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from workbench.checks.finding import Finding
from workbench.checks.registry import CHECKS, Check
from workbench.errors import printable

GROUP = "workbench.checks"
"""Group of the entry points: each names a :class:`~workbench.checks.registry.Check`, or a list of them."""


@dataclass(frozen=True)
class Plugins:
    """The plug-ins found, and the trouble with them.

    Attributes:
        checks: In the order of their entry points' names.
        problems: One line for each that cannot be used.
        sources: Name, object and version of each entry point.
    """

    checks: tuple[Check, ...] = ()
    problems: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The problems as findings of the letter."""
        suggestion = "Update or uninstall the package that brings it; its checks did not run."
        return tuple(
            Finding(check="plug-in", severity="warning", message=problem, suggestion=suggestion)
            for problem in self.problems
        )


@cache
def load_plugins() -> Plugins:
    """Loads the installed plug-ins, once. One that is broken is a problem, and never stops another."""
    return read_plugins(sorted(entry_points(group=GROUP), key=lambda point: point.name))


def read_plugins(points: Iterable[EntryPoint]) -> Plugins:
    """Reads the checks of entry points.

    Args:
        points: Entry points of the group.
    """
    taken = {check.id for check in CHECKS}
    checks: list[Check] = []
    problems: list[str] = []
    sources: list[str] = []
    for point in points:
        sources.append(f"{point.name}={point.value} {point.dist.version if point.dist else ''}".rstrip())
        where = f"Not checked: the plug-in {point.name!r} ({point.value})"
        try:
            loaded = point.load()
        # Foreign code: whatever it raises on import, the other checks run.
        except Exception as error:  # noqa: BLE001
            problems.append(printable(f"{where} cannot be loaded ({type(error).__name__}: {error})."))
            continue
        found = list(loaded) if isinstance(loaded, list | tuple) else [loaded]
        for check in found:
            if not isinstance(check, Check):
                problems.append(printable(f"{where} is no Check but a {type(check).__name__}."))
            elif check.id in taken:
                problems.append(printable(f"{where} has the id of another check, {check.id!r}."))
            else:
                taken.add(check.id)
                checks.append(check)
    return Plugins(tuple(checks), tuple(problems), tuple(sources))
