"""ES modules as the one text that anywidget takes: it loads a module from a blob, where no relative import resolves."""

from __future__ import annotations

import re
from pathlib import Path

STATIC = Path(__file__).parent / "static"
"""The ES modules and style sheets: the same files serve the notebook, Voila and the plain page."""

_IMPORT = re.compile(r'^(?:import|export) \{[^}]*\} from "(?P<place>\.\.?/[\w/]+\.js)";\n', re.MULTILINE)


def joined(entry: Path) -> str:
    """A module with the modules that it imports by relative paths, each once and before its first use.

    The modules are written for it: named imports only, without ``as``, and no name twice at top level. What the entry
    hands on (``export { … } from``) its parts export themselves.

    Args:
        entry: The module's file; UTF-8.
    """
    return "\n".join(_parts(entry.resolve(), []))


def viewer_module() -> str:
    """The module with ``mountViewer`` and ``mountPage``; the monitor's own, for there is one for every host."""
    return joined(STATIC / "monitor.js")


def viewer_style() -> str:
    """The style sheet of what :func:`viewer_module` draws."""
    return "".join((STATIC / name).read_text("utf-8") for name in ("monitor.css", "viewer.css"))


def _parts(path: Path, seen: list[Path]) -> list[str]:
    if path in seen:
        return []
    seen.append(path)
    text = path.read_text("utf-8")
    imported = [
        part for found in _IMPORT.finditer(text) for part in _parts((path.parent / found["place"]).resolve(), seen)
    ]
    return [*imported, _IMPORT.sub("", text)]
