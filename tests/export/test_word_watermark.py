"""The watermark in the header."""

import io

import docx

from workbench.export.docx import render_docx
from workbench.export.word_watermark import add_watermark


def header_xml(content):
    return docx.Document(io.BytesIO(content)).sections[0].header._element.xml


def test_draft_has_watermark(draft_petition):
    xml = header_xml(render_docx(draft_petition))
    assert xml.count("PowerPlusWaterMarkObject") == 1
    assert 'string="DRAFT"' in xml


def test_final_has_no_watermark(final_petition):
    assert "WaterMark" not in header_xml(render_docx(final_petition))


def test_watermark_text_is_escaped():
    document = docx.Document()
    paragraph = document.sections[0].header.paragraphs[0]
    add_watermark(paragraph, 'a"<b>&', "Times New Roman")
    [word] = paragraph._p.xpath(".//*[local-name()='textpath' and @string]/@string")
    assert word == 'a"<b>&'
