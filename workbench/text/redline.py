"""Redline of two texts, word by word.

Paragraphs are kept, and citations are changed as a whole.

Markdown is compared as the text it is. The spans lose nothing: without the insertions they are the old text, without
the deletions the new one, to the byte.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal, TypeVar

T = TypeVar("T", bound=Hashable)
Op = Literal["equal", "delete", "insert"]

BREAK = re.compile(r"\n[^\S\n]*\n\s*")
"""Between two paragraphs."""

_TOKEN = re.compile(
    r"""\n[^\S\n]*\n\s*                 # the end of a paragraph
      | \s+
      | \[\s*@[^\[\]]*\]                # a citation, or several in one bracket: changed as a whole or not at all
      | \w+(?:[-'’.,/]\w+)*             # a word, a number, a date
      | .""",
    re.VERBOSE | re.DOTALL,
)
_WORD = re.compile(r"\[\s*@|\w")

_MOST_PAIRS = 250_000
"""Of equal tokens across the two texts, over which the commonest no longer anchor a match: a page that repeats one word
must not take minutes. Three thousand words of English on either side have some 140 000."""


@dataclass(frozen=True)
class Span:
    """A stretch of text in both texts, or one.

    One that is in the old text only was deleted, one that is in the new text only inserted.
    """

    op: Op
    text: str

    @property
    def words(self) -> int:
        """Number of words; a citation counts as one."""
        return _words(_TOKEN.findall(self.text))


def redline(old: str, new: str) -> tuple[Span, ...]:
    """Compare two texts as spans, in order.

    Of what was replaced, the deletion stands before the insertion.
    """
    if old == new:
        return (Span("equal", old),) if old else ()
    return tuple(_spans(_without_islands(_edits(_TOKEN.findall(old), _TOKEN.findall(new)))))


def paragraphs(spans: Iterable[Span]) -> list[list[Span]]:
    """Groups spans by paragraph, as a word processor does.

    A break that was struck out or put in still ends its paragraph here, and stands at its end as the sign ``¶``.
    """
    rows: list[list[Span]] = [[]]
    for span in spans:
        rest = span.text
        while (found := BREAK.search(rest)) is not None:
            before, rest = rest[: found.start()], rest[found.end() :]
            sign = "" if span.op == "equal" else "¶"
            if before or sign:
                rows[-1].append(Span(span.op, before + sign))
            rows.append([])
        if rest:
            rows[-1].append(Span(span.op, rest))
    return [row for row in rows if row]


@dataclass(frozen=True)
class _Edit:
    """Tokens of the old text and their replacement.

    Both are the same where nothing changed.
    """

    old: list[str]
    new: list[str]

    @property
    def equal(self) -> bool:
        return self.old == self.new

    @property
    def size(self) -> int:
        return max(_words(self.old), _words(self.new))


def _edits(old: list[str], new: list[str]) -> list[_Edit]:
    """Compare by paragraph first, then by word.

    A paragraph that moved or came anew thus does not pull its words out of others.
    """
    edits: list[_Edit] = []
    rows, columns = _by_paragraph(old), _by_paragraph(new)
    for tag, a, b, c, d in make_matcher(rows, columns).get_opcodes():
        before = [token for row in rows[a:b] for token in row]
        after = [token for row in columns[c:d] for token in row]
        edits += [_Edit(before, after)] if tag != "replace" else _by_word(before, after)
    return edits


def _by_word(old: list[str], new: list[str]) -> Iterator[_Edit]:
    # White space is junk: any two texts have it at every second token, and it would anchor false matches.
    for _, a, b, c, d in make_matcher(old, new, str.isspace).get_opcodes():
        yield _Edit(old[a:b], new[c:d])


def split_words(text: str) -> list[str]:
    """Splits a text into the words, signs and blanks that a redline compares.

    >>> split_words("(Exhibit 4), 1978")
    ['(', 'Exhibit', ' ', '4', ')', ',', ' ', '1978']
    """
    return _TOKEN.findall(text)


def compare_words(old: list[str], new: list[str]) -> list[tuple[int, int, bool]]:
    """Compares two paragraphs given as words.

    Returns:
        In order, the number of words of either that belong together, and whether they are the same.

    >>> compare_words(["in", " ", "1978"], ["in", " ", "1979", "!"])
    [(2, 2, True), (1, 2, False)]
    """
    edits = _without_islands(list(_by_word(old, new)))
    return [(len(edit.old), len(edit.new), edit.equal) for edit in edits]


def make_matcher(old: list[T], new: list[T], is_junk: Callable[[T], bool] = lambda _: False) -> SequenceMatcher[T]:
    """Makes a matcher of two lists that takes bounded time on any of them."""
    here, there = (Counter(part for part in side if not is_junk(part)) for side in (old, new))
    pairs = sum(count * there[part] for part, count in here.items())
    # By default every text of 200 tokens would lose its commonest words as anchors; here only a hostile one does.
    return SequenceMatcher(is_junk, old, new, autojunk=pairs > _MOST_PAIRS)


def _by_paragraph(tokens: list[str]) -> list[tuple[str, ...]]:
    """Splits tokens into paragraphs, each with its break."""
    rows: list[list[str]] = [[]]
    for token in tokens:
        rows[-1].append(token)
        if BREAK.fullmatch(token):
            rows.append([])
    return [tuple(row) for row in rows if row]


def _without_islands(edits: list[_Edit]) -> list[_Edit]:
    """Joins changes with only a word or two between.

    Three words replaced read better than three times one.

    An equality no longer than the changes on both of its sides is given up (the rule of diff-match-patch's semantic
    clean-up); a citation, or the end of a paragraph, that stayed is never.
    """
    kept: list[_Edit] = []
    for edit in edits:
        kept.append(edit)
        while len(kept) >= 3 and not kept[-1].equal and _is_island(*kept[-3:]):  # noqa: PLR2004 - change, island, change
            first, island, last = kept[-3:]
            kept[-3:] = [_Edit(first.old + island.old + last.old, first.new + island.new + last.new)]
    return kept


def _is_island(first: _Edit, island: _Edit, last: _Edit) -> bool:
    if first.equal or not island.equal:
        return False
    # A bracket by itself is no citation.
    if any((token.endswith("]") and len(token) > 1) or BREAK.fullmatch(token) for token in island.old):
        return False
    return island.size <= min(first.size, last.size)


def _spans(edits: list[_Edit]) -> Iterator[Span]:
    for equal, group in groupby(edits, key=lambda edit: edit.equal):
        run = list(group)
        old, new = "".join(t for edit in run for t in edit.old), "".join(t for edit in run for t in edit.new)
        if equal:
            yield Span("equal", old)
            continue
        if old:
            yield Span("delete", old)
        if new:
            yield Span("insert", new)


def _words(tokens: Iterable[str]) -> int:
    return sum(_WORD.match(token) is not None for token in tokens)
