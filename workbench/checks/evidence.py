"""The exhibits' pages as words, and the search for the passage that carries a sentence."""

from __future__ import annotations

import heapq
import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from workbench.case.model import Case, Document
from workbench.checks.read_text import ReadText
from workbench.text.tokens import Token, find_tokens, find_words

_KEPT = 4
"""Cases whose words are kept in memory: the present one, and those that an experiment compares."""
_WINDOW = 1.6
"""Length of a passage, in lengths of what is sought: a page says in more words what a letter summarises."""
_LEAST_WINDOW = 12


@dataclass(frozen=True, eq=False)
class EvidencePage(ReadText):
    """One page of an exhibit.

    Attributes:
        exhibit_id: The exhibit.
        page: From 1.
        text: As it was read.
        recognized: True where OCR read it.
        readable: False for a scan or an unreadable page: nothing can be concluded from its text.
    """

    exhibit_id: str
    page: int
    text: str
    recognized: bool = False
    readable: bool = True

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """The words, with their places in ``text``."""
        return find_tokens(self.text)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words alone."""
        # Of most pages of a case only the words are needed.
        known = self.__dict__.get("tokens")
        return find_words(self.text) if known is None else tuple([token.word for token in known])

    @cached_property
    def positions(self) -> dict[str, list[int]]:
        """Each word's places among ``words``."""
        found: dict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(self.words):
            found[word].append(place)
        return dict(found)

    def quote(self, first: int, last: int) -> str:
        """Returns the text from one word to another, both included."""
        return self.text[self.tokens[first].start : self.tokens[last].end] if self.tokens else ""


@dataclass(frozen=True)
class EvidencePassage:
    """Part of a page.

    Attributes:
        page: The page.
        first: Index of its first word among the page's.
        last: Index of its last word.
        score: Share of the weight of the words sought that it carries, from 0 to 1. A word's weight is its inverse
            document frequency over the pages of the case.
    """

    page: EvidencePage
    first: int
    last: int
    score: float

    @property
    def text(self) -> str:
        """Its text, verbatim."""
        return self.page.quote(self.first, self.last)

    @property
    def words(self) -> tuple[str, ...]:
        """Its words."""
        return self.page.words[self.first : self.last + 1]


class Evidence:
    """Every exhibit page of a case, indexed by word.

    Args:
        documents: Text by exhibit id.
    """

    def __init__(self, documents: Iterable[tuple[str, Document]]) -> None:
        self.pages: tuple[EvidencePage, ...] = tuple(
            page for exhibit_id, document in documents for page in _read_pages(exhibit_id, document)
        )
        self._by_exhibit: dict[str, list[EvidencePage]] = defaultdict(list)
        for page in self.pages:
            self._by_exhibit[page.exhibit_id].append(page)

    @classmethod
    def of(cls, case: Case) -> Evidence:
        """Returns a case's evidence, which is kept for the cases used last."""
        key = tuple((exhibit_id, id(document)) for exhibit_id, document in case.documents.items())
        found = _cache.pop(key, None)
        if found is None:
            documents = tuple(case.documents.items())
            # With the documents beside it, so that no other takes the identity of one.
            found = (cls(documents), documents)
        _cache[key] = found
        while len(_cache) > _KEPT:
            _cache.pop(next(iter(_cache)))
        return found[0]

    def index_words(self) -> None:
        """Indexes the pages now, and not when they are first searched."""
        assert self._weights is not None  # noqa: S101 - computed where it is read

    def select(self, exhibit_id: str, pages: Collection[int] = ()) -> tuple[EvidencePage, ...]:
        """Returns an exhibit's pages, all or those of some numbers; none where it is unknown."""
        found = self._by_exhibit.get(exhibit_id, [])
        return tuple(page for page in found if not pages or page.page in pages)

    def weigh(self, word: str) -> float:
        """Returns a word's inverse document frequency, at least a little above zero."""
        return self._weights.get(word, self._most)

    def contains(self, word: str) -> bool:
        """Tells if a word stands on any page."""
        return word in self._index

    def find_pages(self, words: Collection[str]) -> tuple[EvidencePage, ...]:
        """Returns the pages that hold all of some words, in any order."""
        numbers = [self._index.get(word) for word in words]
        if not numbers or None in numbers:
            return ()
        first, *rest = sorted((set(found) for found in numbers if found), key=len)
        return tuple(self.pages[number] for number in sorted(first.intersection(*rest)))

    def find_passages(
        self, words: Sequence[str], among: Collection[EvidencePage] | None = None, limit: int = 5
    ) -> list[EvidencePassage]:
        """Finds the passages that carry most of some words, at most one a page, the best first.

        Args:
            words: As :func:`workbench.text.tokens.find_tokens` spells them.
            among: Only these pages; None means every page.
            limit: At most so many.
        """
        weights = {word: self.weigh(word) for word in dict.fromkeys(words)}
        total = sum(weights.values())
        if not total:
            return []
        shares: dict[int, float] = defaultdict(float)
        allowed = None if among is None else {id(page) for page in among}
        for word, weight in weights.items():
            for number in self._index.get(word, ()):
                shares[number] += weight
        if allowed is not None:
            shares = {number: share for number, share in shares.items() if id(self.pages[number]) in allowed}
        length = max(_LEAST_WINDOW, round(len(words) * _WINDOW))
        found: list[EvidencePassage] = []
        for number, share in heapq.nlargest(limit * 3, shares.items(), key=_value):
            # No later page can be better than those found, for a passage carries at most what its page does.
            if len(found) >= limit and share / total <= sorted(found, key=_score)[-limit].score:
                break
            found.append(_best_window(self.pages[number], weights, length, total))
        return sorted(found, key=_score, reverse=True)[:limit]

    @cached_property
    def _weights(self) -> dict[str, float]:
        count = len(self.pages)
        return {word: math.log1p(count / len(numbers)) for word, numbers in self._index.items()}

    @cached_property
    def _most(self) -> float:
        # Weight of a word that no page has.
        return math.log1p(len(self.pages) / 0.5)

    @cached_property
    def _index(self) -> dict[str, array[int]]:
        found: dict[str, array[int]] = defaultdict(lambda: array("I"))
        for number, page in enumerate(self.pages):
            for word in page.positions:
                found[word].append(number)
        return dict(found)


_cache: dict[tuple[tuple[str, int], ...], tuple[Evidence, tuple[tuple[str, Document], ...]]] = {}


def _value(item: tuple[int, float]) -> float:
    return item[1]


def _score(passage: EvidencePassage) -> float:
    return passage.score


def _read_pages(exhibit_id: str, document: Document) -> Iterable[EvidencePage]:
    for number, text in enumerate(document.pages, start=1):
        kind = document.page_kinds[number - 1] if number <= len(document.page_kinds) else None
        confidence = document.confidences[number - 1] if number <= len(document.confidences) else None
        readable = bool(text.strip()) and (kind not in {"scan", "unreadable"} or confidence is not None)
        yield EvidencePage(exhibit_id, number, text, recognized=confidence is not None, readable=readable)


def _best_window(page: EvidencePage, weights: dict[str, float], length: int, total: float) -> EvidencePassage:
    """Finds the stretch of at most ``length`` words that carries the most weight, each word counted once."""
    places = sorted((place, word) for word in weights for place in page.positions.get(word, ()))
    inside: Counter[str] = Counter()
    carried = best = 0.0
    span = (0, 0)
    left = 0
    for place, word in places:
        inside[word] += 1
        if inside[word] == 1:
            carried += weights[word]
        while places[left][0] <= place - length:
            gone = places[left][1]
            inside[gone] -= 1
            if not inside[gone]:
                carried -= weights[gone]
            left += 1
        if carried > best:
            best, span = carried, (places[left][0], place)
    return EvidencePassage(page, span[0], span[1], best / total)
