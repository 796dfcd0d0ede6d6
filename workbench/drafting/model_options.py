"""Options of a model's client."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from workbench.model_settings import ModelSettings


@dataclass(frozen=True)
class Patience:
    """Time-outs and retries of an endpoint.

    Attributes:
        check_s: For the check before a run, seconds.
        connect_s: For the connection, seconds.
        first_text_s: For the first text: a reasoning model thinks, a small server queues, seconds.
        between_chunks_s: Between two chunks after that, seconds.
        total_s: For one request with all its retries, seconds.
        attempts: Calls made for one request at most.
        back_off_s: Before the second attempt; doubles each time, and half of it is random.
        longest_wait_s: Upper bound of the back-off. A server that asks for more (Retry-After) is not asked again.
    """

    check_s: float = 60
    connect_s: float = 10
    first_text_s: float = 300
    between_chunks_s: float = 60
    total_s: float = 600
    attempts: int = 5
    back_off_s: float = 1
    longest_wait_s: float = 60


@dataclass(frozen=True)
class ModelOptions:
    """Options of a request, beside the messages.

    Attributes:
        max_output_tokens: Most that is sent as the output limit, hidden reasoning included; None: what the section's
            length asks for, and more for a model that is seen to reason.
        reasoning_effort: Sent as ``reasoning_effort`` if set: ``low``, ``medium``, ``high`` or what the endpoint knows.
        temperature: Sent only if set: some models refuse it.
        extra_body: Further fields of the request, such as ``{"top_p": 0.9}``.
    """

    max_output_tokens: int | None = None
    reasoning_effort: str | None = None
    temperature: float | None = None
    extra_body: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: ModelSettings) -> Self:
        """Takes over the options of settings."""
        return cls(
            settings.max_output_tokens, settings.reasoning_effort, settings.temperature, settings.extra_body or {}
        )


def describe_purpose(purpose: str, model: object) -> str:
    """Returns what a model is asked for, with its options that shape the answer.

    Part of the key of a cached answer. The temperature and the limit that is asked for have places of their own there,
    the bound of that limit has none.

    Args:
        purpose: ``draft``, ``reflect``, or a judge's schema.
        model: The model; one without options is described by the purpose alone.
    """
    options = getattr(model, "options", None)
    if not isinstance(options, ModelOptions):
        return purpose
    shape: list[Any] = [options.reasoning_effort, dict(options.extra_body)]
    if options.max_output_tokens is not None:
        shape.append(options.max_output_tokens)
    return f"{purpose} {json.dumps(shape, sort_keys=True)}" if any(shape) else purpose
