"""Paths on the command line."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    "arguments",
    [
        ("draft", ""),
        ("draft", "wu", "--out", ""),
        ("case", "check", ""),
        ("case", "new", "new", "--from", ""),
        ("export", "thread", "--out", ""),
        ("export", "thread", "--style", ""),
        ("check", "draft.md", "--case", ""),
        ("check", "draft.md", "--html", ""),
        ("verify", "", "--manifest", "a"),
        ("signing-key", ""),
        ("experiment", ""),
        ("package", "thread", "--out", ""),
    ],
    ids=" ".join,
)
def test_empty_path_is_bad_input(cli, arguments):
    status, printed, said = cli(*arguments)
    assert (status, printed) == (2, "")
    assert len(said.splitlines()) == 1
    assert "an empty path" in said


def test_refused_form_is_put_in_words(cli):
    _, _, said = cli("draft", "wu", "--reasoning-effort", "")
    assert said == "--reasoning-effort: it does not have the right form, got ''; correct it\n"


@pytest.mark.parametrize("arguments", [("check", "loop.md", "--json"), ("check", "draft.md", "--html", "loop.md")])
def test_link_to_itself_is_bad_input(cli, arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loop.md").symlink_to("loop.md")
    (tmp_path / "draft.md").write_text("She won the prize.")
    status, printed, said = cli(*arguments)
    assert (status, printed) == (2, "")
    assert "loop.md is a symbolic link that leads to itself" in said
    assert len(said.splitlines()) == 1
