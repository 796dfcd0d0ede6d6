"""Specification of an experiment.

Prompts, cases, sections, models, scorers, repeats and limits.

    name: tone of the awards section
    prompts: [filing, awards@0123456789ab]
    cases: [wu]
    sections: [awards]
    models:
      - offline
      - gpt-5: {reasoning_effort: high}
    repeats: 3
    budget_usd: 2.50
    scorers:
      - checks
      - words: {max: 900}

Read like a case file: plain YAML, no anchors, no tags; every problem at once, with its line.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from workbench.case.consistency import remedy_for
from workbench.case.schema import drop_outer_errors, pair_names
from workbench.case.source import MAX_SOURCE_BYTES, Source, format_path, parse_source, quote_value
from workbench.errors import InputError, Problem
from workbench.model_settings import ModelSettings

Scoring = str | Mapping[str, Any] | Callable[..., Any]
"""Entry of ``scorers``: see :func:`workbench.tuning.scorers.registry.resolve`."""

_NAMES = ("string_too_short", "string_too_long", "value_error")
_NUMBERS: Mapping[str, str] = {
    "int_parsing": "write a whole number",
    "int_from_float": "write a whole number",
    "int_type": "write a whole number",
    "float_parsing": "write a number",
    "float_type": "write a number",
    "finite_number": "write a number, or leave the line out",
}


class ModelSpec(ModelSettings):
    """Entry of ``models``: a name, or a name with its options.

    Attributes:
        model: ``offline``, ``local``, or the name of a model at ``OPENAI_BASE_URL``.
    """

    model: str

    @model_validator(mode="before")
    @classmethod
    def _read_entry(cls, entry: Any) -> Any:
        if isinstance(entry, str):
            return {"model": entry}
        # Instances come from a specification that was checked before.
        if isinstance(entry, ModelSpec) or (isinstance(entry, Mapping) and isinstance(entry.get("model"), str)):
            return entry
        if isinstance(entry, Mapping) and len(entry) == 1:
            ((name, options),) = entry.items()
            if isinstance(name, str) and isinstance(options, Mapping) and "model" not in options:
                return {"model": name, **options}
        raise PydanticCustomError("model_entry", "a model is named here, with its options after a colon")

    @property
    def options(self) -> dict[str, Any]:
        """Options that are set."""
        return self.model_dump(exclude={"model"}, exclude_none=True)

    @property
    def label(self) -> str:
        """Name in the results: the model's, with its options."""
        options = (
            f"{name} {json.dumps(value, sort_keys=True) if isinstance(value, dict) else value}"
            for name, value in self.options.items()
        )
        return f"{self.model} ({', '.join(options)})" if self.options else self.model

    def to_plain(self) -> str | dict[str, Any]:
        """Returns the entry as it is written in a file."""
        return {self.model: self.options} if self.options else self.model


class ExperimentSpec(BaseModel):
    """Fields of an experiment; :class:`~workbench.tuning.experiment.matrix.Matrix` checks the names in it.

    Attributes:
        name: For tables and folders.
        prompts: ``filing``, ``shipped``, a version (``awards@0123456789ab``), several joined by ``+``, or a folder of
            templates.
        cases: Case folders, or names of cases below ``WORKBENCH_CASES``.
        sections: Section ids; None: all that each case calls for.
        models: ``offline``, ``local``, or names of models at ``OPENAI_BASE_URL``; a mapping of one name to its options
            (``max_output_tokens``, ``reasoning_effort``, ``temperature``, ``extra_body``), which the label in the
            results repeats. One model may stand there several times, with different options.
        repeats: Number of drafts of each combination.
        concurrency: Number of requests at the same time.
        budget_usd: Spending limit of one run, USD; cached answers cost nothing.
        budget_tokens: Spending limit of one run, input and output tokens together.
        scorers: Names, names with options, or functions.
        temperature: Of every model that has none of its own; sent only if set.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    name: str = Field(min_length=1, max_length=80)
    prompts: tuple[str, ...] = Field(default=("filing",), min_length=1)
    cases: tuple[str, ...] = Field(min_length=1)
    sections: tuple[str, ...] | None = Field(default=None, min_length=1)
    models: tuple[ModelSpec, ...] = Field(default=(ModelSpec(model="offline"),), min_length=1)
    repeats: int = Field(default=1, ge=1, le=1_000)
    concurrency: int = Field(default=4, ge=1, le=256)
    budget_usd: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    budget_tokens: int | None = Field(default=None, gt=0)
    scorers: tuple[Any, ...] = ("checks",)
    temperature: float | None = Field(default=None, ge=0, le=2, allow_inf_nan=False)

    @field_validator("name")
    @classmethod
    def _check_name(cls, name: str) -> str:
        # The name is a heading of tables and a part of messages.
        if not name.isprintable() or not name.strip():
            raise ValueError("not a name")
        return name.strip()

    @field_validator("cases", "prompts", mode="before")
    @classmethod
    def _convert_paths(cls, value: object) -> object:
        if isinstance(value, list | tuple):
            return tuple(os.fspath(one) if isinstance(one, os.PathLike) else one for one in value)
        return value

    @property
    def model_labels(self) -> tuple[str, ...]:
        """Names of the models in the results."""
        return tuple(entry.label for entry in self.models)

    def to_yaml(self) -> str:
        """Writes the experiment as YAML.

        The user's own function stands there by its name.
        """
        fields = self.model_dump(exclude_defaults=True)
        fields = {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}
        if "models" in fields:
            fields["models"] = [entry.to_plain() for entry in self.models]
        if "scorers" in fields:
            fields["scorers"] = [_write_scorer(entry) for entry in self.scorers]
        return yaml.safe_dump(fields, sort_keys=False, allow_unicode=True)


def spec_of(fields: Mapping[str, Any]) -> ExperimentSpec:
    """Builds a specification from Python values.

    Raises:
        InputError: One problem for each field that cannot be used.
    """
    try:
        return ExperimentSpec.model_validate(dict(fields))
    except ValidationError as error:
        raise InputError(*_explain_errors(error, Source(""))) from None


def read_spec(path: Path) -> tuple[ExperimentSpec | None, Source, list[Problem]]:
    """Reads a file as far as it can be read.

    The names in it are not checked here.

    Returns:
        The experiment (of the fields that can be used, where others cannot; None where too few can), the file, and
        what is wrong with it so far.
    """
    file = str(path)
    try:
        if path.exists() and not path.is_file():  # a device or a pipe would be read for ever
            raise InputError(Problem("not a file", "name a file in YAML", file=file))
        with path.open("rb") as stream:
            # One byte more than allowed, which shows that a file is too large.
            raw = stream.read(MAX_SOURCE_BYTES + 1)
    except OSError as error:
        raise InputError(Problem(f"cannot be read: {error.strerror}", "check the path", file=file)) from None
    source = parse_source(raw, file)
    if source.data is None:
        return None, source, [_replace_remedy(problem) for problem in source.problems]
    problems = [_replace_remedy(problem) for problem in source.problems]
    if not isinstance(source.data, dict):
        what = "fields are wanted here, such as name and cases"
        return None, source, [*problems, source.problem((), what, "write them one a line: name: …")]
    data = _convert_options(source.data)
    try:
        return ExperimentSpec.model_validate(data), source, problems
    except ValidationError as error:
        refused = error
    problems += _explain_errors(refused, source)
    details = refused.errors(include_url=False)
    wrong = {str(detail["loc"][0]) for detail in details}
    usable = {name: value for name, value in data.items() if name not in wrong}
    # A misspelt field's value is checked under the name that is meant.
    usable |= {
        name: data[str(path[0])] for path, name in _pair_names(details).items() if name not in data and len(path) == 1
    }
    try:
        # A name that is missing must not keep the other fields from being checked.
        return ExperimentSpec.model_validate({"name": "-", **usable}), source, problems
    except ValidationError:
        return None, source, problems


def add_location(problem: Problem, source: Source) -> Problem:
    """Adds file and line of its field to a problem."""
    if problem.file is not None or problem.field is None:
        return problem
    # "scorers[2].words": digits are places in a list.
    path = tuple(int(step) if step.isdigit() else step for step in re.split(r"[.\[\]]+", problem.field) if step)
    return replace(problem, file=source.name, line=source.line(path))


def _convert_options(data: dict[str, Any]) -> dict[str, Any]:
    """Converts texts in options of scorers and models to numbers and booleans.

    pydantic does not know the types of these.
    """
    converted = dict(data)
    if isinstance(scorers := data.get("scorers"), list):
        converted["scorers"] = [_convert_value(entry) if isinstance(entry, dict) else entry for entry in scorers]
    if isinstance(models := data.get("models"), list):
        converted["models"] = [_convert_extra_body(entry) for entry in models]
    return converted


def _convert_extra_body(entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    if "extra_body" in entry:
        return {**entry, "extra_body": _convert_value(entry["extra_body"])}
    return {
        name: {**options, "extra_body": _convert_value(options["extra_body"])}
        if isinstance(options, dict) and "extra_body" in options
        else options
        for name, options in entry.items()
    }


def _convert_value(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _convert_value(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_convert_value(inner) for inner in value]
    if not isinstance(value, str):
        return value
    if value in ("true", "false"):
        return value == "true"
    for kind in (int, float):
        try:
            number = kind(value)
        except ValueError:
            continue
        # `nan` and `inf` stay texts, which the options then refuse.
        return number if math.isfinite(number) else value
    return value


def _pair_names(details: list[ErrorDetails]) -> dict[tuple[str | int, ...], str]:
    return pair_names(details, _fields_at)


def _fields_at(path: tuple[str | int, ...]) -> list[str]:
    """Returns the names that may stand at a path."""
    return list(ModelSettings.model_fields if path and path[0] == "models" else ExperimentSpec.model_fields)


def _explain_errors(error: ValidationError, source: Source) -> list[Problem]:
    """Words what pydantic refuses.

    A field that is misspelt is not missing as well.
    """
    details = drop_outer_errors(error.errors(include_url=False))
    meant = _pair_names(details)
    problems = []
    for detail in details:
        name, problem = meant.get(detail["loc"]), _explain_error(detail, source)
        if name is not None and not problem.remedy.startswith("did you mean"):
            problem = replace(problem, what=f"unknown field, and {name} is missing", remedy=f"rename it to {name}")
        if detail["type"] != "missing" or str(detail["loc"][-1]) not in meant.values():
            problems.append(problem)
    return problems


def _explain_error(detail: ErrorDetails, source: Source) -> Problem:
    """Translates a validation error for the experiment's author."""
    path, kind, value = detail["loc"], detail["type"], quote_value(detail["input"])
    name = str(path[-1]) if path else ""
    wordings = {
        "missing": ("the field is missing", f"add {name}"),
        "extra_forbidden": ("unknown field", remedy_for(name, _fields_at(path[:-1]), "use one of")),
        "tuple_type": ("a list is wanted here", f"write {name}: [{value.strip(chr(39))}]"),
        "too_short": ("the list is empty", "name at least one, or remove the line"),
        "string_type": (f"a name is wanted here, not {value}", "write it on one line"),
        "model_entry": (detail["msg"], "write it like gpt-5: {reasoning_effort: high}"),
        **dict.fromkeys(_NAMES, (f"{value} is no name", "write 1 to 80 letters on one line")),
        **{number: (f"{value} is not a number that can be used", remedy) for number, remedy in _NUMBERS.items()},
    }
    wording = wordings.get(kind, (f"{detail['msg'].lower()}, got {value}", "correct it"))
    # YAML reads a field without a value as null.
    if detail["input"] is None and kind != "missing":
        wording = ("the field is empty", "fill it in, or remove the line")
    return _problem(source, path, *wording)


def _problem(source: Source, path: tuple[str | int, ...], what: str, remedy: str) -> Problem:
    if source.name:
        return source.problem(path, what, remedy)
    return Problem(what, remedy, field=format_path(path) or None)


def _replace_remedy(problem: Problem) -> Problem:
    """Replaces a remedy that speaks of the case format."""
    if "docs/case-format.md" in problem.remedy:
        return replace(problem, remedy="begin with name: and cases:, one a line; see workbench experiment --help")
    return problem


def _write_scorer(entry: Any) -> Any:
    if isinstance(entry, str | Mapping):
        return dict(entry) if isinstance(entry, Mapping) else entry
    # A scorer object has no qualified name; its class has.
    kind = entry if hasattr(entry, "__qualname__") else type(entry)
    return f"{kind.__module__}:{kind.__qualname__}"
