"""Results of an experiment.

A table of cells, a table of scores, and the drafts by name.

The columns are :data:`CELL_COLUMNS` and :data:`SCORE_COLUMNS`; both begin with :data:`KEY_COLUMNS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

from workbench.config import Settings
from workbench.drafting.answer_cache import AnswerCache
from workbench.errors import InputError, Problem, make_write_error, printable
from workbench.export.written_files import WrittenFiles
from workbench.text.atomic_write import USER_ONLY, make_private_folder, replace_whole
from workbench.text.csv_table import encode_csv
from workbench.text.html import escape_line
from workbench.tuning.experiment.cells import OPTION_COLUMNS, Cell, CellResult, describe_answer
from workbench.tuning.experiment.row_buffer import RowBuffer
from workbench.tuning.experiment.runner import NOT_ASKED
from workbench.tuning.experiment.spec import ExperimentSpec, read_spec
from workbench.tuning.scorers.measures import count_words

if TYPE_CHECKING:
    import pandas as pd

    from workbench.tuning.experiment.figure import Picture

_TEXT, _WHOLE, _REAL, _YES = "str", "int64", "float64", "bool"
"""Kinds of columns, as pandas calls them where no value is missing."""

KEY_COLUMNS = ("experiment", "prompt", "prompt_version", "case", "section", "model", "repeat")
"""Columns by which the two tables are joined."""

_KEYS = [("experiment", _TEXT), ("prompt", _TEXT), ("prompt_version", _TEXT), ("case", _TEXT), ("section", _TEXT),
         ("model", _TEXT), ("repeat", _WHOLE)]  # fmt: skip
CELLS = dict(
    [*_KEYS, ("status", _TEXT), ("error", _TEXT), ("cached", _YES), ("latency_s", _REAL), ("first_text_s", _REAL),
     ("input_tokens", _WHOLE), ("output_tokens", _WHOLE), ("cost_usd", _REAL), ("words", _WHOLE), ("errors", _WHOLE),
     ("warnings", _WHOLE), ("passed", _YES), ("at", _TEXT), ("sha256", _TEXT), ("max_output_tokens", _WHOLE),
     ("reasoning_effort", _TEXT), ("temperature", _REAL), ("extra_body", _TEXT)]
)  # fmt: skip
SCORES = dict([*_KEYS, ("scorer", _TEXT), ("value", _REAL), ("reason", _TEXT), ("passed", _YES), ("error", _TEXT)])
CELL_COLUMNS, SCORE_COLUMNS = tuple(CELLS), tuple(SCORES)

INSTALL_PARQUET = "run: pip install 'eb1a-workbench[parquet]'"
INSTALL_PLOTS = "run: pip install 'eb1a-workbench[plots]'"
_SPEC_FILE = "spec.yaml"


class Results:
    """Tables of an experiment.

    Attributes:
        spec: What was run.
        notes: Remarks for readers of the tables: which models were asked, what was left out.
    """

    def __init__(
        self,
        spec: ExperimentSpec,
        cells: Iterable[Mapping[str, Any]],
        scores: Iterable[Mapping[str, Any]],
        settings: Settings,
        notes: Iterable[str] = (),
        sections: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> None:
        """Takes the rows over.

        The tables are built when they are first used.

        Args:
            spec: What was run.
            cells: Rows of the table of cells; iterated once.
            scores: Rows of the table of scores.
            settings: For the home that keeps the drafts.
            notes: See the class.
            sections: Ids of the cases and of their sections, in the order of the matrix.
        """
        self.spec = spec
        self._sections = sections
        self.notes = tuple(notes)
        self._settings = settings
        # Rows may be on disk: a run of which nobody reads the tables never loads them.
        self._cells, self._scores = cells, scores

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Table of cells, in the order of the matrix.

        ``status`` is ``done``, ``failed`` or ``not asked``.

        ``max_output_tokens``, ``reasoning_effort``, ``temperature`` and ``extra_body`` (JSON) are the model's options.

        ``latency_s`` and ``first_text_s`` are seconds, of the original call where ``cached``; ``cost_usd`` is what that
        call cost. ``passed`` says whether no scorer failed or said no. ``sha256`` names the draft: :meth:`drafts`.
        """
        return self._build_frame(self._cells, CELLS)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Table of scores.

        ``value`` from 0 to 1, or ``error``, and the ``reason``.
        """
        return self._build_frame(self._scores, SCORES)

    def drafts(self, cell: Cell) -> str:
        """Reads the draft of a cell, clean Markdown.

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
        # Pandas gives a missing text as NaN or None.
        if not isinstance(row["sha256"], str):
            raise InputError(Problem(f"{cell} has no draft: {row['error']}", "run the experiment again", field="cell"))
        # Rows hold digests only; the texts stay encrypted in the cache.
        with AnswerCache(self._settings) as answers:
            text = answers.text(row["sha256"])
        if text is None:
            raise InputError(
                Problem("the draft is not kept in this home", f"see {answers.path} where it was run", field="cell")
            )
        return text

    def save(self, folder: str | Path) -> WrittenFiles:
        """Writes both tables as CSV and parquet, and the experiment.

        Parquet needs pyarrow, which ``pip install 'eb1a-workbench[parquet]'`` brings; without it there is CSV alone.

        The files are readable by their user only, and not encrypted: saving takes them out of the workbench. Reasons
        may hold words of the drafts. In the CSV a text that a spreadsheet would take for a formula begins with an
        apostrophe.

        Returns:
            The files by name, which a notebook shows as links: ``cells.parquet``, ``cells.csv``, ``scores.parquet``,
            ``scores.csv``, ``spec.yaml``.

        Raises:
            InputError: The folder cannot be written.
        """
        folder = Path(folder)
        tables = {"cells": self.cells, "scores": self.scores}
        # CSV loses the types, so only parquet is read back.
        kinds = ("parquet", "csv") if find_spec("pyarrow") else ("csv",)
        files = WrittenFiles(
            {name: folder / name for name in (*(f"{table}.{kind}" for table in tables for kind in kinds), _SPEC_FILE)}
        )
        try:
            # Reasons may quote the case: other users of the machine must not read them.
            make_private_folder(folder)
            for name, table in tables.items():
                if "parquet" in kinds:
                    with replace_whole(files[f"{name}.parquet"], mode=USER_ONLY) as file:
                        table.to_parquet(file, index=False)
                with replace_whole(files[f"{name}.csv"], mode=USER_ONLY) as file:
                    file.write(_encode_table(table))
            with replace_whole(files[_SPEC_FILE], mode=USER_ONLY) as file:
                file.write(self.spec.to_yaml().encode())
        except OSError as error:
            raise make_write_error(error, folder, "choose another folder") from None
        return files

    @classmethod
    def load(cls, folder: str | Path, settings: Settings | None = None) -> Self:
        """Reads saved results.

        Raises:
            InputError: The folder does not hold them, or they were changed beyond reading.
        """
        try:
            pq = import_module("pyarrow.parquet")
        except ModuleNotFoundError:
            raise InputError(Problem("saved results are read as parquet", INSTALL_PARQUET, file=str(folder))) from None
        folder = Path(folder)
        tables = []
        for name, columns in (("cells", CELLS), ("scores", SCORES)):
            file = folder / f"{name}.parquet"
            try:
                table = pq.read_table(file)
                # Results of earlier versions have no columns of options.
                wanted = [name for name in columns if name not in OPTION_COLUMNS or name in table.column_names]
                tables.append(table.select(wanted).to_pylist())
            except (OSError, ValueError, KeyError) as error:  # pyarrow's own errors are among these
                raise InputError(
                    Problem(f"no saved results: {printable(str(error))}", "name a folder written by save", str(file))
                ) from None
        spec, _, problems = read_spec(folder / _SPEC_FILE)
        if spec is None or problems:
            raise InputError(*problems)
        cells, scores = tables
        return cls(spec, cells, scores, settings or Settings.from_env())

    def summary(self) -> pd.DataFrame:
        """Table by prompts and model.

        Cells, failures, passed, mean of each scorer, length, cost.
        """
        by = ["prompt", "model"]
        cells, scores = self.cells, self.scores
        done = cells[cells["status"] == "done"]
        table = cells.groupby(by, sort=False).size().to_frame("cells")
        table["failed"] = table["cells"] - done.groupby(by, sort=False).size()
        # A group without a finished cell is missing in `done`: all of its cells have failed.
        table["failed"] = table["failed"].fillna(table["cells"]).astype(int)
        table["passed"] = done.groupby(by, sort=False)["passed"].sum()
        table["passed"] = table["passed"].fillna(0).astype(int)
        scored = scores.dropna(subset=["value"])
        if not scored.empty:
            means = scored.pivot_table("value", index=by, columns="scorer", aggfunc="mean", sort=False)
            table = table.join(means)
        for column in ("errors", "words", "latency_s"):
            table[column] = done.groupby(by, sort=False)[column].mean()
        # min_count: a sum of unknown costs is unknown, not zero.
        table["cost_usd"] = done.groupby(by, sort=False)["cost_usd"].sum(min_count=1)
        return table.reset_index()

    def plot_scores(self, **options: Any) -> Picture:
        """Plots score by version, with confidence intervals; see :mod:`workbench.tuning.experiment.plots`.

        Raises:
            InputError: matplotlib is not installed; ``pip install 'eb1a-workbench[plots]'`` brings it.
        """
        _require_matplotlib()
        # Here and below: matplotlib takes half a second.
        from workbench.tuning.experiment.plots import scores_by_version  # noqa: PLC0415

        return scores_by_version(self.cells, self.scores, **options)

    def plot_cost(self, **options: Any) -> Picture:
        """Plots cost against score; see :mod:`workbench.tuning.experiment.cost_plot`."""
        _require_matplotlib()
        from workbench.tuning.experiment.cost_plot import cost_against_score  # noqa: PLC0415

        return cost_against_score(self.cells, self.scores, **options)

    def plot_agreement(self, **options: Any) -> Picture:
        """Plots the agreement between the repeats of a cell; see :mod:`workbench.tuning.experiment.plots`."""
        _require_matplotlib()
        from workbench.tuning.experiment.plots import agreement_between_repeats  # noqa: PLC0415

        return agreement_between_repeats(self.cells, self.scores, **options)

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
            f'<div class="wb-results"><style>{_STYLE}</style><table>'
            f"<caption>{escape_line(self.spec.name)}</caption>"
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{f'<ul>{items}</ul>' if items else ''}{notes}"
            "</div>"
        )

    def _build_frame(self, rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> pd.DataFrame:
        """Builds a table in the order of the matrix.

        Rows come in the order of ending.
        """
        import pandas as pd  # noqa: PLC0415  (half a second, wanted only here)

        rows = list(rows)
        frame = pd.DataFrame(
            {name: _build_column([row.get(name) for row in rows], kind) for name, kind in columns.items()}
        )
        keys = ["case", "section", "repeat", "model", "prompt"]
        sections = list(dict.fromkeys(chain.from_iterable(self._sections.values())))
        known = {
            "model": self.spec.model_labels, "prompt": self.spec.prompts,
            "case": tuple(self._sections), "section": sections,
        }  # fmt: skip
        order = pd.DataFrame(index=frame.index)
        for key in keys:
            names = list(known.get(key, ())) or list(dict.fromkeys(frame[key]))
            places = {name: place for place, name in enumerate(names)}
            order[key] = frame[key] if key == "repeat" else frame[key].map(places).fillna(len(places))
        return frame.loc[order.sort_values(keys, kind="stable").index].reset_index(drop=True)


def can_plot() -> bool:
    """Tells if matplotlib is installed, without importing it."""
    return find_spec("matplotlib") is not None


class ResultCollector:
    """Collects results as they come, into two buffers.

    Its memory stays flat.

    Attributes:
        done: Cells with an answer.
        failed: Cells without one.
        cached: AnswerCache that were there before.
    """

    def __init__(self, spec: ExperimentSpec, settings: Settings, sections: Mapping[str, Sequence[str]]) -> None:
        self.done = self.failed = self.cached = 0
        self._spec, self._settings, self._sections = spec, settings, sections
        self._cells, self._scores = RowBuffer(settings), RowBuffer(settings)

    def add(
        self, result: CellResult, *, prompt_version: Callable[[], str], options: Mapping[str, Any] | None = None
    ) -> None:
        """Adds a result.

        Args:
            result: The result.
            prompt_version: Called if no answer names the version.
            options: Columns of the model's options.
        """
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
        row = {**keys, "status": _status_of(result), "error": result.error, "passed": result.passed}
        row |= options or {}
        if answer is None:
            self.failed += 1
        else:
            self.done += 1
            self.cached += answer.cached
            row |= describe_answer(answer, result.findings, words=count_words(answer.content))
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
        """Builds the results so far.

        They own the buffers from now on.
        """
        return Results(self._spec, self._cells, self._scores, self._settings, notes, self._sections)

    def close(self) -> None:
        """Closes the buffers."""
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


def _require_matplotlib() -> None:
    if not can_plot():
        raise InputError(Problem("figures are drawn by matplotlib, which is not installed", INSTALL_PLOTS))


def _build_column(values: list[Any], kind: str) -> pd.Series:
    """Builds a column, with missing values as in pandas.

    Whole numbers become reals then, and booleans objects.
    """
    import pandas as pd  # noqa: PLC0415  (half a second, wanted only here)

    missing = any(value is None for value in values)
    return pd.Series(values, dtype={"int64": "float64", "bool": "object"}.get(kind, kind) if missing else kind)


def _status_of(result: CellResult) -> str:
    if result.answer is not None:
        return "done"
    return NOT_ASKED if (result.error or "").startswith(NOT_ASKED) else "failed"


def _encode_table(table: pd.DataFrame) -> bytes:
    # Missing values of every type become None: pandas' own cannot be compared.
    plain = table.astype(object).where(table.notna(), None)
    return encode_csv(table.columns, plain.itertuples(index=False))


def _table_cell(value: object) -> str:
    if isinstance(value, str):
        return f"<td>{escape_line(value)}</td>"
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return '<td class="wb-n">–</td>'
    text = f"{value:.3g}" if isinstance(value, float) else str(value)
    return f'<td class="wb-n">{text}</td>'
