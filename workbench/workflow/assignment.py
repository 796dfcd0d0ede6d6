"""Assignment of a section: what its writer is given."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable

from workbench.case.search import Passage
from workbench.checks.finding import Finding
from workbench.drafting.request import Assignment, ModelRequest
from workbench.live import events
from workbench.text.count_noun import count_noun
from workbench.text.digest import text_digest
from workbench.workflow.context import GenerationContext
from workbench.workflow.planning import SectionGraphState, collect_finished_texts


async def build_assignment(state: SectionGraphState, context: GenerationContext) -> Assignment:
    """Builds the assignment of a section from the case, the run as it stands and the graph's state."""
    spec = context.specs[state["section_id"]]
    texts = collect_finished_texts(context.journal.snapshot)
    newest = context.journal.snapshot.section(spec.section_id).instruction  # it may have come while the section waited
    return Assignment(
        case=context.case,
        section=spec,
        # Beside the loop: an endpoint may be asked for embeddings.
        passages=await asyncio.to_thread(
            context.memory.for_section,
            spec.title,
            [element.title for element in spec.elements],
            context.case.facts_of(spec.section_id),
            limit=context.options.passages,
        ),
        earlier={need: text for need, text in texts.items() if need in spec.after},
        previous=state.get("content", ""),
        findings=tuple(Finding.model_validate(finding) for finding in state.get("findings", ())),
        instruction=newest or state.get("instruction", ""),
        style=await context.style.find(spec.section_id) if context.style is not None else (),
    )


def digest_passages(passages: Iterable[Passage]) -> str:
    """Computes the sha256 of passages in their order: exhibit, page and text of each."""
    return text_digest(json.dumps([[each.exhibit_id, each.page, each.text] for each in passages]))


def record_style(request: ModelRequest, context: GenerationContext) -> None:
    """Records which excerpts of other runs a request shows as examples of style."""
    examples, section_id = request.assignment.style, request.section_id
    if not examples:
        return
    for example in examples:
        context.journal.record(
            "show_style",
            user_id=context.writer.model.label,
            section_id=section_id,
            after=example.sha256,
            note=example.describe(),
        )
    others = sum(example.is_of_other_client for example in examples)
    # Without the ids of runs, which may contain names: viewers read the log.
    said = f"{count_noun(len(examples), 'excerpt')} of approved sections as examples of style"
    said += f", {others} of other clients without names" if others else ""
    context.journal.emit(events.log(f"{context.specs[section_id].short}: {said}", agent="memory"))
