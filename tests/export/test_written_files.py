"""Links of the files that an export wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.export.written_files import WrittenFiles


def draw(path, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return WrittenFiles(file=Path(path))._repr_html_()


def test_files_are_links_from_kernel_folder(monkeypatch, tmp_path):
    line = '<ul><li><a href="out/petition.pdf" target="_blank">petition.pdf</a> in '
    assert draw("out/petition.pdf", monkeypatch, tmp_path).startswith(f"{line}out</li>")
    assert draw(tmp_path / "out/petition.pdf", monkeypatch, tmp_path).startswith(line)
    assert 'href="../out/petition.pdf"' in draw(tmp_path.parent / "out/petition.pdf", monkeypatch, tmp_path)


def test_word_file_is_downloaded(monkeypatch, tmp_path):
    assert '<a href="petition.docx" download>' in draw("petition.docx", monkeypatch, tmp_path)


def test_hostile_name_is_escaped(monkeypatch, tmp_path):
    drawn = draw('a "b"<img src=x>&\n#1 %2e.pdf', monkeypatch, tmp_path)
    assert 'href="a%20%22b%22%3Cimg%20src%3Dx%3E%26%0A%231%20%252e.pdf"' in drawn
    assert "<img" not in drawn


@pytest.mark.parametrize(("base", "address"), [("/", "/voila/files/out/a.pdf"), ("/x/", "/x/voila/files/out/a.pdf")])
def test_voila_serves_files_elsewhere(monkeypatch, tmp_path, base, address):
    monkeypatch.setenv("VOILA_BASE_URL", base)
    assert f'href="{address}"' in draw("out/a.pdf", monkeypatch, tmp_path)


def test_files_are_printed_as_dict():
    assert repr(WrittenFiles(pdf=Path("a.pdf"))) == repr({"pdf": Path("a.pdf")})
