"""Words that a document takes from the case file, and that no exhibit must carry."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.case.model import Case, Rfe, Signer
from workbench.text.folding import fold_text
from workbench.text.long_date import format_long_date
from workbench.text.sentences import find_sentences

_NUMBER = re.compile(r"\brequests?\s+\d+(?:\s*(?:,|and|to|-)\s*\d+)*", re.IGNORECASE)


def strike_stated_words(text: str, case: Case) -> str:
    """Strikes what a sentence says of an officer's requests, or of a signer and the signer's opinions.

    None of it is a claim that an exhibit must carry: requests have numbers, titles, dates and reasons for no answer,
    and a signer has a position and opinions, which the case file states.

    Args:
        text: A sentence, folded.
        case: The case.
    """
    known: list[str] = []
    if case.rfe is not None:
        known += _words_of_requests(case.rfe)
        text = _NUMBER.sub(" ", text)
    if case.signer is not None:
        known += _words_of_signer(case.signer)
    for words in sorted(map(fold_text, known), key=len, reverse=True):
        text = text.replace(words, " ")
    return text


def _words_of_requests(rfe: Rfe) -> Iterator[str]:
    yield from (format_long_date(day.isoformat()) for day in (rfe.date, rfe.deadline))
    for request in rfe.requests:
        yield request.title
        yield from _split(request.not_answered or "")


def _words_of_signer(signer: Signer) -> Iterator[str]:
    yield from (signer.name, signer.position, signer.organization)
    yield from _split(signer.relation)
    for opinion in signer.opinions:
        yield from _split(opinion.opinion)


def _split(text: str) -> Iterator[str]:
    return (text[start:end] for start, end in find_sentences(text))
