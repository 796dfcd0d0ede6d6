"""``workbench signing-key``, and the commands that sign and verify."""

from __future__ import annotations

import json

import pytest
from command_line import CASES


@pytest.fixture
def key(cli, tmp_path, monkeypatch):
    monkeypatch.setattr("click.prompt", lambda *arguments, **options: "")
    status, out, err = cli("signing-key", tmp_path / "firm.key")
    assert (status, out.splitlines()) == (0, [str(tmp_path / "firm.key"), str(tmp_path / "firm.key.pub")])
    assert err == "note: keep firm.key secret, and a copy of it in another place\n"
    return tmp_path / "firm.key"


def test_key_is_made_once(cli, key):
    status, _, err = cli("signing-key", key)
    assert (status, err.count("\n")) == (2, 1)


def test_commands_sign_where_firm_has_key(cli, key, tmp_path, monkeypatch):
    assert cli("draft", CASES / "minimal", "--unattended", "--thread-id", "sign-1", "--json")[0] == 0
    status, _, err = cli("export", "sign-1", "--to", "html", "--sign", "--out", tmp_path / "files")
    assert (status, err.split(";")[0]) == (2, "--sign: there is no key to sign with")
    assert not (tmp_path / "files").exists()
    monkeypatch.setenv("WORKBENCH_SIGNING_KEY", str(key))
    assert cli("export", "sign-1", "--to", "html", "--no-sign", "--out", tmp_path / "files")[0] == 0
    page = tmp_path / "files" / "petition.html"
    public = tmp_path / "firm.key.pub"
    assert cli("verify", page)[1].splitlines()[1] == "not signed"
    status, out, _ = cli("verify", page, "--public-key", public)
    assert (status, out.splitlines()[0].split(":")[0]) == (1, "signature wrong")
    assert cli("export", "sign-1", "--to", "html", "--out", tmp_path / "files")[0] == 0
    status, out, _ = cli("verify", page, "--public-key", public, "--json")
    assert (status, json.loads(out)["signature"]["status"]) == (0, "signed")
    assert cli("package", "sign-1", "--out", tmp_path / "package")[0] == 0
    monkeypatch.setenv("WORKBENCH_PUBLIC_KEY", str(public))
    status, out, _ = cli("verify", tmp_path / "package")
    assert (status, out.splitlines()[1].split(" with ")[0]) == (0, "signed by root")
    status, _, err = cli("verify", page, "--public-key", page)
    assert (status, err.count("\n")) == (2, 1)
