import io
import zipfile

import pytest
from word_files import MAIN, numbered, paragraph, write_word_file

from workbench.case.docx_text import read_docx
from workbench.case.exhibits import read_document
from workbench.case.pages import ReadLimits, UnreadableFileError

LIMITS = ReadLimits(pages=50, characters=1_000_000, unzipped=10_000_000)
MEDAL = paragraph("She received the medal.")


def read(body, **parts):
    return read_docx(write_word_file(body, **parts), LIMITS)


def words(body, **parts):
    """The first page's paragraphs, in order."""
    return read(body, **parts).pages[0].text.split("\n\n")[:-1]


@pytest.mark.parametrize(
    "links",
    [
        {"r1": ("image", "NULL")},
        {"r1": ("image", "media/gone.png"), "r2": ("styles", "gone.xml"), "r3": ("footnotes", "../gone.xml")},
        {"r1": ("hyperlink", "#_top"), "r2": ("hyperlink", "")},
        {"r1": ("image", "../../../outside.png"), "r2": ("numbering", "/word/"), "r3": ("header", "%zz")},
    ],
    ids=["null", "gone", "fragment", "odd"],
)
def test_dangling_links_are_passed_over(links):
    assert words(MEDAL, links=links) == ["She received the medal."]


@pytest.mark.parametrize(
    "kind",
    [
        MAIN,
        MAIN.replace("document.main", "template.main"),
        "application/vnd.ms-word.document.macroEnabled.main+xml",
        "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
        "application/xml",  # LibreOffice opens it
    ],
)
@pytest.mark.parametrize("suffix", ["docx", "docm", "dotx", "dotm"])
def test_templates_and_macro_files(kind, suffix, tmp_path):
    file = tmp_path / f"a.{suffix}"
    file.write_bytes(write_word_file(MEDAL, kind=kind))
    assert read_document(file).pages == ("She received the medal.",)


def test_strict_variant_reads_alike():
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        '<w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    rest = {
        "parts": {"numbering.xml": numbering},
        "links": {"r1": ("numbering", "numbering.xml")},
    }
    body = MEDAL + numbered("First", 1) + paragraph("unseen", run="<w:vanish/>")
    assert read(body, **rest) == read(body, strict=True, **rest)
    assert words(body, strict=True, **rest) == ["She received the medal.", "1. First", ""]


def test_part_names_in_any_spelling():
    source = zipfile.ZipFile(io.BytesIO(write_word_file(MEDAL)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in source.namelist():
            archive.writestr(name.replace("word/document", "Word\\Document"), source.read(name))
    assert read_docx(out.getvalue(), LIMITS).pages[0].text.strip() == "She received the medal."


def test_other_office_files_are_named():
    source = zipfile.ZipFile(io.BytesIO(write_word_file(MEDAL)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in source.namelist():
            archive.writestr(name, source.read(name).replace(b"w:body", b"w:sheets"))
    with pytest.raises(UnreadableFileError, match="no Word document"):
        read_docx(out.getvalue(), LIMITS)


LISTS = (
    '<w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="Article %1:"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:isLgl/><w:lvlText w:val="%1.%2)"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:numFmt w:val="bullet"/><w:lvlText w:val="\uf0b7"/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/>'
    '<w:pStyle w:val="Point"/>'
    '<w:lvlText w:val="(%1)"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="1"/>'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="26"/></w:lvlOverride></w:num>'
)
STYLES = (
    '<w:style w:type="paragraph" w:styleId="Point"><w:name w:val="Point"/>'
    '<w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="SubPoint"><w:name w:val="SubPoint"/>'
    '<w:basedOn w:val="Point"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Secret"><w:name w:val="Secret"/>'
    "<w:rPr><w:vanish/></w:rPr></w:style>"
    '<w:style w:type="character" w:styleId="Unseen"><w:name w:val="Unseen"/>'
    '<w:basedOn w:val="Base"/></w:style>'
    '<w:style w:type="character" w:styleId="Base"><w:name w:val="Base"/>'
    '<w:rPr><w:vanish w:val="1"/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Round"><w:name w:val="Round"/>'
    '<w:basedOn w:val="Round"/></w:style>'
)
WITH_STYLES = {
    "parts": {"numbering.xml": LISTS, "styles.xml": STYLES},
    "links": {"r1": ("numbering", "numbering.xml"), "r2": ("styles", "styles.xml")},
}


def test_list_numbers_count_as_in_word():
    body = (
        numbered("One", 1)
        + numbered("sub", 1, 1)
        + numbered("sub", 1, 1)
        + numbered("point", 1, 2)
        + numbered("Two", 1)
        + numbered("sub", 1, 1)
        + paragraph("Style", '<w:pStyle w:val="Point"/>')
        + paragraph("Based on it", '<w:pStyle w:val="SubPoint"/>')
        + paragraph("Taken out", '<w:pStyle w:val="Point"/><w:numPr><w:numId w:val="0"/></w:numPr>')
        + numbered("Begun again", 3)
        + numbered("Next", 3)
        + numbered("No such list", 9)
    )
    assert words(body, **WITH_STYLES) == [
        "Article III: One", "3.1) sub", "3.2) sub", "• point", "Article IV: Two", "4.1) sub",
        "(a) Style", "(b) Based on it", "Taken out", "(z) Begun again", "(aa) Next", "No such list",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        (paragraph("seen") + paragraph("secret", run="<w:vanish/>"), ["seen", ""]),
        (paragraph("seen", run='<w:vanish w:val="0"/>'), ["seen"]),
        (paragraph("secret", '<w:pStyle w:val="Secret"/>'), [""]),
        (paragraph("seen", '<w:pStyle w:val="Secret"/>', '<w:vanish w:val="false"/>'), ["seen"]),
        (paragraph("secret", run='<w:rStyle w:val="Unseen"/>'), [""]),
        (paragraph("toggled", '<w:pStyle w:val="Secret"/>', '<w:rStyle w:val="Unseen"/>'), ["toggled"]),
        (paragraph("seen", run='<w:rStyle w:val="Round"/>'), ["seen"]),
        (paragraph("seen", run="<w:webHidden/>"), ["seen"]),
        (
            "<w:tbl><w:tr><w:trPr><w:hidden/></w:trPr><w:tc><w:p><w:r><w:t>secret</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
            + MEDAL,
            ["She received the medal."],
        ),
    ],
)
def test_hidden_text_is_not_read(body, seen):
    read_file = read(body, **WITH_STYLES)
    assert read_file.pages[0].text.split("\n\n")[:-1] == seen
    assert ("hidden text" in read_file.not_read) == ("secret" in body)


@pytest.mark.parametrize(
    ("styles", "body"),
    [
        ("<w:docDefaults><w:rPrDefault><w:rPr><w:vanish/></w:rPr></w:rPrDefault></w:docDefaults>", paragraph("secret")),
        (
            '<w:style w:type="table" w:styleId="T"><w:rPr><w:vanish/></w:rPr></w:style>',
            f'<w:tbl><w:tblPr><w:tblStyle w:val="T"/></w:tblPr><w:tr><w:tc>{paragraph("secret")}</w:tc></w:tr></w:tbl>',
        ),
    ],
    ids=["defaults", "table style"],
)
def test_text_hidden_by_other_styles(styles, body):
    seen = paragraph("seen", run='<w:vanish w:val="0"/>')
    found = read(body + seen, parts={"styles.xml": styles}, links={"r1": ("styles", "styles.xml")})
    assert found.pages[0].text.split() == ["seen"]
    assert "hidden text" in found.not_read


def test_field_in_an_instruction_is_skipped():
    begin, part, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    code, inner, shown = (
        f"<w:r><w:{tag}>{text}</w:{tag}></w:r>"
        for tag, text in (("instrText", "IF "), ("t", "condition"), ("t", "She won."))
    )
    body = f"<w:p>{begin}{code}{begin}{code}{part}{inner}{end}{part}{shown}{end}{begin}{code}{part}{shown}{end}</w:p>"
    assert read(body).pages[0].text.strip() == "She won.She won."


@pytest.mark.parametrize(
    ("font", "code", "sign"),
    [
        ("Wingdings", "F0FE", "☑"),
        ("Wingdings", "F0A8", "☐"),
        ("Wingdings 2", "F052", "☑"),
        ("Wingdings 2", "00A3", "☐"),
        ("Wingdings", "F021", ""),
        ("Arial", "00E9", "é"),
    ],
)
def test_ticks_by_a_font_of_signs(font, code, sign):
    body = f'<w:p><w:r><w:t>Paid: </w:t><w:sym w:font="{font}" w:char="{code}"/></w:r></w:p>'
    assert words(body) == [f"Paid: {sign}"]


def test_declared_entities_are_refused():
    declared = '<!DOCTYPE w [<!ENTITY e "never">]><w:document xmlns:w="w"/>'
    raw = io.BytesIO(write_word_file(MEDAL))
    with zipfile.ZipFile(raw) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(raw, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, declared if name == "word/document.xml" else content)
    with pytest.raises(UnreadableFileError, match="damaged DOCX"):
        read_docx(raw.getvalue(), LIMITS)


def test_notes_stand_at_end_of_page():
    body = (
        '<w:p><w:r><w:t>The prize</w:t><w:footnoteReference w:id="7"/></w:r><w:r><w:t> was shared.</w:t></w:r>'
        '<w:r><w:endnoteReference w:id="2"/></w:r><w:r><w:br w:type="page"/></w:r></w:p>'
        '<w:p><w:r><w:t>Second page</w:t><w:footnoteReference w:id="8"/></w:r></w:p>'
    )
    notes = (
        '<w:footnote w:id="0" w:type="separator"><w:p><w:r><w:t>---</w:t></w:r></w:p></w:footnote>'
        f'<w:footnote w:id="8">{paragraph("Later.")}</w:footnote><w:footnote w:id="7">{paragraph("With two others.")}'
        "</w:footnote>"
    )
    ends = f'<w:endnote w:id="2">{paragraph("See the statutes.")}</w:endnote>'
    pages = read(
        body,
        parts={"footnotes.xml": notes, "endnotes.xml": ends},
        links={"r1": ("footnotes", "footnotes.xml"), "r2": ("endnotes", "endnotes.xml")},
    ).pages
    assert [page.text.strip() for page in pages] == [
        "The prize was shared.\n\nFootnote 1: With two others.",
        "Second page\n\nFootnote 2: Later.\n\nEndnote 1: See the statutes.",
    ]


def test_text_box_parts_no_word():
    box = f"<w:txbxContent>{paragraph('In the box')}</w:txbxContent>"
    new = f"<mc:Choice Requires='wps'><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>"
    old = f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
    body = f"<w:p><w:r><w:t>me</w:t><mc:AlternateContent>{new}{old}</mc:AlternateContent><w:t>dal</w:t></w:r></w:p>"
    assert words(body) == ["medal", "In the box"]
    silent = "<mc:Choice Requires='x'/>"
    assert words(body.replace(new, silent)) == ["medal", "In the box"]


def test_tracked_changes_are_read_as_accepted():
    body = (
        "<w:p><w:pPr><w:rPr><w:del w:id='1'/></w:rPr></w:pPr><w:r><w:t>One </w:t></w:r></w:p>"
        "<w:p><w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>there</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t> here</w:t></w:r></w:moveTo></w:p>"
        "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>gone</w:t></w:r></w:p></w:tc></w:tr>"
        "<w:tr><w:tc><w:p><w:r><w:t>kept</w:t></w:r></w:p></w:tc>"
        "<w:tc><w:tcPr><w:cellDel/></w:tcPr><w:p><w:r><w:t>gone</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    read_file = read(body)
    assert read_file.pages[0].text == "One new here\n\nkept\n"
    assert read_file.not_read == ("text deleted in tracked changes",)


def test_form_fields_are_read():
    def legacy(data):
        return f"<w:r><w:fldChar><w:ffData>{data}</w:ffData></w:fldChar></w:r>"

    fields = (
        legacy("<w:checkBox><w:default w:val='0'/><w:checked/></w:checkBox>"),
        legacy("<w:checkBox><w:default w:val='0'/></w:checkBox>"),
        legacy("<w:ddList><w:result w:val='1'/><w:listEntry w:val='Single'/><w:listEntry w:val='Married'/></w:ddList>"),
    )
    art = "<w:p><w:r><w:pict><v:shape><v:textpath string='Certificate'/></v:shape></w:pict></w:r></w:p>"
    body = f"<w:p>{''.join(fields)}</w:p>{art}"
    assert words(body) == ["☒☐Married", "Certificate"]


def test_linked_document_is_named():
    read_file = read(MEDAL + '<w:subDoc r:id="r1"/>')
    assert read_file.not_read == ("linked documents",)
    assert [page.kind for page in read_file.pages] == ["mixed"]


CHUNK = '<w:altChunk r:id="c1"/>'
HTML = (
    "<html><head><title>t</title><style>p{}</style></head>"
    "<body><p>From a <b>web</b>\n page</p><p>&amp; more</p></body></html>"
)
ARCHIVE = (
    f"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n{HTML}\n--x--\n"
)


@pytest.mark.parametrize(
    ("name", "kind", "raw", "text"),
    [
        ("a.htm", "text/html", HTML.encode(), "From a web page\n& more"),
        ("a.xhtml", "application/xhtml+xml", HTML.encode("utf-16"), "From a web page\n& more"),
        ("a.mht", "message/rfc822", ARCHIVE.encode(), "From a web page\n& more"),
        ("a.txt", "text/plain", "Caf\xe9".encode("cp1252"), "Café"),
        ("a.docx", MAIN, write_word_file(paragraph("From another file")), "From another file"),
    ],
)
def test_inserted_document_is_read(name, kind, raw, text):
    (page,) = read(MEDAL + CHUNK, parts={name: raw}, links={"c1": ("aFChunk", name)}, types={name[2:]: kind}).pages
    assert page.text.strip() == f"She received the medal.\n\n{text}"
    assert page.kind == "text"


def test_unread_document_is_named():
    rtf = {
        "parts": {"a.rtf": b"{\\rtf1 x}"},
        "links": {"c1": ("aFChunk", "a.rtf")},
        "types": {"rtf": "application/rtf"},
    }
    read_file = read(MEDAL + CHUNK, **rtf)
    assert read_file.not_read == ("an inserted document",)
    assert [page.kind for page in read_file.pages] == ["mixed"]
    assert [page.kind for page in read(CHUNK, **rtf).pages] == ["unreadable"]


def test_headers_and_comments_are_named():
    body = MEDAL + (
        '<w:p><w:pPr><w:sectPr><w:headerReference r:id="r1"/></w:sectPr></w:pPr>'
        '<w:r><w:commentReference w:id="0"/></w:r></w:p>'
    )
    read_file = read(body, parts={"header1.xml": paragraph("Letterhead")}, links={"r1": ("header", "header1.xml")})
    assert read_file.not_read == ("comments", "headers and footers")
    assert "Letterhead" not in read_file.pages[0].text


PICTURE = '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="{}" cy="{}"/><pic:pic/></wp:inline></w:drawing></w:r></w:p>'
BREAK = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
OLD_PICTURE = (
    '<w:p><w:r><w:pict><v:shape style="width:500pt;height:650pt"><v:imagedata/></v:shape></w:pict></w:r></w:p>'
)


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        (MEDAL + BREAK + PICTURE.format(6_000_000, 8_000_000), ["text", "scan"]),
        (MEDAL + PICTURE.format(6_000_000, 8_000_000), ["scan"]),
        (MEDAL + OLD_PICTURE, ["scan"]),
        (MEDAL * 10 + OLD_PICTURE, ["mixed"]),
        (MEDAL * 10 + PICTURE.format(500_000, 500_000), ["text"]),
        (PICTURE.format(500_000, 500_000), ["scan"]),
        ("", ["unreadable"]),
    ],
)
def test_scan_pasted_into_a_document(body, kinds):
    assert [page.kind for page in read(body).pages] == kinds
