"""Lines of a Word file as Markdown, and their merger into the Markdown that they were exported from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from workbench.export.word_inline import escape_start, merge_words
from workbench.export.word_letter import Line, LineKind
from workbench.export.word_notes import name_notes, order_notes, pair_lines
from workbench.export.word_tables import merge_table, write_table
from workbench.text.markdown import MarkdownNode, StyledText, pair_notes, parse_markdown
from workbench.text.sentences import NOTE_START

_FIRST = re.compile(r"(?:[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])(?=\s|$)))*[ \t]*(?:#{1,6}(?=\s|$)[ \t]*)?")


class Leaf(NamedTuple):
    """A paragraph, heading, item or table in a section's Markdown.

    Attributes:
        kind: As of :class:`~workbench.export.word_letter.Line`.
        start: Offset of its first line.
        body: Offset of its words, behind the markers.
        end: Offset behind its last visible character.
        name: Of a note.
    """

    kind: LineKind
    start: int
    body: int
    end: int
    name: str | None = None


class RebuiltText(NamedTuple):
    """A section's Markdown after edits.

    Attributes:
        text: The Markdown.
        spans: Where each of the file's lines stands in it.
    """

    text: str
    spans: tuple[tuple[int, int], ...]


def find_leaves(content: str) -> list[Leaf]:
    """Finds the leaves of a section in its order, one a paragraph of Word; the export writes the notes last."""
    return list(_LeafFinder(content).walk(pair_notes(parse_markdown(content)), "paragraph"))


class _LeafFinder:
    """Walk through the nodes of a text, as :mod:`workbench.export.docx` writes its blocks."""

    def __init__(self, content: str) -> None:
        self._content = content
        ends = [match.end() for match in re.finditer(r"\r\n|\r|\n", content)]
        self._starts = [0, *ends, len(content)]

    def walk(self, nodes: Iterable[MarkdownNode], kind: LineKind) -> Iterator[Leaf]:
        for node in nodes:
            if node.kind == "heading":
                yield self._leaf("heading", *node.lines)
            elif node.kind == "quote":
                yield from self.walk(node.children, "quote")
            elif node.kind == "list":
                for item in node.children:
                    yield from self._walk_item(item)
            elif node.kind == "note":
                yield self._leaf("note", *node.lines)._replace(name=node.name)
            elif node.kind == "table":
                if any(_has_text(cell.text) for row in node.children for cell in row.children):
                    yield self._leaf("table", *node.lines)
            elif node.kind == "rule" or _has_text(node.text):
                yield self._leaf(kind, *node.lines)

    def _walk_item(self, item: MarkdownNode) -> Iterator[Leaf]:
        first, children = (
            item.lines[0],
            [node for node in item.children if node.kind != "paragraph" or _has_text(node.text)],
        )
        if children and children[0].text:
            yield self._leaf("item", first, children[0].lines[1])
            children = children[1:]
        else:
            # Its mark has a paragraph of its own in Word, and nothing of its own here.
            yield self._leaf("item", first, first)
        yield from self.walk(children, "paragraph")

    def _leaf(self, kind: LineKind, first: int, last: int) -> Leaf:
        start, end = self._starts[first], self._starts[min(last, len(self._starts) - 1)]
        end = start + len(self._content[start:end].rstrip())
        # The first cell of a table may look like a marker.
        marker = (
            None if kind == "table" else (NOTE_START if kind == "note" else _FIRST).match(self._content, start, end)
        )
        return Leaf(kind, start, marker.end() if marker else start, max(end, start))


def _has_text(text: Sequence[StyledText]) -> bool:
    return bool("".join(part.text for part in text).strip())


def rebuild_text(
    content: str, expected: Sequence[Line], actual: Sequence[Line], write: Callable[[Line, str], str]
) -> RebuiltText:
    """Rebuilds a section's Markdown from the lines of a file.

    A line that shows what was exported keeps its source to the byte.

    Args:
        content: The section as it was exported.
        expected: The lines that the export wrote.
        actual: The lines of the file.
        write: Writes the words of a line as Markdown, given the source that it comes from.
    """
    leaves = find_leaves(content)
    expected, actual = name_notes(pair_notes(parse_markdown(content)), expected, actual)
    expected = order_notes([leaf.name for leaf in leaves], expected)
    if not expected:
        # The two grammars disagree on this text: every line is written anew.
        leaves = []
    pairs = pair_lines(expected, actual)
    moved = _find_moved(expected, actual, pairs)
    parts: list[str] = []
    spans: dict[int, tuple[int, int]] = {}
    length = 0
    last: int | None = None  # the leaf written before, where it was an exported one
    before = ""  # kind and marker of the block before
    for one, two in pairs:
        if two is None:
            continue
        line = actual[two]
        same = one if one is not None else moved.get(two)
        source = "" if same is None else content[leaves[same].body : leaves[same].end]
        if same is None or expected[same].kind != line.kind:
            block = (
                write_table(line, write) if line.kind == "table" else _write_block(line, write(line, source), before)
            )
        elif expected[same].key == line.key:
            block = content[leaves[same].start : leaves[same].end]
        elif line.kind == "table":
            block = merge_table(content[leaves[same].start : leaves[same].end], expected[same], line, write)
        else:
            block = _merge_block(content, leaves[same], write(line, source))
        first = leaves[0].start if leaves and one == 0 else 0
        gap = _gap(content, leaves, last, one, before, block) if parts else content[:first]
        parts += [gap, block]
        spans[two] = (length + len(gap), length + len(gap) + len(block))
        length += len(gap) + len(block)
        last, before = one, block
    tail = content[leaves[-1].end :] if leaves else content[len(content.rstrip()) :]
    return RebuiltText("".join([*parts, tail]), tuple(spans[number] for number in range(len(actual))))


def _find_moved(
    expected: Sequence[Line], actual: Sequence[Line], pairs: Sequence[tuple[int | None, int | None]]
) -> dict[int, int]:
    """Finds lines that stand elsewhere now, as they were exported."""
    gone: dict[tuple[object, ...], list[int]] = {}
    for one, two in pairs:
        if one is not None and two is None:
            gone.setdefault(expected[one].key, []).append(one)
    moved: dict[int, int] = {}
    for one, two in pairs:
        if one is None and two is not None and (places := gone.get(actual[two].key)):
            moved[two] = places.pop(0)
    return moved


def _merge_block(content: str, leaf: Leaf, words: str) -> str:
    prefix, source = content[leaf.start : leaf.body], content[leaf.body : leaf.end]
    # A line that goes on stands below the words of its first line.
    below = re.sub(r"[^>\s]", " ", prefix)
    if leaf.kind == "heading":
        words = words.replace("\\\n", " ")
        if not prefix.strip():  # underlined
            return f"### {words}"
        source = re.sub(r"\s+#+\s*$", "", source)
    return prefix + merge_words(source, escape_start(words), f"\\\n{below}")


def _write_block(line: Line, words: str, before: str) -> str:
    words = escape_start(words)
    match line.kind:
        case "note":
            return f"[^{line.label}]: {words}"
        case "heading":
            return "### " + words.replace("\\\n", " ")
        case "quote":
            return "> " + words.replace("\n", "\n> ")
        case "item":
            number = re.match(r"\d+", line.label)
            marker = f"{number[0]}." if number else "-"
            above = re.match(r"([ \t]*)(?:[-*+]|(\d+)([.)]))[ \t]", before)
            indent = above[1] if above else ""
            if above and above[2] and number:
                marker = f"{int(above[2]) + 1}{above[3]}"
            below = " " * (len(indent) + len(marker) + 1)
            return f"{indent}{marker} " + words.replace("\n", f"\n{below}")
        case _:
            return words


_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])\s")


def _gap(content: str, leaves: Sequence[Leaf], last: int | None, one: int | None, before: str, block: str) -> str:
    """Returns what stands between a block and the one before it."""
    if last is not None and one is not None and one == last + 1:
        return content[leaves[last].end : leaves[one].start]
    if before.startswith(">") and block.startswith(">"):
        return "\n>\n"
    if _ITEM.match(before) and _ITEM.match(block):
        return "\n"
    return "\n\n"
