"""Checks of names, pronouns and the field's phrase.

One spelling and honorific of the beneficiary, the pronouns of the case file, the field of endeavor in its frozen words.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from functools import lru_cache

from workbench.case.model import Beneficiary, Case
from workbench.checks.draft import DraftSection
from workbench.checks.finding import Finding
from workbench.checks.legal_text import find_quotations
from workbench.checks.names.field_phrase import find_field_slips
from workbench.checks.names.pronouns import find_pronouns
from workbench.checks.names.slip import HONORIFIC, Slip
from workbench.text.folding import fold_text, strip_accents, word_pattern

_CHECK = "naming"
_SHORT_NAME = 4
# Of Chinese, Japanese and Korean each character is a word or a syllable: three are a whole name.
_SYLLABIC = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff]+")
_SHORT_SYLLABIC_NAME = 3
_FAR = 2
_LONGEST_HONORIFIC = 16


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
        *find_pronouns(plain, person, quoted),
        *find_field_slips(plain, words),
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


def _find_misspellings(draft: DraftSection, person: Beneficiary, words: list[re.Match[str]]) -> Iterator[Slip]:
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
        named = re.search(rf"\b(?:{HONORIFIC}\.?|{given})\s+$", before) is not None
        token = next((token for token in alike if is_near_name(word, token, named=named)), None)
        # Another person's name, or a word of the record.
        if token is not None and not draft.is_on_record(word):
            yield _name_slip(draft, person, f"{word!r} looks like a misspelling of {token!r}.", word, start)


def _find_whole_names(
    draft: DraftSection, person: Beneficiary, words: list[re.Match[str]], taken: set[int]
) -> Iterator[Slip]:
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


def _find_near_surnames(draft: DraftSection, person: Beneficiary, taken: set[int]) -> Iterator[Slip]:
    """Finds slips in a surname of several words, behind an honorific."""
    count = len(word_pattern().findall(person.surname))
    if count <= 1:
        return
    letters = _only_letters(person.surname)
    for match in re.finditer(rf"\b{HONORIFIC}\.?\s+", draft.content):
        words = list(itertools.islice(word_pattern().finditer(draft.content, match.end()), count))
        if len(words) < count or not taken.isdisjoint(range(words[0].start(), words[-1].end())):
            continue
        written = _without_possessive(draft.content[words[0].start() : words[-1].end()])
        found = _only_letters(written)
        near = abs(len(found) - len(letters)) <= _FAR and edit_distance(found, letters) <= _allowed_edits(letters)
        if near and not draft.is_on_record(written):
            message = f"{written!r} looks like a misspelling of {person.surname!r}."
            yield _name_slip(draft, person, message, written, words[0].start())


def _name_slip(draft: DraftSection, person: Beneficiary, message: str, written: str, start: int) -> Slip:
    where = " The case file has the same slip." if draft.is_in_file(written) else ""
    return Slip("error", message + where, start, start + len(written), f"Write {person.name}.")


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


def _find_honorifics(draft: DraftSection, person: Beneficiary) -> Iterator[Slip]:
    names = "|".join(re.escape(name) for name in (person.name, person.surname))
    for match in re.finditer(rf"\b(?P<title>{HONORIFIC}\.?)\s+(?:{names})(?!\w)", draft.content):
        # The whole honorific may be of several words: "Prof. Dr.".
        written = draft.content[max(0, match.end("title") - len(person.honorific)) : match.end("title")]
        following = word_pattern().match(draft.content, match.end() + 1)
        # Another capitalised word behind the surname makes it somebody else's name.
        if " ".join(written.split()) == person.honorific or (following and _is_capitalised(following[0])):
            continue
        message = f"The case file's honorific is {person.honorific!r}, the draft writes {match['title']!r}."
        yield Slip("error", message, match.start(), match.end(), f"Write {person.reference}.")


def _is_capitalised(word: str) -> bool:
    return not word[0].islower() and not word[1:2].isupper()
