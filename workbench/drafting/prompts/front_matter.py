"""Files of prompts: reading them, and their front matter.

Its fields are ``section``, ``note`` and ``author``; of a kept version also ``date`` and ``parent``.
"""

from __future__ import annotations

import os
import re
import stat
from datetime import datetime
from pathlib import Path

from workbench.drafting.prompts.prompt_text import find_control_problems
from workbench.errors import InputError, Problem

_FRONT_MATTER = re.compile(r"\A---\n(?P<fields>.*?)\n---\n", re.DOTALL)
_REQUIRED = ("section", "note", "author")
_FRONT_FIELDS = (*_REQUIRED, "date", "parent")
DIGEST_LETTERS = 12
_REF = re.compile(rf"(?P<section>[a-z_]+)@(?P<digest>[0-9a-f]{{{DIGEST_LETTERS}}})")

MAX_PROMPT_BYTES = 262_144
"""Some 60,000 tokens: more than any prompt needs, and little enough to read at every start."""


def split_front(source: str) -> tuple[dict[str, str], str, int]:
    """Splits a file into front matter and text.

    Returns:
        The fields, none if there is no front matter; the text; and the line on which it begins.
    """
    match = _FRONT_MATTER.match(source)
    rows = [row.partition(":") for row in match["fields"].split("\n")] if match is not None else []
    fields = {name.strip(): value.strip() for name, _, value in rows}
    if match is None or "section" not in fields:  # a Markdown rule above a text is no front matter
        return {}, source, 1
    return fields, source[match.end() :], source[: match.end()].count("\n") + 1


def read_prompt(path: Path) -> str:
    """Reads a prompt file's text.

    Raises:
        InputError: It is no file of its own (a link, a pipe), too large, or not UTF-8.
    """
    try:
        waiting = getattr(os, "O_NONBLOCK", 0)  # opening a pipe must not wait for its writer
        with os.fdopen(os.open(path, os.O_RDONLY | waiting), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise InputError(Problem("is no file", "keep the prompt itself there", file=str(path)))
            # One byte more than allowed shows that the file is too large without reading all of it.
            raw = file.read(MAX_PROMPT_BYTES + 1)
        if len(raw) > MAX_PROMPT_BYTES:
            raise InputError(Problem(f"larger than {MAX_PROMPT_BYTES // 1024} KiB", "shorten it", file=str(path)))
        return raw.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(Problem(f"cannot be read ({error})", "save it as UTF-8 text", file=str(path))) from None


def parse_front_matter(source: str, file: str, section_id: str) -> tuple[dict[str, str], int, list[Problem]]:
    """Parses the front matter: fields, first body line, problems."""
    match = _FRONT_MATTER.match(source)
    if match is None:
        problem = Problem(
            "no front matter", "begin the file with --- and section:, note:, author:, then ---", file=file, line=1
        )
        return {}, 1, [problem]
    front: dict[str, str] = {}
    problems: list[Problem] = []
    for line, row in enumerate(match["fields"].split("\n"), start=2):
        name, colon, value = row.partition(":")
        name, value = name.strip(), value.strip()
        problems += find_control_problems(row, file, line)
        if not colon or name not in _FRONT_FIELDS:
            problems.append(Problem(f"unknown field {name!r}", f"use {', '.join(_FRONT_FIELDS)}", file=file, line=line))
        # A dict would keep the last one silently.
        elif name in front:
            problems.append(Problem(f"the field {name!r} is given twice", "keep one", file=file, line=line))
        elif name in _FORMS and not _FORMS[name][0](section_id, value):
            problems.append(Problem(f"{value!r} is no {name}", _FORMS[name][1], file=file, line=line))
        # Unknown fields are kept, too, so that one fault does not cause a second message.
        front[name] = value
    absent = [name for name in _REQUIRED if not front.get(name)]
    problems += [Problem(f"front matter without {name!r}", "add it", file=file, line=1) for name in absent]
    if front.get("section") and front["section"] != section_id:
        what = f"section {front['section']!r} in the file of section {section_id!r}"
        problems.append(Problem(what, "let the two agree", file=file, line=1))
    return front, source[: match.end()].count("\n") + 1, problems


def _is_moment(_section_id: str, value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_parent(section_id: str, value: str) -> bool:
    match = _REF.fullmatch(value)
    return match is not None and match["section"] == section_id


_FORMS = {
    "date": (_is_moment, "write it as 2026-11-24T13:45:00Z"),
    "parent": (_is_parent, "name a version of the same section: awards@0123456789ab"),
}
"""Checks and remedies of the optional fields."""
