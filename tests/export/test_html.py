"""The HTML page, parsed."""

import re

import pytest
from lxml import html as lxml_html

from tests.export.conftest import section, snapshot
from workbench.export.html import render_html
from workbench.export.notebook import petition_notebook
from workbench.export.petition import read_petition


def tree(page):
    return lxml_html.document_fromstring(page)


@pytest.fixture
def draft_page(draft_petition):
    return render_html(draft_petition)


def test_draft_mark_on_screen_and_paper(draft_page):
    [banner] = tree(draft_page).find_class("banner")
    assert banner.text_content() == "DRAFT — not for filing"
    printed = draft_page[draft_page.index("@media print") :]
    assert re.search(r"\.banner \{\s+position: fixed", printed)
    assert '@top-right { content: "DRAFT — not for filing"' in draft_page


def test_a_final_does_not(final_petition):
    page = tree(render_html(final_petition))
    assert page.find_class("banner") == []
    assert page.find_class("open") == []
    assert "DRAFT" not in page.body.text_content()
    assert "Sample: a real person" in page.body.text_content()
    assert "offline assembler (no language model)" in page.body.text_content()


def test_html_sections_name_their_prompt(draft_petition, draft_page, draft):
    found = [section.get("data-prompt") for section in tree(draft_page).iterfind(".//section[h2]")]
    named = [section.prompt_version for section in draft.sections]
    assert [version for version in found if version is not None] == [version for version in named if version]
    assert [section.prompt for section in draft_petition.sections] == named


def assert_self_contained(page):
    parsed = tree(page)
    names = {element.tag for element in parsed.iter() if isinstance(element.tag, str)}
    assert names & {"img", "iframe", "link", "object", "embed", "form", "svg", "base", "video", "audio"} == set()
    # The manifest: data, which no browser runs.
    assert [script.get("type") for script in parsed.iter("script")] == ["application/json"]
    attributes = {name for element in parsed.iter() for name in element.attrib}
    assert attributes & {"src", "srcset", "style", "action"} == set()
    assert not [name for name in attributes if name.startswith("on")]
    assert all(link.get("href").startswith("#") for link in parsed.iter("a"))
    [policy] = parsed.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    style = "".join(parsed.xpath("//style/text()"))
    assert "url(" not in style
    assert "@import" not in style


def test_it_is_self_contained(draft_page):
    assert_self_contained(draft_page)


def test_every_link_leads_somewhere(draft_page):
    parsed = tree(draft_page)
    ids = parsed.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link.get("href")[1:] for link in parsed.iter("a")} <= set(ids)
    assert len(parsed.find_class("cite")) > 20


def test_headings_contents_and_index(draft_page):
    parsed = tree(draft_page)
    sections = [" ".join(heading.text_content().split()) for heading in parsed.xpath("//section/h2")]
    assert sections[:3] == ["Open Before Filing", "I. Introduction", "II. The Beneficiary and Her Field"]
    assert len(parsed.xpath("//nav/ol/li")) == 11
    assert len(parsed.xpath("//tbody/tr")) == 22
    assert parsed.xpath("//tr[@id='exhibit-1']/td[4]/a/text()") == ["I", "III", "VII"]


def test_unresolved_citations_are_marked(draft_page):
    [mark] = tree(draft_page).find_class("unresolved")
    assert mark.text_content() == "[unresolved: no-such-exhibit]"


def test_hostile_text_is_only_text(hostile_petition):
    page = render_html(hostile_petition)
    assert_self_contained(page)
    text = " ".join(tree(page).body.text_content().split())
    for words in (
        "<script>alert(1)</script>",
        "![](file:///etc/passwd)",
        "{{ 7*7 }}",
        "<b onclick=",
        "[Note]: this must stay",
    ):
        assert words in text
    assert not re.search("[\u202a-\u202e\u2066-\u2069\ue000-\uf8ff\x00-\x08]", page)


def test_html_is_deterministic(draft_petition, draft_page):
    assert render_html(draft_petition) == draft_page


def test_notes_have_links_both_ways():
    texts = ("She won.[^1]\n\n[^1]: The *first* [@nms-citation, p. 1].\n", "It helps.[^1]\n\n[^1]: The second.\n")
    parts = (section("awards", content=texts[0]), section("benefit", content=texts[1]))
    page = tree(render_html(read_petition(petition_notebook(snapshot(sections=parts)))))
    [notes] = page.find_class("notes")
    assert [item.text_content().strip() for item in notes.iter("li")] == [
        "The first (Exhibit\u00a01\u00a0at\u00a01).",
        "The second.",
    ]
    for number in ("1", "2"):
        mark, back = page.get_element_by_id(f"note-mark-{number}"), page.get_element_by_id(f"note-{number}")
        assert (mark.text_content(), mark.get("href")) == (number, f"#note-{number}")
        assert [link.get("href") for link in back.find_class("back")] == [f"#note-mark-{number}"]


def test_table_has_heads_of_columns(tabled_petition):
    page = render_html(tabled_petition)
    assert_self_contained(page)
    table, _ = tree(page).find_class("in-text")
    assert [(head.get("scope"), head.get("class"), head.text_content()) for head in table.iter("th")] == [
        ("col", "center", "Year"),
        ("col", "right", "Prize"),
    ]
    rows = [[cell.text_content() for cell in row] for row in table.xpath("tbody/tr")]
    assert rows == [
        ["1958", "Election (Exhibit\u00a01\u00a0at\u00a01)1"],
        ["1964", ""],
        ["a | b", "<b>`#let`</b> | ]]>"],
    ]
    assert [len(table.xpath(f".//{tag}")) for tag in ("em", "sup", "a[@class='cite']")] == [1, 1, 1]
