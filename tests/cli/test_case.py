"""``workbench case``: the JSON schema."""

from __future__ import annotations

import json
import shutil

from command_line import CASES


def test_schema_is_json(cli):
    status, out, _ = cli("case", "schema")
    assert status == 0
    assert "exhibits" in json.loads(out)["properties"]


def test_check_names_missing_sections(cli, tmp_path):
    folder = shutil.copytree(CASES / "minimal", tmp_path / "minimal")
    assert cli("case", "check", folder)[0] == 0
    file = folder / "case.yaml"
    text = file.read_text().replace(
        "membership, publications, final_merits, continuing_work, benefit,", "publications,"
    )
    file.write_text(text)
    status, out, _ = cli("case", "check", folder)
    assert status == 1
    assert [line.partition(" (")[0] for line in out.splitlines() if line.startswith("error: ")] == [
        "error: the petition would have no section on Membership in Associations Requiring Outstanding Achievements",
        "error: the petition would have no section on the final merits determination",
        "error: the petition would have no section on continuing work in the field",
        "error: the petition would have no section on the prospective benefit to the United States",
    ]
    assert len(json.loads(cli("case", "check", folder, "--json")[1])["errors"]) == 4
