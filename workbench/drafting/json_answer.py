"""JSON in a model's answer."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import orjson

from workbench.drafting.reasoning import strip_reasoning

_MOST_OBJECTS = 50
"""Braces at which an answer's JSON is looked for: prose around it may hold some."""


def parse_json_answer(answer: str) -> Any:
    """Returns the last JSON object of an answer, or None if there is none.

    Models that ignore ``response_format`` write prose or a fence around it, and some reason before it.

    >>> parse_json_answer('<think>{"verdict": "?"}</think> Here: {"verdict": "supported"}')
    {'verdict': 'supported'}
    """
    text = strip_reasoning(answer)
    with suppress(orjson.JSONDecodeError):
        return orjson.loads(text)
    decoder, found, at = json.JSONDecoder(), None, text.find("{")
    for _ in range(_MOST_OBJECTS):
        if at < 0:
            break
        try:
            found, end = decoder.raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError):
            end = at + 1
        at = text.find("{", end)
    return found
