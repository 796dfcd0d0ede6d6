"""Reading of one streamed answer.

Its text without the model's reasoning, its usage, and the way it ended.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from openai.types.chat import ChatCompletionChunk
from openai.types.completion_usage import CompletionUsage

from workbench.drafting.openai_errors import quote
from workbench.drafting.reasoning import ReasoningFilter, Visible
from workbench.errors import AnswerCutOffError, ModelError

Ending = Literal["whole", "limit", "filtered", "broken"]

_WHOLE = frozenset({"stop", "eos", "eos_token", "end_turn", "stop_sequence", "complete"})
# By parts of the word: endpoints write length, model_length, max_tokens, MAX_TOKENS, max_output_tokens.
_LIMIT = ("length", "token")
_FILTERED = ("filter", "safety", "sensitiv", "prohibit", "block", "recitation", "refus", "spii")
_TOOLS = frozenset({"tool_calls", "function_call", "tool_use"})
_REASONING_FIELDS = ("reasoning_content", "reasoning", "thinking", "reasoning_details")


def classify_ending(finish: str | None) -> Ending:
    """Classifies a ``finish_reason``: only a known good one is whole.

    Examples:
        >>> classify_ending("stop"), classify_ending("MAX_TOKENS"), classify_ending("network_error")
        ('whole', 'limit', 'broken')
    """
    word = (finish or "").lower()
    if word in _WHOLE:
        return "whole"
    if any(part in word for part in _LIMIT):
        return "limit"
    return "filtered" if any(part in word for part in _FILTERED) else "broken"


@dataclass
class AnswerReader:
    """State of one answer while it streams.

    Attributes:
        written: True once text that counts has come.
        refusal: Text in the field for refusals, or empty.
        finish: The ``finish_reason``, or None before it came.
        usage: Tokens as the endpoint counts them, or None.
        reasoned: True if the model was seen to reason.
    """

    written: bool = False
    refusal: str = ""
    finish: str | None = None
    usage: CompletionUsage | None = None
    reasoned: bool = False
    _filter: ReasoningFilter = field(default_factory=ReasoningFilter)

    def read(self, event: ChatCompletionChunk) -> Visible:
        """Reads one event; returns the text to show."""
        # The usage comes in a last chunk without choices. What is no usage is none.
        self.usage = event.usage if isinstance(event.usage, CompletionUsage) else self.usage
        pieces = []
        for choice in event.choices or ():
            # One answer was asked for: a second one would be mixed into it.
            if choice.index:
                continue
            self.finish = choice.finish_reason or self.finish
            if choice.delta is None:
                pieces.append(self._whole_text(choice.model_extra or {}))
                continue
            # A refusal streams in its own field; its text never enters the draft.
            self.refusal += choice.delta.refusal or ""
            extra = choice.delta.model_extra or {}
            self.reasoned = self.reasoned or any(extra.get(name) for name in _REASONING_FIELDS)
            pieces.append(self._text_of(choice.delta.content))
        return self._count(self._filter.feed("".join(pieces)))

    def end(self) -> Visible:
        """Returns what was held back, at the stream's end."""
        return self._count(self._filter.end())

    def _count(self, visible: Visible) -> Visible:
        self.reasoned = self.reasoned or self._filter.reasoned
        # After a restart only what follows it counts.
        self.written = bool(visible.text.strip()) or (self.written and not visible.restart)
        return visible

    def _whole_text(self, fields: Mapping[str, Any]) -> str:
        """Returns the text of a choice that comes whole, not as a delta; empty if deltas came before it."""
        message = fields.get("message")
        if self.written:
            return ""
        if not isinstance(message, Mapping):
            return self._text_of(fields.get("text"))
        self.reasoned = self.reasoned or any(message.get(name) for name in _REASONING_FIELDS)
        self.refusal += str(message.get("refusal") or "")
        return self._text_of(message.get("content"))

    def _text_of(self, content: Any) -> str:
        """Joins the text of a delta: a string, or a list of typed parts (Mistral, Databricks, Gemini)."""
        if content is None or isinstance(content, str):
            return content or ""
        parts = content if isinstance(content, list) else [content]
        self.reasoned = self.reasoned or any(_is_reasoning(part) for part in parts)
        return "".join(_text_parts(parts))


class UnusableAnswerError(Exception):
    """Answer that is no draft; only this package sees it.

    Attributes:
        final: The error if it is not asked again.
        again: Whether asking once more may help.
        larger: Whether it helps only with a larger output limit.
    """

    def __init__(self, final: ModelError, *, again: bool = False, larger: bool = False) -> None:
        self.final, self.again, self.larger = final, again or larger, larger
        super().__init__(str(final))


def find_fault(
    answer: AnswerReader, *, label: str, host: str, limit: int, broken: str = "", judged: bool = False
) -> UnusableAnswerError | None:
    """Returns the fault of an answer that has ended, or None.

    Args:
        answer: The answer.
        label: The model, for the message.
        host: The endpoint's host.
        limit: Output limit that was sent, tokens.
        broken: Reason that the stream broke off, or empty.
        judged: Whether a verdict was asked for, not a section.
    """
    if refusal := _find_refusal(answer, label, host, judged=judged):
        return refusal
    ending = classify_ending(answer.finish)
    if ending == "limit" and not broken:
        return UnusableAnswerError(_limit_error(answer, label, limit), larger=True)
    if broken or ending == "broken":
        how = broken or (f"its ending is “{answer.finish}”" if answer.finish else "it has no ending")
        error = AnswerCutOffError(f"the answer of {label} was cut off: {how}; regenerate the section")
        return UnusableAnswerError(error, again=True)
    if answer.written:
        return None
    error_ = ModelError(f"{label} gave an empty answer; try again, or take another model")
    return UnusableAnswerError(error_, larger=True)


def _find_refusal(answer: AnswerReader, label: str, host: str, *, judged: bool) -> UnusableAnswerError | None:
    """Returns the fault of an answer that the model or its endpoint did not want to give, or None."""
    if answer.refusal:
        task, remedy = (
            ("answer", "reword what it is asked, or take another model")
            if judged
            else ("write this section", "reword its prompt, or write it by hand")
        )
        return UnusableAnswerError(ModelError(f"{label} refused to {task}{quote(answer.refusal)}; {remedy}"))
    if classify_ending(answer.finish) == "filtered":
        return UnusableAnswerError(
            ModelError(f"the content filter of {host} stopped the answer; reword the prompt, or take another model")
        )
    if answer.finish in _TOOLS and not answer.written:
        what = f"{label} asked for a tool in place of an answer"
        return UnusableAnswerError(ModelError(f"{what}; take a model, or an address, without tools"), again=True)
    return None


def _limit_error(answer: AnswerReader, label: str, limit: int) -> ModelError:
    if answer.written:
        return AnswerCutOffError(
            f"the answer of {label} was cut off at its limit (max_output_tokens {limit}); "
            "raise WORKBENCH_MAX_OUTPUT_TOKENS, or take a model that keeps to the length asked for"
        )
    thought = reasoning_tokens(answer.usage)
    how = f", {thought} of them for reasoning" if thought else ""
    return ModelError(
        f"{label} gave an empty answer, cut off at its limit (max_output_tokens {limit}){how}; "
        "raise WORKBENCH_MAX_OUTPUT_TOKENS, or lower WORKBENCH_REASONING_EFFORT"
    )


def reasoning_tokens(usage: CompletionUsage | None) -> int:
    """Returns the tokens that hidden reasoning took, as far as the endpoint says."""
    details = usage.completion_tokens_details if usage else None
    return read_count(getattr(details, "reasoning_tokens", None))


def cached_tokens(usage: CompletionUsage | None) -> int:
    """Returns the prompt's tokens that were read from the endpoint's cache, as far as it says."""
    details = usage.prompt_tokens_details if usage else None
    return read_count(getattr(details, "cached_tokens", None))


def read_count(value: object) -> int:
    """Returns a number of tokens; 0 for what is none, since some servers send texts, fractions or -1."""
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    return int(value) if isinstance(value, int | float) and math.isfinite(value) and value > 0 else 0


def _is_reasoning(part: object) -> bool:
    kind = str(part.get("type", "")) if isinstance(part, dict) else ""
    return "think" in kind or "reason" in kind


def _text_parts(parts: Iterable[object]) -> Iterable[str]:
    for part in parts:
        if isinstance(part, str):
            yield part
        # Parts of other types (reasoning, images, tool calls) are no text of the letter.
        elif isinstance(part, dict) and part.get("type") in {"text", "output_text"}:
            text = part.get("text")
            yield text if isinstance(text, str) else ""
