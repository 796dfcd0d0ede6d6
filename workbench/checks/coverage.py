"""Count of what the checks looked at, and of what they could not look at."""

from __future__ import annotations

from collections import Counter

from pydantic import BaseModel, ConfigDict, Field


class CheckCount(BaseModel):
    """Places that one check looked at.

    Attributes:
        places: Places looked at: sentences, citations, quotations or facts, as the check counts.
        unchecked: Places that could not be looked at.
        why: Each reason, and the places it stands for.
    """

    model_config = ConfigDict(extra="ignore")

    places: int = 0
    unchecked: int = 0
    why: dict[str, int] = Field(default_factory=dict)


class Coverage:
    """Counts by check. One object serves a draft while its checks run."""

    def __init__(self) -> None:
        self._places: Counter[str] = Counter()
        self._skipped: Counter[tuple[str, str]] = Counter()

    def __repr__(self) -> str:
        return f"<Coverage: {self._places.total()} places, {self._skipped.total()} not checked>"

    def check(self, check_id: str, places: int = 1) -> None:
        """Counts places that a check looked at."""
        self._places[check_id] += places

    def skip(self, check_id: str, why: str, places: int = 1) -> None:
        """Counts places that a check could not look at.

        Args:
            check_id: The check.
            why: The reason, in words that do not name the place: ``exhibit is a scan without text``.
            places: How many.
        """
        self._skipped[check_id, why] += places

    def has(self, check_id: str) -> bool:
        """Tells if a check has counted anything."""
        return check_id in self._places or any(known == check_id for known, _ in self._skipped)

    def take(self) -> Coverage:
        """Returns the counts so far, and begins again."""
        taken = Coverage()
        taken._places, taken._skipped = self._places, self._skipped
        self._places, self._skipped = Counter(), Counter()
        return taken

    def add(self, other: Coverage) -> None:
        """Adds the counts of another part of the letter."""
        self._places.update(other._places)
        self._skipped.update(other._skipped)

    def counts(self) -> dict[str, CheckCount]:
        """Returns the counts by check, in the order in which they were first counted."""
        found: dict[str, CheckCount] = {check: CheckCount(places=places) for check, places in self._places.items()}
        for (check, why), places in self._skipped.items():
            count = found.setdefault(check, CheckCount())
            count.unchecked += places
            count.why[why] = count.why.get(why, 0) + places
        return found
