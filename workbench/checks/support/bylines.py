"""Order of authors, as the line of names on an exhibit page gives it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from workbench.text.tokens import find_tokens

_RANKS = {"first": 0, "lead": 0, "second": 1, "third": 2, "fourth": 3, "last": -1, "senior": -1}
_RANKED = re.compile(rf"\b(?P<rank>{'|'.join(_RANKS)})[\s-]{{1,3}}author(?:s|ship|ed)?\b", re.IGNORECASE)
_LABEL = re.compile(r"\W{0,8}(?:authors?|by|written\s{1,3}by)\b[\s:]{0,4}", re.IGNORECASE)
_PARTED = re.compile(r"[,;&]\s{0,3}(?:and\s{1,3})?|\s{1,3}and\s{1,3}")
_NAME = re.compile(
    r"\W{0,4}[^\W\d_a-z][\w.’'-]{0,30}(?:\s{1,3}(?:[^\W\d_a-z][\w.’'-]{0,30}|de|van|von|der|la|le|al)){0,5}\W{0,4}"
)
_LONGEST_LINE = 400
_LEAST_NAMES = 2


def mask_carried_ranks(text: str, pages: Iterable[str], person: Collection[str]) -> str:
    """Blanks ``first`` of ``first author`` where a line of names on the pages has the person at that place.

    An article does not say who its first author is: the order of the names does.

    Args:
        text: A sentence of a draft; offsets stay.
        pages: Texts of the pages that it cites.
        person: Words of the person's name, as :func:`workbench.text.tokens.find_tokens` gives them.
    """
    if _RANKED.search(text) is None:
        return text
    lines = [names for page in pages for names in map(_read_names, page.splitlines()) if names]

    def blank(match: re.Match[str]) -> str:
        place = _RANKS[match["rank"].lower()]
        carried = any(place < len(names) and not names[place].isdisjoint(person) for names in lines)
        return " " * len(match["rank"]) + match[0][len(match["rank"]) :] if carried else match[0]

    return _RANKED.sub(blank, text)


def _read_names(line: str) -> list[frozenset[str]]:
    """Reads a line of two or more names; nothing where any part of it is none."""
    if len(line) > _LONGEST_LINE:
        return []
    label = _LABEL.match(line)
    parts = [part for part in _PARTED.split(line[label.end() if label else 0 :]) if part.strip()]
    if len(parts) < _LEAST_NAMES or not all(map(_NAME.fullmatch, parts)):
        return []
    return [frozenset(token.word for token in find_tokens(part) if len(token.word) > 1) for part in parts]
