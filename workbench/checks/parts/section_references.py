"""Check that a section to which the letter refers exists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.checks.finding import Finding
from workbench.checks.letter import Letter

_CHECK = "section-reference"
_NUMBER = r"(?:\d{1,2}(?:\.\d{1,2}){0,3}|[IVX]{1,5}|[A-H])"
_HEADING = re.compile(
    rf"^[ \t]{{0,3}}(?:#{{1,6}}[ \t]+)?[*_]{{0,3}}(?:(?:Section|Part"
    rf"|Chapter)[ \t]+)?(?P<number>{_NUMBER})(?:[.):—–-]{{1,2}}|(?=[ \t]))[*_]{{0,3}}[ \t]+(?=[A-Z“\"(*])",
    re.MULTILINE,
)
_NAMED = re.compile(
    rf"^[ \t]{{0,3}}(?:#{{1,6}}[ \t]+)?[*_]{{0,3}}(?:Section|Part)[ \t]+(?P<number>{_NUMBER})[*_.:]{{0,4}}[ \t]*$",
    re.MULTILINE,
)
_REFERENCE = re.compile(
    rf"\b(?P<word>[Ss]ections?|[Pp]arts?|[Ss]ubsections?)\s+(?P<numbers>{_NUMBER}(?!\w)(?:\s{{0,3}}(?:[-–]|,\s*and"
    rf"|,|and|or|through|to|&)\s{{0,3}}{_NUMBER}(?!\w|\s[a-z])){{0,20}})"
)
# A section of a statute, a regulation or a manual has its book before or behind it, or a paragraph in parentheses.
_LAW_BEFORE = re.compile(
    r"(?:\bC\.?\s?F\.?\s?R\b|\bU\.?\s?S\.?\s?C\b|\bINA\b|\bAct\b|\bI\.?R\.?C\b|\bPub\b|\bManual\b|\bVol(?:ume"
    r"|\.)?\s*\w{1,3}|\bAFM\b|\bForm\s+[\w-]{1,8}|\bCode\b|\bbylaws\b"
    r"|\bTitle\s+\d{1,2})[\s,.§]{0,4}(?:\S{1,12}[\s,]{1,3})?$",
    re.IGNORECASE,
)
_LAW_BEHIND = re.compile(
    r"\s?\(|\.\d|\s{1,3}(?:of|in)\s{1,3}(?:the\s{1,3}|its\s{1,3}|their\s{1,3})?(?:[\w.'’-]{1,20}\s){0,3}(?:Act|INA"
    r"|Code|CFR|C\.F\.R|U\.?S\.?C|Constitution|bylaws|Bylaws|Regulations?|Form|Manual|[Cc]ontract"
    r"|[Aa]greement|[Ss]tatute|[Ss]tandard|[Rr]eport|[Pp]aper|[Aa]rticle|[Tt]hesis|[Ll]etter|[Dd]issertation"
    r"|[Ee]xhibit)|,?\s{1,3}(?:INA|Chapter|Ch\.)\b"
)
_AROUND = 48


def section_reference(letter: Letter) -> Iterator[Finding]:
    """Finds references to sections that the letter does not have.

    A section of the law is none of the letter's.
    """
    numbers = {match["number"] for pattern in (_HEADING, _NAMED) for match in pattern.finditer(letter.text)}
    known = numbers | {
        ".".join(number.split(".")[:length]) for number in numbers for length in range(1, number.count(".") + 1)
    }
    for section in letter.sections:
        for match in _REFERENCE.finditer(section.content):
            if _is_law(section.content, match):
                continue
            if not known:
                letter.coverage.skip(_CHECK, "no heading of the letter has a number")
                continue
            letter.coverage.check(_CHECK)
            missing = [number for number in re.findall(_NUMBER, match["numbers"]) if number not in known]
            if missing:
                message = (
                    f"The letter has no {match['word'].lower().rstrip('s')} {missing[0]}, to which it refers here."
                )
                yield section.finding(
                    _CHECK, "error", message, at=match.span(), suggestion="Refer to the section that is meant."
                )


def _is_law(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - _AROUND) : match.start()]
    return bool(_LAW_BEFORE.search(before) or _LAW_BEHIND.match(text, match.end(), match.end() + _AROUND))
