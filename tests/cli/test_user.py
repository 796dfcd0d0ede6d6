"""``workbench user``: the name that approvals carry."""

from __future__ import annotations

import json


def test_name_is_shown_and_kept(cli, tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path))
    assert cli("user")[1] == "no name is known; set it with: workbench user NAME\n"
    assert json.loads(cli("user", "--json")[1]) == {"user_id": None}
    assert cli("user", "Ada Attorney")[1] == "Ada Attorney\n"
    assert json.loads(cli("user", "--json")[1]) == {"user_id": "Ada Attorney"}
    assert cli("user", "a\nb")[0] == 2
