"""JSON in a model's answer."""

from __future__ import annotations

import pytest

from workbench.drafting.json_answer import parse_json_answer


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ('```json\n{"a": 1}\n```', {"a": 1}),
        ('First {"a": 1}, no: {"a": 2}.', {"a": 2}),
        ('<think>{"a": 0}</think>{"a": 1}', {"a": 1}),
        ('```json\n{"a": [1, 2,],\n}\n```', {"a": [1, 2]}),
        ('{"a": "one\nline"}', {"a": "one\nline"}),
        ('[{"a": 1}]', {"a": 1}),
        ('"{\\"a\\": 1}"', {"a": 1}),
        ("none", None),
        ('"none"', None),
        ("{" * 10_000, None),
    ],
)
def test_json_is_found_in_prose(answer, value):
    assert parse_json_answer(answer) == value
