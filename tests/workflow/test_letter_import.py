"""A letter that no run wrote, as a new run of a case."""

from __future__ import annotations

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

import workbench
from workbench.case.loader import load_case
from workbench.errors import InputError
from workbench.live.audit import find_broken_entry
from workbench.text.digest import text_digest
from workbench.workflow.letter_import import describe_letter, read_letter_sections

from .conftest import CASES, SampleModel

_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_NOTES = (
    f'<w:footnotes {_WORD}><w:footnote w:id="2"><w:p><w:r><w:t>The statutes say so (Exhibit 1 at 2).</w:t></w:r></w:p>'
    "</w:footnote></w:footnotes>"
)


def write_letter(path):
    """A firm's letter: headings with numbers of its own, a table, a footnote, citations by number."""
    document = docx.Document()
    for line in (
        "U.S. Citizenship and Immigration Services",
        "Dear Officer:",
        "We file this for Dr. Example.",
    ):
        document.add_paragraph(line)
    document.add_heading("1. Criterion (i): Prizes and Awards", level=1)
    noted = document.add_paragraph("Dr. Example received the Invented Medal (Exhibit 1, a record of the medal).")
    noted.runs[0]._r.getparent().append(parse_xml(f'<w:r {_WORD}><w:footnoteReference w:id="2"/></w:r>'))
    document.add_heading("1.1 The medal is open to every chemist.", level=2)
    document.add_paragraph("Nine newspapers reported it. See Exhibit 40.")
    document.add_heading("2. What Colleagues Say", level=1)
    document.add_paragraph("Colleagues admire her.")
    document.add_heading("3. Membership in Associations", level=1)
    document.add_paragraph("She is a Fellow of the Academy (Exhibit 2 at 1-2). Id. at 2.")
    table = document.add_table(rows=2, cols=2)
    for cell, words in zip(table._cells, ("Year", "Fellows", "2022", "Twelve"), strict=True):
        cell.text = words
    document.add_paragraph("Respectfully submitted,")
    document.add_paragraph("A. Colleague")
    notes = Part(
        PackURI("/word/footnotes.xml"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
        _NOTES.encode(),
        document.part.package,
    )
    document.part.relate_to(notes, RELATIONSHIP_TYPE.FOOTNOTES)
    document.save(path)
    return path


@pytest.fixture
def letter(tmp_path):
    return write_letter(tmp_path / "firm.docx")


@pytest.fixture
def case():
    return load_case(CASES / "minimal")


def test_sections_are_found_by_headings(letter, case):
    read = read_letter_sections(letter, case)
    assert list(read.texts) == ["intro", "awards", "membership"]
    assert read.headings == {
        "awards": ("Criterion (i): Prizes and Awards",),
        "membership": ("Membership in Associations",),
    }
    assert read.texts["intro"] == "We file this for Dr. Example.\n"
    assert read.texts["awards"].count("### ") == 2
    assert "### The medal is open to every chemist.\n" in read.texts["awards"]
    assert "background" in read.lacking


def test_part_without_section_is_named(letter, case):
    read = read_letter_sections(letter, case)
    assert read.texts["awards"].endswith("### What Colleagues Say\n\nColleagues admire her.\n")
    assert any(
        note.startswith("'What Colleagues Say' (paragraph ") and note.endswith("it stands in awards")
        for note in read.notes
    )


def test_typed_citations_become_exhibits(letter, case):
    medal, academy = (exhibit.id for exhibit in case.exhibits[:2])
    read = read_letter_sections(letter, case)
    assert f"received the Invented Medal [@{medal}] (a record of the medal).[^1]" in read.texts["awards"]
    assert f"[^1]: The statutes say so [@{medal}, p. 2]." in read.texts["awards"]
    assert f"Academy [@{academy}, pp. 1-2]. [@{academy}, p. 2]." in read.texts["membership"]
    assert "See Exhibit 40." in read.texts["awards"]
    assert "'Exhibit 40' names no exhibit of this case: it stays as text" in read.notes
    assert read.citations == 4


def test_own_list_goes_before_order(tmp_path, case):
    medal, academy = case.exhibits[:2]
    path = tmp_path / "listed.md"
    path.write_text(
        "# Awards\n\nShe received the medal (Exhibit 2).\n\n# List of Exhibits\n\n"
        f"Exhibit 1: {academy.title}\n\nExhibit 2: {medal.title}\n\nExhibit 3: A Telegram\n"
    )
    read = read_letter_sections(path, case)
    assert read.texts["awards"] == f"She received the medal [@{medal.id}].\n"
    assert f"exhibit 2 is {medal.id} by the letter's list, and {academy.id} by the case's order" in read.notes
    telegram = "exhibit 3 of the letter's list has no title of the case's: it is "
    assert any(note.startswith(telegram) for note in read.notes)


def test_table_and_signature(letter, case):
    read = read_letter_sections(letter, case)
    assert "| Year | Fellows |\n|---|---|\n| 2022 | Twelve |" in read.texts["membership"]
    assert "A. Colleague" not in "".join(read.texts.values())
    assert [note.partition(" (")[0] for note in read.notes if "is not imported" in note] == [
        "the address",
        "the signature",
    ]


@pytest.mark.parametrize("suffix", [".md", ".txt"])
def test_letter_without_heading(tmp_path, case, suffix):
    path = tmp_path / f"plain{suffix}"
    path.write_text("Dr. Example is a chemist.\n\nShe received a medal (Exhibit 1).\n")
    read = read_letter_sections(path, case)
    assert list(read.texts) == ["intro"]
    assert read.texts["intro"] == f"Dr. Example is a chemist.\n\nShe received a medal [@{case.exhibits[0].id}].\n"
    assert read.notes == ("text under no heading (line 1) names no section of this case: it stands in intro",)


def test_words_that_no_section_holds(tmp_path, case):
    path = tmp_path / "web.md"
    path.write_text('# Awards\n\nThe medal <span class="big">is</span> one.\n')
    notes = read_letter_sections(path, case).notes
    assert len(notes) == 1
    assert notes[0].startswith("section awards: 4 words not imported, which no section may hold: 'span class")


def test_case_titles_of_a_response(tmp_path):
    case = load_case("rfe")
    path = tmp_path / "response.md"
    path.write_text("# Request 2: Reputation\n\nThe department leads.\n\n# Conclusion\n\nPlease approve.\n")
    assert list(read_letter_sections(path, case).texts) == ["request-reputation", "rfe_conclusion"]


def test_import_makes_checked_edits(letter, settings):
    model = SampleModel()
    run = workbench.import_letter(letter, CASES / "minimal", user_id="b.partner", model=model, settings=settings)
    snapshot = run.wait(60)
    assert model.calls == []
    assert snapshot.model == ""
    assert [(s.section_id, s.edited_by, s.approved_by) for s in snapshot.sections] == [
        (name, "b.partner", None) for name in ("intro", "awards", "membership")
    ]
    assert all(s.status in {"completed", "needs_review"} for s in snapshot.sections)
    assert "exhibit-exists" in {finding.check for finding in snapshot.section("awards").findings}
    audit = run.audit()
    assert [(entry.action, entry.section_id) for entry in audit] == [
        ("edit", "intro"),
        ("edit", "awards"),
        ("edit", "membership"),
        ("start", None),
    ]
    assert audit[1].after == text_digest(snapshot.section("awards").content)
    assert audit[1].note.startswith("from firm.docx, sha256 ")
    assert find_broken_entry(audit) is None
    said = {line.message for line in snapshot.logs}
    assert set(describe_letter(read_letter_sections(letter, load_case(CASES / "minimal")))) <= said
    assert "nothing is left to draft; 3 sections written by hand to check" in said


def test_missing_sections_are_drafted_when_asked(letter, settings):
    model = SampleModel()
    run = workbench.import_letter(letter, CASES / "minimal", draft_missing=True, model=model, settings=settings)
    snapshot = run.wait(60)
    assert {s.section_id for s in snapshot.sections if s.edited_by is None} == set(model.calls)
    assert snapshot.section("awards").edited_by is not None
    assert snapshot.section("benefit").content


def test_unreadable_letter_makes_no_run(tmp_path, settings):
    (tmp_path / "no.docx").write_bytes(b"words")
    with pytest.raises(InputError) as refused:
        workbench.import_letter(tmp_path / "no.docx", CASES / "minimal", thread_id="t-none", settings=settings)
    assert len(refused.value.problems) == 1
    with pytest.raises(workbench.WorkbenchError):
        workbench.attach("t-none", settings=settings)
