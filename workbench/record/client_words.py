"""Removal of what points to a client from a sentence of the client's letter.

:mod:`workbench.record.name_matcher` finds the names of the case's parties. A letter names many more: referees, bodies,
journals, prizes. They are in no field, so every capitalised word goes that is not known to be a common one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from workbench.case.citation import find_citations
from workbench.checks.statements.number_words import STOP_WORDS
from workbench.drafting.style_example import WITHHELD
from workbench.live.snapshot import Snapshot
from workbench.record.name_matcher import Finder, Names, finder
from workbench.record.name_terms import words_of_the_law
from workbench.text.markdown import find_blocks, find_draft_sentences
from workbench.text.tokens import find_tokens

_NAME, _NUMBER = WITHHELD["name"], WITHHELD["number"]

_WORD = re.compile(r"\S+")
_LEAST_RUN = 4
"""Words in a row by which a part of a longer title is recognised."""

_KEPT = frozenset(
    {"I", "Dr", "Mr", "Mrs", "Ms", "Mx", "Prof", "Professor", "CFR", "USC", "USCIS", "AAO", "INA", "eg", "ie",
     "Exhibit", "Exhibits", "Section", "Act", "Service"}
)  # fmt: skip
"""Capitalised words and abbreviations of every letter of this kind."""

_OPENERS = frozenset(
    {"accordingly", "additionally", "again", "beyond", "consequently", "finally", "furthermore", "hence", "here",
     "however", "indeed", "lastly", "likewise", "moreover", "nevertheless", "notably", "please", "pursuant", "rather",
     "second", "similarly", "specifically", "still", "taken", "third", "thus", "together", "yet"}
)  # fmt: skip
"""Words that open a sentence, and seldom stand within one."""

# "May" and "Will" are given names, which an auxiliary at the beginning of a statement is not.
_EMPTY_WORDS = (STOP_WORDS | _OPENERS) - {"may", "will"}

_SIGNS = ".,;:*_\"“‘'()"

_PARTICLES = r"(?:of|for|the|and|in|at|de|la|le|du|des|del|der|den|van|von|di|da|bin|al)"
_ROW = re.compile(
    rf"{re.escape(_NAME)}(?:(?:['’]s)?[.,&/-]{{0,2}}\s?(?:{_PARTICLES}\s){{0,3}}{re.escape(_NAME)}){{1,40}}"
)
"""Names in a row, which would tell how many words a name has."""


class ClientWords:
    """Words of one run that must not reach another client's petition.

    Args:
        snapshot: The run.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    @cached_property
    def _finder(self) -> Finder:
        return finder(Names.of(self._snapshot))

    @cached_property
    def _phrases(self) -> dict[str, set[tuple[str, ...]]]:
        """Titles of the exhibits and of the case, and the field, by their first words."""
        letter = self._snapshot.letter
        titles = (letter.case_title, letter.field_of_endeavor, *(each.title for each in self._snapshot.exhibits))
        found: dict[str, set[tuple[str, ...]]] = {}
        for title in titles:
            words = tuple(token.word for token in find_tokens(title))
            for start in range(max(len(words) - _LEAST_RUN + 1, min(1, len(words)))):
                phrase = words[start : start + _LEAST_RUN]
                # "in the field of" is in many titles.
                if len(words) < _LEAST_RUN or len(set(phrase) - STOP_WORDS) > 1:
                    found.setdefault(phrase[0], set()).add(phrase)
        return found

    @cached_property
    def _vocabulary(self) -> tuple[frozenset[str], frozenset[str]]:
        """Words that the letter has in lower case, and those that it has capitalised within a sentence."""
        small, capital = set[str](), set[str]()
        for section in self._snapshot.sections:
            blocks = tuple(find_blocks(section.content))
            for sentence in find_draft_sentences(section.content, blocks):
                if blocks[sentence.block].kind == "heading":
                    continue
                cited = [(found.start, found.end) for found in find_citations(sentence.text)]
                # The id "lyon-medal" makes no common word of Lyon.
                for place, token in enumerate(find_tokens(_blank(sentence.text, cited))):
                    first = sentence.text[token.start]
                    if first.islower():
                        small.add(token.word)
                    elif first.isupper() and place:
                        capital.add(token.word)
        return frozenset(small), frozenset(capital)

    def find_phrases(self, text: str) -> Iterator[tuple[int, int]]:
        """Finds titles of exhibits and case, and the field, in a text.

        Of a long title, four words in a row are enough.
        """
        tokens = find_tokens(text)
        words = [token.word for token in tokens]
        for place, word in enumerate(words):
            for phrase in self._phrases.get(word, set()):
                if tuple(words[place : place + len(phrase)]) == phrase:
                    yield tokens[place].start, tokens[place + len(phrase) - 1].end

    def hide(self, text: str, *, opens: bool) -> str:
        """Replaces names and numbers in a piece of a sentence.

        Args:
            text: Without citations and quotations.
            opens: Whether it begins its sentence: there a capital tells nothing.
        """
        hidden = self._finder.hide(text)
        words = list(_WORD.finditer(hidden))
        shown = [self._hide_word(word[0], opens=opens and place == 0) for place, word in enumerate(words)]
        # "Grant Smith wrote": a word like any other, but for the name behind it.
        if opens and len(shown) > 1 and shown[1].startswith(_NAME) and self._may_be_name(shown[0]):
            shown[0] = _NAME
        gaps = zip([0, *(word.end() for word in words)], [*(word.start() for word in words), len(hidden)], strict=True)
        spaces = [hidden[start:end] for start, end in gaps]
        return "".join(piece for pair in zip(spaces, [*shown, ""], strict=True) for piece in pair)

    def is_free(self, text: str) -> bool:
        """Tells if a text has no name of the run's parties."""
        return self._finder.hide(text) == text

    def _hide_word(self, word: str, *, opens: bool) -> str:
        start, end = 0, len(word)
        while start < end and not word[start].isalnum():
            start += 1
        while end > start and not word[end - 1].isalnum():
            end -= 1
        core = word[start:end]
        if core[-2:] in {"'s", "’s"}:
            core = core[:-2]
        if not core:
            return word
        tail = word[start + len(core) :]
        if any(letter.isnumeric() for letter in core):
            # "204.5(h)(3)": its last bracket belongs to it.
            tail = tail.removeprefix(")") if core.count("(") > core.count(")") else tail
            return f"{word[:start]}{_NUMBER}{tail}"
        # An address, a handle, a file.
        if word[:start].endswith("@") or any(sign in core for sign in "@_\\."):
            hidden = core.replace(".", "") not in _KEPT
        elif any(letter.isalpha() and letter.lower() == letter.upper() for letter in core):
            hidden = True  # a script without capitals
        elif core == core.lower():
            hidden = False
        else:
            hidden = core not in _KEPT and not (opens and core[1:] == core[1:].lower() and self._is_common(core))
        return f"{word[:start]}{_NAME}{tail}" if hidden else word

    def _is_common(self, word: str) -> bool:
        small = word.lower()
        if self._is_empty_word(word):
            return True
        in_lower_case, capitalised = self._vocabulary
        return small not in capitalised and (small in in_lower_case or small in words_of_the_law())

    @staticmethod
    def _is_empty_word(word: str) -> bool:
        return word.lower() in _EMPTY_WORDS

    def _may_be_name(self, word: str) -> bool:
        core = word.strip(_SIGNS)
        return core[:1].isupper() and core not in _KEPT and not self._is_empty_word(core)


def _blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    pieces, at = [], 0
    for start, end in spans:
        if start >= at:  # the members of one citation have one place
            pieces += [text[at:start], " " * (end - start)]
            at = end
    return "".join([*pieces, text[at:]])


def join_names(pieces: Iterable[str]) -> str:
    """Joins the pieces of a sentence, and makes one mark of names in a row."""
    return _ROW.sub(_NAME, "".join(pieces))
