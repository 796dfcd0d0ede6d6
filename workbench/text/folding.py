"""One spelling for texts that are compared.

The same word is written in many ways: composed or decomposed letters, typographic or plain apostrophes and hyphens,
ligatures, full-width letters, soft hyphens. Double quotation marks, case and diacritics are left as they are.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import cache, lru_cache

_APOSTROPHES = "\u2018\u2019\u201b\u02bb\u02bc\u02b9\u02be\u02bf\u2032\u00b4\u0060\ua78c\uff07"
_HYPHENS = "\u2010\u2011\u2212\ufe63\uff0d\u2043"  # dashes part words, and stay
# Soft hyphens, joiners, marks of direction: a reader sees none of them. Arabic's kashida only makes a word longer.
_UNSEEN = frozenset(
    (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xAD, 0x34F, 0x61C, 0x640, 0xFEFF)
)
_ALIKE: dict[int, str | None] = {
    **dict.fromkeys(map(ord, _APOSTROPHES), "'"),
    **dict.fromkeys(map(ord, _HYPHENS), "-"),
    **dict.fromkeys(_UNSEEN),
}
_UNSEEN_CHARACTER = re.compile(f"[{''.join(map(chr, sorted(_UNSEEN)))}]")
_SAME_LENGTH = {code: letter for code, letter in _ALIKE.items() if letter}
# Without its last letter where accents may follow.
_ASCII_STRETCH = re.compile(r"[\x00-\x7f]+(?=[\x00-\x7f]|\Z)")
_LIKE_ASCII = frozenset("\u0130\u0131\u017f\u212a")
_LAST_INDIC_SIGN = 9
"""Combining classes up to here belong to letters themselves; accents and vowel points have higher ones."""


class FoldedText:
    """A folded text that knows the places of the original.

    Attributes:
        text: The folded text.
    """

    def __init__(self, original: str) -> None:
        self.text = original
        self._starts: list[int] | None = None
        # Of nearly every text only apostrophes and hyphens change, and no place moves.
        if (replaced := _replace_alike(original)) is not None:
            self.text = replaced
            return
        folded = fold_text(original)
        if len(folded) == len(original) and folded == original.translate(_SAME_LENGTH):
            self.text = folded
            return
        pieces: list[str] = []
        starts: list[int] = []
        index = 0
        while index < len(original):
            if stretch := _ASCII_STRETCH.match(original, index):
                pieces.append(fold_text(stretch[0]))
                starts += range(index, stretch.end())
                index = stretch.end()
                continue
            end = index + 1
            # A letter and its accents are one piece.
            while end < len(original) and not original[end].isascii() and _continues(original[end]):
                end += 1
            piece = _fold_piece(original[index:end])
            pieces.append(piece)
            starts += [index] * len(piece)
            index = end
        self.text = "".join(pieces)
        self._starts = [*starts, len(original)]

    @property
    def has_moved(self) -> bool:
        """True where a place of the folded text may be another one of the original."""
        return self._starts is not None

    def find_folded(self, start: int, end: int) -> tuple[int, int]:
        """Returns the folded text's place of a piece of the original."""
        if self._starts is None:
            return start, end
        return bisect_left(self._starts, start), min(bisect_left(self._starts, end), len(self.text))

    def find_span(self, start: int, end: int) -> tuple[int, int]:
        """Returns the original's place of a piece of the folded text."""
        if self._starts is None:
            return start, end
        first = self._starts[start]
        # Of several letters that came from one, any but the last would end before it.
        behind = bisect_right(self._starts, self._starts[end - 1]) if end > start else start
        return first, self._starts[min(behind, len(self._starts) - 1)] if end > start else first


def fold_text(text: str) -> str:
    """Returns a text in the one spelling.

    Its length may differ.
    """
    replaced = _replace_alike(text)
    return unicodedata.normalize("NFKC", text.translate(_ALIKE)) if replaced is None else replaced


def _replace_alike(text: str) -> str | None:
    """Replaces apostrophes and hyphens, where nothing else of a text changes.

    Else returns None.
    """
    if text.isascii():
        return text.replace("`", "'")
    # Both look at each character in C, which a translation by table does not.
    if not unicodedata.is_normalized("NFKC", text) or _UNSEEN_CHARACTER.search(text):
        return None
    for letter in _APOSTROPHES:
        text = text.replace(letter, "'")
    for letter in _HYPHENS:
        text = text.replace(letter, "-")
    return text


def holds_any(text: str, words: Iterable[str | re.Pattern[str]]) -> bool:
    """Tells if any of some words may stand in a text.

    As a pattern that ignores case would find it.

    It is many times faster than the pattern.

    Args:
        text: The text.
        words: In small letters; or patterns of small letters.
    """
    # Letters beyond ASCII that such a pattern takes for i, k and s.
    if not text.isascii() and not _LIKE_ASCII.isdisjoint(text):
        return True
    lowered = text.lower()
    return any(word in lowered if isinstance(word, str) else word.search(lowered) is not None for word in words)


def strip_accents(text: str) -> str:
    """Returns the small letters below accents, strokes and dots.

    For comparison only: ``Østby`` and ``Ostby`` are two names that one hand may have meant for one.
    """
    return "".join(map(_plain_letter, text.casefold())) if not text.isascii() else text.lower()


def to_ascii_letters(text: str) -> str:
    """Replaces each letter beyond A to Z by one of them, capitals by capitals.

    The places stay the same. Letters of scripts without capitals are left.
    """
    return text if text.isascii() else "".join(map(_ascii_letter, text))


@cache
def word_pattern() -> re.Pattern[str]:
    r"""Matches a word in any script, inner apostrophes and hyphens included.

    ``\w`` alone ends at the vowel signs of many scripts, which are marks and no letters.
    """
    marks = "".join(chr(code) for code in range(0x300, 0x1F000) if unicodedata.category(chr(code))[0] == "M")
    return re.compile(rf"[^\W\d_](?:[\w{marks}]|['-](?=[^\W\d_]))*")


@lru_cache(maxsize=4096)
def _fold_piece(piece: str) -> str:
    return fold_text(piece)


def _continues(char: str) -> bool:
    # A medial or final letter of decomposed Hangul is a letter of its own, and yet part of the syllable; and an accent
    # may follow a character that nobody sees.
    return unicodedata.category(char)[0] == "M" or "\u1160" <= char <= "\u11ff" or ord(char) in _UNSEEN


@lru_cache(maxsize=4096)
def _ascii_letter(char: str) -> str:
    if char.isascii() or char.isupper() == char.islower():
        return char
    plain = _plain_letter(char.lower())[:1]
    plain = plain if plain.isascii() and plain.isalpha() else "x"
    return plain.upper() if char.isupper() else plain


@lru_cache(maxsize=4096)
def _plain_letter(letter: str) -> str:
    if letter.isascii():
        return letter
    # A stroke or hook has no decomposition; the letter's name tells the letter below, and the two of a ligature.
    named = re.match(r"LATIN SMALL LETTER (?:DOTLESS )?([A-Z]{1,2})(?: WITH .*)?$", unicodedata.name(letter, ""))
    if named:
        return named[1].lower()
    parts = unicodedata.normalize("NFD", letter)
    # Composed again: a syllable of Hangul is one letter to its reader.
    return unicodedata.normalize(
        "NFC", "".join(part for part in parts if unicodedata.combining(part) <= _LAST_INDIC_SIGN)
    )
