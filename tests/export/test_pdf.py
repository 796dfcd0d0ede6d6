"""The PDF, opened with other programs' eyes."""

import io

import pikepdf
import pikepdf.pdfa
import pypdfium2
import pytest

from tests.export.conftest import exhibits, section, snapshot
from workbench.errors import ExportError
from workbench.export import petition_notebook
from workbench.export.pdf import list_faces, render_pdf
from workbench.export.petition import read_petition


def pages(pdf):
    document = pypdfium2.PdfDocument(pdf)
    texts = [" ".join(page.get_textpage().get_text_range().replace("\ufffe", "-").split()) for page in document]
    document.close()
    return texts


@pytest.fixture(scope="module")
def draft_pdf(draft_petition):
    return render_pdf(draft_petition)


@pytest.fixture(scope="module")
def final_pdf(final_petition):
    return render_pdf(final_petition)


def test_draft_mark_on_every_pdf_page(draft_pdf):
    texts = pages(draft_pdf)
    assert len(texts) > 5
    assert all(text.count("DRAFT") == 1 and "DRAFT — not for filing" in text for text in texts)


def test_no_page_of_a_final_does(final_pdf):
    text = "\n".join(pages(final_pdf))
    assert "DRAFT" not in text
    assert "Open Before Filing" not in text
    assert "not cited" not in text


def test_pages_have_number_and_beneficiary(final_pdf):
    texts = pages(final_pdf)
    for number, text in enumerate(texts, start=1):
        assert f"Page {number} of {len(texts)}" in text
        assert "Chien-Shiung Wu" in text


def test_the_first_page(final_pdf):
    first = pages(final_pdf)[0]
    for words in ("October 2, 1978", "U.S. Citizenship and Immigration Services", "Form I-140", "203(b)(1)(A)",
                  "experimental nuclear physics", "204.5(h)(3)(i), (ii), (vi) and (viii)",
                  "Sample: a real person and a public record"):  # fmt: skip
        assert words in first


def test_contents_name_sections_and_pages(final_pdf):
    texts = pages(final_pdf)
    contents = next(text for text in texts if "Contents" in text)
    for words in ("I. Introduction", "A. National Medal of Science (1975)", "Exhibit Index"):
        assert words in contents
    page = next(
        number for number, text in enumerate(texts, start=1) if "VI. Leading or Critical" in text and number > 2
    )
    line = contents[contents.index("VI. Leading") :].split("A. The American")[0]
    assert line.rstrip().endswith(str(page))


def test_citations_carry_numbers(final_pdf):
    text = " ".join(pages(final_pdf))
    for words in ("(Exhibit 3 at 1–2)", "(Exhibits 15 at 1; 16 at 1–2)", "(Exhibit 4 at 1, 3–4)"):
        assert words in text
    assert "@" not in text


def test_a_draft_shows_what_is_open(draft_pdf):
    text = " ".join(pages(draft_pdf))
    for words in ("[unresolved: no-such-exhibit]", "Not yet drafted.", "A superlative stands without an exhibit.",
                  "“the highest honor of the United States”", "has 2 pages, not page 9", "not cited", "no text layer",
                  "The filing fee and the edition date", "offline assembler (no language model)"):  # fmt: skip
        assert words in text
    assert "more than forty words" not in text


def test_final_pdf_names_the_author(final_pdf):
    assert "Text drafted by: offline assembler (no language model)." in pages(final_pdf)[-1]


def test_it_is_tagged_archival_and_described(final_pdf, final_petition):
    with pikepdf.open(io.BytesIO(final_pdf)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        assert pdf.Root.Lang == "en-US"
        with pdf.open_metadata() as metadata:
            assert metadata.pdfa_status == "2B"
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == "Petition for Dr. Chien-Shiung Wu: Form I-140, INA § 203(b)(1)(A)"
            assert metadata["dc:creator"] == ["Eleanor Marsh"]
            named = [section.prompt for section in final_petition.sections]
            assert len(named) > 3
            named.append(f"manifest sha256:{final_petition.manifest.digest()}")
            assert metadata["pdf:Keywords"] == ", ".join(named)
            assert metadata["xmp:CreateDate"].startswith("2026-11-23T10:05:00")
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root][:2] == ["I. Introduction", "II. The Beneficiary and Her Field"]


KNOWN_DENIALS = (
    "CFF FDArray FontMatrix is not supported",  # how Typst embeds its fonts; the check says it cannot judge it
    "is not valid under any of the given schemas",  # destinations written once and referred to, as PDF allows
    "XMP namespace",  # PDF/UA's own identification, with the extension schema that PDF/A asks for
    "XMP property",
)
"""Denials of pikepdf's allow-list for every file of Typst; any other denial is a defect of the export."""


def test_pdf_breaks_no_archival_rule(draft_pdf):
    with pikepdf.open(io.BytesIO(draft_pdf)) as pdf:
        findings = pikepdf.pdfa.check(pdf, "2b").findings
    assert findings
    assert [item for item in findings if not any(known in item.message for known in KNOWN_DENIALS)] == []


def test_links_stay_inside(draft_pdf):
    with pikepdf.open(io.BytesIO(draft_pdf)) as pdf:
        links = [link for page in pdf.pages for link in page.get("/Annots", [])]
        assert len(links) > 40
        assert all("/Dest" in link and "/A" not in link for link in links)
        assert "/Names" not in pdf.Root or "/EmbeddedFiles" not in pdf.Root.Names


def test_pdf_is_deterministic(draft_petition, draft_pdf):
    assert render_pdf(draft_petition) == draft_pdf


def test_hostile_text_is_only_text(hostile_petition):
    pdf = render_pdf(hostile_petition)
    text = " ".join(pages(pdf))
    for words in ('#read("/etc/passwd")', "<script>alert(1)</script>", "$250,000 against a $ median", "{{ 7*7 }}",
                  "![](file:///etc/passwd)", "[Note]: this must stay", "```{=typst}", "\\input{/etc/passwd}",
                  "@label <label>", "= heading", "title: forged"):  # fmt: skip
        assert words in text.replace("“", '"').replace("”", '"')
    assert "root:" not in text
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert not any("/A" in link for page in opened.pages for link in page.get("/Annots", []))


def font_names(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return {str(font.BaseFont) for page in opened.pages for font in page.Resources.Font.values()}


def test_devanagari_needs_a_face_for_it(approved):
    letter = approved.letter.model_copy(update={"beneficiary": "Dr. चन्द्रशेखर"})
    pdf = render_pdf(read_petition(petition_notebook(approved.model_copy(update={"letter": letter}))))
    # Typst's face for mathematics has the letters, and not their ligatures.
    assert not [name for name in font_names(pdf) if "NewCMMath" in name]
    faces = [name for name in font_names(pdf) if "Libertinus" not in name]
    assert faces or "[U+091A]" in pages(pdf)[0]


def test_faces_with_serifs_come_first():
    class Fonts:
        def families(self):
            return [
                "DejaVu Sans Mono",
                "Libertinus Serif",
                "Noto Sans CJK SC",
                "Noto Serif CJK JP",
                "Noto Serif CJK SC",
            ]

    assert list_faces(Fonts()) == ["Noto Serif CJK SC", "Noto Serif CJK JP", "Noto Sans CJK SC", "DejaVu Sans Mono"]


UNKNOWN_SCRIPT = "\U00013000"  # an Egyptian hieroglyph, in no font of this machine or Typst's


def test_missing_glyph_is_visible_in_draft(approved):
    letter = approved.letter.model_copy(update={"beneficiary": f"Dr. {UNKNOWN_SCRIPT} Wu"})
    petition = read_petition(petition_notebook(approved.model_copy(update={"letter": letter})))
    assert "Dr. [U+13000] Wu" in pages(render_pdf(petition))[0]


def test_missing_glyph_is_named_once(approved, caplog):
    letter = approved.letter.model_copy(update={"beneficiary": "Dr. \U00013001 Wu"})
    petition = read_petition(petition_notebook(approved.model_copy(update={"letter": letter})))
    render_pdf(petition)
    render_pdf(petition)
    [line] = [record.getMessage() for record in caplog.records if "\U00013001" in record.getMessage()]
    assert line.startswith("no font on this machine has the characters \U00013001: the draft shows their numbers")


def test_signs_without_font_are_visible(approved):
    # Vowel signs that stand alone: without a font the compiler names one of them at each try.
    letter = approved.letter.model_copy(update={"beneficiary": "Dr. \u0915 \u093e \u0947 \u0949 \u094d Wu"})
    petition = read_petition(petition_notebook(approved.model_copy(update={"letter": letter})))
    pdf = render_pdf(petition)
    faces = [name for name in font_names(pdf) if "Libertinus" not in name]
    assert faces or "[U+0949]" in pages(pdf)[0]


def test_missing_glyph_refuses_final(approved):
    letter = approved.letter.model_copy(update={"beneficiary": f"Dr. {UNKNOWN_SCRIPT} Wu"})
    petition = read_petition(petition_notebook(approved.model_copy(update={"letter": letter}), final=True))
    with pytest.raises(ExportError, match="install a font for that script, such as fonts-noto-core"):
        render_pdf(petition)


def test_forty_pages(approved):
    long = "\n\n".join(f"Paragraph {number}. " + "Words of an argument. " * 40 for number in range(14))
    sections = tuple(section.model_copy(update={"content": long}) for section in approved.sections)
    texts = pages(render_pdf(read_petition(petition_notebook(approved.model_copy(update={"sections": sections})))))
    assert len(texts) >= 40
    assert f"Page {len(texts)} of {len(texts)}" in texts[-1]


LONG_WORDS = (
    "https://www.uscis.gov/policy-manual/volume-6-part-f-chapter-2/and/a/path/that/is/longer/than/one/line/of/the/letter",
    "https://archive.example/" + "0123456789abcdef" * 8,
    "sha256:" + "fedcba9876543210" * 8,
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsmitgliedsausweisnummernverzeichnis",
)


def test_long_words_break_and_stay_searchable(approved):
    text = "\n\n".join(f"See {word} for the record." for word in LONG_WORDS)
    sections = tuple(section.model_copy(update={"content": text}) for section in approved.sections)
    pdf = render_pdf(read_petition(petition_notebook(approved.model_copy(update={"sections": sections}))))
    document = pypdfium2.PdfDocument(pdf)
    found = ""
    for page in document:
        content = page.get_textpage()
        found += content.get_text_range()
        # Within the right margin of an inch; the footer and the mark keep to it, too.
        edges = [content.get_charbox(number)[2] for number in range(content.count_chars())]
        assert max(edges) <= page.get_width() - 70
    document.close()
    assert "\u200b" not in found
    # What a reader copies: line ends are the page's, not the word's.
    copied = found.replace("\r\n", "").replace("\n", "").replace("\r", "")
    for word in LONG_WORDS:
        assert word in copied.replace("\ufffe", "-")


def test_table_heads_are_tagged_and_repeated(tabled_petition):
    content = render_pdf(tabled_petition)
    text = "\n".join(pages(content))
    assert text.count("Many words of it.") == 360
    holding = [page for page in pages(content) if "Many words of it." in page]
    assert len(holding) > 2
    assert all("Number Words" in page for page in holding)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        found = list_tags(pdf.Root.StructTreeRoot)
    heads = [tag for tag, scope in found if tag == "/TH" and scope == "/Column"]
    # Two tables, and the exhibit index.
    assert len(heads) == 2 + 2 + 5
    assert [tag for tag, _ in found].count("/TD") == 3 * 2 + 60 * 2 + 3 * 5


def list_tags(node):
    """The tags of a PDF's structure, each with the scope of a table's head."""
    if isinstance(node, pikepdf.Array):
        return [found for child in node for found in list_tags(child)]
    if not isinstance(node, pikepdf.Dictionary):
        return []
    attributes = node.get("/A", [])
    attributes = attributes if isinstance(attributes, pikepdf.Array) else [attributes]
    scope = next((str(each["/Scope"]) for each in attributes if "/Scope" in each), None)
    own = [(str(node["/S"]), scope)] if "/S" in node else []
    return own + list_tags(node.get("/K", []))


def test_row_of_table_stays_on_its_page(tabled_petition):
    for page in pages(render_pdf(tabled_petition)):
        assert page.count("Many words of it.") % 6 == 0


@pytest.mark.parametrize(
    "content",
    [
        "| only heads | here |\n|---|---|",
        "| Prize | here [@nms-citation, p. 1] |\n|---|---|\n" + "| word | word |\n" * 80,
        "|" + " word |" * 12 + "\n|" + "-|" * 12 + "\n|" + " extraordinarily |" * 12,
        "| a | b |\n|---|---|\n| " + "x" * 900 + " | " + "word " * 200 + "|",
        "|  |\n|---|\n|  |",
        "| 吴健雄 | #let $x$ \\& |\n|:-:|--:|\n| {{7}} | *em* **strong** |",
        "| " + "long " * 350 + " |\n|---|\n| x |",
        "|" + "a |" * 12 + "\n|" + "-|" * 12 + "".join(f"\n|{'|' * n}{'word ' * 390}|" for n in range(12)),
    ],
)
def test_odd_tables_are_set(content):
    state = snapshot(sections=(section("awards", content=content),), exhibits=exhibits()[:1])
    words = " ".join(pages(render_pdf(read_petition(petition_notebook(state)))))
    for word in ("here", "long", "strong", "#let"):
        assert words.count(word) >= content.count(word)
    assert "".join(words.split()).count("x") >= content.count("x")
    assert words.replace("- ", "").count("word") >= content.count("word")
