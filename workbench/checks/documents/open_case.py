"""Check that nothing in the case file is a guess or a gap that nobody has settled."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.checks.finding import Finding
from workbench.checks.letter import Letter

_CHECK = "case-unsettled"
_NAMED = 6
"""Fields that the message names."""


def case_unsettled(letter: Letter) -> Iterator[Finding]:
    """Finds guesses and gaps of the intake that the case file still marks."""
    if letter.case is None:
        return
    letter.coverage.check(_CHECK)
    points = letter.case.open_points
    if points:
        fields = [point.field or f"line {point.line}" for point in points]
        more = f" and {len(fields) - _NAMED} more" if len(fields) > _NAMED else ""
        yield Finding(
            check=_CHECK,
            severity="error",
            message=f"The case file has guesses or gaps that nobody has settled: {', '.join(fields[:_NAMED])}{more}.",
            suggestion="Compare each with its page; `workbench case check` lists them, `case settle` clears them.",
        )
