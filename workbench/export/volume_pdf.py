"""Binding of one volume: letter, index, covers and exhibits in one PDF, with stamps, labels, bookmarks and links."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC
from typing import BinaryIO, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name

from workbench.case.exhibit_pdf import set_still
from workbench.export.letter_style import ExhibitLabel
from workbench.export.manifest import made_by
from workbench.export.package_volumes import PageTable, Part, Volume
from workbench.export.volume_index import PackageText, PageLabel, list_labels
from workbench.export.volume_stamps import stamp_pages

_ADDRESS = re.compile(r"exhibit:([0-9]{1,9})(?:/([0-9]{1,9}))?")


@dataclass(frozen=True)
class VolumeSheets:
    """Additions to a volume's exhibits.

    Attributes:
        index: As PDF.
        covers: The same.
        stamps: Words of the stamp of each page.
        letters: PDF with each letter of the stamps.
    """

    index: bytes
    covers: bytes
    stamps: Sequence[str]
    letters: bytes


class BoundVolume(NamedTuple):
    """Result of a binding: pages, links of letter and index that lead to a page, and those that lead nowhere."""

    pages: int
    links: int
    dead_links: int


def bind_volume(
    volume: Volume, table: PageTable, text: PackageText, *, letter: bytes, sheets: VolumeSheets, file: BinaryIO
) -> BoundVolume:
    """Binds a volume and writes it.

    The exhibits' files are read while the volume is written, so that memory does not grow with their size.

    Args:
        volume: Its exhibits are bound in order.
        table: Places of all exhibits of the package, for the links.
        text: Words of the sheets.
        letter: PDF of the letter, with pinned citations; for the first volume only.
        sheets: Of the volume.
        file: To write to.
    """
    with ExitStack() as opened:
        # The letter is the base of its volume: its own links and bookmarks stay as they are.
        pdf = opened.enter_context(pikepdf.open(io.BytesIO(letter)) if volume.letter else pikepdf.new())
        index = opened.enter_context(pikepdf.open(io.BytesIO(sheets.index)))
        pdf.add_pages_from(index, outlines="ignore")
        unbalanced = _add_exhibits(pdf, volume, sheets.covers, opened)
        letters = opened.enter_context(pikepdf.open(io.BytesIO(sheets.letters)))
        stamp_pages(pdf, sheets.stamps, letters, unbalanced)
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


def _add_exhibits(pdf: pikepdf.Pdf, volume: Volume, sheets: bytes, opened: ExitStack) -> set[int]:
    """Adds covers and exhibits; returns the pages, from 0, whose drawing state is not restored at their end."""
    unbalanced: set[int] = set()
    if not volume.parts:
        return unbalanced
    covers = opened.enter_context(pikepdf.open(io.BytesIO(sheets)))
    sheet = 0
    for part, start in volume.starts():
        pdf.pages.append(covers.pages[sheet])
        sheet += 1
        if part.exhibit.path is None:
            pdf.pages.append(covers.pages[sheet])
            sheet += 1
            continue
        _add_part(pdf, part, opened)
        unbalanced |= {
            start + 1 + index - part.first for index in part.exhibit.unbalanced if part.first <= index < part.behind
        }
    return unbalanced


def _add_part(pdf: pikepdf.Pdf, part: Part, opened: ExitStack) -> None:
    assert part.exhibit.path is not None  # noqa: S101 - the caller has looked
    source = opened.enter_context(pikepdf.open(part.exhibit.path, access_mode=pikepdf.AccessMode.stream))
    set_still(source)
    pdf.add_pages_from(source, range(part.first, part.behind), forms="strip", outlines="ignore")


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
