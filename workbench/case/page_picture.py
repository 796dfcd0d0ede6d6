"""Picture of an exhibit page, with the places of its words, and the places of a passage on it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any, NamedTuple

MAX_PICTURE_BYTES = 3_000_000
"""Of one picture: a page of a coloured magazine has two million; Jupyter closes a socket on a message of ten."""

PNG_SIGN = b"\x89PNG\r\n\x1a\n"


class WordPlace(NamedTuple):
    """A word with its box on a page.

    In shares of the width and height of the page as it is shown, from 0 to 1.

    Attributes:
        word: As :func:`workbench.text.tokens.find_tokens` spells it; empty for the rest of the word before, where a
            line's end divides it.
        left: Of its box.
        top: From the upper edge.
        right: Of its box.
        bottom: From the upper edge.
    """

    word: str
    left: float
    top: float
    right: float
    bottom: float


class PagePicture(NamedTuple):
    """One page as it is shown.

    Attributes:
        png: The picture, in base64.
        width: Points.
        height: Points.
        words: In the order of the file, as far as their places are known.
    """

    png: str
    width: int
    height: int
    words: list[WordPlace]


def picture_of(content: Any) -> PagePicture:
    """Builds a picture from the JSON that a child process answered.

    Raises:
        ValueError: It is none.
        TypeError: As above.
        KeyError: As above.
    """
    words = [WordPlace(str(word), *map(float, box)) for word, *box in content["words"]]
    picture = PagePicture(str(content["png"]), int(content["width"]), int(content["height"]), words)
    if not base64.b64decode(picture.png, validate=True).startswith(PNG_SIGN):
        raise ValueError("no PNG")
    return picture


Box = tuple[float, float, float, float]
"""Left, top, right and bottom in shares of the page."""

_CANDIDATES = 40
"""Places of a word on a page that are tried, so that a page that repeats one word is searched in linear time."""
_LEAST_RUN = 3
"""Words in a row. Shorter runs are found all over a page."""


class PassagePlaces(NamedTuple):
    """Places of a passage on a page.

    Attributes:
        boxes: One for each line that it stands on.
        share: Share of its words that were found, from 0 to 1.
    """

    boxes: list[Box]
    share: float


def find_passage_places(places: Sequence[WordPlace], words: Sequence[str]) -> PassagePlaces:
    """Finds the boxes of a passage on a page.

    The words of a page may come in another order than they are read in, as in columns: runs of them are sought.

    Args:
        places: Of the page's words, in the order of the file.
        words: Of the passage, as :func:`workbench.text.tokens.find_tokens` spells them.
    """
    starts = [index for index, place in enumerate(places) if place.word]
    known: dict[str, list[int]] = {}
    for index, start in enumerate(starts):
        known.setdefault(places[start].word, []).append(index)
    least = min(_LEAST_RUN, len(words))
    marked: set[int] = set()
    at = found = last = 0
    while at < len(words):
        length, first = _longest_run(places, starts, known, words, at, last)
        if length < least:
            at += 1
            continue
        marked.update(range(first, first + length))
        found, at, last = found + length, at + length, first + length
    chosen = [
        place
        for index in sorted(marked)
        for place in places[starts[index] : starts[index + 1] if index + 1 < len(starts) else len(places)]
    ]
    return PassagePlaces(_join_lines(chosen), found / len(words) if words else 0.0)


def _longest_run(
    places: Sequence[WordPlace],
    starts: Sequence[int],
    known: dict[str, list[int]],
    words: Sequence[str],
    at: int,
    near: int,
) -> tuple[int, int]:
    """Finds the longest run of a passage's words from one of them on.

    Of equal ones the next behind ``near``.
    """
    best, first = 0, 0
    for index in known.get(words[at], ())[:_CANDIDATES]:
        length = 0
        while (
            at + length < len(words)
            and index + length < len(starts)
            and places[starts[index + length]].word == words[at + length]
        ):
            length += 1
        if length > best or (length == best and first < near <= index):
            best, first = length, index
    return best, first


def _join_lines(places: Sequence[WordPlace]) -> list[Box]:
    """Joins the boxes of words that stand side by side on one line."""
    long_words = [place for place in places if len(place.word) > 2]  # noqa: PLR2004 - "of" is as high as wide
    # Lines of a page that lies on its side run from top to bottom.
    is_turned = 2 * sum(place.bottom - place.top > place.right - place.left for place in long_words) > len(long_words)
    boxes: list[Box] = []
    for place in places:
        box = (place.left, place.top, place.right, place.bottom)
        if boxes and _is_beside(boxes[-1], box, is_turned=is_turned):
            left, top, right, bottom = boxes[-1]
            boxes[-1] = (min(left, box[0]), min(top, box[1]), max(right, box[2]), max(bottom, box[3]))
        else:
            boxes.append(box)
    return boxes


def _is_beside(one: Box, other: Box, *, is_turned: bool) -> bool:
    if is_turned:
        one, other = (one[1], one[0], one[3], one[2]), (other[1], other[0], other[3], other[2])
    height = min(one[3] - one[1], other[3] - other[1])
    gap = max(other[0] - one[2], one[0] - other[2])
    return min(one[3], other[3]) - max(one[1], other[1]) > height / 2 and gap < 2 * height
