"""``workbench promptfoo`` and ``workbench dataset``: experiments and examples, to other tools and from them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from workbench.cli.options import as_json
from workbench.config import Settings
from workbench.errors import printable, printable_json
from workbench.tuning.dataset_sources import SOURCES, gather_examples, place_as_golden
from workbench.tuning.datasets import FORMATS, Format, read_dataset, write_dataset
from workbench.tuning.promptfoo import export_experiment
from workbench.tuning.promptfoo_results import PromptfooResults, read_results
from workbench.tuning.promptfoo_run import run_promptfoo

_file = click.Path(path_type=Path)
_form = click.option("--form", type=click.Choice(FORMATS), help="Of the lines; read: default, each line's own.")


@click.group()
def promptfoo() -> None:
    """Export experiments to promptfoo, run it, and read its results."""


@promptfoo.command("export")
@click.argument("experiment", type=_file)
@click.argument("out", type=_file)
@as_json
def export_(experiment: Path, out: Path, json_: bool) -> None:
    """Write EXPERIMENT (YAML) as OUT, which the real promptfoo runs; its first lines say how.

    OUT holds the case's facts and passages: keep it like the case. promptfoo calls the workbench's own scorers, so the
    verdicts are the same.
    """
    done = export_experiment(experiment, Settings.from_env(), out)
    told = {"path": str(done.path), "cells": done.cells, "providers": dict(done.providers), "notes": list(done.notes)}
    _tell(
        told,
        [f"{done.cells} tests in {done.path}; run it: workbench promptfoo eval {done.path}"],
        done.notes,
        json_=json_,
    )


@promptfoo.command("eval")
@click.argument("config", type=_file)
@click.option("--out", type=_file, help="Where promptfoo writes its results; default: results.json beside CONFIG.")
@as_json
def eval_(config: Path, out: Path | None, json_: bool) -> None:
    """Run the promptfoo of this machine on an exported CONFIG, and show its results.

    It can reach the models that CONFIG names and nobody else; what it keeps stays under WORKBENCH_HOME.
    """
    out = out or config.with_name("results.json")
    run_promptfoo(config, out, Settings.from_env())
    _show(read_results(out), json_=json_)


@promptfoo.command()
@click.argument("file", type=_file)
@as_json
def results(file: Path, json_: bool) -> None:
    """Show what promptfoo made of an exported experiment: FILE is what it wrote with -o results.json."""
    _show(read_results(file), json_=json_)


def _show(read: PromptfooResults, *, json_: bool) -> None:
    if json_:
        told = {
            "cells": len(read.cells),
            "passed": int(read.cells["passed"].sum()) if len(read.cells) else 0,
            "failed": int(read.cells["error"].notna().sum()) if len(read.cells) else 0,
            "table": _summary(read),
        }
        click.echo(printable_json(orjson.dumps(told)))
        return
    table = Table()
    for name in ("prompt", "model", "scorer", "cells", "passed", "value"):
        table.add_column(name, justify="left" if name in ("prompt", "model", "scorer") else "right")
    for row in _summary(read):
        table.add_row(
            *(Text(printable(f"{value:.3g}" if isinstance(value, float) else str(value))) for value in row.values())
        )
    Console().print(table)


@click.group()
def dataset() -> None:
    """Examples as JSON lines, in the forms of LangSmith and OpenAI."""


@dataset.command("export")
@click.argument("out", type=_file)
@click.option("--form", type=click.Choice(FORMATS), default=FORMATS[0], show_default=True, help="Of the lines.")
@click.option("--from", "source", type=click.Choice(SOURCES), default=SOURCES[0], show_default=True,
              help="Approved sections of the golden cases, or sections signed in real runs.")  # fmt: skip
@as_json
def export_dataset(out: Path, form: Format, source: str, json_: bool) -> None:
    """Write what was asked and what was approved as OUT. It holds clients' texts, in clear: keep it like the cases."""
    gathered = gather_examples(source, Settings.from_env())
    written = write_dataset(gathered.examples, out, form)
    notes = [*gathered.notes, *_counted(written.left_out.items())]
    told = {"path": str(out), "examples": written.examples, "form": form, "notes": notes}
    _tell(told, [f"{written.examples} examples in {out} ({form})"], notes, json_=json_)


@dataset.command("import")
@click.argument("file", type=_file)
@click.option("--golden", type=_file, help="Folder of golden cases; default: WORKBENCH_GOLDEN.")
@_form
@as_json
def import_dataset(file: Path, golden: Path | None, form: Format | None, json_: bool) -> None:
    """Take the answers of FILE over as approved sections of golden cases; a text that is there already stays."""
    examples = read_dataset(file, form)
    folder = golden or Settings.from_env().golden
    if folder is None:
        raise click.UsageError("no folder of golden cases: give --golden, or set WORKBENCH_GOLDEN")
    placed = place_as_golden(examples, folder)
    files = [str(path) for path in placed.files]
    told = {"examples": len(examples), "files": files, "notes": list(placed.notes)}
    _tell(
        told, [*files, f"{len(files)} of {len(examples)} examples are new approved sections"], placed.notes, json_=json_
    )


@dataset.command()
@click.argument("file", type=_file)
@click.argument("out", type=_file)
@click.option("--form", type=click.Choice(FORMATS), required=True, help="Of OUT.")
@as_json
def convert(file: Path, out: Path, form: Format, json_: bool) -> None:
    """Write the examples of FILE as OUT, in another form."""
    written = write_dataset(read_dataset(file), out, form)
    notes = _counted(written.left_out.items())
    told = {"path": str(out), "examples": written.examples, "form": form, "notes": notes}
    _tell(told, [f"{written.examples} examples in {out} ({form})"], notes, json_=json_)


def _counted(left_out: Iterable[tuple[str, int]]) -> list[str]:
    return [f"{count} left out: {reason}" for reason, count in left_out]


def _summary(read: PromptfooResults) -> list[dict[str, Any]]:
    """A row a prompt, model and scorer."""
    if read.scores.empty:
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


def _tell(told: dict[str, Any], lines: Iterable[str], notes: Iterable[str], *, json_: bool) -> None:
    if json_:
        click.echo(printable_json(orjson.dumps(told)))
        return
    for line in lines:
        click.echo(printable(line))
    for note in notes:
        click.echo(printable(f"note: {note}"), err=True)
