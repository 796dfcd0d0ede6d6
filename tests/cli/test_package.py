"""``workbench package``: volumes of a run."""

from __future__ import annotations

import json

from command_line import CASES


def test_package_of_a_run(cli, tmp_path):
    assert cli("draft", CASES / "minimal", "--unattended", "--thread-id", "pack-1", "--json")[0] == 0
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
    status, _, err = cli("package", "pack-1", "--out", tmp_path / "final", "--final")
    assert status == 1
    assert "not exported as final" in err
    assert not (tmp_path / "final").exists()
