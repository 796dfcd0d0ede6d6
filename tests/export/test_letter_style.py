"""The firm's style: its file, and the same words in every format."""

import contextlib
import re

import docx
import pypdfium2
import pytest
from exhibit_files import give_files

import workbench
from tests.export.conftest import exhibits, section, snapshot
from tests.export.test_word_import import HeldRun
from workbench.config import Settings
from workbench.errors import InputError
from workbench.export.letter_style import ExhibitLabel, LetterStyle, find_style, read_style
from workbench.export.notebook import petition_notebook
from workbench.export.package import export_package
from workbench.export.petition import read_petition

STYLE = """
letterhead: |
  Marsh & Partners <LLP>
  12 Court Street
delivery: Via Courier
exhibits: Ex. B at 142
font: DejaVu Serif
size: 11
"""


@pytest.fixture
def style(tmp_path):
    file = tmp_path / "style.yaml"
    file.write_text(STYLE)
    return read_style(file)


@pytest.fixture
def run():
    content = "A prize [@wolf-prize, p. 2]. Two [@nms-citation, p. 1; @nms-history]."
    return HeldRun(snapshot(sections=(section("awards", content=content),), exhibits=exhibits()[:3]))


@pytest.mark.parametrize(
    ("example", "label"),
    [
        ("Exhibit 4", ExhibitLabel()),
        ("Ex. 4", ExhibitLabel("Ex.")),
        ("Exhibit D", ExhibitLabel("Exhibit", letters=True)),
        ("Ex. B at 142", ExhibitLabel("Ex.", letters=True)),
        ("Tab 3, p. 2", ExhibitLabel("Tab", pin=", p.")),
    ],
)
def test_label_is_read_from_example(example, label):
    assert LetterStyle(exhibits=example).label == label


def test_label_of_several_exhibits():
    assert (ExhibitLabel("Ex.").words, ExhibitLabel("Tab").words) == ("Exs.", "Tabs")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("exhibits: 4", "exhibits"),
        ("exhibits: see 4 below", "exhibits: write an example such as Ex. 4"),
        ("size: 11\nfonts: Arial", ":2: fonts: unknown field; did you mean font?"),
        ("zebra: 1", "zebra: unknown field; use one of: letterhead, delivery"),
        ('font: "x}; body{display:none"', "font: it does not have the right form"),
        ("size: 40", ":1: size: input should be less than or equal to 14"),
        ("letterhead: [a, [b]]", "letterhead[1]: input should be a valid string"),
        ("size:", ":1: size: the field is empty"),
        ("size: 11\nsize: 12", ":2: size: the field is given twice"),
        ("font: &a Arial\nheading_font: *a", "YAML anchors and aliases (&, *) are not read"),
        ("a: [", ":1: not valid YAML"),
        ("- a", "is no list of fields"),
        ("letterhead: " + "[" * 900, "nested more than 40 deep"),
        ("x" * 30_000, "has more than 20,000 bytes"),
    ],
)
def test_wrong_style_is_one_line(text, said, tmp_path):
    file = tmp_path / "style.yaml"
    file.write_text(text)
    with pytest.raises(InputError, match=re.escape(said)) as caught:
        read_style(file)
    assert "\n" not in str(caught.value)
    with pytest.raises(InputError, match="cannot be read"):
        read_style(tmp_path / "none.yaml")


@pytest.mark.parametrize("text", ["", "\n# to be filled in\n"])
def test_empty_style_has_defaults(text, tmp_path):
    (tmp_path / "style.yaml").write_text(text)
    assert read_style(tmp_path / "style.yaml") == LetterStyle()


def test_style_comes_from_setting_or_home(tmp_path):
    assert find_style(Settings(home=tmp_path)) is None
    (tmp_path / "style.yaml").write_text("exhibits: Ex. 4")
    (tmp_path / "other.yaml").write_text("exhibits: Exhibit D")
    assert find_style(Settings(home=tmp_path)).exhibits == "Ex. 4"
    assert find_style(Settings(home=tmp_path, style=tmp_path / "other.yaml")).exhibits == "Exhibit D"


def test_every_format_shows_style(run, style, tmp_path):
    files = workbench.export_petition(run.snapshot, out=tmp_path / "out", style=style)
    texts = {
        "pdf": "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(files["pdf"])),
        "docx": "\n".join(paragraph.text for paragraph in docx.Document(files["docx"]).paragraphs),
        "html": re.sub(r"<[^>]*>", "", files["html"].read_text(encoding="utf-8").partition("</head>")[2]),
    }
    for kind, text in texts.items():
        words = " ".join(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").split())
        for part in ("Marsh & Partners <LLP>", "12 Court Street", "Via Courier", "(Ex. C at 2)", "(Exs. A at 1; B)"):
            assert part in words, (kind, part)
    assert 'font-family:"DejaVu Serif"' in files["html"].read_text(encoding="utf-8")
    assert docx.Document(files["docx"]).styles["Normal"].font.name == "DejaVu Serif"
    for kind, file in files.items():
        assert not workbench.verify_file(file).changes, kind


def test_index_has_letters(style, run):
    petition = read_petition(petition_notebook(run.snapshot, style=style))
    assert [(row.label, row.anchor) for row in petition.exhibits][:2] == [("A", "exhibit-1"), ("B", "exhibit-2")]


def test_styled_file_comes_back(run, style, tmp_path):
    files = workbench.export_petition(run.snapshot, to=["docx"], out=tmp_path, style=style)
    edited = workbench.read_edited_docx(run, files["docx"])
    assert (edited.edits(), edited.changes, edited.notes) == ({}, (), ())
    document = docx.Document(files["docx"])
    line = next(paragraph for paragraph in document.paragraphs if paragraph.text.startswith("A prize"))
    line.add_run(" More (Ex. A at 1).")
    document.save(files["docx"])
    [text] = workbench.read_edited_docx(run, files["docx"]).edits().values()
    assert text.strip() == f"{run.snapshot.section('awards').content.strip()} More [@nms-citation, p. 1]."


def test_package_names_exhibits_as_letter(run, style, tmp_path, monkeypatch):
    (tmp_path / "style.yaml").write_text(STYLE)
    monkeypatch.setenv("WORKBENCH_STYLE", str(tmp_path / "style.yaml"))
    texts = {exhibit.exhibit_id: ("a.txt", exhibit.title.encode(), 1) for exhibit in run.snapshot.exhibits}
    files = give_files(run.snapshot, texts)
    export_package(files, out=tmp_path / "package")
    with contextlib.closing(pypdfium2.PdfDocument(tmp_path / "package" / "volume-1.pdf")) as volume:
        pages = [" ".join(page.get_textpage().get_text_range().split()) for page in volume]
        bookmarks = [item.get_title() for item in volume.get_toc(max_depth=1)]
    assert "Marsh & Partners <LLP>" in pages[0]
    assert any(page.startswith("EXHIBIT B") for page in pages)
    assert any("| Ex. B p. 1 |" in page for page in pages)
    assert any(title.startswith("Exhibit B — ") for title in bookmarks)
