"""``case.yaml`` as text: plain values and their lines.

Only the plain part of YAML is read: mappings, lists and scalars. Anchors, aliases and tags are refused, so a small file
cannot unfold into a large one and no tag can build an object. Every scalar stays the text its author wrote (``no`` is
Norwegian, ``1984`` is a title) until the model says what it should be; only an empty value is None.

Source: YAML 1.1 as PyYAML reads it, https://yaml.org/spec/1.1/ .
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import yaml

from workbench.errors import Problem
from workbench.text.text_cache import cache_by_text

MAX_SOURCE_BYTES = 2_000_000
MAX_DEPTH = 40
"""A case nests twelve deep; the limit keeps a hostile file from exhausting Python's stack."""

Path = tuple[str | int, ...]

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NULL = {"", "~", "null", "Null", "NULL"}


@dataclass
class Source:
    """One parsed file.

    Attributes:
        name: The file's name as the user knows it.
        data: The root value: dicts, lists, text and None; None where the file could not be parsed.
        lines: 1-based line of each value, by path: the line of the key in a mapping, of the item in a list.
        problems: What is wrong with the YAML itself.
    """

    name: str
    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int | None:
        """Returns the line of a value.

        Where it does not stand in the file, that of the nearest value around it.
        """
        for end in range(len(path), -1, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return None

    def problem(self, path: Path, what: str, remedy: str) -> Problem:
        """Makes a problem of the value at that path."""
        return Problem(what=what, remedy=remedy, file=self.name, line=self.line(path), field=format_path(path) or None)


def format_path(path: Path) -> str:
    """Writes ``('exhibits', 3, 'file')`` as ``exhibits[3].file``.

    A key that is no plain name stands quoted in brackets.
    """
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif re.fullmatch(r"[\w-]{1,64}", step):
            text += f".{step}" if text else step
        else:
            text += f"[{quote_value(step)}]"
    return text


def quote_value(value: object) -> str:
    """Quotes a value for a message, on one short line."""
    longest = 60
    text = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def parse_source(raw: bytes, name: str) -> Source:
    """Reads the bytes of a ``case.yaml``.

    What is wrong with it stands in ``problems``, nothing is raised.

    Args:
        raw: The file's bytes.
        name: The file's name as the user knows it.
    """
    source = Source(name)
    try:
        root = _compose(_decode_yaml(raw))
    except _RefusedError as refused:
        source.problems.append(Problem(what=refused.what, remedy=refused.remedy, file=name, line=refused.line))
        return source
    # PyYAML counts lines from 0.
    source.lines[()] = root.start_mark.line + 1
    source.data = _plain(root, (), source)
    return source


class _RefusedError(Exception):
    """A file that is not read any further."""

    def __init__(self, line: int | None, what: str, remedy: str) -> None:
        self.line = line
        self.what = what
        self.remedy = remedy
        super().__init__(what)


def _decode_yaml(raw: bytes) -> str:
    if len(raw) > MAX_SOURCE_BYTES:
        raise _RefusedError(None, f"larger than {MAX_SOURCE_BYTES // 1_000_000} MB", "move long texts into exhibits")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _RefusedError(line, "not UTF-8 text", "save the file with the encoding UTF-8") from None


# A case is loaded again by each command and page that shows it; composing its nodes is what takes the time. They are
# only read, never changed.
@cache_by_text(8, longest=50_000)
def _compose(text: str) -> yaml.Node:
    # libyaml takes a tab where YAML asks for a space. That it takes a question mark within a flow list is no harm.
    if "\t" not in text:
        with suppress(yaml.YAMLError, ValueError, OverflowError):
            return _read_root(_FastLoader, text)
    try:
        return _read_root(_PlainLoader, text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _RefusedError(
            mark.line + 1 if mark else None,
            f"not valid YAML: {', '.join(part for part in (error.context, error.problem) if part)}",
            "check indentation, colons and quotation marks on this line and the one before",
        ) from None
    except yaml.reader.ReaderError as error:
        raise _RefusedError(
            text.count("\n", 0, error.position) + 1,
            "a character that YAML does not allow",
            "retype the line by hand, or save the file as plain UTF-8 text",
        ) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # an escape beyond Unicode is one
        raise _RefusedError(
            None, f"not valid YAML: {quote_value(str(error))}", "see docs/case-format.md for a small example"
        ) from None


def _read_root(loader_class: Callable[[str], Any], text: str) -> yaml.Node:
    loader = loader_class(text)
    try:
        root: yaml.Node | None = loader.get_single_node()
    finally:
        loader.dispose()
    if root is None:
        raise _RefusedError(1, "the file is empty", "start from the example in docs/case-format.md")
    return root


_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""That of libyaml, where PyYAML was built with it."""


class _RefusingComposer(yaml.composer.Composer):
    """PyYAML's composer, less aliases, anchors, tags and depth."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        # Before the node is composed: an alias would be resolved, and a tree built, by then.
        event = self.peek_event()  # type: ignore[attr-defined]
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise _RefusedError(
                event.start_mark.line + 1,
                f"YAML anchors and aliases (&, *) are not read: {quote_value(event.anchor)}",
                "write the value out, or put the text in quotation marks",
            )
        if getattr(event, "tag", None) is not None:
            raise _RefusedError(
                event.start_mark.line + 1,
                f"YAML tags are not read: {quote_value(event.tag)}",
                "remove the tag, or put the text in quotation marks",
            )
        if self._depth == MAX_DEPTH:
            raise _RefusedError(
                event.start_mark.line + 1, f"nested more than {MAX_DEPTH} deep", "remove the inner brackets"
            )
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1


class _PlainLoader(_RefusingComposer, yaml.SafeLoader):
    """Loader that places each error on the line where a reader would look for it."""


class _FastLoader(_RefusingComposer, _BASE):  # type: ignore[misc]
    """Loader of files without errors: libyaml is ten times faster, but places its errors on other lines."""

    def __init__(self, text: str) -> None:
        _BASE.__init__(self, text)
        yaml.composer.Composer.__init__(self)


def _plain(node: yaml.Node, path: Path, source: Source) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _read_mapping(node, path, source)
    if isinstance(node, yaml.SequenceNode):
        items = []
        for index, item in enumerate(node.value):
            source.lines[(*path, index)] = item.start_mark.line + 1
            items.append(_plain(item, (*path, index), source))
        return items
    text: str = node.value
    # A quoted "~" is text.
    if isinstance(node, yaml.ScalarNode) and not node.style and text in _NULL:
        return None
    # YAML's reader refuses raw ones, but an escape in a quoted scalar can name any.
    if _CONTROL.search(text):
        source.problems.append(
            source.problem(path, f"holds a control character: {quote_value(text)}", "remove it, or retype the text")
        )
        return _CONTROL.sub("", text)
    return text


def _read_mapping(node: yaml.MappingNode, path: Path, source: Source) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            place = Problem(
                what="a name that is itself a list or mapping",
                remedy="put the text in quotation marks if it begins with a bracket or brace",
                file=source.name,
                line=line,
                field=format_path(path) or None,
            )
            source.problems.append(place)
            continue
        key = _CONTROL.sub("", key_node.value)
        here = (*path, key)
        # PyYAML itself would keep the last of them in silence.
        if key in mapping:
            source.problems.append(
                Problem(
                    what=f"the field is given twice, first on line {source.lines[here]}",
                    remedy="keep one of the two",
                    file=source.name,
                    line=line,
                    field=format_path(here),
                )
            )
            continue
        source.lines[here] = line
        mapping[key] = _plain(value_node, here, source)
    return mapping
