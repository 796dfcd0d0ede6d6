"""A firm's template, reduced to styles, theme, headers and margins."""

import io
import json
import zipfile

import docx
import pytest
from docx.shared import Inches
from firm_files import add_to_header, make_logo, write_template

from workbench.case.docx_template import read_docx_template
from workbench.case.letterhead_picture import encode_picture
from workbench.case.pages import ReadLimits, UnreadableFileError

LIMITS = ReadLimits(pages=1, characters=40_000_000, unzipped=50_000_000)


def read(file):
    return json.loads(read_docx_template(file.read_bytes(), LIMITS).pages[0].text)


def test_template_is_reduced(tmp_path):
    found = read(write_template(tmp_path / "firm.docx"))
    assert sorted((part["kind"], part["page"]) for part in found["parts"]) == [
        ("footer", "default"),
        ("footer", "first"),
        ("header", "default"),
        ("header", "first"),
    ]
    assert (found["font"], found["size"], found["margins"][:4]) == ("DejaVu Serif", 11, [2160, 1800, 1440, 1800])
    assert found["letterhead"]
    assert found["first_page"]
    assert not found["even_pages"]
    assert (found["picture"]["width"], found["picture"]["height"]) == (144, 43.2)
    assert "numPr" not in found["styles"]
    assert "no part of a letter" not in json.dumps(found)


def test_plain_document_has_no_letterhead(tmp_path):
    docx.Document().save(tmp_path / "plain.docx")
    found = read(tmp_path / "plain.docx")
    assert (found["letterhead"], found["picture"], found["parts"]) == (False, None, [])


def test_hostile_header_is_cleaned(tmp_path):
    file = write_template(tmp_path / "firm.docx")
    add_to_header(file, '<w:r><w:instrText>DDE</w:instrText><w:pict><v:imagedata r:id="rId77"/></w:pict></w:r>')
    text = json.dumps(read(file)["parts"])
    assert "DDE" not in text
    assert "rId77" not in text


def rezip(content, change):
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return held.getvalue()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda name, raw: b"<a/>" if name == "word/document.xml" else raw, "no Word document"),
        (lambda name, raw: b"<" if name == "word/styles.xml" else raw, "damaged"),
        (lambda name, raw: b"" if name == "[Content_Types].xml" else raw[:9] if "styles" in name else raw, "damaged"),
        (
            lambda name, raw: (
                b'<!DOCTYPE a [<!ENTITY b "' + b"c" * 999 + b'">]><a>&b;</a>' if name == "word/styles.xml" else raw
            ),
            "damaged",
        ),
    ],
)
def test_broken_template_is_one_line(change, said, tmp_path):
    content = rezip(write_template(tmp_path / "firm.docx").read_bytes(), change)
    with pytest.raises(UnreadableFileError, match=said):
        read_docx_template(content, LIMITS)


def test_other_files_are_refused(tmp_path):
    for content, said in ((b"%PDF-1.7", "damaged"), (bytes.fromhex("d0cf11e0a1b11ae1"), "encrypted")):
        with pytest.raises(UnreadableFileError, match=said):
            read_docx_template(content, LIMITS)
    bomb = rezip(write_template(tmp_path / "a.docx").read_bytes(), lambda _, raw: raw)
    with pytest.raises(UnreadableFileError, match="unreasonable size"):
        read_docx_template(bomb, LIMITS._replace(unzipped=1000))


def test_wide_margins_are_refused(tmp_path):
    document = docx.Document()
    document.sections[0].left_margin = Inches(5)
    document.save(tmp_path / "narrow.docx")
    with pytest.raises(UnreadableFileError, match="less than four inches"):
        read(tmp_path / "narrow.docx")


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("JPEG", "CMYK"), ("JPEG", "L")])
def test_pictures_become_png(kind, mode):
    image = encode_picture(make_logo(kind, mode))
    assert image.png.startswith(b"\x89PNG")
    assert (image.width, image.height) == (144, 43.2)


def test_large_picture_is_reduced_or_refused():
    image = encode_picture(make_logo(size=(6000, 600)))
    assert (round(image.width, 1), round(image.height, 1)) == (453.6, 45.4)
    head = make_logo()
    forged = head[:16] + (60_000).to_bytes(4, "big") * 2 + head[24:]
    for raw in (forged, b"GIF89a", head[:60]):
        with pytest.raises(UnreadableFileError, match=r"no PNG or JPEG|pixels"):
            encode_picture(raw)
