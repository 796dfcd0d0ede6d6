"""Files that an export wrote: a dict, and in a notebook a list of links."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from workbench.text.html import escape_line

_DOWNLOADED = frozenset({".docx", ".parquet"})
"""Endings of files that JupyterLab cannot show: it would open them as text, and fail."""


class WrittenFiles(dict[str, Path]):
    """Paths by format, drawn in a notebook as links that open the files.

    A link is relative to the kernel's working folder, which is the notebook's own: JupyterLab opens the file beside
    the notebook, and downloads what it cannot show. Voila serves a file only where its
    ``VoilaConfiguration.file_allowlist`` has the name: docs/export.md, "Links to the files in a notebook".

    Examples:
        >>> WrittenFiles(pdf=Path("out/petition.pdf"))
        {'pdf': PosixPath('out/petition.pdf')}
    """

    def _repr_html_(self) -> str:
        return f"<ul>{''.join(_draw_link(path) for path in self.values())}</ul>"


def _draw_link(path: Path) -> str:
    name = escape_line(path.name)
    folder = escape_line(str(path.parent))
    address = _find_address(path, os.environ)
    how = "download" if path.suffix in _DOWNLOADED else 'target="_blank"'
    link = name if address is None else f'<a href="{escape_line(address)}" {how}>{name}</a>'
    return f"<li>{link} in {folder}</li>"


def _find_address(path: Path, environ: Mapping[str, str]) -> str | None:
    """Returns the address of a file for the page that shows the output; None where it can have none."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # Windows: on another drive
        return None
    address = quote(Path(relative).as_posix())
    # A page of Voila is at another address than its notebook.
    base = environ.get("VOILA_BASE_URL")
    return address if base is None else f"{base.rstrip('/')}/voila/files/{address}"
