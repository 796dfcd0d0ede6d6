"""Text of a draft as a reader sees it, with the places of its letters in the Markdown.

A report shows the letter that was checked: headings without ``#``, emphasis without ``*``, findings at their places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Literal, NamedTuple

from workbench.text.markdown import MarkdownNode, StyledText, find_blocks, parse_markdown
from workbench.text.pipe_tables import split_row

ShownKind = Literal["heading", "quote", "item", "paragraph", "rule"]

_MARKER = re.compile(r"(?:#{1,6}|>|[-*+]|(\d{1,9}[.)]))(?:[ \t]+|(?=\s|$))")
_ENTITY = re.compile(r"&#?\w{1,32};")
_SPACE = re.compile(r"(?:\s|&nbsp;|&#160;)+")
_APART = StyledText("\n\n")


class ShownText(NamedTuple):
    """A stretch of text in one style.

    Attributes:
        text: As it is shown; line feeds are those of the draft.
        start: Offset of its first character in the draft.
        end: Offset behind its last. ``text`` stands there, or what is shown as it: an entity, white space.
        italic: Emphasised.
        bold: Strong.
    """

    text: str
    start: int
    end: int
    italic: bool = False
    bold: bool = False


class ShownBlock(NamedTuple):
    """A block of a draft as it is shown.

    Attributes:
        kind: A rule has no text.
        texts: In order.
        end: Offset behind its last character in the draft, marks included.
        level: Of a heading, from 1.
        mark: Number of an item, such as ``1.``; empty for bullets.
    """

    kind: ShownKind
    texts: tuple[ShownText, ...]
    end: int
    level: int = 0
    mark: str = ""


def show_blocks(draft: str) -> Iterator[ShownBlock]:
    """Yields the blocks of a draft without the marks of Markdown.

    Every word is in one of them: a block whose marks cannot be told from its words is shown as it stands.

    >>> [block] = show_blocks("## The *Wolf* Prize")
    >>> block.level, [(text.text, text.start) for text in block.texts]
    (2, [('The ', 3), ('Wolf', 8), (' Prize', 14)])
    """
    for kind, start, end in find_blocks(draft):
        source = draft[start:end]
        if kind == "columns" or kind == "row":  # noqa: PLR1714 - mypy narrows it so
            yield _show_row(source, start, end)
            continue
        nodes = parse_markdown(source)
        if kind == "note":
            yield _show_note(source, start, end, nodes)
            continue
        marker = _MARKER.match(source) if kind != "paragraph" else None
        skip = marker.end() if marker is not None else 0
        texts = _match_texts(source, skip, list(_list_texts(nodes))[:-1])
        # Marks that cannot be told from words: no word may be lost, so the source is shown.
        if texts is None:
            texts = [ShownText(source[skip:], skip, len(source))]
        if not texts and nodes and nodes[0].kind == "rule":
            yield ShownBlock("rule", (), end)
            continue
        moved = tuple(text._replace(start=text.start + start, end=text.end + start) for text in texts)
        level = nodes[0].level if kind == "heading" and nodes else 0
        yield ShownBlock(kind, moved, end, level, (marker and marker[1]) or "")


def _show_note(source: str, start: int, end: int, nodes: tuple[MarkdownNode, ...]) -> ShownBlock:
    """Shows a note as a paragraph that begins with its mark, as the mark stands in the text."""
    skip = source.index(":") + 1
    texts = _match_texts(source, skip, list(_list_texts(nodes))[:-1]) or [ShownText(source[skip:], skip, len(source))]
    shown = (ShownText(source[: skip - 1] + " ", 0, skip), *texts)
    return ShownBlock(
        "paragraph", tuple(text._replace(start=text.start + start, end=text.end + start) for text in shown), end
    )


def _show_row(source: str, start: int, end: int) -> ShownBlock:
    """Shows a row of a table, or the heads of its columns, as a paragraph with bars between the cells."""
    shown: list[ShownText] = []
    last = 0
    for first, stop in split_row(source.split("\n", maxsplit=1)[0]):
        cell = source[first:stop]
        texts = _match_texts(cell, 0, list(_list_texts(parse_markdown(f"| {cell} |\n|-|")))[:-1])
        shown += [ShownText(" | ", last, first)] if shown else []
        shown += [
            text._replace(start=text.start + first, end=text.end + first)
            for text in (texts if texts is not None else [ShownText(cell, 0, len(cell))])
        ]
        last = stop
    moved = (text._replace(start=text.start + start, end=text.end + start) for text in shown)
    return ShownBlock("paragraph", tuple(moved), end)


def _list_texts(nodes: tuple[MarkdownNode, ...]) -> Iterator[StyledText]:
    """Yields the texts of nested blocks, each block followed by an empty line."""
    for node in nodes:
        yield from node.text
        if node.text:
            yield _APART
        yield from _list_texts(node.children)


def _match_texts(source: str, skip: int, texts: list[StyledText]) -> list[ShownText] | None:
    """Finds texts in a block's source from an offset on; None where more than marks would be left out."""
    found: list[ShownText] = []
    at = skip
    for styled in texts:
        for part in re.findall(r"\s+|\S", styled.text):
            place = _find_part(source, at, part)
            if place is None or any(letter.isalnum() for letter in source[at : place[0]]):
                return None
            start, at = place
            if part.isspace() and part != _APART.text and "&" not in (stands := source[start:at]):
                part = "\n" if "\n" in stands else stands  # noqa: PLW2901 - a line of the draft stays one
            last = found[-1] if found else None
            piece = ShownText(part, start, at, styled.italic, styled.bold)
            if last is not None and _is_one(last, piece):
                piece = last._replace(text=last.text + part, end=at)
                found.pop()
            found.append(piece)
    return None if any(letter.isalnum() for letter in source[at:]) else found


def _find_part(source: str, at: int, part: str) -> tuple[int, int] | None:
    """Finds white space, or one character, which an entity may stand for."""
    # White space of the draft may be a line feed or an entity, and counts as one.
    if part.isspace():
        space = _SPACE.search(source, at)
        return None if space is None else space.span()
    for place in range(at, len(source)):
        entity = _ENTITY.match(source, place) if source[place] == "&" else None
        if entity is not None and unescape(entity[0]) == part:
            return entity.span()
        if source[place] == part:
            return place, place + 1
    return None


def _is_one(last: ShownText, following: ShownText) -> bool:
    """Tells if two pieces stand side by side in one style, each as in the draft."""
    return (
        last.end == following.start
        and last[3:] == following[3:]
        and all(len(each.text) == each.end - each.start for each in (last, following))
    )
