"""Words that a response to a Request for Evidence takes from the case file: what it says of the requests."""

from __future__ import annotations

import re

from workbench.case.model import Rfe
from workbench.text.folding import fold_text
from workbench.text.long_date import format_long_date
from workbench.text.sentences import find_sentences

_NUMBER = re.compile(r"\brequests?\s+\d+(?:\s*(?:,|and|to|-)\s*\d+)*", re.IGNORECASE)


def strike_request_words(text: str, rfe: Rfe) -> str:
    """Strikes what a sentence says of the requests by number, title, date and reason for no answer.

    None of it is a claim that an exhibit must carry: the case file says it, and the officer's letter is on file.

    Args:
        text: A sentence, folded.
        rfe: The requests.

    Examples:
        >>> request = {"id": "a", "title": "Salary", "quote": "Send it.", "pages": [1]}
        >>> rfe = Rfe.model_validate({"exhibit": "letter", "date": "1980-01-05", "requests": [request]})
        >>> " ".join(strike_request_words("Request 1, Salary: she won 3 medals.", rfe).split())
        ', : she won 3 medals.'
    """
    known = [format_long_date(day.isoformat()) for day in (rfe.date, rfe.deadline)]
    for request in rfe.requests:
        known.append(request.title)
        reason = request.not_answered or ""
        known += [reason[start:end] for start, end in find_sentences(reason)]
    for words in sorted(map(fold_text, known), key=len, reverse=True):
        text = text.replace(words, " ")
    return _NUMBER.sub(" ", text)
