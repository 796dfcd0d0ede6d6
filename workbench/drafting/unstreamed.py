"""Answers with HTTP 200 that are no stream of chunks.

A sign-in page of a proxy, an error as JSON, a whole completion by a server that does not stream: the SDK's reader of
events passes over them in silence.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import openai
from openai.types.chat import ChatCompletionChunk

from workbench.drafting.openai_errors import BrokenAnswerError, is_web_page, reason_of

_LONGEST_BODY, _LONGEST_START = 1 << 20, 1 << 16
_EVENT_FIELD = re.compile(r"^(?:data|event|id|retry)?:", re.MULTILINE)


def record_body(response: Any) -> bytearray:
    """Keeps the beginning of a body while it is read.

    Args:
        response: Response of the SDK's HTTP library, not read yet.
    """
    start = bytearray()
    streams = "event-stream" in response.headers.get("content-type", "")
    limit, read = (_LONGEST_START if streams else _LONGEST_BODY), response.aiter_bytes

    async def aiter_bytes(*arguments: Any) -> AsyncIterator[bytes]:
        async for chunk in read(*arguments):
            start.extend(chunk[: limit - len(start)])
            yield chunk

    # On this response only: the SDK has no place for a reader of one's own.
    response.aiter_bytes = aiter_bytes
    return start


def read_unstreamed(body: bytes, request: Any) -> ChatCompletionChunk:
    """Reads a body in which no chunk was found.

    Args:
        body: Its beginning.
        request: For the error.

    Returns:
        A whole completion, as one chunk.

    Raises:
        openai.APIError: It is an error, in the server's words.
        BrokenAnswerError: It is a web page, empty, or cut off.
    """
    text = body.decode("utf-8", "replace").strip()
    if not text:
        raise BrokenAnswerError("it is empty")
    if is_web_page(text):
        raise BrokenAnswerError(text, is_page=True)
    try:
        data = json.loads(text)
    except ValueError:
        if _EVENT_FIELD.search(text):
            raise BrokenAnswerError("it ended in mid-stream") from None
        raise openai.APIError("no stream", request, body=text) from None
    if isinstance(data, dict) and data.get("choices") and isinstance(data["choices"], list):
        return ChatCompletionChunk.construct(None, **data)
    raise openai.APIError("no stream", request, body=data.get("error") or data if isinstance(data, dict) else data)


def raise_if_error(event: ChatCompletionChunk, request: Any) -> None:
    """Raises what an event says instead of an answer.

    The SDK knows errors by their field ``error``; vLLM and FastAPI send others.

    Raises:
        openai.APIError: The event is an error.
    """
    further = event.model_extra or {}
    for choice in event.choices if isinstance(event.choices, list) else ():
        # OpenRouter ends a choice so, Groq the event.
        inner = (getattr(choice, "model_extra", None) or {}).get("error")
        if inner or (isinstance(further.get("x_groq"), dict) and further["x_groq"].get("error")):
            raise openai.APIError("an error in the stream", request, body=inner or further["x_groq"])
    if event.choices or event.usage:
        return
    error = openai.APIError("an error in the stream", request, body=further)
    if getattr(event, "object", None) == "error" or reason_of(error):
        raise error
