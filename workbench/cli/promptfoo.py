"""``workbench promptfoo``: experiments exported to promptfoo, and its results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from workbench.cli.file_path import FilePath
from workbench.cli.options import json_option
from workbench.cli.output import print_json, print_lines
from workbench.config import Settings
from workbench.errors import printable
from workbench.tuning.promptfoo.export import export_experiment
from workbench.tuning.promptfoo.results import PromptfooResults, read_results
from workbench.tuning.promptfoo.run import run_promptfoo

_FILE = FilePath()


@click.group()
def promptfoo() -> None:
    """Export experiments to promptfoo, run it, and read its results."""


@promptfoo.command("export")
@click.argument("experiment", type=_FILE)
@click.argument("out", type=_FILE)
@json_option
def export_command(experiment: Path, out: Path, json_: bool) -> None:
    """Write EXPERIMENT (YAML) as OUT, a promptfoo configuration.

    OUT contains the facts and passages of the case: protect it like the case. promptfoo calls the workbench's own
    scorers, so its verdicts are the same.
    """
    done = export_experiment(experiment, Settings.from_env(), out)
    if json_:
        providers, notes = dict(done.providers), list(done.notes)
        print_json({"path": str(done.path), "cells": done.cells, "providers": providers, "notes": notes})
        return
    print_lines([f"{done.cells} tests in {done.path}; run it: workbench promptfoo eval {done.path}"], done.notes)


@promptfoo.command("eval")
@click.argument("config", type=_FILE)
@click.option("--out", type=_FILE, help="File for promptfoo's results; default: results.json beside CONFIG.")
@json_option
def eval_command(config: Path, out: Path | None, json_: bool) -> None:
    """Run promptfoo on an exported CONFIG.

    The results are shown. promptfoo can connect only to the models that CONFIG names, and stores its data under
    WORKBENCH_HOME.
    """
    out = out or config.with_name("results.json")
    run_promptfoo(config, out, Settings.from_env())
    _print_results(read_results(out), json_=json_)


@promptfoo.command()
@click.argument("file", type=_FILE)
@json_option
def results(file: Path, json_: bool) -> None:
    """Show the results in FILE.

    promptfoo writes such a file with -o results.json.
    """
    _print_results(read_results(file), json_=json_)


def _print_results(read: PromptfooResults, *, json_: bool) -> None:
    rows = _summarize_results(read)
    # Frames without rows have no columns, so each figure needs its own guard.
    if json_:
        passed = int(read.cells["passed"].sum()) if len(read.cells) else 0
        failed = int(read.cells["error"].notna().sum()) if len(read.cells) else 0
        print_json({"cells": len(read.cells), "passed": passed, "failed": failed, "table": rows})
        return
    table = Table()
    for name in ("prompt", "model", "scorer", "cells", "passed", "value"):
        table.add_column(name, justify="left" if name in ("prompt", "model", "scorer") else "right")
    for row in rows:
        table.add_row(
            *(Text(printable(f"{value:.3g}" if isinstance(value, float) else str(value))) for value in row.values())
        )
    Console().print(table)


def _summarize_results(read: PromptfooResults) -> list[dict[str, Any]]:
    """Return one row per prompt, model and scorer."""
    if read.scores.empty:  # an empty frame has no columns to group by
        return []
    groups = read.scores.groupby(["prompt", "model", "scorer"], sort=False)
    return [
        {
            "prompt": str(prompt),
            "model": str(model),
            "scorer": str(scorer),
            "cells": len(rows),
            "passed": int(rows["passed"].sum()),
            "value": float(rows["value"].mean()),
        }
        for (prompt, model, scorer), rows in groups
    ]
