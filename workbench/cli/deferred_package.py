"""Packages whose own code runs late: when somebody asks for a name of theirs, not when a module of theirs is imported.

LangGraph imports LangSmith's client, and that one list of names from ``langsmith.types``. The package's own code makes
classes of data in 160 modules first: an eighth of the time in which a command starts
(docs/decisions.md, "Processes of the command line import less and collect no garbage meanwhile").
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any


class DeferredPackage(ModuleType):
    """Package whose code runs when a name that it lacks is asked for."""

    def __getattr__(self, name: str) -> Any:
        """Runs the package's code and returns the attribute."""
        spec = self.__spec__
        # What Python itself asks of any module, as `inspect` does, is answered without that.
        is_pythons = name.startswith("__") and name != "__all__"
        if is_pythons or spec is None or not isinstance(spec.loader, DeferringLoader):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        self.__class__ = ModuleType  # type: ignore[assignment]  # from here on it is a module like any other
        spec.loader = spec.loader.loader
        self.__loader__ = spec.loader
        spec.loader.exec_module(self)
        return getattr(self, name)


class DeferringLoader(Loader):
    """Loader that leaves the code of a package to :class:`DeferredPackage`.

    Attributes:
        loader: The one that runs the code.
    """

    def __init__(self, loader: Loader) -> None:
        self.loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Makes the package, which the import fills with its name and place."""
        return DeferredPackage(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Does nothing yet."""


class DeferringFinder(MetaPathFinder):
    """Finder of the packages whose code is deferred, before Python's own.

    Args:
        names: Full names of the packages.
    """

    def __init__(self, *names: str) -> None:
        self._names = frozenset(names)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Finds the package as Python does, and gives it a loader that defers."""
        if fullname not in self._names:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None and spec.submodule_search_locations is not None:
            spec.loader = DeferringLoader(spec.loader)
        return spec


def defer_packages(*names: str) -> None:
    """Defers the code of packages that are not imported yet; a second call with the same names changes nothing."""
    finder = DeferringFinder(*names)
    if not any(isinstance(each, DeferringFinder) and each._names >= finder._names for each in sys.meta_path):  # noqa: SLF001 - of its own class
        sys.meta_path.insert(0, finder)
