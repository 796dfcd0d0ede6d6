"""Binding of one volume: letter, index, covers and exhibits in one PDF, with stamps, labels, bookmarks and links."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

import pikepdf
from pikepdf import Array, Dictionary, Name

from workbench.case.exhibit_pdf import add_pages, set_still
from workbench.export.letter_style import ExhibitLabel
from workbench.export.manifest import made_by
from workbench.export.package_volumes import PageTable, Part, Volume
from workbench.export.volume_index import PackageText, PageLabel, VolumeSheets, list_labels
from workbench.export.volume_stamps import stamp_pages

_ADDRESS = re.compile(r"exhibit:([0-9]{1,9})(?:/([0-9]{1,9}))?")


class BoundVolume(NamedTuple):
    """Result of a binding: pages, links of letter and index that lead to a page, and those that lead nowhere."""

    pages: int
    links: int
    dead_links: int


class VolumeBinder:
    """A volume in the making: letter, covers and exhibits, then the index, whose length their places depend on.

    A context manager, which closes the exhibits' files. They are read while the volume is written, so that memory does
    not grow with their size.

    Args:
        parts: Of the volume.
        letter: PDF of the letter, with pinned citations; None in all volumes but the first.
        covers: PDF of the covers.
    """

    def __init__(self, parts: Sequence[Part], *, letter: bytes | None, covers: bytes) -> None:
        with ExitStack() as opened:
            # The letter is the base of its volume: its own links and bookmarks stay as they are.
            self._pdf = opened.enter_context(pikepdf.new() if letter is None else pikepdf.open(io.BytesIO(letter)))
            if parts:
                _add_exhibits(self._pdf, parts, covers, opened)
            self._opened = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._opened.close()

    def write(self, sheets: VolumeSheets, table: PageTable, text: PackageText, file: BinaryIO) -> BoundVolume:
        """Adds index, stamps, labels, bookmarks and links, and writes the volume; once.

        Args:
            sheets: Of the volume.
            table: Places of all exhibits of the package, for the links.
            text: Words of the package.
            file: To write to.
        """
        pdf, volume = self._pdf, sheets.volume
        index, letters = (
            self._opened.enter_context(pikepdf.open(io.BytesIO(each))) for each in (sheets.index, sheets.letters)
        )
        for place, sheet in enumerate(index.pages, start=volume.letter):
            pdf.pages.insert(place, sheet)
        stamp_pages(pdf, sheets.stamps, letters, _list_unbalanced(volume))
        _set_labels(pdf, list(list_labels(volume, text.label)))
        _set_bookmarks(pdf, volume, text.label)
        links, dead_links = _set_links(pdf, volume, table)
        _describe_file(pdf, volume, text)
        pdf.save(
            file,
            min_version="1.7",
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            # Streams of exhibits are copied as they are: none is decoded in this process.
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
        )
        return BoundVolume(len(pdf.pages), links, dead_links)


def _add_exhibits(pdf: pikepdf.Pdf, parts: Sequence[Part], covers: bytes, opened: ExitStack) -> None:
    sheets = iter(opened.enter_context(pikepdf.open(io.BytesIO(covers))).pages)
    for part in parts:
        pdf.pages.append(next(sheets))
        if part.exhibit.path is None:
            pdf.pages.append(next(sheets))
            continue
        source = opened.enter_context(pikepdf.open(part.exhibit.path, access_mode=pikepdf.AccessMode.stream))
        set_still(source)
        add_pages(pdf, source, range(part.first, part.behind))


def _list_unbalanced(volume: Volume) -> set[int]:
    """Lists the pages of a volume, from 0, whose drawing state is not restored at their end."""
    return {
        start + 1 + index - part.first
        for part, start in volume.starts()
        for index in part.exhibit.unbalanced
        if part.first <= index < part.behind
    }


# ---- labels, bookmarks, links


def _set_labels(pdf: pikepdf.Pdf, labels: list[PageLabel]) -> None:
    numbers = Array()
    before: PageLabel | None = None
    for index, label in enumerate(labels):
        goes_on = (
            before is not None
            and label.prefix == before.prefix
            and label.number is not None
            and before.number is not None
            and label.number == before.number + 1
        )
        if not goes_on:
            entry = Dictionary(P=pikepdf.String(label.prefix))
            if label.number is not None:
                entry.S, entry.St = Name.D, label.number
            numbers.append(index)
            numbers.append(entry)
        before = label
    pdf.Root.PageLabels = Dictionary(Nums=numbers)


def _set_bookmarks(pdf: pikepdf.Pdf, volume: Volume, label: ExhibitLabel) -> None:
    with pdf.open_outline() as outline:
        of_letter = list(outline.root)
        outline.root.clear()
        if volume.letter:
            letter = pikepdf.OutlineItem("Letter", 0, "Fit")
            letter.children.extend(of_letter)
            outline.root.append(letter)
        outline.root.append(pikepdf.OutlineItem("Exhibit Index", volume.letter, "Fit"))
        for part, start in volume.starts():
            state = part.exhibit.state
            divided = f" (part {part.ordinal} of {part.count})" if part.count > 1 else ""
            title = f"{label.name(state.number)}{divided} — {' '.join(state.title.split())}"
            outline.root.append(pikepdf.OutlineItem(title, start, "Fit"))
    pdf.Root.PageMode = Name.UseOutlines


def _set_links(pdf: pikepdf.Pdf, volume: Volume, table: PageTable) -> tuple[int, int]:
    """Leads the links of letter and index to the pages that they name."""
    links = dead = 0
    pages = pdf.pages
    for number in range(volume.letter + volume.index):
        for annotation in pages[number].obj.get("/Annots", ()):
            action = annotation.get("/A")
            match = None if action is None else _ADDRESS.fullmatch(str(action.get("/URI", "")))
            if match is None:
                continue
            place = table.find_place(int(match[1]), int(match[2]) if match[2] else None)
            if place is None:
                dead += 1
                del annotation["/A"]
                continue
            links += 1
            if "/Contents" not in annotation:  # what a screen reader says of the link
                page = f", page {match[2]}" if match[2] else ""
                annotation.Contents = pikepdf.String(f"Exhibit {match[1]}{page}")
            if place.volume == volume.number:
                annotation.A = Dictionary(S=Name.GoTo, D=Array([pages[place.page].obj, Name.Fit]))
            else:
                file = pikepdf.String(f"volume-{place.volume}.pdf")
                annotation.A = Dictionary(S=Name.GoToR, F=file, D=Array([place.page, Name.Fit]))
    return links, dead


def _describe_file(pdf: pikepdf.Pdf, volume: Volume, text: PackageText) -> None:
    root = pdf.Root
    # The letter alone is PDF/A and PDF/UA, and says so; a volume with other people's files is neither.
    for key in ("/Metadata", "/OutputIntents"):
        if key in root:
            del root[key]
    if "/MarkInfo" in root:
        root.MarkInfo = Dictionary(Marked=False)
    root.Lang = pikepdf.String("en-US")
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    for key in list(pdf.docinfo.keys()):
        del pdf.docinfo[key]
    moment = pikepdf.String(f"D:{text.at.astimezone(UTC):%Y%m%d%H%M%S}Z")
    pdf.docinfo["/Title"] = f"{text.title}, volume {volume.number}"
    pdf.docinfo["/Producer"] = made_by()
    pdf.docinfo["/CreationDate"] = moment
    pdf.docinfo["/ModDate"] = moment
