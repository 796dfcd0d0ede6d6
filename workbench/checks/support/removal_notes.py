"""Wishes of an attorney's note that something be struck or replaced."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workbench.checks.statements.statements import Clause, read_clause
from workbench.text.negations import is_negation
from workbench.text.sentences import find_sentences

_REMOVE = frozenset(["strike", "delete", "remove", "drop", "omit", "cut", "exclude", "erase"])
_REMOVED = frozenset(["struck", "stricken", "deleted", "removed", "dropped", "omitted", "excluded", "erased"])
_OUT = frozenset(["leave", "take", "keep"])
"""Verbs that ask for a removal where ``out`` follows them."""
_REPLACE = frozenset(["replace", "correct", "instead", "wrong", "incorrect", "outdated", "untrue", "false"])
_MENTION = frozenset(
    ["mention", "cite", "say", "use", "name", "claim", "state", "include", "discuss", "refer", "repeat"]
)
_REACH = 3
"""Words within which a negation is a verb's."""
_REACH_OUT = 8
# Words of a wish for a place of the text, which no sentence need share.
_PLACES = frozenset(
    word
    for words in (
        "sentence sentences paragraph paragraphs passage part parts section reference references mention mentions",
        "claim claims figure figures number numbers date quotation quote statement draft text please about regarding",
        "concerning anything everything whole entire should out must",
    )
    for word in words.split()
)
_LEAST_SHARE = 0.5
"""Share of a wish's own words that a sentence must have to be the one that is meant."""
_PARTS = re.compile(r"[;\n]|,? but | and (?=(?:keep|add|name|do|make|write|say|then)\b)")


@dataclass(frozen=True)
class Wish:
    """One part of a note that asks for a removal.

    Attributes:
        clause: Its words.
        of_sentence: True where a sentence may be meant as a whole, False where what is named shall be replaced.
    """

    clause: Clause
    of_sentence: bool

    def names(self, words: tuple[str, ...]) -> bool:
        """Tells if it holds all of some words."""
        return bool(words) and set(words) <= set(self.clause.words)

    def means(self, sentence: Clause) -> bool:
        """Tells if a sentence is the one that shall be struck: it has most words of the wish."""
        own = {
            stem
            for word, stem in zip(self.clause.words, self.clause.stems, strict=True)
            if stem and word not in _PLACES and word not in _REMOVED
        }
        return self.of_sentence and bool(own) and len(own & set(sentence.stems)) >= _LEAST_SHARE * len(own)


def find_wishes(note: str) -> tuple[Wish, ...]:
    """Finds the parts of a note that ask for a removal, or say that something is wrong."""
    parts = (part for start, end in find_sentences(note) for part in _PARTS.split(note[start:end]))
    found = []
    for part in parts:
        clause = read_clause(part)
        begin = _find_removal(clause.words)
        if begin is not None:
            # "Keep the prize and strike the medal": what stands before the verb is not its object.
            found.append(Wish(read_clause(part[begin and clause.tokens[begin - 1].end :]), of_sentence=True))
        elif _REPLACE.intersection(clause.words):
            found.append(Wish(clause, of_sentence=False))
    return tuple(found)


def _find_removal(words: tuple[str, ...]) -> int | None:
    """Finds the first word of what shall be removed; None where nothing shall."""
    for place, word in enumerate(words):
        negated = any(map(is_negation, words[max(0, place - _REACH) : place]))
        if word in _REMOVED and not negated:
            return 0
        removes = word in _REMOVE or (word in _OUT and "out" in words[place + 1 : place + _REACH_OUT])
        # "Do not mention the prize" asks for it as much as "strike the prize".
        if (removes and not negated) or (word in _MENTION and negated):
            return place + 1
    return None
