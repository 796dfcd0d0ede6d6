"""Two texts as one."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.text.redline import Span, paragraphs, redline


def marked(old: str, new: str) -> str:
    signs = {"equal": "{}", "delete": "[-{}-]", "insert": "{{+{}+}}"}
    return "".join(signs[span.op].format(span.text) for span in redline(old, new))


PIECES = st.sampled_from(
    ["the", "medal", "of", "science", " ", " ", " ", "\n", "\n\n", "\n \n\n", ", ", ".", "[@medal, p. 2]", "[@a; @b]",
     "*", "§"]
)  # fmt: skip
DRAFTS = st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=30))


@given(DRAFTS, DRAFTS)
def test_nothing_is_lost(old: str, new: str) -> None:
    spans = redline(old, new)
    assert "".join(span.text for span in spans if span.op != "insert") == old
    assert "".join(span.text for span in spans if span.op != "delete") == new
    assert all(span.text for span in spans)
    assert all(one.op != two.op for one, two in pairwise(spans))


@given(DRAFTS)
def test_equal_texts_have_no_changes(text: str) -> None:
    assert redline(text, text) == ((Span("equal", text),) if text else ())


@given(DRAFTS, DRAFTS)
def test_paragraphs_hold_every_visible_sign(old: str, new: str) -> None:
    shown = "".join(span.text for row in paragraphs(redline(old, new)) for span in row if span.op != "delete")
    assert "".join(shown.replace("¶", "").split()) == "".join(new.replace("¶", "").split())


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("She won a medal.", "She won a prize.", "She won a [-medal-]{+prize+}."),
        ("She won.", "She won. Twice.", "She won.{+ Twice.+}"),
        ("It says so [@medal, p. 2].", "It says so [@medal, p. 3].",
         "It says so [-[@medal, p. 2]-]{+[@medal, p. 3]+}."),
        # one word that stayed between two that did not is no anchor …
        ("a great honor indeed here", "a small award indeed there",
         "a [-great honor indeed here-]{+small award indeed there+}"),
        # … but a citation is
        ("great [@medal, p. 2] here", "small [@medal, p. 2] there",
         "[-great-]{+small+} [@medal, p. 2] [-here-]{+there+}"),
        ("One.\n\nThree.", "One.\n\nTwo.\n\nThree.", "One.\n\n{+Two.\n\n+}Three."),
        ("One.\n\nTwo.\n\nThree.", "One.\n\nThree.", "One.\n\n[-Two.\n\n-]Three."),
        ("", "New.", "{+New.+}"),
        ("Old.", "", "[-Old.-]"),
    ],
)  # fmt: skip
def test_how_a_change_reads(old: str, new: str, expected: str) -> None:
    assert marked(old, new) == expected


def test_changed_paragraph_break_is_shown() -> None:
    joined = paragraphs(redline("One.\n\nTwo.", "One. Two."))
    assert [[(span.op, span.text) for span in row] for row in joined] == [
        [("equal", "One."), ("delete", "¶")],
        [("insert", " "), ("equal", "Two.")],
    ]
    parted = paragraphs(redline("One. Two.", "One.\n\nTwo."))
    assert [[(span.op, span.text) for span in row] for row in parted] == [
        [("equal", "One."), ("delete", " "), ("insert", "¶")],
        [("equal", "Two.")],
    ]


def test_citation_counts_as_one_word() -> None:
    assert Span("insert", "The 1957-02-15 paper [@parity, pp. 1-2; @b] is “new”.").words == 6


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a " * 20_000, "b " + "a " * 20_000),
        ("a b " * 1200, "b a c " * 800),  # two minutes and more with every word as an anchor
        ("a\n\n" * 3000, "b\n\na\n\n" * 2000),
    ],
)
def test_repetitive_text_takes_seconds(old: str, new: str) -> None:
    began = time.process_time()
    redline(old, new)
    assert time.process_time() - began < 10
