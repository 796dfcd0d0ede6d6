"""Binding of one volume: letter, index, covers and exhibits in one PDF, with stamps, labels, bookmarks and links."""

from __future__ import annotations

import io
import re
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC
from typing import Any, BinaryIO, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name

from workbench.case.exhibit_pdf import set_still
from workbench.export.letter_style import ExhibitLabel
from workbench.export.manifest import made_by
from workbench.export.package_volumes import PageTable, Part, Volume
from workbench.export.volume_index import PackageText, PageLabel, list_labels

STAMP_WIDTH, STAMP_HEIGHT = 340.0, 16.0
"""Points; as in ``templates/page_stamps.typ``."""
STAMP_MARGIN = 14.0
"""From the right and lower edges of a letter page, in points; a printer leaves 12."""

_LETTER_HEIGHT = 792.0
_LEAST_SCALE = 0.4
_ADDRESS = re.compile(r"exhibit:([0-9]{1,9})(?:/([0-9]{1,9}))?")
_SHEET = (0.0, 0.0, 612.0, 792.0)
_SAVE, _RESTORE = b"q\n", b"\nQ\n"


class Box(NamedTuple):
    """Visible part of a page in its own coordinates: corners, and the quarter turns by which it is shown."""

    left: float
    bottom: float
    right: float
    top: float
    turns: int


@dataclass(frozen=True)
class VolumeSheets:
    """Sheets of a volume as PDF: its index, its covers, and its stamps."""

    index: bytes
    covers: bytes
    stamps: bytes


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
        _stamp_pages(pdf, sheets.stamps, unbalanced, opened)
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


# ---- stamps


def find_box(page: pikepdf.Page) -> Box:
    """Finds the visible part of a page, whatever its boxes say."""
    media = _read_box(page.obj.get("/MediaBox")) or _SHEET
    crop = _read_box(page.obj.get("/CropBox")) or media
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    # A crop box outside of its page is ignored by viewers.
    if right - left < 1 or top - bottom < 1:
        left, bottom, right, top = media
    try:
        turns = round(float(page.obj.get("/Rotate", 0)) / 90) % 4
    except (TypeError, ValueError):
        turns = 0
    return Box(left, bottom, right, top, turns)


def place_stamp(box: Box) -> tuple[float, float, float, float, float, float]:
    """Returns the matrix that draws a stamp in the lower right corner of a page as it is shown.

    On a larger page the stamp is larger, so that it can be read when the page is printed on a sheet.

    Examples:
        >>> place_stamp(Box(0, 0, 612, 792, 0))
        (1.0, 0.0, 0.0, 1.0, 258.0, 14.0)
    """
    across, up = box.right - box.left, box.top - box.bottom
    width, height = (up, across) if box.turns % 2 else (across, up)
    scale = max(max(width, height) / _LETTER_HEIGHT, _LEAST_SCALE)
    scale = min(scale, width / (STAMP_WIDTH + 2 * STAMP_MARGIN))
    margin = STAMP_MARGIN * scale
    along, above = width - margin - STAMP_WIDTH * scale, margin
    # From a place on the page as it is shown to its own coordinates; /Rotate turns clockwise.
    match box.turns:
        case 0:
            return (scale, 0.0, 0.0, scale, box.left + along, box.bottom + above)
        case 1:
            return (0.0, scale, -scale, 0.0, box.right - above, box.bottom + along)
        case 2:
            return (-scale, 0.0, 0.0, -scale, box.right - along, box.top - above)
        case _:
            return (0.0, -scale, scale, 0.0, box.left + above, box.top - along)


def _read_box(value: Any) -> tuple[float, float, float, float] | None:
    try:
        first, second, third, fourth = (float(each) for each in value)
    except (TypeError, ValueError):
        return None
    box = (min(first, third), min(second, fourth), max(first, third), max(second, fourth))
    return box if box[2] - box[0] >= 1 and box[3] - box[1] >= 1 else None


def _stamp_pages(pdf: pikepdf.Pdf, stamps: bytes, unbalanced: set[int], opened: ExitStack) -> None:
    source = opened.enter_context(pikepdf.open(io.BytesIO(stamps)))
    before = pdf.make_stream(_SAVE)
    for index, (page, stamp) in enumerate(zip(pdf.pages, source.pages, strict=True)):
        form = pdf.copy_foreign(stamp.as_form_xobject(handle_transformations=False))
        if index in unbalanced:
            _isolate_content(pdf, page)
        _own_resources(page).XObject["/WorkbenchStamp"] = form
        page.contents_add(before, prepend=True)
        matrix = " ".join(f"{value:.4f}" for value in place_stamp(find_box(page)))
        drawn = f"q {matrix} cm /Artifact BMC /WorkbenchStamp Do EMC Q\n".encode()
        page.contents_add(pdf.make_stream(_RESTORE + drawn))


def _isolate_content(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Draws the page's content as an object of its own, which begins and ends with a state of its own."""
    form = page.as_form_xobject(handle_transformations=False)
    box = find_box(page)
    form.BBox = Array([box.left, box.bottom, box.right, box.top])
    page.obj.Resources = Dictionary(XObject=Dictionary(WorkbenchPage=form))
    page.obj.Contents = pdf.make_stream(b"/WorkbenchPage Do")


def _own_resources(page: pikepdf.Page) -> pikepdf.Dictionary:
    """Gives a page resources of its own, for pages may share them, and each has another stamp."""
    shared = page.obj.get("/Resources")
    resources = Dictionary(dict(shared.items()) if isinstance(shared, Dictionary) else {})
    objects = resources.get("/XObject")
    resources.XObject = Dictionary(dict(objects.items()) if isinstance(objects, Dictionary) else {})
    page.obj.Resources = resources
    return resources


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
