"""Folding of text in which names are looked for.

Folded are compatibility forms (NFKD), combining marks, invisible characters and ligatures. A combining mark and an
invisible character become a placeholder, so that only a ligature changes the length, and positions can be mapped back.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_BASES = {"æ": "a", "đ": "d", "ð": "d", "ł": "l", "ø": "o", "œ": "o", "ß": "s", "ı": "i", "þ": "p"}
MARK_SIGN, UNSEEN_SIGN = "\x01", "\x02"
"""Placeholders for any combining mark and any invisible character in a text without accents."""

_FILLERS = frozenset({0x115F, 0x1160, 0x3164, 0xFFA0})
"""Letters of Hangul that are drawn as nothing."""

_EXPANDED = ((0x80, 0x3400), (0xAC00, 0xD7A4), (0xFB00, 0xFE00))
"""Code points among which are ligatures, and the syllables of Hangul that NFD takes apart."""


class _BareLetters(dict[int, str]):
    """Translation table to letters without accents, filled on demand."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _strip_letter(chr(code))
        return found


def _strip_letter(letter: str) -> str:
    """Returns one character for a letter, of whatever form."""
    category = unicodedata.category(letter)
    if category in {"Mn", "Me"}:
        return MARK_SIGN
    if category == "Cf" or ord(letter) in _FILLERS:
        return UNSEEN_SIGN
    small = letter.lower()
    base = _BASES.get(small) or "".join(filter(_is_base, unicodedata.normalize("NFKD", small)))
    if len(base) != 1:
        return letter
    upper = base.upper() if letter != small else base
    return upper if len(upper) == 1 else base


def _is_base(letter: str) -> bool:
    return unicodedata.combining(letter) == 0


_BARE = _BareLetters({code: chr(code) for code in range(0x80)} | dict.fromkeys(map(ord, "’‘ʼ`"), "'"))


def strip_accents(text: str) -> str:
    """Returns a text without accents, of the same length."""
    return text.translate(_BARE)


@lru_cache(maxsize=1)
def ligatures() -> dict[int, str]:
    """Returns a translation table from ligatures to their letters."""
    found = {}
    for first, last in _EXPANDED:
        for code in range(first, last):
            letters = "".join(filter(_is_base, unicodedata.normalize("NFKD", chr(code))))
            if len(letters) > 1 and letters.isalpha():
                found[code] = letters
    return found


class NameText:
    """Text in the form that names are looked for in.

    Attributes:
        raw: Text as it was written.
        plain: Folded text.
    """

    def __init__(self, raw: str = "") -> None:
        self.raw = self.plain = ""
        # Index in `raw` of each folded letter; None while both have the same length.
        self._origins: list[int] | None = None
        self.add(raw)

    def add(self, raw: str) -> None:
        """Appends text."""
        expanded = raw if raw.isascii() else raw.translate(ligatures())
        if self._origins is None and len(expanded) != len(raw):
            self._origins = list(range(len(self.raw)))
        if self._origins is not None:
            for place, letter in enumerate(raw, start=len(self.raw)):
                self._origins += [place] * len(ligatures().get(ord(letter), letter))
        self.raw += raw
        self.plain += strip_accents(expanded)

    def cut(self, first: int, last: int) -> str:
        """Returns the raw text between two positions of the folded one."""
        return self.raw[self._origin(first) : self._origin(last)]

    def floor(self, place: int) -> int:
        """Returns the position where the raw letter at a position begins."""
        while self._is_inside(place):
            place -= 1
        return place

    def ceil(self, place: int) -> int:
        """Returns the position where the raw letter before a position ends."""
        while self._is_inside(place):
            place += 1
        return place

    def _is_inside(self, place: int) -> bool:
        origins = self._origins
        return origins is not None and 0 < place < len(origins) and origins[place - 1] == origins[place]

    def _origin(self, place: int) -> int:
        if self._origins is None:
            return place
        return self._origins[place] if place < len(self._origins) else len(self.raw)
