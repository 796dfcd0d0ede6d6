"""Search for better prompts.

The adapter between GEPA and the drafting engine.

GEPA (Agrawal and others, Reflective Prompt Evolution, arXiv:2507.19457; the package ``gepa``) steers the search: which
prompt to change next, and which prompts to keep. Everything that touches a client's text is done here: drafting,
scoring and reflection go to the one configured model, through the answer cache and under one spending limit. The
package is given neither a folder nor a tracker nor a model of its own, so it writes no file and sends nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from statistics import fmean
from typing import Any

from workbench.config import Settings
from workbench.drafting.answer_cache import AnswerCache, Record, answer_key, usage_record
from workbench.drafting.model_options import describe_purpose
from workbench.drafting.prompts.templates import PromptTemplate
from workbench.drafting.request import ModelRequest, ModelUsage
from workbench.errors import AnswerCutOffError, BudgetExceededError, ModelError, StoreError
from workbench.tuning.experiment.cells import Cell, CellInputs, CellResult, ModelEntry, Variant
from workbench.tuning.experiment.models import EndpointEntry
from workbench.tuning.experiment.runner import NOT_ASKED, run_cells, wait_for_cells
from workbench.tuning.learning.lessons import Lesson, names_of, split_lessons, texts_of
from workbench.tuning.learning.proposals import SYSTEM_MESSAGE, Proposal, build_question, build_record, read_proposal
from workbench.tuning.prompt_store import PromptStore
from workbench.tuning.scorers.registry import resolve_all
from workbench.workflow.loop import BackgroundLoop

ROUNDS = 8
"""Default number of proposals."""

SCORERS = ("checks", "similarity")
"""Scorers of a draft, with equal weight, as at the promotion gate."""

INTERRUPTED = "interrupted"
"""Reason of an end by Ctrl-C: better prompts found until then are saved."""

_MINIBATCH = 3
_ANSWER_TOKENS = 3_000
_FAULTS = 8


@dataclass(frozen=True)
class Plan:
    """Options of a search for better prompts.

    Attributes:
        model: Name of the model that drafts and reflects; None: ``WORKBENCH_MODEL``.
        rounds: Number of proposals at most.
        budget_usd: Spending limit for drafts and reflections together, USD.
        budget_tokens: Spending limit, tokens; if neither limit is given,
            :data:`workbench.tuning.learning.optimize.DEFAULT_TOKENS`.
        concurrency: Number of requests at the same time.
        seed: Seed of the search.
        open_model: A model that is open already, in the place of ``model``.
        say: Called with a sentence for each step.
    """

    model: str | None = None
    rounds: int = ROUNDS
    budget_usd: float | None = None
    budget_tokens: int | None = None
    concurrency: int = 4
    seed: int = 0
    open_model: ModelEntry | None = None
    say: Callable[[str], None] = field(default=lambda _line: None)


class _EndedError(Exception):
    """End of the search before its last round.

    Prompts found so far count.
    """


class _SilentLogger:
    """Logger that drops everything: GEPA logs whole prompts and drafts."""

    def log(self, message: str) -> None:
        """Drops the message."""


class Search:
    """Search for one section.

    GEPA's adapter and proposer, and their record.
    """

    propose_new_texts = None  # GEPA reads this attribute; the proposer is passed as custom_candidate_proposer

    def __init__(
        self,
        settings: Settings,
        section_id: str,
        plan: Plan,
        lessons: list[Lesson],
        entry: ModelEntry,
        answers: AnswerCache,
    ) -> None:
        self.settings, self.section_id, self.plan = settings, section_id, plan
        self.store = PromptStore(settings)
        self.active = self.store.active(section_id)
        self.lessons, self.entry, self.answers = lessons, entry, answers
        self.learnt, self.measured = split_lessons(lessons)
        self.by_place = {lesson.place: lesson for lesson in lessons}
        self.secrets, self.texts = names_of(lessons), texts_of(lessons)
        self.scorers = resolve_all(SCORERS, settings, answers)
        self.asked = 0
        self.dropped: dict[str, int] = {}
        self.measures: dict[str, dict[tuple[str, str], float]] = {}
        self.results: dict[tuple[str, tuple[str, str]], CellResult] = {}
        self.reasons: dict[str, dict[str, Any]] = {}
        self.ended = ""
        self.stop = threading.Event()

    def run(self, gepa: Any) -> None:
        """Searches until the rounds or the spending limit end."""
        plan, whole = self.plan, len(self.measured)
        try:
            gepa.optimize(
                seed_candidate={self.section_id: self.active.text},
                trainset=self.learnt,
                valset=self.measured,
                adapter=self,
                custom_candidate_proposer=self.propose,
                reflection_minibatch_size=min(_MINIBATCH, len(self.learnt)),
                stop_callbacks=[lambda _state: bool(self.ended) or self.asked >= plan.rounds],
                # A round in which all is perfect asks for nothing: without a bound it would never end.
                max_metric_calls=whole + 2 * plan.rounds * (2 * _MINIBATCH + whole),
                callbacks=[self],
                logger=_SilentLogger(),
                run_dir=None,
                use_wandb=False,
                use_mlflow=False,
                track_best_outputs=False,
                display_progress_bar=False,
                # Its cache knows an example by its place in the list alone, and would take the score of the first to
                # learn from for that of the first to be measured on (0.1.4). Ours knows the words that were sent.
                cache_evaluation=False,
                seed=plan.seed,
                raise_on_exception=True,
            )
        except _EndedError as end:
            self.ended = str(end)
        except KeyboardInterrupt:  # the prompts found so far were paid for
            self.ended = INTERRUPTED
        self.ended = self.ended or f"{self.asked} of {plan.rounds} proposals asked for"

    # What GEPA calls ------------------------------------------------------------------------------------------------

    def evaluate(self, batch: list[Lesson], candidate: dict[str, str], capture_traces: bool = False) -> Any:  # noqa: FBT001, FBT002 - GEPA's signature
        """Drafts and scores a batch of lessons."""
        text = candidate[self.section_id]
        results = self._draft_lessons(text, list({lesson.place: lesson for lesson in batch}.values()))
        scores = [_mean_score(results[lesson.place]) for lesson in batch]
        traces = [(lesson, results[lesson.place]) for lesson in batch]
        made = import_module("gepa.core.adapter").EvaluationBatch
        return made(outputs=[None] * len(batch), scores=scores, trajectories=traces if capture_traces else None)

    def make_reflective_dataset(
        self, _candidate: dict[str, str], evaluated: Any, components: list[str]
    ) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Describes the drafts' faults for the reflecting model."""
        records = [_describe_result(lesson, result) for lesson, result in evaluated.trajectories]
        return dict.fromkeys(components, records)

    def propose(
        self, candidate: dict[str, str], reflective: Mapping[str, Sequence[Mapping[str, Any]]], _components: list[str]
    ) -> dict[str, str]:
        """Asks for a better prompt.

        Returns nothing if the answer cannot be used.
        """
        if self.asked >= self.plan.rounds or self.ended:
            return {}
        self.asked += 1
        parent = candidate[self.section_id]
        try:
            answer = BackgroundLoop.current().call(self._reflect(parent, reflective[self.section_id]))
        except (BudgetExceededError, StoreError) as error:
            self.ended = str(error)
            return {}
        except ModelError as error:
            return self._drop_proposal(f"the model gave no answer: {error}")
        proposal = read_proposal(answer, self.section_id, parent, self.store.check, self.secrets, self.texts)
        if proposal.dropped is not None:
            return self._drop_proposal(proposal.dropped)
        if proposal.text in self.measures:
            return self._drop_proposal("it was tried already")
        self.reasons[proposal.text] = self._describe_reflection(parent, reflective[self.section_id], proposal)
        self.plan.say(f"proposal {self.asked} of {self.plan.rounds} is tried")
        return {self.section_id: proposal.text}

    def on_valset_evaluated(self, event: Mapping[str, Any]) -> None:
        """Records a prompt's scores on the held-back lessons."""
        text = event["candidate"][self.section_id]
        self.measures[text] = {self.measured[at].place: score for at, score in event["scores_by_val_id"].items()}
        score = fmean(self.measures[text].values())
        what = "the filing version" if len(self.measures) == 1 else "a proposal"
        self.plan.say(f"{what} scores {score:.3f} on {len(self.measured)} approved sections")

    # The work -------------------------------------------------------------------------------------------------------

    def _draft_lessons(self, text: str, lessons: list[Lesson]) -> dict[tuple[str, str], CellResult]:
        template = PromptTemplate(self.section_id, text.strip() + "\n", dict(self.active.template.front))
        variant = Variant(template.version, self.store.library().with_templates(template))
        cells = [Cell(variant.name, *lesson.place, self.entry.name, 1) for lesson in lessons]
        found: dict[tuple[str, str], CellResult] = {}
        whose = "the filing version" if text == self.active.text else f"proposal {self.asked}"

        async def inputs(cell: Cell) -> CellInputs:
            lesson = self.by_place[cell.case_id, cell.section_id]
            return CellInputs(variant, self.entry, lesson.assignment, lesson.approved)

        def add_result(result: CellResult) -> None:
            found[result.cell.case_id, result.cell.section_id] = result
            self.plan.say(f"{whose}: {len(found)} of {len(cells)} sections drafted")

        running = run_cells(
            cells,
            prepare=inputs,
            answers=self.answers,
            scorers=self.scorers,
            concurrency=self.plan.concurrency,
            on_result=add_result,
            stop=self.stop,
        )
        wait_for_cells(BackgroundLoop.current().submit(running), self.stop)
        for place, result in found.items():
            self.results[text, place] = result
        # Also if every cell had its turn before the stop: otherwise GEPA would go on with the next prompt.
        if self.stop.is_set():
            raise _EndedError(INTERRUPTED)
        for result in found.values():
            if result.error is not None and result.error.startswith(NOT_ASKED):
                raise _EndedError(result.error.removeprefix(f"{NOT_ASKED}: "))
        return found

    async def _reflect(self, parent: str, examples: Sequence[Mapping[str, Any]]) -> str:
        """Asks the model how to improve the prompt.

        The answer is cached like a draft.
        """
        model = self.entry.model
        room = model.prompt_characters(_ANSWER_TOKENS)
        user = build_question(
            self.section_id, parent, examples, room - len(SYSTEM_MESSAGE) if room is not None else None
        )
        request = ModelRequest(
            section_id="optimize",
            system=SYSTEM_MESSAGE,
            user=user,
            assignment=self.lessons[0].assignment,
            max_output_tokens=_ANSWER_TOKENS,
        )

        async def ask() -> Record:
            pieces: list[str] = []
            usage = ModelUsage()
            try:
                async for chunk in model.stream(request):
                    if chunk.restart:
                        pieces.clear()
                    pieces.append(chunk.text)
                    usage = usage + chunk.usage if chunk.usage else usage
            except AnswerCutOffError:
                raise ModelError("it was cut off at its length limit") from None
            return {"content": "".join(pieces), "usage": usage_record(usage)}

        key = answer_key(
            model=getattr(model, "model", model.label),
            base_url=self.entry.base_url if isinstance(self.entry, EndpointEntry) else str(model.host),
            temperature=getattr(model, "temperature", None),
            limit=_ANSWER_TOKENS,
            system=SYSTEM_MESSAGE,
            user=user,
            repeat=self.asked,  # the same question in a later round is another question
            purpose=describe_purpose("reflect", model),
        )
        record, _ = await self.answers.ask(key, ask)
        return str(record["content"])

    def _drop_proposal(self, why: str) -> dict[str, str]:
        self.dropped[why] = self.dropped.get(why, 0) + 1
        self.plan.say(f"proposal {self.asked} of {self.plan.rounds} is dropped: {why}")
        return {}

    def _describe_reflection(
        self, parent: str, examples: Sequence[Mapping[str, Any]], proposal: Proposal
    ) -> dict[str, Any]:
        return {"parent": parent, "examples": [dict(one) for one in examples], "mended": list(proposal.mended)}


def _mean_score(result: CellResult) -> float:
    """Averages the scores.

    A draft that failed or cannot be scored counts as 0.
    """
    values = [score.value for score in result.scores if score.value is not None]
    return fmean(values) if values else 0.0


def _describe_result(lesson: Lesson, result: CellResult) -> dict[str, Any]:
    faults = [f"{finding.check}: {finding.message}" for finding in result.findings if finding.severity == "error"]
    if result.error is not None:
        faults = [f"no draft came: {result.error}"]
    return build_record(
        place=", ".join(lesson.place),
        score=_mean_score(result),
        reasons=faults[:_FAULTS],
        said=lesson.said,
        draft=result.answer.content if result.answer is not None else "",
        approved=lesson.approved,
    )
