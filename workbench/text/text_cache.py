"""Results of functions of one text, kept in memory for texts that are looked at again."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

Result = TypeVar("Result")


def cache_by_text(most: int, longest: int = 20_000) -> Callable[[Callable[[str], Result]], Callable[[str], Result]]:
    """Makes a decorator that keeps the results of a function of one text.

    Args:
        most: Results that are kept, of the texts asked for last.
        longest: Characters of a text whose result is kept; what a draft may hold beyond must not fill the memory.
    """

    def decorate(function: Callable[[str], Result]) -> Callable[[str], Result]:
        cached = lru_cache(maxsize=most)(function)

        @wraps(function)
        def recall(text: str) -> Result:
            return cached(text) if len(text) <= longest else function(text)

        return recall

    return decorate
