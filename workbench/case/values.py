"""Values of which the case file is made: ids, lines of text, dates, and facts with their exhibit pages."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from workbench.case.citation import ID_PATTERN

Id = Annotated[str, StringConstraints(pattern=f"^{ID_PATTERN}$")]


def _one_line(text: str) -> str:
    # A line break in a title would end the heading it stands in. No-break spaces stay: "Dr. Wu" may be set with one.
    return unicodedata.normalize("NFC", re.sub(r"[ \t\r\n\v\f\x85\u2028\u2029]+", " ", text))


def _iso(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _day(value: Any) -> Any:
    # Without this pydantic would read a bare number as seconds since 1970.
    if isinstance(value, date):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return date.fromisoformat(value)
    raise ValueError("not a date")


def _real_date(text: str) -> str:
    # Filled up to a whole date: the pattern alone would take a thirteenth month.
    date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    return text


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_one_line)]
"""One line of text, NFC: runs of spaces and line breaks become one space."""
Day = Annotated[date, BeforeValidator(_day)]
"""``1957-02-15``."""
PartialDate = Annotated[
    str,
    BeforeValidator(_iso),
    StringConstraints(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"),
    AfterValidator(_real_date),
]
"""``1957``, ``1957-02`` or ``1957-02-15``: exhibits often carry no day."""
Page = Annotated[int, Field(ge=1)]


class Strict(BaseModel):
    """A frozen model that refuses unknown fields.

    It is what a writer of this package may produce.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


class Cite(Strict):
    """Pages of one exhibit.

    Attributes:
        exhibit: The exhibit's id.
        pages: The pages that carry the fact, counted from 1.
    """

    exhibit: Id
    pages: Annotated[tuple[Page, ...], Field(min_length=1)]


class Fact(Strict):
    """One sentence of fact and its exhibit pages.

    Attributes:
        text: Plain text, one or more whole sentences, as a letter would say them; no citation inside.
        cites: At least one exhibit page.
    """

    text: Text
    cites: Annotated[tuple[Cite, ...], Field(min_length=1)]

    def __repr__(self) -> str:
        return f"<Fact {textwrap.shorten(self.text, 80, placeholder='…')!r}: {len(self.cites)} exhibits>"


Facts = Annotated[tuple[Fact, ...], Field(min_length=1)]
"""At least one fact."""
