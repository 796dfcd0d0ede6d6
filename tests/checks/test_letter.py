import re
from pathlib import Path

import pytest
from docx import Document

from workbench.case.citation import Citation
from workbench.checks.letter import read_letter
from workbench.checks.parts.draft_file import MAX_DRAFT_CHARACTERS
from workbench.errors import InputError

LETTER = """Dear Officer:

See the exhibits.

## Awards

She won (Ex. A at 1).

## Exhibit List

Ex. A - Certificate and statutes of the Invented Medal for Chemistry
Ex. B - Election notice
"""


def test_sections_hold_the_whole_letter(minimal):
    letter = read_letter(LETTER, minimal)
    assert "".join(section.content for section in letter.sections) == LETTER
    assert [(section.part, section.section_id) for section in letter.sections] == [
        ("address", None),
        ("body", "intro"),
        ("body", "awards"),
        ("index", None),
    ]
    for section in letter.sections:
        assert LETTER.split("\n")[section.first_line - 1 :][0] == section.content.split("\n")[0]


def test_letters_stand_for_exhibits(minimal):
    letter = read_letter(LETTER, minimal)
    (cite,) = letter.sections[2].citations
    assert isinstance(cite, Citation)
    assert cite[:2] == ("medal", (1,))
    assert [entry.label for entry in letter.index] == ["A", "B"]


def test_own_list_names_unknown_labels(minimal):
    text = "She plans (Exhibit (v).1).\n\n## Exhibits\n\nExhibit (v).1: Statement of Dr. Ada Example\n"
    (cite,) = read_letter(text, minimal).sections[0].citations
    assert cite.exhibit_id == "statement"


def test_letter_without_case_keeps_labels():
    letter = read_letter(LETTER, None)
    assert [cite.exhibit_id for cite in letter.sections[2].citations] == ["A"]


def test_own_format_has_no_numbering(minimal):
    letter = read_letter("She won [@medal, p. 1]. See Exhibit 4.", minimal)
    assert letter.sections[0].numbering is None


def test_file_gives_places(tmp_path, minimal):
    (tmp_path / "draft.txt").write_text(LETTER, encoding="utf-8")
    letter = read_letter(tmp_path / "draft.txt", minimal)
    assert letter.name == "draft.txt"
    assert letter.file.find_place(LETTER.index("She won")) == "line 7"


def test_message_names_place_in_file(tmp_path):
    document = Document()
    for text in ("Awards", "She has 120 patents in optics.", "Summary", "Her patents in optics number 140 patents."):
        document.add_paragraph(text, style="Heading 1" if len(text.split()) == 1 else None)
    document.save(tmp_path / "letter.docx")
    letter = read_letter(tmp_path / "letter.docx", None)
    section = next(one for one in letter.sections if "140" in one.content)
    assert letter.name_place(section, section.content.index("140")) == "paragraph 4"


def test_missing_file_is_input_error():
    with pytest.raises(InputError, match="there is no such file"):
        read_letter(Path("nothing.md"), None)


@pytest.mark.parametrize(
    ("draft", "says"),
    [
        ("nowhere", "nowhere: a file without a suffix, which is no draft"),
        ("drafts/letter.docx\n", "drafts/letter.docx: there is no such file"),
        ("my letter.docx ", "my letter.docx: there is no such file"),
        ("~/nowhere.md", "/nowhere.md: there is no such file"),
        ("the letter.rtf", "the letter.rtf: a .rtf file, which is no draft"),
        ("", "draft: the text is empty; give the draft itself, or its path"),
        (" \n", "draft: the text is empty"),
        (b"She won.", "a draft is a path or a text, and no bytes"),
        (None, "a draft is a path or a text, and no NoneType"),
        ("a " * MAX_DRAFT_CHARACTERS, "draft: too long for a draft"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_refused(draft, says):
    with pytest.raises(InputError, match=re.escape(says)):
        read_letter(draft, None)


def test_text_of_two_words_is_read():
    assert read_letter("She won\r\nit.", None).text == "She won\nit."
