"""Letters whose exhibits were set as PDFs with narrow columns, and read again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from figure_letters import figure_letters
from typeset_pages import typeset_exhibits

from workbench.checks.coverage import Coverage
from workbench.checks.figures.facts import fact


@pytest.mark.parametrize("ruled", [True, False], ids=["ruled", "plain"])
@pytest.mark.parametrize("name", ["surgeon", "plant-breeder"])
def test_tables_of_pdfs_raise_no_alarm(wu, name, ruled):
    draft = figure_letters(wu)[name].draft
    typeset = replace(draft, case=typeset_exhibits(draft.case, ruled=ruled), coverage=Coverage())
    assert any("\t" in page for document in typeset.case.documents.values() for page in document.pages)
    assert {finding.quote for finding in fact(typeset)} <= {finding.quote for finding in fact(draft)}
