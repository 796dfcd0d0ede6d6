"""Quotation marks, dashes and ellipses as a letter sets them.

They are set as the reference implementation of CommonMark does ("smart").
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple


class InlinePiece(NamedTuple):
    """A token's text; ``literal`` text is not set typographically."""

    text: str
    italic: bool
    bold: bool
    citation: bool = False
    note: bool = False
    literal: bool = False


def set_typographically(pieces: list[InlinePiece]) -> list[InlinePiece]:
    """Sets quotation marks, dashes and ellipses.

    They are set as the reference implementation of CommonMark does ("smart").
    """
    texts = [list(piece.text) for piece in pieces]
    openers: list[tuple[str, int, int]] = []
    for number, piece in enumerate(pieces):
        if piece.literal:
            continue
        for place, letter in enumerate(piece.text):
            if letter not in "\"'":
                continue
            before = piece.text[place - 1] if place else _last_letter(pieces, number)
            after = piece.text[place + 1] if place + 1 < len(piece.text) else _first_letter(pieces, number)
            left, right = _flanks(before, after)
            # Inside a word neither opens nor closes: the mark of "it's" is no end of a quotation.
            can_open, can_close = left and (not right or _is_mark(before)), right and (not left or _is_mark(after))
            waiting = (n for n in range(len(openers) - 1, -1, -1) if openers[n][0] == letter)
            opener = next(waiting, None) if can_close else None
            if opener is not None:
                _, there, at = openers[opener]
                texts[there][at] = "‘" if letter == "'" else "“"
                texts[number][place] = "’" if letter == "'" else "”"
                del openers[opener:]
            else:
                # One without its partner: an apostrophe, or a quotation that goes on in the next paragraph.
                texts[number][place] = "’" if letter == "'" else "”" if right else "“"
                if can_open:
                    openers.append((letter, number, place))
    return [
        piece if piece.literal else piece._replace(text=_set_dashes("".join(text)))
        for piece, text in zip(pieces, texts, strict=True)
    ]


def _last_letter(pieces: list[InlinePiece], number: int) -> str:
    """Returns the character before a piece.

    An asterisk stands for a change of style, as it does in the source: quotation marks lean on it as on punctuation.
    """
    if number == 0:
        return "\n"
    before, here = pieces[number - 1], pieces[number]
    return before.text[-1] if (before.italic, before.bold) == (here.italic, here.bold) else "*"


def _first_letter(pieces: list[InlinePiece], number: int) -> str:
    """Returns the character behind a piece; see :func:`_last_letter`."""
    if number + 1 == len(pieces):
        return "\n"
    here, after = pieces[number], pieces[number + 1]
    return after.text[0] if (after.italic, after.bold) == (here.italic, here.bold) else "*"


def _flanks(before: str, after: str) -> tuple[bool, bool]:
    """Tells on which sides a mark leans.

    First whether it leans on the character behind it, then on the one before (CommonMark 6.2).
    """
    space_before, space_after = before.isspace(), after.isspace()
    mark_before, mark_after = _is_mark(before), _is_mark(after)
    left = not space_after and (not mark_after or space_before or mark_before)
    right = not space_before and (not mark_before or space_after or mark_after)
    return left, right


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "PS"


def _set_dashes(text: str) -> str:
    return re.sub(r"-{2,}", _dashes_of, text.replace("...", "…"))


def _dashes_of(hyphens: re.Match[str]) -> str:
    """Sets a run of hyphens as dashes.

    Em dashes where it divides by three, else en dashes where it divides by two, else both.
    """
    count = len(hyphens[0])
    if count % 3 == 0:
        return "—" * (count // 3)
    if count % 2 == 0:
        return "–" * (count // 2)
    ens = 1 if count % 3 == 2 else 2  # noqa: PLR2004 - the remainder
    return "—" * ((count - 2 * ens) // 3) + "–" * ens
