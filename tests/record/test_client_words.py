from __future__ import annotations

import pytest

from workbench.live.snapshot import ExhibitState, LetterHead, SectionState, Snapshot
from workbench.record.client_words import ClientWords, join_names

LETTER = """Prof. Grey of the University of Somewhere wrote about the medal. The prize is grey, as Dr. Adler says.

In the past, a grant went to chemists. Chemists received it, and this young field grew.
"""


def words_of(content: str = LETTER, *titles: str) -> ClientWords:
    exhibits = tuple(
        ExhibitState(exhibit_id=f"e{n}", number=n, title=title, kind="letter", date="2020", pages=1, sha256="")
        for n, title in enumerate(titles, start=1)
    )
    return ClientWords(
        Snapshot(
            thread_id="t",
            user_id="u.partner",
            case_id="berta-1",
            sections=(SectionState(section_id="awards", title="Awards", content=content),),
            letter=LetterHead(beneficiary="Dr. Berta Muster", petitioner="Imaginary Stages, Inc."),
            exhibits=exhibits,
        )
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Dr. Muster received it.", "Dr. [name] received it."),
        ("the prize of Prof. Ivo Grey's laboratory in Lyon", "the prize of Prof. [name]'s laboratory in [name]"),
        ("She won 1,200 dollars on 4 May 2021.", "She won [number] dollars on [number] [name] [number]."),
        ("Moreover, it was given by the Academy of Arts and Letters.", "Moreover, it was given by the [name]."),
        ("see example.org, @bmuster, berta-1", "see [name], @[name], [number]"),
        ("吴健雄 received a prize", "[name] received a prize"),
        ("8 C.F.R. § 204.5(h)(3) (e.g. here)", "[number] C.F.R. § [number] (e.g. here)"),
        ("the iPhone of McArthur-Lyon", "the [name]"),
    ],
)
def test_names_and_numbers_are_hidden(text, shown):
    assert join_names([words_of().hide(text, opens=True)]) == shown


def test_sentence_opening_is_kept_where_common():
    words = words_of()
    assert words.hide("Chemists received it", opens=True) == "Chemists received it"
    assert words.hide("Chemists received it", opens=False) == "[name] received it"
    assert words.hide("Lyon received it", opens=True) == "[name] received it"


def test_exhibit_id_is_no_common_word():
    words = words_of("She received it, as reported there [@lyon-medal, p. 1; @lyon-page].\n")
    assert words.hide("Lyon reported it", opens=True) == "[name] reported it"
    assert words.hide("Received it", opens=True) == "Received it"


def test_surname_of_common_word_is_hidden():
    # "grey" stands in the letter too, but so does "Prof. Grey".
    assert words_of().hide("Grey wrote it", opens=True) == "[name] wrote it"
    for given in ("Young", "Will", "May"):
        assert words_of().hide(f"{given} Smith wrote it", opens=True) == "[name] [name] wrote it"
    assert words_of().hide("The Smith prize", opens=True) == "The [name] prize"


def test_titles_are_found_in_lower_case():
    words = words_of(LETTER, "Certificate and statutes of the medal for chemistry", "Payslip")
    text = "under the statutes of the medal for chemistry, and the payslip"
    assert [text[start:end] for start, end in words.find_phrases(text)] == [
        "statutes of the medal",
        "the medal for chemistry",
        "payslip",
    ]


def test_long_text_takes_linear_time():
    words = words_of(LETTER, "a b " * 2_000)
    text = "A[ B of the " * 20_000
    assert "B" not in join_names([words.hide(text, opens=True)])
    assert list(words.find_phrases(text)) == []


def test_rest_is_tested_for_parties():
    assert words_of().is_free("the record shows it")
    assert not words_of().is_free("the record of muster")
