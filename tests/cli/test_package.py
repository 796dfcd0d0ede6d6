"""``workbench package``: volumes of a run."""

from __future__ import annotations

import json

from command_line import CASES

from workbench.export.signing import make_key_pair
from workbench.export.verify import verify_file


def test_package_of_a_run(cli, tmp_path, monkeypatch):
    make_key_pair(tmp_path / "firm.key", "")
    monkeypatch.setenv("WORKBENCH_SIGNING_KEY", str(tmp_path / "firm.key"))
    drafted = tmp_path / "drafted"
    assert cli("draft", CASES / "minimal", "--unattended", "--thread-id", "pack-1", "--out", drafted)[0] == 0
    # The files of a draft are signed as those of export and package.
    found = verify_file(drafted / "petition.pdf", public_key=tmp_path / "firm.key.pub")
    assert (found.matches, found.signature.status) == (True, "signed")
    status, out, err = cli("package", "pack-1", "--out", tmp_path / "out")
    assert status == 0, err
    assert "volume-1.pdf" in out
    assert "every claim has an exhibit: " in out
    status, out, _ = cli("package", "pack-1", "--out", tmp_path / "out", "--profile", "online", "--json")
    assert status == 0
    manifest = json.loads(out)
    assert manifest["profile"] == "online"
    assert all(volume["size"] <= 11_500_000 for volume in manifest["volumes"])
    assert {each["trouble"] for each in manifest["exhibits"]} == {None}
    (tmp_path / "style.yaml").write_text("exhibits: Tab 4")
    status, out, _ = cli("package", "pack-1", "--out", tmp_path / "out", "--style", tmp_path / "style.yaml", "--json")
    assert json.loads(out)["letter"]["style"]["exhibits"] == "Tab 4"
    monkeypatch.delenv("WORKBENCH_SIGNING_KEY")
    status, _, err = cli("draft", CASES / "minimal", "--thread-id", "pack-2", "--out", tmp_path / "no", "--sign")
    assert (status, "there is no key to sign with" in err) == (2, True)
    assert cli("status", "pack-2")[0] == 2
    status, _, err = cli("package", "pack-1", "--out", tmp_path / "final", "--final")
    assert status == 1
    assert "not exported as final" in err
    assert not (tmp_path / "final").exists()
