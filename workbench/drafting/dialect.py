"""Request fields that an endpoint accepts, learned from its refusals."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import openai

from workbench.drafting.openai_errors import is_about, reason_of

OPTIONAL_FIELDS = ("stream_options", "temperature", "reasoning_effort", "response_format")
"""Fields that are left out once they are refused; the answer is still one to the same messages."""

SYSTEM_ROLE = "the system role"
STREAM = "stream"
"""The field that asks for an answer in pieces; left out, the answer comes whole."""

_OTHER_NAMES = {
    "stream_options": ("include_usage",),
    "reasoning_effort": ("support thinking", "support reasoning", "reasoning is not supported"),
    "response_format": ("schema",),
}
_LIMIT_NAMES = ("max_tokens", "max_completion_tokens", "max_new_tokens", "max_output_tokens", "maximum tokens")
_ROLE = r"(?:system|developer)"
_NO_SYSTEM_ROLE = re.compile(
    rf"\b{_ROLE}\W+(?:role|message|prompt|instruction)s?\b.{{0,60}}\b(?:not|no|un\w+|only|invalid|must)\b"
    rf"|\broles? must alternate\b|\b(?:not|un)\W*support\w*\W+(?:\w+\W+){{0,3}}{_ROLE}\b"
    rf"|\b(?:unexpected|unknown|invalid|unsupported)\W+(?:message\W+)?roles?\b.{{0,40}}\b{_ROLE}\b"
    rf"|\b(?:got|received)\W+(?:role\W+)?{_ROLE}\b|\bfirst message must be\b.{{0,30}}\buser\b"
    r"|\brole\b.{0,30}\bshould be\W+user\W+or\W+assistant\b",
    re.IGNORECASE | re.DOTALL,
)
_NO_STREAM = re.compile(
    r"\b(?:not|un)\W*support\w*\W+(?:\w+\W+){0,2}stream(?:ing)?\b"
    r"|\bstream(?:ing|ed)?\W.{0,40}\b(?:not|un)\W*(?:support|available|allow|enabled)"
    r"|\bverified to stream\b",
    re.IGNORECASE | re.DOTALL,
)
_TOO_LARGE = re.compile(
    r"\btoo (?:large|high|big|many)\b|\bat most\b|\bmaximum\b|\bexceed|\b(?:greater|less|lower|larger|higher) than\b"
    r"|<=|\bup to\b|\brange\b|\bbetween\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d[\d,]{0,11}")
_EXCLUSIVE = re.compile(r"(\d[\d,]{0,11})\W{1,3}exclusive", re.IGNORECASE)
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
        about_limit = any(is_about(error, name) for name in _LIMIT_NAMES)
        # First: such a refusal names the parameter, too.
        if about_limit and _TOO_LARGE.search(said):
            allowed = _largest_allowed(said, limit)
            if allowed >= _LEAST_TOKENS:
                return replace(self, longest=allowed), f"an output limit of {limit}"
        if self.new_limit and any(is_about(error, name) for name in ("max_completion_tokens", "max_tokens")):
            return replace(self, new_limit=False), "max_completion_tokens"
        for field in OPTIONAL_FIELDS:
            names = (field, *_OTHER_NAMES.get(field, ()))
            if field not in self.left_out and any(is_about(error, name) for name in names):
                return replace(self, left_out=self.left_out | {field}), field
        if STREAM not in self.left_out and (error.param == STREAM or _NO_STREAM.search(said)):
            return replace(self, left_out=self.left_out | {STREAM}), STREAM
        if self.system_role and _NO_SYSTEM_ROLE.search(said):
            return replace(self, system_role=False), SYSTEM_ROLE
        return self, ""


def _largest_allowed(said: str, limit: int) -> int:
    """Reads the largest limit from a refusal.

    Half of what was sent if it states none.
    """
    # Gemini: from 1 (inclusive) to 8193 (exclusive).
    said = _EXCLUSIVE.sub(lambda match: str(int(match[1].replace(",", "")) - 1), said)
    numbers = [int(number.replace(",", "")) for number in _NUMBER.findall(said)]
    # A name such as gpt-4 holds numbers, too: one below the least is no limit.
    stated = [number for number in numbers if _LEAST_TOKENS <= number < limit]
    return max(stated, default=limit // 2)
