"""Forks: branches off a run, with something changed.

The branch is a run of its own; the old one stays as it is.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.case.loader import load_case
from workbench.case.model import Case
from workbench.config import Settings
from workbench.drafting.prompts.templates import PromptLibrary
from workbench.drafting.prompts.versions import PromptVersions
from workbench.drafting.request import Model
from workbench.errors import InputError, Problem
from workbench.live.snapshot import Fork, SectionState, Snapshot
from workbench.workflow.initial_snapshot import build_exhibit_states, build_initial_snapshot
from workbench.workflow.planning import count_progress
from workbench.workflow.repository import read_state
from workbench.workflow.run import Run
from workbench.workflow.run_factory import RunFactory, add_run_exhibits, select_specs
from workbench.workflow.run_folder import RunFolder, RunRecord
from workbench.workflow.section_commands import FINISHED, clean_text, keep_earlier
from workbench.workflow.start import check_names


@dataclass(frozen=True)
class Change:
    """Differences of a branch from its origin.

    Attributes:
        case: Another state of the case: loaded, a folder, or a name; None: the case of the old branch as it is now.
        prompts: Versions (``awards@0123456789ab``, ``filing``, ``shipped``), or a folder of prompts (``awards.md``,
            ``system.md``), or several of these, that replace those of the old branch; None: those of the old branch.
        edits: Section id to the text that it shall have, Markdown; written by hand, so no draft replaces it.
        redraft: Ids of sections to be drafted again, beside those whose prompt or case has changed.
    """

    case: Case | str | Path | None = None
    prompts: Path | str | Sequence[Path | str] | None = None
    edits: Mapping[str, str] = field(default_factory=dict)
    redraft: Sequence[str] = ()


def fork(  # noqa: PLR0913 - one parameter for each thing that may differ
    thread_id: str,
    at: str | None = None,
    *,
    new_thread_id: str | None = None,
    user_id: str | None = None,
    model: Model | None = None,
    settings: Settings | None = None,
    case: Case | str | Path | None = None,
    prompts: Path | str | Sequence[Path | str] | None = None,
    edits: Mapping[str, str] | None = None,
    redraft: Sequence[str] = (),
) -> Run:
    """Forks a run, as it stands or stood, with changes.

    The branch is pending until it is started.

    Sections are drafted again where their prompt has changed, where the case has changed, and where ``redraft`` names
    them; locked ones, and those written by hand, only where it names them. What was being drafted at that moment is
    drafted from its beginning. Everything else is as it was, approvals included.

    Args:
        thread_id: The old branch: alive or ended, in the store or in the archive.
        at: Id of an event of it (see ``run.history()``), None: as it stands now.
        new_thread_id: Of the branch; default: a new one.
        user_id: Who branches off; default: who started the old branch.
        model: Writes the drafts; default: as the settings say.
        settings: Default: the environment.
        case: Another state of the case: loaded, a folder, or a name; None: the case of the old branch as it is now.
        prompts: Versions (``awards@0123456789ab``, ``filing``, ``shipped``), or a folder of prompts (``awards.md``,
            ``system.md``), or several of these, that replace those of the old branch; None: those of the old branch.
        edits: Section id to the text that it shall have, Markdown; written by hand, so no draft replaces it.
        redraft: Ids of sections to be drafted again, beside those whose prompt or case has changed.

    Returns:
        The branch, written by this process.

    Raises:
        InputError: Unknown thread, event or section; a case, prompt or text that cannot be used; a run that was
            started on another machine. Nothing was written.
        StoreUnavailableError: The store cannot be reached.

    Examples:
        >>> import workbench
        >>> run = workbench.start("wu", options=workbench.RunOptions(sections=("awards",)))
        >>> snapshot = run.wait(60)
        >>> branch = workbench.fork(run.thread_id, redraft=["awards"])
        >>> branch.snapshot.section("awards").status
        'pending'
    """
    settings = settings or Settings.from_env()
    change = Change(case=case, prompts=prompts, edits=edits or {}, redraft=redraft)
    old = read_state(thread_id, at, settings)
    # Raises before anything is written where another machine made the run: its record has prompts and options.
    old_folder = RunFolder(settings, thread_id)
    record = old_folder.read()
    new_id = str(uuid.uuid4()) if new_thread_id is None else new_thread_id
    user_id = old.user_id if user_id is None else user_id
    check_names(new_id, user_id, old.document_type)
    case = _load_branch_case(change, record, settings)
    # Exhibits added to the old run are not in case.yaml, and the branch's drafts may cite them.
    whole = add_run_exhibits(case, record, old_folder)
    library = PromptLibrary.shipped().with_sources(record.prompts)
    if change.prompts is not None:
        named = [change.prompts] if isinstance(change.prompts, Path | str) else change.prompts
        library = PromptVersions(settings).library(*named, base=library)
        record = record.model_copy(update={"prompts": library.sources})  # a copy: the folder may change later
    specs = select_specs(whole, record.options)
    _check_sections(change, specs)
    base = build_initial_snapshot(whole, specs, thread_id=new_id, user_id=user_id, document_type=old.document_type)
    branch = _Branch(old, change, library, user_id, case_changed=case.digest != old.case_digest)
    sections = tuple(branch.build_section(section) for section in base.sections)
    initial = base.model_copy(
        update={
            "case_digest": case.digest,
            "exhibits": build_exhibit_states(whole),
            "sections": sections,
            "forked_from": Fork(thread_id=thread_id, event_id=old.last_event_id),
        }
    )
    # Sections taken over as completed or approved count from the start.
    counted = count_progress(initial)
    progress = initial.progress.model_copy(update={"completed": counted.completed, "percentage": counted.percentage})
    initial = initial.model_copy(update={"progress": progress})
    record = record.model_copy(update={"case_root": case.root.resolve()})
    factory = RunFactory(settings, case=case, model=model)
    return Run.of_executor(factory.create(initial, record), factory)


@dataclass(frozen=True)
class _Branch:
    old: Snapshot
    change: Change
    library: PromptLibrary
    user_id: str
    case_changed: bool

    def build_section(self, fresh: SectionState) -> SectionState:
        """Builds a section as the branch begins with it."""
        name = fresh.section_id
        was = next((section for section in self.old.sections if section.section_id == name), None)
        if name in self.change.edits:
            text = clean_text(self.change.edits[name], fresh.title)
            return fresh.model_copy(update={"status": "validating", "content": text, "edited_by": self.user_id})
        # The case calls for a section that it did not call for when the old run began.
        if was is None:
            return fresh
        was = was.model_copy(update={"title": fresh.title})
        # A half-streamed text cannot be gone on with: the branch drafts the section from its beginning.
        if was.status in {"in_progress", "revising"}:
            return fresh.model_copy(update={"locked": was.locked, "instruction": was.instruction})
        if name in self.change.redraft or (was.status in FINISHED and self._is_outdated(was)):
            again: dict[str, Any] = {
                "status": "pending",
                "attempts": 0,
                "locked": False,
                "stale": False,
                "ended_at": None,
                "earlier": keep_earlier(was),
            }
            return was.model_copy(update=again | {"approved_by": None, "approved_sha256": None, "approval_note": None})
        # Kept as it stands, but drafted from another case: the attorney sees that it may be outdated.
        summarised = self.case_changed and was.status in FINISHED
        return was.model_copy(update={"stale": was.stale or summarised})

    def _is_outdated(self, was: SectionState) -> bool:
        # The attorney's words are replaced only where ``redraft`` names the section.
        if was.locked or was.edited_by is not None:
            return False
        new_prompt = self.change.prompts is not None and not self.library.matches_version(
            was.section_id, was.prompt_version
        )
        return new_prompt or self.case_changed


def _load_branch_case(change: Change, record: RunRecord, settings: Settings) -> Case:
    if isinstance(change.case, Case):
        return change.case
    return load_case(record.case_root if change.case is None else change.case, settings=settings)


def _check_sections(change: Change, known: Mapping[str, Any]) -> None:
    problems = [
        Problem(f"the run has no section {name!r}", f"use one of {', '.join(known)}", field=place)
        for place, names in (("edits", change.edits), ("redraft", change.redraft))
        for name in names
        if name not in known
    ]
    if problems:
        raise InputError(*problems)
