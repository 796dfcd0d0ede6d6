"""Checks of names, pronouns and the field's phrase.

One spelling and honorific of the beneficiary, the pronouns of the case file, the field of endeavor in its frozen words.
"""

from __future__ import annotations

import difflib
import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from workbench.case.model import Beneficiary, Case
from workbench.checks.draft import DraftSection
from workbench.checks.finding import Finding, Severity
from workbench.checks.legal_text import find_quotations
from workbench.text.folding import fold_text, strip_accents, to_ascii_letters, word_pattern
from workbench.text.markdown import Sentence

_CHECK = "naming"
_HONORIFIC = r"(?:Drs?|Mr|Mrs|Ms|Mx|Prof|Professor|Miss|Madam|Madame|Sir|Dame)"
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
_FIELD_STOP = {"the", "a", "an", "of", "in", "and", "endeavor", "expertise", "specification", "specialization"}
_EXPERTISE = re.compile(
    r"\b(?:speciali[sz]\w{1,8}|experts?|expertise|authority|researchers?|scientists?|practitioners?|engineers?|scholars?"
    r"|careers?|leaders?|fields?|areas?|work)\s{1,3}(?:in|of)\s{1,3}(?=(?P<named>[^\W\d_][\w'-]{0,30}(?:\s[^\W\d_][\w'-]{0,30}){1,5}))"
)
"""Words for what somebody is expert in, and the words behind them."""
_WORDS = 2
"""Words of a field of which one may be exchanged."""
_NEAR_NAME = 240
_SENTENCE_END = re.compile(r"(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!Prof)(?<!\b[A-Z])[.!?][\"”)\]]{0,3}\s+(?=[A-Z])")
_CLAUSE = re.compile(
    r"\s+(?:when|where|while|as|by|for|with|in|at|from|since|who|whose|that|which|because|during|through|is|was|has"
    r"|have|were|are)\b"
)
_NEAR_PHRASE = 0.87
_BEFORE_FIELD = frozenset(("in", "of", "is", "to", "as", "for", "on", "the", "with"))
"""Words before the name of a field."""
_LONG_FIELD = 3
"""Words of a field from which a phrase that differs in one of them is meant for it, wherever it stands."""
_SHORT_NAME = 4
# Of Chinese, Japanese and Korean each character is a word or a syllable: three are a whole name.
_SYLLABIC = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff]+")
_SHORT_SYLLABIC_NAME = 3
_FAR = 2
_LONGEST_HONORIFIC = 16


class _Slip(NamedTuple):
    """A finding, its place counted in the folded draft."""

    severity: Severity
    message: str
    start: int
    end: int
    suggestion: str


def naming(draft: DraftSection) -> Iterator[Finding]:
    """Finds names and pronouns unlike the case file's.

    Compared are the beneficiary's name, honorific and pronouns, and the phrase for the field.
    """
    plain, folded = draft.fold()
    person = draft.case.beneficiary
    person = person.model_copy(
        update={name: fold_text(getattr(person, name)) for name in ("name", "surname", "honorific")}
    )
    quoted = [(quote.start, quote.end) for quote in find_quotations(plain.content)]
    quoted += [(block.start, block.end) for block in plain.blocks if block.kind == "quote"]
    words = list(word_pattern().finditer(plain.content))
    slips = [
        *_find_misspellings(plain, person, words),
        *_find_honorifics(plain, person),
        *_find_pronouns(plain, person, quoted),
        *_find_field_variants(plain, words),
        *_find_other_fields(plain, words),
    ]
    for slip in sorted(slips, key=lambda slip: slip.start):
        # What others wrote about the person stays as they wrote it.
        if not any(first <= slip.start < last for first, last in quoted):
            at = folded.find_span(slip.start, slip.end)
            yield draft.finding(_CHECK, slip.severity, slip.message, at=at, suggestion=slip.suggestion)


def check_facts(case: Case) -> Iterator[Finding]:
    """Finds such slips in the case file's own facts and titles."""
    texts = [item.title for claim in case.claims for item in claim.items]
    texts += [exhibit.title for exhibit in case.exhibits]
    texts += [fact.text for fact in case.facts()]
    for text in texts:
        yield from naming(DraftSection("facts", text, case))


@lru_cache(maxsize=4096)  # a draft repeats its words
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


def _find_misspellings(draft: DraftSection, person: Beneficiary, words: list[re.Match[str]]) -> Iterator[_Slip]:
    taken: set[int] = set()
    for slip in (*_find_whole_names(draft, person, words, taken), *_find_near_surnames(draft, person, taken)):
        taken.update(range(slip.start, slip.end))
        yield slip
    own = {token for name in (person.name, person.surname) for token in word_pattern().findall(name)}
    # Particles ("van", "de la") are compared with the name they stand in, not one by one.
    tokens = sorted(token for token in own if not token.islower())
    given = "|".join(re.escape(name) for name in word_pattern().findall(person.name)[:1] if len(name) > 1) or r"(?!)"
    for match in words:
        word, start = match[0], match.start()
        # "d'Ávila" begins with a small letter, and is a name.
        if word.islower():
            continue
        word = _without_possessive(word)
        # Behind an "@" stands an exhibit's id, behind a hyphen the rest of a longer word.
        if start in taken or word in own or draft.content[start - 1 : start] in {"@", "-"}:
            continue
        # Most words are nothing like the name in length: no honorific is looked for before them.
        alike = [token for token in tokens if abs(len(word) - len(token)) <= _FAR]
        if not alike:
            continue
        before = draft.content[max(0, start - _LONGEST_HONORIFIC) : start]
        named = re.search(rf"\b(?:{_HONORIFIC}\.?|{given})\s+$", before) is not None
        token = next((token for token in alike if is_near_name(word, token, named=named)), None)
        # Another person's name, or a word of the record.
        if token is not None and not draft.is_on_record(word):
            yield _name_slip(draft, person, f"{word!r} looks like a misspelling of {token!r}.", word, start)


def _find_whole_names(
    draft: DraftSection, person: Beneficiary, words: list[re.Match[str]], taken: set[int]
) -> Iterator[_Slip]:
    """Finds the name in other spaces, hyphens, apostrophes or capitals.

    Its single words would look right. Every place of it is marked as taken.
    """
    surname_is_a_word = person.surname.isalpha()
    for target in (person.name,) if surname_is_a_word else (person.name, person.surname):
        for start, end in _find_forms(draft.content, words, target):
            if not taken.isdisjoint(range(start, end)):
                continue
            taken.update(range(start, end))
            written = " ".join(draft.content[start:end].split())
            another = target == person.surname and draft.is_on_record(written)
            if not another and not _is_form(written, target.strip("'")):
                message = f"{written!r} is not how the case file writes the name."
                yield _name_slip(draft, person, message, draft.content[start:end], start)


def _find_near_surnames(draft: DraftSection, person: Beneficiary, taken: set[int]) -> Iterator[_Slip]:
    """Finds slips in a surname of several words, behind an honorific."""
    count = len(word_pattern().findall(person.surname))
    if count <= 1:
        return
    letters = _only_letters(person.surname)
    for match in re.finditer(rf"\b{_HONORIFIC}\.?\s+", draft.content):
        words = list(itertools.islice(word_pattern().finditer(draft.content, match.end()), count))
        if len(words) < count or not taken.isdisjoint(range(words[0].start(), words[-1].end())):
            continue
        written = _without_possessive(draft.content[words[0].start() : words[-1].end()])
        found = _only_letters(written)
        near = abs(len(found) - len(letters)) <= _FAR and edit_distance(found, letters) <= _allowed_edits(letters)
        if near and not draft.is_on_record(written):
            message = f"{written!r} looks like a misspelling of {person.surname!r}."
            yield _name_slip(draft, person, message, written, words[0].start())


def _name_slip(draft: DraftSection, person: Beneficiary, message: str, written: str, start: int) -> _Slip:
    where = " The case file has the same slip." if draft.is_in_file(written) else ""
    return _Slip("error", message + where, start, start + len(written), f"Write {person.name}.")


def _find_forms(text: str, words: list[re.Match[str]], target: str) -> Iterator[tuple[int, int]]:
    """Finds the places where a name stands in some form.

    Spaces, hyphens, apostrophes, capitals and accents may differ.
    """
    letters = _only_letters(target)
    for index, first in enumerate(words):
        if not letters.startswith(_only_letters(_without_possessive(first[0]))):
            continue
        found, last = "", first
        for place in range(index, len(words)):
            word = words[place]
            if place > index and text[last.end() : word.start()].strip(" \t\n.'-"):
                break
            last, whole = word, _without_possessive(word[0])
            found += _only_letters(whole)
            end = word.start() + len(whole)
            if found == letters and not _is_in_address(text, first.start(), end):
                yield first.start(), end
            if not letters.startswith(found):
                break


def _is_in_address(text: str, start: int, end: int) -> bool:
    """Tells if words are part of an exhibit's id, a web address or the like."""
    return text[start - 1 : start] in {"@", "/"} or re.match(r"[.@/_]\w", text[end : end + 2]) is not None


def _without_possessive(word: str) -> str:
    return word.removesuffix("'s")


@lru_cache(maxsize=4096)
def _only_letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", _plain_word(text))


def _is_form(written: str, target: str) -> bool:
    """Tells if a name may be written so.

    A heading may be set in capitals, and a particle at the beginning of a sentence begins with one.
    """
    return written in {target, target[0].upper() + target[1:]} or _is_in_capitals(written, target)


def _is_in_capitals(written: str, name: str) -> bool:
    """Tells if a name is set in capitals, Turkish and German ones too."""
    capitals = (text.upper().replace("İ", "I").replace("ẞ", "SS") for text in (written, name))
    return written.isupper() and len(set(capitals)) == 1


@lru_cache(maxsize=4096)
def _plain_word(word: str) -> str:
    return strip_accents(word)


def is_near_name(word: str, token: str, *, named: bool) -> bool:
    """Tells if a word nearly is a name.

    Args:
        word: As the letter writes it.
        token: The name.
        named: The word stands directly behind an honorific or the given name: two edits are a slip there, and short
            names count nowhere else.
    """
    if word.isupper() and (_is_in_capitals(word, token) or word.casefold() == token.casefold()):
        return False
    # "Van" and "De" are particles, as a sentence begins with them.
    if token[:1].islower() and word.casefold() == token.casefold():
        return False
    if len(token) <= 1 or abs(len(word) - len(token)) > _FAR:
        return False
    # With accents and without: "ß" is one letter, and "ss" are two.
    distance = min(edit_distance(word.lower(), token.lower()), edit_distance(_plain_word(word), _plain_word(token)))
    # Behind the honorific stands a name, and one that nobody in the case has: "Dr. Woo" for "Dr. Wu".
    if named and _plain_word(word[0]) == _plain_word(token[0]) and distance <= _FAR:
        return True
    # A name of two or three letters is one letter away from half the dictionary.
    short = _SHORT_SYLLABIC_NAME if _SYLLABIC.fullmatch(token) else _SHORT_NAME
    return len(token) >= short and distance <= _allowed_edits(token)


def _allowed_edits(name: str) -> int:
    return 2 if len(name) > 2 * _SHORT_NAME else 1


def _find_honorifics(draft: DraftSection, person: Beneficiary) -> Iterator[_Slip]:
    names = "|".join(re.escape(name) for name in (person.name, person.surname))
    for match in re.finditer(rf"\b(?P<title>{_HONORIFIC}\.?)\s+(?:{names})(?!\w)", draft.content):
        # The whole honorific may be of several words: "Prof. Dr.".
        written = draft.content[max(0, match.end("title") - len(person.honorific)) : match.end("title")]
        following = word_pattern().match(draft.content, match.end() + 1)
        # Another capitalised word behind the surname makes it somebody else's name.
        if " ".join(written.split()) == person.honorific or (following and _is_capitalised(following[0])):
            continue
        message = f"The case file's honorific is {person.honorific!r}, the draft writes {match['title']!r}."
        yield _Slip("error", message, match.start(), match.end(), f"Write {person.reference}.")


def _is_capitalised(word: str) -> bool:
    return not word[0].islower() and not word[1:2].isupper()


def _find_pronouns(draft: DraftSection, person: Beneficiary, quoted: list[tuple[int, int]]) -> Iterator[_Slip]:
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
                yield _Slip("error", message, start, end, f"Write {own_words} or {person.reference}.")


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


def _find_field_variants(draft: DraftSection, words: list[re.Match[str]]) -> Iterator[_Slip]:
    phrase = fold_text(draft.case.field_of_endeavor)
    own = phrase.casefold().split()
    suggestion = f"Write {phrase!r}, the phrase that the case file freezes."
    # The exact phrase is taken first, so that no window that overlaps it is called nearly right.
    # One byte a character: a window is looked up in a slice of it.
    reported = bytearray(len(draft.content))
    for match in re.finditer(r"\s+".join(map(re.escape, phrase.split())), draft.content, re.IGNORECASE):
        reported[slice(*match.span())] = b"\1" * len(match[0])
    if len(own) > 1:
        # SequenceMatcher prepares its second sequence once, and only the first one changes from window to window.
        near = difflib.SequenceMatcher(None, "", " ".join(own), autojunk=False)
        sorted_own = sorted(own)
        # Most windows are too short or too long for the ratio, however alike their letters are.
        shortest = len(" ".join(own)) * _NEAR_PHRASE / (2 - _NEAR_PHRASE)
        longest = len(" ".join(own)) * (2 - _NEAR_PHRASE) / _NEAR_PHRASE
        letters = [0, *itertools.accumulate(len(word[0]) for word in words)]
        for index in range(len(words) - len(own) + 1):
            span = (words[index].start(), words[index + len(own) - 1].end())
            if span[1] - span[0] < shortest or letters[index + len(own)] - letters[index] + len(own) - 1 > longest:
                continue
            written = " ".join(draft.content[slice(*span)].casefold().split())
            if 1 in reported[slice(*span)] or not _is_variant(written, sorted_own, near) or draft.is_known(written):
                continue
            reported[slice(*span)] = b"\1" * (span[1] - span[0])
            message = f"{draft.content[slice(*span)]!r} is nearly, but not, the field of endeavor."
            yield _Slip("warning", message, *span, suggestion)
    for match in re.finditer(r"\bfield\s+of\s+(?P<named>[^\W\d_][\w' -]*)", draft.content):
        # A clause may follow: "the field of organic chemistry when he was a student".
        named = _CLAUSE.split(match["named"].casefold(), maxsplit=1)[0]
        words_named = set(named.split())
        shared = (words_named & set(own)) - _FIELD_STOP
        # A letter that is not ours may speak of a neighbour, a part or the whole of the field: one word is no variant.
        if draft.numbering is not None and (
            phrase.casefold() in named or len(shared) * 2 <= len(set(own) - _FIELD_STOP)
        ):
            continue
        start = match.start("named")
        if (
            not shared
            or named.startswith(("endeavor", phrase.casefold()))
            or reported[start]
            or draft.is_known(f"field of {named.strip()}")
        ):
            continue
        message = f"The field is called {match['named'].strip()!r} here."
        yield _Slip("warning", message, *match.span(), suggestion)


def _find_other_fields(draft: DraftSection, words: list[re.Match[str]]) -> Iterator[_Slip]:
    """Finds the person's field under a name that differs in one word and that no exhibit has.

    A field of three words and more is known by the others wherever it stands, a shorter one behind words such as
    "expert in" and "field of".
    """
    phrase = fold_text(draft.case.field_of_endeavor)
    own = phrase.casefold().split()
    if len(own) >= _LONG_FIELD:
        places = [index - len(own) + 1 for index, word in enumerate(words) if word[0].casefold() == own[-1]]
        spans = [
            (words[index].start(), words[index + len(own) - 1].end())
            for index in places
            if index > 0 and words[index - 1][0].casefold() in _BEFORE_FIELD
        ]
    else:
        spans = [match.span("named") for match in _EXPERTISE.finditer(draft.content)]
    for start, end in spans if len(own) >= _WORDS else ():
        written = draft.content[start:end].split()[: len(own)]
        named = [word.casefold() for word in written]
        if _find_exchanged_word(named, own) is None or not _is_of_person(draft, start):
            continue
        # Where the field is a name, a phrase in small letters is a description.
        if phrase.istitle() and not " ".join(written).istitle():
            continue
        if not draft.is_known(" ".join(named)):
            suggestion = f"Write {phrase!r}, the phrase that the case file freezes."
            message = f"The field is called {' '.join(written)!r} here."
            yield _Slip("warning", message, start, start + len(" ".join(written)), suggestion)


def _is_of_person(draft: DraftSection, offset: int) -> bool:
    """Tells if nobody but the beneficiary is named before a place in its sentence."""
    at = max(bisect_right(draft.sentences, offset, key=_start_of) - 1, 0)
    begin = draft.sentences[at].start if draft.sentences else 0
    before = draft.content[begin:offset]
    person = draft.case.beneficiary
    for name in sorted((person.full_reference, person.name, person.reference, person.surname), key=len, reverse=True):
        before = before.replace(fold_text(name), " ")
    return not any(letter.isupper() for letter in before.lstrip()[1:])


def _start_of(sentence: Sentence) -> int:
    return sentence.start


def _find_exchanged_word(named: list[str], own: list[str]) -> str | None:
    """Finds the one word in which a phrase differs from the field, or None; the last word is the field's."""
    if len(named) != len(own) or named[-1] != own[-1]:
        return None
    differing = [one for one, other in zip(named, own, strict=True) if one != other]
    return differing[0] if len(differing) == 1 and differing[0] not in _FIELD_STOP else None


def _is_variant(written: str, sorted_own: list[str], near: difflib.SequenceMatcher[str]) -> bool:
    near.set_seq1(written)
    # By the lengths alone, and so first: the same words in another order have the same.
    if near.real_quick_ratio() < _NEAR_PHRASE:
        return False
    # The first ratio is an upper bound of the second, and rules out all but a few at a tenth of its cost.
    return sorted(written.split()) == sorted_own or (
        near.quick_ratio() >= _NEAR_PHRASE and near.ratio() >= _NEAR_PHRASE
    )
