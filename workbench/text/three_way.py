"""Merger of two changes of one text."""

from __future__ import annotations

import re
from typing import NamedTuple

from workbench.text.redline import make_matcher

_TOKEN = re.compile(r"\[\s*@[^\[\]]*\]|\n+|[^\S\n]+|\w+|.", re.DOTALL)


class _Change(NamedTuple):
    start: int
    end: int
    tokens: tuple[str, ...]


def merge_texts(base: str, ours: str, theirs: str) -> str | None:
    """Merges two changes of a text, word by word.

    Returns:
        The text with both; None where they change the same words, or neighbours, in different ways.

    >>> merge_texts("She won a prize in 1978.", "She won the prize in 1978.", "She won a prize in 1979.")
    'She won the prize in 1979.'
    >>> merge_texts("in 1978", "in 1979", "in 1980") is None
    True
    """
    if ours in (base, theirs):
        return theirs
    if theirs == base:
        return ours
    tokens = _TOKEN.findall(base)
    changes = sorted({*_find_changes(tokens, ours), *_find_changes(tokens, theirs)})
    parts: list[str] = []
    behind = 0
    last: _Change | None = None
    for change in changes:
        # Touching counts as the same place: nobody knows in which order two insertions are meant.
        if last is not None and change.start <= last.end:
            return None
        parts += [*tokens[behind : change.start], *change.tokens]
        behind, last = change.end, change
    return "".join([*parts, *tokens[behind:]])


def _find_changes(tokens: list[str], text: str) -> list[_Change]:
    other = _TOKEN.findall(text)
    matcher = make_matcher(tokens, other, str.isspace)
    return [_Change(a, b, tuple(other[c:d])) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]
