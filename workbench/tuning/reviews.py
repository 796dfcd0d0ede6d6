"""What the checks find in a draft, kept beside the answers: the same draft under the same checks is reviewed once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from functools import cache, partial

import orjson

from workbench.checks.draft import DraftSection
from workbench.checks.finding import Finding
from workbench.checks.registry import CHECKS
from workbench.config import PACKAGE_FOLDER
from workbench.drafting.validator import ValidatorAgent
from workbench.errors import StoreError
from workbench.tuning.answers import AnswerCache
from workbench.tuning.cells import CellDraft

_READS = ("case", "checks", "data/law", "drafting/sections.py", "drafting/validator.py")
"""What of this package a finding depends on: where one of these files changes, nothing that was kept counts."""


def review(draft: CellDraft, pause: Callable[[], None] = lambda: None) -> tuple[Finding, ...]:
    """What the checks find in a draft, and that it has no end where it has none.

    Args:
        draft: The draft.
        pause: Called before each check.
    """
    assignment = draft.assignment
    checks = [replace(check, run=partial(_after, pause, check.run)) for check in CHECKS]
    found = ValidatorAgent(checks).review(
        assignment.section.section_id, draft.answer.content, assignment.case, earlier=assignment.earlier
    )
    return (*_cut_off(draft), *found)


class ReviewCache:
    """Reviews drafts, or remembers what was found.

    Args:
        answers: Where it is kept.
    """

    def __init__(self, answers: AnswerCache) -> None:
        self._answers = answers

    def __call__(self, draft: CellDraft, pause: Callable[[], None] = lambda: None) -> tuple[Finding, ...]:
        """As :func:`review`. From any thread."""
        found = self.recall(draft)
        if found is None:
            found = review(draft, pause)
            self.remember(draft, found)
        return found

    def recall(self, draft: CellDraft) -> tuple[Finding, ...] | None:
        """What was found in a draft before, or None."""
        kept = None
        with suppress(StoreError):  # what cannot be read is worked out again
            kept = self._answers.recall(_key(draft))
        return None if kept is None else tuple(Finding.model_construct(**finding) for finding in orjson.loads(kept))

    def remember(self, draft: CellDraft, found: tuple[Finding, ...]) -> None:
        """Keeps what was found, unless a check broke: it may go better next time."""
        if not any(finding.message.startswith("Not checked") for finding in found):
            self._answers.remember(_key(draft), orjson.dumps([finding.model_dump() for finding in found]))


def _after(
    pause: Callable[[], None], run: Callable[[DraftSection], Iterable[Finding]], draft: DraftSection
) -> Iterable[Finding]:
    pause()
    return run(draft)


def _key(draft: CellDraft) -> str:
    assignment, answer = draft.assignment, draft.answer
    parts = [
        _checks(),
        assignment.case.digest,
        assignment.section.section_id,
        sorted(assignment.earlier.items()),
        answer.content,
        answer.cut_off,
    ]
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()


@cache
def _checks() -> str:
    """The digest of the code and the data that findings come from."""
    digest = hashlib.sha256()
    for name in _READS:
        place = PACKAGE_FOLDER / name
        for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if file.suffix in (".py", ".json", ".txt", ".md", ".yaml"):
                digest.update(f"{file.relative_to(PACKAGE_FOLDER)}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _cut_off(draft: CellDraft) -> tuple[Finding, ...]:
    """The finding that a draft's text alone does not show."""
    if draft.answer.cut_off is None:
        return ()
    return (
        Finding(
            check="cut-off",
            severity="error",
            section_id=draft.cell.section_id,
            message=draft.answer.cut_off,
            suggestion="draft the section again with a model of longer answers",
        ),
    )
