"""The cache of exhibit texts: read once, and nothing in it is believed that was not written for that very file."""

from __future__ import annotations

import logging
import os
import shutil
import time
from pathlib import Path

import pytest
from odd_readers import odd_reader
from pydantic import SecretStr

from workbench.case import document_cache, exhibits
from workbench.case.exhibits import read_document
from workbench.case.readers import READERS
from workbench.case.reading_pool import ReadingPool
from workbench.config import Settings
from workbench.errors import InputError
from workbench.text.encryption import new_key

TEXT = "text the client's secret"


@pytest.fixture(autouse=True)
def reads(monkeypatch):
    """Counts the files that are read, by a reader that is quick."""
    monkeypatch.setitem(READERS, ".pdf", odd_reader())
    counted: list[bytes] = []
    read = ReadingPool.read

    def count(self, reader, raw, limits):
        counted.append(raw)
        return read(self, reader, raw, limits)

    monkeypatch.setattr(ReadingPool, "read", count)
    return counted


@pytest.fixture
def home(tmp_path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def settings(home) -> Settings:
    return Settings(home=home)


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "a.pdf"
    path.write_text(TEXT)
    return path


def entries(home: Path) -> list[Path]:
    return sorted((home / "documents").iterdir(), key=lambda path: path.stat().st_mtime_ns)


def test_document_is_read_once(file, settings, home, reads, tmp_path):
    first = read_document(file, settings=settings)
    copy = shutil.copy(file, tmp_path / "of another name.pdf")
    assert read_document(Path(copy), settings=settings) == first
    assert read_document(file, settings=Settings(home=home)) == first
    assert first.pages == ("read the client's secret",)
    assert len(reads) == 1
    (entry,) = entries(home)
    assert entry.stat().st_mode & 0o777 == 0o600
    assert entry.parent.stat().st_mode & 0o777 == 0o700


def test_changed_document_is_read_again(file, settings, home, reads):
    read_document(file, settings=settings)
    file.write_text("another text")
    assert read_document(file, settings=settings).pages == ("read text",)
    assert len(reads) == len(entries(home)) == 2


def test_cache_follows_reader_and_limits(file, settings, reads, monkeypatch):
    read_document(file, settings=settings)
    with monkeypatch.context() as patch:
        patch.setattr(exhibits, "MAX_TEXT_CHARACTERS", 10)
        read_document(file, settings=settings)
    with monkeypatch.context() as patch:
        patch.setattr(document_cache, "_reader_version", lambda: "a newer one")
        read_document(file, settings=settings)
    assert len(reads) == 3
    read_document(file, settings=settings)
    assert len(reads) == 3


def test_reader_version_covers_code_and_packages(monkeypatch):
    plain = document_cache._reader_version.__wrapped__
    first = plain()
    assert plain() == first
    monkeypatch.setattr(document_cache, "version", lambda name: "99")
    assert plain() != first


def test_refusal_and_text_are_not_cached(settings, home, tmp_path, reads):
    for name, words in (("a.pdf", "exit 1"), ("a.txt", "text")):
        (tmp_path / name).write_text(words)
    for _ in range(2):
        with pytest.raises(InputError):
            read_document(tmp_path / "a.pdf", settings=settings)
        read_document(tmp_path / "a.txt", settings=settings)
    assert len(reads) == 4
    assert not (home / "documents").exists()


def _flip(entry: Path) -> None:
    data = bytearray(entry.read_bytes())
    data[data.index(b"secret")] ^= 1
    entry.write_bytes(data)


def _cut(entry: Path) -> None:
    entry.write_bytes(entry.read_bytes()[:-10])


def _replace(entry: Path) -> None:
    entry.write_bytes(b'{"sha256": "0", "pages": ["poison"]}')


def _empty(entry: Path) -> None:
    entry.write_bytes(b"")


def _make_folder(entry: Path) -> None:
    entry.unlink()
    entry.mkdir()


@pytest.mark.parametrize("spoil", [_flip, _cut, _replace, _empty, _make_folder])
def test_spoilt_entry_is_read_again(file, settings, home, reads, spoil):
    first = read_document(file, settings=settings)
    spoil(entries(home)[0])
    assert read_document(file, settings=settings) == first
    assert len(reads) == 2
    if spoil is not _make_folder:
        read_document(file, settings=settings)
        assert len(reads) == 2


@pytest.mark.parametrize("key", [None, SecretStr(new_key())])
def test_entry_of_other_file_is_refused(file, home, reads, tmp_path, key):
    settings = Settings(home=home, encryption_key=key)
    other = tmp_path / "b.pdf"
    other.write_text("text poison")
    first = read_document(file, settings=settings)
    read_document(other, settings=settings)
    mine, poison = entries(home)
    shutil.copy(poison, mine)
    assert read_document(file, settings=settings) == first
    assert len(reads) == 3


def test_entries_are_encrypted_with_key(file, home, reads):
    sealed = Settings(home=home, encryption_key=SecretStr(new_key()))
    first = read_document(file, settings=sealed)
    assert b"secret" not in entries(home)[0].read_bytes()
    assert read_document(file, settings=sealed) == first
    assert len(reads) == 1


def test_entry_in_clear_is_encrypted_again(file, settings, home, reads):
    """With a key nothing in clear is believed, for anybody could have written it; nor is it left in clear."""
    first = read_document(file, settings=settings)
    assert b"secret" in entries(home)[0].read_bytes()
    for key in (SecretStr(new_key()), SecretStr(new_key())):  # and nothing under another key
        assert read_document(file, settings=Settings(home=home, encryption_key=key)) == first
        assert b"secret" not in entries(home)[0].read_bytes()
    assert read_document(file, settings=settings) == first
    assert len(reads) == 4


def test_bad_home_only_disables_cache(file, tmp_path, reads, caplog):
    caplog.set_level(logging.INFO)
    blocked, shared = tmp_path / "blocked", tmp_path / "shared"
    blocked.write_text("no folder")
    shared.mkdir()
    (shared / "of others").touch()
    shared.chmod(0o777)
    wrong_key = Settings(home=tmp_path / "home", encryption_key=SecretStr("no key"))
    for settings in (Settings(home=blocked / "home"), Settings(home=blocked), Settings(home=shared), wrong_key):
        assert read_document(file, settings=settings).pages == ("read the client's secret",)
    assert len(reads) == 4
    assert not (shared / "documents").exists()
    assert caplog.records == []


def test_full_disk_only_disables_cache(file, settings, home, reads, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(document_cache, "write_whole", refuse)
    assert read_document(file, settings=settings) == read_document(file, settings=settings)
    assert len(reads) == 2


def test_oldest_entries_are_removed(settings, home, tmp_path, monkeypatch):
    def read(number: int) -> None:
        path = tmp_path / f"{number}.pdf"
        path.write_text(f"text {number} {'x' * 700}")
        read_document(path, settings=settings)

    for number in range(4):
        read(number)
    first, second, third, fourth = entries(home)
    unfinished, young = home / "documents" / ".old.1.1", home / "documents" / ".young.1.1"
    for path in (unfinished, young):
        path.touch()
    os.utime(unfinished, (time.time() - 7_200,) * 2)
    read(0)  # used again: it goes last
    monkeypatch.setattr(document_cache, "MAX_CACHE_BYTES", 4 * first.stat().st_size - 1)
    read(4)
    assert not [path for path in (second, third, unfinished) if path.exists()]
    assert [path for path in entries(home) if path in (first, fourth, young)] == [fourth, young, first]
    assert len(entries(home)) == 4
