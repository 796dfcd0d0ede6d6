"""Limits of prompts and answers, in tokens."""

import pytest

from workbench.drafting.request import ModelRequest
from workbench.drafting.token_limits import TokenLimits

REQUEST = ModelRequest(section_id="awards", system="s" * 500, user="u" * 500, assignment=None, max_output_tokens=1_000)


@pytest.mark.parametrize(
    ("limits", "first", "larger"),
    [
        (TokenLimits(), 1_000, 2_000),
        (TokenLimits(reasons=True), 1_000 + 8_192, 4_000 + 8_192),
        (TokenLimits(context=4_000), 500, 1_000),
        # The prompt takes 400 tokens and the template 64.
        (TokenLimits(context=1_600, reasons=True), 200, 1_136),
        (TokenLimits(most=700, accepted=900), 700, 700),
        (TokenLimits(most=3_000, accepted=900), 900, 900),
    ],
)
def test_output_limit_obeys_every_bound(limits, first, larger):
    assert limits.output_limit(REQUEST.max_output_tokens) == first
    assert limits.larger_output_limit(REQUEST) == larger


def test_larger_limit_is_never_smaller():
    limits = TokenLimits(context=480)
    assert limits.larger_output_limit(REQUEST) == limits.output_limit(REQUEST.max_output_tokens) == 60


def test_prompt_leaves_room_for_answer():
    assert TokenLimits().prompt_characters(500) is None
    assert TokenLimits(context=800).prompt_characters(500) == (800 - 100 - 64) * 2.5
    assert TokenLimits(context=60).prompt_characters(500) == 0
