"""Counts in words that are read."""

from __future__ import annotations


def count_noun(number: int, noun: str) -> str:
    """Returns a number with its noun, in the plural unless it is one.

    For nouns that take an ``s``.
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"
