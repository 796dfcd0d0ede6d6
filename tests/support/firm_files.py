"""A firm's Word template and letterhead picture, made for tests."""

from __future__ import annotations

import io
from pathlib import Path

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Inches, Pt, RGBColor
from PIL import Image, ImageDraw

from workbench.export import word


def make_logo(kind: str = "PNG", mode: str = "RGB", size: tuple[int, int] = (300, 90)) -> bytes:
    """Draws a small letterhead."""
    picture = Image.new("RGB", size, (20, 60, 110))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((10, 10, 80, 80), fill=(230, 180, 60))
    draw.rectangle((100, 40, 280, 50), fill=(255, 255, 255))
    held = io.BytesIO()
    picture.convert(mode).save(held, kind, dpi=(150, 150))
    return held.getvalue()


def write_template(file: Path, *, first_page: bool = True, picture: bool = True) -> Path:
    """Writes a template as a firm has it: a first page with a letterhead, further pages with a line, own styles."""
    document = docx.Document()
    document.add_paragraph("Dear client, this text of the template is no part of a letter.")
    section = document.sections[0]
    section.left_margin = section.right_margin = Inches(1.25)
    section.top_margin = Inches(1.5)
    section.different_first_page_header_footer = first_page
    head = section.first_page_header if first_page else section.header
    if picture:
        head.paragraphs[0].add_run().add_picture(io.BytesIO(make_logo()), width=Inches(2))
    head.add_paragraph("Marsh & Partners LLP").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if first_page:
        section.header.paragraphs[0].add_run("Marsh & Partners LLP, continued")
        section.first_page_footer.paragraphs[0].add_run("Attorneys at law, Boston")
    foot = section.footer.paragraphs[0]
    foot.add_run("Marsh & Partners ")
    word.add_field(foot, "PAGE", "1")
    document.styles["Normal"].font.name = "DejaVu Serif"
    document.styles["Normal"].font.size = Pt(11)
    document.styles["Heading 1"].font.color.rgb = RGBColor(0x1A, 0x5C, 0x3A)
    document.styles["Heading 1"].element.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="3"/></w:numPr>')
    )
    for name in ("Quote", "Heading 3"):
        element = document.styles[name].element
        element.getparent().remove(element)
    document.styles.add_style("Small", 2)  # a character style of a name that the letter uses
    document.save(file)
    return file


def add_to_header(file: Path, xml: str) -> None:
    """Adds raw XML to the first header of a document; prefixes ``w``, ``r``, ``v``, ``a`` are known."""
    document = docx.Document(file)
    header = document.sections[0].header
    spaces = nsdecls("w", "r", "a") + ' xmlns:v="urn:schemas-microsoft-com:vml"'
    header._element.append(parse_xml(f"<w:p {spaces}>{xml}</w:p>"))
    document.save(file)


def read_headers(content: bytes) -> str:
    """Returns the XML of all headers and footers of a document."""
    document = docx.Document(io.BytesIO(content))
    parts = [rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith(("/header", "/footer"))]
    return "\n".join(part.blob.decode() for part in parts)


def list_numbered_styles(content: bytes) -> list[str]:
    """Lists the names of the paragraph styles that Word numbers."""
    styles = docx.Document(io.BytesIO(content)).styles
    return [style.name for style in styles if style.element.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None]
