"""The Markdown of drafts, which nobody has to trust: made inert, read by pandoc, reduced to a few kinds of block.

What a writer (HTML, Typst, DOCX) gets is data: runs of plain text with two styles, in paragraphs, headings, quotes
and lists. There is no kind for an image, a link, raw HTML or TeX, or mathematics, so none of them can get through.
Nothing is dropped in silence either: what is not among the kinds becomes text that can be seen.
"""

from __future__ import annotations

import re
import subprocess
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import orjson
import pypandoc

from workbench.errors import ExportError

READER = "commonmark-raw_html+smart"
"""CommonMark as Jupyter reads it. An allow-list of one: no extension of a later pandoc can open a door."""

TIMEOUT_S = 60
DEEPEST = 12
"""Quotes and lists nested deeper than this are flattened."""

_CELL = ("\ue002", "\ue003")
_MARK = ("\ue000", "\ue001")
_MARKED = re.compile(f"{_MARK[0]}(\\d+){_MARK[1]}")
_BOUND = re.compile(
    r"(?<=§) (?=\d)|(?<=\.R\.|\.C\.) (?=§|\d)|(?<=\d) (?=C\.F\.R\.|U\.S\.C\.)|(?<=INA) (?=§)"
    r"|(?<=\d) (?=F\.\d|F\. Supp\.|I&N)"
    r"|(?<=\b[DM][rsx]\.) (?=[A-Z])|(?<=\bMrs\.) (?=[A-Z])|(?<=\bProf\.) (?=[A-Z])"
    r"|(?<=[a-z]{3}) (?=\d\d?, (?:1[89]|20)\d\d\b)|(?<=\bMay) (?=\d\d?, (?:1[89]|20)\d\d\b)"
)
"""The spaces at which no line may end: ``8 C.F.R. § 204.5``, ``Dr. Wu``, ``May 4, 2021``."""
_DELIMITERS = re.compile(f"[{''.join((*_CELL, *_MARK))}]")


@dataclass(frozen=True)
class Run:
    """A stretch of text in one style.

    Attributes:
        text: Plain text; a line feed is a forced line break.
        italic: Emphasised.
        bold: Strong.
        target: Anchor of this very document, such as ``exhibit-4``, or None; never an address.
        unresolved: Whether this stands for a citation that names nothing; drafts show it in red.
    """

    text: str
    italic: bool = False
    bold: bool = False
    target: str | None = None
    unresolved: bool = False


Runs = tuple[Run, ...]


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
    """A list; ``start`` is the first number, or None for bullets."""

    start: int | None
    items: tuple[tuple[Block, ...], ...]
    kind: Literal["items"] = "items"


Block = Paragraph | Heading | Quote | Items
Resolve = Callable[[int], Runs]
"""Answers the runs that stand where :func:`mark` was put."""


def plain_text(runs: Iterable[Run]) -> str:
    """The text alone."""
    return "".join(run.text for run in runs)


def mark(index: int) -> str:
    """A placeholder in Markdown that survives pandoc; :func:`read_markdown` hands its index to ``resolve``."""
    return f"{_MARK[0]}{index}{_MARK[1]}"


def clean(text: str) -> str:
    """Text without what nobody can see: controls, direction overrides, zero-width spaces, private characters.

    Composed (NFC), as pandoc leaves it: names of the manifest and names in the text are then the same characters.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    return unicodedata.normalize("NFC", "".join(character for character in text if _visible(character)))


def escape_markdown(text: str) -> str:
    """A name or title as Markdown of one line that reads as that very text."""
    line = re.sub(r"([\\`*_{}\[\]<>#$&~|!@])", r"\\\1", " ".join(clean(text).split()))
    return re.sub(r"^(\d*)([-+=.)])", r"\1\\\2", line)  # what would begin a list or underline a heading


_TOO_DEEP = re.compile(
    rf"^((?:[ \t]*(?:>|[-+*](?=[ \t])|\d{{1,9}}[.)](?=[ \t]))){{{DEEPEST}}}[ \t]*)(\d{{0,9}})([>+*.)-])", re.MULTILINE
)
"""The first marker of a quote or list, on a line that opens more than :data:`DEEPEST` of them."""

_BREAK = "<span></span>"
_DOLLAR = r"<span>\$</span>"
_LATEX = re.compile(r"(&\#92;|\\\\)(?=\\?[()\[\]]|begin|end)")
"""A backslash that the page shows, before what would make it open or close mathematics."""

_ALIVE = re.compile(
    r"""
      (?P<latex_delimiter> \\\\ (?=[()\[\]]) )
    | (?P<latex_block> \\ (?:begin|end) (?=\{) )
    | (?P<escaped> \\ [!-/:-@\[-`{-~] )
    | (?P<image> ! (?=\[) )
    | (?P<link> (?<=\]) (?=\() )
    | (?P<definition> (?<=\]) (?=:) )
    | (?P<character> [$<`~] )
    """,
    re.VERBOSE,
)


def inert(markdown: str) -> str:
    """Markdown in which only paragraphs, headings, quotes, lists and emphasis are alive; twice is the same as once.

    Code, mathematics, HTML, images, links and link definitions are escaped, so that Jupyter and pandoc alike show
    their source as text. A draft that follows the rules for content stays as it is, but for its dollar signs, which
    Jupyter would take for mathematics.
    """
    return _TOO_DEEP.sub(r"\1\2\\\3", _ALIVE.sub(_disarm, clean(markdown)))


def for_jupyter(markdown: str) -> str:
    """Inert Markdown that JupyterLab shows without mathematics; :func:`from_jupyter` takes it back.

    JupyterLab looks for mathematics in the rendered page, where an escaped dollar is a dollar again. Only a tag between
    the delimiters stops it, so where two could meet, each gets one.
    """
    paragraphs = re.split(r"(\n\s*\n)", _LATEX.sub(rf"\1{_BREAK}", markdown))
    return "".join(part.replace("\\$", _DOLLAR) if part.count("\\$") > 1 else part for part in paragraphs)


def from_jupyter(source: str) -> str:
    """A cell's source without what :func:`for_jupyter` put into it."""
    return source.replace(_DOLLAR, "\\$").replace(_BREAK, "")


def read_markdown(sources: Sequence[str], resolve: Resolve) -> list[tuple[Block, ...]]:
    """Reads texts, each on its own, in one call of pandoc.

    Args:
        sources: Inert Markdown; may hold placeholders made by :func:`mark`.
        resolve: What stands in the place of a mark.

    Returns:
        The blocks of each source.

    Raises:
        ExportError: Pandoc failed, or a text reached beyond its end into the next one.
    """
    separated = "".join(f"{source}\n\n{_CELL[0]}{index}{_CELL[1]}\n\n" for index, source in enumerate(sources))
    texts: list[tuple[Block, ...]] = []
    begun = 0
    blocks = _pandoc(separated)
    for position, block in enumerate(blocks):
        if block == {"t": "Para", "c": [{"t": "Str", "c": f"{_CELL[0]}{len(texts)}{_CELL[1]}"}]}:
            texts.append(tuple(_Reader(resolve).blocks(blocks[begun:position])))
            begun = position + 1
    if len(texts) != len(sources) or begun != len(blocks):
        raise ExportError(f"text {len(texts) + 1} of {len(sources)} does not end where it should; look at its Markdown")
    return texts


def _visible(character: str) -> bool:
    if character in "\n\t\u200c\u200d":  # the joiners belong to the spelling of several scripts
        return True
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _disarm(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "latex_delimiter":
            return "&#92;"
        case "latex_block":
            return f"&#92;{found[0][1:]}"
        case "escaped":
            return found[0]
        case _:
            return f"\\{found[0]}"


def _pandoc(markdown: str) -> list[dict[str, Any]]:
    command = [pypandoc.get_pandoc_path(), "--sandbox", "--from", READER, "--to", "json"]
    try:
        done = subprocess.run(  # noqa: S603 - the pandoc that pypandoc names, constant arguments, text on stdin only
            command, input=markdown.encode(errors="replace"), capture_output=True, check=True, timeout=TIMEOUT_S
        )
        blocks: list[dict[str, Any]] = orjson.loads(done.stdout)["blocks"]
    except subprocess.CalledProcessError as error:
        raise ExportError(f"pandoc could not read the petition: {error.stderr.decode(errors='replace')}") from None
    except subprocess.TimeoutExpired:
        raise ExportError(f"pandoc did not read the petition within {TIMEOUT_S} s; look for runaway nesting") from None
    except orjson.JSONDecodeError:
        raise ExportError("the petition is nested too deeply to be read; look for runaway quotes or lists") from None
    return blocks


class _Reader:
    """Reduces pandoc's tree; ``resolve`` fills the marks."""

    def __init__(self, resolve: Resolve) -> None:
        self.resolve = resolve

    def blocks(self, nodes: Iterable[dict[str, Any]], depth: int = 0) -> Iterator[Block]:
        for node in nodes:
            kind: str = node["t"]
            content: Any = node.get("c")
            if depth > DEEPEST:
                yield from _paragraph(self.runs(_leaves(node)))
                continue
            match kind:
                case "Para" | "Plain":
                    yield from _paragraph(self.runs(content))
                case "Header":
                    yield Heading(content[0], self.runs(content[2]))
                case "BlockQuote":
                    yield Quote(tuple(self.blocks(content, depth + 1)))
                case "BulletList":
                    yield Items(None, tuple(tuple(self.blocks(item, depth + 1)) for item in content))
                case "OrderedList":
                    items = tuple(tuple(self.blocks(item, depth + 1)) for item in content[1])
                    yield Items(content[0][0], items)
                case "CodeBlock":
                    yield from _paragraph(self.runs([{"t": "Code", "c": content}]))
                case "HorizontalRule":
                    yield Paragraph((Run("* * *"),))
                case _:
                    yield from _paragraph(self.runs(_leaves(node)))

    def runs(self, nodes: Iterable[dict[str, Any]]) -> Runs:
        joined = _joined(self._inlines(nodes, italic=False, bold=False))
        return tuple(replace(run, text=_BOUND.sub("\u00a0", run.text)) for run in joined)

    def _inlines(self, nodes: Iterable[dict[str, Any]], *, italic: bool, bold: bool) -> Iterator[Run]:
        for node in nodes:
            content: Any = node.get("c")
            match node["t"]:
                case "Str":
                    yield from self._text(content, italic=italic, bold=bold)
                case "Space" | "SoftBreak":
                    yield Run(" ", italic, bold)
                case "LineBreak":
                    yield Run("\n", italic, bold)
                case "Emph":
                    yield from self._inlines(content, italic=True, bold=bold)
                case "Strong":
                    yield from self._inlines(content, italic=italic, bold=True)
                case "Quoted":
                    before, after = ("‘", "’") if content[0]["t"] == "SingleQuote" else ("“", "”")
                    yield Run(before, italic, bold)
                    yield from self._inlines(content[1], italic=italic, bold=bold)
                    yield Run(after, italic, bold)
                case "Code":
                    # An indented block of code keeps the escapes of :func:`inert`; the reader should not see them.
                    text = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", content[1])
                    yield from self._text(text, italic=italic, bold=bold)
                case "Link" | "Image":
                    yield from self._inlines(content[1], italic=italic, bold=bold)
                case _:
                    yield from self._inlines(_leaves(node), italic=italic, bold=bold)

    def _text(self, text: str, *, italic: bool, bold: bool) -> Iterator[Run]:
        for position, part in enumerate(_MARKED.split(text)):
            if position % 2:
                yield from self.resolve(int(part))
            elif part:
                yield Run(_DELIMITERS.sub("", part), italic, bold)


def _paragraph(runs: Runs) -> Iterator[Paragraph]:
    if plain_text(runs).strip():
        yield Paragraph(runs)


def _leaves(node: Any) -> Iterator[dict[str, Any]]:
    """Every piece of text below a node of a kind that has no place in a letter."""
    match node:
        case {"t": "Str" | "Space" | "SoftBreak" | "LineBreak"}:
            yield node
        case {"t": "Math" | "Code" | "RawInline" | "RawBlock" | "CodeBlock", "c": [*_, str(text)]}:
            yield {"t": "Str", "c": text}
        case {"c": content}:
            yield from _leaves(content)
        case list():
            for part in node:
                yield from _leaves(part)


def _joined(runs: Iterable[Run]) -> Iterator[Run]:
    held: Run | None = None
    for run in runs:
        if held is not None and (held.italic, held.bold, held.target, held.unresolved) == (
            run.italic,
            run.bold,
            run.target,
            run.unresolved,
        ):
            held = replace(run, text=held.text + run.text)
        else:
            if held is not None:
                yield held
            held = run
    if held is not None:
        yield held
