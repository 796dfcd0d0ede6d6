"""Sheets of a volume that are typeset: index, covers, letters of the stamps; and the labels of its pages."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

import orjson
import pikepdf

from workbench.export.citations import pin_address
from workbench.export.letter_style import NBSP, PLAIN_LABEL, ExhibitLabel
from workbench.export.markdown import Block, Heading, Items, LetterTable, Paragraph, Quote, TextRun, bind_spaces
from workbench.export.package_exhibits import PreparedExhibit
from workbench.export.package_volumes import Part, Volume
from workbench.export.pdf import typeset
from workbench.export.petition import Petition
from workbench.text.long_date import format_long_date
from workbench.text.markdown import visible_text

_PINNED = re.compile(r"exhibit:([0-9]+)(?:/([0-9]+))?")


@dataclass(frozen=True)
class PackageText:
    """Words that the sheets of a package are made of.

    Attributes:
        title: Of the petition.
        draft: The words on every page of a draft; None in a final package.
        at: Date inside the files.
        cited: By exhibit number, where the letter cites it, one line.
        same: By exhibit number, the exhibits that are the same document.
        label: Form of the names of exhibits.
    """

    title: str
    draft: str | None
    at: datetime
    cited: Mapping[int, str]
    same: Mapping[int, tuple[int, ...]]
    label: ExhibitLabel = PLAIN_LABEL


class PageLabel(NamedTuple):
    """Label of a page: ``Ex. 12 p. 3`` is the prefix ``Ex. 12 p. `` and the number 3."""

    prefix: str
    number: int | None = None

    def __str__(self) -> str:
        return self.prefix if self.number is None else f"{self.prefix}{self.number}"


def list_labels(volume: Volume, form: ExhibitLabel = PLAIN_LABEL) -> Iterator[PageLabel]:
    """Yields the label of each page of a volume."""
    yield from (PageLabel("Letter p. ", number) for number in range(1, volume.letter + 1))
    yield from (PageLabel("Index p. ", number) for number in range(1, volume.index + 1))
    for part in volume.parts:
        name = f"{form.stamp} {form.number(part.exhibit.number)}"
        yield PageLabel(f"{name} cover" if part.count == 1 else f"{name} cover {part.ordinal}")
        for label in part.exhibit.labels[part.first : part.behind]:
            if label.isdigit():
                yield PageLabel(f"{name} p. ", int(label))
            else:
                yield PageLabel(f"{name} p. {label}" if label else f"{name} (not bound)")


def _list_stamps(volume: Volume, text: PackageText) -> Iterator[str]:
    """Yields the words of the stamp of each page of a volume."""
    for place, label in enumerate(list_labels(volume, text.label), start=1):
        # The letter and the index have numbers of their own; a cover says its exhibit in large letters.
        name = str(label) if label.prefix.startswith(f"{text.label.stamp} ") and " cover" not in label.prefix else ""
        parts = (text.draft, name, f"Vol. {volume.number} p. {place}")
        yield "   |   ".join(part for part in parts if part)


def typeset_covers(volume: Volume, text: PackageText) -> bytes:
    """Typesets the covers of a volume, and behind its cover a sheet for each exhibit that cannot be bound."""
    sheets = []
    for part in volume.parts:
        exhibit = part.exhibit
        lines = _describe_exhibit(exhibit)
        if part.count > 1:
            pages = describe_pages(part)
            lines.append(f"Part {part.ordinal} of {part.count}: pages {pages}")
        title = _line(exhibit.state.title)
        sheets.append({"kind": "cover", "name": text.label.name(exhibit.number), "title": title, "lines": lines})
        if exhibit.trouble is not None:
            named = [title, *([f"File: {_line(exhibit.file)}"] if exhibit.file else [])]
            reason = f"Reason: {_line(exhibit.trouble)}."
            sheets.append({"kind": "trouble", "name": text.label.name(exhibit.number), "lines": [*named, reason]})
    return _typeset("exhibit_covers", {"title": _line(text.title), "sheets": sheets}, text)


@dataclass(frozen=True)
class VolumeSheets:
    """Sheets of a volume that depend on the number of pages of its index.

    Attributes:
        volume: With that number.
        index: As PDF.
        stamps: Words of the stamp of each page.
        letters: PDF with each letter of the stamps, from which they take their font.
    """

    volume: Volume
    index: bytes
    stamps: Sequence[str]
    letters: bytes


def typeset_sheets(volume: Volume, volumes: Sequence[Volume], text: PackageText) -> VolumeSheets:
    """Typesets the annotated index of a volume, and the letters of its stamps.

    The index says on which pages the exhibits stand, and its own pages come before them.
    """
    while True:
        index = _typeset_index(volume, volumes, text)
        count = count_pages(index)
        if count == volume.index:
            break
        # Longer numbers need no more lines, as their columns are fixed: the second round is the last.
        volume = replace(volume, index=count)
    stamps = list(_list_stamps(volume, text))
    letters = sorted(set().union(*stamps))
    return VolumeSheets(volume, index, stamps, _typeset("stamp_letters", letters, text))


def count_pages(pdf: bytes) -> int:
    """Counts the pages of a PDF of our own."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)


def _typeset_index(volume: Volume, volumes: Sequence[Volume], text: PackageText) -> bytes:
    rows = []
    for part, start in volume.starts():
        exhibit = part.exhibit
        rows.append(
            {
                "number": text.label.number(exhibit.number),
                "title": _line(exhibit.state.title),
                "target": pin_address(exhibit.number)
                if part.ordinal == 1
                else pin_address(exhibit.number, int(exhibit.labels[part.first].split()[0])),
                "lines": [*_describe_exhibit(exhibit), *_annotate(part, text)],
                "exhibit_pages": describe_pages(part),
                "volume_pages": f"{start + 1}–{start + part.length}",
            }
        )
    data = {
        "title": f"Exhibit index, volume {volume.number}",
        "heading": f"Exhibit Index, Volume {volume.number} of {len(volumes)}",
        "lines": [_line(text.title), "Each page carries at its foot the exhibit’s page and the volume’s page."],
        "rows": rows,
        "others_heading": "In the other volumes",
        "others": [
            f"{_describe_volume(other, text.label)} in volume {other.number} ({other.file})"
            for other in volumes
            if other.number != volume.number
        ],
    }
    return _typeset("volume_index", data, text)


def describe_pages(part: Part) -> str:
    """Names the exhibit's pages in a part: ``1–22``."""
    labels = part.exhibit.labels[part.first : part.behind]
    if not labels[0]:
        return "not bound"
    first, last = labels[0].split()[0], labels[-1].split()[0]
    return first if first == last else f"{first}–{last}"


def list_cited(petition: Petition) -> dict[int, str]:
    """Lists by exhibit number where the letter cites it: ``Cited in II at 1–2, 4; V``.

    Args:
        petition: With pinned citations.
    """
    found: dict[int, dict[str, list[str]]] = {}
    for section in petition.sections:
        for run in _list_runs(section.blocks):
            match = _PINNED.fullmatch(run.target or "")
            if match is not None:
                pages = found.setdefault(int(match[1]), {}).setdefault(section.name, [])
                if match[2] is not None:
                    pages.append(run.text.rpartition(NBSP)[2])
    return {
        number: "Cited in "
        + "; ".join(
            f"{numeral} at {', '.join(dict.fromkeys(pages))}" if pages else numeral
            for numeral, pages in sections.items()
        )
        for number, sections in found.items()
    }


def _list_runs(blocks: Iterable[Block]) -> Iterator[TextRun]:
    for block in blocks:
        match block:
            case Paragraph() | Heading():
                yield from block.runs
            case Quote():
                yield from _list_runs(block.blocks)
            case Items():
                for item in block.items:
                    yield from _list_runs(item)
            case LetterTable():
                yield from (run for row in block.all_rows for cell in row.cells for run in cell)


def _describe_exhibit(exhibit: PreparedExhibit) -> list[str]:
    kind = _line(exhibit.state.kind.replace("_", " ").capitalize())
    return [", ".join(part for part in (kind, _line(format_long_date(exhibit.state.date))) if part)]


def _annotate(part: Part, text: PackageText) -> list[str]:
    exhibit = part.exhibit
    lines = []
    if part.count > 1:
        lines.append(f"Part {part.ordinal} of {part.count}.")
    if exhibit.trouble is not None:
        lines.append(f"Not bound here: {_line(exhibit.trouble)}.")
    lines.append(f"{text.cited.get(exhibit.number, 'Not cited in the letter')}.")
    if same := text.same.get(exhibit.number):
        others = "".join(f", {text.label.number(each)}" for each in same[1:])
        lines.append(f"The same document as {text.label.name(same[0])}{others}.")
    # What the binding of this very file changed; the reader of a paper copy sees nothing of it elsewhere.
    lines += [f"Note: {_line(note)}." for note in exhibit.notes]
    return lines


def _describe_volume(volume: Volume, label: ExhibitLabel) -> str:
    if not volume.parts:
        return "The letter"
    first, last = volume.parts[0].exhibit.number, volume.parts[-1].exhibit.number
    letter = "The letter and " if volume.letter else ""
    name = label.name(first)
    if first != last:
        word, number = name.split()
        name = f"{word}s {number}–{label.number(last)}"
    return f"{letter}{name}"


def _typeset(name: str, data: object, text: PackageText) -> bytes:
    return typeset(name, orjson.dumps(data).decode(), text.at, placeholders=text.draft is not None, standards=("a-2b",))


def _line(text: str) -> str:
    return bind_spaces(" ".join(visible_text(text).split()))
