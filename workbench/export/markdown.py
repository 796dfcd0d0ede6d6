"""Untrusted Markdown of drafts: made inert, reduced to blocks.

What a writer (HTML, Typst, DOCX) gets is data: runs of plain text with two styles, in paragraphs, headings, quotes,
lists, tables and notes. There is no kind for an image, a link, raw HTML or TeX, or mathematics: none of them can get
through. Nothing is dropped in silence either: what is not among the kinds becomes text that can be seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Literal

from workbench.export.table_layout import TableLayout, lay_out_table
from workbench.text.bounded_cache import BoundedCache
from workbench.text.markdown import MarkdownNode, StyledText, pair_notes, parse_markdown, visible_text
from workbench.text.markdown_grammar import DEEPEST
from workbench.text.pipe_tables import Alignment

# Characters for private use, which visible_text removes from every draft: no draft can hold a mark of its own.
_MARK = ("\ue000", "\ue001")
_MARKED = re.compile(f"{_MARK[0]}(\\d+){_MARK[1]}")
# The space first, which the engine looks for; the looks behind it cover it.
_BOUND = re.compile(
    r" (?:(?<=§ )(?=\d)|(?<=\.R\. |\.C\. )(?=§|\d)|(?<=\d )(?=C\.F\.R\.|U\.S\.C\.)|(?<=INA )(?=§)"
    r"|(?<=\d )(?=F\.\d|F\. Supp\.|I&N)"
    r"|(?<=\b[DM][rsx]\. )(?=[A-Z])|(?<=\bMrs\. )(?=[A-Z])|(?<=\bProf\. )(?=[A-Z])"
    r"|(?<=[a-z]{3} )(?=\d\d?, (?:1[89]|20)\d\d\b)|(?<=\bMay )(?=\d\d?, (?:1[89]|20)\d\d\b))"
)


@dataclass(frozen=True)
class TextRun:
    """A stretch of text in one style.

    Attributes:
        text: Plain text; a line feed is a forced line break.
        italic: Emphasised.
        bold: Strong.
        target: Anchor of this very document, such as ``exhibit-4``, or in a package a page such as ``exhibit:4/2``, or
            None; never an address.
        unresolved: Whether this stands for a citation that names nothing; drafts show it in red.
        citation: Number of the bracketed group of citations that it belongs to, from 1 in the whole document, or None.
        note: The note whose mark it is; the text is its number.
    """

    text: str
    italic: bool = False
    bold: bool = False
    target: str | None = None
    unresolved: bool = False
    citation: int | None = None
    note: Note | None = None

    @property
    def style(self) -> tuple[object, ...]:
        """All but the text."""
        return (self.italic, self.bold, self.target, self.unresolved, self.citation, self.note)


Runs = tuple[TextRun, ...]


@dataclass(frozen=True)
class Note:
    """A note; ``number`` counts from 1 in the whole document, in the order of the marks."""

    number: int
    runs: Runs


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    runs: Runs
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True)
class Heading:
    """A heading; ``level`` as in Markdown, 1 to 6."""

    level: int
    runs: Runs
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True)
class Quote:
    """A block quotation."""

    blocks: tuple[Block, ...]
    kind: Literal["quote"] = "quote"


@dataclass(frozen=True)
class Items:
    """A list.

    ``start`` is the first number, or None for bullets.
    """

    start: int | None
    items: tuple[tuple[Block, ...], ...]
    kind: Literal["items"] = "items"


@dataclass(frozen=True)
class LetterRow:
    """A row of a table, with one cell a column; ``is_tall`` says that no page has room for it."""

    cells: tuple[Runs, ...]
    is_tall: bool = False


@dataclass(frozen=True)
class LetterTable:
    """A table.

    Attributes:
        heads: Of its columns.
        rows: Below them.
        alignments: Of each column; empty where the draft does not say.
        layout: Widths of the columns, and size of the letters.
    """

    heads: LetterRow
    rows: tuple[LetterRow, ...]
    alignments: tuple[Alignment, ...]
    layout: TableLayout
    kind: Literal["table"] = "table"

    @property
    def all_rows(self) -> tuple[LetterRow, ...]:
        """The rows, the heads of the columns first."""
        return (self.heads, *self.rows)


_parsed: BoundedCache[tuple[MarkdownNode, ...]] = BoundedCache(128)

Block = Paragraph | Heading | Quote | Items | LetterTable
Resolve = Callable[[int], Runs]
"""Answers the runs that stand where :func:`mark` was put."""


def plain_text(runs: Iterable[TextRun]) -> str:
    """Joins the text of runs, without their styles."""
    return "".join(run.text for run in runs)


def list_notes(blocks: Iterable[Block]) -> Iterator[Note]:
    """Yields the notes of blocks, in the order of their marks."""
    for block in blocks:
        match block:
            case Paragraph(runs=runs) | Heading(runs=runs):
                yield from (run.note for run in runs if run.note is not None)
            case Quote(blocks=inner):
                yield from list_notes(inner)
            case Items(items=items):
                for item in items:
                    yield from list_notes(item)
            case LetterTable():
                runs_of_rows = (run for row in block.rows for cell in row.cells for run in cell)
                yield from (run.note for run in runs_of_rows if run.note is not None)


def mark(index: int) -> str:
    """Makes a placeholder for Markdown.

    :func:`read_markdown` hands its index to ``resolve``.
    """
    return f"{_MARK[0]}{index}{_MARK[1]}"


def escape_markdown(text: str) -> str:
    """Writes a name or title as literal Markdown, one line."""
    line = re.sub(r"([\\`*_{}\[\]<>#$&~|!@])", r"\\\1", visible_line(text))
    return re.sub(r"^(\d*)([-+=.)])", r"\1\\\2", line)  # what would begin a list or underline a heading


_TOO_DEEP = re.compile(
    rf"^((?:[ \t]*(?:>|[-+*](?=[ \t])|\d{{1,9}}[.)](?=[ \t]))){{{DEEPEST}}}[ \t]*)(\d{{0,9}})([>+*.)-])", re.MULTILINE
)
"""The first marker of a quote or list, on a line that opens more than :data:`DEEPEST` of them."""

_BREAK = "<span></span>"
_DOLLAR = r"<span>\$</span>"
_LATEX = re.compile(r"(&\#92;|\\\\)(?=\\?[()\[\]]|begin|end)")
"""A backslash that the page shows, before what would make it open or close mathematics."""

# The order matters: what is escaped already is passed over whole, and the delimiters of MathJax, which look like an
# escaped backslash before a bracket, come before that.
_ALIVE = re.compile(
    r"""
      (?P<latex_delimiter> \\\\ (?=[()\[\]]) )
    | (?P<latex_block> \\ (?:begin|end) (?=\{) )
    | (?P<escaped> \\ [!-/:-@\[-`{-~] )
    | (?P<image> ! (?=\[) )
    | (?P<link> (?<=\]) (?=\() )
    | (?P<note> ^[ \t]*\[\^[A-Za-z0-9_.-]{1,40}\]:(?=[ \t]*[^ \t\r\n]) )
    | (?P<definition> (?<=\]) (?=:) )
    | (?P<character> [$<`~] )
    """,
    re.VERBOSE | re.MULTILINE,
)
_NOTE = re.compile(r"^([ \t]*\[\^[A-Za-z0-9_.-]{1,40}\]):", re.MULTILINE)
_ESCAPED_NOTE = re.compile(r"^([ \t]*\[\^[A-Za-z0-9_.-]{1,40}\])\\:", re.MULTILINE)
"""Beginning of a note's text: Jupyter would take it for the address of a link, and not show it."""


def inert(markdown: str) -> str:
    """Escapes Markdown but for paragraphs, headings, quotes, lists, emphasis.

    Twice is the same as once.

    Code, mathematics, HTML, images, links and link definitions are escaped, so that Jupyter, too, shows their
    source as text. A draft that follows the rules for content stays as it is, but for its dollar signs, which
    Jupyter would take for mathematics.
    """
    # Invisible characters go first: one between "!" and "[" would hide an image from the patterns, and then vanish.
    return _TOO_DEEP.sub(r"\1\2\\\3", _ALIVE.sub(_disarm, visible_text(markdown)))


def for_jupyter(markdown: str) -> str:
    """Keeps JupyterLab from finding mathematics, and addresses of links, in inert Markdown.

    :func:`from_jupyter` takes it back.

    JupyterLab looks for mathematics in the rendered page, where an escaped dollar is a dollar again. Only a tag between
    the delimiters stops it, so where two could meet, each gets one. What a note begins with is escaped, and shown.
    """
    paragraphs = re.split(r"(\n\s*\n)", _LATEX.sub(rf"\1{_BREAK}", markdown))
    # A dollar alone in its paragraph has no partner, for mathematics does not reach beyond a paragraph.
    text = "".join(part.replace("\\$", _DOLLAR) if part.count("\\$") > 1 else part for part in paragraphs)
    return _NOTE.sub(r"\1\\:", text)


def from_jupyter(source: str) -> str:
    """Removes what :func:`for_jupyter` put into a cell's source."""
    return _ESCAPED_NOTE.sub(r"\1:", source.replace(_DOLLAR, "\\$").replace(_BREAK, ""))


def read_markdown(sources: Iterable[str], resolve: Resolve) -> list[tuple[Block, ...]]:
    """Read texts, each on its own.

    Args:
        sources: Markdown; may hold placeholders made by :func:`mark`.
        resolve: What stands in the place of a mark.

    Returns:
        The blocks of each source.
    """
    numbers = count(1)
    return [tuple(_BlockReader(_parse(source), resolve, numbers).read()) for source in sources]


def _parse(source: str) -> tuple[MarkdownNode, ...]:
    """Parses a text, which an export reads twice: for the hashes of its paragraphs, and for its files."""
    known = _parsed.get(source)
    return known if known is not None else _parsed.add(source, pair_notes(parse_markdown(source, typographic=True)))


def _set_nothing(cell: Runs) -> Runs:
    """Sets a hyphen that is all of a cell as a dash, as it is meant; a PDF tells it from that of a divided word."""
    return tuple(replace(run, text="–") for run in cell) if plain_text(cell).strip() == "-" else cell


def _disarm(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "latex_delimiter":
            return "&#92;"
        case "latex_block":
            return f"&#92;{found[0][1:]}"
        case "escaped" | "note":
            return found[0]
        case _:
            return f"\\{found[0]}"


class _BlockReader:
    """Reader of one text.

    Args:
        nodes: Of the text, its notes paired.
        resolve: What stands in the place of a mark.
        numbers: Of the notes, which count through all texts.
    """

    def __init__(self, nodes: tuple[MarkdownNode, ...], resolve: Resolve, numbers: Iterator[int]) -> None:
        self._nodes, self._resolve, self._numbers = nodes, resolve, numbers
        self._notes = {node.name: node.text for node in nodes if node.kind == "note"}

    def read(self) -> Iterator[Block]:
        """Yields the blocks; each note is in the run of its mark."""
        return self._read_blocks(self._nodes)

    def _read_blocks(self, nodes: Iterable[MarkdownNode]) -> Iterator[Block]:
        for node in nodes:
            match node.kind:
                case "heading":
                    yield Heading(node.level, self._read_runs(node.text))
                case "quote":
                    yield Quote(tuple(self._read_blocks(node.children)))
                case "list":
                    yield Items(node.start, tuple(tuple(self._read_blocks(item.children)) for item in node.children))
                case "rule":
                    # No writer has a rule, and nothing is dropped in silence.
                    yield Paragraph((TextRun("* * *"),))
                case "note":
                    continue
                case "table":
                    yield self._read_table(node)
                case _:
                    runs = self._read_runs(node.text)
                    if plain_text(runs).strip():
                        yield Paragraph(runs)

    def _read_table(self, node: MarkdownNode) -> LetterTable:
        rows = [tuple(_set_nothing(self._read_runs(cell.text)) for cell in row.children) for row in node.children]
        layout = lay_out_table([[plain_text(cell) for cell in row] for row in rows])
        heads, *others = [LetterRow(cells, is_tall) for cells, is_tall in zip(rows, layout.tall, strict=True)]
        return LetterTable(heads, tuple(others), node.alignments, layout)

    def _read_runs(self, texts: Iterable[StyledText]) -> Runs:
        # Joined before the spaces are bound: the two sides of such a space may come from two pieces of one style.
        joined = _join(run for text in texts for run in self._resolve_marks(text))
        return tuple(replace(run, text=bind_spaces(run.text)) for run in joined)

    def _resolve_marks(self, text: StyledText) -> Iterator[TextRun]:
        if text.note:
            note = Note(next(self._numbers), self._read_runs(self._notes[text.text[2:-1]]))
            yield TextRun(str(note.number), note=note)
            return
        for position, part in enumerate(_MARKED.split(text.text)):
            # With one group in the pattern, split() puts the marks' numbers at the odd places.
            if position % 2:
                yield from self._resolve(int(part))
            elif part:
                yield TextRun(part, text.italic, text.bold)


def visible_line(text: str) -> str:
    """Reduces a text to one visible line.

    PDF/A refuses what no font can show.
    """
    return " ".join(visible_text(text).split())


def bind_spaces(text: str) -> str:
    """Binds the spaces at which no line may end: ``8 C.F.R. § 204.5``, ``Dr. Wu``, ``May 4, 2021``."""
    return _BOUND.sub("\u00a0", text)


def _join(runs: Iterable[TextRun]) -> Iterator[TextRun]:
    held: TextRun | None = None
    for run in runs:
        if held is not None and held.style == run.style:
            held = replace(held, text=held.text + run.text)
        else:
            if held is not None:
                yield held
            held = run
    if held is not None:
        yield held
