"""What a cell of the matrix asks for: the assignment of one section of one case, as a run would make it."""

from __future__ import annotations

from workbench.case.model import Case
from workbench.case.search import MemoryManager
from workbench.config import Settings
from workbench.drafting.assembler import assemble
from workbench.drafting.cleaning import clean_markdown
from workbench.drafting.request import Assignment
from workbench.drafting.sections import SECTIONS, resolve_sections, sections_for, waits_for
from workbench.tuning.golden import approved_text
from workbench.workflow.context import RunOptions


def assignment_for(
    case: Case, section_id: str, *, settings: Settings, memory: MemoryManager, instruction: str = ""
) -> Assignment:
    """The first draft of a section, with the passages that a run would give, and finished sections where it sums up.

    Those finished sections are the attorney's approved texts where the golden case has them, else the offline
    assembler's: so a cell stands by itself, and every version of a prompt sees the same ones.

    Args:
        case: The case.
        section_id: What to draft.
        settings: For the golden cases.
        memory: Of this case.
        instruction: What the attorney asks for.

    Raises:
        InputError: There is no such section.
    """
    (spec,) = resolve_sections([section_id])
    among = sections_for(case)
    earlier = {}
    for need in waits_for(spec, among):
        text = approved_text(settings, case.case_id, need)
        earlier[need] = text or clean_markdown(assemble(case, SECTIONS[need]), title=SECTIONS[need].title)
    return Assignment(
        case=case,
        section=spec,
        passages=memory.for_section(
            spec.title,
            [element.title for element in spec.elements],
            case.facts_of(spec.section_id),
            limit=RunOptions.model_fields["passages"].default,
        ),
        earlier=earlier,
        instruction=instruction,
    )
