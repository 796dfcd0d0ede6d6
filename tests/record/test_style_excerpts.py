from __future__ import annotations

import pytest

from workbench.live.snapshot import ExhibitState, LetterHead, SectionState, Snapshot
from workbench.record.client_words import ClientWords
from workbench.record.style_excerpts import MAX_CHARACTERS, MAX_WORDS, make_style_example
from workbench.text.digest import text_digest

CONTENT = """> Documentation of the alien's receipt of lesser prizes

### The Lyon Medal

Dr. Muster received the *Lyon Medal* on 4 May 2021 [@medal, p. 1; @berta-cv, pp. 2-3]. As Prof. Ivo Grey writes: “It is
the greatest prize of Lyon” (Exhibit 12 at 3). The record shows that she received a prize.
"""


def section(content: str = CONTENT, **fields: object) -> SectionState:
    approval = {"status": "approved", "approved_by": "b.partner", "approved_sha256": text_digest(content)}
    return SectionState.model_validate(
        {"section_id": "awards", "title": "Awards", "content": content, **approval, **fields}
    )


def example(state: SectionState, *, other: bool):
    run = Snapshot(
        thread_id="run-of-berta",
        user_id="b.partner",
        case_id="berta",
        sections=(state,),
        letter=LetterHead(beneficiary="Dr. Berta Muster", petitioner="Berta Muster"),
        exhibits=(
            ExhibitState(exhibit_id="medal", number=1, title="Medal", kind="award", date="2021", pages=2, sha256=""),
        ),
    )
    return make_style_example(run, state, ClientWords(run) if other else None)


def test_excerpt_of_client_has_no_citations():
    found = example(section(), other=False)
    assert found.text == (
        "Dr. Muster received the Lyon Medal on 4 May 2021 [citation]. As Prof. Ivo Grey writes: “It is the greatest"
        " prize of Lyon” ([citation]). The record shows that she received a prize."
    )
    assert (found.thread_id, found.section_id, found.is_of_other_client) == ("run-of-berta", "awards", False)
    assert found.approved_sha256 == text_digest(CONTENT)
    assert found.sha256 == text_digest(found.text)


def test_excerpt_of_stranger_has_no_names():
    found = example(section(), other=True)
    assert found.text == (
        "Dr. [name] received the [name] on [number] [name] [number] [citation]. As Prof. [name] writes: [quotation]"
        " ([citation]). The record shows that she received a prize."
    )
    assert found.is_of_other_client


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "completed"},
        {"approved_by": None},
        {"approved_sha256": None},
        {"approved_sha256": text_digest("another text")},
    ],
)
def test_unapproved_text_is_no_example(fields):
    assert example(section(**fields), other=False) is None


@pytest.mark.parametrize("other", [False, True])
def test_excerpt_is_bounded(other):
    sentence = "It shows that she received a prize. "
    found = example(section(sentence * 5_000), other=other)
    assert len(found.text.split()) <= MAX_WORDS
    assert len(found.text) <= MAX_CHARACTERS
    assert found.text.endswith("prize.")


@pytest.mark.parametrize("content", ["", "### Awards\n", "> Only a quotation\n", "word " * 500, "x" * 5_000])
def test_text_without_short_prose_gives_none(content):
    assert example(section(content), other=False) is None
