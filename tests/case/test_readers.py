"""The table of readers, the reader of plain text, and the cleaning of what readers return."""

from __future__ import annotations

import unicodedata
from pkgutil import resolve_name

import pytest

from workbench.case.exhibits import SUFFIXES
from workbench.case.pages import ReadLimits, UnreadableFileError
from workbench.case.readers import MAX_MARKS, READERS, read_pages, read_text

LIMITS = ReadLimits(pages=5, characters=1_000_000, unzipped=0)
TEXT = READERS[".txt"].function


def test_every_reader_exists():
    assert set(SUFFIXES) <= set(READERS)
    assert all(callable(resolve_name(reader.function)) for reader in READERS.values())


def test_only_plain_text_is_trusted():
    assert {suffix for suffix, reader in READERS.items() if reader.is_trusted} == {".md", ".txt"}


def test_accents_without_end_are_cut():
    """Their normalization takes the square of their number; a real letter keeps all of its own."""
    real = "Nguye\u0302\u0303n, \u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd \u2026\u2026\u2026"
    attack = "e" + "\u0301\u0316" * 200_000 + "nd"
    line = "\u2014" * 50
    (page,) = read_pages(TEXT, f"{real} {line} {attack}".encode(), LIMITS).pages
    shown = unicodedata.normalize("NFC", f"{real} {line} ")
    assert page.text.startswith(shown)
    assert page.text.endswith("nd")
    assert len(page.text) - len(shown) == MAX_MARKS + len("nd")


def test_text_of_form_feeds_is_bounded():
    with pytest.raises(UnreadableFileError, match="more than 5 pages"):
        read_pages(TEXT, b"\f" * 900_000 + b"end", LIMITS)
    assert len(read_pages(TEXT, b"one\ftwo\f \n\f\f\f\f\f", LIMITS).pages) == 2


def test_unmarked_utf16_is_refused():
    with pytest.raises(UnreadableFileError, match="not UTF-8 text"):
        read_text("She said: \u201cIt is.\u201d".encode("utf-16-le"), LIMITS)


def test_single_null_is_dropped():
    [page] = read_pages(READERS[".txt"].function, b"A medal\0 and a prize", LIMITS).pages
    assert page.text == "A medal and a prize"


WESTERN = "L’État pays Dr. Müller of Zürich €10—“the prize”, § 2; she wrote about it at length."


@pytest.mark.parametrize(
    ("coded", "name"), [("cp1252", "Windows-1252"), ("utf-16", "UTF-16"), ("utf-32", "UTF-32"), ("utf-8-sig", "")]
)
def test_other_encodings_are_named(coded, name):
    read = read_text(WESTERN.encode(coded), LIMITS)
    assert ([page.text for page in read.pages], read.encoding) == ([WESTERN], name)


@pytest.mark.parametrize(
    ("coded", "text"),
    [
        ("mac_roman", "The “prize” wasn’t hers."),
        ("cp1250", "Dvořák a Králíček získali cenu České akademie věd."),
        ("cp1251", "Он получил медаль."),
        ("cp437", "Müller of Zürich won."),
        ("shift_jis", "受賞した研究者"),
    ],
)
def test_doubtful_encoding_is_refused(coded, text):
    with pytest.raises(UnreadableFileError, match="its encoding cannot be told"):
        read_text(text.encode(coded), LIMITS)


@pytest.mark.parametrize("content", [b"%PDF-1.7 ", b"PK\x03\x04", b"{\\rtf1 She won.}", b"\xd0\xcf\x11\xe0"])
def test_other_type_is_no_text(content):
    with pytest.raises(UnreadableFileError, match="by its content, whose name says text"):
        read_text(content, LIMITS)
