"""Comparison of case names, which are written in many ways."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from rapidfuzz import fuzz

from workbench.text.folding import fold_text, strip_accents

Likeness = Literal["same", "first party", "other"]

_AGENCY = re.compile(
    r"\b(?:uscis|cis|ins|i n s|dhs|immigration|citizenship|homeland|naturalization|attorney general)\b"
)
_FILLER = frozenset(
    [
        "the",
        "of",
        "and",
        "et",
        "al",
        "inc",
        "llc",
        "llp",
        "ltd",
        "co",
        "corp",
        "company",
        "corporation",
        "incorporated",
        "limited",
        "plc",
        "sa",
        "lp",
        "no",
        "a",
        "in",
        "re",
        "ex",
        "parte",
        "matter",
        "estate",
        "int",
        "international",
        "l",
        "p",
        "n",
    ]
)
_MATTER = re.compile(r"^(?:matter\s+of|in\s+re:?|in\s+the\s+matter\s+of|ex\s+parte)\s+", re.IGNORECASE)
_CLOSE = 85
_SHORTEST_MISSPELT = 4


@lru_cache(maxsize=16_384)  # the names on record are compared with each name of a letter
def compare_names(known: str, named: str) -> Likeness:
    """Compares a case's name on record with the one in a letter.

    Returns:
        ``same``: both parties agree, agencies and their heads in any form; ``first party``: only the first does;
        ``other``.

    >>> compare_names("Kazarian v. USCIS", "Kazarian v. U.S. Citizenship & Immigration Servs.")
    'same'
    >>> compare_names("Kazarian v. USCIS", "Kazarian v. Garland"), compare_names("Kazarian v. USCIS", "Rijal v. USCIS")
    ('first party', 'other')
    """
    known_parties, named_parties = _parties(known), _parties(named)
    if not _agree(known_parties[0], named_parties[0]):
        return "other"
    if len(known_parties) == 1 or len(named_parties) == 1:
        # A short form names one party only; a matter has one.
        return "same" if len(known_parties) == len(named_parties) else "first party"
    both = (known_parties[1], named_parties[1])
    agencies = [bool(_AGENCY.search(party)) for party in both]
    return "same" if all(agencies) or _agree(*both) else "first party"


def name_words(name: str) -> list[str]:
    """Returns the words by which a case may be called, those of the first party first."""
    return [word for party in _parties(name) for word in _words(party) if len(word) > 1]


@lru_cache(maxsize=4_096)
def _parties(name: str) -> list[str]:
    plain = strip_accents(fold_text(name)).casefold()
    plain = re.sub(r"[*_]", "", _MATTER.sub("", plain.strip()))
    parts = re.split(r"\s+vs?\.?\s+", plain, maxsplit=1)
    return [re.sub(r"[^a-z0-9]+", " ", part).strip() for part in parts]


def _agree(known: str, named: str) -> bool:
    one, other = _words(known), _words(named)
    if not one or not other:
        return known == named
    # "KLM" and "KLM Royal Dutch Airlines" are one party: the shorter name's words all stand in the longer.
    short, long = sorted((one, other), key=len)
    return all(
        any(word == each or (len(word) >= _SHORTEST_MISSPELT and fuzz.ratio(word, each) >= _CLOSE) for each in long)
        for word in short
    )


def _words(party: str) -> list[str]:
    return [word for word in party.split() if word not in _FILLER] or party.split()
