"""Slips in a name, and the titles that stand before one."""

from __future__ import annotations

from typing import NamedTuple

from workbench.checks.finding import Severity

HONORIFIC = r"(?:Drs?|Mr|Mrs|Ms|Mx|Prof|Professor|Miss|Madam|Madame|Sir|Dame)"
"""Pattern of an honorific, without its full stop."""


class Slip(NamedTuple):
    """A finding, its place counted in the folded draft."""

    severity: Severity
    message: str
    start: int
    end: int
    suggestion: str
