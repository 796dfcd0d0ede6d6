"""Edits of filing cells, in a final and in the open list of a draft."""

import pytest

from tests.export.conftest import section, snapshot
from workbench.export.filing_cells import filing_cells
from workbench.export.manifest import KEY, Manifest
from workbench.export.notebook import petition_notebook
from workbench.export.notebook_edits import FilingCell, describe_refusals, find_edits, list_open


def read(change):
    notebook = petition_notebook(snapshot(sections=(section("awards"), section("benefit"))))
    change(notebook)
    return Manifest.of_notebook(notebook.metadata[KEY]), [FilingCell(cell) for cell in filing_cells(notebook)]


def find_cells(notebook, section_id):
    return [cell for cell in notebook.cells if cell.metadata.get("workbench", {}).get("section_id") == section_id]


def change_text(notebook):
    [cell] = find_cells(notebook, "awards")
    cell.source += "\n\nAnother sentence."


def remove(notebook):
    [cell] = find_cells(notebook, "awards")
    notebook.cells.remove(cell)


def copy(notebook):
    [cell] = find_cells(notebook, "awards")
    notebook.cells.append(cell)


@pytest.mark.parametrize(
    ("change", "edit", "refusal", "line"),
    [
        (change_text, "changed", "section awards: changed in the notebook", "was changed in the notebook"),
        (copy, "changed", "section awards: changed in the notebook", "was changed in the notebook"),
        (remove, "missing", "section awards: its cell is missing", "is left out: its cell is missing"),
    ],
)
def test_edit_is_named(change, edit, refusal, line):
    manifest, cells = read(change)
    edits = find_edits(manifest, cells)
    assert edits == {"awards": edit}
    [said] = describe_refusals(manifest, cells, edits)
    assert said.startswith(refusal)
    assert any(line in item.text for item in list_open(manifest, edits, cells)[-1].items)


def test_unedited_notebook_has_none():
    manifest, cells = read(lambda _: None)
    assert find_edits(manifest, cells) == {}
    assert list(describe_refusals(manifest, cells, {})) == []
