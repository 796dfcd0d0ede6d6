"""``workbench case``: the JSON schema."""

from __future__ import annotations

import json


def test_schema_is_json(cli):
    status, out, _ = cli("case", "schema")
    assert status == 0
    assert "exhibits" in json.loads(out)["properties"]
