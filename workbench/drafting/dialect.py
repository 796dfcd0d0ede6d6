"""Request fields that an endpoint accepts, learned from its refusals."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import openai

from workbench.drafting.openai_errors import is_about, reason_of

OPTIONAL_FIELDS = ("stream_options", "temperature", "reasoning_effort", "response_format")
"""Fields that are left out once they are refused; the answer is still one to the same messages."""

SYSTEM_ROLE = "the system role"

_NO_SYSTEM_ROLE = re.compile(
    r"\b(?:system|developer)\W+(?:role|message|prompt|instruction)s?\b.{0,60}\b(?:not|no|un\w+|only|invalid|must)\b"
    r"|\broles? must alternate\b|\b(?:not|un)\W*support\w*\W+(?:\w+\W+){0,3}(?:system|developer)\W+(?:role|message)",
    re.IGNORECASE | re.DOTALL,
)
_TOO_LARGE = re.compile(
    r"\btoo (?:large|high|big|many)\b|\bat most\b|\bmaximum\b|\bexceed|\bgreater than\b|\bless than or equal\b"
    r"|<=|\bup to\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d[\d,]{0,11}")
_LEAST_TOKENS = 128
"""A limit below this is none that a section fits in: the refusal is shown instead."""


@dataclass(frozen=True)
class Dialect:
    """Request fields that an endpoint accepts.

    Attributes:
        new_limit: ``max_completion_tokens`` (thinking models refuse the old name) or ``max_tokens`` (small servers).
        left_out: Fields of :data:`OPTIONAL_FIELDS` that it refused.
        system_role: False: what the system message says is put before the user message.
        longest: Largest output limit that it accepts, tokens, or None where unknown.
    """

    new_limit: bool = True
    left_out: frozenset[str] = frozenset()
    system_role: bool = True
    longest: int | None = None

    @property
    def limit_field(self) -> str:
        """Name of the output limit."""
        return "max_completion_tokens" if self.new_limit else "max_tokens"

    def after(self, error: openai.APIStatusError, limit: int) -> tuple[Dialect, str]:
        """Returns the dialect to try after a refusal, and the field that changed.

        The same dialect and no words where the refusal is about something else.

        Args:
            error: The refusal.
            limit: Output limit that was sent, tokens.
        """
        # Not the SDK's message: it begins with the status, a number like another.
        said = reason_of(error)
        about_limit = any(is_about(error, name) for name in (self.limit_field, "max_tokens", "max_new_tokens"))
        # First: such a refusal names the parameter, too.
        if about_limit and _TOO_LARGE.search(said):
            allowed = _largest_allowed(said, limit)
            if allowed >= _LEAST_TOKENS:
                return replace(self, longest=allowed), f"an output limit of {limit}"
        if self.new_limit and is_about(error, "max_completion_tokens"):
            return replace(self, new_limit=False), "max_completion_tokens"
        for field in OPTIONAL_FIELDS:
            about = is_about(error, field) or (field == "response_format" and is_about(error, "schema"))
            if field not in self.left_out and about:
                return replace(self, left_out=self.left_out | {field}), field
        if self.system_role and _NO_SYSTEM_ROLE.search(said):
            return replace(self, system_role=False), SYSTEM_ROLE
        return self, ""


def _largest_allowed(said: str, limit: int) -> int:
    """Reads the largest limit from a refusal; half of what was sent if it states none."""
    numbers = [int(number.replace(",", "")) for number in _NUMBER.findall(said)]
    # A name such as gpt-4 holds numbers, too: one below the least is no limit.
    stated = [number for number in numbers if _LEAST_TOKENS <= number < limit]
    return max(stated, default=limit // 2)
