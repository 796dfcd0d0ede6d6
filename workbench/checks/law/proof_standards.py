"""Standards of proof other than that of a petition, the preponderance of the evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple


class ProofStandard(NamedTuple):
    """Words of another standard of proof in a sentence.

    Attributes:
        stated: True where the sentence speaks of what is asked for, false where it only uses the words.
        start: Offset of the first character.
        end: Offset just behind the last.
    """

    stated: bool
    start: int
    end: int


# Source: Matter of Chawathe, 25 I&N Dec. 369, 375-76 (AAO 2010), tells the standards apart.
_HIGHER = re.compile(
    r"\bbeyond\s+(?:a|any|all)\s+(?:reasonable\s+)?doubt\b"
    r"|\bclear,?\s+(?:and\s+)?(?:unequivocal,?\s+and\s+)?convincing\s+(?:evidence|proof)\b"
    r"|\bclear\s+and\s+unequivocal\s+(?:evidence|proof)\b",
    re.IGNORECASE,
)
# "Substantial evidence" is a measure of courts for agencies, and ordinary English: only "by" makes it a standard.
_LESSER = re.compile(
    r"\b(?:by|is|with)\s+(?:probable\s+cause|(?:only\s+)?(?:substantial|some)\s+evidence)\b", re.IGNORECASE
)
_STATED = re.compile(
    r"\b(?:standards?|burdens?|must|requir\w+|asks?|proof|prov(?:e|ed|en|es)|Chawathe|applies|applicable|meets|met)\b",
    re.IGNORECASE,
)
_APART = re.compile(
    r"\b(?:not|never|no|nor|neither|cannot|without|need\s+not|rather\s+than|instead\s+of|unlike|contrast|opposed|higher"
    r"|stricter|heavier|greater|lower|lesser|more\s+than|less\s+than|short\s+of|than|preponderance|more\s+likely)\b"
    r"|n['’]t\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"“[^“”]{0,2000}”|\"[^\"]{0,2000}\"")


def find_proof_standards(sentence: str) -> Iterator[ProofStandard]:
    """Finds the standards of proof that a sentence asserts; none in one that sets them apart or quotes them.

    >>> [found.stated for found in find_proof_standards("The standard of proof is clear and convincing evidence.")]
    [True]
    """
    words = _QUOTED.sub(lambda match: " " * len(match[0]), sentence)
    if _APART.search(words):
        return
    for match in _HIGHER.finditer(words):
        yield ProofStandard(_STATED.search(words) is not None, match.start(), match.end())
    for match in _LESSER.finditer(words):
        if _STATED.search(words):
            yield ProofStandard(False, match.start(), match.end())
