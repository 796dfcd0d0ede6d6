"""The petition as tagged PDF/A-2b, typeset by Typst.

The template is a constant; the petition reaches it as JSON, and every string of it is placed as a string. No Typst
source is ever built from text, so there is nothing to escape and nothing that could run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
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

STANDARDS: tuple[typst.PDFStandard, ...] = ("a-2b", "ua-1")
"""Archival and accessible; Typst refuses to write a file that breaks either."""

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

    def compile_with(fonts: typst.Fonts) -> bytes:
        template = resources.files("workbench.export").joinpath(f"templates/{name}.typ").read_bytes()
        pdf = typst.compile(
            template,
            font_paths=fonts,
            sys_inputs={name: data},
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
        return compile_with(embedded)
    except typst.TypstError as error:
        # PDF/A forbids glyphs that are missing, so Typst refuses the document and names the characters.
        if not _find_missing(error):
            raise _refuse_document(error) from None
    everywhere = typst.Fonts(include_system_fonts=True)
    for _ in range(2):  # the first list of missing characters may be cut short by the compiler
        try:
            return compile_with(everywhere)
        except typst.TypstError as error:
            missing = _find_missing(error)
            if not missing:
                raise _refuse_document(error) from None
            if not placeholders:
                raise ExportError(
                    f"no font on this machine has the characters {' '.join(sorted(missing))}; "
                    "install a font for that script, or transliterate them"
                ) from None
            for character in missing:
                # In the JSON text itself: beyond ASCII, none of these characters is a part of its syntax.
                data = data.replace(character, f"[U+{ord(character):04X}]")
    return compile_with(everywhere)


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
    while rest := "".join(character for character in text if character not in missing):
        try:
            typst.compile(
                b"#set document(title: sys.inputs.text)\n#sys.inputs.text",
                font_paths=everywhere,
                sys_inputs={"text": rest},
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
