"""Scorer that calls the user's own function.

It is given by name or in Python.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import inspect
import math
import numbers
import sys
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from workbench.errors import InputError, Problem
from workbench.tuning.experiment.cells import CellDraft, Score

Function = Callable[[CellDraft], Any]
"""Function from a draft to ``float | bool | (float | bool, reason) | Score``, or an awaitable of it."""

_WAYS = "return a number from 0 to 1, a yes or no, (value, reason) or a Score"


class UserFunctionScorer:
    """Scorer that calls a function of the user.

    The function is called on a thread of its own, one draft at a time: it may be slow, and need not be thread-safe. Its
    exceptions, and return values that are no score, become failures of that cell alone.

    Attributes:
        name: Name in the results.
    """

    def __init__(self, function: Function, *, name: str | None = None, at_least: float | None = None) -> None:
        """Wraps a function.

        Args:
            function: See :data:`Function`.
            name: Default: the function's own.
            at_least: Value from which a draft has passed; None: the function's own answer.
        """
        self.name = name or _name_of_function(function)
        self._function = function
        self._at_least = at_least
        self._one_at_a_time = threading.Lock()

    async def score(self, draft: CellDraft) -> Score:
        """Calls the function and converts its answer.

        Never raises the function's exceptions.
        """
        try:
            if inspect.iscoroutinefunction(self._function):
                answer = await self._function(draft)
            else:
                answer = await asyncio.to_thread(self._call, draft)
                if inspect.isawaitable(answer):
                    answer = await _await_answer(answer)
        except Exception as error:  # noqa: BLE001 - the user's code may raise anything; it is reported for this cell
            return Score.failure(
                self.name, f"raised {type(error).__name__}: {error}" if str(error) else f"raised {error!r}"
            )
        return self._convert_answer(answer)

    def _call(self, draft: CellDraft) -> object:
        with self._one_at_a_time:
            try:
                return self._function(draft)
            except (SystemExit, KeyboardInterrupt, StopIteration) as error:  # none of them may end the experiment
                raise RuntimeError(repr(error)) from None

    def _convert_answer(self, answer: object) -> Score:
        if isinstance(answer, Score):
            return replace(answer, scorer=self.name)
        value, reason = answer if isinstance(answer, tuple) and len(answer) == 2 else (answer, None)  # noqa: PLR2004
        if reason is not None and not (isinstance(reason, str) and reason.strip()):
            return Score.failure(self.name, f"gave {reason!r} as its reason; {_WAYS}")
        if isinstance(value, bool | np.bool_):
            said = reason or f"{self.name} says {'yes' if value else 'no'}"
            return Score(self.name, float(value), said, passed=bool(value))
        if not isinstance(value, numbers.Real):
            return Score.failure(self.name, f"returned {_shorten(answer)}; {_WAYS}")
        number = float(value)
        if not (math.isfinite(number) and 0 <= number <= 1):
            return Score.failure(self.name, f"returned {number:g}; {_WAYS}")
        passed = None if self._at_least is None else number >= self._at_least
        return Score(self.name, number, reason or f"{self.name} returned {number:g}", passed=passed)


def find_function(path: str, *, field: str | None = None) -> Function:
    """The function that a text names.

    Args:
        path: ``module:function``, or ``folder/file.py:function`` (from the current folder, where it is not absolute).
        field: For the message.

    Raises:
        InputError: There is no such module, file or function, or importing it raised.
    """
    place, _, name = path.rpartition(":")
    try:
        module = _load_file(Path(place)) if place.endswith(".py") else importlib.import_module(place)
    except FileNotFoundError:
        raise InputError(Problem(f"there is no file {place}", "correct the path", field=field)) from None
    except ModuleNotFoundError as error:
        remedy = "correct the name, or name the file: folder/file.py:function"
        raise InputError(Problem(f"no module named {error.name!r}", remedy, field=field)) from None
    except Exception as error:  # noqa: BLE001 - the user's code: whatever it raises, the file is at fault
        what = f"importing {place} raised {type(error).__name__}: {error}"
        raise InputError(Problem(what, "correct that file", field=field)) from None
    function = getattr(module, name, None)
    if not callable(function):
        what = f"{place} has no function {name!r}" if function is None else f"{name!r} of {place} cannot be called"
        raise InputError(Problem(what, "name a function that takes a draft", field=field))
    return function  # type: ignore[no-any-return]


def _load_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise FileNotFoundError(path)
    name = f"workbench_own_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path.resolve())
    assert spec is not None  # noqa: S101  (for the type checker: the name ends in .py)
    assert spec.loader is not None  # noqa: S101
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and pickling of the file's own classes look it up there
    spec.loader.exec_module(module)
    return module


def _name_of_function(function: Function) -> str:
    return str(getattr(function, "__name__", None) or type(function).__name__)


def _shorten(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "…"  # noqa: PLR2004


async def _await_answer(answer: Awaitable[object]) -> object:
    return await answer
