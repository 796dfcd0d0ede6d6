"""Comments of a letter's Word file, at sentences of the sections that the letter becomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from workbench.case.citation import find_citations
from workbench.case.docx_revisions import RevisedDocument, WordParagraph, WordRemark, parse_revisions
from workbench.case.exhibits import MAX_UNZIPPED_BYTES, read_content
from workbench.case.pages import ReadLimits, UnreadableFileError
from workbench.case.readers import Reader
from workbench.case.reading_pool import ReadingPool
from workbench.case.typed_citation import find_typed_citations
from workbench.errors import printable
from workbench.text.markdown import find_blocks, find_draft_sentences
from workbench.text.sentences import find_sentences
from workbench.text.tokens import find_tokens
from workbench.workflow.commands import LONGEST_NOTE
from workbench.workflow.section_commands import MOST_REMARKS

_READER = Reader("workbench.case.docx_revisions:read_docx_revisions")
# JSON takes more room than the text it holds.
_LIMITS = ReadLimits(pages=1, characters=40_000_000, unzipped=MAX_UNZIPPED_BYTES)
_LEAST_SHARE = 0.6
"""Of the words of two sentences that are one: citations, numbers of headings and marks of notes differ."""
_NEXT_PARAGRAPHS = 3
"""Paragraphs in which the sentence of a comment is sought: a heading that is a section's title goes."""
_MOST_COMMENTS = 2 * MOST_REMARKS
_SHOWN = 400
_PRODUCT = "EB-1A Workbench"
"""Author of findings in a draft of the workbench: the run's own checks find them again."""


class LetterComment(NamedTuple):
    """A comment of a letter's file.

    Attributes:
        section_id: Of the section that its words have become.
        sentence: The sentence there, verbatim.
        author: As Word shows it; asserted.
        text: The comment.
    """

    section_id: str
    sentence: str
    author: str
    text: str

    @property
    def note(self) -> str:
        """The comment as the run keeps it, with its author."""
        return f"{self.author}: {self.text}"[:LONGEST_NOTE]


class PlacedComments(NamedTuple):
    """Comments of a file.

    Attributes:
        comments: Those that have a sentence.
        notes: The others, a line each.
    """

    comments: tuple[LetterComment, ...] = ()
    notes: tuple[str, ...] = ()


class _PlacedSentence(NamedTuple):
    section_id: str
    text: str
    words: Counter[str]
    share: float  # of the letter that stands before it


def read_comments(file: Path, texts: Mapping[str, str]) -> PlacedComments:
    """Reads the comments of a DOCX, and finds the sentence of each.

    Args:
        file: A file whose text was read.
        texts: Markdown of the sections that it has become, by id.

    Raises:
        InputError: The file cannot be read any more.
    """
    raw = read_content(file, str(file))
    try:
        with ReadingPool() as pool:
            document = parse_revisions(pool.read(_READER, raw, _LIMITS).pages[0].text)
    except UnreadableFileError as error:
        return PlacedComments(notes=(f"not read: comments: {error.what}",))
    return place_comments(document, texts)


def place_comments(document: RevisedDocument, texts: Mapping[str, str]) -> PlacedComments:
    """Finds the sentence of each comment, by its words. Pure."""
    sentences = _list_sentences(texts)
    comments: list[LetterComment] = []
    notes = []
    counts: Counter[str] = Counter()
    remarks = [remark for remark in document.comments if remark.text and remark.author != _PRODUCT]
    for remark in remarks[:_MOST_COMMENTS]:
        author, text = printable(remark.author), remark.text.strip()
        found = _find_sentence(document.paragraphs, remark, sentences)
        if found is None or counts[found.section_id] >= MOST_REMARKS:
            why = "no sentence of the sections has its words" if found is None else "its section has too many"
            notes.append(f"a comment of {author} is not imported, as {why}: {text[:_SHOWN]!r}")
            continue
        counts[found.section_id] += 1
        comments.append(LetterComment(found.section_id, found.text, author, text))
    if len(remarks) > _MOST_COMMENTS:
        notes.append(f"{len(remarks) - _MOST_COMMENTS} comments behind the first {_MOST_COMMENTS} are not imported")
    return PlacedComments(tuple(comments), tuple(notes))


def _list_sentences(texts: Mapping[str, str]) -> list[_PlacedSentence]:
    whole = sum(map(len, texts.values())) or 1
    before = 0
    sentences = []
    for section_id, text in texts.items():
        for sentence in find_draft_sentences(text, tuple(find_blocks(text))):
            share = (before + sentence.start) / whole
            sentences.append(_PlacedSentence(section_id, sentence.text, _count_words(sentence.text), share))
        before += len(text)
    return sentences


def _find_sentence(
    paragraphs: Sequence[WordParagraph], remark: WordRemark, sentences: Iterable[_PlacedSentence]
) -> _PlacedSentence | None:
    if remark.place is None:
        return None
    number, place = remark.place.first
    for paragraph in paragraphs[number : number + _NEXT_PARAGRAPHS]:
        # As the letter is read: tracked changes count as accepted.
        kept = [(at, piece.text) for at, piece in enumerate(paragraph.pieces) if piece.deleted < 0]
        words = "".join(text for _, text in kept)
        before = sum(len(text) for at, text in kept if at < place)
        spans = list(find_sentences(words))
        start, end = next((span for span in spans if span[1] > before), spans[-1] if spans else (0, 0))
        found = _find_alike(_count_words(words[start:end]), number / max(len(paragraphs), 1), sentences)
        if found is not None:
            return found
        place = 0
    return None


def _find_alike(words: Counter[str], share: float, sentences: Iterable[_PlacedSentence]) -> _PlacedSentence | None:
    """Finds the sentence with most of the words; of equals, the one that stands at the same place of the letter."""
    best: tuple[float, float, _PlacedSentence] | None = None
    count = words.total()
    for sentence in sentences:
        both = count + sentence.words.total()
        if not both or sentence.words.keys().isdisjoint(words):
            continue
        alike = 2 * (words & sentence.words).total() / both
        found = (alike, -abs(sentence.share - share), sentence)
        if alike >= _LEAST_SHARE and (best is None or found[:2] > best[:2]):
            best = found
    return None if best is None else best[2]


def _count_words(text: str) -> Counter[str]:
    """Counts the words outside of citations, which a section writes otherwise."""
    spans = [(found.start, found.end) for found in (*find_citations(text), *find_typed_citations(text))]
    for start, end in sorted(set(spans), reverse=True):
        text = text[:start] + " " * (end - start) + text[end:]
    return Counter(token.word for token in find_tokens(text))
