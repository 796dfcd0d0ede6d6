"""A Request for Evidence (RFE) and the answers to it, as the case file gives them.

Sources: 8 CFR 103.2(b)(8)(iv) (at most twelve weeks, no extension), 103.2(b)(11) (everything is submitted together, at
one time), 103.2(b)(12) (eligibility at the time of filing) and 103.8(b) (three days more where the notice was served by
mail).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from workbench.case.values import Day, Fact, Id, Page, Strict, Text
from workbench.text.count_noun import count_noun

REQUEST_PREFIX = "request-"
"""Beginning of the section ids of requests: ``request-judging``."""

MAIL_DAYS = 3
CLOSE_DAYS = 14
"""Days before the deadline from which it is close."""

Status = Literal["answered", "answered in part", "not answered"]


class RfeRequest(Strict):
    """One request of the officer's letter, and the answer to it.

    Attributes:
        id: Stable id; the section that answers it is ``request-`` and this id.
        title: Heading in the response, such as ``Participation as a Judge``.
        quote: The officer's words, verbatim; ``...`` for words left out.
        pages: Pages of the officer's letter on which they stand, counted from 1.
        criterion: The criterion that the request is about, if it is about one.
        answer: The facts that answer it, each with its exhibit pages.
        not_answered: What is not answered, and why, in whole sentences that the response prints.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,47}$")]
    title: Text
    quote: Text
    pages: Annotated[tuple[Page, ...], Field(min_length=1)]
    criterion: Id | None = None
    answer: tuple[Fact, ...] = ()
    not_answered: Text | None = None

    @property
    def section_id(self) -> str:
        """Id of the section that answers it."""
        return f"{REQUEST_PREFIX}{self.id}"

    @property
    def status(self) -> Status:
        """State of the answer: ``answered``, ``answered in part`` or ``not answered``."""
        if not self.answer:
            return "not answered"
        return "answered in part" if self.not_answered else "answered"


class Rfe(Strict):
    """A Request for Evidence.

    Attributes:
        exhibit: Id of the exhibit that is the officer's letter.
        date: Date of the letter.
        receipt_number: Of the petition, such as ``IOE0123456789``.
        response_days: Days to respond that the letter gives; twelve weeks are the most.
        served_by_mail: Whether the letter came by mail, which adds three days.
        petition_filed: Day on which the petition was filed: what is newer can show only what was so on that day.
        requests: What the letter asks for, in its order.

    Examples:
        >>> request = RfeRequest(id="a", title="A", quote="Send it.", pages=(1,))
        >>> rfe = Rfe(exhibit="letter", date="2026-01-05", requests=(request,))
        >>> rfe.deadline.isoformat(), request.status
        ('2026-04-02', 'not answered')
    """

    exhibit: Id
    date: Day
    receipt_number: Text | None = None
    response_days: Annotated[int, Field(ge=1, le=84)] = 84
    served_by_mail: bool = True
    petition_filed: Day | None = None
    requests: Annotated[tuple[RfeRequest, ...], Field(min_length=1)]

    @property
    def deadline(self) -> dt.date:
        """Last day on which the response can be received."""
        # The day after the last is too late; a Sunday or holiday is not moved here: to be early does no harm.
        return self.date + dt.timedelta(days=self.response_days + (MAIL_DAYS if self.served_by_mail else 0))

    def describe_deadline(self, day: dt.date, what: str) -> str | None:
        """Describes the deadline where it is past or close on a day.

        None where it is neither.

        Args:
            day: The day.
            what: Its name for the sentence, such as ``today``.
        """
        left = (self.deadline - day).days
        due = f"The response to the Request for Evidence is due on {self.deadline.isoformat()}"
        # Past it nothing can be sent any more: said in other words than a deadline that is close.
        if left < 0:
            return f"{due}, and {what}, {day.isoformat()}, is {count_noun(-left, 'day')} past it."
        return f"{due}, {count_noun(left, 'day')} from {what}, {day.isoformat()}." if left <= CLOSE_DAYS else None

    def find_request(self, section_id: str | None) -> RfeRequest | None:
        """Returns the request that a section answers, or None."""
        return next((each for each in self.requests if each.section_id == section_id), None)

    def facts_by_section(self) -> Iterator[tuple[str, tuple[Fact, ...]]]:
        """Yields the sections that answer the requests, each with its facts."""
        return ((request.section_id, request.answer) for request in self.requests)

    def number_of(self, request: RfeRequest) -> int:
        """Returns the request's number, from 1."""
        return self.requests.index(request) + 1

    def cite(self, request: RfeRequest) -> Fact:
        """Returns the officer's words with their place."""
        return Fact.model_validate(
            {"text": request.quote, "cites": [{"exhibit": self.exhibit, "pages": list(request.pages)}]}
        )
