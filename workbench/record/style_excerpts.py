"""Excerpts of approved sections, as examples of style."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.case.citation import find_citations
from workbench.case.typed_citation import find_typed_citations
from workbench.checks.quotations.quotation_marks import find_quoted
from workbench.drafting.style_example import WITHHELD, StyleExample
from workbench.live.snapshot import SectionState, Snapshot
from workbench.record.client_words import ClientWords, join_names
from workbench.text.digest import text_digest
from workbench.text.markdown import DraftBlock, find_blocks, find_draft_sentences, plain_words

MAX_WORDS = 120
MAX_CHARACTERS = 1_000
"""An excerpt ends with the last whole sentence within both."""

_Span = tuple[int, int, str]


def is_approved(section: SectionState) -> bool:
    """Tells if a person approved exactly the text that the section has."""
    return (
        section.status == "approved"
        and section.approved_by is not None
        and section.approved_sha256 == text_digest(section.content)
    )


def make_style_example(snapshot: Snapshot, section: SectionState, words: ClientWords | None) -> StyleExample | None:
    """Makes an example of style from an approved section.

    It has the first sentences of its paragraphs, in plain text, with marks in place of citations.

    Args:
        snapshot: The run.
        section: Of it.
        words: Of the run, where it is another client's: then names, numbers, quotations and titles are removed too.

    Returns:
        The example; None where the section is not approved, or has no sentence that is short enough.
    """
    if not is_approved(section):
        return None
    text = _cut(section.content, words)
    # The marks are gone, and so may be what kept a name apart.
    if not text or (words is not None and not words.is_free(text)):
        return None
    return StyleExample(
        thread_id=snapshot.thread_id,
        section_id=section.section_id,
        approved_sha256=text_digest(section.content),
        text=text,
        is_of_other_client=words is not None,
    )


def _cut(content: str, words: ClientWords | None) -> str:
    blocks = tuple(find_blocks(content))
    spans = _join_spans(sorted(_find_spans(content, blocks, words)))
    taken: list[str] = []
    count = length = 0
    for sentence in find_draft_sentences(content, blocks):
        # Items are fragments, mostly of names; what is quoted is another's style.
        if blocks[sentence.block].kind != "paragraph":
            continue
        # Counted before it is rewritten: a mark stands for many words.
        has_words, has_characters = len(sentence.text.split()), len(sentence.text)
        if count + has_words > MAX_WORDS or length + has_characters > MAX_CHARACTERS:
            if taken:
                break
            continue
        count, length = count + has_words, length + has_characters
        taken.append(plain_words(_rewrite(content, sentence.start, sentence.end, spans, words)))
    # A mark for words may be longer than they were.
    return " ".join(taken)[:MAX_CHARACTERS]


def _find_spans(content: str, blocks: tuple[DraftBlock, ...], words: ClientWords | None) -> Iterator[_Span]:
    """Yields start and end of what is replaced, and the mark."""
    for cited in find_citations(content):
        yield cited.start, cited.end, WITHHELD["citation"]
    for typed in find_typed_citations(content):
        yield typed.start, typed.end, WITHHELD["citation"]
    if words is None:
        return
    for quoted in find_quoted(content, blocks):
        yield quoted.start, quoted.end, WITHHELD["quotation"]
    for start, end in words.find_phrases(content):
        yield start, end, WITHHELD["name"]


def _join_spans(spans: list[_Span]) -> list[_Span]:
    """Joins those that overlap; the mark is that of the first."""
    joined: list[_Span] = []
    for start, end, mark in spans:
        if joined and start < joined[-1][1]:
            former = joined[-1]
            joined[-1] = (former[0], max(former[1], end), former[2])
        else:
            joined.append((start, end, mark))
    return joined


def _rewrite(content: str, start: int, end: int, spans: list[_Span], words: ClientWords | None) -> str:
    pieces: list[str] = []
    at = start
    for first, last, mark in spans:
        if last <= at or first >= end:
            continue
        pieces += [_hide(content[at:first], words, opens=at == start), mark]
        at = min(last, end)
    pieces.append(_hide(content[at:end], words, opens=at == start))
    return join_names(pieces)


def _hide(text: str, words: ClientWords | None, *, opens: bool) -> str:
    return text if words is None else words.hide(text, opens=opens)
