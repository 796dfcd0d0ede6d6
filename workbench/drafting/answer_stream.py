"""Reading of one streamed answer.

Its text without the model's reasoning, its usage, and the way it ended.
"""

from __future__ import annotations

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
_NAMES: dict[Ending, str] = {"whole": "stop", "limit": "length", "filtered": "content_filter", "broken": "error"}
_TOOLS = frozenset({"tool_calls", "function_call", "tool_use"})
# Channels of an answer, where a server names them in a field: anything else is reasoning, or said to a tool.
_ANSWER_CHANNELS = frozenset({"final", "final_answer", "answer", "response", "content"})
_REASONING_FIELDS = ("reasoning_content", "reasoning", "thinking", "reasoning_details")


def classify_ending(finish: object) -> Ending:
    """Classifies a ``finish_reason``, untrusted: only a known good one is whole.

    Examples:
        >>> classify_ending("stop"), classify_ending("MAX_TOKENS"), classify_ending("network_error")
        ('whole', 'limit', 'broken')
    """
    # Gemini's own names begin alike: FINISH_REASON_STOP.
    word = finish.lower().removeprefix("finish_reason_") if isinstance(finish, str) else ""
    if word in _WHOLE:
        return "whole"
    if any(part in word for part in _LIMIT):
        return "limit"
    return "filtered" if any(part in word for part in _FILTERED) else "broken"


def name_ending(finish: object) -> str:
    """Names an ending by OpenAI's words, whatever the endpoint's own: no other text of it goes on.

    Examples:
        >>> name_ending("end_turn"), name_ending("MAX_TOKENS"), name_ending("network_error"), name_ending(None)
        ('stop', 'length', 'error', 'error')
    """
    if isinstance(finish, str) and finish in _TOOLS:
        return "tool_calls"
    return _NAMES[classify_ending(finish)]


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
    finish: Any = None
    usage: CompletionUsage | None = None
    reasoned: bool = False
    _whole: str = ""
    _streams: bool = False
    _filter: ReasoningFilter = field(default_factory=ReasoningFilter)

    def read(self, event: ChatCompletionChunk) -> Visible:
        """Reads one event; returns the text to show."""
        # It most often comes in a last chunk without choices; Groq and Kimi have other places.
        self._count_tokens(event.usage)
        self._count_tokens(_part(event.model_extra, "x_groq", "usage"))
        pieces = []
        for choice in event.choices or ():
            # One answer was asked for: a second one would be mixed into it.
            if choice.index and choice.index != "0":  # type: ignore[comparison-overlap] # some send texts
                continue
            self._count_tokens(_part(choice.model_extra, "usage"))
            self.finish = choice.finish_reason or self.finish
            if choice.delta is None:
                pieces.append(self._whole_text(choice.model_extra or {}))
                continue
            # A refusal streams in its own field; its text never enters the draft.
            refusal: object = choice.delta.refusal
            self.refusal += refusal if isinstance(refusal, str) else ""
            extra = choice.delta.model_extra or {}
            apart = _is_apart(choice.delta.role, extra)
            self.reasoned = self.reasoned or apart or any(extra.get(name) for name in _REASONING_FIELDS)
            text = "" if apart else self._text_of(choice.delta.content)
            self._streams = self._streams or bool(text)
            pieces.append(text)
        return self._count(self._filter.feed("".join(pieces)))

    def end(self) -> Visible:
        """Returns what was held back, at the stream's end."""
        return self._count(self._filter.end())

    def _count(self, visible: Visible) -> Visible:
        self.reasoned = self.reasoned or self._filter.reasoned
        # After a restart only what follows it counts.
        self.written = bool(visible.text.strip()) or (self.written and not visible.restart)
        return visible

    def _count_tokens(self, usage: object) -> None:
        """Takes over the usage of an event, unless it counts nothing: some send zeros after the numbers."""
        if isinstance(usage, Mapping):
            usage = CompletionUsage.construct(None, **usage)
        if isinstance(usage, CompletionUsage) and (self.usage is None or any(billed_tokens(usage))):
            self.usage = usage

    def _whole_text(self, fields: Mapping[str, Any]) -> str:
        """Returns the text of a choice that comes as a message, not as a delta.

        Whole, in pieces, or longer each time. Empty if deltas came before it.
        """
        message = fields.get("message")
        if self._streams:
            return ""
        if not isinstance(message, Mapping):
            return self._text_of(fields.get("text"))
        self.reasoned = self.reasoned or any(message.get(name) for name in _REASONING_FIELDS)
        refusal = message.get("refusal")
        self.refusal += refusal if isinstance(refusal, str) else ""
        text = self._text_of(message.get("content"))
        if self._whole and text.startswith(self._whole):
            text = text[len(self._whole) :]
        self._whole += text
        return text

    def _text_of(self, content: Any) -> str:
        """Joins the text of a delta: a string, or a list of typed parts (Mistral, Databricks, Gemini)."""
        if content is None or isinstance(content, str):
            return content or ""
        parts = content if isinstance(content, list) else [content]
        self.reasoned = self.reasoned or any(_is_reasoning(part) for part in parts)
        self.refusal += "".join(_texts(part.get("refusal")) for part in parts if isinstance(part, dict))
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
    if isinstance(answer.finish, str) and answer.finish in _TOOLS and not answer.written:
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
    return read_count(_number(usage, "completion_tokens_details", "reasoning_tokens"))


def billed_tokens(usage: CompletionUsage | None) -> tuple[int, int, int]:
    """Returns the tokens of prompt and answer, and the cached ones of the prompt.

    By OpenAI's names or Anthropic's. xAI and Gemini leave hidden reasoning out of the answer's tokens, but not out of
    the sum; Anthropic leaves cached tokens out of those of the prompt.

    Examples:
        >>> billed_tokens(CompletionUsage(prompt_tokens=900, completion_tokens=120, total_tokens=4020))
        (900, 3120, 0)
    """
    prompt = read_count(_number(usage, "prompt_tokens")) or read_count(_number(usage, "input_tokens"))
    answer = read_count(_number(usage, "completion_tokens")) or read_count(_number(usage, "output_tokens"))
    cached = max(read_count(_number(usage, *path)) for path in _CACHED)
    apart = read_count(_number(usage, "cache_read_input_tokens"))
    if cached > prompt or (apart and read_count(_number(usage, "input_tokens"))):
        prompt += cached
    return prompt, max(answer, read_count(_number(usage, "total_tokens")) - prompt), cached


_CACHED = (("prompt_tokens_details", "cached_tokens"), ("prompt_cache_hit_tokens",), ("cache_read_input_tokens",))
_MOST_TOKENS = 10**12
"""More than this is no count."""


def _number(usage: object, *path: str) -> object:
    for name in path:
        usage = usage.get(name) if isinstance(usage, Mapping) else getattr(usage, name, None)
    return usage


def read_count(value: object) -> int:
    """Returns a number of tokens.

    0 for what is none, since some servers send texts, fractions or -1.
    """
    if isinstance(value, str) and value.isdecimal():
        value = int(value[:20])
    return int(value) if isinstance(value, int | float) and 0 < value < _MOST_TOKENS else 0


def _part(extra: Mapping[str, Any] | None, *path: str) -> object:
    """Returns a part of fields that the SDK does not know.

    None where it is missing.
    """
    return _number(extra, *path)


def _is_apart(role: object, extra: Mapping[str, Any]) -> bool:
    """Tells if a delta is marked as none of the answer: reasoning, or a tool's."""
    channel = extra.get("channel") or extra.get("phase")
    thought = _part(extra, "extra_content", "google", "thought") or extra.get("thought")
    return role == "tool" or thought is True or (isinstance(channel, str) and channel not in _ANSWER_CHANNELS)


def _is_reasoning(part: object) -> bool:
    kind = str(part.get("type", "")) if isinstance(part, dict) else ""
    return "think" in kind or "reason" in kind or (isinstance(part, dict) and part.get("thought") is True)


def _text_parts(parts: Iterable[object]) -> Iterable[str]:
    for part in parts:
        if isinstance(part, str):
            yield part
        # Parts of other types (reasoning, images, tool calls) are no text of the letter.
        elif isinstance(part, dict) and part.get("type", "text") in {"text", "output_text"} and not _is_reasoning(part):
            text = part.get("text")
            yield _texts(text.get("value") if isinstance(text, dict) else text)


def _texts(value: object) -> str:
    return value if isinstance(value, str) else ""
