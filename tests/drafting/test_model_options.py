"""Options of a model, as keys of cached answers hold them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from workbench.drafting.model_options import ModelOptions, describe_purpose


@pytest.mark.parametrize("options", [None, ModelOptions(), ModelOptions(temperature=0.5)])
def test_plain_options_leave_keys_alone(options):
    assert describe_purpose("draft", SimpleNamespace(options=options)) == "draft"
    assert describe_purpose("draft", object()) == "draft"


def test_each_option_changes_the_key():
    chosen = [
        ModelOptions(reasoning_effort="low"),
        ModelOptions(reasoning_effort="high"),
        ModelOptions(extra_body={"top_p": 0.9}),
        ModelOptions(extra_body={"top_p": 0.8}),
        ModelOptions(max_output_tokens=700),
        ModelOptions(max_output_tokens=900),
    ]
    keys = {
        describe_purpose(purpose, SimpleNamespace(options=options))
        for purpose in ("draft", "judge x")
        for options in chosen
    }
    assert len(keys) == 2 * len(chosen)


def test_extra_fields_have_no_order():
    one, other = ({"a": 1, "b": 2}, {"b": 2, "a": 1})
    described = {
        describe_purpose("draft", SimpleNamespace(options=ModelOptions(extra_body=extra))) for extra in (one, other)
    }
    assert len(described) == 1
