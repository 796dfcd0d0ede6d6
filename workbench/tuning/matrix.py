"""The matrix of an experiment: every name in it looked up, its cells one by one, and how a cell is drafted."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from workbench.case.consistency import remedy_for
from workbench.case.loader import load_case
from workbench.case.model import Case
from workbench.case.search import MemoryManager
from workbench.config import Settings
from workbench.drafting.prices import Budget, PriceTable
from workbench.drafting.request import Assignment, ModelRequest
from workbench.drafting.sections import resolve_sections, sections_for
from workbench.drafting.writer import WriterAgent
from workbench.errors import InputError, Problem
from workbench.tuning.answers import AnswerCache
from workbench.tuning.asking import assignment_for
from workbench.tuning.cells import Cell, CellInputs, ModelEntry, Scorer, Variant
from workbench.tuning.contenders import LOCAL, OFFLINE, ModelRegistry, refuse_remote_model
from workbench.tuning.golden import approved_text
from workbench.tuning.judge import Judge
from workbench.tuning.library import PromptStore
from workbench.tuning.scorers import resolve
from workbench.tuning.spec import ExperimentSpec, located, read_spec

LARGEST = 1_000_000
"""Cells of one experiment at most: a slip of the finger is found before it is paid for."""

_RENDERED = 256
"""Prompts held in memory."""

_ANY_ANSWER = 1024
"""Tokens; only to tell whether a model has learned meanwhile how much it reads."""


class Matrix:
    """The cells of an experiment; a context manager that lets go of answers, models and searches.

    Attributes:
        spec: The experiment.
        budget: Its spending limit.
        answers: Where answers are kept, under that limit.
        scorers: Its scorers.
        variants: Its sets of prompts, by name.
        cases: By the name under which the experiment knows them.
        sections: Ids of the sections of each case, by the case's id.
        skipped: Sections asked for that a case does not call for, in words.
    """

    def __init__(
        self,
        spec: ExperimentSpec,
        settings: Settings,
        *,
        variants: Mapping[str, Variant] | None = None,
        open_models: Iterable[ModelEntry] = (),
        folder: Path | None = None,
    ) -> None:
        """Looks every name up; nothing is asked, and no model is started.

        Args:
            spec: The experiment.
            settings: For cases, prompts, models, prices and the home.
            variants: Sets of prompts by names that come before those of the store.
            open_models: Models that are open already; their names come before those of the endpoint.
            folder: Where relative paths of cases and prompts begin too; default: the current folder only.

        Raises:
            InputError: Every name that is not known, and whatever else of the spec cannot be used.
        """
        self.spec, self.settings = spec, settings
        self._folder = folder
        self._given = tuple(open_models)
        self._problems: list[Problem] = []
        self._memories: dict[str, MemoryManager] = {}
        self._assignments: dict[tuple[str, str], Assignment] = {}
        self._requests: dict[tuple[Cell, int | None], ModelRequest] = {}
        self._searching = threading.Lock()
        self._entries: dict[str, ModelEntry] = {}
        self._opened: ModelRegistry | None = None
        self.skipped: list[str] = []
        self.budget = Budget(spec.budget_usd, spec.budget_tokens)
        self.variants = self._found_variants(variants or {})
        self.cases = self._found_cases()
        self.sections = self._found_sections()
        self._check_models()
        self.answers = AnswerCache(settings, budget=self.budget)
        self.scorers = self._found_scorers()
        if self.size > LARGEST:
            self._problem(f"{self.size:,} cells are more than {LARGEST:,}", "take fewer", "repeats")
        if self._problems:
            self.answers.close()
            raise InputError(*self._problems)

    @property
    def size(self) -> int:
        """How many cells there are."""
        spec = self.spec
        each = len(spec.prompts) * len(spec.models) * spec.repeats
        return each * sum(len(sections) for sections in self.sections.values())

    def cells(self) -> Iterator[Cell]:
        """Every cell, case by case and section by section.

        Those that are compared lie side by side, so that an experiment that ends early has whole pairs.
        """
        for case in self.cases.values():
            for section_id in self.sections[case.case_id]:
                for repeat in range(1, self.spec.repeats + 1):
                    for model in self.spec.models:
                        for prompt in self.spec.prompts:
                            yield Cell(prompt, case.case_id, section_id, model, repeat)

    async def open(self, say: Callable[[str], None] = lambda _line: None) -> None:
        """Opens and checks the models, and says who will be asked where.

        Raises:
            InputError: Every model that cannot be used.
        """
        self._opened = ModelRegistry(
            self.spec.models, self.settings, temperature=self.spec.temperature, given=self._given
        )
        self._entries = await self._opened.open(say)
        for scorer in self.scorers:
            if isinstance(scorer, Judge):
                try:
                    await scorer.model.check()
                finally:
                    await scorer.model.aclose()  # it is asked from the loop that scores
                say(f"{scorer.name}: {scorer.model.label} judges, and is sent every draft that it scores")

    async def inputs(self, cell: Cell) -> CellInputs:
        """The prompts, the model and the assignment of a cell; :meth:`open` comes first."""
        place = (cell.case_id, cell.section_id)
        assignment = self._assignments.get(place)
        if assignment is None:
            assignment = await asyncio.to_thread(self.assignment, *place)
        return CellInputs(
            self.variants[cell.prompt],
            self._entries[cell.model],
            assignment,
            approved_text(self.settings, *place),
            self._request(cell, assignment),
        )

    def _request(self, cell: Cell, assignment: Assignment) -> ModelRequest:
        """What is asked for a cell; all repeats of it ask the same, for as long as the model reads as much."""
        writer = WriterAgent(self._entries[cell.model].model, self.variants[cell.prompt].prompts)
        place = (replace(cell, repeat=1), writer.model.prompt_characters(_ANY_ANSWER))
        if place not in self._requests:
            if len(self._requests) >= _RENDERED:
                self._requests.clear()
            self._requests[place] = writer.request(assignment)
        return self._requests[place]

    def assignment(self, case_id: str, section_id: str) -> Assignment:
        """What a section of a case asks for; made once."""
        place = (case_id, section_id)
        with self._searching:
            if place not in self._assignments:
                case = next(case for case in self.cases.values() if case.case_id == case_id)
                if case_id not in self._memories:
                    self._memories[case_id] = MemoryManager(case)
                self._assignments[place] = assignment_for(
                    case, section_id, settings=self.settings, memory=self._memories[case_id]
                )
            return self._assignments[place]

    async def aclose(self) -> None:
        """Lets go of everything."""
        if self._opened is not None:
            await self._opened.aclose()
        self.close()

    def close(self) -> None:
        """The same, of a matrix whose models were not opened."""
        for memory in self._memories.values():
            memory.close()
        self.answers.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def _problem(self, what: str, remedy: str, field: str) -> None:
        self._problems.append(Problem(what, remedy, field=field))

    def _found_variants(self, given: Mapping[str, Variant]) -> dict[str, Variant]:
        found: dict[str, Variant] = {}
        for index, name in self._once("prompts", self.spec.prompts):
            try:
                found[name] = given[name] if name in given else self._variant(name)
            except InputError as error:
                self._problems += [_at(problem, f"prompts[{index}]") for problem in error.problems]
        return found

    def _variant(self, name: str) -> Variant:
        return replace(PromptStore(self.settings).variant(self._beside(name)), name=name)

    def _found_cases(self) -> dict[str, Case]:
        found: dict[str, Case] = {}
        for index, name in self._once("cases", self.spec.cases):
            field = f"cases[{index}]"
            try:
                case = load_case(self._beside(name), settings=self.settings)
                sections_for(case)
            except InputError as error:
                self._problems += [_of_case(problem, name, field) for problem in error.problems]
                continue
            twin = next((other for other, known in found.items() if known.case_id == case.case_id), None)
            if twin is not None:
                self._problem(f"{name!r} and {twin!r} are both case {case.case_id!r}", "keep one of the two", field)
            found[name] = case
        return found

    def _found_sections(self) -> dict[str, tuple[str, ...]]:
        calls = {case.case_id: tuple(spec.section_id for spec in sections_for(case)) for case in self.cases.values()}
        if self.spec.sections is None:
            return calls
        try:
            wanted = [spec.section_id for spec in resolve_sections(self.spec.sections)]
        except InputError as error:
            self._problems += error.problems
            return {}
        for index, section_id in enumerate(wanted):
            without = [case_id for case_id, sections in calls.items() if section_id not in sections]
            if without and len(without) == len(calls):
                known = sorted({name for sections in calls.values() for name in sections})
                what = f"none of these cases calls for section {section_id!r}"
                self._problem(what, remedy_for(section_id, known), f"sections[{index}]")
            elif without:
                self.skipped.append(f"section {section_id}: not called for by {', '.join(without)}")
        return {
            case_id: tuple(section_id for section_id in wanted if section_id in sections)
            for case_id, sections in calls.items()
        }

    def _check_models(self) -> None:
        given = {one.name for one in self._given}
        prices = PriceTable.load(self.settings.prices)
        for index, name in self._once("models", self.spec.models):
            if name in given or name in (OFFLINE, LOCAL):
                continue
            field = f"models[{index}]"
            remedy = remedy_for(name, (OFFLINE, LOCAL), "")
            if self.settings.model is None and remedy.startswith("did you mean"):
                self._problem(f"unknown model {name!r}", remedy, field)
                continue
            try:
                refuse_remote_model(name, self.settings)
                self.budget.check_start(name, prices)
            except InputError as error:
                self._problems += [replace(problem, field=_named(problem.field, field)) for problem in error.problems]

    def _found_scorers(self) -> tuple[Scorer, ...]:
        found: list[Scorer] = []
        for index, entry in enumerate(self.spec.scorers):
            try:
                scorer = resolve(entry, self.settings, self.answers)
            except InputError as error:
                self._problems += [_at(problem, f"scorers[{index}]") for problem in error.problems]
                continue
            if any(scorer.name == other.name for other in found):
                self._problem(f"two scorers are called {scorer.name!r}", "name it once", f"scorers[{index}]")
            found.append(scorer)
        return tuple(found)

    def _once(self, field: str, names: Iterable[str]) -> Iterator[tuple[int, str]]:
        """Each name with its place; one that comes again is a problem, and left out."""
        seen: set[str] = set()
        for index, name in enumerate(names):
            if name in seen:
                self._problem(f"{name!r} is named twice", "name it once; see repeats", f"{field}[{index}]")
                continue
            seen.add(name)
            yield index, name

    def _beside(self, name: str) -> str:
        """A path as it stands beside the experiment's file, where something of that name is there."""
        if self._folder is not None and "\0" not in name and not Path(name).exists():
            beside = self._folder / name
            if beside.exists():
                return str(beside)
        return name


def load_spec(path: str | Path, settings: Settings | None = None) -> ExperimentSpec:
    """Reads an experiment's file and looks every name in it up.

    Args:
        path: The file.
        settings: Default: the environment.

    Raises:
        InputError: Everything that is wrong with it, in the order of its lines.
    """
    matrix = matrix_of(Path(path), settings or Settings.from_env())
    matrix.close()
    return matrix.spec


def matrix_of(path: Path, settings: Settings, **given: Any) -> Matrix:
    """The matrix of an experiment's file.

    Args:
        path: The file; relative paths in it begin at its folder too.
        settings: See :class:`~workbench.tuning.matrix.Matrix`.
        given: What else it takes.

    Raises:
        InputError: Everything that is wrong with the file, in the order of its lines.
    """
    spec, source, problems = read_spec(path)
    matrix = None
    if spec is not None:
        try:
            matrix = Matrix(spec, settings, folder=path.parent, **given)
        except InputError as error:
            problems += [located(problem, source) for problem in error.problems]
    if problems or matrix is None:
        if matrix is not None:
            matrix.close()
        unique = dict.fromkeys(problems)
        raise InputError(*sorted(unique, key=lambda problem: (problem.file != str(path), problem.line or 0)))
    return matrix


def _at(problem: Problem, field: str) -> Problem:
    """A problem of a name, at the place where the experiment has that name; one with a line stays where it is."""
    if problem.line is not None:
        return problem
    if problem.file is not None:
        return Problem(f"{problem.what}: {problem.file}", problem.remedy, field=field)
    own = (problem.field or "").partition(".")[2]  # the option of a scorer
    return replace(problem, field=f"{field}.{own}" if own else field)


def _of_case(problem: Problem, name: str, field: str) -> Problem:
    """A problem of a case: of its file, where one of its lines is meant, else of the name that the experiment has."""
    if problem.line is not None or problem.field is not None:
        return problem
    return Problem(f"{problem.what}: {name!r}", problem.remedy, field=field)


def _named(own: str | None, field: str) -> str:
    """The field of the experiment that a problem of a model is about."""
    return "budget_usd" if own == "budget-usd" else field
