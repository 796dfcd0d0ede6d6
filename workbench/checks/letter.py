"""A whole letter: its sections, and the case that they argue."""

from __future__ import annotations

from dataclasses import dataclass, field

from workbench.case.model import Case
from workbench.checks.coverage import Coverage
from workbench.checks.draft import DraftText


@dataclass(frozen=True)
class Letter:
    """A whole letter.

    Attributes:
        name: Name of the file or run, for reports.
        text: The whole text.
        sections: In order; every character of the text is in one.
        case: The case, or None.
        coverage: Takes the counts of what was checked.
    """

    name: str
    text: str
    sections: tuple[DraftText, ...]
    case: Case | None = None
    coverage: Coverage = field(default_factory=Coverage, compare=False)

    @property
    def body(self) -> tuple[DraftText, ...]:
        """The sections that are prose."""
        return tuple(section for section in self.sections if section.part == "body")
