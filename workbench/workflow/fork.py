"""A branch of a run: what it was at some moment, gone on with differently. The old branch stays as it is."""

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
from workbench.workflow.initial_snapshot import exhibit_states, initial_snapshot
from workbench.workflow.planning import progress_of
from workbench.workflow.reading import read_state
from workbench.workflow.run import Run
from workbench.workflow.run_factory import RunFactory, specs_of, with_added
from workbench.workflow.run_folder import RunFolder, RunRecord
from workbench.workflow.section_commands import FINISHED, clean_text
from workbench.workflow.start import check_words


@dataclass(frozen=True)
class Change:
    """What is different in a branch.

    Attributes:
        case: Another state of the case: loaded, a folder, or a name; None: the case of the old branch as it is now.
        prompts: Versions (``awards@0123456789ab``, ``filing``, ``shipped``), or a folder of prompts (``awards.md``,
            ``system.md``), or several of these, that replace those of the old branch; None: those of the old branch.
        edits: Section id to the text that it shall have, Markdown; written by hand, so no draft replaces it.
        redraft: Ids of the sections to be drafted again, beside those whose prompt or case has changed.
    """

    case: Case | str | Path | None = None
    prompts: Path | str | Sequence[Path | str] | None = None
    edits: Mapping[str, str] = field(default_factory=dict)
    redraft: Sequence[str] = ()


def fork(
    thread_id: str,
    at: str | None = None,
    *,
    new_thread_id: str | None = None,
    user_id: str | None = None,
    model: Model | None = None,
    settings: Settings | None = None,
    **change: Any,
) -> Run:
    """Branches off a run, as it stands or stood, with something changed; the new run is pending until it is started.

    Sections are drafted again where their prompt has changed, where the case has changed, and where ``redraft`` names
    them; locked ones, and those written by hand, only where it names them. What was being drafted at that moment is
    drafted from its beginning. Everything else is as it was, approvals included.

    Args:
        thread_id: The old branch: alive or ended, in the store or in the archive.
        at: Id of an event of it (see ``run.history()``), None: as it stands now.
        new_thread_id: Of the branch; default: a new one.
        user_id: Who branches off; default: who started the old branch.
        model: What writes; default: what the settings say.
        settings: Default: the environment.
        change: The fields of :class:`Change`: ``case``, ``prompts``, ``edits``, ``redraft``.

    Raises:
        InputError: Unknown thread, event or section; a case, prompt or text that cannot be used; a run that was
            started on another machine. Nothing was written.
        StoreUnavailableError: The store cannot be reached.
    """
    settings = settings or Settings.from_env()
    wanted = Change(**change)
    old = read_state(thread_id, at, settings)
    old_folder = RunFolder(settings, thread_id)
    record = old_folder.read()
    new_id, user_id = new_thread_id or str(uuid.uuid4()), user_id or old.user_id
    check_words(new_id, user_id, old.document_type)
    case = _case_of(wanted, record, settings)
    whole = with_added(case, record, old_folder)
    library = PromptLibrary.shipped().with_sources(record.prompts)
    if wanted.prompts is not None:
        named = [wanted.prompts] if isinstance(wanted.prompts, Path | str) else wanted.prompts
        library = PromptVersions(settings).library(*named, base=library)
        record = record.model_copy(update={"prompts": library.sources})  # a copy: the folder may change
    specs = specs_of(whole, record.options)
    _check_sections(wanted, specs)
    base = initial_snapshot(whole, specs, thread_id=new_id, user_id=user_id, document_type=old.document_type)
    branch = _Branch(old, wanted, library, user_id, case_changed=case.digest != old.case_digest)
    sections = tuple(branch.section(section) for section in base.sections)
    initial = base.model_copy(
        update={
            "case_digest": case.digest,
            "exhibits": exhibit_states(whole),
            "sections": sections,
            "forked_from": Fork(thread_id=thread_id, event_id=old.last_event_id),
        }
    )
    counted = progress_of(initial)
    progress = initial.progress.model_copy(update={"completed": counted.completed, "percentage": counted.percentage})
    initial = initial.model_copy(update={"progress": progress})
    new_folder = RunFolder(settings, new_id)
    record = record.model_copy(update={"case_root": case.root.resolve()})
    return RunFactory(settings, case=case, model=model).begin(
        initial, record, fill=lambda: new_folder.keep_added(old_folder, record), forked_by=user_id
    )


@dataclass(frozen=True)
class _Branch:
    old: Snapshot
    wanted: Change
    library: PromptLibrary
    user_id: str
    case_changed: bool

    def section(self, fresh: SectionState) -> SectionState:
        """A section as the branch begins with it."""
        name = fresh.section_id
        was = next((section for section in self.old.sections if section.section_id == name), None)
        if name in self.wanted.edits:
            text = clean_text(self.wanted.edits[name], fresh.title)
            return fresh.model_copy(update={"status": "validating", "content": text, "edited_by": self.user_id})
        if was is None:
            return fresh
        was = was.model_copy(update={"title": fresh.title})
        if was.status in {"in_progress", "revising"}:
            return fresh.model_copy(update={"locked": was.locked, "instruction": was.instruction})
        if name in self.wanted.redraft or (was.status in FINISHED and self._is_outdated(was)):
            again = {"status": "pending", "attempts": 0, "locked": False, "stale": False, "ended_at": None}
            return was.model_copy(update=again | {"approved_by": None, "approved_sha256": None})
        summarised = self.case_changed and was.status in FINISHED
        return was.model_copy(update={"stale": was.stale or summarised})

    def _is_outdated(self, was: SectionState) -> bool:
        if was.locked or was.edited_by is not None:
            return False
        new_prompt = self.wanted.prompts is not None and not self.library.matches_version(
            was.section_id, was.prompt_version
        )
        return new_prompt or self.case_changed


def _case_of(wanted: Change, record: RunRecord, settings: Settings) -> Case:
    if isinstance(wanted.case, Case):
        return wanted.case
    return load_case(record.case_root if wanted.case is None else wanted.case, settings=settings)


def _check_sections(wanted: Change, known: Mapping[str, Any]) -> None:
    problems = [
        Problem(f"the run has no section {name!r}", f"use one of {', '.join(known)}", field=place)
        for place, names in (("edits", wanted.edits), ("redraft", wanted.redraft))
        for name in names
        if name not in known
    ]
    if problems:
        raise InputError(*problems)
