"""The steps of a run. Each one announces what it does as events, and returns plain JSON values.

The seed's four nodes, and four between them: a section takes its turn before it is drafted, one that cannot be drafted
ends as ``failed`` without spoiling another, and the run is reviewed, and waits for the attorney, before it ends.

What a section is and where it stands is read from the snapshot, which holds every finished step: the graph's own state
only says which sections this round is about.
"""

from __future__ import annotations

import operator
from collections import Counter
from typing import Annotated, Any, TypedDict

from langgraph.errors import NodeError, NodeTimeoutError
from langgraph.runtime import Runtime
from langgraph.types import interrupt

from workbench.checks.finding import Finding
from workbench.drafting.request import Assignment
from workbench.errors import BudgetExceededError, FencedError, ModelUnavailableError
from workbench.live import events
from workbench.live.snapshot import Snapshot
from workbench.text.clock import now
from workbench.text.digest import text_digest
from workbench.workflow.context import GenerationContext
from workbench.workflow.planning import (
    SectionGraphState,
    cleaned_remains,
    finished_texts,
    progress_of,
    unfinished,
    unresolved,
    verdict,
)
from workbench.workflow.section_commands import stale_after

BEYOND_THE_WRITER = frozenset({"dependency-failed", "element-missing"})
"""Errors that no other wording mends: the case file, or another section, must change first."""


class PetitionState(TypedDict, total=False):
    """State of the petition's graph.

    Attributes:
        todo: Ids of the sections that this round is about.
        waiting: Ids of the sections that wait for the attorney.
        outcomes: Section id to the status it ended with.
    """

    todo: list[str]
    waiting: list[str]
    outcomes: Annotated[dict[str, str], operator.or_]


async def node_init_generation(
    state: PetitionState,  # noqa: ARG001 - LangGraph calls a node by this name
    runtime: Runtime[GenerationContext],
) -> PetitionState:
    """Plans the round from the snapshot, and announces it: who writes, how many sections are left."""
    context = runtime.context
    journal = context.journal
    model = context.writer.model
    todo = unfinished(journal.snapshot)
    journal.emit(
        events.StatusChange(status="generating"),
        events.WorkflowUpdate(
            update={
                "error": None,
                "unresolved": [],
                "started_at": journal.snapshot.started_at or now(),
                **({"model": model.label} if todo and model.label != journal.snapshot.model else {}),
            }
        ),
        events.log(
            f"{len(todo)} of {len(context.specs)} sections to draft with {model.label}; "
            + ("nothing leaves this machine" if model.host is None else f"requests go to {model.host}")
            if todo
            else "nothing is left to draft",
            agent="run",
        ),
        progress_of(journal.snapshot),
    )
    await journal.flush()
    return {"todo": todo}


async def node_take_turn(state: SectionGraphState, runtime: Runtime[GenerationContext]) -> SectionGraphState:
    """Waits for the sections this one summarises, for a free place at the model, and for the store."""
    context = runtime.context
    await context.turns.take(state["section_id"], context.after[state["section_id"]])
    await context.journal.ready()
    return {}


async def node_generate_section(state: SectionGraphState, runtime: Runtime[GenerationContext]) -> SectionGraphState:
    """Drafts the section, or drafts it again with what the checks said; text streams into the snapshot as it comes."""
    context, section_id = runtime.context, state["section_id"]
    if not await context.turns.take(section_id, context.after[section_id]):
        return {}  # the run is pausing: the graph ends before the next step
    try:
        return await _draft(state, runtime)
    except (ModelUnavailableError, BudgetExceededError) as error:
        drafted = state.get("attempts", 0) > 0  # in this assignment: else what stands there is to be drafted again
        kept = {"status": "validating" if drafted else "pending", "content": state.get("content", "")}
        context.journal.emit(events.SectionUpdate(section_id=section_id, attempts=state.get("attempts", 0), **kept))
        await context.pause(str(error))
        await context.journal.flush()
        return {}
    finally:
        await context.turns.give_back(section_id)


async def _draft(state: SectionGraphState, runtime: Runtime[GenerationContext]) -> SectionGraphState:
    context, section_id = runtime.context, state["section_id"]
    journal, spec = context.journal, context.specs[section_id]
    before = journal.snapshot.section(section_id)
    attempt = state.get("attempts", 0) + 1
    context.budget.check_before()
    journal.emit(
        events.SectionUpdate(
            section_id=section_id,
            status="in_progress" if attempt == 1 else "revising",
            started_at=before.started_at or now(),
            attempts=attempt,
        ),
        events.log(f"{spec.short}: " + ("drafting" if attempt == 1 else f"revision {attempt - 1}"), agent="writer"),
    )
    await journal.flush()  # nothing is asked, and paid for, by a process that was overtaken, or while the store is away

    def append(text: str) -> None:
        runtime.heartbeat()
        journal.emit(events.SectionDelta(section_id=section_id, text=text))

    def begin_again() -> None:
        journal.emit(events.SectionUpdate(section_id=section_id, content=""))

    draft = await context.writer.draft(_assignment(state, context), append, on_restart=begin_again)
    context.budget.charge(draft.usage)
    used = draft.usage.input_tokens + draft.usage.output_tokens
    snapshot = journal.snapshot
    changes: dict[str, Any] = {
        "status": "validating",
        "tokens_used": snapshot.section(section_id).tokens_used + used,
        "prompt_version": draft.prompt_version,
    }
    settled = {"stale": False, "edited_by": None, "instruction": None}
    changes |= {name: value for name, value in settled.items() if getattr(before, name) != value}
    if snapshot.section(section_id).content != draft.content:
        changes["content"] = draft.content  # the cleaned text; what streamed is the same unless something was removed
    step: list[events.Event] = [events.SectionUpdate(section_id=section_id, **changes)]
    if used or draft.usage.cost_usd is None:
        step.append(events.WorkflowUpdate(update={"usage": _added(snapshot, draft.usage)}))
    journal.record(
        "draft",
        user_id=context.writer.model.label,
        section_id=section_id,
        before=text_digest(before.content) if before.content else None,
        after=text_digest(draft.content),
        note=f"{draft.prompt_version}, attempt {attempt}",
    )
    journal.emit(*step, *stale_after(snapshot, section_id))
    await journal.flush()
    return {"content": draft.content, "attempts": attempt, "cut_off": draft.cut_off or "", "next": "validate"}


async def node_validate_section(state: SectionGraphState, runtime: Runtime[GenerationContext]) -> SectionGraphState:
    """Checks the draft; one with errors goes back to the writer, unless its revisions are used up or change nothing."""
    context, section_id = runtime.context, state["section_id"]
    content, attempts = state["content"], state["attempts"]
    findings = (
        *_beside_the_text(state, context),
        *context.validator.review(section_id, content, context.case, earlier=finished_texts(context.journal.snapshot)),
    )
    plain = [finding.model_dump(exclude_none=True) for finding in findings]
    errors = [finding for finding in findings if finding.severity == "error" and finding.check not in BEYOND_THE_WRITER]
    # What drafts here without a model drafts the same again; a model may yet do better at its last try.
    repeated = plain == state.get("findings") and context.writer.model.host is None
    by_hand = context.journal.snapshot.section(section_id).edited_by is not None  # the attorney's words stay
    may_revise = not repeated and not by_hand and not state.get("cut_off")
    another = attempts <= context.options.max_revisions and may_revise
    if errors and another:
        context.journal.emit(
            events.SectionUpdate(section_id=section_id, findings=plain),
            events.log(
                f"{context.specs[section_id].short}: sent back, {_counted(findings)}",
                agent="validator",
                level="warning",
            ),
        )
        await context.journal.flush()
        return {"findings": plain, "next": "draft"}
    outcome: events.SectionStatus = (
        "needs_review" if any(finding.severity == "error" for finding in findings) else "completed"
    )
    await _end(context, section_id, outcome, plain, f"checked, {_counted(findings)}")
    return {"findings": plain, "next": "done", "outcome": outcome}


async def node_section_failed(
    state: SectionGraphState, runtime: Runtime[GenerationContext], error: NodeError
) -> SectionGraphState:
    """The error handler of a section's steps: the section ends as ``failed`` and says why; no other is touched."""
    context, section_id = runtime.context, state["section_id"]
    if isinstance(error.error, FencedError):
        raise error.error
    await context.turns.give_back(section_id)
    reason = _reason(error.error)
    context.journal.emit(
        *cleaned_remains(context.journal.snapshot, section_id),
        events.ErrorRaised(section_id=section_id, message=reason),
    )
    finding = Finding(check="not-drafted", severity="error", section_id=section_id, message=reason)
    await _end(context, section_id, "failed", [finding.model_dump(exclude_none=True)], f"failed: {reason}")
    return {"next": "done", "outcome": "failed"}


async def node_review(
    state: PetitionState,  # noqa: ARG001 - LangGraph calls a node by this name
    runtime: Runtime[GenerationContext],
) -> PetitionState:
    """After a round: another one for what the attorney sent back meanwhile; else who waits for the attorney."""
    context = runtime.context
    journal = context.journal
    await context.extra_sections_over()
    todo = unfinished(journal.snapshot)
    if todo or verdict(journal.snapshot, unattended=context.options.unattended) != "needs_review":
        return {"todo": todo, "waiting": []}
    waiting = [section.section_id for section in journal.snapshot.sections if section.status == "needs_review"]
    plural = "s wait" if len(waiting) > 1 else " waits"
    journal.emit(
        events.WorkflowUpdate(update={"unresolved": unresolved(journal.snapshot)}),
        progress_of(journal.snapshot),
        events.log(f"{len(waiting)} section{plural} for the attorney", agent="run", level="warning"),
        events.StatusChange(status="needs_review"),
    )
    await journal.flush()
    return {"todo": [], "waiting": waiting}


async def node_attorney(state: PetitionState) -> PetitionState:
    """Where the run waits. Nothing happens here: LangGraph runs an interrupted node again from its first line."""
    interrupt({"needs_review": state["waiting"]})
    return {"waiting": []}


async def node_finalize_document(
    state: PetitionState,  # noqa: ARG001 - LangGraph calls a node by this name
    runtime: Runtime[GenerationContext],
) -> PetitionState:
    """Says how the run ended, and what is left open."""
    context = runtime.context
    journal = context.journal
    open_lines = unresolved(journal.snapshot)
    status = verdict(journal.snapshot, unattended=context.options.unattended)
    update: dict[str, Any] = {"unresolved": open_lines}
    if status == "failed":
        update["error"] = open_lines[0]
    journal.emit(
        events.WorkflowUpdate(update=update),
        progress_of(journal.snapshot),
        events.log(
            f"run ended as {status}; "
            + (f"{len(open_lines)} left open" if open_lines else "every check passed")
            + _approvals(journal.snapshot),
            agent="run",
            level="error" if status == "failed" else "info",
        ),
        events.StatusChange(status=status),
    )
    await journal.flush()
    return {}


def _beside_the_text(state: SectionGraphState, context: GenerationContext) -> list[Finding]:
    """What is wrong with a draft that its text alone does not show: no end, or nothing there to summarise."""
    section_id = state["section_id"]
    found = []
    if reason := state.get("cut_off"):
        found.append(
            Finding(
                check="cut-off",
                severity="error",
                section_id=section_id,
                message=reason,
                suggestion="draft the section again with a model of longer answers, or finish it by hand",
            )
        )
    failed = [
        section.title
        for section in context.journal.snapshot.sections
        if section.status == "failed" and section.section_id in context.specs[section_id].after
    ]
    if failed:
        found.append(
            Finding(
                check="dependency-failed",
                severity="error",
                section_id=section_id,
                message=f"drafted without {', '.join(failed)}, which could not be drafted",
                suggestion="draft the missing section, then this one again",
            )
        )
    return found


async def _end(
    context: GenerationContext,
    section_id: str,
    outcome: events.SectionStatus,
    findings: list[dict[str, Any]],
    said: str,
) -> None:
    """The last step of a section, in one write: its status, the progress, a line of the log."""
    journal = context.journal
    journal.emit(events.SectionUpdate(section_id=section_id, status=outcome, findings=findings, ended_at=now()))
    level: events.Level = {"completed": "info", "needs_review": "warning"}.get(outcome, "error")  # type: ignore[assignment]
    journal.emit(
        progress_of(journal.snapshot),
        events.log(f"{context.specs[section_id].short}: {said}", agent="validator", level=level),
    )
    await journal.flush()
    await context.turns.finish(section_id)


def _assignment(state: SectionGraphState, context: GenerationContext) -> Assignment:
    spec = context.specs[state["section_id"]]
    asked = context.journal.snapshot.section(spec.section_id).instruction  # it may have come while the turn was awaited
    return Assignment(
        case=context.case,
        section=spec,
        passages=context.memory.for_section(
            spec.title,
            [element.title for element in spec.elements],
            context.case.facts_of(spec.section_id),
            limit=context.options.passages,
        ),
        earlier={need: text for need, text in finished_texts(context.journal.snapshot).items() if need in spec.after},
        previous=state.get("content", ""),
        findings=tuple(Finding.model_validate(finding) for finding in state.get("findings", ())),
        instruction=asked or state.get("instruction", ""),
    )


def _approvals(snapshot: Snapshot) -> str:
    approved = sum(section.status == "approved" for section in snapshot.sections)
    if not approved:
        return "; no section is approved before an attorney approves it"
    return f"; {approved} of {len(snapshot.sections)} sections are approved"


def _added(snapshot: Snapshot, usage: Any) -> dict[str, Any]:
    spent = snapshot.usage
    unknown = spent.cost_usd is None or usage.cost_usd is None
    return {
        "input_tokens": spent.input_tokens + usage.input_tokens,
        "output_tokens": spent.output_tokens + usage.output_tokens,
        "cost_usd": None if unknown else round(spent.cost_usd + usage.cost_usd, 8),
    }


def _counted(findings: tuple[Finding, ...]) -> str:
    counts = Counter(finding.severity for finding in findings)
    said = [f"{counts[s]} {s}{'s' if counts[s] != 1 else ''}" for s in ("error", "warning") if counts[s]]
    return " and ".join(said) or "nothing found"


def _reason(error: BaseException) -> str:
    if isinstance(error, NodeTimeoutError):
        return f"no progress for {error.timeout:.0f} s"
    return str(error) or type(error).__name__
