"""``workbench experiment``: prompts, cases, sections and models against each other, scored, as tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import orjson
from rich.table import Table
from rich.text import Text

from workbench.cli import BAD_ANSWER, INTERRUPTED
from workbench.cli.options import as_json, out_option, page
from workbench.errors import printable, printable_json
from workbench.tuning.experiment import Experiment
from workbench.tuning.results import Results


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@out_option
@as_json
def experiment(file: Path, out: Path | None, json_: bool) -> int:
    """Run the experiment of FILE: every prompt on every case, section and model, scored.

    FILE is YAML: name, cases, and optionally prompts, sections, models, repeats, concurrency, budget_usd,
    budget_tokens, scorers, temperature. Run it again after a crash, Ctrl-C or a limit: nothing is asked twice.
    """
    made = Experiment(file)
    results = made.run(progress=not json_)
    files = {**results.save(out), **pictures(results, out)} if out is not None else {}
    if json_:
        click.echo(printable_json(orjson.dumps(summary(results, files, made), option=orjson.OPT_SERIALIZE_NUMPY)))
    else:
        _say(results, files)
    if made.interrupted:
        return INTERRUPTED
    return BAD_ANSWER if (results.cells["status"] != "done").all() else 0


def pictures(results: Results, out: Path) -> dict[str, Path]:
    """Writes the three pictures of an experiment into a folder: ``scores.png``, ``cost.png``, ``agreement.png``."""
    drawn = {"scores": results.plot_scores, "cost": results.plot_cost, "agreement": results.plot_agreement}
    return {f"{name}.png": plot().save(out / f"{name}.png") for name, plot in drawn.items()}


def summary(results: Results, files: dict[str, Path], made: Experiment) -> dict[str, Any]:
    """What ``--json`` prints. ``usage`` is what this run has spent; answers from before cost nothing."""
    cells = results.cells
    done = cells["status"] == "done"
    return {
        "name": results.spec.name,
        "cells": len(cells),
        "passed": int(cells["passed"].sum()),
        "failed": int((~done).sum()),
        "cached": int(cells["cached"].eq(True).sum()),
        "usage": {"tokens": made.progress.spent_tokens, "cost_usd": made.progress.spent_usd},
        "table": orjson.loads(results.summary().to_json(orient="records")),
        "errors": [
            {"error": str(error), "cells": int(count)} for error, count in cells["error"].value_counts().items()
        ],
        "files": {name: str(path) for name, path in files.items()},
        "notes": list(results.notes),
    }


def _say(results: Results, files: dict[str, Path]) -> None:
    frame = results.summary()
    table = Table(title=Text(printable(results.spec.name)), title_justify="left")
    for name in frame.columns:
        table.add_column(
            Text(printable(str(name))), justify="left" if name in ("prompt", "model") else "right", overflow="fold"
        )
    for row in frame.itertuples(index=False, name=None):
        table.add_row(*(Text(_shown(value)) for value in row))
    page().print(table)
    for error, count in results.cells["error"].value_counts().items():
        click.echo(f"  {count} ×: {printable(str(error))}")
    for path in files.values():
        click.echo(f"  {path}")


def _shown(value: object) -> str:
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return "–"
    return f"{value:.3g}" if isinstance(value, float) else printable(str(value))
