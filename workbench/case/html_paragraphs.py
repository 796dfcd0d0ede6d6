"""Paragraphs of a petition's HTML page one by one, to compare them with what was written."""

from __future__ import annotations

import json
from html.parser import HTMLParser

from workbench.case.pages import ReadFile, ReadLimits, ReadPage, UnreadableFileError, text_limit_error

MANIFEST_ID = "workbench-manifest"
"""Id of the script element that holds a run's manifest."""

NOTES_CLASS = "notes"
"""Class of the section that holds the notes."""

_ROWS = frozenset({"tr"})
_BLOCKS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "div", "blockquote", "section", "table", "ul", "ol",
                     "dl", "header", "footer", "main", "nav", "pre", "article", "aside"})  # fmt: skip
_BREAKS = frozenset({"br", "dt", "dd", "td", "th", "span"})
_UNSEEN = frozenset({"style", "title"})


def read_html_paragraphs(raw: bytes, limits: ReadLimits) -> ReadFile:
    """Reads the paragraphs and the manifest of a page.

    Returns:
        One page, as :func:`workbench.case.docx_paragraphs.read_docx_paragraphs` answers.

    Raises:
        UnreadableFileError: The file is no UTF-8 text, or beyond the limits.
    """
    try:
        source = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFileError("not UTF-8 text", "give the page as it was exported") from None
    if len(source) > limits.characters:
        raise text_limit_error(limits)
    page = _PageReader()
    page.feed(source)
    page.close()
    page.end_paragraph()
    # The mark of a draft stands above the running head here, behind it in the other formats.
    header = [" ".join(reversed(page.header))] if page.header else []
    found = {"header": header, "paragraphs": page.paragraphs, "notes": page.notes, "manifest": page.manifest}
    return ReadFile([ReadPage(json.dumps(found), "text")])


class _PageReader(HTMLParser):
    """A page as it is read.

    Attributes:
        header: The mark of a draft and the running head.
        paragraphs: Texts in order.
        notes: Those of the notes.
        manifest: JSON, or None.
    """

    def __init__(self) -> None:
        super().__init__()
        self.header: list[str] = []
        self.paragraphs: list[str] = []
        self.notes: list[str] = []
        self.manifest: str | None = None
        self._texts: list[str] = []
        self._unseen: str | None = None
        self._is_header = self._is_manifest = self._is_number = False
        self._in_row = self._in_contents = self._in_notes = False
        self._item = ""

    def end_paragraph(self) -> None:
        """Ends the present paragraph."""
        text = "".join(self._texts)
        self._texts.clear()
        if text.strip():
            (self.header if self._is_header else self.notes if self._in_notes else self.paragraphs).append(text)
        self._is_header = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "script":
            self._unseen = tag
            self._is_manifest = named.get("id") == MANIFEST_ID and self.manifest is None
            return
        if tag in _UNSEEN:
            self._unseen = tag
        if tag in _ROWS or (tag in _BLOCKS and not self._in_row):
            self.end_paragraph()
            self._in_row = tag in _ROWS
            self._is_header = named.get("class") in {"banner", "running"}
            self._item = tag if named.get("class", "").startswith("is-") else ""
            self._in_notes = self._in_notes or (tag == "section" and named.get("class") == NOTES_CLASS)
            self._in_contents = self._in_contents or (tag == "nav" and named.get("class") == "contents")
        elif tag in _BREAKS or tag in _BLOCKS:
            # The number of an entry of the contents is not compared; that of a heading is.
            self._is_number = tag == "span" and self._in_contents
            self._texts.append(" ")
        elif tag in {"img", "svg", "iframe", "object", "embed", "video", "canvas", "input"}:
            self._texts.append("[picture]")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._unseen:
            self._unseen, self._is_manifest = None, False
        elif tag == "nav":
            self.end_paragraph()
            self._in_contents = False
        elif tag == "tr" or (tag in _BLOCKS and not self._in_row):
            self.end_paragraph()
            self._in_row = False
            self._in_notes = self._in_notes and tag != "section"
        elif tag == "span":
            self._is_number = False
        elif tag == "b" and self._item:
            # The page sets the severity in a column of its own, the other formats before a colon.
            self._texts.append(":")
            self._item = ""

    def handle_data(self, data: str) -> None:
        if self._is_manifest:
            self.manifest = (self.manifest or "") + data
        elif self._unseen is None and not self._is_number:
            self._texts.append(data)
