"""The Markdown of drafts, one grammar for every reader.

The filing, the checks and the cleaner read by it.

CommonMark, of which only paragraphs, headings, quotes, lists, rules, emphasis, hard breaks, escapes, entities,
citations ``[@exhibit-id, p. 2]`` and notes (``[^1]`` in the text, and ``[^1]: words`` as a paragraph of its own) are
alive. Code, links, images, HTML, tables and mathematics are no part of it: their source is text, so nothing that a
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
from markdown_it.parser_block import RuleFuncBlockType
from markdown_it.rules_block import StateBlock, blockquote, list_block
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from workbench.text.sentences import CITATION, NOTE_MARK, find_sentences
from workbench.text.text_cache import cache_by_text

DEEPEST = 12
"""Quotes and lists nested deeper than this are text."""

NodeKind = Literal["paragraph", "heading", "quote", "list", "item", "rule", "note"]
DraftBlockKind = Literal["heading", "quote", "item", "paragraph", "note"]

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
NOTE_START = re.compile(rf"{NOTE_MARK.pattern}:[ \t]*(?=[^ \t\r\n])")
"""Beginning of the text of a note."""
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
        kind: A paragraph, a heading and a note have ``text``, a quote, a list and an item ``children``, a rule neither.
        lines: Its first line, counted from 0, and the one behind its last.
        text: In order; neighbours differ in style.
        children: A list has items only.
        level: Of a heading, 1 to 6.
        start: First number of an ordered list; None for bullets.
        name: Of a note, as its mark has it.
    """

    kind: NodeKind
    lines: tuple[int, int]
    text: tuple[StyledText, ...] = ()
    children: tuple[MarkdownNode, ...] = ()
    level: int = 0
    start: int | None = None
    name: str = ""


_TOP = re.compile(r"(?<=\n\n)(?=#{1,6}[ \t])")
"""A heading behind an empty line ends every block before it, so that what stands before and behind is read apart."""


class DraftBlock(NamedTuple):
    """A block of a draft, as checks see it.

    It is a paragraph, a heading, a block quote, a list item or the text of a note.

    Attributes:
        kind: A rule counts as a paragraph, and so does what follows the first paragraph of an item.
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
        if node.kind == "note" and node.name in waiting:
            waiting.discard(node.name)
            return replace(node, text=settle(node.text, set()))
        if node.kind == "note":
            return replace(node, kind="paragraph", text=(StyledText(f"[^{node.name}]: "), *settle(node.text, set())))
        names = marks if node.kind == "paragraph" else set()
        return replace(node, text=settle(node.text, names), children=tuple(map(visit, node.children)))

    return tuple(map(visit, nodes))


def _list_text(nodes: Iterable[MarkdownNode]) -> Iterator[StyledText]:
    """Yield the text of the paragraphs: a heading and a note take no notes."""
    for node in nodes:
        yield from node.text if node.kind == "paragraph" else ()
        yield from _list_text(node.children)


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

    A heading is one sentence.
    """
    for index, block in enumerate(blocks):
        text = content[block.start : block.end]
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
            if block.kind in {"note", "heading"}:
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
            case "quote" | "heading" | "note":
                yield node.kind, first, last
            case "list":
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
        if kind in {"paragraph", "heading", "note"}:
            inline = next(tokens)
            text = _read_inline(inline.children or (), typographic=typographic)
            next(tokens)  # the closing token
        elif kind != "rule":
            children = _read_blocks(tokens, typographic=typographic)
        level = int(token.tag[1]) if kind == "heading" else 0
        # markdown-it leaves the attribute out where a list begins with 1.
        start = int(token.attrGet("start") or 0) if token.attrGet("start") is not None else 1
        number = start if token.tag == "ol" else None
        nodes.append(MarkdownNode(kind, (first, last), text, children, level, number, token.meta.get("name", "")))
    return tuple(nodes)


class _Piece(NamedTuple):
    """A token's text; ``literal`` text is not set typographically."""

    text: str
    italic: bool
    bold: bool
    citation: bool = False
    note: bool = False
    literal: bool = False


def _read_inline(tokens: Iterable[Token], *, typographic: bool) -> tuple[StyledText, ...]:
    pieces: list[_Piece] = []
    italic = bold = 0
    for token in tokens:
        match token.type:
            case "em_open" | "em_close":
                italic += token.nesting
            case "strong_open" | "strong_close":
                bold += token.nesting
            case "softbreak":
                pieces.append(_Piece(" ", italic > 0, bold > 0))
            case "hardbreak":
                pieces.append(_Piece("\n", italic > 0, bold > 0, literal=True))
            case "text_special":
                # An entity can name what the draft itself may not hold: a control, a mark that turns the direction.
                text = visible_text(token.content) if token.info == "entity" else token.content
                pieces.append(_Piece(text, italic > 0, bold > 0, literal=True))
            case "citation":
                pieces.append(_Piece(token.content, italic > 0, bold > 0, citation=True, literal=True))
            case "note_mark":
                pieces.append(_Piece(token.content, italic > 0, bold > 0, note=True, literal=True))
            case _:
                pieces.append(_Piece(token.content, italic > 0, bold > 0))
    pieces = [piece for piece in pieces if piece.text]
    if typographic:
        pieces = _set_typographically(pieces)
    return tuple(_join(pieces))


def _join(pieces: Iterable[_Piece]) -> Iterator[StyledText]:
    for style, group in groupby(pieces, key=lambda piece: (piece.italic, piece.bold, piece.citation, piece.note)):
        parts = [piece.text for piece in group]
        if style[2] or style[3]:  # two citations side by side stay two
            yield from (StyledText(part, *style) for part in parts)
        else:
            yield StyledText(re.sub(r"[ \t]+", " ", "".join(parts)), *style)


def _set_typographically(pieces: list[_Piece]) -> list[_Piece]:
    """Sets quotation marks, dashes and ellipses.

    They are set as the reference implementation of CommonMark does ("smart").
    """
    texts = [list(piece.text) for piece in pieces]
    openers: list[tuple[str, int, int]] = []
    for number, piece in enumerate(pieces):
        if piece.literal:
            continue
        for place, letter in enumerate(piece.text):
            if letter not in "\"'":
                continue
            before = piece.text[place - 1] if place else _last_letter(pieces, number)
            after = piece.text[place + 1] if place + 1 < len(piece.text) else _first_letter(pieces, number)
            left, right = _flanks(before, after)
            # Inside a word neither opens nor closes: the mark of "it's" is no end of a quotation.
            can_open, can_close = left and (not right or _is_mark(before)), right and (not left or _is_mark(after))
            waiting = (n for n in range(len(openers) - 1, -1, -1) if openers[n][0] == letter)
            opener = next(waiting, None) if can_close else None
            if opener is not None:
                _, there, at = openers[opener]
                texts[there][at] = "‘" if letter == "'" else "“"
                texts[number][place] = "’" if letter == "'" else "”"
                del openers[opener:]
            else:
                # One without its partner: an apostrophe, or a quotation that goes on in the next paragraph.
                texts[number][place] = "’" if letter == "'" else "”" if right else "“"
                if can_open:
                    openers.append((letter, number, place))
    return [
        piece if piece.literal else piece._replace(text=_set_dashes("".join(text)))
        for piece, text in zip(pieces, texts, strict=True)
    ]


def _last_letter(pieces: list[_Piece], number: int) -> str:
    """Returns the character before a piece.

    An asterisk stands for a change of style, as it does in the source: quotation marks lean on it as on punctuation.
    """
    if number == 0:
        return "\n"
    before, here = pieces[number - 1], pieces[number]
    return before.text[-1] if (before.italic, before.bold) == (here.italic, here.bold) else "*"


def _first_letter(pieces: list[_Piece], number: int) -> str:
    """Returns the character behind a piece; see :func:`_last_letter`."""
    if number + 1 == len(pieces):
        return "\n"
    here, after = pieces[number], pieces[number + 1]
    return after.text[0] if (after.italic, after.bold) == (here.italic, here.bold) else "*"


def _flanks(before: str, after: str) -> tuple[bool, bool]:
    """Tells on which sides a mark leans.

    First whether it leans on the character behind it, then on the one before (CommonMark 6.2).
    """
    space_before, space_after = before.isspace(), after.isspace()
    mark_before, mark_after = _is_mark(before), _is_mark(after)
    left = not space_after and (not mark_after or space_before or mark_before)
    right = not space_before and (not mark_before or space_after or mark_after)
    return left, right


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "PS"


def _set_dashes(text: str) -> str:
    return re.sub(r"-{2,}", _dashes_of, text.replace("...", "…"))


def _dashes_of(hyphens: re.Match[str]) -> str:
    """Sets a run of hyphens as dashes.

    Em dashes where it divides by three, else en dashes where it divides by two, else both.
    """
    count = len(hyphens[0])
    if count % 3 == 0:
        return "—" * (count // 3)
    if count % 2 == 0:
        return "–" * (count // 2)
    ens = 1 if count % 3 == 2 else 2  # noqa: PLR2004 - the remainder
    return "—" * ((count - 2 * ens) // 3) + "–" * ens


def _limit_depth(rule: RuleFuncBlockType) -> RuleFuncBlockType:
    """Wrap a container's rule so that depth is bounded.

    It opens none deeper than :data:`DEEPEST`.

    markdown-it's own limit, ``maxNesting``, drops the text of what is deeper.
    """

    def open_container(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it calls it
        depth = state.env.get("depth", 0)
        if depth >= DEEPEST:
            return False
        # A silent call opens nothing: it asks whether a container would end the paragraph.
        state.env["depth"] = depth + (not silent)
        try:
            return rule(state, start, end, silent)
        finally:
            state.env["depth"] = depth

    return open_container


def _read_citation(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it calls it
    """Reads a bracketed group of citations.

    Underscores and asterisks in it are no emphasis.
    """
    found = CITATION.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        state.push("citation", "", 0).content = found[0]
    state.pos = found.end()
    return True


def _read_note_mark(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it calls it
    found = NOTE_MARK.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        state.push("note_mark", "", 0).content = found[0]
    state.pos = found.end()
    return True


def _read_note(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it calls it
    """Read the text of a note: one paragraph, outside of quotes and lists.

    Its first line ends the block before it, also within those.
    """
    marker = NOTE_START.match(state.src, state.bMarks[start] + state.tShift[start], state.eMarks[start])
    if marker is None or silent:
        return marker is not None
    if state.level:
        return False
    outer, state.parentType = state.parentType, "paragraph"
    rules = state.md.block.ruler.getRules("paragraph")
    following = start + 1
    while following < end and not state.isEmpty(following):
        # As markdown-it's own paragraph: a line that is indented further opens nothing.
        is_deep = state.sCount[following] - state.blkIndent > 3  # noqa: PLR2004 - the spaces of CommonMark
        if not is_deep and any(rule(state, following, end, True) for rule in rules):
            break
        following += 1
    state.parentType, state.line = outer, following
    token = state.push("note_open", "p", 1)
    token.map, token.meta = [start, following], {"name": marker[1]}
    inline = state.push("inline", "", 0)
    inline.content = state.src[marker.end() : state.eMarks[start]]
    if following > start + 1:
        inline.content += "\n" + state.getLines(start + 1, following, state.blkIndent, False)
    inline.content = inline.content.strip()
    inline.map, inline.children = [start, following], []
    state.push("note_close", "p", -1)
    return True


def _build_grammar() -> MarkdownIt:
    # See docs/decisions.md, "One Markdown grammar, on markdown-it-py". _limit_depth keeps maxNesting out of reach.
    reader = MarkdownIt("zero", {"maxNesting": 4 * DEEPEST})
    reader.enable(["blockquote", "list", "heading", "lheading", "hr", "newline", "escape", "entity", "emphasis"])
    # As in markdown-it, a quote may end a paragraph, a quote and a list; a list ends no list.
    reader.block.ruler.at("blockquote", _limit_depth(blockquote), {"alt": ["paragraph", "blockquote", "list"]})
    reader.block.ruler.at("list", _limit_depth(list_block), {"alt": ["paragraph", "blockquote"]})
    reader.block.ruler.before("blockquote", "note", _read_note, {"alt": ["paragraph", "blockquote", "list"]})
    reader.inline.ruler.after("escape", "citation", _read_citation)
    reader.inline.ruler.after("citation", "note_mark", _read_note_mark)
    reader.core.ruler.disable("text_join")  # it would hide which letters were escaped
    return reader


def _build_block_grammar() -> MarkdownIt:
    reader = _build_grammar()
    reader.core.ruler.disable("inline")  # what stands within a block takes longer to read than all blocks
    return reader


_GRAMMAR = _build_grammar()
_BLOCKS = _build_block_grammar()
