"""Pronouns of the beneficiary that are not those of the case file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.case.model import Beneficiary
from workbench.checks.draft import DraftSection
from workbench.checks.names.slip import HONORIFIC, Slip
from workbench.text.folding import to_ascii_letters

_PRONOUNS = {
    "he": re.compile(r"\b(?:he|him|his|himself)\b", re.IGNORECASE),
    "she": re.compile(r"\b(?:she|her|hers|herself)\b", re.IGNORECASE),
}
_EITHER = re.compile(
    r"\b(?:he\s+or\s+she|she\s+or\s+he|his\s+or\s+her|her\s+or\s+his|him\s+or\s+her|his/her|he/she)\b", re.IGNORECASE
)
_NAME_WORD = r"\b[A-Z][a-z]{1,30}(?:[-'][A-Z]?[a-z]{1,30}){0,3}"
_CAPITALISED = re.compile(rf"{_NAME_WORD}(?:\s+(?:[A-Z]\.\s*)?{_NAME_WORD}){{1,5}}")
# Capitalised phrases with one of these beginnings are institutions, journals or places.
_NOT_A_PERSON = re.compile(
    r"\b(?:Academ|Societ|Universit|Institut|Associat|Foundation|Laborator|Commission|Committee|Council|Prize|Medal"
    r"|Award|Press"
    r"|Journal|Review|Letters|Times|College|School|Hospital|Museum|Galler|Orchestra|Festival|Federation|Agenc"
    r"|Department|Project"
    r"|National|International|American|United|States|New|North|South|Policy|Manual|Act|Fellow|Physic|Scien|Chin"
    r"|Professor"
    r"|Nuclear|Bureau|Standards|Center|Centre|Office|Program|Board|Conference|Bulletin|Magazine|Street|City)\w*"
)
_NEAR_NAME = 240
_SENTENCE_END = re.compile(r"(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!Prof)(?<!\b[A-Z])[.!?][\"”)\]]{0,3}\s+(?=[A-Z])")


def find_pronouns(draft: DraftSection, person: Beneficiary, quoted: list[tuple[int, int]]) -> Iterator[Slip]:
    """Finds pronouns that are not the beneficiary's.

    Args:
        draft: Folded.
        person: With folded names.
        quoted: Spans of quotations, whose pronouns are another writer's.
    """
    own = person.pronouns.subject.lower()
    wrong = [pattern for subject, pattern in _PRONOUNS.items() if subject != own]
    for block in draft.blocks:
        # Blanked, not cut out, so that the offsets stay those of the draft.
        text = list(draft.text_of(block))
        for start, end in quoted:
            for place in range(max(start, block.start), min(end, block.end)):
                text[place - block.start] = " "
        # "He or she" speaks of anybody, as the law does.
        plain = _EITHER.sub(lambda match: " " * len(match[0]), "".join(text))
        # A paragraph that does not name the beneficiary may well be about somebody else.
        if block.kind == "heading" or person.surname not in plain:
            continue
        places = [match for pattern in wrong for match in pattern.finditer(plain)]
        another = bool(places) and _names_another(draft, person, plain)
        for match in places:
            # In a paragraph about several people, a pronoun that follows the name in its sentence is the beneficiary's.
            if not another or _follows_name(draft, person, plain, match.start()):
                own_words = f"{person.pronouns.subject}/{person.pronouns.object}/{person.pronouns.possessive}"
                message = f"The pronoun {match[0]!r} is not the beneficiary's ({own_words})."
                start, end = block.start + match.start(), block.start + match.end()
                yield Slip("error", message, start, end, f"Write {own_words} or {person.reference}.")


def _follows_name(draft: DraftSection, person: Beneficiary, text: str, place: int) -> bool:
    """Tells if the beneficiary, and nobody else, is named in a sentence before some place of it."""
    near = text[max(0, place - _NEAR_NAME) : place]
    start = max((match.end() for match in _SENTENCE_END.finditer(near)), default=None)
    if start is None and place > _NEAR_NAME:
        return False
    before = near[start or 0 :]
    return person.surname in before and not _names_another(draft, person, before)


def _names_another(draft: DraftSection, person: Beneficiary, text: str) -> bool:
    """Tells if a paragraph may name another person.

    In doubt yes, and its pronouns are left alone.
    """
    without = text.replace(person.name, " ").replace(person.reference, " ").replace(person.surname, " ")
    if not without.isascii():
        # Scripts without capitals do not show which words are names.
        if any(char.isalpha() and char.isupper() == char.islower() for char in without):
            return True
        without = to_ascii_letters(without)
    if re.search(rf"\b{HONORIFIC}\.?\s+[A-Z]", without) or re.search(
        r"\b[A-Z]\.\s*(?:[A-Z]\.\s*)?[A-Z][a-z]+", without
    ):
        return True
    if re.search(r"\bPresident\s+[A-Z][a-z]+|\b(?:husband|wife|son|daughter|father|mother|brother|sister)\b", without):
        return True
    field = draft.case.field_of_endeavor.casefold()
    return any(
        not _NOT_A_PERSON.search(match[0]) and match[0].casefold() not in field
        for match in _CAPITALISED.finditer(without)
    )
