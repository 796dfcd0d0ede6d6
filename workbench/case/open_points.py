"""Guesses and gaps of a case file, which its comments mark.

A program that takes a case in writes what it has guessed as a value with a comment, ``date: 2021-05-04  # GUESS: ...``,
and what it could not find as ``# OPEN: ...``. A person who has looked at the page removes the comment. The comments
change nothing in the case itself; see docs/decisions.md, "Guesses of the intake are comments in case.yaml".
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Collection, Iterator
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict

from workbench.case.source import Path, Source, format_path

_MARK = re.compile(r"#[ \t]{0,9}(GUESS|OPEN):")
_LINE_END = re.compile("[\n\x85\u2028\u2029]")
"""As PyYAML counts lines."""


class OpenPoint(BaseModel):
    """One guess or gap that a person has still to settle.

    Attributes:
        kind: ``guess``: a value that a program has read somewhere. ``open``: a value that is missing.
        field: Its field, exhibits by their id: ``exhibits.medal.date``; empty where the comment stands by itself.
        line: 1-based line in ``case.yaml``.
        value: The value as it stands, a group of fields with slashes between them; empty for a gap.
        reason: Words of the comment.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["guess", "open"]
    field: str
    line: int
    value: str
    reason: str

    def __str__(self) -> str:
        value = f" {self.value!r}" if self.value else ""
        place = self.field or f"line {self.line}"
        return f"{place}: guessed{value}; {self.reason}" if self.kind == "guess" else f"{place}: {self.reason}"


def find_open_points(raw: bytes, source: Source) -> tuple[OpenPoint, ...]:
    """Finds the marked comments of a case file, in its order.

    Args:
        raw: The file's bytes.
        source: The same, parsed without a problem.
    """
    return tuple(point for point, _, _ in _find_marks(_decode(raw), source))


def remove_open_points(raw: bytes, source: Source, fields: Collection[str]) -> bytes:
    """Returns a case file without the marked comments of some fields.

    Args:
        raw: The file's bytes.
        source: The same, parsed without a problem.
        fields: As :attr:`OpenPoint.field`.
    """
    text = _decode(raw)
    for point, start, end in reversed(list(_find_marks(text, source))):
        if point.field in fields:
            text = text[:start].rstrip(" \t") + text[end:]
    return text.encode()


def _decode(raw: bytes) -> str:
    return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")


def _find_marks(text: str, source: Source) -> Iterator[tuple[OpenPoint, int, int]]:
    """Yields each marked comment with its start and end in the text."""
    marks = list(_MARK.finditer(text))
    if not marks:  # most files, which need not be scanned again
        return
    paths: dict[int, Path] = {}
    for path, line in source.lines.items():
        # Of several fields on one line, as in {subject: she, ...}, the outermost is meant.
        if path and (line not in paths or len(path) < len(paths[line])):
            paths[line] = path
    comments = _Comments(text)
    line, counted, end = 1, 0, 0
    for mark in marks:
        if mark.start() < end:  # within the words of the one before
            continue
        line += len(_LINE_END.findall(text, counted, mark.start()))
        counted = mark.start()
        if not comments.holds(mark.start()):
            continue
        end = text.find("\n", mark.end())
        end = len(text) if end < 0 else end
        begins_line = not text[text.rfind("\n", 0, mark.start()) + 1 : mark.start()].strip()
        path = () if begins_line else paths.get(line, ())
        value = _value_at(source.data, path) if path else None
        point = OpenPoint(
            kind="guess" if mark[1] == "GUESS" else "open",
            field=name_field(source.data, path),
            line=line,
            value=_write_value(value),
            reason=text[mark.end() : end].strip(),
        )
        yield point, mark.start(), end


def name_field(data: Any, path: Path) -> str:
    """Writes a path with the ids of exhibits in place of their positions."""
    match path:
        case ("exhibits", int(index), *rest):
            exhibit_id = _value_at(data, ("exhibits", index, "id"))
            if isinstance(exhibit_id, str) and exhibit_id:
                return format_path(("exhibits", exhibit_id, *rest))
    return format_path(path)


def _write_value(value: Any) -> str:
    if isinstance(value, dict):
        return "/".join(one for one in value.values() if isinstance(one, str))
    return value if isinstance(value, str) else ""


def _value_at(data: Any, path: Path) -> Any:
    for step in path:
        is_there = step in data if isinstance(data, dict) else isinstance(data, list) and step in range(len(data))
        if not is_there:
            return None
        data = data[step]
    return data


class _Comments:
    """Comments of a YAML text: a ``#`` between its tokens, not within one."""

    def __init__(self, text: str) -> None:
        spans = sorted(_scalar_spans(text))
        self._text = text
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]

    def holds(self, place: int) -> bool:
        """Tells if a comment begins at some place."""
        before = bisect.bisect_right(self._starts, place) - 1
        is_inside = before >= 0 and place < self._ends[before]
        # A # directly behind a letter belongs to a word.
        return not is_inside and (place == 0 or self._text[place - 1] in " \t\n")


def _scalar_spans(text: str) -> Iterator[tuple[int, int]]:
    # libyaml's scanner is ten times as fast, and finds the same places in a file that PyYAML's own has read.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for token in yaml.scan(text, Loader=loader):
        if isinstance(token, yaml.ScalarToken):
            yield token.start_mark.index, token.end_mark.index
