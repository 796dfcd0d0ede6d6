"""New cases from folders of documents."""

import os
import stat

import pytest
from pdf_files import text, write_pdf_file

from workbench.case.loader import CASE_FILE, load_case
from workbench.errors import InputError

MEDAL = "Medal of the Invented Academy\n\nMay 4, 2021\n"
LONG = "The Society elects its members once in a year by a vote of all members who are present at the meeting. "


def test_case_is_private_and_loads(take_in, settings):
    editor = take_in({"medal.txt": MEDAL})
    case = load_case(editor.folder, settings=settings)
    assert (case.exhibits[0].title, case.exhibits[0].date, case.exhibits[0].kind) == (
        "Medal of the Invented Academy",
        "2021-05-04",
        "award",
    )
    assert case.claims == ()
    for path in (editor.folder, *editor.folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_existing_case_is_never_changed(take_in):
    editor = take_in({"medal.txt": MEDAL})
    before = {path: path.read_bytes() for path in editor.folder.rglob("*") if path.is_file()}
    with pytest.raises(InputError, match=r"has a case\.yaml already; .* never overwritten"):
        take_in()
    assert before == {path: path.read_bytes() for path in editor.folder.rglob("*") if path.is_file()}
    assert sorted(path.name for path in editor.folder.parent.iterdir()) == ["documents", "example"]


def test_folder_with_documents_inside(tmp_path, take_in, documents):
    (tmp_path / "example").mkdir()
    (tmp_path / "example" / "note.txt").write_text("mine", encoding="utf-8")
    editor = take_in({"medal.txt": MEDAL})
    assert {path.name for path in editor.folder.iterdir()} == {CASE_FILE, "exhibits", "note.txt"}


def test_own_folder_is_refused(documents, settings):
    from workbench.intake.new_case import new_case

    (documents / "medal.txt").write_text(MEDAL, encoding="utf-8")
    with pytest.raises(InputError, match="the documents' own folder"):
        new_case(documents, documents, settings=settings)


def test_what_is_not_given_is_marked(take_in):
    editor = take_in({"medal.txt": MEDAL}, name=None, field=None)
    kinds = {point.field: point.kind for point in editor.open_points}
    assert kinds["beneficiary.name"] == kinds["field_of_endeavor"] == kinds["filing_date"] == "open"
    assert kinds["petitioner.self_petition"] == "guess"
    assert editor.case.beneficiary.name == "[name of the beneficiary]"


def test_what_is_given_is_not_marked(take_in):
    editor = take_in(
        {"medal.txt": MEDAL}, honorific="Dr.", pronouns="she", filing_date="2026-03-02", petitioner="Works Inc."
    )
    assert {point.field for point in editor.open_points if not point.field.startswith("exhibits")} == {
        "beneficiary.surname"
    }
    assert editor.case.petitioner.self_petition is False


@pytest.mark.parametrize(
    "options",
    [
        {"pronouns": "it"},
        {"filing_date": "2026-13-01"},
        {"name": " "},
        {"name": "a\x1b[2J"},
        {"splits": {"none.pdf": "1"}},
        {"splits": {"medal.txt": "1"}},
    ],
)
def test_wrong_value_makes_no_case(options, take_in, tmp_path):
    with pytest.raises(InputError):
        take_in({"medal.txt": MEDAL}, **options)
    assert not (tmp_path / "example").exists()


def test_unreadable_file_is_missing(take_in, documents):
    (documents / "locked.pdf").write_bytes(b"%PDF-1.7 nothing of the kind")
    (documents / "empty.txt").touch()
    editor = take_in({"medal.txt": MEDAL, "table.xlsx": "x"})
    reasons = {exhibit.id: exhibit.reason for exhibit in editor.case.exhibits if exhibit.missing}
    assert reasons.keys() == {"empty", "locked"}
    assert "the file is empty" in reasons["empty"]
    assert [one.name for one in editor.left_out] == ["table.xlsx"]
    assert "# Left out: table.xlsx: a .xlsx file" in (editor.folder / CASE_FILE).read_text(encoding="utf-8")


def test_folder_without_text_is_refused(take_in, documents, tmp_path):
    (documents / "locked.pdf").write_bytes(b"%PDF-1.7 nothing of the kind")
    with pytest.raises(InputError, match=r"no document that can be read \(locked\.pdf: "):
        take_in()
    assert not (tmp_path / "example").exists()


def test_duplicates_are_left_out(take_in):
    editor = take_in(
        {"a.txt": LONG * 2, "b.txt": LONG * 2, "c.md": f"{LONG}\n\n{LONG}", "short.txt": "x", "tiny.md": "x "}
    )
    assert [one.name for one in editor.left_out] == ["b.txt", "c.md"]
    assert len(editor.case.exhibits) == 3
    source = next(point for point in editor.open_points if point.field.endswith(".source"))
    assert (source.kind, "c.md has the same text" in source.reason) == ("open", True)


def test_given_ranges_split(take_in, documents):
    pages = [text(72, 700, f"Letter number {number} of a client's file") for number in (1, 2, 3)]
    (documents / "all.pdf").write_bytes(write_pdf_file(pages))
    editor = take_in(splits={"all.pdf": "1,3"})
    case = editor.case
    assert [exhibit.source for exhibit in case.exhibits] == [
        "Received as all.pdf, page 1",
        "Received as all.pdf, page 3",
    ]
    assert [len(document.pages) for document in case.documents.values()] == [1, 1]
    assert [one.name for one in editor.left_out] == ["all.pdf, pages 2"]


def test_foreign_document_asks_for_translation(take_in):
    german = "Die Jury hat den Preis an eine Forscherin vergeben, die sich mit der Physik befasst."
    editor = take_in({"preis.txt": german})
    assert editor.case.exhibits[0].language == "de"
    assert f"exhibits.{editor.case.exhibits[0].id}.translation" in {point.field for point in editor.open_points}


def test_hostile_names_and_titles(take_in, documents):
    (documents / "a: b # c\n&d *e.txt").write_text('\'{{[!x]: "&" # OPEN: y\n', encoding="utf-8")
    (documents / os.fsdecode(b"\xff.txt")).write_bytes(b"text")
    editor = take_in({"\u202etxt.exe.md": "# \u202e\x1b[2Jtitle\n"})
    assert len(editor.case.exhibits) == 2
    assert any("not UTF-8" in one.reason for one in editor.left_out)
    content = (editor.folder / CASE_FILE).read_text(encoding="utf-8")
    assert "\x1b" not in content
