"""The beneficiary's honorific and pronouns, as the documents use them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from workbench.intake.guess import Guess
from workbench.text.folding import fold_text
from workbench.text.sentences import find_sentences

PRONOUNS: Mapping[str, tuple[str, str, str]] = {
    "she": ("she", "her", "her"),
    "he": ("he", "him", "his"),
    "they": ("they", "them", "their"),
}
"""Subject to subject, object and possessive."""
_LEAST = 3
"""So many places must agree."""
_SHARE = 0.9
_HONORIFICS = {
    "dr": "Dr.",
    "doctor": "Dr.",
    "prof": "Prof.",
    "professor": "Prof.",
    "mr": "Mr.",
    "ms": "Ms.",
    "mrs": "Mrs.",
    "mx": "Mx.",
}
_GENDERED = {
    "she": "she",
    "her": "she",
    "hers": "she",
    "herself": "she",
    "he": "he",
    "him": "he",
    "his": "he",
    "himself": "he",
}
_WORD = re.compile(r"[^\W\d_]+")


def guess_surname(name: str) -> Guess:
    """Guesses the surname: the last word of the name, or what stands before a comma."""
    last, comma, _ = name.partition(",")
    surname = last.strip() if comma else name.rsplit(maxsplit=1)[-1]
    return Guess(surname, "the last word of the name; in some countries the family name comes first")


def guess_honorific(surname: str, name: str, texts: Iterable[str]) -> Guess:
    """Guesses the honorific: the title before the name on most pages that give one."""
    given = r"(?:[^\W\d_][\w.'’-]{0,30}\s+){0,3}"
    titles = "|".join(sorted(_HONORIFICS, key=len, reverse=True))
    # With at most three given names between, each of bounded length: linear on any text.
    pattern = re.compile(rf"\b({titles})\b\.?\s+({given}){re.escape(fold_text(surname))}\b", re.IGNORECASE)
    own = set(fold_text(name).lower().split())
    counts: Counter[str] = Counter()
    for text in texts:
        for found in pattern.finditer(fold_text(text)):
            # "Dr. Bo Example" is another person of the same family.
            if all(part.rstrip(".").lower() in own or len(part.rstrip(".")) == 1 for part in found[2].split()):
                counts[_HONORIFICS[found[1].lower()]] += 1
    if not counts:
        return Guess("", "no page has a title before the name; write Dr., Ms., Mr. or Prof.")
    best, count = counts.most_common(1)[0]
    if count < counts.total() * _SHARE:
        found_ones = ", ".join(f"{one} {times} times" for one, times in counts.most_common(3))
        return Guess("", f"the pages differ ({found_ones}); write the one that the letter shall use")
    return Guess(best, f"before the name in {count} places")


def guess_pronouns(surname: str, texts: Iterable[str]) -> Guess:
    """Guesses the pronouns from sentences that name the person, as ``she``, ``he`` or nothing."""
    counts: Counter[str] = Counter()
    folded = fold_text(surname)
    for text in texts:
        plain = fold_text(" ".join(text[:200_000].split()))
        if folded not in plain:
            continue
        for start, end in find_sentences(plain):
            sentence = plain[start:end]
            if folded in sentence:
                counts.update({_GENDERED[word] for word in _WORD.findall(sentence.lower()) if word in _GENDERED})
    best, count = counts.most_common(1)[0] if counts else ("", 0)
    if count >= _LEAST and count >= counts.total() * _SHARE:
        return Guess(best, f"{count} sentences that name the person use them")
    return Guess("", "the pages do not tell them; write she/her/her, he/him/his or they/them/their")
