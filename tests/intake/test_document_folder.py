"""Folders of loose documents."""

import os

import pytest

from workbench.errors import InputError
from workbench.intake.document_folder import find_documents


def test_documents_come_by_name(documents):
    for name in ("b.PDF", "a.txt", "sub/c.jpg"):
        (documents / name).parent.mkdir(exist_ok=True)
        (documents / name).touch()
    found, left_out = find_documents(documents)
    assert [one.name for one in found] == ["a.txt", "b.PDF", "sub/c.jpg"]
    assert left_out == []


def test_unknown_files_are_named(documents):
    for name in ("table.xlsx", ".DS_Store", "~$letter.docx", "README"):
        (documents / name).touch()
    os.mkfifo(documents / "pipe.txt")
    (documents / "link.txt").symlink_to("/etc/passwd")
    found, left_out = find_documents(documents)
    assert found == []
    reasons = {one.name: one.reason for one in left_out}
    assert reasons.keys() == {"table.xlsx", ".DS_Store", "~$letter.docx", "README", "pipe.txt", "link.txt"}
    assert reasons["table.xlsx"].startswith("a .xlsx file, which cannot be read; convert it")
    assert reasons["link.txt"].startswith("a symbolic link")


def test_new_case_is_passed_over(documents):
    (documents / "case").mkdir()
    (documents / "case" / "a.txt").touch()
    assert find_documents(documents, besides=documents / "case") == ([], [])


def test_deep_folders_are_named(documents):
    deep = documents / "/".join("d" * 20)
    deep.mkdir(parents=True)
    (deep / "a.txt").touch()
    found, left_out = find_documents(documents)
    assert found == []
    assert "folders deep" in left_out[0].reason


def test_missing_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="no such folder"):
        find_documents(tmp_path / "nowhere")
