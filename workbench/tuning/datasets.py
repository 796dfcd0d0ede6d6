"""Data sets as JSON lines, in two shapes.

    langsmith     {"inputs": {"messages": […]}, "outputs": {"message": {…}}, "metadata": {…}}
    openai-chat   {"messages": [system, user, assistant]}

OpenAI's shape has no field for the source of an example: case, section and note do not come back from it.
LangSmith's examples with a single text as inputs are read, too.

Source: https://docs.langchain.com/langsmith/example-data-format and the types of the package ``langsmith``;
a test validates what is written against them.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import orjson

from workbench.errors import InputError, Problem, printable_json
from workbench.text.atomic_write import USER_ONLY, make_private_folder, replace_whole

Format = Literal["langsmith", "openai-chat"]
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
    """One question, with the draft and the wanted answer.

    Attributes:
        messages: The question; the last message is the user's.
        answer: The wanted text, as approved or as corrected by the attorney; None if unknown.
        draft: The model's text, if it differs; None if unknown.
        case_id: The case, or None.
        section_id: The section, or None.
        prompt_version: See :meth:`~workbench.drafting.prompts.templates.PromptLibrary.version`; None if unknown.
        model: Label of the model that wrote the draft, or None.
        label: The attorney's decision about the draft, or None.
        note: The attorney's words, or None.
        at: Time of the decision, ISO 8601, or None.

    Examples:
        >>> question = (Message("system", "You draft."), Message("user", "Draft the awards."))
        >>> Example(question, answer="Dr. Wu received it.", case_id="wu", section_id="awards").source
        {'case': 'wu', 'section': 'awards'}
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
        """Origin of the example, by names of data sets."""
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
"""Attributes of an example by their names in a data set."""


@dataclass(frozen=True)
class WriteResult:
    """Result of writing a data set.

    Attributes:
        path: The file.
        examples: Number of lines.
        left_out: Number of examples that were left out, by reason.
    """

    path: Path
    examples: int
    left_out: Mapping[str, int] = field(default_factory=dict)


def write_dataset(examples: Iterable[Example], path: Path, form: Format) -> WriteResult:
    """Writes examples as JSON lines.

    The lines are clients' texts, so only the user can read the file. Examples without an answer are left out of forms
    that need one, and counted.

    Args:
        examples: One line each, in that order.
        path: The file; an existing one is replaced when all lines are written.
        form: See the module's docstring.

    Raises:
        InputError: There is no such form.
        OSError: The file cannot be written.

    Examples:
        >>> import pathlib, tempfile
        >>> file = pathlib.Path(tempfile.mkdtemp()) / "set.jsonl"
        >>> example = Example((Message("user", "Draft the awards."),), answer="Dr. Wu received it.")
        >>> write_dataset([example], file, "openai-chat").examples
        1
        >>> read_dataset(file) == (example,)
        True
    """
    shape = _shape(form)
    left_out: dict[str, int] = {}
    count = 0
    make_private_folder(path.parent)
    with replace_whole(path, mode=USER_ONLY) as file:
        for example in examples:
            if reason := shape.lacks(example):
                left_out[reason] = left_out.get(reason, 0) + 1
                continue
            # Escaped where it is not printable: many readers take U+2028 for the end of a line.
            file.write(printable_json(orjson.dumps(shape.write(example))).encode() + b"\n")
            count += 1
    return WriteResult(path, count, left_out)


def read_dataset(path: Path, form: Format | None = None) -> tuple[Example, ...]:
    """Reads JSON lines.

    Args:
        path: The file, UTF-8.
        form: Default: each line's own, recognised by its fields.

    Raises:
        InputError: Every unusable line, with its number.
    """
    try:
        # Split at b"\n" only: str.splitlines() would also split at U+2028 inside a JSON string.
        lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    except OSError as error:
        raise InputError(
            Problem(f"cannot be read ({error.strerror or error})", "name a file of JSON lines", file=str(path))
        ) from None
    # An unknown form is an error even if the file has no line.
    wanted = None if form is None else _shape(form)
    examples: list[Example] = []
    problems: list[Problem] = []
    # Every bad line is collected: a user corrects them all in one go.
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            examples.append(_read_line(line, wanted))
        except _RemovedFormError as error:
            # Every other line is of that form too: one problem says it for the file.
            raise InputError(Problem(error.what, error.remedy, file=str(path), line=number)) from None
        except _LineError as error:
            problems.append(Problem(error.what, error.remedy, file=str(path), line=number, field=error.field))
    if not examples and not problems:
        problems.append(Problem("the file has no line", "name a file of JSON lines", file=str(path)))
    if problems:
        raise InputError(*problems)
    return tuple(examples)


class _LineError(Exception):
    """Unusable line of a data set."""

    def __init__(self, what: str, remedy: str, field: str | None = None) -> None:
        self.what, self.remedy, self.field = what, remedy, field
        super().__init__(what)


class _RemovedFormError(_LineError):
    """Line in a form that is no longer supported."""

    def __init__(self, form: str) -> None:
        super().__init__(f"the form {form} is no longer supported", f"use one of {', '.join(FORMATS)}")


@dataclass(frozen=True)
class _Shape:
    """One form: its writer, its reader and its marking fields."""

    name: Format
    marks: frozenset[str]
    write: Callable[[Example], dict[str, Any]]
    read: Callable[[Mapping[str, Any]], Example]
    needs_answer: bool = True

    def lacks(self, example: Example) -> str | None:
        if not example.messages:
            return "no question"
        if self.needs_answer and not example.answer:
            return "no answer"
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
    # Forms are told apart by fields that no other form has.
    shape = wanted or next((shape for shape in _SHAPES if shape.marks <= row.keys()), None)
    # A named form must fit each line: a mixed file is more likely a mistake than a wish.
    if shape is None or not shape.marks <= row.keys():
        # Checked last, for LangSmith's inputs may hold fields of any name.
        for form, marks in _REMOVED.items():
            if any(fields <= row.keys() for fields in marks):
                raise _RemovedFormError(form)
        known = "; ".join(f"{shape.name}: {', '.join(sorted(shape.marks))}" for shape in _SHAPES)
        what = f"the fields {', '.join(sorted(row)) or '(none)'} are of no form that is known"
        raise _LineError(what if wanted is None else f"no line of {wanted.name}", f"use the fields of one ({known})")
    return shape.read(row)


def _shape(form: str) -> _Shape:
    found = next((shape for shape in _SHAPES if shape.name == form), None)
    if found is None and form in _REMOVED:
        error = _RemovedFormError(form)
        raise InputError(Problem(error.what, error.remedy, field="format"))
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
        return Example(_check_question(messages, "messages"))
    return Example(_check_question(messages[:-1], "messages"), messages[-1].content)


_SHAPES = (
    _Shape("langsmith", frozenset({"inputs"}), _write_langsmith, _read_langsmith, needs_answer=False),
    _Shape("openai-chat", frozenset({"messages"}), _write_chat, _read_chat),
)

_REMOVED = {
    "openai-preference": (frozenset({"input", "preferred_output", "non_preferred_output"}),),
    "openai-evals": (frozenset({"item"}), frozenset({"input", "ideal"})),
}
"""Forms that earlier versions read and wrote, with the fields that mark a line of each."""


def _object(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = row.get(name)
    if not isinstance(value, dict):
        raise _LineError("is no object", "write a JSON object", name)
    return value


def _messages(value: object, place: str, *, asked: bool = True) -> tuple[Message, ...]:
    if not isinstance(value, list) or not value:
        raise _LineError("is no list of messages", 'write [{"role": …, "content": …}, …]', place)
    messages = tuple(_message(entry, f"{place}[{index}]") for index, entry in enumerate(value))
    return _check_question(messages, place) if asked else messages


def _check_question(messages: Sequence[Message], place: str) -> tuple[Message, ...]:
    if not messages or messages[-1].role != "user":
        raise _LineError("the last message before the answer is not the user's", "end it with what was asked", place)
    return tuple(messages)


def _message(entry: object, place: str) -> Message:
    if not isinstance(entry, dict):
        raise _LineError("is no message", 'write {"role": …, "content": …}', place)
    data = entry.get("data")
    inner = data if isinstance(data, dict) else entry  # LangChain writes {type, data}
    role = _ROLES.get(str(entry.get("role") or entry.get("type")))
    if role is None:
        raise _LineError("a message of an unknown role", f"use one of {', '.join(sorted({*_ROLES.values()}))}", place)
    return Message(role, _content(inner.get("content"), f"{place}.content"))


def _content(value: object, place: str) -> str:
    """Returns a message's text; joins parts if each is text."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value and all(isinstance(part, dict) for part in value):
        texts = [part.get("text") for part in value]
        if all(isinstance(text, str) for text in texts):
            return "".join(map(str, texts))
    raise _LineError("is no text", "messages here are text only", place)


def _one_text(inputs: Mapping[str, Any], place: str) -> tuple[Message, ...]:
    """Reads inputs that hold one text under any name."""
    texts = [value for name, value in inputs.items() if isinstance(value, str) and name not in _SOURCE]
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
    # LangSmith's outputs have no fixed field; these names are the usual ones, the first wins.
    texts = [outputs[name] for name in _ANSWER_FIELDS if isinstance(outputs.get(name), str)]
    if not texts and len(outputs) == 1:
        texts = [value for value in outputs.values() if isinstance(value, str)]
    if not texts:
        raise _LineError("holds no answer", f"write message, or one of {', '.join(_ANSWER_FIELDS)}", "outputs")
    return str(texts[0])


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _source_in(values: Mapping[str, Any]) -> dict[str, Any]:
    known = {attribute: _text(values.get(name)) for name, attribute in _SOURCE.items()}
    # Other tools use `label` for anything; only our three are decisions of an attorney.
    if known["label"] not in get_args(Label):
        known["label"] = None
    return known
