"""The steps of a run. Each one announces what it does as events, and returns plain JSON values.

The seed's four nodes, and two between them: a section takes its turn before it is drafted, and one that cannot be
drafted ends as ``failed`` without spoiling another.
"""

from __future__ import annotations

import operator
from collections import Counter
from typing import Annotated, Any, TypedDict

from langgraph.errors import NodeError, NodeTimeoutError
from langgraph.runtime import Runtime

from workbench.checks.finding import Finding
from workbench.drafting.cleaning import clean_markdown
from workbench.drafting.request import Assignment
from workbench.errors import BudgetExceededError, FencedError, ModelUnavailableError
from workbench.live import events
from workbench.live.snapshot import Snapshot
from workbench.workflow.context import GenerationContext

DONE = frozenset({"completed", "approved"})

BEYOND_THE_WRITER = frozenset({"dependency-failed", "element-missing"})
"""Errors that no other wording mends: the case file, or another section, must change first."""


class PetitionState(TypedDict, total=False):
    """State of the petition's graph.

    Attributes:
        todo: Sections to work on.
        outcomes: Section id to the status it ended with.
    """

    todo: list[SectionState]
    outcomes: Annotated[dict[str, str], operator.or_]


class SectionState(TypedDict, total=False):
    """State of one section's graph; plain JSON values.

    Attributes:
        section_id: The section.
        content: The present draft, Markdown; empty before the first.
        attempts: Drafts written so far.
        findings: What the checks said of ``content``.
        cut_off: Why ``content`` has no end, or empty.
        instruction: What the attorney asks for.
        next: ``draft``, ``validate`` or ``done``.
        outcome: The status the section ended with.
    """

    section_id: str
    content: str
    attempts: int
    findings: list[dict[str, Any]]
    cut_off: str
    instruction: str
    next: str
    outcome: str


async def node_init_generation(state: PetitionState, runtime: Runtime[GenerationContext]) -> PetitionState:
    """Announces the run: who writes, under which limits, how many sections are left."""
    context = runtime.context
    journal = context.journal
    model = context.writer.model
    left = len(state["todo"])
    journal.emit(
        events.StatusChange(status="generating"),
        events.WorkflowUpdate(
            update={
                "error": None,
                "unresolved": [],
                "started_at": journal.snapshot.started_at or events.now(),
            }
        ),
        events.log(
            f"{left} of {len(context.specs)} sections to draft with {model.label}; "
            + ("nothing leaves this machine" if model.host is None else f"requests go to {model.host}"),
            agent="run",
        ),
        _progress(journal.snapshot),
    )
    await journal.flush()
    return {}


async def node_take_turn(state: SectionState, runtime: Runtime[GenerationContext]) -> SectionState:
    """Waits for the sections this one summarises, for a free place at the model, and for the store."""
    context = runtime.context
    await context.turns.take(state["section_id"], context.after[state["section_id"]])
    await context.journal.ready()
    return {}


async def node_generate_section(state: SectionState, runtime: Runtime[GenerationContext]) -> SectionState:
    """Drafts the section, or drafts it again with what the checks said; text streams into the snapshot as it comes."""
    context, section_id = runtime.context, state["section_id"]
    if not await context.turns.take(section_id, context.after[section_id]):
        return {}  # the run is pausing: the graph ends before the next step
    try:
        return await _draft(state, runtime)
    except (ModelUnavailableError, BudgetExceededError) as error:
        kept = {"status": "validating" if state.get("content") else "pending", "content": state.get("content", "")}
        context.journal.emit(events.SectionUpdate(section_id=section_id, attempts=state.get("attempts", 0), **kept))
        await context.pause(str(error))
        await context.journal.flush()
        return {}
    finally:
        await context.turns.give_back(section_id)


async def _draft(state: SectionState, runtime: Runtime[GenerationContext]) -> SectionState:
    context, section_id = runtime.context, state["section_id"]
    journal, spec = context.journal, context.specs[section_id]
    before = journal.snapshot.section(section_id)
    attempt = state.get("attempts", 0) + 1
    context.budget.check_before()
    journal.emit(
        events.SectionUpdate(
            section_id=section_id,
            status="in_progress" if attempt == 1 else "revising",
            started_at=before.started_at or events.now(),
            attempts=attempt,
        ),
        events.log(f"{spec.short}: " + ("drafting" if attempt == 1 else f"revision {attempt - 1}"), agent="writer"),
        flush=True,
    )

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
    if snapshot.section(section_id).content != draft.content:
        changes["content"] = draft.content  # the cleaned text; what streamed is the same unless something was removed
    step: list[events.Event] = [events.SectionUpdate(section_id=section_id, **changes)]
    if used or draft.usage.cost_usd is None:
        step.append(events.WorkflowUpdate(update={"usage": _added(snapshot, draft.usage)}))
    journal.emit(*step)
    await journal.flush()
    return {"content": draft.content, "attempts": attempt, "cut_off": draft.cut_off or "", "next": "validate"}


async def node_validate_section(state: SectionState, runtime: Runtime[GenerationContext]) -> SectionState:
    """Checks the draft; one with errors goes back to the writer, unless its revisions are used up or change nothing."""
    context, section_id = runtime.context, state["section_id"]
    content, attempts = state["content"], state["attempts"]
    findings = (
        *_beside_the_text(state, context),
        *context.validator.review(section_id, content, context.case, earlier=_finished(context)),
    )
    plain = [finding.model_dump(exclude_none=True) for finding in findings]
    errors = [finding for finding in findings if finding.severity == "error" and finding.check not in BEYOND_THE_WRITER]
    # What drafts here without a model drafts the same again; a model may yet do better at its last try.
    repeated = plain == state.get("findings") and context.writer.model.host is None
    another = attempts <= context.options.max_revisions and not repeated and not state.get("cut_off")
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
    state: SectionState, runtime: Runtime[GenerationContext], error: NodeError
) -> SectionState:
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


async def node_finalize_document(
    state: PetitionState,  # noqa: ARG001 - LangGraph calls a node by this name
    runtime: Runtime[GenerationContext],
) -> PetitionState:
    """Says how the run ended, and what is left open."""
    context = runtime.context
    journal = context.journal
    statuses = Counter(section.status for section in journal.snapshot.sections)
    open_lines = unresolved(journal.snapshot)
    status: events.RunStatus = "completed"
    if statuses["failed"]:
        status = "failed"
    elif statuses["needs_review"] and not context.options.unattended:
        status = "needs_review"
    update: dict[str, Any] = {"unresolved": open_lines}
    if status == "failed":
        update["error"] = open_lines[0]
    journal.emit(
        events.WorkflowUpdate(update=update),
        _progress(journal.snapshot),
        events.log(
            f"run ended as {status}; "
            + (f"{len(open_lines)} left open" if open_lines else "every check passed")
            + "; no section is approved before an attorney approves it",
            agent="run",
            level="error" if status == "failed" else "info",
        ),
        events.StatusChange(status=status),
    )
    await journal.flush()
    return {}


def cleaned_remains(snapshot: Snapshot, *section_ids: str) -> list[events.Event]:
    """What streamed into sections whose draft never came to its end, as a draft may stand: the model's own text is raw.

    Args:
        snapshot: As the journal has it, the streamed text included.
        section_ids: Which sections; default: all that are being drafted.
    """
    chosen = section_ids or [s.section_id for s in snapshot.sections if s.status in {"in_progress", "revising"}]
    sections = [snapshot.section(section_id) for section_id in chosen]
    return [
        events.SectionUpdate(section_id=section.section_id, content=content)
        for section in sections
        if (content := clean_markdown(section.content, title=section.title)) != section.content
    ]


def unresolved(snapshot: Snapshot) -> list[str]:
    """One line for each section that is not done, with the reasons."""
    lines = []
    for section in snapshot.sections:
        if section.status not in DONE:
            errors = [finding.message for finding in section.findings if finding.severity == "error"]
            lines.append(f"{section.title}: " + ("; ".join(errors) if errors else section.status.replace("_", " ")))
    return lines


def _beside_the_text(state: SectionState, context: GenerationContext) -> list[Finding]:
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
    journal.emit(events.SectionUpdate(section_id=section_id, status=outcome, findings=findings, ended_at=events.now()))
    level: events.Level = {"completed": "info", "needs_review": "warning"}.get(outcome, "error")  # type: ignore[assignment]
    journal.emit(
        _progress(journal.snapshot),
        events.log(f"{context.specs[section_id].short}: {said}", agent="validator", level=level),
    )
    await journal.flush()
    await context.turns.finish(section_id)


def _assignment(state: SectionState, context: GenerationContext) -> Assignment:
    spec = context.specs[state["section_id"]]
    return Assignment(
        case=context.case,
        section=spec,
        passages=context.memory.for_section(
            spec.title,
            [element.title for element in spec.elements],
            context.case.facts_of(spec.section_id),
            limit=context.options.passages,
        ),
        earlier={need: text for need, text in _finished(context).items() if need in spec.after},
        previous=state.get("content", ""),
        findings=tuple(Finding.model_validate(finding) for finding in state.get("findings", ())),
        instruction=state.get("instruction", ""),
    )


def _finished(context: GenerationContext) -> dict[str, str]:
    ended = DONE | {"needs_review"}
    return {s.section_id: s.content for s in context.journal.snapshot.sections if s.status in ended}


def _progress(snapshot: Snapshot) -> events.ProgressUpdate:
    return events.progress(sum(s.status in DONE for s in snapshot.sections), len(snapshot.sections))


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
