import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.text.folding import FoldedText, fold_text, strip_accents, to_ascii_letters, word_pattern


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("O’Bannon", "O'Bannon"),
        ("Kamakaʻeha", "Kamaka'eha"),
        ("García‑Ruiz", "García-Ruiz"),
        ("Mu\u0308ller", "Müller"),
        ("e\ufb03cient \ufb01eld", "efficient field"),
        ("ＷＵ", "WU"),
        ("ex\u00adperi\u200bment", "experiment"),
        ("\u200fسارة\u200e", "سارة"),
        ("منـصور", "منصور"),
        ("한국", "한국"),
        (unicodedata.normalize("NFD", "한국"), "한국"),
        ("“quoted”", "“quoted”"),
        ("plain", "plain"),
    ],
)
def test_spellings_fold_into_one(text, folded):
    assert fold_text(text) == folded
    assert FoldedText(text).text == folded


def test_span_leads_back_to_original():
    original = "The e\u0301cole’s ef\u00adfi\u200bcient o\ufb03ce"
    folded = FoldedText(original)
    for word, written in (
        ("école", "e\u0301cole"),
        ("'s", "’s"),
        ("efficient", "ef\u00adfi\u200bcient"),
        ("office", "o\ufb03ce"),
        ("off", "o\ufb03"),
    ):
        start = folded.text.index(word)
        first, last = folded.find_span(start, start + len(word))
        assert original[first:last] == written


@given(st.text(max_size=40))
def test_pieces_fold_like_the_whole(text):
    folded = FoldedText(text)
    assert folded.find_span(0, len(folded.text))[0] >= 0
    for index in range(len(folded.text)):
        first, last = folded.find_span(index, index + 1)
        assert 0 <= first < last <= len(text)


@given(st.text(alphabet=st.sampled_from("ab '\u2019\u0301\u00ad\ufb03\u00e9\n`"), max_size=40))
def test_folded_place_leads_to_the_original(text):
    folded = FoldedText(text)
    assert folded.text == fold_text(text)
    for index in range(len(folded.text)):
        first, last = folded.find_span(index, index + 1)
        start, end = folded.find_folded(first, last)
        assert start <= index < end
        assert fold_text(text[first:last]) == folded.text[start:end]


@pytest.mark.parametrize(
    ("word", "plain"),
    [
        ("Østby", "ostby"),
        ("Šedivá", "sediva"),
        ("Łódź", "lodz"),
        ("Đặng", "dang"),
        ("Weiß", "weiss"),
        ("Æsa", "aesa"),
        ("Işık", "isik"),
        ("Сергей", "сергеи"),
        ("कुमार", "कुमार"),
        ("陈静", "陈静"),
    ],
)
def test_accents_are_stripped(word, plain):
    assert strip_accents(word) == plain


@pytest.mark.parametrize(
    "word", ["O'Bannon", "García-Ruiz", "कुमार", "陈静", "سارة", "กานต์", "Ẹ̀bùn", "Østby", "Chien-Shiung"]
)
def test_word_is_found_in_any_script(word):
    assert [match[0] for match in word_pattern().finditer(f"Dr. {word}, ({word}) 3")] == ["Dr", word, word]


def test_letters_of_any_alphabet_keep_places():
    text = "Østby’s Æsir, Иван, ß and 陈静"
    assert to_ascii_letters(text) == "Ostby’s Asir, Xxxx, x and 陈静"
