"""Folding of text in which names are looked for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from named_runs import CUTS, TEXTS, pieces_of

from workbench.record.name_folding import NameText, fold_text


@given(st.text() | TEXTS | st.text("%C3A9é5Bbx e&#;", max_size=30), CUTS)
def test_folding_ignores_cuts(text, cuts):
    folded = NameText()
    for piece in pieces_of(text, cuts):
        folded.add(piece)
    folded.end()
    whole = NameText()
    whole.add(text)
    whole.end()
    assert folded == whole
    assert "&" in text or "%" in text or folded.text == fold_text(text)
    assert len(folded.places) == len(folded.text)
    assert folded.places == sorted(folded.places)


def test_folding_joins_equal_letters():
    assert fold_text("ÀéÇñØßłİ") == "AeCnOsslI"
    assert fold_text("منـصور") == fold_text("منصور")
    assert (
        fold_text("Ho\ufb00ma\u00adnn \uff37\uff55 Jose\u0301 \U0001d416u \u2013\u00a0’") == "Hoffmann Wu Jose Wu - '"
    )
