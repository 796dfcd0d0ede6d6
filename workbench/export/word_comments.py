"""Word comments at words of a document."""
# ruff: noqa: SLF001 - python-docx hands out its XML elements only as _r and _p, and names this the way to extend it

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from docx.oxml.ns import qn
from docx.text.run import Run

from workbench.text.markdown import visible_text
from workbench.text.tokens import Token, find_tokens

_LEAST_WORDS = 1


class WordComment(NamedTuple):
    """A comment to be placed.

    Attributes:
        words: The words of the document that it is about; empty for the document as a whole.
        text: The comment, line by line.
        author: As Word shows it.
        after: Share of the document's length behind which the words are sought first, from 0 to 1.
        at: Moment, ISO-8601 UTC; empty: now.
    """

    words: str
    text: str
    author: str
    after: float = 0.0
    at: str = ""


def add_comments(document: Any, comments: Sequence[WordComment], notes: Sequence[tuple[str, Run]] = ()) -> int:
    """Adds comments to a document of python-docx, each at its words.

    Words are compared as :func:`workbench.text.tokens.find_tokens` spells them, so that markers of Markdown and other
    white space make no difference. Words that stand in several paragraphs are taken where ``after`` says. A comment
    on words of a note goes to its mark, and one whose words stand nowhere to the first paragraph.

    Args:
        document: The document.
        comments: To be placed.
        notes: The words of each note, and the run of its mark.

    Returns:
        The number of comments whose words were found.
    """
    paragraphs = [paragraph for paragraph in _paragraphs(document) if paragraph.runs]
    if not paragraphs:
        paragraphs = [document.add_paragraph(" ")]
    tokens = [find_tokens("".join(run.text for run in paragraph.runs)) for paragraph in paragraphs]
    index = _WordIndex(tokens)
    placed = 0
    for comment in comments:
        words = [token.word for token in find_tokens(comment.words)]
        place = index.find(words, comment.after)
        if place is None:
            mark = _find_mark(words, notes)
            placed += mark is not None
            runs: list[Run] = [mark or paragraphs[0].runs[0]]
        else:
            number, first, last = place
            runs = _cut_runs(paragraphs[number], tokens[number][first].start, tokens[number][last].end)
            placed += 1
        # A finding quotes the draft, and XML cannot hold its control characters.
        author, text = (visible_text(words) for words in (comment.author, comment.text))
        initials = "".join(part[0] for part in author.split()[:3]).upper()
        added = document.add_comment(runs=[runs[0], runs[-1]], text=text, author=author, initials=initials)
        if comment.at:
            # Word reads whole seconds only.
            added._comment_elm.set(qn("w:date"), f"{comment.at[:19]}Z")
    return placed


def _find_mark(words: Sequence[str], notes: Sequence[tuple[str, Run]]) -> Run | None:
    """Finds the mark of the note that holds words."""
    for text, mark in notes:
        held = [token.word for token in find_tokens(text)]
        if words and any(held[start : start + len(words)] == words for start in range(len(held))):
            return mark
    return None


def _paragraphs(document: Any) -> Iterator[Any]:
    yield from document.paragraphs
    for table in document.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from cell.paragraphs


class _WordIndex:
    """Places of the words of a document.

    Args:
        tokens: The words of each paragraph.
    """

    def __init__(self, tokens: Sequence[tuple[Token, ...]]) -> None:
        self._words = [token.word for found in tokens for token in found]
        self._homes = [(number, place) for number, found in enumerate(tokens) for place in range(len(found))]
        self._places: dict[str, list[int]] = {}
        for place, word in enumerate(self._words):
            self._places.setdefault(word, []).append(place)

    def find(self, words: Sequence[str], after: float) -> tuple[int, int, int] | None:
        """Finds words: number of the paragraph, and places of the first and last word in it.

        Of words that go on in another paragraph, those in the first are given; of several places, the one that is
        nearest to the share ``after`` of the document.
        """
        wanted = after * len(self._words)
        found = [(self._match(words, place), place) for place in self._places.get(words[0], ())] if words else []
        whole = [place for length, place in found if length == len(words)]
        if whole:
            first = min(whole, key=lambda place: abs(place - wanted))
            length = len(words)
        else:
            length, first = max(found, default=(0, 0))
            if length <= _LEAST_WORDS:
                return None
        number, place = self._homes[first]
        while self._homes[first + length - 1][0] != number:
            length -= 1
        return number, place, place + length - 1

    def _match(self, words: Sequence[str], first: int) -> int:
        length = 0
        while (
            length < len(words) and first + length < len(self._words) and words[length] == self._words[first + length]
        ):
            length += 1
        return length


def _cut_runs(paragraph: Any, start: int, end: int) -> list[Run]:
    """Returns the runs from one character to another, cut so that they hold nothing else."""
    chosen: list[Run] = []
    place = 0
    for run in list(paragraph.runs):
        length = len(run.text)
        first, last = max(start - place, 0), min(end - place, length)
        place += length
        if first >= last:
            continue
        if _is_plain(run):
            if last < length:
                _split_run(run, last)
            if first:
                run = Run(_split_run(run, first), run._parent)  # noqa: PLW2901 - the part that is meant
        chosen.append(run)
    return chosen or [paragraph.runs[0]]


def _is_plain(run: Run) -> bool:
    """Tells if a run is text and nothing else: one with a break, a field or a picture is not cut."""
    return all(child.tag in {qn("w:rPr"), qn("w:t")} for child in run._r)


def _split_run(run: Run, place: int) -> Any:
    """Cuts a run in two; returns the second."""
    text = run.text
    second = copy.deepcopy(run._r)
    run._r.addnext(second)
    run.text = text[:place]
    Run(second, run._parent).text = text[place:]
    return second
