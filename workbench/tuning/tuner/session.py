"""Tuning session of one section's prompt.

It is edited, tried, saved and promoted here, without a widget.

editor (section prompt, system message)  --write--> problems, preview
versions x models x repeats              --start--> drafts              --> redline, ratings, table
editor                                   --save-->  candidate            --promote (gate), rollback-->  active version
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from pathlib import Path
from typing import Any

from workbench.case.loader import known_cases, load_case
from workbench.case.model import Case
from workbench.case.search import MemoryManager
from workbench.config import Settings
from workbench.drafting.answer_cache import AnswerCache
from workbench.drafting.prompts.prompt_text import SYSTEM
from workbench.drafting.prompts.versions import PromptVersion
from workbench.drafting.request import Assignment
from workbench.drafting.sections import SectionSpec, resolve_case_sections, sections_for
from workbench.errors import InputError, Problem, TransitionError
from workbench.live.tasks import end
from workbench.live.user_name import read_user_name
from workbench.text.clock import now
from workbench.text.digest import text_digest
from workbench.tuning.experiment.cells import Answer, Cell
from workbench.tuning.experiment.drafting import assignment_for
from workbench.tuning.promotion import gate
from workbench.tuning.promotion.verdict import Verdict
from workbench.tuning.prompt_store import PromptStore
from workbench.tuning.reviews.ratings import Rating, Ratings
from workbench.tuning.tuner.editor import EDIT, EDIT_OF_SYSTEM, SECTION, Editor
from workbench.tuning.tuner.models import ModelSource, TunerModels
from workbench.tuning.tuner.preview import Preview, TokenMeter, Tokens, render_preview
from workbench.tuning.tuner.redlines import RedlineView
from workbench.tuning.tuner.trials import DraftJob, DraftTable, TunerDraft, TunerDrafts
from workbench.workflow.loop import BackgroundLoop

MOST_REPEATS = 20
PASSAGES = 12


class TuningSession:
    """Session of the tuner.

    Its methods may be called from any thread but the workbench loop's.

    Attributes:
        settings: The settings.
        user_id: The person who edits, rates and decides; asserted, and recorded.
        case: The case.
        section: The section.
        passages: Number of passages of the exhibits in a prompt at most.
        store: The prompt versions.
        models: The models that can be chosen.
        drafts: The drafts of this session.
    """

    def __init__(
        self,
        case: str | Path | Case,
        section: str | None = None,
        *,
        settings: Settings | None = None,
        models: Iterable[ModelSource] | None = None,
        passages: int = PASSAGES,
        user_id: str | None = None,
    ) -> None:
        """Opens the active prompt of a section.

        Args:
            case: A case, or what :func:`workbench.load_case` takes.
            section: Id of the section; None: the first that argues a criterion.
            settings: Default: the environment's.
            models: Names (``offline``, ``local``, the endpoint's), names with options
                (``{"gpt-5": {"reasoning_effort": "low"}}``), or models of your own. None: what there is.
            passages: Number of passages of the exhibits in a prompt at most.
            user_id: Default: the name that was kept (``workbench user``).

        Raises:
            InputError: Case, section, model or number of passages cannot be used.
        """
        self.settings = settings or Settings.from_env()
        self.user_id = user_id or read_user_name(self.settings)
        self.store = PromptStore(self.settings)
        self.models = TunerModels(self.settings, models)
        self.meter = TokenMeter()
        self.passages = _check_number(passages, "passages", 0, 100)
        # The widget sets it; a session without a widget has nobody to tell.
        self.on_run: Callable[[], None] = lambda: None
        self._ratings = Ratings(self.settings)
        self._answers = AnswerCache(self.settings)
        self._guard = threading.RLock()
        self._assignments: dict[tuple[str, str, int], Assignment] = {}
        self._run: Future[None] | None = None
        self._stop: asyncio.Event | None = None
        self.drafts = TunerDrafts(on_answer=self._learn_length, recall=self._recall)
        self.case = case if isinstance(case, Case) else load_case(case, settings=self.settings)
        self.section = self._find_section(section)
        self.editor = Editor(self.store, self.section.section_id)

    # ---- what is worked on

    @property
    def sections(self) -> tuple[SectionSpec, ...]:
        """Sections that the case calls for."""
        return tuple(sections_for(self.case))

    @property
    def cases(self) -> list[str]:
        """Names of the cases that can be chosen."""
        return known_cases(self.settings)

    def choose(self, *, case: str | None = None, section: str | None = None) -> None:
        """Changes case or section.

        The edit of the other section is kept.

        Raises:
            InputError: There is none of that name.
            TransitionError: Drafts are being written.
        """
        if self.running:
            raise TransitionError("drafts are being written: stop them first, or wait for them")
        chosen = self.case if case is None else load_case(case, settings=self.settings)
        with self._guard:
            # The case comes first, since its sections decide what is found; it is put back on an error.
            before, self.case = self.case, chosen
            try:
                wanted = section or self.section.section_id
                # A section that was asked for must exist; one that was merely open gives way to the first.
                known = section is not None or wanted in {spec.section_id for spec in self.sections}
                self.section = self._find_section(wanted if known else None)
            except InputError:
                self.case = before
                raise
            self.editor.choose(self.section.section_id)

    def set_passages(self, count: int) -> None:
        """Sets the number of exhibit passages in a prompt."""
        self.passages = _check_number(count, "passages", 0, 100)

    @property
    def assignment(self) -> Assignment:
        """Assignment of a draft: case, section and passages."""
        with self._guard:
            key = (self.case.digest, self.section.section_id, self.passages)
            if key not in self._assignments:
                # Kept: building it searches the exhibits, and every preview needs it.
                with contextlib.closing(MemoryManager(self.case)) as memory:
                    whole = assignment_for(self.case, self.section.section_id, settings=self.settings, memory=memory)
                self._assignments[key] = replace(whole, passages=tuple(whole.passages)[: self.passages])
            return self._assignments[key]

    # ---- what would be sent

    def preview(self, model: str | None = None) -> tuple[Preview, Tokens]:
        """Renders the edited prompt as it would be sent.

        The preview has its length.

        Args:
            model: Name of the model; None: the first that reads prompts, or any.

        Raises:
            InputError: The prompt cannot be used, or there is no such model.
        """
        name = model or self.models.reader
        shown = render_preview(self.editor.prompts(), self.assignment, limit=self.models.limit(name))
        return shown, self.meter.measure(name, shown.messages)

    # ---- drafts

    @property
    def running(self) -> bool:
        """True while drafts are being written."""
        return self._run is not None and not self._run.done()

    def start(
        self, versions: Sequence[str] | None = None, models: Sequence[str] | None = None, repeats: int = 1
    ) -> tuple[str, ...]:
        """Starts drafts of every version with every model.

        Returns at once.

        Args:
            versions: ``edit`` (what stands in the editor), ``filing``, ``shipped``, or refs. None: what is filed, and
                the edit where there is one.
            models: Names; None: the first that reads prompts.
            repeats: Number of drafts of each combination.

        Returns:
            Ids of the drafts, in order.

        Raises:
            InputError: A version, a model or a number that cannot be used.
            TransitionError: Drafts are being written already.
        """
        jobs = self._build_jobs(versions, models, _check_number(repeats, "repeats", 1, MOST_REPEATS))
        with self._guard:
            if self.running:
                raise TransitionError("drafts are being written: stop them first, or wait for them")
            self._stop = asyncio.Event()
            self._run = BackgroundLoop.current().submit(self._run_jobs(jobs, self._stop))
        self.on_run()
        # A second call when the drafts have ended: the widget shows the state, not the change.
        self._run.add_done_callback(lambda _run: self.on_run())
        return tuple(job.draft.id for job in jobs)

    def wait(self) -> None:
        """Waits until the started drafts have ended.

        Raises:
            ModelRefusedError: A model cannot be reached; no draft was asked for.
        """
        if self._run is not None:
            with contextlib.suppress(CancelledError):  # the process is ending
                self._run.result()

    def stop(self) -> None:
        """Stops the drafts that are being written.

        Their text so far is kept, and marked.
        """
        loop = BackgroundLoop.find()
        if self._stop is not None and loop is not None:
            # The run is not cancelled: wait() returns when the drafts have ended and reported it.
            loop.loop.call_soon_threadsafe(self._stop.set)

    def run(
        self, versions: Sequence[str] | None = None, models: Sequence[str] | None = None, repeats: int = 1
    ) -> DraftTable:
        """Starts drafts and waits for them; an interrupt stops them."""
        ids = self.start(versions, models, repeats)
        try:
            self.wait()
        except KeyboardInterrupt:
            self.stop()
            self.wait()
            raise
        return DraftTable(draft for draft_id in ids if (draft := self.drafts.get(draft_id)) is not None)

    def draft(self, draft: str | int) -> TunerDraft:
        """Finds a draft by number in :attr:`results` or id.

        Raises:
            InputError: There is none.
        """
        drafts = self.drafts.all()
        if isinstance(draft, int) and 0 <= draft < len(drafts):
            return drafts[draft]
        if isinstance(draft, str) and (found := self.drafts.get(draft)) is not None:
            return found
        raise InputError(Problem(f"no draft {draft!r}", "give its number in the table of results", field="draft"))

    @property
    def here(self) -> tuple[TunerDraft, ...]:
        """Drafts of the chosen case and section."""
        # Drafts of other sections stay in the table of results.
        place = self.case.case_id, self.section.section_id
        return tuple(each for each in self.drafts.all() if (each.cell.case_id, each.cell.section_id) == place)

    @property
    def results(self) -> DraftTable:
        """Table of every draft of this session."""
        return DraftTable(self.drafts.all())

    def redline(self, old: str | int, new: str | int) -> RedlineView:
        """Compares two prompts or two drafts.

        Args:
            old: A prompt (``edit``, ``edit:system``, ``filing``, ``shipped``, a ref), or a draft: its number in
                :attr:`results`, or its id.
            new: Likewise.

        Raises:
            InputError: There is no such prompt or draft.
        """
        return RedlineView.of(self._named_text(old), self._named_text(new))

    # ---- what is decided

    def rate(
        self, draft: str | int, *, rating: int | None = None, kept: bool | None = None, comment: str | None = None
    ) -> TunerDraft:
        """Rates, keeps, or comments on a draft.

        Other fields stay.

        Args:
            draft: Its number in :attr:`results`, or its id.
            rating: 1 to 5 stars; 0 removes them.
            kept: True to keep it.
            comment: A comment.

        Raises:
            InputError: There is no such draft, it is not finished, or what is said cannot be.
        """
        rated = self.draft(draft)
        if rated.answer is None:
            raise InputError(Problem("this draft is not finished", "rate it when it is", field="draft"))
        said = Rating(
            case=rated.cell.case_id,
            section=rated.cell.section_id,
            prompt_version=rated.prompt_version,
            model=rated.answer.model,
            content=rated.answer.content,
            # None leaves the rating as it is; 0 stars remove it.
            rating=rated.rating if rating is None else (rating or None),
            kept=rated.kept if kept is None else kept,
            comment=rated.comment if comment is None else comment,
            user=self.user_id,
            at=now(),
            prompt=rated.cell.prompt,
            repeat=rated.cell.repeat,
        )
        self._ratings.add(said)
        for each in self.drafts.all():  # the same text in another cell is the same draft
            if each.answer is not None and text_digest(each.answer.content) == said.sha256:
                self.drafts.change(each.id, rating=said.rating, kept=said.kept, comment=said.comment)
        return self.draft(rated.id)

    def save(self, note: str, *, part: str = SECTION) -> PromptVersion:
        """Saves the text in the editor as a candidate.

        Args:
            note: The change and its reason.
            part: The section's prompt, or ``system``.

        Raises:
            InputError: It has not been changed, has no note, or cannot be used; each problem with its line.
        """
        saved = self.editor.save(note, self.user_id, part)
        with contextlib.suppress(InputError):  # the other buffer cannot be used yet: then nothing was drafted with it
            if (renamed := self.editor.saved_name()) is not None:
                version, name = renamed
                for draft in self.drafts.all():
                    if draft.prompt_version == version:
                        self.drafts.change(draft.id, cell=replace(draft.cell, prompt=name))
        return saved

    def promote(
        self,
        ref: str,
        *,
        override: str | None = None,
        progress: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> Verdict:
        """Makes a version active if the promotion gate allows it.

        Args:
            ref: The version.
            override: Reason to promote it without a check; recorded. No model is asked.
            progress: Called after each draft at the gate with the number of finished drafts and of all drafts.

        Returns:
            The gate's verdict; ``promoted`` is true if the version is active now.

        Raises:
            InputError: There is no such version, it is active already, or the gate cannot test it.
        """
        models, open_models = self.models.for_gate()
        options = gate.GateOptions(models=models, open_models=open_models, progress=progress)
        return gate.promote(self.settings, ref, self.user_id, override, options=options)

    def rollback(self, reason: str, *, part: str = SECTION) -> PromptVersion:
        """Makes the version active again that was active before.

        Raises:
            InputError: There was none, or no reason is given.
        """
        return self.store.rollback(self.editor.part(part), user_id=self.user_id, reason=reason)

    def close(self) -> None:
        """Stops the drafts, and closes the models.

        Waits for both, except on the workbench loop's own thread.
        """
        self.stop()
        loop = BackgroundLoop.find()
        if loop is None:
            return  # the drafts and the models' connections have ended with the loop; another one could not close them
        if loop.is_current_thread:
            # A garbage-collected widget closes itself on whichever thread collects it: here, waiting would never end.
            loop.submit(self._close_models())
        else:
            self.wait()
            loop.call(self.models.aclose())

    # ---- inside

    async def _close_models(self) -> None:
        if self._run is not None:
            await asyncio.wait({asyncio.wrap_future(self._run)})
        await self.models.aclose()

    def _find_section(self, section_id: str | None) -> SectionSpec:
        if section_id is not None:
            return resolve_case_sections(self.case, [section_id])[0]
        return next((spec for spec in self.sections if spec.criterion is not None), self.sections[0])

    def _build_jobs(self, versions: Sequence[str] | None, models: Sequence[str] | None, repeats: int) -> list[DraftJob]:
        names = versions or (["filing", EDIT] if self.editor.is_edited else ["filing"])
        found = map(self.editor.variant, names)
        # By version: an edit that equals the active text is drafted once.
        variants = {variant.prompts.version(self.section.section_id): variant for variant in found}
        model_names = [self.models.choice(name).name for name in dict.fromkeys(models or [self.models.reader])]
        assignment = self.assignment
        return [
            DraftJob(
                TunerDraft(
                    id=f"{version}|{model}|{repeat}|{assignment.case.case_id}|{len(assignment.passages)}",
                    cell=Cell(variant.name, assignment.case.case_id, self.section.section_id, model, repeat),
                    prompt_version=version,
                ),
                variant,
                model,
                assignment,
            )
            for version, variant in variants.items()
            for model in model_names
            for repeat in range(1, repeats + 1)
        ]

    async def _run_jobs(self, jobs: list[DraftJob], stop: asyncio.Event) -> None:
        work = asyncio.create_task(self.drafts.run(jobs, ready=self.models.ready, answers=self._answers))
        asked = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({work, asked}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            # Both end here: a stop cancels the drafts, and their end cancels the wait for a stop.
            await end((asked, work))
        if not work.cancelled():
            work.result()

    def _learn_length(self, job: DraftJob, answer: Answer) -> None:
        """Corrects the token count by the endpoint's own."""
        messages = render_preview(job.variant.prompts, job.assignment, limit=self.models.limit(job.model)).messages
        self.meter.learn(job.model, messages, answer.usage.input_tokens)

    def _recall(self, cell: Cell, content: str) -> Mapping[str, Any]:
        """Finds this user's rating of the same text."""
        said = self._ratings.latest().get((cell.case_id, cell.section_id, self.user_id, text_digest(content)))
        return {} if said is None else {"rating": said.rating, "kept": said.kept, "comment": said.comment}

    def _named_text(self, name: str | int) -> tuple[str, str]:
        if isinstance(name, int) or "|" in name:
            draft = self.draft(name)
            return f"{draft.cell.prompt}, {draft.cell.model}, {draft.cell.repeat}", draft.text
        if name in {EDIT, EDIT_OF_SYSTEM}:
            buffer = self.editor.buffer(SECTION if name == EDIT else SYSTEM)
            return f"edit of {buffer.base}", buffer.text
        if name in {"filing", "shipped"}:
            template = self.store.variant(name).prompts.template(self.section.section_id)
            return f"{template.version} ({name})", template.text
        version = self.store.get(name)
        return version.ref, version.text


def _check_number(value: object, field: str, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise InputError(Problem(f"{value!r}", f"give a whole number from {least} to {most}", field=field))
    return value
