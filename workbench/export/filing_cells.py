"""Cells of a notebook that are filed."""

from __future__ import annotations

from collections.abc import Iterator

from nbformat import NotebookNode

from workbench.errors import ExportError
from workbench.text.notebook_marks import FILING_TAG


def filing_cells(notebook: NotebookNode) -> Iterator[NotebookNode]:
    """Yields the cells that are filed, in order.

    Raises:
        ExportError: There is none, or a cell other than Markdown is tagged.
    """
    tagged = [
        (number, cell)
        for number, cell in enumerate(notebook.cells, start=1)
        if FILING_TAG in cell.get("metadata", {}).get("tags", [])
    ]
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
