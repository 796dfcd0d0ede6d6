"""A prompts folder that somebody else has written in.

It holds links, pipes, changed files, and names that lead elsewhere.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from workbench.config import Settings
from workbench.drafting.prompts.front_matter import MAX_PROMPT_BYTES
from workbench.drafting.prompts.templates import SHIPPED_FOLDER, PromptLibrary
from workbench.drafting.prompts.versions import active_library
from workbench.errors import InputError
from workbench.tuning.prompt_store import PromptStore

TEXT = (SHIPPED_FOLDER / "awards.md").read_text(encoding="utf-8").split("---\n", 2)[2]
WHO = {"author": "b.partner", "note": "shorter"}


@pytest.fixture
def settings(tmp_path):
    (tmp_path / "firm").mkdir()
    return Settings(home=tmp_path / "home", prompts=tmp_path / "firm")


@pytest.fixture
def store(settings):
    return PromptStore(settings)


@pytest.fixture
def filed(store):
    """An active version of the firm's own.

    Its file may be written.
    """
    version = store.save("awards", TEXT + "\nBe brief.\n", **WHO)
    store.promote(version.ref, user_id="a.partner")
    path_of(store, version).chmod(0o644)
    return version


def path_of(store, version):
    return store.root / version.section_id / f"{version.digest}.md"


def refused(act, *args, **how):
    with pytest.raises(InputError) as caught:
        act(*args, **how)
    return str(caught.value)


def test_changed_version_is_refused(store, filed, settings):
    path = path_of(store, filed)
    path.write_text(path.read_text().replace("Be brief.", "Be bold."))
    for act in (lambda: active_library(settings), lambda: store.get(filed.ref), lambda: store.versions("awards")):
        assert f"{path}: the text does not match the name: it was changed, and would be awards@" in refused(act)
    assert store.versions("intro"), "other sections go on"


def test_rollback_from_changed_version(store, filed, settings):
    path = path_of(store, filed)
    path.write_text("gone")
    assert store.rollback("awards", user_id="a.partner", reason="spoilt").shipped
    assert active_library(settings).sources == PromptLibrary.shipped().sources


def test_missing_active_version_is_reported(store, filed, settings):
    path_of(store, filed).unlink()
    said = refused(active_library, settings)
    assert f"{filed.ref} is filing, and its file is not there; restore it from git, or: workbench prompts roll" in said


def test_damaged_candidate_spares_active_version(store, filed, settings):
    other = store.save("awards", TEXT + "\nOther.\n", **WHO)
    path_of(store, other).unlink()
    path_of(store, other).write_bytes(b"\xff\xfe")
    assert active_library(settings).template("awards") == filed.template
    assert store.get(filed.ref) == filed
    assert f"{other.digest}.md: cannot be read" in refused(store.versions)


def test_line_ends_and_bom_ignored(store, filed, settings):
    path = path_of(store, filed)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert store.get(filed.ref) == filed
    assert active_library(settings).template("awards") == filed.template


@pytest.mark.parametrize("what", ["version", "standing", "section"])
def test_a_link_leads_nowhere(store, filed, settings, tmp_path, what):
    place = {"version": path_of(store, filed), "standing": store.root / "awards" / "standing.yaml",
             "section": store.root / "awards"}[what]  # fmt: skip
    elsewhere = tmp_path / "elsewhere"
    place.rename(elsewhere)
    place.symlink_to(elsewhere)
    before = sorted(elsewhere.iterdir()) if elsewhere.is_dir() else elsewhere.read_bytes()
    assert "link" in refused(active_library, settings)
    if what == "section":
        assert "link" in refused(store.save, "awards", TEXT + "\nMore.\n", **WHO)
    if what != "version":
        assert "link" in refused(store.promote, "awards@shipped", user_id="a")
    assert before == (sorted(elsewhere.iterdir()) if elsewhere.is_dir() else elsewhere.read_bytes())


def test_write_does_not_follow_links(store, filed, tmp_path):
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    (store.root / "awards" / f".draft-{os.getpid()}-standing.yaml").symlink_to(outside)
    store.rollback("awards", user_id="a", reason="x")
    assert outside.read_text() == "mine"


def test_a_pipe_is_not_waited_for(store, filed, settings):
    path = path_of(store, filed)
    path.unlink()
    os.mkfifo(path)
    assert "is no file" in refused(active_library, settings)
    (store.root / "awards" / "standing.yaml").unlink()
    os.mkfifo(store.root / "awards" / "standing.yaml")
    assert "no file" in refused(active_library, settings)


def test_folder_instead_of_file(store, filed, settings):
    path_of(store, filed).unlink()
    path_of(store, filed).mkdir()
    assert filed.digest in refused(active_library, settings)


def test_large_file_is_not_read(store, filed, settings):
    with path_of(store, filed).open("ab") as file:
        file.truncate(8_000_000_000)  # without taking room
    assert f"larger than {MAX_PROMPT_BYTES // 1024} KiB" in refused(active_library, settings)
    assert "larger than" in refused(store.save, "awards", TEXT + "word " * 100_000, **WHO)


def test_invalid_prompt_file_is_reported(store, filed, settings):
    (store.root / "intro.md").write_text("Ours")
    (store.root / "award").mkdir()
    (store.root / "award" / "0123456789ab.md").write_text("Ours")
    (store.root / "membership").write_text("Ours")
    said = refused(active_library, settings)
    assert "intro.md: is no version, and is not used; save it with workbench prompts save intro intro.md" in said
    assert "award: no section is called 'award'; did you mean awards" in said
    assert "membership is no folder of versions" in said


def test_name_without_digest_is_reported(store, filed):
    (store.root / "awards" / "new.md").write_text("Ours")
    assert "new.md: is no version: it is not named after its text" in refused(store.versions)


def test_foreign_files_are_ignored(store, filed, settings):
    for name in (".git", "docs", ".github"):
        (store.root / name).mkdir()
    for name in (
        "README.md",
        "LICENSE",
        ".gitattributes",
        "awards/README.md",
        "awards/notes.txt",
        ".git/standing.yaml",
    ):
        (store.root / name).write_text("x")
    assert active_library(settings).template("awards") == filed.template
    assert len(store.versions("awards")) == 2


@pytest.mark.parametrize(
    "section_id", ["../awards", "/etc", "awards/../../x", "", ".", "awards\x00", "award", "AWARDS"]
)
def test_a_section_is_a_section(store, section_id, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    for act in (store.versions, store.active, store.history):
        assert "no section is called" in refused(act, section_id)
    assert "no section is called" in refused(store.save, section_id, TEXT, **WHO)
    assert "no section is called" in refused(store.rollback, section_id, user_id="a", reason="x")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "name", ["../x", "/nowhere/at/all", "x\x00/y", "~nobody/x", "x" * 5000, "/" * 9, "awards@1+../x", "+", "a+b/c"]
)
def test_empty_variant_is_refused(store, name):
    assert refused(store.variant, name)


def test_note_cannot_forge_front_matter(store):
    note = "n\n---\nsection: system\nauthor: x"
    saved = store.save("awards", TEXT + "\nBe brief.\n", note=note, author="a\nnote: y")
    assert saved.note == "n --- section: system author: x"
    assert saved.author == "a note: y"
    store.promote(saved.ref, user_id="a", reason='x"}\n- {"did": "retire"', evidence="filing: shipped")
    (decision,) = store.history("awards")
    assert decision.reason == 'x"} - {"did": "retire"'
    assert store.active("awards") == saved


def test_binary_text_is_refused(store):
    assert "control character '\\udcff'" in refused(store.save, "awards", TEXT + "\udcff", **WHO)
    assert "holds a control character" in refused(store.save, "awards", TEXT + "More.", note="\udcff", author="a")
    assert "longer than" in refused(store.save, "awards", TEXT + "More.", note="n" * 5000, author="a")


def test_killed_writer_leaves_no_file(store, filed):
    (store.root / "awards" / ".draft-standing.yaml").write_text("half")
    store.rollback("awards", user_id="a", reason="x")
    assert not list((store.root / "awards").glob(".*"))
    assert len(store.history("awards")) == 2


def test_drive_without_locks(store, filed, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOTSUP, "no locks here")

    monkeypatch.setattr("fcntl.flock", refuse)
    (store.root / "awards" / ".draft-1-of-another").write_text("half")
    store.rollback("awards", user_id="a", reason="x")
    assert len(store.history("awards")) == 2
    assert (store.root / "awards" / ".draft-1-of-another").exists(), "its writer may be at it"


def test_digest_collision_is_refused(store, monkeypatch):
    monkeypatch.setattr("workbench.drafting.prompts.templates._digest", lambda text: "0" * 12)
    store.save("system", PromptLibrary.shipped().template("system").text, **WHO)
    with pytest.raises(InputError, match="another text has the digest"):
        store.save("awards", TEXT + "\nOther.\n", **WHO)


AS_NOBODY = """
import os, sys
from pathlib import Path
from workbench.config import Settings
from workbench.drafting.prompts.versions import active_library
from workbench.errors import InputError
from workbench.tuning.prompt_store import PromptStore
settings = Settings(home=Path(sys.argv[1]), prompts=Path(sys.argv[2]))
text = Path(sys.argv[3]).read_text()
active_library(settings)
if os.geteuid() == 0:
    os.seteuid(65534)
def said(act):
    try:
        act()
    except InputError as error:
        print(error)
    else:
        print("passed")
store = PromptStore(settings)
said(lambda: active_library(settings))
said(lambda: store.save("awards", text + "More.", note="n", author="a"))
said(lambda: store.save("membership", text + "More.", note="n", author="a"))
said(lambda: store.promote(store.versions("awards")[-1].ref, user_id="a"))
os.seteuid(0) if os.getuid() == 0 else None
Path(sys.argv[2], "awards").chmod(0)
os.seteuid(65534) if os.getuid() == 0 else None
said(lambda: active_library(settings))
said(lambda: store.versions())
os.seteuid(0) if os.getuid() == 0 else None
Path(sys.argv[2], "awards").chmod(0o755)
"""


@pytest.fixture
def open_folder():
    """A folder that other users may look into.

    They may not look into pytest's own.
    """
    with tempfile.TemporaryDirectory(prefix="wb-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_read_only_folder(open_folder):
    firm, text = open_folder / "firm", open_folder / "text.md"
    firm.mkdir()
    text.write_text(TEXT)
    store = PromptStore(Settings(home=open_folder / "home", prompts=firm))
    store.promote(store.save("awards", TEXT + "\nBe brief.\n", **WHO).ref, user_id="a")
    store.save("awards", TEXT + "\nAnother.\n", **WHO)
    for place in (firm, *firm.rglob("*")):
        place.chmod(0o555 if place.is_dir() else 0o444)
    command = [sys.executable, "-c", AS_NOBODY, open_folder / "home", firm, text]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    for place in (firm, *firm.iterdir()):
        place.chmod(0o755)
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert len(said) == 6
    assert said[0] == "passed"
    for line in said[1:4]:
        assert "WORKBENCH_PROMPTS: cannot be written (Permission denied); name a folder of yours" in line
    for line in said[4:]:
        assert line.startswith(str(firm / "awards"))
        assert "cannot be read (Permission denied)" in line
    assert len(store.history("awards")) == 1
