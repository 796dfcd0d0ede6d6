"""Names of the field of endeavor that are not quite the phrase that the case file freezes."""

from __future__ import annotations

import difflib
import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator

from workbench.checks.draft import DraftSection
from workbench.checks.names.slip import Slip
from workbench.text.folding import fold_text
from workbench.text.markdown import Sentence

_FIELD_STOP = {"the", "a", "an", "of", "in", "and", "endeavor", "expertise", "specification", "specialization"}
_EXPERTISE = re.compile(
    r"\b(?:speciali[sz]\w{1,8}|experts?|expertise|authority|researchers?|scientists?|practitioners?|engineers?|scholars?"
    r"|careers?|leaders?|fields?|areas?|work)\s{1,3}(?:in|of)\s{1,3}(?=(?P<named>[^\W\d_][\w'-]{0,30}(?:\s[^\W\d_][\w'-]{0,30}){1,5}))"
)
"""Words for what somebody is expert in, and the words behind them."""
_WORDS = 2
"""Words of a field of which one may be exchanged."""
_CLAUSE = re.compile(
    r"\s+(?:when|where|while|as|by|for|with|in|at|from|since|who|whose|that|which|because|during|through|is|was|has"
    r"|have|were|are)\b"
)
_NEAR_PHRASE = 0.87
_BEFORE_FIELD = frozenset(("in", "of", "is", "to", "as", "for", "on", "the", "with"))
"""Words before the name of a field."""
_LONG_FIELD = 3
"""Words of a field from which a phrase that differs in one of them is meant for it, wherever it stands."""


def find_field_slips(draft: DraftSection, words: list[re.Match[str]]) -> Iterator[Slip]:
    """Finds the field of endeavor in other words than those of the case file.

    Args:
        draft: Folded.
        words: Its words.
    """
    phrase = fold_text(draft.case.field_of_endeavor)
    # The exact phrase is taken first, so that no window that overlaps it is called nearly right.
    # One byte a character: a window is looked up in a slice of it.
    reported = bytearray(len(draft.content))
    for match in re.finditer(r"\s+".join(map(re.escape, phrase.split())), draft.content, re.IGNORECASE):
        reported[slice(*match.span())] = b"\1" * len(match[0])
    yield from _find_near_phrases(draft, words, phrase, reported)
    yield from _find_field_names(draft, phrase, reported)
    yield from _find_exchanged_fields(draft, words, phrase)


def _make_slip(message: str, start: int, end: int, phrase: str) -> Slip:
    return Slip("warning", message, start, end, f"Write {phrase!r}, the phrase that the case file freezes.")


def _find_near_phrases(
    draft: DraftSection, words: list[re.Match[str]], phrase: str, reported: bytearray
) -> Iterator[Slip]:
    """Finds as many words as the phrase has that are nearly it, and marks them as reported."""
    own = phrase.casefold().split()
    if len(own) <= 1:
        return
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
        yield _make_slip(f"{draft.content[slice(*span)]!r} is nearly, but not, the field of endeavor.", *span, phrase)


def _find_field_names(draft: DraftSection, phrase: str, reported: bytearray) -> Iterator[Slip]:
    """Finds another name behind "field of" that shares a word with the phrase."""
    own = set(phrase.casefold().split())
    for match in re.finditer(r"\bfield\s+of\s+(?P<named>[^\W\d_][\w' -]*)", draft.content):
        # A clause may follow: "the field of organic chemistry when he was a student".
        named = _CLAUSE.split(match["named"].casefold(), maxsplit=1)[0]
        shared = (set(named.split()) & own) - _FIELD_STOP
        # A letter that is not ours may speak of a neighbour, a part or the whole of the field: one word is no variant.
        if draft.numbering is not None and (phrase.casefold() in named or len(shared) * 2 <= len(own - _FIELD_STOP)):
            continue
        if (
            shared
            and not named.startswith(("endeavor", phrase.casefold()))
            and not reported[match.start("named")]
            and not draft.is_known(f"field of {named.strip()}")
        ):
            yield _make_slip(f"The field is called {match['named'].strip()!r} here.", *match.span(), phrase)


def _find_exchanged_fields(draft: DraftSection, words: list[re.Match[str]], phrase: str) -> Iterator[Slip]:
    """Finds the person's field under a name that differs in one word and that no exhibit has.

    A field of three words and more is known by the others wherever it stands, a shorter one behind words such as
    "expert in" and "field of".
    """
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
            message = f"The field is called {' '.join(written)!r} here."
            yield _make_slip(message, start, start + len(" ".join(written)), phrase)


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
