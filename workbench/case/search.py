"""Passages of the exhibits that matter to a section: the MemoryManager."""

from __future__ import annotations

from typing import NamedTuple


class Passage(NamedTuple):
    """A page's passage that bears on a query.

    Attributes:
        exhibit_id: The exhibit.
        page: 1-based page.
        text: The passage, plain text.
        score: Higher is better; comparable within one query only.
    """

    exhibit_id: str
    page: int
    text: str
    score: float
