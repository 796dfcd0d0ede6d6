"""ES modules as the one text that anywidget takes: it loads a module from a blob, where no relative import resolves."""

from __future__ import annotations

import re
from pathlib import Path

_IMPORT = re.compile(r'^import \{[^}]*\} from "(?P<place>\.\.?/[\w/]+\.js)";\n', re.MULTILINE)


def joined(entry: Path) -> str:
    """A module with the modules that it imports by relative paths, each once and before its first use.

    The modules are written for it: named imports only, without ``as``, and no name twice at top level.

    Args:
        entry: The module's file; UTF-8.
    """
    return "\n".join(_parts(entry.resolve(), []))


def _parts(path: Path, seen: list[Path]) -> list[str]:
    if path in seen:
        return []
    seen.append(path)
    text = path.read_text("utf-8")
    imported = [
        part for found in _IMPORT.finditer(text) for part in _parts((path.parent / found["place"]).resolve(), seen)
    ]
    return [*imported, _IMPORT.sub("", text)]
