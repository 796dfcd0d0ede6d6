"""Files: all or none."""

import contextlib
import json
import os

import docx
import nbformat
import pypdfium2
import pytest

from workbench.errors import ExportError, InputError
from workbench.export import FORMATS, export_petition
from workbench.export import files as files_module
from workbench.live.audit import AuditEntry


def test_every_format(draft, tmp_path):
    files = export_petition(draft, out=tmp_path / "new" / "out")
    assert list(files) == ["ipynb", "html", "pdf", "docx"] == list(FORMATS)
    assert {kind: path.name for kind, path in files.items()} == {kind: f"petition.{kind}" for kind in FORMATS}
    assert sorted(path.name for path in (tmp_path / "new" / "out").iterdir()) == sorted(
        f"petition.{kind}" for kind in FORMATS
    )
    assert files["pdf"].read_bytes().startswith(b"%PDF-1.7")
    assert files["html"].read_text(encoding="utf-8").startswith("<!doctype html>")
    assert files["docx"].read_bytes().startswith(b"PK")
    nbformat.validate(nbformat.reads(files["ipynb"].read_text(encoding="utf-8"), as_version=4))


def test_export_is_for_its_user_only(draft, tmp_path):
    (tmp_path / "petition.html").write_text("older, and open to all")
    (tmp_path / "petition.html").chmod(0o644)
    for path in export_petition(draft, to=["html", "ipynb"], out=tmp_path).values():
        assert path.stat().st_mode & 0o777 == 0o600


def test_exported_files_are_deterministic(draft, tmp_path):
    first = export_petition(draft, out=tmp_path / "a")
    second = export_petition(draft, out=tmp_path / "b")
    assert {kind: path.read_bytes() for kind, path in first.items()} == {
        kind: path.read_bytes() for kind, path in second.items()
    }


def test_files_name_editors_and_audit(approved, tmp_path):
    sections = (approved.sections[0].model_copy(update={"edited_by": "b.partner"}), *approved.sections[1:])
    edited = approved.model_copy(update={"sections": sections})
    record = [AuditEntry(number=1, at="", user_id="b.partner", action="edit", section_id="intro")]
    files = export_petition(edited, out=tmp_path / "a", final=True, audit=record)
    again = export_petition(edited, out=tmp_path / "b", final=True, audit=record)
    assert {kind: path.read_bytes() for kind, path in files.items()} == {
        kind: path.read_bytes() for kind, path in again.items()
    }
    told = f"Edited by hand: {sections[0].title} by b.partner."
    assert told in files["html"].read_text(encoding="utf-8")
    assert told in "\n".join(paragraph.text for paragraph in docx.Document(str(files["docx"])).paragraphs)
    with contextlib.closing(pypdfium2.PdfDocument(files["pdf"])) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    assert "Edited by hand:" in text
    assert "b.partner" in text
    kept = json.loads(files["ipynb"].read_text(encoding="utf-8"))["metadata"]["workbench"]["audit"]
    assert [(entry["user_id"], entry["action"]) for entry in kept] == [("b.partner", "edit")]


def test_formats_follow_the_request(draft, tmp_path):
    assert list(export_petition(draft, to=["html", "ipynb", "html"], out=str(tmp_path))) == ["html", "ipynb"]


def test_a_final(approved, tmp_path):
    files = export_petition(approved, to=["ipynb", "html"], out=tmp_path, final=True)
    assert json.loads(files["ipynb"].read_text(encoding="utf-8"))["metadata"]["workbench"]["final"] is True
    assert "DRAFT" not in files["html"].read_text(encoding="utf-8").split("<body")[1]


def test_refused_final_writes_nothing(draft, tmp_path):
    with pytest.raises(ExportError) as refused:
        export_petition(draft, out=tmp_path / "out", final=True)
    assert str(refused.value).splitlines()[0] == "not exported as final:"
    assert len(str(refused.value).splitlines()) == 9
    assert not (tmp_path / "out").exists()


def test_a_run_that_has_barely_begun(approved, tmp_path):
    bare = approved.model_copy(
        update={
            "status": "generating",
            "sections": tuple(
                section.model_copy(update={"status": "pending", "content": ""}) for section in approved.sections
            ),
        }
    )
    assert all(path.stat().st_size for path in export_petition(bare, out=tmp_path).values())


def test_a_snapshot_without_sections_or_exhibits(approved, tmp_path):
    empty = approved.model_copy(update={"sections": (), "exhibits": (), "letter": type(approved.letter)()})
    assert len(export_petition(empty, out=tmp_path)) == 4


@pytest.mark.parametrize(("to", "what"), [(["pdf", "odt"], "unknown format 'odt'"), ([], "no format named")])
def test_a_format_that_is_not(draft, tmp_path, to, what):
    with pytest.raises(InputError) as refused:
        export_petition(draft, to=to, out=tmp_path)
    assert str(refused.value) == f"to: {what}; choose from ipynb, html, pdf, docx"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file(draft, tmp_path):
    (tmp_path / "out").write_text("x")
    with pytest.raises(InputError) as refused:
        export_petition(draft, to=["html"], out=tmp_path / "out")
    assert str(refused.value).endswith("cannot be written (File exists); name a folder that you may write to")


def test_failed_write_keeps_old_files(draft, tmp_path, monkeypatch):
    old = export_petition(draft, to=["ipynb", "html"], out=tmp_path)["html"].read_bytes()
    real, calls = os.fsync, []

    def full_at_the_second(descriptor):
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(files_module.os, "fsync", full_at_the_second)
    changed = draft.model_copy(update={"model": "another"})
    with pytest.raises(InputError) as refused:
        export_petition(changed, to=["ipynb", "html"], out=tmp_path)
    said = str(refused.value)
    assert said.endswith(f"cannot be written (No space left on device); free space on the disk of {tmp_path}")
    assert (tmp_path / "petition.html").read_bytes() == old
    assert sorted(path.name for path in tmp_path.iterdir()) == ["petition.html", "petition.ipynb"]


def test_plugin_of_guide_writes_file(draft, approved, packages, tmp_path):
    packages.install_example("export.md", "Plug-ins")
    files = export_petition(draft, to=["html", "txt"], out=tmp_path / "out")
    assert {kind: path.name for kind, path in files.items()} == {"html": "petition.html", "txt": "petition.txt"}
    text = files["txt"].read_text(encoding="utf-8")
    assert text.startswith("DRAFT — not for filing\n\n")
    assert draft.sections[0].title in text
    final = export_petition(approved, to=["txt"], out=tmp_path / "final", final=True)
    assert "DRAFT" not in final["txt"].read_text(encoding="utf-8")
    with pytest.raises(ExportError):
        export_petition(draft, to=["txt"], out=tmp_path / "refused", final=True)


@pytest.mark.parametrize(
    ("source", "error", "words"),
    [
        ("def write(petition): return 1 / 0", ExportError, "raised ZeroDivisionError: division by zero"),
        ("def write(petition): return None", ExportError, "returned NoneType, not bytes or text"),
        ("write = 'text'", InputError, "is no function but str"),
        ("import no_such_module", InputError, "cannot be loaded (ModuleNotFoundError"),
    ],
)
def test_broken_plugin_writes_nothing(draft, packages, tmp_path, source, error, words):
    packages.install("firm-txt", "firm_txt", source, "[workbench.exporters]\ntxt = firm_txt:write\n")
    with pytest.raises(error) as caught:
        export_petition(draft, to=["html", "txt"], out=tmp_path / "out")
    assert str(caught.value).startswith("the plug-in 'txt' of firm-txt 1.2 (firm_txt:write) " + words)
    assert not (tmp_path / "out").exists()
    assert list(export_petition(draft, to=["html"], out=tmp_path / "out")) == ["html"]


def test_unknown_format_lists_plugins(draft, packages, tmp_path):
    packages.install_example("export.md", "Plug-ins")
    with pytest.raises(InputError, match=r"'\.\./odt'; choose from ipynb, html, pdf, docx, txt"):
        export_petition(draft, to=["../odt"], out=tmp_path)


def test_redline_of_another_case(draft, tmp_path):
    other = draft.model_copy(update={"case_id": "other", "thread_id": "t-other"})
    with pytest.raises(InputError) as refused:
        export_petition(draft, to=["docx"], out=tmp_path / "out", redline=other)
    assert str(refused.value) == (
        f"redline: run t-other is of the case other, not of {draft.case_id}; "
        "name an earlier moment, or a run of the same case"
    )
    assert not (tmp_path / "out").exists()
