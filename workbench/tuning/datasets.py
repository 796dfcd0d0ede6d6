"""Data sets as JSON lines: what was asked and what was wanted, in the shapes of LangSmith and OpenAI.

    langsmith          {"inputs": {"messages": […]}, "outputs": {"message": {…}}, "metadata": {…}}
    openai-chat        {"messages": [system, user, assistant]}                  fine-tuning
    openai-preference  {"input": {"messages": […]}, "preferred_output": […], "non_preferred_output": […]}
    openai-evals       {"item": {"input": […], "ideal": "…", …}, "sample": {"output_text": "…"}}   the Evals API

The two of fine-tuning have no room for where an example comes from: case, section and note do not come back from them.
Also read: the lines of the older openai/evals ({"input": […], "ideal": …}), and LangSmith's with inputs of one text.

Source: https://docs.langchain.com/langsmith/example-data-format and the types of the packages ``langsmith`` and
``openai``; a test validates what is written against them.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import orjson

from workbench.errors import InputError, Problem, printable_json
from workbench.text.atomic_write import USER_ONLY, replace_whole

Format = Literal["langsmith", "openai-chat", "openai-preference", "openai-evals"]
FORMATS: tuple[Format, ...] = get_args(Format)

Label = Literal["approved", "edited", "rejected"]

_ROLES = {"system": "system", "developer": "system", "user": "user", "human": "user", "assistant": "assistant",
          "ai": "assistant"}  # fmt: skip
_ANSWER_FIELDS = ("content", "output", "answer", "text", "completion", "ideal")
_LARGEST_LINE = 16 * 1024 * 1024


@dataclass(frozen=True)
class Message:
    """One message of a conversation.

    Attributes:
        role: ``system``, ``user`` or ``assistant``.
        content: Its text.
    """

    role: str
    content: str


@dataclass(frozen=True)
class Example:
    """What was asked, what a model wrote, and what was wanted.

    Attributes:
        messages: What the model was asked; the last one is the user's.
        answer: The text that is wanted: as approved, or as the attorney corrected it. None where nobody said.
        draft: What a model wrote, where that is another text; None where it is not known.
        case_id: The case, or None.
        section_id: The section, or None.
        prompt_version: See :meth:`~workbench.drafting.prompts.PromptLibrary.version`; None where it is not known.
        model: Label of the model that wrote the draft, or None.
        label: What became of the draft, or None.
        note: What the attorney said of it, or None.
        at: Moment of that, ISO 8601, or None.
    """

    messages: tuple[Message, ...]
    answer: str | None = None
    draft: str | None = None
    case_id: str | None = None
    section_id: str | None = None
    prompt_version: str | None = None
    model: str | None = None
    label: Label | None = None
    note: str | None = None
    at: str | None = None

    @property
    def source(self) -> dict[str, str]:
        """Where it comes from, by the names that data sets use; what is not known is left out."""
        return {
            name: value
            for name, attribute in _SOURCE.items()
            if isinstance(value := getattr(self, attribute), str) and value
        }


_SOURCE = {
    "case": "case_id",
    "section": "section_id",
    "prompt_version": "prompt_version",
    "model": "model",
    "label": "label",
    "note": "note",
    "at": "at",
}
"""The names in a data set, and the attributes of an example."""


@dataclass(frozen=True)
class Written:
    """What came of writing a data set.

    Attributes:
        path: The file.
        examples: How many lines it has.
        left_out: Why others are not in it: the reason, and how many.
    """

    path: Path
    examples: int
    left_out: Mapping[str, int] = field(default_factory=dict)


def write_dataset(examples: Iterable[Example], path: Path, form: Format) -> Written:
    """Writes examples as JSON lines, readable by their user only: they are clients' texts.

    Examples that the form has no room for (no answer, no draft beside it) are left out, and counted.

    Args:
        examples: One line each, in that order.
        path: The file; one that is there is replaced when all of it is written.
        form: See the module's docstring.

    Raises:
        InputError: There is no such form.
        OSError: It cannot be written.
    """
    shape = _shape(form)
    left_out: dict[str, int] = {}
    count = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with replace_whole(path, mode=USER_ONLY) as file:
        for example in examples:
            if reason := shape.lacks(example):
                left_out[reason] = left_out.get(reason, 0) + 1
                continue
            # Escaped where it is not printable: many readers take U+2028 for the end of a line.
            file.write(printable_json(orjson.dumps(shape.write(example))).encode() + b"\n")
            count += 1
    return Written(path, count, left_out)


def read_dataset(path: Path, form: Format | None = None) -> tuple[Example, ...]:
    """Reads JSON lines.

    Args:
        path: The file, UTF-8.
        form: Default: each line's own, by its fields.

    Raises:
        InputError: Every line that cannot be used, with its number.
    """
    try:
        lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    except OSError as error:
        raise InputError(
            Problem(f"cannot be read ({error.strerror or error})", "name a file of JSON lines", file=str(path))
        ) from None
    wanted = None if form is None else _shape(form)
    examples: list[Example] = []
    problems: list[Problem] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            examples.append(_read_line(line, wanted))
        except _LineError as error:
            problems.append(Problem(error.what, error.remedy, file=str(path), line=number, field=error.field))
    if not examples and not problems:
        problems.append(Problem("the file has no line", "name a file of JSON lines", file=str(path)))
    if problems:
        raise InputError(*problems)
    return tuple(examples)


class _LineError(Exception):
    """A line that cannot be used."""

    def __init__(self, what: str, remedy: str, field: str | None = None) -> None:
        self.what, self.remedy, self.field = what, remedy, field
        super().__init__(what)


@dataclass(frozen=True)
class _Shape:
    """One form: how a line of it is written, recognised and read."""

    name: Format
    marks: frozenset[str]
    write: Callable[[Example], dict[str, Any]]
    read: Callable[[Mapping[str, Any]], Example]
    needs_answer: bool = True
    needs_draft: bool = False

    def lacks(self, example: Example) -> str | None:
        if not example.messages:
            return "what was asked is not known"
        if self.needs_answer and not example.answer:
            return "nobody said what was wanted"
        if self.needs_draft and (not example.draft or example.draft == example.answer):
            return "there is no draft that the answer was preferred to"
        return None


def _read_line(line: bytes, wanted: _Shape | None) -> Example:
    if len(line) > _LARGEST_LINE:
        raise _LineError("a line of more than 16 MB", "split it")
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise _LineError(f"no JSON ({error})", "write one JSON object a line") from None
    if not isinstance(row, dict):
        raise _LineError("no JSON object", "write one JSON object a line")
    shape = wanted or next((shape for shape in _SHAPES if shape.marks <= row.keys()), None)
    if shape is None or not shape.marks <= row.keys():
        known = "; ".join(f"{shape.name}: {', '.join(sorted(shape.marks))}" for shape in _SHAPES)
        what = f"the fields {', '.join(sorted(row)) or '(none)'} are of no form that is known"
        raise _LineError(what if wanted is None else f"no line of {wanted.name}", f"use the fields of one ({known})")
    return shape.read(row)


def _shape(form: str) -> _Shape:
    found = next((shape for shape in _SHAPES if shape.name == form), None)
    if found is None:
        close = difflib.get_close_matches(form, FORMATS, n=1)
        remedy = f"did you mean {close[0]!r}?" if close else f"use one of {', '.join(FORMATS)}"
        raise InputError(Problem(f"unknown form of data set {form!r}", remedy, field="format"))
    return found


def _plain(messages: Iterable[Message]) -> list[dict[str, str]]:
    return [{"role": message.role, "content": message.content} for message in messages]


def _assistant(text: str | None) -> dict[str, str]:
    return {"role": "assistant", "content": text or ""}


def _write_langsmith(example: Example) -> dict[str, Any]:
    row: dict[str, Any] = {"inputs": {"messages": _plain(example.messages)}}
    row["outputs"] = None if example.answer is None else {"message": _assistant(example.answer)}
    metadata: dict[str, Any] = dict(example.source)
    if example.draft is not None:
        metadata["draft"] = example.draft
    return {**row, "metadata": metadata}


def _read_langsmith(row: Mapping[str, Any]) -> Example:
    inputs, outputs, metadata = _object(row, "inputs"), row.get("outputs"), row.get("metadata") or {}
    if outputs is None:
        outputs = row.get("reference_outputs")
    if not isinstance(metadata, dict):
        raise _LineError("metadata is no object", "write an object, or leave it out", "metadata")
    asked = "messages" in inputs
    messages = _messages(inputs["messages"], "inputs.messages") if asked else _one_text(inputs, "inputs")
    answer = _answer_in(outputs)
    return Example(messages, answer, _text(metadata.get("draft")), **_source_in(metadata))


def _write_chat(example: Example) -> dict[str, Any]:
    return {"messages": [*_plain(example.messages), _assistant(example.answer)]}


def _read_chat(row: Mapping[str, Any]) -> Example:
    messages = _messages(row["messages"], "messages", asked=False)
    if messages[-1].role != "assistant":
        return Example(_asked(messages, "messages"))
    return Example(_asked(messages[:-1], "messages"), messages[-1].content)


def _write_preference(example: Example) -> dict[str, Any]:
    return {
        "input": {"messages": _plain(example.messages)},
        "preferred_output": [_assistant(example.answer)],
        "non_preferred_output": [_assistant(example.draft)],
    }


def _read_preference(row: Mapping[str, Any]) -> Example:
    messages = _messages(_object(row, "input").get("messages"), "input.messages")
    better = _messages(row["preferred_output"], "preferred_output", asked=False)
    worse = _messages(row["non_preferred_output"], "non_preferred_output", asked=False)
    return Example(messages, better[-1].content, worse[-1].content, label="edited")


def _write_evals(example: Example) -> dict[str, Any]:
    item: dict[str, Any] = {"input": _plain(example.messages), **example.source}
    if example.answer is not None:
        item["ideal"] = example.answer
    return {"item": item} | ({} if example.draft is None else {"sample": {"output_text": example.draft}})


def _read_evals(row: Mapping[str, Any]) -> Example:
    item = _object(row, "item")
    sample = row.get("sample")
    draft = _text(sample.get("output_text")) if isinstance(sample, dict) else None
    messages = _messages(item["input"], "item.input") if "input" in item else _one_text(item, "item")
    return Example(messages, _ideal(item.get("ideal")), draft, **_source_in(item))


def _read_old_evals(row: Mapping[str, Any]) -> Example:
    asked = row["input"]
    messages = (Message("user", asked),) if isinstance(asked, str) else _messages(asked, "input")
    return Example(messages, _ideal(row["ideal"]), **_source_in(row))


_SHAPES = (
    _Shape("langsmith", frozenset({"inputs"}), _write_langsmith, _read_langsmith, needs_answer=False),
    _Shape(
        "openai-preference",
        frozenset({"input", "preferred_output", "non_preferred_output"}),
        _write_preference,
        _read_preference,
        needs_draft=True,
    ),
    _Shape("openai-chat", frozenset({"messages"}), _write_chat, _read_chat),
    _Shape("openai-evals", frozenset({"item"}), _write_evals, _read_evals, needs_answer=False),
    _Shape("openai-evals", frozenset({"input", "ideal"}), _write_evals, _read_old_evals),
)
"""The forms; where two have one name, the first is written and both are read."""


def _object(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = row.get(name)
    if not isinstance(value, dict):
        raise _LineError("is no object", "write a JSON object", name)
    return value


def _messages(value: object, place: str, *, asked: bool = True) -> tuple[Message, ...]:
    if not isinstance(value, list) or not value:
        raise _LineError("is no list of messages", 'write [{"role": …, "content": …}, …]', place)
    messages = tuple(_message(entry, f"{place}[{index}]") for index, entry in enumerate(value))
    return _asked(messages, place) if asked else messages


def _asked(messages: Sequence[Message], place: str) -> tuple[Message, ...]:
    if not messages or messages[-1].role != "user":
        raise _LineError("the last message before the answer is not the user's", "end it with what was asked", place)
    return tuple(messages)


def _message(entry: object, place: str) -> Message:
    if not isinstance(entry, dict):
        raise _LineError("is no message", 'write {"role": …, "content": …}', place)
    data = entry.get("data")
    inner = data if isinstance(data, dict) else entry  # LangChain's own: {type, data}
    role = _ROLES.get(str(entry.get("role") or entry.get("type")))
    if role is None:
        raise _LineError("a message of an unknown role", f"use one of {', '.join(sorted({*_ROLES.values()}))}", place)
    return Message(role, _content(inner.get("content"), f"{place}.content"))


def _content(value: object, place: str) -> str:
    """A message's text; content in parts is joined where each part is text."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value and all(isinstance(part, dict) for part in value):
        texts = [part.get("text") for part in value]
        if all(isinstance(text, str) for text in texts):
            return "".join(map(str, texts))
    raise _LineError("is no text", "messages here are text only", place)


def _one_text(inputs: Mapping[str, Any], place: str) -> tuple[Message, ...]:
    """The question of inputs that hold one text under a name of the user's, beside the names of :data:`_SOURCE`."""
    texts = [value for name, value in inputs.items() if isinstance(value, str) and name not in {*_SOURCE, "ideal"}]
    if len(texts) != 1:
        what = "has neither messages nor exactly one text"
        raise _LineError(what, 'write {"messages": [{"role": "user", "content": …}]}', place)
    return (Message("user", texts[0]),)


def _answer_in(outputs: object) -> str | None:
    if outputs is None:
        return None
    if not isinstance(outputs, dict):
        raise _LineError("is no object", 'write {"message": {"role": "assistant", "content": …}}', "outputs")
    if "message" in outputs:
        return _message(outputs["message"], "outputs.message").content
    if "messages" in outputs:
        return _messages(outputs["messages"], "outputs.messages", asked=False)[-1].content
    texts = [outputs[name] for name in _ANSWER_FIELDS if isinstance(outputs.get(name), str)]
    if not texts and len(outputs) == 1:
        texts = [value for value in outputs.values() if isinstance(value, str)]
    if not texts:
        raise _LineError("holds no answer", f"write message, or one of {', '.join(_ANSWER_FIELDS)}", "outputs")
    return str(texts[0])


def _ideal(value: object) -> str | None:
    if isinstance(value, list) and value:
        value = value[0]  # the older evals take any of several; the first is the one that was meant
    if value is None or isinstance(value, str):
        return value
    raise _LineError("is no text", "write the text that is wanted", "ideal")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _source_in(values: Mapping[str, Any]) -> dict[str, Any]:
    known = {attribute: _text(values.get(name)) for name, attribute in _SOURCE.items()}
    if known["label"] not in get_args(Label):
        known["label"] = None
    return known
