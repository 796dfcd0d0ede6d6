"""JSON in a model's answer."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any

import orjson

from workbench.drafting.reasoning import strip_reasoning

_LAST_COMMA = re.compile(r",(?=\s{0,100}[}\]])")
_MOST_OBJECTS = 50
"""Braces at which an answer's JSON is looked for: prose around it may hold some."""


def parse_json_answer(answer: str) -> Any:
    """Returns the last JSON object of an answer, or None if there is none.

    Models that ignore ``response_format`` write prose or a fence around it, and some reason before it.

    >>> parse_json_answer('<think>{"verdict": "?"}</think> Here: {"verdict": "supported"}')
    {'verdict': 'supported'}
    """
    text = strip_reasoning(answer)
    found = _find_json(text)
    # A comma behind the last entry, as models that write Python do; within a text it is seldom followed by a bracket.
    return _find_json(_LAST_COMMA.sub("", text)) if found is None else found


def _find_json(text: str) -> Any:
    with suppress(orjson.JSONDecodeError):
        whole = orjson.loads(text)
        # The object as a text, or alone in a list.
        if isinstance(whole, str) and whole != text:
            return _find_json(whole)
        return whole[0] if isinstance(whole, list) and len(whole) == 1 else whole
    # Not strict: a line may break within a text.
    decoder, found, at = json.JSONDecoder(strict=False), None, text.find("{")
    for _ in range(_MOST_OBJECTS):
        if at < 0:
            break
        try:
            found, end = decoder.raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError):
            end = at + 1
        at = text.find("{", end)
    return found
