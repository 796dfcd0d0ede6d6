"""Sentences of an exhibit page, read once for all comparisons with it."""

from __future__ import annotations

import weakref
from functools import cached_property

from workbench.checks.evidence import EvidencePage
from workbench.checks.finding import EvidencePlace
from workbench.checks.support.support_features import ComparedText
from workbench.text.sentences import find_sentences
from workbench.text.stems import stem_word
from workbench.text.tokens import Token

_LONGEST = 60
"""Words of one piece: tables and lists have no full stops."""
_FULL_LINE = 0.75
"""Share of the longest line's characters from which a line may have been broken for want of room."""


class PageSentences:
    """A page as sentences.

    Attributes:
        exhibit_id: The exhibit.
        page: From 1.
    """

    def __init__(self, page: EvidencePage) -> None:
        self.exhibit_id = page.exhibit_id
        self.page = page.page
        # The page itself would keep its entry of the cache alive.
        self._text = page.text
        self._tokens = page.tokens
        self.present: frozenset[str] = frozenset(map(stem_word, page.positions))

    def __repr__(self) -> str:
        return f"<PageSentences: {self.exhibit_id}, p. {self.page}>"

    @cached_property
    def sentences(self) -> tuple[ComparedText, ...]:
        """The sentences, in order; a longer one is cut."""
        pieces: list[list[Token]] = []
        ends = sorted({*(end for _start, end in find_sentences(self._text)), *find_line_ends(self._text)})
        place = 0
        current: list[Token] = []
        for token in self._tokens:
            ended = False
            while place < len(ends) and token.start >= ends[place]:
                place, ended = place + 1, True
            if current and (ended or len(current) >= _LONGEST):
                pieces.append(current)
                current = []
            current.append(token)
        if current:
            pieces.append(current)
        return tuple(ComparedText(self._text, piece) for piece in pieces)

    def place(self, first: int, last: int) -> EvidencePlace:
        """Returns the words from one sentence to another, both included, verbatim."""
        start = self.sentences[first].tokens[0].start
        end = self.sentences[last].tokens[-1].end
        return EvidencePlace(exhibit_id=self.exhibit_id, page=self.page, quote=self._text[start:end])


def find_line_ends(text: str) -> list[int]:
    """Finds the ends of lines that end a piece: before a blank line, and where a heading or an entry stands alone.

    A line that is much shorter than the page's longest was not broken for want of room; nor was it where the next one
    begins with a small letter.
    """
    lines = text.split("\n")
    widest = max(len(line.rstrip()) for line in lines)
    found: list[int] = []
    at = 0
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        at += len(line)
        begins = following.lstrip()[:1]
        if not begins or (len(line.rstrip()) < _FULL_LINE * widest and not begins.islower()):
            found.append(at)
        at += 1
    return found


_pages: weakref.WeakKeyDictionary[EvidencePage, PageSentences] = weakref.WeakKeyDictionary()


def read_page(page: EvidencePage) -> PageSentences:
    """Returns a page's sentences, which are kept for as long as the page is."""
    found = _pages.get(page)
    if found is None:
        found = _pages[page] = PageSentences(page)
    return found
