"""Folding of text, so that one spelling stands for all that look alike.

Compatibility forms, ligatures, accents, invisible characters, dashes, spaces, and letters of other alphabets that look
like Latin ones are folded letter by letter, so the folding of a text is that of its pieces, however it was cut. Case is
kept.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from urllib.parse import unquote

_LETTERS = {"æ": "ae", "ð": "d", "œ": "oe", "ß": "ss", "þ": "th", "ƒ": "f", "ə": "e", "ɑ": "a"}
"""Letters whose Latin letters Unicode tells neither by decomposition nor by name."""

_LATIN = re.compile(
    r"(?:LATIN|REGIONAL INDICATOR).* (?:LETTER|CAPITAL) (?:DOTLESS |SCRIPT |OPEN )?([A-Z])(?: WITH .*)?$"
)
"""Name of a letter with a stroke or a hook, a small capital, or a letter in a box."""

_ALIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТУХԚԜавеѕіјкмнорстухԁԛԝһѵӏ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβεηικνορτυχγωϲϳ" + "օսհոցՕՏՍ",
    "ABESIJKMHOPCTYXQWabesijkmhopctyxdqwhvl" + "ABEZHIKMNOPTYXabenikvoptuxywcj" + "ouhngOSU",
)
"""Letters of Cyrillic, Greek and Armenian that are read as Latin ones among Latin letters."""

# Drafts are Markdown, whose readers see the character. Web addresses hold every letter beyond ASCII as escaped bytes.
_REFERENCE = re.compile(
    r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
    r"|%(?:[2-7][0-9a-fA-F]|[cdCD][0-9a-fA-F]%[89abAB][0-9a-fA-F]|[eE][0-9a-fA-F](?:%[89abAB][0-9a-fA-F]){2}"
    r"|[fF][0-7](?:%[89abAB][0-9a-fA-F]){3})"
)
_REFERENCE_BEGUN = re.compile(
    r"(?:&(?:#(?:\d{0,7}|[xX][0-9a-fA-F]{0,6})|[A-Za-z][A-Za-z0-9]{0,31})?"
    r"|%(?:[0-9a-fA-F]|[c-fC-F][0-9a-fA-F](?:%[89abAB][0-9a-fA-F]){0,2}(?:%[89abAB]?)?)?)\Z"
)
_SIGN = re.compile("[&%]")

# Hangul fillers and the blank Braille cell are letters and signs by category, and show nothing; Arabic's kashida is one
# and only makes a word longer.
_BLANK = dict.fromkeys("\u0640\u115f\u1160\u3164\uffa0\u2800", "")
_APOSTROPHES = dict.fromkeys("\u00b4\u0060\u2018\u2019\u201b\u02b9\u02bc\u02bb\u02be\u02bf\u2032", "'")


class _Table(dict[str, str]):
    """Folded form of each character, computed at first use."""

    def __missing__(self, letter: str) -> str:
        folded = "".join(map(_fold_part, unicodedata.normalize("NFKD", letter)))
        self[letter] = folded = folded.translate(_ALIKE)
        return folded


def _fold_part(part: str) -> str:
    small, category = part.lower(), unicodedata.category(part)
    if small in _LETTERS:
        return _LETTERS[small] if part == small else _LETTERS[small].upper()
    if part == "\n" or part in _APOSTROPHES:
        return _APOSTROPHES.get(part, part)
    # Marks, and format characters such as the soft hyphen and the zero-width space.
    if category in {"Mn", "Me", "Cf"} or part in _BLANK:
        return ""
    if category == "Pd" or part == "\u2212":
        return "-"
    if not part.isascii() and (named := _LATIN.match(unicodedata.name(part, ""))):
        return named[1].lower() if " SMALL " in named[0] else named[1]
    return " " if part.isspace() else part


_TABLE = _Table(_APOSTROPHES)


@dataclass
class NameText:
    """Text that grows, its folded form, and the places of one in the other.

    Attributes:
        raw: The text.
        text: Its folded form.
        places: Place in ``raw`` of each folded character.
    """

    raw: str = ""
    text: str = ""
    places: list[int] = field(default_factory=list)
    _read: int = 0

    def add(self, raw: str) -> None:
        """Appends to the text.

        The beginning of a character reference at its end is folded with the rest of it.
        """
        self.raw += raw
        while sign := _SIGN.search(self.raw, self._read):
            at = sign.start()
            self._fold_to(at)
            if reference := _REFERENCE.match(self.raw, at):
                self._fold(at, reference.end(), [fold_text(_resolve(reference[0]))])
            elif _REFERENCE_BEGUN.match(self.raw, at):
                return
            else:
                self._fold_to(at + 1)
        self._fold_to(len(self.raw))

    def end(self) -> None:
        """Folds what may have been the beginning of a character reference."""
        self._fold_to(len(self.raw))

    def _fold_to(self, end: int) -> None:
        self._fold(self._read, end, [_TABLE[letter] for letter in self.raw[self._read : end]])

    def _fold(self, start: int, end: int, pieces: list[str]) -> None:
        self.places += [start + place for place, piece in enumerate(pieces) for _ in piece]
        self.text += "".join(pieces)
        self._read = end

    def raw_start(self, place: int) -> int:
        """Returns the place in ``raw`` where a folded character begins."""
        return self.places[place] if place < len(self.places) else self._read

    def raw_end(self, place: int) -> int:
        """Returns the place in ``raw`` behind the folded characters before ``place``.

        A ligature is never cut, and marks belong to the letter before them.
        """
        if place == 0:
            return 0
        return self.raw_start(bisect_right(self.places, self.places[place - 1]))


def _resolve(reference: str) -> str:
    return unquote(reference, errors="ignore") if reference.startswith("%") else html.unescape(reference)


def fold_text(text: str) -> str:
    """Returns the folded form of a text."""
    return "".join(_TABLE[letter] for letter in text)
