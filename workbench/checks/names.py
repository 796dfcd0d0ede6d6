"""Checks of names, pronouns and the field's phrase.

One spelling and honorific of the beneficiary, the pronouns of the case file, the field of endeavor in its frozen words.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from workbench.checks.draft import DraftSection
from workbench.checks.finding import Finding
from workbench.checks.legal_text import find_quotations

_CHECK = "naming"
_HONORIFIC = r"(?:Drs?|Mr|Mrs|Ms|Mx|Prof|Professor|Miss|Madam|Madame|Sir|Dame)"
_PRONOUNS = {
    "he": re.compile(r"\b(?:he|him|his|himself)\b", re.IGNORECASE),
    "she": re.compile(r"\b(?:she|her|hers|herself)\b", re.IGNORECASE),
}
_EITHER = re.compile(
    r"\b(?:he\s+or\s+she|she\s+or\s+he|his\s+or\s+her|her\s+or\s+his|him\s+or\s+her|his/her|he/she)\b", re.IGNORECASE
)
_NAME_WORD = r"\b[A-Z][a-zé]{1,30}(?:[-’'][A-Z]?[a-z]{1,30}){0,3}"
_CAPITALISED = re.compile(rf"{_NAME_WORD}(?:\s+(?:[A-Z]\.\s*)?{_NAME_WORD}){{1,5}}")
# Capitalised phrases with one of these beginnings are institutions, journals or places.
_NOT_A_PERSON = re.compile(
    r"\b(?:Academ|Societ|Universit|Institut|Associat|Foundation|Laborator|Commission|Committee|Council|Prize|Medal|Award|Press"
    r"|Journal|Review|Letters|Times|College|School|Hospital|Museum|Galler|Orchestra|Festival|Federation|Agenc|Department|Project"
    r"|National|International|American|United|States|New|North|South|Policy|Manual|Act|Fellow|Physic|Scien|Chin|Professor"
    r"|Nuclear|Bureau|Standards|Center|Centre|Office|Program|Board|Conference|Bulletin|Magazine|Street|City)\w*"
)
_FIELD_STOP = {"the", "a", "an", "of", "in", "and", "endeavor", "expertise", "specification", "specialization"}
_NEAR_PHRASE = 0.87
_SHORT_NAME = 4
_FAR = 2
_LONGEST_HONORIFIC = 16


def naming(draft: DraftSection) -> Iterator[Finding]:
    """Finds names and pronouns unlike the case file's.

    Compared are the beneficiary's name, honorific and pronouns, and the phrase for the field.
    """
    quoted = [(quote.start, quote.end) for quote in find_quotations(draft.content)]
    quoted += [(block.start, block.end) for block in draft.blocks if block.kind == "quote"]
    findings = [*_misspelt(draft), *_wrong_honorific(draft), *_wrong_pronoun(draft, quoted), *_field_variant(draft)]
    for finding, start in sorted(findings, key=lambda pair: pair[1]):
        # What others wrote about the person stays as they wrote it.
        if not any(first <= start < last for first, last in quoted):
            yield finding


def edit_distance(left: str, right: str) -> int:
    """Counts the edits between two words.

    An edit is an insertion, a deletion, a substitution or a swap of neighbours.
    """
    rows = [list(range(len(right) + 1))]
    for i, a in enumerate(left, start=1):
        row = [i]
        for j, b in enumerate(right, start=1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b))
            # A swap of neighbours counts once, being the commonest slip at a keyboard.
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def _misspelt(draft: DraftSection) -> Iterator[tuple[Finding, int]]:
    person = draft.case.beneficiary
    tokens = set(person.name.split()) | set(person.surname.split())
    suggestion = f"Write {person.name}."
    taken: set[int] = set()
    parts = [re.escape(part) for part in re.split(r"[\s-]+", person.name)]
    # The whole name in other spaces, hyphens or capitals: its single words would look right.
    for match in re.finditer(r"\b" + r"[\s-]*".join(parts) + r"\b", draft.content, re.IGNORECASE):
        taken.update(range(*match.span()))
        written = " ".join(match[0].split())
        # A heading may be set in capitals.
        if written not in {person.name, person.name.upper()}:
            yield (
                draft.finding(
                    _CHECK,
                    "error",
                    f"{written!r} is not how the case file writes the name.",
                    at=match.span(),
                    suggestion=suggestion,
                ),
                match.start(),
            )
    for match in re.finditer(r"\b[A-Z][\w’'-]*\w", draft.content):
        word = re.sub(r"[’']s$", "", match[0])
        # Behind an "@" stands an exhibit's id, behind a hyphen the rest of a longer word.
        if match.start() in taken or word in tokens or draft.content[match.start() - 1 : match.start()] in {"@", "-"}:
            continue
        before = draft.content[max(0, match.start() - _LONGEST_HONORIFIC) : match.start()]
        after_honorific = re.search(rf"\b{_HONORIFIC}\.?\s+$", before)
        for token in tokens:
            if not _is_near(word, token, named=after_honorific is not None):
                continue
            if _is_known(draft, word.lower()):
                continue  # another person's name, or a word of the record
            at = (match.start(), match.start() + len(word))
            yield (
                draft.finding(
                    _CHECK, "error", f"{word!r} looks like a misspelling of {token!r}.", at=at, suggestion=suggestion
                ),
                at[0],
            )
            break


def _is_near(word: str, token: str, *, named: bool) -> bool:
    """Tells if a word nearly is a name.

    Short names count only directly behind an honorific.
    """
    if word.isupper() and word.casefold() == token.casefold():
        return False
    if abs(len(word) - len(token)) > _FAR:
        return False
    # A name of two or three letters is one letter away from half the dictionary.
    if len(token) < _SHORT_NAME:
        return named and word[0] == token[0] and edit_distance(word.casefold(), token.casefold()) <= 1
    limit = 2 if len(token) > 2 * _SHORT_NAME else 1
    return edit_distance(word.casefold(), token.casefold()) <= limit


def _wrong_honorific(draft: DraftSection) -> Iterator[tuple[Finding, int]]:
    person = draft.case.beneficiary
    pattern = re.compile(
        # Another capitalised word behind the surname makes it somebody else's name.
        rf"\b(?P<title>{_HONORIFIC})(?P<dot>\.?)\s+(?:{re.escape(person.name)}|{re.escape(person.surname)})\b(?!\s+[A-Z][a-z])"
    )
    for match in pattern.finditer(draft.content):
        if match["title"] + match["dot"] == person.honorific:
            continue
        message = (
            f"The case file's honorific is {person.honorific!r}, the draft writes {match['title'] + match['dot']!r}."
        )
        yield (
            draft.finding(_CHECK, "error", message, at=match.span(), suggestion=f"Write {person.reference}."),
            match.start(),
        )


def _wrong_pronoun(draft: DraftSection, quoted: list[tuple[int, int]]) -> Iterator[tuple[Finding, int]]:
    person = draft.case.beneficiary
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
        if block.kind == "heading" or person.surname not in plain or _names_another(draft, plain):
            continue
        for pattern in wrong:
            for match in pattern.finditer(plain):
                at = (block.start + match.start(), block.start + match.end())
                own_words = f"{person.pronouns.subject}/{person.pronouns.object}/{person.pronouns.possessive}"
                message = f"The pronoun {match[0]!r} is not the beneficiary's ({own_words})."
                yield (
                    draft.finding(
                        _CHECK, "error", message, at=at, suggestion=f"Write {own_words} or {person.reference}."
                    ),
                    at[0],
                )


def _names_another(draft: DraftSection, text: str) -> bool:
    """Tells if a paragraph may name another person.

    In doubt yes, and its pronouns are left alone.
    """
    person = draft.case.beneficiary
    without = text.replace(person.name, " ").replace(person.reference, " ")
    if re.search(rf"\b{_HONORIFIC}\.?\s+[A-Z]", without) or re.search(
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


def _field_variant(draft: DraftSection) -> Iterator[tuple[Finding, int]]:
    phrase = draft.case.field_of_endeavor
    own = phrase.casefold().split()
    suggestion = f"Write {phrase!r}, the phrase that the case file freezes."
    words = list(re.finditer(r"[A-Za-z][\w’'-]*", draft.content))
    # The exact phrase is taken first, so that no window that overlaps it is called nearly right.
    reported = {
        place
        for match in re.finditer(r"\s+".join(map(re.escape, phrase.split())), draft.content, re.IGNORECASE)
        for place in range(*match.span())
    }
    if len(own) > 1:
        # SequenceMatcher prepares its second sequence once, and only the first one changes from window to window.
        near = difflib.SequenceMatcher(None, "", " ".join(own), autojunk=False)
        for index in range(len(words) - len(own) + 1):
            window = words[index : index + len(own)]
            span = (window[0].start(), window[-1].end())
            written = " ".join(draft.content[slice(*span)].casefold().split())
            if (
                not reported.isdisjoint(range(*span))
                or not _is_variant(written.split(), own, near)
                or _is_known(draft, written)
            ):
                continue
            reported.update(range(*span))
            message = f"{draft.content[slice(*span)]!r} is nearly, but not, the field of endeavor."
            yield draft.finding(_CHECK, "warning", message, at=span, suggestion=suggestion), span[0]
    for match in re.finditer(r"\bfield\s+of\s+(?P<named>[a-zA-Z][\w’' -]*)", draft.content):
        named = match["named"].casefold()
        shared = (set(named.split()) & set(own)) - _FIELD_STOP
        start = match.start("named")
        if (
            not shared
            or named.startswith(("endeavor", phrase.casefold()))
            or start in reported
            or _is_known(draft, f"field of {named.strip()}")
        ):
            continue
        message = f"The field is called {match['named'].strip()!r} here."
        yield draft.finding(_CHECK, "warning", message, at=match.span(), suggestion=suggestion), match.start()


def _is_variant(written: list[str], own: list[str], near: difflib.SequenceMatcher[str]) -> bool:
    if sorted(written) == sorted(own):
        return True
    near.set_seq1(" ".join(written))
    # The first two are upper bounds of the third, and rule out all but a few at a tenth of its cost.
    return all(ratio() >= _NEAR_PHRASE for ratio in (near.real_quick_ratio, near.quick_ratio, near.ratio))


def _is_known(draft: DraftSection, words: str) -> bool:
    """Tells if whole words stand in the case's own text."""
    if words not in draft.known_text:  # most are not, and a plain search is a hundred times faster
        return False
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", draft.known_text) is not None
