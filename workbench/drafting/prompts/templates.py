"""Prompt templates and libraries of them.

A template is a file with front matter (``section``, ``note``, ``author``; of a kept version also ``date`` and
``parent``) and a text with placeholders such as ``{{beneficiary}}``. :data:`PLACEHOLDERS` and
:func:`required_placeholders` list what may and must be in it. A template that differs is refused when it is read,
not when a run is under way.
"""

from __future__ import annotations

import difflib
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from workbench.drafting.prompts.context import PLACEHOLDERS, describe_style, values_for
from workbench.drafting.request import Assignment
from workbench.drafting.sections import PROMPTED_SECTIONS, find_prompt
from workbench.errors import InputError, Problem
from workbench.text.digest import text_digest

SYSTEM = "system"
SYSTEMS: dict[str, str] = {"rfe_": "system_rfe_response", "letter_": "system_expert_letter"}
"""System messages of documents that are no petition, by the beginning of their prompts' ids."""
SHIPPED_FOLDER = Path(__file__).parent / "prompt_files"

_PLACEHOLDER = re.compile(r"\{\{(?P<name>[^{}]*)\}\}")
_STRAY = re.compile(r"\{\{|\}\}")
_FRONT_MATTER = re.compile(r"\A---\n(?P<fields>.*?)\n---\n", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""Characters that no prompt holds: terminal controls, and marks that turn the reading direction, with which an
attorney would see another text than the model."""
_REQUIRED = ("section", "note", "author")
_FRONT_FIELDS = (*_REQUIRED, "date", "parent")
_DIGEST_LETTERS = 12
_REF = re.compile(rf"(?P<section>[a-z_]+)@(?P<digest>[0-9a-f]{{{_DIGEST_LETTERS}}})")

MAX_PROMPT_BYTES = 262_144
"""Some 60,000 tokens: more than any prompt needs, and little enough to read at every start."""


_REQUIRED_OF: dict[str, frozenset[str]] = {
    # Without the officer's own words a model answers another question.
    "rfe_request": frozenset({"request", "passages"}),
    "rfe_intro": frozenset({"requests"}),
    "rfe_statement": frozenset({"requests"}),
    # Without them a model makes up how the signer knows the work.
    "letter_signer": frozenset({"signer"}),
    "letter_relation": frozenset({"signer"}),
    "letter_opinion": frozenset({"signer", "opinion"}),
    "letter_closing": frozenset({"signer"}),
}


def find_system(section_id: str) -> str:
    """Returns the id of the system message that goes with a section's prompt."""
    prompt = find_prompt(section_id)
    return next((system for start, system in SYSTEMS.items() if prompt.startswith(start)), SYSTEM)


def required_placeholders(section_id: str) -> frozenset[str]:
    """Returns the placeholders that a section's template must contain."""
    if section_id in {SYSTEM, *SYSTEMS.values()}:
        return frozenset({"reference", "pronouns", "field_of_endeavor"})
    section_id = find_prompt(section_id)
    spec = PROMPTED_SECTIONS[section_id]
    required = {"section_title", "facts", "words", "revision", "instruction"} | _REQUIRED_OF.get(
        section_id, frozenset()
    )
    # Without the regulation's own words a model argues a standard from memory.
    if spec.criterion is not None:
        required |= {"regulation", "elements", "passages"}
    if spec.after:
        required |= {"earlier"}
    return frozenset(required)


@dataclass(frozen=True)
class PromptTemplate:
    r"""Checked prompt.

    Attributes:
        section_id: The section it drafts, or ``system``.
        text: The template, front matter removed.
        front: The front matter's fields: ``section``, ``note``, ``author``, and ``date`` and ``parent`` if present.
        digest: The first 12 hexadecimal digits of the sha256 of the text, UTF-8.
        version: ``awards@0123456789ab``: the section and the digest.
        source: The whole file, front matter and text: what :meth:`parse` reads.

    Examples:
        >>> template = PromptTemplate("awards", "Draft {{facts}} in {{words}} words.")
        >>> sorted(template.placeholders)
        ['facts', 'words']
        >>> template.render({"facts": "the medal", "words": "200"})
        'Draft the medal in 200 words.\n'
    """

    section_id: str
    text: str
    front: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Digest of the text, 12 hexadecimal digits."""
        return _digest(self.text)

    @property
    def version(self) -> str:
        """Section and digest."""
        return f"{self.section_id}@{self.digest}"

    @property
    def source(self) -> str:
        """Whole file, front matter and text."""
        rows = "".join(f"{name}: {value}\n" for name, value in self.front.items())
        return f"---\n{rows}---\n{self.text}"

    @property
    def placeholders(self) -> frozenset[str]:
        """Names of the placeholders."""
        return frozenset(match["name"].strip() for match in _PLACEHOLDER.finditer(self.text))

    def render(self, values: Mapping[str, str]) -> str:
        """Fills the placeholders.

        A value that itself contains ``{{`` is not filled again.

        Raises:
            InputError: A placeholder has no value.
        """
        missing = sorted(self.placeholders - values.keys())
        if missing:
            raise InputError(
                *(Problem(f"no value for {{{{{name}}}}}", "give one", field=self.section_id) for name in missing)
            )
        # One pass: a value's own braces are text of the case, not placeholders.
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
        source = normalise_text(source)
        front, body_line, problems = _front_matter(source, file, section_id)
        text = source.split("\n", body_line - 1)[-1]
        problems += find_text_problems(text, file, section_id, body_line)
        if problems:
            raise InputError(*problems)
        return cls(section_id=section_id, text=text.strip() + "\n", front=front)


class PromptLibrary:
    """Prompts of every section, and their common system message.

    Args:
        templates: By section id, ``system`` included.

    Examples:
        >>> library = PromptLibrary.shipped()
        >>> library.version("awards") == f"{library.template('awards').version}+{library.template('system').digest}"
        True
    """

    def __init__(self, templates: Mapping[str, PromptTemplate]) -> None:
        self._templates = dict(templates)

    @classmethod
    def shipped(cls, override: Path | None = None) -> PromptLibrary:
        """Returns the package's prompts.

        Args:
            override: Folder whose files ``<section>.md`` replace some of them, or None.

        Raises:
            InputError: A template that cannot be used, or a file in ``override`` that is no section's.
        """
        library = cls(_read_folder(SHIPPED_FOLDER))
        return library if override is None else library.with_folder(override)

    def with_folder(self, folder: Path) -> PromptLibrary:
        """Returns a library in which a folder's files replace prompts.

        Args:
            folder: Folder with files ``<section>.md``.

        Raises:
            InputError: There is no such folder, a template cannot be used, or a file is no section's.
        """
        if not folder.is_dir():
            raise InputError(Problem("no such folder of prompts", "name a folder with .md templates", file=str(folder)))
        return PromptLibrary({**self._templates, **_read_folder(folder)})

    def with_templates(self, *templates: PromptTemplate) -> PromptLibrary:
        """Returns a library with some prompts replaced."""
        return PromptLibrary({**self._templates, **{template.section_id: template for template in templates}})

    @property
    def sources(self) -> dict[str, str]:
        """Contents of the prompt files by section id."""
        return {section_id: template.source for section_id, template in self._templates.items()}

    def with_sources(self, sources: Mapping[str, str]) -> PromptLibrary:
        """Returns a library with some prompts replaced.

        Args:
            sources: Contents of the new files, by section id or ``system``.

        Raises:
            InputError: One of them cannot be used.
        """
        new = {
            section_id: PromptTemplate.parse(source, file=f"{section_id}.md", section_id=section_id)
            for section_id, source in sources.items()
        }
        return PromptLibrary({**self._templates, **new})

    def template(self, section_id: str) -> PromptTemplate:
        """Returns the prompt of a section, or of ``system``.

        Raises:
            InputError: There is none.
        """
        try:
            return self._templates[find_prompt(section_id)]
        except KeyError:
            raise InputError(
                Problem(f"no prompt for section {section_id!r}", "add its template", field="prompts")
            ) from None

    def version(self, section_id: str) -> str:
        """Returns the version that a draft records.

        ``awards@0123456789ab+ba9876543210``: the first digest is the section's template's, the second the system
        message's; each names a file.
        """
        if section_id in {SYSTEM, *SYSTEMS.values()}:
            return self.template(section_id).version
        # Both texts shape a draft: a change of the system message is another version.
        return f"{self.template(section_id).version}+{self.template(find_system(section_id)).digest}"

    def matches_version(self, section_id: str, version: str | None) -> bool:
        """Tells if these prompts wrote a draft of a version.

        Runs of earlier releases recorded one digest over both texts: theirs is compared as such.
        """
        if version is not None and "+" not in version:
            # Digest of releases before the two-digest form; those runs still exist.
            both = f"{self.template(SYSTEM).text}\x00{self.template(section_id).text}"
            return version == f"{section_id}@{_digest(both)}"
        return version == self.version(section_id)

    def render(self, assignment: Assignment) -> tuple[str, str]:
        """Renders system message and user message for an assignment."""
        values = values_for(assignment)
        user = self.template(assignment.section.section_id).render(values)
        if style := describe_style(assignment.style):
            user = f"{user}\n{style}"
        return self.template(find_system(assignment.section.section_id)).render(values), user


def normalise_text(source: str) -> str:
    """Normalises line ends and removes a byte order mark."""
    return source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


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


def known_section(section_id: str, *, file: str | None = None) -> str:
    """Returns the id if it is a section's or ``system``.

    Raises:
        InputError: It is neither.
    """
    known = [SYSTEM, *SYSTEMS.values(), *PROMPTED_SECTIONS]
    if section_id in known:
        return section_id
    # A misspelt file name would otherwise be a prompt that silently is not used.
    close = difflib.get_close_matches(section_id, known, n=1)
    ending = ".md" if file is not None else ""
    remedy = f"did you mean {close[0]}{ending}?" if close else f"use one of {', '.join(known)}"
    raise InputError(Problem(f"no section is called {section_id!r}", remedy, file=file))


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


def _digest(text: str) -> str:
    return text_digest(text)[:_DIGEST_LETTERS]


def _read_folder(folder: Path) -> dict[str, PromptTemplate]:
    templates: dict[str, PromptTemplate] = {}
    problems: list[Problem] = []
    for file in sorted(folder.glob("*.md")):
        try:
            section_id = known_section(file.stem, file=str(file))
            templates[section_id] = PromptTemplate.parse(read_prompt(file), file=str(file), section_id=section_id)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(*problems)
    return templates


def _front_matter(source: str, file: str, section_id: str) -> tuple[dict[str, str], int, list[Problem]]:
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
        problems += _control_problems(row, file, line)
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


def find_text_problems(text: str, file: str, section_id: str, first_line: int = 1) -> list[Problem]:
    """Finds the problems of a template's text.

    Unknown, missing and unclosed placeholders, and control characters.

    Args:
        text: Without the front matter.
        file: Its name, for messages.
        section_id: The section it drafts, or ``system``.
        first_line: The line of the file on which the text begins.
    """
    problems = _placeholder_problems(text, file, section_id, first_line)
    problems += _control_problems(text, file, first_line)
    return sorted(problems, key=lambda problem: problem.line or 0)


def _control_problems(text: str, file: str, first_line: int) -> list[Problem]:
    return [
        Problem(
            f"control character {match[0]!a}",
            "remove it",
            file=file,
            line=first_line + text.count("\n", 0, match.start()),
        )
        for match in _CONTROL.finditer(text)
    ]


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
    # Blanks of the same length keep line numbers right.
    rest = _PLACEHOLDER.sub(lambda match: " " * len(match[0]), text)
    for stray in _STRAY.finditer(rest):
        line = body_line + text.count("\n", 0, stray.start())
        problems.append(Problem(f"{stray[0]} without its other half", "write {{name}}", file=file, line=line))
    # A missing placeholder has no line of its own: the last line is where it can be added.
    last = body_line + text.rstrip().count("\n")
    absent = sorted(required_placeholders(section_id) - used)
    remedy = "add it where it belongs"
    problems += [Problem(f"placeholder {{{{{name}}}}} is missing", remedy, file=file, line=last) for name in absent]
    return problems
