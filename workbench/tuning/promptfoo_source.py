"""A configuration of promptfoo as it is written: the data, the line of each part of it, and its prompts as chats."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from workbench.case.source import dotted
from workbench.errors import InputError, Problem
from workbench.tuning.promptfoo import from_nunjucks

_LARGEST = 64 * 1024 * 1024
_DEEPEST = 40
Steps = tuple[str | int, ...]


@dataclass(frozen=True)
class ForeignPrompt:
    """One prompt of a configuration.

    Attributes:
        label: By which tests name it.
        user: The template of the section.
        system: The template of the system message, or None where it has none.
        path: Where in the file.
        identity: Its id, or None.
    """

    label: str
    user: str
    system: str | None
    path: Steps
    identity: str | None = None

    @property
    def place(self) -> str:
        """Where in the file, as messages say it."""
        return dotted(self.path)

    def answers_to(self, ref: str) -> bool:
        """Whether a test that names this means it; promptfoo's own rule."""
        names = [name for name in (self.label, self.identity) if name]
        if ref.endswith("*"):
            return ref in names or any(name.startswith(ref[:-1]) for name in names)
        return ref in names or any(name.startswith(f"{ref}:") for name in names)


@dataclass(frozen=True)
class PromptfooSource:
    """A configuration.

    Attributes:
        path: Its file.
        data: What is in it.
        root: The same as nodes, which know their lines.
    """

    path: Path
    data: dict[str, Any]
    root: yaml.Node

    @classmethod
    def read(cls, path: Path) -> PromptfooSource:
        """Reads a file.

        Raises:
            InputError: It cannot be read, or is no mapping in YAML.
        """
        file = str(path)
        try:
            if not path.is_file():  # a device or a pipe would be read for ever
                raise InputError(Problem("no such file", "name a configuration of promptfoo, in YAML", file=file))
            raw = path.read_bytes()
        except OSError as error:
            raise InputError(
                Problem(f"cannot be read ({error.strerror})", "check its permissions", file=file)
            ) from None
        if len(raw) > _LARGEST:
            raise InputError(Problem("larger than 64 MB", "split it", file=file))
        try:
            text = raw.decode("utf-8-sig")
            root = yaml.compose(text, Loader=yaml.SafeLoader)
            data = yaml.safe_load(text)
        except UnicodeDecodeError:
            raise InputError(Problem("is no UTF-8 text", "save it as UTF-8", file=file)) from None
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else None
            what = f"is no YAML ({getattr(error, 'problem', None) or type(error).__name__})"
            raise InputError(Problem(what, "correct it", file=file, line=line)) from None
        if not isinstance(data, dict) or root is None:
            what = "fields are wanted here, such as prompts and tests"
            raise InputError(Problem(what, "name a configuration of promptfoo", file=file, line=1))
        return cls(path, {str(name): value for name, value in data.items()}, root)

    def line(self, path: Sequence[str | int]) -> int:
        """The line of a place, or of the nearest one around it, from 1."""
        node = self.root
        line = 1
        for step in path[:_DEEPEST]:
            if isinstance(node, yaml.MappingNode):
                found = next(((key, value) for key, value in node.value if key.value == step), None)
                if found is None:
                    break
                line, node = found[0].start_mark.line + 1, found[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                line = node.start_mark.line + 1
            else:
                break
        return line

    def problem(self, path: Sequence[str | int], what: str, remedy: str) -> Problem:
        """A problem of a place."""
        return Problem(what, remedy, file=str(self.path), line=self.line(path), field=dotted(tuple(path)) or None)


def prompts_of(source: PromptfooSource) -> tuple[list[ForeignPrompt], list[Problem]]:
    """The prompts of a configuration, and what is wrong with the others."""
    entries = source.data.get("prompts")
    entries = [entries] if isinstance(entries, str) else entries
    if not isinstance(entries, list) or not entries:
        return [], [source.problem(("prompts",), "no list of prompts", "write prompts: [file://awards.json]")]
    prompts: list[ForeignPrompt] = []
    problems: list[Problem] = []
    for index, entry in enumerate(entries):
        path: Steps = ("prompts", index)
        body = entry if isinstance(entry, dict) else {"raw": entry}
        raw = body.get("raw", body.get("id"))
        if not isinstance(raw, str) or not raw.strip():
            problems.append(source.problem(path, "the prompt has no text", "write it, or name its file: file://…"))
            continue
        label = str(body.get("label") or body.get("id") or raw.strip().splitlines()[0][:60])
        try:
            prompts.append(_prompt(source, raw, label, path, body.get("id")))
        except _UnreadableError as error:
            problems.append(source.problem(path, error.what, error.remedy))
    return prompts, problems


class _UnreadableError(Exception):
    def __init__(self, what: str, remedy: str) -> None:
        self.what, self.remedy = what, remedy
        super().__init__(what)


def _prompt(source: PromptfooSource, raw: str, label: str, path: Steps, identity: object) -> ForeignPrompt:
    text = _text(source, raw)
    name = str(identity) if identity else None
    chat = _chat(text)
    if chat is None:
        return ForeignPrompt(label, from_nunjucks(text), None, path, name)
    by_role: dict[str, str] = {}
    for message in chat:
        role = message.get("role") if isinstance(message, dict) else None
        content = message.get("content") if isinstance(message, dict) else None
        role = "system" if role == "developer" else role
        if role not in ("system", "user") or not isinstance(content, str) or role in by_role:
            remedy = "keep one system message and one of the user, both text"
            raise _UnreadableError("a conversation that the workbench cannot have", remedy)
        by_role[role] = from_nunjucks(content)
    if "user" not in by_role:
        raise _UnreadableError("the prompt has no message of the user", "add it")
    return ForeignPrompt(label, by_role["user"], by_role.get("system"), path, name)


def _text(source: PromptfooSource, raw: str) -> str:
    """The prompt's own text; that of its file where it names one."""
    is_file = raw.startswith("file://") or ("\n" not in raw and raw.endswith((".txt", ".md", ".json", ".yaml", ".yml")))
    if not is_file:
        return raw
    file = source.path.parent / raw.removeprefix("file://")
    if file.suffix not in (".txt", ".md", ".json", ".yaml", ".yml"):
        raise _UnreadableError(f"a prompt that is computed ({file.name})", "write its text")
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _UnreadableError(f"its file {file.name} cannot be read ({error})", "correct the path") from None


def _chat(text: str) -> list[Any] | None:
    """The messages of a prompt that is a conversation, else None."""
    try:
        value = json.loads(text) if text.lstrip().startswith("[") else None
        if value is None and text.lstrip().startswith("- role:"):
            value = yaml.safe_load(text)
    except (ValueError, yaml.YAMLError, RecursionError):
        return None
    return value if isinstance(value, list) else None
