"""A model as the second reader of a letter: it is asked about each sentence beside the pages that it cites."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from workbench.case.loader import load_case
from workbench.case.model import Case
from workbench.checks.check import add_findings, check_letter
from workbench.checks.coverage import Coverage
from workbench.checks.finding import Finding
from workbench.checks.letter import Letter, read_letter
from workbench.checks.report import CheckReport
from workbench.checks.support.support import CitedClaim, read_claims
from workbench.config import Settings
from workbench.drafting.answer_cache import AnswerCache
from workbench.drafting.configured_model import model_from_settings
from workbench.drafting.json_question import UnusableJsonError
from workbench.drafting.pricing import Budget, PriceTable
from workbench.drafting.request import Model, ModelUsage
from workbench.drafting.support_judge import OPINION_ID, SupportJudge
from workbench.errors import BudgetExceededError, InputError, ModelError, ModelUnavailableError, Problem, StoreError

_AT_ONCE = 4
"""Questions that are with the model at the same time."""


@dataclass(frozen=True)
class OpinionProgress:
    """Progress of a model with a letter.

    Attributes:
        done: Sentences answered or given up.
        total: Sentences to ask about.
        usage: Usage of all calls so far; kept answers cost nothing.
    """

    done: int
    total: int
    usage: ModelUsage


def find_reader(settings: Settings) -> Model:
    """Returns the model of the settings, which gets sentences of the letter and pages of the exhibits.

    Raises:
        InputError: No model is set, or its address or key cannot be used.
    """
    model = model_from_settings(settings, PriceTable.load(settings.prices))
    if model is None:
        remedy = "set WORKBENCH_MODEL to agree that sentences and pages are sent to it, or check without a model"
        raise InputError(Problem("there is no model to ask", remedy, field="WORKBENCH_MODEL"))
    return model


async def ask_opinions(
    draft: str | Path,
    case: Case | str | Path,
    *,
    model: Model | None = None,
    budget_usd: float | None = None,
    settings: Settings | None = None,
    on_progress: Callable[[OpinionProgress], None] = lambda _progress: None,
) -> CheckReport:
    """Checks a letter, and asks a model about each sentence that cites pages which can be read.

    What the model says is an opinion, marked as one: a warning at most, with words of the page that were found there.
    Answers are kept in ``WORKBENCH_HOME``: after an interruption nothing is asked, or paid for, twice. Where the
    spending limit is reached or the endpoint is lost, the report has the opinions so far, and counts the rest as not
    checked.

    Args:
        draft: A file, or the text itself, as :func:`workbench.check` takes it.
        case: The case: loaded, or its folder or id.
        model: Default: the model of the settings, ``WORKBENCH_MODEL``.
        budget_usd: Spending limit in USD; None: no limit.
        settings: Default: from the environment.
        on_progress: Called after each sentence.

    Returns:
        The report of :func:`workbench.check` with the opinions among its findings, as ``support-opinion``.

    Raises:
        InputError: The draft or the case cannot be read, no model is set, or the endpoint refuses it.
        ModelUnavailableError: The endpoint cannot be reached; nothing was asked.

    Examples:
        >>> import asyncio
        >>> import workbench
        >>> from workbench.drafting.scripted_model import ScriptedModel
        >>> model = ScriptedModel(default='{"reason": "No page says so.", "quote": "", "verdict": "not found"}')
        >>> letter = "She chaired the jury of the Wolf Prize [@wolf-record, p. 1]."
        >>> report = asyncio.run(workbench.ask_opinions(letter, "wu", model=model))
        >>> [finding.message for finding in report.findings if finding.check == "support-opinion"]
        ['Opinion of scripted model, not a check: not found. No page says so.']
    """
    settings = settings or Settings.from_env()
    model = model or find_reader(settings)
    # Reading and checking take seconds of processor time: a notebook stays responsive meanwhile.
    if isinstance(case, str | Path):
        loaded = await asyncio.to_thread(load_case, case, allow_unreadable=True)
    else:
        loaded = case
    letter = await asyncio.to_thread(read_letter, draft, loaded)
    budget = Budget(limit_usd=budget_usd)
    budget.check_start(settings.model, PriceTable.load(settings.prices), host=model.host)
    await model.check()
    report = await asyncio.to_thread(check_letter, letter)
    with AnswerCache(settings, budget=budget) as answers:
        judge = SupportJudge(model, answers=answers, address=settings.openai_base_url)
        # Whatever happens, no connection stays open in the kernel.
        try:
            reading = _Reading(judge, loaded, letter, on_progress)
            findings = await reading.run()
        finally:
            await model.aclose()
    titles = report.titles | {OPINION_ID: "Opinion of a model: what the pages say of the sentence"}
    checked = report.checked | reading.coverage.counts()
    return add_findings(report.model_copy(update={"titles": titles, "checked": checked}), letter, findings)


class _Reading:
    """The questions about one letter."""

    def __init__(
        self, judge: SupportJudge, case: Case, letter: Letter, on_progress: Callable[[OpinionProgress], None]
    ) -> None:
        self.coverage = Coverage()
        self._judge = judge
        self._case = case
        self._on_progress = on_progress
        self._claims: list[CitedClaim] = []
        for claim in read_claims(letter):
            if isinstance(claim, CitedClaim):
                self._claims.append(claim)
            else:
                self.coverage.skip(OPINION_ID, claim)
        # More would wait at most endpoints, and all are lost together where the limit is reached.
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._stopped = ""
        self._done = 0

    async def run(self) -> list[Finding]:
        """Asks about every sentence; findings in the order of the letter."""
        # Counted even where nothing is asked, so that the report has an entry for it.
        self.coverage.check(OPINION_ID, 0)
        self._tell()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._ask(claim)) for claim in self._claims]
        return [found for task in tasks if (found := task.result()) is not None]

    async def _ask(self, claim: CitedClaim) -> Finding | None:
        async with self._places:
            opinion = None
            try:
                if not self._stopped:
                    opinion = await self._judge.ask(self._case, claim)
            except BudgetExceededError:
                self._stopped = "the spending limit is reached"
            except ModelUnavailableError:
                self._stopped = "the model cannot be reached"
            except StoreError:
                self._stopped = "answers cannot be kept"
            # A fault of one answer; the other sentences are still asked about.
            except (ModelError, UnusableJsonError):
                self.coverage.skip(OPINION_ID, "the model gave no opinion that quotes the page")
                return self._finish(None)
            if opinion is None:
                self.coverage.skip(OPINION_ID, self._stopped or "the pages cited are too long to be shown")
                return self._finish(None)
            self.coverage.check(OPINION_ID)
            return self._finish(opinion.to_finding(claim))

    def _finish(self, finding: Finding | None) -> Finding | None:
        self._done += 1
        self._tell()
        return finding

    def _tell(self) -> None:
        self._on_progress(OpinionProgress(self._done, len(self._claims), self._judge.spent.usage))
