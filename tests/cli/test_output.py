"""JSON that a terminal displays and does not obey."""

from __future__ import annotations

import json

import orjson
from command_line import EVIL, is_harmless


def test_json_controls_no_terminal():

    from workbench.errors import printable_json

    values = {"title": EVIL, "emoji": "\U0001f600", "tag": "\U000e0001", "lines": ["a\nb", "é"]}
    shown = printable_json(orjson.dumps(values, option=orjson.OPT_INDENT_2))
    assert is_harmless(shown)
    assert json.loads(shown) == values
    assert "😀" in shown
