"""Matrix of an experiment.

Its names looked up, its cells, and the inputs of each cell.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from workbench.case.consistency import remedy_for
from workbench.case.loader import load_case
from workbench.case.model import Case
from workbench.case.search import MemoryManager
from workbench.config import Settings
from workbench.drafting.agents import WriterAgent
from workbench.drafting.answer_cache import AnswerCache
from workbench.drafting.model_options import ModelOptions
from workbench.drafting.pricing import Budget, PriceTable
from workbench.drafting.request import Assignment, ModelRequest
from workbench.drafting.sections import resolve_sections, sections_for
from workbench.errors import InputError, Problem
from workbench.model_settings import ModelSettings
from workbench.tuning.experiment.cells import Cell, CellInputs, ModelEntry, Scorer, Variant, describe_options
from workbench.tuning.experiment.drafting import assignment_for
from workbench.tuning.experiment.models import LOCAL, OFFLINE, ModelRegistry, refuse_remote_model
from workbench.tuning.experiment.spec import ExperimentSpec, add_location, read_spec
from workbench.tuning.promotion.golden import approved_text
from workbench.tuning.prompt_store import PromptStore
from workbench.tuning.scorers.judge import Judge
from workbench.tuning.scorers.registry import find_foreign_code, resolve

LARGEST = 1_000_000
"""Number of cells of one experiment at most: a typing error is found before it is paid for."""

_RENDERED = 256
"""Number of rendered prompts held in memory."""

_ANY_ANSWER = 1024
"""Limit of an answer, tokens; only used to notice that a model has learnt its context length meanwhile."""


class Matrix:
    """Cells of an experiment.

    A context manager that closes answers, models and search indexes.

    Attributes:
        spec: The experiment.
        budget: Its spending limit.
        answers: Cache of answers, under that limit.
        scorers: Its scorers.
        variants: Its sets of prompts, by name.
        cases: Cases by the name in the experiment.
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
        """Looks up every name; no model is asked or started.

        Args:
            spec: The experiment.
            settings: For cases, prompts, models, prices and the home.
            variants: Sets of prompts by names that come before those of the store.
            open_models: Models that are open already; their names come before those of the endpoint.
            folder: Second base of relative paths, beside the current folder.

        Raises:
            InputError: Every unknown name, and whatever else of the specification cannot be used.
        """
        self.spec, self.settings = spec, settings
        self._folder = folder
        self._given = tuple(open_models)
        self._problems: list[Problem] = []
        self._memories: dict[str, MemoryManager] = {}
        self._assignments: dict[tuple[str, str], Assignment] = {}
        self._requests: dict[tuple[Cell, int | None], ModelRequest] = {}
        # Cells of one section arrive together, on several threads; the index of a case is built once.
        self._searching = threading.Lock()
        self._entries: dict[str, ModelEntry] = {}
        self._opened: ModelRegistry | None = None
        self.skipped: list[str] = []
        self.budget = Budget(spec.budget_usd, spec.budget_tokens)
        self.variants = self._find_variants(variants or {})
        self.cases = self._find_cases()
        self.sections = self._find_sections()
        self._check_models()
        self.answers = AnswerCache(settings, budget=self.budget)
        self.scorers = self._find_scorers()
        if self.size > LARGEST:
            self._add_problem(f"{self.size:,} cells are more than {LARGEST:,}", "take fewer", "repeats")
        # Problems are collected to here: the author of the file sees all of them at once.
        if self._problems:
            self.answers.close()
            raise InputError(*self._problems)

    @property
    def size(self) -> int:
        """Number of cells."""
        spec = self.spec
        each = len(spec.prompts) * len(spec.models) * spec.repeats
        return each * sum(len(sections) for sections in self.sections.values())

    def cells(self) -> Iterator[Cell]:
        """Iterates the cells, case by case and section by section.

        Cells that are compared stand side by side: an experiment that ends early has whole pairs.
        """
        for case in self.cases.values():
            for section_id in self.sections[case.case_id]:
                for repeat in range(1, self.spec.repeats + 1):
                    for model in self.spec.model_labels:
                        for prompt in self.spec.prompts:
                            yield Cell(prompt, case.case_id, section_id, model, repeat)

    async def open(self, say: Callable[[str], None] = lambda _line: None) -> None:
        """Opens and checks the models; reports the address of each.

        Raises:
            InputError: Every model that cannot be used.
        """
        # The experiment's temperature is for models that have none of their own.
        general = ModelSettings(temperature=self.spec.temperature)
        self._opened = ModelRegistry(self.spec.models, self.settings, general=general, given=self._given)
        self._entries = await self._opened.open(say)
        for scorer in self.scorers:
            if isinstance(scorer, Judge):
                try:
                    # Before the first draft: a judge that is out of reach would fail every score that was paid for.
                    await scorer.model.check()
                finally:
                    await scorer.model.aclose()  # its connections belong to this loop, and it is asked from another
                say(f"{scorer.name}: {scorer.model.label} judges, and is sent every draft that it scores")

    def options_of(self, label: str) -> dict[str, Any]:
        """Returns the options that are sent to a model, by column of the results; :meth:`open` comes first."""
        options = getattr(self._entries[label].model, "options", None)
        return describe_options(options) if isinstance(options, ModelOptions) else {}

    async def inputs(self, cell: Cell) -> CellInputs:
        """Finds prompts, model and assignment of a cell.

        :meth:`open` comes first.
        """
        place = (cell.case_id, cell.section_id)
        assignment = self._assignments.get(place)
        if assignment is None:
            assignment = await asyncio.to_thread(self.assignment, *place)
        return CellInputs(
            self.variants[cell.prompt],
            self._entries[cell.model],
            assignment,
            approved_text(self.settings, *place),
            self._render_request(cell, assignment),
        )

    def _render_request(self, cell: Cell, assignment: Assignment) -> ModelRequest:
        """Renders the request of a cell.

        All repeats share it while the model's context length stays the same.
        """
        writer = WriterAgent(self._entries[cell.model].model, self.variants[cell.prompt].prompts)
        # The context length is part of the key, since it decides how much of the exhibits fits.
        place = (replace(cell, repeat=1), writer.model.prompt_characters(_ANY_ANSWER))
        if place not in self._requests:
            # Cleared as a whole: cells come section by section, so old prompts are not needed again.
            if len(self._requests) >= _RENDERED:
                self._requests.clear()
            self._requests[place] = writer.request(assignment)
        return self._requests[place]

    def assignment(self, case_id: str, section_id: str) -> Assignment:
        """Builds the assignment of a section of a case, once."""
        place = (case_id, section_id)
        with self._searching:
            if place not in self._assignments:
                case = next(case for case in self.cases.values() if case.case_id == case_id)
                # One search index serves all sections of a case.
                if case_id not in self._memories:
                    self._memories[case_id] = MemoryManager(case)
                self._assignments[place] = assignment_for(
                    case, section_id, settings=self.settings, memory=self._memories[case_id]
                )
            return self._assignments[place]

    async def aclose(self) -> None:
        """Closes everything."""
        if self._opened is not None:
            await self._opened.aclose()
        self.close()

    def close(self) -> None:
        """Closes a matrix whose models were not opened."""
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

    def _add_problem(self, what: str, remedy: str, field: str) -> None:
        self._problems.append(Problem(what, remedy, field=field))

    def _find_variants(self, given: Mapping[str, Variant]) -> dict[str, Variant]:
        found: dict[str, Variant] = {}
        for index, name in self._unique_names("prompts", self.spec.prompts):
            try:
                found[name] = given[name] if name in given else self._find_variant(name)
            except InputError as error:
                self._problems += [_move_to_field(problem, f"prompts[{index}]") for problem in error.problems]
        return found

    def _find_variant(self, name: str) -> Variant:
        return replace(PromptStore(self.settings).variant(self._resolve_path(name)), name=name)

    def _find_cases(self) -> dict[str, Case]:
        found: dict[str, Case] = {}
        for index, name in self._unique_names("cases", self.spec.cases):
            field = f"cases[{index}]"
            try:
                case = load_case(self._resolve_path(name), settings=self.settings)
                # Raises for a case that cannot be planned, while its field in the file is known.
                sections_for(case)
            except InputError as error:
                self._problems += [_move_case_problem(problem, name, field) for problem in error.problems]
                continue
            # Results are keyed by the case id: two folders with one id would be mixed.
            twin = next((other for other, known in found.items() if known.case_id == case.case_id), None)
            if twin is not None:
                self._add_problem(f"{name!r} and {twin!r} are both case {case.case_id!r}", "keep one of the two", field)
            found[name] = case
        return found

    def _find_sections(self) -> dict[str, tuple[str, ...]]:
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
            # A section that only some cases call for is left out there; one that none calls for is an error.
            if without and len(without) == len(calls):
                known = sorted({name for sections in calls.values() for name in sections})
                what = f"none of these cases calls for section {section_id!r}"
                self._add_problem(what, remedy_for(section_id, known), f"sections[{index}]")
            elif without:
                self.skipped.append(f"section {section_id}: not called for by {', '.join(without)}")
        return {
            case_id: tuple(section_id for section_id in wanted if section_id in sections)
            for case_id, sections in calls.items()
        }

    def _check_models(self) -> None:
        given = {one.name for one in self._given}
        prices = PriceTable.load(self.settings.prices)
        for index, label in self._unique_names("models", self.spec.model_labels):
            field, entry = f"models[{index}]", self.spec.models[index]
            name = entry.model
            if entry.options and (label in given or name in given or name == OFFLINE):
                self._add_problem(f"{name} takes no options here", "name it without them", field)
            # They cost nothing or were opened by the caller, so price and address are not checked.
            if label in given or name in (OFFLINE, LOCAL):
                continue
            remedy = remedy_for(name, (OFFLINE, LOCAL), "")
            # Without a configured model, a name close to a local one is a typing error and not a remote model.
            if self.settings.model is None and remedy.startswith("did you mean"):
                self._add_problem(f"unknown model {name!r}", remedy, field)
                continue
            try:
                refuse_remote_model(name, self.settings)
                self.budget.check_start(name, prices)
            except InputError as error:
                self._problems += [
                    replace(problem, field=_field_of_model_problem(problem.field, field)) for problem in error.problems
                ]

    def _find_scorers(self) -> tuple[Scorer, ...]:
        found: list[Scorer] = []
        for index, entry in enumerate(self.spec.scorers):
            try:
                scorer = resolve(entry, self.settings, self.answers)
            except InputError as error:
                self._problems += [_move_to_field(problem, f"scorers[{index}]") for problem in error.problems]
                continue
            if any(scorer.name == other.name for other in found):
                self._add_problem(f"two scorers are called {scorer.name!r}", "name it once", f"scorers[{index}]")
            found.append(scorer)
        return tuple(found)

    def _unique_names(self, field: str, names: Iterable[str]) -> Iterator[tuple[int, str]]:
        """Iterates names with their places.

        A repeated name is a problem and is left out.
        """
        seen: set[str] = set()
        for index, name in enumerate(names):
            if name in seen:
                self._add_problem(f"{name!r} is named twice", "name it once; see repeats", f"{field}[{index}]")
                continue
            seen.add(name)
            yield index, name

    def _resolve_path(self, name: str) -> str:
        """Resolves a path beside the experiment's file.

        It stays as it is where it does not exist only there.
        """
        # A null byte in a path raises ValueError in exists(); the case loader reports it.
        if self._folder is not None and "\0" not in name and not Path(name).exists():
            beside = self._folder / name
            if beside.exists():
                return str(beside)
        return name


def load_spec(
    path: str | Path, settings: Settings | None = None, *, own_scorers: Collection[str] = ()
) -> ExperimentSpec:
    """Reads an experiment's file and checks every name in it.

    Args:
        path: The file.
        settings: Default: the environment.
        own_scorers: See :func:`load_matrix`.

    Raises:
        InputError: Everything that is wrong with it, in the order of its lines.
    """
    matrix = load_matrix(Path(path), settings or Settings.from_env(), own_scorers=own_scorers)
    matrix.close()
    return matrix.spec


def load_matrix(path: Path, settings: Settings, *, own_scorers: Collection[str] = (), **given: Any) -> Matrix:
    """Reads an experiment's file and resolves its names.

    The caller closes the matrix.

    Args:
        path: The file; relative paths in it begin at its folder too.
        settings: See :class:`~workbench.tuning.experiment.matrix.Matrix`.
        own_scorers: The user's own scorers that the file may import, as it names them.
        given: Further arguments of the matrix.

    Raises:
        InputError: Everything that is wrong with the file, in the order of its lines.
    """
    spec, source, problems = read_spec(path)
    matrix = None
    if spec is not None and (foreign := find_foreign_code(spec.scorers, own_scorers)):
        problems += [add_location(problem, source) for problem in foreign]
        places = {problem.field for problem in foreign}
        known = [entry for index, entry in enumerate(spec.scorers) if f"scorers[{index}]" not in places]
        # The other names are checked all the same.
        spec = spec.model_copy(update={"scorers": tuple(known)})
    if spec is not None:
        try:
            matrix = Matrix(spec, settings, folder=path.parent, **given)
        except InputError as error:
            problems += [add_location(problem, source) for problem in error.problems]
    if problems or matrix is None:
        if matrix is not None:
            matrix.close()
        unique = dict.fromkeys(problems)
        raise InputError(*sorted(unique, key=lambda problem: (problem.file != str(path), problem.line or 0)))
    return matrix


def _move_to_field(problem: Problem, field: str) -> Problem:
    """Moves a problem to the experiment's field of that name.

    A problem with a line stays.
    """
    if problem.line is not None:
        return problem
    if problem.file is not None:
        return Problem(f"{problem.what}: {problem.file}", problem.remedy, field=field)
    own = (problem.field or "").partition(".")[2]  # the option of a scorer
    return replace(problem, field=f"{field}.{own}" if own else field)


def _move_case_problem(problem: Problem, name: str, field: str) -> Problem:
    """Moves a problem of a case to the experiment's field.

    A problem about a line of the case file stays.
    """
    if problem.line is not None or problem.field is not None:
        return problem
    return Problem(f"{problem.what}: {name!r}", problem.remedy, field=field)


def _field_of_model_problem(own: str | None, field: str) -> str:
    """Names the experiment's field that a model's problem concerns."""
    return "budget_usd" if own == "budget-usd" else field
