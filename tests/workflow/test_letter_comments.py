"""Comments of a letter's Word file, at sentences of sections."""

from __future__ import annotations

import docx
import pytest

import workbench
from workbench.case.loader import load_case
from workbench.export.check_docx import AUTHOR
from workbench.live.audit import find_broken_entry
from workbench.workflow.letter_import import read_letter_sections

from .conftest import CASES


def comment(document, paragraph, text, author="P. Partner"):
    document.add_comment(runs=[paragraph.runs[-1]], text=text, author=author, initials="PP")


@pytest.fixture
def letter(tmp_path):
    document = docx.Document()
    heading = document.add_heading("Awards", level=1)
    said = document.add_paragraph("She received the medal (Exhibit 1). ")
    said.add_run("The medal is open to every chemist (Exhibit 2 at 1).")
    document.add_heading("Membership in Associations", level=1)
    again = document.add_paragraph("She is a Fellow. ")
    again.add_run("She received the medal (Exhibit 1).")
    document.add_paragraph("Respectfully submitted,")
    signed = document.add_paragraph("A. Colleague")
    comment(document, heading, "Argue in the heading.")
    comment(document, said, "Says who?\nCite the bylaws.", "Q. Reader")
    comment(document, again, "Said before.")
    comment(document, signed, "Sign as counsel.")
    comment(document, said, "warning: a finding of an earlier check", AUTHOR)
    path = tmp_path / "firm.docx"
    document.save(path)
    return path


def test_comments_go_to_sentences(letter):
    case = load_case(CASES / "minimal")
    medal, academy = (exhibit.id for exhibit in case.exhibits[:2])
    read = read_letter_sections(letter, case)
    assert [(each.section_id, each.sentence, each.note) for each in read.comments] == [
        ("awards", f"She received the medal [@{medal}].", "P. Partner: Argue in the heading."),
        (
            "awards",
            f"The medal is open to every chemist [@{academy}, p. 1].",
            "Q. Reader: Says who?\nCite the bylaws.",
        ),
        ("membership", f"She received the medal [@{medal}].", "P. Partner: Said before."),
    ]
    lost = "a comment of P. Partner is not imported, as no sentence of the sections has its words: 'Sign as counsel.'"
    assert lost in read.notes
    assert not any(note.startswith("not read") for note in read.notes)


def test_run_holds_comments(letter, settings):
    run = workbench.import_letter(letter, CASES / "minimal", user_id="b.partner", settings=settings)
    snapshot = run.wait(60)
    [remark] = snapshot.section("membership").remarks
    assert (remark.kind, remark.user_id, remark.note) == ("comment", "b.partner", "P. Partner: Said before.")
    assert remark.sentence in snapshot.section("membership").content
    assert len(snapshot.section("awards").remarks) == 2
    audit = run.audit()
    assert [entry.action for entry in audit].count("comment") == 3
    assert find_broken_entry(audit) is None
    assert any("Sign as counsel." in line.message for line in snapshot.logs)
