"""Files compared with their run's manifest."""

import io
import json
import shutil
import zipfile
from pathlib import Path

import docx
import nbformat
import pypdfium2 as pdfium
import pytest

from workbench.errors import InputError
from workbench.export import verify
from workbench.export.files import export_petition
from workbench.export.manifest import KEY
from workbench.export.verify import read_manifest, verify_file

WORDS, OTHER_WORDS = "The medal is", "The medal was"
FORMATS = ("ipynb", "docx", "html", "pdf")


@pytest.fixture(scope="module")
def exported(draft, tmp_path_factory):
    return export_petition(draft, out=tmp_path_factory.mktemp("exported"))


@pytest.fixture
def files(exported, tmp_path):
    """The files of an export, which a test may change."""
    return {kind: Path(shutil.copy(file, tmp_path)) for kind, file in exported.items()}


def changes(file, **options):
    return [(change.kind, change.place) for change in verify_file(file, **options).changes]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("snapshot", ["draft", "approved", "hostile"])
def test_exported_file_matches(request, snapshot, kind, tmp_path):
    state = request.getfixturevalue(snapshot)
    files = export_petition(state, out=tmp_path, to={kind, "ipynb"}, final=snapshot == "approved")
    result = verify_file(files[kind])
    assert (result.problems, result.changes) == ((), ())
    assert result.compared > 30
    assert result.describe()[0].startswith(f"{files[kind]} matches run wu-sample-1")


def test_hyphens_at_line_ends_match(draft, tmp_path):
    """Lines of the PDF end at hyphens of words and of page ranges."""
    first = draft.sections[0]
    text = " ".join(f"The well-known beta-ray spectra of {number}-{number + 1}." for number in range(100, 160))
    state = draft.model_copy(
        update={"sections": (first.model_copy(update={"content": text + "\n"}), *draft.sections[1:])}
    )
    files = export_petition(state, out=tmp_path, to=("ipynb", "pdf"))
    assert verify_file(files["pdf"]).changes == ()


NOTED = "She won.[^1] It counts.[^b]\n\n[^b]: The rule.\n\n[^1]: Of the *medal* [@nms-citation, p. 1].\n"


def note_draft(draft, content):
    first, second, *others = draft.sections
    noted = [first.model_copy(update={"content": content}), second.model_copy(update={"content": content})]
    return draft.model_copy(update={"sections": (*noted, *others)})


def test_note_longer_than_page_matches(draft, tmp_path):
    long = " ".join(f"Sentence {number} of a note that is longer than a page." for number in range(200))
    table = "| Year | Prize |\n|---|---|\n| 1978 | Wolf[^c] |"
    content = f"She won.[^a] Again.[^b]\n\n{table}\n\n[^a]: {long}\n\n[^b]: A short note.\n\n[^c]: {long} In a table.\n"
    first = draft.sections[0].model_copy(update={"content": content})
    files = export_petition(draft.model_copy(update={"sections": (first, *draft.sections[1:])}), out=tmp_path)
    assert [verify_file(files[kind]).changes for kind in ("pdf", "docx", "html")] == [(), (), ()]
    with pdfium.PdfDocument(files["pdf"]) as pdf:
        for page in pdf:
            places = page.get_textpage()
            assert all(places.get_charbox(each)[1] > 0 for each in range(places.count_chars()))


@pytest.mark.parametrize("kind", FORMATS)
def test_changed_note_is_named(draft, kind, tmp_path):
    files = export_petition(note_draft(draft, NOTED), out=tmp_path / "a", to={kind, "ipynb"})
    assert verify_file(files[kind]).changes == ()
    other = export_petition(note_draft(draft, NOTED.replace("The rule.", "The rules.")), out=tmp_path / "b", to={kind})
    found = changes(other[kind], against=files["ipynb"])
    # A PDF has no paragraphs: the words that stand there now count as added to those before them.
    notes = [change for change in found if change[0] != "added"]
    assert notes == [("changed", "notes, paragraph 2"), ("changed", "notes, paragraph 4")]


def edit_docx(file, change):
    document = docx.Document(file)
    change(document)
    document.save(file)


def paragraph_of(document, words):
    return next(each for each in document.paragraphs if words in each.text)


def test_changed_paragraph_is_named(files):
    def change(document):
        run = next(run for run in paragraph_of(document, WORDS).runs if WORDS in run.text)
        run.text = run.text.replace(WORDS, OTHER_WORDS)

    edit_docx(files["docx"], change)
    [(kind, place)] = changes(files["docx"])
    assert kind == "changed"
    assert place.startswith("section III, paragraph")


def test_added_and_removed_paragraphs_are_named(files):
    def change(document):
        element = paragraph_of(document, WORDS)._p
        document.add_paragraph("Nobody approved this.")
        element.getparent().remove(element)

    edit_docx(files["docx"], change)
    found = changes(files["docx"])
    assert [kind for kind, _ in found] == ["removed", "added"]
    assert found[0][1].startswith("section III, paragraph")


def test_moved_paragraph_is_named_once(files):
    def change(document):
        element = paragraph_of(document, WORDS)._p
        paragraph_of(document, "I. Introduction")._p.addprevious(element)

    edit_docx(files["docx"], change)
    assert [kind for kind, _ in changes(files["docx"])] == ["moved"]


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("header", ("changed", "page header, paragraph 1")),
        ("first_page_header", ("removed", "first page's header, paragraph 1")),
    ],
)
def test_removed_draft_mark_is_found(header, found, files):
    def change(document):
        for run in getattr(document.sections[0], header).paragraphs[0].runs:
            run.text = run.text.replace("DRAFT — not for filing", "")

    edit_docx(files["docx"], change)
    assert changes(files["docx"]) == [found]


def test_added_picture_and_note_are_found(files, tmp_path):
    from PIL import Image

    Image.new("RGB", (4, 4)).save(tmp_path / "dot.png")
    edit_docx(files["docx"], lambda document: paragraph_of(document, WORDS).add_run()
              .add_picture(str(tmp_path / "dot.png")))  # fmt: skip
    assert [kind for kind, _ in changes(files["docx"])] == ["changed"]


def test_changed_page_is_named(files):
    page = files["html"].read_text().replace(WORDS, OTHER_WORDS, 1)
    files["html"].write_text(page)
    [(kind, place)] = changes(files["html"])
    assert (kind, place.split(",")[0]) == ("changed", "section III")


def test_changed_cell_is_named(files):
    notebook = nbformat.read(files["ipynb"], as_version=4)
    cell = next(cell for cell in notebook.cells if WORDS in cell.source)
    cell.source += "\n\nA paragraph more."
    nbformat.write(notebook, files["ipynb"])
    [(kind, place)] = changes(files["ipynb"])
    assert (kind, place.split(",")[0]) == ("added", "section III")


def test_pdf_of_changed_text_is_named(draft, approved, tmp_path):
    files = export_petition(draft, out=tmp_path, to=["ipynb", "pdf"])
    awards = approved.section("awards")
    text = awards.content.replace(WORDS, OTHER_WORDS, 1)
    changed = approved.model_copy(update={"sections": tuple(
        section.model_copy(update={"content": text}) if section.section_id == "awards" else section
        for section in draft.sections)})  # fmt: skip
    other = export_petition(changed, out=tmp_path / "other", to=["pdf"])
    result = verify_file(other["pdf"], against=files["ipynb"])
    assert [(change.kind, change.place.split(",")[0]) for change in result.changes] == [("changed", "section III")]
    assert len(result.problems) == 1


def test_pdf_needs_manifest_beside_it(files):
    for kind in ("ipynb", "docx", "html"):
        files[kind].unlink()
    with pytest.raises(InputError, match="no file beside it has one"):
        verify_file(files["pdf"])


def test_manifest_kept_elsewhere_finds_rewritten_file(files, draft, tmp_path):
    """A text changed together with its manifest differs from a manifest kept elsewhere."""
    other = draft.model_copy(update={"sections": draft.sections[:3]})
    rewritten = export_petition(other, out=tmp_path / "other", to=["docx"])["docx"]
    assert verify_file(rewritten).matches
    result = verify_file(rewritten, against=files["ipynb"])
    assert result.problems
    assert any(change.kind == "removed" for change in result.changes)


def test_other_origin_is_named(files, draft, tmp_path):
    """Model, passages, findings and decisions are in the manifest; which of them differ is said."""
    awards = draft.section("awards").model_copy(
        update={"model": "gpt-5", "passages_sha256": "1" * 64, "findings": (), "approval_note": "a reason"}
    )
    sections = tuple(awards if section.section_id == "awards" else section for section in draft.sections)
    exhibits = (draft.exhibits[0].model_copy(update={"sha256": "2" * 64}), *draft.exhibits[1:])
    state = draft.model_copy(update={"sections": sections, "exhibits": exhibits, "case_digest": "3" * 64})
    other = export_petition(state, out=tmp_path / "other", to=["ipynb"])
    result = verify_file(other["ipynb"], against=files["ipynb"])
    assert not result.matches
    assert result.problems[1:] == (
        "manifest: another case digest",
        "manifest: section awards: another model, passages, findings, decisions or reasons",
        "manifest: exhibit 1: another file",
    )


def test_formats_carry_one_manifest(files):
    digests = {read_manifest(files[kind]).digest() for kind in ("ipynb", "docx", "html")}
    assert len(digests) == 1


def test_files_keep_the_firms_own_words_back(approved, tmp_path):
    noted = approved.sections[0].model_copy(update={"approval_note": "Our secret reason"})
    snapshot = approved.model_copy(update={"sections": (noted, *approved.sections[1:])})
    files = export_petition(snapshot, out=tmp_path, to=["html", "docx", "ipynb"])
    assert "Our secret reason" in files["ipynb"].read_text()
    assert "Our secret reason" not in files["html"].read_text()
    with zipfile.ZipFile(files["docx"]) as package:
        assert not any(b"Our secret reason" in package.read(name) for name in package.namelist())


def rewrite_part(file, name, content):
    with zipfile.ZipFile(file) as source:
        parts = {each: source.read(each) for each in source.namelist()}
    parts[name] = content
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as target:
        for each, raw in parts.items():
            target.writestr(each, raw)
    file.write_bytes(held.getvalue())


@pytest.mark.parametrize("raw", [b"", b"\x00", b"PK\x03\x04", b"{}", b"[1]", b"[" * 100_000, b"<html>", b"%PDF-1.7"])
@pytest.mark.parametrize("kind", FORMATS)
def test_hostile_file_is_one_problem(kind, raw, tmp_path):
    file = tmp_path / f"petition.{kind}"
    file.write_bytes(raw)
    with pytest.raises(InputError) as caught:
        verify_file(file)
    assert len(caught.value.problems) == 1
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("manifest", ["", "{", "[]", '{"paragraphs": 3}', "[" * 100_000, '{"paragraphs": [{}]}'])
def test_damaged_manifest_is_one_problem(files, manifest):
    space = "urn:eb1a-workbench:manifest"
    rewrite_part(files["docx"], "customXml/item1.xml", f'<manifest xmlns="{space}">{manifest}</manifest>'.encode())
    with pytest.raises(InputError) as caught:
        verify_file(files["docx"])
    assert len(caught.value.problems) == 1


def test_notebook_of_others_is_one_problem(files):
    notebook = json.loads(files["ipynb"].read_text())
    for change in (lambda: notebook["metadata"].pop(KEY), lambda: notebook.update(cells=[1]),
                   lambda: notebook.update(cells=None)):  # fmt: skip
        change()
        files["ipynb"].write_text(json.dumps(notebook))
        with pytest.raises(InputError):
            verify_file(files["ipynb"])


def test_too_many_paragraphs_are_refused(files, monkeypatch):
    monkeypatch.setattr(verify, "MAX_PARAGRAPHS", 20)
    for kind in FORMATS:
        with pytest.raises(InputError, match=r"more than 20 paragraphs|no file beside it"):
            verify_file(files[kind])


def test_unknown_type_is_refused(tmp_path):
    file = tmp_path / "letter.odt"
    file.write_bytes(b"x")
    with pytest.raises(InputError, match="no file of a petition"):
        verify_file(file)


@pytest.mark.parametrize("kind", FORMATS)
def test_changed_cell_is_named_by_its_row(tabled, kind, tmp_path):
    files = export_petition(tabled, out=tmp_path / "a", to={kind, "ipynb"})
    assert verify_file(files[kind]).changes == ()
    text = tabled.sections[0].content.replace("| 1964 |", "| 1965 |")
    other = tabled.model_copy(update={"sections": (tabled.sections[0].model_copy(update={"content": text}),)})
    file = export_petition(other, out=tmp_path / "b", to={kind})[kind]
    found = [change for change in changes(file, against=files["ipynb"]) if change[1].startswith("section")]
    assert found == [("changed", "section I, paragraph 5")]
