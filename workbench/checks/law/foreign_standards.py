"""Standards of other classifications, from whose letters passages are copied."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_FEW = r"(?:[\w'’“”\"-]+[\s,;]+)"


class ForeignStandard(NamedTuple):
    """Words of another classification's standard.

    Attributes:
        of: The classification.
        cited: True where the words name the classification's own law, false where they only use its wording.
        start: Offset of the first character.
        end: Offset just behind the last.
    """

    of: str
    cited: bool
    start: int
    end: int


# Sources: Matter of Dhanasar, 26 I&N Dec. 884 (AAO 2016); 8 CFR 204.5(i)(3)(i), 204.5(k)(2) and 214.2(o)(3)(ii).
_NAMED = (
    (
        "the national interest waiver",
        r"(?:Matter\s+of\s+)?\bDhanasar\b|\b(?:NYSDOT|New\s+York\s+State\s+Dep(?:'|’)?t\.?\s+of\s+Transp)",
    ),
    ("the O-1 regulation", r"\bO-?1[AB]?\b(?=\s+(?:criteri|standard|regulation|requirement|test|definition))"),
    (
        "the second preference",
        r"\b(?:EB-?2|NIW)\b(?=\s+(?:criteri|standard|regulation|requirement|test|prong|framework))",
    ),
    (
        "another first-preference class",
        r"\bEB-?1[BC]\b(?=\s+(?:criteri|standard|regulation|requirement|test|definition))",
    ),
)
_WORDED = (
    (
        "the national interest waiver",
        (
            rf"substantial\s+merit[\s,;]+{_FEW}{{0,5}}national\s+importance"
            r"|well[\s-]+positioned\s+to\s+advance"
            r"|waiv(?:e|er\s+of|ing)\s+(?:the\s+)?(?:requirements?\s+(?:of|for)\s+)?(?:an?\s+|the\s+)?(?:job\s+offer|labou?r\s+certification)"
            rf"|on\s+balance[\s,]+{_FEW}{{0,8}}beneficial\s+to\s+the\s+United\s+States"
            r"|national\s+importance\s+of\s+(?:the|his|her|their)\s+(?:proposed\s+)?endeavou?r"
            r"|national\s+interest\s+waiver"
        ),
    ),
    (
        "the O-1B nonimmigrant",
        (
            rf"\b(?:standard|level|degree|test|record|evidence|criteri\w+|demonstrat\w+|shows?|shown|meets?|possess\w*)\s+{_FEW}{{0,3}}"
            r"extraordinary\s+achievement\b"
            r"|\b(?:standard|criteri\w+|test|level|finding|requirement|definition)\s+(?:of|for)\s+[“\"']?distinction\b"
            r"|\bdistinction[”\"']?\s+(?:standard|test|requirement)"
            r"|substantially\s+above\s+that\s+ordinarily\s+encountered"
            r"|renowned,?\s+leading,?\s+or\s+well[\s-]+known"
        ),
    ),
    (
        "the second preference",
        (
            r"significantly\s+above\s+that\s+(?:which\s+is\s+)?(?:ordinarily|normally)\s+encountered"
            r"|\b(?:alien|person|individual|classification|beneficiary)s?\s+of\s+exceptional\s+ability"
        ),
    ),
    (
        "the outstanding professor or researcher",
        (
            r"internationally\s+recogni[sz]ed\s+as\s+(?:being\s+)?outstanding"
            r"|outstanding\s+(?:professor|researcher)s?\s+(?:standard|classification|category|criteri\w+)"
        ),
    ),
)
_PATTERNS = tuple((of, True, re.compile(pattern)) for of, pattern in _NAMED) + tuple(
    (of, False, re.compile(pattern, re.IGNORECASE)) for of, pattern in _WORDED
)
# A petition may say that it is none of the other class, or that one was granted before.
_APART = re.compile(
    r"\b(?:unlike|distinct\s+from|different\s+from|differs?\s+from|rather\s+than|in\s+contrast|as\s+opposed|(?:does|do|is|are|was)\s+not|neither|no\s+longer|without|"
    r"previously|prior|earlier|approved|granted|separate(?:ly)?)\b",
    re.IGNORECASE,
)


def find_foreign_standards(text: str) -> Iterator[ForeignStandard]:
    """Finds the standards of other classifications in a text.

    >>> [found.of for found in find_foreign_standards("She is well positioned to advance the endeavor.")]
    ['the national interest waiver']
    """
    for of, cited, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            yield ForeignStandard(of, cited, match.start(), match.end())


def is_set_apart(sentence: str) -> bool:
    """Tells if a sentence names another classification in order to say that it is another."""
    return _APART.search(sentence) is not None
