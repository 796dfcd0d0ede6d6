"""Words of each kind of document in the head of the letter."""

from workbench.export.letter_forms import find_form
from workbench.export.notebook import petition_notebook
from workbench.live.snapshot import LetterHead


def test_response_has_rows_of_its_own(draft):
    letter = draft.letter.model_copy(update={"document_type": "rfe_response", "rows": (("Receipt *number*", "A|1"),)})
    notebook = petition_notebook(draft.model_copy(update={"letter": letter}))
    head = notebook.cells[1].source
    assert "**RE:** Response to Request for Evidence" in head
    assert "**Receipt \\*number\\*:** A\\|1" in head
    assert notebook.metadata["title"].startswith("Response to the Request for Evidence for Dr.")


def test_petition_is_written_as_before(draft):
    assert {"document_type", "rows"}.isdisjoint(draft.to_dict()["letter"])
    assert find_form(LetterHead().document_type).noun == "petition"
