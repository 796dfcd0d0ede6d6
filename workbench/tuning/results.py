"""What came of an experiment: a row a cell, a row a score, the drafts by name. Made to be looked at, joined and kept.

The columns are :data:`CELL_COLUMNS` and :data:`SCORE_COLUMNS`; both begin with :data:`KEY_COLUMNS`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa

from workbench.config import Settings
from workbench.errors import InputError, Problem, printable
from workbench.text.digest import text_digest
from workbench.text.html import escape_line
from workbench.tuning.answers import Answers
from workbench.tuning.cells import Cell, CellResult
from workbench.tuning.measures import count_words
from workbench.tuning.runner import NOT_ASKED
from workbench.tuning.spec import ExperimentSpec, read_spec
from workbench.tuning.spool import Spool

if TYPE_CHECKING:
    import pandas as pd

    from workbench.tuning.picture import Picture

_TEXT, _WHOLE, _REAL, _YES = pa.string(), pa.int64(), pa.float64(), pa.bool_()

KEY_COLUMNS = ("experiment", "prompt", "prompt_version", "case", "section", "model", "repeat")
"""By which the two tables are joined."""

_KEYS = [("experiment", _TEXT), ("prompt", _TEXT), ("prompt_version", _TEXT), ("case", _TEXT), ("section", _TEXT),
         ("model", _TEXT), ("repeat", _WHOLE)]  # fmt: skip
CELLS = pa.schema(
    [*_KEYS, ("status", _TEXT), ("error", _TEXT), ("cached", _YES), ("latency_s", _REAL), ("first_text_s", _REAL),
     ("input_tokens", _WHOLE), ("output_tokens", _WHOLE), ("cost_usd", _REAL), ("words", _WHOLE), ("errors", _WHOLE),
     ("warnings", _WHOLE), ("passed", _YES), ("at", _TEXT), ("sha256", _TEXT)]
)  # fmt: skip
SCORES = pa.schema([*_KEYS, ("scorer", _TEXT), ("value", _REAL), ("reason", _TEXT), ("passed", _YES), ("error", _TEXT)])
CELL_COLUMNS, SCORE_COLUMNS = tuple(CELLS.names), tuple(SCORES.names)

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SPEC_FILE = "spec.yaml"


class Results:
    """The tables of an experiment.

    Attributes:
        spec: What was run.
        notes: What whoever reads the tables should know: who was asked, what was left out.
    """

    def __init__(
        self,
        spec: ExperimentSpec,
        cells: Callable[[], pa.Table],
        scores: Callable[[], pa.Table],
        settings: Settings,
        notes: Iterable[str] = (),
    ) -> None:
        """Takes over where the tables are; they are read when they are looked at.

        Args:
            spec: What was run.
            cells: Gives the one table.
            scores: Gives the other.
            settings: For the home that keeps the drafts.
            notes: See the class.
        """
        self.spec = spec
        self.notes = tuple(notes)
        self._settings = settings
        self._cells, self._scores = cells, scores

    @cached_property
    def cells(self) -> pd.DataFrame:
        """A row a cell, in the order of the matrix; ``status`` is ``done``, ``failed`` or ``not asked``.

        ``latency_s`` and ``first_text_s`` are seconds, of the original call where ``cached``; ``cost_usd`` is what that
        call cost. ``passed`` says whether no scorer failed or said no. ``sha256`` names the draft: :meth:`drafts`.
        """
        return self._frame(self._cells())

    @cached_property
    def scores(self) -> pd.DataFrame:
        """A row a score: ``value`` from 0 to 1, or ``error`` where there is none, and the ``reason``."""
        return self._frame(self._scores())

    def drafts(self, cell: Cell) -> str:
        """The draft of a cell, clean Markdown.

        Raises:
            InputError: There is no such cell, it has no draft, or the draft is not kept in this home.
        """
        table = self.cells
        wanted = {"prompt": cell.prompt, "case": cell.case_id, "section": cell.section_id, "model": cell.model}
        rows = table[table["repeat"] == cell.repeat]
        for column, value in wanted.items():
            rows = rows[rows[column] == value]
        if rows.empty:
            raise InputError(Problem(f"no cell {cell}", "name one of the table", field="cell"))
        row = rows.iloc[0]
        if not isinstance(row["sha256"], str):
            raise InputError(Problem(f"{cell} has no draft: {row['error']}", "run the experiment again", field="cell"))
        with Answers(self._settings) as answers:
            text = answers.text(row["sha256"])
        if text is None:
            raise InputError(
                Problem("the draft is not kept in this home", f"see {answers.path} where it was run", field="cell")
            )
        return text

    def save(self, folder: str | Path) -> dict[str, Path]:
        """Writes both tables, each as parquet and CSV, and the experiment, for its user only to read.

        Not sealed: whoever saves takes them out of the workbench. The reasons may hold words of the drafts. In the CSV
        a text that a spreadsheet would take for a formula begins with an apostrophe.

        Returns:
            The files: ``cells.parquet``, ``cells.csv``, ``scores.parquet``, ``scores.csv``, ``spec.yaml``.

        Raises:
            InputError: The folder cannot be written.
        """
        folder = Path(folder)
        tables = {"cells": self.cells, "scores": self.scores}
        files = {
            name: folder / name for name in (*(f"{t}.{k}" for t in tables for k in ("parquet", "csv")), _SPEC_FILE)
        }
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for name, table in tables.items():
                with _private(files[f"{name}.parquet"]) as file:
                    table.to_parquet(file, index=False)
                with _private(files[f"{name}.csv"]) as file:
                    table.map(_harmless).to_csv(file, index=False)
            with _private(files[_SPEC_FILE]) as file:
                file.write(self.spec.to_yaml().encode())
        except OSError as error:
            raise InputError(
                Problem(f"cannot be written: {error.strerror or error}", "choose another folder", file=str(folder))
            ) from None
        return files

    @classmethod
    def load(cls, folder: str | Path, settings: Settings | None = None) -> Self:
        """Results that were saved.

        Raises:
            InputError: The folder does not hold them, or they were changed beyond reading.
        """
        import pyarrow.parquet as pq  # noqa: PLC0415  (wanted only here)

        folder = Path(folder)
        tables = []
        for name, schema in (("cells", CELLS), ("scores", SCORES)):
            file = folder / f"{name}.parquet"
            try:
                tables.append(pq.read_table(file).select(schema.names).cast(schema))
            except (OSError, pa.ArrowException, KeyError) as error:
                raise InputError(
                    Problem(f"no saved results: {printable(str(error))}", "name a folder written by save", str(file))
                ) from None
        spec, _, problems = read_spec(folder / _SPEC_FILE)
        if spec is None or problems:
            raise InputError(*problems)
        cells, scores = tables
        return cls(spec, lambda: cells, lambda: scores, settings or Settings.from_env())

    def summary(self) -> pd.DataFrame:
        """A row for each set of prompts and model: cells, failures, passed, mean of every scorer, length, cost."""
        by = ["prompt", "model"]
        cells, scores = self.cells, self.scores
        done = cells[cells["status"] == "done"]
        table = cells.groupby(by, sort=False).size().to_frame("cells")
        table["failed"] = table["cells"] - done.groupby(by, sort=False).size()
        table["failed"] = table["failed"].fillna(table["cells"]).astype(int)
        table["passed"] = done.groupby(by, sort=False)["passed"].sum()
        table["passed"] = table["passed"].fillna(0).astype(int)
        scored = scores.dropna(subset=["value"])
        if not scored.empty:
            means = scored.pivot_table("value", index=by, columns="scorer", aggfunc="mean", sort=False)
            table = table.join(means)
        for column in ("errors", "words", "latency_s"):
            table[column] = done.groupby(by, sort=False)[column].mean()
        table["cost_usd"] = done.groupby(by, sort=False)["cost_usd"].sum(min_count=1)
        return table.reset_index()

    def plot_scores(self, **options: Any) -> Picture:
        """Score by version, with confidence intervals; see :mod:`workbench.tuning.plots`."""
        return self._plotted("scores_by_version", **options)

    def plot_cost(self, **options: Any) -> Picture:
        """Cost against score."""
        return self._plotted("cost_against_score", **options)

    def plot_agreement(self, **options: Any) -> Picture:
        """How far the repeats of a cell agree."""
        return self._plotted("agreement_between_repeats", **options)

    def __repr__(self) -> str:
        counts = self.cells["status"].value_counts()
        parts = ", ".join(f"{count} {status}" for status, count in counts.items())
        return f"Results({self.spec.name!r}: {parts})"

    def _repr_html_(self) -> str:
        table = self.summary()
        heads = "".join(f'<th scope="col">{escape_line(str(name))}</th>' for name in table.columns)
        rows = "".join(f"<tr>{''.join(map(_table_cell, row))}</tr>" for row in table.itertuples(index=False, name=None))
        failed = self.cells[self.cells["status"] != "done"]
        reasons = failed["error"].value_counts().head(_REASONS_SHOWN)
        items = "".join(f"<li>{count} × {escape_line(str(text))}</li>" for text, count in reasons.items())
        notes = "".join(f"<p>{escape_line(note)}</p>" for note in self.notes)
        return (
            f'<div class="wb-results"><style>{_STYLE}</style><table><caption>{escape_line(self.spec.name)}</caption>'
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{f'<ul>{items}</ul>' if items else ''}{notes}"
            "</div>"
        )

    def _plotted(self, name: str, **options: Any) -> Picture:
        plots = import_module("workbench.tuning.plots")  # late: matplotlib takes half a second
        figure: Picture = getattr(plots, name)(self.cells, self.scores, **options)
        return figure

    def _frame(self, table: pa.Table) -> pd.DataFrame:
        """The table in the order of the matrix: results come in the order of ending."""
        import pandas as pd  # noqa: PLC0415  (half a second, wanted only here)

        frame = table.to_pandas()
        keys = ["case", "section", "repeat", "model", "prompt"]
        known = {"model": self.spec.models, "prompt": self.spec.prompts}
        order = pd.DataFrame(index=frame.index)
        for key in keys:
            names = list(known.get(key, ())) or list(dict.fromkeys(frame[key]))
            places = {name: place for place, name in enumerate(names)}
            order[key] = frame[key] if key == "repeat" else frame[key].map(places).fillna(len(places))
        return frame.loc[order.sort_values(keys, kind="stable").index].reset_index(drop=True)


class Collector:
    """Takes results as they come, into two spools. Its memory stays flat.

    Attributes:
        done: Cells with an answer.
        failed: Cells without one.
        cached: Answers that were there before.
    """

    def __init__(self, spec: ExperimentSpec, settings: Settings) -> None:
        self.done = self.failed = self.cached = 0
        self._spec, self._settings = spec, settings
        self._cells, self._scores = Spool(settings, CELLS), Spool(settings, SCORES)

    def add(self, result: CellResult, *, prompt_version: Callable[[], str]) -> None:
        """Adds a result; the version is asked for where no answer names it."""
        cell, answer = result.cell, result.answer
        keys = {
            "experiment": self._spec.name,
            "prompt": cell.prompt,
            "prompt_version": answer.prompt_version if answer else prompt_version(),
            "case": cell.case_id,
            "section": cell.section_id,
            "model": cell.model,
            "repeat": cell.repeat,
        }
        row = {**keys, "status": _status(result), "error": result.error, "passed": result.passed}
        if answer is None:
            self.failed += 1
        else:
            self.done += 1
            self.cached += answer.cached
            row |= {
                "cached": answer.cached,
                "latency_s": answer.latency_s,
                "first_text_s": answer.first_text_s,
                "input_tokens": answer.usage.input_tokens,
                "output_tokens": answer.usage.output_tokens,
                "cost_usd": answer.usage.cost_usd,
                "words": count_words(answer.content),
                "errors": sum(finding.severity == "error" for finding in result.findings),
                "warnings": sum(finding.severity == "warning" for finding in result.findings),
                "at": answer.at,
                "sha256": text_digest(answer.content),
            }
        self._cells.add(row)
        for score in result.scores:
            self._scores.add(
                {
                    **keys,
                    "scorer": score.scorer,
                    "value": score.value,
                    "reason": score.reason,
                    "passed": score.passed,
                    "error": score.error,
                }
            )

    def results(self, notes: Iterable[str] = ()) -> Results:
        """The tables of what has come so far; the spools belong to them now."""
        return Results(self._spec, self._cells.table, self._scores.table, self._settings, notes)

    def close(self) -> None:
        """Lets go of the spools."""
        self._cells.close()
        self._scores.close()


_REASONS_SHOWN = 5
_STYLE = """
.wb-results table{border-collapse:collapse;font-size:13px}
.wb-results caption{text-align:left;font-weight:600;padding:.25rem 0}
.wb-results.wb-results table :is(th,td){text-align:left;padding:.25rem 1rem .25rem 0;
border-bottom:1px solid rgba(128,128,128,.35)}
.wb-results.wb-results td.wb-n{text-align:right;font-variant-numeric:tabular-nums}
"""


def _status(result: CellResult) -> str:
    if result.answer is not None:
        return "done"
    return NOT_ASKED if (result.error or "").startswith(NOT_ASKED) else "failed"


def _private(path: Path) -> Any:
    """A file that its user alone may read, emptied."""
    file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
    path.chmod(0o600)  # it may have been there with another mode
    return file


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _table_cell(value: object) -> str:
    if isinstance(value, str):
        return f"<td>{escape_line(value)}</td>"
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return '<td class="wb-n">–</td>'
    text = f"{value:.3g}" if isinstance(value, float) else str(value)
    return f'<td class="wb-n">{text}</td>'
