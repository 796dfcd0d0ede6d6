"""``workbench experiment``: prompts, cases, sections and models, drafted and scored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import orjson
from rich.table import Table
from rich.text import Text

from workbench.cli import BAD_ANSWER, INTERRUPTED
from workbench.cli.file_path import FilePath
from workbench.cli.options import connect_cluster, dask_option, json_option, out_option
from workbench.cli.output import make_table_console, print_json
from workbench.errors import printable
from workbench.tuning.experiment.experiment import Experiment
from workbench.tuning.experiment.results import INSTALL_PLOTS, Results, can_plot


@click.command()
@click.argument("file", type=FilePath())
@click.option(
    "--scorer",
    "own_scorers",
    multiple=True,
    help="A scorer of yours that FILE names, module:function or file.py:function; no other code is run. Repeatable.",
)
@dask_option
@out_option
@json_option
def experiment(file: Path, own_scorers: tuple[str, ...], dask: str | None, out: Path | None, json_: bool) -> int:
    """Draft and score every cell of the experiment in FILE.

    A cell is a prompt, a case, a section, a model and a repeat. FILE is YAML: name, cases, and optionally prompts,
    sections, models, repeats, concurrency, budget_usd, budget_tokens, scorers, temperature. A model may have options of
    its own: gpt-5: {reasoning_effort: high}. A scorer is one of the workbench's, an installed plug-in's, or one that
    --scorer names. Run it again after a crash, Ctrl-C or a limit: no finished cell is requested twice.
    """
    with connect_cluster(dask) as cluster:
        executed = Experiment(file, own_scorers=own_scorers, cluster=cluster)
        results = executed.run(progress=not json_)
    files = save_results(results, out) if out is not None else {}
    if json_:
        print_json(summarize_experiment(results, files, executed))
    else:
        _print_results(results, files)
    # Its results are printed and saved all the same; the exit status tells scripts that cells are missing.
    if executed.interrupted:
        return INTERRUPTED
    return BAD_ANSWER if (results.cells["status"] != "done").all() else 0


def save_results(results: Results, out: Path) -> dict[str, Path]:
    """Write the tables and ``scores.png``, ``cost.png`` and ``agreement.png`` into a folder.

    Without matplotlib there are no figures, and one line on stderr says so.
    """
    files = results.save(out)
    if not can_plot():
        click.echo(f"note: no figures, because matplotlib is not installed; {INSTALL_PLOTS}", err=True)
        return files
    plots = {"scores": results.plot_scores, "cost": results.plot_cost, "agreement": results.plot_agreement}
    return {**files, **{f"{name}.png": plot().save(out / f"{name}.png") for name, plot in plots.items()}}


def summarize_experiment(results: Results, files: dict[str, Path], executed: Experiment) -> dict[str, Any]:
    """Return the object that ``experiment --json`` prints.

    ``usage`` is the spending of this execution alone; cached answers cost nothing.
    """
    cells = results.cells
    done = cells["status"] == "done"
    return {
        "name": results.spec.name,
        "cells": len(cells),
        "passed": int(cells["passed"].sum()),
        "failed": int((~done).sum()),
        "cached": int(cells["cached"].eq(True).sum()),
        "usage": {"tokens": executed.progress.spent_tokens, "cost_usd": executed.progress.spent_usd},
        # pandas writes NaN as null; orjson would refuse the frame's own types.
        "table": orjson.loads(results.summary().to_json(orient="records")),
        "errors": [
            {"error": str(error), "cells": int(count)} for error, count in cells["error"].value_counts().items()
        ],
        "files": {name: str(path) for name, path in files.items()},
        "notes": list(results.notes),
    }


def _print_results(results: Results, files: dict[str, Path]) -> None:
    frame = results.summary()
    table = Table(title=Text(printable(results.spec.name)), title_justify="left")
    for name in frame.columns:
        table.add_column(
            Text(printable(str(name))), justify="left" if name in ("prompt", "model") else "right", overflow="fold"
        )
    for row in frame.itertuples(index=False, name=None):
        table.add_row(*(Text(_format_value(value)) for value in row))
    make_table_console().print(table)
    for error, count in results.cells["error"].value_counts().items():
        click.echo(f"  {count} ×: {printable(str(error))}")
    for path in files.values():
        click.echo(f"  {path}")


def _format_value(value: object) -> str:
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return "–"
    return f"{value:.3g}" if isinstance(value, float) else printable(str(value))
