"""The watermark in the header."""

import io
import re

import docx

from workbench.export.docx import render_docx
from workbench.export.word_watermark import add_watermark


def list_headers(content):
    section = docx.Document(io.BytesIO(content)).sections[0]
    return [header._element.xml for header in (section.header, section.first_page_header)]


def test_draft_has_watermark(draft_petition):
    for number, xml in enumerate(list_headers(render_docx(draft_petition)), start=1):
        assert re.findall("PowerPlusWaterMarkObject[0-9]*", xml) == [f"PowerPlusWaterMarkObject{number}"]
        assert 'string="DRAFT"' in xml


def test_final_has_no_watermark(final_petition):
    assert "WaterMark" not in "".join(list_headers(render_docx(final_petition)))


def test_watermark_text_is_escaped():
    document = docx.Document()
    paragraph = document.sections[0].header.paragraphs[0]
    add_watermark(paragraph, 'a"<b>&', "Times New Roman", 1)
    [word] = paragraph._p.xpath(".//*[local-name()='textpath' and @string]/@string")
    assert word == 'a"<b>&'
