"""Nodes of the graphs.

Each records what it does as events, and returns plain JSON values.

The seed's four nodes, and four between them: a section takes its turn before it is drafted, one that cannot be drafted
ends as ``failed`` without spoiling another, and the run is reviewed, and waits for the attorney, before it ends.

What a section is and where it stands is read from the snapshot, which holds every finished step: the graph's own state
only says which sections this round is about.
"""

from __future__ import annotations

import operator
from contextlib import AbstractContextManager, nullcontext
from typing import Annotated, Any, TypedDict

from langgraph.errors import NodeError, NodeTimeoutError
from langgraph.runtime import Runtime
from langgraph.types import interrupt

from workbench.checks.finding import Finding, count_findings
from workbench.drafting.agents import Draft
from workbench.drafting.request import ModelRequest
from workbench.errors import BudgetExceededError, FencedError, ModelUnavailableError
from workbench.live import events
from workbench.live.snapshot import SectionState, Snapshot
from workbench.text.clock import now
from workbench.text.count_noun import count_noun
from workbench.text.digest import text_digest
from workbench.workflow.assignment import build_assignment, digest_passages, record_style
from workbench.workflow.context import GenerationContext
from workbench.workflow.planning import (
    SectionGraphState,
    clean_partial_drafts,
    count_progress,
    derive_status,
    list_unfinished,
    list_unfinished_drafts,
    list_unresolved,
)
from workbench.workflow.section_commands import AT_REST, dump_earlier, keep_earlier, mark_dependents_stale
from workbench.workflow.tracing import Trace, describe_findings, describe_step, name_section
from workbench.workflow.writer_request import add_usage, ask_writer

BEYOND_REWRITING = frozenset({"dependency-failed", "element-missing"})
"""Checks whose errors no other wording fixes: the case file, or another section, must change first."""

_SENT_BACK = frozenset({"fact-lost"})
"""Checks whose warnings go back to the writer: what an earlier draft had can be written again."""


class PetitionState(TypedDict, total=False):
    """State of the petition's graph.

    Attributes:
        todo: Ids of the sections to be drafted or checked.
        waiting: Ids of the sections that wait for the attorney.
        outcomes: Final status of each section, by id.
        ended: Whether the run's end is recorded.
    """

    todo: list[str]
    waiting: list[str]
    outcomes: Annotated[dict[str, str], operator.or_]
    ended: bool


async def node_init_generation(
    state: PetitionState,  # noqa: ARG001 - LangGraph calls a node by this name
    runtime: Runtime[GenerationContext],
) -> PetitionState:
    """Plans the execution from the snapshot and announces it."""
    context = runtime.context
    journal = context.journal
    model = context.writer.model
    leaves = "no text leaves" if context.trace.host else "nothing leaves"
    # Without those sent back since the run was told to go on: each has a task of its own.
    todo = [section_id for section_id in list_unfinished(journal.snapshot) if section_id not in context.extra]
    # What a person wrote is checked, and no model is asked for it.
    drafts = [section_id for section_id in list_unfinished_drafts(journal.snapshot) if section_id not in context.extra]
    journal.emit(
        events.WorkflowUpdate(
            update={
                "error": None,
                "unresolved": [],
                # The moment of the first start, not of the last resume.
                "started_at": journal.snapshot.started_at or now(),
                **({"model": model.label} if drafts and model.label != journal.snapshot.model else {}),
            }
        ),
        events.log(
            f"{len(drafts)} of {len(context.specs)} sections to draft with {model.label}; "
            + (f"{leaves} this machine" if model.host is None else f"requests go to {model.host}")
            if drafts
            else "nothing is left to draft"
            + (f"; {count_noun(len(todo), 'section')} written by hand to check" if todo else ""),
            agent="run",
        ),
        count_progress(journal.snapshot),
    )
    await journal.flush()
    return {"todo": todo}


async def node_take_turn(state: SectionGraphState, runtime: Runtime[GenerationContext]) -> SectionGraphState:
    """Waits for the section's place at the model.

    That is after the sections that it summarises, and while the store is there.
    """
    context = runtime.context
    await context.scheduler.acquire(state["section_id"], context.after[state["section_id"]])
    await context.journal.ready()
    return {}


async def node_generate_section(state: SectionGraphState, runtime: Runtime[GenerationContext]) -> SectionGraphState:
    """Drafts the section, or revises it with the findings.

    Text streams into the snapshot as it comes.
    """
    context, section_id = runtime.context, state["section_id"]
    if not await context.scheduler.acquire(section_id, context.after[section_id]):
        return {}  # the run is pausing: the graph ends before the next step
    try:
        with _open_step(context, section_id, "draft", state.get("attempts", 0) + 1) as step:
            return await _draft(state, runtime, step)
    except (ModelUnavailableError, BudgetExceededError) as error:
        drafted = state.get("attempts", 0) > 0  # in this execution; else the present text is to be drafted again
        fields = {"status": "validating" if drafted else "pending", "content": state.get("content", "")}
        context.journal.emit(events.SectionUpdate(section_id=section_id, attempts=state.get("attempts", 0), **fields))
        await context.pause(str(error))
        await context.journal.flush()
        return {}
    finally:
        await context.scheduler.release(section_id)


async def _draft(state: SectionGraphState, runtime: Runtime[GenerationContext], step: Trace) -> SectionGraphState:
    context, section_id = runtime.context, state["section_id"]
    journal, spec = context.journal, context.specs[section_id]
    before = journal.snapshot.section(section_id)
    attempt = state.get("attempts", 0) + 1
    context.budget.check_before()
    assignment = await build_assignment(state, context)
    present = before.model_copy(update={"content": assignment.previous})
    earlier = keep_earlier(present, assignment.instruction)
    journal.emit(
        events.SectionUpdate(
            section_id=section_id,
            status="in_progress" if attempt == 1 else "revising",
            started_at=before.started_at or now(),
            attempts=attempt,
            # A draft that is cut off by a crash takes the text that it replaces along, unless this is kept.
            **({} if earlier == before.earlier else {"earlier": dump_earlier(earlier)}),
        ),
        events.log(f"{spec.short}: " + ("drafting" if attempt == 1 else f"revision {attempt - 1}"), agent="writer"),
    )
    request = context.writer.request(assignment)
    record_style(request, context)
    await journal.flush()  # an overtaken process, or one without a store, must not pay for a request
    draft = await ask_writer(request, runtime, step)
    _record_draft(context, before, draft, request, attempt)
    await journal.flush()
    return {"content": draft.content, "attempts": attempt, "cut_off": draft.cut_off or "", "next": "validate"}


def _record_draft(
    context: GenerationContext, before: SectionState, draft: Draft, request: ModelRequest, attempt: int
) -> None:
    """Records a draft in the section, the usage and the audit record."""
    journal, section_id = context.journal, before.section_id
    used = draft.usage.input_tokens + draft.usage.output_tokens
    snapshot = journal.snapshot
    changes: dict[str, Any] = {
        "status": "validating",
        "tokens_used": snapshot.section(section_id).tokens_used + used,
        "prompt_version": draft.prompt_version,
        "model": context.writer.model.label,
        "passages_sha256": digest_passages(request.assignment.passages),
    }
    reset = {"stale": False, "edited_by": None, "instruction": None}
    changes |= {name: value for name, value in reset.items() if getattr(before, name) != value}
    if snapshot.section(section_id).content != draft.content:
        changes["content"] = draft.content  # cleaned; what streamed differs where something was removed
    emitted: list[events.Event] = [events.SectionUpdate(section_id=section_id, **changes)]
    if used or draft.usage.cost_usd is None:
        emitted.append(events.WorkflowUpdate(update={"usage": add_usage(snapshot, draft.usage)}))
    journal.record(
        "draft",
        user_id=context.writer.model.label,
        section_id=section_id,
        before=text_digest(before.content) if before.content else None,
        after=text_digest(draft.content),
        note=f"{draft.prompt_version}, attempt {attempt}",
    )
    journal.emit(*emitted, *mark_dependents_stale(snapshot, section_id))


def _open_step(context: GenerationContext, section_id: str, step: str, attempt: int) -> AbstractContextManager[Trace]:
    if not context.trace.host:
        return nullcontext(context.trace)
    spec, number = context.specs[section_id], list(context.specs).index(section_id) + 1
    step = "revise" if step == "draft" and attempt > 1 else step
    version = context.writer.prompts.version(section_id)
    return context.trace.open_span(f"{step} {name_section(spec)}", describe_step(step, spec, number, attempt, version))


async def node_validate_section(state: SectionGraphState, runtime: Runtime[GenerationContext]) -> SectionGraphState:
    """Checks the draft; sends one with errors back.

    Not where its revisions are used up, or would change nothing.
    """
    context, section_id = runtime.context, state["section_id"]
    with _open_step(context, section_id, "check", state["attempts"]) as step:
        checked = await _check(state, context)
        step.note(describe_findings(checked["findings"], checked.get("outcome")))
    return checked


async def _check(state: SectionGraphState, context: GenerationContext) -> SectionGraphState:
    section_id, content, attempts = state["section_id"], state["content"], state["attempts"]
    earlier = context.journal.snapshot.section(section_id).earlier
    findings = (*_find_outside_text(state, context), *await context.review(section_id, content, earlier))
    plain = [finding.model_dump(exclude_none=True) for finding in findings]
    to_mend = [finding for finding in findings if _can_be_mended(finding)]
    # The offline assembler would write the same again; a model may still do better at its last attempt.
    repeated = plain == state.get("findings") and context.writer.model.host is None
    # The attorney's words are never redrafted unasked.
    by_hand = context.journal.snapshot.section(section_id).edited_by is not None
    # See docs/decisions.md, "What goes back to the writer agent".
    may_revise = not repeated and not by_hand and not state.get("cut_off")
    another = attempts <= context.options.max_revisions and may_revise
    if to_mend and another:
        context.journal.emit(
            events.SectionUpdate(section_id=section_id, findings=plain),
            events.log(
                f"{context.specs[section_id].short}: sent back, {count_findings(findings)}",
                agent="validator",
                level="warning",
            ),
        )
        await context.journal.flush()
        return {"findings": plain, "next": "draft"}
    outcome: events.SectionStatus = (
        "needs_review" if any(finding.severity == "error" for finding in findings) else "completed"
    )
    await _end_section(context, section_id, outcome, plain, f"checked, {count_findings(findings)}")
    return {"findings": plain, "next": "done", "outcome": outcome}


async def node_section_failed(
    state: SectionGraphState, runtime: Runtime[GenerationContext], error: NodeError
) -> SectionGraphState:
    """Ends a section as ``failed`` with its step's error.

    No other section is touched.
    """
    context, section_id = runtime.context, state["section_id"]
    if isinstance(error.error, FencedError):
        # An overtaken writer may not record its failure either.
        raise error.error
    await context.scheduler.release(section_id)
    reason = _describe_error(error.error)
    context.journal.emit(
        *clean_partial_drafts(context.journal.snapshot, section_id),
        events.ErrorRaised(section_id=section_id, message=reason),
    )
    finding = Finding(check="not-drafted", severity="error", section_id=section_id, message=reason)
    await _end_section(context, section_id, "failed", [finding.model_dump(exclude_none=True)], f"failed: {reason}")
    return {"next": "done", "outcome": "failed"}


async def node_review(
    state: PetitionState,  # noqa: ARG001 - LangGraph calls a node by this name
    runtime: Runtime[GenerationContext],
) -> PetitionState:
    """Plans another round, or waits for the attorney.

    Another round, for what was sent back meanwhile; else it lists the sections that need a review.
    """
    context = runtime.context
    journal = context.journal
    await context.wait_for_extra_sections()
    findings = await context.review_letter()
    todo = list_unfinished(journal.snapshot)
    if todo or derive_status(journal.snapshot, unattended=context.options.unattended) != "needs_review":
        return {"todo": todo, "waiting": []}
    journal.emit(events.WorkflowUpdate(update={"letter_findings": findings}))
    waiting = [section.section_id for section in journal.snapshot.sections if section.status == "needs_review"]
    plural = "s wait" if len(waiting) > 1 else " waits"
    journal.emit(
        events.WorkflowUpdate(update={"unresolved": list_unresolved(journal.snapshot)}),
        count_progress(journal.snapshot),
        events.log(f"{len(waiting)} section{plural} for the attorney", agent="run", level="warning"),
        # Last: whoever waits for this status finds everything else in the state.
        events.StatusChange(status="needs_review"),
    )
    await journal.flush()
    return {"todo": [], "waiting": waiting}


async def node_attorney(state: PetitionState) -> PetitionState:
    """Waits for the attorney.

    Has no effects: LangGraph runs an interrupted node again from its first line.
    """
    interrupt({"needs_review": state["waiting"]})
    return {"waiting": []}


async def node_finalize_document(
    state: PetitionState,  # noqa: ARG001 - LangGraph calls a node by this name
    runtime: Runtime[GenerationContext],
) -> PetitionState:
    """Records the run's final status and open points.

    Not where a decision since the review has left something to do.
    """
    context = runtime.context
    journal = context.journal
    findings = await context.review_letter()
    status = derive_status(journal.snapshot, unattended=context.options.unattended)
    if list_unfinished(journal.snapshot) or status == "needs_review":
        return {"ended": False}
    if findings != [found.model_dump(exclude_none=True) for found in journal.snapshot.letter_findings]:
        journal.emit(events.WorkflowUpdate(update={"letter_findings": findings}))
    open_lines = list_unresolved(journal.snapshot)
    update: dict[str, Any] = {"unresolved": open_lines}
    if status == "failed":
        update["error"] = open_lines[0]
    journal.emit(
        events.WorkflowUpdate(update=update),
        count_progress(journal.snapshot),
        events.log(
            f"run ended as {status}; "
            + (f"{len(open_lines)} left open" if open_lines else _describe_findings(journal.snapshot))
            + _count_approvals(journal.snapshot),
            agent="run",
            level="error" if status == "failed" else "info",
        ),
        events.StatusChange(status=status),
    )
    await journal.flush()
    return {"ended": True}


def _find_outside_text(state: SectionGraphState, context: GenerationContext) -> list[Finding]:
    """Finds errors that the text alone does not show.

    A cut-off end, or a missing section to summarise.
    """
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


async def _end_section(
    context: GenerationContext,
    section_id: str,
    outcome: events.SectionStatus,
    findings: list[dict[str, Any]],
    outcome_line: str,
) -> None:
    """Records the end of a section in one write.

    Its status, the progress and a line of the log.
    """
    journal = context.journal
    # Where facts are lost, the texts that had them are kept for the next draft.
    settled = outcome != "failed" and not any(finding["check"] == "fact-lost" for finding in findings)
    forget: dict[str, Any] = {"earlier": []} if settled and journal.snapshot.section(section_id).earlier else {}
    journal.emit(
        events.SectionUpdate(section_id=section_id, status=outcome, findings=findings, ended_at=now(), **forget)
    )
    level: events.Level = {"completed": "info", "needs_review": "warning"}.get(outcome, "error")  # type: ignore[assignment]
    journal.emit(
        count_progress(journal.snapshot),
        events.log(f"{context.specs[section_id].short}: {outcome_line}", agent="validator", level=level),
    )
    await journal.flush()
    # The attorney may have sent it back during that write: then its dependents wait for the next draft.
    if journal.snapshot.section(section_id).status in AT_REST:
        await context.scheduler.mark_finished(section_id)


def _can_be_mended(finding: Finding) -> bool:
    if finding.check in _SENT_BACK:
        return True
    return finding.severity == "error" and finding.check not in BEYOND_REWRITING


def _describe_findings(snapshot: Snapshot) -> str:
    """Says what the checks have left: passed is said only where nothing is left at all."""
    found = tuple(finding for section in snapshot.sections for finding in section.findings)
    left = [count_findings(found)] if any(finding.severity != "info" for finding in found) else []
    if reasons := sum(section.approval_note is not None for section in snapshot.sections):
        left.append(f"{count_noun(reasons, 'approval')} with a note")
    return f"the checks leave {', '.join(left)}" if left else "every check passed"


def _count_approvals(snapshot: Snapshot) -> str:
    approved = sum(section.status == "approved" for section in snapshot.sections)
    if not approved:
        return "; no section is approved before an attorney approves it"
    return f"; {approved} of {len(snapshot.sections)} sections are approved"


def _describe_error(error: BaseException) -> str:
    if isinstance(error, NodeTimeoutError):
        return f"no progress for {error.timeout:.0f} s"
    return str(error) or type(error).__name__
