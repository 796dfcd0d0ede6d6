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
from workbench.drafting.configured_model import require_model
from workbench.drafting.json_question import UnusableJsonError
from workbench.drafting.pricing import Budget, PriceTable
from workbench.drafting.request import Model, ModelUsage
from workbench.drafting.support_judge import OPINION_ID, SupportJudge
from workbench.errors import BudgetExceededError, ModelError, ModelUnavailableError, StoreError

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
    return require_model(settings, sent="sentences and pages", otherwise="check without a model")


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
            questions = _LetterQuestions(judge, loaded, letter, on_progress)
            findings = await questions.ask_all()
        finally:
            await model.aclose()
    titles = report.titles | {OPINION_ID: "Opinion of a model: what the pages say of the sentence"}
    checked = report.checked | questions.coverage.counts()
    return add_findings(report.model_copy(update={"titles": titles, "checked": checked}), letter, findings)


class _LetterQuestions:
    """The questions about one letter.

    Attributes:
        coverage: Number of sentences with an opinion, and of those without, by reason.
    """

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
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._stop_reason = ""
        self._done = 0

    async def ask_all(self) -> list[Finding]:
        """Asks about every sentence; findings in the order of the letter."""
        # Counted even where nothing is asked, so that the report has an entry for it.
        self.coverage.check(OPINION_ID, 0)
        self._report_progress()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._ask_and_report(claim)) for claim in self._claims]
        return [found for task in tasks if (found := task.result()) is not None]

    async def _ask_and_report(self, claim: CitedClaim) -> Finding | None:
        async with self._slots:
            finding = await self._ask(claim)
        self._done += 1
        self._report_progress()
        return finding

    async def _ask(self, claim: CitedClaim) -> Finding | None:
        why = self._stop_reason
        if not why:
            try:
                opinion = await self._judge.ask(self._case, claim)
            # After these no other sentence is asked about either.
            except BudgetExceededError:
                why = self._stop_reason = "the spending limit is reached"
            except ModelUnavailableError:
                why = self._stop_reason = "the model cannot be reached"
            except StoreError:
                why = self._stop_reason = "answers cannot be kept"
            # A fault of one answer; the other sentences are still asked about.
            except (ModelError, UnusableJsonError):
                why = "the model gave no opinion that quotes the page"
            else:
                if opinion is not None:
                    self.coverage.check(OPINION_ID)
                    return opinion.to_finding(claim)
                why = "the pages cited are too long to be shown"
        self.coverage.skip(OPINION_ID, why)
        return None

    def _report_progress(self) -> None:
        self._on_progress(OpinionProgress(self._done, len(self._claims), self._judge.spent.usage))
