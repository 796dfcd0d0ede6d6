"""A whole letter: its sections, and the case that they argue."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from workbench.case.exhibit_numbering import ExhibitNumbering
from workbench.case.model import Case
from workbench.checks.coverage import Coverage
from workbench.checks.draft import DraftSection, DraftText


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


def read_letter(draft: str | Path, case: Case | None) -> Letter:
    """Reads a letter from a file, or from its text."""
    name, text = "draft", str(draft)
    if isinstance(draft, Path) or ("\n" not in text and text.endswith((".md", ".txt"))):
        name, text = Path(draft).name, Path(draft).read_text(encoding="utf-8")
    # A letter that cites by id has its numbers set when it is rendered: one written by hand is a finding.
    numbering = None if "[@" in text else ExhibitNumbering.of(case, text)
    starts = [0, *(match.start() for match in re.finditer(r"(?m)^#{1,6} ", text) if match.start())]
    sections: list[DraftText] = []
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        content, line = text[start:end], text.count("\n", 0, start) + 1
        if case is None:
            sections.append(DraftText(None, content, first_line=line, numbering=numbering))
        else:
            sections.append(DraftSection(None, content, case, first_line=line, numbering=numbering))
    return Letter(name, text, tuple(sections), case)
