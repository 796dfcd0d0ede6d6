"""Lists that Word numbers."""

import docx
from docx.oxml.ns import qn

from workbench.export.word_lists import LEVELS, ListNumbering, put_in_list


def starts(document, number):
    [instance] = [each for each in document.part.numbering_part.element.findall(qn("w:num"))
                  if each.get(qn("w:numId")) == str(number)]  # fmt: skip
    return [each.get(qn("w:val")) for each in instance.iter(qn("w:startOverride"))]


def test_lists_count_on_their_own():
    document = docx.Document()
    lists = ListNumbering(document)
    first, second, bullets = lists.add_list(1, 0), lists.add_list(4, 1), lists.add_list(None, 0)
    assert len({first, second, bullets}) == 3
    assert [starts(document, number) for number in (first, second, bullets)] == [["1"], ["4"], []]


def test_definitions_precede_instances():
    document = docx.Document()
    lists = ListNumbering(document)
    for _ in range(3):
        lists.add_list(1, 0)
        lists.add_list(None, 0)
    tags = [child.tag for child in document.part.numbering_part.element]
    assert tags == sorted(tags, key=[qn("w:abstractNum"), qn("w:num")].index)


def test_deep_item_has_last_level():
    document = docx.Document()
    paragraph = document.add_paragraph("deep")
    put_in_list(paragraph, ListNumbering(document).add_list(1, 40), 40)
    assert paragraph._p.pPr.numPr.ilvl.val == LEVELS - 1
