"""The citations that a sentence rests on."""

from __future__ import annotations

import pytest

from workbench.case.exhibit_numbering import ExhibitNumbering
from workbench.checks.attribution import cites_of
from workbench.checks.draft import DraftText


def sources(content: str) -> list[tuple[str, list[str]]]:
    """Source and exhibits of each sentence that is no heading."""
    draft = DraftText(None, content)
    found = [cites_of(draft, each) for each in draft.sentences if draft.blocks[each.block].kind != "heading"]
    return [(cites.source, [cite.exhibit_id for cite in cites.citations]) for cites in found]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("She won. She taught [@a, p. 1]. She left.", [("next", ["a"]), ("own", ["a"]), ("before", ["a"])]),
        ("She won [@a; @b]. She taught [@c].", [("own", ["a", "b"]), ("own", ["c"])]),
        ("Prizes [@a]:\n\n- gold\n- silver", [("own", ["a"]), ("lead-in", ["a"]), ("lead-in", ["a"])]),
        ("Prizes:\n\n- gold\n- silver [@b]", [("none", []), ("next", ["b"]), ("own", ["b"])]),
        ("> She was first.\n\nSo says the record [@a].", [("beside", ["a"]), ("own", ["a"])]),
        ("She was first.\n\n([@a, p. 3])", [("next", ["a"]), ("own", ["a"])]),
        ("## Record [@a]\n\nShe was first.", [("heading", ["a"])]),
        ("She was first.", [("none", [])]),
        ("| Prize | Source |\n|---|---|\n| gold | [@a] |\n| silver |\n", [("own", ["a"]), ("none", [])]),
        ("Prizes [@a]:\n\n| Prize |\n|---|\n| gold |\n", [("own", ["a"]), ("beside", ["a"])]),
        (
            "Prizes:\n\n| Prize [@a] |\n|---|\n| gold |\n| silver |\n",
            [("none", []), ("beside", ["a"]), ("beside", ["a"])],
        ),
        ("| Prize |\n|---|\n| gold |\n\nSource: [@a]", [("beside", ["a"]), ("own", ["a"])]),
        ("| Prize |\n|---|\n| gold |\n\nShe also taught at the university [@a].", [("none", []), ("own", ["a"])]),
    ],
)
def test_source_of_each_sentence(content, expected):
    assert sources(content) == expected


@pytest.mark.parametrize(
    ("aside", "source"),
    [
        ("(Exhibit 4, a description of the invented conference and of its long history.)", "next"),
        ("(See Exhibit 4, a letter of Prof. C (University of C).)", "next"),
        ("(The invented conference, which is described at length in Exhibit 4.)", "none"),
        ("(Exhibit 4) describes the invented conference, which has a long history.", "none"),
    ],
)
def test_paragraph_in_parentheses_cites_above(aside, source):
    text = f"“She was first.”\n\n{aside}"
    draft = DraftText(None, text, numbering=ExhibitNumbering.of(None, text))
    assert cites_of(draft, draft.sentences[0]).source == source


def test_parentheses_behind_stop_are_own():
    text = "She won. She led. (Exhibit 4, p. 2.) She left."
    draft = DraftText(None, text, numbering=ExhibitNumbering.of(None, text))
    assert [cites_of(draft, each).source for each in draft.sentences][:2] == ["next", "own"]


def test_note_cites_for_its_sentence():
    text = "She won it in 1978.[^1] It counts.\n\n[^1]: See [@wolf-prize, p. 2]. It is *old*."
    draft = DraftText("awards", text)
    assert [sentence.text for sentence in draft.sentences][:3] == [
        "She won it in 1978.[^1]",
        "It counts.",
        "See [@wolf-prize, p. 2].",
    ]
    found = cites_of(draft, draft.sentences[0])
    assert (found.source, [(cite.exhibit_id, cite.pages) for cite in found.citations]) == (
        "own",
        [("wolf-prize", (2,))],
    )
    assert len(draft.citations) == 1
