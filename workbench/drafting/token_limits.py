"""Limits of a model's prompts and answers, in tokens."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.drafting.request import ModelRequest

# Room for hidden reasoning: a limit costs nothing unless it is used.
_REASONING_TOKENS = 8192
# English prose has about four characters a token, names, dates and citations fewer: the small model's tokenizer gave
# 2.8 on sentences full of them (a test repeats it). This errs towards a prompt that fits.
_CHARACTERS_A_TOKEN = 2.5
# What the chat template adds around the messages, tokens.
_TEMPLATE_TOKENS = 64


@dataclass
class TokenLimits:
    """Limits of one model, as far as they are known by now.

    Attributes:
        most: The user's own output limit, or None.
        reasons: Whether the model reasons, which counts against the output limit.
        context: Size of the context for prompt and answer together, or None where unknown.
        accepted: Largest output limit that the endpoint accepts, or None where unknown.
    """

    most: int | None = None
    reasons: bool = False
    context: int | None = None
    accepted: int | None = None

    def prompt_characters(self, max_output_tokens: int) -> int | None:
        """Estimates the longest prompt, in characters; None if the context is unknown.

        The estimate errs on the safe side.
        """
        if self.context is None:
            return None
        tokens = self.context - self.output_limit(max_output_tokens) - _TEMPLATE_TOKENS
        return int(max(0, tokens) * _CHARACTERS_A_TOKEN)

    def output_limit(self, wanted: int) -> int:
        """Returns the output limit to send.

        At most an eighth of the context: facts and passages need the rest. A model that reasons gets more.
        """
        room = _REASONING_TOKENS if self.reasons else 0
        share = None if self.context is None else self.context // 8
        return self._limit(wanted + room, share)

    def larger_output_limit(self, request: ModelRequest) -> int:
        """Returns the output limit to send where the answer did not fit in the first one."""
        limit = self.output_limit(request.max_output_tokens)
        rest = None
        if self.context is not None:
            prompt = int((len(request.system) + len(request.user)) / _CHARACTERS_A_TOKEN) + _TEMPLATE_TOKENS
            rest = max(limit, self.context - prompt)
        # A model that only writes too long gets twice the room; one that reasons may need far more.
        wanted = 4 * request.max_output_tokens + _REASONING_TOKENS if self.reasons else 2 * limit
        return self._limit(wanted, rest)

    def _limit(self, wanted: int, room: int | None) -> int:
        return min([wanted, *(bound for bound in (self.most, self.accepted, room) if bound is not None)])
