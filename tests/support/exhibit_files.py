"""Exhibits of a snapshot as files in memory, for the package."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pikepdf
from pdf_files import text, write_pdf_file

from workbench.errors import InputError, Problem
from workbench.live.snapshot import Snapshot


class ExhibitFiles(NamedTuple):
    """A snapshot whose digests are those of the files, and the files."""

    snapshot: Snapshot
    files: dict[str, tuple[str, bytes]]

    def exhibit_file(self, exhibit_id: str) -> tuple[str, bytes]:
        if exhibit_id not in self.files:
            raise InputError(Problem("there is no such file", "add it", file=exhibit_id))
        return self.files[exhibit_id]


def typed_pages(name: str, count: int) -> bytes:
    """Returns a PDF whose pages say their name and number."""
    return write_pdf_file([text(72, 700, f"Page {number} of {name}.") for number in range(1, count + 1)])


def give_files(snapshot: Snapshot, changed: Mapping[str, tuple[str, bytes, int]] | None = None) -> ExhibitFiles:
    """Gives each exhibit a PDF of its pages.

    Args:
        snapshot: Its exhibits' digests become those of the files.
        changed: By id other files: name, bytes, and pages in the run.
    """
    files: dict[str, tuple[str, bytes]] = {}
    exhibits = []
    for exhibit in snapshot.exhibits:
        name, raw, pages = (changed or {}).get(
            exhibit.exhibit_id,
            (f"{exhibit.exhibit_id}.pdf", typed_pages(exhibit.exhibit_id, exhibit.pages), exhibit.pages),
        )
        files[exhibit.exhibit_id] = (name, raw)
        sha256 = hashlib.sha256(raw).hexdigest()
        exhibits.append(exhibit.model_copy(update={"sha256": sha256, "pages": pages, "has_text": True}))
    return ExhibitFiles(snapshot.model_copy(update={"exhibits": tuple(exhibits)}), files)


def heavy_pages(sizes: Sequence[int]) -> bytes:
    """Returns a PDF whose pages hold a picture of so many bytes each, which cannot be compressed."""
    random = np.random.default_rng(7)
    with pikepdf.new() as pdf:
        for number, size in enumerate(sizes, start=1):
            side = int(size**0.5)
            picture = pdf.make_stream(random.integers(0, 256, side * side, dtype=np.uint8).tobytes())
            picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
            picture.Width = picture.Height = side
            picture.ColorSpace, picture.BitsPerComponent = pikepdf.Name.DeviceGray, 8
            page = pdf.add_blank_page()
            font = pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
            )
            page.obj.Resources = pikepdf.Dictionary(
                XObject=pikepdf.Dictionary(Im=picture), Font=pikepdf.Dictionary(F=font)
            )
            page.obj.Contents = pdf.make_stream(
                b"q 400 0 0 400 100 200 cm /Im Do Q\n" + text(72, 700, f"Heavy page {number}.")
            )
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()
