"""Persons with an honorific whose surname is nowhere in the case, such as the client of the letter before."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from workbench.checks.draft import DraftSection
from workbench.checks.names.names import is_near_name
from workbench.checks.statements.cited_sentence import CitedSentence
from workbench.text.folding import FoldedText, word_pattern
from workbench.text.tokens import find_tokens

_PERSON = re.compile(r"(?<![\w.'’-])(?:Drs?|Mr|Mrs|Ms|Mx|Prof|Professor|Miss)\b\.?[ \n]{1,3}(?=[^\W\d_])")
_PARTICLES = frozenset(["de", "la", "le", "van", "von", "der", "den", "di", "da", "del", "al", "el", "bin", "ter"])
# Decisions are known by the names of their parties, who are in no case file.
_DECISION = re.compile(r"\b(?:Matter of|In re)\s{1,3}(?P<party>[A-Z][\w-]{1,40})|\b(?P<first>[A-Z][\w-]{1,40}),? v\. ")
_MOST_WORDS = 5
_LEAST_LETTERS = 2
_REDACTED = 3
"""Capital letters up to here stand for a name that the letter withholds."""


def find_parties(text: str) -> frozenset[str]:
    """Finds the words by which the letter's decisions are named."""
    parties = " ".join(match["party"] or match["first"] for match in _DECISION.finditer(text))
    return frozenset(token.word for token in find_tokens(parties))


def find_strangers(cited: CitedSentence, known: Collection[str]) -> Iterator[tuple[int, int]]:
    """Finds start and end of an honorific and a name whose surname no page, case file or list of exhibits has.

    Args:
        cited: A sentence of the letter.
        known: Words of names that need no page, as :func:`workbench.text.tokens.find_tokens` spells them.
    """
    # Folded: a soft hyphen, an apostrophe or a decomposed letter ends no name.
    folded = FoldedText(cited.clause.text)
    text = folded.text
    for match in _PERSON.finditer(text):
        name = _read_surname(text, match.end())
        if name is None:
            continue
        start, end = name
        # A field of study or an office behind the title: "Professor Emeritus of Physics".
        if match[0].startswith("Professor") and text[end : end + 4] == " of ":
            continue
        words = [token.word.removesuffix("'s") for token in find_tokens(text[start:end])]
        strange = [
            word
            for word in words
            if len(word) >= _LEAST_LETTERS and word not in known and not cited.evidence.contains(word)
        ]
        # A slip in the beneficiary's own name is the finding of another check.
        if strange and not _is_slip_of_own(cited.draft, text[start:end]):
            yield folded.find_span(match.start(), end)


def _read_surname(text: str, place: int) -> tuple[int, int] | None:
    """Finds the last of the capitalised words that begin at a place; None where it is withheld."""
    last: tuple[int, int] | None = None
    for _ in range(_MOST_WORDS):
        match = word_pattern().match(text, place)
        if match is None or not (match[0][0].isupper() or match[0] in _PARTICLES):
            break
        if match[0][0].isupper():
            last = match.span()
        place = match.end()
        is_initial = len(match[0]) == 1 and text[place : place + 1] == "."
        gap = re.compile(r"\.?[ \n]{1,3}" if is_initial else r"[ \n]{1,3}").match(text, place)
        if gap is None or match[0].endswith("'s"):
            break
        place = gap.end()
    if last is None:
        return None
    surname = text[slice(*last)].removesuffix("'s")
    withheld = len(surname) < _LEAST_LETTERS or (surname.isupper() and len(surname) <= _REDACTED)
    return None if withheld else (last[0], last[0] + len(surname))


def _is_slip_of_own(draft: DraftSection, written: str) -> bool:
    return is_near_name(written, draft.case.beneficiary.surname, named=True)
