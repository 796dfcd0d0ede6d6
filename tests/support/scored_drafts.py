"""A draft of a sample case as a scorer gets it, reviewed by the real ValidatorAgent."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from workbench.case.loader import load_case
from workbench.case.model import Case
from workbench.checks.registry import Check
from workbench.drafting.agents import ValidatorAgent, WriterAgent
from workbench.drafting.offline.assembler import OfflineAssembler
from workbench.drafting.request import Assignment, ModelUsage
from workbench.drafting.sections import SECTIONS
from workbench.tuning.experiment.cells import Answer, Cell, CellDraft

CASES = Path(__file__).parents[1] / "cases"


@cache
def minimal() -> Case:
    """Loads the minimal case once for all tests, which do not change it."""
    return load_case(CASES / "minimal")


def drafted(
    content: str,
    *,
    section: str = "awards",
    case: Case | None = None,
    approved: str | None = None,
    checks: tuple[Check, ...] | None = None,
    prompt: str = "filing",
    repeat: int = 1,
) -> CellDraft:
    case = case or minimal()
    validator = ValidatorAgent() if checks is None else ValidatorAgent(checks)
    answer = Answer(
        content=content,
        prompt_version=f"{section}@0123456789ab",
        model="scripted",
        usage=ModelUsage(100, 50),
        latency_s=0.1,
        first_text_s=0.01,
        at="2026-11-24T12:00:00.000000Z",
    )
    return CellDraft(
        cell=Cell(prompt, case.case_id, section, "scripted", repeat),
        assignment=Assignment(case, SECTIONS[section]),
        answer=answer,
        findings=validator.review(section, content, case),
        approved=approved,
    )


async def assembled(section: str = "awards", case: Case | None = None) -> str:
    """Drafts a section with the offline assembler."""
    case = case or minimal()
    writer = WriterAgent(OfflineAssembler())
    return (await writer.draft(Assignment(case, SECTIONS[section]), lambda _text: None)).content
