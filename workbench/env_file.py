"""Settings in a file called ``.env``.

    # the firm's endpoint
    OPENAI_BASE_URL=https://llm.example/v1
    export WORKBENCH_MODEL="gpt-4.1"

The usual grammar: comments, ``export``, single and double quotes, values of several lines in quotes. Values are taken
as they are: ``$NAME`` is not replaced. python-dotenv is no dependency of the core, and skips lines that it cannot read.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from workbench.errors import InputError, Problem

FILE_NAME = ".env"

_LONGEST = 65_536
_LINE = re.compile(
    r"""[ \t]* (?: \#[^\n]* | (?:export[ \t]+)? (?P<name>[A-Za-z_][A-Za-z0-9_]*) [ \t]* = (?P<gap>[ \t]*)
        (?: '(?P<single>[^']*)' | "(?P<double>(?:[^"\\]|\\.)*)" | (?P<plain>[^'"\n][^\n]*)? )
        [ \t]* (?:\#[^\n]*)? )? (?=\n|\Z)""",
    re.VERBOSE | re.DOTALL,
)
_COMMENT = re.compile(r"[ \t]#.*")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_WRITE, _READ = 0o022, 0o044
_ROOT = 0
_OUR_PREFIX = "WORKBENCH_"
_SECRETS = ("KEY", "PASSWORD", "SECRET", "TOKEN", "REDIS_URL")


@dataclass(frozen=True)
class EnvFile:
    """Variables of one ``.env`` file.

    Attributes:
        path: The file, absolute.
        values: Value of each variable; an empty one counts as not set.
        lines: 1-based line of each variable.
        refusal: Reason that nothing of it may be taken, with the remedy; or empty.
        readable: Whether other users can read it.
    """

    path: Path
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    lines: Mapping[str, int] = field(default_factory=dict)
    refusal: str = ""
    readable: bool = False

    def choose(
        self, known: Collection[str], accepted: Container[str], given: Container[str], remedy: str
    ) -> tuple[dict[str, str], tuple[str, ...]]:
        """Chooses what is taken from the file.

        Args:
            known: Variables that the product reads.
            accepted: Those that may come from this file.
            given: Those that are set already, which win.
            remedy: What to do about one that may not come from it.

        Returns:
            The values, and lines that name what was taken, what was not, and why. No line holds a value.
        """
        if self.refusal:
            return {}, (self.refusal,)
        ours = {name: value for name, value in self.values.items() if name in known and name not in given and value}
        taken = {name: value for name, value in ours.items() if name in accepted}
        notes = [f"{self.path} gives {', '.join(taken)}"] if taken else []
        if left_out := [name for name in ours if name not in taken]:
            notes.append(f"{self.path}: not taken from there: {', '.join(left_out)}; {remedy}")
        for name in self.values:
            if name.startswith(_OUR_PREFIX) and name not in known:
                near = get_close_matches(name, known, n=1)
                what = f"did you mean {near[0]}?" if near else "remove the line"
                notes.append(f"{self.path}:{self.lines[name]}: no setting is called {name}; {what}")
        if self.readable and any(part in name for name in taken for part in _SECRETS):
            notes.append(f"{self.path} holds a secret and can be read by other users; run: chmod 600 {self.path}")
        return taken, tuple(notes)


def read_env_file(folder: Path) -> EnvFile | None:
    """Reads the ``.env`` of a folder; None where it has none.

    One that another user owns or could have written is not read: ``refusal`` says so.

    Raises:
        InputError: It is no text, is too long, or has a line that cannot be understood.
    """
    path = folder.absolute() / FILE_NAME
    try:
        if not path.is_file():  # a virtual environment may be a folder of that name
            return None
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if refusal := _find_refusal(path, status):
                return EnvFile(path, refusal=refusal)
            raw = file.read(_LONGEST + 1)
    except OSError as error:
        return EnvFile(path, refusal=f"{path} cannot be read ({error.strerror}); check its permissions")
    if len(raw) > _LONGEST:
        raise InputError(Problem("longer than 64 KB", "keep only settings in it", file=str(path)))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(Problem("is no UTF-8 text", "save it as UTF-8", file=str(path))) from None
    values, lines = _parse_lines(re.sub(r"\r\n?", "\n", text), str(path))
    readable = os.name == "posix" and bool(status.st_mode & _READ)
    return EnvFile(path, values, lines, readable=readable)


def _find_refusal(path: Path, status: os.stat_result) -> str:
    # On Windows owner and mode say nothing about other users.
    if os.name != "posix":
        return ""
    # root could change everything anyway.
    if status.st_uid not in {os.getuid(), _ROOT}:
        return f"{path} belongs to another user and is not read; copy what you need into a file of your own"
    if stat.S_IMODE(status.st_mode) & _WRITE:
        return f"{path} can be written to by other users and is not read; look at it, then chmod 600 {path}"
    return ""


def _parse_lines(text: str, file: str) -> tuple[dict[str, str], dict[str, int]]:
    values: dict[str, str] = {}
    lines: dict[str, int] = {}
    problems = []
    at, number = 0, 1
    while at < len(text):
        match = _LINE.match(text, at)
        if match is None:
            # Only the line is named: a key may stand in it.
            line = text[at:].split("\n", 1)[0]
            unclosed = re.match(r"[^=#]*=[ \t]*['\"]", line)
            what = "a quote is not closed, or text follows it" if unclosed else "no setting"
            problems.append(Problem(what, "write it like NAME=value", file=file, line=number))
            at, number = at + len(line) + 1, number + 1
            continue
        if match["name"]:
            values[match["name"]], lines[match["name"]] = _read_value(match), number
        at, number = match.end() + 1, number + match[0].count("\n") + 1
    if problems:
        raise InputError(*problems)
    return values, lines


def _read_value(match: re.Match[str]) -> str:
    if match["single"] is not None:
        return match["single"]
    if match["double"] is not None:
        return re.sub(r"\\(.)", lambda escape: _ESCAPES.get(escape[1], escape[1]), match["double"], flags=re.DOTALL)
    # A password may begin with the sign, so a comment has a blank before it.
    return _COMMENT.sub("", match["gap"] + (match["plain"] or "")).strip()
