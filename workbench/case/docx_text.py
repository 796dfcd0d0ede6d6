"""The text of a DOCX, page by page, as Word shows it.

Walks the XML itself: python-docx's paragraphs leave out content controls, text boxes and insertions, and it refuses
files that Word opens.
"""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from workbench.case.docx_chunks import read_chunk
from workbench.case.docx_package import Package, find_child, find_children, get_attribute, is_on, tag_of
from workbench.case.docx_pages import DocxNote, DocxPicture, Piece, UnreadPart, gather_pages
from workbench.case.docx_styles import Numbering, Styles, value_of
from workbench.case.pages import (
    ReadFile,
    ReadLimits,
    UnreadableFileError,
    damage_error,
)

# Word wraps an encrypted DOCX in the container of the old .doc.
_OLE_MAGIC = b"\xd0\xcf\x11\xe0"
_LETTER_PAGE = 12240 * 15840
_EMU_OF_A_TWIP = 635
_TWIPS = {"pt": 20.0, "in": 1440.0, "cm": 567.0, "mm": 56.7, "px": 15.0}
_MAX_CHUNK_DEPTH = 3
_DELETED = "text deleted in tracked changes"
_TEXTS = {"w:t", "m:t", "a:t"}
_LITERALS = {"w:tab": "\t", "w:ptab": "\t", "w:cr": "\n", "w:noBreakHyphen": "-"}
_SKIPPED = {
    "w:pPr",
    "w:rPr",
    "w:tblPr",
    "w:trPr",
    "w:tcPr",
    "w:sdtPr",
    "w:sectPr",
    "w:rt",  # the small letters that tell how an East Asian word is read: they would stand within the word
}


# The signs by which forms are ticked, by the font's own table; F0 or 00 stands before the place.
_TICKS = {
    ("wingdings", "FC"): "✓", ("wingdings", "FB"): "✗", ("wingdings", "FE"): "☑", ("wingdings", "FD"): "☒",
    ("wingdings", "A8"): "☐", ("wingdings", "6F"): "☐", ("wingdings", "78"): "☒", ("wingdings", "A7"): "▪",
    ("wingdings 2", "50"): "✓", ("wingdings 2", "4F"): "✗", ("wingdings 2", "52"): "☑", ("wingdings 2", "53"): "☒",
    ("wingdings 2", "54"): "☒", ("wingdings 2", "A3"): "☐", ("symbol", "B7"): "•",
}  # fmt: skip


def read_docx(raw: bytes, limits: ReadLimits) -> ReadFile:
    """Reads a DOCX, DOCM, DOTX or DOTM.

    A page ends at a manual page break or where a section begins a new one; footnotes stand at the end of their page,
    endnotes at the end of the last.

    Raises:
        UnreadableFileError: The file is damaged, encrypted, no Word document, or beyond the limits.
    """
    return walk_docx(raw, limits, DocxWalk)


def walk_docx(raw: bytes, limits: ReadLimits, walk_type: type[DocxWalk]) -> ReadFile:
    """Reads a DOCX by one kind of walk.

    Raises:
        UnreadableFileError: As :func:`read_docx`.
    """
    if raw.startswith(_OLE_MAGIC):
        raise UnreadableFileError(
            "an encrypted document, or one in the old .doc format", "save it as .docx without a password"
        )
    try:
        return _read_package(raw, limits, 0, walk_type)
    except UnreadableFileError:
        raise
    except Exception:  # noqa: BLE001 - zipfile, lxml and zlib raise a dozen unrelated types on damaged bytes
        raise damage_error("DOCX") from None


def _read_package(raw: bytes, limits: ReadLimits, depth: int, walk_type: type[DocxWalk]) -> ReadFile:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        if sum(member.file_size for member in archive.infolist()) > limits.unzipped:
            raise UnreadableFileError("unpacks to an unreasonable size", "save it again, with smaller pictures")
        package = Package(archive)
        main = package.find_linked("", "officeDocument")
        if main is None:
            raise damage_error("DOCX")
        package.content_type(main)  # no program opens a file whose list of types is damaged
        walk = walk_type(package, main, limits, depth)
        pages = gather_pages(walk.pieces(walk.body), walk.page_area, limits)
        return ReadFile(pages, tuple(sorted(walk.not_read)), tuple(walk.running_heads))


class DocxWalk:
    """A walk through a document in reading order.

    Attributes:
        body: Root of the text.
        styles: Of the document.
        not_read: Parts that were passed over, in words.
        running_heads: The paragraphs of headers and footers, each once.
        NOTE_BREAK: Between the paragraphs of a note.
        WAYS: Tag to the method that reads it.
    """

    NOTE_BREAK = " "

    def __init__(self, package: Package, main: str, limits: ReadLimits, depth: int) -> None:
        root = package.parse(main)
        self.body = find_child(root, "w:body")
        if self.body is None:  # a workbook or slides under another name
            raise UnreadableFileError("no Word document", "save it as PDF in the program that opens it")
        self.not_read: set[str] = set()
        self.running_heads: dict[str, None] = {}
        self._package, self._limits, self._depth = package, limits, depth
        self._links = {link_id: target for link_id, _, target in package.links(main)}
        self.styles = Styles(self._parse_linked(main, "styles"))
        self._numbering = Numbering(self._parse_linked(main, "numbering"), self.styles)
        self._notes = {
            kind: {
                get_attribute(note, "id"): note
                for note in (root if root is not None else ())
                # Others are the lines that part notes from the text.
                if get_attribute(note, "type") in (None, "normal")
            }
            for kind, root in (
                ("Footnote", self._parse_linked(main, "footnotes")),
                ("Endnote", self._parse_linked(main, "endnotes")),
            )
        }
        self._note_counts = {"Footnote": 0, "Endnote": 0}
        self._style: str | None = None
        self._table_style: str | None = None
        # Fields that are open, outermost first: True before the result, where a field's instruction stands.
        self._instructions: list[bool] = []
        self._boxes: list[Any] = []
        marks = [mark for mark in self.body.iter() if tag_of(mark) == "w:sectPr"]
        # Others are former properties, kept for a tracked change.
        marks = [mark for mark in marks if tag_of(mark.getparent()) in ("w:pPr", "w:body")]
        self._page_ends = _find_page_ends(marks)
        self.page_area = _page_area(marks) * _EMU_OF_A_TWIP**2
        self._name_headers(marks)

    def pieces(self, element: Any) -> Iterator[Piece]:
        """Yields the text below an element, a form feed at each page's end."""
        for child in element:
            tag = tag_of(child)
            if not isinstance(child.tag, str) or tag in _SKIPPED:
                continue
            if tag in _TEXTS:
                # The result of a field within another's instruction is a part of that, as in IF and INCLUDETEXT.
                yield "" if any(self._instructions[:-1]) else child.text or ""
            elif tag in _LITERALS:
                yield _LITERALS[tag]
            elif tag == "w:br":
                yield "\f" if get_attribute(child, "type") == "page" else "\n"
            elif tag in self.WAYS:
                yield from self.WAYS[tag](self, child)
            else:
                yield from self.pieces(child)

    def walk_paragraph(self, paragraph: Any) -> Iterator[Piece]:
        """Yields a paragraph, its number first."""
        properties = find_child(paragraph, "w:pPr")
        style = value_of(find_child(properties, "w:pStyle")) or self.styles.default_paragraph
        breaks = find_child(properties, "w:pageBreakBefore")
        if is_on(breaks if breaks is not None else self.styles.property(style, "w:pPr", "w:pageBreakBefore")):
            yield "\f"
        mark = find_child(properties, "w:rPr")
        # With its mark deleted or hidden, a paragraph runs on into the next.
        deleted = find_child(mark, "w:del") is not None or find_child(mark, "w:moveFrom") is not None
        hidden = is_on(find_child(mark, "w:vanish")) or is_on(find_child(mark, "w:specVanish"))
        label = "" if deleted else self._numbering.next_label(properties, style)
        outer = self._style, self._boxes
        self._style, self._boxes = style, []
        content = list(self.pieces(paragraph))
        boxes = self._boxes
        self._style, self._boxes = outer
        if label and (not hidden or _has_words(content)):
            yield label
        yield from content
        if not (deleted or hidden):
            yield "\n\n"
        elif boxes:
            yield "\n"
        # Behind the paragraph that anchors them: within it they would part its words.
        for box in boxes:
            yield from self.pieces(box)
        section = find_child(properties, "w:sectPr")
        if section is not None and section in self._page_ends:
            yield "\f"

    def _put_off_text_box(self, box: Any) -> Iterator[Piece]:
        self._boxes.append(box)
        yield from ()

    def _walk_run(self, run: Any) -> Iterator[Piece]:
        if self.styles.is_hidden(run, self._style, self._table_style):
            self.not_read.add("hidden text")
        else:
            yield from self.pieces(run)

    def walk_table(self, table: Any) -> Iterator[Piece]:
        """Yields a table row by row."""
        with self.within_table(table):
            yield from self.pieces(table)

    @contextmanager
    def within_table(self, table: Any) -> Iterator[None]:
        """Reads text as that of a table, whose style may hide it."""
        outer = self._table_style
        self._table_style = value_of(find_child(table, "w:tblPr", "w:tblStyle"))
        yield
        self._table_style = outer

    def _walk_field_mark(self, mark: Any) -> Iterator[Piece]:
        kind = get_attribute(mark, "fldCharType")
        if kind == "begin":
            self._instructions.append(True)
        elif self._instructions and kind == "separate":
            self._instructions[-1] = False
        elif self._instructions and kind == "end":
            self._instructions.pop()
        yield from self.pieces(mark)

    def walk_row(self, row: Any) -> Iterator[Piece]:
        """Yields a row of a table as one line."""
        texts, others = self.read_row(row)
        if texts:
            yield "\t".join(texts) + "\n"
        yield from others

    def read_row(self, row: Any) -> tuple[list[str], list[Piece]]:
        """Reads the cells of a row, a line each, and what of them is no text; none of a row that is not shown."""
        properties = find_child(row, "w:trPr")
        texts: list[str] = []
        others: list[Piece] = []
        if is_on(find_child(properties, "w:hidden")):
            self.not_read.add("hidden text")
            return texts, others
        if find_child(properties, "w:del") is not None:
            self.not_read.add(_DELETED)
            return texts, others
        for cell in find_children(row, "w:tc"):
            if find_child(cell, "w:tcPr", "w:cellDel") is not None:
                self.not_read.add(_DELETED)
                continue
            content = list(self.pieces(cell))
            text = "".join(piece for piece in content if isinstance(piece, str)).strip(" \n")
            texts.append(re.sub(r"[ \n]*\n[ \n]*", " ", text))
            others += [piece for piece in content if not isinstance(piece, str)]
        return texts, others

    def _skip_deletion(self, _: Any) -> Iterator[Piece]:
        self.not_read.add(_DELETED)
        yield from ()

    def _skip_comment(self, _: Any) -> Iterator[Piece]:
        self.not_read.add("comments")
        yield from ()

    def _walk_alternatives(self, element: Any) -> Iterator[Piece]:
        # The same content once for newer and once for older readers; the first that says something is read.
        boxes = len(self._boxes)
        for branch in element:
            content = list(self.pieces(branch)) if tag_of(branch) in ("mc:Choice", "mc:Fallback") else []
            says = _has_words(content) or any(not isinstance(piece, str) for piece in content)
            if says or len(self._boxes) > boxes:
                yield from content
                return

    def _walk_footnote(self, reference: Any) -> Iterator[Piece]:
        yield from self.walk_note("Footnote", reference)

    def _walk_endnote(self, reference: Any) -> Iterator[Piece]:
        yield from self.walk_note("Endnote", reference)

    def walk_note(self, kind: str, reference: Any) -> Iterator[Piece]:
        """Yields a note that stands at the end of the page or of the text."""
        note = self._notes[kind].pop(get_attribute(reference, "id"), None)
        if note is None:  # or read already
            return
        label = kind
        # Where the author has set a mark by hand, it stands in the text.
        if get_attribute(reference, "customMarkFollows") in (None, "0", "false", "off"):
            self._note_counts[kind] += 1
            label = f"{kind} {self._note_counts[kind]}"
        yield DocxNote(kind == "Endnote", f"{label}: {self.read_note(note)}")

    def read_note(self, note: Any) -> str:
        """Returns the words of a note, its paragraphs parted as :attr:`NOTE_BREAK` says."""
        outer = self._boxes
        self._boxes = []
        text = "".join(piece for piece in self.pieces(note) if isinstance(piece, str))
        self._boxes = outer
        return self.NOTE_BREAK.join(" ".join(part.split()) for part in text.split("\n\n") if part.strip())

    def _walk_drawing(self, drawing: Any) -> Iterator[Piece]:
        tags = {tag_of(part) for part in drawing.iter()}
        if tags & {"c:chart", "dgm:relIds"}:
            self.not_read.add("charts and diagrams")
        if tags & {"pic:pic", "c:chart", "dgm:relIds"} and "w:txbxContent" not in tags:
            frame = next((part for part in drawing.iter() if tag_of(part) == "wp:extent"), None)
            sides = [get_attribute(frame, side) or "" for side in ("cx", "cy")] if frame is not None else []
            yield DocxPicture(_multiply(sides))
        yield from self.pieces(drawing)

    def _walk_old_picture(self, picture: Any) -> Iterator[Piece]:
        for shape in picture.iter():
            if find_child(shape, "v:imagedata") is not None:
                style = get_attribute(shape, "style") or ""
                sides = re.findall(r"(?<![-\w])(?:width|height):\s*([0-9.]{1,12})(pt|in|cm|mm|px)", style)
                lengths = [str(_to_float(number) * _TWIPS[unit] * _EMU_OF_A_TWIP) for number, unit in sides]
                yield DocxPicture(_multiply(lengths))
        yield from self.pieces(picture)

    def _walk_embedded_object(self, element: Any) -> Iterator[Piece]:
        self.not_read.add("embedded objects")
        yield from self._walk_old_picture(element)

    def _read_symbol(self, element: Any) -> Iterator[Piece]:
        code = get_attribute(element, "char") or ""
        font = (get_attribute(element, "font") or "").casefold()
        if (sign := _TICKS.get((font, re.sub("^(?:F0|00)", "", code.upper())))) is not None:
            yield sign
            return
        # In F000 to F0FF stands a place in the font's own table, which is no character.
        if re.fullmatch(r"[0-9A-Fa-f]{4}", code) and not 0xD800 <= int(code, 16) <= 0xF8FF:  # noqa: PLR2004
            yield chr(int(code, 16))

    def _read_word_art(self, element: Any) -> Iterator[Piece]:
        yield f"{get_attribute(element, 'string') or ''}\n"

    def _read_tick(self, box: Any) -> Iterator[Piece]:
        state = find_child(box, "w:checked")
        yield "☒" if is_on(state if state is not None else find_child(box, "w:default")) else "☐"

    def _read_choice(self, options: Any) -> Iterator[Piece]:
        labels = [value_of(option) or "" for option in options if tag_of(option) == "w:listEntry"]
        chosen = value_of(find_child(options, "w:result")) or value_of(find_child(options, "w:default")) or "0"
        yield from labels[int(chosen) : int(chosen) + 1] if re.fullmatch(r"[0-9]{1,4}", chosen) else ()

    def _skip_linked_document(self, _: Any) -> Iterator[Piece]:
        self.not_read.add("linked documents")
        yield UnreadPart("")

    def _walk_inserted_document(self, chunk: Any) -> Iterator[Piece]:
        """Yields the text of a document of another format that Word merges when it opens the file."""
        part = self._links.get(get_attribute(chunk, "id") or "", "")
        raw = self._package.read(part)
        kind = self._package.content_type(part)
        if raw is None:
            return
        text = read_chunk(raw, kind)
        if text is not None:
            yield text + "\n\n"
        elif "wordprocessingml" in kind and raw.startswith(b"PK") and self._depth < _MAX_CHUNK_DEPTH:
            inner = _read_package(raw, self._limits, self._depth + 1, type(self))
            self.not_read.update(inner.not_read)
            yield "\f".join(page.text for page in inner.pages)
            if any(page.kind != "text" for page in inner.pages):
                yield UnreadPart(part)
        else:
            self.not_read.add("an inserted document")
            yield UnreadPart(part)

    def _name_headers(self, marks: list[Any]) -> None:
        for mark in marks:
            for reference in mark:
                if tag_of(reference) in ("w:headerReference", "w:footerReference"):
                    part = self._package.parse(self._links.get(get_attribute(reference, "id") or "", ""))
                    for words in () if part is None else _read_paragraphs(part):
                        self.not_read.add("headers and footers")
                        self.running_heads[words] = None

    def _parse_linked(self, main: str, kind: str) -> Any:
        part = self._package.find_linked(main, kind)
        return None if part is None else self._package.parse(part)

    WAYS: ClassVar[dict[str, Callable[[Any, Any], Iterator[Piece]]]] = {
        "w:p": walk_paragraph,
        "w:r": _walk_run,
        "w:tbl": walk_table,
        "w:tr": walk_row,
        "w:fldChar": _walk_field_mark,
        "w:txbxContent": _put_off_text_box,
        "w:del": _skip_deletion,
        "w:moveFrom": _skip_deletion,
        "w:footnoteReference": _walk_footnote,
        "w:endnoteReference": _walk_endnote,
        "w:commentReference": _skip_comment,
        "w:drawing": _walk_drawing,
        "w:pict": _walk_old_picture,
        "w:object": _walk_embedded_object,
        "w:sym": _read_symbol,
        "w:checkBox": _read_tick,
        "w:ddList": _read_choice,
        "v:textpath": _read_word_art,
        "w:subDoc": _skip_linked_document,
        "w:altChunk": _walk_inserted_document,
        "mc:AlternateContent": _walk_alternatives,
    }


def _read_paragraphs(part: Any) -> Iterator[str]:
    """Yields the words of a header's or footer's paragraphs, without empty ones."""
    for paragraph in part.iter():
        if tag_of(paragraph) == "w:p":
            pieces = (
                each.text or "" if tag_of(each) in _TEXTS else _LITERALS.get(tag_of(each), "")
                for each in paragraph.iter()
            )
            if words := " ".join("".join(pieces).split()):
                yield words


def _find_page_ends(marks: list[Any]) -> set[Any]:
    """Finds section marks behind which a new page begins.

    The *next* section's type says how that one starts; a section without a type begins on a new page.
    """
    return {
        mark
        for mark, following in itertools.pairwise(marks)
        if value_of(find_child(following, "w:type")) != "continuous"
    }


def _page_area(marks: list[Any]) -> float:
    """Returns the area of the first section's page, in square twips."""
    size = find_child(marks[0], "w:pgSz") if marks else None
    area = _multiply([get_attribute(size, side) or "" for side in ("w", "h")]) if size is not None else 0.0
    return area or _LETTER_PAGE


def _has_words(pieces: list[Piece]) -> bool:
    return any(isinstance(piece, str) and piece.strip(" \t\n") for piece in pieces)


def _multiply(sides: list[str]) -> float:
    """Returns an area; where a side is unknown, the smallest that is none."""
    lengths = [_to_float(side) for side in sides]
    return lengths[0] * lengths[1] if len(lengths) == 2 and all(lengths) else 1.0  # noqa: PLR2004


def _to_float(text: str) -> float:
    return float(text) if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{0,12})?", text) else 0.0
