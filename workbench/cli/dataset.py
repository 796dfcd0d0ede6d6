"""``workbench dataset``: examples as JSON lines for other tools."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.cli.file_path import FilePath
from workbench.cli.options import json_option
from workbench.cli.output import print_json, print_lines
from workbench.config import Settings
from workbench.tuning.dataset_sources import SOURCES, gather_examples, place_as_golden
from workbench.tuning.datasets import FORMATS, Format, WriteResult, read_dataset, write_dataset

_FILE = FilePath()


@click.group()
def dataset() -> None:
    """Exchange examples as JSON lines with LangSmith and OpenAI."""


@dataset.command("export")
@click.argument("out", type=_FILE)
@click.option("--form", type=click.Choice(FORMATS), default=FORMATS[0], show_default=True, help="Format of the lines.")
@click.option("--from", "source", type=click.Choice(SOURCES), default=SOURCES[0], show_default=True,
              help="Approved sections of the golden cases, or sections approved in runs.")  # fmt: skip
@json_option
def export_command(out: Path, form: Format, source: str, json_: bool) -> None:
    """Write requests and approved texts as OUT.

    OUT contains clients' texts without encryption: protect it like the cases.
    """
    gathered = gather_examples(source, Settings.from_env())
    written = write_dataset(gathered.examples, out, form)
    _print_written(out, written, form, [*gathered.notes, *_count_left_out(written)], json_=json_)


@dataset.command("import")
@click.argument("file", type=_FILE)
@click.option("--golden", type=_FILE, help="Folder of golden cases; default: WORKBENCH_GOLDEN.")
@click.option("--form", type=click.Choice(FORMATS), help="Format of the lines; default: recognized for each line.")
@json_option
def import_command(file: Path, golden: Path | None, form: Format | None, json_: bool) -> None:
    """Add the answers of FILE to golden cases.

    Each becomes an approved section; existing texts are kept.
    """
    examples = read_dataset(file, form)
    folder = golden or Settings.from_env().golden
    # click cannot require the option: the variable may stand in for it.
    if folder is None:
        raise click.UsageError("no folder of golden cases: give --golden, or set WORKBENCH_GOLDEN")
    placed = place_as_golden(examples, folder)
    files = [str(path) for path in placed.files]
    if json_:
        print_json({"examples": len(examples), "files": files, "notes": list(placed.notes)})
        return
    print_lines([*files, f"{len(files)} of {len(examples)} examples are new approved sections"], placed.notes)


@dataset.command()
@click.argument("file", type=_FILE)
@click.argument("out", type=_FILE)
@click.option("--form", type=click.Choice(FORMATS), required=True, help="Format of OUT.")
@json_option
def convert(file: Path, out: Path, form: Format, json_: bool) -> None:
    """Write the examples of FILE as OUT, in another format."""
    written = write_dataset(read_dataset(file), out, form)
    _print_written(out, written, form, _count_left_out(written), json_=json_)


# What cannot be written in a format is counted, because a line for each example would hide the result.
def _count_left_out(written: WriteResult) -> list[str]:
    return [f"{count} left out: {reason}" for reason, count in written.left_out.items()]


def _print_written(out: Path, written: WriteResult, form: Format, notes: list[str], *, json_: bool) -> None:
    if json_:
        print_json({"path": str(out), "examples": written.examples, "form": form, "notes": notes})
        return
    print_lines([f"{written.examples} examples in {out} ({form})"], notes)
