"""Checks that other packages bring, by the entry point group ``workbench.checks``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from workbench.checks.finding import Finding
from workbench.checks.registry import CHECKS, Check
from workbench.errors import InputError
from workbench.text.entry_points import Plugin, list_plugins

GROUP = "workbench.checks"
"""Group of the entry points: each names a :class:`~workbench.checks.registry.Check`, or a list of them."""


@dataclass(frozen=True)
class Plugins:
    """The checks of plug-ins, and the trouble with them.

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
    return read_plugins(list_plugins(GROUP))


def read_plugins(plugins: Iterable[Plugin]) -> Plugins:
    """Reads the checks of plug-ins.

    Args:
        plugins: Of the group.
    """
    taken = {check.id for check in CHECKS}
    checks: list[Check] = []
    problems: list[str] = []
    sources: list[str] = []
    for plugin in plugins:
        sources.append(plugin.source)
        try:
            loaded = plugin.load()
        except InputError as error:
            problems.append(f"Not checked: {error.problems[0].what}.")
            continue
        found = list(loaded) if isinstance(loaded, list | tuple) else [loaded]
        for check in found:
            if not isinstance(check, Check):
                problems.append(f"Not checked: {plugin} is no Check but a {type(check).__name__}.")
            elif check.id in taken:
                problems.append(f"Not checked: {plugin} has the id of another check, {check.id!r}.")
            else:
                taken.add(check.id)
                checks.append(check)
    return Plugins(tuple(checks), tuple(problems), tuple(sources))
