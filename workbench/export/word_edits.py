"""Proposals of an edited Word file, and results of its import, as plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from workbench.checks.finding import Finding
from workbench.text.markdown import find_blocks, find_draft_sentences
from workbench.text.redline import Span


class TrackedChange(NamedTuple):
    """A tracked change of a section, as one proposal.

    Attributes:
        number: From 1, in the file's order.
        section_id: Of the section.
        author: As Word shows it; asserted.
        date: ISO-8601, or empty.
        kind: ``insert``, ``delete``, ``replace`` or ``move``.
        spans: Redline of the sentences that it changes, as Markdown.
    """

    number: int
    section_id: str
    author: str
    date: str
    kind: str
    spans: tuple[Span, ...]


class CommentedSentence(NamedTuple):
    """A comment of the file that the run does not have.

    Attributes:
        section_id: Of the section.
        sentence: Its words in the section, verbatim.
        author: As Word shows it; asserted.
        date: ISO-8601, or empty.
        text: The comment.
    """

    section_id: str
    sentence: str
    author: str
    date: str
    text: str

    @property
    def note(self) -> str:
        """The comment as the run keeps it, with its author."""
        return f"{self.author}: {self.text}"


class ImportedSection(NamedTuple):
    """Result for one section.

    Attributes:
        section_id: Of the section.
        sentences: The changed and new sentences, verbatim.
        findings: Of the checks, that the text before did not have.
    """

    section_id: str
    sentences: tuple[str, ...]
    findings: tuple[Finding, ...]


class ImportResult(NamedTuple):
    """Result of an import.

    Attributes:
        sections: The sections that were edited.
        comments: The comments that were recorded.
        notes: What was not imported, and why, a line each.
    """

    sections: tuple[ImportedSection, ...]
    comments: tuple[CommentedSentence, ...]
    notes: tuple[str, ...]


def crop_redline(spans: Iterable[Span], around: int = 80) -> tuple[Span, ...]:
    """Shortens what stayed the same in a redline to the words around each change."""
    cropped: list[Span] = []
    held = list(spans)
    for place, span in enumerate(held):
        text = span.text
        if span.op == "equal" and len(text) > 2 * around:
            # Whole words, unless one is longer than what is shown.
            start = "" if place == 0 else text[:around].rpartition(" ")[0] or text[:around]
            end = "" if place + 1 == len(held) else text[-around:].partition(" ")[2] or text[-around:]
            text = f"{start} … {end}"
        cropped.append(Span(span.op, text))
    return tuple(cropped)


def new_sentences(before: str, after: str) -> tuple[str, ...]:
    """Returns the sentences of a text that another one does not have."""
    known = Counter(_fold(sentence) for sentence in _list_sentences(before))
    found = []
    for sentence in _list_sentences(after):
        folded = _fold(sentence)
        if known[folded]:
            known[folded] -= 1
        else:
            found.append(sentence)
    return tuple(found)


def _list_sentences(text: str) -> list[str]:
    return [sentence.text for sentence in find_draft_sentences(text, tuple(find_blocks(text)))]


def _fold(text: str) -> str:
    return " ".join(text.split())
