"""Check for what was left in the headers and footers of the letter's file."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.checks.draft import DraftText
from workbench.checks.finding import QUOTE_LIMIT, Finding
from workbench.checks.leftovers.leftover_patterns import DRAFT_MARK
from workbench.checks.leftovers.leftovers import find_leftovers
from workbench.checks.letter import Letter

_CHECK = "running-head"


def running_head(letter: Letter) -> Iterator[Finding]:
    """Finds blanks and templates' fields in headers and footers, which stand on every page."""
    lines = letter.file.running_heads if letter.file is not None else ()
    letter.coverage.check(_CHECK, len(lines))
    for line in lines:
        # As a heading: a running head is no sentence either.
        for left in find_leftovers(DraftText(None, f"# {line}")):
            # The head of a draft says what it is.
            if left.what == DRAFT_MARK:
                continue
            yield Finding(
                check=_CHECK,
                severity=left.severity,
                message=f"Left at the head or foot of the pages: {left.what}, in “{line[:QUOTE_LIMIT]}”.",
                suggestion="Fill it in, or strike it, in the file's header or footer.",
            )
