"""The Markdown of drafts, one grammar for every reader.

The filing, the checks and the cleaner read by it.

CommonMark, of which only paragraphs, headings, quotes, lists, rules, emphasis, hard breaks, escapes, entities,
citations ``[@exhibit-id, p. 2]``, notes (``[^1]`` in the text, and ``[^1]: words`` as a paragraph of its own) and pipe
tables are alive. Code, links, images, HTML and mathematics are no part of it: their source is text, so nothing that a
draft holds can embed, fetch or run anything, and nothing is dropped in silence.

The monitor's reader (``monitor/draft.js``) follows the same grammar: ``tests/text/markdown_cases.json`` holds for both.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from workbench.text.markdown_grammar import build_block_grammar, build_grammar
from workbench.text.pipe_tables import Alignment, split_row
from workbench.text.sentences import NOTE_MARK, NOTE_START, find_sentences
from workbench.text.text_cache import cache_by_text
from workbench.text.typography import InlinePiece, set_typographically

NodeKind = Literal["paragraph", "heading", "quote", "list", "item", "rule", "note", "table", "columns", "row", "cell"]
DraftBlockKind = Literal["heading", "quote", "item", "paragraph", "note", "columns", "row"]

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_MARKERS = re.compile(r"(?:[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])(?=\s|$)))*[ \t]*(?:#{1,6}(?=\s|$)[ \t]*)?")
_KINDS: dict[str, NodeKind] = {
    "paragraph": "paragraph",
    "heading": "heading",
    "blockquote": "quote",
    "bullet_list": "list",
    "ordered_list": "list",
    "list_item": "item",
    "hr": "rule",
    "note": "note",
    "table": "table",
    "columns": "columns",
    "row": "row",
    "cell": "cell",
}


@dataclass(frozen=True)
class StyledText:
    """A stretch of text in one style.

    Attributes:
        text: Plain text; a line feed is a hard break.
        italic: Emphasised.
        bold: Strong.
        citation: A bracketed group of citations as the draft writes it.
        note: The mark of a note as the draft writes it.
    """

    text: str
    italic: bool = False
    bold: bool = False
    citation: bool = False
    note: bool = False


@dataclass(frozen=True)
class MarkdownNode:
    """A block of a draft, and the blocks inside it.

    Attributes:
        kind: A paragraph, a heading, a note and a cell have ``text``, the others ``children``, a rule neither.
        lines: Its first line, counted from 0, and the one behind its last.
        text: In order; neighbours differ in style.
        children: A list has items only; a table has the heads of its columns, and rows, each with one cell a column.
        level: Of a heading, 1 to 6.
        start: First number of an ordered list; None for bullets.
        name: Of a note, as its mark has it.
        alignments: Of a table, one a column.
    """

    kind: NodeKind
    lines: tuple[int, int]
    text: tuple[StyledText, ...] = ()
    children: tuple[MarkdownNode, ...] = ()
    level: int = 0
    start: int | None = None
    name: str = ""
    alignments: tuple[Alignment, ...] = ()


_TOP = re.compile(r"(?<=\n\n)(?=#{1,6}[ \t])")
"""A heading behind an empty line ends every block before it, so that what stands before and behind is read apart."""


class DraftBlock(NamedTuple):
    """A block of a draft, as checks see it.

    It is a paragraph, a heading, a block quote, a list item, the text of a note, or a row of a table.

    Attributes:
        kind: A rule counts as a paragraph, and so does what follows the first paragraph of an item. The heads of a
            table's columns are a block with the line of delimiters.
        start: Offset of its first character (the marker's) in the draft.
        end: Offset just behind its last character.
    """

    kind: DraftBlockKind
    start: int
    end: int


class Sentence(NamedTuple):
    """One sentence of a block.

    Attributes:
        text: Verbatim, line breaks and all.
        start: Offset in the draft.
        end: Offset just behind it.
        block: Index of its block.
    """

    text: str
    start: int
    end: int
    block: int


def parse_markdown(source: str, *, typographic: bool = False) -> tuple[MarkdownNode, ...]:
    """Reads a draft.

    Args:
        source: Its Markdown.
        typographic: Set straight quotation marks curly, ``--`` and ``---`` as dashes and ``...`` as an ellipsis;
            what is escaped stays as it was typed.

    >>> [node] = parse_markdown("She *won* it.")
    >>> node.text
    (StyledText(text='She ', italic=False, bold=False, citation=False, note=False), StyledText(text='won', italic=True, bold=False, citation=False, note=False), StyledText(text=' it.', italic=False, bold=False, citation=False, note=False))
    """  # noqa: E501 - a doctest's output is one line
    return _parse(_GRAMMAR, source, typographic=typographic)


def _parse(grammar: MarkdownIt, source: str, *, typographic: bool = False) -> tuple[MarkdownNode, ...]:
    # A lone surrogate, which no encoder takes, becomes a question mark.
    tokens = grammar.parse(source.encode(errors="replace").decode())
    return _read_blocks(iter(tokens), typographic=typographic)


def pair_notes(nodes: Iterable[MarkdownNode]) -> tuple[MarkdownNode, ...]:
    """Return the nodes of a draft in which each mark of a note has a text, and each text a mark.

    A mark is one where it is the first of its name in a paragraph, and a text of that name stands in the draft; a text
    is one where it is the first of its name, and has such a mark. All others are what they look like: text.
    """
    nodes = tuple(nodes)
    marks = {node.name for node in nodes if node.kind == "note"}
    marks &= {part.text[2:-1] for part in _list_text(nodes) if part.note}
    waiting = set(marks)

    def settle(text: tuple[StyledText, ...], names: set[str]) -> tuple[StyledText, ...]:
        settled = []
        for part in text:
            is_mark = part.note and part.text[2:-1] in names
            names -= {part.text[2:-1]} if is_mark else set()
            settled.append(replace(part, note=is_mark))
        return tuple(settled)

    def visit(node: MarkdownNode) -> MarkdownNode:
        if node.kind == "columns":
            return replace(node, children=tuple(replace(cell, text=settle(cell.text, set())) for cell in node.children))
        if node.kind == "note" and node.name in waiting:
            waiting.discard(node.name)
            return replace(node, text=settle(node.text, set()))
        if node.kind == "note":
            return replace(node, kind="paragraph", text=(StyledText(f"[^{node.name}]: "), *settle(node.text, set())))
        names = marks if node.kind in {"paragraph", "cell"} else set()
        return replace(node, text=settle(node.text, names), children=tuple(map(visit, node.children)))

    return tuple(map(visit, nodes))


def _list_text(nodes: Iterable[MarkdownNode]) -> Iterator[StyledText]:
    """Yield the text of paragraphs and cells: a heading, the heads of columns and a note take no notes."""
    for node in nodes:
        yield from node.text if node.kind in {"paragraph", "cell"} else ()
        yield from _list_text(node.children if node.kind != "columns" else ())


def find_blocks(content: str) -> Iterator[DraftBlock]:
    r"""Yield the blocks of a draft in order.

    Every visible character is in exactly one.

    >>> [block.kind for block in find_blocks("### Medal\n- one\n- two")]
    ['heading', 'item', 'item']
    """
    start = 0
    for match in _TOP.finditer(content):
        yield from _move(_find_blocks(content[start : match.start()]), start)
        start = match.start()
    yield from _move(_find_blocks(content[start:]), start)


def _move(blocks: Iterable[DraftBlock], offset: int) -> Iterator[DraftBlock]:
    return (DraftBlock(kind, start + offset, end + offset) for kind, start, end in blocks)


@cache_by_text(512)  # an edit of a letter changes what stands below one heading
def _find_blocks(content: str) -> tuple[DraftBlock, ...]:
    # Lines as markdown-it counts them; str.splitlines would also end one at a form feed or U+2028.
    lines = [(match.start(), match.end()) for match in _LINE.finditer(content) if match[0]]
    found: list[DraftBlock] = []
    for kind, first, last in _flatten(_parse(_BLOCKS, content)):
        start, end = lines[first][0], lines[last - 1][1]
        text = content[start:end]
        if stripped := text.strip():
            start += len(text) - len(text.lstrip())
            found.append(DraftBlock(kind, start, start + len(stripped)))
    return tuple(found)


def find_draft_sentences(content: str, blocks: tuple[DraftBlock, ...]) -> Iterator[Sentence]:
    """Yield the sentences of every block.

    A heading is one sentence, and so is a row of a table, from its first word to its last. Heads of columns are none.
    """
    for index, block in enumerate(blocks):
        text = content[block.start : block.end]
        if block.kind in {"columns", "row"}:
            cells = [(start, end) for start, end in split_row(text) if start < end] if block.kind == "row" else ()
            if cells:
                first, last = block.start + cells[0][0], block.start + cells[-1][1]
                yield Sentence(content[first:last], first, last, index)
            continue
        starts = NOTE_START if block.kind == "note" else _MARKERS
        marker = starts.match(text) if block.kind != "paragraph" else None
        skip = marker.end() if marker else 0
        # Behind the marker of an empty item or heading stands nothing.
        spans = [(0, len(text) - skip)] if block.kind == "heading" else list(find_sentences(text[skip:]))
        for start, end in spans:
            if start < end:
                first, last = block.start + skip + start, block.start + skip + end
                yield Sentence(content[first:last], first, last, index)


class DraftNotes(NamedTuple):
    """Notes of a draft, as checks see them; :func:`pair_notes` says which are alive.

    Attributes:
        marks: By name, the first mark in the text.
        texts: By name, the index of the block of the first text.
        doubles: Places of further marks and texts of those names.
        misplaced: Places of marks in headings and in notes.
    """

    marks: dict[str, re.Match[str]]
    texts: dict[str, int]
    doubles: list[tuple[int, int]]
    misplaced: list[tuple[int, int]]


def find_notes(content: str, blocks: Iterable[DraftBlock]) -> DraftNotes:
    """Find the marks and texts of notes in the blocks of a draft."""
    notes = DraftNotes({}, {}, [], [])
    for index, block in enumerate(blocks if "[^" in content else ()):
        start = block.start
        if block.kind == "note" and (opening := NOTE_START.match(content, start, block.end)):
            start = opening.end()
            if notes.texts.setdefault(opening[1], index) != index:
                notes.doubles.append((block.start, start))
        for mark in NOTE_MARK.finditer(content, start, block.end):
            if block.kind in {"note", "heading", "columns"}:
                notes.misplaced.append(mark.span())
            elif notes.marks.setdefault(mark[1], mark) is not mark:
                notes.doubles.append(mark.span())
    return notes


def plain_words(text: str) -> str:
    """Returns text on one line, without markers.

    Markers of quoted lines, emphasis and notes, and runs of white space are left out.
    """
    without_markers = NOTE_MARK.sub("", NOTE_START.sub("", re.sub(r"\n[^\S\n]*>[^\S\n]?", " ", text)))
    return " ".join(without_markers.replace("*", "").split())


def visible_text(text: str) -> str:
    """Returns text without what nobody can see.

    Left out are controls, direction overrides, zero-width spaces and private characters.

    Composed (NFC): names of the manifest and names in the text are then the same characters.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    if not text.replace("\n", "").isprintable():
        # Each kind of character is looked at once: a letter has some hundred kinds and a hundred thousand characters.
        text = text.translate(dict.fromkeys(ord(character) for character in set(text) if not _is_visible(character)))
    return unicodedata.normalize("NFC", text)


def _is_visible(character: str) -> bool:
    if character in "\n\t\u200c\u200d":  # the joiners belong to the spelling of several scripts
        return True
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _flatten(nodes: Iterable[MarkdownNode]) -> Iterator[tuple[DraftBlockKind, int, int]]:
    for node in nodes:
        first, last = node.lines
        match node.kind:
            case "quote" | "heading" | "note" | "columns" | "row":
                yield node.kind, first, last
            case "list" | "table":
                yield from _flatten(node.children)
            case "item":
                inner = list(_flatten(node.children))
                if not inner or inner[0][1] > first:
                    inner.insert(0, ("item", first, inner[0][1] if inner else last))
                kind, _, end = inner[0]
                # The item's marker stands on the line of its first block, and belongs to it.
                yield ("item" if kind == "paragraph" else kind), first, end
                yield from inner[1:]
            case _:
                yield "paragraph", first, last


def _read_blocks(tokens: Iterator[Token], *, typographic: bool) -> tuple[MarkdownNode, ...]:
    """Reads tokens up to the enclosing block's end."""
    nodes: list[MarkdownNode] = []
    for token in tokens:
        if token.nesting < 0:
            break
        kind = _KINDS[token.type.removesuffix("_open")]
        first, last = token.map or (0, 0)
        text: tuple[StyledText, ...] = ()
        children: tuple[MarkdownNode, ...] = ()
        if kind in {"paragraph", "heading", "note", "cell"}:
            inline = next(tokens)
            text = _read_inline(inline.children or (), typographic=typographic)
            next(tokens)  # the closing token
        elif kind != "rule":
            children = _read_blocks(tokens, typographic=typographic)
        level = int(token.tag[1]) if kind == "heading" else 0
        # markdown-it leaves the attribute out where a list begins with 1.
        start = int(token.attrGet("start") or 0) if token.attrGet("start") is not None else 1
        number = start if token.tag == "ol" else None
        name, alignments = token.meta.get("name", ""), token.meta.get("alignments", ())
        nodes.append(MarkdownNode(kind, (first, last), text, children, level, number, name, alignments))
    return tuple(nodes)


def _read_inline(tokens: Iterable[Token], *, typographic: bool) -> tuple[StyledText, ...]:
    pieces: list[InlinePiece] = []
    italic = bold = 0
    for token in tokens:
        match token.type:
            case "em_open" | "em_close":
                italic += token.nesting
            case "strong_open" | "strong_close":
                bold += token.nesting
            case "softbreak":
                pieces.append(InlinePiece(" ", italic > 0, bold > 0))
            case "hardbreak":
                pieces.append(InlinePiece("\n", italic > 0, bold > 0, literal=True))
            case "text_special":
                # An entity can name what the draft itself may not hold: a control, a mark that turns the direction.
                text = visible_text(token.content) if token.info == "entity" else token.content
                pieces.append(InlinePiece(text, italic > 0, bold > 0, literal=True))
            case "citation":
                pieces.append(InlinePiece(token.content, italic > 0, bold > 0, citation=True, literal=True))
            case "note_mark":
                pieces.append(InlinePiece(token.content, italic > 0, bold > 0, note=True, literal=True))
            case _:
                pieces.append(InlinePiece(token.content, italic > 0, bold > 0))
    pieces = [piece for piece in pieces if piece.text]
    if typographic:
        pieces = set_typographically(pieces)
    return tuple(_join(pieces))


def _join(pieces: Iterable[InlinePiece]) -> Iterator[StyledText]:
    for style, group in groupby(pieces, key=lambda piece: (piece.italic, piece.bold, piece.citation, piece.note)):
        parts = [piece.text for piece in group]
        if style[2] or style[3]:  # two citations side by side stay two
            yield from (StyledText(part, *style) for part in parts)
        else:
            yield StyledText(re.sub(r"[ \t]+", " ", "".join(parts)), *style)


_GRAMMAR = build_grammar()
_BLOCKS = build_block_grammar()
