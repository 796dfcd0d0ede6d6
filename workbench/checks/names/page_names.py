"""Names of a sentence on the pages that it cites: as they are, or with one other word."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from workbench.checks.evidence import EvidencePage
from workbench.checks.statements.cited_sentence import CitedSentence
from workbench.checks.statements.statements import measure_context, read_page
from workbench.text.stems import find_stem
from workbench.text.tokens import Token

LINKS = frozenset(
    (
        "of",
        "for",
        "the",
        "and",
        "in",
        "on",
        "de",
        "la",
        "le",
        "du",
        "des",
        "del",
        "der",
        "den",
        "van",
        "von",
        "di",
        "da",
    )
)
"""Small words within a name."""
LEAST_LETTERS = 3
"""Letters of a word that may be told from another one."""
MOST_ANCHORS = 40
"""Places of a word on a page that are looked at, and pages of a sentence."""
_LEAST_ALIKE = 0.45
"""Likeness of contexts from which a name with one other word is the name of the page."""


def is_within_name(text: str, before: Token, after: Token) -> bool:
    """Tells if two words may be of one name: between them is a space, a hyphen or the point of an initial."""
    gap = text[before.end : after.start]
    return not gap.strip(" \n-&.’'") and ("." not in gap or before.end - before.start < LEAST_LETTERS)


def is_called_after(word: str, other: str) -> bool:
    """Tells if one of two words is the adjective of the other: "African" and "Africa", but not "Hoffmann"."""
    short, long = sorted((word, other), key=len)
    return long in {f"{short}an", f"{short}ian"} or (long == f"{short}n" and short[-1] in "aeiou")


def find_run(page: EvidencePage, words: Sequence[str]) -> int | None:
    """Finds words one behind the other, those without content left aside; returns the index of the first."""
    content = [word for word in words if word not in LINKS]
    rarest = min(range(len(content)), key=lambda index: len(page.positions.get(content[index], ())))
    for place in page.positions.get(content[rarest], ())[:MOST_ANCHORS]:
        found = _read_around(page, place, content, rarest)
        if found is not None and found[2] == 0:
            return found[0]
    return None


def find_swapped(cited: CitedSentence, first: int, last: int) -> tuple[EvidencePage, int, int] | None:
    """Finds a name of the cited pages that has one other word, in the same context.

    Args:
        cited: The sentence.
        first: Index of the first word of its name.
        last: Index of the last one.

    Returns:
        The page, and the first and last word of its name; None where the other word may be of another name.
    """
    words = [word.removesuffix("'s") for word in cited.clause.words[first : last + 1]]
    content = [word for word in words if word not in LINKS]
    # Letters that stand for names are no names.
    if len(content) < 2 or min(map(len, content)) < LEAST_LETTERS:  # noqa: PLR2004 - one word and another one
        return None
    weigh = cited.evidence.weigh
    mine = cited.clause.context_of(first, last, weigh)
    best: tuple[float, EvidencePage, int, int] | None = None
    for page in cited.pages:
        for index, word in enumerate(content):
            for place in page.positions.get(word, ())[:MOST_ANCHORS]:
                read = _read_around(page, place, content, index)
                if read is None or read[2] != 1 or not _is_rival(cited, page, words, read):
                    continue
                begin, end = read[:2]
                score = measure_context(mine, read_page(page).context_of(begin, end, weigh))
                if best is None or score > best[0]:
                    best = (score, page, begin, end)
    return best[1:] if best is not None and best[0] >= _LEAST_ALIKE else None


def _is_rival(cited: CitedSentence, page: EvidencePage, words: Sequence[str], read: tuple[int, int, int, int]) -> bool:
    """Tells if a run of a page with one other word is one name, and says another thing than that of the sentence."""
    begin, end, _, where = read
    other = page.words[where].removesuffix("'s")
    # Behind a shorter name stands any word; the other word must be a name's, with the same small words.
    if len(other) < LEAST_LETTERS or end - begin + 1 != len(words):
        return False
    if not page.text[page.tokens[where].start].isupper():
        return False
    tokens = page.tokens[begin : end + 1]
    if not all(is_within_name(page.text, *pair) for pair in itertools.pairwise(tokens)):
        return False
    if any((word in LINKS) and page.words[begin + at] != word for at, word in enumerate(words)):
        return False
    own = words[where - begin]
    # "Presidents' Trophy" and "President's Trophy" are one, and so are "South Africa" and what is South African.
    if own.rstrip("s") == other.rstrip("s") or find_stem(own) == find_stem(other) or is_called_after(own, other):
        return False
    # "Lynn was born Loretta Webb": whom the page names by the sentence's own word has several names there. And a name
    # that the sentence has as well is of another person or body.
    return own not in page.positions and other not in cited.clause.words


def _read_around(
    page: EvidencePage, place: int, content: Sequence[str], index: int
) -> tuple[int, int, int, int] | None:
    """Compares words with those of a page around a word that both have.

    Returns:
        The first and last token on the page, the number of words that differ, and the token of the last of them.
    """
    first = last = place
    differ, where = 0, -1
    for step, words in ((-1, content[:index][::-1]), (1, content[index + 1 :])):
        at = place
        for word in words:
            at += step
            while 0 <= at < len(page.words) and page.words[at] in LINKS:
                at += step
            if not 0 <= at < len(page.words):
                return None
            if page.words[at].removesuffix("'s") != word:
                differ += 1
                where = at
            first, last = min(first, at), max(last, at)
    return first, last, differ, where
