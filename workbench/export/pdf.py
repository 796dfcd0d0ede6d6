"""The petition as tagged PDF/A-2b, typeset by Typst.

The template is a constant; the petition reaches it as JSON, and every string of it is placed as a string. No Typst
source is ever built from text, so there is nothing to escape and nothing that could run.
"""

from __future__ import annotations

import ast
import logging
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import fields
from datetime import datetime
from functools import lru_cache
from importlib import resources
from typing import Any

import orjson
import typst

from workbench.errors import ExportError
from workbench.export.letter_style import LetterStyle
from workbench.export.petition import Petition

logger = logging.getLogger("workbench")

STANDARDS: tuple[typst.PDFStandard, ...] = ("a-2b", "ua-1")
"""Archival and accessible; Typst refuses to write a file that breaks either."""

_OWN_FACES = ("Libertinus Serif", "New Computer Modern", "New Computer Modern Math", "DejaVu Sans Mono")
"""Of Typst; as in ``templates/faces.typ``."""
_FIRST_WORDS = {"Serif", "Naskh", "Mincho", "Song", "SimSun", "Batang"}
_LAST_WORDS = {"Mono", "Math", "Symbol", "Symbols", "Emoji", "Condensed", "OpenSymbol"}
_FONT_REMEDY = "install a font for that script, such as fonts-noto-core or fonts-noto-cjk, or transliterate them"
_MISSING_GLYPH = re.compile(r"the text `(\"(?:[^\"\\]|\\.)*\")` could not be displayed")


def render_pdf(petition: Petition) -> bytes:
    """Typesets the petition with Typst's own fonts.

    The same petition thus gives the same bytes on every machine. A font that the firm's style names is one of this
    machine; where it lacks it, Typst's own takes its place. Otherwise only text in a script that Typst's fonts lack is
    set with the fonts of the system; what no font has appears as ``[U+5433]`` in a draft.

    Raises:
        ExportError: A final petition holds characters that no font here has, or Typst refuses the document.
    """
    return typeset(
        "petition",
        _dump_data(petition),
        petition.at,
        # A filed letter shows no placeholder of ours in somebody's name.
        placeholders=petition.draft is not None,
        system_fonts=bool(petition.style.text_font or petition.style.title_font),
    )


def typeset(
    name: str,
    data: str,
    at: datetime,
    *,
    placeholders: bool,
    standards: Sequence[typst.PDFStandard] = STANDARDS,
    system_fonts: bool = False,
) -> bytes:
    """Typesets a template of this package.

    Args:
        name: Of ``templates/<name>.typ``, and of the input that it reads the data from.
        data: JSON.
        at: Date inside the file.
        placeholders: Whether a character that no font has appears as ``[U+5433]``.
        standards: Of PDF; ``a-2b`` must be one of them, for otherwise a character without a font is lost in silence.
        system_fonts: Whether the data name a font of this machine.

    Raises:
        ExportError: No font here has a character, without placeholders; or Typst refuses the document.
    """

    def compile_with(fonts: typst.Fonts, faces: Sequence[str], content: str) -> bytes:
        pdf = typst.compile(
            read_template(name),
            font_paths=fonts,
            sys_inputs={name: content, "faces": orjson.dumps(faces).decode()},
            pdf_standards=list(standards),
            # The state's moment, not the clock's: a file that is made again is the same file.
            timestamp=int(at.timestamp()),
            # Only what PDF/UA asks for: tags do not outlast the binding of a volume.
            pdf_tags="ua-1" in standards,
        )
        # Typst answers with a list where it writes one image a page.
        if not isinstance(pdf, bytes):
            raise ExportError("Typst answered with pages instead of a PDF; install typst 0.14 or newer")
        return pdf

    embedded = typst.Fonts(include_system_fonts=True) if system_fonts else _find_own_fonts()
    try:
        return compile_with(embedded, (), data)
    except typst.TypstError as error:
        # PDF/A forbids glyphs that are missing, so Typst refuses the document and names the characters.
        if not _find_missing(error):
            raise _refuse_document(error) from None
    everywhere = typst.Fonts(include_system_fonts=True)
    faces = list_faces(everywhere)
    return _show_missing(lambda content: compile_with(everywhere, faces, content), data, placeholders=placeholders)


def _show_missing(compile_data: Callable[[str], bytes], data: str, *, placeholders: bool) -> bytes:
    """Typesets data with the characters that no font has by their numbers; ExportError without placeholders."""
    missing: set[str] = set()
    while True:  # a list of the compiler is cut short, and names of joined letters the first only
        try:
            pdf = compile_data(data)
        except typst.TypstError as error:
            found = _find_missing(error) - missing
            if not found:
                raise _refuse_document(error) from None
            if not placeholders:
                raise ExportError(f"{_describe_missing(found)}; {_FONT_REMEDY}") from None
            missing |= found
            for character in found:
                # In the JSON text itself: beyond ASCII, none of these characters is a part of its syntax.
                data = data.replace(character, f"[U+{ord(character):04X}]")
        else:
            break
    if missing:
        _warn_of_missing(frozenset(missing))
    return pdf


def read_template(name: str) -> bytes:
    """Reads a template, with the faces of all of them before it."""
    templates = resources.files("workbench.export").joinpath("templates")
    return templates.joinpath("faces.typ").read_bytes() + templates.joinpath(f"{name}.typ").read_bytes()


def list_faces(fonts: typst.Fonts) -> list[str]:
    """Lists the faces for scripts that the first ones lack: with serifs before others, of one width and for signs last.

    Args:
        fonts: Of this machine.
    """
    families = [family for family in fonts.families() if family not in _OWN_FACES]

    def rank(family: str) -> tuple[bool, bool, bool, str]:
        words = set(family.split())
        # Of faces that differ by country, simplified Chinese first.
        return (not words.isdisjoint(_LAST_WORDS), not words & _FIRST_WORDS, words.isdisjoint({"SC"}), family)

    # Arabic of one width is at least legible.
    return [*sorted(families, key=rank), "DejaVu Sans Mono"]


@lru_cache(maxsize=1)
def _find_own_fonts() -> typst.Fonts:
    """Returns Typst's own fonts; those of the system are looked for anew each time, as they may be installed."""
    return typst.Fonts(include_system_fonts=False)


def find_missing_characters(text: str) -> frozenset[str]:
    """Finds the characters of a text that no font of this machine has.

    Args:
        text: One line; control characters must not be in it.
    """
    everywhere, missing = typst.Fonts(include_system_fonts=True), frozenset[str]()
    faces = orjson.dumps(list_faces(everywhere)).decode()
    while rest := "".join(character for character in text if character not in missing):
        try:
            typst.compile(
                read_template("line"),
                font_paths=everywhere,
                sys_inputs={"text": rest, "faces": faces},
                pdf_standards=["a-2b"],
            )
        except typst.TypstError as error:
            found = _find_missing(error)
            if not found:
                raise _refuse_document(error) from None
            missing |= found  # the compiler may cut its list short
        else:
            break
    return missing


def _find_missing(error: typst.TypstError) -> set[str]:
    """Finds the characters that no font had."""
    found: set[str] = set()
    for quoted in _MISSING_GLYPH.findall(error.diagnostic):
        # Typst quotes as Rust does, and literal_eval reads Python's escapes only.
        literal = re.sub(r"\\u\{([0-9a-f]+)\}", lambda match: chr(int(match[1], 16)), quoted)
        found |= set(ast.literal_eval(literal))
    return {character for character in found if ord(character) > 0x7F}  # noqa: PLR2004 - ASCII is in every font


def _describe_missing(characters: Collection[str]) -> str:
    return f"no font on this machine has the characters {' '.join(sorted(characters))}"


@lru_cache(maxsize=64)
def _warn_of_missing(characters: frozenset[str]) -> None:
    """Names characters that a draft shows by their numbers: once, although several files of an export have them."""
    what = _describe_missing(characters)
    logger.warning("%s: the draft shows their numbers, and a final is refused; %s", what, _FONT_REMEDY)


def _refuse_document(error: typst.TypstError) -> ExportError:
    return ExportError(f"Typst could not write the PDF: {error.message}")


def _describe_style(style: LetterStyle) -> dict[str, Any]:
    picture = style.letterhead_picture if style.letterhead_picture and style.letterhead_picture.png else None
    return {
        "letterhead": style.letterhead,
        "font": style.text_font,
        "heading_font": style.title_font,
        "size": style.text_size,
        "numbering": style.numbering,
        # Typst reads no Base64: its bytes are numbers.
        "picture": picture
        and {
            "bytes": list(picture.content),
            "width": picture.width,
            "height": picture.height,
            "text": style.alternative_text,
        },
    }


def _dump_data(petition: Petition) -> str:
    shown = {field.name: getattr(petition, field.name) for field in fields(petition)}
    # PDF/A-2 takes no attached JSON, so the file names the manifest by its digest; see docs/decisions.md, "The manifest
    # of a PDF stands beside it".
    shown["manifest"] = None if petition.manifest is None else petition.manifest.digest()
    shown["style"] = _describe_style(petition.style)
    return orjson.dumps(shown, default=lambda group: group.model_dump()).decode()
