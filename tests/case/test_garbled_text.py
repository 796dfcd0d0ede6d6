import pytest
from pdf_files import SHIFTED_LETTERS, body, text, write_pdf_file

from workbench.case.garbled_text import find_garbled
from workbench.case.pages import ReadLimits
from workbench.case.pdf_text import read_pdf

LIMITS = ReadLimits(pages=9, characters=10_000, unzipped=0)
SENTENCES = {
    "en": "All human beings are born free and equal in dignity and rights, endowed with reason and conscience.",
    "de": "Alle Menschen sind frei und gleich an Würde und Rechten geboren, mit Vernunft und Gewissen begabt.",
    "fr": "Tous les êtres humains naissent libres et égaux en dignité et en droits, doués de raison.",
    "pl": "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw, obdarzeni rozumem.",
    "fi": "Kaikki ihmiset syntyvät vapaina ja tasavertaisina arvoltaan ja oikeuksiltaan, heille on annettu järki.",
    "vi": "Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền, được tạo hoá ban cho lý trí.",
    "cy": "Genir pawb yn rhydd ac yn gydradd â'i gilydd mewn urddas a hawliau, fe'u cynysgaeddir â rheswm.",
    "tr": "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar, akıl ve vicdana sahiptirler.",
}


def move(sentence: str, places: int) -> str:
    return "".join(
        chr((ord(letter) - 97 + places) % 26 + 97) if letter.isascii() and letter.isalpha() else letter
        for letter in sentence.lower()
    )


@pytest.mark.parametrize("language", SENTENCES)
def test_language_is_not_garbled(language):
    assert find_garbled(SENTENCES[language] * 3) == "none"


@pytest.mark.parametrize("places", [1, 3, 7, 13, 25])
@pytest.mark.parametrize("language", ["en", "de", "fr", "pl"])
def test_exchanged_letters_are_found(language, places):
    garbled = move(SENTENCES[language], places)
    assert find_garbled(garbled * 3) == ("none" if (language, places) == ("fr", 7) else "all")


@pytest.mark.parametrize(
    "words",
    [
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 " * 20,
        "ACGTACGGTCAATTGCCA GATTACAGATTACA TTGACCTTGGCA " * 20,
        "1978 412,750 USD 3.14 (17) 22.5 % " * 40,
        "Wu, C. S.; Ambler, E.; Hayward, R. W.; Hoppes, D. D.; Hudson, R. P. Phys. Rev. 105, 1413 " * 8,
        "........................................ 12\n" * 20,
        "委员会在春天开会并选出了得奖人。" * 20,
        "short qzx",
        "",
    ],
    ids=["digests", "dna", "numbers", "references", "leaders", "chinese", "short", "empty"],
)
def test_text_without_prose_is_not_garbled(words):
    assert find_garbled(words) == "none"


def test_letters_read_as_signs_are_found():
    assert find_garbled("".join(chr(33 + ord(letter) % 14) for letter in SENTENCES["en"] * 3)) == "all"


def test_letters_read_as_rare_are_found():
    rare = "".join(chr(0x100 + ord(letter) - 32) if letter.isalpha() else letter for letter in SENTENCES["en"] * 3)
    assert find_garbled(rare) == "all"


def test_garbled_part_of_page_is_found():
    assert find_garbled(SENTENCES["en"] * 2 + " " + move(SENTENCES["de"], 3) * 6) == "part"


def test_wrong_font_map_is_unreadable():
    wrong = b"".join(
        text(72, 700 - 20 * line, "The committee of the society chose her for the medal of this year", font=b"G")
        for line in range(4)
    )
    first, second = read_pdf(write_pdf_file([wrong, body() + wrong * 3], objects=SHIFTED_LETTERS), LIMITS).pages
    assert "FRPPLWWHH" in first.text
    assert (first.kind, second.kind) == ("unreadable", "mixed")
