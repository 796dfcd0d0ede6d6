"""Plug-ins: objects that installed packages bring by entry points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any, cast

from workbench.errors import InputError, Problem, printable

SCORERS = "workbench.scorers"
"""Group of entry points that name a function from a draft to a score, or a scorer."""

EXPORTERS = "workbench.exporters"
"""Group of entry points that name a function from a petition to the bytes or the text of a file."""

UPDATE = "update or uninstall that package"


@dataclass(frozen=True)
class Plugin:
    """Object of an installed package, not loaded yet.

    Attributes:
        point: Its entry point.
    """

    point: EntryPoint

    @property
    def name(self) -> str:
        """Name of the entry point."""
        return self.point.name

    @property
    def source(self) -> str:
        """Name, object and version: equal where the same code is installed."""
        return f"{self.name}={self.point.value} {self.point.dist.version if self.point.dist else ''}".rstrip()

    def __str__(self) -> str:
        package = f" of {self.point.dist.name} {self.point.dist.version}" if self.point.dist else ""
        return printable(f"the plug-in {self.name!r}{package} ({self.point.value})")

    def load(self) -> Any:
        """Imports the object.

        Raises:
            InputError: It cannot be imported, whatever its package raises: one problem, which names the package.
        """
        try:
            return self.point.load()
        # Foreign code, which may even end the process at its import; Ctrl-C stays the user's.
        except (Exception, SystemExit) as error:  # noqa: BLE001
            raise self.refuse(f"cannot be loaded ({type(error).__name__}: {error})") from None

    def load_function(self, method: str = "") -> Callable[..., Any]:
        """Imports the object as a function.

        Args:
            method: Name of the method that is taken of an object that has it.

        Raises:
            InputError: It cannot be imported, or is no function.
        """
        loaded = self.load()
        function: Any = getattr(loaded, method, loaded) if method else loaded
        # Calling a class would make an object, which is no result of any of the groups.
        if not callable(function) or isinstance(loaded, type):
            raise self.refuse(f"is no function but {type(loaded).__name__}")
        return cast("Callable[..., Any]", function)

    def refuse(self, what: str) -> InputError:
        """Makes the error of an object that cannot be used.

        Args:
            what: What is wrong with it: ``is no Check but a int``.
        """
        return InputError(Problem(printable(f"{self} {what}"), UPDATE))


def list_plugins(group: str) -> tuple[Plugin, ...]:
    """Lists the plug-ins of a group by name; loads none."""
    points = sorted(entry_points(group=group), key=lambda point: (point.name, point.value))
    return tuple(Plugin(point) for point in points)


def find_plugin(group: str, name: str) -> Plugin | None:
    """Returns the first plug-in of a name, or None."""
    return next((plugin for plugin in list_plugins(group) if plugin.name == name), None)
