"""Footnotes of a Word document, which python-docx cannot write.

Word numbers them itself, in the order of their marks. Source: ECMA-376, part 1, section 17.11; the separators and the
settings that name them are those that Word writes.
"""
# ruff: noqa: SLF001 - python-docx hands out its XML elements only as _p and _r, and names this the way to extend it

from __future__ import annotations

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import XmlPart
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run

from workbench.export.word import make_element

REFERENCE = qn("w:footnoteReference")
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_SEPARATORS = (("separator", "-1"), ("continuationSeparator", "0"))
_AFTER_NOTES = frozenset(
    qn(name)
    for name in (
        *("w:endnotePr", "w:compat", "w:docVars", "w:rsids", "m:mathPr", "w:attachedSchema", "w:themeFontLang"),
        *("w:clrSchemeMapping", "w:doNotIncludeSubdocsInStats", "w:shapeDefaults", "w:decimalSymbol"),
        "w:listSeparator",
    )
)
"""Settings that the schema has behind those of footnotes."""


class Footnotes:
    """The footnotes of one document; their part is made with the first of them.

    Args:
        document: Of python-docx, with its styles.
    """

    def __init__(self, document: Any) -> None:
        self._document = document
        self._root: Any = find_notes(document)
        self._styles: tuple[str, str] | None = None

    def add_note(self, paragraph: Any) -> Any:
        """Adds a note whose mark stands at the end of a paragraph.

        Returns:
            The note's own paragraph, of python-docx, to be filled.
        """
        text = self.make_note()
        paragraph._p.append(make_reference(text.getparent().get(qn("w:id")), self._find_styles()[1]))
        return WordParagraph(text, paragraph._parent)

    def make_note(self) -> Any:
        """Makes a note without words, and returns its ``w:p``."""
        text_style, mark_style = self._find_styles()
        if self._root is None:
            self._root = _add_part(self._document)
        number = max(int(each.get(qn("w:id"))) for each in self._root) + 1
        note = make_element("w:footnote", id=str(number))
        text: Any = OxmlElement("w:p")
        text.style = text_style
        text.append(_make_run(OxmlElement("w:footnoteRef"), mark_style))
        blank: Any = OxmlElement("w:r")
        blank.text = " "
        text.append(blank)
        note.append(text)
        self._root.append(note)
        return text

    def sort_notes(self) -> None:
        """Puts the notes in the order of their marks, and numbers them so: LibreOffice takes them by their order."""
        if self._root is None:
            return
        notes = {note.get(qn("w:id")): note for note in self._root if note.get(qn("w:type")) is None}
        for number, mark in enumerate(self._document.element.body.iter(REFERENCE), start=1):
            note = notes[mark.get(qn("w:id"))]
            self._root.append(note)
            mark.set(qn("w:id"), str(number))
            note.set(qn("w:id"), str(number))

    def _find_styles(self) -> tuple[str, str]:
        if self._styles is None:
            self._styles = _add_styles(self._document)
        return self._styles


def find_notes(document: Any) -> Any:
    """Returns the root of a document's footnotes, or None."""
    return next((rel.target_part.element for rel in document.part.rels.values() if rel.reltype == RT.FOOTNOTES), None)


def find_note_text(document: Any, number: str) -> Any:
    """Returns the paragraph of the footnote with an id, or None."""
    root = find_notes(document)
    notes = () if root is None else root
    return next((note.find(qn("w:p")) for note in notes if note.get(qn("w:id")) == number), None)


def list_marks(document: Any) -> list[tuple[str, Run]]:
    """Lists the words of each note, with the run of its mark in the text."""
    marks: list[tuple[str, Run]] = []
    for mark in document.element.body.iter(REFERENCE):
        text = find_note_text(document, mark.get(qn("w:id")))
        if text is not None:
            words = "".join(part.text or "" for part in text.iter(qn("w:t")))
            marks.append((words, Run(mark.getparent(), WordParagraph(mark.getparent().getparent(), document))))
    return marks


def make_reference(number: str, style: str) -> Any:
    """Makes the run that is the mark of a note."""
    return _make_run(make_element("w:footnoteReference", id=number), style)


def _add_part(document: Any) -> Any:
    """Adds the part of the notes, with the lines that part them from the text."""
    root: Any = parse_xml(f"<w:footnotes {nsdecls('w', 'r')}/>")
    settings = document.settings.element
    properties = OxmlElement("w:footnotePr")
    for kind, number in _SEPARATORS:
        note = make_element("w:footnote", type=kind, id=number)
        line: Any = OxmlElement("w:p")
        spacing = line.get_or_add_pPr()
        spacing.append(make_element("w:spacing", after="0", line="240", lineRule="auto"))
        line.append(_make_run(OxmlElement(f"w:{kind}"), ""))
        note.append(line)
        root.append(note)
        properties.append(make_element("w:footnote", id=number))
    following = next((each for each in settings if each.tag in _AFTER_NOTES), None)
    settings.append(properties) if following is None else following.addprevious(properties)
    package = document.part.package
    document.part.relate_to(XmlPart(PackURI("/word/footnotes.xml"), _KIND, root, package), RT.FOOTNOTES)
    return root


def _add_styles(document: Any) -> tuple[str, str]:
    """Returns the ids of the styles of a note's text and of its mark, and adds those that the document lacks."""
    styles = document.styles
    names = {str(style.name).casefold(): style.style_id for style in styles}
    if "footnote text" not in names:
        text = styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH)
        text.element.set(qn("w:styleId"), "FootnoteText")
        text.base_style = styles["Normal"]
        text.font.size = Pt(10)
        text.paragraph_format.space_after, text.paragraph_format.line_spacing = Pt(2), 1.0
    if "footnote reference" not in names:
        mark = styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER)
        mark.element.set(qn("w:styleId"), "FootnoteReference")
        mark.font.superscript = True
    return names.get("footnote text", "FootnoteText"), names.get("footnote reference", "FootnoteReference")


def _make_run(child: Any, style: str) -> Any:
    run: Any = OxmlElement("w:r")
    if style:
        run.style = style
    run.append(child)
    return run
