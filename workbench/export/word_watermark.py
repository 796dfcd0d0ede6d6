"""Watermark behind every page of a Word document."""
# ruff: noqa: SLF001 - python-docx hands out its XML elements only as _p, and names this the way to extend it

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import quoteattr

from docx.oxml import parse_xml

# Word's own form of a watermark: a WordArt shape in the header. Office suites know it by the name that begins with
# PowerPlusWaterMarkObject, and Word's command "Remove Watermark" finds it by that name.
_SHAPE = """
<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
     xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">
  <w:rPr><w:noProof/></w:rPr>
  <w:pict>
    <v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800"
                 path="m@7,l@8,m@5,21600l@6,21600e">
      <v:formulas>
        <v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>
        <v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/>
        <v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/><v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/>
        <v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/>
      </v:formulas>
      <v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800"
              o:connectangles="270,180,90,0"/>
      <v:textpath on="t" fitshape="t"/>
      <o:lock v:ext="edit" text="t" shapetype="t"/>
    </v:shapetype>
    <v:shape id="PowerPlusWaterMarkObject{number}" o:spid="_x0000_s{shape}" type="#_x0000_t136" alt={alternative}
             style="position:absolute;margin-left:0;margin-top:0;width:430pt;height:143pt;rotation:308;z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;mso-position-vertical-relative:margin"
             o:allowincell="f" fillcolor="#e8e8e8" stroked="f">
      <v:textpath style="font-family:&quot;{face}&quot;;font-size:1pt;font-weight:bold" string={text}/>
    </v:shape>
  </w:pict>
</w:r>
"""


def add_watermark(header: Any, text: str, face: str, number: int) -> None:
    """Puts a large word in grey behind the text of every page.

    Args:
        header: The first paragraph of the header.
        text: The word.
        face: The typeface; a name without quotation marks.
        number: Of the header, from 1: each watermark of a document has a name of its own.
    """
    words = {"alternative": quoteattr(f"Watermark: {text}"), "text": quoteattr(text)}
    shape = _SHAPE.format(**words, face=face, number=number, shape=2048 + number)
    header._p.append(parse_xml("".join(line.strip() + " " for line in shape.strip().splitlines()).replace("> <", "><")))
