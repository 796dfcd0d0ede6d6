"""Redaction of text that arrives in pieces."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st
from named_runs import CUTS, NAMES, TEXTS, names_in, pieces_of

from workbench.record.name_matcher import MARK, Names, StreamingRedactor, finder


@settings(max_examples=400, deadline=None)
@given(TEXTS, CUTS)
@example("Chien-Shi", [3, 5])
@example("x Wu", [3])
@example("ada@firm.example.", [2, 4, 9])
@example("Imaginary Stages Wu", [10, 12, 17])
@example("WUO'Brien", [1, 2, 4])
@example("O'BRIENWU", [3, 7, 8])
def test_streamed_text_equals_its_redaction(text, cuts):
    found = finder(NAMES)
    whole = found.hide(text)
    held = StreamingRedactor(found)
    for piece in pieces_of(text, cuts):
        before = held.shown
        assert before + held.add(piece) == held.shown
        assert whole.startswith(held.shown)
        assert names_in(held.shown) == []
    held.end()
    assert held.shown == whole
    assert held.raw == text
    assert names_in(whole) == []


@settings(max_examples=200, deadline=None)
@given(st.text(), st.text(), CUTS)
def test_redaction_keeps_other_text(before, after, cuts):
    text = f"{before} Shiung {after}"
    held = StreamingRedactor(finder(NAMES))
    for piece in pieces_of(text, cuts):
        held.add(piece)
    held.end()
    assert held.shown == finder(NAMES).hide(text)
    assert "Shiung" not in held.shown
    assert finder(Names()).hide(before) == before or "@" in before


@settings(max_examples=100, deadline=None)
@given(TEXTS, CUTS, TEXTS)
def test_continued_text_is_sent_anew(text, cuts, more):
    held = StreamingRedactor(finder(NAMES))
    for piece in pieces_of(text, cuts):
        held.add(piece)
    held.end()
    assert held.add(more) is None
    held.end()
    assert held.shown == finder(NAMES).hide(text + more)


def test_text_is_held_back_briefly():
    held = StreamingRedactor(finder(NAMES))
    assert held.add("The prize was given to Chi") == "The prize was given to "
    assert held.add("en-Shi") == ""
    assert held.add("ung Wu") == ""
    assert held.add(" in ") == f"{MARK} in "
    assert held.add("Chile. ") == "Chile. "
    assert not held.is_holding
