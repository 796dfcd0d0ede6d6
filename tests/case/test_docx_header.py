"""Headers of foreign Word files without what Word would follow."""

import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from workbench.case.docx_header import MAX_ELEMENTS, clean_header
from workbench.case.pages import UnreadableFileError

SPACES = nsdecls("w", "r", "a", "wp") + ' xmlns:v="urn:schemas-microsoft-com:vml"'


def clean(content):
    root = parse_xml(f"<w:hdr {SPACES}><w:p>{content}</w:p></w:hdr>")
    clean_header(root, {"rId1"})
    return root.xml.partition(">")[2]


def field(code, shown="1"):
    parts = (
        '<w:fldChar w:fldCharType="begin"/>',
        f"<w:instrText>{code}</w:instrText>",
        '<w:fldChar w:fldCharType="separate"/>',
        f"<w:t>{shown}</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    )
    return "".join(f"<w:r>{part}</w:r>" for part in parts)


def test_fields_of_pages_stay():
    found = clean(field(" PAGE ") + field("INCLUDETEXT //host/share/a.docx", "shown") + field("DDEAUTO c calc"))
    assert found.count("w:fldChar ") == 3
    assert "PAGE" in found
    assert "shown" in found
    assert "host" not in found
    assert "DDE" not in found


def test_dates_of_template_go():
    simple = '<w:fldSimple w:instr=" FILENAME \\p "><w:r><w:t>firm.dotx</w:t></w:r></w:fldSimple>'
    found = clean(field(' DATE \\@ "MMMM d" ', "January 1, 2020") + simple + field("HYPERLINK http://host", "shown"))
    assert "2020" not in found
    assert "firm" not in found
    assert "shown" in found
    assert "fldChar" not in found


@pytest.mark.parametrize(
    "content",
    [
        '<w:fldSimple w:instr="INCLUDEPICTURE http://host/a.png"><w:r><w:t>shown</w:t></w:r></w:fldSimple>',
        '<w:hyperlink r:id="rId9"><w:r><w:t>shown</w:t></w:r></w:hyperlink>',
        '<w:sdt><w:sdtPr><w:alias w:val="host"/></w:sdtPr><w:sdtContent><w:t>shown</w:t></w:sdtContent></w:sdt>',
        '<w:ins w:id="1" w:author="host"><w:r><w:t>shown</w:t></w:r></w:ins>',
        '<w:r><w:t>shown</w:t><w:object><v:shape href="http://host"/></w:object></w:r>',
        '<w:r><w:t>shown</w:t><w:pict><v:shape><v:imagedata r:id="rId7" src="host"/></v:shape></w:pict></w:r>',
        '<w:r><w:t>shown</w:t><w:drawing><a:blip r:embed="rId7" r:link="host"/></w:drawing></w:r>',
        '<w:r><w:t>shown</w:t><w:fldChar w:fldCharType="begin"/><w:instrText>host</w:instrText></w:r>',
        '<w:r><w:t>shown</w:t></w:r><w:altChunk r:id="host"/>',
        field("QUOTE " + "host", "shown").replace('"begin"/>', f'"begin"/></w:r>{field("PAGE")}<w:r>', 1),
    ],
)
def test_links_and_objects_go(content):
    found = clean(content)
    assert "shown" in found
    assert "host" not in found
    assert "rId" not in found
    assert "fldChar" not in found


def test_own_pictures_stay_without_links():
    own = (
        '<w:drawing><wp:docPr id="1" name="a"><a:hlinkClick r:id="rId8"/></wp:docPr><a:blip r:embed="rId1" r:link="h"/>'
    )
    found = clean(f"<w:r>{own}</w:drawing></w:r><w:r><w:pict><v:imagedata r:id='rId1'/></w:pict></w:r>")
    assert 'r:embed="rId1"' in found
    assert 'imagedata r:id="rId1"' in found
    assert "r:link" not in found
    assert "hlinkClick" not in found


def test_other_parts_are_refused():
    with pytest.raises(UnreadableFileError, match="header that is none"):
        clean_header(parse_xml(f"<w:document {SPACES}/>"), ())
    with pytest.raises(UnreadableFileError, match="unreasonable size"):
        clean_header(parse_xml(f"<w:hdr {SPACES}>{'<w:p/>' * MAX_ELEMENTS}</w:hdr>"), ())
