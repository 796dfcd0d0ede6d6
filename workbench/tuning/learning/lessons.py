"""Lessons: approved sections of real runs, with their cases.

Golden cases are left out: the promotion gate measures on them, and a prompt that has learnt from its own measure
would pass by heart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workbench.case.loader import load_case
from workbench.case.model import Case
from workbench.case.search import MemoryManager
from workbench.config import Settings
from workbench.drafting.prompts.prompt_text import SYSTEM
from workbench.drafting.request import Assignment
from workbench.errors import InputError, StoreError
from workbench.tuning.experiment.drafting import assignment_for
from workbench.tuning.learning.feedback import FeedbackRow, approved_pairs, read_examples
from workbench.tuning.promotion.golden import golden_cases
from workbench.workflow.run_factory import add_run_exhibits
from workbench.workflow.run_folder import RunFolder

_FEWEST_TO_SPLIT = 6


@dataclass(frozen=True)
class Lesson:
    """One section of one case, as it was signed.

    Attributes:
        assignment: The assignment, as a run would get it today.
        draft: The machine's draft.
        approved: The text that the attorney signed.
        said: The notes on the way, a line each; may be empty.
        thread_id: The run.
    """

    assignment: Assignment
    draft: str
    approved: str
    said: str
    thread_id: str

    @property
    def place(self) -> tuple[str, str]:
        """Case and section."""
        return self.assignment.case.case_id, self.assignment.section.section_id


def lessons_for(settings: Settings, section_id: str) -> tuple[list[Lesson], list[str]]:
    """Returns the lessons for the prompt of a section.

    For ``system`` these are the lessons of every section. Of each case and section only the last signed text counts.

    Args:
        settings: For the store, archive, cases and golden cases.
        section_id: The section, or ``system``.

    Returns:
        The lessons, sorted by case and section; and one sentence for each run that was left out.

    Raises:
        InputError: The golden cases cannot be used.
        StoreUnavailableError: The store cannot be reached.
    """
    rows = [row for row in approved_pairs(read_examples(settings)) if section_id in (SYSTEM, row.section_id)]
    # One lesson a section: revisions of one letter would weigh more than other clients' cases.
    last = {(row.case_id, row.section_id): row for row in sorted(rows, key=lambda row: row.at)}
    golden = {one.case.case_id for one in golden_cases(settings)}
    left_out = [f"case {case_id} is a golden case" for case_id in sorted({row.case_id for row in rows} & golden)]
    found: list[Lesson] = []
    cases: dict[str, Case] = {}
    for row in (row for place, row in sorted(last.items()) if row.case_id not in golden):
        try:
            # Loading reads every exhibit: once a run, not once a section.
            case = cases.setdefault(row.thread_id, _case_of(row, settings))
            found.append(_build_lesson(row, case, settings))
        # A case that was moved or changed since costs one lesson, not all of them.
        except (InputError, StoreError) as error:
            left_out.append(f"run {row.thread_id}: {str(error).splitlines()[0]}")
    return found, left_out


def _case_of(row: FeedbackRow, settings: Settings) -> Case:
    """Loads the case as its run knew it."""
    folder = RunFolder(settings, row.thread_id)
    record = folder.read()
    return add_run_exhibits(load_case(record.case_root, settings=settings), record, folder)


def _build_lesson(row: FeedbackRow, case: Case, settings: Settings) -> Lesson:
    memory = MemoryManager(case)
    try:
        assignment = assignment_for(case, row.section_id, settings=settings, memory=memory)
    finally:
        memory.close()
    return Lesson(assignment, row.draft, row.corrected or row.draft, row.note or "", row.thread_id)


def split_lessons(lessons: list[Lesson]) -> tuple[list[Lesson], list[Lesson]]:
    """Splits lessons into a training and a measuring half.

    Every second case is held back for measuring. With fewer than six lessons both halves are all lessons: the
    measure then flatters, and the promotion gate decides.
    """
    cases = sorted({lesson.place[0] for lesson in lessons})
    # By case, not by section: sections of one case share its facts, so a half would leak into the other.
    held = set(cases[1::2])
    learnt = [lesson for lesson in lessons if lesson.place[0] not in held]
    measured = [lesson for lesson in lessons if lesson.place[0] in held]
    if len(lessons) < _FEWEST_TO_SPLIT or not measured:
        return lessons, lessons
    return learnt, measured


def names_of(lessons: Iterable[Lesson]) -> frozenset[str]:
    """Returns names, titles and exhibit ids of these cases.

    No prompt may hold them: a prompt is written for every client of the firm and kept in git.
    """
    found: set[str] = set()
    for lesson in lessons:
        case = lesson.assignment.case
        found |= {case.case_id, case.title, case.beneficiary.name, case.beneficiary.surname, case.petitioner.name}
        # Exhibit ids, too: they are derived from names and titles.
        found |= {exhibit.id for exhibit in case.exhibits} | {exhibit.title for exhibit in case.exhibits}
        found |= {item.title for claim in case.claims for item in claim.items}
        if case.counsel is not None:
            found.add(case.counsel.name)
    return frozenset(text.lower() for text in found if text.strip())


def texts_of(lessons: Iterable[Lesson]) -> list[str]:
    """Returns the texts of these cases: facts, drafts, approvals, exhibits.

    No prompt may repeat a stretch of them.
    """
    found: list[str] = []
    for lesson in lessons:
        case = lesson.assignment.case
        found += [lesson.approved, lesson.draft, lesson.said]
        found += [fact.text for fact in case.facts()]
        found += [page for document in case.documents.values() for page in document.pages]
    return found
