"""Files that appear whole or not at all."""

import os

import pytest

from workbench.text.atomic_write import USER_ONLY, replace_whole, write_whole


def mode_of(path):
    return path.stat().st_mode & 0o777


def test_write_replaces_and_leaves_no_draft(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_failure_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(b"old")

    def fail():
        with replace_whole(path) as file:
            file.write(b"half")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fail()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name != "posix", reason="permission bits are POSIX's")
def test_mode_is_kept_or_set(tmp_path):
    path = tmp_path / "a.json"
    write_whole(path, b"1", mode=USER_ONLY)
    assert mode_of(path) == 0o600
    write_whole(path, b"2")
    assert mode_of(path) == 0o600
    write_whole(path, b"3", mode=0o444)
    assert mode_of(path) == 0o444
    write_whole(path, b"4", mode=0o444)
    assert path.read_bytes() == b"4"


@pytest.mark.skipif(os.name != "posix", reason="permission bits are POSIX's")
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_mode_holds_from_the_first_byte(tmp_path, umask):
    shared = tmp_path / "shared.md"
    shared.write_bytes(b"")
    shared.chmod(0o664)
    seen = {}
    before = os.umask(umask)
    try:
        for name, mode in (("new.json", None), ("own.json", USER_ONLY), ("version.md", 0o644), ("shared.md", None)):
            with replace_whole(tmp_path / name, mode=mode):
                [draft] = tmp_path.glob(f".{name}.*")
                seen[name] = mode_of(draft)
            assert mode_of(tmp_path / name) == seen[name]
    finally:
        os.umask(before)
    # A mode that is asked for goes through the umask; that of a file which is replaced was chosen for it.
    assert seen == {"new.json": 0o600, "own.json": 0o600, "version.md": 0o644 & ~umask, "shared.md": 0o664}


def test_file_and_name_are_synced(tmp_path, monkeypatch):
    synced = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda number: (synced.append(os.fstat(number).st_ino), real(number)))
    write_whole(tmp_path / "a.json", b"new")
    assert synced == [(tmp_path / "a.json").stat().st_ino, tmp_path.stat().st_ino]


def test_link_in_the_drafts_place(tmp_path, monkeypatch):
    monkeypatch.setattr("threading.get_native_id", lambda: 7)
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    (tmp_path / f".a.json.7.{os.getpid()}").symlink_to(outside)
    write_whole(tmp_path / "a.json", b"new")
    assert outside.read_text() == "mine"
    assert (tmp_path / "a.json").read_bytes() == b"new"


def test_device_or_pipe_stays(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="not a regular file"):
        write_whole(pipe, b"new")
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]
