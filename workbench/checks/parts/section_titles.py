"""The section of a petition that a heading names, in words of any letter."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from workbench.case.criteria import CRITERIA
from workbench.text.folding import fold_text

Strength = Literal["strong", "weak"]

_BY_NUMERAL = {
    criterion.paragraph.removeprefix("(h)(3)(").rstrip(")"): criterion.id
    for criterion in CRITERIA.values()
    if criterion.paragraph.startswith("(h)(3)(")
}
_NUMERALS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_PARAGRAPH = re.compile(r"\(h\)\s?\(3\)\s?\((?P<numeral>[ivx]{1,4})\)", re.IGNORECASE)
_CRITERION = re.compile(
    r"\bcriteri(?:on|a)\s{1,3}(?:no\.\s{0,3}|number\s{1,3}|#)?(?:\((?P<roman>[ivx]{1,4})\)|(?P<plain>[ivx]{1,4}|\d{1,2})\b)",
    re.IGNORECASE,
)
_OTHER_PARAGRAPHS = (
    (re.compile(r"\(h\)\s?\(5\)"), "continuing_work"),
    (re.compile(r"\(h\)\s?\(4\)"), "comparable_evidence"),
    (re.compile(r"\(h\)\s?\(2\)"), "final_merits"),
    (re.compile(r"203\(b\)\(1\)\(A\)\(iii\)"), "benefit"),
)
# The words of 8 CFR 204.5(h) and of the Policy Manual's headings, with the forms that English gives them.
_WORDS: dict[str, tuple[str, ...]] = {
    "major_award": (r"one-time achievement", r"major,? internationally? recogni[sz]ed (?:prize|award)"),
    "final_merits": (
        r"final merits", r"in (?:its|the) totality", r"totality of the", r"very top of", r"small percentage",
        r"sustained (?:national|international|acclaim)",
    ),
    "comparable_evidence": (r"comparable evidence",),
    "continuing_work": (
        r"continu(?:e|ing) (?:to )?(?:[\w-]+ ){0,3}(?:work|research)", r"intent(?:ion)? to continue",
        r"plans? (?:to|for|in) ",
    ),
    "benefit": (
        r"(?:prospective(?:ly)?|substantial(?:ly)?)[\w ]{0,20} benefit",
        r"benefit\w* (?:\w+ ){0,2}(?:the )?united states",
        r"beneficial to", r"national importance", r"national interest", r"intrinsic merit",
    ),
    "conclusion": (r"conclu(?:sion|ding)",),
    "intro": (r"introduction", r"summary of (?:eligibility|the)", r"executive summary", r"overview"),
    "published_material": (
        r"published materials?", r"media (?:coverage|reports?)", r"press coverage", r"articles? about",
    ),
    "judging": (
        r"judg(?:e|es|ing)\b", r"peer[- ]review(?:er|ing)?\b", r"review(?:er|ing) (?:of|for)", r"participation as a",
    ),
    "contributions": (
        r"original (?:[\w,-]+ ){0,5}(?:contribution|discover)\w*", r"contributions?\b", r"major significance",
    ),
    "publications": (r"scholarly", r"authorship", r"publications?\b", r"publish(?:ed|es)\b", r"journal articles"),
    "critical_role": (
        r"(?:leading|critical)(?: (?:or|and|and/or) (?:leading|critical))? (?:role|capacity)",
        r"distinguished (?:reputation|organi[sz]ation)",
    ),
    "high_salary": (r"salary", r"remuneration", r"high(?:er)? wage"),
    "commercial_success": (r"commercial success", r"box office"),
    "display": (
        r"artistic (?:exhibition|display|showcase)", r"display of", r"exhibitions?\b", r"showcases?\b",
    ),
    "membership": (r"memberships?\b", r"member of (?:an )?association", r"associations?\b"),
    "awards": (r"prizes?\b", r"awards?\b", r"honou?rs\b"),
    "background": (
        r"background", r"biograph", r"education\b", r"degrees?\b", r"curriculum vitae", r"career\b",
    ),
}  # fmt: skip
_TERMS = tuple((section, re.compile(rf"\b(?:{'|'.join(words)})", re.IGNORECASE)) for section, words in _WORDS.items())
_REGULATION_WORDS = {
    "awards": r"\b(?:prizes?|awards?)\b",
    "membership": r"\bmemberships?\b|\bmember\s+of\s+(?:an?\s+)?associations?",
    "published_material": (
        r"\bpublished\s+materials?\b|\bmaterials?\s+about\b|\bmedia\s+coverage\b|\bmajor\s+media\b"
        r"|\b(?:professional|trade)\s+(?:\w+\s+){0,3}(?:publications?|media)\b|\bpublished\s+in\s+(?:\w+\s+){0,4}media\b"
    ),
    "judging": r"\bjudg(?:e|es|ed|ing)\b|\bpeer[\s-]review",
    "contributions": r"\boriginal\b(?:\W+\w+){0,4}\W+contributions?|\bcontributions?\s+of\s+major\s+significance",
    "publications": r"\bscholarly\s+articles?\b|\bauthorship\b",
    "display": r"\b(?:artistic\s+)?(?:exhibitions?|showcases?)\b",
    "critical_role": r"\b(?:leading|critical)\b(?:\s+or\s+(?:leading|critical))?\s+roles?\b",
    "high_salary": r"\b(?:high\s+)?(?:salary|remuneration)\b",
    "commercial_success": r"\bcommercial\s+success",
}
REGULATION_WORDS = {name: re.compile(words, re.IGNORECASE) for name, words in _REGULATION_WORDS.items()}
"""Words by which 8 CFR 204.5(h)(3) itself names each criterion; nothing else is called so in a heading or list."""
_SHORT_TITLE = 12
"""Words of a title that names its subject and says nothing of it."""


class SectionGuess(NamedTuple):
    """The section that a heading seems to name.

    Attributes:
        section_id: One of ours.
        strength: ``strong`` where it names a paragraph, or is a title; ``weak`` where a sentence has its words.
    """

    section_id: str
    strength: Strength


def guess_section(title: str) -> SectionGuess | None:
    """Guesses the section that a heading names, or None.

    >>> guess_section("Criterion (viii): Leading or Critical Role").section_id
    'critical_role'
    """
    text = fold_text(title)[:600]
    numbered = _find_paragraph(text)
    if numbered is not None:
        return SectionGuess(numbered, "strong")
    found = _find_term(text)
    if found is None:
        return None
    is_title = len(text.split()) <= _SHORT_TITLE and not re.search(r"\b(?:has|have|is|was|are|were|will)\b", text)
    return SectionGuess(found, "strong" if is_title else "weak")


def criterion_of(numeral: str) -> str | None:
    """Returns the criterion of a numeral of (h)(3), or None.

    >>> criterion_of("iv")
    'judging'
    """
    return _BY_NUMERAL.get(numeral.lower())


def find_criteria(text: str) -> frozenset[str]:
    """Finds the criteria that a text names in words."""
    folded = fold_text(text)
    return frozenset(section for section, words in _TERMS if section in CRITERIA and words.search(folded))


def _find_paragraph(text: str) -> str | None:
    if paragraph := _PARAGRAPH.search(text):
        by_paragraph = _BY_NUMERAL.get(paragraph["numeral"].lower())
        # Words are what the section argues; one letter of a numeral is soon mistyped.
        return by_paragraph if by_paragraph is None else _find_contradicting_words(text, by_paragraph) or by_paragraph
    if named := _CRITERION.search(text):
        numeral = (named["roman"] or named["plain"]).lower()
        if numeral.isdigit():
            numeral = _NUMERALS[int(numeral) - 1] if 1 <= int(numeral) <= len(_NUMERALS) else ""
        by_number, by_term = _BY_NUMERAL.get(numeral), _find_term(text[named.end() :])
        # A firm may count the criteria that it claims: then the words beside the number tell.
        return by_term if by_term in CRITERIA else by_number
    return next((section for pattern, section in _OTHER_PARAGRAPHS if pattern.search(text)), None)


def _find_contradicting_words(text: str, cited: str) -> str | None:
    """Finds the one criterion that a heading names in words, where none of its words can mean the criterion cited."""
    if len(_PARAGRAPH.findall(text)) != 1:
        return None
    named = [section for section, words in REGULATION_WORDS.items() if words.search(text)]
    if len(named) != 1 or named[0] == cited:
        return None
    # "Published material in trade publications" has a word of scholarly publications, and none of its meaning.
    rest = REGULATION_WORDS[named[0]].sub(" ", text)
    return None if cited in find_criteria(rest) else named[0]


def _find_term(text: str) -> str | None:
    """Finds the section whose words stand first in a title."""
    found = [
        (match.start(), rank, section) for rank, (section, words) in enumerate(_TERMS) if (match := words.search(text))
    ]
    return min(found)[2] if found else None
