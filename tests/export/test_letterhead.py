"""The firm's template and letterhead picture, in every format."""

import io
import re

import docx
import ooxml_integrity
import pikepdf
import pytest
from firm_files import list_numbered_styles, make_logo, read_headers, write_template
from openxml_audit import OpenXmlValidator

import workbench
from tests.export.conftest import exhibits, section, snapshot
from tests.export.test_word_import import HeldRun
from workbench.errors import ExportError, InputError
from workbench.export.docx import render_docx
from workbench.export.letter_style import LetterStyle, read_style
from workbench.export.notebook import petition_notebook
from workbench.export.pdf import render_pdf
from workbench.export.petition import read_petition
from workbench.export.word_pages import count_pages

CONTENT = "A prize [@wolf-prize, p. 2].\n\n> A quotation.\n\n### Heading\n\n#### Lower heading\n\nText."


@pytest.fixture(scope="module")
def run():
    return HeldRun(snapshot(sections=(section("awards", content=CONTENT),), exhibits=exhibits()[:3]))


@pytest.fixture(scope="module")
def template_style(tmp_path_factory):
    folder = tmp_path_factory.mktemp("firm")
    write_template(folder / "firm.docx")
    (folder / "style.yaml").write_text("template: firm.docx\nletterhead: Marsh & Partners\nexhibits: Ex. 4")
    return read_style(folder / "style.yaml")


@pytest.fixture(scope="module")
def picture_style(tmp_path_factory):
    folder = tmp_path_factory.mktemp("firm")
    (folder / "logo.jpg").write_bytes(make_logo("JPEG"))
    (folder / "style.yaml").write_text('letterhead_picture: logo.jpg\npicture_text: Arms of "Marsh" & <Partners>')
    return read_style(folder / "style.yaml")


@pytest.fixture(scope="module")
def files(run, template_style, tmp_path_factory):
    return workbench.export_petition(run.snapshot, out=tmp_path_factory.mktemp("out"), style=template_style)


def test_docx_has_template_pages(files):
    document = docx.Document(files["docx"])
    part = document.sections[0]
    assert part.different_first_page_header_footer
    heads = ["\n".join(line.text for line in head.paragraphs) for head in (part.first_page_header, part.header)]
    assert heads[0] == "\nMarsh & Partners LLP\n\tDRAFT — not for filing"
    assert heads[1] == "Marsh & Partners LLP, continued\n\tDRAFT — not for filing"
    # Its footer counts pages on its own; that of the first page does not.
    assert "Page 1 of" in part.first_page_footer.paragraphs[-1].text
    assert [line.text for line in part.footer.paragraphs] == ["Marsh & Partners 1"]
    # The firm's own lines stand at the tabs of its style.
    assert len(document.styles["Header"].paragraph_format.tab_stops) == 2
    assert part.page_width.inches == 8.5
    assert part.left_margin.inches == 1.25
    assert "no part of a letter" not in "".join(line.text for line in document.paragraphs)


def test_running_head_begins_on_second_page(run, tmp_path):
    document = docx.Document()
    document.sections[0].footer.paragraphs[0].add_run("Marsh & Partners LLP, Boston")
    document.save(tmp_path / "foot.docx")
    write_template(tmp_path / "head.docx", first_page=False)
    for name, has_first in (("foot", True), ("head", False)):
        (tmp_path / "style.yaml").write_text(f"template: {name}.docx")
        petition = read_petition(petition_notebook(run.snapshot, style=read_style(tmp_path / "style.yaml")))
        [part] = docx.Document(io.BytesIO(render_docx(petition))).sections
        # The firm's one header is for all pages; without one the first page has the mark alone, and the firm's foot.
        assert part.different_first_page_header_footer == has_first
        if has_first:
            assert [line.text for line in part.first_page_header.paragraphs] == ["\tDRAFT — not for filing"]
            assert part.header.paragraphs[0].text.startswith("Form I-140 petition for ")
            assert part.first_page_footer.paragraphs[0].text == "Marsh & Partners LLP, Boston"


def test_docx_has_template_styles(files):
    content = files["docx"].read_bytes()
    document = docx.Document(files["docx"])
    styles = document.styles
    assert styles["Normal"].font.name == "DejaVu Serif"
    assert str(styles["Heading 1"].font.color.rgb) == "1A5C3A"
    used = {line.style.name for line in document.paragraphs}
    assert {"Quote", "Heading 3", "Small", "toc 1"} <= used
    assert list_numbered_styles(content) == ["List Bullet"]
    # The letterhead is in the header, and not a second time in the text.
    assert document.paragraphs[0].text == "October\u00a02, 1978"


def test_files_with_template_are_valid(files, run, picture_style, tmp_path):
    petition = read_petition(petition_notebook(run.snapshot, style=picture_style))
    (tmp_path / "picture.docx").write_bytes(render_docx(petition))
    for file in (files["docx"], tmp_path / "picture.docx"):
        assert not OpenXmlValidator().validate(file).errors
        assert ooxml_integrity.check(file) == []


def test_files_with_template_verify(files):
    for kind, file in files.items():
        found = workbench.verify_file(file)
        assert not found.changes, kind
        assert "headers" in found.not_compared or kind != "docx"


def test_notebook_alone_gives_same_files(files, template_style):
    import nbformat

    petition = read_petition(nbformat.read(files["ipynb"], as_version=4))
    assert petition.style == template_style
    assert render_pdf(petition) == files["pdf"].read_bytes()
    again = render_docx(petition)
    assert read_headers(again) == read_headers(files["docx"].read_bytes())
    # What leaves the firm names its files, and does not hold them.
    assert template_style.template.sha256 in files["html"].read_text(encoding="utf-8")
    assert template_style.template.styles[:200] not in files["html"].read_text(encoding="utf-8")


def test_edited_file_with_template_returns(run, files, tmp_path):
    document = docx.Document(files["docx"])
    next(line for line in document.paragraphs if line.text.startswith("A prize")).add_run(" More.")
    document.save(tmp_path / "edited.docx")
    edited = workbench.read_edited_docx(run, tmp_path / "edited.docx")
    assert edited.notes == ()
    assert edited.edits()["awards"].strip() == CONTENT.replace("p. 2].", "p. 2]. More.")


def test_redline_keeps_template(run, template_style, tmp_path):
    earlier = snapshot(sections=(section("awards", content="Other text."),), exhibits=exhibits()[:3])
    out = workbench.export_petition(run.snapshot, to=["docx"], out=tmp_path, style=template_style, redline=earlier)
    assert ooxml_integrity.check(out["docx"]) == []
    assert "Marsh &amp; Partners LLP, continued" in read_headers(out["docx"].read_bytes())


def test_picture_has_alternative_text(run, picture_style, tmp_path):
    out = workbench.export_petition(run.snapshot, out=tmp_path, style=picture_style)
    page = out["html"].read_text(encoding="utf-8")
    [image] = re.findall(r"<img [^>]*>", page)
    assert 'alt="Arms of &quot;Marsh&quot; &amp; &lt;Partners&gt;"' in image
    assert "img-src data:" in page
    assert not re.search(r"(src|href)=\"(?!data:|#)", page)
    shape = docx.Document(out["docx"]).inline_shapes[0]
    assert shape._inline.docPr.get("descr") == 'Arms of "Marsh" & <Partners>'
    with pikepdf.open(out["pdf"]) as pdf:
        texts = [str(item.Alt) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item]
    assert texts == ['Arms of "Marsh" & <Partners>']
    for kind in ("docx", "html", "pdf"):
        assert not workbench.verify_file(out[kind]).changes, kind


def test_tall_header_takes_room(tmp_path):
    pages = []
    for height in (1, 6):
        document = docx.Document()
        document.sections[0].header.paragraphs[0].add_run().add_picture(io.BytesIO(make_logo()), height=height * 914400)
        for _ in range(60):
            document.add_paragraph("A line.")
        pages.append(count_pages(document).total)
    assert pages == [2, 4]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("template: none.docx", "there is no such file"),
        ("template: [a]", "is no name of a file"),
        ("template: {name: a, sha256: b}", "is no name of a file"),
        ("template: style.yaml", "a damaged DOCX"),
        ("letterhead_picture: style.yaml", "no PNG or JPEG"),
        ("letterhead_picture: [4]", "letterhead_picture: is no name of a file"),
        ("letterhead_picture: 4", "there is no such file"),
    ],
)
def test_wrong_files_are_one_line(text, said, tmp_path):
    (tmp_path / "style.yaml").write_text(text)
    with pytest.raises(InputError, match=re.escape(said)) as caught:
        read_style(tmp_path / "style.yaml")
    assert "\n" not in str(caught.value)


def test_edited_manifest_is_checked(run, template_style, picture_style):
    bomb = (b"\x89PNG\r\n\x1a\n" + bytes(8) + (60_000).to_bytes(4, "big") * 2).hex()
    for png in ("%", "AAAA", bomb):
        forged = {"letterhead_picture": picture_style.letterhead_picture.model_dump() | {"png": png}}
        with pytest.raises(ValueError, match=r"PNG|Base64"):
            LetterStyle.model_validate(forged)
    part = template_style.template.parts[0].model_copy(
        update={"xml": template_style.template.parts[0].xml.replace("</w:hdr>", "<w:p><w:altChunk/></w:p></w:hdr>")}
    )
    for change in ({"parts": (part,)}, {"styles": "<a/>"}, {"styles": "<"}):
        style = template_style.model_copy(update={"template": template_style.template.model_copy(update=change)})
        petition = read_petition(petition_notebook(run.snapshot, style=style))
        if "parts" in change:
            assert "altChunk" not in read_headers(render_docx(petition))
        else:
            with pytest.raises(ExportError, match="damaged"):
                render_docx(petition)
