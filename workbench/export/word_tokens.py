"""Words of a paragraph of Word, each with its formatting, link and marks, read for a comparison and written again."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from workbench.export.word_footnotes import REFERENCE
from workbench.export.word_text import CITATION
from workbench.text.redline import split_words

_STARTS = {qn("w:bookmarkStart"), qn("w:commentRangeStart")}
_ENDS = {qn("w:bookmarkEnd"), qn("w:commentRangeEnd")}
NOTE = "\x1e"
"""Text of the mark of a note: marks are alike, whatever their notes say."""
OWN_MARK = "\x1d"
"""Text of the mark that a note begins with."""
_MARKS = frozenset({NOTE, OWN_MARK})
_FORMAT = "\x1f"
"""Before the formatting in a key: no text of a document has it."""


class TextPiece(NamedTuple):
    """Text of one formatting.

    Attributes:
        text: A line feed is a line break.
        format: The ``w:rPr`` of its run, or None.
        anchor: Bookmark that it links to, or empty.
        field: The runs of the field that shows it, or the run of a note's mark, or none.
    """

    text: str
    format: Any
    anchor: str
    field: tuple[Any, ...] = ()

    @property
    def style(self) -> str:
        """Formatting and link, equal for pieces that look the same."""
        found = [] if self.format is None else [(part.tag, sorted(part.attrib.items())) for part in self.format.iter()]
        return f"{_FORMAT}{found[1:]}{self.anchor}" if found[1:] or self.anchor else ""


class WordToken(NamedTuple):
    """A word, sign, blank, field or citation.

    Attributes:
        key: Equal for tokens that show the same.
        items: Its pieces, and the marks (bookmarks, comments) around and between them.
    """

    key: str
    items: tuple[Any, ...]


def read_tokens(paragraph: Any, anchors: Mapping[str, str] | None = None) -> list[WordToken]:
    """Reads the tokens of a paragraph that the export wrote.

    Args:
        paragraph: Its ``w:p``, without tracked changes.
        anchors: Of an old document: its bookmarks to those of the new one, which its links are to lead to. Its marks
            are left out. None: the document is the new one.
    """
    tokens: list[WordToken] = []
    waiting: list[Any] = []  # marks that begin with the next token
    citation: list[Any] | None = None
    ends = ""
    for item in _list_items(paragraph, anchors):
        is_piece = isinstance(item, TextPiece)
        if citation is not None:
            citation.append(item)
            if not is_piece and item.tag == qn("w:bookmarkEnd") and item.get(qn("w:id")) == ends:
                tokens.append(_make_citation((*waiting, *citation)))
                waiting, citation = [], None
        elif is_piece:
            for token in _split_piece(item):
                tokens.append(token._replace(items=(*waiting, *token.items)))
                waiting = []
        elif item.tag == qn("w:bookmarkStart") and item.get(qn("w:name")).startswith(CITATION):
            citation, ends = [item], item.get(qn("w:id"))
        elif item.tag in _STARTS or not tokens:
            waiting.append(item)
        else:
            tokens[-1] = tokens[-1]._replace(items=(*tokens[-1].items, item))
    if waiting:
        tokens.append(WordToken("", tuple(waiting)))
    if anchors is None:
        return tokens
    bare = (
        token._replace(items=tuple(part for part in token.items if isinstance(part, TextPiece))) for token in tokens
    )
    return [token for token in bare if token.items]


def _list_items(element: Any, anchors: Mapping[str, str] | None, anchor: str = "") -> Iterator[Any]:
    field: list[Any] = []
    for child in element:
        if child.tag == qn("w:hyperlink"):
            target = child.get(qn("w:anchor")) or ""
            yield from _list_items(child, anchors, target if anchors is None else anchors.get(target, ""))
        elif child.tag in _STARTS | _ENDS or child.find(qn("w:commentReference")) is not None:
            yield child
        elif child.tag != qn("w:r"):
            continue
        elif (sign := _find_note_sign(child)) is not None:
            yield TextPiece(sign, child.find(qn("w:rPr")), "", (child,))
        elif field or child.find(qn("w:fldChar")) is not None:
            field.append(child)
            mark = child.find(qn("w:fldChar"))
            if mark is not None and mark.get(qn("w:fldCharType")) == "end":
                shown = "".join(run.text for run in field)
                yield TextPiece(shown, field[-1].find(qn("w:rPr")), anchor, tuple(field))
                field = []
        elif child.text:
            yield TextPiece(child.text, child.find(qn("w:rPr")), anchor)


def _find_note_sign(run: Any) -> str | None:
    """Returns the sign for a run that is the mark of a note, in the text or of the note itself."""
    if run.find(REFERENCE) is not None:
        return NOTE
    return OWN_MARK if run.find(qn("w:footnoteRef")) is not None else None


def _split_piece(piece: TextPiece) -> Iterator[WordToken]:
    style = piece.style
    if piece.field:
        yield WordToken(f"{piece.text}{_FORMAT}field{style}", (piece,))
        return
    for word in split_words(piece.text):
        # A blank shows no style.
        yield WordToken(word if word.isspace() else word + style, (piece._replace(text=word),))


def _make_citation(items: tuple[Any, ...]) -> WordToken:
    shown = "".join(part.text + part.style for part in items if isinstance(part, TextPiece))
    # Spelt as in a draft, so that the comparison of words takes it as a whole.
    return WordToken(f"[@{shown.replace(']', ')')}]", items)


def write_tokens(tokens: Iterable[WordToken], make_mark: Callable[[], Any] | None = None) -> list[Any]:
    """Writes tokens as children of a paragraph.

    Args:
        tokens: In order.
        make_mark: Makes the ``w:ins`` or ``w:del`` that holds their runs; None: they are no change.
    """
    written: list[Any] = []
    items = [item for token in tokens for item in token.items]
    for is_piece, group in groupby(items, key=lambda item: isinstance(item, TextPiece)):
        if not is_piece:
            written += [copy.deepcopy(mark) for mark in group]
            continue
        for anchor, linked in groupby(group, key=lambda piece: piece.anchor):
            parts = _write_runs(list(linked), make_mark)
            if anchor:
                link: Any = OxmlElement("w:hyperlink")
                link.set(qn("w:anchor"), anchor)
                link.set(qn("w:history"), "1")
                link.extend(parts)
                parts = [link]
            written += parts
    return written


def _write_runs(pieces: Sequence[TextPiece], make_mark: Callable[[], Any] | None) -> list[Any]:
    mark = None if make_mark is None else make_mark()
    deleted = mark is not None and mark.tag == qn("w:del")
    runs: list[Any] = []
    kinds = groupby(pieces, key=lambda piece: (piece.style, bool(piece.field), piece.text in _MARKS))
    for (style, is_field, _), group in kinds:
        held = list(group)
        if is_field and not deleted:
            runs += [copy.deepcopy(run) for piece in held for run in piece.field]
            continue
        if is_field and held[0].text in _MARKS:
            runs += [copy.deepcopy(run) for piece in held for run in piece.field]
            continue
        # What a deleted field showed is plain text: a field that comes back would count as the new document's.
        run: Any = OxmlElement("w:r")
        if style and held[0].format is not None:
            run.append(copy.deepcopy(held[0].format))
        run.text = "".join(piece.text for piece in held)
        for text in run.findall(qn("w:t")) if deleted else ():
            text.tag = qn("w:delText")
        runs.append(run)
    if mark is None:
        return runs
    mark.extend(runs)
    return [mark]
