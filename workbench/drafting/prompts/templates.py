"""Prompt templates and libraries of them.

A template is a file with front matter (:mod:`workbench.drafting.prompts.front_matter`) and a text with placeholders
such as ``{{beneficiary}}`` (:mod:`workbench.drafting.prompts.prompt_text`). A template that lacks what it needs is
refused when it is read, not when a run is under way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from workbench.drafting.prompts.context import describe_style, values_for
from workbench.drafting.prompts.front_matter import DIGEST_LETTERS, parse_front_matter, read_prompt
from workbench.drafting.prompts.prompt_text import (
    PLACEHOLDER,
    SYSTEM,
    SYSTEMS,
    find_system,
    find_text_problems,
    known_section,
    normalise_text,
)
from workbench.drafting.request import Assignment
from workbench.drafting.sections import find_prompt
from workbench.errors import InputError, Problem
from workbench.text.digest import text_digest

SHIPPED_FOLDER = Path(__file__).parent / "prompt_files"


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
        return frozenset(match["name"].strip() for match in PLACEHOLDER.finditer(self.text))

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
        return PLACEHOLDER.sub(lambda match: values[match["name"].strip()], self.text).strip() + "\n"

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
        front, body_line, problems = parse_front_matter(source, file, section_id)
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


def _digest(text: str) -> str:
    return text_digest(text)[:DIGEST_LETTERS]


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
