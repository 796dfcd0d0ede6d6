"""Files of a few kilobytes that take a parser all memory or all time; each is made when it is wanted."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterable

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
LAST = "<w:p><w:r><w:t>hello</w:t></w:r></w:p>"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
ONE_PAGE = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"


def build_pdf(*objects: bytes) -> bytes:
    out, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    return out + head + table + tail


def pack(*pieces: tuple[bytes, int], filters: int = 1) -> bytes:
    """Packs pieces so many times each, without ever holding them unpacked."""
    packers = [zlib.compressobj(9) for _ in range(filters)]
    packed = bytearray()

    def add(data: bytes, level: int = 0) -> None:
        if level == filters:
            packed.extend(data)
        else:
            add(packers[level].compress(data), level + 1)

    for piece, times in pieces:
        # A megabyte at a time, for the loop's sake.
        share = max(1, 1_000_000 // max(1, len(piece)))
        for _ in range(times // share):
            add(piece * share)
        add(piece * (times % share))
    for level, packer in enumerate(packers):
        add(packer.flush(), level + 1)
    return bytes(packed)


def build_stream(*pieces: bytes | tuple[bytes, int], fields: bytes = b"", filters: int = 1) -> bytes:
    content = pack(*(piece if isinstance(piece, tuple) else (piece, 1) for piece in pieces), filters=filters)
    names = b"/FlateDecode" * filters
    return b"<<%b/Filter[%b]/Length %d>>stream\n%b\nendstream" % (fields, names, len(content), content)


def build_page(content: bytes, *more: bytes, box: bytes = b"[0 0 612 792]", resources: bytes = b"") -> bytes:
    """One page, with its content as object 4, a font as object 5 and more objects from 6 on."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox%b/Resources<</Font<</F 5 0 R>>%b>>/Contents 4 0 R>>" % (box, resources)
    return build_pdf(CATALOG, ONE_PAGE, page, content, FONT, *more)


def nested_forms(depth: int = 10, fan: int = 10) -> bytes:
    """Forms that each draw the next one ten times."""
    forms = []
    for level in range(depth):
        is_last = level == depth - 1
        uses = b"/Font<</F 5 0 R>>" if is_last else b"/XObject<</X %d 0 R>>" % (len(forms) + 7)
        drawing = b"BT /F 12 Tf 10 10 Td (x) Tj ET" if is_last else b" /X Do" * fan
        fields = b"/Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources<<%b>>" % uses
        forms.append(build_stream(drawing, fields=fields))
    return build_page(build_stream(b"/X Do"), *forms, resources=b"/XObject<</X 6 0 R>>")


def long_content(megabytes: int = 400) -> bytes:
    """A page that draws one letter a hundred million times."""
    return build_page(build_stream(b"BT /F 12 Tf 10 10 Td ", (b"(x)Tj ", megabytes * 1_000_000 // 6), b"ET"))


def twice_packed_content() -> bytes:
    """Content that is packed twice: a thousand times a thousand."""
    return build_page(build_stream((b"(x)Tj ", 200_000_000), filters=2))


def page_tree_loop() -> bytes:
    return build_pdf(CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 4000>>")


def many_times_one_page(count: int = 4_990) -> bytes:
    """A page of a hundred thousand letters, as often as a file may have pages."""
    kids = b"3 0 R " * count
    content = build_stream(b"BT /F 1 Tf 10 10 Td " + b"(abcdefghi )Tj " * 20_000 + b"ET")
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F 5 0 R>>>>/Contents 4 0 R>>"
    return build_pdf(CATALOG, b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, count), page, content, FONT)


def giant_page() -> bytes:
    return build_page(build_stream(b"BT /F 999999999 Tf (x)Tj ET"), box=b"[0 0 2147483647 2147483647]")


def endless_matrix() -> bytes:
    """Scales without end, so that a picture's place is no number."""
    fields = b"/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"
    return build_page(
        build_stream((b"612 0 0 792 0 0 cm /I Do ", 1000)),
        build_stream(b"x", fields=fields),
        resources=b"/XObject<</I 6 0 R>>",
    )


def giant_picture() -> bytes:
    fields = b"/Type/XObject/Subtype/Image/Width 60000/Height 60000/ColorSpace/DeviceRGB/BitsPerComponent 8"
    picture = build_stream((b"\0", 100_000_000), fields=fields)
    return build_page(
        build_stream((b"q 612 0 0 792 0 0 cm /I Do Q\n", 1000)), picture, resources=b"/XObject<</I 6 0 R>>"
    )


def many_paths() -> bytes:
    return build_page(build_stream((b"0 0 m 1 1 l S ", 8_000_000)))


def nested_arrays() -> bytes:
    return build_page(build_stream((b"[", 3_000_000), (b"]", 3_000_000), b" TJ"))


def wide_font_map() -> bytes:
    """A font that gives each of 65,536 codes a meaning, a thousand times."""
    ranges = b"100 beginbfrange\n" + b"<0000> <FFFF> <0000>\n" * 100 + b"endbfrange\n"
    cmap = build_stream(b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n" + ranges * 100)
    font = b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/ToUnicode 6 0 R/DescendantFonts[7 0 R]>>"
    inner = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<</Registry(A)/Ordering(I)/Supplement 0>>>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F 5 0 R>>>>/Contents 4 0 R>>"
    text = build_stream(b"BT /F 12 Tf 10 10 Td <00410042> Tj ET")
    return build_pdf(CATALOG, ONE_PAGE, page, text, font, cmap, inner)


def many_annotations() -> bytes:
    note = b"<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(note)>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Annots[%b]>>" % (note * 200_000)
    return build_pdf(CATALOG, ONE_PAGE, page, build_stream(b""))


def object_stream() -> bytes:
    """Ten thousand objects in a stream that unpacks to gigabytes."""
    count = 10_000
    index = b"".join(b"%d %d " % (number + 10, 0) for number in range(count))
    fields = b"/Type/ObjStm/N %d/First %d" % (count, len(index))
    packed = build_stream(index, b"[", (b"0 ", 300_000_000), b"]", fields=fields)
    return build_page(build_stream(b"BT (x)Tj ET"), packed)


def write_docx(body: Iterable[str], **more: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", LINKS)
        for name, content in more.items():
            archive.writestr(f"word/{name}.xml", content)
        with archive.open("word/document.xml", "w", force_zip64=True) as part:
            for piece in body:
                part.write(piece.encode())
    return buffer.getvalue()


def write_body(pieces: Iterable[str], head: str = "") -> bytes:
    return write_docx([f"{head}<w:document {NAMESPACE}><w:body>", *pieces, f"{LAST}</w:body></w:document>"])


def many_elements(millions: int = 8) -> bytes:
    return write_body(["<w:p/>" * 1_000_000] * millions)


def deep_elements(depth: int = 1_000_000) -> bytes:
    return write_body(["<w:tbl><w:tr><w:tc>" * depth, "</w:tc></w:tr></w:tbl>" * depth])


def deep_tables() -> bytes:
    return deep_elements(80)


def many_attributes() -> bytes:
    return write_body(["<w:p ", *(f'a{number}="" ' for number in range(1_000_000)), "/>"])


def billion_laughs() -> bytes:
    names = "".join(f'<!ENTITY a{level + 1} "{f"&a{level};" * 10}">' for level in range(12))
    return write_body(["<w:p><w:r><w:t>&a12;</w:t></w:r></w:p>"], f'<!DOCTYPE w [<!ENTITY a0 "laugh">{names}]>')


def zeros() -> bytes:
    """A part that unpacks to less than the sum that is refused."""
    return write_docx(["\0" * 10_000_000] * 29)


def one_long_word() -> bytes:
    return write_body(["<w:p><w:r><w:t>", *["x" * 10_000_000] * 25, "</w:t></w:r></w:p>"])


def many_members(count: int = 60_000) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(count):
            archive.writestr(f"word/{number}.xml", b"")
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", LINKS)
        archive.writestr("word/document.xml", f"<w:document {NAMESPACE}><w:body>{LAST}</w:body></w:document>")
    return buffer.getvalue()


def form_feeds() -> bytes:
    return b"\f" * 19_000_000 + b"x"


def combining_marks() -> bytes:
    """Marks in the wrong order, which are sorted one by one when text is normalised."""
    return b"e" + "\u0301\u0316".encode() * 4_000_000


BOMBS: dict[str, Callable[[], bytes]] = {
    "forms.pdf": nested_forms,
    "content.pdf": long_content,
    "packed-twice.pdf": twice_packed_content,
    "tree.pdf": page_tree_loop,
    "repeats.pdf": many_times_one_page,
    "page.pdf": giant_page,
    "matrix.pdf": endless_matrix,
    "picture.pdf": giant_picture,
    "paths.pdf": many_paths,
    "arrays.pdf": nested_arrays,
    "font.pdf": wide_font_map,
    "notes.pdf": many_annotations,
    "objects.pdf": object_stream,
    "elements.docx": many_elements,
    "deep.docx": deep_elements,
    "tables.docx": deep_tables,
    "attributes.docx": many_attributes,
    "laughs.docx": billion_laughs,
    "zeros.docx": zeros,
    "word.docx": one_long_word,
    "members.docx": many_members,
    "feeds.txt": form_feeds,
    "marks.txt": combining_marks,
}
