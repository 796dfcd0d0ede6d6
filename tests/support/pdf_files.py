"""PDF files written object by object, as scanners, printers and forms write them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

HELVETICA = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
PICTURE = (
    b"<< /Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 64 >>"
)
FULL_PAGE = b"q 612 0 0 792 0 0 cm /Im Do Q\n"
"""Draws the picture over the whole page."""


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def text(x: float, y: float, words: str, *, mode: int = 0, font: bytes = b"F") -> bytes:
    """Content that writes a line; mode 3 is invisible."""
    escaped = words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").encode("cp1252")
    return b"BT /%s 11 Tf %d Tr %g %g Td (%s) Tj ET\n" % (font, mode, x, y, escaped)


SHIFTED_LETTERS = {
    100: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /ToUnicode 104 0 R >>",
    104: stream(
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def 1 begincodespacerange "
        b"<00> <FF> endcodespacerange 1 beginbfrange <20> <7E> <0003> endbfrange endcmap end end"
    ),
}
"""The font ``G``, which draws each letter rightly and names it as the one 29 places before it, as broken subsets do."""


def body(mode: int = 0) -> bytes:
    """Content with as much text as a short letter has."""
    return b"".join(
        text(
            72,
            600 - 20 * line,
            f"Line {line} of a letter about the medal and the reasons for which it is given.",
            mode=mode,
        )
        for line in range(6)
    )


def write_pdf_file(
    contents: Sequence[bytes],
    *,
    objects: Mapping[int, bytes] = {},
    annotations: Sequence[int] = (),
    fields: Sequence[int] = (),
    resources: bytes = b"",
    catalog: bytes = b"",
    pictures: bytes = b"",
) -> bytes:
    """Returns a whole file.

    Args:
        contents: Of each page. They may use the font ``F`` and the picture ``Im``.
        objects: Further objects, by a number from 100.
        annotations: Numbers of the first page's annotations.
        fields: Numbers of the form's fields.
        resources: Further entries of the pages' resources.
        catalog: Further entries of the catalog.
        pictures: Further pictures of the pages' resources.
    """
    references = b" ".join(b"%d 0 R" % number for number in annotations)
    written = {3: HELVETICA, 4: PICTURE + b"\nstream\n" + b"\x80" * 64 + b"\nendstream", **objects}
    for index, content in enumerate(contents):
        written[10 + 2 * index] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R /Annots [%s] "
            b"/Resources << /Font << /F 3 0 R /G 100 0 R >> /XObject << /Im 4 0 R /Fm 101 0 R %s >> %s >> >>"
        ) % (11 + 2 * index, references if index == 0 else b"", pictures, resources)
        written[11 + 2 * index] = stream(content)
    kids = b" ".join(b"%d 0 R" % (10 + 2 * index) for index in range(len(contents)))
    written[2] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(contents), kids)
    form = b" ".join(b"%d 0 R" % number for number in fields)
    if fields:
        catalog += b" /AcroForm << /Fields [%s] /DR << /Font << /F 3 0 R >> >> >>" % form
    written[1] = b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog
    out = io.BytesIO()
    out.write(b"%PDF-1.6\n")
    places = {}
    for number in sorted(written):
        places[number] = out.tell()
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, written[number]))
    table = out.tell()
    size = max(written) + 1
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
    for number in range(1, size):
        out.write(b"%010d 00000 %s \n" % (places.get(number, 0), b"n" if number in places else b"f"))
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, table))
    return out.getvalue()
