"""ES modules joined into one text.

anywidget loads a module from a blob, where no relative import resolves; the server sends the same text to the page.
"""

from __future__ import annotations

import re
from pathlib import Path

from workbench.text.catalogue import write_js_catalogue

STATIC = Path(__file__).parent / "static"
"""Folder of the ES modules and style sheets of the notebook, Voila and the browser page."""

_NO_CATALOGUE = "const CATALOGUE = /** @type {Catalogue | null} */ (null);"
"""Line of ``monitor/catalogue.js``."""

# One form of import only: any other stays in the text, and fails as soon as a page loads it.
_IMPORT = re.compile(r'^(?:import|export) \{[^}]*\} from "(?P<place>\.\.?/[\w/]+\.js)";\n', re.MULTILINE)


def join_modules(entry: Path) -> str:
    """Joins a module with those that it imports.

    Each module that is reached by a relative path appears once, before its first use.

    The modules must use named imports only, without ``as``, and no name twice at top level. An entry's re-exports
    (``export { … } from``) are exported by the parts themselves.

    Args:
        entry: File of the module; UTF-8.

    Returns:
        The text of one module without imports.
    """
    return "\n".join(_collect_parts(entry.resolve(), []))


def join_viewer_module() -> str:
    """Joins the module that exports ``mountViewer`` and ``mountPage``.

    It is the monitor's own: the same text serves every host.
    """
    return translate_module(join_modules(STATIC / "monitor.js"))


def translate_module(text: str) -> str:
    """Puts the catalogue of the process's language into the text of a joined module.

    English needs none.
    """
    catalogue = write_js_catalogue()
    return text if catalogue is None else text.replace(_NO_CATALOGUE, f"const CATALOGUE = {catalogue};", 1)


def join_viewer_style() -> str:
    """Joins the style sheets of the viewer."""
    return "".join((STATIC / name).read_text("utf-8") for name in ("monitor.css", "viewer.css"))


def _collect_parts(path: Path, seen: list[Path]) -> list[str]:
    if path in seen:
        return []
    # Before its imports are read: two modules that import each other would otherwise recurse for ever.
    seen.append(path)
    text = path.read_text("utf-8")
    imported = [
        part
        for found in _IMPORT.finditer(text)
        for part in _collect_parts((path.parent / found["place"]).resolve(), seen)
    ]
    # What is imported comes first: JavaScript's constants and classes exist only below their declarations.
    return [*imported, _IMPORT.sub("", text)]
