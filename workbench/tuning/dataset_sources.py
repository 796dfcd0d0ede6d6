"""Conversion between data sets and the workbench's own texts.

    golden      the attorney's approved sections of the golden cases
    approved    sections that were signed in real runs, beside the machine's draft

An export renders each question as an experiment would: the filing prompts, filled for the case as it is today. An
import writes answers as approved sections of golden cases, by which the promotion gate and the similarity scorer
measure.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from workbench.case.citation import ID_PATTERN
from workbench.case.loader import CASE_FILE
from workbench.case.search import MemoryManager
from workbench.config import Settings
from workbench.drafting.cleaning import clean_markdown
from workbench.drafting.prompts.templates import PromptLibrary
from workbench.drafting.prompts.versions import active_library
from workbench.drafting.request import Assignment
from workbench.drafting.sections import SECTIONS
from workbench.errors import InputError, Problem
from workbench.tuning.datasets import Example, Message
from workbench.tuning.experiment.drafting import assignment_for
from workbench.tuning.learning.lessons import lessons_for
from workbench.tuning.promotion.golden import APPROVED, golden_cases

SOURCES = ("golden", "approved")


@dataclass(frozen=True)
class ExampleSet:
    """Examples of one source.

    Attributes:
        examples: The examples.
        notes: One sentence for each text that was left out.
    """

    examples: tuple[Example, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlacedSections:
    """Result of importing examples as golden sections.

    Attributes:
        files: Approved sections that were written.
        notes: One sentence for each example that was left out.
    """

    files: tuple[Path, ...]
    notes: tuple[str, ...] = ()


def gather_examples(source: str, settings: Settings) -> ExampleSet:
    """Collects the examples of a source.

    Args:
        source: One of :data:`SOURCES`.
        settings: For the cases, runs and prompts.

    Raises:
        InputError: An unknown source; ``golden`` without golden cases, or with faults in them.
        StoreUnavailableError: The store cannot be reached.
    """
    if source == "golden":
        return ExampleSet(tuple(_golden_examples(settings)))
    if source == "approved":
        return _approved_examples(settings)
    raise InputError(Problem(f"unknown source {source!r}", f"use one of {', '.join(SOURCES)}", field="from"))


def render_question(assignment: Assignment, prompts: PromptLibrary) -> tuple[Message, ...]:
    """Renders the messages for an assignment, at full length."""
    system, user = prompts.render(assignment)
    return Message("system", system), Message("user", user)


def _golden_examples(settings: Settings) -> Iterator[Example]:
    cases = golden_cases(settings)
    if not cases:
        what = "there are no golden cases"
        raise InputError(Problem(what, "set WORKBENCH_GOLDEN to the folder that has them", field="WORKBENCH_GOLDEN"))
    prompts = active_library(settings)
    # One search index a case: building it reads every exhibit.
    for golden in cases:
        with MemoryManager(golden.case) as memory:
            for section_id, text in golden.approved.items():
                assignment = assignment_for(golden.case, section_id, settings=settings, memory=memory)
                yield Example(
                    render_question(assignment, prompts),
                    answer=text,
                    case_id=golden.case.case_id,
                    section_id=section_id,
                    prompt_version=prompts.version(section_id),
                    label="approved",
                )


def _approved_examples(settings: Settings) -> ExampleSet:
    prompts = active_library(settings)
    examples: list[Example] = []
    # A dict keeps order and drops repeats: one run may be left out of several sections.
    notes: dict[str, None] = {}
    for section_id in SECTIONS:
        lessons, left_out = lessons_for(settings, section_id)
        notes |= dict.fromkeys(left_out)
        examples += [
            Example(
                render_question(lesson.assignment, prompts),
                answer=lesson.approved,
                draft=lesson.draft,
                case_id=lesson.place[0],
                section_id=section_id,
                prompt_version=prompts.version(section_id),
                label="approved" if lesson.draft == lesson.approved else "edited",
                note=lesson.said or None,
            )
            for lesson in lessons
        ]
    return ExampleSet(tuple(examples), tuple(notes))


def place_as_golden(examples: Iterable[Example], folder: Path) -> PlacedSections:
    """Writes answers as approved sections of golden cases.

    The files are ``<folder>/<case>/approved/<section>.md``. An existing text stays. Examples without a case, a section
    or an answer, and rejected ones, are left out with a note.

    Args:
        examples: Examples of a data set.
        folder: ``WORKBENCH_GOLDEN``, or the folder to become it. Files are readable by their user only.

    Raises:
        OSError: A file cannot be written.
    """
    files: list[Path] = []
    notes: dict[str, None] = {}
    for number, example in enumerate(examples, start=1):
        case_id, section_id = example.case_id or "", example.section_id or ""
        if reason := _find_obstacle(example):
            notes[f"example {number} is left out: {reason}"] = None
            continue
        # Cleaned as drafts are, or the similarity scorer would compare headings and fences.
        text = clean_markdown(example.answer or "", title=SECTIONS[section_id].title)
        file = folder / case_id / APPROVED / f"{section_id}.md"
        if file.exists():
            # The approved text is the attorney's; an import never overwrites it.
            if file.read_text(encoding="utf-8") != text:
                notes[f"example {number} is left out: {file} holds another text"] = None
            continue
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # O_EXCL: a file that appeared since the check above must not be lost.
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            stream.write(text)
        files.append(file)
        if not (folder / case_id / CASE_FILE).is_file():
            notes[f"{folder / case_id} has no {CASE_FILE} yet: copy the case's folder there"] = None
    return PlacedSections(tuple(files), tuple(notes))


def _find_obstacle(example: Example) -> str | None:
    """Returns the reason against placing an example, or None."""
    if not re.fullmatch(ID_PATTERN, example.case_id or ""):
        return "it names no case"
    if example.section_id not in SECTIONS:
        return "it names no section"
    if example.label == "rejected":
        return "its text was rejected"
    if not clean_markdown(example.answer or "", title=SECTIONS[example.section_id].title):
        return "it has no answer"
    return None
