"""The prompts folder in git.

Two branches that saved merge by themselves; two that decided need a person.
"""

from __future__ import annotations

import subprocess

import pytest

from workbench.config import Settings
from workbench.drafting.prompts.templates import SHIPPED_FOLDER
from workbench.drafting.prompts.versions import active_library
from workbench.errors import InputError
from workbench.tuning.prompt_store import PromptStore

TEXT = (SHIPPED_FOLDER / "awards.md").read_text(encoding="utf-8").split("---\n", 2)[2]


@pytest.fixture
def store(tmp_path):
    (tmp_path / "firm").mkdir()
    return PromptStore(Settings(home=tmp_path / "home", prompts=tmp_path / "firm"))


@pytest.fixture
def git(store, tmp_path):
    """Runs git in the prompts folder and returns its output.

    Fails where git fails, unless told otherwise.
    """
    environ = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "GIT_CONFIG_NOSYSTEM": "1"}

    def run(*arguments, status=0):
        command = ["git", "-c", "user.name=Firm", "-c", "user.email=firm@firm.example", *arguments]
        done = subprocess.run(command, cwd=store.root, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout

    run("init", "-q", "-b", "main")
    (store.root / "README.md").write_text("The firm's prompts\n")
    commit(run)
    return run


def commit(git, message="more"):
    git("add", "-A")
    git("commit", "-q", "-m", message)


def save(store, words, section_id="awards"):
    return store.save(section_id, f"{TEXT}\n{words}\n", note=words, author="b.partner", parent="awards@shipped")


def branch(git, name, *acts):
    git("checkout", "-q", "-b", name, "main")
    for act in acts:
        act()
    commit(git, name)
    git("checkout", "-q", "main")


def test_different_saves_merge_by_themselves(store, git):
    branch(git, "ours", lambda: save(store, "Ours."), lambda: save(store, "Both."))
    branch(git, "theirs", lambda: save(store, "Theirs."), lambda: save(store, "Theirs, too."))
    for name in ("ours", "theirs"):
        git("merge", "-q", "--no-edit", name)
    assert {version.note for version in store.versions("awards")[1:]} == {"Ours.", "Both.", "Theirs.", "Theirs, too."}
    assert git("status", "--porcelain") == "", "no file that git would have to be told of"


def test_save_adds_one_git_file(store, git):
    first = save(store, "First.")
    commit(git)
    second = save(store, "Second.")
    assert git("status", "--porcelain") == f"?? awards/{second.digest}.md\n"
    store.promote(first.ref, user_id="a.partner")
    commit(git)
    store.promote(second.ref, user_id="a.partner", reason="better")
    changed = [line for line in git("diff", "-U0", "--no-color").splitlines() if line[:3] not in {"+++", "---"}]
    changed = [line for line in changed if line[0] in "+-"]
    assert [line for line in changed if '"did"' not in line] == [
        f"-filing: {first.ref}",
        f"+filing: {second.ref}",
        f"+- {first.ref}",
    ]
    assert sum('"did": "promote"' in line for line in changed) == 1


def test_saves_and_promotions_merge(store, git):
    awards = save(store, "Awards.")
    member = (SHIPPED_FOLDER / "membership.md").read_text(encoding="utf-8") + "\nMembers.\n"
    members = store.save("membership", member, note="n", author="b.partner")
    commit(git)
    branch(git, "ours", lambda: store.promote(awards.ref, user_id="a"))
    branch(git, "theirs", lambda: store.promote(members.ref, user_id="b"), lambda: save(store, "Theirs."))
    for name in ("ours", "theirs"):
        git("merge", "-q", "--no-edit", name)
    assert store.active("awards") == awards
    assert store.active("membership") == members


@pytest.fixture
def torn(store, git):
    """Two branches that promoted different versions of a section.

    Git gives up there.
    """
    first, second = save(store, "First."), save(store, "Second.")
    commit(git)
    branch(git, "ours", lambda: store.promote(first.ref, user_id="a", reason="ours"))
    branch(git, "theirs", lambda: store.promote(second.ref, user_id="b", reason="theirs"))
    git("merge", "-q", "--no-edit", "ours")
    git("merge", "-q", "--no-edit", "theirs", status=1)
    return first, second


def test_promotions_of_one_section_conflict(store, torn):
    with pytest.raises(InputError, match=r"standing\.yaml:\d+: git could not merge two decisions"):
        active_library(Settings(home=store.root, prompts=store.root))


def test_two_active_versions_are_refused(store, git, torn):
    first, second = torn
    path = store.root / "awards" / "standing.yaml"
    rows = [row for row in path.read_text().splitlines() if row[:7] not in {"<<<<<<<", "=======", ">>>>>>>"}]
    path.write_text("\n".join(rows) + "\n")
    with pytest.raises(InputError, match="two versions are filing, first on line 2"):
        store.active("awards")
    with pytest.raises(InputError, match="two versions are filing"):
        store.promote(second.ref, user_id="a")
    decisions = [row for row in rows if row.startswith("- {")]
    shipped = store.get("awards@shipped").ref
    retired = sorted([shipped, first.ref])
    text = "\n".join([f"filing: {second.ref}", "retired:", *(f"- {ref}" for ref in retired), "history:", *decisions])
    path.write_text(text + "\n")
    assert store.active("awards") == second
    assert [decision.reason for decision in store.history("awards")] == ["ours", "theirs"]
    assert store.rollback("awards", user_id="a", reason="no") == first


def test_windows_line_ends(store, git):
    version = save(store, "First.")
    store.promote(version.ref, user_id="a")
    commit(git)
    git("config", "core.autocrlf", "true")
    for path in store.root.rglob("awards/*"):
        path.unlink()
    git("checkout", "--", ".")
    assert b"\r\n" in (store.root / "awards" / f"{version.digest}.md").read_bytes()
    assert store.active("awards") == version
