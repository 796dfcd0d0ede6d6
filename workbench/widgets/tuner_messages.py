"""Messages between the tuner and its views.

No trait holds text of a prompt, a case or a draft: a trait would be saved with the notebook.

To a view:

- ``state {state first?}``: the whole state; answers ``hello``, and follows every change that has no message below.
  One with ``first`` was not asked for, and is for a view that has none yet
- ``checked {part text by remarks edited preview}``: a prompt, its problems, and the text that a model would be sent
- ``draft {draft}``: a draft; ``text {id text}``: text added to it since; None where it starts over
- ``running {running}``
- ``redline {request old new same inserted deleted spans}``, spans as ``[op, text]``
- ``gate {ref done total}``: progress of the promotion gate
- ``verdict {request ref decision promoted overridden reason pairs difference interval p_value new_errors}``
- ``saved {request ref}``, ``rolled_back {request ref}``, ``accepted {about request}``
- ``failure {about request message}``

From a view, as untrusted dicts: ``hello``, ``choose {case? section?}``, ``passages {count}``, ``open {ref}``,
``write {part text by}``, ``run {versions models repeats request}``, ``stop``, ``redline {old new request}``,
``rate {draft rating? kept? comment? request}``, ``save {part note request}``, ``promote {ref override? request}``,
``rollback {part reason request}``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from workbench.case.model import Case
from workbench.drafting.prompts.context import PLACEHOLDERS
from workbench.drafting.prompts.prompt_text import SYSTEM, required_placeholders
from workbench.drafting.request import ModelUsage
from workbench.errors import InputError, WorkbenchError
from workbench.tuning.promotion.verdict import Verdict
from workbench.tuning.tuner.editor import SECTION
from workbench.tuning.tuner.preview import Piece, Preview, Tokens
from workbench.tuning.tuner.redlines import RedlineView
from workbench.tuning.tuner.session import TuningSession
from workbench.tuning.tuner.trials import TunerDraft

Message = dict[str, Any]


def state_of(session: TuningSession) -> Message:
    """Builds the whole state of a view."""
    case, section = session.case, session.section
    mine = {spec.section_id: spec.short for spec in session.sections}
    # A section that the case does not list may be tuned all the same.
    mine.setdefault(section.section_id, section.short)
    cases = session.cases
    return {
        "case": case.case_id,
        "case_title": case.title,
        # The case may have been opened by its path, from outside the folder of cases.
        "cases": cases if case.case_id in cases else [case.case_id, *cases],
        "section": section.section_id,
        "section_title": section.title,
        "sections": [{"id": section_id, "title": title} for section_id, title in mine.items()],
        "user": session.user_id,
        "passages": session.passages,
        "placeholders": placeholders_of(section.section_id),
        "exhibits": {exhibit.id: number for number, exhibit in enumerate(case.exhibits, start=1)},
        "versions": versions_of(session),
        "models": [vars(entry) for entry in session.models.choices],
        "reader": session.models.reader,
        "parts": {part: describe_prompt(session, part) for part in (SECTION, SYSTEM)},
        "preview": describe_preview(session),
        "drafts": [draft_of(draft) for draft in session.here],
        "running": session.running,
    }


def placeholders_of(section_id: str) -> list[Message]:
    """Lists a section's placeholders and the parts requiring them."""
    must = {SECTION: required_placeholders(section_id), SYSTEM: required_placeholders(SYSTEM)}
    return [
        {"name": name, "help": words, "required": [part for part, names in must.items() if name in names]}
        for name, words in PLACEHOLDERS.items()
    ]


def versions_of(session: TuningSession) -> list[Message]:
    """Lists the versions of both prompts.

    Those of the section come first, then those of the system message, each with the newest first.
    """
    rows = []
    for part, section_id in ((SECTION, session.section.section_id), (SYSTEM, SYSTEM)):
        filing = session.store.active(section_id).ref
        rows += [
            {
                "ref": version.ref,
                "part": part,
                "standing": "filing" if version.ref == filing else session.store.standing(version.ref),
                "note": version.note,
                "author": version.author,
                "date": version.date,
                "parent": version.parent,
                "shipped": version.shipped,
            }
            for version in reversed(session.store.versions(section_id))
        ]
    return rows


def describe_prompt(session: TuningSession, part: str) -> Message:
    """Converts an edited prompt and its problems."""
    buffer = session.editor.buffer(part)
    return {
        "text": buffer.text,
        "base": buffer.base,
        "edited": buffer.is_edited,
        "remarks": [vars(remark) for remark in session.editor.problems(part)],
    }


def describe_preview(session: TuningSession) -> Message:
    """Builds the text that each model would be sent.

    Where a prompt has errors, it holds the errors instead.
    """
    names = [entry.name for entry in session.models.choices if entry.reads and entry.why_not is None]
    try:
        shown = [(name, *session.preview(name)) for name in names or [session.models.reader]]
    except InputError as error:
        return {"error": "; ".join(str(problem) for problem in error.problems)}
    # The text for the model with the least room, which the others are sent at least.
    _, smallest, _ = min(shown, key=lambda each: each[1].kept)
    return {
        "system": _pieces(smallest.system),
        "user": _pieces(smallest.user),
        "passages": _passages(session.case, smallest),
        "models": [_describe_length(name, preview, tokens) for name, preview, tokens in shown],
    }


def draft_of(draft: TunerDraft) -> Message:
    """Converts a draft."""
    answer = draft.answer
    # No cost is known before there is an answer, and 0 would read as free.
    usage = answer.usage if answer else ModelUsage(cost_usd=None)
    return {
        "id": draft.id,
        "prompt": draft.cell.prompt,
        "version": draft.prompt_version,
        "model": draft.cell.model,
        "repeat": draft.cell.repeat,
        "status": draft.status,
        "text": draft.text,
        "error": draft.error,
        "words": draft.words,
        "label": answer.model if answer else None,
        "cached": answer.cached if answer else False,
        "cut_off": answer.cut_off if answer else None,
        "latency_s": answer.latency_s if answer else None,
        "first_text_s": answer.first_text_s if answer else None,
        "at": answer.at if answer else None,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cost_usd": usage.cost_usd,
        "findings": [finding.model_dump() for finding in draft.findings],
        "rating": draft.rating,
        "kept": draft.kept,
        "comment": draft.comment,
    }


def describe_redline(drawn: RedlineView) -> Message:
    """Converts a redline to spans."""
    return {
        "type": "redline",
        "old": drawn.old,
        "new": drawn.new,
        "same": drawn.same,
        "inserted": drawn.words_inserted,
        "deleted": drawn.words_deleted,
        "spans": [[span.op, span.text] for span in drawn.spans],
    }


def verdict_message(verdict: Verdict, ref: str) -> Message:
    """Converts the promotion gate's verdict on a version."""
    return {
        "type": "verdict",
        "ref": ref,
        "decision": verdict.decision,
        "promoted": verdict.promoted,
        "overridden": verdict.overridden,
        "reason": verdict.reason,
        "pairs": verdict.n,
        "difference": verdict.difference,
        "interval": list(verdict.interval) if verdict.interval else None,
        "p_value": verdict.p_value,
        "new_errors": len(verdict.new_errors),
    }


def words_of(error: Exception) -> str:
    """Words a failure, one line for each problem."""
    if isinstance(error, InputError):
        return "\n".join(str(problem) for problem in error.problems)
    return str(error) if isinstance(error, WorkbenchError) else f"{type(error).__name__}: {error}"


def _pieces(pieces: Iterable[Piece]) -> list[list[str | None]]:
    return [[piece.text, piece.source] for piece in pieces]


def _passages(case: Case, preview: Preview) -> list[Message]:
    numbers = {exhibit.id: (number, exhibit.title) for number, exhibit in enumerate(case.exhibits, start=1)}
    return [
        {
            "exhibit_id": passage.exhibit_id,
            "number": numbers[passage.exhibit_id][0],
            "title": numbers[passage.exhibit_id][1],
            "page": passage.page,
            "text": passage.text,
            # The best come first, and a model with little room gets the first of them.
            "goes_in": place < preview.kept,
        }
        for place, passage in enumerate(preview.passages)
    ]


def _describe_length(name: str, preview: Preview, tokens: Tokens) -> Message:
    return {
        "name": name,
        "tokens": tokens.count,
        "counted": tokens.counted,
        "how": tokens.how,
        "kept": preview.kept,
        "too_long": preview.too_long,
    }
