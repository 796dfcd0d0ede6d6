"""Cells of a notebook that are filed."""

from __future__ import annotations

from collections.abc import Iterator

from nbformat import NotebookNode

from workbench.errors import ExportError
from workbench.text.notebook_marks import FILING_ROLES, FILING_TAG, is_filed, read_tags


def filing_cells(notebook: NotebookNode) -> Iterator[NotebookNode]:
    """Yields the cells that are filed, in order.

    Raises:
        ExportError: There is none, a cell other than Markdown is tagged, or a tag is misspelt.
    """
    known = ", ".join(FILING_ROLES)
    tagged = []
    for number, cell in enumerate(notebook.cells, start=1):
        metadata = cell.get("metadata", {})
        for tag in read_tags(metadata):
            # A misspelt tag would leave a part of the letter out in silence.
            if tag not in FILING_ROLES and tag.strip().casefold().startswith(FILING_TAG):
                raise ExportError(f"cell {number} has the unknown tag {tag[:60]!r}; use one of {known}")
        if is_filed(metadata):
            tagged.append((number, cell))
    if not tagged:
        raise ExportError(
            f"no cell of the notebook is tagged {FILING_TAG}: nothing to export; tag the cells to be filed"
        )
    for number, cell in tagged:
        # Refused rather than passed over: somebody tagged the cell in order to file it.
        if cell.cell_type != "markdown":
            raise ExportError(
                f"cell {number} is tagged {FILING_TAG} and is a {cell.cell_type} cell; only Markdown is filed: untag it"
            )
        yield cell
