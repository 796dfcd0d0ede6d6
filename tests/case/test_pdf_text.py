import pytest
from pdf_files import FULL_PAGE, body, stream, text, write_pdf_file

from workbench.case.pages import ReadLimits
from workbench.case.pdf_text import read_pdf

LIMITS = ReadLimits(pages=50, characters=1_000_000, unzipped=0)
LABEL = text(72, 720, "Box 1. Wages:")


def read(contents, **rest):
    return read_pdf(write_pdf_file(contents, **rest), LIMITS)


def kinds(contents, **rest):
    return [page.kind for page in read(contents, **rest).pages]


def field(kind: bytes, entries: bytes, flags: int = 4) -> bytes:
    return b"<< /Type /Annot /Subtype /Widget /FT /%s /T (f) /Rect [300 690 500 710] /F %d /DA (/F 11 Tf 0 g) %s >>" % (
        kind,
        flags,
        entries,
    )


DRAWN = stream(
    b"/Tx BMC q BT /F 11 Tf 2 5 Td (USD 412,750) Tj ET Q EMC",
    b"/Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources << /Font << /F 3 0 R >> >>",
)


EMPTY = stream(b"", b"/Type /XObject /Subtype /Form /BBox [0 0 12 12]")


@pytest.mark.parametrize(
    ("widget", "shown"),
    [
        (field(b"Tx", b"/V (USD 412,750) /AP << /N 103 0 R >>"), "USD 412,750"),
        (field(b"Tx", b"/V (USD 412,750)"), "USD 412,750"),
        (field(b"Tx", b"/V <FEFF0055005300440020003400310032>"), "USD 412"),
        (field(b"Ch", b"/V (NY) /Ff 131072 /Opt [[(NY) (New York)] [(CA) (California)]]"), "New York"),
        (field(b"Ch", b"/V (NY) /Opt [[(NY) (New York)] [(CA) (California)]]"), "New York|California|[x] New York"),
        (field(b"Ch", b"/V (Ohio) /Ff 393216 /Opt [(New York)]"), "Ohio"),
        (field(b"Btn", b"/V /Yes /AS /Yes /TU (Married)"), "[x] Married"),
        (field(b"Btn", b"/V /Off /AS /Off /TU (Married)"), None),
        (field(b"Tx", b"/V (412750) /Ff 16777216 /MaxLen 12"), "4 1 2 7 5 0|412750"),
        (field(b"Tx", b"/V (secret) /Ff 8192"), "******"),
        (field(b"Tx", b"/V (secret)", flags=2), None),
        (field(b"Tx", b"/V (secret)", flags=32), None),
    ],
    ids=[
        "drawn",
        "not-drawn",
        "utf-16",
        "choice",
        "list",
        "typed-choice",
        "ticked",
        "not-ticked",
        "boxes",
        "password",
        "hidden",
        "no-view",
    ],
)
def test_value_of_a_form_is_read(widget, shown):
    (page,) = read([LABEL], objects={102: widget, 103: DRAWN}, annotations=[102], fields=[102]).pages
    lines = page.text.splitlines()
    assert lines[0] == "Box 1. Wages:"
    assert lines[1:] == (shown.split("|") if shown else [])
    assert page.kind == "text"


@pytest.mark.parametrize("fields", [[], [104]], ids=["no-form", "not-listed"])
def test_field_outside_the_form_is_read(fields):
    objects = {102: field(b"Tx", b"/V (USD 412,750)"), 104: field(b"Tx", b""), 105: field(b"Btn", b"/V /Yes /AS /Yes")}
    (page,) = read([LABEL], objects=objects, annotations=[102, 105], fields=fields).pages
    assert page.text.splitlines() == ["Box 1. Wages:", "USD 412,750"]


def test_annotation_may_be_a_stamp():
    stamp = (
        b"<< /Type /Annot /Subtype /FreeText /Contents (EXHIBIT 7) /Rect [200 400 400 430] /F 4 /DA (/F 14 Tf 0 g) >>"
    )
    (page,) = read([FULL_PAGE], objects={102: stamp}, annotations=[102]).pages
    assert (page.text.strip(), page.kind) == ("EXHIBIT 7", "scan")


def test_ticked_box_has_label_beside_it():
    box = (
        b"<< /Type /Annot /Subtype /Widget /FT /Btn /T (c) /V /1 /AS /1 /Rect [72 600 84 612] /F 4 "
        b"/AP << /N << /1 103 0 R /Off 103 0 R >> >> >>"
    )
    (page,) = read(
        [text(90, 602, "U.S. citizen")], objects={102: box, 103: EMPTY}, annotations=[102], fields=[102]
    ).pages
    assert page.text.splitlines() == ["U.S. citizen", "[x] U.S. citizen"]


@pytest.mark.parametrize(
    ("annotation", "shown"),
    [
        (b"/Subtype /FreeText /Contents (EXHIBIT 7) /DA (/F 14 Tf 0 g)", "EXHIBIT 7"),
        (b"/Subtype /Stamp /AP << /N 103 0 R >>", "USD 412,750"),
        (b"/Subtype /Text /Contents (shared prize)", "[Note: shared prize]"),
        (b"/Subtype /Highlight /QuadPoints [72 700 99 700 72 690 99 690] /Contents (see)", "[Note: see]"),
        (b"/Subtype /Popup /Contents (shared prize)", None),
        (b"/Subtype /Link /Contents (a web page)", None),
    ],
)
def test_annotation_is_read(annotation, shown):
    whole = b"<< /Type /Annot /Rect [300 500 500 520] /F 4 %s >>" % annotation
    for fields in ([], [104]):
        objects = {102: whole, 103: DRAWN, 104: field(b"Tx", b"")}
        (page,) = read([LABEL], objects=objects, annotations=[102], fields=fields).pages
        assert page.text.splitlines()[1:] == ([] if shown is None else [shown])


def test_form_that_only_acrobat_shows():
    found = read(
        [text(72, 700, "Please wait... If this message is not eventually replaced")],
        objects={105: stream(b"<xdp:xdp/>")},
        catalog=b"/AcroForm << /Fields [] /XFA 105 0 R >> /NeedsRendering true",
    )
    assert [page.kind for page in found.pages] == ["unreadable"]
    assert found.pages[0].text == ""
    assert found.not_read == ("a form that only Acrobat shows; print it to PDF",)


@pytest.mark.parametrize("fields", [[], [104]], ids=["in XML alone", "in fields too"])
def test_form_kept_in_xml_is_named(fields):
    xml = b"/AcroForm << /Fields [%s] /XFA 105 0 R >>" % (b"104 0 R" if fields else b"")
    objects = {104: field(b"Tx", b"/V (412,750)"), 105: stream(b"<xdp:xdp/>")}
    found = read([LABEL], objects=objects, annotations=fields, catalog=xml)
    assert found.pages[0].kind == "text"
    assert ("412,750" in found.pages[0].text) == bool(fields)
    assert found.not_read == (() if fields else ("a form that only Acrobat shows; print it to PDF",))


@pytest.mark.parametrize("turn", [b"0 1 -1 0 %d 60", b"0 -1 1 0 %d 700"], ids=["left", "right"])
def test_lines_of_turned_text_stay_apart(turn):
    lines = [b"First line.", b"Second line.", b"Third line."]
    places = [60, 80, 100] if turn.startswith(b"0 1") else [550, 530, 510]
    drawn = (b"BT /F 11 Tf %s Tm (%s) Tj ET\n" % (turn % at, line) for at, line in zip(places, lines, strict=True))
    found = read([b"".join(drawn)]).pages[0].text.splitlines()
    assert set(found) == {"First line.", "Second line.", "Third line."}


def test_attached_files_are_named():
    names = b"/Names << /EmbeddedFiles << /Names [(a.pdf) 105 0 R] >> >>"
    objects = {105: b"<< /Type /Filespec /F (a.pdf) /EF << /F 106 0 R >> >>", 106: stream(b"x", b"/Type /EmbeddedFile")}
    assert read([body()], objects=objects, catalog=names).not_read == ("attached files",)


STRIPS = b"".join(b"q 612 0 0 40 0 %d cm /Im Do Q\n" % (40 * strip) for strip in range(20))
STAMP = text(200, 400, "RECEIVED") + text(200, 380, "USCIS NSC 2019-03-07")
TERMS = b"".join(text(72, 20 + 9 * line, "Copy of the original, see the terms of use.") for line in range(6))
IN_A_FORM = stream(
    FULL_PAGE, b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /XObject << /Im 4 0 R >> >>"
)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (FULL_PAGE, "scan"),
        (FULL_PAGE + text(480, 20, "OKVALE-000041"), "scan"),
        (FULL_PAGE + STAMP, "scan"),
        (STRIPS + STAMP, "scan"),
        (b"/Fm Do\n" + STAMP, "scan"),
        (b"q .5 0 0 .5 100 100 cm /Fm Do Q\n" + text(480, 20, "OKVALE-000041"), "scan"),
        (b"q 200 0 0 150 200 300 cm /Im Do Q\n" + text(480, 20, "OKVALE-000041"), "scan"),
        (text(72, 780, "x") + FULL_PAGE, "scan"),
        (FULL_PAGE + TERMS, "scan"),
        (FULL_PAGE + TERMS + text(300, 400, "x", mode=3), "scan"),
        (FULL_PAGE + body(mode=3), "text"),
        (body() + FULL_PAGE, "text"),
        (FULL_PAGE + body(), "mixed"),
        (b"q 500 0 0 300 50 400 cm /Im Do Q\n" + body(), "mixed"),
        (b"q 60 0 0 60 50 700 cm /Im Do Q\n" + body(), "text"),
        (b"q 60 0 0 60 50 700 cm /Im Do Q\n" + text(250, 400, "EXHIBIT 3"), "text"),
        (text(250, 400, "EXHIBIT 3"), "text"),
        (b"", "unreadable"),
        (b"10 10 m 20 20 l S\n" * 200 + text(480, 20, "OKVALE-000041"), "unreadable"),
        (b"10 10 m 20 20 l S\n" * 200 + body(), "text"),
    ],
)  # fmt: skip
def test_stamp_makes_scan_no_text(content, kind):
    assert kinds([content], objects={101: IN_A_FORM}) == [kind]


def test_repeated_stamp_is_no_text():
    stamp = b"".join(
        text(100, 400 - 12 * line, f"Produced under the protective order of the court, page {{}}, line {line}")
        for line in range(5)
    )
    pages = [FULL_PAGE + stamp.replace(b"{}", b"%d" % number) for number in range(4)]
    assert kinds(pages) == ["scan"] * 4
    assert kinds(pages[:1]) == ["mixed"]


def test_each_page_is_judged_alone():
    assert kinds([text(250, 400, "EXHIBIT 3"), FULL_PAGE, body(), FULL_PAGE + body(mode=3)]) == [
        "text", "scan", "text", "text",
    ]  # fmt: skip


DESCRIPTOR = (
    b"<< /Type /FontDescriptor /FontName /A+B /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800 "
    b"/Descent -200 /CapHeight 700 /StemV 80 >>"
)
COMPOSITE = {
    100: b"<< /Type /Font /Subtype /Type0 /BaseFont /A+B /Encoding /Identity-H /DescendantFonts [102 0 R] %s >>",
    102: b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A+B /CIDSystemInfo << /Registry (Adobe) "
    b"/Ordering (Identity) /Supplement 0 >> /FontDescriptor 103 0 R /DW 500 >>",
    103: DESCRIPTOR,
}
MAP = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def 1 begincodespacerange "
    b"<0000> <FFFF> endcodespacerange 1 beginbfrange <0000> <FFFF> <%s> endbfrange endcmap end end"
)
NO_MAP = {**COMPOSITE, 100: COMPOSITE[100] % b""}
PRIVATE_MAP = {**COMPOSITE, 100: COMPOSITE[100] % b"/ToUnicode 104 0 R", 104: stream(MAP % b"E000")}
OWN_NAMES = {
    100: b"<< /Type /Font /Subtype /Type1 /BaseFont /A+B /FirstChar 65 /LastChar 122 /FontDescriptor 103 0 R "
    b"/Encoding << /Type /Encoding /Differences [65 %s] >> >>" % b" ".join(b"/g%d" % number for number in range(58)),
    103: DESCRIPTOR,
}
BITMAPS = {
    100: b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [.1 0 0 .1 0 0] /CharProcs << %s >> "
    b"/Encoding << /Type /Encoding /Differences [65 %s] >> /FirstChar 65 /LastChar 122 /Widths [%s] /Resources << >> >>"
    % (
        b" ".join(b"/a%d 102 0 R" % number for number in range(58)),
        b" ".join(b"/a%d" % number for number in range(58)),
        b"9 " * 58,
    ),
    102: stream(b"9 0 0 0 9 9 d1 0 0 9 9 re f"),
}


def glyphs(count: int, y: float = 500) -> bytes:
    codes = b"".join(b"%04X" % (36 + index % 40) for index in range(count))
    return b"BT /G 11 Tf 72 %g Td <%s> Tj ET\n" % (y, codes)


@pytest.mark.parametrize("font", [NO_MAP, PRIVATE_MAP], ids=["no-map", "private-use"])
def test_font_without_unicode_is_unreadable(font):
    lost, stamped, partly = read(
        [glyphs(60), glyphs(60) + text(480, 20, "OKVALE-41"), body() + glyphs(7, 300)], objects=font
    ).pages
    assert (lost.kind, stamped.kind, partly.kind) == ("unreadable", "unreadable", "mixed")
    assert (lost.text, stamped.text) == ("\ufffd", "\ufffd\r\nOKVALE-41")
    assert partly.text.endswith("given.\r\n\ufffd")
    assert kinds([FULL_PAGE + glyphs(60)], objects=font) == ["scan"]


@pytest.mark.parametrize("font", [OWN_NAMES, BITMAPS], ids=["own-names", "bitmaps"])
def test_letters_by_number_make_words(font):
    words = text(72, 500, "TheYwasYawardedYtoYtheYauthorYofYthisYpaper".replace("Y", " "), font=b"G")
    (page,) = read([words], objects=font).pages
    assert (page.kind, page.text) == ("text", "The was awarded to the author of this paper")
    assert kinds([text(72, 500, "QxyvPmrAbkLwqZtnh", font=b"G")], objects=font) == ["unreadable"]


def test_lone_sign_is_no_lost_letter():
    bullet = b"BT /G 11 Tf 60 500 Td <0024> Tj ET\n" + text(90, 500, "First reason for the medal")
    (page,) = read([bullet], objects=NO_MAP).pages
    assert (page.kind, page.text) == ("text", "• First reason for the medal")
