"""The man page ``docs/man/workbench.1``, written from the commands' own help.

``python tests/house/man_page.py`` writes it anew; ``tests/cli/test_man_page.py`` compares it with the help.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from workbench.cli import COMMANDS, cli
from workbench.config import VARIABLES

TOP = Path(__file__).resolve().parents[2]
PAGE = TOP / "docs" / "man" / "workbench.1"
VERBATIM = "\b"
"""Line with which click marks a paragraph whose lines stay as they are."""

HEAD = r""".\" Written by tests/house/man_page.py: change the help of the commands instead.
.TH WORKBENCH 1 "" "eb1a-workbench" "EB-1A Workbench"
.SH NAME
workbench \- draft, check and export EB-1A petitions
.SH SYNOPSIS
.B workbench
.I COMMAND
.RI [ OPTIONS ]
.RI [ ARGUMENTS ]
"""
EXIT_STATUS = (
    ("0", "The command did what was asked; a run may wait for review, or be paused."),
    ("1", "It ran, and the answer is bad: a check found errors, a run failed."),
    ("2", "Bad input; one line on stderr names file, field and remedy."),
)


def write_page() -> str:
    """Returns the whole page."""
    context = click.Context(cli, info_name="workbench", **cli.context_settings)
    lines = [HEAD.rstrip("\n"), ".SH DESCRIPTION", *_describe(cli), ".SH OPTIONS", *_list_options(cli, context)]
    lines += [
        ".TP",
        rf"\fB{_escape(', '.join(context.help_option_names))}\fP",
        "Show the help of any command and exit.",
    ]
    lines.append(".SH COMMANDS")
    for name in sorted(COMMANDS):
        command = cli.get_command(context, name)
        assert command is not None
        lines += _write_command(command, click.Context(command, parent=context, info_name=name))
    lines.append(".SH ENVIRONMENT")
    lines += [_escape("Settings are read from the environment and from a file .env; the guides explain them:")]
    lines += [".PP", ", ".join(rf"\%\fB{_escape(name)}\fP" for name in sorted(VARIABLES)) + "."]
    lines.append(".SH EXIT STATUS")
    for status, words in EXIT_STATUS:
        lines += [".TP", rf"\fB{status}\fP", _escape(words)]
    return "\n".join(lines) + "\n"


def _write_command(command: click.Command, context: click.Context) -> Iterator[str]:
    usage = " ".join(command.collect_usage_pieces(context))
    yield f'.SS "{_escape(context.command_path)} {_escape(usage)}"'
    yield from _describe(command)
    yield from _list_options(command, context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            part = command.get_command(context, name)
            assert part is not None
            yield from _write_command(part, click.Context(part, parent=context, info_name=name))


def _describe(command: click.Command) -> Iterator[str]:
    for number, paragraph in enumerate(re.split(r"\n\s*\n", (command.help or "").strip())):
        if number > 0:  # the heading before the first begins a paragraph by itself
            yield ".PP"
        first, *rest = paragraph.splitlines()
        if first.strip() == VERBATIM:
            yield from (".nf", *(_escape(line) for line in rest), ".fi")
        else:
            yield from (_escape(line.strip()) for line in (first, *rest))


def _list_options(command: click.Command, context: click.Context) -> Iterator[str]:
    for parameter in command.params:
        record = parameter.get_help_record(context)
        # An argument is explained by the text.
        if record is not None and isinstance(parameter, click.Option):
            yield from (".TP", rf"\fB{_escape(record[0])}\fP", _escape(" ".join(record[1].split())))


def _escape(text: str) -> str:
    """Escapes what roff would read as its own."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-").replace('"', r"\(dq")
    # A dot or an apostrophe at the beginning of a line marks a request.
    return rf"\&{escaped}" if escaped.startswith((".", "'")) else escaped


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(write_page(), encoding="utf-8")
