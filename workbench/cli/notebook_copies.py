"""Copies of the shipped notebooks, on which a user works."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from workbench.text.atomic_write import USER_ONLY, make_private_folder, write_whole
from workbench.text.digest import text_digest

NOTEBOOKS = "workbench-notebooks"
"""Folder of the copies, where none is named."""

RECORD = ".shipped.json"
"""File beside the copies: name of each to the digest of the cells as they were shipped."""


def copy_notebooks(shipped: Path, folder: Path) -> list[str]:
    """Copies notebooks into a folder, and renews the copies that nobody has edited.

    A copy whose cells are as they were shipped is replaced by a newer release's, whatever outputs a run has left in it.
    One with cells of the user's own stays as it is.

    Args:
        shipped: Folder of the notebooks.
        folder: Of the copies; made where it is missing.

    Returns:
        Names of the copies that stay although a newer notebook has been shipped.
    """
    make_private_folder(folder)
    record = _read_record(folder / RECORD)
    kept: list[str] = []
    for source in sorted(shipped.glob("*.ipynb")):
        raw = source.read_bytes()
        newest, copy = _digest_cells(raw), folder / source.name
        if copy.exists():
            present = _digest_cells(copy.read_bytes())
            if present == newest:
                record[source.name] = newest
                continue
            if present != record.get(source.name):
                # Told once for each release: the record then has the digest that the user has seen.
                if record.get(f"{source.name} (kept)") != newest:
                    record[f"{source.name} (kept)"] = newest
                    kept.append(source.name)
                continue
        # Jupyter saves a run's output into it, and leaves its mode as it is.
        write_whole(copy, raw, mode=USER_ONLY)
        record[source.name] = newest
    write_whole(folder / RECORD, json.dumps(record, indent=1).encode(), mode=USER_ONLY)
    return kept


def _digest_cells(raw: bytes) -> str:
    """Digests what a person edits: type and source of each cell. Of a file that is no notebook, all of it."""
    try:
        cells = json.loads(raw)["cells"]
        # Notebooks hold a source as one text or as a list of lines.
        sources = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
    except (ValueError, LookupError, TypeError):
        return text_digest(raw.decode(errors="replace"))
    return text_digest(json.dumps(sources))


def _read_record(path: Path) -> dict[str, str]:
    try:
        read: Any = json.loads(path.read_bytes())
    except (OSError, ValueError):  # without it each copy counts as edited, so nothing of the user's is lost
        return {}
    return {str(name): str(digest) for name, digest in read.items()} if isinstance(read, dict) else {}
