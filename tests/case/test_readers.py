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
