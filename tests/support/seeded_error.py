"""One error of wording that is seeded by hand."""

from __future__ import annotations

from typing import NamedTuple


class SeededError(NamedTuple):
    """One wrong wording of a letter."""

    kind: str
    old: str
    new: str

    def seed(self, letter: str) -> str:
        """Returns the letter with the error in it; the old words must occur once."""
        if letter.count(self.old) != 1:
            message = f"{self.old!r} occurs {letter.count(self.old)} times"
            raise ValueError(message)
        return letter.replace(self.old, self.new)
