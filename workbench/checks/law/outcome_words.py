"""Outcomes that a sentence gives to a decision: for the petitioner, or against."""

from __future__ import annotations

import re
from typing import Literal

Outcome = Literal["won", "lost"]

_PERSON = (
    r"(?:(?:the|that|this|an?|his|her|their)\s+)?(?:self-)?(?:\w+\s+)?"
    r"(?:petitioners?|plaintiffs?|beneficiar(?:y|ies)|aliens?|applicants?|appellants?)\b"
)
_AGENCY = r"(?:the\s+)?(?:agency|government|uscis|service|ins|director|defendants?|respondents?)\b"
_DENIAL = (
    r"(?:(?:the|that|this|an?|its|agency['’]?s?|uscis['’]?s?|director['’]?s|service['’]?s)\s+){0,2}"
    r"(?:denial|decision|refusal|revocation)s?\b"
)
_RULED = r"(?:rules?|ruled|ruling|holds?|held|holding|finds?|found|decides?|decided|sides?|sided)"
_NOT_AGENCY = "(?<!uscis )(?<!government )(?<!agency )(?<!service )(?<!director )"
_WON = re.compile(
    rf"{_NOT_AGENCY}\b(?:won|wins|prevail(?:s|ed|ing)?"
    r"|succeed(?:s|ed|ing)?|(?:was|were|is)\s+successful)\b"
    r"|\b(?:grant|approv)(?:e?s|ed|ing)\b(?!\s+(?:summary\s+)?judgment\s+(?:to|for|against)"
    rf"|\s+(?:{_AGENCY}))"
    r"|\bsustain(?:s|ed|ing)?\s+(?:(?:the|that|an?|his|her|their)\s+)?(?:appeal|petition)|\bappeal\s+(?:was|is)\s+sustained"
    rf"|\b{_RULED}\s+(?:in\s+favou?r\s+of|for|with)\s+{_PERSON}"
    rf"|\b{_RULED}\s+in\s+(?:his|her|their|the\s+{_PERSON}['’]s)\s+favou?r"
    rf"|\bin\s+favou?r\s+of\s+{_PERSON}|\bjudgment\s+(?:for|to)\s+{_PERSON}"
    r"|\b(?:revers|vacat|overturn|annull|quash)\w*|\bset(?:s|ting)?\s+aside\b",
    re.IGNORECASE,
)
_LOST = re.compile(
    rf"\b(?:affirm|uph(?:e|o)ld|sustain|confirm)(?:s|ed|ing)?\s+{_DENIAL}"
    r"|\b(?:denial|refusal|revocation)\s+(?:was|is|were|being)\s+(?:affirmed|upheld|sustained|confirmed)"
    rf"|{_NOT_AGENCY}\b(?:lost|loses)\b"
    r"|\b(?:dismiss|reject)(?:es|s|ed|ing)?\s+(?:(?:the|that|an?|his|her|their|petitioner['’]s)\s+){0,2}(?:appeal|petition|complaint|suit)"
    r"|\bappeal\s+(?:was|is)\s+(?:dismissed|rejected)"
    rf"|\b{_RULED}\s+(?:against\s+{_PERSON}|(?:for|with|in\s+favou?r\s+of)\s+{_AGENCY})"
    rf"|\bjudgment\s+(?:for|to|in\s+favou?r\s+of)\s+{_AGENCY}|\b(?:uscis|government|agency)\s+(?:won|prevailed)\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"(?:\b(?:not|never|neither|nor|no|without|cannot|hardly|fail(?:s|ed|ing)?|refus(?:es|ed|ing)|declin(?:es|ed|ing)"
    r"|would|could|should|might|if|must|to|whether)|n['’]t)\s+(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
_BEFORE = 40


def find_outcome(words: str) -> Outcome | None:
    """Finds the outcome that a sentence about a decision states, or None; both in one sentence are none.

    >>> find_outcome("the petitioner won on such a record"), find_outcome("she did not prevail")
    ('won', 'lost')
    """
    won, not_won = _count_verbs(_WON, words)
    lost, not_lost = _count_verbs(_LOST, words)
    favourable, unfavourable = won + not_lost, lost + not_won
    if favourable and not unfavourable:
        return "won"
    return "lost" if unfavourable and not favourable else None


def _count_verbs(pattern: re.Pattern[str], words: str) -> tuple[int, int]:
    """Counts the verbs that stand, and those that are denied or only supposed."""
    stands = denied = 0
    for match in pattern.finditer(words):
        before = words[max(0, match.start() - _BEFORE) : match.start()]
        if _NEGATION.search(before):
            denied += re.search(r"\b(?:would|could|should|might|if|must|to|whether)\b", before) is None
        else:
            stands += 1
    return stands, denied
