"""Earlier text of a section that is being revised."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

MOST_EARLIER = 4
"""Earlier texts of one section that are kept, the newest."""


class EarlierText(BaseModel):
    """Text of a section before a revision, of which no fact may be lost.

    Attributes:
        content: Its Markdown.
        approved_by: The user who had approved the text or written it by hand, or None.
        confirmed: Sentences that a person confirmed.
        rejected: Sentences that a person rejected.
        note: What the attorney asked of the revision, or empty.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    content: str
    approved_by: str | None = None
    confirmed: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    note: str = ""


def add_earlier(known: Iterable[EarlierText], text: EarlierText) -> tuple[EarlierText, ...]:
    """Adds a text to the earlier ones of its section; an empty one, or the one that was added last, changes nothing."""
    texts = tuple(known)
    if not text.content.strip() or (texts and texts[-1].content == text.content):
        return texts
    return (*texts, text)[-MOST_EARLIER:]
