"""Registry of scorers, and the lookup of an experiment's entries.

"checks"                            name in :data:`SCORERS`, or id of a single check
"firm-tone"                         name of an installed plug-in, group ``workbench.scorers``
{"words": {"max": 900}}             the same with options
"scoring.py:cites_the_medal"        the user's own function; "module:function", too; see :func:`find_foreign_code`
a function                          in Python
a Scorer                            as it is
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Annotated, Any, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from workbench.checks.registry import CHECKS
from workbench.config import Settings
from workbench.drafting.answer_cache import AnswerCache
from workbench.drafting.configured_model import require_model
from workbench.drafting.openai_model import DEFAULT_BASE_URL
from workbench.errors import InputError, Problem
from workbench.text.entry_points import SCORERS as PLUGINS
from workbench.text.entry_points import find_plugin, list_plugins
from workbench.tuning.experiment.cells import Scorer
from workbench.tuning.scorers import measures
from workbench.tuning.scorers.judge import RUBRIC, Judge
from workbench.tuning.scorers.measures import Measure, MeasuringScorer
from workbench.tuning.scorers.user_function import Function, UserFunctionScorer, find_function

_MOST_QUESTIONS = 12
_Question = Annotated[str, StringConstraints(min_length=1, max_length=8_000, pattern=r"\S")]
_ShortName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}$")]


class ScorerOptions(BaseModel):
    """Options of every scorer.

    Attributes:
        name: Name in the results; default: the name of the entry.
        at_least: Value from which a draft has passed, 0 to 1; default: the scorer's own rule.
    """

    # Strict: texts of a file are converted before they come here, so a text in place of a number is a mistake.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str | None = Field(default=None, min_length=1, max_length=80, pattern=r"\S")
    at_least: float | None = Field(default=None, ge=0, le=1, allow_inf_nan=False)


class WordsOptions(ScorerOptions):
    """Options of ``words``.

    Attributes:
        min: Fewest words; default: the section's own.
        max: Most words; default: the section's own.
    """

    min: int | None = Field(default=None, ge=0)
    max: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _check_range(self) -> WordsOptions:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min is {self.min} and max is {self.max}: no draft can be both")
        return self


class JudgeOptions(ScorerOptions):
    """Options of ``judge``.

    Attributes:
        rubric: Questions of the judge: one text, or several by a short name, each with its own grade; default:
            :data:`workbench.tuning.scorers.judge.RUBRIC`.
    """

    rubric: _Question | dict[_ShortName, _Question] | None = None

    @field_validator("rubric", mode="before")
    @classmethod
    def _check_rubric(cls, rubric: object) -> object:
        if isinstance(rubric, Mapping) and not 1 <= len(rubric) <= _MOST_QUESTIONS:
            raise ValueError(f"a rubric has 1 to {_MOST_QUESTIONS} parts, this one {len(rubric)}")
        return rubric


Make = Callable[[str, Any, Settings, Any], Scorer]
"""Function from a name, options, settings and answer cache to a scorer."""


@dataclass(frozen=True)
class ScorerKind:
    """Entry of the registry.

    Attributes:
        title: Title in lists.
        help: Meaning of its value, in a sentence or two.
        make: Builds the scorer.
        options: Model of its options.
    """

    title: str
    help: str
    make: Make = field(repr=False)
    options: type[ScorerOptions] = ScorerOptions


def _make_measure(measure: Measure) -> Make:
    return lambda name, options, _settings, _answers: MeasuringScorer(name, measure, options.at_least)


def _make_words(name: str, options: WordsOptions, _settings: Settings, _answers: AnswerCache | None) -> Scorer:
    measure = partial(measures.word_range, shortest=options.min, longest=options.max)
    return MeasuringScorer(name, measure, options.at_least)


def _make_judge(name: str, options: JudgeOptions, settings: Settings, answers: AnswerCache | None) -> Scorer:
    # Naming a judge is no consent: drafts leave this machine only where WORKBENCH_MODEL is set.
    return Judge(
        require_model(settings, sent="drafts", otherwise="leave the judge out"),
        options.rubric or RUBRIC,
        name=name,
        at_least=options.at_least,
        answers=answers,
        # Part of the key of its verdicts: the same name at another address may be another model.
        address=settings.openai_base_url or DEFAULT_BASE_URL,
    )


SCORERS: Mapping[str, ScorerKind] = {
    "checks": ScorerKind(
        "All checks",
        "1 less the share of the ValidatorAgent's checks that found an error; passed where none did.",
        _make_measure(measures.all_checks),
    ),
    "words": ScorerKind(
        "Length",
        "1 within the range of words (the section's own, or min and max), less outside; citations are no words.",
        _make_words,
        WordsOptions,
    ),
    "elements": ScorerKind(
        "Required elements",
        "The share of required elements, of those the case file fills, that the draft argues from their exhibits.",
        _make_measure(measures.required_elements),
    ),
    "similarity": ScorerKind(
        "Similarity to the approved text",
        "The share of words in common, in order, with what the attorney approved; a failure without such a text.",
        _make_measure(measures.similarity),
    ),
    "judge": ScorerKind(
        "A model's judgment",
        "The model of WORKBENCH_MODEL grades the draft by a rubric; an answer that is no grade is a failure.",
        _make_judge,
        JudgeOptions,
    ),
    **{
        check.id: ScorerKind(
            check.title,
            "1 where it found nothing, 0.5 where it warned, 0 where it found an error; passed without an error.",
            _make_measure(partial(measures.one_check, check=check)),
        )
        for check in CHECKS
    },
}
"""Every scorer by name: four measures, the judge, and each single check."""

Entry = str | Mapping[str, Any] | Function | Scorer
"""Entry of an experiment's ``scorers``; see the module's docstring."""


def resolve(entry: Entry, settings: Settings, answers: AnswerCache | None = None, *, place: str = "scorers") -> Scorer:
    """Builds the scorer of an entry.

    Args:
        entry: See the module's docstring.
        settings: For the judge: its model.
        answers: Cache of a judge's answers (:class:`workbench.drafting.answer_cache.AnswerCache`); None: no cache.
        place: Place of the entry, for messages.

    Raises:
        InputError: An unknown name (with the closest ones), an unknown or impossible option, a function that is not
            there; one problem each.
    """
    if isinstance(entry, str):
        return _resolve_name(entry, {}, settings, answers, place)
    if isinstance(entry, Mapping):
        if len(entry) != 1:
            keys = ", ".join(str(key) for key in entry) or "nothing"
            what = f"a scorer with options is one name, and has {keys}"
            raise InputError(Problem(what, "write it as  - words: {max: 900}", field=place))
        [(name, options)] = entry.items()
        return _resolve_name(str(name), options, settings, answers, place)
    # A scorer before a function: an object may be callable as well.
    if isinstance(getattr(entry, "name", None), str) and callable(getattr(entry, "score", None)):
        return cast("Scorer", entry)
    if callable(entry):
        return UserFunctionScorer(entry)
    what = f"{entry!r} is no scorer"
    raise InputError(Problem(what, "give a name, a name with options, or a function", field=place))


def resolve_all(entries: Iterable[Entry], settings: Settings, answers: AnswerCache | None = None) -> tuple[Scorer, ...]:
    """Builds the scorers of an experiment, in order.

    Raises:
        InputError: Every problem of every entry, and one for each name that occurs twice.
    """
    problems: list[Problem] = []
    scorers: list[Scorer] = []
    for index, entry in enumerate(entries):
        try:
            scorers.append(resolve(entry, settings, answers, place=f"scorers[{index}]"))
        except InputError as error:
            problems.extend(error.problems)
    # In the results a score is told from others by its scorer's name alone.
    for name, count in Counter(scorer.name for scorer in scorers).items():
        if count > 1:
            remedy = "name it once, or give one of them another name: {name: …} among its options"
            problems.append(Problem(f"{count} scorers are called {name!r}", remedy, field="scorers"))
    if problems:
        raise InputError(*problems)
    return tuple(scorers)


def find_foreign_code(entries: Iterable[Entry], allowed: Collection[str] = ()) -> list[Problem]:
    """Finds the entries of a file that would import code that its reader has not named.

    An experiment may come from anybody, and importing a scorer runs it.

    Args:
        entries: As they stand in the file.
        allowed: What the user has named: ``module:function`` or ``file.py:function``, as the file writes it.
    """
    problems = []
    for index, entry in enumerate(entries):
        for name in [entry] if isinstance(entry, str) else list(entry) if isinstance(entry, Mapping) else []:
            if isinstance(name, str) and ":" in name and name not in allowed:
                remedy = f"read that code, then name it: --scorer {name}, or own_scorers=[{name!r}] in Python"
                what = f"the file asks to run code of its own: {name!r}"
                problems.append(Problem(what, remedy, field=f"scorers[{index}]"))
    return problems


def _resolve_name(name: str, options: object, settings: Settings, answers: AnswerCache | None, place: str) -> Scorer:
    kind = SCORERS.get(name)
    checked = _check_options(kind.options if kind else ScorerOptions, options, f"{place}.{name}")
    if kind is not None:
        return kind.make(checked.name or name, checked, settings, answers)
    if ":" in name:
        function = find_function(name, field=place)
        return UserFunctionScorer(function, name=checked.name, at_least=checked.at_least)
    return UserFunctionScorer(_load_plugin(name, place), name=checked.name or name, at_least=checked.at_least)


def _load_plugin(name: str, place: str) -> Function:
    """Loads the function of an installed plug-in.

    Raises:
        InputError: No plug-in has the name, or it cannot be used.
    """
    plugin = find_plugin(PLUGINS, name)
    if plugin is None:
        raise InputError(_unknown_scorer(name, place))
    try:
        # Of a scorer, its method: what it returns is a score already.
        return plugin.load_function("score")
    except InputError as error:
        raise InputError(*(replace(problem, field=place) for problem in error.problems)) from None


def _check_options(kind: type[ScorerOptions], options: object, place: str) -> ScorerOptions:
    if options is None:
        options = {}
    if not isinstance(options, Mapping):
        known = ", ".join(kind.model_fields)
        raise InputError(Problem(f"the options are {options!r}", f"give them by name: {known}", field=place))
    try:
        # YAML's keys may be numbers.
        return kind.model_validate({str(key): value for key, value in options.items()})
    except ValidationError as error:
        raise InputError(*(_option_problem(kind, detail, place) for detail in error.errors())) from None


def _option_problem(kind: type[ScorerOptions], detail: Any, place: str) -> Problem:
    where = ".".join([place, *(str(part) for part in detail["loc"])])
    if detail["type"] != "extra_forbidden":
        return Problem(detail["msg"].removeprefix("Value error, ").lower(), "correct the option", field=where)
    close = difflib.get_close_matches(str(detail["loc"][0]), kind.model_fields, n=1)
    remedy = f"did you mean {close[0]!r}?" if close else f"the options are {', '.join(kind.model_fields)}"
    return Problem("unknown option", remedy, field=where)


def _unknown_scorer(name: str, place: str) -> Problem:
    known = [*SCORERS, *(plugin.name for plugin in list_plugins(PLUGINS))]
    close = difflib.get_close_matches(name, known, n=2)
    own = "your own is named module:function or file.py:function"
    if close:
        return Problem(f"unknown scorer {name!r}", f"did you mean {' or '.join(map(repr, close))}?", field=place)
    return Problem(f"unknown scorer {name!r}", f"use one of {', '.join(known)}; {own}", field=place)
