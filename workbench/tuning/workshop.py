"""One sitting at one section's prompt: what is edited, what was drafted with it, what was decided. No widget.

editor (section prompt, system message)  --write--> remarks, preview
versions x models x repeats              --start--> trials (drafts)      --> redline, ratings, table
editor                                   --save-->  candidate            --promote (gate), rollback-->  filing
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
from workbench.drafting.prompts import SYSTEM
from workbench.drafting.request import Assignment
from workbench.drafting.sections import SectionSpec, resolve_sections, sections_for
from workbench.drafting.versions import PromptVersion
from workbench.errors import InputError, Problem, TransitionError
from workbench.live.tasks import end
from workbench.text.clock import now
from workbench.text.digest import text_digest
from workbench.tuning import gate
from workbench.tuning.answers import Answers
from workbench.tuning.assignments import assignment_for
from workbench.tuning.cells import Answer, Cell, Contender, Variant
from workbench.tuning.editor import EDIT, EDIT_OF_SYSTEM, SECTION, Editor
from workbench.tuning.library import PromptStore
from workbench.tuning.lineup import LineUp
from workbench.tuning.preview import Preview, TokenMeter, Tokens, preview
from workbench.tuning.ratings import Rating, Ratings
from workbench.tuning.redlined import Redlined
from workbench.tuning.runner import draft_cell
from workbench.tuning.trials import Job, Trial, Trials, TrialTable
from workbench.tuning.verdict import Verdict
from workbench.workflow.bench import Bench
from workbench.workflow.opening import login

MOST_REPEATS = 20
PASSAGES = 12


class Workshop:
    """See the module. Every method may be called from any thread but the workbench loop's.

    Attributes:
        settings: In use.
        user_id: Who edits, rates and decides; asserted, and recorded.
        case: The case.
        section: The section.
        passages: How many passages of the exhibits go in at most.
        store: The prompt versions.
        models: Who may write.
        trials: The drafts of this sitting.
    """

    def __init__(
        self,
        case: str | Path | Case,
        section: str | None = None,
        *,
        settings: Settings | None = None,
        models: Iterable[str | Contender] | None = None,
        passages: int = PASSAGES,
        user_id: str | None = None,
    ) -> None:
        """Opens the filing prompt of a section.

        Args:
            case: A case, or what :func:`workbench.load_case` takes.
            section: Id of the section; None: the first that argues a criterion.
            settings: Default: the environment's.
            models: Names (``offline``, ``local``, the endpoint's), or contenders of your own. None: what there is.
            passages: How many passages of the exhibits go in at most.
            user_id: Default: the login name.

        Raises:
            InputError: Case, section, model or number of passages cannot be used.
        """
        self.settings = settings or Settings.from_env()
        self.user_id = user_id or login()
        self.store = PromptStore(self.settings)
        self.models = LineUp(self.settings, models)
        self.meter = TokenMeter()
        self.passages = _whole(passages, "passages", 0, 100)
        self.on_run: Callable[[], None] = lambda: None
        self._ratings = Ratings(self.settings)
        self._answers = Answers(self.settings)
        self._guard = threading.RLock()
        self._assignments: dict[tuple[str, str, int], Assignment] = {}
        self._run: Future[None] | None = None
        self._stop: asyncio.Event | None = None
        self.trials = Trials(self._draft, recall=self._recall)
        self.case = case if isinstance(case, Case) else load_case(case, settings=self.settings)
        self.section = self._section(section)
        self.editor = Editor(self.store, self.section.section_id)

    # ---- what is worked on

    @property
    def sections(self) -> tuple[SectionSpec, ...]:
        """Those that the case calls for; first."""
        return tuple(sections_for(self.case))

    @property
    def cases(self) -> list[str]:
        """Names of the cases that can be chosen."""
        return known_cases(self.settings)

    def choose(self, *, case: str | None = None, section: str | None = None) -> None:
        """Goes on with another case or section; what is edited of the other section is kept for coming back.

        Raises:
            InputError: There is none of that name.
            TransitionError: Drafts are being written.
        """
        if self.running:
            raise TransitionError("drafts are being written: stop them first, or wait for them")
        chosen = self.case if case is None else load_case(case, settings=self.settings)
        with self._guard:
            before, self.case = self.case, chosen
            try:
                wanted = section or self.section.section_id
                known = section is not None or wanted in {spec.section_id for spec in self.sections}
                self.section = self._section(wanted if known else None)
            except InputError:
                self.case = before
                raise
            self.editor.choose(self.section.section_id)

    def set_passages(self, count: int) -> None:
        """How many passages of the exhibits go in at most."""
        self.passages = _whole(count, "passages", 0, 100)

    @property
    def assignment(self) -> Assignment:
        """What is to be drafted: case, section and passages."""
        with self._guard:
            key = (self.case.digest, self.section.section_id, self.passages)
            if key not in self._assignments:
                with contextlib.closing(MemoryManager(self.case)) as memory:
                    whole = assignment_for(self.case, self.section.section_id, settings=self.settings, memory=memory)
                self._assignments[key] = replace(whole, passages=tuple(whole.passages)[: self.passages])
            return self._assignments[key]

    # ---- what would be sent

    def preview(self, model: str | None = None) -> tuple[Preview, Tokens]:
        """The prompt in the editor as a model would be sent it, and its length.

        Args:
            model: Name of the model; None: the first that reads prompts, or any.

        Raises:
            InputError: The prompt cannot be used, or there is no such model.
        """
        name = model or self.models.reader
        shown = preview(self.editor.prompts(), self.assignment, limit=self.models.limit(name))
        return shown, self.meter.measure(name, shown.messages)

    # ---- drafts

    @property
    def running(self) -> bool:
        """Whether drafts are being written."""
        return self._run is not None and not self._run.done()

    def start(
        self, versions: Sequence[str] | None = None, models: Sequence[str] | None = None, repeats: int = 1
    ) -> tuple[str, ...]:
        """Begins to draft: every version with every model, so many times. Returns at once.

        Args:
            versions: ``edit`` (what stands in the editor), ``filing``, ``shipped``, or refs. None: what is filed, and
                the edit where there is one.
            models: Names; None: the first that reads prompts.
            repeats: Of each.

        Returns:
            Ids of the trials, in order.

        Raises:
            InputError: A version, a model or a number that cannot be used.
            TransitionError: Drafts are being written already.
        """
        jobs = self._jobs(versions, models, _whole(repeats, "repeats", 1, MOST_REPEATS))
        with self._guard:
            if self.running:
                raise TransitionError("drafts are being written: stop them first, or wait for them")
            self._stop = asyncio.Event()
            self._run = Bench.current().submit(self._run_all(jobs, self._stop))
        self.on_run()
        self._run.add_done_callback(lambda _run: self.on_run())
        return tuple(job.trial.id for job in jobs)

    def wait(self) -> None:
        """Until what was started has ended.

        Raises:
            ModelRefusedError: A model cannot be reached; no draft was asked for.
        """
        if self._run is not None:
            with contextlib.suppress(CancelledError):  # the process is ending
                self._run.result()

    def stop(self) -> None:
        """Stops what is being written; what has streamed is kept, and marked."""
        if self._stop is not None:
            # Not by cancelling: whoever waits is to wait until the drafts have ended and said so.
            Bench.current().loop.call_soon_threadsafe(self._stop.set)

    def run(
        self, versions: Sequence[str] | None = None, models: Sequence[str] | None = None, repeats: int = 1
    ) -> TrialTable:
        """As :meth:`start`, and waits; interrupting it stops what is being written."""
        ids = self.start(versions, models, repeats)
        try:
            self.wait()
        except KeyboardInterrupt:
            self.stop()
            self.wait()
            raise
        return TrialTable(trial for trial_id in ids if (trial := self.trials.get(trial_id)) is not None)

    def trial(self, draft: str | int) -> Trial:
        """A draft, by its number in :attr:`results` or its id.

        Raises:
            InputError: There is none.
        """
        trials = self.trials.all()
        if isinstance(draft, int) and 0 <= draft < len(trials):
            return trials[draft]
        if isinstance(draft, str) and (trial := self.trials.get(draft)) is not None:
            return trial
        raise InputError(Problem(f"no draft {draft!r}", "give its number in the table of results", field="draft"))

    @property
    def here(self) -> tuple[Trial, ...]:
        """Those of the case and the section that are chosen."""
        place = self.case.case_id, self.section.section_id
        return tuple(each for each in self.trials.all() if (each.cell.case_id, each.cell.section_id) == place)

    @property
    def results(self) -> TrialTable:
        """Every draft of this sitting."""
        return TrialTable(self.trials.all())

    def redline(self, old: str | int, new: str | int) -> Redlined:
        """What becomes of one text in another.

        Args:
            old: A prompt (``edit``, ``edit:system``, ``filing``, ``shipped``, a ref), or a draft: its number in
                :attr:`results`, or its id.
            new: Likewise.

        Raises:
            InputError: There is no such prompt or draft.
        """
        return Redlined.of(self._named_text(old), self._named_text(new))

    # ---- what is decided

    def rate(
        self, draft: str | int, *, rating: int | None = None, kept: bool | None = None, comment: str | None = None
    ) -> Trial:
        """Says something of a draft; what is not named stays as it was.

        Args:
            draft: Its number in :attr:`results`, or its id.
            rating: 1 to 5 stars; 0 takes them back.
            kept: Whether it is to be kept.
            comment: In words.

        Raises:
            InputError: There is no such draft, it is not finished, or what is said cannot be.
        """
        trial = self.trial(draft)
        if trial.answer is None:
            raise InputError(Problem("this draft is not finished", "rate it when it is", field="draft"))
        said = Rating(
            case=trial.cell.case_id,
            section=trial.cell.section_id,
            prompt_version=trial.prompt_version,
            model=trial.answer.model,
            content=trial.answer.content,
            rating=trial.rating if rating is None else (rating or None),
            kept=trial.kept if kept is None else kept,
            comment=trial.comment if comment is None else comment,
            user=self.user_id,
            at=now(),
            prompt=trial.cell.prompt,
            repeat=trial.cell.repeat,
        )
        self._ratings.add(said)
        for each in self.trials.all():  # the same text in another place is the same draft
            if each.answer is not None and text_digest(each.answer.content) == said.sha256:
                self.trials.change(each.id, rating=said.rating, kept=said.kept, comment=said.comment)
        return self.trial(trial.id)

    def save(self, note: str, *, part: str = SECTION) -> PromptVersion:
        """Keeps what stands in the editor as a version, a candidate.

        Args:
            note: What was changed, and why.
            part: The section's prompt, or ``system``.

        Raises:
            InputError: It has not been changed, has no note, or cannot be used; each problem with its line.
        """
        saved = self.editor.save(note, self.user_id, part)
        with contextlib.suppress(InputError):  # the other sheet cannot be used yet: then nothing was drafted with it
            if (renamed := self.editor.saved_name()) is not None:
                version, name = renamed
                for trial in self.trials.all():
                    if trial.prompt_version == version:
                        self.trials.change(trial.id, cell=replace(trial.cell, prompt=name))
        return saved

    def promote(
        self,
        ref: str,
        *,
        override: str | None = None,
        progress: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> Verdict:
        """Makes a version the filing one, if the gate lets it pass.

        Args:
            ref: The version.
            override: Why it is to pass all the same; recorded. No model is asked then.
            progress: Told after each draft at the gate how many are done, and of how many.

        Returns:
            The gate's verdict; ``promoted`` says whether the version files now.

        Raises:
            InputError: There is no such version, it files already, or the gate cannot try it.
        """
        models, contenders = self.models.for_gate()
        trial = gate.Trial(models=models, contenders=contenders, progress=progress)
        return gate.promote(self.settings, ref, self.user_id, override, trial=trial)

    def rollback(self, reason: str, *, part: str = SECTION) -> PromptVersion:
        """Goes back to the version that was filed before.

        Raises:
            InputError: There was none, or no reason is given.
        """
        return self.store.rollback(self.editor.part(part), user_id=self.user_id, reason=reason)

    def close(self) -> None:
        """Stops what is being written, and lets go of the models."""
        self.stop()
        self.wait()
        Bench.current().call(self.models.aclose())

    # ---- inside

    def _section(self, section_id: str | None) -> SectionSpec:
        if section_id is not None:
            return resolve_sections([section_id])[0]
        return next((spec for spec in self.sections if spec.criterion is not None), self.sections[0])

    def _jobs(self, versions: Sequence[str] | None, models: Sequence[str] | None, repeats: int) -> list[Job]:
        names = versions or (["filing", EDIT] if self.editor.edited else ["filing"])
        found = map(self.editor.variant, names)
        variants = {variant.prompts.version(self.section.section_id): variant for variant in found}
        offers = [self.models.offer(name).name for name in dict.fromkeys(models or [self.models.reader])]
        assignment = self.assignment
        return [
            Job(
                Trial(
                    id=f"{version}|{model}|{repeat}|{assignment.case.case_id}|{len(assignment.passages)}",
                    cell=Cell(variant.name, assignment.case.case_id, self.section.section_id, model, repeat),
                    prompt_version=version,
                ),
                variant,
                model,
                assignment,
            )
            for version, variant in variants.items()
            for model in offers
            for repeat in range(1, repeats + 1)
        ]

    async def _run_all(self, jobs: list[Job], stop: asyncio.Event) -> None:
        work = asyncio.create_task(self.trials.run(jobs, ready=self.models.ready))
        asked = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({work, asked}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await end((asked, work))
        if not work.cancelled():
            work.result()

    async def _draft(
        self,
        variant: Variant,
        contender: Contender,
        assignment: Assignment,
        repeat: int,
        *,
        on_text: Callable[[str], None],
        on_restart: Callable[[], None],
    ) -> Answer:
        answer = await draft_cell(
            variant, contender, assignment, repeat, self._answers, on_text=on_text, on_restart=on_restart
        )
        messages = preview(variant.prompts, assignment, limit=contender.model.prompt_characters).messages
        self.meter.learn(contender.name, messages, answer.usage.input_tokens)
        return answer

    def _recall(self, cell: Cell, content: str) -> Mapping[str, Any]:
        """What this user said of the same text before."""
        said = self._ratings.latest().get((cell.case_id, cell.section_id, self.user_id, text_digest(content)))
        return {} if said is None else {"rating": said.rating, "kept": said.kept, "comment": said.comment}

    def _named_text(self, name: str | int) -> tuple[str, str]:
        if isinstance(name, int) or "|" in name:
            trial = self.trial(name)
            return f"{trial.cell.prompt}, {trial.cell.model}, {trial.cell.repeat}", trial.text
        if name in {EDIT, EDIT_OF_SYSTEM}:
            sheet = self.editor.sheet(SECTION if name == EDIT else SYSTEM)
            return f"edit of {sheet.base}", sheet.text
        if name in {"filing", "shipped"}:
            template = self.store.variant(name).prompts.template(self.section.section_id)
            return f"{template.version} ({name})", template.text
        version = self.store.get(name)
        return version.ref, version.text


def _whole(value: object, field: str, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise InputError(Problem(f"{value!r}", f"give a whole number from {least} to {most}", field=field))
    return value
