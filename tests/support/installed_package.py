"""A package that is installed for one test: its metadata in a folder of the path, as pip leaves it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


class InstalledPackages:
    """Installs packages of one module each, with entry points."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder, self._monkeypatch = folder, monkeypatch
        self._modules: list[str] = []

    def install(self, name: str, module: str, source: str, points: str, version: str = "1.2") -> None:
        """Installs a package.

        Args:
            name: Of the distribution.
            module: Of its one module.
            source: The module's.
            points: Text of its ``entry_points.txt``.
            version: Of the distribution.
        """
        info = self._folder / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(points)
        (self._folder / f"{module}.py").write_text(source)
        self._modules.append(module)
        # At each package: it also clears what the import system has cached of the folder.
        self._monkeypatch.syspath_prepend(self._folder)

    def install_example(self, guide: str, heading: str) -> None:
        """Installs the example under a heading of a guide: its entry points and its module."""
        text = (DOCS / guide).read_text("utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
        points = re.search(r"```toml\n(.*?)```", text, re.DOTALL)[1]
        group, name, target = re.search(r'"(workbench\.\w+)"\]\n(\S+) = "(\S+)"', points).groups()
        module = target.partition(":")[0]
        source = re.search(rf"`{module}\.py`:\n\n```python\n(.*?)```", text, re.DOTALL)[1]
        self.install(module.replace("_", "-"), module, source, f"[{group}]\n{name} = {target}\n")

    def remove(self) -> None:
        """Forgets the modules that were imported."""
        for module in self._modules:
            sys.modules.pop(module, None)
