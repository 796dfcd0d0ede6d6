"""Sentences in which somebody speaks to somebody about the text itself.

A letter that is filed speaks of the beneficiary. One who drafts it, a person or an assistant, speaks of the draft: "I
have kept this section short", "Would you like me to reword it?". The shape is a person of that conversation, a verb of
work on a text, and the text as its object. No phrase is listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Talk = Literal["speaker", "reader"]


def _read_words(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SPEAKER = _read_words("i i'm i've i'll i'd me")
_READER = _read_words("you you'd you'll you've you're your")
_REWORK = _read_words(
    "draft write rewrite revise reword rephrase polish refine edit expand elaborate shorten lengthen strengthen soften "
    "tighten tailor adjust adapt restructure reorganize condense streamline simplify tweak improve"
)
"""Verbs, in their first form, of work on the wording."""
_WORK = _REWORK | _read_words(
    "insert include incorporate remove delete cut keep leave add replace fill verify double-check proofread highlight "
    "emphasize mention cite attach check confirm fix finish update generate format make"
)
"""The same and verbs of work on what stands in it."""
_IRREGULAR = {
    **dict.fromkeys(("wrote", "written", "writing"), "write"),
    **dict.fromkeys(("rewrote", "rewritten", "rewriting"), "rewrite"),
    "kept": "keep",
    "left": "leave",
    "made": "make",
}
_WORDING = _read_words(
    "draft section paragraph sentence passage version wording tone phrasing text rewrite revision outline conclusion "
    "introduction argument point citation placeholder bracket footnote summary"
)
"""Nouns for the text."""
_TEXT = _WORDING | _read_words("heading example date figure number source name exhibit quote page spelling")
"""The same and nouns for what stands in it. A letter speaks of these, too: only who is asked or offers changes them."""
_UNFINISHED = _read_words("draft version rewrite revision outline wording placeholder")
"""Of these, the ones that a text to be filed never says of itself."""
_READERS_OWN = _UNFINISHED | _read_words("client notes feedback input essay manuscript")
"""Things that the reader of a draft has, and the officer has not."""
_POINTING = _read_words("this these that your the any each all")
_NEW = _read_words("a an another more some")
_DOUBT = _read_words("know sure certain find verify confirm remember tell")
_NOT = _read_words("not don't can't cannot couldn't didn't wasn't i'm")
_PRESENTING = _read_words("here here's below following follows above")
_REWORKED = _read_words("alternative shorter longer stronger clearer concise")
_OFFERING = _read_words("would can could shall want like may might i'll you'll")
_SMALL = _read_words("the a an of in on at by for to with from and or as is are was were")
_OF = _read_words("of in for on by at from")
_PRONOUNS = _read_words("it this")
_NEAR = 6
"""Words between a verb and its object."""
_BEFORE_VERB = 7
"""Words between the person and the verb: "I have not been able to"."""
_LONGEST = 60


def find_talk(words: Sequence[str]) -> Talk | None:
    """Tells who is spoken of in a sentence about the text itself; None where it is not such a sentence.

    Args:
        words: Of the sentence, small.

    Returns:
        ``reader`` where somebody is addressed, else ``speaker``.
    """
    words = words[:_LONGEST]
    people = [place for place, word in enumerate(words) if word in _SPEAKER or word in _READER]
    if not people:
        return None
    told: Talk = "reader" if any(words[place] in _READER for place in people) else "speaker"
    for place in people:
        if words[place] == "your" and _is_text(words, place + 1, _READERS_OWN):
            return told
        if words[place] in _SPEAKER and _doubts(words, place):
            return "speaker"
        for verb in range(place + 1, min(place + _BEFORE_VERB, len(words))):
            if _first_form(words[verb]) in _WORK and _has_object(words, verb, asked=_is_asked(words, place)):
                return told
    # "I hope this draft meets your needs."
    for place, word in enumerate(words):
        if word in {"this", "these"} and _is_text(words, place + 1, _UNFINISHED):
            return told
    return None


def is_handover(words: Sequence[str]) -> bool:
    """Tells if a sentence hands over a text that was worked on: ``Below is the revised section``.

    Args:
        words: Of the sentence, small.
    """
    if _PRESENTING.isdisjoint(words[:_LONGEST]):
        return False
    words = words[:_LONGEST]
    for place, word in enumerate(words):
        form = _first_form(word)
        if (form in _REWORK and form != word) or word in _REWORKED:
            # "The revised, more persuasive version": words that describe the noun stand between, and no others.
            for at in range(place + 1, min(place + 4, len(words))):
                if _is_text(words, at, _WORDING, apart=False):
                    return True
                if words[at] in _SMALL:
                    break
        if word in {"a", "your"} and place + 1 < len(words) and words[place + 1] in {"draft", "rewrite"}:
            return words[place + 2 : place + 3] == [] or words[place + 2] not in _OF
    return False


def _doubts(words: Sequence[str], place: int) -> bool:
    """Tells if a speaker is not sure of what the text says: ``I don't know if this is right``."""
    near = words[place : place + _BEFORE_VERB]
    doubt = next((place + at for at, word in enumerate(near) if word in _DOUBT), None)
    if doubt is None or _NOT.isdisjoint(words[place:doubt]):
        return False
    behind = words[doubt + 1 : doubt + 1 + _NEAR]
    return not {"this", "these", "here"}.isdisjoint(behind) or any(
        word == "the" and _is_text(words, doubt + 2 + at, _TEXT) for at, word in enumerate(behind)
    )


def _has_object(words: Sequence[str], verb: int, *, asked: bool) -> bool:
    """Tells if a verb's object is the text: ``the tone``, ``these citations``; ``it``, where somebody is asked."""
    for place in range(verb + 1, min(verb + 1 + _NEAR, len(words))):
        pointing, nouns = (_POINTING | _NEW, _TEXT) if asked else (_POINTING, _WORDING)
        if words[place] in pointing and _is_text(words, place + 1, nouns):
            return True
    return asked and verb + 1 < len(words) and words[verb + 1] in _PRONOUNS


def _is_asked(words: Sequence[str], place: int) -> bool:
    """Tells if the person is asked or offers something: ``would you like me to``, ``I can``, ``I'll``."""
    near = {*words[max(0, place - 4) : place + 4]}
    return not near.isdisjoint(_OFFERING)


def _is_text(words: Sequence[str], place: int, nouns: frozenset[str], *, apart: bool = True) -> bool:
    """Tells if such a noun stands at a place, or behind one other word, and names no text of somebody else's.

    "The introduction of the volume" is another text than the letter's.
    """
    # "That the number": the word between describes the noun.
    apart = apart and words[place : place + 1] != [] and words[place] not in _SMALL
    for at in (place, place + 1) if apart else (place,):
        if at < len(words) and words[at].removesuffix("s") in nouns:
            if words[at].startswith("placeholder"):
                return True
            behind = words[at + 1] if at + 1 < len(words) else ""
            # "A polished version of the argument" is the letter's own again.
            own = behind == "of" and any(word.removesuffix("s") in _WORDING for word in words[at + 2 : at + _NEAR])
            return own or behind not in _OF | {"that", "which", "who"}
    return False


def _first_form(word: str) -> str:
    if word in _WORK:
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for ending, rests in (("ied", ("y",)), ("ying", ("ify", "y")), ("ed", ("", "e")), ("ing", ("", "e"))):
        if word.endswith(ending):
            stem = word.removesuffix(ending)
            found = next((stem + rest for rest in rests if stem + rest in _WORK), None)
            if found is None and len(stem) > 1 and stem[-1] == stem[-2] and stem[:-1] in _WORK:
                found = stem[:-1]
            if found is not None:
                return found
    return word
