"""Cache of findings.

The same draft under the same checks is reviewed once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial

import orjson

from workbench.checks.chosen_checks import choose_checks, digest_checks
from workbench.checks.draft import DraftSection
from workbench.checks.finding import Finding
from workbench.drafting.agents import ValidatorAgent
from workbench.drafting.answer_cache import AnswerCache
from workbench.errors import StoreError
from workbench.tuning.experiment.cells import CellDraft


def review(draft: CellDraft, pause: Callable[[], None] = lambda: None) -> tuple[Finding, ...]:
    """Runs the checks on a draft.

    A draft that was cut off gets a finding of its own.

    Args:
        draft: The draft.
        pause: Called before each check.
    """
    assignment = draft.assignment
    chosen = choose_checks(assignment.case)
    checks = [replace(check, run=partial(_run_after_pause, pause, check.run)) for check in chosen.checks]
    found = ValidatorAgent(checks).review(
        assignment.section.section_id, draft.answer.content, assignment.case, earlier=assignment.earlier
    )
    return (*_cut_off_finding(draft), *found)


class ReviewCache:
    """Reviews drafts, and caches the findings beside the answers.

    Args:
        answers: The cache.
    """

    def __init__(self, answers: AnswerCache) -> None:
        self._answers = answers

    def __call__(self, draft: CellDraft, pause: Callable[[], None] = lambda: None) -> tuple[Finding, ...]:
        """Returns the findings of :func:`review`, cached where possible.

        Thread-safe.
        """
        found = self.recall(draft)
        if found is None:
            found = review(draft, pause)
            self.remember(draft, found)
        return found

    def recall(self, draft: CellDraft) -> tuple[Finding, ...] | None:
        """Reads the cached findings of a draft, or None."""
        kept = None
        with suppress(StoreError):  # an unreadable entry is computed again
            kept = self._answers.recall(_review_key(draft))
        # Not validated: they are our own, and an experiment recalls thousands.
        return None if kept is None else tuple(Finding.model_construct(**finding) for finding in orjson.loads(kept))

    def remember(self, draft: CellDraft, found: tuple[Finding, ...]) -> None:
        """Writes the findings of a draft to the cache.

        Not if a check broke on it: that may be an accident of the moment, and would be repeated forever.
        """
        if not any(finding.message.startswith("Not checked") for finding in found):
            self._answers.remember(_review_key(draft), orjson.dumps([finding.model_dump() for finding in found]))


def _run_after_pause(
    pause: Callable[[], None], run: Callable[[DraftSection], Iterable[Finding]], draft: DraftSection
) -> Iterable[Finding]:
    pause()
    return run(draft)


def _review_key(draft: CellDraft) -> str:
    assignment, answer = draft.assignment, draft.answer
    # Neither prompt nor model: an equal text is reviewed once, whoever wrote it.
    parts = [
        digest_checks(),
        choose_checks(assignment.case).key,
        assignment.case.digest,
        assignment.section.section_id,
        sorted(assignment.earlier.items()),
        answer.content,
        answer.cut_off,
    ]
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()


def _cut_off_finding(draft: CellDraft) -> tuple[Finding, ...]:
    """Finding about a draft that was cut off.

    Its text alone does not show that.
    """
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
