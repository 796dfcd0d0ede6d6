"""Texts of prompts: their placeholders, and what may and must be in them.

:data:`~workbench.drafting.prompts.context.PLACEHOLDERS` and :func:`required_placeholders` list these.
"""

from __future__ import annotations

import difflib
import re

from workbench.drafting.prompts.context import PLACEHOLDERS
from workbench.drafting.sections import PROMPTED_SECTIONS, find_prompt
from workbench.errors import InputError, Problem

SYSTEM = "system"
SYSTEMS: dict[str, str] = {"rfe_": "system_rfe_response", "letter_": "system_expert_letter"}
"""System messages of documents that are no petition, by the beginning of their prompts' ids."""
PLACEHOLDER = re.compile(r"\{\{(?P<name>[^{}]*)\}\}")
_STRAY = re.compile(r"\{\{|\}\}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""Characters that no prompt holds: terminal controls, and marks that turn the reading direction, with which an
attorney would see another text than the model."""

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


def normalise_text(source: str) -> str:
    """Normalises line ends and removes a byte order mark."""
    return source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


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
    problems += find_control_problems(text, file, first_line)
    return sorted(problems, key=lambda problem: problem.line or 0)


def find_control_problems(text: str, file: str, first_line: int) -> list[Problem]:
    """Finds control characters, as :func:`find_text_problems` does."""
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
    for match in PLACEHOLDER.finditer(text):
        name = match["name"].strip()
        used.add(name)
        if name not in PLACEHOLDERS:
            close = difflib.get_close_matches(name, PLACEHOLDERS, n=1)
            remedy = f"did you mean {{{{{close[0]}}}}}?" if close else f"use one of {', '.join(PLACEHOLDERS)}"
            line = body_line + text.count("\n", 0, match.start())
            problems.append(Problem(f"unknown placeholder {{{{{name}}}}}", remedy, file=file, line=line))
    # Blanks of the same length keep line numbers right.
    rest = PLACEHOLDER.sub(lambda match: " " * len(match[0]), text)
    for stray in _STRAY.finditer(rest):
        line = body_line + text.count("\n", 0, stray.start())
        problems.append(Problem(f"{stray[0]} without its other half", "write {{name}}", file=file, line=line))
    # A missing placeholder has no line of its own: the last line is where it can be added.
    last = body_line + text.rstrip().count("\n")
    absent = sorted(required_placeholders(section_id) - used)
    remedy = "add it where it belongs"
    problems += [Problem(f"placeholder {{{{{name}}}}} is missing", remedy, file=file, line=last) for name in absent]
    return problems
