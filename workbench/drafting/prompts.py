"""Prompt templates: one Markdown file a section and one for the system message, placeholders named and checked.

A template is a file with front matter (``section``, ``note``, ``author``) and a text with placeholders such as
``{{beneficiary}}``. What may be written there, and what must, is listed in :data:`PLACEHOLDERS` and
:func:`required_placeholders`; a template that differs is refused when it is read, not when a run is under way.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from workbench.config import PACKAGE_FOLDER
from workbench.drafting.brief import PLACEHOLDERS, values_for
from workbench.drafting.request import Assignment
from workbench.drafting.sections import SECTIONS
from workbench.errors import InputError, Problem

SYSTEM = "system"
SHIPPED_FOLDER = PACKAGE_FOLDER / "drafting" / "prompt_files"

_PLACEHOLDER = re.compile(r"\{\{(?P<name>[^{}]*)\}\}")
_STRAY = re.compile(r"\{\{|\}\}")
_FRONT_MATTER = re.compile(r"\A---\n(?P<fields>.*?)\n---\n", re.DOTALL)
_FRONT_FIELDS = ("section", "note", "author")
_DIGEST_LETTERS = 12


def required_placeholders(section_id: str) -> frozenset[str]:
    """What a template of that section must contain."""
    if section_id == SYSTEM:
        return frozenset({"reference", "pronouns", "field_of_endeavor"})
    spec = SECTIONS[section_id]
    required = {"section_title", "facts", "words", "revision", "instruction"}
    if spec.criterion is not None:
        required |= {"regulation", "elements", "passages"}
    if spec.after:
        required |= {"earlier"}
    return frozenset(required)


@dataclass(frozen=True)
class PromptTemplate:
    """One prompt, checked.

    Attributes:
        section_id: The section it drafts, or ``system``.
        text: The template, front matter removed.
        front: The front matter's fields: ``section``, ``note``, ``author``.
        version: ``awards@0123456789ab``: the section and the beginning of the sha256 of the text.
    """

    section_id: str
    text: str
    front: Mapping[str, str] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """See the class."""
        return f"{self.section_id}@{hashlib.sha256(self.text.encode()).hexdigest()[:_DIGEST_LETTERS]}"

    @property
    def placeholders(self) -> frozenset[str]:
        """The names used."""
        return frozenset(match["name"].strip() for match in _PLACEHOLDER.finditer(self.text))

    def render(self, values: Mapping[str, str]) -> str:
        """The prompt with its values; a value that itself contains ``{{`` stands as it is.

        Raises:
            InputError: A placeholder has no value.
        """
        missing = sorted(self.placeholders - values.keys())
        if missing:
            raise InputError(
                *(Problem(f"no value for {{{{{name}}}}}", "give one", field=self.section_id) for name in missing)
            )
        return _PLACEHOLDER.sub(lambda match: values[match["name"].strip()], self.text).strip() + "\n"

    @classmethod
    def parse(cls, source: str, *, file: str, section_id: str) -> PromptTemplate:
        """Reads and checks a template file.

        Args:
            source: The file's text.
            file: Its name, for messages.
            section_id: The section that the file's name promises, or ``system``.

        Raises:
            InputError: Every unknown, missing or unclosed placeholder and fault of the front matter, with its line.
        """
        source = source.replace("\r\n", "\n").removeprefix("\ufeff")
        front, body_line, problems = _front_matter(source, file, section_id)
        text = source.split("\n", body_line - 1)[-1]
        problems += _placeholder_problems(text, file, section_id, body_line)
        if problems:
            raise InputError(*problems)
        return cls(section_id=section_id, text=text.strip() + "\n", front=front)


class PromptLibrary:
    """The prompts of every section, and the system message that they share.

    Args:
        templates: By section id, ``system`` included.
    """

    def __init__(self, templates: Mapping[str, PromptTemplate]) -> None:
        self._templates = dict(templates)

    @classmethod
    def shipped(cls, override: Path | None = None) -> PromptLibrary:
        """The prompts of the package, each replaced by the file of the same name in ``override``, where there is one.

        Raises:
            InputError: A template that cannot be used, or a file in ``override`` that is no section's.
        """
        templates: dict[str, PromptTemplate] = {}
        problems: list[Problem] = []
        for file in _files(override):
            section_id = file.stem
            if section_id != SYSTEM and section_id not in SECTIONS:
                close = difflib.get_close_matches(section_id, [SYSTEM, *SECTIONS], n=1)
                remedy = f"did you mean {close[0]}.md?" if close else "name it after a section"
                problems.append(Problem(f"no section is called {section_id!r}", remedy, file=str(file)))
                continue
            try:
                source = file.read_text(encoding="utf-8")
                templates[section_id] = PromptTemplate.parse(source, file=str(file), section_id=section_id)
            except InputError as error:
                problems += error.problems
            except (OSError, UnicodeDecodeError) as error:
                problems.append(Problem(f"cannot be read ({error})", "save it as UTF-8 text", file=str(file)))
        if problems:
            raise InputError(*problems)
        return cls(templates)

    def with_sources(self, sources: Mapping[str, str]) -> PromptLibrary:
        """The same prompts, some replaced.

        Args:
            sources: What the files of the new ones hold, by section id or ``system``.

        Raises:
            InputError: One of them cannot be used.
        """
        new = {
            section_id: PromptTemplate.parse(source, file=f"{section_id}.md", section_id=section_id)
            for section_id, source in sources.items()
        }
        return PromptLibrary({**self._templates, **new})

    def template(self, section_id: str) -> PromptTemplate:
        """The prompt of a section, or the ``system`` message.

        Raises:
            InputError: There is none.
        """
        try:
            return self._templates[section_id]
        except KeyError:
            raise InputError(
                Problem(f"no prompt for section {section_id!r}", "add its template", field="prompts")
            ) from None

    def version(self, section_id: str) -> str:
        """The version that a draft records: it changes with the section's template and with the system message.

        ``awards@`` and the beginning of the sha256 over both texts.
        """
        both = f"{self.template(SYSTEM).text}\x00{self.template(section_id).text}"
        return f"{section_id}@{hashlib.sha256(both.encode()).hexdigest()[:_DIGEST_LETTERS]}"

    def render(self, assignment: Assignment) -> tuple[str, str]:
        """The system message and the user message for an assignment."""
        values = values_for(assignment)
        return self.template(SYSTEM).render(values), self.template(assignment.section.section_id).render(values)


def _files(override: Path | None) -> list[Path]:
    files = {file.name: file for file in sorted(SHIPPED_FOLDER.glob("*.md"))}
    if override is not None:
        if not override.is_dir():
            raise InputError(
                Problem("no such folder of prompts", "name a folder with .md templates", file=str(override))
            )
        files |= {file.name: file for file in sorted(override.glob("*.md"))}
    return list(files.values())


def _front_matter(source: str, file: str, section_id: str) -> tuple[dict[str, str], int, list[Problem]]:
    """The fields, the line on which the body begins, and what is wrong."""
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
        if not colon or name.strip() not in _FRONT_FIELDS:
            problems.append(
                Problem(f"unknown field {name.strip()!r}", f"use {', '.join(_FRONT_FIELDS)}", file=file, line=line)
            )
        front[name.strip()] = value.strip()
    absent = [name for name in _FRONT_FIELDS if not front.get(name)]
    problems += [Problem(f"front matter without {name!r}", "add it", file=file, line=1) for name in absent]
    if front.get("section") and front["section"] != section_id:
        what = f"section {front['section']!r} in the file of section {section_id!r}"
        problems.append(Problem(what, "let the two agree", file=file, line=1))
    return front, source[: match.end()].count("\n") + 1, problems


def _placeholder_problems(text: str, file: str, section_id: str, body_line: int) -> list[Problem]:
    problems: list[Problem] = []
    used: set[str] = set()
    for match in _PLACEHOLDER.finditer(text):
        name = match["name"].strip()
        used.add(name)
        if name not in PLACEHOLDERS:
            close = difflib.get_close_matches(name, PLACEHOLDERS, n=1)
            remedy = f"did you mean {{{{{close[0]}}}}}?" if close else f"use one of {', '.join(PLACEHOLDERS)}"
            line = body_line + text.count("\n", 0, match.start())
            problems.append(Problem(f"unknown placeholder {{{{{name}}}}}", remedy, file=file, line=line))
    rest = _PLACEHOLDER.sub(lambda match: " " * len(match[0]), text)
    for stray in _STRAY.finditer(rest):
        line = body_line + text.count("\n", 0, stray.start())
        problems.append(Problem(f"{stray[0]} without its other half", "write {{name}}", file=file, line=line))
    last = body_line + text.rstrip().count("\n")
    absent = sorted(required_placeholders(section_id) - used)
    remedy = "add it where it belongs"
    problems += [Problem(f"placeholder {{{{{name}}}}} is missing", remedy, file=file, line=last) for name in absent]
    return sorted(problems, key=lambda problem: problem.line or 0)
