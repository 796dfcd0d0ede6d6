"""Texts that keep what was read from them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

Result = TypeVar("Result")


class ReadText:
    """A text that several functions read, each once: what they find is kept as long as the text."""

    def recall(self, read: Callable[..., Result], *given: Hashable) -> Result:
        """Returns what a function reads from the text.

        Args:
            read: A function of a module, whose first argument is the text: by it the result is known again.
            given: Its other arguments.
        """
        # Beside the fields, for the texts are frozen.
        kept: dict[object, object] = self.__dict__.setdefault("_read", {})
        key = (read, *given) if given else read
        if key not in kept:
            kept[key] = read(self, *given)
        return cast("Result", kept[key])
